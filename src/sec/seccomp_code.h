/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_code.h - an assembler for classic BPF that is written from its end to its beginning: the target of a jump is
 * there before the jump is. Internal to seccomp. */
#ifndef TARE_SEC_SECCOMP_CODE_H
#define TARE_SEC_SECCOMP_CODE_H

#include <linux/filter.h>
#include <stdint.h>

#include "base/arena.h"
#include "sec/seccomp_rules.h"

enum { SECCOMP_CODE_MAX = BPF_MAXINSNS, RECENT_RETS = 16 };

struct seccomp_code {
        struct sock_filter *insns; /* the last one of the program first */
        size_t n;                  /* goes on counting beyond SECCOMP_CODE_MAX, where nothing is stored any more */
        struct {
                uint32_t action;
                size_t at;
        } rets[RECENT_RETS]; /* where actions were last returned from, the oldest is replaced */
        size_t n_rets;
};

/* Where a jump goes: to an instruction that is there, or to the return of an action. */
struct seccomp_target {
        enum { TO_ACTION, TO_CODE } kind;
        uint32_t action;
        size_t at;
};

struct seccomp_target to_action(uint32_t action);

/* What a test finds in the accumulator, as an offset into struct seccomp_data, so that a jump to where just that is
 * loaded can go behind the load. */
enum { ACC_CHANGED = -1 };

struct seccomp_test {
        uint16_t jump; /* BPF_JEQ, BPF_JGT or BPF_JGE */
        uint32_t value;
        int64_t acc;
};

/* Each puts one instruction (and, before a long jump, one or two more) in front of the program and gives its place. */
struct seccomp_target code_load(struct seccomp_code *code, uint32_t offset);
struct seccomp_target code_and(struct seccomp_code *code, uint32_t mask);
struct seccomp_target code_test(struct seccomp_code *code, const struct seccomp_test *test, struct seccomp_target yes,
                                struct seccomp_target no);
/* Makes the target what comes next after the instruction that is added next, be that no jump. */
void code_put_next(struct seccomp_code *code, struct seccomp_target target);

/* One condition over one argument: `yes` where it holds, else `no`. Neither relies on the accumulator. */
struct seccomp_target code_condition(struct seccomp_code *code, const struct seccomp_condition *condition,
                                     const struct seccomp_arch *arch, struct seccomp_target yes,
                                     struct seccomp_target no);

#endif
