/* SPDX-License-Identifier: Apache-2.0 */
/* kill.c - a signal to the container's init, or to every process of it. */

#include <signal.h>

#include "birth/found.h"
#include "sys/syscalls.h"

static int signal_init(const struct state *state, int sig, struct err *err)
{
        auto_fd int pidfd = found_open_init(state);
        if (pidfd < 0 || sys_pidfd_send_signal(pidfd, sig) < 0) {
                if (errno == ESRCH)
                        return fail(err, "container not running");
                return fail_sys(err, "signal init, pid %d", (int)state->pid);
        }
        return 0;
}

static int kill_found(const struct runtime *runtime, const struct found *found, int sig, enum kill_whom whom,
                      struct err *err)
{
        if (whom == KILL_ALL && found->cgroup.n > 0)
                return cgroup_signal_all(&found->cgroup, sig, runtime->log, err);

        enum status status = found_status(found);
        if (whom == KILL_ALL && status == STOPPED)
                return 0;
        if (lifecycle_allow(VERB_KILL, status, found->state.id, err) < 0)
                return -1;
        if (signal_init(&found->state, sig, err) < 0)
                return -1;
        /* Without a pid namespace of its own init's death ends nobody else. */
        if (sig == SIGKILL && !found->state.has_pid_namespace)
                return cgroup_signal_all(&found->cgroup, sig, runtime->log, err);
        /* A frozen v1 process does not even die. */
        return sig == SIGKILL && status == PAUSED ? cgroup_thaw(&found->cgroup, err) : 0;
}

int container_kill(const struct runtime *runtime, const char *id, int sig, enum kill_whom whom, struct err *err)
{
        struct found found;
        /* No lock: a signal changes nothing on disk, and must get through while a hook of `start` hangs. */
        int done = found_open(runtime, id, FOUND_TO_LOOK, &found, err);
        if (done == 0)
                done = kill_found(runtime, &found, sig, whom, err);
        found_finish(&found);
        return done;
}
