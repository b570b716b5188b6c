/* SPDX-License-Identifier: Apache-2.0 */
/* names.h - the words that config.json may use where it has a choice: read here, and told by `features`. */
#ifndef TARE_OCI_NAMES_H
#define TARE_OCI_NAMES_H

#include "oci/reader.h"

extern const struct name_set namespace_names, propagation_names;
extern const struct name_set scheduler_policy_names, scheduler_flag_names, io_class_names;
extern const struct name_set memory_mode_names, memory_flag_names, personality_names;
extern const struct name_set seccomp_action_names, seccomp_operator_names, seccomp_arch_names, seccomp_flag_names;
extern const struct name_set landlock_access_names, landlock_scope_names;

/* Places in these sets, for tables of what the words mean. */
enum seccomp_action {
        ACT_KILL, /* the old word for the thread */
        ACT_KILL_PROCESS,
        ACT_KILL_THREAD,
        ACT_TRAP,
        ACT_ERRNO,
        ACT_TRACE,
        ACT_ALLOW,
        ACT_LOG,
        ACT_NOTIFY,
        SECCOMP_ACTIONS,
};
enum seccomp_operator { CMP_NE, CMP_LT, CMP_LE, CMP_EQ, CMP_GE, CMP_GT, CMP_MASKED_EQ, SECCOMP_OPERATORS };
enum seccomp_flag {
        FLAG_TSYNC,
        FLAG_LOG,
        FLAG_SPEC_ALLOW,
        FLAG_WAIT_KILLABLE_RECV,
        SECCOMP_FLAGS,
};

#endif
