/* SPDX-License-Identifier: Apache-2.0 */
/* test_json.c - the grammar of JSON to the letter, and what strings say. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "base/buf.h"
#include "oci/json.h"

/* In memory of just that size, so that the sanitizer sees a read beyond it. */
static int check(const char *text, size_t len, struct json_shape *ret, struct err *err)
{
        char *copy = malloc(len ? len : 1);
        assert_non_null(copy);
        memcpy(copy, text, len);
        *err = (struct err){ 0 };
        int rc = json_check(copy, len, "x.json", ret, err);
        free(copy);
        return rc;
}

static void what_is_json_is_taken(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                size_t n_tokens;
        } rows[] = {
                {"{}",                                                   1},
                { "[]",                                                  1},
                { " \t\r\n{ } \t\r\n",                                   1},
                { "null",                                                1},
                { "true",                                                1},
                { "false",                                               1},
                { "\"\"",                                                1},
                { "0",                                                   1},
                { "-0",                                                  1},
                { "-12.50e+10",                                          1},
                { "1E5",                                                 1},
                { "0.1e-1",                                              1},
                { "[1,2,[3,{}]]",                                        6},
                { "{\"a\":1,\"b\":{\"c\":[null]}}",                      8},
                { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fF\\uAF09\\uaf90\"", 1},
                { "{\"\":\"\x7f\"}",                                     3},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct err err;
                struct json_shape shape = { 0 };
                assert_string_equal(check(rows[i].text, strlen(rows[i].text), &shape, &err) < 0 ? err.text : "", "");
                assert_int_equal(shape.n_tokens, rows[i].n_tokens);
        }
}

static void what_is_not_is_told_by_its_line(void **state)
{
        (void)state;
        static const struct {
                const char *text, *message;
        } rows[] = {
                {"",                     "x.json:1: a value expected, not the end"                              },
                { "\n\n ",               "x.json:3: a value expected, not the end"                              },
                { "{",                   "x.json:1: a name in quotes expected, not the end"                     },
                { "[",                   "x.json:1: a value expected, not the end"                              },
                { "{} x",                "x.json:1: the end expected, not \"x\""                                },
                { "{}\n{}",              "x.json:2: the end expected, not \"{\""                                },
                { "{,}",                 "x.json:1: a name in quotes expected, not \",\""                       },
                { "{a:1}",               "x.json:1: a name in quotes expected, not \"a\""                       },
                { "{'a':1}",             "x.json:1: a name in quotes expected, not \"'\""                       },
                { "{1:1}",               "x.json:1: a name in quotes expected, not \"1\""                       },
                { "{\"a\" 1}",           "x.json:1: \":\" expected, not \"1\""                                  },
                { "{\"a\"}",             "x.json:1: \":\" expected, not \"}\""                                  },
                { "{\"a\":}",            "x.json:1: a value expected, not \"}\""                                },
                { "{\"a\":1,}",          "x.json:1: a name in quotes expected, not \"}\""                       },
                { "{\"a\":1 \"b\":2}",   "x.json:1: \",\" or \"}\" expected, not \"\"\""                        },
                { "{\"a\":1]",           "x.json:1: \",\" or \"}\" expected, not \"]\""                         },
                { "{\"a\":1",            "x.json:1: \",\" or \"}\" expected, not the end"                       },
                { "{\"a\":1:2}",         "x.json:1: \",\" or \"}\" expected, not \":\""                         },
                { "[1,]",                "x.json:1: a value expected, not \"]\""                                },
                { "[,1]",                "x.json:1: a value expected, not \",\""                                },
                { "[1 2]",               "x.json:1: \",\" or \"]\" expected, not \"2\""                         },
                { "[1}",                 "x.json:1: \",\" or \"]\" expected, not \"}\""                         },
                { "]",                   "x.json:1: a value expected, not \"]\""                                },
                { "[01]",                "x.json:1: \",\" or \"]\" expected, not \"1\""                         },
                { "[1.]",                "x.json:1: a digit expected, not \"]\""                                },
                { "[.5]",                "x.json:1: a value expected, not \".\""                                },
                { "[+1]",                "x.json:1: a value expected, not \"+\""                                },
                { "[-]",                 "x.json:1: a digit expected, not \"]\""                                },
                { "[- 1]",               "x.json:1: a digit expected, not the byte 0x20"                        },
                { "[1e]",                "x.json:1: a digit expected, not \"]\""                                },
                { "[1e+]",               "x.json:1: a digit expected, not \"]\""                                },
                { "[0x1]",               "x.json:1: \",\" or \"]\" expected, not \"x\""                         },
                { "-",                   "x.json:1: a digit expected, not the end"                              },
                { "[tru]",               "x.json:1: true, false or null expected, not \"]\""                    },
                { "[True]",              "x.json:1: a value expected, not \"T\""                                },
                { "nul",                 "x.json:1: true, false or null expected, not the end"                  },
                { "[truex]",             "x.json:1: \",\" or \"]\" expected, not \"x\""                         },
                { "[NaN]",               "x.json:1: a value expected, not \"N\""                                },
                { "\"",                  "x.json:1: the closing quote of a string expected, not the end"        },
                { "\"a\nb\"",            "x.json:1: the closing quote of a string expected, not the byte 0x0a"  },
                { "\"\x01\"",            "x.json:1: the closing quote of a string expected, not the byte 0x01"  },
                { "\"\\",                "x.json:1: one of \"\\/bfnrtu behind a backslash expected, not the end"},
                { "\"\\q\"",             "x.json:1: one of \"\\/bfnrtu behind a backslash expected, not \"q\""  },
                { "\"\\u12\"",           "x.json:1: a hexadecimal digit expected, not \"\"\""                   },
                { "\"\\u12",             "x.json:1: a hexadecimal digit expected, not the end"                  },
                { "\"\\u00g0\"",         "x.json:1: a hexadecimal digit expected, not \"g\""                    },
                { "\"\xff",              "x.json:1: the closing quote of a string expected, not the end"        },
                { "[\xc3\xa4]",          "x.json:1: a value expected, not the byte 0xc3"                        },
                { "[\x7f]",              "x.json:1: a value expected, not the byte 0x7f"                        },
                { "\xef\xbb\xbf{}",      "x.json:1: begins with a byte order mark"                              },
                { "{\n\"a\": [\n/**/]}", "x.json:3: a value expected, not \"/\""                                },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct err err;
                struct json_shape shape;
                assert_int_equal(check(rows[i].text, strlen(rows[i].text), &shape, &err), -1);
                assert_string_equal(err.text, rows[i].message);
        }
}

