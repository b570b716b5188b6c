/* SPDX-License-Identifier: Apache-2.0 */
/* id_map.c - the mappings of a user namespace; see id_map.h. */

#include <stdio.h>
#include <string.h>

#include "oci/id_map.h"

static bool do_overlap(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
        return (uint64_t)a < (uint64_t)b + b_size && (uint64_t)b < (uint64_t)a + a_size;
}

/* The id -1 is nobody's: it means "leave it as it is" to setresuid(2). */
static bool is_beyond(uint32_t id, uint32_t size)
{
        return (uint64_t)id + size > UINT32_MAX;
}

int id_map_check(const struct spec_id_map *maps, size_t n, struct err *err)
{
        if (n > ID_MAPS_MAX)
                return fail(err, "more than %d ranges", ID_MAPS_MAX);
        for (size_t i = 0; i < n; i++) {
                const struct spec_id_map *map = &maps[i];
                if (map->size == 0)
                        return fail(err, "range %zu is empty", i);
                if (is_beyond(map->container_id, map->size) || is_beyond(map->host_id, map->size))
                        return fail(err, "range %zu ends beyond the last id", i);
                for (size_t k = 0; k < i; k++)
                        if (do_overlap(map->container_id, map->size, maps[k].container_id, maps[k].size) ||
                            do_overlap(map->host_id, map->size, maps[k].host_id, maps[k].size))
                                return fail(err, "range %zu overlaps range %zu", i, k);
        }
        return 0;
}

bool id_map_find(const struct spec_id_map *maps, size_t n, uint32_t id, uint32_t *ret_host)
{
        for (size_t i = 0; i < n; i++) {
                if (id < maps[i].container_id || id - maps[i].container_id >= maps[i].size)
                        continue;
                *ret_host = maps[i].host_id + (id - maps[i].container_id);
                return true;
        }
        return false;
}

/* Where a range of one map ends, the other may go on: it is enough to look where any range begins or ends. */
static bool agrees_with(const struct spec_id_map *a, size_t n_a, const struct spec_id_map *b, size_t n_b)
{
        for (size_t i = 0; i < n_a; i++) {
                uint64_t next = a[i].container_id, end = next + a[i].size;
                while (next < end) {
                        size_t k = 0;
                        while (k < n_b && (next < b[k].container_id || next - b[k].container_id >= b[k].size))
                                k++;
                        if (k == n_b ||
                            b[k].host_id + (next - b[k].container_id) != a[i].host_id + (next - a[i].container_id))
                                return false;
                        next = (uint64_t)b[k].container_id + b[k].size;
                }
        }
        return true;
}

bool id_map_is_same(const struct spec_id_map *a, size_t n_a, const struct spec_id_map *b, size_t n_b)
{
        return agrees_with(a, n_a, b, n_b) && agrees_with(b, n_b, a, n_a);
}

static size_t count_lines(const char *text)
{
        size_t n = 0;
        for (; *text; text++)
                n += *text == '\n';
        return n;
}

int id_map_parse(const char *text, struct arena *arena, struct spec_id_map **ret, size_t *ret_n, struct err *err)
{
        struct spec_id_map *maps = arena_alloc_n(arena, count_lines(text), sizeof *maps);
        size_t n = 0;
        if (!maps)
                return fail(err, "out of memory");
        for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
                if (!strchr(line, '\n') ||
                    sscanf(line, "%u %u %u", &maps[n].container_id, &maps[n].host_id, &maps[n].size) != 3)
                        return fail(err, "line %zu is no mapping", n + 1);
                n++;
        }
        *ret = maps;
        *ret_n = n;
        return 0;
}

/* the option of a mount ---------------------------------------------------------------------------------------------
 */

/* Up to one of the ends, which is passed over. */
static bool read_number(const char **text, const char *ends, uint32_t *ret)
{
        uint64_t number = 0;
        const char *start = *text;
        while (**text >= '0' && **text <= '9' && number <= UINT32_MAX)
                number = number * 10 + (uint64_t)(*(*text)++ - '0');
        if (*text == start || number > UINT32_MAX || !strchr(ends, **text))
                return false;
        *ret = (uint32_t)number;
        *text += **text == '-' || **text == '#';
        return true;
}

static int read_range(const char **text, const struct spec_id_map *container, size_t n_container,
                      struct spec_id_map *ret, struct err *err)
{
        const char *start = *text;
        bool is_of_container = **text == '@';
        *text += is_of_container;
        if (!read_number(text, "-", &ret->container_id) || !read_number(text, "-", &ret->host_id) ||
            !read_number(text, "#;", &ret->size))
                return fail(err, "\"%.*s\" is not INSIDE-OUTSIDE-SIZE", (int)strcspn(start, "#;"), start);
        if (is_of_container && !id_map_find(container, n_container, ret->host_id, &ret->host_id))
                return fail(err, "the container maps no id %u", ret->host_id);
        return 0;
}

static size_t count_ranges(const char *text)
{
        size_t n = 1;
        for (; *text; text++)
                n += *text == '#';
        return n;
}

int id_map_read_option(const char *text, const struct spec_linux *linux_, struct arena *arena,
                       struct id_map_option *ret, struct err *err)
{
        static const char *const names[] = { "uids=", "gids=" };
        const struct {
                const struct spec_id_map *maps;
                size_t n;
        } container[] = {
                {linux_->uid_mappings,  linux_->n_uid_mappings},
                { linux_->gid_mappings, linux_->n_gid_mappings},
        };
        *ret = (struct id_map_option){ 0 };
        while (*text) {
                size_t k = strncmp(text, names[0], strlen(names[0])) == 0 ? 0 : 1;
                if (strncmp(text, names[k], strlen(names[k])) != 0)
                        return fail(err, "\"%s\" is neither uids= nor gids=", text);
                text += strlen(names[k]);
                ret->maps[k] = arena_alloc_n(arena, count_ranges(text), sizeof *ret->maps[k]);
                if (!ret->maps[k])
                        return fail(err, "out of memory");
                ret->n[k] = 0;
                do {
                        if (read_range(&text, container[k].maps, container[k].n, &ret->maps[k][ret->n[k]++], err) < 0)
                                return -1;
                } while (text[-1] == '#');
                text += *text == ';';
        }
        for (size_t k = 0; k < 2; k++) {
                if (ret->n[k] == 0)
                        return fail(err, "id-mapped mounts must have both uid and gid mappings specified");
                if (id_map_check(ret->maps[k], ret->n[k], err) < 0)
                        return -1;
        }
        return 0;
}
