/* SPDX-License-Identifier: Apache-2.0 */
/* test_landlock.c - from the words of the annotation to the kernel's bits, by the ABI; and that a process is confined.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "unit.h"

#include "child.h"
#include "oci/names.h"
#include "sec/landlock.h"

#define LIST(...)                                                                                           \
        {                                                                                                   \
                .items = (const char *[]){ __VA_ARGS__ }, .n = ARRAY_LEN(((const char *[]){ __VA_ARGS__ })) \
        }

enum { NEWEST = 7 };

static struct arena arena;
static struct landlock_plan plan;
static struct err err;
static char left_out[128];

static const char *plan_for(const struct spec_landlock *spec, uint32_t abi)
{
        auto_buf struct buf buf = { 0 };
        err = (struct err){ 0 };
        int rc = landlock_plan_build(spec, abi, &arena, &plan, &buf, &err);
        assert_int_equal(rc, err.text[0] == '\0' ? 0 : -1);
        (void)snprintf(left_out, sizeof left_out, "%s", buf_text(&buf));
        return err.text;
}

static int free_arena(void **state)
{
        (void)state;
        arena_finish(&arena);
        return 0;
}

static void nothing_is_planned_for_nothing(void **state)
{
        (void)state;
        const struct spec_landlock spec = { 0 };
        assert_string_equal(plan_for(&spec, NEWEST), "");
        assert_null(plan.spec);
        assert_true((plan.fs | plan.net | plan.scopes) == 0);
}

/* Every word that the reader takes is the bit of its place: the kernel's order is that of the names. */
static void every_word_has_its_bit(void **state)
{
        (void)state;
        for (size_t i = 0; i < landlock_access_names.n; i++) {
                struct spec_landlock_path path = {
                        "/", {(const char **)&landlock_access_names.names[i], 1}
                };
                const struct spec_landlock spec = { .set = true, .has_paths = true, .paths = &path, .n_paths = 1 };
                assert_string_equal(plan_for(&spec, NEWEST), "");
                assert_true(plan.allowed[0] == UINT64_C(1) << i);
        }
        for (size_t i = 0; i < landlock_scope_names.n; i++) {
                const struct spec_landlock spec = {
                        .set = true, .scopes = {(const char **)&landlock_scope_names.names[i], 1}
                };
                assert_string_equal(plan_for(&spec, NEWEST), "");
                assert_true(plan.scopes == UINT64_C(1) << i);
        }
}

static void only_what_is_given_is_forbidden(void **state)
{
        (void)state;
        struct spec_landlock spec = { .set = true, .has_paths = true };
        assert_string_equal(plan_for(&spec, NEWEST), "");
        assert_true(plan.spec == &spec);
        assert_true(plan.fs == 0xffff && plan.net == 0 && plan.scopes == 0);

        spec = (struct spec_landlock){ .set = true, .tcp.bind.set = true };
        assert_string_equal(plan_for(&spec, NEWEST), "");
        assert_true(plan.fs == 0 && plan.net == 1 && plan.scopes == 0);
        spec.tcp.connect.set = true;
        assert_string_equal(plan_for(&spec, NEWEST), "");
        assert_true(plan.fs == 0 && plan.net == 3 && plan.scopes == 0);
        spec.tcp.bind.set = false;
        assert_string_equal(plan_for(&spec, NEWEST), "");
        assert_true(plan.net == 2);

        spec = (struct spec_landlock){ .set = true, .scopes = LIST("signal", "abstract_unix_socket") };
        assert_string_equal(plan_for(&spec, NEWEST), "");
        assert_true(plan.fs == 0 && plan.net == 0 && plan.scopes == 3);
}

static void an_older_kernel_forbids_what_it_knows_and_the_rest_is_told(void **state)
{
        (void)state;
        static const struct {
                uint32_t abi;
                uint64_t fs;
                const char *left_out;
        } rows[] = {
                {1,  0x1fff, "truncate, ioctl_dev"},
                { 2, 0x3fff, "truncate, ioctl_dev"},
                { 3, 0x7fff, "ioctl_dev"          },
                { 4, 0x7fff, "ioctl_dev"          },
                { 5, 0xffff, ""                   },
                { 9, 0xffff, ""                   },
        };
        const struct spec_landlock spec = { .set = true, .has_paths = true };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                assert_string_equal(plan_for(&spec, rows[i].abi), "");
                assert_true(plan.fs == rows[i].fs);
                assert_string_equal(left_out, rows[i].left_out);
        }
        const struct spec_landlock without = { .set = true, .tcp.bind.set = true };
        assert_string_equal(plan_for(&without, 4), "");
        assert_string_equal(left_out, "");
}

