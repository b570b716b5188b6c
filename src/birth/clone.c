/* SPDX-License-Identifier: Apache-2.0 */
/* clone.c - bear init. Without namespaces to join one clone3 does it. To be born into somebody else's namespaces a
 * process must have entered them first, and the host may not (its own mounts and cwd would go): a bridge process enters
 * them, clones init as its sister (CLONE_PARENT: the host stays the parent who reaps it), and is gone. exec goes the
 * same way: its bridge enters the container's cgroups and all its namespaces. */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "birth/clone.h"

#include "base/child.h"
#include "base/proc.h"
#include "ns/time.h"
#include "sys/syscalls.h"

/* Made or joined by init itself, after it entered its cgroup. A cgroup namespace shows the tree from where its maker
 * sits; and where cgroup2 is mounted with nsdelegate, as systemd has it, nobody who is in one may be moved across its
 * border any more (kernel/cgroup/cgroup.c, cgroup_attach_permissions). */
static const uint64_t left_to_init = CLONE_NEWCGROUP;

static pid_t clone_into_cgroup(const struct birth *birth, uint64_t flags, int exit_signal, int *pidfd)
{
        uint64_t new_ones = birth->kind == BIRTH_EXEC ? 0 : ns_new_flags(birth->spec.linux_.namespaces);
        /* Nobody may be in a time namespace whose clocks are yet to be set. */
        uint64_t made_later = left_to_init | (time_is_set(&birth->spec.linux_) ? CLONE_NEWTIME : 0);
        struct sys_clone_args args = {
                .flags = flags | CLONE_PARENT_SETTID | (new_ones & ~made_later),
                .exit_signal = (uint64_t)exit_signal,
                .pidfd = (uint64_t)(uintptr_t)pidfd,
                /* The host must know of init even when the bridge dies in here. */
                .parent_tid = (uint64_t)(uintptr_t)&birth->host.progress->init_pid,
        };
        int cgroup_fd = cgroup_clone_fd(&birth->cgroup);
        if (cgroup_fd < 0)
                cgroup_fd = birth->init_cgroup_fd;
        if (cgroup_fd >= 0) {
                args.flags |= CLONE_INTO_CGROUP;
                args.cgroup = (uint64_t)cgroup_fd;
        }
        pid_t pid = sys_clone3(&args);
        /* A container that runs systemd has passed controllers on and gone further down: kernel/cgroup/cgroup.c lets
         * nobody in where it was. */
        if (pid < 0 && (errno == EBUSY || errno == ENODEV) && birth->init_cgroup_fd >= 0) {
                args.cgroup = (uint64_t)birth->init_cgroup_fd;
                pid = sys_clone3(&args);
        }
        return pid;
}

static int clone_directly(struct birth *birth, struct err *err)
{
        pid_t pid = clone_into_cgroup(birth, CLONE_PIDFD, SIGCHLD, &birth->host.init_pidfd);
        if (pid < 0)
                return fail_sys(err, "clone3");
        if (pid == 0)
                birth_be_init(birth);

        birth->host.init_pid = pid;
        return 0;
}

/* The container's root, where the namespaces do not bring it along. Asked for by the pid, so looked up before the
 * pidfd is asked whether the process is still there. */
static int open_root_of(const struct birth *birth, int *ret_fd, struct err *err)
{
        char path[32];
        (void)snprintf(path, sizeof path, "/proc/%d/root", (int)birth->state.pid);
        auto_fd int fd = openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || sys_pidfd_send_signal(birth->target_pidfd, 0) < 0)
                return fail_sys(err, "open the container's root");
        *ret_fd = take_fd(&fd);
        return 0;
}

/* Into a container that runs. What must be written on the host is written before: from then on /proc and
 * /sys/fs/cgroup are the container's. */
static int enter_container(const struct birth *birth, struct err *err)
{
        if (birth_set_oom_score(birth, "self", err) < 0 || affinity_apply(0, &birth->affinity.initial, err) < 0)
                return -1;
        if (cgroup_join_self(&birth->cgroup, err) < 0)
                return -1;

        const struct spec_namespace *namespaces = birth->spec.linux_.namespaces;
        auto_fd int root_fd = -1;
        bool has_null = rootfs_is_null_held();
        if ((has_null || !namespaces[NS_MOUNT].set) && open_root_of(birth, &root_fd, err) < 0)
                return -1;
        if (has_null && rootfs_leave_null(root_fd, err) < 0)
                return -1;
        if (ns_enter_all_of(birth->target_pidfd, namespaces, left_to_init, err) < 0)
                return -1;
        if (!namespaces[NS_MOUNT].set && (fchdir(root_fd) < 0 || chroot(".") < 0))
                return fail_sys(err, "enter the container's root");
        return 0;
}

