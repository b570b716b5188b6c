/* SPDX-License-Identifier: Apache-2.0 */
/* device_bpf.c - compile the list of devices for cgroup2, load the program and attach it; see device_bpf.h.
 * The kernel checks every path through a program when it is loaded, on the way of each birth: so the numbers of the
 * device are packed into one register, and a plain rule is one comparison. */

#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup/device_bpf.h"

#include "base/scope.h"

/* compile ---------------------------------------------------------------------------------------------------------- */

/* Who is in which register. */
enum {
        CONTEXT = BPF_REG_1, /* until it is read */
        DEVICE = BPF_REG_1,  /* major << 20 | minor, as in the kernel's dev_t */
        PENDING = BPF_REG_2, /* the kinds of access that no rule has allowed yet */
        TYPE = BPF_REG_3,
        MAJOR = BPF_REG_4,
        MINOR = BPF_REG_5,
};

enum {
        MINOR_BITS = 20,
        MAJOR_BITS = 12,
        ACCESS_SHIFT = 16, /* of access_type, whose lower half is the type */
        TYPE_MASK = 0xffff,
        RULE_MAX = 3,    /* instructions */
        AROUND_MAX = 24, /* those before, between and after the rules */
        JUMP_MAX = INT16_MAX,
};

/* Jumps forward to where a verdict is told, which is known at the end. No real offset is negative. */
enum { TO_ALLOW = -1, TO_DENY = -2 };

struct assembly {
        struct bpf_insn *instructions;
        size_t n;
};

static struct bpf_insn *add(struct assembly *code, unsigned int opcode)
{
        struct bpf_insn *instruction = &code->instructions[code->n++];
        instruction->code = (uint8_t)opcode;
        return instruction;
}

static void add_load(struct assembly *code, unsigned int to, size_t offset)
{
        struct bpf_insn *instruction = add(code, BPF_LDX | BPF_MEM | BPF_W);
        instruction->dst_reg = to & 0xf;
        instruction->src_reg = CONTEXT;
        instruction->off = (int16_t)offset;
}

static void add_register(struct assembly *code, unsigned int operation, unsigned int to, unsigned int from)
{
        struct bpf_insn *instruction = add(code, BPF_ALU | BPF_X | operation);
        instruction->dst_reg = to & 0xf;
        instruction->src_reg = from & 0xf;
}

static void add_number(struct assembly *code, unsigned int operation, unsigned int to, uint32_t number)
{
        struct bpf_insn *instruction = add(code, BPF_ALU | BPF_K | operation);
        instruction->dst_reg = to & 0xf;
        instruction->imm = (int32_t)number;
}

/* Compares 32 bits. offset: instructions to leap over, or a verdict. */
static void add_jump(struct assembly *code, unsigned int condition, unsigned int reg, uint32_t number, int offset)
{
        struct bpf_insn *instruction = add(code, BPF_JMP32 | BPF_K | condition);
        instruction->dst_reg = reg & 0xf;
        instruction->imm = (int32_t)number;
        instruction->off = (int16_t)offset;
}

static void add_verdict(struct assembly *code, int verdict)
{
        add(code, BPF_JMP | BPF_JA)->off = (int16_t)verdict;
}

/* What is compared to know the devices of a rule; false where it is for all of its type. */
static bool find_comparison(const struct device_rule *rule, unsigned int *ret_register, uint32_t *ret_number)
{
        if (rule->major == DEVICE_ANY && rule->minor == DEVICE_ANY)
                return false;
        if (rule->minor == DEVICE_ANY) {
                *ret_register = MAJOR;
                *ret_number = (uint32_t)rule->major;
        } else if (rule->major == DEVICE_ANY) {
                *ret_register = MINOR;
                *ret_number = (uint32_t)rule->minor;
        } else {
                *ret_register = DEVICE;
                *ret_number = (uint32_t)rule->major << MINOR_BITS | (uint32_t)rule->minor;
        }
        return true;
}

/* Numbers that no device can have would be taken for others once they are packed. */
static bool is_possible(const struct device_rule *rule)
{
        return rule->major < 1 << MAJOR_BITS && rule->minor < 1 << MINOR_BITS;
}

/* Rules are met last to first: what the later ones have not decided is PENDING. True: no device of the type gets past
 * this rule. */
