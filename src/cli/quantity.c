/* SPDX-License-Identifier: Apache-2.0 */
/* quantity.c - read bytes and durations; see quantity.h. */

#include <string.h>
#include <strings.h>

#include "cli/quantity.h"

#include "base/number.h"
#include "base/scope.h"

enum { DIGITS_MAX = 24 };
static const char digits[] = "0123456789";

/* The whole number that the text begins with; moves it on. */
static bool take_number(const char **text, int64_t *ret)
{
        char number[DIGITS_MAX];
        size_t len = strspn(*text, digits);
        if (len == 0 || len >= sizeof number)
                return false;
        memcpy(number, *text, len);
        number[len] = '\0';
        *text += len;
        return number_i64(number, 0, INT64_MAX, ret);
}

/* bytes ------------------------------------------------------------------------------------------------------------ */

static bool is_end_of_unit(const char *text)
{
        return *text == '\0' || strcasecmp(text, "b") == 0 || strcasecmp(text, "ib") == 0;
}

bool quantity_bytes(const char *text, int64_t *ret)
{
        static const char units[] = "kmgtp"; /* each 1024 of the one before */
        int64_t number = 0;
        if (strcmp(text, "-1") == 0) {
                *ret = -1;
                return true;
        }
        if (!take_number(&text, &number))
                return false;

        unsigned int shift = 0;
        const char *unit = *text ? strchr(units, *text | 0x20) : NULL; /* in lower case */
        if (unit) {
                shift = 10 * (unsigned int)(unit - units + 1);
                text++;
        }
        if (unit ? !is_end_of_unit(text) : *text != '\0' && strcasecmp(text, "b") != 0)
                return false;
        if (number > INT64_MAX >> shift)
                return false;
        *ret = number << shift;
        return true;
}

/* durations -------------------------------------------------------------------------------------------------------- */

static const struct {
        const char *name;
        int64_t ns;
} duration_units[] = {
  /* The longer of those that begin alike goes first. */
        {"ns",         1                  },
        { "us",        1000               },
        { "\xc2\xb5s", 1000               }, /* µs, with the micro sign */
        { "\xce\xbcs", 1000               }, /* and with the letter */
        { "ms",        1000000LL          },
        { "s",         1000000000LL       },
        { "m",         60 * 1000000000LL  },
        { "h",         3600 * 1000000000LL},
};

/* The unit that the text begins with, in nanoseconds; 0: none. */
static int64_t take_unit(const char **text)
{
        for (size_t i = 0; i < ARRAY_LEN(duration_units); i++) {
                size_t len = strlen(duration_units[i].name);
                if (strncmp(*text, duration_units[i].name, len) != 0)
                        continue;
                *text += len;
                return duration_units[i].ns;
        }
        return 0;
}

/* ".25" of a unit, with what is below a nanosecond cut. */
static int64_t fraction_of(const char *text, size_t len, int64_t unit)
{
        int64_t sum = 0;
        for (size_t i = 0; i < len; i++) {
                unit /= 10;
                sum += unit * (text[i] - '0');
        }
        return sum;
}

/* "1.5s" */
static bool take_part(const char **text, int64_t *ret)
{
        int64_t number = 0;
        bool has_number = take_number(text, &number);
        const char *fraction = *text + (**text == '.');
        size_t fraction_len = **text == '.' ? strspn(fraction, digits) : 0;
        if (!has_number && fraction_len == 0)
                return false;
        *text = fraction + fraction_len;

        int64_t unit = take_unit(text);
        return unit > 0 && !__builtin_mul_overflow(number, unit, ret) &&
               !__builtin_add_overflow(*ret, fraction_of(fraction, fraction_len, unit), ret);
}

bool quantity_duration(const char *text, int64_t *ret)
{
        int64_t sum = 0;
        bool is_negative = *text == '-';
        text += *text == '-' || *text == '+';
        if (*text == '\0')
                return false;
        if (strcmp(text, "0") == 0) {
                *ret = 0;
                return true;
        }
        while (*text) {
                int64_t part = 0;
                if (!take_part(&text, &part) || __builtin_add_overflow(sum, part, &sum))
                        return false;
        }
        *ret = is_negative ? -sum : sum;
        return true;
}
