/* SPDX-License-Identifier: Apache-2.0 */
/* processes.c - the processes of a container, and what the host's ps says of all there are. */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "birth/found.h"

#include "base/child.h"
#include "base/file.h"

enum { OUTPUT_MAX = 64 * 1024 * 1024 };

/* Without a cgroup nobody else is known to be of the container. */
static int list_init(const struct found *found, pid_t **ret_pids, size_t *ret_n, struct err *err)
{
        *ret_n = found_status(found) == STOPPED ? 0 : 1;
        *ret_pids = calloc(1, sizeof **ret_pids);
        if (!*ret_pids)
                return fail_sys(err, "list the processes");
        **ret_pids = found->state.pid;
        return 0;
}

int container_pids(const struct runtime *runtime, const char *id, pid_t **ret_pids, size_t *ret_n, struct err *err)
{
        struct found found;
        int done = found_open(runtime, id, FOUND_TO_LOOK, &found, err);
        if (done == 0)
                done = found.cgroup.n > 0 ? cgroup_pids(&found.cgroup, ret_pids, ret_n, err)
                                          : list_init(&found, ret_pids, ret_n, err);
        found_finish(&found);
        return done;
}

/* The child's: both of its outputs into the pipe. That there is no such program is said as a program would. */
static _Noreturn void be_program(char *const *argv, int write_fd)
{
        enum { NOT_FOUND = 127 };
        if (dup2(write_fd, STDOUT_FILENO) < 0 || dup2(write_fd, STDERR_FILENO) < 0)
                _exit(EXIT_FAILURE);
        (void)execvp(argv[0], argv);
        struct err err;
        (void)fail_sys(&err, "%s", argv[0]);
        (void)write_all(write_fd, err.text, strlen(err.text));
        _exit(NOT_FOUND);
}

static int await_program(pid_t pid, const struct buf *out, struct err *err)
{
        int status = 0;
        if (child_await(pid, &status, err) < 0)
                return -1;
        if (status == 0)
                return 0;
        size_t len = out->len;
        while (len > 0 && out->data[len - 1] == '\n')
                len--;
        char how[CHILD_END_MAX];
        return fail(err, "%s: %.*s", child_end_text(status, how), (int)len, buf_text(out));
}

int host_program_output(char *const *argv, struct buf *out, struct err *err)
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
                be_program(argv, write_fd);
        finish_fd(&write_fd);
        int done = file_read_fd(read_fd, argv[0], OUTPUT_MAX, out, err);
        /* One that writes on is told by SIGPIPE. */
        finish_fd(&read_fd);
        struct err later;
        return await_program(pid, out, done == 0 ? err : &later) < 0 ? -1 : done;
}
