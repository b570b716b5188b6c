/* SPDX-License-Identifier: Apache-2.0 */
/* test_device_rules.c - lists of device rules: as they are thinned out, told to a v1 controller, and compiled for
 * cgroup2. Each form is asked about many devices, and must answer as the rules do that were given. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "cgroup/device_bpf.h"
#include "cgroup/device_list.h"

struct request {
        char type;
        uint32_t major, minor;
        unsigned int access;
};

#define NUMBER(n)                         \
        {                                 \
                .set = true, .value = (n) \
        }

/* the reference ---------------------------------------------------------------------------------------------------- */

static bool rule_is_about(const struct spec_device_rule *rule, const struct request *request, char letter)
{
        bool has_type = rule->type == 'a' || rule->type == 0 || rule->type == request->type;
        bool has_major = !rule->major.set || rule->major.value == -1 || rule->major.value == request->major;
        bool has_minor = !rule->minor.set || rule->minor.value == -1 || rule->minor.value == request->minor;
        return has_type && has_major && has_minor && strchr(rule->access, letter);
}

/* The standard rules, written out once more, as those of a config.json. */
static const struct spec_device_rule appended[] = {
        {true,  'c', { 0 },       { 0 },       "m"  },
        { true, 'b', { 0 },       { 0 },       "m"  },
        { true, 'c', NUMBER(1),   NUMBER(3),   "rwm"},
        { true, 'c', NUMBER(1),   NUMBER(5),   "rwm"},
        { true, 'c', NUMBER(1),   NUMBER(7),   "rwm"},
        { true, 'c', NUMBER(1),   NUMBER(8),   "rwm"},
        { true, 'c', NUMBER(1),   NUMBER(9),   "rwm"},
        { true, 'c', NUMBER(5),   NUMBER(0),   "rwm"},
        { true, 'c', NUMBER(5),   NUMBER(2),   "rwm"},
        { true, 'c', NUMBER(10),  NUMBER(200), "rwm"},
        { true, 'c', NUMBER(136), { 0 },       "rwm"},
};

static bool is_allowed_by_rules(const struct spec_device_rule *rules, size_t n, const struct request *request)
{
        static const struct {
                char letter;
                unsigned int bit;
        } letters[] = {
                {'m',  DEVICE_MKNOD},
                { 'r', DEVICE_READ },
                { 'w', DEVICE_WRITE}
        };
        for (size_t k = 0; k < ARRAY_LEN(letters); k++) {
                bool is_allowed = false;
                if (!(request->access & letters[k].bit))
                        continue;
                for (size_t i = 0; i < n; i++) {
                        if (rule_is_about(&rules[i], request, letters[k].letter))
                                is_allowed = rules[i].allow;
                }
                for (size_t i = 0; i < ARRAY_LEN(appended); i++) {
                        if (rule_is_about(&appended[i], request, letters[k].letter))
                                is_allowed = true;
                }
                if (!is_allowed)
                        return false;
        }
        return true;
}

/* the interpreter -------------------------------------------------------------------------------------------------- */

static uint32_t alu(unsigned int operation, uint32_t to, uint32_t from)
{
        switch (operation) {
        case BPF_MOV:
                return from;
        case BPF_AND:
                return to & from;
        case BPF_OR:
                return to | from;
        case BPF_LSH:
                return to << from;
        case BPF_RSH:
                return to >> from;
        default:
                print_error("no such operation: %#x\n", operation);
                assert_true(false);
                return 0;
        }
}

static bool jumps(unsigned int condition, uint32_t a, uint32_t b)
{
        switch (condition) {
        case BPF_JA:
                return true;
        case BPF_JEQ:
                return a == b;
        case BPF_JNE:
                return a != b;
        case BPF_JSET:
                return (a & b) != 0;
        default:
                print_error("no such condition: %#x\n", condition);
                assert_true(false);
                return false;
        }
}

