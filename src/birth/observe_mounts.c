/* SPDX-License-Identifier: Apache-2.0 */
/* observe_mounts.c - the mounts of a running process as a spec has them; see observe.h. A mount is a bind when the same
 * filesystem is mounted on the host too: its source is where the host has that directory. */

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "birth/observe.h"

#include "base/path.h"
#include "oci/audit.h"

struct view {
        const struct mountinfo_list *inside, *host;
        struct arena *arena;
        struct spec *spec;
};

/* Filesystems of which there is one for each namespace, or one at all: that the host has it mounted too does not make a
 * mount a bind. */
static const struct {
        const char *type;
        enum ns_type ns; /* NS_TYPES: one for all */
} one_for_each[] = {
        {"proc",        NS_PID    },
        { "sysfs",      NS_NETWORK},
        { "mqueue",     NS_IPC    },
        { "cgroup",     NS_TYPES  },
        { "cgroup2",    NS_TYPES  },
        { "debugfs",    NS_TYPES  },
        { "tracefs",    NS_TYPES  },
        { "securityfs", NS_TYPES  },
        { "devtmpfs",   NS_TYPES  },
};

static bool is_the_only_one(const struct view *view, const struct mountinfo *mount)
{
        bool is_cgroup = strncmp(mount->type, "cgroup", strlen("cgroup")) == 0;
        for (size_t i = 0; i < ARRAY_LEN(one_for_each); i++) {
                enum ns_type ns = one_for_each[i].ns;
                if (strcmp(one_for_each[i].type, mount->type) != 0)
                        continue;
                /* Of a cgroup filesystem a container sees its own part, whoever mounts it. */
                return (is_cgroup || strcmp(mount->root, "/") == 0) &&
                       (ns == NS_TYPES || !view->spec->linux_.namespaces[ns].set);
        }
        return false;
}

/* Below dir as a directory of the same filesystem; the rest of the path, "" for dir itself. NULL: it is not. */
static const char *below(const char *path, const char *dir)
{
        if (!path_is_below(path, dir))
                return NULL;
        const char *rest = path + (strcmp(dir, "/") == 0 ? 0 : strlen(dir));
        return strcmp(rest, "/") == 0 ? "" : rest;
}

/* Where the host has the directory that is mounted; NULL: nowhere. The widest of its mounts tells the most. */
static const char *path_on_host(const struct view *view, const struct mountinfo *mount)
{
        char path[PATH_MAX];
        const char *best = NULL;
        size_t best_len = SIZE_MAX;
        for (size_t i = 0; i < view->host->n; i++) {
                const struct mountinfo *host = &view->host->items[i];
                const char *rest = below(mount->root, host->root);
                if (strcmp(host->dev, mount->dev) != 0 || !rest || strlen(host->root) >= best_len)
                        continue;
                const char *dest = strcmp(host->dest, "/") == 0 && *rest != '\0' ? "" : host->dest;
                int len = snprintf(path, sizeof path, "%s%s", dest, rest);
                if (len < 0 || (size_t)len >= sizeof path)
                        continue;
                best = arena_copy(view->arena, path, (size_t)len);
                best_len = strlen(host->root);
        }
        return best;
}

static bool is_shared_with_host(const struct view *view, const struct mountinfo *mount)
{
        for (size_t i = 0; mount->peers && i < view->host->n; i++)
                if (view->host->items[i].peers && strcmp(view->host->items[i].peers, mount->peers) == 0)
                        return true;
        return false;
}

/* "ro", "bind", "shared": as many as there can be. */
static int add_options(const struct view *view, const struct mountinfo *mount, const char *source,
                       struct text_list *ret, struct err *err)
{
        const char **items = arena_alloc_n(view->arena, 4, sizeof *items);
        if (!items)
                return fail(err, "out of memory");

        *ret = (struct text_list){ .items = items };
        if (mount->is_readonly)
                items[ret->n++] = "ro";
        if (source)
                items[ret->n++] = "bind";
        if (is_shared_with_host(view, mount))
                items[ret->n++] = "shared";
        return 0;
}

static int add_mount(const struct view *view, const struct mountinfo *mount, struct err *err)
{
        struct spec_mount *ret = &view->spec->mounts[view->spec->n_mounts];
        const char *source = is_the_only_one(view, mount) ? NULL : path_on_host(view, mount);
        *ret = (struct spec_mount){
                .destination = mount->dest,
                .type = source && strcmp(mount->root, "/") != 0 ? "bind" : mount->type,
                .source = source ? source : mount->source,
        };
        if (add_options(view, mount, source, &ret->options, err) < 0)
                return -1;
        view->spec->n_mounts++;
        return 0;
}

