/* SPDX-License-Identifier: Apache-2.0 */
/* self.h - keep the runtime's own program out of reach of what it starts (CVE-2019-5736). A process of ours that is in
 * a container, or a container's program that is named /proc/self/exe, leads there by its /proc/PID/exe; who holds that
 * link waits until nobody runs the program any more, and writes to it. */
#ifndef TARE_BIRTH_SELF_H
#define TARE_BIRTH_SELF_H

#include "base/err.h"

/* Makes sure that /proc/self/exe of this process and of all that it forks cannot be opened for writing, by anybody,
 * with whatever capabilities. Where that is so already, or was when it was last called, it returns at once. Else the
 * program executes itself anew, with the same arguments, from a read-only clone of the mount that it lies on, which has
 * no name and no mount namespace and so cannot be changed; without mount_setattr(2) (until 5.12 is our floor) or the
 * right to it, from a sealed copy in memory. To be called before anything was made: it may not return. */
int self_protect(char *const *argv, struct err *err);

#endif
