/* SPDX-License-Identifier: Apache-2.0 */
/* test_state.c - state.json there and back, what a container is now, and what others are told of it. */

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "box.h"

#include "base/file.h"
#include "base/proc.h"

/* state.json ------------------------------------------------------------------------------------------------------- */

static void assert_same_text(const char *a, const char *b)
{
        assert_int_equal(a != NULL, b != NULL);
        if (a)
                assert_string_equal(a, b);
}

static void assert_same_map(const struct text_map *a, const struct text_map *b)
{
        assert_int_equal(a->n, b->n);
        for (size_t i = 0; i < a->n && i < b->n; i++) {
                assert_string_equal(a->items[i].key, b->items[i].key);
                assert_string_equal(a->items[i].value, b->items[i].value);
        }
}

static void assert_comes_back(const struct state *saved)
{
        struct arena arena = { 0 };
        struct err err = { 0 };
        struct state got = { 0 };
        int dir_fd = make_dir("back");
        assert_int_equal(state_save(dir_fd, saved, &err), 0);
        assert_string_equal(state_load(dir_fd, &arena, &got, &err) < 0 ? err.text : "", "");
        assert_same_text(got.id, saved->id);
        assert_same_text(got.oci_version, saved->oci_version);
        assert_same_text(got.bundle, saved->bundle);
        assert_same_text(got.rootfs, saved->rootfs);
        assert_same_text(got.created, saved->created);
        assert_int_equal(got.owner, saved->owner);
        assert_int_equal(got.pid, saved->pid);
        assert_true(got.start_time == saved->start_time);
        assert_int_equal(got.is_created, saved->is_created);
        assert_int_equal(got.has_pid_namespace, saved->has_pid_namespace);
        assert_int_equal(got.has_keyring, saved->has_keyring);
        assert_int_equal(got.has_networks, saved->has_networks);
        assert_int_equal(got.has_poststart_hooks, saved->has_poststart_hooks);
        assert_int_equal(got.has_poststop_hooks, saved->has_poststop_hooks);
        assert_same_text(got.rdt_group, saved->rdt_group);
        assert_same_text(got.rdt_monitor, saved->rdt_monitor);
        assert_int_equal(got.is_rdt_group_made, saved->is_rdt_group_made);
        assert_false(got.is_at_birth);
        assert_same_map(&got.cgroups, &saved->cgroups);
        assert_same_map(&got.annotations, &saved->annotations);
        arena_finish(&arena);
        assert_int_equal(state_dir_remove(root, "back", &err), 0);
        (void)close(dir_fd);
}

static void a_state_comes_back_as_it_was(void **state)
{
        (void)state;
        assert_comes_back(&example);
        const struct state least = { .id = "x", .oci_version = "", .bundle = "/" };
        assert_comes_back(&least);

        struct key_value odd[] = {
                {"",                                      ""            },
                { "a\"b\\c/\b\f\n\r\t",                   "\x01\x1f\x7f"},
                { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "{}[],:"      }
        };
        struct state other = example;
        other.owner = (uid_t)-2;
        other.pid = INT_MAX;
        other.start_time = 0;
        other.is_created = false;
        other.has_poststart_hooks = true;
        other.bundle = "/a b/\"c\"\n";
        other.rdt_group = "/sys/fs/resctrl/box";
        other.rdt_monitor = "/sys/fs/resctrl/box/mon_groups/box";
        other.is_rdt_group_made = true;
        other.unit = "tare-x.scope";
        other.is_user_unit = true;
        other.cgroups = (struct text_map){ 0 };
        other.annotations = (struct text_map){ odd, ARRAY_LEN(odd) };
        assert_comes_back(&other);
}

static void bytes_that_are_no_utf8_come_back_marked(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct err err = { 0 };
        struct state odd = example, got;
        odd.bundle = "/a\xff"
                     "b";
        int dir_fd = make_dir("box");
        assert_int_equal(state_save(dir_fd, &odd, &err), 0);
        assert_int_equal(state_load(dir_fd, &arena, &got, &err), 0);
        assert_string_equal(got.bundle, "/a\xef\xbf\xbd"
                                        "b");
        arena_finish(&arena);
        (void)close(dir_fd);
}

