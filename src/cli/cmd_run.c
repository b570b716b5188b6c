/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_run.c - `tare run`: a container from its birth to its end, or, detached, to the start of its program. */

#include "cli/birth_rows.h"
#include "cli/cmd.h"

static const struct option_row rows[] = {
        {.name = "detach",
         .letter = 'd',
         .type = OPTION_FLAG,
         .offset = offsetof(struct birth_options, detach),
         .help = "return as soon as the program runs" },
        { .name = "keep",
         .type = OPTION_FLAG,
         .offset = offsetof(struct birth_options, keep),
         .help = "leave the stopped container for delete" },
        { .name = "record-seccomp",
         .type = OPTION_TEXT,
         .offset = offsetof(struct birth_options, record_seccomp),
         .value = "FILE",
         .help = "allow all system calls, and write a seccomp profile of those that were made" },
        { .more = birth_rows                 },
};

static int run(struct call *call, struct err *err)
{
        struct birth_options options = *(const struct birth_options *)call->options;
        options.id = call->args[0];
        int status = 0;
        if (container_run(call->runtime, &options, &status, err) < 0)
                return fail_at(err, "tare run failed");
        call->status = status;
        return 0;
}

const struct command cmd_run = {
        .name = "run",
        .summary = "make a container, run its program, delete the container",
        .details = "The exit status is the program's, or 128 and the number of the signal that ended it.\n"
                   "Signals that tare gets are passed on to the program.\n",
        .arguments = { ARGUMENT_NEW_ID },
        .n_arguments = 1,
        .n_required = 1,
        .options = rows,
        .defaults = &birth_defaults,
        .options_size = sizeof birth_defaults,
        .run = run,
};
