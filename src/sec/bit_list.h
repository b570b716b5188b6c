/* SPDX-License-Identifier: Apache-2.0 */
/* bit_list.h - "0-3,7": a list of numbers as the kernel writes them (cpuset(7), "List format"), and the bits that it
 * takes. For CPUs and for memory nodes. */
#ifndef TARE_SEC_BIT_LIST_H
#define TARE_SEC_BIT_LIST_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* The zero value is the list that is not there. */
struct bit_list {
        const char *text;     /* as it was written; NULL: there is no list */
        unsigned long *words; /* bit N % BITS_OF_WORD of word N / BITS_OF_WORD is number N */
        size_t n_words;       /* up to the largest number; at least 1 */
        size_t n_bits;        /* how many are set; at least 1 */
};

enum { BITS_OF_WORD = 8 * sizeof(unsigned long) };

/* Pure; words live in arena, the text stays the caller's. NULL and "" give the zero value. Blanks around an item, empty
 * items and repeated numbers are fine, as with runc. Refuses `not a list of numbers and ranges`, `number above 1023`
 * (last), `range that runs backwards`, `no number in it`: the caller says before it which list it was. */
int bit_list_read(const char *text, size_t last, struct arena *arena, struct bit_list *ret, struct err *err);

#endif
