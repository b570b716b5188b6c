/* SPDX-License-Identifier: Apache-2.0 */
/* story.c - walk a step table on one side: do, cue, await, undo; see story.h. */

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "birth/story.h"

#include "base/proc.h"
#include "birth/trace.h"
#include "sys/syscalls.h"

static const char *const side_names[] = { [HOST] = "host", [INIT] = "init" };

/* fault points ---------------------------------------------------------------------------------------------------- */

#ifdef TARE_FAULTS
#include <stdio.h>
#include <unistd.h>

/* What a fault can do besides failing the row. */
static const struct {
        const char *kind;
        int sig;
} fault_signals[] = {
        {"kill",  SIGKILL},
        { "segv", SIGSEGV},
        { "bus",  SIGBUS },
        { "ill",  SIGILL },
        { "fpe",  SIGFPE },
        { "abrt", SIGABRT},
};

/* TARE_FAULT=side:row:kind, rows counted from 1, kind fail or one of the above. */
static int fault_point(const struct teller *teller, struct err *err)
{
        char point[32];
        int len = snprintf(point, sizeof point, "%s:%zu:", side_names[teller->side], teller->next + 1);
        if (!teller->fault || strncmp(teller->fault, point, (size_t)len) != 0)
                return 0;

        for (size_t i = 0; i < ARRAY_LEN(fault_signals); i++)
                if (strcmp(teller->fault + len, fault_signals[i].kind) == 0)
                        (void)kill(getpid(), fault_signals[i].sig); /* raise(3) remembers the host's thread id */
        /* Who is pid 1 is spared what it sends to itself. */
        if (strcmp(teller->fault + len, "kill") == 0)
                _exit(128 + SIGKILL);
        return fail(err, "the fault %s was asked for", teller->fault);
}
#else
static int fault_point(const struct teller *teller, struct err *err)
{
        (void)teller;
        (void)err;
        return 0;
}
#endif

/* narration -------------------------------------------------------------------------------------------------------- */

enum moment { BEGAN, ENDED, MET };

