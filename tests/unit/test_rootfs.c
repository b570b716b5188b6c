/* SPDX-License-Identifier: Apache-2.0 */
/* test_rootfs.c - a whole root, as the program in it finds it, and what cannot become one. */

#include <sys/sysmacros.h>

#include "rooting.h"

static void say_names(const char *path)
{
        char command[64];
        (void)snprintf(command, sizeof command, "%s/one", path);
        say("%s: %s\n", path, access(command, F_OK) == 0 ? "seen" : "not seen");
}

static void be_default(void)
{
        fill_root();
        struct spec spec = default_spec();
        if (try_root(&spec, false) < 0)
                return;
        say_mounts(NULL, "");
}

static void the_default_mounts_are_as_they_should_be(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(be_default), "/ ro,relatime\n"
                                                    "/proc rw,relatime\n"
                                                    "/dev rw,nosuid\n"
                                                    "/dev/pts rw,nosuid,noexec,relatime\n"
                                                    "/dev/shm rw,nosuid,nodev,noexec,relatime\n"
                                                    "/dev/mqueue rw,nosuid,nodev,noexec,relatime\n"
                                                    "/sys ro,nosuid,nodev,noexec,relatime\n"
                                                    "/fixed/below rw,relatime\n"
                                                    "/late ro,relatime\n"
                                                    "/proc/sys ro,relatime\n"
                                                    "/fixed ro,relatime\n"
                                                    "/fixed/below ro,relatime\n"
                                                    "/proc/cmdline ro,relatime\n"
                                                    "/proc/version rw,nosuid\n"
                                                    "/proc/tty ro,nosuid,nodev,noexec,relatime\n"
                                                    "/sys/kernel ro,nosuid,nodev,noexec,relatime\n"
                                                    "/secrets ro,nosuid,nodev,noexec,relatime\n"
                                                    "/secret rw,nosuid\n"
                                                    "/secret rw,nosuid\n");
}

static void look_around(void)
{
        fill_root();
        struct spec spec = default_spec();
        spec.root.readonly = false;
        if (try_root(&spec, false) < 0)
                return;
        static const char *const devices[] = { "null", "zero", "full", "random", "urandom", "tty" };
        for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
                char path[64];
                struct stat st = { 0 };
                (void)snprintf(path, sizeof path, "/dev/%s", devices[i]);
                (void)stat(path, &st);
                say("%s %s %u:%u %u:%u\n", path, kind_at(path), major(st.st_rdev), minor(st.st_rdev), st.st_uid,
                    st.st_gid);
        }
        static const char *const links[] = { "fd", "stdin", "stdout", "stderr", "ptmx" };
        for (size_t i = 0; i < ARRAY_LEN(links); i++) {
                char path[64], target[64] = "";
                (void)snprintf(path, sizeof path, "/dev/%s", links[i]);
                (void)!readlink(path, target, sizeof target - 1);
                say("%s -> %s\n", path, target);
        }
        char cwd[64];
        say("cwd %s, %s\n", getcwd(cwd, sizeof cwd), kind_at("/late/work"));
        say("host %s, %s\n", kind_at(OUTSIDE), kind_at("/../tmp"));
        say_file("/secret");
        say_file("/etc/passwd");
        say_names("/secrets");
        say_write("/secrets/new");
        say_write("/secret");
        say_file("/secret");
        say_write("/fixed/below/new");
        say_write("/proc/sys/kernel/msgmax");
        say_write("/free");
        say_write("/late/new");
        say("%s\n", kind_at("/late/work"));
}

static void what_is_in_the_root_is_as_it_should_be(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(look_around), "/dev/null char 666 1:3 0:0\n"
                                                     "/dev/zero char 666 1:5 0:0\n"
                                                     "/dev/full char 666 1:7 0:0\n"
                                                     "/dev/random char 666 1:8 0:0\n"
                                                     "/dev/urandom char 666 1:9 0:0\n"
                                                     "/dev/tty char 666 5:0 0:0\n"
                                                     "/dev/fd -> /proc/self/fd\n"
                                                     "/dev/stdin -> /proc/self/fd/0\n"
                                                     "/dev/stdout -> /proc/self/fd/1\n"
                                                     "/dev/stderr -> /proc/self/fd/2\n"
                                                     "/dev/ptmx -> pts/ptmx\n"
                                                     "cwd /, dir 755\n"
                                                     "host none, none\n"
                                                     "/secret: \n"
                                                     "/etc/passwd: root\n\n"
                                                     "/secrets: not seen\n"
                                                     "write /secrets/new: Read-only file system\n"
                                                     "write /secret: ok\n"
                                                     "/secret: \n"
                                                     "write /fixed/below/new: Read-only file system\n"
                                                     "write /proc/sys/kernel/msgmax: Read-only file system\n"
                                                     "write /free: ok\n"
                                                     "write /late/new: Read-only file system\n"
                                                     "dir 755\n");
}

/* stdio ------------------------------------------------------------------------------------------------------------ */

