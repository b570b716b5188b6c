/* SPDX-License-Identifier: Apache-2.0 */
/* conditions.c - when a row is told at all; see conditions.h. Both sides ask, so the answer must not change on the way.
 */

#include "birth/conditions.h"

#include "birth/filter.h"
#include "birth/scheduling.h"
#include "birth/user_ns.h"
#include "ns/time.h"

bool birth_detaches(const struct birth *birth)
{
        return birth->kind == BIRTH_CREATE || birth->options->detach;
}

static bool systemd(const struct birth *birth)
{
        return birth->unit.name != NULL;
}
const struct story_condition if_systemd = { systemd, "systemd keeps the cgroup" };

static bool oom_score(const struct birth *birth)
{
        return birth->spec.process.oom_score_adj.set;
}
const struct story_condition if_oom_score = { oom_score, "process.oomScoreAdj is given" };

static bool clocks(const struct birth *birth)
{
        return time_is_set(&birth->spec.linux_);
}
const struct story_condition if_clocks = { clocks, "linux.timeOffsets is given" };

static bool maps(const struct birth *birth)
{
        return birth->spec.linux_.n_uid_mappings + birth->spec.linux_.n_gid_mappings > 0;
}
const struct story_condition if_maps = { maps, "linux.uidMappings or gidMappings is given" };

static bool user_namespace(const struct birth *birth)
{
        return birth->spec.linux_.namespaces[NS_USER].set;
}
const struct story_condition if_user_namespace = { user_namespace, "there is a user namespace" };

static bool cgroup_is_given(const struct birth *birth)
{
        return user_ns_gets_cgroup(birth);
}
const struct story_condition if_cgroup_is_given = { cgroup_is_given,
                                                    "the user namespace has a cgroup2 mounted for writing" };

static bool keyring(const struct birth *birth)
{
        return !birth->options->no_new_keyring;
}
const struct story_condition if_keyring = { keyring, "a session keyring is wanted" };

static bool cgroup_namespace(const struct birth *birth)
{
        return birth->spec.linux_.namespaces[NS_CGROUP].set;
}
const struct story_condition if_cgroup_namespace = { cgroup_namespace, "the container has a cgroup namespace" };

static bool networks(const struct birth *birth)
{
        return birth->networks.n_networks + birth->networks.n_routes > 0;
}
const struct story_condition if_networks = { networks, "annotations ask for networks or routes" };

static bool net_devices(const struct birth *birth)
{
        return birth->spec.linux_.n_net_devices > 0;
}
const struct story_condition if_net_devices = { net_devices, "linux.netDevices is given" };

static bool new_network(const struct birth *birth)
{
        const struct spec_namespace *network = &birth->spec.linux_.namespaces[NS_NETWORK];
        return network->set && !network->path;
}
const struct story_condition if_new_network = { new_network, "the network namespace is new" };

static bool runtime_hooks(const struct birth *birth)
{
        return birth->spec.hooks[HOOK_PRESTART].n + birth->spec.hooks[HOOK_CREATE_RUNTIME].n > 0;
}
const struct story_condition if_runtime_hooks = { runtime_hooks, "there are prestart or createRuntime hooks" };

static bool container_hooks(const struct birth *birth)
{
        return birth->spec.hooks[HOOK_CREATE_CONTAINER].n > 0;
}
const struct story_condition if_container_hooks = { container_hooks, "there are createContainer hooks" };

static bool rdt(const struct birth *birth)
{
        return birth->state.rdt_group != NULL;
}
const struct story_condition if_rdt = { rdt, "the container has a group in resctrl" };

static bool terminal(const struct birth *birth)
{
        return birth->spec.process.terminal;
}
const struct story_condition if_terminal = { terminal, "a terminal is wanted" };

static bool own_terminal(const struct birth *birth)
{
        return birth->spec.process.terminal && !birth_detaches(birth);
}
const struct story_condition if_own_terminal = { own_terminal, "a terminal is wanted, in the foreground" };

static bool pidfd_socket(const struct birth *birth)
{
        return birth->options->pidfd_socket != NULL;
}
const struct story_condition if_pidfd_socket = { pidfd_socket, "--pidfd-socket" };

static bool scheduling(const struct birth *birth)
{
        return scheduling_is_asked_for(birth);
}
const struct story_condition if_scheduling = { scheduling, "any of these is given" };

static bool lsm(const struct birth *birth)
{
        return birth->spec.process.apparmor_profile || birth->spec.process.selinux_label;
}
const struct story_condition if_lsm = { lsm, "an AppArmor profile or SELinux label is given" };

static bool profile(const struct birth *birth)
{
        return birth->spec.process.apparmor_profile != NULL;
}
const struct story_condition if_profile = { profile, "process.apparmorProfile is given" };

static bool label(const struct birth *birth)
{
        return birth->spec.process.selinux_label != NULL;
}
const struct story_condition if_label = { label, "process.selinuxLabel is given" };

static bool landlock(const struct birth *birth)
{
        return birth->landlock.spec != NULL;
}
const struct story_condition if_landlock = { landlock, "an annotation asks for Landlock" };

static bool late_landlock(const struct birth *birth)
{
        return birth->landlock.spec && birth->spec.process.no_new_privileges;
}
const struct story_condition if_late_landlock = { late_landlock, "an annotation asks for Landlock, with no_new_privs" };
static bool filter(const struct birth *birth)
{
        return birth->seccomp.n > 0;
}
const struct story_condition if_filter = { filter, "there is a seccomp profile" };

static bool agent(const struct birth *birth)
{
        return birth->seccomp.wants_agent;
}
const struct story_condition if_agent = { agent, "the seccomp profile notifies" };

static bool loan(const struct birth *birth)
{
        return filter_needs_loan(birth);
}
const struct story_condition if_loan = { loan, "there is a seccomp profile, neither no_new_privs nor CAP_SYS_ADMIN" };

static bool created_filtered(const struct birth *birth)
{
        return birth->kind == BIRTH_CREATE && birth->seccomp.n > 0;
}
const struct story_condition if_created_filtered = { created_filtered, "`create`, and there is a seccomp profile" };

/* `run` goes through without a stop, unless a pid file must be there before the program is. */
static bool stops_before_start(const struct birth *birth)
{
        return birth->kind == BIRTH_CREATE || birth->options->pid_file != NULL;
}
const struct story_condition if_stops_before_start = { stops_before_start, "`create`, or a pid file is wanted" };

static bool pid_file(const struct birth *birth)
{
        return birth->options->pid_file != NULL;
}
const struct story_condition if_pid_file = { pid_file, "a pid file is wanted" };

static bool create(const struct birth *birth)
{
        return birth->kind == BIRTH_CREATE;
}
const struct story_condition if_create = { create, "`create`" };

static bool start_hooks(const struct birth *birth)
{
        return birth->spec.hooks[HOOK_START_CONTAINER].n > 0;
}
const struct story_condition if_start_hooks = { start_hooks, "there are startContainer hooks" };

static bool poststart_hooks(const struct birth *birth)
{
        return birth->spec.hooks[HOOK_POSTSTART].n > 0;
}
const struct story_condition if_poststart_hooks = { poststart_hooks, "there are poststart hooks" };
