/* SPDX-License-Identifier: Apache-2.0 */
/* birth.h - the stories of create and exec: all that their steps share, and the tables that order them.
 * The host fills the struct before init is cloned; init then works on its own copy. */
#ifndef TARE_BIRTH_BIRTH_H
#define TARE_BIRTH_BIRTH_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "birth/helper.h"
#include "birth/runtime.h"
#include "birth/story.h"
#include "cgroup/cgroup.h"
#include "cgroup/unit.h"
#include "net/devices.h"
#include "ns/ns.h"
#include "oci/networks.h"
#include "oci/spec.h"
#include "rootfs/rootfs.h"
#include "sec/affinity.h"
#include "sec/caps.h"
#include "sec/io_priority.h"
#include "sec/landlock.h"
#include "sec/lsm.h"
#include "sec/memory_policy.h"
#include "sec/personality.h"
#include "sec/scheduler.h"
#include "sec/seccomp.h"
#include "sec/seccomp_record.h"
#include "sec/user.h"
#include "state/lifecycle.h"
#include "state/state.h"
#include "tty/relay.h"

/* Whether the program waits at the fifo for `start`, runs at once, or joins a container that is there already. */
enum birth_kind { BIRTH_CREATE, BIRTH_RUN, BIRTH_EXEC };

/* What a process is somewhere by: its mount namespace, root and working directory. */
struct standpoint {
        int ns_fd, root_fd, cwd_fd;
};

struct birth {
        const struct runtime *runtime;
        const struct birth_options *options;
        enum birth_kind kind;

        /* Planned before the first row. */
        struct arena arena;
        char bundle[PATH_MAX];
        struct buf config; /* the bytes of config.json, for the runtime's own copy */
        struct spec spec;
        struct rootfs_plan rootfs;
        struct caps_plan caps;
        struct seccomp_plan seccomp; /* no code: no filter */
        struct seccomp_seen *seen;   /* shared with the recorder; NULL: nothing is recorded */
        struct unit unit;            /* no name: systemd has no part in the cgroup */
        struct cgroup cgroup;        /* of a scope of systemd it is known when that is made */
        struct ns_joins joins;
        struct state state;
        enum status status; /* while the story is told */
        struct spec_networks networks;
        struct scheduler_plan scheduler;
        struct io_priority_plan io_priority;
        struct personality_plan personality;
        struct memory_policy_plan memory_policy;
        struct affinity_plan affinity; /* exec only */
        enum setgroups_rule setgroups;
        struct spec_landlock landlock_spec;
        struct landlock_plan landlock;
        struct lsm lsm;        /* AppArmor, SELinux */
        int proc_fd;           /* the host's procfs, for an init that may no longer see it; -1: it needs none */
        int console_fd;        /* where init sends the master of its terminal; -1: it has none */
        int console_host_fd;   /* the other end, when that is ours: in the foreground */
        int pidfd_socket_fd;   /* where init sends a pidfd of itself; -1: nowhere */
        uint32_t n_listen_fds; /* descriptors from 3 on that LISTEN_FDS names (sd_listen_fds(3)) */
        uint32_t n_passed_fds; /* these and the preserved ones: what the program gets besides stdio */

        /* For exec: whom to join. */
        int target_pidfd;      /* of the container's init; -1: nobody */
        int init_cgroup_fd;    /* where that is on cgroup2, for when the container's own takes no process; -1: there */
        const char *user_text; /* --user, in the words of the container's passwd file; NULL: the ids of the process */

        /* Made by rows of the host. */
        int state_dir_fd;
        struct helper scope_holder; /* who is in the scope until init is */
        int notify_fd;              /* where the program tells of itself, and `run` listens; -1: nobody asked */
        int fifo_fd;
        uint32_t ignored_signals; /* by the caller of tare, as proc_stat has it */
        int last_words_fd;        /* where init says why it failed when only `start` is there to read it */
        struct teller host;
        struct standpoint beside_init; /* from where the sources of its binds are opened; -1: from our own place */
        struct net_device_moves net_devices;
        pid_t recorder_pid;
        int recorder_pidfd;   /* of who answers the notifications of --record-seccomp; -1: nobody */
        struct relay relay;   /* of the terminal in the foreground */
        uint64_t n_oom_kills; /* in the cgroup, before init was in it */
        bool lacks_cgroups;   /* those that this user may not make: done without */
        bool was_born;        /* there was an init: poststop hooks follow, also after a failure */
        sigset_t caller_mask; /* before the host blocked the signals that it wants to hear of */

        /* Made by rows of init, in init. */
        struct wire init_wire;
        struct log init_log;
        struct teller init;
        int root_fd;
        int landlock_fd;                /* the ruleset; -1: none */
        struct rootfs_host rootfs_host; /* where init asks the host for the sources of binds */
        const char **env;
        char program[PATH_MAX];
};

extern const struct story birth_story; /* create and run */
extern const struct story join_story;  /* exec */

/* An empty one, that owns nothing yet. */
void birth_begin(struct birth *birth, const struct runtime *runtime, const struct birth_options *options,
                 enum birth_kind kind);
/* Finds the descriptors that the caller means for the program, and marks all others to be closed by execve.
 * "--preserve-fds 2: descriptor 3 is not open". */
int birth_settle_fds(struct birth *birth, struct err *err);
/* What of the process's capabilities can be had; warns of the others. */
int birth_plan_capabilities(struct birth *birth, struct err *err);
/* Reads and checks the bundle and plans the birth: no trace is left on the host. */
int birth_prepare(struct birth *birth, const struct runtime *runtime, const struct birth_options *options,
                  enum birth_kind kind, struct err *err);
/* Opens proc_fd, once. */
int birth_open_proc(struct birth *birth, struct err *err);
/* Where the cgroup is, into the state. */
int birth_note_cgroups(struct birth *birth, struct err *err);
/* Tells the story up to a row; undoes all of it after a failure. */
int birth_tell(struct birth *birth, const struct story *story, size_t until, struct err *err);
/* Releases memory and descriptors. Accepts a half prepared birth. */
void birth_finish(struct birth *birth);

/* The row at which `create` returns, and what `tare help --birth-table` and docs/BIRTH.md print. */
size_t birth_create_ends(void);

/* For init: is the host there to hear an error? Not when `create` is over, though the host may be on its way out, and
 * its end of the wire still be there. */
bool birth_is_host_listening(const struct birth *birth);

/* process.oomScoreAdj, if it is given, of the calling process ("self") or a pid, through the host's procfs. */
int birth_set_oom_score(const struct birth *birth, const char *whose, struct err *err);

/* Init's question, and the host's answer, for the source of a bind: the mount namespace that init has joined need not
 * show the host's files. */
void birth_ask_for_sources(struct birth *birth);
/* For those answers: right after the clone, while init still is who we are, and may be looked at without
 * CAP_SYS_PTRACE. */
int birth_see_init(struct birth *birth, struct err *err);
void standpoint_finish(struct standpoint *at);
int birth_answer(struct birth *birth, enum wire_ask ask, uint32_t number, struct err *err);

/* The hooks of one kind with this birth's state; the caller is the host (bundle as cwd, its own environment for those
 * that bring none), or init (dir as cwd, default_env). */
int birth_run_host_hooks(const struct birth *birth, enum hook_kind kind, enum status status, struct err *err);
void birth_run_poststop_hooks(const struct birth *birth);
int birth_run_init_hooks(const struct birth *birth, enum hook_kind kind, const char *dir,
                         const char *const *default_env, struct err *err);

/* What init does after the clone: never returns (clone.c calls it in the child). */
_Noreturn void birth_be_init(struct birth *birth);

#endif
