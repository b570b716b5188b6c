/* SPDX-License-Identifier: Apache-2.0 */
/* controllers.c - enable the controllers of cgroup2, level by level; see controllers.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/controllers.h"

#include "base/file.h"
#include "cgroup/hierarchy.h"

/* Which cgroup.type a cgroup has that holds no domain of its own. */
static const struct {
        const char *type;
        bool becomes_threaded; /* it can only be used as a part of the domain above it */
} odd_types[] = {
        {"domain invalid",   true },
        { "domain threaded", false},
        { "threaded",        false},
};

static bool read_here(int dir_fd, const char *file, char ret[KNOB_SIZE])
{
        *ret = '\0';
        auto_fd int fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, ret, KNOB_SIZE - 1);
        if (n < 0)
                return false;
        ret[n] = '\0';
        ret[strcspn(ret, "\n")] = '\0';
        return true;
}

/* The next word of a list, its length in *ret_len; NULL at the end. */
static const char *next_word(const char *list, size_t *ret_len)
{
        list += strspn(list, " ");
        *ret_len = strcspn(list, " ");
        return *ret_len > 0 ? list : NULL;
}

bool controllers_list_has(const char *list, const char *name, size_t len)
{
        size_t n;
        for (const char *here = list; (here = next_word(here, &n)); here += n) {
                if (n == len && memcmp(here, name, len) == 0)
                        return true;
        }
        return false;
}

/* All at one go; where the kernel minds one of them, each alone. */
static int enable_in(int dir_fd, const char *dir, struct err *err)
{
        char available[KNOB_SIZE], enabled[KNOB_SIZE];
        if (!read_here(dir_fd, "cgroup.controllers", available) ||
            !read_here(dir_fd, "cgroup.subtree_control", enabled))
                return fail_sys(err, "read the controllers of cgroup %s", dir);

        auto_buf struct buf wanted = { 0 };
        size_t len;
        for (const char *word = available; (word = next_word(word, &len)); word += len) {
                if (!controllers_list_has(enabled, word, len))
                        buf_add_format(&wanted, "%s+%.*s", wanted.len > 0 ? " " : "", (int)len, word);
        }
        struct err ignored;
        if (buf_ok(&wanted, err) < 0)
                return -1;
        if (wanted.len == 0 || file_write(dir_fd, "cgroup.subtree_control", buf_text(&wanted), &ignored) == 0)
                return 0;
        for (const char *word = buf_text(&wanted); (word = next_word(word, &len)); word += len) {
                char one[NAME_MAX];
                (void)snprintf(one, sizeof one, "%.*s", (int)len, word);
                (void)file_write(dir_fd, "cgroup.subtree_control", one, &ignored);
        }
        return 0;
}

/* Whether anything is asked of controllers that count whole processes, not threads. */
static bool needs_domain(const struct spec_resources *spec)
{
        return spec->memory.set || spec->block_io.set || spec->n_hugepage_limits > 0 || spec->n_rdma > 0;
}

/* Whether the one above it was made just now, and so is no threaded one. */
static bool is_below_a_new_one(const struct cgroup_hierarchy *cgroup2)
{
        size_t parent_len = (size_t)(strrchr(cgroup2->dir, '/') - cgroup2->dir);
        return cgroup2->made_len > 0 && cgroup2->made_len <= parent_len;
}

static int settle_type(const struct cgroup_hierarchy *cgroup2, const struct spec_resources *spec, struct err *err)
{
        char type[KNOB_SIZE];
        if (is_below_a_new_one(cgroup2))
                return 0;
        /* Every kernel above our floor has the file, but in the root. */
        if (!read_here(cgroup2->dir_fd, "cgroup.type", type))
                return 0;
        for (size_t i = 0; i < ARRAY_LEN(odd_types); i++) {
                if (strcmp(type, odd_types[i].type) != 0)
                        continue;
                if (needs_domain(spec))
                        return fail(err,
                                    "linux.resources: cannot enter cgroup %s with domain controllers, its type is "
                                    "\"%s\"",
                                    cgroup2->dir, type);
                return odd_types[i].becomes_threaded ? file_write(cgroup2->dir_fd, "cgroup.type", "threaded", err) : 0;
        }
        return 0;
}

int controllers_enable(const struct cgroup *cgroup, const struct spec_resources *spec, struct err *err)
{
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(cgroup, "");
        if (!cgroup2)
                return 0;

        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s", cgroup2->dir);
        size_t mount_len = strlen(cgroup2->mount);
        for (char *slash = path + mount_len; slash && *slash; slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                auto_fd int dir_fd = openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
                if (dir_fd < 0)
                        return fail_sys(err, "open cgroup %s", path);
                if (enable_in(dir_fd, path, err) < 0)
                        return -1;
                *slash = '/';
        }
        return settle_type(cgroup2, spec, err);
}
