/* SPDX-License-Identifier: Apache-2.0 */
/* arena.h - memory that lives and dies together: one arena holds all that was parsed from one config.json. */
#ifndef TARE_BASE_ARENA_H
#define TARE_BASE_ARENA_H

#include <stddef.h>

struct arena {
        struct arena_block *blocks; /* newest first; NULL: empty */
};

/* Zeroed memory, aligned for any type; NULL when there is none (errno ENOMEM). size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same for n items of one size; an overflow of the product is ENOMEM too. */
void *arena_alloc_n(struct arena *arena, size_t n, size_t size);
/* A copy of len bytes with a NUL after them; NULL when there is no memory. */
char *arena_copy(struct arena *arena, const char *text, size_t len);
/* Frees everything at once; the arena is empty again and may be used or finished again. */
void arena_finish(struct arena *arena);

#endif
