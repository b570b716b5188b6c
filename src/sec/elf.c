/* SPDX-License-Identifier: Apache-2.0 */
/* elf.c - read the few fields of an ELF file that decide about execve(2), in files of both widths and both byte orders;
 * see elf.h. The limits are those of fs/binfmt_elf.c. */

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "sec/elf.h"

#include "base/scope.h"

/* Where the fields are that differ by width. */
struct layout {
        size_t header_size;
        size_t phoff, phentsize, phnum; /* in the file's header */
        size_t entry_size;
        size_t offset, filesz; /* in an entry of the program headers */
        size_t word;           /* bytes of an address or an offset */
};

static const struct layout layouts[] = {
        [ELFCLASS32] = {
                .header_size = sizeof(Elf32_Ehdr),
                .phoff = offsetof(Elf32_Ehdr, e_phoff),
                .phentsize = offsetof(Elf32_Ehdr, e_phentsize),
                .phnum = offsetof(Elf32_Ehdr, e_phnum),
                .entry_size = sizeof(Elf32_Phdr),
                .offset = offsetof(Elf32_Phdr, p_offset),
                .filesz = offsetof(Elf32_Phdr, p_filesz),
                .word = 4,
        },
        [ELFCLASS64] = {
                .header_size = sizeof(Elf64_Ehdr),
                .phoff = offsetof(Elf64_Ehdr, e_phoff),
                .phentsize = offsetof(Elf64_Ehdr, e_phentsize),
                .phnum = offsetof(Elf64_Ehdr, e_phnum),
                .entry_size = sizeof(Elf64_Phdr),
                .offset = offsetof(Elf64_Phdr, p_offset),
                .filesz = offsetof(Elf64_Phdr, p_filesz),
                .word = 8,
        },
};

/* The same in both widths. */
enum { TYPE_AT = offsetof(Elf64_Ehdr, e_type), MACHINE_AT = offsetof(Elf64_Ehdr, e_machine), P_TYPE_AT = 0 };

/* All program headers together may have so many bytes. */
enum { HEADERS_SIZE_MAX = 65536 };

static uint64_t number(const unsigned char *bytes, size_t len, bool is_big_endian)
{
        uint64_t value = 0;
        for (size_t i = 0; i < len; i++)
                value = value << 8 | bytes[is_big_endian ? i : len - 1 - i];
        return value;
}

/* Whether all of len bytes are there, at an offset that the file gives. */
static bool read_at(int fd, uint64_t offset, void *bytes, size_t len)
{
        return offset <= INT64_MAX && pread(fd, bytes, len, (off_t)offset) == (ssize_t)len;
}

static int read_loader(int fd, const struct layout *layout, const unsigned char *entry, bool is_big_endian, char *ret)
{
        uint64_t len = number(entry + layout->filesz, layout->word, is_big_endian);
        uint64_t offset = number(entry + layout->offset, layout->word, is_big_endian);
        if (len < 2 || len > PATH_MAX || !read_at(fd, offset, ret, (size_t)len) || ret[len - 1] != '\0') {
                ret[0] = '\0';
                return -1;
        }
        return 0;
}

int elf_read(int fd, const unsigned char *head, size_t head_len, struct elf_says *ret)
{
        ret->loader[0] = '\0';
        unsigned char class = head_len > EI_DATA ? head[EI_CLASS] : ELFCLASSNONE;
        if (class == ELFCLASSNONE || class >= ARRAY_LEN(layouts) || head_len < layouts[class].header_size)
                return -1;
        const struct layout *layout = &layouts[class];
        bool is_big_endian = head[EI_DATA] == ELFDATA2MSB;
        ret->type = (uint16_t)number(head + TYPE_AT, 2, is_big_endian);
        ret->machine = (uint16_t)number(head + MACHINE_AT, 2, is_big_endian);

        uint64_t at = number(head + layout->phoff, layout->word, is_big_endian);
        uint64_t n = number(head + layout->phnum, 2, is_big_endian);
        if (ret->type != ET_EXEC && ret->type != ET_DYN)
                return 0;
        if (number(head + layout->phentsize, 2, is_big_endian) != layout->entry_size || n == 0 ||
            n * layout->entry_size > HEADERS_SIZE_MAX)
                return -1;
        for (uint64_t i = 0; i < n; i++) {
                unsigned char entry[sizeof(Elf64_Phdr)];
                if (!read_at(fd, at + i * layout->entry_size, entry, layout->entry_size))
                        return -1;
                if (number(entry + P_TYPE_AT, 4, is_big_endian) == PT_INTERP)
                        return read_loader(fd, layout, entry, is_big_endian, ret->loader);
        }
        return 0;
}

/* machines --------------------------------------------------------------------------------------------------------- */

static const struct {
        uint16_t machine;
        const char *name;
        const char *uname; /* what the kernel's own word begins with */
} machines[] = {
        {EM_X86_64,   "x86_64",    "x86_64"   },
        { EM_386,     "i386",      "i"        },
        { EM_AARCH64, "aarch64",   "aarch64"  },
        { EM_ARM,     "arm",       "arm"      },
        { EM_RISCV,   "riscv",     "riscv"    },
        { EM_PPC64,   "ppc64",     "ppc64"    },
        { EM_PPC,     "ppc",       "ppc"      },
        { EM_S390,    "s390",      "s390"     },
        { EM_MIPS,    "mips",      "mips"     },
        { 258,        "loongarch", "loongarch"}, /* EM_LOONGARCH: not every elf.h has it */
};

const char *elf_machine_name(uint16_t machine)
{
        for (size_t i = 0; i < ARRAY_LEN(machines); i++)
                if (machines[i].machine == machine)
                        return machines[i].name;
        return NULL;
}

bool elf_machine_is(uint16_t machine, const char *uname_machine)
{
        for (size_t i = 0; i < ARRAY_LEN(machines); i++)
                if (machines[i].machine == machine)
                        return strncmp(uname_machine, machines[i].uname, strlen(machines[i].uname)) == 0;
        return false;
}
