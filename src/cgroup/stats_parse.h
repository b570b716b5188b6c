/* SPDX-License-Identifier: Apache-2.0 */
/* stats_parse.h - the forms in which the kernel prints numbers into cgroup files. Pure. */
#ifndef TARE_CGROUP_STATS_PARSE_H
#define TARE_CGROUP_STATS_PARSE_H

#include "base/arena.h"
#include "cgroup/stats.h"

/* A number alone ("max": UINT64_MAX), or after its key at the start of a line. 0 where there is none. */
uint64_t stats_parse_number(const char *text, const char *key);
/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=0". */
bool stats_parse_psi(const char *text, struct stats_psi *ret);

/* Lists, in the arena. -1: no memory; what is no number is passed over. */
int stats_parse_numbers(const char *text, struct arena *arena, struct stats_numbers *ret); /* "1 2 3" */
int stats_parse_ranges(const char *text, struct arena *arena, struct stats_numbers *ret);  /* "0-3,7" */
int stats_parse_named(const char *text, struct arena *arena, struct stats_named_list *ret);
/* v1: "8:0 Read 4096" and "8:0 17" lines; the line "Total" is no device. */
int stats_parse_block(const char *text, struct arena *arena, struct stats_block_list *ret);
/* cgroup2's io.stat: the two keys, as v1's operations "Read" and "Write". */
int stats_parse_io(const char *text, const char *read_key, const char *write_key, struct arena *arena,
                   struct stats_block_list *ret);

#endif
