/* SPDX-License-Identifier: Apache-2.0 */
/* death.c - the burial: first nobody lives, then nothing is left, then the poststop hooks are told. */

#include <poll.h>
#include <signal.h>

#include "birth/death.h"

#include "birth/found.h"
#include "birth/later.h"
#include "birth/limits.h"
#include "birth/systemd.h"
#include "net/interfaces.h"
#include "sys/syscalls.h"

/* How long a killed init may take to be gone; runc gives it as long. */
enum { DEATH_WAIT_MS = 10 * 1000 };

static int await_end(int pidfd, pid_t pid, struct err *err)
{
        struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };
        int ready = poll(&poll_fd, 1, DEATH_WAIT_MS);
        while (ready < 0 && errno == EINTR)
                ready = poll(&poll_fd, 1, DEATH_WAIT_MS);
        if (ready < 0)
                return fail_sys(err, "wait for init, pid %d", (int)pid);
        if (ready == 0)
                return fail(err, "container init still running");
        return 0;
}

static int end_all(const struct runtime *runtime, const struct state *state, const struct cgroup *cgroup,
                   struct err *err)
{
        auto_fd int pidfd = found_open_init(state);
        if (pidfd >= 0 && sys_pidfd_send_signal(pidfd, SIGKILL) < 0 && errno != ESRCH)
                return fail_sys(err, "kill init, pid %d", (int)state->pid);

        /* With a pid namespace of its own the kernel kills the rest along with init. Thawed only now: the frozen must
         * not run once more before they die. */
        if (state->has_pid_namespace ? cgroup_thaw(cgroup, err) < 0
                                     : cgroup_signal_all(cgroup, SIGKILL, runtime->log, err) < 0)
                return -1;
        return pidfd >= 0 ? await_end(pidfd, state->pid, err) : 0;
}

/* The kernel removes them with the network namespace, unless that one is somebody else's. */
static void remove_networks(const struct runtime *runtime, const struct state *state, struct later *later)
{
        struct spec_networks all = { 0 };
        struct err err = { 0 };
        if (!state->has_networks)
                return;
        if (spec_networks_read(&later->spec, CONFIG_FILE, &later->arena, &all, &err) < 0 ||
            networks_remove(all.networks, all.n_networks, state->id, &err) < 0)
                log_say(runtime->log, LOG_WARNING, "%s", err.text);
}

int death_bury(const struct runtime *runtime, const struct state *state, const struct cgroup *cgroup, int dir_fd,
               struct err *err)
{
        if (end_all(runtime, state, cgroup, err) < 0)
                return -1;
        /* A scope without processes ends by itself, but for the memory of a failure. */
        if (systemd_stop(state, err) < 0)
                log_say(runtime->log, LOG_WARNING, "%s", err->text);
        if (cgroup_remove(cgroup, err) < 0 || limits_remove_rdt(state, err) < 0)
                return -1;

        /* What the bundle says of the end is in the directory, and its hooks run when that is gone. */
        struct later later = { 0 };
        bool is_known = state->has_poststop_hooks || state->has_networks;
        if (is_known && later_read(dir_fd, &later, err) < 0) {
                log_say(runtime->log, LOG_WARNING, "%s", err->text);
                is_known = false;
        }
        if (is_known)
                remove_networks(runtime, state, &later);
        int done = state_dir_remove(runtime->root, state->id, err);
        if (done == 0 && is_known) {
                struct hook_run run = later_hooks(&later, HOOK_POSTSTOP, state, STOPPED);
                hooks_run_each(&run, runtime->log);
        }
        later_finish(&later);
        return done;
}
