/* SPDX-License-Identifier: Apache-2.0 */
/* mount_label.c - label what is mounted; see mount_label.h. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "rootfs/mount_label.h"

#include "base/path.h"
#include "rootfs/mount_plan.h"

int mount_label_add(const char *data, const char *label, char *ret, struct err *err)
{
        const char *comma = *data ? "," : "";
        int len = label ? snprintf(ret, MOUNT_DATA_MAX + 1, "%s%scontext=\"%s\"", data, comma, label)
                        : snprintf(ret, MOUNT_DATA_MAX + 1, "%s", data);
        if (len < 0 || len > MOUNT_DATA_MAX)
                return fail(err, "more than %d bytes for the filesystem, with linux.mountLabel", MOUNT_DATA_MAX);
        return 0;
}

int mount_label_set(int fd, const char *label, struct err *err)
{
        char path[FD_PATH_MAX];
        if (setxattr(fd_path(fd, path), "security.selinux", label, strlen(label), 0) < 0)
                return fail_sys(err, "label the mount \"%s\"", label);
        return 0;
}
