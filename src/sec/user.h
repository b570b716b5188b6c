/* SPDX-License-Identifier: Apache-2.0 */
/* user.h - become the container's user: groups, gid, uid, in the order that the kernel needs. The seed's setupUser. */
#ifndef TARE_SEC_USER_H
#define TARE_SEC_USER_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"

/* stdio that is not /dev/null is given to the uid, its gid kept; EINVAL, EPERM and EROFS are passed over (the seed's
 * fixStdioPermissions). null_rdev: st_rdev of the container's /dev/null (1:3). */
int user_own_stdio(uid_t uid, struct err *err);
/* setgroups (unless /proc/self/setgroups, whose text the caller read, says "deny"), setgid, setuid.
 * "cannot setgid to unmapped gid N in user namespace", "cannot setuid to unmapped uid N in user namespace". */
enum setgroups_rule { SETGROUPS_ALLOW, SETGROUPS_DENY };
int user_become(const struct spec_user *user, enum setgroups_rule rule, struct err *err);

/* The home of uid by a passwd file (an open descriptor; -1: there is none): "/" when it does not say. Text lives in
 * arena. */
int user_home(int passwd_fd, uid_t uid, struct arena *arena, const char **ret, struct err *err);

#endif
