/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_calls.c - gather what a profile says by system call number; see seccomp_calls.h. Pure. */

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "seccomp_calls.h"

#include "base/scope.h"
#include "sec/seccomp_order.h"

/* The bit that tells x32 calls from those of x86_64, which have the same seccomp_data.arch (asm/unistd.h). */
#define X32_BIT UINT32_C(0x40000000)
/* What no call has: x32's numbers and those of x86_64 share the upper half by that bit as well. */
#define UPPER_HALF UINT32_C(0x80000000)

/* The calls of one ABI, by number. */
struct calls {
        const struct seccomp_profile *profile;
        const struct seccomp_arch *arch;
        const struct seccomp_entry *entries;
        size_t n;
        uint32_t last;   /* the highest number that the profile names, 0: none */
        bool has_enosys; /* what is beyond it gets ENOSYS */
};

static const struct seccomp_use *use_of(const struct calls *calls, const struct seccomp_entry *entry)
{
        return &calls->profile->uses[entry->use];
}

/* entries -------------------------------------------------------------------------------------------------------- */

static void add_entry(struct calls *calls, struct seccomp_entry *entries, size_t use, int64_t number, uint32_t call)
{
        if (number < 0)
                return;
        if (number > calls->last)
                calls->last = (uint32_t)number;
        if (calls->profile->uses[use].rule->is_idle)
                return;
        entries[calls->n++] = (struct seccomp_entry){ (uint32_t)number, call, (uint32_t)use };
}

static void gather_entries(struct calls *calls, struct seccomp_entry *entries)
{
        for (size_t i = 0; i < calls->profile->n_uses; i++) {
                unsigned int name = calls->profile->uses[i].name;
                const struct seccomp_muxed_call *muxed = seccomp_muxed_find(name);
                if (seccomp_is_muxed_on(muxed, calls->arch))
                        add_entry(calls, entries, i, seccomp_number(muxed->through, calls->arch), muxed->call);
                add_entry(calls, entries, i, seccomp_number(name, calls->arch), 0);
        }
}

/* By number, else as they were: a byte at a time, from the lowest. Most bytes of most numbers are the same. */
static void sort_entries(struct seccomp_ranges *ranges, size_t n)
{
        for (unsigned int shift = 0; n > 0 && shift < 32; shift += 8) {
                size_t starts[257] = { 0 };
                for (size_t i = 0; i < n; i++)
                        starts[(ranges->entries[i].number >> shift & 0xff) + 1]++;
                if (starts[(ranges->entries[0].number >> shift & 0xff) + 1] == n)
                        continue;
                for (size_t i = 0; i < 256; i++)
                        starts[i + 1] += starts[i];
                for (size_t i = 0; i < n; i++)
                        ranges->spare[starts[ranges->entries[i].number >> shift & 0xff]++] = ranges->entries[i];
                struct seccomp_entry *sorted = ranges->spare;
                ranges->spare = ranges->entries;
                ranges->entries = sorted;
        }
}

/* Good until the next calls are gathered. */
static void calls_gather(const struct seccomp_profile *profile, const struct seccomp_arch *arch,
                         struct seccomp_ranges *ranges, struct calls *ret)
{
        *ret = (struct calls){ .profile = profile, .arch = arch };
        gather_entries(ret, ranges->entries);
        sort_entries(ranges, ret->n);
        ret->entries = ranges->entries;
        ret->has_enosys = profile->gives_enosys && ret->last > 0;
}

/* rules of one call ---------------------------------------------------------------------------------------------- */

/* The condition as the architecture compares it; false when it always holds. */
static bool narrow(const struct seccomp_condition *condition, const struct seccomp_arch *arch,
                   struct seccomp_condition *ret)
{
        *ret = *condition;
        if (!arch->is_64_bit) {
                ret->mask &= UINT32_MAX;
                ret->value &= UINT32_MAX;
        }
        return ret->mask != 0;
}

/* Room for one more: the first argument of a multiplexed call, which takes the place of what the rule says of it. */
static int narrow_rule(const struct calls *calls, const struct seccomp_entry *entry, struct arena *arena,
                       struct seccomp_rule *ret, struct err *err)
{
        const struct seccomp_rule *rule = use_of(calls, entry)->rule;
        struct seccomp_condition *conditions = arena_alloc_n(arena, rule->n + 1, sizeof conditions[0]);
        if (!conditions)
                return seccomp_out_of_memory(err);

