/* SPDX-License-Identifier: Apache-2.0 */
/* box.h - for the tests of containers on disk: an empty ROOT for each test, and a container that is in it. */
#ifndef TARE_TESTS_BOX_H
#define TARE_TESTS_BOX_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

#include "state/state.h"

/* Each test gets an empty directory. */
static char root[64];

static inline int make_root(void **state)
{
        (void)state;
        (void)snprintf(root, sizeof root, "/tmp/tare-test-state-XXXXXX");
        return mkdtemp(root) ? 0 : -1;
}

static inline int remove_one(const char *path, const struct stat *stat, int type, struct FTW *at)
{
        (void)stat;
        (void)type;
        (void)at;
        return remove(path);
}

static inline int remove_root(void **state)
{
        (void)state;
        return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline int open_root(void)
{
        int root_fd = -1;
        struct err err = { 0 };
        assert_int_equal(state_root_make(root, &root_fd, &err), 0);
        return root_fd;
}

static inline int make_dir(const char *id)
{
        int dir_fd = -1;
        struct err err = { 0 };
        int root_fd = open_root();
        assert_int_equal(state_dir_make(root_fd, id, &dir_fd, &err), 0);
        (void)close(root_fd);
        return dir_fd;
}

static struct key_value cgroups[] = {
        {"memory", "/sys/fs/cgroup/memory/box" },
        { "",      "/sys/fs/cgroup/unified/box"}
};
static struct key_value annotations[] = {
        {"a.b/c", "yes \"quoted\""}
};

static const struct state example = {
        .id = "box",
        .oci_version = "1.3.0",
        .bundle = "/b",
        .rootfs = "/b/rootfs",
        .created = "2026-01-02T03:04:05.000000006Z",
        .owner = 0,
        .pid = 42,
        .start_time = 18446744073709551615u,
        .is_created = true,
        .has_pid_namespace = true,
        .has_keyring = true,
        .has_networks = true,
        .has_poststop_hooks = true,
        .cgroups = {cgroups,      2},
        .annotations = { annotations, 1},
};

#define state_test(f) cmocka_unit_test_setup_teardown(f, make_root, remove_root)

#endif
