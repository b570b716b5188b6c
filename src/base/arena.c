/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c - blocks of memory handed out from front to back and freed together. */

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Room for most bundles at once. What is never touched costs nothing: it is address space, no memory. */
enum { BLOCK_SIZE = 256 * 1024 };

struct arena_block {
        struct arena_block *next;
        size_t used;
        size_t size;
        alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *add_block(struct arena *arena, size_t at_least)
{
        size_t size = at_least > BLOCK_SIZE ? at_least : BLOCK_SIZE;
        if (size > SIZE_MAX - sizeof(struct arena_block)) {
                errno = ENOMEM;
                return NULL;
        }

        /* calloc: fresh pages are zero already, so the libc need not touch them. */
        struct arena_block *block = calloc(1, sizeof *block + size);
        if (!block)
                return NULL;

        block->size = size;
        block->next = arena->blocks;
        arena->blocks = block;
        return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
        size_t step = alignof(max_align_t);
        if (size > SIZE_MAX - step) {
                errno = ENOMEM;
                return NULL;
        }

        size_t rounded = (size + step - 1) / step * step;
        struct arena_block *block = arena->blocks;
        if (!block || block->size - block->used < rounded)
                block = add_block(arena, rounded);
        if (!block)
                return NULL;

        void *memory = block->bytes + block->used;
        block->used += rounded;
        return memory;
}

void *arena_alloc_n(struct arena *arena, size_t n, size_t size)
{
        if (size != 0 && n > SIZE_MAX / size) {
                errno = ENOMEM;
                return NULL;
        }
        return arena_alloc(arena, n * size);
}

char *arena_copy(struct arena *arena, const char *text, size_t len)
{
        if (len == SIZE_MAX) {
                errno = ENOMEM;
                return NULL;
        }
        char *copy = arena_alloc(arena, len + 1);
        if (!copy)
                return NULL;

        memcpy(copy, text, len);
        return copy;
}

void arena_finish(struct arena *arena)
{
        while (arena->blocks) {
                struct arena_block *block = arena->blocks;
                arena->blocks = block->next;
                free(block);
        }
}