        *ret = *rule;
        ret->conditions = conditions;
        ret->n = 0;
        if (entry->call != 0)
                conditions[ret->n++] = (struct seccomp_condition){ UINT64_MAX, entry->call, 0, OP_EQ };
        for (size_t i = 0; i < rule->n; i++) {
                if (entry->call != 0 && rule->conditions[i].arg == 0)
                        continue;
                if (narrow(&rule->conditions[i], calls->arch, &conditions[ret->n]))
                        ret->n++;
        }
        return 0;
}

/* A conflict that only a narrow architecture or a multiplexed call makes is no fault of the profile. */
static bool is_written_so(const struct calls *calls, const struct seccomp_entry *entries,
                          const struct seccomp_conflict *conflict)
{
        const struct seccomp_entry *first = &entries[conflict->first.seq];
        const struct seccomp_entry *second = &entries[conflict->second.seq];
        const struct seccomp_rule *a = use_of(calls, first)->rule;
        const struct seccomp_rule *b = use_of(calls, second)->rule;
        if (first->call != 0 || second->call != 0 || a->n != b->n)
                return false;
        for (size_t i = 0; i < a->n; i++)
                if (a->conditions[i].arg != b->conditions[i].arg || a->conditions[i].op != b->conditions[i].op ||
                    a->conditions[i].mask != b->conditions[i].mask || a->conditions[i].value != b->conditions[i].value)
                        return false;
        return true;
}

static int refuse_conflict(const struct calls *calls, const struct seccomp_entry *entries,
                           const struct seccomp_conflict *conflict, struct err *err)
{
        unsigned int name = use_of(calls, &entries[conflict->second.seq])->name;
        return fail(err, "linux.seccomp.syscalls[%u]: %s: is decided otherwise by syscalls[%u]", conflict->second.place,
                    seccomp_table.texts + seccomp_table.offsets[name], conflict->first.place);
}

/* rules are those of n entries, in their order. */
static int make_leaf(const struct calls *calls, const struct seccomp_entry *entries, struct seccomp_rule *rules,
                     size_t n, struct arena *arena, const struct seccomp_leaf **ret, struct err *err)
{
        struct seccomp_leaf *leaf = arena_alloc(arena, sizeof *leaf);
        if (!leaf)
                return seccomp_out_of_memory(err);

        struct seccomp_conflict conflict = { 0 };
        leaf->arch = calls->arch;
        leaf->rules = rules;
        leaf->n = seccomp_rules_order(rules, n, &conflict);
        if (conflict.is_there && is_written_so(calls, entries, &conflict))
                return refuse_conflict(calls, entries, &conflict, err);
        *ret = leaf;
        return 0;
}

/* The answer to one number, for which there are n entries. A rule without conditions decides alone, the first of them
 * if there are more. */
static int answer_call(const struct calls *calls, const struct seccomp_entry *entries, size_t n, struct arena *arena,
                       struct seccomp_range *ret, struct err *err)
{
        *ret = (struct seccomp_range){ .start = entries[0].number, .action = use_of(calls, entries)->rule->action };
        if (use_of(calls, entries)->rule->n == 0 && entries[0].call == 0)
                return 0;

        struct seccomp_rule *rules = arena_alloc_n(arena, n, sizeof rules[0]);
        if (!rules)
                return seccomp_out_of_memory(err);
        for (size_t i = 0; i < n; i++) {
                if (narrow_rule(calls, &entries[i], arena, &rules[i], err) < 0)
                        return -1;
                rules[i].seq = (uint32_t)i;
                ret->action = rules[i].action;
                if (rules[i].n == 0)
                        return 0;
        }
        return make_leaf(calls, entries, rules, n, arena, &ret->leaf, err);
}

/* ranges --------------------------------------------------------------------------------------------------------- */

static bool is_alike(const struct seccomp_range *a, const struct seccomp_range *b)
{
        return !a->leaf && !b->leaf && a->action == b->action;
}

/* From range->start on: what was said of that number and beyond is replaced. The room was counted before. */
static void add_range(struct seccomp_ranges *ranges, const struct seccomp_range *range)
{
        if (ranges->n > 0 && ranges->items[ranges->n - 1].start == range->start)
                ranges->n--;
        if (ranges->n > 0 && is_alike(&ranges->items[ranges->n - 1], range))
                return;
        ranges->items[ranges->n++] = *range;
}

static void add_action(struct seccomp_ranges *ranges, uint32_t start, uint32_t action)
{
        const struct seccomp_range range = { .start = start, .action = action };
        add_range(ranges, &range);
}

static const uint32_t enosys = SECCOMP_RET_ERRNO | ENOSYS;

/* A call that s390 cannot name in a byte goes through number 0, setup(2), which is long gone: a newer call than the
 * kernel knows arrives as that. */
