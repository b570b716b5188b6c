/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - the container's cgroup and its share of the host: linux.resources and linux.intelRdt, made and taken back.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "birth/limits.h"

#include "base/proc.h"
#include "birth/steps.h"
#include "birth/systemd.h"
#include "cgroup/controllers.h"
#include "cgroup/oom.h"
#include "cgroup/resources.h"

int limits_check(const struct spec *spec, struct err *err)
{
        return spec->linux_.intel_rdt.set ? intel_rdt_check(INTEL_RDT_ROOT, err) : 0;
}

/* resctrl ---------------------------------------------------------------------------------------------------------- */

bool limits_find_rdt(const struct state *state, struct intel_rdt *ret)
{
        if (!state->rdt_group)
                return false;
        ret->is_made = state->is_rdt_group_made;
        (void)snprintf(ret->group, sizeof ret->group, "%s", state->rdt_group);
        (void)snprintf(ret->monitor, sizeof ret->monitor, "%s", state->rdt_monitor ? state->rdt_monitor : "");
        return true;
}

int limits_remove_rdt(const struct state *state, struct err *err)
{
        struct intel_rdt rdt;
        return limits_find_rdt(state, &rdt) ? intel_rdt_remove(&rdt, err) : 0;
}

static int make_rdt_group(struct birth *birth, struct err *err)
{
        const struct spec_linux *spec = &birth->spec.linux_;
        struct state *state = &birth->state;
        if (!spec->intel_rdt.set)
                return 0;

        struct intel_rdt *rdt = arena_alloc(&birth->arena, sizeof *rdt);
        if (!rdt)
                return fail(err, "linux.intelRdt: out of memory");
        if (intel_rdt_make(INTEL_RDT_ROOT, spec, birth->options->id, rdt, err) < 0)
                return -1;
        state->rdt_group = rdt->group;
        state->rdt_monitor = *rdt->monitor ? rdt->monitor : NULL;
        state->is_rdt_group_made = rdt->is_made;
        /* Whether it is ours was not known when the state was saved first. */
        return state_save(birth->state_dir_fd, state, err);
}

int host_join_rdt(struct birth *birth, struct err *err)
{
        struct intel_rdt rdt;
        return limits_find_rdt(&birth->state, &rdt) ? intel_rdt_join(&rdt, birth->host.init_pid, err) : 0;
}

/* the cgroup ------------------------------------------------------------------------------------------------------- */

int host_make_cgroup(struct birth *birth, struct err *err)
{
        size_t n_wanted = birth->cgroup.n;
        pid_t holder = birth->scope_holder.pid;
        /* Whether any may be missing is worth a question only when one is. */
        if (cgroup_make(&birth->cgroup, holder, CGROUP_NEEDED, err) < 0 &&
            (!runtime_may_lack_cgroups(birth->runtime) ||
             cgroup_make(&birth->cgroup, holder, CGROUP_IF_ALLOWED, err) < 0))
                return -1;
        birth->lacks_cgroups = birth->cgroup.n < n_wanted;
        if (birth->lacks_cgroups && birth_note_cgroups(birth, err) < 0)
                return -1;

        limits_count_oom(birth);
        /* Before anybody lives there: a cgroup2 with processes in it passes no controllers on. */
        int done = controllers_enable(&birth->cgroup, &birth->spec.linux_.resources, err);
        if (done == 0)
                done = make_rdt_group(birth, err);
        if (done < 0)
                undo_cgroup(birth);
        return done;
}

void undo_cgroup(struct birth *birth)
{
        const struct log *log = birth->runtime->log;
        struct err err = { 0 };
        (void)cgroup_signal_all(&birth->cgroup, SIGKILL, log, &err);
        if (cgroup_remove(&birth->cgroup, &err) < 0)
                log_say(log, LOG_WARNING, "%s", err.text);
        if (limits_remove_rdt(&birth->state, &err) < 0)
                log_say(log, LOG_WARNING, "%s", err.text);
}

void limits_warn(const struct log *log, const struct buf *lines)
{
        for (const char *line = buf_text(lines); *line;) {
                size_t len = strcspn(line, "\n");
                log_say(log, LOG_WARNING, "%.*s", (int)len, line);
                line += len;
                line += *line == '\n';
        }
}

int limits_apply(const struct state *state, const struct cgroup *cgroup, const struct resource_plan *plan,
                 struct arena *arena, struct err *err)
{
        if (systemd_set_limits(state, cgroup, plan, arena, err) < 0)
                return -1;
        return resources_apply(cgroup, plan, err);
}

bool runtime_may_lack_cgroups(const struct runtime *runtime)
{
        if (runtime->rootless != ROOTLESS_AUTO)
                return runtime->rootless == ROOTLESS_TRUE;
        return geteuid() != 0 || proc_is_in_user_namespace();
}

int host_apply_limits(struct birth *birth, struct err *err)
{
        struct resource_plan plan = { 0 };
        struct spec_resources asked = birth->spec.linux_.resources;
        auto_buf struct buf warnings = { 0 };
        /* Who may make no cgroup makes no device nodes either. */
        if (birth->lacks_cgroups)
                asked.n_devices = 0;
        int done = resources_plan(&birth->cgroup, &asked, RESOURCES_AT_BIRTH, &birth->arena, &plan, &warnings, err);
        if (done < 0 && birth->lacks_cgroups) {
                const struct err cause = *err;
                return fail(err, "%s where this user may make a cgroup", cause.text);
        }
        if (done < 0 && !birth->runtime->no_cgroup)
                return -1;
        /* Who wants no cgroup knows that he gets no limits. */
        if (done < 0)
                log_say(birth->runtime->log, LOG_WARNING, "--cgroup-manager disabled: %s", err->text);
        if (!birth->lacks_cgroups)
                limits_warn(birth->runtime->log, &warnings);
        if (limits_apply(&birth->state, &birth->cgroup, &plan, &birth->arena, err) < 0)
                return -1;
        return host_join_rdt(birth, err);
}

/* out of memory ---------------------------------------------------------------------------------------------------- */

/* In a cgroup that was just made nobody can have been killed. */
static bool is_new(const struct cgroup *cgroup)
{
        for (size_t i = 0; i < cgroup->n; i++)
                if (cgroup->hierarchies[i].made_len == 0)
                        return false;
        return true;
}

void limits_count_oom(struct birth *birth)
{
        birth->n_oom_kills = is_new(&birth->cgroup) ? 0 : oom_kills(&birth->cgroup);
}

void limits_explain_oom(const struct birth *birth, struct err *err)
{
        /* What nobody was born into is not ours. */
        if (birth->host.init_pid <= 0 || oom_kills(&birth->cgroup) <= birth->n_oom_kills)
                return;
        if (birth->kind != BIRTH_EXEC) {
                (void)fail_at(err, "container init was OOM-killed (memory limit too low?)");
                return;
        }
        const struct err cause = *err;
        (void)fail(err, "%s (possibly OOM-killed)", cause.text);
}
