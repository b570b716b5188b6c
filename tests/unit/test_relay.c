/* SPDX-License-Identifier: Apache-2.0 */
/* test_relay.c - a terminal in the foreground: each test is a child that stands where tare does, with streams of the
 * test's choice, before a program that has a pty. */

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "unit.h"

#include "child.h"
#include "pty.h"
#include "tty/relay.h"

enum { TEN_MB = 10 * 1024 * 1024 };

static int set_raw(int fd)
{
        struct termios modes;
        if (tcgetattr(fd, &modes) < 0)
                return -1;
        cfmakeraw(&modes);
        return tcsetattr(fd, TCSANOW, &modes);
}

/* What supervises a program in the foreground, in short. Returns its wait status; counts its rounds. */
static int supervise(struct relay *relay, pid_t program, int stop_fd, struct report *report)
{
        int status = -1, pidfd = sys_pidfd_open(program, 0);
        for (;;) {
                struct pollfd fds[RELAY_FDS + 1];
                size_t n = relay_poll(relay, fds);
                fds[n] = (struct pollfd){ .fd = pidfd, .events = POLLIN };
                if (poll(fds, n + 1, -1) < 0)
                        break;
                report->values[7]++;
                if (n > 0)
                        (void)relay_step(relay, fds, &report->err);
                if (fds[n].revents)
                        break;
        }
        (void)waitpid(program, &status, 0);
        (void)relay_drain(relay, stop_fd, &report->err);
        relay_finish(relay);
        (void)close(pidfd);
        return status;
}

/* Begins with these streams, and the program on a new pty; the child's own end of both ptys is closed. */
static pid_t begin(struct relay *relay, struct pty *pty, int (*act)(void), struct report *report)
{
        (void)signal(SIGPIPE, SIG_IGN);
        if (relay_begin(relay, &pty->master_fd, &report->err) < 0)
                return -1;
        pid_t program = start_program(pty, act);
        (void)close(pty->slave_fd);
        return program;
}

/* Output
 * --------------------------------------------------------------------------------------------------------------- */

static char pattern_at(size_t i)
{
        static const char letters[] = "abcdefghijklmnopqrstuvw"; /* a prime number of them */
        if (i % 64 == 63)
                return '\n';
        return letters[i % (sizeof letters - 1)];
}

static int write_pattern(void)
{
        static char block[64 * 23 * 8];
        for (size_t i = 0; i < sizeof block; i++)
                block[i] = pattern_at(i);
        for (size_t done = 0; done < TEN_MB;) {
                size_t at = done % sizeof block, len = sizeof block - at;
                ssize_t n = write(1, block + at, len < TEN_MB - done ? len : TEN_MB - done);
                if (n < 0)
                        return 1;
                done += (size_t)n;
        }
        return 42;
}

/* How many bytes of the pattern come, up to the first that is wrong. A terminal adds carriage returns. */
static size_t read_pattern(int fd)
{
        size_t total = 0;
        char block[65536];
        for (;;) {
                ssize_t n = read(fd, block, sizeof block);
                if (n <= 0)
                        return total;
                for (ssize_t i = 0; i < n; i++) {
                        if (block[i] == '\r')
                                continue;
                        if (block[i] != pattern_at(total))
                                return total;
                        total++;
                }
        }
}

enum output { TO_PIPE, TO_SLOW_PIPE, TO_SOCKET, TO_TERMINAL, TO_FILE };

static int relay_ten_mb(struct report *report, const void *arg)
{
        static struct relay relay;
        const enum output *output = arg;
        struct pty pty, screen;
        int ends[2] = { -1, -1 };
        int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (make_pty(&pty) < 0 || make_pty(&screen) < 0)
                return -1;
        if (*output == TO_TERMINAL) {
                ends[0] = screen.master_fd;
                ends[1] = screen.slave_fd;
        } else if (*output == TO_FILE) {
                ends[0] = ends[1] = open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
        } else if (*output == TO_SOCKET) {
                if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
                        return -1;
        } else if (pipe2(ends, O_CLOEXEC) < 0) {
                return -1;
        }

        pid_t reader = *output == TO_FILE ? 0 : fork();
        if (*output != TO_FILE && reader == 0) {
                (void)close(ends[1]);
                (void)close(pty.master_fd);
                if (*output != TO_TERMINAL)
                        (void)close(screen.slave_fd);
                if (*output == TO_SLOW_PIPE)
                        (void)usleep(300 * 1000);
                report->values[0] = read_pattern(ends[0]);
                _exit(0);
        }
        take_streams(null_fd, ends[1], null_fd);
        if (*output != TO_FILE)
                (void)close(ends[1]);
        pid_t program = begin(&relay, &pty, write_pattern, report);
        int status = supervise(&relay, program, -1, report);

        if (*output == TO_FILE) {
                report->values[0] = lseek(1, 0, SEEK_SET) < 0 ? 0 : read_pattern(1);
                return status;
        }
        take_streams(null_fd, null_fd, null_fd);
        (void)close(screen.slave_fd);
        (void)waitpid(reader, NULL, 0);
        return status;
}

