/* SPDX-License-Identifier: Apache-2.0 */
/* test_variant.c - values of D-Bus from text: what they are, and what is none. */

#include <inttypes.h>
#include <string.h>

#include "unit.h"

#include "base/buf.h"
#include "base/scope.h"
#include "oci/variant.h"

/* cmocka's own would call base/err.h's fail(). */
#define complain(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

/* As one can read it again: each with its type. */
static void print(const struct variant *value, struct buf *text)
{
        buf_add_format(text, "%s:", value->type);
        if (strchr("a(", *value->type)) {
                for (size_t i = 0; i < value->n; i++) {
                        buf_add_text(text, i == 0 ? " " : ", ");
                        print(&value->items[i], text);
                }
                buf_add_text(text, ";");
        } else if (strchr("sog", *value->type)) {
                buf_add_text(text, value->text);
        } else if (*value->type == 'b') {
                buf_add_text(text, value->truth ? "yes" : "no");
        } else if (*value->type == 'd') {
                buf_add_format(text, "%g", value->real);
        } else if (strchr("nix", *value->type)) {
                buf_add_format(text, "%" PRIi64, value->whole);
        } else {
                buf_add_format(text, "%" PRIu64, value->natural);
        }
}

static void gives(const char *text, const char *expected)
{
        struct arena arena = { 0 };
        struct variant value;
        struct err err = { 0 };
        auto_buf struct buf got = { 0 };
        if (variant_parse(text, &arena, &value, &err) < 0)
                buf_add_format(&got, "refused: %s", err.text);
        else
                print(&value, &got);
        if (strcmp(buf_text(&got), expected) != 0)
                complain("%s gives \"%s\", not \"%s\"", text, buf_text(&got), expected);
        arena_finish(&arena);
}

static void numbers_have_the_type_that_they_are_given(void **state)
{
        (void)state;
        gives("5", "i:5");
        gives(" -5 ", "i:-5");
        gives("0x1F", "i:31");
        gives("1.5", "d:1.5");
        gives("1e3", "d:1000");
        gives("uint64 18446744073709551615", "t:18446744073709551615");
        gives("int64 -9223372036854775808", "x:-9223372036854775808");
        gives("byte 255", "y:255");
        gives("@q 7", "q:7");
        gives("double 3", "d:3");
}

static void words_and_truth(void **state)
{
        (void)state;
        gives("true", "b:yes");
        gives("boolean false", "b:no");
        gives("'a word'", "s:a word");
        gives("\"it's\"", "s:it's");
        gives("'\\'\\\\n\\n'", "s:'\\n\n");
        gives("''", "s:");
        gives("objectpath '/a/b'", "o:/a/b");
}

static void arrays_and_tuples(void **state)
{
        (void)state;
        gives("['a', 'b']", "as: s:a, s:b;");
        gives("[uint32 1, 2]", "au: u:1, u:2;");
        gives("@as []", "as:;");
        gives("@a(ss) [('a', 'b'), ('c', 'd')]", "a(ss): (ss): s:a, s:b;, (ss): s:c, s:d;;");
        gives("('a', uint64 5)", "(st): s:a, t:5;");
        gives("[[1], [2]]", "aai: ai: i:1;, ai: i:2;;");
}

static void what_is_no_value_is_refused(void **state)
{
        (void)state;
        static const char *const rows[][2] = {
                {"",                                     "unexpected EOF"                                        },
                { "uint64",                              "unexpected EOF"                                        },
                { "'a",                                  "unexpected EOF"                                        },
                { "'a\\",                                "unexpected EOF"                                        },
                { "['a'",                                "unexpected EOF"                                        },
                { "word",                                "unrecognized type \"word\""                            },
                { "{'a': 1}",                            "unrecognized type \"{\""                               },
                { "@z 1",                                "unrecognized type \"z\""                               },
                { "[1, 'a']",                            "can't parse \"a\" with given type information"         },
                { "['a', 1]",                            "can't parse \"1\" with given type information"         },
                { "byte 256",                            "can't parse \"256\" with given type information"       },
                { "uint32 -1",                           "can't parse \"-1\" with given type information"        },
                { "5000000000",                          "can't parse \"5000000000\" with given type information"},
                { "uint32 1.5",                          "can't parse \"1.5\" with given type information"       },
                { "uint32 uint64 1",                     "can't parse \"uint64\" with given type information"    },
                { "@as 'a'",                             "can't parse \"a\" with given type information"         },
                { "12x",                                 "can't parse \"12x\" with given type information"       },
                { "[]",                                  "an empty array needs a type, as \"@as []\" has one"    },
                { "()",                                  "a tuple without items"                                 },
                { "@(ss) ('a', 'b', 'c')",               "more items than the type has"                          },
                { "@(ss) ('a')",                         "less items than the type has"                          },
                { "['a'; 'b']",                          "\";\" where \",\" or \"]\" belongs"                    },
                { "1 2",                                 "unexpected \"2\" after the value"                      },
                { "'\\u0041'",                           "no escape \\u, write the character itself"             },
                { "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "more than 16 levels deep"                              },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                auto_buf struct buf expected = { 0 };
                buf_add_format(&expected, "refused: %s", rows[i][1]);
                gives(rows[i][0], buf_text(&expected));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(numbers_have_the_type_that_they_are_given),
                cmocka_unit_test(words_and_truth),
                cmocka_unit_test(arrays_and_tuples),
                cmocka_unit_test(what_is_no_value_is_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
