/* SPDX-License-Identifier: Apache-2.0 */
/* test_names.c - the user that `exec --user` names, by lists that may be anything. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "base/file.h"
#include "base/scope.h"
#include "sec/names.h"
#include "sec/passwd_lines.h"

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
                             "\n"
                             "#old:x:1000:7::/old:\n"
                             "user1:x:1000:1001:One,1:/home/user1:/bin/sh\n"
                             "twice:x:1000:2002::/home/twice:\n"
                             "user1:x:0:0::/:\n"
                             "0:x:1234:1234::/zero:\n"
                             "1001:x:0:0:a number as a name:/root:\n"
                             "-1:x:0:0::/root:\n"
                             "+1:x:0:0::/root:\n"
                             "badid:x:zero:0::/root:\n"
                             "badgid:x:5:zero::/root:\n"
                             "noid:x:4294967295:4294967295::/root:\n"
                             "short:x:6:7\n"
                             "shorter:x:6\n"
                             "nohome:x:8:9:::\n"
                             "large:x:4294967294:3000000000::/large:\n"
                             ":x:10:10::/nameless:\n"
                             "  blanks:x:11:12::/blanks: \r\n"
                             "last:x:13:14::/last";

static const char groups[] = "root:x:0:\n"
                             "#gone:x:1:user1\n"
                             "user1:x:1001:\n"
                             "wheel:x:10:root,user1\n"
                             "1001:x:0:\n"
                             "badid:x:zero:user1\n"
                             "noid:x:4294967295:user1\n"
                             "short:x\n"
                             "wheel:x:99:\n"
                             "almost:x:11:user11,xuser1\n"
                             "alone:x:12:user1\n"
                             "both:x:13:user1,last,user1\n"
                             "empty:x:14:,,\n"
                             "  blanks:x:15:last,user1 \r\n"
                             "end:x:16:last";

/* An unlinked file with this content, read from its start; -1 for none. */
static int file_of(const char *content)
{
        if (!content)
                return -1;
        char path[] = "/tmp/tare-unit.XXXXXX";
        int fd = mkostemp(path, O_CLOEXEC);
        assert_true(fd >= 0);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(write_all(fd, content, strlen(content)), 0);
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        return fd;
}

/* "UID GID HOME GROUP..." of the user, or why there is none. The caller's buffer has 256 bytes. */
static const char *find(const char *wanted, const struct names_files *files, char *ret)
{
        struct arena arena = { 0 };
        struct names_user user;
        struct err err = { 0 };
        if (names_find_user(wanted, files, &arena, &user, &err) < 0) {
                (void)snprintf(ret, 256, "%.255s", err.text);
                arena_finish(&arena);
                return ret;
        }

        int len = snprintf(ret, 256, "%u %u %s", user.ids.uid, user.ids.gid, user.home);
        for (size_t i = 0; i < user.ids.n_additional_gids; i++)
                len += snprintf(ret + len, 256 - (size_t)len, " %u", user.ids.additional_gids[i]);
        assert_false(user.ids.umask.set);
        arena_finish(&arena);
        return ret;
}

struct row {
        const char *wanted, *found;
};

static void walk(const struct row *rows, size_t n, const char *passwd_text, const char *group_text)
{
        for (size_t i = 0; i < n; i++) {
                auto_fd int passwd_fd = file_of(passwd_text);
                auto_fd int group_fd = file_of(group_text);
                char found[256];
                assert_string_equal(find(rows[i].wanted, &(struct names_files){ passwd_fd, group_fd }, found),
                                    rows[i].found);
        }
}

static void a_name_is_its_first_entry(void **state)
{
        (void)state;
        static const struct row rows[] = {
                {"root",    "0 0 /root 10"                     },
                { "user1",  "1000 1001 /home/user1 10 12 13 15"},
                { "user1:", "1000 1001 /home/user1 10 12 13 15"},
                { "last",   "13 14 /last 13 15 16"             },
                { "blanks", "11 12 /blanks"                    },
                { "short",  "6 7 /"                            },
                { "nohome", "8 9 /"                            },
                { "large",  "4294967294 3000000000 /large"     },
        };
        walk(rows, ARRAY_LEN(rows), passwd, groups);
}

