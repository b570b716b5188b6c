/* SPDX-License-Identifier: Apache-2.0 */
/* test_landlock_rules.c - what the annotation of Landlock may say, and in which words it is refused. */

#include <stdio.h>
#include <string.h>

#include "unit.h"

#include "oci/landlock.h"

static struct arena arena;
static struct spec_landlock got;
static struct err err;

static int read_rules(const char *key, const char *text)
{
        struct key_value items[] = {
                {"a.b/c", "{}"},
                { key,    text},
        };
        const struct spec spec = {
                .annotations = {items, ARRAY_LEN(items)}
        };
        err = (struct err){ 0 };
        memset(&got, 0xff, sizeof got);
        return spec_landlock_read(&spec, "config.json", &arena, &got, &err);
}

static void reads(const char *text)
{
        int rc = read_rules(LANDLOCK_ANNOTATION, text);
        assert_string_equal(err.text, "");
        assert_int_equal(rc, 0);
}

static int free_arena(void **state)
{
        (void)state;
        arena_finish(&arena);
        return 0;
}

static void without_the_annotation_there_is_nothing(void **state)
{
        (void)state;
        assert_int_equal(read_rules("run.tare.landlocks", "[{]"), 0);
        assert_false(got.set || got.has_paths || got.tcp.bind.set || got.tcp.connect.set);
        assert_int_equal(got.n_paths + got.scopes.n, 0);
}

static void all_of_it_is_read(void **state)
{
        (void)state;
        reads("{\"paths\": [{\"path\": \"/usr\", \"access\": [\"read_file\", \"execute\"]},"
              "{\"path\": \"/\", \"access\": [\"refer\"]}],"
              "\"tcp\": {\"bind\": [0, 65535], \"connect\": [443]}, \"scopes\": [\"signal\", "
              "\"abstract_unix_socket\"]}");
        assert_true(got.set && got.has_paths);
        assert_int_equal(got.n_paths, 2);
        assert_string_equal(got.paths[0].path, "/usr");
        assert_int_equal(got.paths[0].access.n, 2);
        assert_string_equal(got.paths[0].access.items[0], "read_file");
        assert_string_equal(got.paths[0].access.items[1], "execute");
        assert_string_equal(got.paths[1].path, "/");
        assert_int_equal(got.paths[1].access.n, 1);

        assert_true(got.tcp.bind.set && got.tcp.connect.set);
        assert_int_equal(got.tcp.bind.n, 2);
        assert_int_equal(got.tcp.bind.items[0], 0);
        assert_int_equal(got.tcp.bind.items[1], 65535);
        assert_int_equal(got.tcp.connect.n, 1);
        assert_int_equal(got.tcp.connect.items[0], 443);
        assert_int_equal(got.scopes.n, 2);
        assert_string_equal(got.scopes.items[1], "abstract_unix_socket");
}

static void an_empty_list_is_not_an_absent_one(void **state)
{
        (void)state;
        reads("{\"paths\": []}");
        assert_true(got.has_paths);
        assert_false(got.tcp.bind.set || got.tcp.connect.set);
        reads("{\"tcp\": {\"bind\": []}}");
        assert_false(got.has_paths);
        assert_true(got.tcp.bind.set);
        assert_false(got.tcp.connect.set);
        reads("{\"tcp\": {\"connect\": [], \"bind\": null}, \"paths\": null}");
        assert_false(got.has_paths || got.tcp.bind.set);
        assert_true(got.tcp.connect.set);
}

#define PATHS(rule) "{\"paths\": [{\"path\": \"/a\", \"access\": [\"refer\"]}, {" rule "}]}"

static void bad_rules_are_refused_by_their_place(void **state)
{
        (void)state;
        static const struct {
                const char *text, *verdict;
        } rows[] = {
                {"[]",                                                          ": not an object"                           },
                { "{}",                                                         ": restricts nothing"                       },
                { "{\"tcp\": {}}",                                              ": restricts nothing"                       },
                { "{\"scopes\": []}",                                           ": restricts nothing"                       },
                { "{\"scope\": []}",                                            ": scope: unknown key"                      },
                { "{\"scope\": null}",                                          ": scope: unknown key"                      },
                { "{\"paths\": 1}",                                             ": paths: not an array"                     },
                { "{\"paths\": [1]}",                                           ": paths[0]: not an object"                 },
                { PATHS("\"access\": [\"refer\"]"),                             ": paths[1].path: required"                 },
                { PATHS("\"path\": \"/b\""),                                    ": paths[1].access: required"               },
                { PATHS("\"path\": \"b\", \"access\": [\"refer\"]"),            ": paths[1].path: must be an absolute path" },
                { PATHS("\"path\": \"\", \"access\": [\"refer\"]"),             ": paths[1].path: must be an absolute path" },
                { PATHS("\"path\": \"/b\", \"access\": []"),                    ": paths[1].access: must not be empty"      },
                { PATHS("\"path\": \"/b\", \"access\": [\"x\"]"),               ": paths[1].access[0]: unknown access \"x\""},
                { PATHS("\"path\": \"/b\", \"access\": [\"refer\"], \"x\": 1"), ": paths[1].x: unknown key"                 },
                { "{\"tcp\": []}",                                              ": tcp: not an object"                      },
                { "{\"tcp\": {\"udp\": []}}",                                   ": tcp.udp: unknown key"                    },
                { "{\"tcp\": {\"bind\": {}}}",                                  ": tcp.bind: not an array"                  },
                { "{\"tcp\": {\"bind\": [1, 65536]}}",                          ": tcp.bind[1]: out of range"               },
                { "{\"tcp\": {\"connect\": [-1]}}",                             ": tcp.connect[0]: out of range"            },
                { "{\"tcp\": {\"connect\": [\"http\"]}}",                       ": tcp.connect[0]: not a number"            },
                { "{\"scopes\": [\"signal\", \"x\"]}",                          ": scopes[1]: unknown scope \"x\""          },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char expected[256];
                (void)snprintf(expected, sizeof expected, "config.json: annotations." LANDLOCK_ANNOTATION "%s",
                               rows[i].verdict);
                assert_int_equal(read_rules(LANDLOCK_ANNOTATION, rows[i].text), -1);
                assert_string_equal(err.text, expected);
        }
        assert_int_equal(read_rules(LANDLOCK_ANNOTATION, "{\n\"paths\": ["), -1);
        assert_memory_equal(err.text, "config.json: annotations." LANDLOCK_ANNOTATION ":2: ", 46);
}

#define rules_test(f) cmocka_unit_test_teardown(f, free_arena)

int main(void)
{
        const struct CMUnitTest tests[] = {
                rules_test(without_the_annotation_there_is_nothing),
                rules_test(all_of_it_is_read),
                rules_test(an_empty_list_is_not_an_absent_one),
                rules_test(bad_rules_are_refused_by_their_place),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
