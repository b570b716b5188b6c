/* SPDX-License-Identifier: Apache-2.0 */
/* test_reader.c - documents read by a table of each kind of row: what comes of them, and how complaints are worded. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

#include "oci/reader.h"
#include "oci/spec.h"

struct inner {
        bool was_there;
        int64_t number;
        const char *text;
};

struct outer {
        bool flag;
        struct opt_bool opt_flag;
        uint32_t u32;
        int32_t i32;
        uint64_t u64;
        int64_t i64;
        struct opt_u32 opt_u32;
        struct opt_u64 opt_u64;
        struct opt_i64 opt_i64;
        const char *text, *opt_text, *name;
        struct text_list list, names;
        bool has_list;
        struct text_map map;
        struct inner inner;
        struct inner *inners;
        size_t n_inners;
        struct text_list told; /* by read_told */
};

static const char *const colours[] = { "red", "green" };
static const struct name_set colour_names = { "colour", colours, ARRAY_LEN(colours) };

static int tell(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)field;
        struct text_list *told = into;
        char *line = arena_alloc(reader_arena(item), 64);
        const char *text = NULL;
        assert_non_null(line);
        if (reader_text(item, &text) < 0)
                return -1;
        (void)snprintf(line, 64, "%s=%s", key ? key : "-", text);
        told->items[told->n++] = line;
        return 0;
}

static int read_told(struct json_value value, const struct field *field, void *into)
{
        struct text_list *told = into;
        told->items = arena_alloc_n(reader_arena(value), reader_count(value) + 1, sizeof *told->items);
        assert_non_null(told->items);
        return field->extra ? reader_each_member(value, tell, field, told) : reader_each_item(value, tell, field, told);
}

/* clang-format off */
static const struct field inner_fields[] = {
        { .key = "number", .read = read_i64,  .offset = offsetof(struct inner, number), .is_required = true },
        { .key = "text",   .read = read_text, .offset = offsetof(struct inner, text) },
        { 0 },
};

static const struct field outer_fields[] = {
        { .key = "flag",    .read = read_bool,      .offset = offsetof(struct outer, flag) },
        { .key = "optFlag", .read = read_opt_bool,  .offset = offsetof(struct outer, opt_flag) },
        { .key = "u32",     .read = read_u32,       .offset = offsetof(struct outer, u32) },
        { .key = "i32",     .read = read_i32,       .offset = offsetof(struct outer, i32) },
        { .key = "u64",     .read = read_u64,       .offset = offsetof(struct outer, u64) },
        { .key = "i64",     .read = read_i64,       .offset = offsetof(struct outer, i64) },
        { .key = "optU32",  .read = read_opt_u32,   .offset = offsetof(struct outer, opt_u32) },
        { .key = "optU64",  .read = read_opt_u64,   .offset = offsetof(struct outer, opt_u64) },
        { .key = "optI64",  .read = read_opt_i64,   .offset = offsetof(struct outer, opt_i64) },
        { .key = "text",    .read = read_text,      .offset = offsetof(struct outer, text) },
        { .key = "optText", .read = read_opt_text,  .offset = offsetof(struct outer, opt_text) },
        { .key = "name",    .read = read_name,      .offset = offsetof(struct outer, name),  .extra = &colour_names },
        { .key = "list",    .read = read_text_list, .offset = offsetof(struct outer, list),
          .set_offset = 1 + offsetof(struct outer, has_list) },
        { .key = "names",   .read = read_name_list, .offset = offsetof(struct outer, names), .extra = &colour_names },
        { .key = "map",     .read = read_text_map,  .offset = offsetof(struct outer, map) },
        { .key = "inner",   .read = read_object,    .offset = offsetof(struct outer, inner), .fields = inner_fields,
          .set_offset = 1 + offsetof(struct outer, inner.was_there) },
        { .key = "inners",  .read = read_array,     .offset = offsetof(struct outer, inners), .fields = inner_fields,
          .size = sizeof(struct inner) },
        { .key = "items",   .read = read_told,      .offset = offsetof(struct outer, told) },
        { .key = "members", .read = read_told,      .offset = offsetof(struct outer, told),  .extra = &colour_names },
        { 0 },
};
/* clang-format on */

