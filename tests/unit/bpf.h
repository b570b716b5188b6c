/* SPDX-License-Identifier: Apache-2.0 */
/* bpf.h - run a seccomp filter as the kernel would, on any architecture's behalf. Whatever seccomp(2) would refuse, or
 * neither tare nor libseccomp makes, is answered with BPF_BROKEN. */
#ifndef TARE_TESTS_BPF_H
#define TARE_TESTS_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No action has this code. */
#define BPF_BROKEN UINT32_C(0x12340000)

struct bpf_call {
        uint32_t nr, arch;
        uint64_t args[6];
        bool is_big_endian;
};

static inline uint32_t bpf_load(const struct bpf_call *call, uint32_t offset)
{
        if (offset == offsetof(struct seccomp_data, nr))
                return call->nr;
        if (offset == offsetof(struct seccomp_data, arch))
                return call->arch;
        size_t arg = (offset - offsetof(struct seccomp_data, args)) / 8;
        bool is_second = offset % 8 == 4;
        return (uint32_t)(is_second == call->is_big_endian ? call->args[arg] : call->args[arg] >> 32);
}

/* As kernel/seccomp.c and net/core/filter.c check: whole words of struct seccomp_data, jumps forward into the program,
 * a return at its end. */
static inline bool bpf_is_sound(const struct sock_filter *code, size_t n)
{
        if (n == 0 || n > BPF_MAXINSNS || code[n - 1].code != (BPF_RET | BPF_K))
                return false;
        for (size_t i = 0; i < n; i++) {
                size_t left = n - 1 - i;
                switch (code[i].code) {
                case BPF_LD | BPF_W | BPF_ABS:
                        if (code[i].k % 4 != 0 || code[i].k >= sizeof(struct seccomp_data) || left < 1)
                                return false;
                        break;
                case BPF_JMP | BPF_JA:
                        if (code[i].k >= left)
                                return false;
                        break;
                case BPF_JMP | BPF_JEQ | BPF_K:
                case BPF_JMP | BPF_JGT | BPF_K:
                case BPF_JMP | BPF_JGE | BPF_K:
                        if (code[i].jt >= left || code[i].jf >= left)
                                return false;
                        break;
                case BPF_ALU | BPF_AND | BPF_K:
                        if (left < 1)
                                return false;
                        break;
                case BPF_RET | BPF_K:
                        break;
                default:
                        return false;
                }
        }
        return true;
}

/* Of a sound program. */
static inline uint32_t bpf_run(const struct sock_filter *code, size_t n, const struct bpf_call *call)
{
        uint32_t acc = 0;
        for (size_t at = 0; at < n; at++) {
                const struct sock_filter *insn = &code[at];
                switch (insn->code) {
                case BPF_LD | BPF_W | BPF_ABS:
                        acc = bpf_load(call, insn->k);
                        break;
                case BPF_JMP | BPF_JA:
                        at += insn->k;
                        break;
                case BPF_JMP | BPF_JEQ | BPF_K:
                        at += acc == insn->k ? insn->jt : insn->jf;
                        break;
                case BPF_JMP | BPF_JGT | BPF_K:
                        at += acc > insn->k ? insn->jt : insn->jf;
                        break;
                case BPF_JMP | BPF_JGE | BPF_K:
                        at += acc >= insn->k ? insn->jt : insn->jf;
                        break;
                case BPF_ALU | BPF_AND | BPF_K:
                        acc &= insn->k;
                        break;
                case BPF_RET | BPF_K:
                        return insn->k;
                default:
                        return BPF_BROKEN;
                }
        }
        return BPF_BROKEN;
}

#endif