static bool has_zero_for_unknown(const struct seccomp_arch *arch)
{
        return strcmp(arch->word, "SCMP_ARCH_S390") == 0 || strcmp(arch->word, "SCMP_ARCH_S390X") == 0;
}

static int add_calls(const struct calls *calls, uint32_t from, struct arena *arena, struct seccomp_ranges *ranges,
                     struct err *err)
{
        uint32_t default_action = calls->profile->default_action;
        add_action(ranges, from, default_action);
        if (calls->has_enosys && has_zero_for_unknown(calls->arch)) {
                add_action(ranges, 0, enosys);
                add_action(ranges, 1, default_action);
        }

        for (size_t i = 0, n = 0; i < calls->n; i += n) {
                const struct seccomp_entry *entries = &calls->entries[i];
                for (n = 1; i + n < calls->n && entries[n].number == entries[0].number;)
                        n++;
                struct seccomp_range range = { 0 };
                if (answer_call(calls, entries, n, arena, &range, err) < 0)
                        return -1;
                add_range(ranges, &range);
                add_action(ranges, range.start + 1, default_action);
        }
        if (calls->has_enosys)
                add_action(ranges, calls->last + 1, enosys);
        return 0;
}

static const struct seccomp_arch *find_arch(const struct seccomp_profile *profile, const char *word)
{
        for (size_t i = 0; i < profile->n_archs; i++)
                if (strcmp(profile->archs[i]->word, word) == 0)
                        return profile->archs[i];
        return NULL;
}

/* x86_64's numbers are those without the bit, x32's those with it; each has a half of the upper half too, where no call
 * is. An ABI that is not in the filter is answered like a foreign architecture. */
static int build_x86_64(const struct seccomp_profile *profile, struct arena *arena, struct seccomp_ranges *ranges,
                        struct err *err)
{
        static const struct {
                const char *word;
                uint32_t start;
        } abis[] = {
                {"SCMP_ARCH_X86_64", 0      },
                { "SCMP_ARCH_X32",   X32_BIT}
        };
        uint32_t upper_action[ARRAY_LEN(abis)];
        bool has_x32 = find_arch(profile, "SCMP_ARCH_X32") != NULL;
        for (size_t i = 0; i < ARRAY_LEN(abis); i++) {
                const struct seccomp_arch *arch = find_arch(profile, abis[i].word);
                struct calls calls = { 0 };
                add_action(ranges, abis[i].start, SECCOMP_RET_KILL_THREAD);
                if (arch)
                        calls_gather(profile, arch, ranges, &calls);
                if (arch && add_calls(&calls, abis[i].start, arena, ranges, err) < 0)
                        return -1;
                upper_action[i] = has_x32 ? profile->default_action : SECCOMP_RET_KILL_THREAD;
                if (calls.has_enosys)
                        upper_action[i] = enosys;
        }

        for (size_t i = 0; i < ARRAY_LEN(abis); i++)
                add_action(ranges, UPPER_HALF | abis[i].start, upper_action[i]);
        /* A tracer that cancels a call sets its number to -1, which must not kill. */
        if (!has_x32)
                add_action(ranges, UINT32_MAX, profile->default_action);
        return 0;
}

/* Two for each entry of an architecture, or of x86_64 and x32 together, and what is added for the whole of an ABI. */
int seccomp_ranges_make(const struct seccomp_profile *profile, struct arena *arena, struct seccomp_ranges *ret,
                        struct err *err)
{
        size_t n = profile->n_uses;
        for (size_t i = 0; i < profile->n_uses; i++)
                n += seccomp_muxed_find(profile->uses[i].name) ? 1 : 0;
        *ret = (struct seccomp_ranges){ 0 };
        ret->entries = arena_alloc_n(arena, n, sizeof ret->entries[0]);
        ret->spare = arena_alloc_n(arena, n, sizeof ret->spare[0]);
        ret->items = arena_alloc_n(arena, 4 * n + 16, sizeof ret->items[0]);
        return ret->entries && ret->spare && ret->items ? 0 : seccomp_out_of_memory(err);
}

int seccomp_ranges_build(const struct seccomp_profile *profile, const struct seccomp_arch *arch, struct arena *arena,
                         struct seccomp_ranges *ranges, struct err *err)
{
        ranges->n = 0;
        const struct seccomp_arch *x86_64 = seccomp_arch_find("SCMP_ARCH_X86_64");
        if (x86_64 && x86_64->audit == arch->audit)
                return build_x86_64(profile, arena, ranges, err);

        struct calls calls;
        calls_gather(profile, arch, ranges, &calls);
        return add_calls(&calls, 0, arena, ranges, err);
}
