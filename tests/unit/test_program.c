/* SPDX-License-Identifier: Apache-2.0 */
/* test_program.c - the program's environment, the file that is found for it, and the working directory it starts in. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "unit.h"

#include "base/buf.h"
#include "child.h"
#include "sec/program.h"
#include "sec/user.h"

#define LIST(...) list_of((const char *[]){ __VA_ARGS__, NULL })

static struct text_list list_of(const char **items)
{
        struct text_list list = { .items = items };
        while (items[list.n])
                list.n++;
        return list;
}

/* The whole environment in one text, a blank after each variable. */
static void is_env(struct text_list env, const char *home, const char *const *extra, const char *expected)
{
        struct arena arena = { 0 };
        struct err err = { 0 };
        const char **found = NULL;
        assert_int_equal(program_env(&env, home, extra, &arena, &found, &err), 0);

        auto_buf struct buf text = { 0 };
        for (size_t i = 0; found[i]; i++)
                buf_add_format(&text, "%s ", found[i]);
        assert_string_equal(buf_text(&text), expected);
        arena_finish(&arena);
}

static void an_environment_keeps_the_last_of_a_name_in_its_place(void **state)
{
        (void)state;
        static const char *const extra[] = { "LISTEN_FDS=2", NULL };
        is_env(LIST("A=1", "HOME=/h", "B=2"), "/", NULL, "A=1 HOME=/h B=2 ");
        is_env(LIST("A=1", "HOME=/h", "A=2", "AB=3", "A="), "/", NULL, "HOME=/h AB=3 A= ");
        is_env(LIST("LISTEN_FDS=9", "HOME=/h", "Z=1=2"), "/", extra, "HOME=/h Z=1=2 LISTEN_FDS=2 ");
}

static void an_environment_has_a_home(void **state)
{
        (void)state;
        static const char *const extra[] = { "X=1", NULL };
        is_env((struct text_list){ 0 }, "/root", NULL, "HOME=/root ");
        is_env(LIST("HOME=", "A=1"), "/root", extra, "A=1 HOME=/root X=1 ");
        is_env(LIST("HOME=/a", "HOME="), "/root", NULL, "HOME=/root ");
        is_env(LIST("HOME=", "HOME=/a"), "/root", NULL, "HOME=/a ");
        is_env(LIST("HOMES=1"), "/root", NULL, "HOMES=1 HOME=/root ");

        struct text_list empty = LIST("HOME="), set = LIST("HOME=/a", "A=1"), other = LIST("HOMES=1");
        assert_true(program_wants_home(&empty));
        assert_false(program_wants_home(&set));
        assert_true(program_wants_home(&other));
}

static void an_environment_may_be_large(void **state)
{
        (void)state;
        enum { N = 20000 };
        static char names[N][16];
        static const char *items[N + 1];
        for (size_t i = 0; i < N; i++) {
                (void)snprintf(names[i], sizeof names[i], "V%zu=%zu", i % (N / 2), i);
                items[i] = names[i];
        }
        struct text_list env = { .items = items, .n = N };
        struct arena arena = { 0 };
        struct err err = { 0 };
        const char **found = NULL;
        assert_int_equal(program_env(&env, "/", NULL, &arena, &found, &err), 0);
        for (size_t i = 0; i < N / 2; i++)
                assert_string_equal(found[i], names[N / 2 + i]);
        assert_string_equal(found[N / 2], "HOME=/");
        assert_null(found[N / 2 + 1]);
        arena_finish(&arena);
}

static void a_variable_needs_a_name_and_an_equals_sign(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct err err = { 0 };
        const char **found = NULL;
        struct text_list env = LIST("A=1", "B");
        assert_int_equal(program_env(&env, "/", NULL, &arena, &found, &err), -1);
        assert_string_equal(err.text, "invalid environment variable: missing '='");
        env = LIST("=1", "B");
        assert_int_equal(program_env(&env, "/", NULL, &arena, &found, &err), -1);
        assert_string_equal(err.text, "invalid environment variable: name cannot be empty");
        env = LIST("");
        assert_int_equal(program_env(&env, "/", NULL, &arena, &found, &err), -1);
        assert_string_equal(err.text, "invalid environment variable: missing '='");
        arena_finish(&arena);
}

/* A directory with files to be found, which is the working directory of the tests. */
static const struct {
        const char *path;
        mode_t mode; /* with S_IFDIR: a directory */
} files[] = {
        {"one",          S_IFDIR | 0755},
        { "one/plain",   0644          },
        { "one/tool",    0644          },
        { "one/dir",     S_IFDIR | 0755},
        { "two",         S_IFDIR | 0755},
        { "two/tool",    0755          },
        { "two/rooted",  0700          },
        { "secret",      S_IFDIR | 0700},
        { "secret/tool", 0755          },
};
static char top[] = "/tmp/tare-unit.XXXXXX";

