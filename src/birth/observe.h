/* SPDX-License-Identifier: Apache-2.0 */
/* observe.h - a spec changed to what a running process really has, as /proc and its cgroups tell it, for the audit.
 * What the kernel does not tell stays as its config.json has it: the words of the seccomp profile, devices, hooks. */
#ifndef TARE_BIRTH_OBSERVE_H
#define TARE_BIRTH_OBSERVE_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mountinfo.h"
#include "oci/spec.h"
#include "state/state.h"

/* Namespaces, users, capabilities, no_new_privs, seccomp, LSM, OOM score, and the limits of its cgroup. */
int observe_process(const struct state *state, struct arena *arena, struct spec *spec, struct err *err);

/* The root, all mounts, and what of /proc and /sys is masked or read-only. */
int observe_mounts(pid_t pid, struct arena *arena, struct spec *spec, struct err *err);
/* The same from what is known: pure. */
int observe_mounts_of(const struct mountinfo_list *inside, const struct mountinfo_list *host, struct arena *arena,
                      struct spec *spec, struct err *err);

/* What /proc/PID/status says, into the spec: pure. */
int observe_status(const char *text, struct arena *arena, struct spec *spec, struct err *err);

/* A whole file of /proc, in arena, with a NUL behind it. */
int observe_file(const char *path, struct arena *arena, char **ret, struct err *err);

#endif
