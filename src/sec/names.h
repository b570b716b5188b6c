/* SPDX-License-Identifier: Apache-2.0 */
/* names.h - the user that `exec --user` names, looked up in the lists of users and groups of the container itself. */
#ifndef TARE_SEC_NAMES_H
#define TARE_SEC_NAMES_H

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"

/* Open descriptors of the container's /etc/passwd and /etc/group that do not block, read from where they stand; they
 * stay open. -1: there is none, which is as if it were empty. */
struct names_files {
        int passwd_fd, group_fd;
};

struct names_user {
        struct spec_user ids; /* no umask */
        const char *home;     /* "/" when the list does not say */
};

/* wanted is USER[:GROUP], each a name or a number; an empty USER is 0, an empty GROUP none. A number is never looked up
 * as a name, nor the other way round. A GROUP that is given is the only group; else it is the one of the user's entry
 * (0 without an entry), with all groups that list the entry's name as additional ones. The first entry that fits is
 * taken; a line that is none (no number where one belongs) is passed over. All lives in arena.
 * `unable to find user x: no matching entries in passwd file`, `unable to find group x: no matching entries in group
 * file`, `uids and gids must be in range 0-2147483647`. A file that cannot be read to its end, or is larger than any
 * list of users, is a failure where an id depends on it: `unable to find user x: passwd file: read: is a directory`. */
int names_find_user(const char *wanted, const struct names_files *files, struct arena *arena, struct names_user *ret,
                    struct err *err);

/* The additional groups of both, those of `more` behind. */
int names_add_groups(struct spec_user *user, const struct spec_user *more, struct arena *arena, struct err *err);

#endif