static int enter_joined(const struct birth *birth, struct err *err)
{
        /* CVE-2016-9962: nobody in there may look into a process that still holds what is the host's. execve(2) ends
         * that. */
        if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
                return fail_sys(err, "make the process undumpable");
        if (birth->kind == BIRTH_EXEC)
                return enter_container(birth, err);

        struct ns_joins joins = birth->joins;
        joins.fds[NS_CGROUP] = -1;
        return ns_joins_enter(&joins, err);
}

/* The bridge: its one voice is init's end of the wire. */
static _Noreturn void be_bridge(struct birth *birth)
{
        struct err err = { 0 };
        pid_t pid = -1;
        if (enter_joined(birth, &err) == 0) {
                /* clone3(2): with CLONE_PARENT the exit signal is the caller's own, SIGCHLD, and none may be given. */
                pid = clone_into_cgroup(birth, CLONE_PARENT, 0, NULL);
                if (pid < 0)
                        (void)fail_sys(&err, "clone3");
        }
        if (pid == 0)
                birth_be_init(birth);
        if (pid < 0) {
                (void)wire_send_error(&birth->init_wire, (uint32_t)birth->host.next, &err);
                _exit(EXIT_FAILURE);
        }

        _exit(EXIT_SUCCESS);
}

/* Why the bridge ended without a child. */
static int bridge_failed(struct birth *birth, struct err *err)
{
        struct wire_message message;
        finish_fd(&birth->init_wire.fd);
        enum wire_got got = story_listen(&birth->host, &message, err);
        if (got == WIRE_GOT && message.kind == WIRE_ERROR)
                *err = message.body;
        else
                (void)fail(err, "the process that joins the namespaces died");
        return -1;
}

static int clone_over_bridge(struct birth *birth, struct err *err)
{
        struct sys_clone_args args = { .exit_signal = SIGCHLD };
        pid_t bridge = sys_clone3(&args);
        if (bridge < 0)
                return fail_sys(err, "clone3 of the process that joins the namespaces");
        if (bridge == 0)
                be_bridge(birth);

        int status = 0;
        if (child_await(bridge, &status, err) < 0)
                return fail_at(err, "the process that joins the namespaces");
        birth->host.init_pid = atomic_load(&birth->host.progress->init_pid);
        if (birth->host.init_pid <= 0)
                return bridge_failed(birth, err);

        /* Our child, which nobody but us reaps: the number is still its own. */
        birth->host.init_pidfd = sys_pidfd_open(birth->host.init_pid, 0);
        if (birth->host.init_pidfd < 0) {
                (void)fail_sys(err, "pidfd_open of init");
                clone_undo(birth);
                return -1;
        }
        return 0;
}

/* A cgroup namespace alone is joined by init itself. */
static bool needs_bridge(const struct birth *birth)
{
        bool is_needed = birth->kind == BIRTH_EXEC;
        for (size_t i = 0; i < NS_TYPES; i++)
                is_needed |= i != NS_CGROUP && birth->joins.fds[i] >= 0;
        return is_needed;
}

int clone_init(struct birth *birth, struct err *err)
{
        struct proc_stat self;
        if (proc_stat_read(0, &self, err) < 0)
                return -1;
        birth->ignored_signals = self.ignored;

        int done = needs_bridge(birth) ? clone_over_bridge(birth, err) : clone_directly(birth, err);
        /* From here on the end of the wire means the end of init. */
        wire_finish(&birth->init_wire);
        return done;
}

void clone_undo(struct birth *birth)
{
        if (birth->host.init_pid <= 0)
                return;

        (void)kill(birth->host.init_pid, SIGKILL);
        while (waitpid(birth->host.init_pid, NULL, 0) < 0 && errno == EINTR)
                continue;
        birth->host.init_pid = 0;
        finish_fd(&birth->host.init_pidfd);
}
