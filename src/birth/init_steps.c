/* SPDX-License-Identifier: Apache-2.0 */
/* init_steps.c - what init does to become the program, in the order of the table. After the clone it makes system calls
 * and little else: no stdio, no lock, no look-up of users or of its own environment. */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "birth/steps.h"

#include "base/file.h"
#include "birth/filter.h"
#include "net/loopback.h"
#include "ns/time.h"
#include "rootfs/dest.h"
#include "sec/keyring.h"
#include "sec/names.h"
#include "sec/program.h"
#include "sec/program_fault.h"
#include "sec/sysctl.h"
#include "sec/user.h"
#include "sys/syscalls.h"

/* A host that is dead already is met at the next cue. */
int init_die_with_host(struct err *err)
{
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
                return fail_sys(err, "set the parent-death signal");
        return 0;
}

int init_begin(struct birth *birth, struct err *err)
{
        if (init_die_with_host(err) < 0)
                return -1;
        /* The lock of the state directory is the host's alone; and who joins others shows them nothing of the host. */
        finish_fd(&birth->state_dir_fd);
        finish_fd(&birth->target_pidfd);
        /* Who is told by its end that init is there. */
        finish_fd(&birth->scope_holder.end_fd);
        if (birth->kind == BIRTH_EXEC)
                cgroup_finish(&birth->cgroup);
        (void)umask(0);
        if (setsid() < 0)
                return fail_sys(err, "setsid");
        return 0;
}

int init_enter_cgroup(struct birth *birth, struct err *err)
{
        if (cgroup_join_self(&birth->cgroup, err) < 0)
                return -1;

        const struct spec_namespace *cgroup = &birth->spec.linux_.namespaces[NS_CGROUP];
        if (!cgroup->set)
                return 0;
        if (birth->joins.fds[NS_CGROUP] >= 0 && setns(birth->joins.fds[NS_CGROUP], CLONE_NEWCGROUP) < 0)
                return fail_sys(err, "join the cgroup namespace %s", cgroup->path);
        if (birth->joins.fds[NS_CGROUP] < 0 && unshare(CLONE_NEWCGROUP) < 0)
                return fail_sys(err, "unshare the cgroup namespace");
        return 0;
}

int init_make_time(struct birth *birth, struct err *err)
{
        return time_make(&birth->spec.linux_, birth->proc_fd, err);
}

int init_join_cgroups(struct birth *birth, struct err *err)
{
        if (setns(birth->target_pidfd, CLONE_NEWCGROUP) < 0)
                return fail_sys(err, "join the container's cgroup namespace");
        return 0;
}

int init_join_keyring(struct birth *birth, struct err *err)
{
        if (lsm_tell(&birth->lsm, LSM_KEY_LABEL, err) < 0)
                return -1;
        return keyring_join(birth->options->id, birth->kind == BIRTH_EXEC ? KEYRING_AS_IT_IS : KEYRING_OWNER, err);
}

int init_raise_loopback(struct birth *birth, struct err *err)
{
        (void)birth;
        return loopback_up(err);
}

/* What a cgroup mount shows, in the words of the rootfs trade. */
static struct rootfs_cgroup_view view_cgroups(const struct birth *birth, struct rootfs_cgroup_hierarchy *rows_of_view)
{
        const struct cgroup *cgroup = &birth->cgroup;
        for (size_t i = 0; i < cgroup->n; i++) {
                const struct cgroup_hierarchy *from = &cgroup->hierarchies[i];
                const char *last = strrchr(from->mount, '/');
                rows_of_view[i] = (struct rootfs_cgroup_hierarchy){
                        .name = cgroup->is_v2 ? "" : last + 1,
                        .dir = from->dir,
                        .options = *from->name ? from->name : NULL,
                };
        }
        return (struct rootfs_cgroup_view){
                .is_v2 = cgroup->is_v2,
                .has_cgroup_namespace = birth->spec.linux_.namespaces[NS_CGROUP].set,
                .n_hierarchies = cgroup->n,
                .hierarchies = rows_of_view,
        };
}

