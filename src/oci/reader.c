/* SPDX-License-Identifier: Apache-2.0 */
/* reader.c - a document, cut into tokens by jsmn, and the ways to walk it: by a table of fields, by member, by item.
 * The row functions for the plain types are in read.c. */

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "oci/reader.h"

#include "base/buf.h"
#include "oci/json.h"
#include "oci/value.h"

enum {
        FIELDS_MAX = 32,     /* rows of one table */
        PATH_PART_MAX = 128, /* of a name, where an error tells it */
        VERDICT_MAX = 1024,
};

/* Tokens stand in the order of the text: an object is followed by name, value, name, value ...; an array by its items;
 * each with all that is in it. Token 0 is the object at the top. */
struct reader {
        const char *text;
        const char *name;
        jsmntok_t *tokens;
        uint32_t *next; /* of each token: the first one behind it and all that is in it */
        struct json_shape shape;
        struct arena *arena;
        struct err *err;
};

/* complaints ------------------------------------------------------------------------------------------------------- */

static void add_name(struct buf *path, const char *name, size_t len)
{
        bool is_long = len > PATH_PART_MAX;
        if (is_long)
                len = PATH_PART_MAX;
        while (is_long && len > 0 && (name[len] & 0xc0) == 0x80) /* not in the middle of a character */
                len--;
        if (path->len > 0)
                buf_add_text(path, ".");
        buf_add(path, name, len);
        if (is_long)
                buf_add_text(path, "...");
}

/* Calls itself, at most once a level. */
static void add_path(struct buf *path, const struct reader *reader, size_t token)
{
        const jsmntok_t *tokens = reader->tokens;
        if (token == 0)
                return;

        size_t parent = (size_t)tokens[token].parent;
        if (tokens[parent].type == JSMN_ARRAY) {
                size_t index = 0;
                for (size_t item = parent + 1; item < token; item = reader->next[item])
                        index++;
                add_path(path, reader, parent);
                buf_add_format(path, "[%zu]", index);
                return;
        }

        size_t name = tokens[parent].type == JSMN_STRING ? parent : token;
        add_path(path, reader, (size_t)tokens[name].parent);
        add_name(path, reader->text + tokens[name].start, (size_t)(tokens[name].end - tokens[name].start));
}

/* Puts the document's name and the path, to which member is added unless NULL, before what the error says. */
static int told_at(const struct reader *reader, size_t token, const char *member)
{
        auto_buf struct buf path = { 0 };
        add_path(&path, reader, token);
        if (member)
                add_name(&path, member, strlen(member));
        if (path.len == 0)
                return fail_at(reader->err, "%s", reader->name);
        return fail_at(reader->err, "%s: %s", reader->name, path.data);
}

int reader_fail(struct json_value value, const char *format, ...)
{
        char verdict[VERDICT_MAX];
        va_list args;
        va_start(args, format);
        (void)vsnprintf(verdict, sizeof verdict, format, args);
        va_end(args);
        (void)fail(value.reader->err, "%s", verdict);
        return told_at(value.reader, value.token, NULL);
}

/* one value -------------------------------------------------------------------------------------------------------- */

struct arena *reader_arena(struct json_value value)
{
        return value.reader->arena;
}

const char *value_raw(struct json_value value, size_t *ret_len)
{
        const jsmntok_t *token = &value.reader->tokens[value.token];
        *ret_len = (size_t)(token->end - token->start);
        return value.reader->text + token->start;
}

enum value_kind value_kind(struct json_value value)
{
        const jsmntok_t *token = &value.reader->tokens[value.token];
        if (token->type == JSMN_OBJECT)
                return VALUE_OBJECT;
        if (token->type == JSMN_ARRAY)
                return VALUE_ARRAY;
        if (token->type == JSMN_STRING)
                return VALUE_TEXT;

        char first = value.reader->text[token->start];
        if (first == 'n')
                return VALUE_NULL;
        return first == 't' || first == 'f' ? VALUE_BOOL : VALUE_NUMBER;
}

/* Most documents are plain as a whole, and need no look at each string. */
static bool is_plain_text(const struct reader *reader, const char *raw, size_t len)
{
        return reader->shape.is_plain || json_is_plain(raw, len);
}

