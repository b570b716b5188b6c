/* SPDX-License-Identifier: Apache-2.0 */
/* keyring.h - a session keyring of the container's own (keyctl(2), KEYCTL_JOIN_SESSION_KEYRING). */
#ifndef TARE_SEC_KEYRING_H
#define TARE_SEC_KEYRING_H

#include "base/err.h"

/* Joins a new session keyring "_ses.ID" and lets its owner search it, as runc does. A kernel without keyrings (ENOSYS)
 * is no failure. */
int keyring_join(const char *id, struct err *err);

#endif
