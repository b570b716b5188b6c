/* SPDX-License-Identifier: Apache-2.0 */
/* host_steps.c - what the host does for a birth, in the order of the table, each step with its undoing. A step is a
 * sentence and does what the sentence says: what it calls lives in the seven trades. */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "birth/steps.h"

#include "base/file.h"
#include "base/proc.h"
#include "birth/clone.h"
#include "birth/notify.h"
#include "sec/rlimit.h"

/* What init and `start` meet at. The fifo is open for both ends: init can wait for its byte, and a `start` that comes
 * late finds a reader or none. */
static int make_waiting_files(struct birth *birth, struct err *err)
{
        int dir_fd = birth->state_dir_fd;
        if (mkfifoat(dir_fd, FIFO_FILE, 0600) < 0)
                return fail_sys(err, "make %s", FIFO_FILE);
        birth->fifo_fd = openat(dir_fd, FIFO_FILE, O_RDWR | O_CLOEXEC);
        if (birth->fifo_fd < 0)
                return fail_sys(err, "open %s", FIFO_FILE);
        birth->last_words_fd = openat(dir_fd, LAST_WORDS_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (birth->last_words_fd < 0)
                return fail_sys(err, "make %s", LAST_WORDS_FILE);
        return 0;
}

/* `create` ends before anything is told: then it is `start` that listens. */
static int make_notify_files(struct birth *birth, struct err *err)
{
        if (notify_make_dir(birth->state_dir_fd, err) < 0)
                return -1;
        if (birth->kind == BIRTH_CREATE)
                return 0;
        birth->notify_fd = notify_listen(birth->state_dir_fd, err);
        return birth->notify_fd < 0 ? -1 : 0;
}

int host_make_state(struct birth *birth, struct err *err)
{
        auto_fd int root_fd = -1;
        if (state_root_make(birth->runtime->root, &root_fd, err) < 0)
                return -1;
        if (state_dir_make(root_fd, birth->options->id, &birth->state_dir_fd, err) < 0)
                return -1;

        /* Saved before there is anything to clean up, so that `delete --force` finds it all after a crash. */
        int dir_fd = birth->state_dir_fd;
        int done = state_save(dir_fd, &birth->state, err);
        if (done == 0)
                done = file_replace(dir_fd, CONFIG_FILE, buf_text(&birth->config), birth->config.len, 0600, err);
        if (done == 0 && birth->kind == BIRTH_CREATE)
                done = make_waiting_files(birth, err);
        if (done == 0 && notify_is_asked_for())
                done = make_notify_files(birth, err);
        if (done < 0)
                undo_state(birth);
        return done;
}

void undo_state(struct birth *birth)
{
        struct err err = { 0 };
        if (state_dir_remove(birth->runtime->root, birth->options->id, &err) < 0)
                log_say(birth->runtime->log, LOG_WARNING, "%s", err.text);
        finish_fd(&birth->state_dir_fd);

        /* runtime-spec runtime.md, "Lifecycle": a creation that fails in a hook goes on to the poststop hooks. As with
         * runc, so does every one that had got as far as init. */
        if (birth->was_born)
                birth_run_poststop_hooks(birth);
}

int host_clone_init(struct birth *birth, struct err *err)
{
        if (clone_init(birth, err) < 0)
                return -1;

        if (birth->kind == BIRTH_EXEC)
                return 0; /* the state is that of the container's init */

        struct proc_stat stat;
        if (proc_stat_read(birth->host.init_pid, &stat, err) < 0 || birth_see_init(birth, err) < 0) {
                clone_undo(birth);
                return -1;
        }
        birth->state.pid = birth->host.init_pid;
        birth->state.start_time = stat.start_time;
        birth->was_born = true;
        return 0;
}

void undo_init(struct birth *birth)
{
        clone_undo(birth);
}

int birth_set_oom_score(const struct birth *birth, const char *whose, struct err *err)
{
        const struct opt_i64 *oom = &birth->spec.process.oom_score_adj;
        char path[48], text[24];
        if (!oom->set)
                return 0;
        (void)snprintf(path, sizeof path, "/proc/%s/oom_score_adj", whose);
        (void)snprintf(text, sizeof text, "%lld", (long long)oom->value);
        return file_write(AT_FDCWD, path, text, err) < 0 ? fail_at(err, "process.oomScoreAdj") : 0;
}

/* By the host: to go below what it was takes a capability that a user namespace does not give. */
int host_set_oom_score(struct birth *birth, struct err *err)
{
        char whose[16];
        (void)snprintf(whose, sizeof whose, "%d", (int)birth->host.init_pid);
        return birth_set_oom_score(birth, whose, err);
}

int host_run_runtime_hooks(struct birth *birth, struct err *err)
{
        if (birth_run_host_hooks(birth, HOOK_PRESTART, CREATING, err) < 0)
                return -1;
        return birth_run_host_hooks(birth, HOOK_CREATE_RUNTIME, CREATING, err);
}

int host_set_limits(struct birth *birth, struct err *err)
{
        const struct spec_process *process = &birth->spec.process;
        if (affinity_apply(birth->host.init_pid, &birth->affinity.final, err) < 0)
                return -1;
        return rlimits_apply(birth->host.init_pid, process->rlimits, process->n_rlimits, err);
}

int host_record(struct birth *birth, struct err *err)
{
        if (host_set_limits(birth, err) < 0)
                return -1;
        birth->state.is_created = true;
        return state_save(birth->state_dir_fd, &birth->state, err);
}

int host_write_pid_file(struct birth *birth, struct err *err)
{
        /* Digits alone: callers give the bytes to a number parser. */
        char text[16];
        int len = snprintf(text, sizeof text, "%d", (int)birth->host.init_pid);
        return file_replace(AT_FDCWD, birth->options->pid_file, text, (size_t)len, 0644, err);
}

void undo_pid_file(struct birth *birth)
{
        (void)unlink(birth->options->pid_file);
}

int host_run_poststart_hooks(struct birth *birth, struct err *err)
{
        return birth_run_host_hooks(birth, HOOK_POSTSTART, RUNNING, err);
}
