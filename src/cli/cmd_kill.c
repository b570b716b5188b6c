/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_kill.c - `tare kill`: a signal to a container. */

#include <signal.h>

#include "cli/cmd.h"
#include "cli/match.h"
#include "cli/signal.h"

struct kill_options {
        bool all;
        bool regex;
};

static const struct option_row rows[] = {
        {.name = "all",
         .letter = 'a',
         .type = OPTION_FLAG,
         .offset = offsetof(struct kill_options, all),
         .help = "to every process of the container, which may be stopped" },
        { .name = "regex",
         .letter = 'r',
         .type = OPTION_FLAG,
         .offset = offsetof(struct kill_options, regex),
         .help = "the id is a regular expression, and every container that it finds is meant" },
        { .name = NULL              },
};

static const struct kill_options defaults = { .all = false };

struct killing {
        const struct runtime *runtime;
        int sig;
        enum kill_whom whom;
};

static int kill_one(void *ctx, const char *id, struct err *err)
{
        const struct killing *killing = ctx;
        return container_kill(killing->runtime, id, killing->sig, killing->whom, err);
}

static int run(struct call *call, struct err *err)
{
        const struct kill_options *options = call->options;
        struct killing killing = {
                .runtime = call->runtime,
                .sig = SIGTERM,
                .whom = options->all ? KILL_ALL : KILL_INIT,
        };
        if (call->n_args > 1 && signal_parse(call->args[1], &killing.sig, err) < 0)
                return -1;
        return options->regex ? match_each(call->runtime, call->args[0], kill_one, &killing, err)
                              : kill_one(&killing, call->args[0], err);
}

const struct command cmd_kill = {
        .name = "kill",
        .summary = "send a signal to a container",
        .details = "SIGNAL is a number, or a name in any case, with SIG before it or without: TERM, which it is if\n"
                   "none is given, KILL, RTMIN+3.\n",
        .arguments = {ARGUMENT_ID, ARGUMENT_SIGNAL},
        .n_arguments = 2,
        .n_required = 1,
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
