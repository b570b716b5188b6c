/* SPDX-License-Identifier: Apache-2.0 */
/* test_mounts.c - mounts of every kind, made below a root, and what the kernel then says of them. */

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "mounting.h"

#include "rootfs/mount_change.h"
#include "rootfs/mount_dest.h"

/* filesystems ------------------------------------------------------------------------------------------------------ */

static void mount_filesystems(void)
{
        must(mkdir(ROOT "/there", 0751));
        /* clang-format off */
        const struct spec_mount mounts[] = {
                { .destination = "/proc", .type = "proc", .source = "proc" },
                { .destination = "/sys", .type = "sysfs", .source = "sysfs", .options = LIST("ro", "nosuid", "rprivate") },
                { .destination = "/there", .type = "tmpfs", .source = "one" },
                { .destination = "/new", .type = "tmpfs", .source = "two", .options = LIST("size=64k", "noexec") },
                { .destination = "/new/mode", .type = "tmpfs", .options = LIST("mode=0700", "rshared") },
                { .destination = "/there", .type = "tmpfs", .source = "over", .options = LIST("runbindable", "rnodev") },
                { .destination = "/late", .type = "tmpfs", .options = LIST("ro") },
                { .destination = "/late/below", .type = "tmpfs", .options = LIST("ro", "nodev") },
                { .destination = "/q", .type = "mqueue", .options = LIST("nosuid") },
                { .destination = "/new", .type = "x", .options = LIST("remount", "bind", "nodev") },
        };
        /* clang-format on */
        if (try_mounts(mounts, ARRAY_LEN(mounts), &no_cgroups) < 0)
                return;
        say_mounts(ROOT);
        say("%s, %s, %s\n", kind_at(ROOT "/there"), kind_at(ROOT "/new"), kind_at(ROOT "/new/mode"));
}

static void filesystems_are_mounted_with_their_options(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(mount_filesystems), "/proc rw,relatime proc\n"
                                                           "/sys ro,nosuid,relatime sysfs\n"
                                                           "/there rw,relatime tmpfs\n"
                                                           "/new rw,nodev,relatime tmpfs\n"
                                                           "/new/mode rw,relatime shared: tmpfs\n"
                                                           "/there rw,nodev,relatime unbindable tmpfs\n"
                                                           "/late ro,relatime tmpfs\n"
                                                           "/late/below ro,nodev,relatime tmpfs\n"
                                                           "/q rw,nosuid,relatime mqueue\n"
                                                           "dir 751, dir 1777, dir 700\n");
}

/* A later mount over a read-only tmpfs, or over what is around it, keeps its own mode. */
static void cover_late(void)
{
        /* clang-format off */
        const struct spec_mount mounts[] = {
                { .destination = "/a", .type = "tmpfs", .options = LIST("ro") },
                { .destination = "/a", .type = "tmpfs", .options = LIST("noexec") },
                { .destination = "/b/c", .type = "tmpfs", .options = LIST("ro") },
                { .destination = "/b", .type = "tmpfs" },
        };
        /* clang-format on */
        if (try_mounts(mounts, ARRAY_LEN(mounts), &no_cgroups) < 0)
                return;
        say_mounts(ROOT);
}

static void what_is_covered_stays_as_it_was(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(cover_late), "/a rw,relatime tmpfs\n"
                                                    "/a rw,noexec,relatime tmpfs\n"
                                                    "/b/c rw,relatime tmpfs\n"
                                                    "/b rw,relatime tmpfs\n");
}

/* Wherever a link leads, and also when it is bound. */
static void refuse_bound_links(void)
{
        must(mkdir(ROOT "/elsewhere", 0755));
        must(symlink("elsewhere", ROOT "/proc"));
        must(symlink("elsewhere", ROOT "/sys"));
        try_mount((struct spec_mount){ .destination = "/proc", .source = "/proc", .options = LIST("rbind") });
        try_mount((struct spec_mount){ .destination = "/sys", .source = "/sys", .options = LIST("rbind", "ro") });
        try_mount((struct spec_mount){ .destination = "/sys", .type = "tmpfs" });
        say_mounts(ROOT);
}

