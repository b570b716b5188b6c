/* SPDX-License-Identifier: Apache-2.0 */
/* rootfs.h - the container's view of files: what birth asks of this trade, in the order in which it asks.
 * plan (host, pure) -> build -> [hooks] -> seal -> enter (all in init, in its own mount namespace).
 * The root is the attacker: below it everything is opened by dest_open (dest.h) and mounted through descriptors. */
#ifndef TARE_ROOTFS_ROOTFS_H
#define TARE_ROOTFS_ROOTFS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "oci/spec.h"

struct mount_row;        /* mount_plan.h: one mount, its options resolved to flags, attributes, propagation and data */
struct root_propagation; /* propagation.h: what rootfsPropagation asks for, and when */

/* Who opens the sources of binds where init does not see the host's files. */
struct rootfs_host {
        int (*open_source)(void *ctx, size_t mount, struct err *err); /* what rootfs_open_source gives there, or -1 */
        void *ctx;
};

struct rootfs_plan {
        const struct spec *spec;
        const char *root; /* absolute */
        struct mount_row *mounts;
        size_t n_mounts;
        const struct root_propagation *propagation;
        bool has_mount_namespace; /* without one nothing is mounted: only the root is changed */
        bool keeps_dev;           /* /dev is bound from elsewhere: no devices are made there */
        bool no_pivot;
        const struct rootfs_host *host; /* the caller's to set, after the plan is built; NULL: init opens by itself */
};

/* What a mount of type "cgroup" shows; from the cgroup trade by way of birth. */
struct rootfs_cgroup_view {
        bool is_v2; /* one tree at /sys/fs/cgroup, else a tmpfs with one directory a hierarchy */
        bool has_cgroup_namespace;
        size_t n_hierarchies;
        const struct rootfs_cgroup_hierarchy {
                const char *
                        name; /* the directory below the mount: "memory", "cpu,cpuacct", "systemd", "unified"; v2: "" */
                const char *dir;     /* the container's own cgroup, absolute on the host */
                const char *options; /* for a fresh mount: "memory", "none,name=systemd"; unified and v2: NULL (type
                                        cgroup2) */
        } * hierarchies;
};

/* Of a spec that spec_check has passed. Reads every mount's options by the option table, makes bind sources absolute
 * (relative ones are below bundle), checks rootfsPropagation, and the paths that become the root's. Pure: no system
 * call. Errors name the JSON path: `mounts[3].options[1]: ...`. */
int rootfs_plan_build(const struct spec *spec, const char *bundle, bool no_pivot, struct arena *arena,
                      struct rootfs_plan *ret, struct err *err);

/* Whether a mount of type cgroup is not read-only. */
bool rootfs_has_writable_cgroup(const struct rootfs_plan *plan);

/* On the host, before the clone: the rootfs must be a directory, or a link to one; errors in runc's words
 * ("invalid rootfs: stat P: no such file or directory"). */
int rootfs_check(const struct rootfs_plan *plan, struct err *err);

/* Whether init must ask the host for the sources of binds: it may not see them, not reach them as the root of a user
 * namespace, or not map their ids. */
bool rootfs_needs_host(const struct rootfs_plan *plan);
/* The source of a bind as a detached copy of its mounts, by the path as the calling process sees it. `bind /x: no such
 * file or directory`. Returns the descriptor, or -1. */
int rootfs_open_source(const struct rootfs_plan *plan, size_t mount, struct err *err);
/* Whether the ids of that source are to be mapped, by the mount's own mappings or, where it has none, by those of the
 * container's user namespace; and do so to the tree that rootfs_open_source gave. `failed to set MOUNT_ATTR_IDMAP on
 * /x: invalid argument (maybe the filesystem used doesn't support idmap mounts on this kernel?)`. */
bool rootfs_maps_ids(const struct rootfs_plan *plan, size_t mount);
int rootfs_map_ids(const struct rootfs_plan *plan, size_t mount, int tree_fd, int user_ns_fd, struct err *err);

/* In init, under umask 0 and with the host's /proc in sight: propagation of the namespace, the root bound to itself,
 * mounts in order, devices, links. Leaves the root's own descriptor (O_PATH, the new mount) in *ret_root_fd. A failure
 * leaves its mounts to the dying namespace. */
int rootfs_build(const struct rootfs_plan *plan, const struct rootfs_cgroup_view *cgroups, const struct log *log,
                 int *ret_root_fd, struct err *err);

/* After the createContainer hooks: makes the process's cwd, if missing (0755), then read-only paths, then masked paths,
 * all below root_fd. */
int rootfs_seal(const struct rootfs_plan *plan, int root_fd, struct err *err);

/* Whether any of stdin, stdout, stderr is a null device. */
bool rootfs_is_null_held(void);
/* Opens such anew, as the container's /dev/null, if that has one below root_fd; by the host's /proc. */
int rootfs_leave_null(int root_fd, struct err *err);

/* stdio that was /dev/null re-opened inside, as runc does; delayed read-only mounts and the root's own; pivot_root (or
 * the --no-pivot way, or without a mount namespace chroot), "/" as cwd, the old root gone; the root's propagation
 * (shared, unbindable). */
int rootfs_enter(const struct rootfs_plan *plan, int root_fd, struct err *err);

/* The words of the mount option table, NULL-terminated, for `features`. */
const char *const *rootfs_mount_option_names(void);

#endif
