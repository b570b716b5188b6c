/* SPDX-License-Identifier: Apache-2.0 */
/* bit_list.c - read a list of numbers into bits; see bit_list.h. */

#include <stdint.h>
#include <string.h>

#include "bit_list.h"

#include "base/number.h"
#include "sec/trim.h"

static void set_bits(struct bit_list *list, size_t from, size_t to)
{
        for (size_t number = from; number <= to; number++) {
                unsigned long *word = &list->words[number / BITS_OF_WORD];
                unsigned long bit = 1UL << number % BITS_OF_WORD;
                list->n_bits += *word & bit ? 0 : 1;
                *word |= bit;
        }
        size_t n_words = to / BITS_OF_WORD + 1;
        if (n_words > list->n_words)
                list->n_words = n_words;
}

/* "3" or "0-3", which is cut apart. */
static int read_item(char *item, size_t last, struct bit_list *list, struct err *err)
{
        char *end = item;
        const char *start = strsep(&end, "-");
        uint64_t from = 0;
        uint64_t to = 0;
        if (!number_u64(start, 0, UINT64_MAX, &from) || !number_u64(end ? end : start, 0, UINT64_MAX, &to))
                return fail(err, "not a list of numbers and ranges");
        if (from > last || to > last)
                return fail(err, "number above %zu", last);
        if (from > to)
                return fail(err, "range that runs backwards");

        set_bits(list, from, to);
        return 0;
}

int bit_list_read(const char *text, size_t last, struct arena *arena, struct bit_list *ret, struct err *err)
{
        *ret = (struct bit_list){ 0 };
        if (!text || text[0] == '\0')
                return 0;

        struct bit_list list = { .text = text };
        list.words = arena_alloc_n(arena, last / BITS_OF_WORD + 1, sizeof *list.words);
        char *rest = arena_copy(arena, text, strlen(text));
        if (!list.words || !rest)
                return fail(err, "out of memory");

        while (rest) {
                char *item = trim(strsep(&rest, ","));
                if (item[0] != '\0' && read_item(item, last, &list, err) < 0)
                        return -1;
        }
        if (list.n_bits == 0)
                return fail(err, "no number in it");
        *ret = list;
        return 0;
}