static void what_stands_for_proc_or_sys_goes_on_no_link(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(refuse_bound_links),
                            "filesystem \"proc\" must be mounted on ordinary directory\n"
                            "filesystem \"sysfs\" must be mounted on ordinary directory\n"
                            "filesystem \"sysfs\" must be mounted on ordinary directory\n");
}

static void refuse_mounts(void)
{
        must(mkdir(ROOT "/proc", 0755));
        must(symlink("/proc", ROOT "/to-proc"));
        must(symlink("/", ROOT "/to-root"));
        must(symlink("/missing", ROOT "/dangling"));
        write_text(ROOT "/file", "");
        try_mount((struct spec_mount){ .destination = "/proc", .type = "proc" });
        try_mount((struct spec_mount){ .destination = "/x", .type = "tmpfs", .options = LIST("bogus=1") });
        try_mount((struct spec_mount){ .destination = "/x", .type = "nosuchfs" });
        try_mount((struct spec_mount){ .destination = "/file", .type = "tmpfs" });
        try_mount((struct spec_mount){ .destination = "/file", .type = "proc" });
        try_mount((struct spec_mount){ .destination = "/dangling", .type = "sysfs" });
        try_mount((struct spec_mount){ .destination = "/to-proc", .type = "proc" });
        try_mount((struct spec_mount){ .destination = "/to-proc", .type = "tmpfs" });
        try_mount((struct spec_mount){ .destination = "/to-proc/sys", .source = OUTSIDE, .options = LIST("bind") });
        try_mount((struct spec_mount){ .destination = "/to-root", .type = "tmpfs" });
        try_mount((struct spec_mount){ .destination = "/to-proc", .options = LIST("remount", "ro") });
        try_mount((struct spec_mount){ .destination = "/x", .source = "/no/such", .options = LIST("bind") });
        try_mount((struct spec_mount){ .destination = "/x", .source = OUTSIDE "/file/x", .options = LIST("bind") });
        try_mount((struct spec_mount){ .destination = "/x", .source = OUTSIDE "/file", .options = LIST("bind") });
        try_mount((struct spec_mount){ .destination = "/file", .source = OUTSIDE, .options = LIST("bind") });
        try_mount((struct spec_mount){ .destination = "/proc", .source = OUTSIDE, .options = LIST("bind") });
        say_mounts(ROOT);
        say("%s\n", kind_at(ROOT "/missing"));
        say_outside();
}

static void what_cannot_be_mounted_is_told(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(refuse_mounts),
                            "mount tmpfs with \"bogus=1\": invalid argument\n"
                            "mount nosuchfs: no such device\n"
                            "open /file in the root: not a directory\n"
                            "filesystem \"proc\" must be mounted on ordinary directory\n"
                            "filesystem \"sysfs\" must be mounted on ordinary directory\n"
                            "filesystem \"proc\" must be mounted on ordinary directory\n"
                            "\"/to-proc\" cannot be mounted because it is inside /proc\n"
                            "\"/to-proc/sys\" cannot be mounted because it is inside /proc\n"
                            "mountpoint \"/to-root\" is on the top of rootfs\n"
                            "open /to-proc in the root: too many levels of symbolic links\n"
                            "bind /no/such: no such file or directory\n"
                            "bind /tmp/outside/file/x: not a directory\n"
                            "open /x in the root: is a directory, and what goes there is not a directory\n"
                            "open /file in the root: not a directory\n"
                            "\"/proc\" cannot be mounted because it is not of type proc\n"
                            "/proc rw,relatime proc\n"
                            "none\n");
}

/* binds ------------------------------------------------------------------------------------------------------------ */