int init_build_root(struct birth *birth, struct err *err)
{
        struct rootfs_cgroup_hierarchy hierarchies[CGROUP_HIERARCHIES_MAX];
        struct rootfs_cgroup_view view = view_cgroups(birth, hierarchies);
        return rootfs_build(&birth->rootfs, &view, &birth->init_log, &birth->root_fd, err);
}

int init_run_container_hooks(struct birth *birth, struct err *err)
{
        return birth_run_init_hooks(birth, HOOK_CREATE_CONTAINER, birth->rootfs.root, NULL, err);
}

int init_set_names(struct birth *birth, struct err *err)
{
        return ns_set_names(birth->spec.hostname, birth->spec.domainname, err);
}

int init_set_sysctls(struct birth *birth, struct err *err)
{
        const struct text_map *sysctl = &birth->spec.linux_.sysctl;
        if (sysctl->n == 0)
                return 0;
        /* The host's own procfs: it shows the namespaces of whoever looks, and no image could have touched it. */
        auto_fd int proc_sys_fd = openat(AT_FDCWD, "/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (proc_sys_fd < 0)
                return fail_sys(err, "open /proc/sys");
        return sysctl_apply(proc_sys_fd, sysctl, err);
}

int init_seal_and_enter(struct birth *birth, struct err *err)
{
        if (rootfs_seal(&birth->rootfs, birth->root_fd, err) < 0)
                return -1;
        return rootfs_enter(&birth->rootfs, birth->root_fd, err);
}

/* The seed's finalizeNamespace: nothing of the host is in reach when the program's directory is entered and its user is
 * taken. What init still needs is closed by execve. */
static int close_all_but_ours(const struct birth *birth, struct err *err)
{
        const int ours[] = {
                birth->init.wire.fd,         birth->fifo_fd, birth->last_words_fd, birth->landlock_fd,
                birth->lsm.fds[LSM_PROFILE],
        };
        unsigned int from = 3 + birth->n_passed_fds;
        for (;;) {
                unsigned int next = ~0U;
                for (size_t i = 0; i < ARRAY_LEN(ours); i++)
                        if (ours[i] >= 0 && (unsigned int)ours[i] >= from && (unsigned int)ours[i] < next)
                                next = (unsigned int)ours[i];
                unsigned int last = next == ~0U ? next : next - 1;
                if (last >= from && sys_close_range(from, last, 0) < 0)
                        return fail_sys(err, "close the descriptors from %u on", from);
                if (next == ~0U)
                        return 0;
                from = next + 1;
        }
}

/* A file of the container, where cwd is its root. O_NONBLOCK: the image may have put a fifo there. */
static int open_list(const char *path)
{
        return dest_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

/* exec --user with names in it: the container's own files say who that is, and where its home is. */
static int settle_user(struct birth *birth, const char **ret_home, struct err *err)
{
        struct spec_user *user = &birth->spec.process.user;
        auto_fd int passwd_fd = open_list("/etc/passwd");
        auto_fd int group_fd = open_list("/etc/group");
        const struct names_files files = { passwd_fd, group_fd };
        struct names_user found;
        if (names_find_user(birth->user_text, &files, &birth->arena, &found, err) < 0)
                return -1;

        found.ids.umask = user->umask;
        if (user->n_additional_gids > 0 && names_add_groups(&found.ids, user, &birth->arena, err) < 0)
                return -1;
        *user = found.ids;
        *ret_home = found.home;
        return 0;
}

/* "NAME=NUMBER" in memory that lasts until execve; NULL when there is none. */
static const char *variable(struct birth *birth, const char *name, uint32_t number)
{
        char text[32];
        int len = snprintf(text, sizeof text, "%s=%u", name, number);
        return arena_copy(&birth->arena, text, (size_t)len);
}

/* The user, and the environment with the HOME that the image's passwd file gives where the bundle gives none. */
static int settle_user_and_environment(struct birth *birth, struct err *err)
{
        const struct spec_process *process = &birth->spec.process;
        const char *home = NULL;
        if (birth->user_text && settle_user(birth, &home, err) < 0)
                return -1;
        if (!home && program_wants_home(&process->env)) {
                auto_fd int passwd_fd = open_list("/etc/passwd");
                if (user_home(passwd_fd, process->user.uid, &birth->arena, &home, err) < 0)
                        return -1;
        }

        /* sd_listen_fds(3) */
        const char *const listen[] = {
                variable(birth, "LISTEN_FDS", birth->n_listen_fds),
                variable(birth, "LISTEN_PID", (uint32_t)getpid()),
                NULL,
        };
        if (!listen[0] || !listen[1])
                return fail(err, "out of memory");
        return program_env(&process->env, home ? home : "", birth->n_listen_fds > 0 ? listen : NULL, &birth->arena,
                           &birth->env, err);
}

/* 0: we are there; 1: not as this user, who may try again as the other. */
static int enter_cwd(const char *cwd, struct err *err)
{
        if (chdir(cwd) == 0)
                return 0;
        if (errno == EACCES || errno == EPERM) {
                (void)fail_sys(err, "chdir to cwd (\"%s\") set in config.json", cwd);
                return 1;
        }
        return fail_sys(err, "chdir to cwd (\"%s\") set in config.json", cwd);
}

int init_become_user(struct birth *birth, struct err *err)
{
        const struct spec_process *process = &birth->spec.process;
        const struct caps_plan caps = filter_caps(birth);
        if (settle_user_and_environment(birth, err) < 0 || close_all_but_ours(birth, err) < 0)
                return -1;
        /* Without no_new_privs it takes CAP_SYS_ADMIN, which the user may not keep. */
        if (birth->landlock.spec && !process->no_new_privileges && landlock_confine(birth->landlock_fd, err) < 0)
                return -1;

        /* Before the change of user and, where that one may not, after it: a volume may be open to either alone. */
        int later = enter_cwd(process->cwd, err);
        if (later < 0)
                return -1;
        if (caps_apply_bounding(&birth->caps, err) < 0 || caps_keep(&caps, process->user.uid, err) < 0)
                return -1;
        if (user_own_stdio(process->user.uid, err) < 0 || user_become(&process->user, birth->setgroups, err) < 0)
                return -1;
        /* The change of ids took it away (prctl(2), PR_SET_PDEATHSIG). */
        if (init_die_with_host(err) < 0)
                return -1;
        if (later && enter_cwd(process->cwd, err) != 0)
                return -1;
        if (program_check_cwd(err) < 0 || caps_apply(&caps, err) < 0)
                return -1;

        if (process->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
                return fail_sys(err, "set no_new_privs");
        (void)umask(process->user.umask.set ? (mode_t)process->user.umask.value : 0022);
        return 0;
}

int init_find_program(struct birth *birth, struct err *err)
{
        return program_find(birth->spec.process.args.items[0], birth->env, birth->program, err);
}

/* From here on init makes no system call but those that hand it over: a seccomp filter may come next. */
int init_let_go(struct birth *birth, struct err *err)
{
        (void)birth;
        sigset_t none;
        (void)sigemptyset(&none);
        if (prctl(PR_SET_PDEATHSIG, 0) < 0)
                return fail_sys(err, "clear the parent-death signal");
        if (sigprocmask(SIG_SETMASK, &none, NULL) < 0)
                return fail_sys(err, "unblock the signals");
        return 0;
}

int init_await_start(struct birth *birth, struct err *err)
{
        /* `create` is over; whoever calls `start` listens at the fifo. execve closes both; close(2) itself would be one
         * call more for the seccomp filter to allow. */
        birth->init.wire.fd = -1;
        char byte;
        ssize_t n = read(birth->fifo_fd, &byte, 1);
        while (n < 0 && errno == EINTR)
                n = read(birth->fifo_fd, &byte, 1);
        return n == 1 ? 0 : fail_sys(err, "read %s", FIFO_FILE);
}

int init_run_start_hooks(struct birth *birth, struct err *err)
{
        return birth_run_init_hooks(birth, HOOK_START_CONTAINER, NULL, birth->env, err);
}

int init_exec(struct birth *birth, struct err *err)
{
        (void)execve(birth->program, (char *const *)birth->spec.process.args.items, (char *const *)birth->env);
        (void)fail_sys(err, "exec %s", birth->program);
        /* What went wrong must be told by somebody who is alive. */
        if (!filter_may_kill(birth))
                program_explain(birth->program, err);
        return -1;
}
