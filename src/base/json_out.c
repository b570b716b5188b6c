/* SPDX-License-Identifier: Apache-2.0 */
/* json_out.c - JSON printed into a buf; see json_out.h. */

#include <string.h>

#include "base/json_out.h"

/* The length of the well-formed UTF-8 sequence at text (RFC 3629, section 4), 0 where there is none. */
static size_t utf8_len(const unsigned char *text)
{
        static const struct {
                unsigned char first_low, first_high, second_low, second_high;
                size_t len;
        } rows[] = {
                {0x00,  0x7f, 0x00, 0xff, 1},
                { 0xc2, 0xdf, 0x80, 0xbf, 2},
                { 0xe0, 0xe0, 0xa0, 0xbf, 3},
                { 0xe1, 0xec, 0x80, 0xbf, 3},
                { 0xed, 0xed, 0x80, 0x9f, 3}, /* no surrogates */
                { 0xee, 0xef, 0x80, 0xbf, 3},
                { 0xf0, 0xf0, 0x90, 0xbf, 4},
                { 0xf1, 0xf3, 0x80, 0xbf, 4},
                { 0xf4, 0xf4, 0x80, 0x8f, 4},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                if (text[0] < rows[i].first_low || text[0] > rows[i].first_high)
                        continue;
                if (rows[i].len == 1)
                        return 1;
                if (text[1] < rows[i].second_low || text[1] > rows[i].second_high)
                        return 0;
                for (size_t k = 2; k < rows[i].len; k++) {
                        if ((text[k] & 0xc0) != 0x80)
                                return 0;
                }
                return rows[i].len;
        }
        return 0;
}

static const char *escape_of(unsigned char c)
{
        switch (c) {
        case '"':
                return "\\\"";
        case '\\':
                return "\\\\";
        case '\n':
                return "\\n";
        case '\r':
                return "\\r";
        case '\t':
                return "\\t";
        default:
                return NULL;
        }
}

void json_out_quoted(struct buf *buf, const char *text)
{
        const unsigned char *c = (const unsigned char *)text;
        buf_add_text(buf, "\"");
        while (*c) {
                size_t len = utf8_len(c);
                const char *escape = escape_of(*c);
                if (len == 0)
                        buf_add_text(buf, "\xef\xbf\xbd");
                else if (escape)
                        buf_add_text(buf, escape);
                else if (*c < 0x20 || *c == 0x7f)
                        buf_add_format(buf, "\\u%04x", *c);
                else
                        buf_add(buf, c, len);
                c += len ? len : 1;
        }
        buf_add_text(buf, "\"");
}

static void new_line(struct json_out *out)
{
        if (!out->indent)
                return;

        buf_add_text(out->buf, "\n");
        for (unsigned int i = 0; i < out->depth; i++)
                buf_add_text(out->buf, out->indent);
}

static void begin_item(struct json_out *out, const char *key)
{
        if (out->has_item)
                buf_add_text(out->buf, ",");
        if (out->depth > 0)
                new_line(out);
        out->has_item = true;
        if (!key)
                return;

        json_out_quoted(out->buf, key);
        buf_add_text(out->buf, out->indent ? ": " : ":");
}

static void begin_nest(struct json_out *out, const char *key, const char *open)
{
        begin_item(out, key);
        buf_add_text(out->buf, open);
        out->depth++;
        out->has_item = false;
}

static void end_nest(struct json_out *out, const char *close)
{
        bool was_empty = !out->has_item;
        out->depth--;
        if (!was_empty)
                new_line(out);
        buf_add_text(out->buf, close);
        out->has_item = true;
}

void json_out_object(struct json_out *out, const char *key)
{
        begin_nest(out, key, "{");
}

void json_out_object_end(struct json_out *out)
{
        end_nest(out, "}");
}

void json_out_array(struct json_out *out, const char *key)
{
        begin_nest(out, key, "[");
}

void json_out_array_end(struct json_out *out)
{
        end_nest(out, "]");
}

void json_out_text(struct json_out *out, const char *key, const char *text)
{
        begin_item(out, key);
        json_out_quoted(out->buf, text);
}

void json_out_u64(struct json_out *out, const char *key, uint64_t number)
{
        begin_item(out, key);
        buf_add_format(out->buf, "%llu", (unsigned long long)number);
}

void json_out_i64(struct json_out *out, const char *key, int64_t number)
{
        begin_item(out, key);
        buf_add_format(out->buf, "%lld", (long long)number);
}

void json_out_double(struct json_out *out, const char *key, double number)
{
        begin_item(out, key);
        buf_add_format(out->buf, "%g", number);
}

void json_out_bool(struct json_out *out, const char *key, bool value)
{
        begin_item(out, key);
        buf_add_text(out->buf, value ? "true" : "false");
}
