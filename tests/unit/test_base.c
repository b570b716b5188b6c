/* SPDX-License-Identifier: Apache-2.0 */
/* test_base.c - the pure parts of base: errors, numbers, paths, buffers, JSON output, /proc/PID/stat. */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json_out.h"
#include "base/number.h"
#include "base/path.h"
#include "base/proc.h"

static void an_error_gathers_its_context(void **state)
{
        (void)state;
        struct err err = { 0 };
        errno = ENOENT;
        assert_int_equal(fail_sys(&err, "open %s", "/x"), -1);
        assert_int_equal(errno, ENOENT);
        assert_int_equal(fail_at(&err, "mounts[%d]", 3), -1);
        assert_string_equal(err.text, "mounts[3]: open /x: no such file or directory");
        assert_int_equal(err.code, ENOENT);

        assert_int_equal(fail(&err, "not %s", "so"), -1);
        assert_string_equal(err.text, "not so");
        assert_int_equal(err.code, 0);
}

static void a_long_error_keeps_both_ends(void **state)
{
        (void)state;
        char long_name[ERR_TEXT_MAX + 100];
        memset(long_name, 'a', sizeof long_name);
        long_name[sizeof long_name - 1] = '\0';

        struct err err = { 0 };
        errno = EACCES;
        (void)fail_sys(&err, "open %s", long_name);
        (void)fail_at(&err, "first %s", long_name);
        (void)fail_at(&err, "start");
        assert_true(strlen(err.text) < ERR_TEXT_MAX);
        assert_memory_equal(err.text, "start: first aaa", 16);
        assert_non_null(strstr(err.text, "a ... a"));
        assert_string_equal(err.text + strlen(err.text) - 21, "aa: permission denied");
}

#ifdef __GLIBC__
static void errno_texts_are_those_of_glibc_in_lower_case(void **state)
{
        (void)state;
        for (int code = 1; code < 134; code++) {
                char expected[128];
                (void)snprintf(expected, sizeof expected, "%s", strerror(code));
                if (strncmp(expected, "Unknown error", 13) == 0)
                        (void)snprintf(expected, sizeof expected, "errno %d", code);
                /* Go keeps "RFS" as it is, a name. */
                if (expected[0] >= 'A' && expected[0] <= 'Z' && strncmp(expected, "RFS", 3) != 0)
                        expected[0] = (char)(expected[0] - 'A' + 'a');
                assert_string_equal(errno_text(code), expected);
        }
        assert_string_equal(errno_text(4000), "errno 4000");
        assert_string_equal(errno_text(-1), "errno -1");
}
#endif

static void numbers_are_whole_strings_in_range(void **state)
{
        (void)state;
        uint64_t u = 7;
        assert_true(number_u64("0", 0, 10, &u));
        assert_int_equal(u, 0);
        assert_true(number_u64("18446744073709551615", 0, UINT64_MAX, &u));
        assert_true(u == UINT64_MAX);
        static const char *const no_u64[] = {
                "", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616", "99999999999999999999"
        };
        for (size_t i = 0; i < ARRAY_LEN(no_u64); i++)
                assert_false(number_u64(no_u64[i], 0, UINT64_MAX, &u));
        assert_false(number_u64("4", 5, 10, &u));
        assert_false(number_u64("11", 5, 10, &u));

        int64_t i64 = 7;
        assert_true(number_i64("-9223372036854775808", INT64_MIN, INT64_MAX, &i64));
        assert_true(i64 == INT64_MIN);
        assert_true(number_i64("9223372036854775807", INT64_MIN, INT64_MAX, &i64));
        assert_true(i64 == INT64_MAX);
        assert_false(number_i64("9223372036854775808", INT64_MIN, INT64_MAX, &i64));
        assert_false(number_i64("-9223372036854775809", INT64_MIN, INT64_MAX, &i64));
        assert_false(number_i64("-", INT64_MIN, INT64_MAX, &i64));
        assert_true(number_i64("-5", -5, 5, &i64));
        assert_int_equal(i64, -5);
        assert_false(number_i64("-6", -5, 5, &i64));
}

static void paths_are_cleaned_by_their_letters(void **state)
{
        (void)state;
        static const struct {
                const char *path, *clean;
        } rows[] = {
                {"",            "/"         },
                { "/",          "/"         },
                { "//",         "/"         },
                { "a",          "/a"        },
                { "/a/",        "/a"        },
                { "/a//b/./c",  "/a/b/c"    },
                { "/a/../b",    "/b"        },
                { "/a/../../b", "/b"        },
                { "../../..",   "/"         },
                { "/a/b/../..", "/"         },
                { "/a/..b/...", "/a/..b/..."},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char clean[PATH_MAX];
                struct err err = { 0 };
                assert_int_equal(path_clean(rows[i].path, clean, &err), 0);
                assert_string_equal(clean, rows[i].clean);
        }

        char too_long[PATH_MAX + 8];
        memset(too_long, 'x', sizeof too_long - 1);
        too_long[sizeof too_long - 1] = '\0';
        char clean[PATH_MAX];
        struct err err = { 0 };
        assert_int_equal(path_clean(too_long, clean, &err), -1);
        assert_int_equal(err.code, ENAMETOOLONG);
}

