/* SPDX-License-Identifier: Apache-2.0 */
/* quantity.h - numbers with a unit, as people and engines write them. */
#ifndef TARE_CLI_QUANTITY_H
#define TARE_CLI_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes: a whole number and k, m, g, t or p for powers of 1024, in any case, with b or ib after it or without; b alone
 * is a byte. -1 is -1: no limit. False, and *ret untouched, if it is none of these. */
bool quantity_bytes(const char *text, int64_t *ret);
/* Nanoseconds: Go's durations, "5s", "100ms", "1h30m", "1.5s"; 0 needs no unit. */
bool quantity_duration(const char *text, int64_t *ret);

#endif