static void a_number_is_itself_and_its_entry_tells_the_rest(void **state)
{
        (void)state;
        static const struct row rows[] = {
                {"1000",        "1000 1001 /home/user1 10 12 13 15"},
                { "01000",      "1000 1001 /home/user1 10 12 13 15"},
                { "+1000",      "1000 1001 /home/user1 10 12 13 15"},
                { "10",         "10 10 /nameless"                  },
                { "77",         "77 0 /"                           },
                { "2147483647", "2147483647 0 /"                   },
                { "77:88",      "77 88 /"                          },
                { "1000:0",     "1000 0 /home/user1"               },
                { "1000:2000",  "1000 2000 /home/user1"            },
        };
        walk(rows, ARRAY_LEN(rows), passwd, groups);
}

/* CVE-2016-3697: an image in which the number that the caller asks for is a name of root. */
static void a_number_is_never_a_name_nor_a_name_a_number(void **state)
{
        (void)state;
        static const struct row rows[] = {
                {"1001",        "1001 0 /"                                                       },
                { "1001:1001",  "1001 1001 /"                                                    },
                { "+1",         "1 0 /"                                                          },
                { "-0",         "0 0 /root 10"                                                   },
                { "-1",         "uids and gids must be in range 0-2147483647"                    },
                { "0",          "0 0 /root 10"                                                   },
                { "user1:1001", "1000 1001 /home/user1"                                          },
                { "1e3",        "unable to find user 1e3: no matching entries in passwd file"    },
                { "0x0",        "unable to find user 0x0: no matching entries in passwd file"    },
                { " 0",         "unable to find user  0: no matching entries in passwd file"     },
                { "-",          "unable to find user -: no matching entries in passwd file"      },
                { "+-1",        "unable to find user +-1: no matching entries in passwd file"    },
 /* A name whose number is none is no user, least of all 0. */
                { "badid",      "unable to find user badid: no matching entries in passwd file"  },
                { "badgid",     "unable to find user badgid: no matching entries in passwd file" },
                { "noid",       "unable to find user noid: no matching entries in passwd file"   },
                { "shorter",    "unable to find user shorter: no matching entries in passwd file"},
                { "#old",       "unable to find user #old: no matching entries in passwd file"   },
                { "root:badid", "unable to find group badid: no matching entries in group file"  },
                { "root:noid",  "unable to find group noid: no matching entries in group file"   },
                { "root:short", "unable to find group short: no matching entries in group file"  },
                { "root:#gone", "unable to find group #gone: no matching entries in group file"  },
        };
        walk(rows, ARRAY_LEN(rows), passwd, groups);
}

static void a_group_that_is_given_is_the_only_one(void **state)
{
        (void)state;
        static const struct row rows[] = {
                {"user1:wheel", "1000 10 /home/user1"},
                { "1000:wheel", "1000 10 /home/user1"},
                { "77:end",     "77 16 /"            },
                { "user1:0",    "1000 0 /home/user1" },
                { "user1:+5",   "1000 5 /home/user1" },
                { ":wheel",     "0 10 /root"         },
                { ":5",         "0 5 /root"          },
                { "",           "0 0 /root 10"       },
                { ":",          "0 0 /root 10"       },
        };
        walk(rows, ARRAY_LEN(rows), passwd, groups);
}

static void what_is_not_there_is_told_by_its_name(void **state)
{
        (void)state;
        static const struct row rows[] = {
                {"nobody",                "unable to find user nobody: no matching entries in passwd file" },
                { "nobody:wheel",         "unable to find user nobody: no matching entries in passwd file" },
                { "root:nogroup",         "unable to find group nogroup: no matching entries in group file"},
                { "root:a:b",             "unable to find group a:b: no matching entries in group file"    },
                { "2147483648",           "uids and gids must be in range 0-2147483647"                    },
                { "4294967295",           "uids and gids must be in range 0-2147483647"                    },
                { "99999999999999999999", "uids and gids must be in range 0-2147483647"                    },
                { "root:-1",              "uids and gids must be in range 0-2147483647"                    },
                { "root:4294967296",      "uids and gids must be in range 0-2147483647"                    },
        };
        walk(rows, ARRAY_LEN(rows), passwd, groups);
}

