/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_rules.h - a profile with its words turned into numbers: what stands between config.json and the filter.
 * Internal to seccomp. */
#ifndef TARE_SEC_SECCOMP_RULES_H
#define TARE_SEC_SECCOMP_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "oci/spec.h"
#include "sec/seccomp_table.h"

enum { SECCOMP_ARGS = 6 };

/* In the order in which rules with the same argument and value are tried: the narrower one first. */
enum seccomp_op { OP_EQ, OP_MASKED_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

/* (argument & mask) op value; the value has no bits outside of the mask, which is all ones but for OP_MASKED_EQ. */
struct seccomp_condition {
        uint64_t mask, value;
        uint32_t arg;
        enum seccomp_op op;
};

/* All of the conditions must hold; none: always. At most one for each argument, in the order of the arguments. */
struct seccomp_rule {
        uint32_t action; /* SECCOMP_RET_* with its data */
        uint32_t place;  /* in linux.seccomp.syscalls, for complaints */
        uint32_t seq;    /* its place among the rules of one call, in the order of the profile */
        bool is_idle;    /* does what the default action does: only tells that the profile knows the call */
        size_t n;
        const struct seccomp_condition *conditions;
};

/* One name that a rule stands for. */
struct seccomp_use {
        const struct seccomp_rule *rule;
        uint32_t name; /* in the table */
};

struct seccomp_profile {
        uint32_t default_action;
        bool gives_enosys; /* calls newer than all that the profile names get ENOSYS instead of the default action */
        bool notifies;
        const struct seccomp_arch *archs[SECCOMP_ARCHS_MAX]; /* the native one first, each once */
        size_t n_archs;
        struct seccomp_use *uses; /* in the order of the profile */
        size_t n_uses;
};

/* Reads the profile as runc and libseccomp do; see seccomp_compile. */
int seccomp_profile_read(const struct spec_seccomp *spec, const struct seccomp_arch *native, struct arena *arena,
                         struct seccomp_profile *ret, struct buf *ret_unknown, struct err *err);

int seccomp_out_of_memory(struct err *err);

#endif
