/* SPDX-License-Identifier: Apache-2.0 */
/* test_socket.c - descriptors over Unix sockets: to a receiver that listens at a path, and between two of our own. */

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "unit.h"

#include "child.h"
#include "tty/socket.h"

/* Each test runs in an empty directory of its own, which is its working directory. */
static char top[64];

static int make_top(void **state)
{
        (void)state;
        (void)snprintf(top, sizeof top, "/tmp/tare-unit.XXXXXX");
        return mkdtemp(top) ? chdir(top) : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
        (void)st;
        (void)kind;
        (void)where;
        return remove(path);
}

static int remove_tree(const char *path)
{
        return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int remove_top(void **state)
{
        (void)state;
        return chdir("/") < 0 ? -1 : remove_tree(top);
}

static int listen_here(const char *name)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        strcpy(address.sun_path, name);
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(fd >= 0);
        assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
        assert_int_equal(listen(fd, 1), 0);
        return fd;
}

static bool is_same_file(int one_fd, int other_fd)
{
        struct stat one, other;
        assert_int_equal(fstat(one_fd, &one), 0);
        assert_int_equal(fstat(other_fd, &other), 0);
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static void a_receiver_gets_the_name_and_the_descriptor(void **state)
{
        (void)state;
        struct err err = { 0 };
        int listener_fd = listen_here("socket"), sender_fd = -1;
        assert_int_equal(socket_connect("socket", &sender_fd, &err), 0);
        assert_int_equal(fcntl(sender_fd, F_GETFD), FD_CLOEXEC);
        int receiver_fd = accept(listener_fd, NULL, NULL);
        int file_fd = open("file", O_RDWR | O_CREAT, 0600);
        assert_int_equal(socket_send_fd(sender_fd, "/dev/ptmx", file_fd, &err), 0);

        /* As conmon and the shim of containerd do it: one recvmsg, room for a name and one descriptor. */
        char data[64] = "", control[CMSG_SPACE(sizeof(int))];
        struct iovec part = { data, sizeof data };
        struct msghdr message = {
                .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
        };
        assert_int_equal(recvmsg(receiver_fd, &message, 0), strlen("/dev/ptmx"));
        assert_string_equal(data, "/dev/ptmx");
        int got_fd = -1;
        const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (header)
                memcpy(&got_fd, CMSG_DATA(header), sizeof got_fd);
        assert_true(is_same_file(got_fd, file_fd));
        const int fds[] = { listener_fd, sender_fd, receiver_fd, file_fd, got_fd };
        for (size_t i = 0; i < ARRAY_LEN(fds); i++)
                assert_int_equal(close(fds[i]), 0);
}

/* A path of that length, by directories of up to 100 letters each. */
static void make_deep_dir(char *ret, size_t len, char letter)
{
        strcpy(ret, top);
        while (strlen(ret) < len) {
                size_t at = strlen(ret), part = len - at - 1 < 100 ? len - at - 1 : 100;
                ret[at] = '/';
                memset(ret + at + 1, letter, part);
                ret[at + 1 + part] = '\0';
                assert_int_equal(mkdir(ret, 0700), 0);
        }
}

static void a_path_may_be_as_long_as_any(void **state)
{
        (void)state;
        /* With "/s": on both sides of what an address holds, then far beyond. */
        static const size_t lengths[] = { 50, 104, 105, 106, 107, 109, 250, 2000 };
        for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
                char dir[PATH_MAX], path[PATH_MAX];
                struct err err = { 0 };
                make_deep_dir(dir, lengths[i], "abcdefgh"[i]);
                assert_int_equal(strlen(dir), lengths[i]);
                assert_int_equal(chdir(dir), 0);
                int listener_fd = listen_here("s"), sender_fd = -1;
                assert_int_equal(chdir(top), 0);
                (void)snprintf(path, sizeof path, "%s/s", dir);
                assert_int_equal(socket_connect(path, &sender_fd, &err), 0);
                assert_string_equal(err.text, "");
                /* Relative ones too, which are shorter by the top's name. */
                (void)close(sender_fd);
                assert_int_equal(socket_connect(path + strlen(top) + 1, &sender_fd, &err), 0);
                (void)close(sender_fd);
                (void)close(listener_fd);
        }
}

static void what_cannot_be_connected_to_is_told(void **state)
{
        (void)state;
        char too_long[PATH_MAX + 10], long_name[300];
        memset(too_long, 'x', sizeof too_long);
        too_long[sizeof too_long - 1] = '\0';
        memset(long_name, 'x', sizeof long_name);
        long_name[200] = '\0'; /* a file may have it, an address has no room */
        assert_int_equal(close(open("file", O_CREAT | O_WRONLY, 0600)), 0);
        assert_int_equal(close(listen_here("deaf")), 0);
        assert_int_equal(symlink("loop", "loop"), 0);

        const struct {
                const char *path, *text;
        } rows[] = {
                {"none",     "connect: no such file or directory"        },
                { "",        "connect: no such file or directory"        },
                { "none/x",  "connect: no such file or directory"        },
                { "file/x",  "connect: not a directory"                  },
                { "file",    "connect: connection refused"               },
                { "deaf",    "connect: connection refused"               },
                { "loop",    "connect: too many levels of symbolic links"},
                { too_long,  "connect: file name too long"               },
                { long_name, "connect: file name too long"               },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                struct err err = { 0 };
                int fd = -1;
                assert_int_equal(socket_connect(rows[i].path, &fd, &err), -1);
                assert_string_equal(err.text, rows[i].text);
                assert_int_equal(fd, -1);
        }
}

