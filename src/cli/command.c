/* SPDX-License-Identifier: Apache-2.0 */
/* command.c - the table of commands: find one, and run it as its row says. */

#include <stdalign.h>
#include <string.h>

#include "cli/command.h"

#include "cli/cmd.h"
#include "cli/help.h"

const char *const argument_names[ARGUMENTS] = {
        [ARGUMENT_NONE] = "",         [ARGUMENT_ID] = "ID",           [ARGUMENT_NEW_ID] = "ID",
        [ARGUMENT_SIGNAL] = "SIGNAL", [ARGUMENT_COMMAND] = "COMMAND", [ARGUMENT_PROGRAM] = "PROGRAM",
};

const struct command *const commands[] = {
        &cmd_audit, &cmd_create, &cmd_delete, &cmd_events,  &cmd_exec,   &cmd_features, &cmd_help,
        &cmd_kill,  &cmd_list,   &cmd_pause,  &cmd_ps,      &cmd_resume, &cmd_run,      &cmd_spec,
        &cmd_start, &cmd_state,  &cmd_update, &cmd_version, NULL,
};

const struct command *command_find(const char *name)
{
        for (size_t i = 0; commands[i]; i++) {
                if (strcmp(commands[i]->name, name) == 0)
                        return commands[i];
        }
        return NULL;
}

/* which one was meant ---------------------------------------------------------------------------------------------- */

enum {
        NAME_MAX_LEN = 16, /* of a command; longer ones are like none */
        TYPING_ERRORS = 2, /* as many may be in a name that is still like another */
};

static size_t smallest(size_t a, size_t b, size_t c)
{
        size_t least = a < b ? a : b;
        return least < c ? least : c;
}

/* Letters to be added, dropped or changed (Levenshtein's distance), by one row of its table. */
static size_t distance(const char *a, const char *b)
{
        size_t row[NAME_MAX_LEN + 1];
        size_t b_len = strlen(b);
        for (size_t k = 0; k <= b_len; k++)
                row[k] = k;
        for (size_t i = 0; a[i]; i++) {
                size_t diagonal = row[0];
                row[0] = i + 1;
                for (size_t k = 1; k <= b_len; k++) {
                        size_t above = row[k];
                        size_t changed = a[i] == b[k - 1] ? diagonal : diagonal + 1;
                        row[k] = smallest(above + 1, row[k - 1] + 1, changed);
                        diagonal = above;
                }
        }
        return row[b_len];
}

const struct command *command_nearest(const char *name)
{
        const struct command *nearest = NULL;
        size_t least = TYPING_ERRORS + 1;
        size_t len = strlen(name);
        if (len > NAME_MAX_LEN)
                return NULL;
        for (size_t i = 0; commands[i]; i++) {
                bool is_start = strncmp(commands[i]->name, name, len) == 0;
                size_t errors = is_start ? 0 : distance(commands[i]->name, name);
                /* A name of which nothing is right is not alike, however short it is. */
                if (errors >= least || errors >= len)
                        continue;
                nearest = commands[i];
                least = errors;
        }
        return nearest;
}

int command_no_topic(const char *name, struct err *err)
{
        const struct command *nearest = command_nearest(name);
        if (nearest)
                return fail(err, "No help topic for '%s', did you mean '%s'?", name, nearest->name);
        return fail(err, "No help topic for '%s'", name);
}

/* run -------------------------------------------------------------------------------------------------------------- */

static int count_arguments(const struct command *command, size_t n, struct err *err)
{
        size_t least = command->n_required;
        size_t most = command->n_arguments;
        if (n >= least && (n <= most || command->has_trailing))
                return 0;
        if (least == most && !command->has_trailing)
                return fail(err, "tare: \"%s\" requires exactly %zu argument(s)", command->name, most);
        if (n < least)
                return fail(err, "tare: \"%s\" requires a minimum of %zu argument(s)", command->name, least);
        return fail(err, "tare: \"%s\" requires a maximum of %zu argument(s)", command->name, most);
}

static int call_command(const struct command *command, const struct runtime *runtime, char **args, size_t n_args,
                        const void *options, int *ret_status, struct err *err)
{
        struct call call = { .runtime = runtime, .args = args, .n_args = n_args, .options = options };
        int done = command->run(&call, err);
        *ret_status = call.status;
        return done;
}

int command_run(const struct command *command, const struct runtime *runtime, char **args, int *ret_status,
                struct err *err)
{
        alignas(max_align_t) char options[COMMAND_OPTIONS_MAX];
        struct option_found found;
        if (command->defaults)
                memcpy(options, command->defaults, command->options_size);
        enum option_place place = command->has_trailing ? OPTIONS_FIRST : OPTIONS_ANYWHERE;
        int done = option_parse(command->options, place, args, options, &found, err);
        if (done == 0 && found.wants_help)
                done = help_show(command, err);
        else if (done < 0 || count_arguments(command, found.n_args, err) < 0)
                done = help_wrong_use(command);
        else
                done = call_command(command, runtime, args, found.n_args, options, ret_status, err);
        option_texts_finish(command->options, options);
        return done;
}
