/* SPDX-License-Identifier: Apache-2.0 */
/* test_ns.c - the kinds of namespaces, joining others, the names of one, and the loopback of a new network. */

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "unit.h"

#include "child.h"
#include "net/loopback.h"
#include "ns/ns.h"
#include "ns/time.h"
#include "sys/syscalls.h"

/* The files below /proc/PID/ns. */
/* clang-format off */
static const char *const proc_names[NS_TYPES] = {
        [NS_USER] = "user", [NS_PID] = "pid",     [NS_TIME] = "time", [NS_IPC] = "ipc",
        [NS_UTS] = "uts",   [NS_NETWORK] = "net", [NS_MOUNT] = "mnt", [NS_CGROUP] = "cgroup",
};
/* clang-format on */

static void every_type_has_the_bit_that_the_kernel_tells(void **state)
{
        (void)state;
        uint64_t all = 0;
        for (int i = 0; i < NS_TYPES; i++) {
                char path[64];
                (void)snprintf(path, sizeof path, "/proc/self/ns/%s", proc_names[i]);
                struct spec_namespace namespaces[NS_TYPES] = { 0 };
                namespaces[i] = (struct spec_namespace){ .set = true, .path = path };
                struct ns_joins joins;
                struct err err = { 0 };
                assert_int_equal(ns_joins_open(namespaces, &joins, &err), 0);
                for (int j = 0; j < NS_TYPES; j++)
                        assert_int_equal(joins.fds[j] >= 0, j == i);
                ns_joins_finish(&joins);
                ns_joins_finish(&joins);
                assert_int_equal(joins.fds[i], -1);
                all |= ns_clone_flag((enum ns_type)i);
        }
        assert_int_equal(__builtin_popcountll(all), NS_TYPES);
}

static void new_ones_are_those_without_a_path(void **state)
{
        (void)state;
        const struct spec_namespace namespaces[NS_TYPES] = {
                [NS_PID] = {.set = true },
                [NS_MOUNT] = { .set = true},
                [NS_NETWORK] = { .set = true, .path = "/x" },
                [NS_IPC] = { .path = "/x"          },
        };
        assert_true(ns_new_flags(namespaces) == (CLONE_NEWPID | CLONE_NEWNS));
        assert_true(ns_joins_any(namespaces));

        const struct spec_namespace no_path[NS_TYPES] = { [NS_PID] = { .set = true }, [NS_IPC] = { .path = "/x" } };
        assert_false(ns_joins_any(no_path));
}

static void a_path_that_is_no_namespace_is_told(void **state)
{
        (void)state;
        char fifo[] = "/tmp/tare-unit.XXXXXX";
        assert_non_null(mkdtemp(fifo));
        assert_int_equal(rmdir(fifo), 0);
        assert_int_equal(mkfifo(fifo, 0600), 0);
        char fifo_text[128];
        (void)snprintf(fifo_text, sizeof fifo_text, "linux.namespaces[0].path: %s is not a network namespace", fifo);

        const struct {
                const char *path, *text;
        } rows[] = {
                {"/no/such",           "linux.namespaces[0].path: open /no/such: no such file or directory"    },
                { "/etc/passwd",       "linux.namespaces[0].path: /etc/passwd is not a network namespace"      },
                { "/proc/self/ns/uts", "linux.namespaces[0].path: /proc/self/ns/uts is not a network namespace"},
                { "/dev/null",         "linux.namespaces[0].path: /dev/null is not a network namespace"        },
                { fifo,                fifo_text                                                               },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct spec_namespace namespaces[NS_TYPES] = {
                        [NS_IPC] = {.set = true,  .path = "/proc/self/ns/ipc"},
                        [NS_NETWORK] = { .set = true, .path = rows[i].path       },
                };
                struct ns_joins joins;
                struct err err = { 0 };
                assert_int_equal(ns_joins_open(namespaces, &joins, &err), -1);
                assert_string_equal(err.text, rows[i].text);
                for (int j = 0; j < NS_TYPES; j++)
                        assert_int_equal(joins.fds[j], -1);
        }
        assert_int_equal(unlink(fifo), 0);
}

/* Another process in namespaces of its own, which sits until it is killed. as_uid: whom it and the one who joins are.
 */
static pid_t start_other(int flags, uid_t as_uid)
{
        int pipe_fds[2];
        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                return -1;
        pid_t other = fork();
        if (other == 0) {
                /* The signal last: a change of ids or of the user namespace takes it away. */
                bool is_ready = sys_setresuid(as_uid, as_uid, as_uid) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0 &&
                                unshare(flags) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
                if (write(pipe_fds[1], is_ready ? "+" : "-", 1) == 1)
                        (void)pause();
                _exit(0);
        }
        char answer = '-';
        (void)close(pipe_fds[1]);
        (void)read(pipe_fds[0], &answer, 1);
        (void)close(pipe_fds[0]);
        return answer == '+' ? other : -1;
}