static void state_json_is_the_table(void **state)
{
        (void)state;
        struct err err = { 0 };
        auto_buf struct buf text = { 0 };
        int dir_fd = make_dir("box");
        assert_int_equal(state_save(dir_fd, &example, &err), 0);
        assert_int_equal(file_read(dir_fd, STATE_FILE, 4096, &text, &err), 0);
        assert_string_equal(
                buf_text(&text),
                "{\"id\":\"box\",\"ociVersion\":\"1.3.0\",\"pid\":42,\"startTime\":18446744073709551615,"
                "\"bundle\":\"/b\",\"rootfs\":\"/b/rootfs\",\"created\":\"2026-01-02T03:04:05.000000006Z\","
                "\"owner\":0,\"isCreated\":true,\"hasPidNamespace\":true,\"hasKeyring\":true,\"hasNetworks\":true,"
                "\"hasPoststartHooks\":false,"
                "\"hasPoststopHooks\":true,\"cgroups\":{\"memory\":\"/sys/fs/cgroup/memory/box\","
                "\"\":\"/sys/fs/cgroup/unified/"
                "box\"},\"isUserUnit\":false,\"isRdtGroupMade\":false,\"annotations\":{\"a.b/c\":\"yes "
                "\\\"quoted\\\"\"}}\n");
        (void)close(dir_fd);
}

static void a_broken_state_is_told(void **state)
{
        (void)state;
#define REST "\"ociVersion\":\"1\",\"bundle\":\"/b\""
        static const struct {
                const char *text, *start; /* of the message */
        } rows[] = {
                {"",                                                    "state.json"                 },
                { "{",                                                  "state.json"                 },
                { "[]",                                                 "state.json"                 },
                { "{\"id\":\"box\"}",                                   "state.json: "               },
                { "{\"id\":\"box\",\"pid\":\"1\"," REST "}",            "state.json: pid: "          },
                { "{\"id\":\"box\",\"pid\":-1," REST "}",               "state.json: pid: -1 is none"},
                { "{\"id\":\"box\",\"pid\":4294967296," REST "}",       "state.json: pid: "          },
                { "{\"id\":7,\"pid\":1," REST "}",                      "state.json: id: "           },
                { "{\"id\":\"box\",\"pid\":1,\"cgroups\":[]," REST "}", "state.json: cgroups: "      },
        };
#undef REST
        int dir_fd = make_dir("box");
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct arena arena = { 0 };
                struct err err = { 0 };
                struct state got;
                assert_int_equal(file_replace(dir_fd, STATE_FILE, rows[i].text, strlen(rows[i].text), 0600, &err), 0);
                assert_int_equal(state_load(dir_fd, &arena, &got, &err), -1);
                assert_memory_equal(err.text, rows[i].start, strlen(rows[i].start));
                assert_int_equal(err.code, 0);
                arena_finish(&arena);
        }
        (void)close(dir_fd);
}

static void a_directory_without_state_is_no_container(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct err err = { 0 };
        struct state got;
        int dir_fd = make_dir("box");
        errno = 0;
        assert_int_equal(state_load(dir_fd, &arena, &got, &err), -1);
        assert_int_equal(errno, ENOENT);
        assert_int_equal(err.code, ENOENT);
        assert_string_equal(err.text, "container does not exist");
        arena_finish(&arena);
        (void)close(dir_fd);
}

/* status ----------------------------------------------------------------------------------------------------------- */

static struct state of_process(pid_t pid)
{
        struct state ret = example;
        struct proc_stat stat;
        struct err err = { 0 };
        assert_int_equal(proc_stat_read(pid, &stat, &err), 0);
        ret.pid = pid;
        ret.start_time = stat.start_time;
        return ret;
}

