/* SPDX-License-Identifier: Apache-2.0 */
/* proc.c - what /proc says of processes; see proc.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"

#define PF_FORKNOEXEC 0x00000040 /* include/linux/sched.h */

bool proc_stat_parse(const char *text, struct proc_stat *ret)
{
        /* The name, field 2, may hold blanks and parentheses; the last ')' ends it. */
        const char *rest = strrchr(text, ')');
        if (!rest)
                return false;

        unsigned int flags = 0;
        unsigned long long start_time = 0;
        int n = sscanf(rest + 1, " %c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                       &ret->state, &flags, &start_time);
        ret->has_execed = (flags & PF_FORKNOEXEC) == 0;
        ret->start_time = start_time;
        return n == 3;
}

int proc_stat_read(pid_t pid, struct proc_stat *ret, struct err *err)
{
        char path[32];
        char text[1024];
        (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        auto_fd int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return fail_sys(err, "open %s", path);
        ssize_t n = read(fd, text, sizeof text - 1);
        if (n < 0)
                return fail_sys(err, "read %s", path);

        text[n] = '\0';
        if (!proc_stat_parse(text, ret))
                return fail(err, "%s: not the stat of a process", path);
        return 0;
}

bool proc_is_in_user_namespace(void)
{
        /* The whole range of ids maps to itself in the first one alone. */
        char map[256];
        unsigned int inside = 1, outside = 1, size = 0;
        auto_fd int fd = openat(AT_FDCWD, "/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, map, sizeof map - 1);
        if (n < 0)
                return false;
        map[n] = '\0';
        return sscanf(map, "%u %u %u", &inside, &outside, &size) != 3 || inside != 0 || outside != 0 ||
               size != UINT_MAX;
}
