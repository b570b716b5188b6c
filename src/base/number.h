/* SPDX-License-Identifier: Apache-2.0 */
/* number.h - numbers from text: the whole string must be one, within a given range, or it is none. */
#ifndef TARE_BASE_NUMBER_H
#define TARE_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits only (a sign for the signed one): no blanks, no "0x". False, and *ret untouched, unless it fits
 * low..high. */
bool number_u64(const char *text, uint64_t low, uint64_t high, uint64_t *ret);
bool number_i64(const char *text, int64_t low, int64_t high, int64_t *ret);

#endif
