/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - the words of runtime-spec 1.3.0, and of our own annotations, for what can be chosen; see names.h. */

#include "oci/names.h"

#include "base/scope.h"
#include "oci/spec.h"

const char *const ns_type_names[NS_TYPES] = {
        [NS_USER] = "user", [NS_PID] = "pid",         [NS_TIME] = "time",   [NS_IPC] = "ipc",
        [NS_UTS] = "uts",   [NS_NETWORK] = "network", [NS_MOUNT] = "mount", [NS_CGROUP] = "cgroup",
};
const struct name_set namespace_names = { "namespace", ns_type_names, NS_TYPES };

const char *const hook_kind_names[HOOK_KINDS] = {
        [HOOK_PRESTART] = "prestart",
        [HOOK_CREATE_RUNTIME] = "createRuntime",
        [HOOK_CREATE_CONTAINER] = "createContainer",
        [HOOK_START_CONTAINER] = "startContainer",
        [HOOK_POSTSTART] = "poststart",
        [HOOK_POSTSTOP] = "poststop",
};

static const char *const propagations[] = {
        "private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable",
};
const struct name_set propagation_names = { "propagation", propagations, ARRAY_LEN(propagations) };

static const char *const scheduler_policies[] = {
        "SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE",
};
const struct name_set scheduler_policy_names = { "policy", scheduler_policies, ARRAY_LEN(scheduler_policies) };

static const char *const scheduler_flags[] = {
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM",        "SCHED_FLAG_DL_OVERRUN",     "SCHED_FLAG_KEEP_POLICY",
        "SCHED_FLAG_KEEP_PARAMS",   "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
};
const struct name_set scheduler_flag_names = { "flag", scheduler_flags, ARRAY_LEN(scheduler_flags) };

static const char *const io_classes[] = { "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE" };
const struct name_set io_class_names = { "class", io_classes, ARRAY_LEN(io_classes) };

static const char *const memory_modes[] = {
        "MPOL_DEFAULT",   "MPOL_BIND",           "MPOL_INTERLEAVE", "MPOL_WEIGHTED_INTERLEAVE",
        "MPOL_PREFERRED", "MPOL_PREFERRED_MANY", "MPOL_LOCAL",
};
const struct name_set memory_mode_names = { "mode", memory_modes, ARRAY_LEN(memory_modes) };

static const char *const memory_flags[] = { "MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES" };
const struct name_set memory_flag_names = { "flag", memory_flags, ARRAY_LEN(memory_flags) };

static const char *const personalities[] = { "LINUX", "LINUX32" };
const struct name_set personality_names = { "domain", personalities, ARRAY_LEN(personalities) };

static const char *const seccomp_actions[] = {
        [ACT_KILL] = "SCMP_ACT_KILL",
        [ACT_KILL_PROCESS] = "SCMP_ACT_KILL_PROCESS",
        [ACT_KILL_THREAD] = "SCMP_ACT_KILL_THREAD",
        [ACT_TRAP] = "SCMP_ACT_TRAP",
        [ACT_ERRNO] = "SCMP_ACT_ERRNO",
        [ACT_TRACE] = "SCMP_ACT_TRACE",
        [ACT_ALLOW] = "SCMP_ACT_ALLOW",
        [ACT_LOG] = "SCMP_ACT_LOG",
        [ACT_NOTIFY] = "SCMP_ACT_NOTIFY",
};
const struct name_set seccomp_action_names = { "action", seccomp_actions, SECCOMP_ACTIONS };

static const char *const seccomp_operators[] = {
        [CMP_NE] = "SCMP_CMP_NE",
        [CMP_LT] = "SCMP_CMP_LT",
        [CMP_LE] = "SCMP_CMP_LE",
        [CMP_EQ] = "SCMP_CMP_EQ",
        [CMP_GE] = "SCMP_CMP_GE",
        [CMP_GT] = "SCMP_CMP_GT",
        [CMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};
const struct name_set seccomp_operator_names = { "operator", seccomp_operators, SECCOMP_OPERATORS };

static const char *const seccomp_archs[] = {
        "SCMP_ARCH_X86_64",  "SCMP_ARCH_X86",      "SCMP_ARCH_X32",         "SCMP_ARCH_ARM",
        "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",     "SCMP_ARCH_MIPS64",      "SCMP_ARCH_MIPS64N32",
        "SCMP_ARCH_MIPSEL",  "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC",
        "SCMP_ARCH_PPC64",   "SCMP_ARCH_PPC64LE",  "SCMP_ARCH_S390",        "SCMP_ARCH_S390X",
        "SCMP_ARCH_PARISC",  "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64",     "SCMP_ARCH_LOONGARCH64",
        "SCMP_ARCH_M68K",    "SCMP_ARCH_SH",       "SCMP_ARCH_SHEB",
};
const struct name_set seccomp_arch_names = { "architecture", seccomp_archs, ARRAY_LEN(seccomp_archs) };

static const char *const seccomp_flags[] = {
        [FLAG_TSYNC] = "SECCOMP_FILTER_FLAG_TSYNC",
        [FLAG_LOG] = "SECCOMP_FILTER_FLAG_LOG",
        [FLAG_SPEC_ALLOW] = "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
        [FLAG_WAIT_KILLABLE_RECV] = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
};
const struct name_set seccomp_flag_names = { "flag", seccomp_flags, SECCOMP_FLAGS };

/* The kernel's words, in its order (linux/landlock.h). */
static const char *const landlock_accesses[] = {
        "execute",  "write_file", "read_file", "read_dir",   "remove_dir", "remove_file", "make_char", "make_dir",
        "make_reg", "make_sock",  "make_fifo", "make_block", "make_sym",   "refer",       "truncate",  "ioctl_dev",
};
const struct name_set landlock_access_names = { "access", landlock_accesses, ARRAY_LEN(landlock_accesses) };

static const char *const landlock_scopes[] = { "abstract_unix_socket", "signal" };
const struct name_set landlock_scope_names = { "scope", landlock_scopes, ARRAY_LEN(landlock_scopes) };
