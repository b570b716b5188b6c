/* SPDX-License-Identifier: Apache-2.0 */
/* cmd.h - the commands, one of each cmd_NAME.c. */
#ifndef TARE_CLI_CMD_H
#define TARE_CLI_CMD_H

#include "cli/command.h"

extern const struct command cmd_audit;
extern const struct command cmd_create;
extern const struct command cmd_delete;
extern const struct command cmd_doctor;
extern const struct command cmd_events;
extern const struct command cmd_exec;
extern const struct command cmd_features;
extern const struct command cmd_help;
extern const struct command cmd_kill;
extern const struct command cmd_list;
extern const struct command cmd_pause;
extern const struct command cmd_ps;
extern const struct command cmd_resume;
extern const struct command cmd_run;
extern const struct command cmd_spec;
extern const struct command cmd_start;
extern const struct command cmd_state;
extern const struct command cmd_update;
extern const struct command cmd_version;

#endif