/* What a string, or the name of a member, says: in the arena, with a NUL behind it. */
static int decode(struct json_value value, const char **ret, size_t *ret_len)
{
        size_t raw_len = 0;
        const char *raw = value_raw(value, &raw_len);
        bool is_plain = is_plain_text(value.reader, raw, raw_len);
        size_t len = is_plain ? raw_len : json_decode(raw, raw_len, NULL);
        char *copy = is_plain ? arena_copy(reader_arena(value), raw, len) : arena_alloc(reader_arena(value), len + 1);
        if (!copy)
                return reader_fail(value, "out of memory");

        if (!is_plain)
                (void)json_decode(raw, raw_len, copy);
        *ret = copy;
        *ret_len = len;
        return 0;
}

/* The same, for whom a NUL inside would be the end. */
static int decode_text(struct json_value value, const char **ret)
{
        size_t len = 0;
        if (decode(value, ret, &len) < 0)
                return -1;
        return memchr(*ret, '\0', len) ? reader_fail(value, "holds a NUL byte") : 0;
}

int reader_bytes(struct json_value value, const char **ret, size_t *ret_len)
{
        if (value_kind(value) != VALUE_TEXT)
                return reader_fail(value, "not a string");
        return decode(value, ret, ret_len);
}

int reader_text(struct json_value value, const char **ret)
{
        if (value_kind(value) != VALUE_TEXT)
                return reader_fail(value, "not a string");
        return decode_text(value, ret);
}

/* an object by its table ------------------------------------------------------------------------------------------- */

/* The row of the member that the token names; n when it is unknown. */
static size_t find_row(const struct reader *reader, size_t token, const struct field *fields, size_t n)
{
        char decoded[64]; /* more than any key of ours */
        const char *name = reader->text + reader->tokens[token].start;
        size_t len = (size_t)(reader->tokens[token].end - reader->tokens[token].start);
        if (!is_plain_text(reader, name, len) && json_decode(name, len, NULL) < sizeof decoded) {
                len = json_decode(name, len, decoded);
                name = decoded;
        }

        for (size_t i = 0; i < n; i++)
                if (strlen(fields[i].key) == len && memcmp(fields[i].key, name, len) == 0)
                        return i;
        return n;
}

/* Stores one member, or its absence. token 0: it is not there. */
static int read_row(struct json_value object, size_t token, const struct field *field, void *base)
{
        struct json_value member = { object.reader, token };
        bool is_there = token > 0 && value_kind(member) != VALUE_NULL;
        if (!is_there && field->is_required) {
                (void)fail(object.reader->err, "required");
                return told_at(object.reader, object.token, field->key);
        }
        if (!is_there)
                return 0;

        if (field->set_offset > 0)
                *(bool *)((char *)base + field->set_offset - 1) = true;
        return field->read(member, field, (char *)base + field->offset);
}

int value_fields(struct json_value value, const struct field *fields, void *base)
{
        const struct reader *reader = value.reader;
        if (value_kind(value) != VALUE_OBJECT)
                return reader_fail(value, "not an object");
        size_t n = 0;
        while (fields[n].key)
                n++;
        if (n > FIELDS_MAX)
                return reader_fail(value, "has more than %d fields", FIELDS_MAX);

        /* A name given twice: the later one takes the place of the former before anything is stored. */
        size_t found[FIELDS_MAX + 1] = { 0 };
        for (size_t name = value.token + 1; name < reader->next[value.token]; name = reader->next[name])
                found[find_row(reader, name, fields, n)] = name + 1;

        for (size_t i = 0; i < n; i++)
                if (read_row(value, found[i], &fields[i], base) < 0)
                        return -1;
        bool is_unknown_told = found[n] > 0 && fields[n].read;
        return is_unknown_told ? fields[n].read((struct json_value){ value.reader, found[n] }, &fields[n], base) : 0;
}

/* members and items ------------------------------------------------------------------------------------------------ */

size_t reader_count(struct json_value value)
{
        return (size_t)value.reader->tokens[value.token].size;
}

int reader_each_item(struct json_value value, reader_each_fn *each, const struct field *field, void *into)
{
        const struct reader *reader = value.reader;
        if (value_kind(value) != VALUE_ARRAY)
                return reader_fail(value, "not an array");

        for (size_t item = value.token + 1; item < reader->next[value.token]; item = reader->next[item]) {
                struct json_value at_hand = { value.reader, item };
                if (each(NULL, at_hand, field, into) < 0)
                        return -1;
        }
        return 0;
}

