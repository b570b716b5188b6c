/* SPDX-License-Identifier: Apache-2.0 */
/* pty.h - for the tests of terminals: pty pairs, a program that has one, and streams of the test's choice. */
#ifndef TARE_TESTS_PTY_H
#define TARE_TESTS_PTY_H

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "unit.h"

#include "base/scope.h"
#include "sys/syscalls.h"

struct pty {
        int master_fd, slave_fd;
};

static inline int make_pty(struct pty *ret)
{
        const int locked = 0;
        ret->master_fd = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (ret->master_fd < 0 || ioctl(ret->master_fd, TIOCSPTLCK, &locked) < 0)
                return -1;
        ret->slave_fd = ioctl(ret->master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
        return ret->slave_fd < 0 ? -1 : 0;
}

/* The program: a session of its own on the pty's slave. Returns its pid; what act returns is its status. */
static inline pid_t start_program(const struct pty *pty, int (*act)(void))
{
        pid_t pid = fork();
        if (pid != 0)
                return pid;

        (void)signal(SIGPIPE, SIG_DFL);
        if (setsid() < 0 || ioctl(pty->slave_fd, TIOCSCTTY, 0) < 0)
                _exit(100);
        for (int fd = 0; fd <= 2; fd++)
                if (dup2(pty->slave_fd, fd) < 0)
                        _exit(101);
        (void)sys_close_range(3, ~0U, 0);
        _exit(act());
}

static inline void take_streams(int input_fd, int output_fd, int errors_fd)
{
        /* Copies first: each of them may sit where another goes. */
        const int copies[] = { dup(input_fd), dup(output_fd), dup(errors_fd) };
        for (int fd = 0; fd <= 2; fd++)
                (void)dup2(copies[fd], fd);
        for (size_t i = 0; i < ARRAY_LEN(copies); i++)
                (void)close(copies[i]);
}

#endif