static void a_pair_hands_a_descriptor_over(void **state)
{
        (void)state;
        struct err err = { 0 };
        int host_fd = -1, init_fd = -1, got_fd = -1;
        assert_int_equal(socket_pair(&host_fd, &init_fd, &err), 0);
        assert_int_equal(fcntl(host_fd, F_GETFD) & fcntl(init_fd, F_GETFD), FD_CLOEXEC);
        int file_fd = open("file", O_RDWR | O_CREAT, 0600);
        assert_int_equal(socket_send_fd(init_fd, "x", file_fd, &err), 0);
        assert_int_equal(socket_receive_fd(host_fd, &got_fd, &err), 0);
        assert_true(got_fd != file_fd && is_same_file(got_fd, file_fd));
        assert_int_equal(fcntl(got_fd, F_GETFD), FD_CLOEXEC);
        const int fds[] = { host_fd, init_fd, file_fd, got_fd };
        for (size_t i = 0; i < ARRAY_LEN(fds); i++)
                assert_int_equal(close(fds[i]), 0);
}

static void send_raw(int socket_fd, const int *fds, size_t n)
{
        char data[] = "x", control[CMSG_SPACE(2 * sizeof(int))] = { 0 };
        struct iovec part = { data, 1 };
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        if (n > 0) {
                message.msg_control = control;
                message.msg_controllen = CMSG_SPACE(n * sizeof(int));
                struct cmsghdr *header = CMSG_FIRSTHDR(&message);
                header->cmsg_level = SOL_SOCKET;
                header->cmsg_type = SCM_RIGHTS;
                header->cmsg_len = CMSG_LEN(n * sizeof(int));
                memcpy(CMSG_DATA(header), fds, n * sizeof(int));
        }
        assert_int_equal(sendmsg(socket_fd, &message, 0), 1);
}

static size_t count_fds(void)
{
        size_t n = 0;
        for (int fd = 0; fd < 256; fd++)
                n += fcntl(fd, F_GETFD) >= 0;
        return n;
}

static void a_receiver_takes_one_descriptor_and_no_other_number(void **state)
{
        (void)state;
        for (size_t n = 0; n <= 2; n += 2) {
                struct err err = { 0 };
                int host_fd = -1, init_fd = -1, got_fd = -1;
                assert_int_equal(socket_pair(&host_fd, &init_fd, &err), 0);
                size_t before = count_fds();
                const int fds[] = { 0, 1 };
                send_raw(init_fd, fds, n);
                assert_int_equal(socket_receive_fd(host_fd, &got_fd, &err), -1);
                assert_string_equal(err.text, "receive a descriptor: not one came with the message");
                assert_int_equal(got_fd, -1);
                assert_int_equal(count_fds(), before);
                (void)close(host_fd);
                (void)close(init_fd);
        }
}

static void a_side_that_is_gone_is_told(void **state)
{
        (void)state;
        struct err err = { 0 };
        int host_fd = -1, init_fd = -1, got_fd = -1;
        assert_int_equal(socket_pair(&host_fd, &init_fd, &err), 0);
        (void)close(init_fd);
        assert_int_equal(socket_receive_fd(host_fd, &got_fd, &err), -1);
        assert_string_equal(err.text, "receive a descriptor: the sender is gone");
        /* And without a SIGPIPE, which nobody here ignores. */
        assert_int_equal(socket_send_fd(host_fd, "x", 0, &err), -1);
        assert_string_equal(err.text, "send a descriptor: broken pipe");
        (void)close(host_fd);
}

static void a_pidfd_is_of_the_process_that_sends_it(void **state)
{
        (void)state;
        struct err err = { 0 };
        int host_fd = -1, init_fd = -1;
        assert_int_equal(socket_pair(&host_fd, &init_fd, &err), 0);
        pid_t child = fork();
        if (child == 0) {
                (void)socket_send_pidfd(init_fd, "setns", &err);
                (void)pause();
                _exit(0);
        }

        char data[16] = "", path[64], line[64] = "", expected[64];
        assert_int_equal(recv(host_fd, data, sizeof data, MSG_PEEK), 5);
        assert_string_equal(data, "setns");
        int pidfd = -1;
        assert_int_equal(socket_receive_fd(host_fd, &pidfd, &err), 0);
        (void)snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
        (void)snprintf(expected, sizeof expected, "Pid:\t%d\n", child);
        FILE *info = fopen(path, "re");
        assert_non_null(info);
        while (fgets(line, sizeof line, info) && strncmp(line, "Pid:", 4) != 0)
                continue;
        (void)fclose(info);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_string_equal(line, expected);
        (void)close(pidfd);
        (void)close(host_fd);
        (void)close(init_fd);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(a_receiver_gets_the_name_and_the_descriptor, make_top, remove_top),
                cmocka_unit_test_setup_teardown(a_path_may_be_as_long_as_any, make_top, remove_top),
                cmocka_unit_test_setup_teardown(what_cannot_be_connected_to_is_told, make_top, remove_top),
                cmocka_unit_test_setup_teardown(a_pair_hands_a_descriptor_over, make_top, remove_top),
                cmocka_unit_test(a_receiver_takes_one_descriptor_and_no_other_number),
                cmocka_unit_test(a_side_that_is_gone_is_told),
                cmocka_unit_test(a_pidfd_is_of_the_process_that_sends_it),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