/* The few instructions of the compiler, with the checks that the kernel makes too. was_met: one mark an instruction. */
static uint32_t interpret(const struct device_program *program, const struct request *request, bool *was_met)
{
        struct bpf_cgroup_dev_ctx context = {
                .access_type =
                        request->access << 16 | (request->type == 'c' ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK),
                .major = request->major,
                .minor = request->minor,
        };
        uint32_t registers[11] = { 0 };
        bool context_is_lost = false;
        for (size_t i = 0; i < program->n; i++) {
                const struct bpf_insn *one = &program->instructions[i];
                unsigned int class = BPF_CLASS(one->code);
                uint32_t from = BPF_SRC(one->code) == BPF_X ? registers[one->src_reg] : (uint32_t)one->imm;
                was_met[i] = true;
                if (class == BPF_LDX) {
                        assert_int_equal(one->code, BPF_LDX | BPF_MEM | BPF_W);
                        assert_int_equal(one->src_reg, BPF_REG_1);
                        assert_false(context_is_lost);
                        assert_true(one->off >= 0 && (size_t)one->off + 4 <= sizeof context);
                        memcpy(&registers[one->dst_reg], (const char *)&context + one->off, 4);
                } else if (class == BPF_ALU) {
                        registers[one->dst_reg] = alu(BPF_OP(one->code), registers[one->dst_reg], from);
                        context_is_lost = context_is_lost || one->dst_reg == BPF_REG_1;
                } else if (one->code == (BPF_JMP | BPF_EXIT)) {
                        return registers[0];
                } else {
                        assert_true(class == BPF_JMP32 || one->code == (BPF_JMP | BPF_JA));
                        assert_true(one->off >= 0);
                        if (jumps(BPF_OP(one->code), registers[one->dst_reg], from))
                                i += (size_t)one->off;
                }
        }
        print_error("the program runs over its end\n");
        assert_true(false);
        return 0;
}

/* What can be met, by every branch. */
static void assert_nothing_is_out_of_reach(const struct device_program *program)
{
        bool *reached = calloc(program->n, sizeof *reached);
        reached[0] = true;
        for (size_t i = 0; i < program->n; i++) {
                const struct bpf_insn *one = &program->instructions[i];
                unsigned int class = BPF_CLASS(one->code);
                bool is_jump = class == BPF_JMP32 || one->code == (BPF_JMP | BPF_JA);
                assert_true(reached[i]);
                if (is_jump)
                        reached[i + 1 + (size_t)one->off] = true;
                if (one->code != (BPF_JMP | BPF_JA) && one->code != (BPF_JMP | BPF_EXIT))
                        reached[i + 1] = true;
        }
        free(reached);
}

/* v1 --------------------------------------------------------------------------------------------------------------- */

static bool number_covers(int64_t wide, int64_t narrow)
{
        return wide == -1 || wide == narrow;
}

/* As the kernel judges (security/device_cgroup.c): one exception must give all of the access where the default is to
 * deny; any that touches it denies where the default is to allow. */
static bool is_allowed_by_v1(const struct device_list *flat, const struct request *request)
{
        for (size_t i = 0; i < flat->n; i++) {
                const struct device_rule *rule = &flat->rules[i];
                assert_int_equal(rule->allow, !flat->allows_by_default);
                if (rule->type != request->type || !number_covers(rule->major, request->major) ||
                    !number_covers(rule->minor, request->minor))
                        continue;
                if (flat->allows_by_default && (rule->access & request->access))
                        return false;
                if (!flat->allows_by_default && (request->access & ~rule->access) == 0)
                        return true;
        }
        return flat->allows_by_default;
}

/* the comparison --------------------------------------------------------------------------------------------------- */

static const uint32_t majors[] = { 0, 1, 2, 5, 8, 10, 136, 4095 };
static const uint32_t minors[] = { 0, 1, 2, 3, 5, 7, 8, 9, 200, 4096, 1048575 };

static void assert_answer(const char *who, const struct request *request, bool answer, bool expected)
{
        if (answer != expected)
                print_error("%s: %c %u:%u access %u\n", who, request->type, request->major, request->minor,
                            request->access);
        assert_int_equal(answer, expected);
}

static void compare_one(const struct spec_device_rule *rules, size_t n, const struct device_program *program,
                        const struct device_list *flat, const struct request *request)
{
        bool was_met[512] = { false };
        assert_true(program->n < ARRAY_LEN(was_met));
        bool expected = is_allowed_by_rules(rules, n, request);
        assert_answer("bpf", request, interpret(program, request, was_met) != 0, expected);
        if (flat)
                assert_answer("v1", request, is_allowed_by_v1(flat, request), expected);
}

