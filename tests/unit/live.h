/* SPDX-License-Identifier: Apache-2.0 */
/* live.h - for the tests of real cgroups: a cgroup of the test's own below a parent of the test's own, a child in it,
 * and a janitor for what a test that was interrupted leaves behind. Needs root, or the tests are skipped. */
#ifndef TARE_TESTS_LIVE_H
#define TARE_TESTS_LIVE_H

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "cgroup/cgroup.h"

/* A container's cgroup below a parent of our own, "/tare-test-PID/box": the parent is made and removed with it. */
struct live {
        struct arena arena;
        struct cgroup cgroup;
        struct err err;
        char parent[64];
};

static inline void live_plan(struct live *live, const char *name)
{
        char path[128];
        *live = (struct live){ 0 };
        (void)snprintf(live->parent, sizeof live->parent, "/tare-test-%d", (int)getpid());
        (void)snprintf(path, sizeof path, "%s/%s", live->parent, name);
        assert_int_equal(cgroup_plan(path, "unused", &live->arena, &live->cgroup, &live->err), 0);
}

/* skip() leaves the test. */
static inline void needs_cgroups(void)
{
        const char *reason = NULL;
        struct live probe;
        live_plan(&probe, "probe");
        if (geteuid() != 0)
                reason = "needs root";
        else if (probe.cgroup.n == 0)
                reason = "no cgroups are mounted here";
        else if (access(probe.cgroup.hierarchies[0].mount, W_OK) < 0)
                reason = "cgroups are read-only here";
        arena_finish(&probe.arena);
        if (!reason)
                return;
        print_message("skipped: %s\n", reason);
        skip();
}

static inline void assert_done(int rc, const struct err *err)
{
        assert_string_equal(rc < 0 ? err->text : "", "");
}

static inline void live_finish(struct live *live)
{
        assert_done(cgroup_remove(&live->cgroup, &live->err), &live->err);
        for (size_t i = 0; i < live->cgroup.n; i++)
                assert_int_equal(access(live->cgroup.hierarchies[i].dir, F_OK), -1);
        cgroup_finish(&live->cgroup);
        arena_finish(&live->arena);
}

/* A child that has joined the cgroup, and sleeps there; with a sister that it forked. */
static inline pid_t child_inside(const struct cgroup *cgroup)
{
        int ready[2];
        assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                struct err err;
                (void)close(ready[0]);
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                (void)signal(SIGTERM, SIG_DFL);
                if (cgroup_join_self(cgroup, &err) < 0) {
                        (void)dprintf(2, "%s\n", err.text);
                        _exit(1);
                }
                /* What CLONE_INTO_CGROUP does in the runtime: a test may wait those milliseconds. */
                if (cgroup_clone_fd(cgroup) >= 0 && file_write(cgroup_clone_fd(cgroup), "cgroup.procs", "0", &err) < 0)
                        _exit(2);
                if (fork() == 0)
                        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                (void)!write(ready[1], "x", 1);
                (void)close(ready[1]);
                for (;;)
                        (void)pause();
        }
        (void)close(ready[1]);
        char byte[2];
        for (int i = 0; i < 2; i++)
                assert_int_equal(read(ready[0], byte, 1), 1);
        (void)close(ready[0]);
        return pid;
}

static inline void assert_died_of(pid_t pid, int sig)
{
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), sig);
}

/* Outlives the tests, however they end, and removes what a test that was interrupted has left. */
static inline void leave_janitor(void)
{
        int alive[2];
        char parent[64];
        (void)snprintf(parent, sizeof parent, "/tare-test-%d", (int)getpid());
        if (pipe2(alive, O_CLOEXEC) < 0 || fork() != 0) {
                (void)close(alive[0]); /* alive[1] stays open until the tests are over */
                return;
        }
        (void)close(alive[1]);
        (void)setsid();
        char byte;
        (void)!read(alive[0], &byte, 1);

        struct arena arena = { 0 };
        struct cgroup cgroup;
        struct err err;
        const struct log silent = { 0 };
        if (cgroup_plan(parent, "unused", &arena, &cgroup, &err) == 0) {
                (void)cgroup_signal_all(&cgroup, SIGKILL, &silent, &err);
                (void)cgroup_remove(&cgroup, &err);
        }
        arena_finish(&arena);
        _exit(0);
}

/* The same tests where /sys/fs/cgroup is a cgroup2, in a mount namespace of their own. */
static inline int run_on_v2(int (*run_group)(void))
{
        pid_t pid = fork();
        if (pid == 0) {
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
                    mount("cgroup2", CGROUP_ROOT, "cgroup2", 0, NULL) < 0) {
                        print_message("skipped: no cgroup2 can be mounted here\n");
                        _exit(0);
                }
                leave_janitor();
                int n_failed = run_group();
                _exit(n_failed > 0);
        }
        int status = 1;
        return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1;
}

#endif
