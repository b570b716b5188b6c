/* SPDX-License-Identifier: Apache-2.0 */
/* variant.c - read the text format of GVariant; see variant.h. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "oci/variant.h"

#include "base/buf.h"
#include "base/scope.h"

enum {
        DEPTH_MAX = 16,
        ITEMS_FIRST = 8,
};

#define BLANKS " \t\r\n"

struct parser {
        const char *next;
        struct arena *arena;
        struct err *err;
        int depth;
};

/* The types that hold no others: the word before a value, and which numbers are of it. */
/* clang-format off */
static const struct basic {
        char type;
        const char *word;
        int64_t low;
        uint64_t high;
} basics[] = {
        { 'b', "boolean",    0,         0          },
        { 'y', "byte",       0,         UINT8_MAX  },
        { 'n', "int16",      INT16_MIN, INT16_MAX  },
        { 'q', "uint16",     0,         UINT16_MAX },
        { 'i', "int32",      INT32_MIN, INT32_MAX  },
        { 'u', "uint32",     0,         UINT32_MAX },
        { 'x', "int64",      INT64_MIN, INT64_MAX  },
        { 't', "uint64",     0,         UINT64_MAX },
        { 'd', "double",     0,         0          },
        { 's', "string",     0,         0          },
        { 'o', "objectpath", 0,         0          },
        { 'g', "signature",  0,         0          },
};
/* clang-format on */

static int parse_value(struct parser *parser, const char *type, struct variant *ret);

static int out_of_memory(const struct parser *parser)
{
        return fail(parser->err, "out of memory");
}

static char peek(struct parser *parser)
{
        parser->next += strspn(parser->next, BLANKS);
        return *parser->next;
}

static int does_not_fit(const struct parser *parser, const char *token, size_t len)
{
        return fail(parser->err, "can't parse \"%.*s\" with given type information", (int)len, token);
}

/* types ------------------------------------------------------------------------------------------------------------ */

static const struct basic *find_basic(char type)
{
        for (size_t i = 0; i < ARRAY_LEN(basics); i++)
                if (basics[i].type == type)
                        return &basics[i];
        return NULL;
}

/* The length of the complete type that the text begins with; 0: it begins with none. */
static size_t type_len(const char *text, int depth)
{
        if (depth > DEPTH_MAX)
                return 0;
        if (*text == 'a') {
                size_t len = type_len(text + 1, depth + 1);
                return len > 0 ? 1 + len : 0;
        }
        if (*text != '(')
                return find_basic(*text) != NULL;

        size_t len = 1;
        while (text[len] != ')') {
                size_t item = type_len(text + len, depth + 1);
                if (item == 0)
                        return 0;
                len += item;
        }
        return len > 1 ? len + 1 : 0;
}

static const char *copy_type(const struct parser *parser, const char *type)
{
        return arena_copy(parser->arena, type, type_len(type, 0));
}

/* Whether a value of this kind may stand where the type is wanted; NULL: anything may. */
static bool is_wanted(const char *type, const char *kinds)
{
        return !type || (*type && strchr(kinds, *type));
}

/* "@TYPE VALUE" */
static int parse_typed(struct parser *parser, const char *type, struct variant *ret)
{
        const char *given = parser->next + 1;
        size_t len = type_len(given, 0);
        if (len == 0)
                return fail(parser->err, "unrecognized type \"%.*s\"", (int)strcspn(given, BLANKS), given);
        if (type && (strncmp(type, given, len) != 0 || type[len] != '\0'))
                return does_not_fit(parser, given - 1, len + 1);
        const char *copy = copy_type(parser, given);
        if (!copy)
                return out_of_memory(parser);
        parser->next = given + len;
        return parse_value(parser, copy, ret);
}

/* basic values ----------------------------------------------------------------------------------------------------- */

/* One character of a text, and on to the next. */
static int parse_char(struct parser *parser, char *ret)
{
        static const char escapes[][2] = {
                {'n',  '\n'},
                { 't', '\t'},
                { 'r', '\r'},
                { 'a', '\a'},
                { 'b', '\b'},
                { 'f', '\f'},
                { 'v', '\v'},
        };
        bool is_escaped = *parser->next == '\\';
        parser->next += is_escaped;
        *ret = *parser->next;
        if (*ret == '\0')
                return fail(parser->err, "unexpected EOF");
        if (is_escaped && (*ret == 'u' || *ret == 'U'))
                return fail(parser->err, "no escape \\%c, write the character itself", *ret);
        for (size_t i = 0; is_escaped && i < ARRAY_LEN(escapes); i++) {
                if (*parser->next == escapes[i][0])
                        *ret = escapes[i][1];
        }
        parser->next++;
        return 0;
}

