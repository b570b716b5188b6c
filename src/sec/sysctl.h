/* SPDX-License-Identifier: Apache-2.0 */
/* sysctl.h - linux.sysctl: only what belongs to a namespace that the container has of its own. */
#ifndef TARE_SEC_SYSCTL_H
#define TARE_SEC_SYSCTL_H

#include "base/err.h"
#include "oci/spec.h"

/* Pure; runc's rules and words: `sysctl "vm.swappiness" is not in a separate kernel namespace`,
 * `sysctl "kernel.msgmax" is not allowed in the hosts ipc namespace`, `sysctl "net.x" not allowed in host network
 * namespace`, `sysctl "kernel.hostname" is not allowed as it conflicts with the OCI "hostname" field`. Dots or slashes
 * separate; the first of them decides. ".." in a name is refused. */
int sysctl_check(const struct spec *spec, struct err *err);
/* Writes each through proc_sys_fd, a directory descriptor of a real /proc/sys (checked by fstatfs), within the
 * container's namespaces. */
int sysctl_apply(int proc_sys_fd, const struct text_map *sysctl, struct err *err);

#endif
