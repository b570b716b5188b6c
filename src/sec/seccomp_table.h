/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_table.h - the numbers of system calls by architecture and name. The table itself is made at build time by
 * tools/seccomp_table.c out of libseccomp; it is const and without pointers in its bulk, so that its pages are shared.
 */
#ifndef TARE_SEC_SECCOMP_TABLE_H
#define TARE_SEC_SECCOMP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seccomp_arch {
        const char *word; /* the spec's, "SCMP_ARCH_X86_64" */
        uint32_t audit;   /* AUDIT_ARCH_*, as struct seccomp_data has it; x32 shares that of x86_64 */
        uint32_t base;    /* the first number that a call has here */
        bool is_64_bit;   /* of what width the arguments are compared */
        bool is_big_endian;
};

/* A number that does not fit into 16 bits. */
struct seccomp_far_call {
        uint16_t name;
        uint16_t arch;
        uint32_t number;
};

/* A call that is (also) made through another one, whose first argument says which is meant: socketcall(2), ipc(2). */
struct seccomp_muxed_call {
        uint16_t name;
        uint16_t through;
        uint32_t call;  /* that argument, never 0 */
        uint32_t archs; /* bit N: it is so on architecture N */
};

struct seccomp_table {
        const struct seccomp_arch *archs;
        size_t n_archs;
        const char *texts;       /* the names, in order, each with its NUL */
        const uint16_t *offsets; /* of each name in texts */
        size_t n_names;
        const uint16_t *numbers; /* n_archs for each name: number - arch.base, or one of the two below */
        const struct seccomp_far_call *far_calls;
        size_t n_far_calls;
        const struct seccomp_muxed_call *muxed_calls; /* in the order of the names */
        size_t n_muxed_calls;
};

enum {
        SECCOMP_NO_NUMBER = 0xffff,
        SECCOMP_FAR_NUMBER = 0xfffe,
        SECCOMP_ARCHS_MAX = 32, /* seccomp_muxed_call.archs has a bit for each */
};

extern const struct seccomp_table seccomp_table;

/* NULL: the spec may know the word, but the libseccomp of the build did not. */
const struct seccomp_arch *seccomp_arch_find(const char *word);
/* What this program itself was compiled for; NULL where the table lacks it. */
const struct seccomp_arch *seccomp_native_arch(void);

/* The index of a name; -1 when no architecture has such a call. */
int seccomp_name_find(const char *name);
/* The number of a name; -1 when the architecture lacks it. */
int64_t seccomp_number(unsigned int name, const struct seccomp_arch *arch);
/* The row of a name that is multiplexed anywhere, else NULL. */
const struct seccomp_muxed_call *seccomp_muxed_find(unsigned int name);
/* Whether the row holds on this architecture. */
bool seccomp_is_muxed_on(const struct seccomp_muxed_call *call, const struct seccomp_arch *arch);

#endif