static void set_root(const struct view *view, const struct mountinfo *mount)
{
        const char *path = path_on_host(view, mount);
        if (path)
                view->spec->root.path = path;
        view->spec->root.set = true;
        view->spec->root.readonly = mount->is_readonly;
        /* Only peers of the host's own mounts make it see what is mounted here. */
        view->spec->linux_.rootfs_propagation = is_shared_with_host(view, mount) ? "shared" : "private";
}

/* masks ------------------------------------------------------------------------------------------------------------ */

/* The procfs or sysfs that the mount lies on. */
static const struct mountinfo *kernel_below(const struct view *view, const struct mountinfo *mount)
{
        for (size_t i = 0; i < view->inside->n; i++) {
                const struct mountinfo *other = &view->inside->items[i];
                bool is_kernel = strcmp(other->type, "proc") == 0 || strcmp(other->type, "sysfs") == 0;
                if (is_kernel && strcmp(other->dest, mount->dest) != 0 && path_is_below(mount->dest, other->dest))
                        return other;
        }
        return NULL;
}

/* Nothing can be read of it: /dev/null, or an empty directory. */
static bool is_mask(const struct mountinfo *mount)
{
        return strcmp(mount->type, "tmpfs") == 0 || strcmp(mount->root, "/null") == 0;
}

static void add_text(struct text_list *list, const char *text)
{
        list->items[list->n++] = text;
}

/* For n texts, after those that it has. */
static int make_room(struct arena *arena, size_t n, struct text_list *list, struct err *err)
{
        const char **items = arena_alloc_n(arena, list->n + n + 1, sizeof *items);
        if (!items)
                return fail(err, "out of memory");
        if (list->n > 0)
                memcpy(items, list->items, list->n * sizeof *items);
        list->items = items;
        return 0;
}

int observe_mounts_of(const struct mountinfo_list *inside, const struct mountinfo_list *host, struct arena *arena,
                      struct spec *spec, struct err *err)
{
        const struct view view = { inside, host, arena, spec };
        struct text_list *masked = &spec->linux_.masked_paths, *readonly = &spec->linux_.readonly_paths;
        spec->mounts = arena_alloc_n(arena, inside->n, sizeof *spec->mounts);
        spec->n_mounts = 0;
        if (!spec->mounts)
                return fail(err, "out of memory");
        masked->n = readonly->n = 0;
        if (make_room(arena, inside->n, masked, err) < 0 || make_room(arena, inside->n, readonly, err) < 0)
                return -1;

        for (size_t i = 0; i < inside->n; i++) {
                const struct mountinfo *mount = &inside->items[i];
                const struct mountinfo *kernel = kernel_below(&view, mount);
                if (strcmp(mount->dest, "/") == 0)
                        set_root(&view, mount);
                else if (kernel && is_mask(mount))
                        add_text(masked, mount->dest);
                else if (kernel && mount->is_readonly && strcmp(mount->dev, kernel->dev) == 0)
                        add_text(readonly, mount->dest);
                else if (add_mount(&view, mount, err) < 0)
                        return -1;
        }
        return 0;
}

static int read_list(const char *path, struct arena *arena, struct mountinfo_list *ret, struct err *err)
{
        char *text = NULL;
        if (observe_file(path, arena, &text, err) < 0)
                return -1;
        return mountinfo_parse(text, arena, ret, err) < 0 ? fail_at(err, "%s", path) : 0;
}

static bool is_of_kernel(const char *path)
{
        return path_is_below(path, "/proc") || path_is_below(path, "/sys");
}

/* What this kernel does not have is as good as masked. */
static int mask_what_is_missing(struct arena *arena, struct text_list *masked, struct err *err)
{
        for (const struct audit_rule *rule = audit_rules; rule->id; rule++) {
                for (const char *const *word = rule->words; word && *word; word++) {
                        if (!is_of_kernel(*word) || access(*word, F_OK) == 0)
                                continue;
                        if (make_room(arena, 1, masked, err) < 0)
                                return -1;
                        add_text(masked, *word);
                }
        }
        return 0;
}

int observe_mounts(pid_t pid, struct arena *arena, struct spec *spec, struct err *err)
{
        char path[64];
        struct mountinfo_list inside, host;
        (void)snprintf(path, sizeof path, "/proc/%d/mountinfo", (int)pid);
        if (read_list(path, arena, &inside, err) < 0 || read_list("/proc/self/mountinfo", arena, &host, err) < 0)
                return -1;
        if (observe_mounts_of(&inside, &host, arena, spec, err) < 0)
                return -1;
        return mask_what_is_missing(arena, &spec->linux_.masked_paths, err);
}