static void bind_all(void)
{
        must(mkdir("/tmp/source", 0755));
        must(mkdir("/tmp/source/inner", 0755));
        must(mount("tmpfs", "/tmp/source/inner", "tmpfs", 0, NULL));
        write_text("/tmp/source/file", "content");
        must(symlink("run/target", ROOT "/dangling"));
        /* clang-format off */
        const struct spec_mount mounts[] = {
                { .destination = "/plain", .source = "/tmp/source", .options = LIST("bind") },
                { .destination = "/tree", .source = "source", .options = LIST("rbind", "ro") },
                { .destination = "/all", .type = "none", .source = "source", .options = LIST("rbind", "rro", "rnoatime") },
                { .destination = "/deep/file", .source = "source/file",
                  .options = LIST("bind", "ro", "nosuid", "nodev", "noexec") },
                { .destination = "/dangling", .source = "source/file", .options = LIST("bind") },
        };
        /* clang-format on */
        if (try_mounts(mounts, ARRAY_LEN(mounts), &no_cgroups) < 0)
                return;
        say_mounts(ROOT);
        say("%s, %s\n", kind_at(ROOT "/deep/file"), kind_at(ROOT "/run/target"));
        say_write(ROOT "/plain/new");
        say_write(ROOT "/tree/new");
        say_write(ROOT "/tree/inner/new");
        say_write(ROOT "/all/inner/new");
        say_write(ROOT "/deep/file");
}

static void binds_take_what_they_are_asked_for(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(bind_all), "/plain rw,relatime tmpfs\n"
                                                  "/tree ro,relatime tmpfs\n"
                                                  "/tree/inner rw,relatime tmpfs\n"
                                                  "/all ro,noatime tmpfs\n"
                                                  "/all/inner ro,noatime tmpfs\n"
                                                  "/deep/file ro,nosuid,nodev,noexec,relatime tmpfs\n"
                                                  "/run/target rw,relatime tmpfs\n"
                                                  "file 644, file 644\n"
                                                  "write /tmp/root/plain/new: ok\n"
                                                  "write /tmp/root/tree/new: Read-only file system\n"
                                                  "write /tmp/root/tree/inner/new: ok\n"
                                                  "write /tmp/root/all/inner/new: Read-only file system\n"
                                                  "write /tmp/root/deep/file: Read-only file system\n");
}

static void bind_flagged(void)
{
        must(mkdir("/tmp/source", 0755));
        must(mount("tmpfs", "/tmp/source", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOATIME, NULL));
        /* clang-format off */
        const struct spec_mount mounts[] = {
                { .destination = "/as-it-is", .source = "source", .options = LIST("bind") },
                { .destination = "/ro", .source = "source", .options = LIST("bind", "ro") },
                { .destination = "/dev", .source = "source", .options = LIST("bind", "dev", "relatime") },
        };
        /* clang-format on */
        if (try_mounts(mounts, ARRAY_LEN(mounts), &no_cgroups) == 0)
                say_mounts(ROOT);
}

static void options_of_a_bind_are_all_that_it_has(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(bind_flagged), "/as-it-is rw,nosuid,nodev,noatime tmpfs\n"
                                                      "/ro ro,noatime tmpfs\n"
                                                      "/dev rw,relatime tmpfs\n");
}

/* What comes from a more privileged namespace is locked to what it is. */
static void bind_locked(void)
{
        must(mkdir("/tmp/source", 0755));
        must(mount("tmpfs", "/tmp/source", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOATIME, NULL));
        enter_user_namespace();
        try_mount((struct spec_mount){ .destination = "/ro", .source = "source", .options = LIST("bind", "ro") });
        try_mount((struct spec_mount){
                .destination = "/same", .source = "source", .options = LIST("bind", "noatime", "noexec") });
        try_mount(
                (struct spec_mount){ .destination = "/dev", .source = "source", .options = LIST("bind", "dev", "ro") });
        try_mount((struct spec_mount){
                .destination = "/atime", .source = "source", .options = LIST("bind", "relatime") });
        say_mounts(ROOT "/ro");
        say_mounts(ROOT "/same");
}