static void reopen_null(void)
{
        fill_root();
        struct spec spec = default_spec();
        int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        int file_fd = open(OUTSIDE "/file", O_RDONLY | O_CLOEXEC);
        must(dup2(null_fd, 0));
        must(dup2(file_fd, 1));
        must(dup2(null_fd, 2));
        if (try_root(&spec, false) < 0)
                return;
        struct stat inside, found[3];
        must(stat("/dev/null", &inside));
        for (int fd = 0; fd < 3; fd++) {
                must(fstat(fd, &found[fd]));
                say("%d: %s, flags %x\n", fd, found[fd].st_dev == inside.st_dev ? "inside" : "as it was",
                    (unsigned int)fcntl(fd, F_GETFD));
        }
}

static void a_null_of_the_host_is_replaced_by_the_containers(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(reopen_null), "0: inside, flags 0\n"
                                                     "1: as it was, flags 0\n"
                                                     "2: inside, flags 0\n");
}

static void keep_null(void)
{
        fill_root();
        struct spec spec = default_spec();
        spec.n_mounts = 1;
        must(rmdir(ROOT "/dev"));
        must(mkdir(OUTSIDE "/dev", 0755));
        struct spec_mount mounts[] = {
                default_mounts[0],
                {.destination = "/dev", .source = OUTSIDE "/dev", .options = LIST("bind")},
        };
        spec.mounts = mounts;
        spec.n_mounts = ARRAY_LEN(mounts);
        spec.linux_.masked_paths = (struct text_list){ 0 };
        int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        must(dup2(null_fd, 0));
        struct stat was, is;
        must(fstat(0, &was));
        /* A planted link is no null device, and where it leads to does not matter. */
        must(symlink("zero", OUTSIDE "/dev/null"));
        if (try_root(&spec, false) < 0)
                return;
        must(fstat(0, &is));
        say("%s\n", was.st_dev == is.st_dev && was.st_ino == is.st_ino ? "as it was" : "replaced");
}

static void what_is_no_null_device_is_not_opened(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(keep_null), "as it was\n");
}

static void mask_without_null(void)
{
        fill_root();
        struct spec spec = default_spec();
        must(mkdir(OUTSIDE "/dev", 0755));
        write_text(OUTSIDE "/dev/null", "");
        struct spec_mount mounts[] = {
                {.destination = "/dev", .source = OUTSIDE "/dev", .options = LIST("bind")},
        };
        spec.mounts = mounts;
        spec.n_mounts = ARRAY_LEN(mounts);
        spec.linux_.masked_paths = (struct text_list)LIST("/secrets", "/secret");
        (void)try_root(&spec, false);
}

static void without_a_null_device_no_file_is_masked(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(mask_without_null),
                            "linux.maskedPaths[1] /secret: can't mask paths: container's "
                            "/dev/null is invalid: no such device\n");
}

/* refusals --------------------------------------------------------------------------------------------------------- */

static void check_roots(void)
{
        struct spec spec = default_spec();
        spec.root.path = "/no/such";
        (void)try_root(&spec, false);
        spec.root.path = OUTSIDE "/file";
        (void)try_root(&spec, false);
}

static void a_root_that_is_none_is_told_before_the_birth(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(check_roots), "invalid rootfs: stat /no/such: no such file or directory\n"
                                                     "invalid rootfs: /tmp/outside/file: not a directory\n");
}

static void make_bad_cwd(void)
{
        fill_root();
        struct spec spec = default_spec();
        spec.process.cwd = "/etc/passwd";
        (void)try_root(&spec, false);
}

static void a_cwd_that_is_a_file_is_refused(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(make_bad_cwd), "process.cwd: open /etc/passwd in the root: not a directory\n");
}

static void link_all(void)
{
        static const char *const names[] = { "proc", "sys", "dev", "fixed", "secrets", "work" };
        fill_root();
        must(mkdir(ROOT "/work", 0755));
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char from[64], to[64];
                (void)snprintf(from, sizeof from, ROOT "/%s", names[i]);
                (void)snprintf(to, sizeof to, "/tmp/away-%s", names[i]);
                must(rename(from, to));
                (void)snprintf(to, sizeof to, OUTSIDE "/%s", names[i]);
                must(symlink(to, from));
        }
        struct spec spec = default_spec();
        (void)try_root(&spec, false);
        say_outside();

        /* All but proc and sysfs may be behind links, which end in the root. */
        pid_t child = fork();
        must(child);
        if (child == 0) {
                must(unshare(CLONE_NEWNS));
                spec.mounts++;
                spec.n_mounts = 4;
                spec.process.cwd = "/work/here";
                if (try_root(&spec, false) == 0)
                        say("%s, %s, %s\n", kind_at("/dev/null"), kind_at(OUTSIDE "/work/here"),
                            kind_at(OUTSIDE "/dev/null"));
                _exit(0);
        }
        must(waitpid(child, NULL, 0));
        say_outside();
}

static void planted_links_do_not_lead_out(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(link_all),
                            "mounts[0] /proc: filesystem \"proc\" must be mounted on ordinary directory\n"
                            "char 666, dir 755, char 666\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_default_mounts_are_as_they_should_be),
                cmocka_unit_test(what_is_in_the_root_is_as_it_should_be),
                cmocka_unit_test(a_null_of_the_host_is_replaced_by_the_containers),
                cmocka_unit_test(what_is_no_null_device_is_not_opened),
                cmocka_unit_test(without_a_null_device_no_file_is_masked),
                cmocka_unit_test(a_root_that_is_none_is_told_before_the_birth),
                cmocka_unit_test(a_cwd_that_is_a_file_is_refused),
                cmocka_unit_test(planted_links_do_not_lead_out),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
