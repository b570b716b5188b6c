/* SPDX-License-Identifier: Apache-2.0 */
/* stats_parse.c - read the numbers of cgroup files; see stats_parse.h. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup/stats_parse.h"

enum { RANGE_MAX = 8192 }; /* CPUs or memory nodes: the kernel's own limit for the first */

static const char *next_line(const char *line)
{
        line += strcspn(line, "\n");
        return *line ? line + 1 : line;
}

static size_t count_lines(const char *text)
{
        size_t n = 0;
        for (; *text; text = next_line(text))
                n++;
        return n;
}

uint64_t stats_parse_number(const char *text, const char *key)
{
        size_t len = key ? strlen(key) : 0;
        for (; key && *text; text = next_line(text)) {
                if (strncmp(text, key, len) == 0 && text[len] == ' ')
                        break;
        }
        if (key && !*text)
                return 0;
        text += len + (key ? 1 : 0);
        return strncmp(text, "max", 3) == 0 ? UINT64_MAX : strtoull(text, NULL, 10);
}

static bool parse_psi_line(const char *line, struct stats_psi_line *ret)
{
        return sscanf(line, "%*s avg10=%lf avg60=%lf avg300=%lf total=%" SCNu64, &ret->avg10, &ret->avg60, &ret->avg300,
                      &ret->total) == 4;
}

bool stats_parse_psi(const char *text, struct stats_psi *ret)
{
        *ret = (struct stats_psi){ .is_there = false };
        for (; *text; text = next_line(text)) {
                bool is_full = strncmp(text, "full ", 5) == 0;
                if (parse_psi_line(text, is_full ? &ret->full : &ret->some))
                        ret->is_there = true;
        }
        return ret->is_there;
}

int stats_parse_numbers(const char *text, struct arena *arena, struct stats_numbers *ret)
{
        *ret = (struct stats_numbers){ .items = arena_alloc_n(arena, strlen(text) / 2 + 1, sizeof *ret->items) };
        if (!ret->items)
                return -1;
        for (;;) {
                char *end = NULL;
                uint64_t number = strtoull(text, &end, 10);
                if (end == text)
                        return 0;
                ret->items[ret->n++] = number;
                text = end;
        }
}

int stats_parse_ranges(const char *text, struct arena *arena, struct stats_numbers *ret)
{
        *ret = (struct stats_numbers){ .items = arena_alloc_n(arena, RANGE_MAX, sizeof *ret->items) };
        if (!ret->items)
                return -1;
        while (*text) {
                char *end = NULL;
                uint64_t first = strtoull(text, &end, 10);
                if (end == text)
                        return 0;
                uint64_t last = *end == '-' ? strtoull(end + 1, &end, 10) : first;
                for (uint64_t i = first; i <= last && ret->n < RANGE_MAX; i++)
                        ret->items[ret->n++] = i;
                text = *end == ',' ? end + 1 : end;
        }
        return 0;
}

int stats_parse_named(const char *text, struct arena *arena, struct stats_named_list *ret)
{
        *ret = (struct stats_named_list){ .items = arena_alloc_n(arena, count_lines(text), sizeof *ret->items) };
        if (!ret->items)
                return -1;
        for (; *text; text = next_line(text)) {
                size_t len = strcspn(text, " \n");
                if (text[len] != ' ')
                        continue;
                struct stats_named *item = &ret->items[ret->n++];
                item->name = arena_copy(arena, text, len);
                item->value = strtoull(text + len, NULL, 10);
                if (!item->name)
                        return -1;
        }
        return 0;
}

static bool parse_block_line(const char *line, struct arena *arena, struct stats_block *ret, int *ret_len)
{
        char op[16];
        *ret_len = 0;
        if (sscanf(line, "%" SCNu64 ":%" SCNu64 "%n", &ret->major, &ret->minor, ret_len) < 2)
                return false;
        if (sscanf(line + *ret_len, " %" SCNu64, &ret->value) == 1)
                return true;
        if (sscanf(line + *ret_len, " %15s %" SCNu64, op, &ret->value) != 2)
                return false;
        ret->op = arena_copy(arena, op, strlen(op));
        return ret->op != NULL;
}

int stats_parse_block(const char *text, struct arena *arena, struct stats_block_list *ret)
{
        *ret = (struct stats_block_list){ .items = arena_alloc_n(arena, count_lines(text), sizeof *ret->items) };
        if (!ret->items)
                return -1;
        for (; *text; text = next_line(text)) {
                int len;
                struct stats_block block = { .op = NULL };
                if (parse_block_line(text, arena, &block, &len))
                        ret->items[ret->n++] = block;
        }
        return 0;
}

/* The number after " KEY=" within the line. */
static bool find_value(const char *line, const char *key, uint64_t *ret)
{
        size_t len = strlen(key);
        while (*line && *line != '\n') {
                line += strspn(line, " ");
                if (strncmp(line, key, len) == 0 && line[len] == '=') {
                        *ret = strtoull(line + len + 1, NULL, 10);
                        return true;
                }
                line += strcspn(line, " \n");
        }
        return false;
}

int stats_parse_io(const char *text, const char *read_key, const char *write_key, struct arena *arena,
                   struct stats_block_list *ret)
{
        const struct {
                const char *key, *op;
        } operations[] = {
                {read_key,   "Read" },
                { write_key, "Write"},
        };
        size_t size = ARRAY_LEN(operations) * count_lines(text);
        *ret = (struct stats_block_list){ .items = arena_alloc_n(arena, size, sizeof *ret->items) };
        if (!ret->items)
                return -1;
        for (; *text; text = next_line(text)) {
                struct stats_block block;
                if (sscanf(text, "%" SCNu64 ":%" SCNu64, &block.major, &block.minor) != 2)
                        continue;
                for (size_t i = 0; i < ARRAY_LEN(operations); i++) {
                        block.op = operations[i].op;
                        if (find_value(text, operations[i].key, &block.value))
                                ret->items[ret->n++] = block;
                }
        }
        return 0;
}