static int make_files(void **state)
{
        (void)state;
        if (!mkdtemp(top) || chdir(top) < 0 || chmod(".", 0755) < 0)
                return -1;
        for (size_t i = 0; i < ARRAY_LEN(files); i++) {
                if (S_ISDIR(files[i].mode) ? mkdir(files[i].path, 0755) : mknod(files[i].path, S_IFREG | 0644, 0))
                        return -1;
                if (chmod(files[i].path, files[i].mode & 07777) < 0)
                        return -1;
        }
        return symlink("loop", "loop");
}

static int remove_files(void **state)
{
        (void)state;
        (void)unlink("loop");
        for (size_t i = ARRAY_LEN(files); i-- > 0;)
                (void)remove(files[i].path);
        return rmdir(top);
}

/* What is found, or the error. "@" stands for the directory of the files. */
static void expand(const char *text, char *ret, size_t size)
{
        size_t len = 0;
        ret[0] = '\0';
        for (; *text != '\0' && len < size - sizeof top; text++)
                len += (size_t)snprintf(ret + len, size - len, *text == '@' ? "%s" : "%.1s", *text == '@' ? top : text);
}

struct find_row {
        const char *name, *path, *expected;
};

static int find(struct report *report, const void *arg)
{
        const struct find_row *row = arg;
        char name[PATH_MAX], path[PATH_MAX], found[PATH_MAX];
        expand(row->name, name, sizeof name);
        expand(row->path, path, sizeof path);
        const char *const env[] = { "A=1", "XPATH=/bin", row->path[0] == '-' ? NULL : path, NULL };
        if (program_find(name, env, found, &report->err) < 0)
                return -1;
        (void)snprintf(report->text, sizeof report->text, "%.200s", found);
        return 0;
}

static int find_as_user(struct report *report, const void *arg)
{
        const struct spec_user user = { .uid = 1000, .gid = 1000 };
        if (user_become(&user, SETGROUPS_ALLOW, &report->err) < 0)
                return -1;
        return find(report, arg);
}

static void is_found(int (*act)(struct report *, const void *), const struct find_row *row)
{
        char expected[PATH_MAX];
        expand(row->expected, expected, sizeof expected);
        const struct report *report = in_child(act, row);
        assert_string_equal(report->rc == 0 ? report->text : report->err.text, expected);
}

