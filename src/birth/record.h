/* SPDX-License-Identifier: Apache-2.0 */
/* record.h - --record-seccomp: a process beside the container answers its notifications and notes the calls; when the
 * program has ended, they are written as a profile. */
#ifndef TARE_BIRTH_RECORD_H
#define TARE_BIRTH_RECORD_H

#include "birth/birth.h"

bool record_is_asked_for(const struct birth *birth);
/* In place of the bundle's filter. Refused at once: what cannot be done at the end. */
int record_plan(struct birth *birth, struct err *err);
/* Starts the process. It ends by itself, when nobody is left whom the filter holds. */
int record_begin(struct birth *birth, int listener_fd, struct err *err);
/* Writes the profile of what was seen until now. Nothing to do: success. */
int record_write(struct birth *birth, struct err *err);
/* Accepts a birth that records nothing. */
void record_finish(struct birth *birth);

#endif