static void status_follows_the_process_the_freezer_and_the_fifo(void **state)
{
        (void)state;
        int dir_fd = make_dir("box");
        struct state box = of_process(getpid());
        assert_int_equal(state_status(&box, dir_fd, false), RUNNING);
        assert_int_equal(state_status(&box, dir_fd, true), PAUSED);
        assert_int_equal(mkfifoat(dir_fd, FIFO_FILE, 0600), 0);
        assert_int_equal(state_status(&box, dir_fd, false), CREATED);
        assert_int_equal(state_status(&box, dir_fd, true), PAUSED);

        box.start_time++; /* the pid is another process's */
        assert_int_equal(state_status(&box, dir_fd, false), STOPPED);
        assert_int_equal(state_status(&box, dir_fd, true), STOPPED);
        box.pid = 0;
        assert_int_equal(state_status(&box, dir_fd, false), STOPPED);
        (void)close(dir_fd);
}

static void a_zombie_has_stopped(void **state)
{
        (void)state;
        int dir_fd = make_dir("box");
        int gate[2];
        assert_int_equal(pipe(gate), 0);
        pid_t pid = fork();
        if (pid == 0) {
                char byte;
                (void)close(gate[1]);
                (void)!read(gate[0], &byte, 1);
                _exit(0);
        }
        struct state box = of_process(pid);
        assert_int_equal(state_status(&box, dir_fd, false), RUNNING);
        (void)close(gate[0]);
        (void)close(gate[1]);
        siginfo_t info;
        assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
        assert_int_equal(state_status(&box, dir_fd, false), STOPPED);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        assert_int_equal(state_status(&box, dir_fd, false), STOPPED);
        (void)close(dir_fd);
}

static enum status status_of_looker(void)
{
        struct arena arena = { 0 };
        struct err err = { 0 };
        struct state got = { 0 };
        int dir_fd = -1;
        assert_int_equal(state_dir_peek(root, "box", &dir_fd, &err), 0);
        assert_int_equal(state_load(dir_fd, &arena, &got, &err), 0);
        enum status status = state_status(&got, dir_fd, false);
        arena_finish(&arena);
        (void)close(dir_fd);
        return status;
}

static enum status status_of_holder(int dir_fd)
{
        struct arena arena = { 0 };
        struct err err = { 0 };
        struct state got = { 0 };
        assert_int_equal(state_load(dir_fd, &arena, &got, &err), 0);
        enum status status = state_status(&got, dir_fd, false);
        arena_finish(&arena);
        return status;
}

static void a_birth_is_creating_and_a_crashed_one_stopped(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct state box = of_process(getpid());
        box.is_created = false;
        pid_t living = box.pid;
        int dir_fd = make_dir("box");

        /* While the one who makes it holds the lock: before its process lives, while it does, and when that died. */
        static const pid_t dead = INT_MAX;
        const pid_t pids[] = { 0, living, dead };
        for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
                box.pid = pids[i];
                assert_int_equal(state_save(dir_fd, &box, &err), 0);
                assert_int_equal(status_of_looker(), CREATING);
                /* Who holds the lock knows that nobody else is at a birth. */
                assert_int_equal(status_of_holder(dir_fd), pids[i] == living ? CREATING : STOPPED);
        }

        /* The birth crashed: its lock is gone. */
        assert_int_equal(flock(dir_fd, LOCK_UN), 0);
        for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
                box.pid = pids[i];
                assert_int_equal(state_save(dir_fd, &box, &err), 0);
                assert_int_equal(status_of_looker(), pids[i] == living ? CREATING : STOPPED);
        }

        /* It was completed. A look leaves no lock behind. */
        box.pid = living;
        box.is_created = true;
        assert_int_equal(state_save(dir_fd, &box, &err), 0);
        assert_int_equal(status_of_looker(), RUNNING);
        int open_fd = -1;
        assert_int_equal(state_dir_open(root, "box", &open_fd, &err), 0);
        assert_int_equal(status_of_holder(open_fd), RUNNING);
        (void)close(open_fd);
        (void)close(dir_fd);
}

/* what others are told --------------------------------------------------------------------------------------------- */

static void assert_printed(const struct state *box, enum status status, enum state_print how, const char *expected)
{
        auto_buf struct buf text = { 0 };
        state_print(box, status, how, &text);
        assert_string_equal(buf_text(&text), expected);
}

