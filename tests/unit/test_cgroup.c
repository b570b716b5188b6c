/* SPDX-License-Identifier: Apache-2.0 */
/* test_cgroup.c - real cgroups of the host, as root: made, entered, signalled, removed. All is run twice: on the host
 * as it is, and in a mount namespace that shows nothing but a cgroup2. */

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "cgroup/cgroup.h"
#include "live.h"

static size_t count_inside(struct live *live)
{
        pid_t *pids = NULL;
        size_t n = 0;
        assert_done(cgroup_pids(&live->cgroup, &pids, &n, &live->err), &live->err);
        free(pids);
        return n;
}

static void a_cgroup_is_made_with_its_parents_and_removed_with_them(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        live_plan(&live, "a/b");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        for (size_t i = 0; i < live.cgroup.n; i++) {
                const struct cgroup_hierarchy *hierarchy = &live.cgroup.hierarchies[i];
                assert_int_equal(access(hierarchy->dir, F_OK), 0);
                assert_int_equal(hierarchy->made_len, strlen(hierarchy->mount) + strlen(live.parent));
        }
        bool has_cgroup2 = *live.cgroup.hierarchies[live.cgroup.n - 1].name == '\0';
        assert_int_equal(cgroup_clone_fd(&live.cgroup) >= 0, has_cgroup2);
        assert_int_equal(count_inside(&live), 0);

        char parent[PATH_MAX];
        const struct cgroup_hierarchy *first = &live.cgroup.hierarchies[0];
        (void)snprintf(parent, sizeof parent, "%.*s", (int)first->made_len, first->dir);
        live_finish(&live);
        assert_int_equal(access(parent, F_OK), -1);
}

static void parents_that_others_use_stay(void **state)
{
        (void)state;
        needs_cgroups();
        struct live first, second;
        live_plan(&first, "first");
        live_plan(&second, "second");
        assert_done(cgroup_make(&first.cgroup, 0, CGROUP_NEEDED, &first.err), &first.err);
        assert_done(cgroup_make(&second.cgroup, 0, CGROUP_NEEDED, &second.err), &second.err);
        const struct cgroup_hierarchy *hierarchy = &second.cgroup.hierarchies[0];
        assert_int_equal(hierarchy->made_len, strlen(hierarchy->dir));

        live_finish(&first);
        assert_int_equal(access(hierarchy->dir, F_OK), 0);
        /* The maker of the parent is gone: it stays, for its users to remove. */
        live_finish(&second);
        live_plan(&first, "first");
        for (size_t i = 0; i < first.cgroup.n; i++) {
                char parent[PATH_MAX];
                (void)snprintf(parent, sizeof parent, "%s%s", first.cgroup.hierarchies[i].mount, first.parent);
                assert_int_equal(rmdir(parent), 0);
        }
        arena_finish(&first.arena);
}

static void processes_are_found_and_killed_wherever_they_went(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        const struct log silent = { 0 };
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        pid_t pid = child_inside(&live.cgroup);
        assert_int_equal(count_inside(&live), 2);

        /* Nested as a container may do it. */
        for (size_t i = 0; i < live.cgroup.n; i++) {
                char path[PATH_MAX];
                const char *dir = live.cgroup.hierarchies[i].dir;
                (void)snprintf(path, sizeof path, "%s/x", dir);
                assert_int_equal(mkdir(path, 0755), 0);
                (void)snprintf(path, sizeof path, "%s/x/y", dir);
                assert_int_equal(mkdir(path, 0755), 0);
                (void)snprintf(path, sizeof path, "%s/z", dir);
                assert_int_equal(mkdir(path, 0755), 0);
        }
        const struct cgroup_hierarchy *last = &live.cgroup.hierarchies[live.cgroup.n - 1];
        char procs[PATH_MAX], text[24];
        (void)snprintf(procs, sizeof procs, "%s/x/y/cgroup.procs", last->dir);
        (void)snprintf(text, sizeof text, "%d", (int)pid);
        assert_done(file_write(AT_FDCWD, procs, text, &live.err), &live.err);
        assert_int_equal(count_inside(&live), 2);

        assert_done(cgroup_signal_all(&live.cgroup, SIGKILL, &silent, &live.err), &live.err);
        assert_died_of(pid, SIGKILL);
        live_finish(&live);
}