static struct spec_landlock_path with_access(const char **access)
{
        return (struct spec_landlock_path){
                "/", {access, 2}
        };
}

static void what_the_kernel_does_not_know_is_refused_where_it_is_named(void **state)
{
        (void)state;
        static const char *refer[] = { "execute", "refer" };
        static const char *truncate[] = { "execute", "truncate" };
        static const char *ioctl[] = { "execute", "ioctl_dev" };
        struct spec_landlock_path by_refer = with_access(refer), by_truncate = with_access(truncate),
                                  by_ioctl = with_access(ioctl);
        const struct {
                struct spec_landlock spec;
                uint32_t abi; /* that it needs */
                const char *where;
        } rows[] = {
                {{ .set = true, .has_paths = true, .paths = &by_refer, .n_paths = 1 },     2, "paths[0].access[1]"},
                { { .set = true, .has_paths = true, .paths = &by_truncate, .n_paths = 1 }, 3, "paths[0].access[1]"},
                { { .set = true, .has_paths = true, .paths = &by_ioctl, .n_paths = 1 },    5, "paths[0].access[1]"},
                { { .set = true, .tcp.bind.set = true },                                   4, "tcp.bind"          },
                { { .set = true, .tcp.connect.set = true },                                4, "tcp.connect"       },
                { { .set = true, .scopes = LIST("abstract_unix_socket") },                 6, "scopes[0]"         },
                { { .set = true, .scopes = LIST("signal") },                               6, "scopes[0]"         },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char expected[128];
                (void)snprintf(expected, sizeof expected, "%s: needs Landlock ABI %u, this kernel has %u",
                               rows[i].where, rows[i].abi, rows[i].abi - 1);
                assert_string_equal(plan_for(&rows[i].spec, rows[i].abi - 1), expected);
                assert_string_equal(plan_for(&rows[i].spec, rows[i].abi), "");
        }
}

/* confinement ------------------------------------------------------------------------------------------------------ */

static uint32_t needs_abi(uint32_t abi)
{
        uint32_t here = 0;
        if (landlock_abi(&here, &err) < 0 || here < abi) {
                print_message("skipped: needs Landlock ABI %u, here: %u %s\n", abi, here, err.text);
                skip();
        }
        return here;
}

/* Without the no_new_privs that it sets, a process needs CAP_SYS_ADMIN. */
static int confine(const struct spec_landlock *spec, uint32_t abi, struct report *report)
{
        struct arena own = { 0 };
        struct landlock_plan own_plan;
        auto_buf struct buf buf = { 0 };
        int rc = landlock_plan_build(spec, abi, &own, &own_plan, &buf, &report->err);
        auto_fd int ruleset_fd = rc < 0 ? -1 : landlock_make_ruleset(&own_plan, &report->err);
        rc = ruleset_fd < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -1 : 0;
        for (size_t i = 0; rc == 0 && i < spec->n_paths; i++) {
                auto_fd int path_fd = open(spec->paths[i].path, O_PATH | O_CLOEXEC);
                rc = landlock_allow_path(&own_plan, i, path_fd, ruleset_fd, &report->err);
        }
        rc = rc < 0 ? -1 : landlock_confine(ruleset_fd, &report->err);
        arena_finish(&own);
        return rc;
}

static int tell_open(const char *path, int flags)
{
        auto_fd int fd = open(path, flags | O_CLOEXEC);
        return fd < 0 ? errno : 0;
}

static int confine_files(struct report *report, const void *arg)
{
        struct spec_landlock_path paths[] = {
                {"/proc",           LIST("read_file")},
                { "/dev/zero", LIST("read_file",     "write_file") },
        };
        const struct spec_landlock spec = {
                .set = true, .has_paths = true, .paths = paths, .n_paths = ARRAY_LEN(paths)
        };
        if (confine(&spec, *(const uint32_t *)arg, report) < 0)
                return -1;
        report->values[0] = (uint64_t)tell_open("/proc/self/stat", O_RDONLY);
        report->values[1] = (uint64_t)tell_open("/proc", O_RDONLY | O_DIRECTORY);
        report->values[2] = (uint64_t)tell_open("/dev/zero", O_RDWR);
        report->values[3] = (uint64_t)tell_open("/dev/null", O_RDONLY);
        return 0;
}

