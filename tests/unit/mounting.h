/* SPDX-License-Identifier: Apache-2.0 */
/* mounting.h - for the tests of mounts: plan some, make them in the sandbox, and say what the kernel has then. */
#ifndef TARE_TESTS_MOUNTING_H
#define TARE_TESTS_MOUNTING_H

#include "sandbox.h"

#include "base/arena.h"
#include "rootfs/mount.h"
#include "rootfs/rootfs.h"

static const struct rootfs_cgroup_view no_cgroups;

/* Plans and makes the mounts below the root, which is a mount by then; says what went wrong. */
static inline int try_mounts(const struct spec_mount *mounts, size_t n, const struct rootfs_cgroup_view *cgroups)
{
        struct spec spec = {
                .root = {.set = true, .path = ROOT},
                .mounts = (struct spec_mount *)mounts,
                .n_mounts = n,
        };
        spec.linux_.namespaces[NS_MOUNT].set = true;
        struct arena arena = { 0 };
        struct rootfs_plan plan;
        struct err err = { 0 };
        int root_fd = open_root();
        int rc = rootfs_plan_build(&spec, "/tmp", false, &arena, &plan, &err);
        for (size_t i = 0; rc == 0 && i < n; i++)
                rc = mount_apply(root_fd, cgroups, &plan.mounts[i], &err);
        rc = rc < 0 ? rc : mount_finish_readonly(root_fd, plan.mounts, n, &err);
        if (rc < 0)
                say("%s\n", err.text);
        (void)close(root_fd);
        arena_finish(&arena);
        return rc;
}

static inline void try_mount(struct spec_mount mount)
{
        (void)try_mounts(&mount, 1, &no_cgroups);
}

/* Of the mounts at and below a path: the point, its options and propagation, type and options of the filesystem. */
static inline void say_mounts(const char *below)
{
        char line[4096], point[1024], options[1024], rest[1024], type[64], data[1024];
        FILE *file = fopen("/proc/self/mountinfo", "re");
        while (file && fgets(line, sizeof line, file)) {
                char *dash = strstr(line, " - ");
                if (!dash || sscanf(dash, " - %63s %*s %1023s", type, data) != 2)
                        continue;
                *dash = '\0';
                if (sscanf(line, "%*s %*s %*s %*s %1023s %1023s %1023[^0-9\n]", point, options, rest) < 3)
                        rest[0] = '\0';
                if (strncmp(point, below, strlen(below)) == 0)
                        say("%s %s %s%s%s\n", point + strlen(ROOT), options, rest, *rest ? " " : "", type);
        }
        if (file)
                (void)fclose(file);
}

static inline void say_write(const char *path)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        say("write %s: %s\n", path, fd < 0 ? strerror(errno) : "ok");
        (void)close(fd);
}

/* As root there, with a root of its own. */
static inline void enter_user_namespace(void)
{
        must(unshare(CLONE_NEWUSER | CLONE_NEWNS));
        write_text("/proc/self/setgroups", "deny");
        write_text("/proc/self/uid_map", "0 0 1");
        write_text("/proc/self/gid_map", "0 0 1");
        must(mount("tmpfs", ROOT, "tmpfs", 0, "mode=0755"));
}

#endif
