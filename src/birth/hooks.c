/* SPDX-License-Identifier: Apache-2.0 */
/* hooks.c - fork, feed, await and judge each hook. Its stdin and its output are files in memory, not pipes: whatever it
 * reads or writes, nobody has to pump, and a hook that leaves a daemon behind holds up nothing. */

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "birth/hooks.h"

#include "base/child.h"
#include "base/file.h"
#include "sys/syscalls.h"

/* How much of each stream an error quotes. */
enum { QUOTE_MAX = 1024 };

struct hook_files {
        int in_fd, out_fd, err_fd;
};

static const struct hook_files no_files = { -1, -1, -1 };

static void hook_files_finish(struct hook_files *files)
{
        finish_fd(&files->in_fd);
        finish_fd(&files->out_fd);
        finish_fd(&files->err_fd);
}

static int hook_files_open(const struct hook_run *run, struct hook_files *ret, struct err *err)
{
        auto_buf struct buf document = { 0 };
        state_print(run->state, run->status, STATE_FOR_HOOK, &document);
        if (buf_ok(&document, err) < 0)
                return -1;

        ret->in_fd = memfd_create("hook-stdin", MFD_CLOEXEC);
        ret->out_fd = memfd_create("hook-stdout", MFD_CLOEXEC);
        ret->err_fd = memfd_create("hook-stderr", MFD_CLOEXEC);
        if (ret->in_fd < 0 || ret->out_fd < 0 || ret->err_fd < 0)
                return fail_sys(err, "make the stdio of a hook");
        if (write_all(ret->in_fd, document.data, document.len) < 0 || lseek(ret->in_fd, 0, SEEK_SET) < 0)
                return fail_sys(err, "write the state for a hook");
        return 0;
}

/* In the child. On failure the step that failed and its errno go to the parent through the pipe that execve closes. */
static _Noreturn void be_hook(const struct hook_run *run, const struct spec_hook *hook, const struct hook_files *files,
                              int fail_fd)
{
        static const char *const no_env[] = { NULL };
        const char *const own_name[] = { hook->path, NULL };
        const char *const *args = hook->args.n > 0 ? hook->args.items : own_name;
        const char *const *env = run->default_env ? run->default_env : no_env;
        if (hook->has_env)
                env = hook->env.n > 0 ? hook->env.items : no_env;

        int failed = dup2(files->in_fd, STDIN_FILENO) < 0 || dup2(files->out_fd, STDOUT_FILENO) < 0 ||
                     dup2(files->err_fd, STDERR_FILENO) < 0 || (run->dir && chdir(run->dir) < 0) ||
                     sigprocmask(SIG_SETMASK, run->mask, NULL) < 0;
        if (!failed)
                (void)execve(hook->path, (char *const *)args, (char *const *)env);
        int code = errno;
        (void)write_all(fail_fd, &code, sizeof code);
        _exit(EXIT_FAILURE);
}

/* 0 when it ended in time, with its status; 1 when it did not. */
static int await_hook(pid_t pid, const struct spec_hook *hook, int *ret_status, struct err *err)
{
        int ready = 1;
        if (hook->timeout.set) {
                auto_fd int pidfd = sys_pidfd_open(pid, 0);
                struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };
                int64_t ms = hook->timeout.value < INT32_MAX / 1000 ? hook->timeout.value * 1000 : INT32_MAX;
                do {
                        ready = pidfd < 0 ? -1 : poll(&poll_fd, 1, (int)ms);
                } while (ready < 0 && pidfd >= 0 && errno == EINTR);
                if (ready <= 0)
                        (void)kill(pid, SIGKILL);
        }
        return child_await(pid, ret_status, err) < 0 ? -1 : ready <= 0;
}

/* What the hook wrote, without the line ends at its end, as far as an error quotes it. */
static const char *quote(int fd, char *ret)
{
        ssize_t n = pread(fd, ret, QUOTE_MAX - 1, 0);
        size_t len = n > 0 ? (size_t)n : 0;
        while (len > 0 && ret[len - 1] == '\n')
                len--;
        ret[len] = '\0';
        return ret;
}

static int judge(int status, const struct hook_files *files, struct err *err)
{
        if (status == 0)
                return 0;

        char how[CHILD_END_MAX], out[QUOTE_MAX], error[QUOTE_MAX];
        return fail(err, "%s, stdout: %s, stderr: %s", child_end_text(status, how), quote(files->out_fd, out),
                    quote(files->err_fd, error));
}

static int run_one(const struct hook_run *run, const struct spec_hook *hook, const struct hook_files *files,
                   struct err *err)
{
        int pipe_fds[2];
        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                return fail_sys(err, "make a pipe");
        auto_fd int read_fd = pipe_fds[0];
        auto_fd int write_fd = pipe_fds[1];

        pid_t pid = fork();
        if (pid < 0)
                return fail_sys(err, "fork");
        if (pid == 0)
                be_hook(run, hook, files, write_fd);
        finish_fd(&write_fd);

        int exec_code = 0;
        ssize_t n = read(read_fd, &exec_code, sizeof exec_code);
        while (n < 0 && errno == EINTR)
                n = read(read_fd, &exec_code, sizeof exec_code);
        int status = 0;
        int is_late = await_hook(pid, hook, &status, err);
        if (is_late < 0)
                return -1;
        if (n == (ssize_t)sizeof exec_code) {
                errno = exec_code;
                return fail_sys(err, "fork/exec %s", hook->path);
        }
        if (is_late)
                return fail(err, "ran past its timeout of %lld s", (long long)hook->timeout.value);
        return judge(status, files, err);
}

static int run_nth(const struct hook_run *run, size_t i, struct err *err)
{
        const struct spec_hook *hook = &run->hooks->items[i];
        struct hook_files files = no_files;
        int done = hook_files_open(run, &files, err);
        if (done == 0)
                done = run_one(run, hook, &files, err);
        hook_files_finish(&files);
        return done < 0 ? fail_at(err, "%s hook #%zu %s", hook_kind_names[run->kind], i, hook->path) : 0;
}

int hooks_run(const struct hook_run *run, struct err *err)
{
        for (size_t i = 0; i < run->hooks->n; i++)
                if (run_nth(run, i, err) < 0)
                        return -1;
        return 0;
}

void hooks_run_each(const struct hook_run *run, const struct log *log)
{
        for (size_t i = 0; i < run->hooks->n; i++) {
                struct err err;
                if (run_nth(run, i, &err) < 0)
                        log_say(log, LOG_WARNING, "%s", err.text);
        }
}
