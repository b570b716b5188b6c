/* SPDX-License-Identifier: Apache-2.0 */
/* user.h - user namespaces: write their mappings (user_namespaces(7)). */
#ifndef TARE_NS_USER_H
#define TARE_NS_USER_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "oci/spec.h"

enum id_kind { ID_UIDS, ID_GIDS, ID_KINDS };

/* Writes the mappings of the user namespace that the process is in, once and for all: `write /proc/7/uid_map: operation
 * not permitted`, with the errno in err->code. The kernel takes one page at most, so no more than 4095 bytes of text.
 */
int user_ns_map(pid_t pid, enum id_kind kind, const struct spec_id_map *maps, size_t n, struct err *err);
/* Nobody in it may drop groups any more: what the kernel wants of a caller without CAP_SETGID before gid_map. */
int user_ns_deny_setgroups(pid_t pid, struct err *err);

#endif
