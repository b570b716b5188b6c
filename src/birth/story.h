/* SPDX-License-Identifier: Apache-2.0 */
/* story.h - two processes walk one table: host and init each take the rows in order, do their own part of a row, and
 * meet where a row says who speaks next. Order, protocol, rollback, the prefix of every error, the narration of --debug
 * and the fault points all come from the table, so they cannot drift apart. */
#ifndef TARE_BIRTH_STORY_H
#define TARE_BIRTH_STORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "birth/wire.h"

struct birth; /* what the steps work on: birth.h */

enum side { HOST, INIT };

/* What follows when a row is done. */
enum then {
        GO_ON,    /* nobody waits: the two sides overlap */
        CUE_HOST, /* init says that it is done, host waits for that */
        CUE_INIT, /* host says that it is done, init waits for that */
        BY_EXEC,  /* init becomes the program: the end of the wire, which execve closes, tells the host */
};

/* When a row is told at all: both sides pass over it when holds says no. */
struct story_condition {
        bool (*holds)(const struct birth *);
        const char *when; /* for readers: "there are createContainer hooks" */
};

struct story_row {
        const char *what;                          /* a sentence: the prefix of its errors */
        int (*host)(struct birth *, struct err *); /* NULL: nothing to do on this side */
        int (*init)(struct birth *, struct err *);
        enum then then;
        void (*undo)(struct birth *); /* the host's: takes back what the row made. Called only if the row passed. */
        const struct story_condition *only_if; /* NULL: always told */
};

struct story {
        const struct story_row *rows;
        size_t n;
};

/* Memory that host and init (and the bridge) share: what init tells without a system call, which its seccomp filter may
 * forbid. */
struct progress {
        _Atomic uint32_t row;        /* that init is at, counted from 1 */
        _Atomic int32_t init_pid;    /* as the host sees it; told by clone3(2), CLONE_PARENT_SETTID */
        _Atomic int32_t listener_fd; /* init's number for the notifications of its filter */
        _Atomic bool has_words;
        struct err words; /* the last of init, which the host believes when the wire has ended without any */
};

struct trace_row;

struct teller {
        const struct story *story;
        enum side side;
        struct birth *birth;
        struct wire wire;          /* this side's end */
        struct progress *progress; /* shared */
        const struct log *log;
        int interrupt_fd; /* a signalfd: a signal there while the host waits ends the story; -1: none */
        /* The host's: what init asks for while the host waits. A descriptor that the wire hands on and then closes; -1
         * with an error for init. */
        int (*answer)(struct birth *, enum wire_ask ask, uint32_t number, struct err *err);
        pid_t init_pid; /* the host's: 0 before init is born */
        int init_pidfd;
        size_t next; /* the row to tell next, counted from 0 */
        struct timespec row_began;
        struct trace_row *trace; /* this side's rows, shared (trace.h); NULL: nobody wants to know */
        const char *fault;       /* TARE_FAULT, in a fault build */
};

/* Tells rows [next, until). On failure the error begins with the sentence of the row where it happened, on whichever
 * side: the host's own failure, init's error as it came over the wire, or init's death ("init died at step 8"). */
int story_walk(struct teller *teller, size_t until, struct err *err);
/* Undoes every row already told, last to first. */
void story_undo(struct teller *teller);
/* The index of the row with this host or init function; n when there is none. */
size_t story_find(const struct story *story, int (*step)(struct birth *, struct err *));
/* Reads the wire until init speaks a cue or an error or is gone; log lines go to the log. Host only. */
enum wire_got story_listen(struct teller *teller, struct wire_message *ret, struct err *err);

#endif