/* Which types to join of which other process. */
struct join_row {
        uid_t uid;
        struct {
                int flags;
                enum ns_type types[NS_TYPES];
                size_t n_types;
        } others[2];
};

static int join(struct report *report, const void *arg)
{
        const struct join_row *row = arg;
        static char paths[NS_TYPES][64];
        struct spec_namespace namespaces[NS_TYPES] = { 0 };
        for (size_t i = 0; i < ARRAY_LEN(row->others) && row->others[i].flags; i++) {
                pid_t pid = start_other(row->others[i].flags, row->uid);
                if (pid < 0)
                        return -2;
                for (size_t j = 0; j < row->others[i].n_types; j++) {
                        enum ns_type type = row->others[i].types[j];
                        (void)snprintf(paths[type], sizeof paths[type], "/proc/%d/ns/%s", pid, proc_names[type]);
                        namespaces[type] = (struct spec_namespace){ .set = true, .path = paths[type] };
                }
        }
        if (sys_setresuid(row->uid, row->uid, row->uid) < 0 || prctl(PR_SET_DUMPABLE, 1) < 0)
                return -2;

        struct ns_joins joins;
        if (ns_joins_open(namespaces, &joins, &report->err) < 0 || ns_joins_enter(&joins, &report->err) < 0)
                return -1;

        for (int i = 0; i < NS_TYPES; i++) {
                char path[64];
                bool is_for_children = i == NS_PID || i == NS_TIME;
                (void)snprintf(path, sizeof path, "/proc/self/ns/%s%s", proc_names[i],
                               is_for_children ? "_for_children" : "");
                char ours[64] = "", theirs[64] = "";
                if (joins.fds[i] < 0)
                        continue;
                (void)readlink(path, ours, sizeof ours - 1);
                (void)snprintf(path, sizeof path, "/proc/self/fd/%d", joins.fds[i]);
                (void)readlink(path, theirs, sizeof theirs - 1);
                if (strcmp(ours, theirs) != 0)
                        (void)snprintf(report->text, sizeof report->text, "%s: %s is not %s", proc_names[i], ours,
                                       theirs);
        }
        return 0;
}

static void namespaces_of_others_are_entered(void **state)
{
        (void)state;
        needs_root();
        static const struct join_row rows[] = {
                {.others = { { CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS,
                                { NS_UTS, NS_NETWORK, NS_IPC, NS_MOUNT },
                                4 } }                                                         },
                {                                                                                              .others = { { CLONE_NEWPID | CLONE_NEWCGROUP, { NS_CGROUP }, 1 } }                                                                                            },
                { .others = { { CLONE_NEWUSER | CLONE_NEWUTS | CLONE_NEWNS, { NS_USER, NS_UTS, NS_MOUNT }, 3 } }                           },
 /* A network that belongs to the host, from within a user namespace that has no right to it. */
                {                                                                                                                         .others = { { CLONE_NEWUSER | CLONE_NEWUTS, { NS_USER, NS_UTS }, 2 },
                              { CLONE_NEWNET, { NS_NETWORK }, 1 } }},
 /* Without any right but that of the owner of a user namespace. */
                {                                                                                             .uid = 1000,
                 .others = { { CLONE_NEWUSER | CLONE_NEWUTS | CLONE_NEWNS, { NS_USER, NS_UTS, NS_MOUNT }, 3 } } },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(join, &rows[i]);
                if (report->rc == -2) {
                        print_message("skipped: row %zu needs namespaces that cannot be had here\n", i);
                        continue;
                }
                assert_string_equal(report->err.text, "");
                assert_string_equal(report->text, "");
                assert_int_equal(report->rc, 0);
        }
}

static int join_own_user(struct report *report, const void *arg)
{
        (void)arg;
        const struct spec_namespace namespaces[NS_TYPES] = {
                [NS_USER] = {.set = true, .path = "/proc/self/ns/user"}
        };
        struct ns_joins joins;
        if (ns_joins_open(namespaces, &joins, &report->err) < 0)
                return -2;
        return ns_joins_enter(&joins, &report->err);
}

static void a_namespace_that_cannot_be_entered_is_told(void **state)
{
        (void)state;
        const struct report *report = in_child(join_own_user, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "linux.namespaces: enter user namespace: invalid argument");
}

