/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_record.h - which system calls a program makes, seen by a filter that lets all of them through and notifies of
 * each, and the profile that allows just these. What it costs: docs/SECCOMP.md. */
#ifndef TARE_SEC_SECCOMP_RECORD_H
#define TARE_SEC_SECCOMP_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "sec/seccomp.h"

enum { SECCOMP_SEEN_SLOTS = 8192 }; /* a power of two, and more than all architectures of one machine have calls */

/* The calls seen: a hash table that one process fills and another reads, in memory that they share. */
struct seccomp_seen {
        struct seccomp_seen_call {
                uint32_t arch; /* AUDIT_ARCH_*; 0: a free slot */
                uint32_t number;
        } slots[SECCOMP_SEEN_SLOTS];
        uint32_t n;
        bool is_full; /* something was left out */
};

void seccomp_seen_add(struct seccomp_seen *seen, uint32_t arch, uint32_t number);

/* A filter that notifies of every call but the native read(2) and write(2), by which init gives its cue before anybody
 * answers. They are in the profile without being seen: the runtime needs them. Pure but for asking for a flag. */
int seccomp_record_plan(struct arena *arena, struct seccomp_plan *ret, struct err *err);

/* Lets through and notes every call, until nobody is left whom the filter holds. The file is that of the
 * notifications. */
int seccomp_record_serve(int listener_fd, struct seccomp_seen *seen, struct err *err);

/* The profile, as an object for linux.seccomp: one rule with the calls seen, one with those that runtime and kernel
 * need besides, each sorted. Calls that have no name are listed in ret_unknown. Pure. */
void seccomp_record_print(const struct seccomp_seen *seen, struct buf *out, struct buf *ret_unknown);

#endif
