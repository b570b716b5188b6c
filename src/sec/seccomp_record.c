/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_record.c - let a program make all the calls it wants, and note them; see seccomp_record.h. */

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sec/seccomp_record.h"

#include "base/json_out.h"
#include "base/scope.h"
#include "sys/syscalls.h"

/* the filter ------------------------------------------------------------------------------------------------------- */

/* By which init says that the filter is there and hears that it is served. */
static const char *const silent_calls[] = { "read", "write" };

int seccomp_record_plan(struct arena *arena, struct seccomp_plan *ret, struct err *err)
{
        const struct seccomp_arch *native = seccomp_native_arch();
        if (!native)
                return fail(err, "no system calls are known of this architecture");

        int64_t numbers[ARRAY_LEN(silent_calls)];
        for (size_t i = 0; i < ARRAY_LEN(silent_calls); i++)
                numbers[i] = seccomp_number((unsigned int)seccomp_name_find(silent_calls[i]), native);
        const struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native->audit, 0, 4),
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)numbers[0], 1, 0),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)numbers[1], 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        };
        *ret = (struct seccomp_plan){
                .code = arena_alloc(arena, sizeof code),
                .n = ARRAY_LEN(code),
                .flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                .wants_agent = true,
        };
        if (!ret->code)
                return fail(err, "out of memory");
        memcpy(ret->code, code, sizeof code);
        /* Without it a signal that comes while we answer starts the call anew: it is seen twice, and that is all. */
        if (seccomp_flag_is_supported(FLAG_WAIT_KILLABLE_RECV))
                ret->flags |= seccomp_flag_bits[FLAG_WAIT_KILLABLE_RECV];
        return 0;
}

/* what was seen ---------------------------------------------------------------------------------------------------- */

/* The slot of the call, or the free one where it belongs. */
static size_t find_slot(const struct seccomp_seen *seen, uint32_t arch, uint32_t number)
{
        size_t slot = (number * 31 + arch) % SECCOMP_SEEN_SLOTS;
        while (seen->slots[slot].arch != 0 && (seen->slots[slot].arch != arch || seen->slots[slot].number != number))
                slot = (slot + 1) % SECCOMP_SEEN_SLOTS;
        return slot;
}

void seccomp_seen_add(struct seccomp_seen *seen, uint32_t arch, uint32_t number)
{
        size_t slot = find_slot(seen, arch, number);
        if (seen->slots[slot].arch != 0)
                return;
        /* One stays free, so that a search ends. */
        if (seen->n == SECCOMP_SEEN_SLOTS - 1) {
                seen->is_full = true;
                return;
        }
        seen->slots[slot] = (struct seccomp_seen_call){ arch, number };
        seen->n++;
}

static bool has_seen(const struct seccomp_seen *seen, unsigned int name, const struct seccomp_arch *arch)
{
        int64_t number = seccomp_number(name, arch);
        return number >= 0 && seen->slots[find_slot(seen, arch->audit, (uint32_t)number)].arch != 0;
}

/* the answers ------------------------------------------------------------------------------------------------------ */

/* The kernel's structs may be larger than those of the headers, never than this. */
union room {
        struct seccomp_notif call;
        struct seccomp_notif_resp answer;
        char bytes[1024];
};

static int check_sizes(struct err *err)
{
        struct seccomp_notif_sizes sizes;
        if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
                return fail_sys(err, "ask for the size of notifications");
        if (sizes.seccomp_notif > sizeof(union room) || sizes.seccomp_notif_resp > sizeof(union room))
                return fail(err, "notifications of this kernel are too large");
        return 0;
}

/* ENOENT: who called is dead, or was called away by a signal. */
static bool is_gone(int rc)
{
        return rc < 0 && (errno == ENOENT || errno == EINTR);
}

static int let_through(int listener_fd, struct seccomp_seen *seen, struct err *err)
{
        union room call = { 0 }, answer = { 0 };
        int rc = sys_seccomp_receive(listener_fd, &call.call);
        if (is_gone(rc))
                return 0;
        if (rc < 0)
                return fail_sys(err, "receive a notification");

        /* Before the call is made: whatever it does to us, it is known. */
        seccomp_seen_add(seen, call.call.data.arch, (uint32_t)call.call.data.nr);
        answer.answer.id = call.call.id;
        answer.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        rc = sys_seccomp_answer(listener_fd, &answer.answer);
        return rc < 0 && !is_gone(rc) ? fail_sys(err, "answer a notification") : 0;
}

