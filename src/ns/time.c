/* SPDX-License-Identifier: Apache-2.0 */
/* time.c - make a time namespace and set its clocks; see time.h. */

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>

#include "ns/time.h"

#include "base/file.h"
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
static int set_clock(const struct spec_linux *linux_, size_t clock, struct err *err)
{
        static const char path[] = "/proc/self/timens_offsets";
        const struct spec_time_offset *offset = offset_of(linux_, clock);
        char text[64];
        if (!offset->set)
                return 0;

        (void)snprintf(text, sizeof text, "%s %" PRId64 " %u", clocks[clock].name, offset->secs, offset->nanosecs);
        if (file_write(AT_FDCWD, path, text, err) < 0)
                return fail_at(err, "linux.timeOffsets.%s", clocks[clock].name);
        return 0;
}

int time_make(const struct spec_linux *linux_, struct err *err)
{
        if (unshare(CLONE_NEWTIME) < 0)
                return fail_sys(err, "linux.timeOffsets: make a time namespace");
        for (size_t i = 0; i < ARRAY_LEN(clocks); i++)
                if (set_clock(linux_, i, err) < 0)
                        return -1;
        return 0;
}
