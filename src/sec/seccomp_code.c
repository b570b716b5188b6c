/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_code.c - write classic BPF backwards; see seccomp_code.h. Pure. */

#include <linux/seccomp.h>
#include <stddef.h>

#include "seccomp_code.h"

/* A conditional jump leaps over 255 instructions at most; up to two more may come between it and what it was made for.
 */
enum { REACH = 250 };

struct seccomp_target to_action(uint32_t action)
{
        return (struct seccomp_target){ .kind = TO_ACTION, .action = action };
}

static struct seccomp_target to_code(size_t at)
{
        return (struct seccomp_target){ .kind = TO_CODE, .at = at };
}

static struct seccomp_target add(struct seccomp_code *code, struct sock_filter insn)
{
        if (code->n < SECCOMP_CODE_MAX)
                code->insns[code->n] = insn;
        return to_code(code->n++);
}

struct seccomp_target code_load(struct seccomp_code *code, uint32_t offset)
{
        return add(code, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

struct seccomp_target code_and(struct seccomp_code *code, uint32_t mask)
{
        return add(code, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
}

/* The instruction at place `at` is executed n - at - 1 instructions after the one that is added next. */
static bool is_near(const struct seccomp_code *code, size_t at)
{
        return code->n - at <= REACH;
}

static struct seccomp_target put_return(struct seccomp_code *code, uint32_t action)
{
        size_t kept = code->n_rets < RECENT_RETS ? code->n_rets : RECENT_RETS;
        size_t slot = code->n_rets % RECENT_RETS;
        for (size_t i = 0; i < kept; i++) {
                if (code->rets[i].action != action)
                        continue;
                if (is_near(code, code->rets[i].at))
                        return to_code(code->rets[i].at);
                slot = i;
                break;
        }

        struct seccomp_target put = add(code, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
        if (slot == code->n_rets % RECENT_RETS)
                code->n_rets++;
        code->rets[slot].action = action;
        code->rets[slot].at = put.at;
        return put;
}

static struct seccomp_target put_jump(struct seccomp_code *code, size_t at)
{
        return add(code, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)(code->n - at - 1)));
}

/* A place within reach of the next conditional jump. */
static struct seccomp_target put_near(struct seccomp_code *code, struct seccomp_target target)
{
        if (target.kind == TO_ACTION)
                return put_return(code, target.action);
        if (is_near(code, target.at))
                return target;
        return put_jump(code, target.at);
}

void code_put_next(struct seccomp_code *code, struct seccomp_target target)
{
        struct seccomp_target put = put_near(code, target);
        if (put.at != code->n - 1)
                (void)put_jump(code, put.at);
}

/* Behind the load that the target begins with, when it loads what is loaded already. */
static struct seccomp_target skip_load(const struct seccomp_code *code, struct seccomp_target target, int64_t acc)
{
        if (target.kind != TO_CODE || target.at >= SECCOMP_CODE_MAX || target.at == 0)
                return target;
        const struct sock_filter *insn = &code->insns[target.at];
        if (insn->code != (BPF_LD | BPF_W | BPF_ABS) || (int64_t)insn->k != acc)
                return target;
        return to_code(target.at - 1);
}

struct seccomp_target code_test(struct seccomp_code *code, const struct seccomp_test *test, struct seccomp_target yes,
                                struct seccomp_target no)
{
        struct seccomp_target near_no = put_near(code, skip_load(code, no, test->acc));
        struct seccomp_target near_yes = put_near(code, skip_load(code, yes, test->acc));
        return add(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_K | test->jump, test->value,
                                                      (uint8_t)(code->n - near_yes.at - 1),
                                                      (uint8_t)(code->n - near_no.at - 1)));
}

/* conditions ----------------------------------------------------------------------------------------------------- */

/* A half of an argument that is compared. */
struct half {
        uint32_t offset; /* in struct seccomp_data */
        uint32_t mask, value;
};

static struct half low_half(const struct seccomp_condition *condition, const struct seccomp_arch *arch)
{
        return (struct half){
                .offset = (uint32_t)offsetof(struct seccomp_data, args) + condition->arg * 8 +
                          (arch->is_big_endian ? 4 : 0),
                .mask = (uint32_t)condition->mask,
                .value = (uint32_t)condition->value,
        };
}

static struct half high_half(const struct seccomp_condition *condition, const struct seccomp_arch *arch)
{
        return (struct half){
                .offset = (uint32_t)offsetof(struct seccomp_data, args) + condition->arg * 8 +
                          (arch->is_big_endian ? 0 : 4),
                .mask = (uint32_t)(condition->mask >> 32),
                .value = (uint32_t)(condition->value >> 32),
        };
}

/* A mask of nothing always holds. */
static struct seccomp_target put_equal(struct seccomp_code *code, const struct half *half, struct seccomp_target yes,
                                       struct seccomp_target no)
{
        if (half->mask == 0)
                return yes;

        bool is_whole = half->mask == UINT32_MAX;
        struct seccomp_test test = { BPF_JEQ, half->value, is_whole ? (int64_t)half->offset : ACC_CHANGED };
        (void)code_test(code, &test, yes, no);
        if (!is_whole)
                (void)code_and(code, half->mask);
        return code_load(code, half->offset);
}

/* The low halves decide where the high ones are equal. */
static struct seccomp_target put_greater(struct seccomp_code *code, uint16_t jump, const struct half *low,
                                         const struct half *high, struct seccomp_target yes, struct seccomp_target no)
{
        struct seccomp_test low_test = { jump, low->value, low->offset };
        (void)code_test(code, &low_test, yes, no);
        struct seccomp_target put = code_load(code, low->offset);
        if (!high)
                return put;

        struct seccomp_test is_equal = { BPF_JEQ, high->value, high->offset };
        struct seccomp_test is_greater = { BPF_JGT, high->value, high->offset };
        put = code_test(code, &is_equal, put, no);
        (void)code_test(code, &is_greater, yes, put);
        return code_load(code, high->offset);
}

struct seccomp_target code_condition(struct seccomp_code *code, const struct seccomp_condition *condition,
                                     const struct seccomp_arch *arch, struct seccomp_target yes,
                                     struct seccomp_target no)
{
        struct half low = low_half(condition, arch);
        struct half high = high_half(condition, arch);
        const struct half *compared_high = arch->is_64_bit ? &high : NULL;
        switch (condition->op) {
        case OP_EQ:
        case OP_MASKED_EQ: {
                struct seccomp_target put = put_equal(code, &low, yes, no);
                return compared_high ? put_equal(code, compared_high, put, no) : put;
        }
        case OP_NE: {
                struct seccomp_target put = put_equal(code, &low, no, yes);
                return compared_high ? put_equal(code, compared_high, put, yes) : put;
        }
        case OP_GT:
                return put_greater(code, BPF_JGT, &low, compared_high, yes, no);
        case OP_GE:
                return put_greater(code, BPF_JGE, &low, compared_high, yes, no);
        case OP_LT:
                return put_greater(code, BPF_JGE, &low, compared_high, no, yes);
        case OP_LE:
                return put_greater(code, BPF_JGT, &low, compared_high, no, yes);
        }
        return no; /* not reached: the switch knows every operator */
}