static void a_nul_byte_ends_nothing(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                size_t len;
                const char *message;
        } rows[] = {
                {"\0",        1, "x.json:1: a value expected, not the byte 0x00"                              },
                { "{}\0",     3, "x.json:1: the end expected, not the byte 0x00"                              },
                { "\"a\0b\"", 5, "x.json:1: the closing quote of a string expected, not the byte 0x00"        },
                { "\"\\\0\"", 4, "x.json:1: one of \"\\/bfnrtu behind a backslash expected, not the byte 0x00"},
                { "[t\0",     3, "x.json:1: true, false or null expected, not the byte 0x00"                  },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct err err;
                struct json_shape shape;
                assert_int_equal(check(rows[i].text, rows[i].len, &shape, &err), -1);
                assert_string_equal(err.text, rows[i].message);
        }
}

/* n times open, then n times close. */
static int check_nested(const char *open, const char *middle, const char *close, size_t n, struct err *err)
{
        struct json_shape shape;
        auto_buf struct buf text = { 0 };
        for (size_t i = 0; i < n; i++)
                buf_add_text(&text, open);
        buf_add_text(&text, middle);
        for (size_t i = 0; i < n; i++)
                buf_add_text(&text, close);
        assert_false(text.out_of_memory);
        return json_check(text.data, text.len, "x.json", &shape, err);
}

static void depth_is_bounded(void **state)
{
        (void)state;
        struct err err;
        assert_int_equal(check_nested("[", "", "]", 64, &err), 0);
        assert_int_equal(check_nested("{\"a\":", "1", "}", 64, &err), 0);
        static const size_t too_deep[] = { 65, 10000, 8000000 };
        for (size_t i = 0; i < ARRAY_LEN(too_deep); i++) {
                assert_int_equal(check_nested("[", "", "]", too_deep[i], &err), -1);
                assert_string_equal(err.text, "x.json:1: nested deeper than 64 levels");
        }
        assert_int_equal(check_nested("{\"a\":\n", "1", "}", 10000, &err), -1);
        assert_string_equal(err.text, "x.json:65: nested deeper than 64 levels");
}

