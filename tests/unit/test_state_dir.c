/* SPDX-License-Identifier: Apache-2.0 */
/* test_state_dir.c - the directories of containers: made once, locked, listed, removed. */

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "box.h"

#include "base/file.h"
#include "base/proc.h"

static mode_t mode_of(const char *name)
{
        char path[PATH_MAX];
        struct stat stat;
        (void)snprintf(path, sizeof path, "%s/%s", root, name);
        assert_int_equal(lstat(path, &stat), 0);
        return stat.st_mode & 07777;
}

static void an_id_names_a_directory(void **state)
{
        (void)state;
        struct err err = { 0 };
        static const char *const good[] = { "a", "A-Z_0.9+", "...", ".x", "-x", "+", "_" };
        for (size_t i = 0; i < ARRAY_LEN(good); i++)
                assert_int_equal(state_id_check(good[i], &err), 0);

        char long_id[258];
        memset(long_id, 'x', sizeof long_id);
        long_id[255] = '\0';
        assert_int_equal(state_id_check(long_id, &err), 0);
        long_id[255] = 'x';
        long_id[256] = '\0';
        const char *const bad[] = { ".", "..", "a/b", "/", "a b", "a\n", "\xc3\xa9", "a:b", "a%", long_id };
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                assert_int_equal(state_id_check(bad[i], &err), -1);
                assert_string_equal(err.text, "invalid container ID format");
        }
        assert_int_equal(state_id_check("", &err), -1);
        assert_string_equal(err.text, "container id cannot be empty");
}

static void modes_do_not_depend_on_the_umask(void **state)
{
        (void)state;
        struct err err = { 0 };
        char deep[128];
        (void)snprintf(deep, sizeof deep, "%s/run/tare", root);
        mode_t before = umask(077);
        int root_fd = -1, dir_fd = -1;
        assert_int_equal(state_root_make(deep, &root_fd, &err), 0);
        assert_int_equal(state_dir_make(root_fd, "box", &dir_fd, &err), 0);
        assert_int_equal(state_save(dir_fd, &example, &err), 0);
        (void)umask(0);
        assert_int_equal(state_save(dir_fd, &example, &err), 0);
        (void)umask(before);
        assert_int_equal(mode_of("run"), 0700);
        assert_int_equal(mode_of("run/tare"), 0700);
        assert_int_equal(mode_of("run/tare/box"), 0711);
        assert_int_equal(mode_of("run/tare/box/state.json"), 0600);
        assert_true(fcntl(dir_fd, F_GETFD) & FD_CLOEXEC);
        assert_true(fcntl(root_fd, F_GETFD) & FD_CLOEXEC);
        (void)close(dir_fd);
        (void)close(root_fd);
}

static void a_root_that_is_a_file_is_told(void **state)
{
        (void)state;
        struct err err = { 0 };
        int fd = -1;
        assert_int_equal(state_root_make("/dev/null", &fd, &err), -1);
        assert_string_equal(err.text, "open state root /dev/null: not a directory");
        assert_int_equal(state_root_make("/dev/null/x", &fd, &err), -1);
        assert_string_equal(err.text, "open state root /dev/null/x: not a directory");
        assert_int_equal(fd, -1);
}

static void an_id_is_taken_once(void **state)
{
        (void)state;
        struct err err = { 0 };
        int dir_fd = make_dir("box");
        int root_fd = open_root();
        int second_fd = -1;
        assert_int_equal(state_dir_make(root_fd, "box", &second_fd, &err), -1);
        assert_string_equal(err.text, "container with given ID already exists");
        assert_int_equal(second_fd, -1);
        (void)close(root_fd);
        (void)close(dir_fd);
}

static void of_many_creates_at_once_one_wins(void **state)
{
        (void)state;
        enum { RACERS = 16 };
        pid_t racers[RACERS];
        int gate[2];
        assert_int_equal(pipe(gate), 0);
        int root_fd = open_root();
        for (int i = 0; i < RACERS; i++) {
                racers[i] = fork();
                if (racers[i] == 0) {
                        struct err err;
                        int dir_fd;
                        char byte;
                        (void)close(gate[1]);
                        (void)!read(gate[0], &byte, 1);
                        _exit(state_dir_make(root_fd, "box", &dir_fd, &err) < 0);
                }
        }
        (void)close(gate[0]);
        (void)close(gate[1]);
        int n_winners = 0;
        for (int i = 0; i < RACERS; i++) {
                int status = 0;
                assert_int_equal(waitpid(racers[i], &status, 0), racers[i]);
                n_winners += status == 0;
        }
        assert_int_equal(n_winners, 1);
        (void)close(root_fd);
}

static void what_is_not_there_does_not_exist(void **state)
{
        (void)state;
        char nowhere[128];
        (void)snprintf(nowhere, sizeof nowhere, "%s/nowhere", root);
        const char *const roots[] = { root, nowhere };
        for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
                struct err err = { 0 };
                int fd = -1;
                errno = 0;
                assert_int_equal(state_dir_open(roots[i], "box", &fd, &err), -1);
                assert_int_equal(errno, ENOENT);
                assert_int_equal(err.code, ENOENT);
                assert_string_equal(err.text, "container does not exist");
                assert_int_equal(state_dir_peek(roots[i], "box", &fd, &err), -1);
                assert_string_equal(err.text, "container does not exist");
                assert_int_equal(state_dir_remove(roots[i], "box", &err), 0);
                assert_int_equal(fd, -1);
        }
        struct err err = { 0 };
        int fd = -1;
        assert_int_equal(state_dir_open(root, "../x", &fd, &err), -1);
        assert_string_equal(err.text, "invalid container ID format");
}

