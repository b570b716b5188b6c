/* SPDX-License-Identifier: Apache-2.0 */
/* test_relay_caller.c - the caller's terminal while a program runs in the foreground: its modes, its size, its end. */

#include <signal.h>

#include "unit.h"

#include "child.h"
#include "pty.h"
#include "tty/relay.h"

static bool is_equal(const struct termios *one, const struct termios *other)
{
        return one->c_iflag == other->c_iflag && one->c_oflag == other->c_oflag && one->c_cflag == other->c_cflag &&
               one->c_lflag == other->c_lflag && memcmp(one->c_cc, other->c_cc, sizeof one->c_cc) == 0;
}

enum caller {
        ALL_STREAMS,   /* the terminal is stdin, stdout and stderr */
        ALL_BUT_STDIN, /* our input is a file */
        ONLY_DEV_TTY,  /* redirected, all three */
        IN_BACKGROUND, /* the shell's foreground is another */
        NO_TERMINAL
};

static int sit_before(enum caller caller, const struct pty *screen)
{
        int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (caller != NO_TERMINAL && (setsid() < 0 || ioctl(screen->slave_fd, TIOCSCTTY, 0) < 0))
                return -1;
        if (caller == ALL_STREAMS || caller == IN_BACKGROUND)
                take_streams(screen->slave_fd, screen->slave_fd, screen->slave_fd);
        else if (caller == ALL_BUT_STDIN)
                take_streams(null_fd, screen->slave_fd, null_fd);
        else
                take_streams(null_fd, null_fd, null_fd);
        if (caller != IN_BACKGROUND)
                return 0;

        /* A background job: the session goes on in a child that has its own process group. */
        pid_t job = fork();
        if (job == 0)
                return setpgid(0, 0);
        int status = 0;
        (void)waitpid(job, &status, 0);
        _exit(status);
}

static int look_at_terminals(struct report *report, const void *arg)
{
        const enum caller *caller = arg;
        static struct relay relay;
        struct pty pty, screen;
        struct termios before, during, after, program;
        struct winsize size = { .ws_row = 33, .ws_col = 111 }, first, second;
        (void)signal(SIGTTOU, SIG_IGN);
        if (make_pty(&pty) < 0 || make_pty(&screen) < 0 || sit_before(*caller, &screen) < 0)
                return -2;
        if (ioctl(screen.master_fd, TIOCSWINSZ, &size) < 0 || tcgetattr(screen.slave_fd, &before) < 0)
                return -2;
        if (relay_begin(&relay, &pty.master_fd, &report->err) < 0)
                return -1;
        report->values[0] = pty.master_fd == -1;
        if (tcgetattr(screen.slave_fd, &during) < 0 || ioctl(pty.slave_fd, TIOCGWINSZ, &first) < 0 ||
            tcgetattr(pty.slave_fd, &program) < 0)
                return -2;
        report->values[1] = (during.c_lflag & (ECHO | ICANON | ISIG | IEXTEN)) == 0 && (during.c_iflag & ICRNL) == 0;
        report->values[2] = (during.c_oflag & (OPOST | ONLCR)) == (OPOST | ONLCR);
        report->values[3] = (program.c_oflag & ONLCR) == 0 && (program.c_lflag & (ECHO | ICANON)) == (ECHO | ICANON);

        size = (struct winsize){ .ws_row = 44, .ws_col = 222 };
        if (ioctl(screen.master_fd, TIOCSWINSZ, &size) < 0)
                return -2;
        relay_resize(&relay);
        if (ioctl(pty.slave_fd, TIOCGWINSZ, &second) < 0)
                return -2;
        report->values[4] = (uint64_t)first.ws_row * 1000 + first.ws_col;
        report->values[5] = (uint64_t)second.ws_row * 1000 + second.ws_col;

        relay_finish(&relay);
        if (tcgetattr(screen.slave_fd, &after) < 0)
                return -2;
        report->values[6] = is_equal(&before, &after);
        relay_finish(&relay);
        relay_resize(&relay);
        return 0;
}

static void the_callers_terminal_is_raw_for_that_time_and_gives_its_size(void **state)
{
        (void)state;
        static const struct {
                enum caller caller;
                uint64_t is_raw, first_size, second_size;
        } rows[] = {
                {ALL_STREAMS,    1, 33111, 44222},
                { ALL_BUT_STDIN, 0, 33111, 44222},
                { ONLY_DEV_TTY,  0, 33111, 44222},
                { IN_BACKGROUND, 0, 33111, 44222},
                { NO_TERMINAL,   0, 0,     0    },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(look_at_terminals, &rows[i].caller);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->rc, 0);
                assert_int_equal(report->values[0], 1);
                assert_int_equal(report->values[1], rows[i].is_raw);
                assert_int_equal(report->values[2], 1);
                assert_int_equal(report->values[3], 1);
                assert_int_equal(report->values[4], rows[i].first_size);
                assert_int_equal(report->values[5], rows[i].second_size);
                assert_int_equal(report->values[6], 1);
        }
}

static int begin_on_a_pipe(struct report *report, const void *arg)
{
        (void)arg;
        static struct relay relay;
        struct pty screen;
        struct termios before, after;
        int ends[2];
        if (make_pty(&screen) < 0 || pipe2(ends, O_CLOEXEC) < 0 || tcgetattr(screen.slave_fd, &before) < 0)
                return -2;
        take_streams(screen.slave_fd, screen.slave_fd, screen.slave_fd);
        int fd = ends[0];
        int done = relay_begin(&relay, &fd, &report->err);
        if (tcgetattr(screen.slave_fd, &after) < 0)
                return -2;
        report->values[0] = fcntl(ends[0], F_GETFD) == -1 && fd == -1;
        report->values[1] = is_equal(&before, &after);
        relay_finish(&relay);
        return done;
}

static void what_is_no_pty_is_refused(void **state)
{
        (void)state;
        const struct report *report = in_child(begin_on_a_pipe, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "open the slave of the console's pty: inappropriate ioctl for device");
        assert_int_equal(report->values[0], 1);
        assert_int_equal(report->values[1], 1);
}

static void a_relay_that_never_began_does_nothing(void **state)
{
        (void)state;
        struct relay relay = { 0 };
        struct pollfd fds[RELAY_FDS];
        struct err err = { 0 };
        assert_int_equal(relay_poll(&relay, fds), 0);
        assert_int_equal(relay_drain(&relay, -1, &err), 0);
        relay_resize(&relay);
        relay_finish(&relay);
        assert_true(fcntl(0, F_GETFD) >= 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_callers_terminal_is_raw_for_that_time_and_gives_its_size),
                cmocka_unit_test(what_is_no_pty_is_refused),
                cmocka_unit_test(a_relay_that_never_began_does_nothing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