static void note_time(const struct teller *teller, enum moment moment)
{
        struct timespec now;
        if (!teller->trace || teller->next >= TRACE_ROWS_MAX)
                return;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        struct trace_row *row = &teller->trace[teller->next];
        uint64_t *const moments[] = { &row->began, &row->ended, &row->met };
        *moments[moment] = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void narrate_begin(struct teller *teller)
{
        note_time(teller, BEGAN);
        if (teller->side == INIT)
                atomic_store_explicit(&teller->progress->row, (uint32_t)teller->next + 1, memory_order_relaxed);
        if (teller->log->level >= LOG_DEBUG)
                (void)clock_gettime(CLOCK_MONOTONIC, &teller->row_began);
}

static void narrate_end(const struct teller *teller, const struct story_row *row)
{
        if (teller->log->level < LOG_DEBUG)
                return;

        struct timespec now;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        long us = (now.tv_sec - teller->row_began.tv_sec) * 1000000 + (now.tv_nsec - teller->row_began.tv_nsec) / 1000;
        log_say(teller->log, LOG_DEBUG, "step %zu: %s (%s, %ld us)", teller->next + 1, row->what,
                side_names[teller->side], us);
}

/* waiting ---------------------------------------------------------------------------------------------------------- */

/* The host waits for init, and for a signal that says to give up. */
static int await_wire(const struct teller *teller, struct err *err)
{
        if (teller->interrupt_fd < 0)
                return 0;

        struct pollfd fds[] = {
                {.fd = teller->wire.fd,       .events = POLLIN},
                { .fd = teller->interrupt_fd, .events = POLLIN},
        };
        while (poll(fds, ARRAY_LEN(fds), -1) < 0) {
                if (errno != EINTR)
                        return fail_sys(err, "wait for init");
        }
        struct signalfd_siginfo info;
        if (!fds[1].revents || read(teller->interrupt_fd, &info, sizeof info) != (ssize_t)sizeof info)
                return 0;
        return fail(err, "interrupted by signal %u", info.ssi_signo);
}

static void pass_on_log(const struct teller *teller, const struct wire_message *message)
{
        enum log_level level = message->level < LOG_LEVELS ? (enum log_level)message->level : LOG_ERROR;
        log_say(teller->log, level, "%s", message->body.text);
}

/* A refusal is for init, which then fails by itself; only a broken wire is a failure here. */
static int answer(const struct teller *teller, const struct wire_message *message, struct err *err)
{
        struct err refusal;
        auto_fd int fd = -1;
        if (teller->answer && message->level < ASKS)
                fd = teller->answer(teller->birth, (enum wire_ask)message->level, message->number, &refusal);
        else
                (void)fail(&refusal, "question %u has no answer", message->level);
        if (fd >= 0)
                return wire_answer(&teller->wire, (uint32_t)teller->next, fd, err);
        return wire_send_error(&teller->wire, (uint32_t)teller->next, &refusal) < 0
                       ? fail_sys(err, "send a refusal over the wire")
                       : 0;
}

enum wire_got story_listen(struct teller *teller, struct wire_message *ret, struct err *err)
{
        for (;;) {
                if (await_wire(teller, err) < 0)
                        return WIRE_FAILED;
                enum wire_got got = wire_receive(&teller->wire, ret, err);
                if (got != WIRE_GOT || (ret->kind != WIRE_LOG && ret->kind != WIRE_ASK))
                        return got;
                if (ret->kind == WIRE_ASK && answer(teller, ret, err) < 0)
                        return WIRE_FAILED;
                if (ret->kind == WIRE_LOG)
                        pass_on_log(teller, ret);
        }
}

/* "SENTENCE: " before what err says. */
static int fail_at_row(const struct teller *teller, size_t row, struct err *err)
{
        if (row >= teller->story->n)
                return fail_at(err, "step %zu", row + 1);
        return fail_at(err, "%s", teller->story->rows[row].what);
}

static int init_is_gone(const struct teller *teller, struct err *err)
{
        size_t row = atomic_load_explicit(&teller->progress->row, memory_order_relaxed);
        size_t index = row > 0 ? row - 1 : teller->next;
        if (atomic_load(&teller->progress->has_words))
                *err = teller->progress->words;
        else
                (void)fail(err, "init died at step %zu", index + 1);
        return fail_at_row(teller, index, err);
}

static int take_error(const struct teller *teller, const struct wire_message *message, struct err *err)
{
        *err = message->body;
        return fail_at_row(teller, message->row, err);
}

static int host_await(struct teller *teller, struct err *err)
{
        struct wire_message message;
        enum wire_got got = story_listen(teller, &message, err);
        if (got == WIRE_FAILED)
                return fail_at_row(teller, teller->next, err);
        if (got == WIRE_END)
                return init_is_gone(teller, err);
        if (message.kind == WIRE_ERROR)
                return take_error(teller, &message, err);
        if (message.row != teller->next)
                return fail(err, "init gave the cue of step %u, not of step %zu", message.row + 1, teller->next + 1);
        return 0;
}

/* execve closes init's end of the wire, and so does death: which one was it? Only a process that never called execve
 * has PF_FORKNOEXEC still, also as a zombie; execve takes it away before it closes anything (fs/exec.c,
 * begin_new_exec). */
static int host_await_exec(struct teller *teller, struct err *err)
{
        struct wire_message message;
        enum wire_got got = story_listen(teller, &message, err);
        if (got == WIRE_FAILED)
                return fail_at_row(teller, teller->next, err);
        if (got == WIRE_GOT)
                return take_error(teller, &message, err);

        struct proc_stat stat;
        if (proc_stat_read(teller->init_pid, &stat, err) < 0)
                return -1;
        return stat.has_execed ? 0 : init_is_gone(teller, err);
}

static int init_await(struct teller *teller, struct err *err)
{
        struct wire_message message;
        enum wire_got got = wire_receive(&teller->wire, &message, err);
        if (got == WIRE_FAILED)
                return -1;
        if (got == WIRE_END)
                return fail(err, "the runtime is gone");
        if (message.kind != WIRE_CUE || message.row != teller->next)
                return fail(err, "the runtime gave the cue of step %u, not of step %zu", message.row + 1,
                            teller->next + 1);
        return 0;
}

/* the walk --------------------------------------------------------------------------------------------------------- */

static int meet(struct teller *teller, enum then then, struct err *err)
{
        bool host_waits = then == CUE_HOST;
        if (then == GO_ON)
                return 0;
        if (then == BY_EXEC)
                return teller->side == HOST ? host_await_exec(teller, err) : 0;
        if (host_waits != (teller->side == HOST))
                return wire_cue(&teller->wire, (uint32_t)teller->next, err);
        return teller->side == HOST ? host_await(teller, err) : init_await(teller, err);
}

static bool is_told(const struct teller *teller, const struct story_row *row)
{
        return !row->only_if || row->only_if->holds(teller->birth);
}

static int tell_row(struct teller *teller, const struct story_row *row, struct err *err)
{
        int (*step)(struct birth *, struct err *) = teller->side == HOST ? row->host : row->init;
        narrate_begin(teller);
        if (fault_point(teller, err) < 0)
                return -1;
        if (step && step(teller->birth, err) < 0)
                return -1;
        note_time(teller, ENDED);
        if (step)
                narrate_end(teller, row);
        return 0;
}

/* What init said last, which explains why the host finds nobody. */
static int take_words_of_init(struct teller *teller, struct err *err)
{
        struct wire_message message;
        struct err ignored;
        enum wire_got got = story_listen(teller, &message, &ignored);
        if (got != WIRE_GOT || message.kind != WIRE_ERROR)
                return init_is_gone(teller, err);

        return take_error(teller, &message, err);
}

/* The host's own part failed: because init, whom it wanted something of, is dead? Who is on the way to that is waited
 * for. */
static bool is_for_lack_of_init(const struct teller *teller, const struct err *err)
{
        enum { PATIENCE_MS = 1000 };
        struct pollfd fd = { .fd = teller->init_pidfd, .events = POLLIN };
        return (err->code == ESRCH || err->code == EBADF) && teller->init_pid > 0 && poll(&fd, 1, PATIENCE_MS) > 0;
}

static int host_failed(struct teller *teller, struct err *err)
{
        if (is_for_lack_of_init(teller, err))
                return take_words_of_init(teller, err);
        return fail_at_row(teller, teller->next, err);
}

/* Init failed while the host was busy with its own part, and the host's next word finds nobody. */
static int cue_failed(struct teller *teller, struct err *err)
{
        if (err->code == EPIPE || err->code == ECONNRESET)
                return take_words_of_init(teller, err);
        return fail_at_row(teller, teller->next, err);
}

int story_walk(struct teller *teller, size_t until, struct err *err)
{
        for (; teller->next < until; teller->next++) {
                const struct story_row *row = &teller->story->rows[teller->next];
                if (!is_told(teller, row))
                        continue;

                if (tell_row(teller, row, err) < 0)
                        return teller->side == HOST ? host_failed(teller, err) : -1;
                bool host_speaks = teller->side == HOST && row->then == CUE_INIT;
                if (meet(teller, row->then, err) < 0) {
                        if (host_speaks)
                                (void)cue_failed(teller, err);
                        /* The row itself passed: it is undone with the others. */
                        teller->next++;
                        return -1;
                }
                note_time(teller, MET);
        }
        return 0;
}

void story_undo(struct teller *teller)
{
        while (teller->next > 0) {
                const struct story_row *row = &teller->story->rows[--teller->next];
                if (row->undo && is_told(teller, row))
                        row->undo(teller->birth);
        }
}

size_t story_find(const struct story *story, int (*step)(struct birth *, struct err *))
{
        size_t i = 0;
        while (i < story->n && story->rows[i].host != step && story->rows[i].init != step)
                i++;
        return i;
}