static void a_program_is_found_as_go_finds_it(void **state)
{
        (void)state;
#define RELATIVE  ": cannot run executable found relative to current directory"
#define NOT_FOUND ": executable file not found in $PATH"
        static const struct find_row rows[] = {
                {"@/two/tool",    "PATH=",                             "@/two/tool"                                                        },
                { "two/tool",     "PATH=",                             "two/tool"                                                          },
                { "./two/tool",   "PATH=/bin",                         "./two/tool"                                                        },
                { "@/no",         "PATH=/bin",                         "exec: \"@/no\": stat @/no: no such file or directory"              },
                { "./no",         "PATH=/bin",                         "exec: \"./no\": stat ./no: no such file or directory"              },
                { "/loop/x",      "PATH=/bin",                         "exec: \"/loop/x\": stat /loop/x: no such file or directory"        },
                { "./loop",       "PATH=/bin",                         "exec: \"./loop\": stat ./loop: too many levels of symbolic links"  },
                { "@/two/tool/x", "PATH=/bin",                         "exec: \"@/two/tool/x\": stat @/two/tool/x: not a directory"        },
                { "@/one",        "PATH=/bin",                         "exec: \"@/one\": is a directory"                                   },
                { "@/one/plain",  "PATH=/bin",                         "exec: \"@/one/plain\": permission denied (it has no execute bit)"  },

                { "tool",         "PATH=@/two",                        "@/two/tool"                                                        },
                { "tool",         "PATH=@/two/",                       "@/two/tool"                                                        },
                { "tool",         "PATH=/nosuch:@/one:@/two:@/secret", "@/two/tool"                                                        },
                { "tool",         "PATH=@/one",                        "exec: \"tool\"" NOT_FOUND " (@/one/tool has no execute bit)"       },
                { "dir",          "PATH=@/one",                        "exec: \"dir\"" NOT_FOUND " (@/one/dir is no file, but a directory)"},
                { "no",           "PATH=@/one:@/two",                  "exec: \"no\"" NOT_FOUND                                            },
                { "tool",         "PATH=",                             "exec: \"tool\"" NOT_FOUND                                          },
                { "sh",           "-",                                 "exec: \"sh\"" NOT_FOUND                                            },
                { "",             "PATH=@/two",                        "exec: \"\"" NOT_FOUND " (@/two/ is no file, but a directory)"      },
                { "..",           "PATH=@/two",                        "exec: \"..\"" NOT_FOUND " (@/two/.. is no file, but a directory)"  },

                { "tool",         "PATH=two",                          "exec: \"tool\"" RELATIVE                                           },
                { "tool",         "PATH=one:two:@/two",                "exec: \"tool\"" RELATIVE                                           },
                { "two",          "PATH=:.",                           "exec: \"two\"" NOT_FOUND " (./two is no file, but a directory)"    },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                is_found(find, &rows[i]);

        assert_int_equal(chdir("two"), 0);
        static const char *const here[] = { "PATH=.", "PATH=:/nosuch", "PATH=/nosuch:.", "PATH=/nosuch::@/two" };
        for (size_t i = 0; i < ARRAY_LEN(here); i++)
                is_found(find, &(struct find_row){ "tool", here[i], "exec: \"tool\"" RELATIVE });
        assert_int_equal(chdir(".."), 0);
}

static void a_program_is_looked_for_with_the_users_rights(void **state)
{
        (void)state;
        needs_root();
#define ROOTED " has mode 0700 and is owned by 0:0, and the user is 1000:1000)"
        static const struct find_row rows[] = {
                {"@/two/rooted",   "PATH=",               "exec: \"@/two/rooted\": permission denied (it" ROOTED          },
                { "@/secret/tool", "PATH=",               "exec: \"@/secret/tool\": stat @/secret/tool: permission denied"},
                { "tool",          "PATH=@/secret:@/two", "@/two/tool"                                                    },
                { "tool",          "PATH=@/secret",       "exec: \"tool\"" NOT_FOUND                                      },
                { "rooted",        "PATH=@/two",          "exec: \"rooted\"" NOT_FOUND " (@/two/rooted" ROOTED            },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                is_found(find_as_user, &rows[i]);
        is_found(find, &(struct find_row){ "rooted", "PATH=@/two", "@/two/rooted" });
}

static void a_path_too_long_is_told_or_passed_over(void **state)
{
        (void)state;
        char name[PATH_MAX + 10], found[PATH_MAX];
        memset(name, 'a', sizeof name);
        name[sizeof name - 1] = '\0';
        struct err err = { 0 };
        static const char *const env[] = { "PATH=/bin:/usr/bin", NULL };
        assert_int_equal(program_find(name, env, found, &err), -1);
        assert_string_equal(err.text + strlen(err.text) - 38, "a\": executable file not found in $PATH");
        name[0] = '/';
        assert_int_equal(program_find(name, env, found, &err), -1);
        assert_int_equal(err.code, ENAMETOOLONG);
}

static int check_cwd_outside(struct report *report, const void *arg)
{
        (void)arg;
        if (chroot("one") < 0)
                return -2;
        return program_check_cwd(&report->err);
}

static int check_cwd_removed(struct report *report, const void *arg)
{
        (void)arg;
        if (mkdir("gone", 0755) < 0 || chdir("gone") < 0 || rmdir("../gone") < 0)
                return -2;
        return program_check_cwd(&report->err);
}

static void a_working_directory_outside_of_the_root_is_refused(void **state)
{
        (void)state;
        static const char verdict[] = "current working directory is outside of container mount namespace root -- "
                                      "possible container breakout detected";
        struct err err = { 0 };
        assert_int_equal(program_check_cwd(&err), 0);

        const struct report *report = in_child(check_cwd_removed, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, verdict);

        needs_root();
        report = in_child(check_cwd_outside, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, verdict);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_environment_keeps_the_last_of_a_name_in_its_place),
                cmocka_unit_test(an_environment_has_a_home),
                cmocka_unit_test(an_environment_may_be_large),
                cmocka_unit_test(a_variable_needs_a_name_and_an_equals_sign),
                cmocka_unit_test(a_program_is_found_as_go_finds_it),
                cmocka_unit_test(a_program_is_looked_for_with_the_users_rights),
                cmocka_unit_test(a_path_too_long_is_told_or_passed_over),
                cmocka_unit_test(a_working_directory_outside_of_the_root_is_refused),
        };
        return cmocka_run_group_tests(tests, make_files, remove_files);
}
