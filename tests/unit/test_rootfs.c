/* SPDX-License-Identifier: Apache-2.0 */
/* test_rootfs.c - a whole root: planned, built, sealed and entered, in every way there is. */

#include <sys/sysmacros.h>

#include "sandbox.h"

#include "base/arena.h"
#include "rootfs/rootfs.h"

/* clang-format off */
static const struct spec_mount default_mounts[] = {
        { .destination = "/proc", .type = "proc", .source = "proc" },
        { .destination = "/dev", .type = "tmpfs", .source = "tmpfs",
          .options = LIST("nosuid", "strictatime", "mode=755", "size=65536k") },
        { .destination = "/dev/pts", .type = "devpts", .source = "devpts",
          .options = LIST("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5") },
        { .destination = "/dev/shm", .type = "tmpfs", .source = "shm",
          .options = LIST("nosuid", "noexec", "nodev", "mode=1777", "size=65536k") },
        { .destination = "/dev/mqueue", .type = "mqueue", .source = "mqueue", .options = LIST("nosuid", "noexec", "nodev") },
        { .destination = "/sys", .type = "sysfs", .source = "sysfs", .options = LIST("nosuid", "noexec", "nodev", "ro") },
};
/* clang-format on */

static const struct text_list masked = LIST("/proc/version", "/proc/no-such", "/proc/tty", "/sys/kernel",
                                            "/etc/passwd/below", "/secrets", "/secret", "/to-secret");
static const struct text_list fixed = LIST("/proc/sys", "/fixed", "/no-such", "/proc/cmdline");

static struct spec default_spec(void)
{
        struct spec spec = {
                .root = {.set = true, .path = ROOT, .readonly = true },
                .process = { .set = true,          .cwd = "/work/here"          },
                .mounts = (struct spec_mount *)default_mounts,
                .n_mounts = ARRAY_LEN(default_mounts),
        };
        spec.linux_.namespaces[NS_MOUNT].set = true;
        spec.linux_.masked_paths = masked;
        spec.linux_.readonly_paths = fixed;
        return spec;
}

static void fill_root(void)
{
        static const char *const dirs[] = { "/etc", "/proc", "/sys", "/dev", "/secrets", "/fixed", "/fixed/below" };
        for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
                char path[128];
                (void)snprintf(path, sizeof path, ROOT "%s", dirs[i]);
                must(mkdir(path, 0755));
        }
        write_text(ROOT "/etc/passwd", "root\n");
        write_text(ROOT "/secret", "secret");
        write_text(ROOT "/secrets/one", "secret");
        must(symlink("/secret", ROOT "/to-secret"));
}

/* 0, or -1 after it said why not. */
static int try_root(const struct spec *spec, bool no_pivot)
{
        struct err err = { 0 };
        struct arena arena = { 0 };
        struct rootfs_plan plan;
        const struct log log = { 0 };
        const struct rootfs_cgroup_view cgroups = { 0 };
        int root_fd = -1;
        int rc = rootfs_plan_build(spec, "/tmp", no_pivot, &arena, &plan, &err);
        rc = rc < 0 ? rc : rootfs_check(&plan, &err);
        rc = rc < 0 ? rc : rootfs_build(&plan, &cgroups, &log, &root_fd, &err);
        rc = rc < 0 ? rc : rootfs_seal(&plan, root_fd, &err);
        rc = rc < 0 ? rc : rootfs_enter(&plan, root_fd, &err);
        if (rc < 0)
                say("%s\n", err.text);
        if (root_fd >= 0)
                (void)close(root_fd);
        arena_finish(&arena);
        return rc;
}

/* The mount point and the fields from `first` to the " - ", of every line of mountinfo; or of one point alone. */
static void say_mounts(const char *only, const char *with)
{
        char line[4096], point[4096], options[4096], rest[4096];
        FILE *file = fopen("/proc/self/mountinfo", "re");
        if (!file)
                say("no mountinfo\n");
        while (file && fgets(line, sizeof line, file)) {
                if (sscanf(line, "%*s %*s %*s %*s %4095s %4095s %4095[^\n]", point, options, rest) != 3)
                        continue;
                if (only && strcmp(point, only) != 0)
                        continue;
                char *dash = strchr(rest, '-');
                if (dash)
                        *dash = '\0';
                /* Numbers of peer groups are the kernel's. */
                rest[strcspn(rest, "0123456789")] = '\0';
                say("%s %s%s%s\n", point, options, with, *with ? rest : "");
        }
        if (file)
                (void)fclose(file);
}

static void say_file(const char *path)
{
        char text[64] = "";
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        say("%s: %s\n", path, n < 0 ? strerror(errno) : text);
        (void)close(fd);
}

static void say_write(const char *path)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        say("write %s: %s\n", path, fd < 0 ? strerror(errno) : "ok");
        (void)close(fd);
}

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
                                                    "/proc/sys ro,relatime\n"
                                                    "/fixed ro,relatime\n"
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
        say("cwd %s, %s\n", getcwd(cwd, sizeof cwd), kind_at("/work/here"));
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
                                                     "write /free: ok\n");
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

/* propagation ------------------------------------------------------------------------------------------------------ */

/* On a host where all is shared, as systemd has it; it lives as long as somebody has it open. */
static void propagate(const char *value, bool no_pivot)
{
        must(mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL));
        int host_fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
        must(host_fd);
        must(unshare(CLONE_NEWNS));
        fill_root();
        struct spec spec = default_spec();
        spec.linux_.rootfs_propagation = value;
        spec.linux_.masked_paths = spec.linux_.readonly_paths = (struct text_list){ 0 };
        spec.root.readonly = false;
        if (try_root(&spec, no_pivot) < 0)
                return;
        say("%s: ", value ? value : "default");
        say_mounts("/", " ");
        (void)close(host_fd);
}

