/* SPDX-License-Identifier: Apache-2.0 */
/* supervise.c - the foreground of `run`: a signalfd and init's pidfd in one poll; nothing is polled by time. */

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "birth/supervise.h"

#include "sys/syscalls.h"

/* Orphans of a container without its own pid namespace; never init, whose status is still wanted. */
static void reap_orphans(pid_t init_pid)
{
        for (;;) {
                siginfo_t info = { 0 };
                if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0 ||
                    info.si_pid == init_pid)
                        return;
                (void)waitpid(info.si_pid, NULL, WNOHANG);
        }
}

static int pass_signal_on(int signal_fd, pid_t init_pid, int init_pidfd, struct err *err)
{
        struct signalfd_siginfo info;
        ssize_t n = read(signal_fd, &info, sizeof info);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return 0;
        if (n != (ssize_t)sizeof info)
                return fail_sys(err, "read the signalfd");

        int sig = (int)info.ssi_signo;
        if (sig == SIGCHLD)
                reap_orphans(init_pid);
        else if (sig != SIGURG && sig != SIGWINCH)
                (void)sys_pidfd_send_signal(init_pidfd, sig); /* init may have ended just now */
        return 0;
}

static int await_init(int signal_fd, pid_t init_pid, int init_pidfd, struct err *err)
{
        struct pollfd fds[] = {
                {.fd = init_pidfd, .events = POLLIN},
                { .fd = signal_fd, .events = POLLIN},
        };
        for (;;) {
                if (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno != EINTR)
                        return fail_sys(err, "wait for the container");
                if (fds[0].revents)
                        return 0;
                if (fds[1].revents && pass_signal_on(signal_fd, init_pid, init_pidfd, err) < 0)
                        return -1;
        }
}

int supervise(pid_t init_pid, int init_pidfd, int *ret_status, struct err *err)
{
        sigset_t all;
        (void)sigfillset(&all);
        if (sigprocmask(SIG_BLOCK, &all, NULL) < 0)
                return fail_sys(err, "block the signals");
        auto_fd int signal_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
        if (signal_fd < 0)
                return fail_sys(err, "make a signalfd");
        if (await_init(signal_fd, init_pid, init_pidfd, err) < 0)
                return -1;

        int status = 0;
        if (waitpid(init_pid, &status, 0) < 0)
                return fail_sys(err, "wait for the container");
        *ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        return 0;
}
