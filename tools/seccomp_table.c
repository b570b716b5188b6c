/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_table.c - make the C table of every architecture's system calls, by asking libseccomp for each name.
 * Run once, by the build: libseccomp itself is no part of the runtime.
 * usage: seccomp-table SECCOMP-SYSCALLS.H OUTPUT.c
 * The header is libseccomp's own: it has a line "#define __SNR_name" for each name that the library knows. */

#include <ctype.h>
#include <errno.h>
#include <linux/ipc.h>
#include <linux/net.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "oci/names.h"

enum {
        ARCHS_MAX = 32, /* what the mask of a multiplexed call has bits for */
        NAMES_MAX = 2048,
        NAME_MAX_LEN = 64,
        NO_NUMBER = 0xffff,  /* as in sec/seccomp_table.h */
        FAR_NUMBER = 0xfffe, /* too far from the architecture's first number for 16 bits */
        NEAR_NUMBERS = 1024, /* where the direct number of a multiplexed call is looked for, from the first number on */
};

/* Bits of an AUDIT_ARCH_* (linux/audit.h), which libseccomp's tokens are made of. */
#define AUDIT_64BIT UINT32_C(0x80000000)
#define AUDIT_LE    UINT32_C(0x40000000)
#define AUDIT_N32   UINT32_C(0x20000000)

/* Calls that some architectures also, or only, make through socketcall(2) and ipc(2): the first argument then says
 * which. The numbers are the kernel's (linux/net.h, linux/ipc.h). */
static const struct {
        const char *name, *through;
        unsigned int call;
} muxed[] = {
        {"socket",       "socketcall", SYS_SOCKET     },
        { "bind",        "socketcall", SYS_BIND       },
        { "connect",     "socketcall", SYS_CONNECT    },
        { "listen",      "socketcall", SYS_LISTEN     },
        { "accept",      "socketcall", SYS_ACCEPT     },
        { "getsockname", "socketcall", SYS_GETSOCKNAME},
        { "getpeername", "socketcall", SYS_GETPEERNAME},
        { "socketpair",  "socketcall", SYS_SOCKETPAIR },
        { "send",        "socketcall", SYS_SEND       },
        { "recv",        "socketcall", SYS_RECV       },
        { "sendto",      "socketcall", SYS_SENDTO     },
        { "recvfrom",    "socketcall", SYS_RECVFROM   },
        { "shutdown",    "socketcall", SYS_SHUTDOWN   },
        { "setsockopt",  "socketcall", SYS_SETSOCKOPT },
        { "getsockopt",  "socketcall", SYS_GETSOCKOPT },
        { "sendmsg",     "socketcall", SYS_SENDMSG    },
        { "recvmsg",     "socketcall", SYS_RECVMSG    },
        { "accept4",     "socketcall", SYS_ACCEPT4    },
        { "recvmmsg",    "socketcall", SYS_RECVMMSG   },
        { "sendmmsg",    "socketcall", SYS_SENDMMSG   },
        { "semop",       "ipc",        SEMOP          },
        { "semget",      "ipc",        SEMGET         },
        { "semctl",      "ipc",        SEMCTL         },
        { "semtimedop",  "ipc",        SEMTIMEDOP     },
        { "msgsnd",      "ipc",        MSGSND         },
        { "msgrcv",      "ipc",        MSGRCV         },
        { "msgget",      "ipc",        MSGGET         },
        { "msgctl",      "ipc",        MSGCTL         },
        { "shmat",       "ipc",        SHMAT          },
        { "shmdt",       "ipc",        SHMDT          },
        { "shmget",      "ipc",        SHMGET         },
        { "shmctl",      "ipc",        SHMCTL         },
};

struct arch {
        const char *word;
        uint32_t token; /* libseccomp's */
        uint32_t audit; /* the kernel's */
        uint32_t base;  /* the first number */
};

static struct arch archs[ARCHS_MAX];
static size_t n_archs;
static char names[NAMES_MAX][NAME_MAX_LEN];
static size_t n_names;

static int compare_names(const void *a, const void *b)
{
        return strcmp(a, b);
}

static bool read_names(const char *path)
{
        FILE *header = fopen(path, "re");
        if (!header)
                return false;

        static const char prefix[] = "#define __SNR_";
        char line[512];
        while (n_names < NAMES_MAX && fgets(line, sizeof line, header)) {
                if (strncmp(line, prefix, sizeof prefix - 1) != 0)
                        continue;
                const char *name = line + sizeof prefix - 1;
                size_t len = strcspn(name, " \t\n");
                if (len == 0 || len >= NAME_MAX_LEN)
                        continue;
                memcpy(names[n_names++], name, len);
        }
        (void)fclose(header);
        return n_names > 0 && n_names < NAMES_MAX;
}