int seccomp_record_serve(int listener_fd, struct seccomp_seen *seen, struct err *err)
{
        if (check_sizes(err) < 0)
                return -1;
        /* Who calls and who answers take turns on one processor, which halves the cost; until 6.6 is our floor, where
         * it can be had. */
        (void)sys_seccomp_take_turns(listener_fd);
        struct pollfd poll_fd = { .fd = listener_fd, .events = POLLIN };
        for (;;) {
                if (poll(&poll_fd, 1, -1) < 0 && errno != EINTR)
                        return fail_sys(err, "wait for notifications");
                if ((poll_fd.revents & POLLIN) && let_through(listener_fd, seen, err) < 0)
                        return -1;
                if ((poll_fd.revents & (POLLHUP | POLLIN)) == POLLHUP)
                        return 0;
        }
}

/* the profile ------------------------------------------------------------------------------------------------------ */

/* What a program does not ask for, or not at every run, and yet cannot do without. Sorted. */
static const char *const needed[] = {
        "capset",          /* the runtime drops what it needed to load the filter, without no_new_privs */
        "execve",          /* the runtime becomes the program */
        "exit",            /* a program may end before it gets as far as to call one of these */
        "exit_group",      /* */
        "read",            /* the runtime waits for `start` */
        "restart_syscall", /* the kernel has a call that was interrupted go on */
        "rt_sigreturn",    /* the end of every handler of signals */
        "sigreturn",       /* the same, of old */
        "write",           /* the runtime says that all is made */
};

static const char *name_text(unsigned int name)
{
        return seccomp_table.texts + seccomp_table.offsets[name];
}

static bool is_seen(const struct seccomp_seen *seen, unsigned int name)
{
        for (size_t i = 0; i < seccomp_table.n_archs; i++)
                if (has_seen(seen, name, &seccomp_table.archs[i]))
                        return true;
        return false;
}

static bool is_arch_seen(const struct seccomp_seen *seen, const struct seccomp_arch *arch)
{
        for (unsigned int name = 0; name < seccomp_table.n_names; name++)
                if (has_seen(seen, name, arch))
                        return true;
        return arch == seccomp_native_arch();
}

static void begin_rule(struct json_out *json)
{
        json_out_object(json, NULL);
        json_out_array(json, "names");
}

static void end_rule(struct json_out *json)
{
        json_out_array_end(json);
        json_out_text(json, "action", seccomp_action_names.names[ACT_ALLOW]);
        json_out_object_end(json);
}

/* The table's names are sorted. */
static void print_seen(const struct seccomp_seen *seen, struct json_out *json)
{
        if (seen->n == 0)
                return;
        begin_rule(json);
        for (unsigned int name = 0; name < seccomp_table.n_names; name++)
                if (is_seen(seen, name))
                        json_out_text(json, NULL, name_text(name));
        end_rule(json);
}

static void print_needed(const struct seccomp_seen *seen, struct json_out *json)
{
        begin_rule(json);
        for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
                int name = seccomp_name_find(needed[i]);
                if (name < 0 || !is_seen(seen, (unsigned int)name))
                        json_out_text(json, NULL, needed[i]);
        }
        end_rule(json);
}

static bool has_name(const struct seccomp_seen_call *call)
{
        for (size_t i = 0; i < seccomp_table.n_archs; i++) {
                const struct seccomp_arch *arch = &seccomp_table.archs[i];
                for (unsigned int name = 0; arch->audit == call->arch && name < seccomp_table.n_names; name++)
                        if (seccomp_number(name, arch) == call->number)
                                return true;
        }
        return false;
}

static void list_unknown(const struct seccomp_seen *seen, struct buf *ret)
{
        for (size_t i = 0; i < SECCOMP_SEEN_SLOTS; i++) {
                const struct seccomp_seen_call *call = &seen->slots[i];
                if (call->arch == 0 || has_name(call))
                        continue;
                buf_add_format(ret, "%s%u of architecture %#x", ret->len > 0 ? ", " : "", call->number, call->arch);
        }
}

void seccomp_record_print(const struct seccomp_seen *seen, struct buf *out, struct buf *ret_unknown)
{
        struct json_out json = { .buf = out, .indent = "  " };
        json_out_object(&json, NULL);
        json_out_text(&json, "defaultAction", seccomp_action_names.names[ACT_ERRNO]);
        json_out_array(&json, "architectures");
        for (size_t i = 0; i < seccomp_table.n_archs; i++)
                if (is_arch_seen(seen, &seccomp_table.archs[i]))
                        json_out_text(&json, NULL, seccomp_table.archs[i].word);
        json_out_array_end(&json);
        json_out_array(&json, "syscalls");
        print_seen(seen, &json);
        print_needed(seen, &json);
        json_out_array_end(&json);
        json_out_object_end(&json);
        buf_add_text(out, "\n");
        list_unknown(seen, ret_unknown);
}
