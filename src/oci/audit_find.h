/* SPDX-License-Identifier: Apache-2.0 */
/* audit_find.h - the finders that the rows of audit_rules.c name, and how they tell what they find. Internal to the
 * audit. */
#ifndef TARE_OCI_AUDIT_FIND_H
#define TARE_OCI_AUDIT_FIND_H

#include "oci/audit.h"

/* path, value and detail are kept, not copied. */
void audit_add(struct audit_places *places, const char *path, const char *value, const char *detail);
/* The same for "LIST[INDEX]". */
void audit_add_item(struct audit_places *places, const char *list, size_t index, const char *value, const char *detail);

/* Whether the namespace is the host's: none is named, or the one of the host's first process. */
bool audit_shares(const struct spec *spec, enum ns_type type);
/* Whether root in the container is nobody on the host, as far as a spec can tell. */
bool audit_is_mapped(const struct spec *spec);

/* audit_process.c */
audit_find_fn find_shared_namespace, find_joined_namespace, find_capability, find_capability_on_host;
audit_find_fn find_inheritable, find_ambient, find_root_user, find_no_user_namespace, find_mapped_root;
audit_find_fn find_new_privileges, find_no_lsm, find_oom_score, find_hooks;
audit_find_fn find_no_memory_limit, find_no_pids_limit, find_no_cpu_limit;
/* audit_seccomp.c */
audit_find_fn find_no_seccomp, find_unknown_filter, find_allow_by_default, find_open_calls;
/* audit_mounts.c */
audit_find_fn find_host_root, find_writable_root, find_writable_below, find_writable_at, find_readable_at;
audit_find_fn find_socket, find_writable_bind, find_shared_mount, find_shared_root, find_writable_type, find_type;
audit_find_fn find_bound_device;
/* audit_paths.c */
audit_find_fn find_unmasked, find_unprotected;
audit_find_fn find_block_device, find_memory_device, find_other_device, find_wide_device_rule;

#endif
