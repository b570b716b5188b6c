/* SPDX-License-Identifier: Apache-2.0 */
/* events.c - what a container uses, told once or again and again, and when its memory has run out. */

#include <poll.h>
#include <time.h>

#include "birth/found.h"
#include "birth/limits.h"

#include "base/json_out.h"
#include "cgroup/intel_rdt_stats.h"
#include "cgroup/oom.h"
#include "cgroup/stats_print.h"

enum { NS_PER_S = 1000 * 1000 * 1000 };

/* one line --------------------------------------------------------------------------------------------------------- */

static int print_data(const struct found *found, struct arena *arena, struct json_out *out, struct err *err)
{
        struct cgroup_stats stats;
        struct intel_rdt rdt;
        struct intel_rdt_stats rdt_stats;
        bool has_rdt = limits_find_rdt(&found->state, &rdt);
        if (cgroup_stats_read(&found->cgroup, arena, &stats, err) < 0)
                return -1;
        if (has_rdt && intel_rdt_stats_read(INTEL_RDT_ROOT, &rdt, arena, &rdt_stats, err) < 0)
                return -1;

        json_out_object(out, "data");
        stats_print(&stats, out);
        intel_rdt_stats_print(has_rdt ? &rdt_stats : NULL, out);
        /* tare makes none that it could count for. */
        json_out_array(out, "network_interfaces");
        json_out_array_end(out);
        json_out_object_end(out);
        return 0;
}

static int print_stats(const struct found *found, struct buf *line, struct err *err)
{
        struct arena arena = { 0 };
        struct json_out out = { .buf = line };
        json_out_object(&out, NULL);
        json_out_text(&out, "type", "stats");
        json_out_text(&out, "id", found->state.id);
        int done = print_data(found, &arena, &out, err);
        json_out_object_end(&out);
        buf_add_text(line, "\n");
        arena_finish(&arena);
        return done < 0 ? -1 : buf_ok(line, err);
}

static int print_oom(const struct found *found, struct buf *line, struct err *err)
{
        struct json_out out = { .buf = line };
        json_out_object(&out, NULL);
        json_out_text(&out, "type", "oom");
        json_out_text(&out, "id", found->state.id);
        json_out_object_end(&out);
        buf_add_text(line, "\n");
        return buf_ok(line, err);
}

static int check_running(const struct found *found, struct err *err)
{
        if (found_status(found) == STOPPED)
                return fail(err, "container with id %s is not running", found->state.id);
        return 0;
}

int container_stats(const struct runtime *runtime, const char *id, struct buf *out, struct err *err)
{
        struct found found;
        int done = found_open(runtime, id, FOUND_TO_LOOK, &found, err);
        if (done == 0)
                done = check_running(&found, err);
        if (done == 0)
                done = print_stats(&found, out, err);
        found_finish(&found);
        return done;
}

/* the stream ------------------------------------------------------------------------------------------------------- */

struct stream {
        const struct found *found;
        struct oom_watch watch;
        int init_pidfd; /* where nobody tells of the cgroup's end, init's is the end */
        int64_t interval_ns, next_ns;
        int (*give)(void *ctx, const struct buf *line, struct err *err);
        void *ctx;
};

static int64_t now_ns(void)
{
        struct timespec now;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int give_line(const struct stream *stream,
                     int (*print)(const struct found *found, struct buf *line, struct err *err), struct err *err)
{
        auto_buf struct buf line = { 0 };
        if (print(stream->found, &line, err) < 0)
                return -1;
        return stream->give(stream->ctx, &line, err);
}

/* Whoever was late for several tells one of them. */
static int give_stats(struct stream *stream, struct err *err)
{
        int64_t now = now_ns();
        if (now < stream->next_ns)
                return 0;
        stream->next_ns += stream->interval_ns;
        if (stream->next_ns < now)
                stream->next_ns = now + stream->interval_ns;
        return give_line(stream, print_stats, err);
}

/* 1: there will be no more. */
static int give_news(struct stream *stream, struct err *err)
{
        struct oom_news news;
        if (oom_watch_take(&stream->watch, &news, err) < 0)
                return -1;
        for (; news.n > 0; news.n--)
                if (give_line(stream, print_oom, err) < 0)
                        return -1;
        return news.is_gone;
}

static int await(const struct stream *stream, struct pollfd fds[2], struct err *err)
{
        int64_t left = stream->next_ns - now_ns();
        if (left < 0)
                left = 0;
        const struct timespec timeout = { .tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S };
        fds[0] = (struct pollfd){ .fd = stream->watch.fd, .events = POLLIN };
        fds[1] = (struct pollfd){ .fd = stream->init_pidfd, .events = POLLIN };
        if (ppoll(fds, 2, &timeout, NULL) >= 0)
                return 0;
        fds[0].revents = fds[1].revents = 0;
        return errno == EINTR ? 0 : fail_sys(err, "wait for events");
}

static int run_stream(struct stream *stream, struct err *err)
{
        for (;;) {
                struct pollfd fds[2];
                if (await(stream, fds, err) < 0)
                        return -1;
                int done = fds[0].revents ? give_news(stream, err) : fds[1].revents != 0;
                if (done != 0)
                        return done < 0 ? -1 : 0;
                if (give_stats(stream, err) < 0)
                        return -1;
        }
}

static int open_stream(const struct runtime *runtime, struct stream *stream, struct err *err)
{
        struct err why;
        if (check_running(stream->found, err) < 0)
                return -1;
        if (oom_watch_open(&stream->found->cgroup, &stream->watch, &why) == 0)
                return 0;
        log_say(runtime->log, LOG_WARNING, "want of memory will not be told: %s", why.text);
        stream->init_pidfd = found_open_init(&stream->found->state);
        return stream->init_pidfd < 0 ? fail_sys(err, "watch init, pid %d", (int)stream->found->state.pid) : 0;
}

int container_events(const struct runtime *runtime, const char *id, int64_t interval_ns,
                     int (*give)(void *ctx, const struct buf *line, struct err *err), void *ctx, struct err *err)
{
        struct found found;
        struct stream stream = {
                .found = &found,
                .watch.fd = -1,
                .init_pidfd = -1,
                .interval_ns = interval_ns,
                .next_ns = now_ns() + interval_ns,
                .give = give,
                .ctx = ctx,
        };
        int done = found_open(runtime, id, FOUND_TO_LOOK, &found, err);
        if (done == 0)
                done = open_stream(runtime, &stream, err);
        if (done == 0)
                done = run_stream(&stream, err);
        oom_watch_finish(&stream.watch);
        finish_fd(&stream.init_pidfd);
        found_finish(&found);
        return done;
}
