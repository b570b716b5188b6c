/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.h - what every verb on a container gets from the command line, and the verbs themselves: the face of birth
 * that cli sees. Nothing here prints or exits; a failure is -1 with one error, and leaves nothing behind that was not
 * there before. */
#ifndef TARE_BIRTH_RUNTIME_H
#define TARE_BIRTH_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "oci/audit.h"
#include "oci/spec.h"

/* The global options. */
struct runtime {
        const char *root; /* absolute directory of all state, "/run/tare" */
        bool systemd_cgroup;
        bool no_cgroup; /* containers stay in the cgroup of the caller, without limits */
        enum rootless {
                ROOTLESS_AUTO,
                ROOTLESS_TRUE,
                ROOTLESS_FALSE
        } rootless; /* may the right to cgroups be missing? */
        const struct log *log;
        char *const *argv; /* as tare was called, for a process that executes itself anew (self.h) */
};

/* The options of `create` and `run`. Paths are as the user gave them, relative to the cwd that tare was called in. */
struct birth_options {
        const char *id;
        const char *bundle;         /* a directory */
        const char *config;         /* NULL: the config.json of the bundle */
        const char *pid_file;       /* NULL: none */
        const char *console_socket; /* NULL: none */
        const char *pidfd_socket;   /* NULL: none */
        const char *trace;          /* where the times of the birth are written; "-": for people; NULL: nowhere */
        uint32_t preserve_fds;      /* N descriptors from 3 on reach the program */
        bool no_pivot;
        bool no_new_keyring;
        bool no_subreaper;
        const char *record_seccomp; /* run only: where the profile of what it calls goes; NULL: nowhere */
        bool detach;                /* run only */
        bool keep;                  /* run only: leave the container's state when it ends */
};

/* Whether a cgroup that may not be made is done without: for who says so, an ordinary user, and root in a user
 * namespace.
 */
bool runtime_may_lack_cgroups(const struct runtime *runtime);

int container_create(const struct runtime *runtime, const struct birth_options *options, struct err *err);
/* Foreground: forwards signals, waits, deletes (unless keep), and puts the program's status into *ret_status (128 + N
 * after a signal). Detached: 0 as soon as the program runs. */
int container_run(const struct runtime *runtime, const struct birth_options *options, int *ret_status, struct err *err);
int container_start(const struct runtime *runtime, const char *id, struct err *err);
/* all: every process of its cgroup; a stopped container is then no failure. */
enum kill_whom { KILL_INIT, KILL_ALL };
int container_kill(const struct runtime *runtime, const char *id, int sig, enum kill_whom whom, struct err *err);
/* FORCE: whatever its status, also half made; a missing one is no failure. */
enum delete_how { DELETE_STOPPED, DELETE_FORCE };
int container_delete(const struct runtime *runtime, const char *id, enum delete_how how, struct err *err);
/* The OCI state document of one container, as `state` prints it. */
int container_state(const struct runtime *runtime, const char *id, struct buf *out, struct err *err);

/* The options of `exec`. What the container's own process has is the start; each of these that is given changes it. */
struct exec_options {
        const char *id;
        const char *process;   /* a file with a JSON process object, in place of all that follows; NULL: none */
        struct text_list args; /* the command */
        const char *cwd;       /* NULL: the container's */
        struct text_list env;  /* appended */
        const char *user;      /* UID[:GID], or names of the container's passwd and group files */
        struct text_list additional_gids; /* numbers */
        struct text_list caps;            /* added to the bounding, effective and permitted sets */
        const char *apparmor, *process_label;
        bool no_new_privs;
        bool tty;
        struct text_list cgroups; /* "[CONTROLLER[,CONTROLLER]:]PATH", below the container's own */
        bool ignore_paused;

        bool detach;
        const char *pid_file, *console_socket, *pidfd_socket; /* NULL: none */
        const char *record_seccomp, *trace;                   /* NULL: nowhere */
        uint32_t preserve_fds;
};
/* Foreground: the program's status goes into *ret_status, as in container_run. Detached: 0 as soon as it runs. */
int container_exec(const struct runtime *runtime, const struct exec_options *options, int *ret_status, struct err *err);

/* Every process of it stands still; on failure they all run. */
int container_pause(const struct runtime *runtime, const char *id, struct err *err);
int container_resume(const struct runtime *runtime, const char *id, struct err *err);

/* What `update` changes. Absent is as it was, and so is 0 where 0 means nothing (Docker sends it). */
struct update_options {
        const struct spec_resources *resources;
        const char *l3_cache_schema, *mem_bw_schema; /* of linux.intelRdt; NULL: as they are */
};
/* A failure leaves the limits as they were. */
int container_update(const struct runtime *runtime, const char *id, const struct update_options *options,
                     struct err *err);

/* Every process of its cgroup, as the host numbers them. *ret_pids is malloc'ed. */
int container_pids(const struct runtime *runtime, const char *id, pid_t **ret_pids, size_t *ret_n, struct err *err);
/* Runs a program of the host (argv[0] by PATH): what it writes to stdout and stderr, if it succeeds. */
int host_program_output(char *const *argv, struct buf *out, struct err *err);

/* One line of `events`: the statistics of now. */
int container_stats(const struct runtime *runtime, const char *id, struct buf *out, struct err *err);
/* A line of statistics every interval, and one each time that memory has run out, until the cgroup is gone or give
 * gives -1. */
int container_events(const struct runtime *runtime, const char *id, int64_t interval_ns,
                     int (*give)(void *ctx, const struct buf *line, struct err *err), void *ctx, struct err *err);

/* What of a bundle, or of a container and its process, a security reviewer would find. All lives in arena, but for the
 * name that was given. */
int bundle_audit(const char *bundle, struct arena *arena, struct audit_report *ret, struct err *err);
int container_audit(const struct runtime *runtime, const char *id, struct arena *arena, struct audit_report *ret,
                    struct err *err);

/* For `list`: every container, sorted by id. A directory that cannot be read is told by log as a warning and passed
 * over. */
struct container_row {
        const char *id, *status, *bundle, *created, *owner; /* owner: a user name, or "#uid" */
        int pid;
        const char *json; /* the object of `list --format json` */
};
int container_each(const struct runtime *runtime,
                   int (*each)(void *ctx, const struct container_row *row, struct err *err), void *ctx,
                   struct err *err);

#endif
