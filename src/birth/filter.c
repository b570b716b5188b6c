/* SPDX-License-Identifier: Apache-2.0 */
/* filter.c - plan, load and hand over the seccomp filter; see filter.h. The program is found, the user is taken and the
 * signals are as they shall be when the filter comes, so that it need allow nothing but what docs/SECCOMP.md names. */

#include <linux/capability.h>
#include <string.h>

#include "birth/filter.h"

#include "birth/record.h"
#include "birth/steps.h"
#include "sys/syscalls.h"

int filter_plan(struct birth *birth, const char *name, struct err *err)
{
        const struct spec_seccomp *spec = &birth->spec.linux_.seccomp;
        auto_buf struct buf unknown = { 0 };
        if (record_is_asked_for(birth))
                return record_plan(birth, err);
        if (!spec->set)
                return 0;
        if (seccomp_compile(spec, seccomp_native_arch(), &birth->arena, &birth->seccomp, &unknown, err) < 0)
                return fail_at(err, "%s", name);
        if (buf_ok(&unknown, err) < 0)
                return -1;

        if (unknown.len > 0)
                log_say(birth->runtime->log, LOG_DEBUG, "%s: linux.seccomp: ignoring unknown system calls: [%s]", name,
                        unknown.data);
        return 0;
}

/* the loan --------------------------------------------------------------------------------------------------------- */

static const uint64_t lent = UINT64_C(1) << CAP_SYS_ADMIN;

bool filter_needs_loan(const struct birth *birth)
{
        return birth->seccomp.n > 0 && !birth->spec.process.no_new_privileges && !(birth->caps.effective & lent);
}

/* Permitted only: in effect it is for one system call. */
struct caps_plan filter_caps(const struct birth *birth)
{
        struct caps_plan caps = birth->caps;
        if (filter_needs_loan(birth))
                caps.permitted |= lent;
        return caps;
}

static int use_loan(const struct birth *birth, struct err *err)
{
        const struct caps_plan *caps = &birth->caps;
        if (filter_needs_loan(birth) &&
            sys_capset(caps->effective | lent, caps->permitted | lent, caps->inheritable) < 0)
                return fail_sys(err, "take CAP_SYS_ADMIN into effect");
        return 0;
}

/* The ambient set loses by itself what is no longer permitted (capabilities(7)). */
int init_drop_loan(struct birth *birth, struct err *err)
{
        const struct caps_plan *caps = &birth->caps;
        if (sys_capset(caps->effective, caps->permitted, caps->inheritable) < 0)
                return fail_sys(err, "drop CAP_SYS_ADMIN");
        return 0;
}

/* the filter ------------------------------------------------------------------------------------------------------- */

int init_load_filter(struct birth *birth, struct err *err)
{
        int listener_fd = -1; /* open until execve closes it: close(2) would be one call more to allow */
        if (use_loan(birth, err) < 0 || seccomp_apply(&birth->seccomp, &listener_fd, err) < 0)
                return -1;

        atomic_store(&birth->init.progress->listener_fd, listener_fd);
        /* A line for --debug is a system call, which the filter may forbid, or suspend until an agent answers. */
        birth->init_log.level = LOG_ERROR;
        return 0;
}

static bool is_deadly(const char *action)
{
        return strncmp(action, "SCMP_ACT_KILL", 13) == 0 || strcmp(action, "SCMP_ACT_TRAP") == 0;
}

bool filter_may_kill(const struct birth *birth)
{
        const struct spec_seccomp *spec = &birth->spec.linux_.seccomp;
        bool may_kill = spec->set && is_deadly(spec->default_action);
        for (size_t i = 0; i < spec->n_rules; i++)
                may_kill |= is_deadly(spec->rules[i].action);
        return may_kill;
}

int host_hand_to_agent(struct birth *birth, struct err *err)
{
        int number = atomic_load(&birth->host.progress->listener_fd);
        auto_fd int listener_fd = sys_pidfd_getfd(birth->host.init_pidfd, number);
        if (listener_fd < 0)
                return fail_sys(err, "take descriptor %d from init", number);
        if (record_is_asked_for(birth))
                return record_begin(birth, listener_fd, err);

        auto_buf struct buf state = { 0 };
        state_print(&birth->state, birth->status, STATE_FOR_HOOK, &state);
        if (buf_ok(&state, err) < 0)
                return -1;
        const struct seccomp_agent agent = {
                .path = birth->spec.linux_.seccomp.listener_path,
                .metadata = birth->spec.linux_.seccomp.listener_metadata,
                .oci_version = birth->state.oci_version,
                .pid = birth->host.init_pid,
                .state = buf_text(&state),
        };
        return seccomp_agent_send(&agent, listener_fd, err);
}
