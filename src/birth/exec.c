/* SPDX-License-Identifier: Apache-2.0 */
/* exec.c - one more process for a container that is there: what it will be, its birth, and in the foreground its life.
 */

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "birth/birth.h"

#include "base/file.h"
#include "base/number.h"
#include "birth/filter.h"
#include "birth/found.h"
#include "birth/limits.h"
#include "birth/lsm.h"
#include "birth/record.h"
#include "birth/scheduling.h"
#include "birth/self.h"
#include "birth/supervise.h"
#include "birth/terminal.h"
#include "cgroup/sub.h"
#include "oci/fields.h"
#include "oci/reader.h"

enum { CONFIG_MAX = 16 * 1024 * 1024 };

/* the process ------------------------------------------------------------------------------------------------------ */

static int append(struct arena *arena, struct text_list *to, const struct text_list *more, struct err *err)
{
        if (more->n == 0)
                return 0;
        const char **items = arena_alloc_n(arena, to->n + more->n + 1, sizeof *items);
        if (!items)
                return fail(err, "out of memory");

        if (to->n > 0)
                memcpy(items, to->items, to->n * sizeof *items);
        memcpy(items + to->n, more->items, more->n * sizeof *items);
        *to = (struct text_list){ items, to->n + more->n };
        return 0;
}

static int set_additional_gids(struct birth *birth, const struct text_list *gids, struct err *err)
{
        struct spec_user *user = &birth->spec.process.user;
        if (gids->n == 0)
                return 0;
        user->additional_gids = arena_alloc_n(&birth->arena, gids->n, sizeof *user->additional_gids);
        user->n_additional_gids = gids->n;
        if (!user->additional_gids)
                return fail(err, "out of memory");

        for (size_t i = 0; i < gids->n; i++) {
                uint64_t gid = 0;
                if (!number_u64(gids->items[i], 0, UINT32_MAX - 1, &gid))
                        return fail(err, "--additional-gids: \"%s\" is not a group id", gids->items[i]);
                user->additional_gids[i] = (gid_t)gid;
        }
        return 0;
}

/* Not to the inheritable set: that would make them ambient (CVE-2022-29162). */
static int add_capabilities(struct birth *birth, const struct text_list *caps, struct err *err)
{
        struct spec_capabilities *sets = &birth->spec.process.capabilities;
        struct text_list *const added[] = { &sets->bounding, &sets->effective, &sets->permitted };
        sets->set |= caps->n > 0;
        for (size_t i = 0; i < ARRAY_LEN(added); i++)
                if (append(&birth->arena, added[i], caps, err) < 0)
                        return -1;
        return 0;
}

/* UID or UID:GID, as runc has it: a number alone leaves the group. -1: it has names, which the container must resolve.
 */
static int set_user(struct spec_process *process, const char *text)
{
        char uid_text[16];
        uint64_t uid = 0, gid = process->user.gid;
        size_t len = strcspn(text, ":");
        if (len >= sizeof uid_text)
                return -1;
        memcpy(uid_text, text, len);
        uid_text[len] = '\0';
        if (!number_u64(uid_text, 0, UINT32_MAX, &uid))
                return -1;
        if (text[len] == ':' && !number_u64(text + len + 1, 0, UINT32_MAX, &gid))
                return -1;

        process->user.uid = (uid_t)uid;
        process->user.gid = (gid_t)gid;
        return 0;
}

/* An empty option is none, as with runc: what a script could not fill in must not change who runs. */
static bool is_given(const char *text)
{
        return text && *text;
}

/* The container's own process, changed by the options. */
static int change_process(struct birth *birth, const struct exec_options *options, struct err *err)
{
        struct spec_process *process = &birth->spec.process;
        process->args = options->args;
        process->terminal = options->tty;
        if (is_given(options->cwd))
                process->cwd = options->cwd;
        if (is_given(options->apparmor))
                process->apparmor_profile = options->apparmor;
        if (is_given(options->process_label))
                process->selinux_label = options->process_label;
        process->no_new_privileges |= options->no_new_privs;
        if (is_given(options->user) && set_user(process, options->user) < 0)
                birth->user_text = options->user;
        if (append(&birth->arena, &process->env, &options->env, err) < 0)
                return -1;
        return set_additional_gids(birth, &options->additional_gids, err) < 0
                       ? -1
                       : add_capabilities(birth, &options->caps, err);
}

/* A process of its own, from a file. */
static int read_process(struct birth *birth, const char *path, struct err *err)
{
        struct spec_process *process = &birth->spec.process;
        *process = (struct spec_process){ .set = true };
        buf_finish(&birth->config);
        if (file_read(AT_FDCWD, path, CONFIG_MAX, &birth->config, err) < 0)
                return -1;
        return reader_run(buf_text(&birth->config), birth->config.len, path, process_fields, process, &birth->arena,
                          err);
}