/* *ret_is_flat: whether v1 can say it. */
static void compare(const struct spec_device_rule *rules, size_t n, bool *ret_is_flat)
{
        struct arena arena = { 0 };
        struct device_list list, flat;
        struct device_program program;
        struct err err = { 0 };
        assert_int_equal(device_list_build(rules, n, &arena, &list, &err), 0);
        assert_int_equal(device_program_compile(&list, &arena, &program, &err), 0);
        assert_nothing_is_out_of_reach(&program);
        *ret_is_flat = device_list_flatten(&list, &arena, &flat, &err) == 0;
        if (!*ret_is_flat)
                assert_non_null(strstr(err.text, "(cannot punch hole in existing wildcard rule)"));

        for (size_t i = 0; i < ARRAY_LEN(majors); i++) {
                for (size_t k = 0; k < ARRAY_LEN(minors); k++) {
                        for (unsigned int access = 1; access <= DEVICE_ALL; access++) {
                                struct request request = { 'c', majors[i], minors[k], access };
                                compare_one(rules, n, &program, *ret_is_flat ? &flat : NULL, &request);
                                request.type = 'b';
                                compare_one(rules, n, &program, *ret_is_flat ? &flat : NULL, &request);
                        }
                }
        }
        arena_finish(&arena);
}

static void known_lists_answer_as_their_rules(void **state)
{
        (void)state;
        static const struct {
                struct spec_device_rule rules[5];
                size_t n;
                bool is_flat;
        } lists[] = {
                {{ { 0 } },                                                                             0, true },
                { { { false, 'a', { 0 }, { 0 }, "rwm" } },                                              1, true },
                { { { true, 'a', { 0 }, { 0 }, "rwm" } },                                               1, true },
                { { { false, 'a', { 0 }, { 0 }, "rwm" }, { true, 'c', NUMBER(8), NUMBER(0), "rw" } },   2, true },
                { { { true, 'b', NUMBER(8), { 0 }, "r" }, { true, 'b', NUMBER(8), NUMBER(1), "w" } },   2, true },
                { { { true, 'a', { 0 }, { 0 }, "rwm" }, { false, 'b', NUMBER(8), { 0 }, "rwm" } },      2, true },
 /* A hole: cgroup2 alone can say it. */
                { { { true, 'b', NUMBER(8), { 0 }, "rw" }, { false, 'b', NUMBER(8), NUMBER(1), "w" } }, 2, false},
                { { { true, 'b', NUMBER(8), NUMBER(1), "rw" }, { false, 'b', NUMBER(8), { 0 }, "w" } }, 2, true },
                { { { true, 'b', { 0 }, NUMBER(1), "rw" }, { false, 'b', { 0 }, NUMBER(1), "rw" } },    2, true },
 /* All of a type, and what comes before it has nothing more to say. */
                { { { false, 'b', NUMBER(8), { 0 }, "rwm" }, { true, 'b', { 0 }, { 0 }, "rwm" } },      2, true },
                { { { true, 'a', { 0 }, { 0 }, "rwm" },
                    { false, 'b', { 0 }, { 0 }, "rwm" },
                    { false, 'c', { 0 }, { 0 }, "rwm" } },
                 3,                                                                                        false},
 /* A part of all: no reset. */
                { { { true, 'a', NUMBER(8), { 0 }, "r" } },                                             1, true },
 /* Numbers that no device has, whose packed bits another one has. */
                { { { true, 'c', NUMBER(4096 + 8), NUMBER(1), "rwm" },
                    { true, 'c', NUMBER(8), NUMBER(1048576 + 1), "rwm" } },
                 2,                                                                                        true },
        };
        for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
                bool is_flat;
                compare(lists[i].rules, lists[i].n, &is_flat);
                assert_int_equal(is_flat, lists[i].is_flat);
        }
}

