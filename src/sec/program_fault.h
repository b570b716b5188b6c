/* SPDX-License-Identifier: Apache-2.0 */
/* program_fault.h - why a program cannot be executed, beyond the errno: what its file, its interpreter and its loader
 * say. For init, in the container's root and as the container's user; it makes system calls and little else. */
#ifndef TARE_SEC_PROGRAM_FAULT_H
#define TARE_SEC_PROGRAM_FAULT_H

#include "base/err.h"

/* Both put a reason in parentheses behind what err says, or leave it as it is when there is none to be seen. The file
 * is the image's, and hostile: only regular files are opened, a few hundred bytes of each are read. The reason has none
 * of the phrases by which callers tell one failure from another ("no such file or directory", "permission denied"). */

/* After execve(2) of path failed with err->code: ` (its loader /lib/ld-musl-x86_64.so.1 is not there)`. */
void program_explain(const char *path, struct err *err);

/* Why a file that is there may not be executed: ` (it has no execute bit)`. subject: "it", or what else the file is
 * called in the sentence. */
void program_explain_access(const char *subject, const char *path, struct err *err);

#endif