static void size_is_bounded(void **state)
{
        (void)state;
        struct err err;
        struct json_shape shape;
        char *blanks = malloc(JSON_SIZE_MAX + 1);
        assert_non_null(blanks);
        memset(blanks, ' ', JSON_SIZE_MAX + 1);
        blanks[0] = '{';
        blanks[1] = '}';
        assert_int_equal(json_check(blanks, JSON_SIZE_MAX, "x.json", &shape, &err), 0);
        assert_int_equal(json_check(blanks, JSON_SIZE_MAX + 1, "x.json", &shape, &err), -1);
        assert_string_equal(err.text, "x.json: larger than 16777216 bytes");
        free(blanks);
}

static void the_shape_tells_what_is_there(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                bool is_object, is_plain;
        } rows[] = {
                {"\n{\"a\":\"b\"}",           true,  true },
                { "[{}]",                     false, true },
                { "\"a\"",                    false, true },
                { "{\"a\\n\":1}",             true,  false},
                { "[\"\xc3\xa4\"]",           false, false},
                { "{\"a\":[\"\\\\\",\"b\"]}", true,  false},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct err err;
                struct json_shape shape = { 0 };
                assert_int_equal(check(rows[i].text, strlen(rows[i].text), &shape, &err), 0);
                assert_int_equal(shape.is_object, rows[i].is_object);
                assert_int_equal(shape.is_plain, rows[i].is_plain);
        }
}

#define FFFD "\xef\xbf\xbd"

static void strings_say_what_go_reads_in_them(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct {
                const char *raw, *says;
        } rows[] = {
                { "", "" },
                { "plain", "plain" },
                { "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t" },
                { "\\uabcd\\uefaf\\uABCD\\uEFAF", "\xea\xaf\x8d\xee\xbe\xaf\xea\xaf\x8d\xee\xbe\xaf" },
                { "a\\u0041\\u00e4\\u20aC!", "aA\xc3\xa4\xe2\x82\xac!" },
                { "\\u007f\\u0080\\u07ff\\u0800\\uffff", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf" },
                { "\\ud83d\\ude00", "\xf0\x9f\x98\x80" },
                { "\\ud800\\udc00\\udbff\\udfff", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
                { "\\ud83d", FFFD },
                { "\\ude00", FFFD },
                { "\\ud83dx", FFFD "x" },
                { "\\ud83d\\n", FFFD "\n" },
                { "\\ud83d\\u0041", FFFD "A" },
                { "\\ud83d\\ud83d\\ude00", FFFD "\xf0\x9f\x98\x80" },
                { "\\ude00\\ud83d", FFFD FFFD },
                { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
                { "\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80", "\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80" },
                { "a\xff" "b", "a" FFFD "b" },
                { "\x80", FFFD },
                { "\xc3", FFFD },
                { "\xc3\xc3\xa4", FFFD "\xc3\xa4" },
                { "\xe2\x82", FFFD FFFD },
                { "\xc0\xaf", FFFD FFFD }, /* "/" in two bytes */
                { "\xe0\x80\xaf", FFFD FFFD FFFD }, /* in three */
                { "\xed\xa0\x80", FFFD FFFD FFFD }, /* a surrogate */
                { "\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD }, /* beyond Unicode */
                { "\xf8\x88\x80\x80\x80", FFFD FFFD FFFD FFFD FFFD },
                { "\xc3\\n", FFFD "\n" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                size_t raw_len = strlen(rows[i].raw);
                char *raw = malloc(raw_len ? raw_len : 1);
                assert_non_null(raw);
                memcpy(raw, rows[i].raw, raw_len);
                size_t len = json_decode(raw, raw_len, NULL);
                assert_int_equal(len, strlen(rows[i].says));
                char *says = malloc(len ? len : 1);
                assert_non_null(says);
                assert_int_equal(json_decode(raw, raw_len, says), len);
                assert_memory_equal(says, rows[i].says, len);
                assert_int_equal(json_is_plain(raw, raw_len), i < 2);
                free(says);
                free(raw);
        }

        char nul = 'x';
        assert_int_equal(json_decode("\\u0000", 6, &nul), 1);
        assert_int_equal(nul, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_is_json_is_taken),
                cmocka_unit_test(what_is_not_is_told_by_its_line),
                cmocka_unit_test(a_nul_byte_ends_nothing),
                cmocka_unit_test(depth_is_bounded),
                cmocka_unit_test(size_is_bounded),
                cmocka_unit_test(the_shape_tells_what_is_there),
                cmocka_unit_test(strings_say_what_go_reads_in_them),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
