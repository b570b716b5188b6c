/* SPDX-License-Identifier: Apache-2.0 */
/* user_ns.h - the container's user namespace: what is known of it before the birth, and the steps that need the host.
 */
#ifndef TARE_BIRTH_USER_NS_H
#define TARE_BIRTH_USER_NS_H

#include "birth/birth.h"

/* Before anything is made: an ordinary user needs a user namespace ("rootless container requires user namespaces"), and
 * cannot have additional groups in one that maps him alone; the annotation run.oci.keep_original_groups, as crun has
 * it. */
int user_ns_plan(struct birth *birth, struct err *err);
/* Whether the container's root becomes the owner of its cgroup: config-linux.md, "Cgroup ownership". */
bool user_ns_gets_cgroup(const struct birth *birth);

/* A user namespace with these mappings and nobody in it, for MOUNT_ATTR_IDMAP (mount_setattr(2)). A descriptor, or -1.
 */
int user_ns_make(const struct spec_id_map *uids, size_t n_uids, const struct spec_id_map *gids, size_t n_gids,
                 struct err *err);

#endif
