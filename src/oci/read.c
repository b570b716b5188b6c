/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - the row functions of the reader's tables: one JSON value into one C field. */

#include <stdint.h>
#include <string.h>

#include "base/number.h"
#include "oci/spec.h"
#include "oci/value.h"

/* booleans and numbers --------------------------------------------------------------------------------------------- */

int read_bool(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        size_t len = 0;
        if (value_kind(value) != VALUE_BOOL)
                return reader_fail(value, "not a boolean");

        bool *ret = into;
        *ret = *value_raw(value, &len) == 't';
        return 0;
}

int read_opt_bool(struct json_value value, const struct field *field, void *into)
{
        struct opt_bool *ret = into;
        ret->set = true;
        return read_bool(value, field, &ret->value);
}

enum { DIGITS_MAX = 24 }; /* more than 2^64 has, and a sign */

/* The digits of a whole number, with a NUL behind them. */
static int copy_digits(struct json_value value, char ret[DIGITS_MAX])
{
        size_t len = 0;
        const char *raw = value_raw(value, &len);
        if (value_kind(value) != VALUE_NUMBER)
                return reader_fail(value, "not a number");
        for (size_t i = 0; i < len; i++)
                if (raw[i] == '.' || raw[i] == 'e' || raw[i] == 'E')
                        return reader_fail(value, "not a whole number");
        if (len >= DIGITS_MAX)
                return reader_fail(value, "out of range");

        memcpy(ret, raw, len);
        ret[len] = '\0';
        return 0;
}

static int read_unsigned(struct json_value value, uint64_t high, uint64_t *ret)
{
        char digits[DIGITS_MAX];
        if (copy_digits(value, digits) < 0)
                return -1;
        return number_u64(digits, 0, high, ret) ? 0 : reader_fail(value, "out of range");
}

static int read_signed(struct json_value value, int64_t low, int64_t high, int64_t *ret)
{
        char digits[DIGITS_MAX];
        if (copy_digits(value, digits) < 0)
                return -1;
        return number_i64(digits, low, high, ret) ? 0 : reader_fail(value, "out of range");
}

int read_u32(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        uint64_t number = 0;
        if (read_unsigned(value, UINT32_MAX, &number) < 0)
                return -1;

        uint32_t *ret = into;
        *ret = (uint32_t)number;
        return 0;
}

int read_i32(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        int64_t number = 0;
        if (read_signed(value, INT32_MIN, INT32_MAX, &number) < 0)
                return -1;

        int32_t *ret = into;
        *ret = (int32_t)number;
        return 0;
}

int read_u64(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        return read_unsigned(value, UINT64_MAX, into);
}

int read_i64(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        return read_signed(value, INT64_MIN, INT64_MAX, into);
}

int read_opt_u32(struct json_value value, const struct field *field, void *into)
{
        struct opt_u32 *ret = into;
        ret->set = true;
        return read_u32(value, field, &ret->value);
}

int read_opt_u64(struct json_value value, const struct field *field, void *into)
{
        struct opt_u64 *ret = into;
        ret->set = true;
        return read_u64(value, field, &ret->value);
}

int read_opt_i64(struct json_value value, const struct field *field, void *into)
{
        struct opt_i64 *ret = into;
        ret->set = true;
        return read_i64(value, field, &ret->value);
}

/* texts ------------------------------------------------------------------------------------------------------------ */

int read_text(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        return reader_text(value, into);
}

int read_opt_text(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char **ret = into;
        if (reader_text(value, ret) < 0)
                return -1;
        if (**ret == '\0')
                *ret = NULL;
        return 0;
}

size_t name_find(const struct name_set *set, const char *name)
{
        size_t i = 0;
        while (i < set->n && strcmp(set->names[i], name) != 0)
                i++;
        return i;
}

int read_name(struct json_value value, const struct field *field, void *into)
{
        const struct name_set *set = field->extra;
        const char **ret = into;
        if (reader_text(value, ret) < 0)
                return -1;

        size_t found = name_find(set, *ret);
        if (found == set->n)
                return reader_fail(value, "unknown %s \"%s\"", set->what, *ret);
        *ret = set->names[found];
        return 0;
}

/* A NULL stands behind the last one. */
int reader_list(struct json_value value, reader_each_fn *add, const struct field *field, struct text_list *ret)
{
        size_t n = reader_count(value);
        if (n > 0)
                ret->items = arena_alloc_n(reader_arena(value), n + 1, sizeof *ret->items);
        if (n > 0 && !ret->items)
                return reader_fail(value, "out of memory");
        return reader_each_item(value, add, field, ret);
}

static int add_text(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)key;
        (void)field;
        struct text_list *list = into;
        return reader_text(item, &list->items[list->n++]);
}

int read_text_list(struct json_value value, const struct field *field, void *into)
{
        return reader_list(value, add_text, field, into);
}

static int add_name(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)key;
        struct text_list *list = into;
        return read_name(item, field, &list->items[list->n++]);
}

int read_name_list(struct json_value value, const struct field *field, void *into)
{
        return reader_list(value, add_name, field, into);
}

static int add_key_value(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)field;
        struct text_map *map = into;
        struct key_value *row = &map->items[map->n++];
        row->key = key;
        return reader_text(item, &row->value);
}

int read_text_map(struct json_value value, const struct field *field, void *into)
{
        struct text_map *map = into;
        map->items = arena_alloc_n(reader_arena(value), reader_count(value), sizeof *map->items);
        if (!map->items)
                return reader_fail(value, "out of memory");
        return reader_each_member(value, add_key_value, field, map);
}

int read_unknown(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        (void)into;
        return reader_fail(value, "unknown key");
}

/* structs ---------------------------------------------------------------------------------------------------------- */

int read_object(struct json_value value, const struct field *field, void *into)
{
        return value_fields(value, field->fields, into);
}

static int add_struct(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)key;
        char **at = into;
        if (read_object(item, field, *at) < 0)
                return -1;
        *at += field->size;
        return 0;
}

int read_array(struct json_value value, const struct field *field, void *into)
{
        size_t n = reader_count(value);
        void *items = n > 0 ? arena_alloc_n(reader_arena(value), n, field->size) : NULL;
        if (n > 0 && !items)
                return reader_fail(value, "out of memory");

        memcpy(into, &items, sizeof items);
        memcpy((char *)into + sizeof items, &n, sizeof n);
        char *at = items;
        return reader_each_item(value, add_struct, field, &at);
}
