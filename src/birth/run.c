/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - create and run: a birth, and for run in the foreground the life and the burial after it. */

#include <fcntl.h>
#include <sys/prctl.h>

#include "birth/birth.h"
#include "birth/death.h"
#include "birth/notify.h"
#include "birth/record.h"
#include "birth/self.h"
#include "birth/supervise.h"

int container_create(const struct runtime *runtime, const struct birth_options *options, struct err *err)
{
        struct birth birth;
        if (self_protect(runtime->argv, err) < 0)
                return -1;
        int done = birth_prepare(&birth, runtime, options, BIRTH_CREATE, err);
        if (done == 0)
                done = birth_tell(&birth, &birth_story, birth_create_ends(), err);
        birth_finish(&birth);
        return done;
}

/* The name may be nobody's by now, or another container's: who deleted ours did all of this already. */
static int bury(struct birth *birth, struct err *err)
{
        if (state_dir_relock(birth->state_dir_fd, birth->options->id, err) < 0)
                return err->code == ENOENT ? 0 : -1;
        return death_bury(birth->runtime, &birth->state, &birth->cgroup, birth->state_dir_fd, err);
}

static int stand_by(struct birth *birth, int *ret_status, struct err *err)
{
        /* Others may look at the container and change it while it runs. */
        state_dir_unlock(birth->state_dir_fd);
        const struct supervised whom = {
                .init_pid = birth->host.init_pid,
                .init_pidfd = birth->host.init_pidfd,
                .notify_fd = birth->notify_fd,
                .relay = &birth->relay,
                .log = birth->runtime->log,
        };
        if (supervise(&whom, ret_status, err) < 0)
                return -1;
        if (!birth->options->keep && bury(birth, err) < 0)
                return -1;
        return record_write(birth, err);
}

/* It may never say so: others may act on it meanwhile, and we can be ended by a signal. */
static int await_ready(struct birth *birth, struct err *err)
{
        state_dir_unlock(birth->state_dir_fd);
        (void)sigprocmask(SIG_SETMASK, &birth->caller_mask, NULL);
        return notify_await_ready(birth->notify_fd, birth->host.init_pid, birth->host.init_pidfd, err);
}

int container_run(const struct runtime *runtime, const struct birth_options *options, int *ret_status, struct err *err)
{
        struct birth birth;
        *ret_status = 0;
        if (self_protect(runtime->argv, err) < 0)
                return -1;
        if (!options->detach && !options->no_subreaper)
                (void)prctl(PR_SET_CHILD_SUBREAPER, 1);

        int done = birth_prepare(&birth, runtime, options, BIRTH_RUN, err);
        if (done == 0)
                done = birth_tell(&birth, &birth_story, birth_story.n, err);
        if (done == 0 && options->detach && birth.notify_fd >= 0)
                done = await_ready(&birth, err);
        if (done == 0 && !options->detach)
                done = stand_by(&birth, ret_status, err);
        birth_finish(&birth);
        return done;
}