/* The bundle as it was when the container was made, with the process that is wanted now. */
static int plan_process(struct birth *birth, const struct exec_options *options, int dir_fd, struct err *err)
{
        if (file_read(dir_fd, CONFIG_FILE, CONFIG_MAX, &birth->config, err) < 0)
                return -1;
        const char *text = buf_text(&birth->config);
        if (spec_read(text, birth->config.len, CONFIG_FILE, &birth->arena, &birth->spec, err) < 0)
                return -1;
        if (options->process ? read_process(birth, options->process, err) < 0 : change_process(birth, options, err) < 0)
                return -1;

        const char *name = options->process ? options->process : CONFIG_FILE;
        if (spec_check(&birth->spec, name, err) < 0)
                return -1;
        if (scheduling_plan(birth, name, err) < 0 || terminal_plan(birth, err) < 0)
                return -1;
        if (lsm_plan(birth, name, err) < 0 || filter_plan(birth, CONFIG_FILE, err) < 0)
                return -1;
        return birth_plan_capabilities(birth, err);
}

/* the container ---------------------------------------------------------------------------------------------------- */

static int check_options(const struct exec_options *options, struct err *err)
{
        if (!options->process && options->args.n == 0)
                return fail(err, "process args cannot be empty");
        return 0;
}

/* Its cgroup: the container's, or one below it. */
static int find_cgroup(struct birth *birth, const struct exec_options *options, struct err *err)
{
        if (sub_cgroup_choose(&options->cgroups, &birth->arena, &birth->cgroup, err) < 0)
                return -1;
        limits_count_oom(birth);
        if (options->cgroups.n == 0)
                birth->init_cgroup_fd = cgroup_open_of_init(&birth->cgroup, birth->state.pid);
        if (cgroup_open(&birth->cgroup, err) == 0)
                return 0;
        return err->code == ENOENT && birth->init_cgroup_fd >= 0 ? 0 : -1;
}

static int find_target(struct birth *birth, const struct found *found, const struct exec_options *options,
                       struct err *err)
{
        enum status status = found_status(found);
        bool may_enter_frozen = status == PAUSED && options->ignore_paused;
        if (!may_enter_frozen && lifecycle_allow(VERB_EXEC, status, options->id, err) < 0)
                return -1;

        birth->target_pidfd = found_open_init(&found->state);
        if (birth->target_pidfd < 0)
                return lifecycle_allow(VERB_EXEC, STOPPED, options->id, err);
        birth->cgroup = found->cgroup;
        birth->state = found->state;
        birth->status = status;
        return find_cgroup(birth, options, err);
}

static int tell(struct birth *birth, const struct exec_options *options, struct found *found, int *ret_status,
                struct err *err)
{
        if (check_options(options, err) < 0 || find_target(birth, found, options, err) < 0)
                return -1;
        if (birth_settle_fds(birth, err) < 0 || plan_process(birth, options, found->dir_fd, err) < 0)
                return -1;
        /* Nothing of the host's goes along that is not needed. */
        finish_fd(&found->dir_fd);
        if (birth_tell(birth, &join_story, join_story.n, err) < 0)
                return -1;
        if (options->detach)
                return 0;

        const struct supervised whom = {
                .init_pid = birth->host.init_pid,
                .init_pidfd = birth->host.init_pidfd,
                .notify_fd = -1,
                .relay = &birth->relay,
                .log = birth->runtime->log,
        };
        return supervise(&whom, ret_status, err) < 0 ? -1 : record_write(birth, err);
}

int container_exec(const struct runtime *runtime, const struct exec_options *options, int *ret_status, struct err *err)
{
        struct birth birth;
        struct found found;
        *ret_status = 0;
        if (self_protect(runtime->argv, err) < 0)
                return -1;
        if (!options->detach)
                (void)prctl(PR_SET_CHILD_SUBREAPER, 1);

        int done = found_open(runtime, options->id, FOUND_TO_LOOK, &found, err);
        const struct birth_options as_birth = {
                .id = options->id,
                .pid_file = options->pid_file,
                .console_socket = options->console_socket,
                .pidfd_socket = options->pidfd_socket,
                .preserve_fds = options->preserve_fds,
                .record_seccomp = options->record_seccomp,
                .trace = options->trace,
                .no_new_keyring = !found.state.has_keyring,
                .detach = options->detach,
        };
        birth_begin(&birth, runtime, &as_birth, BIRTH_EXEC);
        if (done == 0)
                done = tell(&birth, options, &found, ret_status, err);
        birth_finish(&birth);
        found.cgroup = (struct cgroup){ 0 }; /* went to the birth, which has closed it */
        found_finish(&found);
        return done;
}
