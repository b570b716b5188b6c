/* SPDX-License-Identifier: Apache-2.0 */
/* test_sub_cgroup.c - the arguments of exec --cgroup: where they lead, and where they may not. */

#include <string.h>

#include "unit.h"

#include "cgroup/sub.h"

static const struct cgroup hybrid = {
        .n = 3,
        .hierarchies = {
                { .name = "cpu,cpuacct", .dir = "/c/cpu/box", .dir_fd = -1 },
                { .name = "pids", .dir = "/c/pids/box", .dir_fd = -1 },
                { .name = "", .dir = "/c/unified/box", .dir_fd = -1 },
        },
};
static const struct cgroup pure_v2 = {
        .is_v2 = true,
        .n = 1,
        .hierarchies = { { .name = "", .dir = "/c/box", .dir_fd = -1 } },
};

enum { ARGS_MAX = 3 };

struct row {
        const struct cgroup *host;
        const char *args[ARGS_MAX];
        const char *expected; /* the directories, or the refusal */
};

/* clang-format off */
static const struct row rows[] = {
        { &hybrid,  { 0 }, "/c/cpu/box /c/pids/box /c/unified/box " },
        { &hybrid,  { "sub" }, "/c/cpu/box/sub /c/pids/box/sub /c/unified/box/sub " },
        { &hybrid,  { "/a//./b/" }, "/c/cpu/box/a/b /c/pids/box/a/b /c/unified/box/a/b " },
        { &hybrid,  { "cpu:sub" }, "/c/cpu/box/sub /c/pids/box /c/unified/box " },
        { &hybrid,  { "cpuacct,pids:sub" }, "/c/cpu/box/sub /c/pids/box/sub /c/unified/box " },
        { &hybrid,  { "cpu:a", "pids:b:c" }, "/c/cpu/box/a /c/pids/box/b:c /c/unified/box " },
        { &hybrid,  { "cpu:a/../b" }, "/c/cpu/box/b /c/pids/box /c/unified/box " },
        { &hybrid,  { "cpu:" }, "/c/cpu/box /c/pids/box /c/unified/box " },
        { &pure_v2, { "sub" }, "/c/box/sub " },
        { &hybrid,  { "cpu:.." }, "bad sub cgroup path: .." },
        { &hybrid,  { "../boxer" }, "bad sub cgroup path: ../boxer" },
        { &pure_v2, { "a/../../box2" }, "bad sub cgroup path: a/../../box2" },
        { &hybrid,  { "a", "b" }, "invalid --cgroup argument: a (missing <controller>: prefix)" },
        { &hybrid,  { "cpu:a", "b" }, "invalid --cgroup argument: b (missing <controller>: prefix)" },
        { &hybrid,  { ":a" }, "invalid --cgroup argument: :a (empty <controller> prefix)" },
        { &hybrid,  { "cpu,:a" }, "invalid --cgroup argument: cpu,:a (empty <controller> prefix)" },
        { &hybrid,  { "cpu:a", "cpu:a" }, "invalid --cgroup argument(s): controller cpu specified multiple times" },
        { &hybrid,  { "pids,pids:a" }, "invalid --cgroup argument(s): controller pids specified multiple times" },
        { &hybrid,  { "memory:a" }, "unknown controller memory in SubCgroupPaths" },
        { &pure_v2, { "cpu:a" }, "unknown controller cpu in SubCgroupPaths" },
};
/* clang-format on */

static void arguments_lead_below_the_container(void **state)
{
        (void)state;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct cgroup cgroup = *rows[i].host;
                struct arena arena = { 0 };
                struct err err = { 0 };
                const char *items[ARGS_MAX + 1] = { 0 };
                struct text_list args = { items, 0 };
                auto_buf struct buf got = { 0 };
                for (; args.n < ARGS_MAX && rows[i].args[args.n]; args.n++)
                        items[args.n] = rows[i].args[args.n];

                bool is_done = sub_cgroup_choose(&args, &arena, &cgroup, &err) == 0;
                for (size_t k = 0; is_done && k < cgroup.n; k++)
                        buf_add_format(&got, "%s ", cgroup.hierarchies[k].dir);
                assert_string_equal(is_done ? buf_text(&got) : err.text, rows[i].expected);
                arena_finish(&arena);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(arguments_lead_below_the_container),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
