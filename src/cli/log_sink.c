/* SPDX-License-Identifier: Apache-2.0 */
/* log_sink.c - make lines of the log, and write them; see log_sink.h. */

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/log_sink.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/json_out.h"
#include "cli/log_daemon.h"
#include "cli/quote.h"

const char *const log_format_names[LOG_FORMATS] = {
        [LOG_FORMAT_TEXT] = "text",
        [LOG_FORMAT_JSON] = "json",
};

enum { TIME_MAX = 32 };

/* RFC 3339, in seconds: containerd and CRI-O parse it. */
static void now(char ret[TIME_MAX])
{
        time_t seconds = time(NULL);
        struct tm tm;
        if (!gmtime_r(&seconds, &tm) || strftime(ret, TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
                strcpy(ret, "0001-01-01T00:00:00Z");
}

struct entry {
        const struct log_sink *sink;
        enum log_level level;
        const char *text;
        char time[TIME_MAX];
};

typedef void line_maker(struct buf *line, const struct entry *entry);

static void add_text_line(struct buf *line, const struct entry *entry)
{
        buf_add_text(line, "time=");
        quote_value(line, entry->time);
        buf_add_format(line, " level=%s msg=", log_level_names[entry->level]);
        quote_value(line, entry->text);
}

static void add_json_line(struct buf *line, const struct entry *entry)
{
        struct json_out out = { .buf = line };
        json_out_object(&out, NULL);
        json_out_text(&out, "level", log_level_names[entry->level]);
        json_out_text(&out, "msg", entry->text);
        json_out_text(&out, "time", entry->time);
        json_out_object_end(&out);
}

static void add_plain_line(struct buf *line, const struct entry *entry)
{
        buf_add_format(line, "%s: ", log_level_names[entry->level]);
        quote_line(line, entry->text);
}

/* A daemon has the time and the level beside it. */
static void add_message(struct buf *line, const struct entry *entry)
{
        if (entry->sink->format == LOG_FORMAT_JSON)
                add_json_line(line, entry);
        else
                quote_line(line, entry->text);
}

static void add_journal_record(struct buf *line, const struct entry *entry)
{
        log_daemon_add_journal(line, entry->level, entry->sink->tag);
        add_message(line, entry);
}

static void add_syslog_record(struct buf *line, const struct entry *entry)
{
        log_daemon_add_syslog(line, entry->level, entry->sink->tag);
        add_message(line, entry);
}

static line_maker *const by_format[] = {
        [LOG_FORMAT_TEXT] = add_text_line,
        [LOG_FORMAT_JSON] = add_json_line,
};
_Static_assert(ARRAY_LEN(by_format) == LOG_FORMATS, "every format has its maker");

/* The start of the text, which people read, and its end, which callers match: keep bytes in all. */
static void cut(const char *text, size_t len, size_t keep, char *ret)
{
        static const char mark[] = " ... ";
        size_t head = keep / 3;
        memcpy(ret, text, head);
        memcpy(ret + head, mark, sizeof mark - 1);
        memcpy(ret + head + sizeof mark - 1, text + len - (keep - head), keep - head + 1);
}

/* Escapes make a text up to six times as long. */
static void make_line(struct buf *line, line_maker *add, struct entry *entry)
{
        char shorter[ERR_TEXT_MAX];
        const char *text = entry->text;
        size_t len = strlen(text);
        size_t keep = (len < ERR_TEXT_MAX ? len : ERR_TEXT_MAX) / 2;
        now(entry->time);
        add(line, entry);
        for (; line->len >= LOG_LINE_MAX; keep /= 2) {
                cut(text, len, keep, shorter);
                line->len = 0;
                entry->text = shorter;
                add(line, entry);
        }
        entry->text = text;
        buf_add_text(line, "\n");
}

static int write_line(int fd, line_maker *add, struct entry *entry)
{
        auto_buf struct buf line = { 0 };
        make_line(&line, add, entry);
        /* Without memory for the line there is still the text. */
        if (line.out_of_memory)
                return write_all(fd, entry->text, strlen(entry->text));
        return write_all(fd, line.data, line.len);
}

/* where to --------------------------------------------------------------------------------------------------------- */

static int open_file(const char *path, struct err *err)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        return fd < 0 ? fail_sys(err, "open log %s", path) : fd;
}

static int open_journal(const char *tag, struct err *err)
{
        int fd = log_daemon_open_journal(err);
        return fd < 0 ? fail_at(err, "open log journald:%s", tag) : fd;
}

static int open_syslog(const char *tag, struct err *err)
{
        int fd = log_daemon_open_syslog(err);
        return fd < 0 ? fail_at(err, "open log syslog:%s", tag) : fd;
}

static const struct {
        const char *prefix;
        int (*open)(const char *rest, struct err *err);
        line_maker *maker; /* NULL: by the format */
} places[] = {
        [LOG_FILE] = {"file:",      open_file,    NULL              },
        [LOG_JOURNAL] = { "journald:", open_journal, add_journal_record},
        [LOG_SYSLOG] = { "syslog:",   open_syslog,  add_syslog_record },
};
_Static_assert(ARRAY_LEN(places) == LOG_PLACES, "every place has its row");

int log_sink_open(struct log_sink *sink, const char *to, struct err *err)
{
        enum log_place place = 0;
        const char *rest = to;
        while (place < LOG_PLACES && strncmp(places[place].prefix, to, strlen(places[place].prefix)) != 0)
                place++;
        if (place == LOG_PLACES)
                place = LOG_FILE;
        else
                rest += strlen(places[place].prefix);

        int fd = places[place].open(rest, err);
        if (fd < 0)
                return -1;
        sink->fd = fd;
        sink->place = place;
        sink->tag = rest;
        return 0;
}

static int write_to_place(const struct log_sink *sink, struct entry *entry)
{
        line_maker *add = places[sink->place].maker ? places[sink->place].maker : by_format[sink->format];
        return write_line(sink->fd, add, entry);
}

void log_sink_emit(void *to, enum log_level level, const char *text)
{
        const struct log_sink *sink = to;
        struct entry entry = { .sink = sink, .level = level, .text = text };
        if (sink->fd >= 0 && write_to_place(sink, &entry) == 0)
                return;
        (void)write_line(STDERR_FILENO, by_format[sink->format], &entry);
}

void log_sink_error(const struct log_sink *sink, const struct err *err)
{
        struct entry entry = { .sink = sink, .level = LOG_ERROR, .text = err->text };
        line_maker *add = by_format[sink->format];
        if (sink->fd >= 0) {
                (void)write_to_place(sink, &entry);
                add = add_plain_line;
        }
        (void)write_line(STDERR_FILENO, add, &entry);
}

void log_sink_finish(struct log_sink *sink)
{
        finish_fd(&sink->fd);
}
