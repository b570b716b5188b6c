/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.c - compare names by their letters; see nearest.h. */

#include <stdbool.h>
#include <string.h>

#include "cli/nearest.h"

enum {
        NAME_MAX_LEN = 32, /* longer ones are like none */
        TYPING_ERRORS = 2, /* as many may be in a name that is still like another */
};

struct nearest nearest_begin(const char *wanted, size_t len)
{
        return (struct nearest){ .wanted = wanted, .len = len, .errors = TYPING_ERRORS + 1 };
}

static size_t smallest(size_t a, size_t b, size_t c)
{
        size_t least = a < b ? a : b;
        return least < c ? least : c;
}

/* Letters to be added, dropped or changed (Levenshtein's distance), by one row of its table. */
static size_t distance(const char *name, const char *wanted, size_t len)
{
        size_t row[NAME_MAX_LEN + 1];
        for (size_t k = 0; k <= len; k++)
                row[k] = k;
        for (size_t i = 0; name[i]; i++) {
                size_t diagonal = row[0];
                row[0] = i + 1;
                for (size_t k = 1; k <= len; k++) {
                        size_t above = row[k];
                        size_t changed = name[i] == wanted[k - 1] ? diagonal : diagonal + 1;
                        row[k] = smallest(above + 1, row[k - 1] + 1, changed);
                        diagonal = above;
                }
        }
        return row[len];
}

void nearest_offer(struct nearest *search, const char *name)
{
        if (search->len > NAME_MAX_LEN)
                return;
        bool is_start = strncmp(name, search->wanted, search->len) == 0;
        size_t errors = is_start ? 0 : distance(name, search->wanted, search->len);
        /* A name of which nothing is right is not alike, however short it is. */
        if (errors >= search->errors || errors >= search->len)
                return;
        search->name = name;
        search->errors = errors;
}
