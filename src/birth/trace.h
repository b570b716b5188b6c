/* SPDX-License-Identifier: Apache-2.0 */
/* trace.h - where the time of a birth went: --trace FILE, from the table that both sides walk. */
#ifndef TARE_BIRTH_TRACE_H
#define TARE_BIRTH_TRACE_H

#include <stdint.h>

#include "base/err.h"
#include "birth/story.h"

enum { TRACE_ROWS_MAX = 64 };

/* One row on one side, in nanoseconds of the monotonic clock; 0: it was not told, or did not end. */
struct trace_row {
        uint64_t began, ended; /* the step itself */
        uint64_t met;          /* when the wait after it was over */
};

/* Writes it all as trace events of Chrome and Perfetto ("Trace Event Format"): one thread a side, a step or a wait a
 * slice. "-": as a waterfall for people, to stderr. Nothing is written for FILE NULL. */
int trace_write(const char *file, const struct story *story, const struct trace_row rows[][TRACE_ROWS_MAX],
                struct err *err);

#endif