/* In order and each once: the header has some under several conditions. */
static void sort_names(void)
{
        qsort(names, n_names, sizeof names[0], compare_names);
        size_t kept = 0;
        for (size_t n = 0; n < n_names; n++)
                if (kept == 0 || strcmp(names[kept - 1], names[n]) != 0)
                        memmove(names[kept++], names[n], NAME_MAX_LEN);
        n_names = kept;
}

static uint32_t token_of(const char *word)
{
        char name[NAME_MAX_LEN] = "";
        const char *end = word + strlen("SCMP_ARCH_");
        for (size_t i = 0; end[i]; i++)
                name[i] = (char)tolower((unsigned char)end[i]);
        return seccomp_arch_resolve_name(name);
}

/* Negative: the architecture has no call of that name, or only a multiplexed one. */
static int number_of(const struct arch *arch, const char *name)
{
        return seccomp_syscall_resolve_name_arch(arch->token, name);
}

static void find_archs(void)
{
        for (size_t i = 0; i < seccomp_arch_names.n && n_archs < ARCHS_MAX; i++) {
                const char *word = seccomp_arch_names.names[i];
                struct arch arch = { .word = word, .token = token_of(word), .base = UINT32_MAX };
                if (arch.token == 0)
                        continue;
                /* The kernel has no architecture x32: it tells x32 calls from others by a bit of their number. */
                arch.audit = arch.token == SCMP_ARCH_X32 ? SCMP_ARCH_X86_64 : arch.token;
                for (size_t n = 0; n < n_names; n++) {
                        int number = number_of(&arch, names[n]);
                        if (number >= 0 && (uint32_t)number < arch.base)
                                arch.base = (uint32_t)number;
                }
                archs[n_archs++] = arch;
        }
}

/* libseccomp gives a multiplexed call a negative number of its own, -101 and on for socketcall(2), -201 and on for
 * ipc(2); also where there is neither. */
static bool is_muxed_number(int number)
{
        return number <= -100 && number > -300;
}

/* Names without a number anywhere are of no use to a filter: drops them, so that they count as unknown. */
static void drop_idle_names(void)
{
        size_t kept = 0;
        for (size_t n = 0; n < n_names; n++) {
                bool is_used = false;
                for (size_t a = 0; a < n_archs && !is_used; a++) {
                        int number = number_of(&archs[a], names[n]);
                        is_used = number >= 0 || is_muxed_number(number);
                }
                if (is_used)
                        memmove(names[kept++], names[n], NAME_MAX_LEN);
        }
        n_names = kept;
}

static size_t index_of(const char *name)
{
        const char *found = bsearch(name, names, n_names, sizeof names[0], compare_names);
        return found ? (size_t)(found - names[0]) / NAME_MAX_LEN : n_names;
}

static bool is_muxed_on(const struct arch *arch, size_t row)
{
        return is_muxed_number(number_of(arch, muxed[row].name)) && number_of(arch, muxed[row].through) >= 0;
}

/* The number of the call itself where there is one beside the multiplexed way. */
static int direct_number(const struct arch *arch, const char *name)
{
        for (uint32_t number = arch->base; number < arch->base + NEAR_NUMBERS; number++) {
                char *found = seccomp_syscall_resolve_num_arch(arch->token, (int)number);
                bool is_it = found && strcmp(found, name) == 0;
                free(found);
                if (is_it)
                        return (int)number;
        }
        return -1;
}

static int any_number(const struct arch *arch, const char *name)
{
        int number = number_of(arch, name);
        return is_muxed_number(number) ? direct_number(arch, name) : number;
}

static void print_archs(FILE *out)
{
        fprintf(out, "static const struct seccomp_arch archs[] = {\n");
        for (size_t a = 0; a < n_archs; a++) {
                uint32_t token = archs[a].token;
                bool is_64_bit = (token & AUDIT_64BIT) && !(token & AUDIT_N32);
                fprintf(out, "        { \"%s\", 0x%08x, 0x%x, %s, %s },\n", archs[a].word, archs[a].audit,
                        archs[a].base, is_64_bit ? "true" : "false", token & AUDIT_LE ? "false" : "true");
        }
        fprintf(out, "};\n\n");
}

