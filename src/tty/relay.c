/* SPDX-License-Identifier: Apache-2.0 */
/* relay.c - stdin to the pty's master, the master to stdout; see relay.h.
 * Reads and writes are made only where poll(2) said so, and where it can be had, on descriptions of our own that do not
 * block: O_NONBLOCK on the caller's own stdin and stdout would reach everybody who shares them. */

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tty/relay.h"

#include "base/path.h"

enum { INPUT, MASTER, OUTPUT };
_Static_assert(OUTPUT + 1 == RELAY_FDS, "every descriptor has its place");

/* More than a pty holds (8 KiB on its way, drivers/tty/pty.c, and 4 KiB arrived, drivers/tty/n_tty.c): what comes after
 * that many bytes was written after the program's end, by someone who may never end. */
enum { DRAIN_MAX = 64 * 1024 };

static bool is_pending(const struct relay_flow *flow)
{
        return flow->start < flow->end;
}

static bool has_room(const struct relay_flow *flow)
{
        return flow->end < RELAY_ROOM;
}

static ssize_t flow_in(struct relay_flow *flow, int fd)
{
        ssize_t n = read(fd, flow->bytes + flow->end, RELAY_ROOM - flow->end);
        if (n > 0)
                flow->end += (size_t)n;
        return n;
}

static ssize_t flow_out(struct relay_flow *flow, int fd)
{
        /* No more at a time than what a pipe takes whole once poll(2) says that it takes any: see pipe(7). */
        size_t len = flow->end - flow->start;
        ssize_t n = write(fd, flow->bytes + flow->start, len < PIPE_BUF ? len : PIPE_BUF);
        if (n > 0)
                flow->start += (size_t)n;
        if (flow->start == flow->end)
                flow->start = flow->end = 0;
        return n;
}

static bool is_not_now(void)
{
        return errno == EAGAIN || errno == EINTR;
}

static void end_input(struct relay *relay)
{
        finish_fd(&relay->input_fd);
        relay->to_program.start = relay->to_program.end = 0;
}

static void hang_up(struct relay *relay)
{
        end_input(relay);
        finish_fd(&relay->slave_fd);
        finish_fd(&relay->master_fd);
}

/* The same file through a description of our own, which does not block, for what can be opened anew without losing a
 * place in it; else the caller's. */