static bool add_rule(struct assembly *code, const struct device_rule *rule)
{
        unsigned int reg = 0;
        uint32_t number = 0;
        int verdict = rule->allow ? TO_ALLOW : TO_DENY;
        bool has_comparison = find_comparison(rule, &reg, &number);
        if (rule->access == DEVICE_ALL) {
                if (has_comparison)
                        add_jump(code, BPF_JEQ, reg, number, verdict);
                else
                        add_verdict(code, verdict);
                return !has_comparison;
        }

        if (has_comparison)
                add_jump(code, BPF_JNE, reg, number, rule->allow ? 2 : 1);
        if (rule->allow) {
                add_number(code, BPF_AND, PENDING, DEVICE_ALL & ~rule->access);
                add_jump(code, BPF_JEQ, PENDING, 0, TO_ALLOW);
        } else {
                add_jump(code, BPF_JSET, PENDING, rule->access, TO_DENY);
        }
        return false;
}

/* Nothing may follow a jump that is always taken: the kernel refuses programs with parts that are never reached. */
static void add_section(struct assembly *code, const struct device_list *list, char type)
{
        for (size_t i = list->n; i > 0; i--) {
                const struct device_rule *rule = &list->rules[i - 1];
                if (rule->type == type && is_possible(rule) && add_rule(code, rule))
                        return;
        }
        add_verdict(code, list->allows_by_default ? TO_ALLOW : TO_DENY);
}

