/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - lines for people, below the one error: warnings and the story that --debug tells.
 * Whoever works gets a struct log and speaks into it; where the line goes (a file, stderr, the wire) is for the owner
 * of the log to know: cli on the host's side, the story in init. */
#ifndef TARE_BASE_LOG_H
#define TARE_BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG, LOG_LEVELS };

/* "error", "warning", "info", "debug": logrus' names. */
extern const char *const log_level_names[LOG_LEVELS];

struct log {
        enum log_level level;                                           /* what is above it is not emitted */
        void (*emit)(void *to, enum log_level level, const char *text); /* one line, without its end; NULL: silence */
        void *to;
};

/* Formats and emits one line, if the level asks for it. Longer than ERR_TEXT_MAX is cut. Keeps errno. */
void log_say(const struct log *log, enum log_level level, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
