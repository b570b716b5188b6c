/* SPDX-License-Identifier: Apache-2.0 */
/* birth_rows.h - the options that `create` and `run` share, into birth's own struct. */
#ifndef TARE_CLI_BIRTH_ROWS_H
#define TARE_CLI_BIRTH_ROWS_H

#include "birth/runtime.h"
#include "cli/option.h"

extern const struct option_row birth_rows[];
/* The bundle is the working directory. */
extern const struct birth_options birth_defaults;

#endif