static struct spec_device_rule random_rule(unsigned int *seed)
{
        static const char *const accesses[] = { "r", "w", "m", "rw", "rm", "wm", "rwm", "rwm", "rwm" };
        static const char types[] = { 'a', 'b', 'c', 'c' };
        struct spec_device_rule rule = {
                .allow = rand_r(seed) % 3 > 0,
                .type = types[(size_t)rand_r(seed) % sizeof types],
                .access = accesses[(size_t)rand_r(seed) % ARRAY_LEN(accesses)],
        };
        if (rand_r(seed) % 3 > 0)
                rule.major = (struct opt_i64)NUMBER(majors[(size_t)rand_r(seed) % ARRAY_LEN(majors)]);
        if (rand_r(seed) % 3 > 0)
                rule.minor = (struct opt_i64)NUMBER(minors[(size_t)rand_r(seed) % ARRAY_LEN(minors)]);
        return rule;
}

static void random_lists_answer_as_their_rules(void **state)
{
        (void)state;
        enum { LISTS = 500, RULES_MAX = 12 };
        unsigned int seed = 20260;
        size_t n_flat = 0;
        for (int i = 0; i < LISTS; i++) {
                struct spec_device_rule rules[RULES_MAX];
                size_t n = (size_t)rand_r(&seed) % (RULES_MAX + 1);
                for (size_t k = 0; k < n; k++)
                        rules[k] = random_rule(&seed);
                /* Crossing wildcards, "8:*" and "*:1", are more than v1 can add up: it refuses more than it should. */
                bool crosses = false;
                for (size_t k = 0; k < n; k++)
                        crosses = crosses || (!rules[k].major.set && rules[k].minor.set);
                if (crosses)
                        continue;
                bool is_flat;
                compare(rules, n, &is_flat);
                n_flat += is_flat;
        }
        assert_true(n_flat > 20);
}

/* texts ------------------------------------------------------------------------------------------------------------ */

static const char *print_list(const struct device_list *list)
{
        static char text[2048];
        auto_buf struct buf buf = { 0 };
        buf_add_text(&buf, list->allows_by_default ? "allow" : "deny");
        for (size_t i = 0; i < list->n; i++) {
                buf_add_text(&buf, list->rules[i].allow ? ", +" : ", -");
                device_rule_print(&list->rules[i], &buf);
        }
        (void)snprintf(text, sizeof text, "%s", buf_text(&buf));
        return text;
}

static void needless_rules_are_dropped(void **state)
{
        (void)state;
        const struct spec_device_rule rules[] = {
                {true,   'c', NUMBER(9), NUMBER(9), "rwm"}, /* before the reset */
                { false, 'a', { 0 },     { 0 },     "rwm"},
                { false, 'c', NUMBER(7), NUMBER(7), "rwm"}, /* as by default */
                { true,  'c', NUMBER(1), NUMBER(3), "rwm"}, /* standard */
                { true,  'b', NUMBER(8), NUMBER(0), "r"  }, /* said again, and more */
                { true,  'b', NUMBER(8), NUMBER(0), "rw" },
        };
        struct arena arena = { 0 };
        struct device_list list, flat;
        struct err err;
        assert_int_equal(device_list_build(rules, ARRAY_LEN(rules), &arena, &list, &err), 0);
        assert_string_equal(print_list(&list),
                            "deny, +b 8:0 rw, +c *:* m, +b *:* m, +c 1:3 rwm, +c 1:8 rwm, +c 1:7 rwm, "
                            "+c 5:0 rwm, +c 1:5 rwm, +c 1:9 rwm, +c 136:* rwm, +c 5:2 rwm, +c 10:200 rwm");
        assert_int_equal(device_list_flatten(&list, &arena, &flat, &err), 0);
        assert_string_equal(print_list(&flat),
                            "deny, +b 8:0 rwm, +c *:* m, +b *:* m, +c 1:3 rwm, +c 1:8 rwm, +c 1:7 rwm, "
                            "+c 5:0 rwm, +c 1:5 rwm, +c 1:9 rwm, +c 136:* rwm, +c 5:2 rwm, +c 10:200 rwm");

        const struct spec_device_rule all[] = {
                {true, 'a', { 0 }, { 0 }, "rwm"}
        };
        assert_int_equal(device_list_build(all, 1, &arena, &list, &err), 0);
        assert_string_equal(print_list(&list), "allow");
        arena_finish(&arena);
}

