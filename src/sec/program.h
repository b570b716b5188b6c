/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - what is executed, with which environment, from where: found and checked in the container's own view. */
#ifndef TARE_SEC_PROGRAM_H
#define TARE_SEC_PROGRAM_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"

/* Whether HOME must be looked up, since the bundle sets none or an empty one. Pure. */
bool program_wants_home(const struct text_list *env);

/* The environment for execve(2), NULL-terminated; array in arena, texts shared with env and extra. Order: env, then
 * HOME as `home` (not used unless program_wants_home), then extra (NULL-terminated, or NULL). Of two that set the same
 * name the last one stays, in its place. The seed's populateProcessEnvironment refuses "invalid environment variable:
 * missing
 * '='" and "invalid environment variable: name cannot be empty". Pure. */
int program_env(const struct text_list *env, const char *home, const char *const *extra, struct arena *arena,
                const char ***ret, struct err *err);

/* The file that args[0] names: with a "/" itself, else by PATH of env, which is the final one. To be called as the
 * container's user, with its groups and capabilities. What execve(2) would refuse is told in Go's words:
 * `exec: "x": executable file not found in $PATH`, also when PATH has only files that may not be executed;
 * `exec: "x": cannot run executable found relative to current directory`, when an element of PATH is not absolute;
 * `exec: "/x": stat /x: no such file or directory`, `exec: "/x": permission denied`, `exec: "/x": is a directory`; with
 * the reason behind that where there is a file that may not be executed (program_fault.h). ret has PATH_MAX bytes. */
int program_find(const char *name, const char *const *env, char *ret, struct err *err);

/* The seed's verifyCwd: the working directory must be inside the root of the mount namespace. */
int program_check_cwd(struct err *err);

#endif
