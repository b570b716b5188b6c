/* SPDX-License-Identifier: Apache-2.0 */
/* print.h - JSON documents that tare prints from its own tables. */
#ifndef TARE_OCI_PRINT_H
#define TARE_OCI_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* What `tare spec` writes: runc's default config.json (tab-indented, hostname "tare"). rootless: no network namespace,
 * a user namespace with one mapping for uid and gid each, /sys bound from the host, no uid= or gid= mount options. */
struct spec_template {
        bool is_rootless;
        uint32_t host_uid, host_gid; /* of the one mapping, when rootless */
        bool has_cgroup_namespace;   /* on a cgroup v2 host */
};
void print_spec(const struct spec_template *template, struct buf *out);

/* What `tare features` prints: the features document of runtime-spec 1.3, compile-time facts only. The lists that
 * belong to other trades (mount options, capabilities, ...) come in as NULL-terminated arrays, since oci may not
 * include them. */
struct features_lists {
        const char *const *mount_options;
        const char *const *capabilities;
        const char *const *seccomp_archs; /* whose system calls are known */
        const char *const *seccomp_flags; /* that the running kernel knows */
        const char *version;
};
void print_features(const struct features_lists *lists, struct buf *out);

#endif
