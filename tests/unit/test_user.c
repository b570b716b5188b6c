/* SPDX-License-Identifier: Apache-2.0 */
/* test_user.c - becoming the container's user, its home, its stdio, its limits and its keyring. */

#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "unit.h"

#include "base/file.h"
#include "child.h"
#include "sec/keyring.h"
#include "sec/rlimit.h"
#include "sec/user.h"
#include "sys/syscalls.h"

enum { UID = 1000, GID = 1001 };

/* An unlinked file with this content, read from its start. */
static int file_of(const char *content, size_t len)
{
        char path[] = "/tmp/tare-unit.XXXXXX";
        int fd = mkostemp(path, O_CLOEXEC);
        assert_true(fd >= 0);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(write_all(fd, content, len), 0);
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        return fd;
}

static void is_home(const char *passwd, uid_t uid, const char *home)
{
        auto_fd int fd = file_of(passwd, strlen(passwd));
        struct arena arena = { 0 };
        struct err err = { 0 };
        const char *found = NULL;
        assert_int_equal(user_home(fd, uid, &arena, &found, &err), 0);
        assert_string_equal(found, home);
        arena_finish(&arena);
}

static void a_home_is_that_of_the_first_line_of_the_uid(void **state)
{
        (void)state;
        static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
                                     "\n"
                                     "short:x:5:5\n"
                                     "odd:x:12x:5::/odd:\n"
                                     "none:x:6:6:::\n"
                                     "one:x:1000:1000:a,b:/home/one:/bin/sh\n"
                                     "two:x:1000:1000::/home/two:/bin/sh\n"
                                     "#old:x:8:8::/old:\n"
                                     "  blank:x:9:9::/blank \r\n"
                                     "last:x:7:7::/last";
        is_home(passwd, 0, "/root");
        is_home(passwd, 1000, "/home/one");
        is_home(passwd, 7, "/last");
        is_home(passwd, 9, "/blank");
        is_home(passwd, 8, "/");
        is_home(passwd, 5, "/");
        is_home(passwd, 6, "/");
        is_home(passwd, 12, "/");
        is_home(passwd, 4242, "/");
        is_home("", 0, "/");
        is_home("\n\n", 0, "/");
}

static void a_home_is_found_behind_many_lines_and_a_long_one(void **state)
{
        (void)state;
        auto_buf struct buf passwd = { 0 };
        for (unsigned int uid = 1; uid <= 3000; uid++)
                buf_add_format(&passwd, "user%u:x:%u:%u::/home/user%u:/bin/sh\n", uid, uid, uid, uid);
        for (int i = 0; i < 10000; i++)
                buf_add_text(&passwd, "x");
        buf_add_text(&passwd, "\nroot:x:0:0::/root:\n");
        is_home(buf_text(&passwd), 1, "/home/user1");
        is_home(buf_text(&passwd), 1777, "/home/user1777");
        is_home(buf_text(&passwd), 3000, "/home/user3000");
        is_home(buf_text(&passwd), 0, "/root");
}

static void a_file_that_is_no_passwd_costs_no_more_than_the_home(void **state)
{
        (void)state;
        const char *home = NULL;
        struct arena arena = { 0 };
        struct err err = { 0 };
        assert_int_equal(user_home(-1, 0, &arena, &home, &err), 0);
        assert_string_equal(home, "/");

        auto_fd int dir_fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_int_equal(user_home(dir_fd, 0, &arena, &home, &err), 0);
        assert_string_equal(home, "/");

        auto_fd int endless_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
        assert_int_equal(user_home(endless_fd, 0, &arena, &home, &err), 0);
        assert_string_equal(home, "/");
        arena_finish(&arena);
}

static int become(struct report *report, const void *arg)
{
        (void)arg;
        gid_t groups[] = { 7, 8 };
        const struct spec_user user = {
                .uid = UID, .gid = GID, .additional_gids = groups, .n_additional_gids = ARRAY_LEN(groups)
        };
        if (user_become(&user, SETGROUPS_ALLOW, &report->err) < 0)
                return -1;

        uid_t uids[3];
        gid_t gids[3], found[8] = { 0 };
        (void)getresuid(&uids[0], &uids[1], &uids[2]);
        (void)getresgid(&gids[0], &gids[1], &gids[2]);
        int n = getgroups(ARRAY_LEN(found), found);
        (void)snprintf(report->text, sizeof report->text, "%u %u %u, %u %u %u, %d: %u %u", uids[0], uids[1], uids[2],
                       gids[0], gids[1], gids[2], n, found[0], found[1]);
        return 0;
}

