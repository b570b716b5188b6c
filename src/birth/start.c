/* SPDX-License-Identifier: Apache-2.0 */
/* start.c - the word to a created container: one byte into its fifo, and then wait until init has become the program,
 * or has said why not. */

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "birth/death.h"
#include "birth/found.h"
#include "birth/later.h"
#include "birth/notify.h"

#include "base/file.h"
#include "base/proc.h"

static int give_the_word(int dir_fd, int *ret_fifo_fd, struct err *err)
{
        /* ENXIO: nobody holds the other end, so init is dead (fifo(7)). */
        auto_fd int fifo_fd = openat(dir_fd, FIFO_FILE, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
        if (fifo_fd < 0 && errno == ENXIO)
                return fail(err, "cannot start a container that has stopped");
        if (fifo_fd < 0)
                return fail_sys(err, "open %s", FIFO_FILE);
        if (write_all(fifo_fd, "0", 1) < 0)
                return fail_sys(err, "write to %s", FIFO_FILE);
        if (unlinkat(dir_fd, FIFO_FILE, 0) < 0)
                return fail_sys(err, "unlink %s", FIFO_FILE);

        *ret_fifo_fd = take_fd(&fifo_fd);
        return 0;
}

static int read_last_words(int dir_fd, struct err *err)
{
        auto_buf struct buf words = { 0 };
        if (file_read(dir_fd, LAST_WORDS_FILE, ERR_TEXT_MAX, &words, err) < 0)
                return -1;
        return words.len > 0 ? fail(err, "%s", words.data) : 0;
}

/* A refusal, with init's reason where init gave one while nobody had called `start` yet. Returns -1. */
static int refuse(int dir_fd, struct err *err)
{
        struct err words;
        if (read_last_words(dir_fd, &words) < 0 && words.code == 0) {
                struct err refusal = *err;
                *err = words;
                return fail_at(err, "%s", refusal.text);
        }
        return -1;
}

/* Init holds the fifo's other end, with nobody else, until execve or its death closes it. */
static int await_program(const struct state *state, int dir_fd, int fifo_fd, struct err *err)
{
        struct pollfd poll_fd = { .fd = fifo_fd }; /* POLLERR comes unasked when the last reader is gone (poll(2)) */
        while (poll(&poll_fd, 1, -1) < 0) {
                if (errno != EINTR)
                        return fail_sys(err, "wait for init");
        }
        if (read_last_words(dir_fd, err) < 0)
                return -1;

        /* Whose zombie is gone already has ended in its own time. */
        struct err ignored;
        struct proc_stat stat;
        if (proc_stat_read(state->pid, &stat, &ignored) < 0 || stat.start_time != state->start_time)
                return 0;
        return stat.has_execed ? 0 : fail(err, "init died before it became the program");
}

static int run_poststart_hooks(const struct state *state, int dir_fd, struct err *err)
{
        struct later later = { 0 };
        int done = later_read(dir_fd, &later, err);
        if (done == 0) {
                struct hook_run run = later_hooks(&later, HOOK_POSTSTART, state, RUNNING);
                done = hooks_run(&run, err);
        }
        later_finish(&later);
        return done;
}

/* It may never say so: others may act on it meanwhile. */
static int await_ready(const struct found *found, int notify_fd, int init_pidfd, struct err *err)
{
        state_dir_unlock(found->dir_fd);
        return notify_await_ready(notify_fd, found->state.pid, init_pidfd, err);
}

static int start_found(const struct runtime *runtime, const struct found *found, struct err *err)
{
        const struct state *state = &found->state;
        auto_fd int fifo_fd = -1;
        auto_fd int notify_fd = -1;
        auto_fd int init_pidfd = -1;
        if (lifecycle_allow(VERB_START, found_status(found), state->id, err) < 0)
                return refuse(found->dir_fd, err);
        if (notify_is_asked_for() && notify_is_there(found->dir_fd)) {
                notify_fd = notify_listen(found->dir_fd, err);
                init_pidfd = found_open_init(state);
                if (notify_fd < 0)
                        return -1;
        }
        /* Who dies has closed the fifo a moment before its state says so. */
        if (give_the_word(found->dir_fd, &fifo_fd, err) < 0)
                return refuse(found->dir_fd, err);
        if (await_program(state, found->dir_fd, fifo_fd, err) < 0)
                return -1;
        if (!state->has_poststart_hooks || run_poststart_hooks(state, found->dir_fd, err) == 0)
                return init_pidfd < 0 ? 0 : await_ready(found, notify_fd, init_pidfd, err);

        /* runtime-spec 1.3 runtime.md, "Lifecycle": a failed poststart hook stops and destroys the container. */
        struct err ignored;
        if (death_bury(runtime, state, &found->cgroup, found->dir_fd, &ignored) < 0)
                log_say(runtime->log, LOG_WARNING, "%s", ignored.text);
        return -1;
}

int container_start(const struct runtime *runtime, const char *id, struct err *err)
{
        struct found found;
        int done = found_open(runtime, id, FOUND_TO_CHANGE, &found, err);
        if (done == 0)
                done = start_found(runtime, &found, err);
        found_finish(&found);
        return done;
}