static int parse_text(struct parser *parser, const char *type, struct variant *ret)
{
        const char quote = *parser->next++;
        const char *begin = parser->next;
        auto_buf struct buf text = { 0 };
        while (*parser->next != quote) {
                char c;
                if (parse_char(parser, &c) < 0)
                        return -1;
                buf_add(&text, &c, 1);
        }
        if (!is_wanted(type, "sog"))
                return does_not_fit(parser, begin, (size_t)(parser->next - begin));

        parser->next++;
        ret->type = type ? type : "s";
        ret->text = arena_copy(parser->arena, buf_text(&text), text.len);
        return ret->text && !text.out_of_memory ? 0 : out_of_memory(parser);
}

static bool read_double(const char *word, struct variant *ret)
{
        char *end = NULL;
        ret->real = strtod(word, &end);
        return end != word && *end == '\0';
}

static bool read_whole(const char *word, const struct basic *basic, struct variant *ret)
{
        bool is_negative = *word == '-';
        const char *digits = word + (*word == '-' || *word == '+');
        char *end = NULL;
        errno = 0;
        if (*digits < '0' || *digits > '9')
                return false;
        uint64_t size = strtoull(digits, &end, 0);
        if (*end != '\0' || errno != 0)
                return false;
        if (!is_negative) {
                ret->natural = size;
                return size <= basic->high;
        }
        /* Of the lowest number the positive one does not exist. */
        if (size > (uint64_t)INT64_MAX + 1 || (size > 0 && -(int64_t)(size - 1) - 1 < basic->low))
                return false;
        ret->whole = size > 0 ? -(int64_t)(size - 1) - 1 : 0;
        return true;
}

static int parse_number(struct parser *parser, const char *type, const char *word, struct variant *ret)
{
        bool has_point = strpbrk(word, ".eE") && !strpbrk(word, "xX");
        ret->type = type ? type : has_point ? "d" : "i";
        if (!is_wanted(ret->type, "ynqiuxtd"))
                return does_not_fit(parser, word, strlen(word));
        bool is_read = *ret->type == 'd' ? read_double(word, ret) : read_whole(word, find_basic(*ret->type), ret);
        return is_read ? 0 : does_not_fit(parser, word, strlen(word));
}

static const struct basic *find_word(const char *word)
{
        for (size_t i = 0; i < ARRAY_LEN(basics); i++)
                if (strcmp(basics[i].word, word) == 0)
                        return &basics[i];
        return NULL;
}

/* "uint64 5" */
static int parse_after_word(struct parser *parser, const char *type, const struct basic *basic, struct variant *ret)
{
        const char own[] = { basic->type, '\0' };
        if (type && strcmp(type, own) != 0)
                return does_not_fit(parser, basic->word, strlen(basic->word));
        const char *copy = copy_type(parser, own);
        return copy ? parse_value(parser, copy, ret) : out_of_memory(parser);
}

static int parse_word(struct parser *parser, const char *type, struct variant *ret)
{
        size_t len = strcspn(parser->next, BLANKS ",[]()'\"");
        const char *word = arena_copy(parser->arena, parser->next, len);
        if (!word)
                return out_of_memory(parser);
        if (len == 0)
                return fail(parser->err, "unrecognized type \"%s\"", parser->next);

        parser->next += len;
        const struct basic *basic = find_word(word);
        if (basic)
                return parse_after_word(parser, type, basic, ret);
        bool is_truth = strcmp(word, "true") == 0;
        if (is_truth || strcmp(word, "false") == 0) {
                ret->type = "b";
                ret->truth = is_truth;
                return is_wanted(type, "b") ? 0 : does_not_fit(parser, word, len);
        }
        if (!strchr("+-.0123456789", *word))
                return fail(parser->err, "unrecognized type \"%s\"", word);
        return parse_number(parser, type, word, ret);
}

/* arrays and tuples ------------------------------------------------------------------------------------------------ */

/* Room for one more item. */
static struct variant *add_item(const struct parser *parser, struct variant *to, size_t *size)
{
        if (to->n == *size) {
                size_t more_size = *size > 0 ? 2 * *size : ITEMS_FIRST;
                struct variant *more = arena_alloc_n(parser->arena, more_size, sizeof *more);
                if (!more)
                        return NULL;
                if (to->n > 0)
                        memcpy(more, to->items, to->n * sizeof *more);
                to->items = more;
                *size = more_size;
        }
        return &to->items[to->n++];
}

