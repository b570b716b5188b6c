/* SPDX-License-Identifier: Apache-2.0 */
/* delegate.c - leave a cgroup2 to somebody else; see delegate.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/delegate.h"

#include "base/file.h"
#include "cgroup/hierarchy.h"

#define DELEGATE_FILE "/sys/kernel/cgroup/delegate"

enum { DELEGATE_MAX = 4096 };

static int give_file(const char *dir, const char *name, size_t len, uid_t uid, struct err *err)
{
        char path[PATH_MAX];
        int path_len = snprintf(path, sizeof path, "%s/%.*s", dir, (int)len, name);
        if (path_len < 0 || (size_t)path_len >= sizeof path) {
                errno = ENAMETOOLONG;
                return fail_sys(err, "chown a file of cgroup %s", dir);
        }
        if (chown(path, uid, (gid_t)-1) < 0 && errno != ENOENT)
                return fail_sys(err, "chown %s", path);
        return 0;
}

int cgroup_give(const struct cgroup *cgroup, uid_t uid, struct err *err)
{
        auto_buf struct buf names = { 0 };
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(cgroup, "");
        if (!cgroup2)
                return 0;
        if (file_read(AT_FDCWD, DELEGATE_FILE, DELEGATE_MAX, &names, err) < 0) {
                if (err->code != ENOENT)
                        return -1;
                buf_add_text(&names, "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n");
        }
        if (chown(cgroup2->dir, uid, (gid_t)-1) < 0)
                return fail_sys(err, "chown %s", cgroup2->dir);
        for (const char *name = buf_text(&names); *name;) {
                size_t len = strcspn(name, "\n");
                if (len > 0 && give_file(cgroup2->dir, name, len, uid, err) < 0)
                        return -1;
                name += len + (name[len] == '\n');
        }
        return 0;
}
