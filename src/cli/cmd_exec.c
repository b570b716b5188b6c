/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_exec.c - `tare exec`: one more process in a container that is there. */

#include <limits.h>

#include "cli/cmd.h"
#include "cli/command.h"

enum { STATUS_EXEC_FAILED = 255 }; /* runc's: 1 may be the program's own */

_Static_assert(sizeof(struct exec_options) <= COMMAND_OPTIONS_MAX, "the options of exec have room");

static const struct option_row rows[] = {
        {.name = "process",
         .letter = 'p',
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, process),
         .value = "FILE",
         .help = "a JSON process object, in place of a command and the options for it" },
        { .name = "cwd",
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, cwd),
         .value = "DIR",
         .help = "the working directory" },
        { .name = "env",
         .letter = 'e',
         .type = OPTION_TEXTS,
         .offset = offsetof(struct exec_options, env),
         .value = "NAME=VALUE",
         .help = "one more environment variable" },
        { .name = "user",
         .letter = 'u',
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, user),
         .value = "USER",
         .help = "uid or uid and gid with a colon between, or names that the container knows" },
        { .name = "additional-gids",
         .letter = 'g',
         .type = OPTION_TEXTS,
         .offset = offsetof(struct exec_options, additional_gids),
         .value = "GID",
         .help = "one more group" },
        { .name = "cap",
         .letter = 'c',
         .type = OPTION_TEXTS,
         .offset = offsetof(struct exec_options, caps),
         .value = "CAP",
         .help = "one more capability" },
        { .name = "no-new-privs",
         .type = OPTION_FLAG,
         .offset = offsetof(struct exec_options, no_new_privs),
         .help = "set no_new_privs" },
        { .name = "apparmor",
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, apparmor),
         .value = "PROFILE",
         .help = "the AppArmor profile" },
        { .name = "process-label",
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, process_label),
         .value = "LABEL",
         .help = "the SELinux label" },
        { .name = "cgroup",
         .type = OPTION_TEXTS,
         .offset = offsetof(struct exec_options, cgroups),
         .value = "PATH",
         .help = "a cgroup below that of the container, after controllers and a colon on v1" },
        { .name = "ignore-paused",
         .type = OPTION_FLAG,
         .offset = offsetof(struct exec_options, ignore_paused),
         .help = "also in a paused container, where it waits" },
        { .name = "tty",
         .letter = 't',
         .type = OPTION_FLAG,
         .offset = offsetof(struct exec_options, tty),
         .help = "with a terminal of its own" },
        { .name = "console-socket",
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, console_socket),
         .value = "SOCKET",
         .help = "where to send that terminal" },
        { .name = "pidfd-socket",
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, pidfd_socket),
         .value = "SOCKET",
         .help = "where to send a pidfd of the process" },
        { .name = "trace",
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, trace),
         .value = "FILE",
         .help = "write where the time went, as trace events; - shows it" },
        { .name = "detach",
         .letter = 'd',
         .type = OPTION_FLAG,
         .offset = offsetof(struct exec_options, detach),
         .help = "return as soon as the program runs" },
        { .name = "pid-file",
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, pid_file),
         .value = "FILE",
         .help = "write the pid of the process here, in digits alone" },
        { .name = "record-seccomp",
         .type = OPTION_TEXT,
         .offset = offsetof(struct exec_options, record_seccomp),
         .value = "FILE",
         .help = "allow all system calls, and write a seccomp profile of those that were made" },
        { .name = "preserve-fds",
         .type = OPTION_U32,
         .offset = offsetof(struct exec_options, preserve_fds),
         .value = "N",
         .max = INT_MAX - 3, /* descriptors are ints, and these are counted from 3 */
          .help = "hand N descriptors to the program, from number 3 on" },
        { .name = NULL                                                                           },
};

static int run(struct call *call, struct err *err)
{
        struct exec_options options = *(const struct exec_options *)call->options;
        options.id = call->args[0];
        options.args = (struct text_list){ (const char **)call->args + 1, call->n_args - 1 };
        int status = 0;
        if (container_exec(call->runtime, &options, &status, err) < 0) {
                call->status = STATUS_EXEC_FAILED;
                return fail_at(err, "exec failed");
        }
        call->status = status;
        return 0;
}

static const struct exec_options defaults = { 0 };

const struct command cmd_exec = {
        .name = "exec",
        .summary = "run one more process in a container",
        .details = "The options end at the id: what follows belongs to the command.\n"
                   "The exit status is the program's, 128 and the number of the signal that ended it, or 255 when it\n"
                   "could not be started.\n",
        .arguments = {ARGUMENT_ID, ARGUMENT_PROGRAM},
        .n_arguments = 2,
        .n_required = 1,
        .has_trailing = true,
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