static void bad_rules_are_refused_by_their_place(void **state)
{
        (void)state;
        static const struct {
                struct spec_device_rule rule;
                const char *text;
        } rows[] = {
                {{ true, 'c', { 0 }, { 0 }, NULL },              "access: device access at 1 field cannot be empty"},
                { { true, 'c', { 0 }, { 0 }, "" },               "access: device access at 1 field cannot be empty"},
                { { true, 'q', { 0 }, { 0 }, "rwm" },            "type: invalid cgroup device type \"q\""          },
                { { true, 'p', { 0 }, { 0 }, "rwm" },            "type: invalid cgroup device type \"p\""          },
                { { true, 'c', { 0 }, { 0 }, "rx" },             "access: \"rx\" has other letters than r, w and m"},
                { { true, 'c', NUMBER(-2), { 0 }, "r" },         "major: -2 is no device number"                   },
                { { true, 'c', { 0 }, NUMBER(4294967296), "r" }, "minor: 4294967296 is no device number"           },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char text[256];
                struct arena arena = { 0 };
                struct device_list list;
                struct err err;
                const struct spec_device_rule rules[] = {
                        {false, 'a', { 0 }, { 0 }, "rwm"},
                        rows[i].rule
                };
                (void)snprintf(text, sizeof text, "linux.resources.devices[1].%s", rows[i].text);
                assert_int_equal(device_list_build(rules, 2, &arena, &list, &err), -1);
                assert_string_equal(err.text, text);
                arena_finish(&arena);
        }
}

static void a_hole_is_refused_by_v1(void **state)
{
        (void)state;
        const struct spec_device_rule rules[] = {
                {true,   'b', NUMBER(8), { 0 },     "rw"},
                { false, 'b', NUMBER(8), NUMBER(1), "w" },
        };
        struct arena arena = { 0 };
        struct device_list list, flat;
        struct err err;
        assert_int_equal(device_list_build(rules, 2, &arena, &list, &err), 0);
        assert_int_equal(device_list_flatten(&list, &arena, &flat, &err), -1);
        assert_string_equal(err.text,
                            "linux.resources.devices: cgroup v1 cannot deny b 8:1 w within b 8:* rw (cannot punch "
                            "hole in existing wildcard rule)");
        arena_finish(&arena);
}

static void the_kernels_list_is_read(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct device_list list;
        struct err err;
        assert_int_equal(device_list_parse("c *:* m\nb 8:0 rw\nc 136:* rwm", &arena, &list, &err), 0);
        assert_string_equal(print_list(&list), "deny, +c *:* m, +b 8:0 rw, +c 136:* rwm");
        const struct device_rule rule = { true, 'b', DEVICE_ALL, 8, 0 };
        assert_int_equal(device_list_lacks(&list, &rule), DEVICE_MKNOD);
        const struct device_rule other = { true, 'b', DEVICE_READ, 8, 1 };
        assert_int_equal(device_list_lacks(&list, &other), DEVICE_READ);
        assert_int_equal(device_list_parse("a *:* rwm", &arena, &list, &err), 0);
        assert_string_equal(print_list(&list), "allow");
        assert_int_equal(device_list_parse("", &arena, &list, &err), 0);
        assert_string_equal(print_list(&list), "deny");
        assert_int_equal(device_list_parse("c 1:3\n", &arena, &list, &err), -1);
        assert_string_equal(err.text, "linux.resources.devices: devices.list has a line \"c 1:3\"");
        arena_finish(&arena);
}

/* One comparison a plain rule. */
static void the_standard_program_is_short(void **state)
{
        (void)state;
        struct arena arena = { 0 };
        struct device_list list;
        struct device_program program;
        struct err err;
        assert_int_equal(device_list_build(NULL, 0, &arena, &list, &err), 0);
        assert_int_equal(device_program_compile(&list, &arena, &program, &err), 0);
        assert_int_equal(program.n, 9 + 1 + 9 + 3 + 3 + 4);
        arena_finish(&arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(known_lists_answer_as_their_rules),
                cmocka_unit_test(random_lists_answer_as_their_rules),
                cmocka_unit_test(needless_rules_are_dropped),
                cmocka_unit_test(bad_rules_are_refused_by_their_place),
                cmocka_unit_test(a_hole_is_refused_by_v1),
                cmocka_unit_test(the_kernels_list_is_read),
                cmocka_unit_test(the_standard_program_is_short),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
