/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_events.c - `tare events`: what a container uses, as lines of JSON. */

#include "cli/cmd.h"
#include "cli/output.h"
#include "cli/quantity.h"

/* So that the end of an interval is a time that the clock can show. */
enum { YEARS_MAX = 100 };
static const int64_t interval_max_ns = YEARS_MAX * 365LL * 24 * 3600 * 1000000000LL / 2;

struct events_options {
        const char *interval;
        bool stats;
};

static const struct option_row rows[] = {
        {.name = "interval",
         .type = OPTION_TEXT,
         .offset = offsetof(struct events_options, interval),
         .value = "DURATION",
         .help = "the time between two lines of statistics (default 5s)" },
        { .name = "stats",
         .type = OPTION_FLAG,
         .offset = offsetof(struct events_options, stats),
         .help = "show the statistics of now, and no more" },
        { .name = NULL                     },
};

static const struct events_options defaults = { .interval = "5s" };

static int give(void *ctx, const struct buf *line, struct err *err)
{
        (void)ctx;
        return output_write(line, err);
}

static int run(struct call *call, struct err *err)
{
        const struct events_options *options = call->options;
        int64_t interval_ns = 0;
        if (!quantity_duration(options->interval, &interval_ns) || interval_ns > interval_max_ns)
                return fail(err, "invalid value \"%s\" for flag --interval: no duration, as 5s or 100ms are",
                            options->interval);
        if (interval_ns <= 0)
                return fail(err, "duration interval must be greater than 0");
        if (!options->stats)
                return container_events(call->runtime, call->args[0], interval_ns, give, NULL, err);

        auto_buf struct buf out = { 0 };
        if (container_stats(call->runtime, call->args[0], &out, err) < 0)
                return -1;
        return output_write(&out, err);
}

const struct command cmd_events = {
        .name = "events",
        .summary = "show what a container uses, and when it runs out of memory",
        .details = "One JSON object a line, in the form of runc, until the cgroup of the container is gone.\n",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .n_required = 1,
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
