/* SPDX-License-Identifier: Apache-2.0 */
/* tell.c - set up the two tellers of a story, let them walk, and see to the end of a walk that failed. */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "birth/birth.h"

#include "base/file.h"
#include "birth/init_signals.h"
#include "birth/limits.h"
#include "birth/trace.h"

/* Signals that would end the host are heard while it waits, so that a birth given up leaves nothing behind. */
static int hear_interrupts(struct birth *birth, struct err *err)
{
        sigset_t heard, blocked;
        (void)sigemptyset(&heard);
        (void)sigaddset(&heard, SIGHUP);
        (void)sigaddset(&heard, SIGINT);
        (void)sigaddset(&heard, SIGQUIT);
        (void)sigaddset(&heard, SIGTERM);
        /* What a relayed terminal may raise. */
        blocked = heard;
        (void)sigaddset(&blocked, SIGPIPE);
        (void)sigaddset(&blocked, SIGTTOU);
        (void)sigaddset(&blocked, SIGTTIN);
        if (sigprocmask(SIG_BLOCK, &blocked, &birth->caller_mask) < 0)
                return fail_sys(err, "block the signals");
        birth->host.interrupt_fd = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
        if (birth->host.interrupt_fd < 0)
                return fail_sys(err, "make a signalfd");
        return 0;
}

static const size_t trace_size = sizeof(struct trace_row[INIT + 1][TRACE_ROWS_MAX]);

/* Init writes its rows where we can read them. */
static int share_trace(struct birth *birth, struct err *err)
{
        struct trace_row *rows = mmap(NULL, trace_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (rows == MAP_FAILED)
                return fail_sys(err, "share a page with init");
        birth->host.trace = rows;
        return 0;
}

/* A birth is no worse for want of its times. */
static void write_trace(struct birth *birth, const struct story *story)
{
        struct err err;
        struct trace_row *rows = birth->host.trace;
        if (!rows)
                return;
        if (trace_write(birth->options->trace, story, (const struct trace_row(*)[TRACE_ROWS_MAX])rows, &err) < 0)
                log_say(birth->runtime->log, LOG_WARNING, "--trace: %s", err.text);
        (void)munmap(rows, trace_size);
        birth->host.trace = NULL;
}

int birth_tell(struct birth *birth, const struct story *story, size_t until, struct err *err)
{
        struct progress *progress =
                mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (progress == MAP_FAILED)
                return fail_sys(err, "share a page with init");
        if (wire_pair(&birth->host.wire, &birth->init_wire, err) < 0)
                return -1;
        if (hear_interrupts(birth, err) < 0)
                return -1;

        birth->host.story = story;
        birth->host.side = HOST;
        birth->host.birth = birth;
        birth->host.progress = progress;
        birth->host.log = birth->runtime->log;
        birth->host.answer = birth_answer;
        birth->host.fault = getenv("TARE_FAULT");
        if (birth->options->trace && share_trace(birth, err) < 0)
                return -1;
        int done = story_walk(&birth->host, until, err);
        if (done < 0) {
                limits_explain_oom(birth, err);
                story_undo(&birth->host);
        }
        (void)munmap(progress, sizeof *progress);
        write_trace(birth, story);
        return done;
}

static void log_over_wire(void *to, enum log_level level, const char *text)
{
        const struct birth *birth = to;
        (void)wire_send_log(&birth->init.wire, (uint32_t)birth->init.next, level, text);
}

bool birth_is_host_listening(const struct birth *birth)
{
        return birth->kind != BIRTH_CREATE || birth->init.next < birth_create_ends();
}

/* Over the wire. True where a filter forbids that, too: the host then reads what it shares with us. */
static bool tell_host(const struct birth *birth, const struct err *err)
{
        const struct teller *init = &birth->init;
        if (!birth_is_host_listening(birth))
                return false;
        return wire_send_error(&init->wire, (uint32_t)init->next, err) == 0 || (errno != EPIPE && errno != ECONNRESET);
}

/* To whoever is there: the host by the wire, or by what it shares with us; `start`, which reads the file; else the
 * stderr of the container. */
static void give_last_words(struct birth *birth, struct err *err)
{
        const struct teller *init = &birth->init;
        init->progress->words = *err;
        atomic_store(&init->progress->has_words, true);
        if (tell_host(birth, err))
                return;

        (void)fail_at(err, "%s", init->story->rows[init->next].what);
        if (birth->last_words_fd >= 0 && write_all(birth->last_words_fd, err->text, strlen(err->text)) == 0)
                return;
        (void)write_all(STDERR_FILENO, err->text, strlen(err->text));
        (void)write_all(STDERR_FILENO, "\n", 1);
}

_Noreturn void birth_be_init(struct birth *birth)
{
        struct err err = { 0 };
        birth->init_log = (struct log){ birth->runtime->log->level, log_over_wire, birth };
        birth->init = birth->host;
        birth->init.side = INIT;
        birth->init.wire.fd = take_fd(&birth->init_wire.fd);
        birth->init.log = &birth->init_log;
        if (birth->host.trace)
                birth->init.trace = &birth->host.trace[TRACE_ROWS_MAX];
        birth->init.next = birth->host.next + 1;
        /* Or the death of the host would not be the end of the wire. */
        wire_finish(&birth->host.wire);

        /* The last row is execve: only a failure comes back. */
        if (init_signals_begin(birth, &err) == 0)
                (void)story_walk(&birth->init, birth->init.story->n, &err);
        give_last_words(birth, &err);
        init_signals_end();
}
