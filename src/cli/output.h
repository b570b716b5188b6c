/* SPDX-License-Identifier: Apache-2.0 */
/* output.h - what a command has to say on stdout, at one go. */
#ifndef TARE_CLI_OUTPUT_H
#define TARE_CLI_OUTPUT_H

#include "base/buf.h"
#include "base/err.h"

/* Writes all of it, unless memory ran out while it was built. */
int output_write(const struct buf *buf, struct err *err);

#endif
