/* SPDX-License-Identifier: Apache-2.0 */
/* landlock.c - read the annotation of Landlock; see landlock.h.
 * Which words there are is decided here; which of them the kernel knows is not. */

#include <string.h>

#include "oci/landlock.h"

#include "oci/names.h"
#include "oci/reader.h"

/* Where it stands, for complaints. */
#define PATH "annotations." LANDLOCK_ANNOTATION

static int read_absolute(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char **ret = into;
        if (reader_text(value, ret) < 0)
                return -1;
        return **ret == '/' ? 0 : reader_fail(value, "must be an absolute path");
}

/* No access at all is what a path has that is not listed. */
static int read_access(struct json_value value, const struct field *field, void *into)
{
        const struct text_list *list = into;
        if (read_name_list(value, field, into) < 0)
                return -1;
        return list->n > 0 ? 0 : reader_fail(value, "must not be empty");
}

static int add_port(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)key;
        struct port_list *list = into;
        uint32_t port = 0;
        if (read_u32(item, field, &port) < 0)
                return -1;
        if (port > UINT16_MAX)
                return reader_fail(item, "out of range");

        list->items[list->n++] = (uint16_t)port;
        return 0;
}

static int read_ports(struct json_value value, const struct field *field, void *into)
{
        struct port_list *list = into;
        list->items = arena_alloc_n(reader_arena(value), reader_count(value), sizeof *list->items);
        if (!list->items)
                return reader_fail(value, "out of memory");
        return reader_each_item(value, add_port, field, list);
}

#define OF(type, member) .key = #member, .offset = offsetof(struct type, member)

/* clang-format off */
static const struct field path_fields[] = {
        { OF(spec_landlock_path, path),   .read = read_absolute, .is_required = true },
        { OF(spec_landlock_path, access), .read = read_access,   .is_required = true, .extra = &landlock_access_names },
        { .read = read_unknown },
};

static const struct field tcp_fields[] = {
        { .key = "bind",    .read = read_ports, .offset = offsetof(struct spec_landlock, tcp.bind),
          .set_offset = 1 + offsetof(struct spec_landlock, tcp.bind.set) },
        { .key = "connect", .read = read_ports, .offset = offsetof(struct spec_landlock, tcp.connect),
          .set_offset = 1 + offsetof(struct spec_landlock, tcp.connect.set) },
        { .read = read_unknown },
};

static const struct field landlock_fields[] = {
        { OF(spec_landlock, paths),  .read = read_array, .fields = path_fields, .size = sizeof(struct spec_landlock_path),
          .set_offset = 1 + offsetof(struct spec_landlock, has_paths) },
        { .key = "tcp",              .read = read_object, .fields = tcp_fields },
        { OF(spec_landlock, scopes), .read = read_name_list, .extra = &landlock_scope_names },
        { .read = read_unknown },
};
/* clang-format on */

_Static_assert(offsetof(struct spec_landlock, n_paths) == offsetof(struct spec_landlock, paths) + sizeof(void *),
               "read_array counts right behind the pointer");

static const char *find_annotation(const struct text_map *map)
{
        for (size_t i = 0; i < map->n; i++)
                if (strcmp(map->items[i].key, LANDLOCK_ANNOTATION) == 0)
                        return map->items[i].value;
        return NULL;
}

int spec_landlock_read(const struct spec *spec, const char *name, struct arena *arena, struct spec_landlock *ret,
                       struct err *err)
{
        *ret = (struct spec_landlock){ 0 };
        const char *text = find_annotation(&spec->annotations);
        if (!text)
                return 0;
        if (reader_run(text, strlen(text), PATH, landlock_fields, ret, arena, err) < 0)
                return fail_at(err, "%s", name);
        if (!ret->has_paths && !ret->tcp.bind.set && !ret->tcp.connect.set && ret->scopes.n == 0)
                return fail(err, "%s: " PATH ": restricts nothing", name);

        ret->set = true;
        return 0;
}