static void print_names(FILE *out)
{
        fprintf(out, "static const char texts[] =\n");
        for (size_t n = 0; n < n_names; n++)
                fprintf(out, "        \"%s\\0\"\n", names[n]);
        fprintf(out, "        ;\n\nstatic const uint16_t offsets[] = {\n");
        size_t offset = 0;
        for (size_t n = 0; n < n_names; n++) {
                fprintf(out, "        %zu,\n", offset);
                offset += strlen(names[n]) + 1;
        }
        fprintf(out, "};\n\n");
}

static bool is_near(const struct arch *arch, int number)
{
        return (uint32_t)number - arch->base < FAR_NUMBER;
}

static void print_numbers(FILE *out)
{
        fprintf(out, "static const uint16_t numbers[] = {\n");
        for (size_t n = 0; n < n_names; n++) {
                fprintf(out, "        ");
                for (size_t a = 0; a < n_archs; a++) {
                        int number = any_number(&archs[a], names[n]);
                        unsigned int stored = FAR_NUMBER;
                        if (number < 0)
                                stored = NO_NUMBER;
                        else if (is_near(&archs[a], number))
                                stored = (uint32_t)number - archs[a].base;
                        fprintf(out, "%u, ", stored);
                }
                fprintf(out, "/* %s */\n", names[n]);
        }
        fprintf(out, "};\n\nstatic const struct seccomp_far_call far_calls[] = {\n");
        for (size_t n = 0; n < n_names; n++)
                for (size_t a = 0; a < n_archs; a++) {
                        int number = any_number(&archs[a], names[n]);
                        if (number >= 0 && !is_near(&archs[a], number))
                                fprintf(out, "        { %zu, %zu, 0x%x }, /* %s */\n", n, a, (unsigned int)number,
                                        names[n]);
                }
        fprintf(out, "};\n\n");
}

/* In the order of the names, so that the reader can search. */
static void print_muxed(FILE *out)
{
        fprintf(out, "static const struct seccomp_muxed_call muxed_calls[] = {\n");
        for (size_t n = 0; n < n_names; n++)
                for (size_t row = 0; row < ARRAY_LEN(muxed); row++) {
                        if (strcmp(muxed[row].name, names[n]) != 0)
                                continue;
                        unsigned int where = 0;
                        for (size_t a = 0; a < n_archs; a++)
                                where |= is_muxed_on(&archs[a], row) ? 1U << a : 0;
                        if (where)
                                fprintf(out, "        { %zu, %zu, %u, 0x%x }, /* %s */\n", n,
                                        index_of(muxed[row].through), muxed[row].call, where, names[n]);
                }
        fprintf(out, "};\n\n");
}

static void print_table(FILE *out)
{
        const struct scmp_version *version = seccomp_version();
        fprintf(out,
                "/* Made by tools/seccomp_table.c from libseccomp %u.%u.%u. */\n\n"
                "#include \"sec/seccomp_table.h\"\n\n#include \"base/scope.h\"\n\n",
                version->major, version->minor, version->micro);
        print_archs(out);
        print_names(out);
        print_numbers(out);
        print_muxed(out);
        fprintf(out, "const struct seccomp_table seccomp_table = {\n"
                     "        .archs = archs,\n        .n_archs = ARRAY_LEN(archs),\n"
                     "        .texts = texts,\n        .offsets = offsets,\n        .n_names = ARRAY_LEN(offsets),\n"
                     "        .numbers = numbers,\n"
                     "        .far_calls = far_calls,\n        .n_far_calls = ARRAY_LEN(far_calls),\n"
                     "        .muxed_calls = muxed_calls,\n        .n_muxed_calls = ARRAY_LEN(muxed_calls),\n"
                     "};\n");
}

static int complain(const char *what)
{
        fprintf(stderr, "seccomp-table: %s: %s\n", what, strerror(errno));
        return 1;
}

int main(int argc, char **argv)
{
        if (argc != 3) {
                fprintf(stderr, "usage: seccomp-table SECCOMP-SYSCALLS.H OUTPUT.c\n");
                return 2;
        }
        if (!read_names(argv[1]))
                return complain(argv[1]);
        sort_names();
        find_archs();
        drop_idle_names();

        FILE *out = fopen(argv[2], "we");
        if (!out)
                return complain(argv[2]);
        print_table(out);
        bool is_bad = ferror(out) != 0;
        return fclose(out) != 0 || is_bad ? complain(argv[2]) : 0;
}