static void a_user_is_its_ids_and_groups_and_no_other(void **state)
{
        (void)state;
        needs_root();
        const struct report *report = in_child(become, NULL);
        assert_string_equal(report->err.text, "");
        assert_string_equal(report->text, "1000 1000 1000, 1001 1001 1001, 2: 7 8");
}

struct become_row {
        struct spec_user user;
        enum setgroups_rule rule;
        const char *text;
};

/* In a user namespace that maps root alone. */
static int become_unmapped(struct report *report, const void *arg)
{
        const struct become_row *row = arg;
        if (unshare(CLONE_NEWUSER) < 0)
                return -2;
        if (file_write(AT_FDCWD, "/proc/self/setgroups", "deny", &report->err) < 0 ||
            file_write(AT_FDCWD, "/proc/self/uid_map", "0 0 1", &report->err) < 0 ||
            file_write(AT_FDCWD, "/proc/self/gid_map", "0 0 1", &report->err) < 0)
                return -2;
        return user_become(&row->user, row->rule, &report->err);
}

static void an_id_that_is_not_mapped_is_told_by_its_number(void **state)
{
        (void)state;
        needs_root();
        static gid_t groups[] = { 0 };
        static const struct become_row rows[] = {
                {{ .uid = 0, .gid = GID },                                                   SETGROUPS_DENY, "cannot setgid to unmapped gid 1001 in user namespace"    },
                { { .uid = UID, .gid = 0 },                                                  SETGROUPS_DENY, "cannot setuid to unmapped uid 1000 in user namespace"    },
                { { .uid = 0, .gid = 0, .additional_gids = groups, .n_additional_gids = 1 },
                 SETGROUPS_ALLOW,                                                                            "cannot set any additional groups in a rootless container"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(become_unmapped, &rows[i]);
                if (report->rc == -2) {
                        print_message("skipped: no user namespaces here\n");
                        skip();
                }
                assert_int_equal(report->rc, -1);
                assert_string_equal(report->err.text, rows[i].text);
        }
}

static int become_row(struct report *report, const void *arg)
{
        const struct become_row *row = arg;
        return user_become(&row->user, row->rule, &report->err);
}

static void the_id_that_means_no_change_is_none(void **state)
{
        (void)state;
        needs_root();
        static const struct become_row rows[] = {
                {{ .uid = UID, .gid = UINT32_MAX },
                 SETGROUPS_ALLOW, "cannot setgid to unmapped gid 4294967295 in user namespace"},
                { { .uid = UINT32_MAX, .gid = GID },
                 SETGROUPS_ALLOW, "cannot setuid to unmapped uid 4294967295 in user namespace"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(become_row, &rows[i]);
                assert_int_equal(report->rc, -1);
                assert_string_equal(report->err.text, rows[i].text);
        }
}

/* stdin a file, stdout /dev/null, stderr a file of the uid already. */
static int own_stdio(struct report *report, const void *arg)
{
        const int *fds = arg;
        int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (dup2(fds[0], 0) < 0 || dup2(null_fd, 1) < 0 || dup2(fds[1], 2) < 0 || fchown(2, UID, 55) < 0)
                return -2;
        if (user_own_stdio(UID, &report->err) < 0)
                return -1;

        for (int fd = 0; fd < 3; fd++) {
                struct stat st;
                if (fstat(fd, &st) < 0)
                        return -2;
                report->values[fd] = st.st_uid;
                report->values[fd + 3] = st.st_gid;
        }
        return 0;
}

static void stdio_is_given_to_the_user_but_dev_null(void **state)
{
        (void)state;
        needs_root();
        const int fds[] = { file_of("", 0), file_of("", 0) };
        assert_int_equal(fchown(fds[0], 44, 45), 0);
        const struct report *report = in_child(own_stdio, fds);
        (void)close(fds[0]);
        (void)close(fds[1]);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
        static const uint64_t expected[] = { UID, 0, UID, 45, 0, 55 };
        assert_memory_equal(report->values, expected, sizeof expected);
}

static int own_closed_stdio(struct report *report, const void *arg)
{
        (void)arg;
        (void)close(1);
        return user_own_stdio(geteuid(), &report->err);
}

static void stdio_that_is_closed_is_told(void **state)
{
        (void)state;
        const struct report *report = in_child(own_closed_stdio, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "fstat stdout: bad file descriptor");
}

static int limit(struct report *report, const void *arg)
{
        (void)arg;
        const struct spec_rlimit rlimits[] = {
                {.resource = RLIMIT_NOFILE, .type = "RLIMIT_NOFILE", .soft = 100, .hard = 200},
                { .resource = RLIMIT_CORE,  .type = "RLIMIT_CORE",   .soft = 7,   .hard = 9  },
        };
        if (rlimits_apply(getpid(), rlimits, ARRAY_LEN(rlimits), &report->err) < 0)
                return -1;

        struct rlimit found;
        (void)getrlimit(RLIMIT_NOFILE, &found);
        report->values[0] = found.rlim_cur;
        report->values[1] = found.rlim_max;
        (void)getrlimit(RLIMIT_CORE, &found);
        report->values[2] = found.rlim_cur;
        report->values[3] = found.rlim_max;
        return 0;
}

static void limits_are_set_soft_and_hard(void **state)
{
        (void)state;
        const struct report *report = in_child(limit, NULL);
        assert_string_equal(report->err.text, "");
        static const uint64_t expected[] = { 100, 200, 7, 9 };
        assert_memory_equal(report->values, expected, sizeof expected);
}

static void a_limit_that_is_refused_is_told_by_its_place(void **state)
{
        (void)state;
        const struct spec_rlimit rlimits[] = {
                {.resource = RLIMIT_NOFILE, .type = "RLIMIT_NOFILE", .soft = 10, .hard = 5},
        };
        struct err err = { 0 };
        assert_int_equal(rlimits_apply(getpid(), rlimits, ARRAY_LEN(rlimits), &err), -1);
        assert_string_equal(err.text, "process.rlimits[0] RLIMIT_NOFILE: set soft 10, hard 5: invalid argument");
}

static int join_keyring(struct report *report, const void *arg)
{
        const enum keyring_search *search = arg;
        if (sys_keyctl(KEYCTL_GET_KEYRING_ID, (unsigned long)KEY_SPEC_SESSION_KEYRING, 0, 0, 0) < 0 && errno == ENOSYS)
                return -2;
        char id[64];
        (void)snprintf(id, sizeof id, "unit-%d", getpid());
        if (keyring_join(id, *search, &report->err) < 0)
                return -1;

        (void)sys_keyctl(KEYCTL_DESCRIBE, (unsigned long)KEY_SPEC_SESSION_KEYRING, (uintptr_t)report->text,
                         sizeof report->text - 1, 0);
        char expected[256];
        static const unsigned int permissions[] = {
                [KEYRING_AS_IT_IS] = 0x3f130000, [KEYRING_OWNER] = 0x3f1b0000, [KEYRING_OTHERS] = 0x3f130008
        };
        (void)snprintf(expected, sizeof expected, "keyring;%u;%u;%08x;_ses.%s", geteuid(), getegid(),
                       permissions[*search], id);
        return strcmp(report->text, expected) == 0 ? 0 : -1;
}

static void a_container_gets_a_session_keyring_of_its_own(void **state)
{
        (void)state;
        static const enum keyring_search searches[] = { KEYRING_AS_IT_IS, KEYRING_OWNER, KEYRING_OTHERS };
        for (size_t i = 0; i < ARRAY_LEN(searches); i++) {
                const struct report *report = in_child(join_keyring, &searches[i]);
                if (report->rc == -2) {
                        print_message("skipped: a kernel without keyrings\n");
                        skip();
                }
                if (report->rc != 0)
                        print_message("%s\n%s\n", report->err.text, report->text);
                assert_int_equal(report->rc, 0);
        }
}

static int join_long_keyring(struct report *report, const void *arg)
{
        (void)arg;
        char id[3000];
        memset(id, 'a', sizeof id);
        id[sizeof id - 1] = '\0';
        return keyring_join(id, KEYRING_OWNER, &report->err);
}

static void a_keyring_that_cannot_be_joined_is_told(void **state)
{
        (void)state;
        const struct report *report = in_child(join_long_keyring, NULL);
        assert_int_equal(report->rc, -1);
        assert_memory_equal(report->err.text, "join session keyring _ses.aaa", 29);
        assert_string_equal(report->err.text + strlen(report->err.text) - 20, ": file name too long");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_home_is_that_of_the_first_line_of_the_uid),
                cmocka_unit_test(a_home_is_found_behind_many_lines_and_a_long_one),
                cmocka_unit_test(a_file_that_is_no_passwd_costs_no_more_than_the_home),
                cmocka_unit_test(a_user_is_its_ids_and_groups_and_no_other),
                cmocka_unit_test(an_id_that_is_not_mapped_is_told_by_its_number),
                cmocka_unit_test(the_id_that_means_no_change_is_none),
                cmocka_unit_test(stdio_is_given_to_the_user_but_dev_null),
                cmocka_unit_test(stdio_that_is_closed_is_told),
                cmocka_unit_test(limits_are_set_soft_and_hard),
                cmocka_unit_test(a_limit_that_is_refused_is_told_by_its_place),
                cmocka_unit_test(a_container_gets_a_session_keyring_of_its_own),
                cmocka_unit_test(a_keyring_that_cannot_be_joined_is_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