static void state_prints_what_runc_prints(void **state)
{
        (void)state;
        assert_printed(&example, RUNNING, STATE_FULL,
                       "{\n"
                       "  \"ociVersion\": \"1.3.0\",\n"
                       "  \"id\": \"box\",\n"
                       "  \"pid\": 42,\n"
                       "  \"status\": \"running\",\n"
                       "  \"bundle\": \"/b\",\n"
                       "  \"rootfs\": \"/b/rootfs\",\n"
                       "  \"created\": \"2026-01-02T03:04:05.000000006Z\",\n"
                       "  \"annotations\": {\n"
                       "    \"a.b/c\": \"yes \\\"quoted\\\"\"\n"
                       "  },\n"
                       "  \"owner\": \"\"\n"
                       "}");
        struct state plain = example;
        plain.annotations = (struct text_map){ 0 };
        assert_printed(&plain, STOPPED, STATE_FULL,
                       "{\n"
                       "  \"ociVersion\": \"1.3.0\",\n"
                       "  \"id\": \"box\",\n"
                       "  \"pid\": 0,\n"
                       "  \"status\": \"stopped\",\n"
                       "  \"bundle\": \"/b\",\n"
                       "  \"rootfs\": \"/b/rootfs\",\n"
                       "  \"created\": \"2026-01-02T03:04:05.000000006Z\",\n"
                       "  \"owner\": \"\"\n"
                       "}");
}

static void list_names_the_owner(void **state)
{
        (void)state;
        struct state plain = example;
        plain.annotations = (struct text_map){ 0 };
        assert_printed(&plain, PAUSED, STATE_IN_LIST,
                       "{\"ociVersion\":\"1.3.0\",\"id\":\"box\",\"pid\":42,\"status\":\"paused\",\"bundle\":\"/b\","
                       "\"rootfs\":\"/b/rootfs\",\"created\":\"2026-01-02T03:04:05.000000006Z\",\"owner\":\"root\"}");
        char owner[STATE_OWNER_MAX];
        state_owner(0, owner);
        assert_string_equal(owner, "root");
        state_owner(4000000000u, owner);
        assert_string_equal(owner, "#4000000000");
}

static void hooks_are_told_what_the_spec_names(void **state)
{
        (void)state;
        struct state plain = example;
        assert_printed(&plain, CREATING, STATE_FOR_HOOK,
                       "{\"ociVersion\":\"1.3.0\",\"id\":\"box\",\"status\":\"creating\",\"pid\":42,\"bundle\":\"/b\","
                       "\"annotations\":{\"a.b/c\":\"yes \\\"quoted\\\"\"}}");
        plain.annotations = (struct text_map){ 0 };
        assert_printed(&plain, STOPPED, STATE_FOR_HOOK,
                       "{\"ociVersion\":\"1.3.0\",\"id\":\"box\",\"status\":\"stopped\",\"bundle\":\"/b\"}");
}

static void now_is_rfc_3339_with_nanoseconds(void **state)
{
        (void)state;
        char text[STATE_TIME_MAX];
        state_now(text);
        assert_int_equal(strlen(text), strlen("2026-01-02T03:04:05.000000006Z"));
        static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddddddddZ";
        for (size_t i = 0; text[i]; i++) {
                if (shape[i] == 'd')
                        assert_in_range(text[i], '0', '9');
                else
                        assert_int_equal(text[i], shape[i]);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                state_test(a_state_comes_back_as_it_was),
                state_test(bytes_that_are_no_utf8_come_back_marked),
                state_test(state_json_is_the_table),
                state_test(a_broken_state_is_told),
                state_test(a_directory_without_state_is_no_container),
                state_test(status_follows_the_process_the_freezer_and_the_fifo),
                state_test(a_zombie_has_stopped),
                state_test(a_birth_is_creating_and_a_crashed_one_stopped),
                cmocka_unit_test(state_prints_what_runc_prints),
                cmocka_unit_test(list_names_the_owner),
                cmocka_unit_test(hooks_are_told_what_the_spec_names),
                cmocka_unit_test(now_is_rfc_3339_with_nanoseconds),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