static void add_prologue(struct assembly *code)
{
        add_load(code, PENDING, offsetof(struct bpf_cgroup_dev_ctx, access_type));
        add_load(code, MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
        add_load(code, MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
        add_register(code, BPF_MOV, TYPE, PENDING);
        add_number(code, BPF_AND, TYPE, TYPE_MASK);
        add_number(code, BPF_RSH, PENDING, ACCESS_SHIFT);
        add_register(code, BPF_MOV, DEVICE, MAJOR);
        add_number(code, BPF_LSH, DEVICE, MINOR_BITS);
        add_register(code, BPF_OR, DEVICE, MINOR);
}

/* Ends the program with the verdict, if anybody wants it, and turns those jumps to here. */
static int end_with(struct assembly *code, int verdict, uint32_t answer, struct err *err)
{
        bool is_wanted = false;
        for (size_t i = 0; i < code->n; i++) {
                struct bpf_insn *instruction = &code->instructions[i];
                unsigned int class = BPF_CLASS(instruction->code);
                if ((class != BPF_JMP && class != BPF_JMP32) || instruction->off != verdict)
                        continue;
                if (code->n - i - 1 > JUMP_MAX)
                        return fail(err, "linux.resources.devices: too many rules for one program");
                instruction->off = (int16_t)(code->n - i - 1);
                is_wanted = true;
        }
        if (!is_wanted)
                return 0;
        add_number(code, BPF_MOV, BPF_REG_0, answer);
        (void)add(code, BPF_JMP | BPF_EXIT);
        return 0;
}

int device_program_compile(const struct device_list *list, struct arena *arena, struct device_program *ret,
                           struct err *err)
{
        size_t size = AROUND_MAX + RULE_MAX * list->n;
        struct assembly code = { .instructions = arena_alloc_n(arena, size, sizeof *code.instructions) };
        if (!code.instructions)
                return fail(err, "linux.resources.devices: out of memory");

        add_prologue(&code);
        size_t fork = code.n;
        add_jump(&code, BPF_JNE, TYPE, BPF_DEVCG_DEV_CHAR, 0);
        add_section(&code, list, 'c');
        if (code.n - fork - 1 > JUMP_MAX)
                return fail(err, "linux.resources.devices: too many rules for one program");
        code.instructions[fork].off = (int16_t)(code.n - fork - 1);
        add_section(&code, list, 'b');

        if (end_with(&code, TO_ALLOW, 1, err) < 0 || end_with(&code, TO_DENY, 0, err) < 0)
                return -1;
        *ret = (struct device_program){ .instructions = code.instructions, .n = code.n };
        return 0;
}

/* attach ----------------------------------------------------------------------------------------------------------- */

static const char program_name[BPF_OBJ_NAME_LEN] = "tare_devices"; /* how we know our own again */

enum { PROGRAMS_MAX = 64 }; /* on one cgroup, BPF_CGROUP_MAX_PROGS in kernel/bpf/cgroup.c */

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
        return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static uint64_t address(const void *pointer)
{
        return (uintptr_t)pointer;
}

static int load_once(const struct device_program *program)
{
        union bpf_attr attributes = {
                .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
                .insns = address(program->instructions),
                .insn_cnt = (uint32_t)program->n,
                .license = address("Apache-2.0"),
        };
        memcpy(attributes.prog_name, program_name, sizeof program_name);
        return bpf(BPF_PROG_LOAD, &attributes);
}

/* Until 5.11 is our floor: programs count as memory that the user has locked, even root's, against a limit of 64 KiB
 * for all of them. */
static int load_with_more_memory(const struct device_program *program)
{
        struct rlimit before;
        const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
        if (getrlimit(RLIMIT_MEMLOCK, &before) < 0 || setrlimit(RLIMIT_MEMLOCK, &unlimited) < 0) {
                errno = EPERM;
                return -1;
        }
        int fd = load_once(program);
        int kept = errno;
        (void)setrlimit(RLIMIT_MEMLOCK, &before);
        errno = kept;
        return fd;
}

static int load(const struct device_program *program)
{
        int fd = load_once(program);
        return fd < 0 && errno == EPERM ? load_with_more_memory(program) : fd;
}

/* A descriptor of the attached program with the id, if it is one of ours; else -1. */
static int open_own(uint32_t id)
{
        union bpf_attr get = { .prog_id = id };
        auto_fd int fd = bpf(BPF_PROG_GET_FD_BY_ID, &get);
        struct bpf_prog_info info = { 0 };
        union bpf_attr ask = {
                .info = {.bpf_fd = (uint32_t)fd, .info_len = sizeof info, .info = address(&info)}
        };
        if (fd < 0 || bpf(BPF_OBJ_GET_INFO_BY_FD, &ask) < 0)
                return -1;
        return strncmp(info.name, program_name, sizeof program_name) == 0 ? take_fd(&fd) : -1;
}

static int attach(int program_fd, int dir_fd, int replaced_fd)
{
        union bpf_attr attributes = {
                .target_fd = (uint32_t)dir_fd,
                .attach_bpf_fd = (uint32_t)program_fd,
                .attach_type = BPF_CGROUP_DEVICE,
                .attach_flags = BPF_F_ALLOW_MULTI,
        };
        if (replaced_fd >= 0) {
                attributes.attach_flags |= BPF_F_REPLACE;
                attributes.replace_bpf_fd = (uint32_t)replaced_fd;
        }
        return bpf(BPF_PROG_ATTACH, &attributes);
}

/* Puts the program in the place of the first of ours; there is no second, but for one that was attached by hand. */
static int attach_or_replace(int program_fd, int dir_fd, struct err *err)
{
        uint32_t ids[PROGRAMS_MAX] = { 0 };
        union bpf_attr query = { 0 };
        query.query.target_fd = (uint32_t)dir_fd;
        query.query.attach_type = BPF_CGROUP_DEVICE;
        query.query.prog_ids = address(ids);
        query.query.prog_cnt = PROGRAMS_MAX;
        if (bpf(BPF_PROG_QUERY, &query) < 0)
                return fail_sys(err, "list the bpf programs of the cgroup");

        auto_fd int own_fd = -1;
        for (size_t i = 0; own_fd < 0 && i < query.query.prog_cnt; i++)
                own_fd = open_own(ids[i]);
        if (attach(program_fd, dir_fd, own_fd) < 0)
                return fail_sys(err, "attach the bpf program for devices");
        return 0;
}

int device_program_attach(const struct device_program *program, int dir_fd, enum device_program_place place,
                          struct err *err)
{
        auto_fd int program_fd = load(program);
        if (program_fd < 0)
                return fail_sys(err, "load the bpf program for devices");
        if (place == DEVICE_PROGRAM_REPLACE)
                return attach_or_replace(program_fd, dir_fd, err);
        if (attach(program_fd, dir_fd, -1) < 0)
                return fail_sys(err, "attach the bpf program for devices");
        return 0;
}
