/* SPDX-License-Identifier: Apache-2.0 */
/* mount_change.c - flags, attributes and propagation of a mount that is there; see mount_change.h. */

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "rootfs/mount_change.h"

#include "base/buf.h"
#include "base/path.h"
#include "base/scope.h"

/* What statfs(2) tells of a mount, what mount(2) is told. */
static const struct {
        unsigned long st, ms;
        const char *name;
} flag_rows[] = {
        {ST_RDONLY,       MS_RDONLY,      "ro"         },
        { ST_NOSUID,      MS_NOSUID,      "nosuid"     },
        { ST_NODEV,       MS_NODEV,       "nodev"      },
        { ST_NOEXEC,      MS_NOEXEC,      "noexec"     },
        { ST_NOSYMFOLLOW, MS_NOSYMFOLLOW, "nosymfollow"},
        { ST_NOATIME,     MS_NOATIME,     "noatime"    },
        { ST_NODIRATIME,  MS_NODIRATIME,  "nodiratime" },
        { ST_RELATIME,    MS_RELATIME,    "relatime"   },
};

enum { ATIME_FLAGS = MS_NOATIME | MS_NODIRATIME | MS_RELATIME };

static unsigned long flags_of(const struct statfs *fs)
{
        unsigned long flags = 0;
        for (size_t i = 0; i < ARRAY_LEN(flag_rows); i++)
                if ((unsigned long)fs->f_flags & flag_rows[i].st)
                        flags |= flag_rows[i].ms;
        return flags;
}

static int refuse(const char *what, unsigned long flags, struct err *err)
{
        auto_buf struct buf names = { 0 };
        for (size_t i = 0; i < ARRAY_LEN(flag_rows); i++)
                if (flags & flag_rows[i].ms)
                        buf_add_format(&names, "%s%s", names.len > 0 ? "," : "", flag_rows[i].name);
        return fail(err, "%s %s", what, buf_text(&names));
}

static int remount(const char *path, unsigned long flags)
{
        return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | flags, NULL);
}

/* The mount came from a more privileged mount namespace (mount_namespaces(7), "Restrictions"). */
static int set_beside_locked(const char *path, const struct mount_flags *flags, unsigned long wanted, struct err *err)
{
        struct statfs fs;
        if (statfs(path, &fs) < 0)
                return fail_sys(err, "statfs the mount");

        unsigned long locked = flags_of(&fs);
        /* relatime is what is left without the others: there is nothing to lose. */
        unsigned long lost = locked & flags->cleared & ~(unsigned long)MS_RELATIME;
        if (lost)
                return refuse("cannot clear locked flags", lost, err);
        if ((wanted & (ATIME_FLAGS | MS_STRICTATIME)) && (wanted & ATIME_FLAGS) != (locked & ATIME_FLAGS))
                return refuse("cannot change locked atime flags", locked & ATIME_FLAGS, err);
        if (remount(path, wanted | locked) < 0)
                return fail_sys(err, "remount with locked flags");
        return 0;
}

int mount_set_flags(const char *path, const struct mount_flags *flags, struct err *err)
{
        unsigned long wanted = flags->set & ~(unsigned long)(MS_BIND | MS_REC | MS_REMOUNT);
        if (wanted == 0 && flags->cleared == 0)
                return 0;
        if (remount(path, wanted) == 0)
                return 0;
        if (errno != EPERM)
                return fail_sys(err, "remount");
        return set_beside_locked(path, flags, wanted, err);
}

/* until 5.12 is our floor: mount_setattr(2) is not there, or some seccomp filter does not know it. Reaches no further
 * than the one mount. */
static int readonly_by_remount(int fd, struct err *err)
{
        struct statfs fs;
        char path[FD_PATH_MAX];
        if (fstatfs(fd, &fs) < 0)
                return fail_sys(err, "statfs the mount");
        if (remount(fd_path(fd, path), flags_of(&fs) | MS_RDONLY) < 0)
                return fail_sys(err, "remount read-only");
        return 0;
}

int mount_make_readonly(int fd, enum mount_reach reach, struct err *err)
{
        const struct sys_mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
        if (sys_mount_setattr(fd, "", AT_EMPTY_PATH | reach, &attr) == 0)
                return 0;
        if (errno == ENOSYS || errno == EPERM)
                return readonly_by_remount(fd, err);
        return fail_sys(err, "make the mount read-only");
}

bool mount_needs_finish(const struct mount_row *row)
{
        return row->flags.tree_set || row->flags.tree_clear || row->n_propagation > 0;
}

int mount_finish(int fd, const struct mount_row *row, struct err *err)
{
        const struct sys_mount_attr attr = {
                .attr_set = row->flags.tree_set,
                .attr_clr = row->flags.tree_clear,
        };
        bool has_tree = attr.attr_set || attr.attr_clr;
        if (has_tree && sys_mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr) < 0)
                return fail_sys(err, "set recursive options");

        char path[FD_PATH_MAX];
        for (size_t i = 0; i < row->n_propagation; i++)
                if (mount(NULL, fd_path(fd, path), NULL, row->propagation[i], NULL) < 0)
                        return fail_sys(err, "set the propagation");
        return 0;
}
