/* SPDX-License-Identifier: Apache-2.0 */
/* test_seccomp_record.c - system calls recorded: what the filter notifies of, what is noted of calls, and the profile
 * that comes of it. */

#include <linux/audit.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "bpf.h"
#include "sec/seccomp_record.h"
#include "sys/syscalls.h"

static struct seccomp_seen *seen;
static struct arena arena;
static struct err err;

static int set_up(void **state)
{
        (void)state;
        void *shared = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        seen = shared;
        return shared == MAP_FAILED;
}

static int tear_down(void **state)
{
        (void)state;
        arena_finish(&arena);
        return munmap(seen, sizeof *seen);
}

static const struct seccomp_arch *arch_of(const char *word)
{
        const struct seccomp_arch *arch = seccomp_arch_find(word);
        assert_non_null(arch);
        return arch;
}

static void see(const char *name, const char *word)
{
        int index = seccomp_name_find(name);
        assert_true(index >= 0);
        int64_t number = seccomp_number((unsigned int)index, arch_of(word));
        assert_true(number >= 0);
        seccomp_seen_add(seen, arch_of(word)->audit, (uint32_t)number);
}

/* the filter ------------------------------------------------------------------------------------------------------- */

static void all_but_the_runtimes_cues_is_notified(void **state)
{
        (void)state;
        struct seccomp_plan plan;
        assert_int_equal(seccomp_record_plan(&arena, &plan, &err), 0);
        assert_true(plan.wants_agent);
        assert_true(plan.flags & SECCOMP_FILTER_FLAG_NEW_LISTENER);
        const struct seccomp_arch *native = seccomp_native_arch();
        for (uint32_t nr = 0; nr < 1024; nr++) {
                const struct bpf_call call = { .nr = nr,
                                               .arch = native->audit,
                                               .is_big_endian = native->is_big_endian };
                bool is_cue = nr == SYS_read || nr == SYS_write;
                assert_int_equal(bpf_run(plan.code, plan.n, &call),
                                 is_cue ? SECCOMP_RET_ALLOW : SECCOMP_RET_USER_NOTIF);
        }
        for (size_t i = 0; i < seccomp_table.n_archs; i++) {
                const struct bpf_call call = { .nr = SYS_read, .arch = seccomp_table.archs[i].audit };
                if (call.arch != native->audit && !native->is_big_endian)
                        assert_int_equal(bpf_run(plan.code, plan.n, &call), SECCOMP_RET_USER_NOTIF);
        }
}

/* what is noted ---------------------------------------------------------------------------------------------------- */

static void a_call_is_noted_once_for_each_architecture(void **state)
{
        (void)state;
        seccomp_seen_add(seen, AUDIT_ARCH_X86_64, 39);
        seccomp_seen_add(seen, AUDIT_ARCH_X86_64, 39);
        assert_int_equal(seen->n, 1);
        seccomp_seen_add(seen, AUDIT_ARCH_I386, 39);
        seccomp_seen_add(seen, AUDIT_ARCH_X86_64, 39 + SECCOMP_SEEN_SLOTS); /* the same slot */
        seccomp_seen_add(seen, AUDIT_ARCH_X86_64, 39 + SECCOMP_SEEN_SLOTS);
        assert_int_equal(seen->n, 3);
        seccomp_seen_add(seen, AUDIT_ARCH_X86_64 & ~(uint32_t)__AUDIT_ARCH_64BIT, 39); /* the same slot, too */
        assert_int_equal(seen->n, 4);
        assert_false(seen->is_full);
}

static void more_than_there_is_room_for_is_told(void **state)
{
        (void)state;
        for (uint32_t i = 0; i < SECCOMP_SEEN_SLOTS - 1; i++)
                seccomp_seen_add(seen, AUDIT_ARCH_X86_64, i);
        assert_false(seen->is_full);
        seccomp_seen_add(seen, AUDIT_ARCH_X86_64, 7);
        assert_false(seen->is_full);
        seccomp_seen_add(seen, AUDIT_ARCH_X86_64, SECCOMP_SEEN_SLOTS);
        assert_true(seen->is_full);
        assert_int_equal(seen->n, SECCOMP_SEEN_SLOTS - 1);
}

/* the profile ------------------------------------------------------------------------------------------------------ */

static void prints(const char *profile, const char *unknown)
{
        auto_buf struct buf out = { 0 }, left_out = { 0 };
        auto_buf struct buf blanks = { 0 };
        seccomp_record_print(seen, &out, &left_out);
        for (const char *text = buf_text(&out); *text; text++) {
                if (*text != ' ' && *text != '\n')
                        buf_add(&blanks, text, 1);
        }
        assert_string_equal(buf_text(&blanks), profile);
        assert_string_equal(buf_text(&left_out), unknown);
}

#define NEEDED(names) "{\"names\":[" names "],\"action\":\"SCMP_ACT_ALLOW\"}]}"
#define ALL_NEEDED                                                                                     \
        "\"capset\",\"execve\",\"exit\",\"exit_group\",\"read\",\"restart_syscall\",\"rt_sigreturn\"," \
        "\"sigreturn\",\"write\""

static void names_are_sorted_and_those_needed_stand_apart(void **state)
{
        (void)state;
        const char *native = seccomp_native_arch()->word;
        char text[1024];
        see("wait4", native);
        see("execve", native);
        see("brk", native);
        (void)snprintf(text, sizeof text,
                       "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"%s\"],\"syscalls\":["
                       "{\"names\":[\"brk\",\"execve\",\"wait4\"],\"action\":\"SCMP_ACT_ALLOW\"}," NEEDED(
                               "\"capset\",\"exit\",\"exit_group\",\"read\",\"restart_syscall\",\"rt_sigreturn\","
                               "\"sigreturn\",\"write\""),
                       native);
        prints(text, "");
}

