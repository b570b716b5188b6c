/* SPDX-License-Identifier: Apache-2.0 */
/* lifecycle.h - which verb is allowed on a container in which status: one matrix, and the words of each refusal
 * (runc's). */
#ifndef TARE_STATE_LIFECYCLE_H
#define TARE_STATE_LIFECYCLE_H

#include "base/err.h"

enum status { CREATING, CREATED, RUNNING, PAUSED, STOPPED, STATUSES };
/* "creating", "created", "running", "paused", "stopped". */
extern const char *const status_names[STATUSES];

enum verb { VERB_START, VERB_KILL, VERB_DELETE, VERB_EXEC, VERB_PAUSE, VERB_RESUME, VERB_UPDATE, VERBS };

/* 0, or -1 with the refusal, e.g. "cannot delete container X that is not stopped: running". */
int lifecycle_allow(enum verb verb, enum status status, const char *id, struct err *err);

#endif
