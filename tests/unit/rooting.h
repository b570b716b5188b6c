/* SPDX-License-Identifier: Apache-2.0 */
/* rooting.h - for the tests of whole roots: one like the default bundle's, from its plan to where it is entered. */
#ifndef TARE_TESTS_ROOTING_H
#define TARE_TESTS_ROOTING_H

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
        { .destination = "/fixed/below", .type = "tmpfs", .source = "below" },
        { .destination = "/late", .type = "tmpfs", .source = "late", .options = LIST("ro") },
};
/* clang-format on */

static const struct text_list masked = LIST("/proc/version", "/proc/no-such", "/proc/tty", "/sys/kernel",
                                            "/etc/passwd/below", "/secrets", "/secret", "/to-secret");
static const struct text_list fixed = LIST("/proc/sys", "/fixed", "/no-such", "/proc/cmdline");

static inline struct spec default_spec(void)
{
        struct spec spec = {
                .root = {.set = true, .path = ROOT, .readonly = true },
                .process = { .set = true,          .cwd = "/late/work"          },
                .mounts = (struct spec_mount *)default_mounts,
                .n_mounts = ARRAY_LEN(default_mounts),
        };
        spec.linux_.namespaces[NS_MOUNT].set = true;
        spec.linux_.masked_paths = masked;
        spec.linux_.readonly_paths = fixed;
        return spec;
}

static inline void fill_root(void)
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
static inline int try_root(const struct spec *spec, bool no_pivot)
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
static inline void say_mounts(const char *only, const char *with)
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

static inline void say_file(const char *path)
{
        char text[64] = "";
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        say("%s: %s\n", path, n < 0 ? strerror(errno) : text);
        (void)close(fd);
}

static inline void say_write(const char *path)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        say("write %s: %s\n", path, fd < 0 ? strerror(errno) : "ok");
        (void)close(fd);
}

#endif
