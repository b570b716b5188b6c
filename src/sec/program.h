/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - what is executed, with which environment, from where: found and checked in the container's own view. */
#ifndef TARE_SEC_PROGRAM_H
#define TARE_SEC_PROGRAM_H

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"

/* The environment for execve(2), NULL-terminated, in arena: the last of two duplicates wins; HOME is home unless the
 * bundle sets a non-empty one; extra (may be NULL-terminated empty) goes last. The seed's populateProcessEnvironment:
 * refuses "invalid environment variable: missing '='" and "invalid environment variable: name cannot be empty". Pure.
 */
int program_env(const struct text_list *env, const char *home, const char *const *extra, struct arena *arena,
                const char ***ret, struct err *err);

/* The file that args[0] names: with a "/" itself, else by PATH of env. What execve would refuse is told in Go's words:
 * `exec: "x": executable file not found in $PATH`, `exec: "/x": stat /x: no such file or directory`,
 * `exec: "/x": permission denied`, `exec: "/x": is a directory`. ret has PATH_MAX bytes. */
int program_find(const char *name, const char *const *env, char *ret, struct err *err);

/* The seed's verifyCwd: the working directory must be inside the root of the mount namespace. */
int program_check_cwd(struct err *err);

#endif
