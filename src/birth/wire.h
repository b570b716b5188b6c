/* SPDX-License-Identifier: Apache-2.0 */
/* wire.h - the sync protocol between host and init: one SOCK_SEQPACKET pair, one record a message.
 * A cue says "row N is done on my side, go on": with the birth table it is the seed's procHooks, procHooksDone,
 * procReady and procRun. An error is the whole struct err of the side that failed (procError); a log line is init's
 * voice in the host's log. Init may ask for what only the host can reach, and is answered with a descriptor
 * (procMountPlease and procMountFd). The end of file is nobody's message: whoever waits and finds it knows that the
 * other side died.
 * Cues go by write(2) and come by read(2), for the sake of those that init gives and takes under the container's
 * seccomp filter: hardly one forbids these two. SIGPIPE is blocked on either side as long as the other one is needed.
 */
#ifndef TARE_BIRTH_WIRE_H
#define TARE_BIRTH_WIRE_H

#include <stdint.h>

#include "base/err.h"
#include "base/log.h"

enum wire_kind { WIRE_CUE, WIRE_ERROR, WIRE_LOG, WIRE_ASK, WIRE_ANSWER, WIRE_KINDS };

/* What init may ask for. */
enum wire_ask {
        ASK_MOUNT_SOURCE, /* number: the index of the mount; answer: its source, as an O_PATH descriptor or a detached
                             tree */
        ASKS,
};

struct wire_message {
        uint32_t kind;   /* enum wire_kind */
        uint32_t row;    /* of the story: where the sender is */
        uint32_t level;  /* of a log line, enum log_level; of a question, enum wire_ask */
        uint32_t number; /* of a question */
        struct err body; /* what failed; for a log line its text */
};

struct wire {
        int fd; /* -1: not there */
};

/* Both ends, O_CLOEXEC. */
int wire_pair(struct wire *ret_host, struct wire *ret_init, struct err *err);
int wire_cue(const struct wire *wire, uint32_t row, struct err *err);
/* These two have no error of their own to give: they return -1 when the other side is gone. */
int wire_send_error(const struct wire *wire, uint32_t row, const struct err *body);
int wire_send_log(const struct wire *wire, uint32_t row, enum log_level level, const char *text);
/* Init's: asks, and waits for the descriptor (O_CLOEXEC). The host's refusal comes as it is. */
int wire_ask(const struct wire *wire, uint32_t row, enum wire_ask ask, uint32_t number, int *ret_fd, struct err *err);
/* The host's answer: passes fd on, and leaves it open here. */
int wire_answer(const struct wire *wire, uint32_t row, int fd, struct err *err);
/* Waits for the next message. WIRE_END: the other side is gone. */
enum wire_got { WIRE_GOT = 1, WIRE_END = 0, WIRE_FAILED = -1 };
enum wire_got wire_receive(const struct wire *wire, struct wire_message *ret, struct err *err);
void wire_finish(struct wire *wire);

#endif
