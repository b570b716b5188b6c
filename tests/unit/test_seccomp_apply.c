/* SPDX-License-Identifier: Apache-2.0 */
/* test_seccomp_apply.c - filters at work in processes, and the descriptor of notifications in an agent's hands. */

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "unit.h"

#include "base/scope.h"
#include "child.h"
#include "sec/seccomp.h"

/* One rule for one call, everything else allowed. */
struct wish {
        const char *name, *action;
        const char *flag; /* NULL: none */
};

static int load(const struct wish *wish, int *ret_agent_fd, struct err *err)
{
        const char *names[] = { wish->name };
        const char *flags[] = { wish->flag };
        struct spec_seccomp_rule rule = {
                .names = {names, 1    },
                  .action = wish->action, .errno_ret = { true, EXDEV}
        };
        const struct spec_seccomp spec = {
                .default_action = "SCMP_ACT_ALLOW",
                .has_flags = true,
                .flags = {flags, wish->flag ? 1 : 0},
                .rules = &rule,
                .n_rules = 1,
        };
        struct arena arena = { 0 };
        auto_buf struct buf unknown = { 0 };
        struct seccomp_plan plan;
        int rc = seccomp_compile(&spec, seccomp_native_arch(), &arena, &plan, &unknown, err);
        if (rc == 0)
                rc = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (rc == 0)
                rc = seccomp_apply(&plan, ret_agent_fd, err);
        arena_finish(&arena);
        return rc;
}

static int call_under_filter(struct report *report, const void *arg)
{
        int agent_fd = 0;
        if (load(arg, &agent_fd, &report->err) < 0)
                return -1;
        report->values[0] = (uint64_t)agent_fd;
        report->values[1] = (uint64_t)syscall(SYS_getppid);
        report->values[2] = (uint64_t)errno;
        return 0;
}

static void a_refused_call_returns_its_errno(void **state)
{
        (void)state;
        static const char *const flags[] = { NULL, "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
                                             "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" };
        for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
                const struct wish wish = { "getppid", "SCMP_ACT_ERRNO", flags[i] };
                const struct report *report = in_child(call_under_filter, &wish);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->rc, 0);
                assert_int_equal((int)report->values[0], -1);
                assert_int_equal((int)report->values[1], -1);
                assert_int_equal(report->values[2], EXDEV);
        }
}

static void a_filter_kills_the_process(void **state)
{
        (void)state;
        pid_t child = fork();
        if (child == 0) {
                struct err err;
                int agent_fd = -1;
                const struct wish wish = { "getppid", "SCMP_ACT_KILL_PROCESS", NULL };
                if (load(&wish, &agent_fd, &err) == 0)
                        (void)syscall(SYS_getppid);
                _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGSYS);
}

/* The agent is a thread, made before the filter is there: the filter's call waits for it. */
static void *answer_one(void *arg)
{
        int agent_fd = *(int *)arg;
        struct seccomp_notif notif = { 0 };
        if (ioctl(agent_fd, SECCOMP_IOCTL_NOTIF_RECV, &notif) < 0)
                return NULL;
        struct seccomp_notif_resp answer = { .id = notif.id, .val = notif.data.nr == SYS_getppid ? 4711 : 0 };
        (void)ioctl(agent_fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
        return NULL;
}

static int call_with_agent(struct report *report, const void *arg)
{
        int agent_fd = -1;
        pthread_t agent;
        if (load(arg, &agent_fd, &report->err) < 0)
                return -1;
        report->values[1] = (uint64_t)fcntl(agent_fd, F_GETFD);
        if (pthread_create(&agent, NULL, answer_one, &agent_fd) != 0)
                return -1;
        report->values[0] = (uint64_t)syscall(SYS_getppid);
        return pthread_join(agent, NULL);
}

static void a_notified_call_is_answered_by_the_agent(void **state)
{
        (void)state;
        static const char *const flags[] = { NULL, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
                                             "SECCOMP_FILTER_FLAG_TSYNC" };
        for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
                const struct wish wish = { "getppid", "SCMP_ACT_NOTIFY", flags[i] };
                const struct report *report = in_child(call_with_agent, &wish);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->rc, 0);
                assert_int_equal(report->values[0], 4711);
                assert_int_equal(report->values[1], FD_CLOEXEC);
        }
}

/* Without privilege and without no_new_privs; and with a flag that no kernel has. */
static int load_bare(struct report *report, const void *arg)
{
        struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        const struct seccomp_plan plan = { .code = &allow, .n = 1, .flags = *(const unsigned int *)arg };
        int agent_fd = 0;
        if (plan.flags == 0 && setresuid(1000, 1000, 1000) < 0)
                return -2;
        int rc = seccomp_apply(&plan, &agent_fd, &report->err);
        report->values[0] = (uint64_t)agent_fd;
        return rc;
}

