/* SPDX-License-Identifier: Apache-2.0 */
/* test_enter.c - every way into a root, with every propagation, and what the host notices of it. */

#include "rooting.h"

/* propagation ------------------------------------------------------------------------------------------------------ */

/* On a host where all is shared, as systemd has it; it lives as long as somebody has it open. */
static void propagate(const char *value)
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
        if (try_root(&spec, false) < 0)
                return;
        char cwd[64];
        say("%s: %s ", value ? value : "default", getcwd(cwd, sizeof cwd));
        say_mounts("/", " ");
        (void)close(host_fd);
}

#define PROPAGATION(name, value)    \
        static void be_##name(void) \
        {                           \
                propagate(value);   \
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
                {be_unset,        "default: / / rw,relatime \n"               },
                { be_private,     "private: / / rw,relatime \n"               },
                { be_rprivate,    "rprivate: / / rw,relatime \n"              },
                { be_slave,       "slave: / / rw,relatime master:\n"          },
                { be_rslave,      "rslave: / / rw,relatime master:\n"         },
                { be_shared,      "shared: / / rw,relatime shared:\n"         },
                { be_rshared,     "rshared: / / rw,relatime shared:\n"        },
                { be_unbindable,  "unbindable: / / rw,relatime unbindable \n" },
                { be_runbindable, "runbindable: / / rw,relatime unbindable \n"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                assert_string_equal(in_sandbox(rows[i].act), rows[i].said);
}

static unsigned int count_mounts(void)
{
        char line[4096];
        unsigned int n = 0;
        FILE *file = fopen("/proc/self/mountinfo", "re");
        while (file && fgets(line, sizeof line, file))
                n++;
        if (file)
                (void)fclose(file);
        return n;
}

/* A sister of the container's mount namespace, shared with it as the host's would be. */
static void watch_host(bool no_pivot)
{
        must(mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL));
        fill_root();
        unsigned int n_mounts = count_mounts();
        pid_t child = fork();
        must(child);
        if (child == 0) {
                must(unshare(CLONE_NEWNS));
                struct spec spec = default_spec();
                spec.linux_.rootfs_propagation = "rshared";
                _exit(try_root(&spec, no_pivot) < 0 ? 1 : 0);
        }
        int status = 0;
        must(waitpid(child, &status, 0));
        say("%d\n", status);
        say("%s mounts\n", count_mounts() == n_mounts ? "the same" : "other");
        say("%s\n", access("/proc/self/stat", F_OK) == 0 ? "proc is there" : "proc is gone");
        say_outside();
}

static void watch_host_by_pivot(void)
{
        watch_host(false);
}

static void watch_host_by_move(void)
{
        watch_host(true);
}

static void a_shared_root_neither_mounts_nor_unmounts_on_the_host(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(watch_host_by_pivot), "0\n"
                                                             "the same mounts\n"
                                                             "proc is there\n");
        assert_string_equal(in_sandbox(watch_host_by_move), "0\n"
                                                            "the same mounts\n"
                                                            "proc is there\n");
}

/* other ways in ---------------------------------------------------------------------------------------------------- */

/* Seen from the old root, which this process keeps, and by a procfs that it has open. */
static void say_whole(int proc_fd)
{
        char line[4096];
        int fd = openat(proc_fd, "self/mountinfo", O_RDONLY | O_CLOEXEC);
        FILE *file = fdopen(fd, "r");
        while (file && fgets(line, sizeof line, file)) {
                char root[1024], point[1024];
                bool is_kernel = strstr(line, " - proc ") || strstr(line, " - sysfs ");
                if (is_kernel && sscanf(line, "%*s %*s %*s %1023s %1023s", root, point) == 2 && strcmp(root, "/") == 0)
                        say("whole %s\n", point);
        }
        if (file)
                (void)fclose(file);
}

static void enter_by_move(void)
{
        fill_root();
        struct spec spec = default_spec();
        must(mkdir("/tmp/with blank", 0755));
        must(mount("proc", "/tmp/with blank", "proc", 0, NULL));
        int proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
        pid_t child = fork();
        must(child);
        if (child > 0) {
                must(waitpid(child, NULL, 0));
                say_whole(proc_fd);
                return;
        }
        if (try_root(&spec, true) == 0) {
                char cwd[64];
                say("cwd %s\n", getcwd(cwd, sizeof cwd));
                say_file("/etc/passwd");
                say("host %s\n", kind_at(OUTSIDE));
                say_write("/file");
        }
        _exit(0);
}

/* The container's own alone are left: a whole one of the host's would let it mount another. */
static void without_pivot_the_root_is_moved(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(enter_by_move), "cwd /\n"
                                                       "/etc/passwd: root\n\n"
                                                       "host none\n"
                                                       "write /file: Read-only file system\n"
                                                       "whole /proc\n"
                                                       "whole /sys\n");
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_root_has_the_propagation_it_should_have),
                cmocka_unit_test(a_shared_root_neither_mounts_nor_unmounts_on_the_host),
                cmocka_unit_test(without_pivot_the_root_is_moved),
                cmocka_unit_test(without_a_mount_namespace_the_root_is_changed_alone),
                cmocka_unit_test(a_root_may_be_a_link),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
