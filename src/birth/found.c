/* SPDX-License-Identifier: Apache-2.0 */
/* found.c - find a container on disk, and its init among the processes; see found.h. */

#include "birth/found.h"

#include "base/proc.h"
#include "sys/syscalls.h"

int found_open(const struct runtime *runtime, const char *id, enum found_for what, struct found *ret, struct err *err)
{
        *ret = (struct found){ .dir_fd = -1 };
        int done = what == FOUND_TO_CHANGE ? state_dir_open(runtime->root, id, &ret->dir_fd, err)
                                           : state_dir_peek(runtime->root, id, &ret->dir_fd, err);
        if (done < 0 || state_load(ret->dir_fd, &ret->arena, &ret->state, err) < 0)
                return -1;
        return cgroup_load(&ret->state.cgroups, &ret->cgroup, err);
}

enum status found_status(const struct found *found)
{
        return state_status(&found->state, found->dir_fd, cgroup_is_frozen(&found->cgroup));
}

void found_finish(struct found *found)
{
        cgroup_finish(&found->cgroup);
        finish_fd(&found->dir_fd);
        arena_finish(&found->arena);
}

int found_open_init(const struct state *state)
{
        if (state->pid <= 0) {
                errno = ESRCH;
                return -1;
        }
        auto_fd int pidfd = sys_pidfd_open(state->pid, 0);
        if (pidfd < 0)
                return -1;

        /* Now that the pidfd holds the number, see whether it is still the same process's. */
        struct err ignored;
        struct proc_stat stat;
        if (proc_stat_read(state->pid, &stat, &ignored) < 0 || stat.start_time != state->start_time ||
            stat.state == 'Z' || stat.state == 'X') {
                errno = ESRCH;
                return -1;
        }
        return take_fd(&pidfd);
}
