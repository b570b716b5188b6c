/* SPDX-License-Identifier: Apache-2.0 */
/* keyring.h - a session keyring of the container's own (keyctl(2), KEYCTL_JOIN_SESSION_KEYRING). */
#ifndef TARE_SEC_KEYRING_H
#define TARE_SEC_KEYRING_H

#include "base/err.h"

/* Who may search the keyring besides its possessor: nobody new (exec joins what is there), its owner, or, where a user
 * namespace makes the owner another one, everybody who gets hold of it. runc's three cases. */
enum keyring_search { KEYRING_AS_IT_IS, KEYRING_OWNER, KEYRING_OTHERS };

/* Joins the session keyring "_ses.ID", made if there is none, and adds the right to search it. A kernel without
 * keyrings (ENOSYS) is no failure. "join session keyring _ses.ID: disk quota exceeded". */
int keyring_join(const char *id, enum keyring_search search, struct err *err);

#endif