static void paths_are_joined_and_compared(void **state)
{
        (void)state;
        char path[PATH_MAX];
        struct err err = { 0 };
        assert_int_equal(path_join("/a/", "b", path, &err), 0);
        assert_string_equal(path, "/a/b");
        assert_int_equal(path_join("/a", "/b", path, &err), 0);
        assert_string_equal(path, "/b");
        assert_int_equal(path_below("/a", "/b", path, &err), 0);
        assert_string_equal(path, "/a/b");
        assert_int_equal(path_below("/", "b", path, &err), 0);
        assert_string_equal(path, "/b");

        assert_true(path_is_below("/a/b", "/a"));
        assert_true(path_is_below("/a", "/a"));
        assert_true(path_is_below("/a", "/"));
        assert_false(path_is_below("/ab", "/a"));
        assert_false(path_is_below("/", "/a"));
}

static void json_is_printed_whole_and_escaped(void **state)
{
        (void)state;
        auto_buf struct buf buf = { 0 };
        struct json_out out = { .buf = &buf };
        json_out_object(&out, NULL);
        json_out_text(&out, "a\"b", "x\\\n\x01\x7f\xff\xc3\xa9");
        json_out_array(&out, "list");
        json_out_u64(&out, NULL, UINT64_MAX);
        json_out_i64(&out, NULL, -1);
        json_out_object(&out, NULL);
        json_out_object_end(&out);
        json_out_array_end(&out);
        json_out_bool(&out, "yes", true);
        json_out_object_end(&out);
        assert_string_equal(buf_text(&buf), "{\"a\\\"b\":\"x\\\\\\n\\u0001\\u007f\xef\xbf\xbd\xc3\xa9\",\"list\":["
                                            "18446744073709551615,-1,{}],\"yes\":true}");
}

static void json_is_indented_when_asked(void **state)
{
        (void)state;
        auto_buf struct buf buf = { 0 };
        struct json_out out = { .buf = &buf, .indent = "  " };
        json_out_object(&out, NULL);
        json_out_array(&out, "a");
        json_out_text(&out, NULL, "x");
        json_out_text(&out, NULL, "y");
        json_out_array_end(&out);
        json_out_array(&out, "b");
        json_out_array_end(&out);
        json_out_object_end(&out);
        assert_string_equal(buf_text(&buf), "{\n  \"a\": [\n    \"x\",\n    \"y\"\n  ],\n  \"b\": []\n}");
}

static void a_buffer_grows_and_stays_terminated(void **state)
{
        (void)state;
        auto_buf struct buf buf = { 0 };
        assert_string_equal(buf_text(&buf), "");
        for (int i = 0; i < 5000; i++)
                buf_add_format(&buf, "%c", 'a' + i % 26);
        assert_int_equal(buf.len, 5000);
        assert_int_equal(strlen(buf_text(&buf)), 5000);
        assert_int_equal(buf.data[4999], 'a' + 4999 % 26);
}

static void an_arena_gives_zeroed_memory_of_any_size(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        for (size_t size = 0; size < 100000; size = size * 2 + 1) {
                unsigned char *memory = arena_alloc(&arena, size);
                assert_non_null(memory);
                assert_int_equal((uintptr_t)memory % sizeof(void *), 0);
                for (size_t i = 0; i < size; i++)
                        assert_int_equal(memory[i], 0);
                memset(memory, 0xff, size);
        }
        assert_null(arena_alloc_n(&arena, SIZE_MAX / 2, 3));
        assert_null(arena_alloc(&arena, SIZE_MAX));
        assert_string_equal(arena_copy(&arena, "abcdef", 3), "abc");
        arena_finish(&arena);
        arena_finish(&arena);
}

static void a_stat_line_is_read_past_an_odd_name(void **state)
{
        (void)state;
        struct proc_stat stat = { 0 };
        assert_true(proc_stat_parse(
                "42 (a) S (b) c) Z 1 42 42 0 -1 4194624 9 0 0 0 1 2 3 4 20 0 1 0 777 1 2 3 4 5 6 7 0 0 0 4096 8",
                &stat));
        assert_int_equal(stat.state, 'Z');
        assert_int_equal(stat.start_time, 777);
        assert_int_equal(stat.ignored, 4096);
        assert_false(stat.has_execed); /* 4194624 is 0x400140: PF_FORKNOEXEC (0x40) is on */
        assert_true(proc_stat_parse("42 (sh) R 1 42 42 0 -1 4194560 9 0 0 0 1 2 3 4 20 0 1 0 778 1 2 3 4 5 6 7 0 0 0 0",
                                    &stat));
        assert_true(stat.has_execed);
        assert_false(proc_stat_parse("42 (sh) R 1 42 42 0 -1 4194560 9 0 0 0 1 2 3 4 20 0 1 0 778 1 2 3 4 5 6 7 0 0 0",
                                     &stat));
        assert_false(proc_stat_parse("42 (sh)", &stat));
        assert_false(proc_stat_parse("42 (sh) ", &stat));
        assert_false(proc_stat_parse("", &stat));
        assert_false(proc_stat_parse("42 (sh) R 1", &stat));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_error_gathers_its_context),
                cmocka_unit_test(a_long_error_keeps_both_ends),
#ifdef __GLIBC__
                cmocka_unit_test(errno_texts_are_those_of_glibc_in_lower_case),
#endif
                cmocka_unit_test(numbers_are_whole_strings_in_range),
                cmocka_unit_test(paths_are_cleaned_by_their_letters),
                cmocka_unit_test(paths_are_joined_and_compared),
                cmocka_unit_test(json_is_printed_whole_and_escaped),
                cmocka_unit_test(json_is_indented_when_asked),
                cmocka_unit_test(a_buffer_grows_and_stays_terminated),
                cmocka_unit_test(an_arena_gives_zeroed_memory_of_any_size),
                cmocka_unit_test(a_stat_line_is_read_past_an_odd_name),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