static int set_names(struct report *report, const void *arg)
{
        (void)arg;
        char host[65] = "", domain[65] = "";
        if (unshare(CLONE_NEWUTS) < 0 || ns_set_names("first", "example", &report->err) < 0 ||
            ns_set_names(NULL, NULL, &report->err) < 0 || ns_set_names("second", NULL, &report->err) < 0)
                return -2;
        (void)gethostname(host, sizeof host);
        (void)getdomainname(domain, sizeof domain);
        (void)snprintf(report->text, sizeof report->text, "%s %s", host, domain);

        char long_name[66];
        memset(long_name, 'a', sizeof long_name - 1);
        long_name[sizeof long_name - 1] = '\0';
        return ns_set_names(long_name, NULL, &report->err);
}

static void names_are_set_or_left_alone(void **state)
{
        (void)state;
        needs_root();
        const struct report *report = in_child(set_names, NULL);
        assert_string_equal(report->text, "second example");
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "sethostname "
                                              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                              ": invalid argument");
}

static int loopback_flags(void)
{
        auto_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        struct ifreq request = { .ifr_name = "lo" };
        return ioctl(fd, SIOCGIFFLAGS, &request) < 0 ? -1 : request.ifr_flags;
}

static int bring_up(struct report *report, const void *arg)
{
        (void)arg;
        if (unshare(CLONE_NEWNET) < 0)
                return -2;
        int before = loopback_flags();
        int rc = loopback_up(&report->err);
        (void)snprintf(report->text, sizeof report->text, "%d %d", !!(before & IFF_UP),
                       (loopback_flags() & (IFF_UP | IFF_RUNNING | IFF_LOOPBACK)) ==
                               (IFF_UP | IFF_RUNNING | IFF_LOOPBACK));
        return rc;
}

static int bring_up_without_the_right(struct report *report, const void *arg)
{
        (void)arg;
        if (sys_capset(0, 0, 0) < 0)
                return -2;
        return loopback_up(&report->err);
}

static void the_loopback_is_up(void **state)
{
        (void)state;
        const struct report *report = in_child(bring_up_without_the_right, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "bring up lo: operation not permitted");

        needs_root();
        report = in_child(bring_up, NULL);
        assert_string_equal(report->err.text, "");
        assert_string_equal(report->text, "0 1");
}

/* what the kernel has for our children, without the blanks that it puts between */
static int set_clocks(struct report *report, const void *linux_)
{
        FILE *file = NULL;
        char name[2][16];
        long long secs[2];
        int nanosecs[2];
        int proc_fd = open("/proc", O_PATH | O_CLOEXEC);
        if (time_make(linux_, proc_fd, &report->err) < 0)
                return -1;
        file = fopen("/proc/self/timens_offsets", "re");
        if (!file)
                return -2;
        int n = fscanf(file, "%15s %lld %d %15s %lld %d", name[0], &secs[0], &nanosecs[0], name[1], &secs[1],
                       &nanosecs[1]);
        (void)fclose(file);
        if (n == 6)
                (void)snprintf(report->text, sizeof report->text, "%s %lld %d, %s %lld %d", name[0], secs[0],
                               nanosecs[0], name[1], secs[1], nanosecs[1]);
        return 0;
}

static void clocks_are_set_for_the_children(void **state)
{
        (void)state;
        struct spec_linux linux_ = {
                .time_offsets.monotonic = {true, 5, 6}
        };
        assert_true(time_is_set(&linux_));
        needs_root();
        const struct report *report = in_child(set_clocks, &linux_);
        assert_string_equal(report->err.text, "");
        assert_string_equal(report->text, "monotonic 5 6, boottime 0 0");

        linux_ = (struct spec_linux){
                .time_offsets.boottime = {true, 70000, 8}
        };
        assert_true(time_is_set(&linux_));
        report = in_child(set_clocks, &linux_);
        assert_string_equal(report->text, "monotonic 0 0, boottime 70000 8");

        assert_false(time_is_set(&(const struct spec_linux){ 0 }));
}

static void a_clock_that_cannot_be_set_is_told(void **state)
{
        (void)state;
        static const struct spec_linux too_far = {
                .time_offsets.boottime = {true, -9000000000, 0}
        };
        needs_root();
        const struct report *report = in_child(set_clocks, &too_far);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "linux.timeOffsets.boottime: write \"boottime -9000000000 0\" to "
                                              "/proc/self/timens_offsets: numerical result out of range");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_type_has_the_bit_that_the_kernel_tells),
                cmocka_unit_test(new_ones_are_those_without_a_path),
                cmocka_unit_test(a_path_that_is_no_namespace_is_told),
                cmocka_unit_test(namespaces_of_others_are_entered),
                cmocka_unit_test(a_namespace_that_cannot_be_entered_is_told),
                cmocka_unit_test(names_are_set_or_left_alone),
                cmocka_unit_test(the_loopback_is_up),
                cmocka_unit_test(clocks_are_set_for_the_children),
                cmocka_unit_test(a_clock_that_cannot_be_set_is_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
