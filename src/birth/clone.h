/* SPDX-License-Identifier: Apache-2.0 */
/* clone.h - the one place where init is born: into its new namespaces, its cgroup, and those namespaces that it joins.
 */
#ifndef TARE_BIRTH_CLONE_H
#define TARE_BIRTH_CLONE_H

#include "birth/birth.h"

/* Clones init; in the child birth_be_init takes over. In the host: birth->host.init_pid and init_pidfd are set, init's
 * end of the wire is closed. On failure no process is left. */
int clone_init(struct birth *birth, struct err *err);
/* Kills init, waits until it is gone, closes its pidfd. */
void clone_undo(struct birth *birth);

#endif
