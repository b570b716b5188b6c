/* SPDX-License-Identifier: Apache-2.0 */
/* self.c - execute the runtime from where nobody can write to it; see self.h. */

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "birth/self.h"

#include "sys/syscalls.h"

#define SELF_EXE "/proc/self/exe"

enum { ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static bool is_protected(int exe_fd)
{
        struct statvfs fs;
        if (fstatvfs(exe_fd, &fs) == 0 && (fs.f_flag & ST_RDONLY))
                return true;
        int seals = fcntl(exe_fd, F_GET_SEALS); /* fails for what is no memfd */
        return seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS;
}

/* A descriptor of our program on a mount of its own that is read-only. -1 with errno. */
static int clone_read_only(void)
{
        const struct sys_mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };
        auto_fd int tree_fd = sys_open_tree(AT_FDCWD, SELF_EXE, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (tree_fd < 0 || sys_mount_setattr(tree_fd, "", AT_EMPTY_PATH, &read_only) < 0)
                return -1;
        return take_fd(&tree_fd);
}

static int copy_all(int from_fd, int to_fd)
{
        struct stat st;
        if (fstat(from_fd, &st) < 0)
                return -1;
        while (st.st_size > 0) {
                ssize_t n = sendfile(to_fd, from_fd, NULL, (size_t)st.st_size);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n == 0)
                        errno = EIO;
                if (n <= 0)
                        return -1;
                st.st_size -= n;
        }
        return 0;
}

/* A sealed copy in memory. -1 with errno. */
static int copy_sealed(int exe_fd)
{
        auto_fd int copy_fd = memfd_create("tare", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (copy_fd < 0 || copy_all(exe_fd, copy_fd) < 0 || fcntl(copy_fd, F_ADD_SEALS, ALL_SEALS) < 0)
                return -1;
        return take_fd(&copy_fd);
}

int self_protect(char *const *argv, struct err *err)
{
        static bool is_known; /* the program of a process does not change */
        if (is_known)
                return 0;

        auto_fd int exe_fd = openat(AT_FDCWD, SELF_EXE, O_RDONLY | O_CLOEXEC);
        if (exe_fd < 0)
                return fail_sys(err, "open the runtime's own program");
        if (is_protected(exe_fd)) {
                is_known = true;
                /* execveat(2) has named the process by the number of a descriptor. */
                (void)prctl(PR_SET_NAME, "tare", 0, 0, 0);
                return 0;
        }

        auto_fd int safe_fd = clone_read_only();
        if (safe_fd < 0)
                safe_fd = copy_sealed(exe_fd);
        if (safe_fd < 0)
                return fail_sys(err, "protect the runtime's own program");
        (void)fexecve(safe_fd, argv, environ);
        return fail_sys(err, "execute the runtime's own program anew");
}