static void locked_flags_of_a_bind_stay(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(bind_locked), "cannot clear locked flags nodev\n"
                                                     "cannot change locked atime flags noatime\n"
                                                     "/ro ro,nosuid,nodev,noatime tmpfs\n"
                                                     "/same rw,nosuid,nodev,noexec,noatime tmpfs\n");
}

static void bind_shared(void)
{
        static const char *const options[] = { "private", "rprivate", "slave",     "rslave",
                                               "shared",  "rshared",  "unbindable" };
        must(mkdir("/tmp/source", 0755));
        must(mount("tmpfs", "/tmp/source", "tmpfs", 0, NULL));
        must(mount(NULL, "/tmp/source", NULL, MS_SHARED, NULL));
        for (size_t i = 0; i < ARRAY_LEN(options); i++) {
                char dest[32];
                const char *list[] = { "rbind", options[i] };
                (void)snprintf(dest, sizeof dest, "/%s", options[i]);
                try_mount((struct spec_mount){
                        .destination = dest, .source = "source", .options = {list, 2}
                });
        }
        /* In order: first a slave, then shared with those below. */
        try_mount((struct spec_mount){
                .destination = "/x", .source = "source", .options = LIST("bind", "slave", "shared") });
        say_mounts(ROOT);
}

static void a_bind_has_the_propagation_it_is_asked_for(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(bind_shared), "/private rw,relatime tmpfs\n"
                                                     "/rprivate rw,relatime tmpfs\n"
                                                     "/slave rw,relatime master: tmpfs\n"
                                                     "/rslave rw,relatime master: tmpfs\n"
                                                     "/shared rw,relatime shared: tmpfs\n"
                                                     "/rshared rw,relatime shared: tmpfs\n"
                                                     "/unbindable rw,relatime unbindable tmpfs\n"
                                                     "/x rw,relatime shared: tmpfs\n");
}

static void bind_many(void)
{
        enum { N = 4200 };
        static struct spec_mount mounts[N];
        static char dests[N][16];
        static const char *bind[] = { "bind" };
        must(mkdir("/tmp/source", 0755));
        for (unsigned int i = 0; i < N; i++) {
                (void)snprintf(dests[i], sizeof dests[i], "/m/%u", i);
                mounts[i] = (struct spec_mount){
                        .destination = dests[i], .source = "source", .options = {bind, 1}
                };
        }
        if (try_mounts(mounts, N, &no_cgroups) < 0)
                return;
        struct stat st;
        must(stat(ROOT "/m/4199", &st));
        say("%u links\n", (unsigned int)(stat(ROOT "/m", &st) == 0 ? st.st_nlink : 0));
}

static void thousands_of_mounts_are_made(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(bind_many), "4202 links\n");
}

/* races and fallbacks ---------------------------------------------------------------------------------------------- */

static void reopen_moved(void)
{
        struct err err = { 0 };
        must(mkdir(ROOT "/a", 0755));
        must(mkdir(ROOT "/b", 0755));
        must(mount("tmpfs", ROOT "/b", "tmpfs", 0, NULL));
        int root_fd = open_root();
        int dest_fd = open(ROOT "/a", O_PATH | O_DIRECTORY | O_CLOEXEC);
        must(mount_dest_reopen(root_fd, "/a", dest_fd, &err) < 0 ? 0 : -1);
        say("%s\n", err.text);
        must(mount("tmpfs", ROOT "/a", "tmpfs", 0, NULL));
        must(mount_dest_reopen(root_fd, "/a", dest_fd, &err));
        must(mount_dest_reopen(root_fd, "/b", dest_fd, &err) < 0 ? 0 : -1);
        say("%s\n", err.text);
}