struct member {
        const char *name;
        size_t token; /* of the value */
};

static int by_name(const void *a, const void *b)
{
        const struct member *one = a, *other = b;
        int order = strcmp(one->name, other->name);
        return order ? order : (one->token > other->token) - (one->token < other->token);
}

static int by_token(const void *a, const void *b)
{
        const struct member *one = a, *other = b;
        return (one->token > other->token) - (one->token < other->token);
}

/* Leaves, of the members of each name, the last. By sorting: hostile names cannot make that slow. */
static size_t drop_repeated(struct member *members, size_t n)
{
        size_t kept = 0;
        qsort(members, n, sizeof *members, by_name);
        for (size_t i = 0; i < n; i++)
                if (i + 1 == n || strcmp(members[i].name, members[i + 1].name) != 0)
                        members[kept++] = members[i];
        qsort(members, kept, sizeof *members, by_token);
        return kept;
}

int reader_each_member(struct json_value value, reader_each_fn *each, const struct field *field, void *into)
{
        const struct reader *reader = value.reader;
        if (value_kind(value) != VALUE_OBJECT)
                return reader_fail(value, "not an object");

        size_t n = 0;
        struct member *members = arena_alloc_n(reader->arena, reader_count(value), sizeof *members);
        if (!members)
                return reader_fail(value, "out of memory");
        for (size_t name = value.token + 1; name < reader->next[value.token]; name = reader->next[name]) {
                struct json_value at_hand = { value.reader, name };
                if (decode_text(at_hand, &members[n].name) < 0)
                        return -1;
                members[n++].token = name + 1;
        }

        n = drop_repeated(members, n);
        for (size_t i = 0; i < n; i++) {
                struct json_value at_hand = { value.reader, members[i].token };
                if (value_kind(at_hand) == VALUE_NULL)
                        continue;
                if (each(members[i].name, at_hand, field, into) < 0)
                        return -1;
        }
        return 0;
}

/* a document ------------------------------------------------------------------------------------------------------- */

/* From the last token to the first: what is behind a token is known before it, and what is behind its last part is
 * behind it as well. */
static void link_tokens(struct reader *reader)
{
        memset(reader->next, 0, reader->shape.n_tokens * sizeof *reader->next);
        for (size_t i = reader->shape.n_tokens; i-- > 0;) {
                if (reader->next[i] == 0)
                        reader->next[i] = (uint32_t)i + 1;
                int parent = reader->tokens[i].parent;
                if (parent >= 0 && reader->next[parent] == 0)
                        reader->next[parent] = reader->next[i];
        }
}

static int read_document(struct reader *reader, size_t len, const struct field *fields, void *base)
{
        jsmn_parser parser;
        jsmn_init(&parser);
        int n = jsmn_parse(&parser, reader->text, len, reader->tokens, (unsigned int)reader->shape.n_tokens);
        if (n < 0 || (size_t)n != reader->shape.n_tokens)
                return fail(reader->err, "%s: cut into %d tokens, not %zu", reader->name, n, reader->shape.n_tokens);

        link_tokens(reader);
        return value_fields((struct json_value){ reader, 0 }, fields, base);
}

int reader_run(const char *text, size_t len, const char *name, const struct field *fields, void *base,
               struct arena *arena, struct err *err)
{
        struct reader reader = { .text = text, .name = name, .arena = arena, .err = err };
        if (json_check(text, len, name, &reader.shape, err) < 0)
                return -1;
        /* jsmn does not take a lone word or number at the top. */
        if (!reader.shape.is_object)
                return fail(err, "%s: not an object", name);

        /* One piece for both: fewer pages, and the sum cannot overflow, since the text is bounded. */
        reader.tokens = malloc(reader.shape.n_tokens * (sizeof *reader.tokens + sizeof *reader.next));
        if (!reader.tokens)
                return fail(err, "%s: out of memory", name);

        reader.next = (uint32_t *)(reader.tokens + reader.shape.n_tokens);
        int rc = read_document(&reader, len, fields, base);
        free(reader.tokens);
        return rc;
}