static void ten_megabytes_arrive_whole(void **state)
{
        (void)state;
        static const enum output outputs[] = { TO_PIPE, TO_SLOW_PIPE, TO_SOCKET, TO_TERMINAL, TO_FILE };
        for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
                const struct report *report = in_child(relay_ten_mb, &outputs[i]);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->values[0], TEN_MB);
                assert_int_equal(WEXITSTATUS(report->rc), 42);
                /* Nor does it go round and round while it waits. */
                assert_in_range(report->values[7], 1, TEN_MB / 256);
        }
}

static int say_and_end(void)
{
        return write(1, "last words\n", 11) == 11 ? 0 : 1;
}

/* The program has ended before anybody looks: all of it is left to the drain. */
static int drain_only(struct report *report, const void *arg)
{
        (void)arg;
        static struct relay relay;
        struct pty pty;
        int ends[2], null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (make_pty(&pty) < 0 || pipe2(ends, O_CLOEXEC) < 0)
                return -1;
        take_streams(null_fd, ends[1], null_fd);
        pid_t program = begin(&relay, &pty, say_and_end, report);
        if (waitpid(program, NULL, 0) < 0 || relay_drain(&relay, -1, &report->err) < 0)
                return -1;
        struct pollfd fds[RELAY_FDS];
        report->values[0] = relay_poll(&relay, fds);
        relay_finish(&relay);
        return (int)read(ends[0], report->text, sizeof report->text);
}

static void the_last_words_are_drained(void **state)
{
        (void)state;
        const struct report *report = in_child(drain_only, NULL);
        assert_int_equal(report->rc, 11);
        assert_string_equal(report->text, "last words\n");
        assert_int_equal(report->values[0], 0);
}

/* A pipe whose reader is behind from the start. */
static int make_full_pipe(int ends[2])
{
        static const char filling[65536];
        if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
                return -1;
        while (write(ends[1], filling, sizeof filling) > 0)
                continue;
        return 0;
}

/* A child of the program keeps the terminal and writes to it for ever. */
static int leave_a_babbler(void)
{
        (void)signal(SIGHUP, SIG_IGN);
        if (fork() > 0) {
                (void)usleep(50 * 1000);
                return 0;
        }
        while (write(1, "babble ", 7) == 7)
                continue;
        return 0;
}