static void an_image_without_lists_has_numbers_only(void **state)
{
        (void)state;
        static const struct row rows[] = {
                {"5",        "5 0 /"                                                        },
                { "5:6",     "5 6 /"                                                        },
                { "",        "0 0 /"                                                        },
                { "root",    "unable to find user root: no matching entries in passwd file" },
                { "5:wheel", "unable to find group wheel: no matching entries in group file"},
        };
        walk(rows, ARRAY_LEN(rows), NULL, NULL);
        walk(rows, ARRAY_LEN(rows), "", "");
        walk(rows, ARRAY_LEN(rows), "\n\n", "\n");
}

static void add_members(struct buf *text, unsigned int from, unsigned int to)
{
        for (unsigned int i = from; i < to; i++)
                buf_add_format(text, "%smember%u", i == from ? "" : ",", i);
}

/* A window holds about 370 of these members; none may be lost or cut at its end. */
static void every_member_of_a_long_line_is_one(void **state)
{
        (void)state;
        auto_buf struct buf group_text = { 0 };
        auto_buf struct buf passwd_text = { 0 };
        buf_add_text(&group_text, "huge:x:100:");
        add_members(&group_text, 1000, 6000);
        /* Twice in one line is once in the group. */
        buf_add_text(&group_text, ",member1000\nbehind:x:101:");
        add_members(&group_text, 1000, 1700);
        buf_add_text(&group_text, "\n");
        for (unsigned int i = 1000; i < 6000; i++)
                buf_add_format(&passwd_text, "member%u:x:%u:1::/home/%u:\n", i, i, i);

        auto_fd int passwd_fd = file_of(buf_text(&passwd_text));
        auto_fd int group_fd = file_of(buf_text(&group_text));
        for (unsigned int i = 1000; i < 6000; i += 7) {
                char wanted[32], expected[64], found[256];
                (void)snprintf(wanted, sizeof wanted, "member%u", i);
                (void)snprintf(expected, sizeof expected, "%u 1 /home/%u 100%s", i, i, i < 1700 ? " 101" : "");
                assert_int_equal(lseek(passwd_fd, 0, SEEK_SET), 0);
                assert_int_equal(lseek(group_fd, 0, SEEK_SET), 0);
                assert_string_equal(find(wanted, &(struct names_files){ passwd_fd, group_fd }, found), expected);
        }

        /* Neither a part of a member nor the rest of a line is a member or a group. */
        static const struct row rows[] = {
                {"1000:behind",  "1000 101 /home/1000"                                           },
                { "1000:member", "unable to find group member: no matching entries in group file"},
        };
        walk(rows, ARRAY_LEN(rows), buf_text(&passwd_text), buf_text(&group_text));
}

/* A line of users that does not fit into the window is none: neither its start nor what follows a comma in it. Of a
 * line of groups only the start is one. */
static void the_rest_of_a_long_line_is_no_line(void **state)
{
        (void)state;
        auto_buf struct buf text = { 0 };
        buf_add_text(&text, "start:x:1:1:comment:/cut,");
        for (int i = 0; i < 4065; i++)
                buf_add_text(&text, "x");
        buf_add_text(&text, ",rest:x:0:0::/root:\nafter:x:2:2::/after:\n");
        static const struct row rows[] = {
                {"start",    "unable to find user start: no matching entries in passwd file"},
                { "rest",    "unable to find user rest: no matching entries in passwd file" },
                { "0",       "0 0 /"                                                        },
                { "after",   "2 2 /after"                                                   },
                { "5:start", "5 1 /"                                                        },
                { "5:rest",  "unable to find group rest: no matching entries in group file" },
                { "5:after", "5 2 /"                                                        },
        };
        walk(rows, ARRAY_LEN(rows), buf_text(&text), buf_text(&text));
}

