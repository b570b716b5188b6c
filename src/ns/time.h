/* SPDX-License-Identifier: Apache-2.0 */
/* time.h - a time namespace whose clocks are set: linux.timeOffsets. */
#ifndef TARE_NS_TIME_H
#define TARE_NS_TIME_H

#include <stdbool.h>

#include "base/err.h"
#include "oci/spec.h"

/* Whether any clock is to be set. Without one clone3(2) makes the namespace as it makes the others. */
bool time_is_set(const struct spec_linux *linux_);
/* Makes the namespace, for the children of the calling process, and sets its clocks, which no longer can be done once
 * the first of them is born (time_namespaces(7)). The caller sees the host's /proc.
 * `linux.timeOffsets.boottime: write "boottime -9 0" to /proc/self/timens_offsets: numerical result out of range`. */
int time_make(const struct spec_linux *linux_, struct err *err);

#endif