static void a_filter_that_cannot_be_loaded_is_told(void **state)
{
        (void)state;
        needs_root();
        static const struct {
                unsigned int flags;
                const char *text;
        } cases[] = {
                {0,           "load seccomp filter: permission denied"},
                { 0x40000000, "load seccomp filter: invalid argument" },
        };
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                const struct report *report = in_child(load_bare, &cases[i].flags);
                assert_int_equal(report->rc, -1);
                assert_int_equal((int)report->values[0], -1);
                assert_string_equal(report->err.text, cases[i].text);
        }
}

/* A kernel that lacks a flag: one filter answers EINVAL to seccomp(2) with it, below that the call is made. */
static int load_on_old_kernel(struct report *report, const void *arg)
{
        const struct spec_seccomp_arg *flag_set = arg;
        const char *names[] = { "seccomp" };
        struct spec_seccomp_arg args[] = { *flag_set };
        struct spec_seccomp_rule rule = {
                {names, 1     },
                "SCMP_ACT_ERRNO", { true, EINVAL},
                args, 1
        };
        const struct spec_seccomp old = { .default_action = "SCMP_ACT_ALLOW", .rules = &rule, .n_rules = 1 };
        struct arena arena = { 0 };
        auto_buf struct buf unknown = { 0 };
        struct seccomp_plan plan;
        int agent_fd = -1;
        int rc = seccomp_compile(&old, seccomp_native_arch(), &arena, &plan, &unknown, &report->err);
        if (rc == 0)
                rc = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (rc == 0)
                rc = seccomp_apply(&plan, &agent_fd, &report->err);
        arena_finish(&arena);
        if (rc < 0)
                return -2;
        const struct wish wish = { "getppid", "SCMP_ACT_NOTIFY", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" };
        return load(&wish, &agent_fd, &report->err);
}

static void a_flag_that_the_kernel_lacks_is_named(void **state)
{
        (void)state;
        const struct spec_seccomp_arg has_flag = { 1, 1U << 5, 1U << 5, "SCMP_CMP_MASKED_EQ" };
        const struct report *report = in_child(load_on_old_kernel, &has_flag);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text,
                            "seccomp flag SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV is not supported by this kernel");
}

/* the agent ------------------------------------------------------------------------------------------------------- */

static char dir[64];
static char socket_path[80];

static int make_dir(void **state)
{
        (void)state;
        (void)snprintf(dir, sizeof dir, "/tmp/tare-test-seccomp-XXXXXX");
        if (!mkdtemp(dir))
                return -1;
        (void)snprintf(socket_path, sizeof socket_path, "%s/agent", dir);
        return 0;
}

static int remove_dir(void **state)
{
        (void)state;
        (void)unlink(socket_path);
        return rmdir(dir);
}

static int listen_at_path(void)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        memcpy(address.sun_path, socket_path, strlen(socket_path));
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(fd >= 0);
        assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
        assert_int_equal(listen(fd, 1), 0);
        return fd;
}

static struct seccomp_agent example(const char *metadata)
{
        return (struct seccomp_agent){
                .path = socket_path,
                .metadata = metadata,
                .oci_version = "1.3.0",
                .pid = 42,
                .state = "{\"id\":\"box\"}",
        };
}

static void the_document_is_what_the_spec_says(void **state)
{
        (void)state;
        auto_buf struct buf document = { 0 };
        struct seccomp_agent agent = example("a \"b\"");
        seccomp_agent_print(&agent, &document);
        assert_string_equal(buf_text(&document), "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":42,"
                                                 "\"metadata\":\"a \\\"b\\\"\",\"state\":{\"id\":\"box\"}}");
        buf_finish(&document);
        agent = example(NULL);
        seccomp_agent_print(&agent, &document);
        assert_string_equal(buf_text(&document), "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":42,"
                                                 "\"state\":{\"id\":\"box\"}}");
}

/* All that comes over one connection; the descriptor that came beside it, or -1. */
static int receive(int listen_fd, struct buf *text)
{
        int fd = -1;
        auto_fd int peer_fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
        assert_true(peer_fd >= 0);
        for (;;) {
                char bytes[65536];
                union {
                        struct cmsghdr header;
                        char bytes[CMSG_SPACE(sizeof fd)];
                } control;
                struct iovec part = { bytes, sizeof bytes };
                struct msghdr message = { .msg_iov = &part,
                                          .msg_iovlen = 1,
                                          .msg_control = control.bytes,
                                          .msg_controllen = sizeof control.bytes };
                ssize_t n = recvmsg(peer_fd, &message, MSG_CMSG_CLOEXEC);
                assert_true(n >= 0);
                if (n == 0)
                        return fd;
                buf_add(text, bytes, (size_t)n);
                struct cmsghdr *header = CMSG_FIRSTHDR(&message);
                if (header && header->cmsg_type == SCM_RIGHTS)
                        memcpy(&fd, CMSG_DATA(header), sizeof fd);
        }
}

