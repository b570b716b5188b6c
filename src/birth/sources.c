/* SPDX-License-Identifier: Apache-2.0 */
/* sources.c - the sources of binds, where init cannot open them: in a mount namespace of others, which need not show
 * the host's files; as the root of a user namespace, who may not go where root may; or with ids to map, which takes
 * privilege over the filesystem. Init asks over the wire, and the host opens. */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "birth/birth.h"

#include "birth/user_ns.h"
#include "rootfs/mount_plan.h"

/* In init. The descriptor, or -1. */
static int ask(void *ctx, size_t mount, struct err *err)
{
        const struct birth *birth = ctx;
        int tree_fd = -1;
        if (wire_ask(&birth->init.wire, (uint32_t)birth->init.next, ASK_MOUNT_SOURCE, (uint32_t)mount, &tree_fd, err) <
            0)
                return -1;
        return tree_fd;
}

void birth_ask_for_sources(struct birth *birth)
{
        birth->rootfs_host = (struct rootfs_host){ .open_source = ask, .ctx = birth };
        birth->rootfs.host = &birth->rootfs_host;
}

/* The user namespace whose mappings the mount takes. A descriptor, or -1. */
static int open_mappings(const struct birth *birth, const struct mount_row *row, struct err *err)
{
        if (row->n_uid_mappings > 0)
                return user_ns_make(row->uid_mappings, row->n_uid_mappings, row->gid_mappings, row->n_gid_mappings,
                                    err);
        char path[48];
        (void)snprintf(path, sizeof path, "/proc/%d/ns/user", (int)birth->host.init_pid);
        int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? fail_sys(err, "open %s", path) : fd;
}

void standpoint_finish(struct standpoint *at)
{
        finish_fd(&at->ns_fd);
        finish_fd(&at->root_fd);
        finish_fd(&at->cwd_fd);
}

/* whose: "self" or a pid. */
static int standpoint_open(const char *whose, struct standpoint *ret, struct err *err)
{
        const struct {
                const char *name;
                int flags, *fd;
        } rows[] = {
                {"ns/mnt", O_RDONLY,             &ret->ns_fd  },
                { "root",  O_PATH | O_DIRECTORY, &ret->root_fd},
                { "cwd",   O_PATH | O_DIRECTORY, &ret->cwd_fd },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char path[48];
                (void)snprintf(path, sizeof path, "/proc/%s/%s", whose, rows[i].name);
                *rows[i].fd = openat(AT_FDCWD, path, rows[i].flags | O_CLOEXEC);
                if (*rows[i].fd < 0)
                        return fail_sys(err, "open %s", path);
        }
        return 0;
}

/* setns(2) takes root and working directory along. */
static int standpoint_take(const struct standpoint *at, struct err *err)
{
        if (setns(at->ns_fd, CLONE_NEWNS) < 0 || fchdir(at->root_fd) < 0 || chroot(".") < 0 || fchdir(at->cwd_fd) < 0)
                return fail_sys(err, "change the mount namespace");
        return 0;
}

int birth_see_init(struct birth *birth, struct err *err)
{
        char whose[16];
        if (!birth->rootfs.host || birth->spec.linux_.namespaces[NS_MOUNT].path)
                return 0;
        (void)snprintf(whose, sizeof whose, "%d", (int)birth->host.init_pid);
        return standpoint_open(whose, &birth->beside_init, err);
}

/* With our rights, and of the mounts that init has: those are slaves of the host's, so that nothing which the container
 * mounts goes the other way, and in a user namespace they keep the flags that they are locked to (mount_namespaces(7)).
 */
static int open_beside_init(const struct birth *birth, size_t mount, struct err *err)
{
        __attribute__((cleanup(standpoint_finish))) struct standpoint own = { -1, -1, -1 };
        struct err back;
        if (standpoint_open("self", &own, err) < 0)
                return -1;
        auto_fd int tree_fd = -1;
        if (standpoint_take(&birth->beside_init, err) == 0)
                tree_fd = rootfs_open_source(&birth->rootfs, mount, err);
        if (standpoint_take(&own, &back) < 0) {
                *err = back;
                return -1;
        }
        return take_fd(&tree_fd);
}

static int open_source(const struct birth *birth, size_t mount, struct err *err)
{
        bool is_joined = birth->spec.linux_.namespaces[NS_MOUNT].path != NULL;
        auto_fd int tree_fd =
                is_joined ? rootfs_open_source(&birth->rootfs, mount, err) : open_beside_init(birth, mount, err);
        if (tree_fd < 0)
                return -1;
        if (!rootfs_maps_ids(&birth->rootfs, mount))
                return take_fd(&tree_fd);
        auto_fd int user_ns_fd = open_mappings(birth, &birth->rootfs.mounts[mount], err);
        if (user_ns_fd < 0 || rootfs_map_ids(&birth->rootfs, mount, tree_fd, user_ns_fd, err) < 0)
                return -1;
        return take_fd(&tree_fd);
}

int birth_answer(struct birth *birth, enum wire_ask ask, uint32_t number, struct err *err)
{
        switch (ask) {
        case ASK_MOUNT_SOURCE:
                return open_source(birth, number, err);
        case ASKS:
                break;
        }
        return fail(err, "question %d has no answer", (int)ask);
}
