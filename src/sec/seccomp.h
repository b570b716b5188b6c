/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp.h - linux.seccomp: the profile compiled into a filter, the filter loaded, and the descriptor of its
 * notifications handed to an agent. How the filter is made and what it does where: docs/SECCOMP.md. */
#ifndef TARE_SEC_SECCOMP_H
#define TARE_SEC_SECCOMP_H

#include <linux/filter.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "oci/names.h"
#include "oci/spec.h"
#include "sec/seccomp_table.h"

/* What the spec's words for flags are to seccomp(2). */
extern const unsigned int seccomp_flag_bits[SECCOMP_FLAGS];
/* Whether the running kernel knows it. */
bool seccomp_flag_is_supported(enum seccomp_flag flag);

/* A filter ready to be loaded; everything in the arena that it was made in. */
struct seccomp_plan {
        struct sock_filter *code;
        size_t n;
        unsigned int flags; /* SECCOMP_FILTER_FLAG_* */
        bool wants_agent;   /* some call notifies: loading gives a descriptor for the agent */
};

/* Compiles the profile for a machine of architecture `native`, which is part of the filter whether the profile names it
 * or not (NULL: "linux.seccomp: no system calls are known of this architecture"). Pure.
 * Names of calls that no architecture has are listed in ret_unknown, each once, separated by ", ", and are otherwise
 * ignored. Refused, each with its JSON path below "linux.seccomp": words that the spec does not know, an architecture
 * that the table lacks or whose byte order is not the machine's, an argument index over 5, an errno that cannot be
 * returned, two rules that say different things of the very same condition ("linux.seccomp.syscalls[3]: openat: is
 * decided otherwise by syscalls[1]"), and "linux.seccomp: filter of N instructions is too long". */
int seccomp_compile(const struct spec_seccomp *spec, const struct seccomp_arch *native, struct arena *arena,
                    struct seccomp_plan *ret, struct buf *ret_unknown, struct err *err);

/* Loads the filter into the calling thread: one seccomp(2), no other system call unless it fails. Needs no_new_privs or
 * CAP_SYS_ADMIN. *ret_agent_fd is the O_CLOEXEC descriptor of notifications when the plan wants an agent, else -1.
 * "load seccomp filter: ...", or "seccomp flag SECCOMP_FILTER_FLAG_... is not supported by this kernel". */
int seccomp_apply(const struct seccomp_plan *plan, int *ret_agent_fd, struct err *err);

enum { SECCOMP_AGENT_SECONDS = 10 };

/* What goes to the agent with the descriptor. */
struct seccomp_agent {
        const char *path;        /* listenerPath: a listening SOCK_STREAM socket */
        const char *metadata;    /* listenerMetadata; NULL: none */
        const char *oci_version; /* of the bundle */
        pid_t pid;               /* of the process that the filter holds, as the agent sees it */
        const char *state;       /* the OCI state document, JSON */
        unsigned int seconds;    /* how long one call waits for it; 0: SECCOMP_AGENT_SECONDS */
};

/* The containerProcessState of runtime-spec (config-linux.md), one line. Pure. */
void seccomp_agent_print(const struct seccomp_agent *agent, struct buf *out);
/* One connection: the document, with the descriptor beside its first byte; then closed. An agent that does not take it
 * in time is a failure ("cannot send seccomp fd to PATH: connection timed out"), as is one that is not there
 * ("connect with seccomp agent specified in the seccomp profile PATH: no such file or directory"). */
int seccomp_agent_send(const struct seccomp_agent *agent, int agent_fd, struct err *err);

#endif
