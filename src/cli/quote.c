/* SPDX-License-Identifier: Apache-2.0 */
/* quote.c - escape texts as Go does; see quote.h. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cli/quote.h"

struct rune {
        uint32_t code;
        size_t len; /* in bytes; 0: no UTF-8 begins here */
};

/* One character of UTF-8 (RFC 3629): shortest form, no surrogates, up to U+10FFFF. */
static struct rune rune_at(const unsigned char *text)
{
        static const struct {
                unsigned char mask, lead;
                uint32_t low;
        } forms[] = {
                {0x80,  0x00, 0x0    },
                { 0xe0, 0xc0, 0x80   },
                { 0xf0, 0xe0, 0x800  },
                { 0xf8, 0xf0, 0x10000},
        };
        for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
                if ((text[0] & forms[i].mask) != forms[i].lead)
                        continue;
                uint32_t code = text[0] & (unsigned char)~forms[i].mask;
                for (size_t k = 1; k <= i; k++) {
                        if ((text[k] & 0xc0) != 0x80)
                                return (struct rune){ 0 };
                        code = code << 6 | (text[k] & 0x3f);
                }
                if (code < forms[i].low || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
                        return (struct rune){ 0 };
                return (struct rune){ code, i + 1 };
        }
        return (struct rune){ 0 };
}

/* What has no look of its own or turns the text around. Go asks Unicode's tables for more of that kind; a terminal
 * obeys no more. */
static bool is_printable(uint32_t code)
{
        static const struct {
                uint32_t low, high;
        } others[] = {
                {0x00,    0x1f  },
                { 0x7f,   0xa0  },
                { 0xad,   0xad  },
                { 0x2000, 0x200f},
                { 0x2028, 0x202f},
                { 0x205f, 0x206f},
                { 0x3000, 0x3000},
                { 0xe000, 0xf8ff},
                { 0xfeff, 0xfeff},
                { 0xfff0, 0xfffb},
        };
        for (size_t i = 0; i < ARRAY_LEN(others); i++) {
                if (code >= others[i].low && code <= others[i].high)
                        return false;
        }
        return true;
}

static char letter_of(uint32_t code)
{
        static const char codes[] = "\a\b\f\n\r\t\v";
        static const char letters[] = "abfnrtv";
        const char *found = code > 0 && code < ' ' ? strchr(codes, (int)code) : NULL;
        if (!found)
                return '\0';
        return letters[found - codes];
}

static void add_rune(struct buf *buf, struct rune rune, const char *at)
{
        if (is_printable(rune.code))
                buf_add(buf, at, rune.len);
        else if (letter_of(rune.code))
                buf_add_format(buf, "\\%c", letter_of(rune.code));
        else if (rune.code < 0x80)
                buf_add_format(buf, "\\x%02x", (unsigned int)rune.code);
        else
                buf_add_format(buf, "\\u%04x", (unsigned int)rune.code);
}

/* backslashed: what gets a backslash though it is printable. */
static void add_escaped(struct buf *buf, const char *text, const char *backslashed)
{
        while (*text) {
                struct rune rune = rune_at((const unsigned char *)text);
                if (rune.len == 0) {
                        buf_add_format(buf, "\\x%02x", (unsigned int)(unsigned char)*text++);
                        continue;
                }
                if (rune.len == 1 && strchr(backslashed, *text))
                        buf_add_text(buf, "\\");
                add_rune(buf, rune, text);
                text += rune.len;
        }
}

void quote_line(struct buf *buf, const char *text)
{
        add_escaped(buf, text, "");
}

void quote_value(struct buf *buf, const char *text)
{
        static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/@^+";
        if (text[strspn(text, bare)] == '\0') {
                buf_add_text(buf, text);
                return;
        }
        buf_add_text(buf, "\"");
        add_escaped(buf, text, "\"\\");
        buf_add_text(buf, "\"");
}