static struct arena arena;
static struct outer got;
static struct err err;

static int finish_arena(void **state)
{
        (void)state;
        arena_finish(&arena);
        return 0;
}

static int read_len(const char *text, size_t len)
{
        got = (struct outer){ 0 };
        err = (struct err){ 0 };
        return reader_run(text, len, "x.json", outer_fields, &got, &arena, &err);
}

static void reads(const char *text)
{
        assert_string_equal(read_len(text, strlen(text)) < 0 ? err.text : "", "");
}

static void fails(const char *text, const char *message)
{
        assert_int_equal(read_len(text, strlen(text)), -1);
        assert_string_equal(err.text, message);
}

static void each_kind_of_row_is_filled(void **state)
{
        (void)state;
        reads("{\"flag\":true,\"optFlag\":false,\"u32\":4294967295,\"i32\":-2147483648,\"u64\":18446744073709551615,"
              "\"i64\":-9223372036854775808,\"optU32\":0,\"optU64\":7,\"optI64\":-1,\"text\":\"\",\"optText\":\"x\","
              "\"name\":\"green\",\"list\":[\"a\",\"\",\"c\"],\"names\":[\"green\",\"red\"],"
              "\"map\":{\"k\":\"v\",\"\":\"w\"},\"inner\":{\"number\":5},"
              "\"inners\":[{\"number\":1,\"text\":\"one\"},{\"number\":2}]}");
        assert_true(got.flag);
        assert_true(got.opt_flag.set);
        assert_false(got.opt_flag.value);
        assert_true(got.u32 == UINT32_MAX);
        assert_true(got.i32 == INT32_MIN);
        assert_true(got.u64 == UINT64_MAX);
        assert_true(got.i64 == INT64_MIN);
        assert_true(got.opt_u32.set && got.opt_u32.value == 0);
        assert_true(got.opt_u64.set && got.opt_u64.value == 7);
        assert_true(got.opt_i64.set && got.opt_i64.value == -1);
        assert_string_equal(got.text, "");
        assert_string_equal(got.opt_text, "x");
        assert_string_equal(got.name, "green");
        assert_int_equal(got.list.n, 3);
        assert_string_equal(got.list.items[0], "a");
        assert_string_equal(got.list.items[1], "");
        assert_string_equal(got.list.items[2], "c");
        assert_null(got.list.items[3]);
        assert_true(got.has_list);
        assert_int_equal(got.names.n, 2);
        assert_string_equal(got.names.items[1], "red");
        assert_null(got.names.items[2]);
        assert_int_equal(got.map.n, 2);
        assert_string_equal(got.map.items[0].key, "k");
        assert_string_equal(got.map.items[0].value, "v");
        assert_string_equal(got.map.items[1].key, "");
        assert_true(got.inner.was_there);
        assert_int_equal(got.inner.number, 5);
        assert_null(got.inner.text);
        assert_int_equal(got.n_inners, 2);
        assert_string_equal(got.inners[0].text, "one");
        assert_int_equal(got.inners[1].number, 2);
}

static void absent_null_and_unknown_leave_all_as_it_is(void **state)
{
        (void)state;
        static const struct outer nothing;
        reads("{}");
        assert_memory_equal(&got, &nothing, sizeof got);
        reads("{\"flag\":null,\"optFlag\":null,\"u32\":null,\"optU64\":null,\"text\":null,\"name\":null,\"list\":null,"
              "\"map\":null,\"inner\":null,\"inners\":null,\"items\":null,\"members\":null}");
        assert_memory_equal(&got, &nothing, sizeof got);
        reads("{\"Flag\":1,\"fla\":1,\"flagg\":1,\"unknown\":{\"flag\":[{}]},\"\":[],\"flag\\u0000\":1}");
        assert_memory_equal(&got, &nothing, sizeof got);
        /* Empty is there, but nothing. */
        reads("{\"list\":[],\"inners\":[],\"map\":{},\"optText\":\"\"}");
        assert_true(got.has_list);
        assert_null(got.list.items);
        assert_int_equal(got.list.n + got.n_inners + got.map.n, 0);
        assert_null(got.opt_text);
}

