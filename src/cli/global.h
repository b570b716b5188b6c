/* SPDX-License-Identifier: Apache-2.0 */
/* global.h - the options that stand before the command, and what they come to. */
#ifndef TARE_CLI_GLOBAL_H
#define TARE_CLI_GLOBAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/log.h"
#include "birth/runtime.h"
#include "cli/log_sink.h"
#include "cli/option.h"

enum cgroup_manager { MANAGER_CGROUPFS, MANAGER_SYSTEMD, MANAGER_DISABLED };

struct global_options {
        const char *root; /* NULL: not given */
        const char *log;  /* NULL: not given */
        const char *criu; /* accepted for callers of runc 1.1; changes nothing */
        enum log_format log_format;
        enum log_level log_level; /* LOG_LEVELS: not given */
        bool debug;
        bool systemd_cgroup;
        enum rootless rootless; /* accepted for callers of runc; changes nothing */
        enum cgroup_manager cgroup_manager;
        bool version;
};

extern const struct option_row global_option_rows[];
extern const struct global_options global_defaults;

/* Who calls, as far as the default of --root depends on it. */
struct global_caller {
        uid_t euid;
        const char *runtime_dir; /* $XDG_RUNTIME_DIR; NULL: not set */
        bool is_mapped_user;     /* root by a user namespace alone: as runc has it, in one, and $USER is not "root" */
};

/* The directory of all state: the given one, made absolute and clean, or the caller's default. ret: PATH_MAX bytes. */
int global_root(const char *given, const struct global_caller *caller, char *ret, struct err *err);

/* What is logged. Without a word of the caller warnings are for people at stderr alone: Podman reads a whole log file
 * as one JSON object, which is the error. */
enum log_level global_log_level(const struct global_options *options);

/* Everything but the log, which the caller has opened by now. root has PATH_MAX bytes, and ret points into it. */
int global_settle(const struct global_options *options, const struct log *log, char *root, struct runtime *ret,
                  struct err *err);

#endif