static int own_stream(int fd, int flags)
{
        struct stat st;
        char path[FD_PATH_MAX];
        int own_fd = -1;
        if (isatty(fd) || (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode)))
                own_fd = open(fd_path(fd, path), flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        return own_fd >= 0 ? own_fd : fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

static int find_caller(void)
{
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if (isatty(fd))
                        return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

/* A shell that has us in the background uses the terminal itself. A terminal that is not our controlling one has no
 * background for us. */
static bool is_in_background(int terminal_fd)
{
        pid_t foreground = tcgetpgrp(terminal_fd);
        return foreground >= 0 && foreground != getpgrp();
}

static int take_streams(struct relay *relay, struct err *err)
{
        relay->input_fd = own_stream(STDIN_FILENO, O_RDONLY);
        if (relay->input_fd < 0)
                return fail_sys(err, "open stdin anew");
        relay->output_fd = own_stream(STDOUT_FILENO, O_WRONLY);
        if (relay->output_fd < 0)
                return fail_sys(err, "open stdout anew");

        relay->caller_fd = find_caller();
        return 0;
}

/* Only who has a terminal pays for it. */
static int make_room(struct relay *relay, struct err *err)
{
        char *bytes = malloc(2 * (size_t)RELAY_ROOM);
        if (!bytes)
                return fail_sys(err, "make room for the terminal");
        relay->to_program = (struct relay_flow){ .bytes = bytes };
        relay->to_caller = (struct relay_flow){ .bytes = bytes + RELAY_ROOM };
        return 0;
}

static int prepare_pty(struct relay *relay, struct err *err)
{
        int flags = fcntl(relay->master_fd, F_GETFL);
        if (flags < 0 || fcntl(relay->master_fd, F_SETFL, flags | O_NONBLOCK) < 0)
                return fail_sys(err, "make the console's pty non-blocking");
        relay->slave_fd = ioctl(relay->master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (relay->slave_fd < 0)
                return fail_sys(err, "open the slave of the console's pty");

        struct termios modes;
        if (tcgetattr(relay->master_fd, &modes) < 0)
                return fail_sys(err, "read the modes of the console's pty");
        modes.c_oflag &= ~(tcflag_t)ONLCR;
        if (tcsetattr(relay->master_fd, TCSANOW, &modes) < 0)
                return fail_sys(err, "set the modes of the console's pty");
        return 0;
}

/* Every key is the program's, ^C and ^Z too. Only where they come through us: a terminal that is not our stdin keeps
 * its ^C, or nobody could end us. */
static int make_raw(struct relay *relay, struct err *err)
{
        if (!isatty(STDIN_FILENO) || is_in_background(relay->caller_fd))
                return 0;

        if (tcgetattr(relay->caller_fd, &relay->caller_modes) < 0)
                return fail_sys(err, "read the modes of the terminal");
        struct termios modes = relay->caller_modes;
        cfmakeraw(&modes);
        modes.c_oflag |= OPOST; /* for the line ends, which the pty leaves to it */
        relay->is_raw = true;
        if (tcsetattr(relay->caller_fd, TCSANOW, &modes) < 0)
                return fail_sys(err, "make the terminal raw");
        return 0;
}

int relay_begin(struct relay *relay, int *master_fd, struct err *err)
{
        relay->has_begun = true;
        relay->is_raw = false;
        relay->master_fd = take_fd(master_fd);
        relay->slave_fd = -1;
        relay->to_program = relay->to_caller = (struct relay_flow){ 0 };
        relay->input_fd = relay->output_fd = relay->caller_fd = -1;
        if (make_room(relay, err) < 0 || take_streams(relay, err) < 0 || prepare_pty(relay, err) < 0 ||
            make_raw(relay, err) < 0) {
                relay_finish(relay);
                return -1;
        }

        relay_resize(relay);
        return 0;
}

size_t relay_poll(const struct relay *relay, struct pollfd *fds)
{
        if (!relay->has_begun || (relay->master_fd < 0 && !is_pending(&relay->to_caller)))
                return 0;

        /* What we have no use for is not polled: poll(2) reports POLLHUP and POLLERR unasked, again and again. */
        int gives = has_room(&relay->to_caller) ? POLLIN : 0;
        int takes = is_pending(&relay->to_program) ? POLLOUT : 0;
        fds[INPUT] = (struct pollfd){ .fd = has_room(&relay->to_program) ? relay->input_fd : -1, .events = POLLIN };
        fds[MASTER] = (struct pollfd){ .fd = gives | takes ? relay->master_fd : -1, .events = (short)(gives | takes) };
        fds[OUTPUT] = (struct pollfd){ .fd = is_pending(&relay->to_caller) ? relay->output_fd : -1, .events = POLLOUT };
        return RELAY_FDS;
}

static int take_input(struct relay *relay, struct err *err)
{
        ssize_t n = flow_in(&relay->to_program, relay->input_fd);
        if (n > 0 || (n < 0 && is_not_now()))
                return 0;

        /* EIO: the caller's terminal is gone, or we are in its background. What was read is still on its way. */
        int at_end = n == 0 || errno == EIO ? 0 : fail_sys(err, "read stdin");
        finish_fd(&relay->input_fd);
        return at_end;
}

static int give_input(struct relay *relay, struct err *err)
{
        if (flow_out(&relay->to_program, relay->master_fd) >= 0 || is_not_now())
                return 0;

        (void)fail_sys(err, "write to the console's pty");
        end_input(relay);
        return -1;
}

/* How many bytes there were; 0: none for now, or none any more. */
static ssize_t take_output(struct relay *relay, struct err *err)
{
        ssize_t n = flow_in(&relay->to_caller, relay->master_fd);
        if (n > 0)
                return n;
        if (n < 0 && is_not_now())
                return 0;

        /* EIO: all slaves are closed. */
        int at_end = n == 0 || errno == EIO ? 0 : fail_sys(err, "read from the console's pty");
        hang_up(relay);
        return at_end;
}

static int give_output(struct relay *relay, struct err *err)
{
        if (flow_out(&relay->to_caller, relay->output_fd) >= 0 || is_not_now())
                return 0;

        int at_end = errno == EPIPE || errno == ECONNRESET ? 0 : fail_sys(err, "write to stdout");
        hang_up(relay);
        relay->to_caller.start = relay->to_caller.end = 0;
        return at_end;
}

int relay_step(struct relay *relay, const struct pollfd *fds, struct err *err)
{
        int done = 0;
        if (relay->input_fd >= 0 && fds[INPUT].revents && take_input(relay, err) < 0)
                done = -1;
        if (relay->master_fd >= 0 && fds[MASTER].revents & POLLOUT && give_input(relay, err) < 0)
                done = -1;
        if (relay->master_fd >= 0 && fds[MASTER].revents & ~POLLOUT && has_room(&relay->to_caller) &&
            take_output(relay, err) < 0)
                done = -1;
        if (fds[OUTPUT].revents && give_output(relay, err) < 0)
                done = -1;
        return done;
}

void relay_resize(const struct relay *relay)
{
        struct winsize window;
        if (!relay->has_begun || relay->caller_fd < 0 || ioctl(relay->caller_fd, TIOCGWINSZ, &window) < 0)
                return;
        /* A terminal that goes away at this moment is met at the next read. */
        (void)ioctl(relay->master_fd, TIOCSWINSZ, &window);
}

/* Whether the output may be written; false: not yet, and stop_fd is readable. */
static bool await_reader(const struct relay *relay, int stop_fd)
{
        struct pollfd fds[] = {
                {.fd = relay->output_fd, .events = POLLOUT},
                { .fd = stop_fd,         .events = POLLIN },
        };
        while (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno == EINTR)
                continue;
        return fds[0].revents != 0;
}

int relay_drain(struct relay *relay, int stop_fd, struct err *err)
{
        if (!relay->has_begun)
                return 0;

        int done = 0;
        end_input(relay);
        finish_fd(&relay->slave_fd);
        for (size_t total = 0;;) {
                /* The kernel says "nothing there" only after it has brought up what is still on its way. */
                ssize_t n = 0;
                if (relay->master_fd >= 0 && total < DRAIN_MAX && has_room(&relay->to_caller))
                        n = take_output(relay, err);
                if (n < 0)
                        done = -1;
                if (n > 0)
                        total += (size_t)n;
                if (n <= 0 && !is_pending(&relay->to_caller))
                        break;
                if (!await_reader(relay, stop_fd))
                        break;
                if (give_output(relay, err) < 0)
                        done = -1;
        }
        hang_up(relay);
        return done;
}

void relay_finish(struct relay *relay)
{
        if (!relay->has_begun)
                return;

        if (relay->is_raw)
                (void)tcsetattr(relay->caller_fd, TCSANOW, &relay->caller_modes);
        relay->has_begun = relay->is_raw = false;
        finish_fd(&relay->master_fd);
        finish_fd(&relay->slave_fd);
        finish_fd(&relay->input_fd);
        finish_fd(&relay->output_fd);
        finish_fd(&relay->caller_fd);
        free(relay->to_program.bytes);
}
