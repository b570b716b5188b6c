/* SPDX-License-Identifier: Apache-2.0 */
/* oracle.h - what libseccomp, fed as runc feeds it, makes of a profile; and what the profile's own words say. */
#ifndef TARE_TESTS_ORACLE_H
#define TARE_TESTS_ORACLE_H

#include <byteswap.h>
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf.h"
#include "oci/spec.h"
#include "sec/seccomp_table.h"
#include "unit.h"

enum { ORACLE_CODE_MAX = 16384 };

struct oracle {
        struct sock_filter *code;
        size_t n;
        bool has_lost_rules; /* libseccomp took some for conflicting: runc would refuse the profile */
};

static const struct {
        const char *word;
        uint32_t scmp;
} oracle_actions[] = {
        {"SCMP_ACT_KILL",          SCMP_ACT_KILL_THREAD },
        { "SCMP_ACT_KILL_THREAD",  SCMP_ACT_KILL_THREAD },
        { "SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
        { "SCMP_ACT_TRAP",         SCMP_ACT_TRAP        },
        { "SCMP_ACT_ERRNO",        SCMP_ACT_ERRNO(0)    },
        { "SCMP_ACT_TRACE",        SCMP_ACT_TRACE(0)    },
        { "SCMP_ACT_LOG",          SCMP_ACT_LOG         },
        { "SCMP_ACT_ALLOW",        SCMP_ACT_ALLOW       },
        { "SCMP_ACT_NOTIFY",       SCMP_ACT_NOTIFY      },
};

static const struct {
        const char *word;
        enum scmp_compare scmp;
} oracle_ops[] = {
        {"SCMP_CMP_NE",         SCMP_CMP_NE       },
        { "SCMP_CMP_LT",        SCMP_CMP_LT       },
        { "SCMP_CMP_LE",        SCMP_CMP_LE       },
        { "SCMP_CMP_EQ",        SCMP_CMP_EQ       },
        { "SCMP_CMP_GE",        SCMP_CMP_GE       },
        { "SCMP_CMP_GT",        SCMP_CMP_GT       },
        { "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
};

static inline uint32_t oracle_action(const char *word, const struct opt_u32 *errno_ret)
{
        size_t i = 0;
        while (strcmp(oracle_actions[i].word, word) != 0)
                i++;
        uint32_t action = oracle_actions[i].scmp;
        bool has_data = action == SCMP_ACT_ERRNO(0) || action == SCMP_ACT_TRACE(0);
        return has_data ? action | (errno_ret->set ? errno_ret->value : EPERM) : action;
}

static inline enum scmp_compare oracle_op(const char *word)
{
        size_t i = 0;
        while (strcmp(oracle_ops[i].word, word) != 0)
                i++;
        return oracle_ops[i].scmp;
}

/* libseccomp's number for an architecture of ours: that of the kernel, but for x32. */
static inline uint32_t oracle_token(const struct seccomp_arch *arch)
{
        return strcmp(arch->word, "SCMP_ARCH_X32") == 0 ? SCMP_ARCH_X32 : arch->audit;
}

static inline bool oracle_has_double_arg(const struct spec_seccomp_rule *rule)
{
        unsigned int seen = 0;
        for (size_t i = 0; i < rule->n_args; i++) {
                if (seen >> rule->args[i].index & 1)
                        return true;
                seen |= 1U << rule->args[i].index;
        }
        return false;
}

static inline void oracle_add_rule(scmp_filter_ctx filter, uint32_t action, int number,
                                   const struct spec_seccomp_rule *rule, struct oracle *ret)
{
        struct scmp_arg_cmp args[16];
        assert_true(rule->n_args <= 16);
        for (size_t i = 0; i < rule->n_args; i++)
                args[i] = (struct scmp_arg_cmp){ rule->args[i].index, oracle_op(rule->args[i].op), rule->args[i].value,
                                                 rule->args[i].value_two };
        bool is_double = oracle_has_double_arg(rule);
        size_t n_rules = is_double ? rule->n_args : 1;
        for (size_t i = 0; i < n_rules; i++) {
                int rc = is_double ? seccomp_rule_add_array(filter, action, number, 1, &args[i])
                                   : seccomp_rule_add_array(filter, action, number, (unsigned int)rule->n_args, args);
                if (rc != -EEXIST)
                        assert_int_equal(rc, 0);
                else
                        ret->has_lost_rules = true;
        }
}

static inline void oracle_add_archs(scmp_filter_ctx filter, const struct spec_seccomp *spec,
                                    const struct seccomp_arch *native)
{
        /* The last architecture can be removed too, and the byte order is forgotten with it. */
        if (oracle_token(native) != oracle_token(seccomp_native_arch()))
                assert_int_equal(seccomp_arch_remove(filter, SCMP_ARCH_NATIVE), 0);
        (void)seccomp_arch_add(filter, oracle_token(native));
        for (size_t i = 0; i < spec->architectures.n; i++) {
                int rc = seccomp_arch_add(filter, oracle_token(seccomp_arch_find(spec->architectures.items[i])));
                assert_true(rc == 0 || rc == -EEXIST);
        }
}

static inline void oracle_export(scmp_filter_ctx filter, bool is_swapped, struct oracle *ret)
{
        int fd = memfd_create("filter", MFD_CLOEXEC);
        assert_true(fd >= 0);
        assert_int_equal(seccomp_export_bpf(filter, fd), 0);
        ssize_t size = pread(fd, ret->code, ORACLE_CODE_MAX * sizeof ret->code[0], 0);
        (void)close(fd);
        assert_true(size > 0);
        ret->n = (size_t)size / sizeof ret->code[0];
        for (size_t i = 0; is_swapped && i < ret->n; i++) {
                ret->code[i].code = bswap_16(ret->code[i].code);
                ret->code[i].k = bswap_32(ret->code[i].k);
        }
}

/* ret->code has ORACLE_CODE_MAX places. The names are resolved for the test's own machine, as runc does; libseccomp
 * then translates. */
static inline void oracle_compile(const struct spec_seccomp *spec, const struct seccomp_arch *native,
                                  struct oracle *ret)
{
        ret->has_lost_rules = false;
        uint32_t default_action = oracle_action(spec->default_action, &spec->default_errno_ret);
        scmp_filter_ctx filter = seccomp_init(default_action);
        assert_non_null(filter);
        oracle_add_archs(filter, spec, native);
        for (size_t i = 0; i < spec->n_rules; i++) {
                const struct spec_seccomp_rule *rule = &spec->rules[i];
                uint32_t action = oracle_action(rule->action, &rule->errno_ret);
                if (action == default_action)
                        continue;
                for (size_t k = 0; k < rule->names.n; k++) {
                        int number = seccomp_syscall_resolve_name(rule->names.items[k]);
                        if (number != __NR_SCMP_ERROR)
                                oracle_add_rule(filter, action, number, rule, ret);
                }
        }
        oracle_export(filter, native->is_big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__), ret);
        seccomp_release(filter);
}

#endif
