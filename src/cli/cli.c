/* SPDX-License-Identifier: Apache-2.0 */
/* cli.c - global options, the log, then the command; see cli.h. */

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#include "birth/self.h"
#include "cli/cmd.h"
#include "cli/command.h"
#include "cli/global.h"
#include "cli/help.h"

/* A caller may have closed 0, 1 or 2: the next file opened would take its number, and be read, written or handed to the
 * container as that. */
static int hold_stdio(struct err *err)
{
        struct pollfd fds[] = { { .fd = STDIN_FILENO }, { .fd = STDOUT_FILENO }, { .fd = STDERR_FILENO } };
        if (poll(fds, ARRAY_LEN(fds), 0) < 0 && errno != EINTR)
                return fail_sys(err, "look at stdin, stdout and stderr");
        for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
                /* The lowest free number is this one. Not O_CLOEXEC: it is the container's stdio too. */
                if ((fds[i].revents & POLLNVAL) && open("/dev/null", O_RDWR) < 0)
                        return fail_sys(err, "open /dev/null");
        }
        return 0;
}

static int run_named(const struct runtime *runtime, char **args, int *ret_status, struct err *err)
{
        const struct command *command = command_find(args[0]);
        if (command)
                return command_run(command, runtime, args + 1, ret_status, err);
        *ret_status = STATUS_NO_TOPIC;
        return command_no_topic(args[0], err);
}

static int run_with(const struct global_options *options, const struct option_found *found, char *const *argv,
                    char **args, struct log_sink *sink, int *ret_status, struct err *err)
{
        const struct log log = {
                .level = global_log_level(options),
                .emit = log_sink_emit,
                .to = sink,
        };
        char root[PATH_MAX];
        struct runtime runtime;
        if (found->wants_help)
                return help_show(NULL, err);
        if (options->version)
                return command_run(&cmd_version, NULL, args + found->n_args, ret_status, err);
        if (found->n_args == 0)
                return help_show(NULL, err);
        if (global_settle(options, &log, root, &runtime, err) < 0)
                return -1;
        runtime.argv = argv;
        return run_named(&runtime, args, ret_status, err);
}

/* args are read, and moved about. */
static int run_args(char *const *argv, char **args, struct log_sink *sink, int *ret_status, struct err *err)
{
        struct global_options options = global_defaults;
        struct option_found found;
        int status = 0;
        *ret_status = STATUS_FAILED;
        if (hold_stdio(err) < 0)
                return -1;
        /* A caller that ignores SIGCHLD hands that on through execve, and the kernel would reap our children itself
         * (wait(2), notes). */
        (void)signal(SIGCHLD, SIG_DFL);
        int parsed = option_parse(global_option_rows, OPTIONS_FIRST, args, &options, &found, err);

        /* Even after a bad option: callers look for its error in that file. */
        sink->format = options.log_format;
        if (options.log && log_sink_open(sink, options.log, err) < 0)
                return -1;
        if (parsed < 0) {
                help_wrong_use(NULL);
                return -1;
        }

        int done = run_with(&options, &found, argv, args, sink, &status, err);
        if (done == 0 || status != 0)
                *ret_status = status;
        return done;
}

/* What a birth does first: execute the program anew from where nobody can write to it. Sooner is cheaper, since all
 * that was done before is done again. Who only has a container of such a name pays for a second start. What fails here
 * is told when it fails there. */
static void protect_early(char *const *argv)
{
        static const char *const births[] = { "run", "create", "exec" };
        struct err ignored;
        for (char *const *arg = argv; *arg; arg++) {
                for (size_t i = 0; i < ARRAY_LEN(births); i++) {
                        if (strcmp(*arg, births[i]) == 0) {
                                (void)self_protect(argv, &ignored);
                                return;
                        }
                }
        }
}

int cli_run(char *const *argv, struct log_sink *sink, int *ret_status, struct err *err)
{
        protect_early(argv);

        size_t n = 0;
        while (argv[n])
                n++;
        /* Old kernels start programs without even a name. */
        size_t n_names = n > 0 ? 1 : 0;
        char **args = calloc(n - n_names + 1, sizeof *args);
        *ret_status = STATUS_FAILED;
        if (!args)
                return fail_sys(err, "read the command line");

        memcpy(args, argv + n_names, (n - n_names) * sizeof *args);
        int done = run_args(argv, args, sink, ret_status, err);
        free(args);
        return done;
}
