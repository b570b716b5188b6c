/* SPDX-License-Identifier: Apache-2.0 */
/* mount_options.c - the one table of mount options: what config.json may say, and what the kernel is told.
 * Read by the plan, by `features` and by a test that walks it. */

#include <string.h>
#include <sys/mount.h>

#include "rootfs/mount_options.h"

#include "base/scope.h"
#include "rootfs/rootfs.h"
#include "sys/syscalls.h"

/* All kinds of atime are one field of the kernel's: whoever sets one clears the whole field. */
#define ATIME MOUNT_ATTR__ATIME

/* clang-format off */
const struct mount_option mount_options[] = {
        { .name = "defaults" }, /* as in fstab(5): nothing */

        { .name = "bind",           .set   = MS_BIND },
        { .name = "rbind",          .set   = MS_BIND | MS_REC },
        { .name = "remount",        .set   = MS_REMOUNT },

        { .name = "ro",             .set   = MS_RDONLY },
        { .name = "rw",             .clear = MS_RDONLY },
        { .name = "nosuid",         .set   = MS_NOSUID },
        { .name = "suid",           .clear = MS_NOSUID },
        { .name = "nodev",          .set   = MS_NODEV },
        { .name = "dev",            .clear = MS_NODEV },
        { .name = "noexec",         .set   = MS_NOEXEC },
        { .name = "exec",           .clear = MS_NOEXEC },
        { .name = "nosymfollow",    .set   = MS_NOSYMFOLLOW },
        { .name = "symfollow",      .clear = MS_NOSYMFOLLOW },
        { .name = "noatime",        .set   = MS_NOATIME },
        { .name = "atime",          .clear = MS_NOATIME },
        { .name = "nodiratime",     .set   = MS_NODIRATIME },
        { .name = "diratime",       .clear = MS_NODIRATIME },
        { .name = "relatime",       .set   = MS_RELATIME },
        { .name = "norelatime",     .clear = MS_RELATIME },
        { .name = "strictatime",    .set   = MS_STRICTATIME },
        { .name = "nostrictatime",  .clear = MS_STRICTATIME },

        /* Of the filesystem, not of the mount: a bind takes no notice. */
        { .name = "sync",           .set   = MS_SYNCHRONOUS },
        { .name = "async",          .clear = MS_SYNCHRONOUS },
        { .name = "dirsync",        .set   = MS_DIRSYNC },
        { .name = "mand",           .set   = MS_MANDLOCK },
        { .name = "nomand",         .clear = MS_MANDLOCK },
        { .name = "iversion",       .set   = MS_I_VERSION },
        { .name = "noiversion",     .clear = MS_I_VERSION },
        { .name = "lazytime",       .set   = MS_LAZYTIME },
        { .name = "nolazytime",     .clear = MS_LAZYTIME },
        { .name = "silent",         .set   = MS_SILENT },
        { .name = "loud",           .clear = MS_SILENT },

        { .name = "private",        .propagation = MS_PRIVATE },
        { .name = "rprivate",       .propagation = MS_PRIVATE | MS_REC },
        { .name = "shared",         .propagation = MS_SHARED },
        { .name = "rshared",        .propagation = MS_SHARED | MS_REC },
        { .name = "slave",          .propagation = MS_SLAVE },
        { .name = "rslave",         .propagation = MS_SLAVE | MS_REC },
        { .name = "unbindable",     .propagation = MS_UNBINDABLE },
        { .name = "runbindable",    .propagation = MS_UNBINDABLE | MS_REC },

        { .name = "rro",            .tree_set   = MOUNT_ATTR_RDONLY },
        { .name = "rrw",            .tree_clear = MOUNT_ATTR_RDONLY },
        { .name = "rnosuid",        .tree_set   = MOUNT_ATTR_NOSUID },
        { .name = "rsuid",          .tree_clear = MOUNT_ATTR_NOSUID },
        { .name = "rnodev",         .tree_set   = MOUNT_ATTR_NODEV },
        { .name = "rdev",           .tree_clear = MOUNT_ATTR_NODEV },
        { .name = "rnoexec",        .tree_set   = MOUNT_ATTR_NOEXEC },
        { .name = "rexec",          .tree_clear = MOUNT_ATTR_NOEXEC },
        { .name = "rnosymfollow",   .tree_set   = MOUNT_ATTR_NOSYMFOLLOW },
        { .name = "rsymfollow",     .tree_clear = MOUNT_ATTR_NOSYMFOLLOW },
        { .name = "rnodiratime",    .tree_set   = MOUNT_ATTR_NODIRATIME },
        { .name = "rdiratime",      .tree_clear = MOUNT_ATTR_NODIRATIME },
        { .name = "rnoatime",       .tree_set   = MOUNT_ATTR_NOATIME,     .tree_clear = ATIME },
        { .name = "ratime",                                               .tree_clear = ATIME },
        { .name = "rrelatime",      .tree_set   = MOUNT_ATTR_RELATIME,    .tree_clear = ATIME },
        { .name = "rnorelatime",                                          .tree_clear = ATIME },
        { .name = "rstrictatime",   .tree_set   = MOUNT_ATTR_STRICTATIME, .tree_clear = ATIME },
        { .name = "rnostrictatime",                                       .tree_clear = ATIME },

        { .name = "tmpcopyup",      .use = OPTION_COPY_UP },
        { .name = "copy-symlink",   .use = OPTION_COPY_LINK },
        { .name = "src-nofollow",   .use = OPTION_SOURCE_NOFOLLOW },
        { .name = "dest-nofollow",  .use = OPTION_DEST_NOFOLLOW },
        { .name = "idmap",          .use = OPTION_IDMAP },
        { .name = "ridmap",         .use = OPTION_IDMAP_TREE },
        { .name = NULL },
};
/* clang-format on */

