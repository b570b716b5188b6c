/* SPDX-License-Identifier: Apache-2.0 */
/* audit_mounts.c - findings about mounts: what of the host is in the container, and what it can do there. */

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "oci/audit_find.h"

#include "base/path.h"

/* What the options add up to, as far as an audit cares. */
struct view {
        bool is_bind, is_readonly, is_shared;
};

static const struct {
        const char *option;
        size_t offset; /* in struct view */
        bool value;
} options[] = {
        {"bind",     offsetof(struct view, is_bind),     true },
        { "rbind",   offsetof(struct view, is_bind),     true },
        { "ro",      offsetof(struct view, is_readonly), true },
        { "rro",     offsetof(struct view, is_readonly), true },
        { "rw",      offsetof(struct view, is_readonly), false},
        { "shared",  offsetof(struct view, is_shared),   true },
        { "rshared", offsetof(struct view, is_shared),   true },
};

static struct view view_of(const struct spec_mount *mount)
{
        struct view view = { .is_bind = mount->type && strcmp(mount->type, "bind") == 0 };
        for (size_t i = 0; i < mount->options.n; i++)
                for (size_t k = 0; k < ARRAY_LEN(options); k++)
                        if (strcmp(mount->options.items[i], options[k].option) == 0)
                                *(bool *)((char *)&view + options[k].offset) = options[k].value;
        return view;
}

/* The source of a bind as a path of the host, clean. One that is not absolute lies in the bundle. */
static bool host_path(const struct spec_mount *mount, const struct view *view, char ret[PATH_MAX])
{
        struct err ignored;
        return view->is_bind && mount->source && *mount->source == '/' && path_clean(mount->source, ret, &ignored) == 0;
}

/* Whether the path is what the row is after. */
typedef bool match_fn(const char *path, const char *word);

static bool is_at(const char *path, const char *word)
{
        return strcmp(path, word) == 0;
}

static bool is_any(const char *path, match_fn *matches, const char *const *words)
{
        for (; *words; words++)
                if (matches(path, *words))
                        return true;
        return false;
}

enum access { TO_WRITE, TO_READ, TO_EITHER };

static bool is_for(const struct view *view, enum access access)
{
        if (access == TO_EITHER)
                return true;
        return view->is_readonly == (access == TO_READ);
}

static void add_binds(const struct spec *spec, const char *const *words, match_fn *matches, enum access access,
                      struct audit_places *places)
{
        for (size_t i = 0; i < spec->n_mounts; i++) {
                char path[PATH_MAX];
                const struct spec_mount *mount = &spec->mounts[i];
                const struct view view = view_of(mount);
                if (is_for(&view, access) && host_path(mount, &view, path) && is_any(path, matches, words))
                        audit_add_item(places, "mounts", i, mount->destination, mount->source);
        }
}

void find_writable_below(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        add_binds(spec, words, path_is_below, TO_WRITE, places);
}

void find_writable_at(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        add_binds(spec, words, is_at, TO_WRITE, places);
}

void find_readable_at(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        add_binds(spec, words, is_at, TO_READ, places);
}

/* A word without "/" is a name anywhere. */
static bool is_socket(const char *path, const char *word)
{
        return strcmp(*word == '/' ? path : strrchr(path, '/') + 1, word) == 0;
}

/* Read-only or not: connect(2) does not ask the mount. */
void find_socket(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        add_binds(spec, words, is_socket, TO_EITHER, places);
}

/* Below /dev, but for those that every container has. */
static bool is_special_device(const char *path, const char *word)
{
        static const char *const ordinary[] = {
                "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/shm", NULL,
        };
        return path_is_below(path, word) && strcmp(path, word) != 0 && !is_any(path, is_at, ordinary);
}

void find_bound_device(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        add_binds(spec, words, is_special_device, TO_EITHER, places);
}

void find_writable_bind(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        for (size_t i = 0; i < spec->n_mounts; i++) {
                const struct view view = view_of(&spec->mounts[i]);
                if (view.is_bind && !view.is_readonly)
                        audit_add_item(places, "mounts", i, spec->mounts[i].destination, spec->mounts[i].source);
        }
}

void find_shared_mount(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        for (size_t i = 0; i < spec->n_mounts; i++) {
                const struct view view = view_of(&spec->mounts[i]);
                if (view.is_bind && view.is_shared)
                        audit_add_item(places, "mounts", i, spec->mounts[i].destination, spec->mounts[i].source);
        }
}

/* filesystems of the kernel ---------------------------------------------------------------------------------------- */

static bool has_type(const struct spec_mount *mount, const char *const *types)
{
        for (; mount->type && *types; types++)
                if (strcmp(mount->type, *types) == 0)
                        return true;
        return false;
}

void find_type(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        for (size_t i = 0; i < spec->n_mounts; i++)
                if (has_type(&spec->mounts[i], words))
                        audit_add_item(places, "mounts", i, spec->mounts[i].destination, spec->mounts[i].type);
}

void find_writable_type(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        for (size_t i = 0; i < spec->n_mounts; i++)
                if (has_type(&spec->mounts[i], words) && !view_of(&spec->mounts[i]).is_readonly)
                        audit_add_item(places, "mounts", i, spec->mounts[i].destination, spec->mounts[i].type);
}

/* the root --------------------------------------------------------------------------------------------------------- */

void find_host_root(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        char clean[PATH_MAX];
        struct err ignored;
        const char *path = spec->root.path;
        if (path && *path == '/' && path_clean(path, clean, &ignored) == 0 && is_any(clean, is_at, words))
                audit_add(places, "root.path", path, NULL);
}

void find_writable_root(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        if (spec->root.set && !spec->root.readonly)
                audit_add(places, "root.readonly", NULL, NULL);
}

void find_shared_root(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        const char *propagation = spec->linux_.rootfs_propagation;
        for (; propagation && *words; words++)
                if (strcmp(propagation, *words) == 0)
                        audit_add(places, "linux.rootfsPropagation", propagation, NULL);
}