static void any_signal_reaches_all(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        const struct log silent = { 0 };
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        pid_t pid = child_inside(&live.cgroup);
        assert_done(cgroup_signal_all(&live.cgroup, SIGTERM, &silent, &live.err), &live.err);
        assert_died_of(pid, SIGTERM);
        assert_false(cgroup_is_frozen(&live.cgroup));
        live_finish(&live);
}

static void without_cgroup2_the_freezer_keeps_them_for_the_kill(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        const struct log silent = { 0 };
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        pid_t pid = child_inside(&live.cgroup);

        struct cgroup v1_only = live.cgroup;
        if (!v1_only.is_v2 && cgroup_clone_fd(&v1_only) >= 0)
                v1_only.n--;
        assert_done(cgroup_signal_all(&v1_only, SIGKILL, &silent, &live.err), &live.err);
        assert_died_of(pid, SIGKILL);
        assert_false(cgroup_is_frozen(&live.cgroup));
        live_finish(&live);
}

static void set_frozen(const struct cgroup *cgroup, bool is_frozen)
{
        struct err err;
        for (size_t i = 0; i < cgroup->n; i++) {
                char path[PATH_MAX];
                (void)snprintf(path, sizeof path, "%s/%s", cgroup->hierarchies[i].dir,
                               cgroup->is_v2 ? "cgroup.freeze" : "freezer.state");
                if (access(path, F_OK) < 0)
                        continue;
                const char *text = cgroup->is_v2 ? (is_frozen ? "1" : "0") : (is_frozen ? "FROZEN" : "THAWED");
                assert_int_equal(file_write(AT_FDCWD, path, text, &err), 0);
                return;
        }
}

static void a_frozen_cgroup_is_thawed_to_die_and_for_nothing_else(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        const struct log silent = { 0 };
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        pid_t pid = child_inside(&live.cgroup);
        assert_false(cgroup_is_frozen(&live.cgroup));
        set_frozen(&live.cgroup, true);
        assert_true(cgroup_is_frozen(&live.cgroup));
        assert_done(cgroup_signal_all(&live.cgroup, SIGTERM, &silent, &live.err), &live.err);
        assert_true(cgroup_is_frozen(&live.cgroup));
        /* A signal that is fatal gets through v2's freezer, not through v1's. */
        if (!live.cgroup.is_v2)
                assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
        assert_done(cgroup_thaw(&live.cgroup, &live.err), &live.err);
        assert_died_of(pid, SIGTERM);

        pid = child_inside(&live.cgroup);
        set_frozen(&live.cgroup, true);
        assert_done(cgroup_signal_all(&live.cgroup, SIGKILL, &silent, &live.err), &live.err);
        assert_died_of(pid, SIGKILL);
        live_finish(&live);
}

static void a_used_cgroup_is_refused_and_left_alone(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live, again;
        const struct log silent = { 0 };
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        pid_t pid = child_inside(&live.cgroup);

        live_plan(&again, "box");
        assert_int_equal(cgroup_make(&again.cgroup, 0, CGROUP_NEEDED, &again.err), -1);
        assert_string_equal(again.err.text, "container's cgroup is not empty: 2 process(es) found");
        for (size_t i = 0; i < again.cgroup.n; i++) {
                assert_int_equal(access(again.cgroup.hierarchies[i].dir, F_OK), 0);
                assert_int_equal(again.cgroup.hierarchies[i].made_len, 0);
        }
        cgroup_finish(&again.cgroup);
        arena_finish(&again.arena);

        assert_done(cgroup_signal_all(&live.cgroup, SIGKILL, &silent, &live.err), &live.err);
        assert_died_of(pid, SIGKILL);
        live_finish(&live);
}