/* A child that opens the container and exits with 0 when it got the lock, 1 when there was no container, 2 otherwise.
 */
static pid_t child_that_opens(void)
{
        pid_t pid = fork();
        if (pid == 0) {
                struct err err = { 0 };
                int fd = -1;
                if (state_dir_open(root, "box", &fd, &err) == 0)
                        _exit(0);
                _exit(errno == ENOENT && strcmp(err.text, "container does not exist") == 0 ? 1 : 2);
        }
        return pid;
}

/* Until the child sleeps in flock(2). */
static void wait_until_it_waits(pid_t pid)
{
        for (int i = 0; i < 200; i++) {
                struct proc_stat stat = { 0 };
                struct err err;
                (void)usleep(2000);
                if (proc_stat_read(pid, &stat, &err) == 0 && stat.state == 'S')
                        return;
        }
}

static int exit_of(pid_t pid)
{
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        return WEXITSTATUS(status);
}

static void a_lock_is_waited_for(void **state)
{
        (void)state;
        int dir_fd = make_dir("box");
        pid_t pid = child_that_opens();
        /* The child shares the lock of dir_fd by fork, so it is given back by name. */
        wait_until_it_waits(pid);
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
        assert_int_equal(flock(dir_fd, LOCK_UN), 0);
        assert_int_equal(exit_of(pid), 0);
        (void)close(dir_fd);
}

static void a_lock_on_a_removed_container_is_none(void **state)
{
        (void)state;
        struct err err = { 0 };
        int dir_fd = make_dir("box");
        assert_int_equal(state_save(dir_fd, &example, &err), 0);
        pid_t pid = child_that_opens();
        wait_until_it_waits(pid);
        assert_int_equal(state_dir_remove(root, "box", &err), 0);
        /* Even if the name is taken again at once. */
        int again_fd = make_dir("box");
        assert_int_equal(flock(dir_fd, LOCK_UN), 0);
        assert_int_equal(exit_of(pid), 1);
        (void)close(again_fd);
        (void)close(dir_fd);
}

static void a_removed_container_leaves_nothing(void **state)
{
        (void)state;
        struct err err = { 0 };
        int dir_fd = make_dir("box");
        assert_int_equal(state_save(dir_fd, &example, &err), 0);
        assert_int_equal(file_replace(dir_fd, CONFIG_FILE, "{}", 2, 0600, &err), 0);
        assert_int_equal(mkfifoat(dir_fd, FIFO_FILE, 0600), 0);
        assert_int_equal(state_dir_remove(root, "box", &err), 0);
        (void)close(dir_fd);
        assert_int_equal(rmdir(root), 0);
        assert_int_equal(mkdir(root, 0700), 0);
}

static int note(void *ctx, const char *id, struct err *err)
{
        struct buf *seen = ctx;
        buf_add_format(seen, "%s ", id);
        return strcmp(id, "stop") == 0 ? fail(err, "stopped") : 0;
}

static void all_containers_are_listed_by_name(void **state)
{
        (void)state;
        struct err err = { 0 };
        auto_buf struct buf seen = { 0 };
        assert_int_equal(state_each(root, note, &seen, &err), 0);
        assert_string_equal(buf_text(&seen), "");

        static const char *const names[] = { "b", "a", "c.2", "B", "not an id" };
        int root_fd = open_root();
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
                assert_int_equal(mkdirat(root_fd, names[i], 0711), 0);
        assert_int_equal(file_replace(root_fd, "file", "", 0, 0600, &err), 0);
        (void)close(root_fd);
        assert_int_equal(state_each(root, note, &seen, &err), 0);
        assert_string_equal(buf_text(&seen), "B a b c.2 ");

        buf_finish(&seen);
        (void)close(make_dir("stop"));
        (void)close(make_dir("x"));
        assert_int_equal(state_each(root, note, &seen, &err), -1);
        assert_string_equal(buf_text(&seen), "B a b c.2 stop ");
        assert_string_equal(err.text, "stopped");

        assert_int_equal(state_each("/nowhere/at/all", note, &seen, &err), 0);
        assert_int_equal(state_each("/dev/null", note, &seen, &err), -1);
        assert_string_equal(err.text, "list state root /dev/null: not a directory");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_id_names_a_directory),
                state_test(modes_do_not_depend_on_the_umask),
                state_test(a_root_that_is_a_file_is_told),
                state_test(an_id_is_taken_once),
                state_test(of_many_creates_at_once_one_wins),
                state_test(what_is_not_there_does_not_exist),
                state_test(a_lock_is_waited_for),
                state_test(a_lock_on_a_removed_container_is_none),
                state_test(a_removed_container_leaves_nothing),
                state_test(all_containers_are_listed_by_name),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
