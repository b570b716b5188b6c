/* SPDX-License-Identifier: Apache-2.0 */
/* helper.c - run a program of libexec/tare and hear what it says; see helper.h. */

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "birth/helper.h"

#include "base/child.h"
#include "base/file.h"
#include "base/path.h"
#include "sys/syscalls.h"

enum { SAID_MAX = 64 * 1024 };

/* The caller's ends of a helper's stdio. */
struct ends {
        pid_t pid;
        int in_fd, out_fd;
};

/* In the child. It hears signals, and gets nothing of ours but its stdio. */
static _Noreturn void be_helper(const char *path, char *const *argv, int in_fd, int out_fd)
{
        sigset_t none;
        (void)sigemptyset(&none);
        int failed = dup2(in_fd, STDIN_FILENO) < 0 || dup2(out_fd, STDOUT_FILENO) < 0 ||
                     dup2(out_fd, STDERR_FILENO) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0 ||
                     sys_close_range(STDERR_FILENO + 1, ~0U, 0) < 0;
        if (!failed)
                (void)execv(path, argv);
        struct err err;
        (void)fail_sys(&err, "fork/exec %s", path);
        (void)write_all(STDERR_FILENO, err.text, strlen(err.text));
        _exit(EXIT_FAILURE);
}

static int spawn(char *const *argv, struct ends *ret, struct err *err)
{
        char path[PATH_MAX];
        int in[2], out[2];
        const char *dir = getenv("TARE_LIBEXECDIR");
        if (path_below(dir ? dir : TARE_LIBEXECDIR, argv[0], path, err) < 0)
                return -1;
        if (pipe2(in, O_CLOEXEC) < 0)
                return fail_sys(err, "make a pipe");
        auto_fd int in_read_fd = in[0];
        auto_fd int in_write_fd = in[1];
        if (pipe2(out, O_CLOEXEC) < 0)
                return fail_sys(err, "make a pipe");
        auto_fd int out_read_fd = out[0];
        auto_fd int out_write_fd = out[1];

        ret->pid = fork();
        if (ret->pid < 0)
                return fail_sys(err, "fork");
        if (ret->pid == 0)
                be_helper(path, argv, in_read_fd, out_write_fd);
        ret->in_fd = take_fd(&in_write_fd);
        ret->out_fd = take_fd(&out_read_fd);
        return 0;
}

/* After it has ended: what it said is why. */
static int judge(int status, const char *said, struct err *err)
{
        char how[CHILD_END_MAX];
        if (status == 0)
                return 0;
        size_t len = strcspn(said, "\n");
        return len > 0 ? fail(err, "%.*s", (int)len, said) : fail(err, "%s", child_end_text(status, how));
}

int helper_run(char *const *argv, struct err *err)
{
        struct ends ends = { .in_fd = -1, .out_fd = -1 };
        auto_buf struct buf said = { 0 };
        if (spawn(argv, &ends, err) < 0)
                return -1;
        finish_fd(&ends.in_fd);
        int done = file_read_fd(ends.out_fd, argv[0], SAID_MAX, &said, err);
        finish_fd(&ends.out_fd);
        int status = 0;
        struct err later;
        if (child_await(ends.pid, &status, done == 0 ? err : &later) < 0 || done < 0)
                return -1;
        return judge(status, buf_text(&said), err);
}

/* The first line, without its end; what was said until the end of all, when there was none. */
static bool hear_line(int fd, char *text, size_t size)
{
        size_t len = 0;
        for (;;) {
                ssize_t n = read(fd, text + len, size - 1 - len);
                if (n < 0 && errno == EINTR)
                        continue;
                text[len + (n > 0 ? (size_t)n : 0)] = '\0';
                char *end = strchr(text, '\n');
                if (end)
                        *end = '\0';
                if (n <= 0 || end)
                        return end != NULL;
                len += (size_t)n;
        }
}

int helper_begin(char *const *argv, struct helper *ret, struct err *err)
{
        char line[ERR_TEXT_MAX];
        struct ends ends = { .in_fd = -1, .out_fd = -1 };
        *ret = (struct helper){ .end_fd = -1 };
        if (spawn(argv, &ends, err) < 0)
                return -1;
        bool has_line = hear_line(ends.out_fd, line, sizeof line);
        finish_fd(&ends.out_fd);
        if (has_line && strcmp(line, "ready") == 0) {
                *ret = (struct helper){ ends.pid, ends.in_fd };
                return 0;
        }
        finish_fd(&ends.in_fd);
        int status = 0;
        if (child_await(ends.pid, &status, err) < 0)
                return -1;
        return status != 0 ? judge(status, line, err)
                           : fail(err, "%s said \"%s\" and not that it is ready", argv[0], line);
}

void helper_end(struct helper *helper)
{
        struct err ignored;
        int status = 0;
        if (helper->pid <= 0)
                return;
        finish_fd(&helper->end_fd);
        (void)child_await(helper->pid, &status, &ignored);
        helper->pid = 0;
}