static int drain_babbler(struct report *report, const void *arg)
{
        (void)arg;
        static struct relay relay;
        struct pty pty;
        int ends[2], null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (make_pty(&pty) < 0 || make_full_pipe(ends) < 0 || fcntl(ends[0], F_SETFL, 0) < 0 ||
            prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
                return -1;
        take_streams(null_fd, ends[1], null_fd);
        (void)close(ends[1]);
        pid_t program = begin(&relay, &pty, leave_a_babbler, report);
        /* Slower than the babbler: there is always more to read. */
        pid_t reader = fork();
        if (reader == 0) {
                char block[4096];
                take_streams(null_fd, null_fd, null_fd);
                relay_finish(&relay);
                for (ssize_t n = 1; n > 0; (void)usleep(1000)) {
                        n = read(ends[0], block, sizeof block);
                        report->values[0] += n > 0 ? (uint64_t)n : 0;
                }
                _exit(0);
        }
        int status = supervise(&relay, program, -1, report);
        take_streams(null_fd, null_fd, null_fd);
        /* The reader, and the babbler whom its own parent left. */
        while (wait(NULL) > 0)
                continue;
        return status;
}

static void a_child_that_never_falls_silent_does_not_hold_up_the_end(void **state)
{
        (void)state;
        const struct report *report = in_child(drain_babbler, NULL);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
        /* The pipe's filling, the program's time, and no more of the drain than a pty holds. */
        assert_in_range(report->values[0], 64 * 1024, 4 * 1024 * 1024);
}

/* A full pipe that nobody reads, and somebody who will not wait for that. */
static int drain_until_stopped(struct report *report, const void *arg)
{
        (void)arg;
        static struct relay relay;
        struct pty pty;
        int ends[2], stop[2], null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (make_pty(&pty) < 0 || make_full_pipe(ends) < 0 || pipe2(stop, O_CLOEXEC) < 0)
                return -1;
        take_streams(null_fd, ends[1], null_fd);
        pid_t program = begin(&relay, &pty, say_and_end, report);
        if (waitpid(program, NULL, 0) < 0 || write(stop[1], "x", 1) != 1)
                return -1;
        int done = relay_drain(&relay, stop[0], &report->err);
        relay_finish(&relay);
        return done;
}

static void the_drain_can_be_stopped(void **state)
{
        (void)state;
        const struct report *report = in_child(drain_until_stopped, NULL);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
}

/* A terminal that is stuck: what waits for it must not be us. */
static int relay_to_stuck_terminal(struct report *report, const void *arg)
{
        (void)arg;
        static struct relay relay;
        struct pty pty, screen;
        int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (make_pty(&pty) < 0 || make_pty(&screen) < 0)
                return -1;
        take_streams(null_fd, screen.slave_fd, null_fd);
        (void)alarm(10);
        pid_t program = begin(&relay, &pty, write_pattern, report);
        report->values[0] = (uint64_t)(fcntl(1, F_GETFL) & O_NONBLOCK);
        struct pollfd fds[RELAY_FDS];
        while (poll(fds, relay_poll(&relay, fds), 200) > 0)
                if (relay_step(&relay, fds, &report->err) < 0)
                        return -1;
        relay_finish(&relay);
        return waitpid(program, NULL, 0) == program ? 0 : -1;
}

static void a_stuck_terminal_does_not_block_us(void **state)
{
        (void)state;
        const struct report *report = in_child(relay_to_stuck_terminal, NULL);
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
        assert_int_equal(report->values[0], 0);
}

static int write_until_hung_up(void)
{
        /* Whoever runs the tests may ignore it (nohup(1)). */
        (void)signal(SIGHUP, SIG_DFL);
        while (write(1, "line\n", 5) > 0)
                continue;
        (void)pause();
        return 0;
}

static int relay_to_nobody(struct report *report, const void *arg)
{
        static struct relay relay;
        struct pty pty;
        int ends[2], null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        const char *file = arg;
        if (make_pty(&pty) < 0 || pipe2(ends, O_CLOEXEC) < 0)
                return -1;
        (void)close(ends[0]);
        take_streams(null_fd, file ? open(file, O_WRONLY | O_CLOEXEC) : ends[1], null_fd);
        (void)close(ends[1]);
        return supervise(&relay, begin(&relay, &pty, write_until_hung_up, report), -1, report);
}

static void output_that_nobody_takes_hangs_the_program_up(void **state)
{
        (void)state;
        static const struct {
                const char *file, *text;
        } rows[] = {
                {NULL,         ""                                        },
                { "/dev/full", "write to stdout: no space left on device"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(relay_to_nobody, rows[i].file);
                assert_string_equal(report->err.text, rows[i].text);
                assert_true(WIFSIGNALED(report->rc));
                assert_int_equal(WTERMSIG(report->rc), SIGHUP);
        }
}

static int close_and_open_anew(void)
{
        /* As systemd does with /dev/console, line by line. */
        char name[64];
        if (ttyname_r(0, name, sizeof name) != 0)
                return 1;
        for (int i = 0; i < 3; i++) {
                for (int fd = 0; fd <= 2; fd++)
                        (void)close(fd);
                (void)usleep(20 * 1000);
                if (open(name, O_RDWR | O_NOCTTY) != 0 || write(0, "again ", 6) != 6)
                        return 2;
        }
        return 0;
}

static int relay_over_a_gap(struct report *report, const void *arg)
{
        (void)arg;
        static struct relay relay;
        struct pty pty;
        int ends[2], null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (make_pty(&pty) < 0 || pipe2(ends, O_CLOEXEC) < 0)
                return -1;
        take_streams(null_fd, ends[1], null_fd);
        int status = supervise(&relay, begin(&relay, &pty, close_and_open_anew, report), -1, report);
        return read(ends[0], report->text, sizeof report->text) < 0 ? -1 : status;
}

static void a_program_may_close_its_terminal_and_open_it_anew(void **state)
{
        (void)state;
        const struct report *report = in_child(relay_over_a_gap, NULL);
        assert_int_equal(report->rc, 0);
        assert_string_equal(report->text, "again again again ");
        assert_in_range(report->values[7], 1, 50);
}

/* Input
 * ---------------------------------------------------------------------------------------------------------------- */

enum { ONE_MB = 1024 * 1024 };

static int read_one_mb(void)
{
        (void)usleep(100 * 1000);
        size_t total = 0;
        char block[1000];
        while (total < ONE_MB) {
                ssize_t n = read(0, block, sizeof block);
                for (ssize_t i = 0; i < n; i++)
                        if (block[i] != pattern_at(total++))
                                return 1;
                if (n <= 0)
                        return 2;
        }
        return 42;
}

static int relay_one_mb_in(struct report *report, const void *arg)
{
        (void)arg;
        static struct relay relay;
        struct pty pty;
        int ends[2], null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (make_pty(&pty) < 0 || set_raw(pty.slave_fd) < 0 || pipe2(ends, O_CLOEXEC) < 0)
                return -1;
        pid_t feeder = fork();
        if (feeder == 0) {
                for (size_t i = 0; i < ONE_MB; i++) {
                        const char byte = pattern_at(i);
                        if (write(ends[1], &byte, 1) != 1)
                                _exit(1);
                }
                _exit(0);
        }
        (void)close(ends[1]);
        take_streams(ends[0], null_fd, null_fd);
        int status = supervise(&relay, begin(&relay, &pty, read_one_mb, report), -1, report);
        (void)waitpid(feeder, NULL, 0);
        return status;
}

static void a_slow_program_gets_all_of_its_input(void **state)
{
        (void)state;
        const struct report *report = in_child(relay_one_mb_in, NULL);
        assert_string_equal(report->err.text, "");
        assert_int_equal(WEXITSTATUS(report->rc), 42);
}

/* All that a screen shows by now. */
static int look_at_screen(int master_fd, char *ret, size_t size)
{
        if (fcntl(master_fd, F_SETFL, O_NONBLOCK) < 0)
                return -1;
        for (size_t len = 0;;) {
                ssize_t n = read(master_fd, ret + len, size - 1 - len);
                if (n <= 0)
                        return 0;
                len += (size_t)n;
        }
}

static int read_a_line(void)
{
        char line[64];
        if (write(1, ">", 1) != 1)
                return 0;
        return (int)read(0, line, sizeof line);
}

/* Keys at the caller's terminal, with the line discipline of the program's. */
static int type_a_line(struct report *report, const void *arg)
{
        const char *keys = arg;
        static struct relay relay;
        struct pty pty, screen;
        if (make_pty(&pty) < 0 || make_pty(&screen) < 0)
                return -1;
        take_streams(screen.slave_fd, screen.slave_fd, screen.slave_fd);
        pid_t program = begin(&relay, &pty, read_a_line, report);
        /* Until its prompt is here, it may not be ready for a ^C. */
        struct pollfd prompt = { .fd = screen.master_fd, .events = POLLIN };
        while (poll(&prompt, 1, 10) == 0) {
                struct pollfd fds[RELAY_FDS];
                size_t n = relay_poll(&relay, fds);
                if (poll(fds, n, 10) > 0)
                        (void)relay_step(&relay, fds, &report->err);
        }
        if (write(screen.master_fd, keys, strlen(keys)) < 0)
                return -1;
        int status = supervise(&relay, program, -1, report);
        return look_at_screen(screen.master_fd, report->text, sizeof report->text) < 0 ? -1 : status;
}

static void keys_reach_the_program_and_their_echo_comes_back(void **state)
{
        (void)state;
        const struct report *report = in_child(type_a_line, "wxx\x7f\x7fhat\r");
        assert_int_equal(WEXITSTATUS(report->rc), strlen("what\n"));
        assert_string_equal(report->text, ">wxx\b \b\b \bhat\r\n");
        report = in_child(type_a_line, "\003");
        assert_true(WIFSIGNALED(report->rc));
        assert_int_equal(WTERMSIG(report->rc), SIGINT);
}

static int look_for_input(void)
{
        (void)usleep(100 * 1000);
        struct pollfd input = { .fd = 0, .events = POLLIN };
        return poll(&input, 1, 0) == 0 ? 42 : 1;
}

static int relay_from(struct report *report, const void *arg)
{
        const char *file = arg;
        static struct relay relay;
        struct pty pty;
        int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (make_pty(&pty) < 0)
                return -1;
        take_streams(open(file, O_RDONLY | O_CLOEXEC), null_fd, null_fd);
        return supervise(&relay, begin(&relay, &pty, look_for_input, report), -1, report);
}

static void the_end_of_stdin_is_not_the_end_of_the_program(void **state)
{
        (void)state;
        static const struct {
                const char *file, *text;
        } rows[] = {
                {"/dev/null", ""                          },
                { "/",        "read stdin: is a directory"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(relay_from, rows[i].file);
                assert_string_equal(report->err.text, rows[i].text);
                assert_int_equal(WEXITSTATUS(report->rc), 42);
                assert_in_range(report->values[7], 1, 10);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(ten_megabytes_arrive_whole),
                cmocka_unit_test(the_last_words_are_drained),
                cmocka_unit_test(a_child_that_never_falls_silent_does_not_hold_up_the_end),
                cmocka_unit_test(the_drain_can_be_stopped),
                cmocka_unit_test(a_stuck_terminal_does_not_block_us),
                cmocka_unit_test(output_that_nobody_takes_hangs_the_program_up),
                cmocka_unit_test(a_program_may_close_its_terminal_and_open_it_anew),
                cmocka_unit_test(a_slow_program_gets_all_of_its_input),
                cmocka_unit_test(keys_reach_the_program_and_their_echo_comes_back),
                cmocka_unit_test(the_end_of_stdin_is_not_the_end_of_the_program),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
