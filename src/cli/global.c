/* SPDX-License-Identifier: Apache-2.0 */
/* global.c - the options before the command; see global.h. */

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/global.h"

#include "base/path.h"
#include "base/proc.h"

static const char *const rootless_words[] = {
        [ROOTLESS_AUTO] = "auto",
        [ROOTLESS_TRUE] = "true",
        [ROOTLESS_FALSE] = "false",
};

static const char *const manager_words[] = {
        [MANAGER_CGROUPFS] = "cgroupfs",
        [MANAGER_SYSTEMD] = "systemd",
        [MANAGER_DISABLED] = "disabled",
};

const struct option_row global_option_rows[] = {
        {.name = "root",
         .type = OPTION_TEXT,
         .offset = offsetof(struct global_options, root),
         .value = "DIR",
         .help = "directory of all state (default /run/tare)" },
        { .name = "log",
         .type = OPTION_TEXT,
         .offset = offsetof(struct global_options, log),
         .value = "FILE",
         .help = "append the log to this file instead of writing it to stderr, or send it to a daemon" },
        { .name = "log-format",
         .type = OPTION_ENUM,
         .offset = offsetof(struct global_options, log_format),
         .words = log_format_names,
         .n_words = LOG_FORMATS,
         .help = "how lines of the log look (default text)" },
        { .name = "log-level",
         .type = OPTION_ENUM,
         .offset = offsetof(struct global_options, log_level),
         .words = log_level_names,
         .n_words = LOG_LEVELS,
         .help = "what is logged, with all that is graver (default error with --log, else warning)" },
        { .name = "debug",
         .type = OPTION_FLAG,
         .offset = offsetof(struct global_options, debug),
         .help = "log everything, and each step of a birth" },
        { .name = "systemd-cgroup",
         .type = OPTION_FLAG,
         .offset = offsetof(struct global_options, systemd_cgroup),
         .help = "let systemd make the cgroup" },
        { .name = "cgroup-manager",
         .type = OPTION_ENUM,
         .offset = offsetof(struct global_options, cgroup_manager),
         .words = manager_words,
         .n_words = ARRAY_LEN(manager_words),
         .help = "who makes the cgroup (default cgroupfs)" },
        { .name = "rootless",
         .type = OPTION_ENUM,
         .offset = offsetof(struct global_options, rootless),
         .words = rootless_words,
         .n_words = ARRAY_LEN(rootless_words),
         .help = "do without cgroups that may not be made (auto means all callers but root of the host)" },
        { .name = "criu",
         .type = OPTION_TEXT,
         .offset = offsetof(struct global_options, criu),
         .value = "FILE",
         .help = "accepted for callers of runc; changes nothing" },
 /* crun has the letter in both cases. */
        { .name = "V",
         .is_hidden = true,
         .type = OPTION_FLAG,
         .offset = offsetof(struct global_options, version),
         .help = "show the version" },
        { .name = "version",
         .letter = 'v',
         .type = OPTION_FLAG,
         .offset = offsetof(struct global_options, version),
         .help = "show the version" },
        { .name = NULL                                                                         },
};

const struct global_options global_defaults = {
        .log_format = LOG_FORMAT_TEXT,
        .log_level = LOG_LEVELS,
        .rootless = ROOTLESS_AUTO,
        .cgroup_manager = MANAGER_CGROUPFS,
};

enum log_level global_log_level(const struct global_options *options)
{
        if (options->debug)
                return LOG_DEBUG;
        if (options->log_level != LOG_LEVELS)
                return options->log_level;
        return options->log ? LOG_ERROR : LOG_WARNING;
}

static int default_root(const struct global_caller *caller, char *ret, struct err *err)
{
        bool is_user = caller->euid != 0 || caller->is_mapped_user;
        if (is_user && caller->runtime_dir && *caller->runtime_dir != '\0')
                return path_below(caller->runtime_dir, "tare", ret, err);
        strcpy(ret, "/run/tare");
        return 0;
}

int global_root(const char *given, const struct global_caller *caller, char *ret, struct err *err)
{
        char cwd[PATH_MAX] = "/";
        char joined[PATH_MAX];
        if (!given)
                return default_root(caller, ret, err);
        if (*given == '\0')
                return fail(err, "Option --root argument should not be empty");
        if (*given != '/' && !getcwd(cwd, sizeof cwd))
                return fail_sys(err, "find the working directory");
        if (path_join(cwd, given, joined, err) < 0 || path_clean(joined, ret, err) < 0)
                return -1;
        if (strcmp(ret, "/") == 0)
                return fail(err, "Option --root argument should not be set to /");
        return 0;
}

int global_settle(const struct global_options *options, const struct log *log, char *root, struct runtime *ret,
                  struct err *err)
{
        struct global_caller caller = { .euid = geteuid(), .runtime_dir = getenv("XDG_RUNTIME_DIR") };
        const char *user = getenv("USER");
        if (caller.euid == 0 && caller.runtime_dir && !options->root && (!user || strcmp(user, "root") != 0))
                caller.is_mapped_user = proc_is_in_user_namespace();
        if (global_root(options->root, &caller, root, err) < 0)
                return -1;

        *ret = (struct runtime){
                .root = root,
                .systemd_cgroup = options->systemd_cgroup || options->cgroup_manager == MANAGER_SYSTEMD,
                .no_cgroup = options->cgroup_manager == MANAGER_DISABLED,
                .rootless = options->rootless,
                .log = log,
        };
        return 0;
}