static void a_frozen_or_half_used_cgroup_leaves_nothing_new(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live, again;
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        set_frozen(&live.cgroup, true);
        /* Absent in every hierarchy but the freezer's. */
        size_t n_absent = 0;
        for (size_t i = 0; i < live.cgroup.n; i++) {
                const char *dir = live.cgroup.hierarchies[i].dir;
                if (live.cgroup.n > 1 && !strstr(dir, "/freezer/"))
                        n_absent += rmdir(dir) == 0;
        }
        live_plan(&again, "box");
        assert_int_equal(cgroup_make(&again.cgroup, 0, CGROUP_NEEDED, &again.err), -1);
        assert_string_equal(again.err.text, "container's cgroup unexpectedly frozen");
        for (size_t i = 0; i < again.cgroup.n; i++)
                n_absent -= access(again.cgroup.hierarchies[i].dir, F_OK) < 0;
        assert_int_equal(n_absent, 0);
        cgroup_finish(&again.cgroup);
        arena_finish(&again.arena);

        set_frozen(&live.cgroup, false);
        live_finish(&live);
}

static void an_empty_cgroup_that_was_there_is_taken(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live, again;
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        live_plan(&again, "box");
        assert_done(cgroup_make(&again.cgroup, 0, CGROUP_NEEDED, &again.err), &again.err);
        cgroup_finish(&again.cgroup);
        arena_finish(&again.arena);
        live_finish(&live);
}

static void an_absent_cgroup_is_empty_and_no_failure(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        const struct log silent = { 0 };
        live_plan(&live, "box");
        assert_int_equal(count_inside(&live), 0);
        assert_false(cgroup_is_frozen(&live.cgroup));
        assert_done(cgroup_signal_all(&live.cgroup, SIGKILL, &silent, &live.err), &live.err);
        assert_done(cgroup_signal_all(&live.cgroup, SIGTERM, &silent, &live.err), &live.err);
        live_finish(&live);
}

static void removal_waits_for_the_dying(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        pid_t pid = child_inside(&live.cgroup);
        pid_t killer = fork();
        if (killer == 0) {
                struct err err;
                const struct log silent = { 0 };
                (void)usleep(50 * 1000);
                _exit(cgroup_signal_all(&live.cgroup, SIGKILL, &silent, &err) < 0);
        }
        live_finish(&live);
        assert_died_of(pid, SIGKILL);
        assert_int_equal(waitpid(killer, NULL, 0), killer);
}

static void deeply_nested_cgroups_are_removed(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        live_plan(&live, "box");
        assert_done(cgroup_make(&live.cgroup, 0, CGROUP_NEEDED, &live.err), &live.err);
        /* Deeper than a path can name and than there are descriptors. */
        enum { DEPTH = 64 };
        char name[101];
        memset(name, 'n', sizeof name - 1);
        name[sizeof name - 1] = '\0';
        int fd = open(live.cgroup.hierarchies[0].dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
        for (int depth = 0; depth < DEPTH; depth++) {
                assert_int_equal(mkdirat(fd, name, 0755), 0);
                int next_fd = openat(fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
                (void)close(fd);
                fd = next_fd;
        }
        (void)close(fd);

        struct rlimit before;
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
        struct rlimit few = { .rlim_cur = 32, .rlim_max = before.rlim_max };
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        live_finish(&live);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static int run_live(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_cgroup_is_made_with_its_parents_and_removed_with_them),
                cmocka_unit_test(parents_that_others_use_stay),
                cmocka_unit_test(processes_are_found_and_killed_wherever_they_went),
                cmocka_unit_test(any_signal_reaches_all),
                cmocka_unit_test(without_cgroup2_the_freezer_keeps_them_for_the_kill),
                cmocka_unit_test(a_frozen_cgroup_is_thawed_to_die_and_for_nothing_else),
                cmocka_unit_test(a_used_cgroup_is_refused_and_left_alone),
                cmocka_unit_test(a_frozen_or_half_used_cgroup_leaves_nothing_new),
                cmocka_unit_test(an_empty_cgroup_that_was_there_is_taken),
                cmocka_unit_test(an_absent_cgroup_is_empty_and_no_failure),
                cmocka_unit_test(removal_waits_for_the_dying),
                cmocka_unit_test(deeply_nested_cgroups_are_removed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
        int n_failed = run_on_v2(run_live);
        leave_janitor();
        return n_failed + run_live();
}
