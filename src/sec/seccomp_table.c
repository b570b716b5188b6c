/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_table.c - look-ups in the table of system calls; see seccomp_table.h. */

#include <endian.h>
#include <string.h>

#include "seccomp_table.h"

/* What the compiler aims at, in the spec's words. The ABI counts: x32 and n32 programs make calls of their own. */
#if defined(__x86_64__) && defined(__ILP32__)
#define NATIVE "SCMP_ARCH_X32"
#elif defined(__x86_64__)
#define NATIVE "SCMP_ARCH_X86_64"
#elif defined(__i386__)
#define NATIVE "SCMP_ARCH_X86"
#elif defined(__aarch64__)
#define NATIVE "SCMP_ARCH_AARCH64"
#elif defined(__arm__)
#define NATIVE "SCMP_ARCH_ARM"
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE "SCMP_ARCH_RISCV64"
#elif defined(__loongarch__) && __loongarch_grlen == 64
#define NATIVE "SCMP_ARCH_LOONGARCH64"
#elif defined(__powerpc64__) && __BYTE_ORDER == __LITTLE_ENDIAN
#define NATIVE "SCMP_ARCH_PPC64LE"
#elif defined(__powerpc64__)
#define NATIVE "SCMP_ARCH_PPC64"
#elif defined(__powerpc__)
#define NATIVE "SCMP_ARCH_PPC"
#elif defined(__s390x__)
#define NATIVE "SCMP_ARCH_S390X"
#elif defined(__s390__)
#define NATIVE "SCMP_ARCH_S390"
#elif defined(__hppa64__)
#define NATIVE "SCMP_ARCH_PARISC64"
#elif defined(__hppa__)
#define NATIVE "SCMP_ARCH_PARISC"
#elif defined(__m68k__)
#define NATIVE "SCMP_ARCH_M68K"
#elif defined(__sh__) && __BYTE_ORDER == __LITTLE_ENDIAN
#define NATIVE "SCMP_ARCH_SH"
#elif defined(__sh__)
#define NATIVE "SCMP_ARCH_SHEB"
#elif defined(__mips__)
#if __BYTE_ORDER == __LITTLE_ENDIAN
#define MIPS "SCMP_ARCH_MIPSEL"
#else
#define MIPS "SCMP_ARCH_MIPS"
#endif
#if defined(__mips64) && _MIPS_SIM == _ABIN32
#define NATIVE MIPS "64N32"
#elif defined(__mips64)
#define NATIVE MIPS "64"
#else
#define NATIVE MIPS
#endif
#else
#define NATIVE "" /* none that runtime-spec has a word for */
#endif

const struct seccomp_arch *seccomp_arch_find(const char *word)
{
        for (size_t i = 0; i < seccomp_table.n_archs; i++)
                if (strcmp(seccomp_table.archs[i].word, word) == 0)
                        return &seccomp_table.archs[i];
        return NULL;
}

const struct seccomp_arch *seccomp_native_arch(void)
{
        return seccomp_arch_find(NATIVE);
}

int seccomp_name_find(const char *name)
{
        size_t low = 0;
        size_t high = seccomp_table.n_names;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                int order = strcmp(name, seccomp_table.texts + seccomp_table.offsets[middle]);
                if (order == 0)
                        return (int)middle;
                if (order < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        return -1;
}

static size_t index_of(const struct seccomp_arch *arch)
{
        return (size_t)(arch - seccomp_table.archs);
}

/* There are a handful, all ARM's own. */
static int64_t far_number(unsigned int name, size_t arch)
{
        for (size_t i = 0; i < seccomp_table.n_far_calls; i++)
                if (seccomp_table.far_calls[i].name == name && seccomp_table.far_calls[i].arch == arch)
                        return seccomp_table.far_calls[i].number;
        return -1;
}

int64_t seccomp_number(unsigned int name, const struct seccomp_arch *arch)
{
        uint16_t number = seccomp_table.numbers[name * seccomp_table.n_archs + index_of(arch)];
        if (number == SECCOMP_NO_NUMBER)
                return -1;
        if (number == SECCOMP_FAR_NUMBER)
                return far_number(name, index_of(arch));
        return (int64_t)arch->base + number;
}

const struct seccomp_muxed_call *seccomp_muxed_find(unsigned int name)
{
        size_t low = 0;
        size_t high = seccomp_table.n_muxed_calls;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const struct seccomp_muxed_call *call = &seccomp_table.muxed_calls[middle];
                if (call->name == name)
                        return call;
                if (name < call->name)
                        high = middle;
                else
                        low = middle + 1;
        }
        return NULL;
}

bool seccomp_is_muxed_on(const struct seccomp_muxed_call *call, const struct seccomp_arch *arch)
{
        return call && call->archs >> index_of(arch) & 1;
}