static void files_are_what_the_rules_allow(void **state)
{
        (void)state;
        uint32_t abi = needs_abi(1);
        const struct report *report = in_child(confine_files, &abi);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
        assert_int_equal(report->values[0], 0);
        assert_int_equal(report->values[1], EACCES);
        assert_int_equal(report->values[2], 0);
        assert_int_equal(report->values[3], EACCES);
}

static int allow_a_file_too_much(struct report *report, const void *arg)
{
        struct spec_landlock_path path = { "/dev/null", LIST("read_file", "make_reg") };
        const struct spec_landlock spec = { .set = true, .has_paths = true, .paths = &path, .n_paths = 1 };
        return confine(&spec, *(const uint32_t *)arg, report);
}

static void a_file_has_no_rights_of_directories(void **state)
{
        (void)state;
        uint32_t abi = needs_abi(1);
        const struct report *report = in_child(allow_a_file_too_much, &abi);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "paths[0].access[1]: make_reg is for directories");
}

/* A socket of the abstract name space that the parent listens at. */
static struct sockaddr_un listening = { .sun_family = AF_UNIX };

static int confine_scopes(struct report *report, const void *arg)
{
        const struct spec_landlock spec = { .set = true, .scopes = LIST("abstract_unix_socket", "signal") };
        auto_fd int before_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(before_fd, (const struct sockaddr *)&listening, sizeof listening) < 0)
                return -2;
        if (confine(&spec, *(const uint32_t *)arg, report) < 0)
                return -1;

        auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        report->values[0] =
                connect(fd, (const struct sockaddr *)&listening, sizeof listening) < 0 ? (uint64_t)errno : 0;
        report->values[1] = kill(getppid(), 0) < 0 ? (uint64_t)errno : 0;
        report->values[2] = kill(getpid(), 0) < 0 ? (uint64_t)errno : 0;
        return 0;
}

static void scopes_keep_a_process_to_its_own(void **state)
{
        (void)state;
        uint32_t abi = needs_abi(6);
        (void)snprintf(listening.sun_path + 1, sizeof listening.sun_path - 1, "tare-test-landlock-%d", (int)getpid());
        auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(fd, (const struct sockaddr *)&listening, sizeof listening), 0);
        assert_int_equal(listen(fd, 4), 0);

        const struct report *report = in_child(confine_scopes, &abi);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
        assert_int_equal(report->values[0], EPERM);
        assert_int_equal(report->values[1], EPERM);
        assert_int_equal(report->values[2], 0);
}

static void a_ruleset_that_is_none_is_told(void **state)
{
        (void)state;
        (void)needs_abi(1);
        assert_int_equal(landlock_confine(-1, &err), -1);
        assert_string_equal(err.text, "confine by Landlock: bad file descriptor");

        struct spec_landlock_path path = { "/", LIST("execute") };
        const struct spec_landlock spec = { .set = true, .has_paths = true, .paths = &path, .n_paths = 1 };
        assert_string_equal(plan_for(&spec, 1), "");
        assert_int_equal(landlock_allow_path(&plan, 0, -1, -1, &err), -1);
        assert_string_equal(err.text, "paths[0].path: fstat /: bad file descriptor");
        auto_fd int fd = open("/", O_PATH | O_CLOEXEC);
        assert_int_equal(landlock_allow_path(&plan, 0, fd, -1, &err), -1);
        assert_string_equal(err.text, "paths[0].path: allow /: bad file descriptor");
}

#define landlock_test(f) cmocka_unit_test_teardown(f, free_arena)

int main(void)
{
        const struct CMUnitTest tests[] = {
                landlock_test(nothing_is_planned_for_nothing),
                landlock_test(every_word_has_its_bit),
                landlock_test(only_what_is_given_is_forbidden),
                landlock_test(an_older_kernel_forbids_what_it_knows_and_the_rest_is_told),
                landlock_test(what_the_kernel_does_not_know_is_refused_where_it_is_named),
                landlock_test(files_are_what_the_rules_allow),
                landlock_test(a_file_has_no_rights_of_directories),
                landlock_test(scopes_keep_a_process_to_its_own),
                landlock_test(a_ruleset_that_is_none_is_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
