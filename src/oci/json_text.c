/* SPDX-License-Identifier: Apache-2.0 */
/* json_text.c - what the strings of a JSON document say: escapes and UTF-8, in the way of Go's encoding/json. */

#include <stdint.h>
#include <string.h>

#include "oci/json.h"

/* The Unicode Standard, chapter 3.8. */
enum { HIGH_SURROGATE = 0xd800, LOW_SURROGATE = 0xdc00, SURROGATES_END = 0xe000, REPLACEMENT = 0xfffd };

bool json_is_plain(const char *raw, size_t len)
{
        for (size_t i = 0; i < len; i++)
                if (raw[i] == '\\' || (unsigned char)raw[i] >= 0x80)
                        return false;
        return true;
}

static bool is_surrogate(uint32_t point)
{
        return point >= HIGH_SURROGATE && point < SURROGATES_END;
}

/* The length of the well-formed UTF-8 sequence that raw begins with (RFC 3629), 0 where there is none. */
static size_t utf8_len(const char *raw, size_t left)
{
        /* The least code point that needs so many bytes, and the bits that mark them in the first. */
        static const struct {
                uint32_t least;
                unsigned char mask, mark;
        } rows[] = {
                [1] = {0,        0x80, 0x00},
                [2] = { 0x80,    0xe0, 0xc0},
                [3] = { 0x800,   0xf0, 0xe0},
                [4] = { 0x10000, 0xf8, 0xf0},
        };
        const unsigned char *bytes = (const unsigned char *)raw;
        size_t len = 1;
        while (len < ARRAY_LEN(rows) && (bytes[0] & rows[len].mask) != rows[len].mark)
                len++;
        if (len == ARRAY_LEN(rows) || len > left)
                return 0;

        uint32_t point = bytes[0] & (unsigned char)~rows[len].mask;
        for (size_t i = 1; i < len; i++) {
                if ((bytes[i] & 0xc0) != 0x80)
                        return 0;
                point = point << 6 | (bytes[i] & 0x3f);
        }
        return point < rows[len].least || point > 0x10ffff || is_surrogate(point) ? 0 : len;
}

static size_t utf8_encode(uint32_t point, char ret[4])
{
        if (point < 0x80) {
                ret[0] = (char)point;
                return 1;
        }

        static const unsigned char marks[] = { [2] = 0xc0, [3] = 0xe0, [4] = 0xf0 };
        size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        for (size_t i = len - 1; i > 0; i--) {
                ret[i] = (char)(0x80 | (point & 0x3f));
                point >>= 6;
        }
        ret[0] = (char)(marks[len] | point);
        return len;
}

static uint32_t hex4(const char *digits)
{
        uint32_t value = 0;
        for (size_t i = 0; i < 4; i++) {
                char c = digits[i];
                value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return value;
}

/* The code point of the escape that raw begins with; *ret_len: how much of raw it takes. */
static uint32_t escape_point(const char *raw, size_t left, size_t *ret_len)
{
        static const char letters[] = "bfnrt";
        static const char meanings[] = "\b\f\n\r\t";
        *ret_len = 2;
        if (raw[1] != 'u') {
                const char *letter = strchr(letters, raw[1]);
                return (unsigned char)(letter ? meanings[letter - letters] : raw[1]);
        }

        *ret_len = 6;
        uint32_t high = hex4(raw + 2);
        if (!is_surrogate(high))
                return high;
        bool has_pair = left >= 12 && raw[6] == '\\' && raw[7] == 'u';
        uint32_t low = has_pair ? hex4(raw + 8) : 0;
        if (high >= LOW_SURROGATE || low < LOW_SURROGATE || !is_surrogate(low))
                return REPLACEMENT;

        *ret_len = 12;
        return 0x10000 + ((high - HIGH_SURROGATE) << 10) + (low - LOW_SURROGATE);
}

size_t json_decode(const char *raw, size_t len, char *ret)
{
        size_t out_len = 0;
        for (size_t i = 0, taken; i < len; i += taken) {
                char encoded[4];
                const char *bytes = raw + i;
                size_t n_bytes = utf8_len(bytes, len - i);
                taken = n_bytes;
                if (n_bytes == 0 || *bytes == '\\') {
                        taken = 1;
                        uint32_t point = n_bytes == 0 ? REPLACEMENT : escape_point(bytes, len - i, &taken);
                        n_bytes = utf8_encode(point, encoded);
                        bytes = encoded;
                }
                if (ret)
                        memcpy(ret + out_len, bytes, n_bytes);
                out_len += n_bytes;
        }
        return out_len;
}
