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

static void add_text_line(struct buf *line, const char *time, enum log_level level, const char *text)
{
        buf_add_text(line, "time=");
        quote_value(line, time);
        buf_add_format(line, " level=%s msg=", log_level_names[level]);
        quote_value(line, text);
}

static void add_json_line(struct buf *line, const char *time, enum log_level level, const char *text)
{
        struct json_out out = { .buf = line };
        json_out_object(&out, NULL);
        json_out_text(&out, "level", log_level_names[level]);
        json_out_text(&out, "msg", text);
        json_out_text(&out, "time", time);
        json_out_object_end(&out);
}

static void add_plain_line(struct buf *line, const char *time, enum log_level level, const char *text)
{
        (void)time;
        buf_add_format(line, "%s: ", log_level_names[level]);
        quote_line(line, text);
}

typedef void line_maker(struct buf *line, const char *time, enum log_level level, const char *text);

static line_maker *const makers[] = {
        [LOG_FORMAT_TEXT] = add_text_line,
        [LOG_FORMAT_JSON] = add_json_line,
};
_Static_assert(ARRAY_LEN(makers) == LOG_FORMATS, "every format has its maker");

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
static void make_line(struct buf *line, line_maker *add, enum log_level level, const char *text)
{
        char time[TIME_MAX];
        char shorter[ERR_TEXT_MAX];
        size_t len = strlen(text);
        size_t keep = (len < ERR_TEXT_MAX ? len : ERR_TEXT_MAX) / 2;
        now(time);
        add(line, time, level, text);
        for (; line->len >= LOG_LINE_MAX; keep /= 2) {
                cut(text, len, keep, shorter);
                line->len = 0;
                add(line, time, level, shorter);
        }
        buf_add_text(line, "\n");
}

static int write_line(int fd, line_maker *add, enum log_level level, const char *text)
{
        auto_buf struct buf line = { 0 };
        make_line(&line, add, level, text);
        /* Without memory for the line there is still the text. */
        if (line.out_of_memory)
                return write_all(fd, text, strlen(text));
        return write_all(fd, line.data, line.len);
}

int log_sink_open(struct log_sink *sink, const char *path, struct err *err)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (fd < 0)
                return fail_sys(err, "open log %s", path);
        sink->fd = fd;
        return 0;
}

void log_sink_emit(void *to, enum log_level level, const char *text)
{
        const struct log_sink *sink = to;
        line_maker *add = makers[sink->format];
        if (sink->fd >= 0 && write_line(sink->fd, add, level, text) == 0)
                return;
        (void)write_line(STDERR_FILENO, add, level, text);
}

void log_sink_error(const struct log_sink *sink, const struct err *err)
{
        line_maker *add = makers[sink->format];
        if (sink->fd >= 0) {
                (void)write_line(sink->fd, add, LOG_ERROR, err->text);
                add = add_plain_line;
        }
        (void)write_line(STDERR_FILENO, add, LOG_ERROR, err->text);
}

void log_sink_finish(struct log_sink *sink)
{
        finish_fd(&sink->fd);
}
