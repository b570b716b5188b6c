/* SPDX-License-Identifier: Apache-2.0 */
/* time.h - a time namespace whose clocks are set: linux.timeOffsets. */
#ifndef TARE_NS_TIME_H
#define TARE_NS_TIME_H

#include <stdbool.h>

#include "base/err.h"
#include "oci/spec.h"

/* Whether any clock is to be set. Without one clone3(2) makes the namespace as it makes the others. */
bool time_is_set(const struct spec_linux *linux_);
/* Makes the namespace, sets its clocks, which no longer can be done once somebody is in it (time_namespaces(7)), and
 * enters it. proc_fd: a procfs that shows the calling process, which has one thread only.
 * `linux.timeOffsets.boottime: write "boottime -9 0" to /proc/self/timens_offsets: numerical result out of range`. */
int time_make(const struct spec_linux *linux_, int proc_fd, struct err *err);

#endif