static void find_in(const char *wanted, const char *passwd_path, const char *group_path, const char *expected)
{
        auto_fd int passwd_fd = open(passwd_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        auto_fd int group_fd = open(group_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        char found[256];
        assert_string_equal(find(wanted, &(struct names_files){ passwd_fd, group_fd }, found), expected);
}

static void a_file_that_cannot_be_read_is_told_where_it_matters(void **state)
{
        (void)state;
        find_in("root", "/", "/", "unable to find user root: passwd file: read: is a directory");
        find_in("0", "/", "/", "unable to find user 0: passwd file: read: is a directory");
        find_in("5:6", "/", "/", "5 6 /");
        find_in("5:wheel", "/dev/null", "/", "unable to find group wheel: group file: read: is a directory");

        auto_fd int passwd_fd = file_of(passwd);
        auto_fd int directory_fd = open("/", O_RDONLY | O_CLOEXEC);
        char found[256];
        assert_string_equal(find("user1", &(struct names_files){ passwd_fd, directory_fd }, found),
                            "unable to find groups of user user1: group file: read: is a directory");
}

static void a_file_without_end_is_left_in_time(void **state)
{
        (void)state;
        find_in("root", "/dev/zero", "/dev/zero",
                "unable to find user root: passwd file: larger than any list of users");
        find_in("5:6", "/dev/zero", "/dev/zero", "5 6 /");
        find_in("5:wheel", "/dev/null", "/dev/zero",
                "unable to find group wheel: group file: larger than any list of users");
}

/* The line at which reading stops is half a line: nobody's, though it may look like one. */
static void the_line_at_the_limit_is_none(void **state)
{
        (void)state;
        static const char line[] = "someone:x:7:7::/home/someone/of/a/certain/length:/bin/sh\n";
        const size_t len = strlen(line);
        size_t n_read = 0;
        for (size_t i = 0; i < PASSWD_READS_MAX; i++)
                n_read += PASSWD_WINDOW_SIZE - n_read % len;
        assert_true(n_read % len > strlen("someone:x:7:7::/home"));

        auto_buf struct buf text = { 0 };
        const size_t n_whole = n_read / len;
        for (size_t i = 0; i <= n_whole; i++)
                buf_add_text(&text, line);
        char *uids = text.data + strlen("someone:x:");
        uids[(n_whole - 1) * len] = '8';
        uids[n_whole * len] = '9';
        static const struct row rows[] = {
                {"7",  "7 7 /home/someone/of/a/certain/length"                            },
                { "8", "8 7 /home/someone/of/a/certain/length"                            },
                { "9", "unable to find user 9: passwd file: larger than any list of users"},
        };
        walk(rows, ARRAY_LEN(rows), buf_text(&text), "");
}

static void more_groups_than_a_process_can_have_are_refused(void **state)
{
        (void)state;
        auto_buf struct buf text = { 0 };
        for (unsigned int i = 0; i < 65537; i++)
                buf_add_format(&text, "g:x:%u:user1\n", i);
        static const struct row rows[] = {
                {"user1", "user user1 is in more than 65536 groups"},
        };
        walk(rows, ARRAY_LEN(rows), passwd, buf_text(&text));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_name_is_its_first_entry),
                cmocka_unit_test(a_number_is_itself_and_its_entry_tells_the_rest),
                cmocka_unit_test(a_number_is_never_a_name_nor_a_name_a_number),
                cmocka_unit_test(a_group_that_is_given_is_the_only_one),
                cmocka_unit_test(what_is_not_there_is_told_by_its_name),
                cmocka_unit_test(an_image_without_lists_has_numbers_only),
                cmocka_unit_test(every_member_of_a_long_line_is_one),
                cmocka_unit_test(the_rest_of_a_long_line_is_no_line),
                cmocka_unit_test(a_file_that_cannot_be_read_is_told_where_it_matters),
                cmocka_unit_test(a_file_without_end_is_left_in_time),
                cmocka_unit_test(the_line_at_the_limit_is_none),
                cmocka_unit_test(more_groups_than_a_process_can_have_are_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