struct sending {
        struct seccomp_agent agent;
        int fd;
        int rc;
        struct err err;
};

static void *send_it(void *arg)
{
        struct sending *sending = arg;
        sending->rc = seccomp_agent_send(&sending->agent, sending->fd, &sending->err);
        return NULL;
}

/* Larger than any socket's buffer: it takes more than one call to send. */
static void the_agent_gets_document_and_descriptor(void **state)
{
        (void)state;
        enum { LONG = 1 << 20 };
        auto_buf struct buf metadata = { 0 };
        for (size_t i = 0; i < LONG; i++)
                buf_add(&metadata, "m", 1);
        auto_fd int listen_fd = listen_at_path();
        auto_fd int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        static struct sending sending;
        sending = (struct sending){ .agent = example(buf_text(&metadata)), .fd = null_fd };
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, send_it, &sending), 0);
        auto_buf struct buf text = { 0 };
        auto_fd int received_fd = receive(listen_fd, &text);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(sending.rc, 0);

        auto_buf struct buf expected = { 0 };
        seccomp_agent_print(&sending.agent, &expected);
        assert_string_equal(buf_text(&text), buf_text(&expected));
        struct stat sent, received;
        assert_int_equal(fstat(null_fd, &sent), 0);
        assert_int_equal(fstat(received_fd, &received), 0);
        assert_int_equal(sent.st_rdev, received.st_rdev);
}

static void an_agent_that_is_not_there_is_told(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct seccomp_agent agent = example(NULL);
        char text[256];
        assert_int_equal(seccomp_agent_send(&agent, 0, &err), -1);
        (void)snprintf(text, sizeof text,
                       "connect with seccomp agent specified in the seccomp profile %s: no such file or directory",
                       socket_path);
        assert_string_equal(err.text, text);

        char long_path[200] = "/";
        memset(long_path, '/', sizeof long_path - 1);
        agent.path = long_path;
        assert_int_equal(seccomp_agent_send(&agent, 0, &err), -1);
        assert_int_equal(err.code, ENAMETOOLONG);
}

/* It takes the connection and goes away: the signal of a broken pipe must not come. */
static void *hang_up(void *arg)
{
        int fd = accept4(*(int *)arg, NULL, NULL, SOCK_CLOEXEC);
        (void)close(fd);
        return NULL;
}

static void an_agent_that_hangs_up_is_told(void **state)
{
        (void)state;
        auto_fd int listen_fd = listen_at_path();
        auto_buf struct buf metadata = { 0 };
        for (size_t i = 0; i < 1 << 20; i++)
                buf_add(&metadata, "m", 1);
        struct seccomp_agent agent = example(buf_text(&metadata));
        struct err err = { 0 };
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, hang_up, &listen_fd), 0);
        assert_int_equal(seccomp_agent_send(&agent, 0, &err), -1);
        assert_int_equal(pthread_join(thread, NULL), 0);
        char start[128];
        (void)snprintf(start, sizeof start, "cannot send seccomp fd to %s: ", socket_path);
        assert_memory_equal(err.text, start, strlen(start));
        assert_true(err.code == EPIPE || err.code == ECONNRESET);
}

/* It listens, and never looks. */
static void an_agent_that_sleeps_is_told(void **state)
{
        (void)state;
        auto_fd int listen_fd = listen_at_path();
        auto_buf struct buf metadata = { 0 };
        for (size_t i = 0; i < 1 << 20; i++)
                buf_add(&metadata, "m", 1);
        struct seccomp_agent agent = example(buf_text(&metadata));
        agent.seconds = 1;
        struct err err = { 0 };
        char text[256];
        assert_int_equal(seccomp_agent_send(&agent, 0, &err), -1);
        (void)snprintf(text, sizeof text, "cannot send seccomp fd to %s: connection timed out", socket_path);
        assert_string_equal(err.text, text);
}

#define agent_test(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_refused_call_returns_its_errno),
                cmocka_unit_test(a_filter_kills_the_process),
                cmocka_unit_test(a_notified_call_is_answered_by_the_agent),
                cmocka_unit_test(a_filter_that_cannot_be_loaded_is_told),
                cmocka_unit_test(a_flag_that_the_kernel_lacks_is_named),
                cmocka_unit_test(the_document_is_what_the_spec_says),
                agent_test(the_agent_gets_document_and_descriptor),
                agent_test(an_agent_that_is_not_there_is_told),
                agent_test(an_agent_that_hangs_up_is_told),
                agent_test(an_agent_that_sleeps_is_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
