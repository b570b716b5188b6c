/* SPDX-License-Identifier: Apache-2.0 */
/* mount_options.h - the one table of mount options, and what a list of them adds up to. Pure. */
#ifndef TARE_ROOTFS_MOUNT_OPTIONS_H
#define TARE_ROOTFS_MOUNT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum mount_option_use {
        OPTION_FLAG, /* what its columns say, maybe nothing */
        OPTION_COPY_UP,
        OPTION_COPY_LINK, /* for binds, as are the next two: a source that is a link is made anew, not bound */
        OPTION_SOURCE_NOFOLLOW,
        OPTION_DEST_NOFOLLOW,
        OPTION_IDMAP, /* likewise; also with "=" and mappings behind it, as crun has them */
        OPTION_IDMAP_TREE,
};

struct mount_option {
        const char *name;
        unsigned long set, clear;      /* MS_* of mount(2) */
        unsigned long propagation;     /* MS_*, in a call of its own after the mount */
        uint64_t tree_set, tree_clear; /* MOUNT_ATTR_*, for the mount and all that came with it */
        enum mount_option_use use;
};

/* What the options of one mount add up to: of two that contradict each other the later wins. */
struct mount_flags {
        unsigned long set;
        unsigned long cleared; /* what was taken away by name: that is not inherited from a bind's source */
        uint64_t tree_set, tree_clear;
        bool copies_up;
        bool copies_link;
        enum {
                IDMAP_NONE,
                IDMAP_ALONE,
                IDMAP_TREE
        } idmap;                             /* the ids of a bind's source: its own, or all its mounts' */
        bool source_nofollow, dest_nofollow; /* a link there is itself what is bound, or mounted on */
};

/* All of them, in the order in which `features` tells them; the last has no name. */
extern const struct mount_option mount_options[];

/* NULL: not in the table, so it is data for the filesystem. An empty text is an option that does nothing. */
const struct mount_option *mount_option_find(const char *text);
/* Whether it means anything to a bind mount alone. */
bool mount_option_is_for_binds(const struct mount_option *option);
/* Adds all but the propagation, whose order the caller keeps. */
void mount_option_add(const struct mount_option *option, struct mount_flags *flags);

#endif
