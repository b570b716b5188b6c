/* SPDX-License-Identifier: Apache-2.0 */
/* mount_plan.h - one mount of the plan, its options resolved. Made by rootfs_plan_build, applied by mount.c. */
#ifndef TARE_ROOTFS_MOUNT_PLAN_H
#define TARE_ROOTFS_MOUNT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "oci/spec.h"
#include "rootfs/mount_options.h"

enum mount_kind {
        MOUNT_PLAIN, /* a filesystem by its type, which is the kernel's matter */
        MOUNT_TMPFS,
        MOUNT_CGROUP,
        MOUNT_BIND,
        MOUNT_REMOUNT, /* changes the mount that is there */
        MOUNT_KINDS,
};

struct mount_row {
        enum mount_kind kind;
        const char *dest;   /* absolute and clean, below the root */
        const char *source; /* a bind's: absolute, on the host */
        const char *type;   /* a bind's is a dummy; "" when there is none */
        const char *data;   /* for the filesystem; "" when there is none */
        /* "proc" or "sysfs": this mount stands for it, and goes on a directory that no link leads to, or masks and
         * whoever reads there are fooled. NULL: any destination will do. */
        const char *ordinary;
        struct mount_flags flags;
        unsigned long *propagation; /* MS_*, one call each, in this order */
        size_t n_propagation;
        /* Of the host's, where the namespace that such a filesystem belongs to is the host's: bound when a user
         * namespace may not mount another; or NULL. */
        const char *stand_in;
        const char *label; /* linux.mountLabel, where it is no option of the mount but set on what it shows; or NULL */
        bool is_relative;  /* the bundle wrote no "/" before dest: deprecated, to be warned of */
        bool is_late_readonly; /* devices, later mounts and hooks write there first */
        /* Where flags.idmap says so: the mappings of its own. None: those of the container's user namespace. */
        const struct spec_id_map *uid_mappings, *gid_mappings;
        size_t n_uid_mappings, n_gid_mappings;
        int source_fd;  /* a bind's, opened by somebody else already; -1: mount_apply opens it */
        dev_t late_dev; /* set by mount_apply: the filesystem that mount_finish_readonly looks for */
};

/* data is copied by the page, and cut in silence. */
enum { MOUNT_DATA_MAX = 4095 };

/* Whether the data has an option of this name, "mode=". */
bool mount_data_has(const char *data, const char *name);

#endif
