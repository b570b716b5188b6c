/* SPDX-License-Identifier: Apache-2.0 */
/* filter.h - the seccomp filter of a birth: compiled by the host before anything is made, loaded by init as the last
 * thing but execve, its notifications handed to the agent by the host (steps.h). */
#ifndef TARE_BIRTH_FILTER_H
#define TARE_BIRTH_FILTER_H

#include "birth/birth.h"

/* name: of the document that errors speak of. Calls that the profile names and nobody knows are told at --debug. */
int filter_plan(struct birth *birth, const char *name, struct err *err);
/* Who has neither no_new_privs nor CAP_SYS_ADMIN may load no filter (seccomp(2)): whether init is lent that capability
 * beyond those of the program, until the filter is there. */
bool filter_needs_loan(const struct birth *birth);
/* The capabilities of the program, with the loan. */
struct caps_plan filter_caps(const struct birth *birth);
/* Whether there is a system call that ends init once the filter is there. */
bool filter_may_kill(const struct birth *birth);

#endif