/* What comes after an item: true at the end of all. */
static int parse_separator(struct parser *parser, char close, bool *ret_is_end)
{
        char c = peek(parser);
        *ret_is_end = c == close;
        if (c == '\0')
                return fail(parser->err, "unexpected EOF");
        if (c != ',' && c != close)
                return fail(parser->err, "\"%c\" where \",\" or \"%c\" belongs", c, close);
        parser->next++;
        return 0;
}

/* After the opening bracket. wanted: the types of the items; of an array one for all, NULL: of the first. */
static int parse_items(struct parser *parser, char close, const char *wanted, struct variant *ret)
{
        size_t size = 0;
        bool is_end = peek(parser) == close;
        parser->next += is_end;
        while (!is_end) {
                struct variant *item = add_item(parser, ret, &size);
                const char *type = wanted ? copy_type(parser, wanted) : NULL;
                if (!item || (wanted && !type))
                        return out_of_memory(parser);
                if (wanted && *type == '\0')
                        return fail(parser->err, "more items than the type has");
                if (parse_value(parser, type, item) < 0 || parse_separator(parser, close, &is_end) < 0)
                        return -1;
                if (close == ')' && wanted)
                        wanted += strlen(type);
                if (close == ']' && !wanted)
                        wanted = item->type;
        }
        if (close == ')' && wanted && *wanted != ')')
                return fail(parser->err, "less items than the type has");
        return 0;
}

static int parse_array(struct parser *parser, const char *type, struct variant *ret)
{
        parser->next++;
        if (!is_wanted(type, "a"))
                return does_not_fit(parser, "[", 1);
        if (parse_items(parser, ']', type ? type + 1 : NULL, ret) < 0)
                return -1;
        if (!type && ret->n == 0)
                return fail(parser->err, "an empty array needs a type, as \"@as []\" has one");
        if (type) {
                ret->type = type;
                return 0;
        }
        auto_buf struct buf own = { 0 };
        buf_add_format(&own, "a%s", ret->items[0].type);
        ret->type = own.out_of_memory ? NULL : arena_copy(parser->arena, buf_text(&own), own.len);
        return ret->type ? 0 : out_of_memory(parser);
}

static int parse_tuple(struct parser *parser, const char *type, struct variant *ret)
{
        parser->next++;
        if (!is_wanted(type, "("))
                return does_not_fit(parser, "(", 1);
        if (parse_items(parser, ')', type ? type + 1 : NULL, ret) < 0)
                return -1;
        if (ret->n == 0)
                return fail(parser->err, "a tuple without items");
        if (type) {
                ret->type = type;
                return 0;
        }
        auto_buf struct buf own = { 0 };
        buf_add_text(&own, "(");
        for (size_t i = 0; i < ret->n; i++)
                buf_add_text(&own, ret->items[i].type);
        buf_add_text(&own, ")");
        ret->type = own.out_of_memory ? NULL : arena_copy(parser->arena, buf_text(&own), own.len);
        return ret->type ? 0 : out_of_memory(parser);
}

/* the whole -------------------------------------------------------------------------------------------------------- */

/* type: what it has to be; NULL: what it looks like. */
static int parse_value(struct parser *parser, const char *type, struct variant *ret)
{
        static const struct {
                char begin;
                int (*parse)(struct parser *parser, const char *type, struct variant *ret);
        } forms[] = {
                {'@',   parse_typed},
                { '\'', parse_text },
                { '"',  parse_text },
                { '[',  parse_array},
                { '(',  parse_tuple},
        };
        int (*parse)(struct parser *, const char *, struct variant *) = parse_word;
        char c = peek(parser);
        if (c == '\0')
                return fail(parser->err, "unexpected EOF");
        if (parser->depth == DEPTH_MAX)
                return fail(parser->err, "more than %d levels deep", DEPTH_MAX);
        for (size_t i = 0; i < ARRAY_LEN(forms); i++)
                parse = forms[i].begin == c ? forms[i].parse : parse;
        parser->depth++;
        int done = parse(parser, type, ret);
        parser->depth--;
        return done;
}

int variant_parse(const char *text, struct arena *arena, struct variant *ret, struct err *err)
{
        struct parser parser = { .next = text, .arena = arena, .err = err };
        *ret = (struct variant){ 0 };
        if (parse_value(&parser, NULL, ret) < 0)
                return -1;
        return peek(&parser) == '\0' ? 0 : fail(err, "unexpected \"%s\" after the value", parser.next);
}