/* What Buildah gives a volume without options. */
static const struct mount_option no_option = { .name = "" };

static bool takes_mappings(const struct mount_option *option)
{
        return option->use == OPTION_IDMAP || option->use == OPTION_IDMAP_TREE;
}

const struct mount_option *mount_option_find(const char *text)
{
        if (*text == '\0')
                return &no_option;
        for (const struct mount_option *option = mount_options; option->name; option++) {
                size_t len = strlen(option->name);
                if (strncmp(text, option->name, len) != 0)
                        continue;
                if (text[len] == '\0' || (text[len] == '=' && takes_mappings(option)))
                        return option;
        }
        return NULL;
}

void mount_option_add(const struct mount_option *option, struct mount_flags *flags)
{
        flags->set = (flags->set & ~option->clear) | option->set;
        flags->cleared = (flags->cleared & ~option->set) | option->clear;
        /* mount_setattr(2) clears before it sets, so what is in both is set. */
        flags->tree_set = (flags->tree_set & ~option->tree_clear) | option->tree_set;
        flags->tree_clear |= option->tree_clear;
        flags->copies_up |= option->use == OPTION_COPY_UP;
        flags->copies_link |= option->use == OPTION_COPY_LINK;
        if (takes_mappings(option))
                flags->idmap = option->use == OPTION_IDMAP_TREE ? IDMAP_TREE : IDMAP_ALONE;
        flags->source_nofollow |= option->use == OPTION_SOURCE_NOFOLLOW;
        flags->dest_nofollow |= option->use == OPTION_DEST_NOFOLLOW;
}

bool mount_option_is_for_binds(const struct mount_option *option)
{
        return option->use == OPTION_COPY_LINK || option->use == OPTION_SOURCE_NOFOLLOW ||
               option->use == OPTION_DEST_NOFOLLOW || takes_mappings(option);
}

const char *const *rootfs_mount_option_names(void)
{
        static const char *names[ARRAY_LEN(mount_options)];
        size_t n = 0;
        for (const struct mount_option *option = mount_options; option->name; option++)
                names[n++] = option->name;
        return names;
}