static void a_mount_that_is_not_found_again_is_told(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(reopen_moved), "mountpoint \"/a\" was moved while re-opening\n"
                                                      "mountpoint \"/b\" was moved while re-opening\n");
}

/* Refusals are as good as successes, as long as nothing is mounted outside. */
static void mount_while_raced(void)
{
        enum { ROUNDS = 400 };
        must(mkdir("/tmp/source", 0755));
        pid_t racer = race();
        unsigned int n_made = 0;
        for (unsigned int i = 0; i < ROUNDS; i++) {
                /* clang-format off */
                const struct spec_mount mounts[] = {
                        { .destination = "/flip/x", .type = "tmpfs", .options = LIST("rprivate", "ro") },
                        { .destination = "/flip/y", .source = "source", .options = LIST("bind", "ro") },
                        { .destination = "/flip", .type = "tmpfs", .options = LIST("tmpcopyup") },
                };
                /* clang-format on */
                n_made += try_mounts(&mounts[i % ARRAY_LEN(mounts)], 1, &no_cgroups) == 0;
        }
        end_race(racer);
        said[0] = '\0';
        say("%s\n", n_made > ROUNDS / 10 ? "many were made" : "hardly any were made");
        say_mounts(OUTSIDE);
        say_outside();
}

static void a_racer_gets_no_mount_outside(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(mount_while_raced), "many were made\n");
}

/* Makes one system call answer with an errno of ours. */
static void forbid(unsigned int nr, unsigned int code)
{
        struct sock_filter filter[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | code),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = { .len = ARRAY_LEN(filter), .filter = filter };
        must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

static void without_mount_setattr(unsigned int code)
{
        struct err err = { 0 };
        must(mkdir(ROOT "/a", 0755));
        must(mount("tmpfs", ROOT "/a", "tmpfs", MS_NOSUID | MS_NOATIME, NULL));
        forbid(SYS_mount_setattr, code);
        int fd = open(ROOT "/a", O_PATH | O_DIRECTORY | O_CLOEXEC);
        must(mount_make_readonly(fd, MOUNT_TREE, &err));
        say_mounts(ROOT);
        try_mount(
                (struct spec_mount){ .destination = "/x", .source = OUTSIDE, .options = LIST("bind", "ro", "nodev") });
        try_mount((struct spec_mount){ .destination = "/y", .source = OUTSIDE, .options = LIST("bind", "rro") });
        say_mounts(ROOT "/x");
}

static void without_mount_setattr_enosys(void)
{
        without_mount_setattr(ENOSYS);
}

static void without_mount_setattr_eperm(void)
{
        without_mount_setattr(EPERM);
}

static void an_old_kernel_remounts(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(without_mount_setattr_enosys),
                            "/a ro,nosuid,noatime tmpfs\n"
                            "set recursive options: function not implemented\n"
                            "/x ro,nodev,relatime tmpfs\n");
        assert_string_equal(in_sandbox(without_mount_setattr_eperm), "/a ro,nosuid,noatime tmpfs\n"
                                                                     "set recursive options: operation not permitted\n"
                                                                     "/x ro,nodev,relatime tmpfs\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(filesystems_are_mounted_with_their_options),
                cmocka_unit_test(what_is_covered_stays_as_it_was),
                cmocka_unit_test(what_stands_for_proc_or_sys_goes_on_no_link),
                cmocka_unit_test(what_cannot_be_mounted_is_told),
                cmocka_unit_test(binds_take_what_they_are_asked_for),
                cmocka_unit_test(options_of_a_bind_are_all_that_it_has),
                cmocka_unit_test(locked_flags_of_a_bind_stay),
                cmocka_unit_test(a_bind_has_the_propagation_it_is_asked_for),
                cmocka_unit_test(thousands_of_mounts_are_made),
                cmocka_unit_test(a_mount_that_is_not_found_again_is_told),
                cmocka_unit_test(a_racer_gets_no_mount_outside),
                cmocka_unit_test(an_old_kernel_remounts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
