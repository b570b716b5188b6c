/* SPDX-License-Identifier: Apache-2.0 */
/* elf.h - what an ELF file says of how it is to be executed: for which machine, by which loader. The file is anybody's:
 * what it says is bounded, and believed for a message alone. */
#ifndef TARE_SEC_ELF_H
#define TARE_SEC_ELF_H

#include <limits.h>
#include <stdint.h>

struct elf_says {
        uint16_t type, machine; /* ET_*, EM_* of elf.h */
        char loader[PATH_MAX];  /* PT_INTERP; "" when it has none */
};

/* Of the file's first head_len bytes, and what they point to. -1 where the kernel would find it damaged. No errno, no
 * message. */
int elf_read(int fd, const unsigned char *head, size_t head_len, struct elf_says *ret);

/* How people call the machine: "aarch64". NULL for one that nobody here knows. */
const char *elf_machine_name(uint16_t machine);
/* Whether that is the machine that uname(2) calls so. An unknown one is not. */
bool elf_machine_is(uint16_t machine, const char *uname_machine);

#endif