static void unknown_members_are_told_where_the_table_ends_so(void **state)
{
        (void)state;
        static const struct field fields[] = {
                {.key = "number",                  .read = read_i64, .offset = offsetof(struct inner, number) },
                { .read = read_unknown},
        };
        static const struct {
                const char *text, *message;
        } rows[] = {
                {"{\"number\":1}",                   ""                            },
                { "{}",                              ""                            },
                { "{\"number\":1,\"x\":null}",       "x.json: x: unknown key"      },
                { "{\"y\":1,\"x\":{},\"number\":1}", "x.json: x: unknown key"      },
                { "{\"x\":1,\"number\":\"\"}",       "x.json: number: not a number"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct inner inner = { 0 };
                err = (struct err){ 0 };
                int rc = reader_run(rows[i].text, strlen(rows[i].text), "x.json", fields, &inner, &arena, &err);
                assert_string_equal(err.text, rows[i].message);
                assert_int_equal(rc, *rows[i].message ? -1 : 0);
        }
}

static void the_last_of_a_name_wins(void **state)
{
        (void)state;
        reads("{\"list\":[\"a\",\"b\",\"c\"],\"u32\":1,\"list\":[\"d\"],\"u32\":2,\"u32\":3}");
        assert_int_equal(got.u32, 3);
        assert_int_equal(got.list.n, 1);
        assert_string_equal(got.list.items[0], "d");

        reads("{\"optU32\":1,\"inner\":{\"number\":1,\"text\":\"x\"},\"inner\":{\"number\":2},\"optU32\":null}");
        assert_false(got.opt_u32.set);
        assert_int_equal(got.inner.number, 2);
        assert_null(got.inner.text);

        /* What was wrong with the first one does not matter any more. */
        reads("{\"u32\":\"x\",\"u32\":1}");
        assert_int_equal(got.u32, 1);

        reads("{\"map\":{\"b\":\"1\",\"a\":\"2\",\"b\":\"3\",\"c\":\"4\",\"a\":\"5\",\"c\":null,\"d\":\"6\"}}");
        assert_int_equal(got.map.n, 3);
        assert_string_equal(got.map.items[0].key, "b");
        assert_string_equal(got.map.items[0].value, "3");
        assert_string_equal(got.map.items[1].key, "a");
        assert_string_equal(got.map.items[1].value, "5");
        assert_string_equal(got.map.items[2].key, "d");
}

static void names_may_be_escaped(void **state)
{
        (void)state;
        reads("{\"\\u0075\\u00332\":9,\"map\":{\"a\\tb\":\"x\\/y\",\"a\\u0009b\":\"z\"}}");
        assert_int_equal(got.u32, 9);
        assert_int_equal(got.map.n, 1);
        assert_string_equal(got.map.items[0].key, "a\tb");
        assert_string_equal(got.map.items[0].value, "z");
}

static void bytes_that_are_no_utf8_are_replaced(void **state)
{
        (void)state;
        reads("{\"text\":\"a\xff\xc3\xa4\",\"optText\":\"\\ud800\"}");
        assert_string_equal(got.text, "a\xef\xbf\xbd\xc3\xa4");
        assert_string_equal(got.opt_text, "\xef\xbf\xbd");
}

static void items_and_members_come_in_order(void **state)
{
        (void)state;
        reads("{\"items\":[\"b\",\"a\",\"b\"]}");
        assert_int_equal(got.told.n, 3);
        assert_string_equal(got.told.items[0], "-=b");
        assert_string_equal(got.told.items[1], "-=a");
        reads("{\"members\":{\"z\":\"1\",\"y\":\"2\",\"x\":null,\"z\":\"3\"}}");
        assert_int_equal(got.told.n, 2);
        assert_string_equal(got.told.items[0], "y=2");
        assert_string_equal(got.told.items[1], "z=3");
}

static void complaints_name_the_path(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct {
                const char *text, *message;
        } rows[] = {
                { "null", "x.json: not an object" },
                { "[]", "x.json: not an object" },
                { " \"text\"", "x.json: not an object" },
                { "1", "x.json: not an object" },
                { "{\"a\":[}", "x.json:1: a value expected, not \"}\"" },
                { "{\"flag\":1}", "x.json: flag: not a boolean" },
                { "{\"flag\":\"true\"}", "x.json: flag: not a boolean" },
                { "{\"optFlag\":{}}", "x.json: optFlag: not a boolean" },
                { "{\"u32\":\"1\"}", "x.json: u32: not a number" },
                { "{\"u32\":true}", "x.json: u32: not a number" },
                { "{\"u32\":[1]}", "x.json: u32: not a number" },
                { "{\"u32\":1.5}", "x.json: u32: not a whole number" },
                { "{\"u32\":1.0}", "x.json: u32: not a whole number" },
                { "{\"u32\":1e3}", "x.json: u32: not a whole number" },
                { "{\"u32\":1E3}", "x.json: u32: not a whole number" },
                { "{\"u32\":4294967296}", "x.json: u32: out of range" },
                { "{\"u32\":-1}", "x.json: u32: out of range" },
                { "{\"i32\":2147483648}", "x.json: i32: out of range" },
                { "{\"i32\":-2147483649}", "x.json: i32: out of range" },
                { "{\"u64\":18446744073709551616}", "x.json: u64: out of range" },
                { "{\"u64\":100000000000000000000000000000000000000000000}", "x.json: u64: out of range" },
                { "{\"i64\":9223372036854775808}", "x.json: i64: out of range" },
                { "{\"i64\":-9223372036854775809}", "x.json: i64: out of range" },
                { "{\"optU32\":-1}", "x.json: optU32: out of range" },
                { "{\"optU64\":-1}", "x.json: optU64: out of range" },
                { "{\"optI64\":{}}", "x.json: optI64: not a number" },
                { "{\"text\":1}", "x.json: text: not a string" },
                { "{\"optText\":false}", "x.json: optText: not a string" },
                { "{\"text\":\"a\\u0000b\"}", "x.json: text: holds a NUL byte" },
                { "{\"name\":\"blue\"}", "x.json: name: unknown colour \"blue\"" },
                { "{\"names\":[\"red\",\"Red\"]}", "x.json: names[1]: unknown colour \"Red\"" },
                { "{\"list\":\"a\"}", "x.json: list: not an array" },
                { "{\"list\":{}}", "x.json: list: not an array" },
                { "{\"list\":[\"a\",null]}", "x.json: list[1]: not a string" },
                { "{\"list\":[[\"a\"]]}", "x.json: list[0]: not a string" },
                { "{\"map\":[]}", "x.json: map: not an object" },
                { "{\"map\":{\"a.b/c\":1}}", "x.json: map.a.b/c: not a string" },
                { "{\"map\":{\"a\\u0000\":\"\"}}", "x.json: map.a\\u0000: holds a NUL byte" },
                { "{\"inner\":[]}", "x.json: inner: not an object" },
                { "{\"inner\":{}}", "x.json: inner.number: required" },
                { "{\"inner\":{\"number\":null}}", "x.json: inner.number: required" },
                { "{\"inner\":{\"number\":1,\"text\":[]}}", "x.json: inner.text: not a string" },
                { "{\"inners\":{}}", "x.json: inners: not an array" },
                { "{\"inners\":{\"a\":1}}", "x.json: inners: not an array" },
                { "{\"inners\":[null]}", "x.json: inners[0]: not an object" },
                { "{\"inners\":[{\"number\":1},[2],3]}", "x.json: inners[1]: not an object" },
                { "{\"inners\":[{\"number\":1,\"x\":[1,[2]]},{\"text\":\"\"}]}", "x.json: inners[1].number: required" },
                { "{\"items\":{}}", "x.json: items: not an array" },
                { "{\"members\":[]}", "x.json: members: not an object" },
                { "{\"members\":{\"k\":7}}", "x.json: members.k: not a string" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                fails(rows[i].text, rows[i].message);
}

static void long_names_are_cut(void **state)
{
        (void)state;
        char text[8192];
        char name[4001];
        memset(name, 'n', sizeof name - 1);
        name[sizeof name - 1] = '\0';
        (void)snprintf(text, sizeof text, "{\"map\":{\"%s\":1}}", name);
        assert_int_equal(read_len(text, strlen(text)), -1);
        assert_int_equal(strlen(err.text), strlen("x.json: map....: not a string") + 128);
        assert_string_equal(err.text + strlen(err.text) - 19, "nn...: not a string");

        /* Not in the middle of a character. */
        name[127] = '\xc3';
        name[128] = '\xa4';
        (void)snprintf(text, sizeof text, "{\"map\":{\"%s\":1}}", name);
        assert_int_equal(read_len(text, strlen(text)), -1);
        assert_string_equal(err.text + strlen(err.text) - 19, "nn...: not a string");

        (void)snprintf(text, sizeof text, "{\"name\":\"%s\"}", name);
        assert_int_equal(read_len(text, strlen(text)), -1);
        assert_true(strlen(err.text) < ERR_TEXT_MAX);
        assert_memory_equal(err.text, "x.json: name: unknown colour \"nn", 31);
}

static void a_table_longer_than_is_thought_of_is_told(void **state)
{
        (void)state;
        struct field many[40] = { { 0 } };
        for (size_t i = 0; i + 1 < ARRAY_LEN(many); i++)
                many[i] = (struct field){ .key = "x", .read = read_u32 };
        uint32_t into = 0;
        assert_int_equal(reader_run("{}", 2, "x.json", many, &into, &arena, &err), -1);
        assert_string_equal(err.text, "x.json: has more than 32 fields");
}

/* n times the item, in an array that is the member of an object. */
static char *repeat(const char *before, const char *item, size_t n, const char *after)
{
        size_t item_len = strlen(item);
        char *text = malloc(strlen(before) + n * item_len + strlen(after) + 1);
        assert_non_null(text);
        char *at = stpcpy(text, before);
        for (size_t i = 0; i < n; i++)
                at = stpcpy(at, item);
        strcpy(at, after);
        return text;
}

static double seconds_to_read(const char *before, const char *item, size_t n, const char *after)
{
        struct timespec began, ended;
        char *text = repeat(before, item, n, after);
        (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &began);
        reads(text);
        (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
        free(text);
        arena_finish(&arena);
        return (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
}

/* Sixteen times as much takes about sixteen times as long; 256 times would be quadratic. */
static void time_is_linear(void **state)
{
        (void)state;
        static const struct {
                const char *before, *item, *after;
        } rows[] = {
                {"{\"inners\":[",   "{\"number\":1,\"text\":\"a\"},",               "{\"number\":1}]}"},
                { "{\"list\":[",    "\"text\",",                                    "\"\"]}"          },
                { "{\"unknown\":[", "[],[[]],",                                     "0]}"             },
                { "{\"map\":{",     "\"a\":\"b\",\"c\":\"d\",",                     "\"\":\"\"}}"     },
                { "{",              "\"unknown\":{},\"list\":[],\"list\":[\"x\"],", "\"u32\":1}"      },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                double few = seconds_to_read(rows[i].before, rows[i].item, 5000, rows[i].after);
                double many = seconds_to_read(rows[i].before, rows[i].item, 80000, rows[i].after);
                assert_true(many < 0.05 || many < few * 16 * 4);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_teardown(each_kind_of_row_is_filled, finish_arena),
                cmocka_unit_test_teardown(absent_null_and_unknown_leave_all_as_it_is, finish_arena),
                cmocka_unit_test_teardown(unknown_members_are_told_where_the_table_ends_so, finish_arena),
                cmocka_unit_test_teardown(the_last_of_a_name_wins, finish_arena),
                cmocka_unit_test_teardown(names_may_be_escaped, finish_arena),
                cmocka_unit_test_teardown(bytes_that_are_no_utf8_are_replaced, finish_arena),
                cmocka_unit_test_teardown(items_and_members_come_in_order, finish_arena),
                cmocka_unit_test_teardown(complaints_name_the_path, finish_arena),
                cmocka_unit_test_teardown(long_names_are_cut, finish_arena),
                cmocka_unit_test_teardown(a_table_longer_than_is_thought_of_is_told, finish_arena),
                cmocka_unit_test_teardown(time_is_linear, finish_arena),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
