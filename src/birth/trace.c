/* SPDX-License-Identifier: Apache-2.0 */
/* trace.c - the times of a birth, as JSON for a viewer or as a waterfall; see trace.h. */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "birth/trace.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/json_out.h"
#include "base/scope.h"

/* A stretch of time on one side. */
struct slice {
        const char *what;
        const char *wait_for; /* NULL: it is work */
        size_t row;
        enum side side;
        uint64_t from, to;
};

static const char *const side_names[] = { [HOST] = "host", [INIT] = "init" };

struct trace {
        const struct story *story;
        const struct trace_row (*rows)[TRACE_ROWS_MAX];
        uint64_t began, ended;
};

/* Calls give for each slice that is known, row by row. */
static void each(const struct trace *trace, void (*give)(const struct trace *, const struct slice *, struct buf *),
                 struct buf *out)
{
        for (size_t i = 0; i < trace->story->n && i < TRACE_ROWS_MAX; i++) {
                for (enum side side = HOST; side <= INIT; side++) {
                        const struct trace_row *row = &trace->rows[side][i];
                        const struct story_row *told = &trace->story->rows[i];
                        bool has_work = side == HOST ? told->host != NULL : told->init != NULL;
                        struct slice slice = { told->what, NULL, i, side, row->began, row->ended };
                        if (has_work && row->ended > 0)
                                give(trace, &slice, out);
                        slice = (struct slice){ told->what, side_names[!side], i, side, row->ended, row->met };
                        bool waits = told->then == (side == HOST ? CUE_HOST : CUE_INIT) ||
                                     (told->then == BY_EXEC && side == HOST);
                        if (waits && row->met > 0)
                                give(trace, &slice, out);
                }
        }
}

static void find_span(struct trace *trace)
{
        trace->began = UINT64_MAX;
        for (size_t i = 0; i < TRACE_ROWS_MAX; i++) {
                for (enum side side = HOST; side <= INIT; side++) {
                        const struct trace_row *row = &trace->rows[side][i];
                        uint64_t end = row->met > row->ended ? row->met : row->ended;
                        if (row->began > 0 && row->began < trace->began)
                                trace->began = row->began;
                        if (end > trace->ended)
                                trace->ended = end;
                }
        }
}

/* JSON ------------------------------------------------------------------------------------------------------------- */

static void add_event(const struct trace *trace, const struct slice *slice, struct buf *out)
{
        uint64_t from = slice->from - trace->began, duration = slice->to - slice->from;
        buf_add_format(out, ",\n{\"name\":");
        auto_buf struct buf name = { 0 };
        if (slice->wait_for)
                buf_add_format(&name, "wait for %s: %s", slice->wait_for, slice->what);
        else
                buf_add_text(&name, slice->what);
        json_out_quoted(out, buf_text(&name));
        buf_add_format(out,
                       ",\"cat\":\"%s\",\"ph\":\"X\",\"ts\":%llu.%03llu,\"dur\":%llu.%03llu,\"pid\":1,\"tid\":%d,"
                       "\"args\":{\"step\":%zu}}",
                       slice->wait_for ? "wait" : "work", (unsigned long long)(from / 1000),
                       (unsigned long long)(from % 1000), (unsigned long long)(duration / 1000),
                       (unsigned long long)(duration % 1000), (int)slice->side + 1, slice->row + 1);
}

static void add_json(const struct trace *trace, struct buf *out)
{
        buf_add_text(out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
        for (enum side side = HOST; side <= INIT; side++)
                buf_add_format(
                        out,
                        "%s{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"args\":{\"name\":\"%s\"}}",
                        side == HOST ? "\n" : ",\n", (int)side + 1, side_names[side]);
        each(trace, add_event, out);
        buf_add_text(out, "\n]}\n");
}

/* waterfall -------------------------------------------------------------------------------------------------------- */

static void add_bar(const struct trace *trace, const struct slice *slice, struct buf *out)
{
        enum { WIDTH = 40 };
        uint64_t span = trace->ended - trace->began;
        uint64_t from = (slice->from - trace->began) * WIDTH / span;
        uint64_t to = (slice->to - trace->began) * WIDTH / span;
        char bar[WIDTH + 1];
        memset(bar, ' ', WIDTH);
        bar[WIDTH] = '\0';
        for (uint64_t at = from; at < WIDTH && (at == from || at < to); at++)
                bar[at] = slice->wait_for ? '.' : '#';
        buf_add_format(out, "%8llu us %8llu us %s |%s| %s%s\n",
                       (unsigned long long)((slice->from - trace->began) / 1000),
                       (unsigned long long)((slice->to - slice->from) / 1000), side_names[slice->side], bar,
                       slice->wait_for ? "(waits) " : "", slice->what);
}

static void add_waterfall(const struct trace *trace, struct buf *out)
{
        buf_add_text(out, "      from        for side\n");
        if (trace->ended > trace->began)
                each(trace, add_bar, out);
}

/* ------------------------------------------------------------------------------------------------------------------ */

static int write_file(const char *path, const struct buf *text, struct err *err)
{
        auto_fd int fd = openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666);
        if (fd < 0)
                return fail_sys(err, "open %s", path);
        return write_all(fd, buf_text(text), text->len) < 0 ? fail_sys(err, "write %s", path) : 0;
}

int trace_write(const char *file, const struct story *story, const struct trace_row rows[][TRACE_ROWS_MAX],
                struct err *err)
{
        struct trace trace = { .story = story, .rows = rows };
        auto_buf struct buf out = { 0 };
        bool is_for_people = file && strcmp(file, "-") == 0;
        if (!file)
                return 0;
        find_span(&trace);
        (is_for_people ? add_waterfall : add_json)(&trace, &out);
        if (buf_ok(&out, err) < 0)
                return -1;
        if (is_for_people)
                return write_all(STDERR_FILENO, buf_text(&out), out.len) < 0 ? fail_sys(err, "write to stderr") : 0;
        return write_file(file, &out, err);
}
