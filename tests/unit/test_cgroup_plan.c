/* SPDX-License-Identifier: Apache-2.0 */
/* test_cgroup_plan.c - where a container's cgroup is planned to be, on every kind of host. */

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#include "cgroup/cgroup.h"

static bool all_mounted(const char *mount, const char *name)
{
        (void)mount;
        (void)name;
        return true;
}

static bool none_mounted(const char *mount, const char *name)
{
        (void)mount;
        (void)name;
        return false;
}

/* "cpu,cpuacct" under the first controller's name, net_cls not at all. */
static bool some_mounted(const char *mount, const char *name)
{
        (void)name;
        return strcmp(mount, CGROUP_ROOT "/cpu,cpuacct") != 0 && strcmp(mount, CGROUP_ROOT "/net_cls") != 0;
}

static const char v1_text[] = "12:memory:/user.slice\n5:cpu,cpuacct:/\n3:net_cls:/\n1:name=systemd:/user.slice/a:b\n";
static const char hybrid_text[] = "2:memory:/user.slice\n0::/own/here\n";

struct planned {
        struct arena arena;
        struct cgroup cgroup;
        struct err err;
        int rc;
};

static struct planned plan(const struct cgroup_host *host, const char *path)
{
        struct planned ret = { 0 };
        ret.rc = cgroup_plan_for(host, path, "box", &ret.arena, &ret.cgroup, &ret.err);
        return ret;
}

static void assert_hierarchy(const struct cgroup_hierarchy *hierarchy, const char *name, const char *mount,
                             const char *dir)
{
        assert_string_equal(hierarchy->name, name);
        assert_string_equal(hierarchy->mount, mount);
        assert_string_equal(hierarchy->dir, dir);
        assert_int_equal(hierarchy->dir_fd, -1);
        assert_int_equal(hierarchy->made_len, 0);
}

