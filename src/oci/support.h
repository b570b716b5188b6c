/* SPDX-License-Identifier: Apache-2.0 */
/* support.h - what this build of tare does of config.json, for `features`. */
#ifndef TARE_OCI_SUPPORT_H
#define TARE_OCI_SUPPORT_H

#include <stdbool.h>

#include "oci/spec.h"

bool support_has_namespace(enum ns_type type);
/* By the JSON path as spec_support.c has it: "linux.seccomp", "mounts[].uidMappings". */
bool support_has(const char *path);

#endif
