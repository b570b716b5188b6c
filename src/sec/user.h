/* SPDX-License-Identifier: Apache-2.0 */
/* user.h - become the container's user: groups, gid, uid, in the order that the kernel needs. The seed's setupUser. */
#ifndef TARE_SEC_USER_H
#define TARE_SEC_USER_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"

/* Before user_become: each of 0, 1, 2 is given to the uid, its gid kept, unless it is the uid's already or /dev/null;
 * EINVAL, EPERM and EROFS are passed over (the seed's fixStdioPermissions). What /dev/null is, its number 1:3 says:
 * unlike the seed we do not ask the file of that name, which is the image's. */
int user_own_stdio(uid_t uid, struct err *err);

/* What becomes of the supplementary groups: they are set; they cannot be, since the user namespace forbids it; they are
 * to stay as they are. */
enum setgroups_rule { SETGROUPS_ALLOW, SETGROUPS_DENY, SETGROUPS_KEEP };
/* Becomes root of the user namespace that the process has entered with all capabilities in it, and lets all groups go;
 * *rule comes back as SETGROUPS_DENY where that is forbidden. "the user namespace maps no uid 0". */
int user_become_root(enum setgroups_rule *rule, struct err *err);
/* setgroups, setgid, setuid. "cannot set any additional groups in a rootless container" where they are denied,
 * "cannot setgid to unmapped gid N in user namespace", "cannot setuid to unmapped uid N in user namespace". */
int user_become(const struct spec_user *user, enum setgroups_rule rule, struct err *err);

/* The home of uid by a passwd file (an open descriptor that does not block, and stays open; -1: there is none): "/"
 * when it does not say, which includes a file that cannot be read or is larger than any list of users. Text lives in
 * arena. Fails only for want of memory. */
int user_home(int passwd_fd, uid_t uid, struct arena *arena, const char **ret, struct err *err);

#endif
