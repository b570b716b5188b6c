/* SPDX-License-Identifier: Apache-2.0 */
/* time.c - make a time namespace and set its clocks; see time.h. */

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "ns/time.h"

#include "base/scope.h"
#include "sys/syscalls.h"

/* The kernel's names are the spec's. */
static const struct {
        const char *name;
        size_t offset; /* of its struct spec_time_offset, in struct spec_linux */
} clocks[] = {
        {"monotonic", offsetof(struct spec_linux, time_offsets.monotonic)},
        { "boottime", offsetof(struct spec_linux, time_offsets.boottime) },
};

static const struct spec_time_offset *offset_of(const struct spec_linux *linux_, size_t clock)
{
        return (const struct spec_time_offset *)((const char *)linux_ + clocks[clock].offset);
}

bool time_is_set(const struct spec_linux *linux_)
{
        for (size_t i = 0; i < ARRAY_LEN(clocks); i++)
                if (offset_of(linux_, i)->set)
                        return true;
        return false;
}

/* One clock a write: of two the kernel would not say which was wrong. */
static int set_clock(const struct spec_linux *linux_, size_t clock, int fd, struct err *err)
{
        const struct spec_time_offset *offset = offset_of(linux_, clock);
        char text[64];
        if (!offset->set)
                return 0;
        int len = snprintf(text, sizeof text, "%s %" PRId64 " %u", clocks[clock].name, offset->secs, offset->nanosecs);
        if (write(fd, text, (size_t)len) < 0)
                return fail_sys(err, "linux.timeOffsets.%s: write \"%s\" to /proc/self/timens_offsets",
                                clocks[clock].name, text);
        return 0;
}

static int set_clocks(const struct spec_linux *linux_, int proc_fd, struct err *err)
{
        auto_fd int fd = openat(proc_fd, "self/timens_offsets", O_WRONLY | O_CLOEXEC);
        if (fd < 0)
                return fail_sys(err, "linux.timeOffsets: open /proc/self/timens_offsets");
        for (size_t i = 0; i < ARRAY_LEN(clocks); i++)
                if (set_clock(linux_, i, fd, err) < 0)
                        return -1;
        return 0;
}

int time_make(const struct spec_linux *linux_, int proc_fd, struct err *err)
{
        if (unshare(CLONE_NEWTIME) < 0)
                return fail_sys(err, "linux.timeOffsets: make a time namespace");
        if (set_clocks(linux_, proc_fd, err) < 0)
                return -1;
        auto_fd int fd = openat(proc_fd, "self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
        if (fd < 0 || setns(fd, CLONE_NEWTIME) < 0)
                return fail_sys(err, "linux.timeOffsets: enter the time namespace");
        return 0;
}
