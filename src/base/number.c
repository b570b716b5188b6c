/* SPDX-License-Identifier: Apache-2.0 */
/* number.c - numbers from text; see number.h. */

#include "base/number.h"

/* The magnitude, limited to max; false for anything but digits. */
static bool digits(const char *text, uint64_t max, uint64_t *ret)
{
        uint64_t value = 0;
        if (!*text)
                return false;

        for (; *text; text++) {
                if (*text < '0' || *text > '9')
                        return false;
                uint64_t digit = (uint64_t)(*text - '0');
                if (value > max / 10 || value * 10 > max - digit)
                        return false;
                value = value * 10 + digit;
        }
        *ret = value;
        return true;
}

bool number_u64(const char *text, uint64_t low, uint64_t high, uint64_t *ret)
{
        uint64_t value = 0;
        if (!digits(text, high, &value) || value < low)
                return false;

        *ret = value;
        return true;
}

bool number_i64(const char *text, int64_t low, int64_t high, int64_t *ret)
{
        bool is_negative = *text == '-';
        uint64_t magnitude = 0;
        uint64_t max = is_negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
        if (!digits(is_negative ? text + 1 : text, max, &magnitude))
                return false;

        int64_t value = is_negative ? (int64_t)-magnitude : (int64_t)magnitude;
        if (value < low || value > high)
                return false;
        *ret = value;
        return true;
}