static void v1_has_a_directory_in_each_hierarchy(void **state)
{
        (void)state;
        const struct cgroup_host host = { .self_cgroup = v1_text, .is_mounted = some_mounted };
        struct planned got = plan(&host, NULL);
        assert_int_equal(got.rc, 0);
        assert_false(got.cgroup.is_v2);
        assert_int_equal(got.cgroup.n, 3);
        const struct cgroup_hierarchy *rows = got.cgroup.hierarchies;
        assert_hierarchy(&rows[0], "memory", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/user.slice/box");
        assert_hierarchy(&rows[1], "cpu,cpuacct", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu/box");
        assert_hierarchy(&rows[2], "name=systemd", "/sys/fs/cgroup/systemd",
                         "/sys/fs/cgroup/systemd/user.slice/a:b/box");
        assert_int_equal(cgroup_clone_fd(&got.cgroup), -1);
        arena_finish(&got.arena);
}

static void hybrid_has_cgroup2_beside_v1(void **state)
{
        (void)state;
        const struct cgroup_host host = { .self_cgroup = hybrid_text, .is_mounted = all_mounted };
        struct planned got = plan(&host, "a/b");
        assert_int_equal(got.rc, 0);
        assert_false(got.cgroup.is_v2);
        assert_int_equal(got.cgroup.n, 2);
        const struct cgroup_hierarchy *rows = got.cgroup.hierarchies;
        assert_hierarchy(&rows[0], "memory", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/user.slice/a/b");
        assert_hierarchy(&rows[1], "", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified/own/here/a/b");
        arena_finish(&got.arena);
}

static void v2_is_one_directory_beside_our_own(void **state)
{
        (void)state;
        const struct cgroup_host host = { .is_v2 = true, .self_cgroup = hybrid_text, .is_mounted = none_mounted };
        struct planned got = plan(&host, NULL);
        assert_int_equal(got.rc, 0);
        assert_true(got.cgroup.is_v2);
        assert_int_equal(got.cgroup.n, 1);
        assert_hierarchy(&got.cgroup.hierarchies[0], "", "/sys/fs/cgroup", "/sys/fs/cgroup/own/box");
        arena_finish(&got.arena);
}

static void a_path_never_leaves_where_it_starts(void **state)
{
        (void)state;
        static const struct {
                const char *path, *v1, *v2;
        } rows[] = {
                {NULL,                 "/user.slice/box",               "/own/box"              },
                { "",                  "/user.slice/box",               "/own/box"              },
                { "x",                 "/user.slice/x",                 "/own/x"                },
                { "./x/",              "/user.slice/x",                 "/own/x"                },
                { "../../x",           "/user.slice/x",                 "/own/x"                },
                { "a/../../x",         "/user.slice/x",                 "/own/x"                },
                { "..",                "/user.slice",                   "/own"                  },
                { "/x",                "/x",                            "/x"                    },
                { "/a//b/.",           "/a/b",                          "/a/b"                  },
                { "/a/../../x",        "/x",                            "/x"                    },
                { "/../..",            "",                              ""                      },
                { "slice:prefix:name", "/user.slice/slice:prefix:name", "/own/slice:prefix:name"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char dir[PATH_MAX];
                const struct cgroup_host v1 = { .self_cgroup = hybrid_text, .is_mounted = all_mounted };
                struct planned got = plan(&v1, rows[i].path);
                assert_int_equal(got.rc, 0);
                (void)snprintf(dir, sizeof dir, "/sys/fs/cgroup/memory%s", rows[i].v1);
                assert_string_equal(got.cgroup.hierarchies[0].dir, dir);
                arena_finish(&got.arena);

                const struct cgroup_host v2 = { .is_v2 = true, .self_cgroup = hybrid_text };
                got = plan(&v2, rows[i].path);
                assert_int_equal(got.rc, 0);
                (void)snprintf(dir, sizeof dir, "/sys/fs/cgroup%s", rows[i].v2);
                assert_string_equal(got.cgroup.hierarchies[0].dir, dir);
                arena_finish(&got.arena);
        }
}

static void an_odd_own_cgroup_is_the_root(void **state)
{
        (void)state;
        static const struct {
                const char *text, *dir; /* dir NULL: no hierarchy at all */
        } rows[] = {
                {"",                          NULL                      },
                { "\n\n",                     NULL                      },
                { "what is this\n",           NULL                      },
                { "0:\n",                     NULL                      },
                { "0::\n",                    "/sys/fs/cgroup/box"      },
                { "0::/",                     "/sys/fs/cgroup/box"      },
                { "0::/..\n",                 "/sys/fs/cgroup/box"      },
                { "0::/../x\n",               "/sys/fs/cgroup/box"      },
                { "0::/../../x/y\n",          "/sys/fs/cgroup/box"      },
                { "0::/..x/y\n",              "/sys/fs/cgroup/..x/box"  },
                { "0::/a/b c/d\n",            "/sys/fs/cgroup/a/b c/box"},
                { "7:memory:/m\n0::/a:b/c\n", "/sys/fs/cgroup/a:b/box"  },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct cgroup_host host = { .is_v2 = true, .self_cgroup = rows[i].text };
                struct planned got = plan(&host, NULL);
                assert_int_equal(got.rc, 0);
                assert_int_equal(got.cgroup.n, rows[i].dir ? 1 : 0);
                if (rows[i].dir)
                        assert_string_equal(got.cgroup.hierarchies[0].dir, rows[i].dir);
                arena_finish(&got.arena);
        }
}

static void a_host_without_mounts_has_no_cgroup(void **state)
{
        (void)state;
        const struct cgroup_host host = { .self_cgroup = v1_text, .is_mounted = none_mounted };
        struct planned got = plan(&host, "/x");
        assert_int_equal(got.rc, 0);
        assert_int_equal(got.cgroup.n, 0);

        /* And nothing that is done to it fails. */
        pid_t *pids = NULL;
        size_t n = 1;
        const struct log silent = { 0 };
        assert_int_equal(cgroup_make(&got.cgroup, 0, CGROUP_NEEDED, &got.err), 0);
        assert_int_equal(cgroup_clone_fd(&got.cgroup), -1);
        assert_int_equal(cgroup_join_self(&got.cgroup, &got.err), 0);
        assert_int_equal(cgroup_pids(&got.cgroup, &pids, &n, &got.err), 0);
        assert_int_equal(n, 0);
        assert_false(cgroup_is_frozen(&got.cgroup));
        assert_int_equal(cgroup_signal_all(&got.cgroup, SIGKILL, &silent, &got.err), 0);
        assert_int_equal(cgroup_thaw(&got.cgroup, &got.err), 0);
        assert_int_equal(cgroup_remove(&got.cgroup, &got.err), 0);
        cgroup_finish(&got.cgroup);
        arena_finish(&got.arena);
}

static void too_long_and_too_many_are_refused(void **state)
{
        (void)state;
        char path[PATH_MAX];
        memset(path, 'x', sizeof path - 1);
        path[sizeof path - 1] = '\0';
        const struct cgroup_host v2 = { .is_v2 = true, .self_cgroup = "0::/own" };
        struct planned got = plan(&v2, path);
        assert_int_equal(got.rc, -1);
        assert_int_equal(got.err.code, ENAMETOOLONG);
        arena_finish(&got.arena);

        char text[1024] = "";
        for (int i = 0; i <= CGROUP_HIERARCHIES_MAX; i++)
                (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d:name=n%d:/\n", i + 1, i);
        const struct cgroup_host v1 = { .self_cgroup = text, .is_mounted = all_mounted };
        got = plan(&v1, NULL);
        assert_int_equal(got.rc, -1);
        assert_string_equal(got.err.text, "more than 24 cgroup hierarchies");
        arena_finish(&got.arena);
}

static void what_was_saved_is_known_again(void **state)
{
        (void)state;
        struct key_value items[] = {
                {"memory", "/sys/fs/cgroup/memory/x" },
                { "",      "/sys/fs/cgroup/unified/x"}
        };
        struct text_map saved = { items, 2 };
        struct cgroup cgroup;
        struct err err = { 0 };
        assert_int_equal(cgroup_load(&saved, &cgroup, &err), 0);
        assert_int_equal(cgroup.n, 2);
        assert_false(cgroup.is_v2);
        assert_string_equal(cgroup.hierarchies[1].dir, "/sys/fs/cgroup/unified/x");
        assert_int_equal(cgroup.hierarchies[1].made_len, 0);
        assert_int_equal(cgroup_clone_fd(&cgroup), -1);
        cgroup_finish(&cgroup);

        saved = (struct text_map){ items + 1, 1 };
        assert_int_equal(cgroup_load(&saved, &cgroup, &err), 0);
        assert_true(cgroup.is_v2);
        saved.n = CGROUP_HIERARCHIES_MAX + 1;
        assert_int_equal(cgroup_load(&saved, &cgroup, &err), -1);
        cgroup = (struct cgroup){ 0 };
        cgroup_finish(&cgroup);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(v1_has_a_directory_in_each_hierarchy),
                cmocka_unit_test(hybrid_has_cgroup2_beside_v1),
                cmocka_unit_test(v2_is_one_directory_beside_our_own),
                cmocka_unit_test(a_path_never_leaves_where_it_starts),
                cmocka_unit_test(an_odd_own_cgroup_is_the_root),
                cmocka_unit_test(a_host_without_mounts_has_no_cgroup),
                cmocka_unit_test(too_long_and_too_many_are_refused),
                cmocka_unit_test(what_was_saved_is_known_again),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
