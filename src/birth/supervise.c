/* SPDX-License-Identifier: Apache-2.0 */
/* supervise.c - the foreground of `run`: a signalfd and init's pidfd in one poll; nothing is polled by time. */

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "birth/supervise.h"

#include "birth/notify.h"
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

static int pass_signal_on(const struct supervised *whom, int signal_fd, struct err *err)
{
        struct signalfd_siginfo info;
        ssize_t n = read(signal_fd, &info, sizeof info);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return 0;
        if (n != (ssize_t)sizeof info)
                return fail_sys(err, "read the signalfd");

        int sig = (int)info.ssi_signo;
        if (sig == SIGCHLD)
                reap_orphans(whom->init_pid);
        else if (sig == SIGWINCH)
                relay_resize(whom->relay);
        else if (sig != SIGURG)
                (void)sys_pidfd_send_signal(whom->init_pidfd, sig); /* init may have ended just now */
        return 0;
}

/* What goes wrong with the caller's side of a terminal does not end the container. */
static void warn_of_terminal(const struct supervised *whom, const struct err *err)
{
        log_say(whom->log, LOG_WARNING, "relay the terminal: %s", err->text);
}

static int await_init(const struct supervised *whom, int signal_fd, struct err *err)
{
        enum { INIT_AT, SIGNAL_AT, NOTIFY_AT, RELAY_AT };
        struct pollfd fds[RELAY_AT + RELAY_FDS] = {
                [INIT_AT] = {.fd = whom->init_pidfd, .events = POLLIN},
                [SIGNAL_AT] = { .fd = signal_fd,       .events = POLLIN},
                [NOTIFY_AT] = { .fd = whom->notify_fd, .events = POLLIN},
        };
        for (;;) {
                size_t n_relayed = relay_poll(whom->relay, fds + RELAY_AT);
                if (poll(fds, RELAY_AT + n_relayed, -1) < 0) {
                        if (errno != EINTR)
                                return fail_sys(err, "wait for the container");
                        continue;
                }
                struct err notify_err;
                if (fds[NOTIFY_AT].revents && notify_hand_on(whom->notify_fd, &notify_err) < 0)
                        log_say(whom->log, LOG_WARNING, "hand on what the program tells: %s", notify_err.text);
                if (fds[INIT_AT].revents)
                        return 0;
                if (fds[SIGNAL_AT].revents && pass_signal_on(whom, signal_fd, err) < 0)
                        return -1;
                struct err relay_err;
                if (n_relayed > 0 && relay_step(whom->relay, fds + RELAY_AT, &relay_err) < 0)
                        warn_of_terminal(whom, &relay_err);
        }
}

/* A reader that takes nothing more holds us up, unless somebody wants us gone. */
static void drain(const struct supervised *whom, int signal_fd)
{
        struct err err;
        sigset_t deadly;
        (void)sigemptyset(&deadly);
        (void)sigaddset(&deadly, SIGHUP);
        (void)sigaddset(&deadly, SIGINT);
        (void)sigaddset(&deadly, SIGQUIT);
        (void)sigaddset(&deadly, SIGTERM);
        (void)signalfd(signal_fd, &deadly, 0);
        if (relay_drain(whom->relay, signal_fd, &err) < 0)
                warn_of_terminal(whom, &err);
        relay_finish(whom->relay);
}

int supervise(const struct supervised *whom, int *ret_status, struct err *err)
{
        sigset_t all;
        (void)sigfillset(&all);
        if (sigprocmask(SIG_BLOCK, &all, NULL) < 0)
                return fail_sys(err, "block the signals");
        auto_fd int signal_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
        if (signal_fd < 0)
                return fail_sys(err, "make a signalfd");
        if (await_init(whom, signal_fd, err) < 0)
                return -1;

        int status = 0;
        if (waitpid(whom->init_pid, &status, 0) < 0)
                return fail_sys(err, "wait for the container");
        *ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        if (whom->relay->has_begun)
                drain(whom, signal_fd);
        return 0;
}
