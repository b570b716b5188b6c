/* SPDX-License-Identifier: Apache-2.0 */
/* systemd.c - the life of a scope. A scope lives as long as there is somebody in it, and init is not born yet when it
 * is made: the helper that asks for it is its first process, and holds the place until init has been born into it. So
 * init is never moved, neither by systemd nor by us. */

#include <limits.h>
#include <unistd.h>

#include "birth/systemd.h"

#include "base/proc.h"
#include "birth/helper.h"
#include "birth/steps.h"

/* A root that is one in a user namespace alone has no say over the system's. */
static enum unit_manager choose_manager(void)
{
        return geteuid() == 0 && !proc_is_in_user_namespace() ? UNIT_OF_SYSTEM : UNIT_OF_USER;
}

int systemd_plan(struct birth *birth, struct err *err)
{
        /* sd_booted(3) */
        if (access("/run/systemd/system", F_OK) < 0)
                return fail(err, "systemd not running on this host, cannot use systemd cgroups manager");
        const struct unit_question question = {
                .spec = &birth->spec,
                .id = birth->options->id,
                .manager = choose_manager(),
                .is_v2 = cgroup_host_is_v2(),
        };
        if (unit_plan(&question, &birth->arena, &birth->unit, err) < 0)
                return -1;
        birth->state.unit = birth->unit.name;
        birth->state.is_user_unit = birth->unit.manager == UNIT_OF_USER;
        return 0;
}

/* the helper ------------------------------------------------------------------------------------------------------- */

/* "systemd [--user] VERB UNIT [NAME=VALUE]..."; NULL: out of memory. */
static char **make_argv(const struct state *state, const char *verb, const struct text_map *properties,
                        struct arena *arena)
{
        enum { WORDS_MAX = 5 };
        size_t n = 0;
        char **argv = arena_alloc_n(arena, properties->n + WORDS_MAX, sizeof *argv);
        if (!argv)
                return NULL;
        argv[n++] = (char *)"systemd";
        if (state->is_user_unit)
                argv[n++] = (char *)"--user";
        argv[n++] = (char *)verb;
        argv[n++] = (char *)state->unit;
        for (size_t i = 0; i < properties->n; i++) {
                auto_buf struct buf text = { 0 };
                buf_add_format(&text, "%s=%s", properties->items[i].key, properties->items[i].value);
                argv[n] = text.out_of_memory ? NULL : arena_copy(arena, buf_text(&text), text.len);
                if (!argv[n++])
                        return NULL;
        }
        return argv;
}

int systemd_set_limits(const struct state *state, const struct cgroup *cgroup, const struct resource_plan *plan,
                       struct arena *arena, struct err *err)
{
        struct text_map properties;
        if (!state->unit)
                return 0;
        if (unit_limits(cgroup, plan, arena, &properties, err) < 0)
                return -1;
        if (properties.n == 0)
                return 0;
        char **argv = make_argv(state, "set", &properties, arena);
        if (!argv)
                return fail(err, "set the properties of %s: out of memory", state->unit);
        return helper_run(argv, err) < 0 ? fail_at(err, "set the properties of %s", state->unit) : 0;
}

int systemd_stop(const struct state *state, struct err *err)
{
        static const struct text_map none;
        struct arena arena = { 0 };
        if (!state->unit)
                return 0;
        char **argv = make_argv(state, "stop", &none, &arena);
        int done = argv ? helper_run(argv, err) : fail(err, "out of memory");
        arena_finish(&arena);
        return done < 0 ? fail_at(err, "stop %s", state->unit) : 0;
}

/* steps of a birth ------------------------------------------------------------------------------------------------- */

/* Where it is only systemd knows for certain (slices of slices, a manager that is itself in a cgroup): the process that
 * is in it tells. */
static int find_place(struct birth *birth, struct err *err)
{
        char path[PATH_MAX];
        if (cgroup_path_of(birth->scope_holder.pid, path, err) < 0)
                return -1;
        if (cgroup_plan(path, birth->options->id, &birth->arena, &birth->cgroup, err) < 0)
                return -1;
        return birth_note_cgroups(birth, err) < 0 ? -1 : state_save(birth->state_dir_fd, &birth->state, err);
}

int host_start_scope(struct birth *birth, struct err *err)
{
        char **argv = make_argv(&birth->state, "start", &birth->unit.properties, &birth->arena);
        if (!argv)
                return fail(err, "out of memory");
        if (helper_begin(argv, &birth->scope_holder, err) < 0)
                return fail_at(err, "start %s", birth->unit.name);
        if (find_place(birth, err) == 0)
                return 0;
        undo_scope(birth);
        return -1;
}

void undo_scope(struct birth *birth)
{
        struct err err;
        helper_end(&birth->scope_holder);
        if (systemd_stop(&birth->state, &err) < 0)
                log_say(birth->runtime->log, LOG_WARNING, "%s", err.text);
}

int host_leave_scope(struct birth *birth, struct err *err)
{
        (void)err;
        helper_end(&birth->scope_holder);
        return 0;
}