static void nothing_seen_is_what_the_runtime_needs(void **state)
{
        (void)state;
        char text[1024];
        (void)snprintf(
                text, sizeof text,
                "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"%s\"],\"syscalls\":[" NEEDED(ALL_NEEDED),
                seccomp_native_arch()->word);
        prints(text, "");
}

/* x32 comes with the architecture of x86_64, and differs by its numbers. */
static void calls_of_other_architectures_are_named_too(void **state)
{
        (void)state;
        if (strcmp(seccomp_native_arch()->word, "SCMP_ARCH_X86_64") != 0)
                skip();
        see("socketcall", "SCMP_ARCH_X86");
        see("brk", "SCMP_ARCH_X32");
        auto_buf struct buf out = { 0 }, unknown = { 0 };
        seccomp_record_print(seen, &out, &unknown);
        assert_non_null(strstr(buf_text(&out), "\"SCMP_ARCH_X86\""));
        assert_non_null(strstr(buf_text(&out), "\"SCMP_ARCH_X86_64\""));
        assert_non_null(strstr(buf_text(&out), "\"SCMP_ARCH_X32\""));
        assert_null(strstr(buf_text(&out), "\"SCMP_ARCH_ARM\""));
        assert_non_null(strstr(buf_text(&out), "\"socketcall\""));
        assert_non_null(strstr(buf_text(&out), "\"brk\""));
        assert_string_equal(buf_text(&unknown), "");
}

static void calls_without_a_name_are_told(void **state)
{
        (void)state;
        auto_buf struct buf out = { 0 }, unknown = { 0 };
        seccomp_seen_add(seen, AUDIT_ARCH_X86_64, 123456);
        seccomp_record_print(seen, &out, &unknown);
        assert_string_equal(buf_text(&unknown), "123456 of architecture 0xc000003e");
}

/* in earnest ------------------------------------------------------------------------------------------------------- */

enum { CHILD_STATUS = 7 };

static void send_number(int socket_fd, int number)
{
        if (write(socket_fd, &number, sizeof number) != (ssize_t)sizeof number)
                _exit(1);
}

/* Loads the filter, says which descriptor it has, waits until it is answered, and makes a call that nobody else does.
 */
static void be_recorded(const struct seccomp_plan *plan, int socket_fd)
{
        int listener_fd = -1;
        char byte = 0;
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || seccomp_apply(plan, &listener_fd, &err) < 0)
                _exit(1);
        send_number(socket_fd, listener_fd);
        if (read(socket_fd, &byte, 1) != 1)
                _exit(2);
        /* So that the last one who holds it is the process itself. */
        (void)close(listener_fd);
        pid_t child = fork();
        if (child == 0)
                _exit(syscall(SYS_getsid, 0) < 0);
        int status = 0;
        if (waitpid(child, &status, 0) != child || status != 0)
                _exit(3);
        _exit(syscall(SYS_getpgid, 0) == getpgrp() ? CHILD_STATUS : 4);
}

static bool is_noted(long number)
{
        for (size_t i = 0; i < SECCOMP_SEEN_SLOTS; i++)
                if (seen->slots[i].arch == seccomp_native_arch()->audit && seen->slots[i].number == number)
                        return true;
        return false;
}

static void a_process_and_its_children_are_served_to_their_end(void **state)
{
        (void)state;
        struct seccomp_plan plan;
        int sockets[2], number = -1, status = 0;
        assert_int_equal(seccomp_record_plan(&arena, &plan, &err), 0);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
                be_recorded(&plan, sockets[1]);

        auto_fd int pidfd = sys_pidfd_open(pid, 0);
        assert_int_equal(read(sockets[0], &number, sizeof number), sizeof number);
        auto_fd int listener_fd = sys_pidfd_getfd(pidfd, number);
        assert_true(listener_fd >= 0);
        assert_int_equal(write(sockets[0], "", 1), 1);
        assert_string_equal(seccomp_record_serve(listener_fd, seen, &err) < 0 ? err.text : "", "");
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), CHILD_STATUS);
        assert_true(is_noted(SYS_getsid));
        assert_true(is_noted(SYS_getpgid));
        assert_true(is_noted(SYS_exit_group));
        assert_false(is_noted(SYS_read));
        assert_false(is_noted(SYS_mount));
        (void)close(sockets[0]);
        (void)close(sockets[1]);
}

static void what_is_no_listener_is_told(void **state)
{
        (void)state;
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], "", 1), 1);
        assert_int_equal(seccomp_record_serve(ends[0], seen, &err), -1);
        assert_string_equal(err.text, "receive a notification: inappropriate ioctl for device");
        (void)close(ends[0]);
        (void)close(ends[1]);
}

#define record_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                record_test(all_but_the_runtimes_cues_is_notified),
                record_test(a_call_is_noted_once_for_each_architecture),
                record_test(more_than_there_is_room_for_is_told),
                record_test(names_are_sorted_and_those_needed_stand_apart),
                record_test(nothing_seen_is_what_the_runtime_needs),
                record_test(calls_of_other_architectures_are_named_too),
                record_test(calls_without_a_name_are_told),
                record_test(a_process_and_its_children_are_served_to_their_end),
                record_test(what_is_no_listener_is_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
