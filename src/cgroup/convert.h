/* SPDX-License-Identifier: Apache-2.0 */
/* convert.h - numbers of config.json, which speaks the language of cgroup v1, in that of cgroup v2. Pure. */
#ifndef TARE_CGROUP_CONVERT_H
#define TARE_CGROUP_CONVERT_H

#include <stdint.h>

#include "base/err.h"

/* cpu.shares to cpu.weight: 2 gives 1, 1024 gives 100, 262144 gives 10000: minimum, default and maximum on both sides;
 * what lies between follows a curve through these three. Below and above: the ends. */
uint64_t convert_cpu_shares(uint64_t shares);

/* blkio.weight (10 to 1000) to io.weight (1 to 10000), along a line. */
uint64_t convert_block_weight(uint64_t weight);

/* memory+swap of v1 to swap alone of v2; -1 is no limit. limit: that of memory, -1 or above 0. Refuses what cannot be
 * split in two, in the words of runc. */
int convert_swap(int64_t limit, int64_t swap, int64_t *ret, struct err *err);

#endif
