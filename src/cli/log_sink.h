/* SPDX-License-Identifier: Apache-2.0 */
/* log_sink.h - where the lines of the log go: to the file or the daemon of --log, or to stderr; as text in logrus'
 * form, or as JSON. One write(2) a line, at most LOG_LINE_MAX bytes of it with its newline, whatever the text holds:
 * others append to the same file, and read stderr at one go. */
#ifndef TARE_CLI_LOG_SINK_H
#define TARE_CLI_LOG_SINK_H

#include "base/err.h"
#include "base/log.h"

enum { LOG_LINE_MAX = 8191 };

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON, LOG_FORMATS };
extern const char *const log_format_names[LOG_FORMATS];

enum log_place { LOG_FILE, LOG_JOURNAL, LOG_SYSLOG, LOG_PLACES };

struct log_sink {
        int fd; /* of the file or of the daemon's socket; -1: stderr */
        enum log_place place;
        const char *tag; /* for a daemon */
        enum log_format format;
};

/* A path, or crun's "file:PATH", "journald:TAG", "syslog:TAG". Opens the file to append to it, made 0644 where it is
 * missing; to a daemon the text goes alone, or all of the JSON. On failure the sink stays what it was. tag points into
 * to. */
int log_sink_open(struct log_sink *sink, const char *to, struct err *err);
/* struct log's emit; `to` is a struct log_sink. A file that takes no more is replaced by stderr. */
void log_sink_emit(void *to, enum log_level level, const char *text);
/* The one error of a command: to the file, if there is one, and then in plain words to stderr; else to stderr alone. */
void log_sink_error(const struct log_sink *sink, const struct err *err);
/* Closes the file. */
void log_sink_finish(struct log_sink *sink);

#endif