#define PROPAGATION(name, value)         \
        static void be_##name(void)      \
        {                                \
                propagate(value, false); \
        }
PROPAGATION(unset, NULL)
PROPAGATION(private, "private")
PROPAGATION(rprivate, "rprivate")
PROPAGATION(slave, "slave")
PROPAGATION(rslave, "rslave")
PROPAGATION(shared, "shared")
PROPAGATION(rshared, "rshared")
PROPAGATION(unbindable, "unbindable")
PROPAGATION(runbindable, "runbindable")

static void the_root_has_the_propagation_it_should_have(void **state)
{
        (void)state;
        static const struct {
                void (*act)(void);
                const char *said;
        } rows[] = {
                {be_unset,        "default: / rw,relatime \n"               },
                { be_private,     "private: / rw,relatime \n"               },
                { be_rprivate,    "rprivate: / rw,relatime \n"              },
                { be_slave,       "slave: / rw,relatime master:\n"          },
                { be_rslave,      "rslave: / rw,relatime master:\n"         },
                { be_shared,      "shared: / rw,relatime shared:\n"         },
                { be_rshared,     "rshared: / rw,relatime shared:\n"        },
                { be_unbindable,  "unbindable: / rw,relatime unbindable \n" },
                { be_runbindable, "runbindable: / rw,relatime unbindable \n"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                assert_string_equal(in_sandbox(rows[i].act), rows[i].said);
}

/* A sister of the container's mount namespace, shared with it as the host's would be. */
static void watch_host(void)
{
        must(mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL));
        fill_root();
        pid_t child = fork();
        must(child);
        if (child == 0) {
                must(unshare(CLONE_NEWNS));
                struct spec spec = default_spec();
                spec.linux_.rootfs_propagation = "rshared";
                _exit(try_root(&spec, false) < 0 ? 1 : 0);
        }
        int status = 0;
        must(waitpid(child, &status, 0));
        say("%d\n", status);
        say_mounts(ROOT, " ");
        say_mounts(ROOT "/proc", " ");
        say("%s\n", access("/proc/self/stat", F_OK) == 0 ? "proc is there" : "proc is gone");
        say_outside();
}

static void a_shared_root_neither_mounts_nor_unmounts_on_the_host(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(watch_host), "0\n"
                                                    "proc is there\n");
}

/* other ways in ---------------------------------------------------------------------------------------------------- */

static void enter_by_move(void)
{
        fill_root();
        struct spec spec = default_spec();
        must(mkdir("/tmp/with blank", 0755));
        must(mount("proc", "/tmp/with blank", "proc", 0, NULL));
        if (try_root(&spec, true) < 0)
                return;
        /* Of the whole procfs and sysfs only the container's are left; a mount on top of a path hides the others. */
        char line[4096];
        unsigned int n_whole = 0;
        FILE *file = fopen("/proc/self/mountinfo", "re");
        while (file && fgets(line, sizeof line, file))
                n_whole += strstr(line, " / ") && (strstr(line, " - proc ") || strstr(line, " - sysfs "));
        say("%u whole\n", n_whole);
        say_file("/etc/passwd");
        say("host %s\n", kind_at(OUTSIDE));
        say_write("/file");
}

static void without_pivot_the_root_is_moved(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(enter_by_move), "2 whole\n"
                                                       "/etc/passwd: root\n\n"
                                                       "host none\n"
                                                       "write /file: Read-only file system\n");
}

static void enter_by_chroot(void)
{
        fill_root();
        struct spec spec = default_spec();
        spec.linux_.namespaces[NS_MOUNT].set = false;
        spec.linux_.masked_paths = spec.linux_.readonly_paths = (struct text_list){ 0 };
        spec.root.readonly = false;
        spec.n_mounts = 0;
        int host_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (try_root(&spec, false) < 0)
                return;
        say_file("/etc/passwd");
        say("%s, %s\n", kind_at("/dev/null"), kind_at(OUTSIDE));

        /* Nothing was mounted: the namespace is the host's own. */
        must(fchdir(host_fd));
        char line[4096];
        unsigned int n = 0;
        FILE *file = fopen("self/mountinfo", "re");
        while (file && fgets(line, sizeof line, file))
                n += strstr(line, ROOT) != NULL;
        say("%u mounts\n", n);
}

static void without_a_mount_namespace_the_root_is_changed_alone(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(enter_by_chroot), "/etc/passwd: root\n\n"
                                                         "char 666, none\n"
                                                         "0 mounts\n");
}

static void enter_by_link(void)
{
        fill_root();
        struct spec spec = default_spec();
        must(symlink("root", "/tmp/link"));
        spec.root.path = "link";
        if (try_root(&spec, false) == 0)
                say_file("/etc/passwd");
}

static void a_root_may_be_a_link(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(enter_by_link), "/etc/passwd: root\n\n");
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
                cmocka_unit_test(the_root_has_the_propagation_it_should_have),
                cmocka_unit_test(a_shared_root_neither_mounts_nor_unmounts_on_the_host),
                cmocka_unit_test(without_pivot_the_root_is_moved),
                cmocka_unit_test(without_a_mount_namespace_the_root_is_changed_alone),
                cmocka_unit_test(a_root_may_be_a_link),
                cmocka_unit_test(a_root_that_is_none_is_told_before_the_birth),
                cmocka_unit_test(a_cwd_that_is_a_file_is_refused),
                cmocka_unit_test(planted_links_do_not_lead_out),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
