/* SPDX-License-Identifier: Apache-2.0 */
/* command.c - the table of commands: find one, and run it as its row says. */

#include <stdalign.h>
#include <string.h>

#include "cli/command.h"

#include "cli/cmd.h"
#include "cli/help.h"
#include "cli/nearest.h"

const char *const argument_names[ARGUMENTS] = {
        [ARGUMENT_NONE] = "",         [ARGUMENT_ID] = "ID",           [ARGUMENT_NEW_ID] = "ID",
        [ARGUMENT_SIGNAL] = "SIGNAL", [ARGUMENT_COMMAND] = "COMMAND", [ARGUMENT_PROGRAM] = "PROGRAM",
};

const struct command *const commands[] = {
        &cmd_audit, &cmd_create, &cmd_delete, &cmd_doctor, &cmd_events,  &cmd_exec,   &cmd_features,
        &cmd_help,  &cmd_kill,   &cmd_list,   &cmd_pause,  &cmd_ps,      &cmd_resume, &cmd_run,
        &cmd_spec,  &cmd_start,  &cmd_state,  &cmd_update, &cmd_version, NULL,
};

const struct command *command_find(const char *name)
{
        for (size_t i = 0; commands[i]; i++) {
                if (strcmp(commands[i]->name, name) == 0)
                        return commands[i];
        }
        return NULL;
}

const struct command *command_nearest(const char *name)
{
        struct nearest search = nearest_begin(name, strlen(name));
        for (size_t i = 0; commands[i]; i++)
                nearest_offer(&search, commands[i]->name);
        return search.name ? command_find(search.name) : NULL;
}

/* Commands of runc and crun. */
static bool is_lacking(const char *name)
{
        static const char *const names[] = { "checkpoint", "restore" };
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                if (strcmp(names[i], name) == 0)
                        return true;
        }
        return false;
}

int command_no_topic(const char *name, struct err *err)
{
        if (is_lacking(name))
                return fail(err, "No help topic for '%s': not supported by this build of tare", name);
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

static int wrong_use(const struct command *command)
{
        help_wrong_use(command);
        return -1;
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
                done = wrong_use(command);
        else
                done = call_command(command, runtime, args, found.n_args, options, ret_status, err);
        option_texts_finish(command->options, options);
        return done;
}
