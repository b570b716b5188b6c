/* SPDX-License-Identifier: Apache-2.0 */
/* mountinfo.h - what /proc/PID/mountinfo says (proc_pid_mountinfo(5)), for the audit and for births without
 * pivot_root(2): any other never reads it, for it is as long as the host has mounts. */
#ifndef TARE_BASE_MOUNTINFO_H
#define TARE_BASE_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* Paths without their escapes. */
struct mountinfo {
        const char *dev;    /* "MAJOR:MINOR" */
        const char *root;   /* which directory of the filesystem is mounted */
        const char *dest;   /* where, below the reader's root */
        const char *peers;  /* N of "shared:N": the group that sees what is mounted below; NULL: none */
        const char *type;   /* "ext4" */
        const char *source; /* what the filesystem was made of */
        bool is_readonly;   /* the mount, or the whole filesystem */
};

struct mountinfo_list {
        struct mountinfo *items;
        size_t n;
};

/* text is the file's, and is cut into pieces: the items point into it. "line N is no mount". Pure. */
int mountinfo_parse(char *text, struct arena *arena, struct mountinfo_list *ret, struct err *err);

/* The mounts that the calling process sees, by /proc. The items point into text, which is the caller's to free. */
int mountinfo_read_own(struct buf *text, struct arena *arena, struct mountinfo_list *ret, struct err *err);
/* Whether it covers something in the procfs at /proc. */
bool mountinfo_covers_proc(const struct mountinfo *mount);

#endif
