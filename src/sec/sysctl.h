/* SPDX-License-Identifier: Apache-2.0 */
/* sysctl.h - linux.sysctl: only what belongs to a namespace that the container has of its own. */
#ifndef TARE_SEC_SYSCTL_H
#define TARE_SEC_SYSCTL_H

#include "base/err.h"
#include "oci/spec.h"

/* Names are taken as sysctl(8) takes them: dots or slashes separate, the first of them decides which; messages have the
 * form with dots. */

/* Pure; runc's rules and words: `sysctl "vm.swappiness" is not in a separate kernel namespace`,
 * `sysctl "kernel.msgmax" is not allowed in the hosts ipc namespace`, `sysctl "net.x" not allowed in host network
 * namespace`, `sysctl "kernel.hostname" is not allowed as it conflicts with the OCI "hostname" field`. A part that is
 * empty, "." or ".." is refused. A namespace that is joined by path counts as the container's own here. */
int sysctl_check(const struct spec *spec, struct err *err);
/* What the path of a network namespace hides: refuses net.* as above when net_fd is the namespace that the caller is
 * in. To be called before it is entered; net_fd -1: nothing to refuse. */
int sysctl_check_joined_net(const struct text_map *sysctl, int net_fd, struct err *err);

/* Writes each, in the order of the file, through proc_sys_fd, a directory descriptor of a real /proc/sys (checked by
 * fstatfs), within the container's namespaces. `sysctl "net.x": write "1": invalid argument`. */
int sysctl_apply(int proc_sys_fd, const struct text_map *sysctl, struct err *err);

#endif
