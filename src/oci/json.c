/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - the grammar of JSON, held to the letter of RFC 8259.
 * jsmn, which cuts the document into tokens for reader.c, forgives a lot ("{,}", "01", "1:2:3") and takes quadratic
 * time over some of it. So nothing gets to it that has not passed here. */

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "oci/json.h"

struct scan {
        const char *at, *end; /* what is left */
        const char *text;
        size_t level;
        struct json_shape shape;
        const char *name;
        struct err *err;
};

/* complaints ------------------------------------------------------------------------------------------------------- */

static size_t line_of(const struct scan *scan)
{
        size_t line = 1;
        for (const char *c = scan->text; c < scan->at; c++)
                line += *c == '\n';
        return line;
}

static int wrong(const struct scan *scan, const char *what)
{
        return fail(scan->err, "%s:%zu: %s", scan->name, line_of(scan), what);
}

static int wanted(const struct scan *scan, const char *what)
{
        char found[32];
        if (scan->at == scan->end)
                (void)snprintf(found, sizeof found, "the end");
        else if (*scan->at > ' ' && *scan->at < 0x7f)
                (void)snprintf(found, sizeof found, "\"%c\"", *scan->at);
        else
                (void)snprintf(found, sizeof found, "the byte 0x%02x", (unsigned char)*scan->at);
        return fail(scan->err, "%s:%zu: %s expected, not %s", scan->name, line_of(scan), what, found);
}

/* grammar ---------------------------------------------------------------------------------------------------------- */

static bool is_next(const struct scan *scan, char c)
{
        return scan->at < scan->end && *scan->at == c;
}

static bool take(struct scan *scan, char c)
{
        if (!is_next(scan, c))
                return false;
        scan->at++;
        return true;
}

/* What a byte may be. Looked up, since most of a document is blanks and plain text in strings. */
enum { BLANK = 1, PLAIN = 2 };
static const unsigned char classes[UCHAR_MAX + 1] = {
        [' '] = BLANK | PLAIN, ['\t'] = BLANK,        ['\n'] = BLANK,         ['\r'] = BLANK,
        ['!'] = PLAIN,         ['#' ... '['] = PLAIN, [']' ... 0x7f] = PLAIN, /* ASCII but for the quote and the
                                                                                 backslash */
};

static void skip(struct scan *scan, unsigned char class)
{
        const char *at = scan->at;
        while (at < scan->end && (classes[(unsigned char)*at] & class))
                at++;
        scan->at = at;
}

static bool skip_digits(struct scan *scan)
{
        const char *first = scan->at;
        while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
                scan->at++;
        return scan->at > first;
}

static int check_number(struct scan *scan)
{
        (void)take(scan, '-');
        if (!take(scan, '0') && !skip_digits(scan))
                return wanted(scan, "a digit");
        if (take(scan, '.') && !skip_digits(scan))
                return wanted(scan, "a digit");
        if (!take(scan, 'e') && !take(scan, 'E'))
                return 0;

        if (!take(scan, '+'))
                (void)take(scan, '-');
        return skip_digits(scan) ? 0 : wanted(scan, "a digit");
}

static int check_word(struct scan *scan, const char *word)
{
        for (; *word; word++)
                if (!take(scan, *word))
                        return wanted(scan, "true, false or null");
        return 0;
}

static bool is_hex(char c)
{
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Behind the backslash. */
static int check_escape(struct scan *scan)
{
        if (scan->at == scan->end || *scan->at == '\0' || !strchr("\"\\/bfnrtu", *scan->at))
                return wanted(scan, "one of \"\\/bfnrtu behind a backslash");
        if (*scan->at++ != 'u')
                return 0;

        for (size_t i = 0; i < 4; i++) {
                if (scan->at == scan->end || !is_hex(*scan->at))
                        return wanted(scan, "a hexadecimal digit");
                scan->at++;
        }
        return 0;
}

static int check_string(struct scan *scan)
{
        if (!take(scan, '"'))
                return wanted(scan, "a name in quotes");

        for (;;) {
                skip(scan, PLAIN);
                if (take(scan, '"'))
                        return 0;

                scan->shape.is_plain = false;
                bool is_escape = take(scan, '\\');
                if (!is_escape && (scan->at == scan->end || (unsigned char)*scan->at < 0x80))
                        return wanted(scan, "the closing quote of a string");
                if (is_escape && check_escape(scan) < 0)
                        return -1;
                scan->at += !is_escape;
        }
}

static int check_value(struct scan *scan);

static int check_members(struct scan *scan)
{
        for (;;) {
                scan->shape.n_tokens++;
                skip(scan, BLANK);
                if (check_string(scan) < 0)
                        return -1;
                skip(scan, BLANK);
                if (!take(scan, ':'))
                        return wanted(scan, "\":\"");
                if (check_value(scan) < 0)
                        return -1;
                if (take(scan, '}'))
                        return 0;
                if (!take(scan, ','))
                        return wanted(scan, "\",\" or \"}\"");
        }
}

static int check_items(struct scan *scan)
{
        for (;;) {
                if (check_value(scan) < 0)
                        return -1;
                if (take(scan, ']'))
                        return 0;
                if (!take(scan, ','))
                        return wanted(scan, "\",\" or \"]\"");
        }
}

static int check_nest(struct scan *scan)
{
        if (++scan->level > JSON_LEVELS_MAX)
                return fail(scan->err, "%s:%zu: nested deeper than %d levels", scan->name, line_of(scan),
                            JSON_LEVELS_MAX);

        bool is_object = *scan->at++ == '{';
        skip(scan, BLANK);
        if (!take(scan, is_object ? '}' : ']') && (is_object ? check_members(scan) : check_items(scan)) < 0)
                return -1;
        scan->level--;
        return 0;
}

/* With the blanks around it. Calls itself, at most JSON_LEVELS_MAX deep. */
static int check_value(struct scan *scan)
{
        int rc = 0;
        scan->shape.n_tokens++;
        skip(scan, BLANK);
        switch (scan->at < scan->end ? *scan->at : '\0') {
        case '"':
                rc = check_string(scan);
                break;
        case '{':
        case '[':
                rc = check_nest(scan);
                break;
        case 't':
                rc = check_word(scan, "true");
                break;
        case 'f':
                rc = check_word(scan, "false");
                break;
        case 'n':
                rc = check_word(scan, "null");
                break;
        case '-':
        case '0' ... '9':
                rc = check_number(scan);
                break;
        default:
                return wanted(scan, "a value");
        }
        skip(scan, BLANK);
        return rc;
}

int json_check(const char *text, size_t len, const char *name, struct json_shape *ret, struct err *err)
{
        static const char byte_order_mark[] = "\xef\xbb\xbf";
        struct scan scan = { .at = text, .end = text + len, .text = text, .name = name, .err = err };
        if (len > JSON_SIZE_MAX)
                return fail(err, "%s: larger than %d bytes", name, JSON_SIZE_MAX);
        if (len >= 3 && memcmp(text, byte_order_mark, 3) == 0)
                return wrong(&scan, "begins with a byte order mark");

        skip(&scan, BLANK);
        scan.shape.is_plain = true;
        scan.shape.is_object = is_next(&scan, '{');
        if (check_value(&scan) < 0)
                return -1;
        if (scan.at < scan.end)
                return wanted(&scan, "the end");

        *ret = scan.shape;
        return 0;
}
