/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_delete.c - `tare delete`: the end of a container. */

#include "cli/cmd.h"
#include "cli/match.h"

struct delete_options {
        bool force;
        bool regex;
};

static const struct option_row rows[] = {
        {.name = "force",
         .letter = 'f',
         .type = OPTION_FLAG,
         .offset = offsetof(struct delete_options, force),
         .help = "kill it first, whatever its state, and be content if there is none" },
        { .name = "regex",
         .letter = 'r',
         .type = OPTION_FLAG,
         .offset = offsetof(struct delete_options, regex),
         .help = "the id is a regular expression, and every container that it finds is meant" },
        { .name = NULL            },
};

static const struct delete_options defaults = { .force = false };

static int delete_one(void *ctx, const char *id, struct err *err)
{
        const struct call *call = ctx;
        const struct delete_options *options = call->options;
        return container_delete(call->runtime, id, options->force ? DELETE_FORCE : DELETE_STOPPED, err);
}

static int run(struct call *call, struct err *err)
{
        const struct delete_options *options = call->options;
        return options->regex ? match_each(call->runtime, call->args[0], delete_one, call, err)
                              : delete_one(call, call->args[0], err);
}

const struct command cmd_delete = {
        .name = "delete",
        .summary = "delete a container that is stopped, or was never started",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .n_required = 1,
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
