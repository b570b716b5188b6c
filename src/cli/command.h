/* SPDX-License-Identifier: Apache-2.0 */
/* command.h - what a command is: a row that each cmd_NAME.c holds, and the table of all of them. */
#ifndef TARE_CLI_COMMAND_H
#define TARE_CLI_COMMAND_H

#include <stddef.h>

#include "base/err.h"
#include "birth/runtime.h"
#include "cli/option.h"

enum exit_status {
        STATUS_FAILED = 1,
        STATUS_NO_TOPIC = 3,  /* a command that there is not; runc's number */
        STATUS_WARNINGS = 10, /* of an audit, which has itself succeeded */
        STATUS_CRITICAL = 20,
};

enum argument {
        ARGUMENT_NONE,
        ARGUMENT_ID,     /* of a container that there is */
        ARGUMENT_NEW_ID, /* of one that is to be */
        ARGUMENT_SIGNAL,
        ARGUMENT_COMMAND,
        ARGUMENT_PROGRAM, /* in the container */
        ARGUMENTS
};
/* What help calls it: "ID", "SIGNAL", "COMMAND". */
extern const char *const argument_names[ARGUMENTS];

enum {
        COMMAND_ARGUMENTS_MAX = 2,
        COMMAND_OPTIONS_MAX = 256, /* the bytes of a command's options */
};

/* What a command gets, and what it gives back beside success or failure. */
struct call {
        const struct runtime *runtime;
        char **args; /* as many as the command's row allows; NULL after the last */
        size_t n_args;
        const void *options; /* the command's own struct */
        int status;          /* the exit status, if it is set; else 0 after success, and STATUS_FAILED after failure */
};

struct command {
        const char *name;
        const char *summary; /* a phrase, under the rules of option_row.help */
        const char *details; /* whole lines, for the command's own help; NULL: none */
        enum argument arguments[COMMAND_ARGUMENTS_MAX];
        size_t n_arguments;               /* the most that there may be */
        size_t n_required;                /* the least */
        bool has_trailing;                /* the first argument ends the options, and any number may follow the last */
        const struct option_row *options; /* NULL: --help alone */
        const void *defaults;             /* of the command's own struct; NULL: it has none */
        size_t options_size;
        int (*run)(struct call *call, struct err *err);
};

/* By name; ends in NULL. */
extern const struct command *const commands[];

/* NULL where there is none. */
const struct command *command_find(const char *name);
/* The one whose name is most like it; NULL: none is alike. */
const struct command *command_nearest(const char *name);
/* "No help topic for 'x'", and what may have been meant. Returns -1. */
int command_no_topic(const char *name, struct err *err);

/* Reads the options and counts the arguments, then runs it, and gives back its call's status. args: those after its
 * name, NULL after the last. A wrong use shows how the command is used, on stderr. */
int command_run(const struct command *command, const struct runtime *runtime, char **args, int *ret_status,
                struct err *err);

#endif
