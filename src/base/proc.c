/* SPDX-License-Identifier: Apache-2.0 */
/* proc.c - what /proc says of processes; see proc.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
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

        enum { STATE = 3, FLAGS = 9, START_TIME = 22, IGNORED = 33 };
        for (int field = STATE; field <= IGNORED; field++) {
                if (*++rest != ' ' || !rest[1])
                        return false;
                rest++;
                uint64_t number = strtoull(rest, NULL, 10);
                if (field == STATE)
                        ret->state = *rest;
                else if (field == FLAGS)
                        ret->has_execed = (number & PF_FORKNOEXEC) == 0;
                else if (field == START_TIME)
                        ret->start_time = number;
                else if (field == IGNORED)
                        ret->ignored = (uint32_t)number;
                rest += strcspn(rest, " ") - 1;
        }
        return true;
}

int proc_stat_read(pid_t pid, struct proc_stat *ret, struct err *err)
{
        char path[32];
        char text[1024];
        if (pid == 0)
                (void)snprintf(path, sizeof path, "/proc/self/stat");
        else
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
