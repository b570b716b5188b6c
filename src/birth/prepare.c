/* SPDX-License-Identifier: Apache-2.0 */
/* prepare.c - read and check the bundle, and plan the whole birth, before anything is made: what is refused here leaves
 * no trace. */

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "birth/birth.h"

#include "base/file.h"
#include "base/number.h"
#include "base/path.h"
#include "birth/filter.h"
#include "birth/limits.h"
#include "birth/lsm.h"
#include "birth/notify.h"
#include "birth/record.h"
#include "birth/scheduling.h"
#include "birth/systemd.h"
#include "birth/terminal.h"
#include "birth/user_ns.h"
#include "net/interfaces.h"
#include "ns/time.h"
#include "sec/sysctl.h"
#include "sys/syscalls.h"

enum {
        CONFIG_MAX = 16 * 1024 * 1024,
        PASSED_FDS_MAX = 1 << 20, /* fs.nr_open is not larger by default */
};

/* sd_listen_fds(3): LISTEN_FDS counts only when LISTEN_PID means us. */
static uint32_t count_listen_fds(void)
{
        const char *pid_text = getenv("LISTEN_PID");
        const char *n_text = getenv("LISTEN_FDS");
        uint64_t pid = 0, n = 0;
        if (!pid_text || !n_text || !number_u64(pid_text, 1, INT32_MAX, &pid) || pid != (uint64_t)getpid())
                return 0;
        return number_u64(n_text, 0, PASSED_FDS_MAX, &n) ? (uint32_t)n : 0;
}

int birth_settle_fds(struct birth *birth, struct err *err)
{
        uint32_t preserved = birth->options->preserve_fds;
        if (preserved > PASSED_FDS_MAX)
                return fail(err, "--preserve-fds %u: more than %d", preserved, PASSED_FDS_MAX);
        birth->n_listen_fds = count_listen_fds();
        birth->n_passed_fds = birth->n_listen_fds + preserved;

        unsigned int first = 3 + birth->n_passed_fds;
        for (unsigned int fd = 3; fd < first; fd++) {
                int flags = fcntl((int)fd, F_GETFD);
                if (flags >= 0 && (flags & FD_CLOEXEC) == 0)
                        continue;
                /* Not open, or one of ours that sits where none was given. */
                if (fd < 3 + birth->n_listen_fds)
                        return fail(err, "LISTEN_FDS=%u: descriptor %u is not open", birth->n_listen_fds, fd);
                return fail(err, "--preserve-fds %u: descriptor %u is not open", preserved, fd);
        }
        if (sys_close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
                return fail_sys(err, "mark the inherited descriptors");
        return 0;
}

static int find_bundle(struct birth *birth, struct err *err)
{
        char cwd[PATH_MAX] = "/";
        char joined[PATH_MAX];
        const char *bundle = birth->options->bundle;
        if (*bundle != '/' && !getcwd(cwd, sizeof cwd))
                return fail_sys(err, "find the working directory");
        if (path_join(cwd, bundle, joined, err) < 0)
                return -1;
        return path_clean(joined, birth->bundle, err);
}

static int read_config(struct birth *birth, struct err *err)
{
        char in_bundle[PATH_MAX];
        const char *path = birth->options->config;
        if (!path && path_below(birth->bundle, "config.json", in_bundle, err) < 0)
                return -1;
        if (!path)
                path = in_bundle;
        if (file_read(AT_FDCWD, path, CONFIG_MAX, &birth->config, err) < 0)
                return -1;

        const char *text = buf_text(&birth->config);
        if (spec_read(text, birth->config.len, "config.json", &birth->arena, &birth->spec, err) < 0)
                return -1;
        return spec_check(&birth->spec, "config.json", err);
}

int birth_plan_capabilities(struct birth *birth, struct err *err)
{
        uint64_t available = 0;
        auto_buf struct buf left_out = { 0 };
        /* Who enters a user namespace has them all in it. */
        if (birth->spec.linux_.namespaces[NS_USER].set)
                available = ~UINT64_C(0);
        else if (caps_available(&available, err) < 0)
                return -1;

        caps_plan_build(&birth->spec.process.capabilities, available, &birth->caps, &left_out);
        if (left_out.len > 0)
                log_say(birth->runtime->log, LOG_WARNING, "ignoring unknown or unavailable capabilities: [%s]",
                        left_out.data);
        return 0;
}

int birth_note_cgroups(struct birth *birth, struct err *err)
{
        const struct cgroup *cgroup = &birth->cgroup;
        struct text_map *noted = &birth->state.cgroups;
        noted->items = arena_alloc_n(&birth->arena, cgroup->n, sizeof *noted->items);
        if (!noted->items)
                return fail(err, "out of memory");

        for (size_t i = 0; i < cgroup->n; i++)
                noted->items[i] = (struct key_value){ cgroup->hierarchies[i].name, cgroup->hierarchies[i].dir };
        noted->n = cgroup->n;
        return 0;
}

static int plan_state(struct birth *birth, struct err *err)
{
        struct state *state = &birth->state;
        state->id = birth->options->id;
        state->oci_version = birth->spec.oci_version ? birth->spec.oci_version : SPEC_VERSION;
        state->bundle = birth->bundle;
        state->rootfs = birth->rootfs.root;
        state->owner = getuid();
        state->has_pid_namespace =
                birth->spec.linux_.namespaces[NS_PID].set && !birth->spec.linux_.namespaces[NS_PID].path;
        state->has_networks = birth->networks.n_networks > 0;
        state->has_keyring = !birth->options->no_new_keyring;
        state->has_poststart_hooks = birth->spec.hooks[HOOK_POSTSTART].n > 0;
        state->has_poststop_hooks = birth->spec.hooks[HOOK_POSTSTOP].n > 0;
        state->annotations = birth->spec.annotations;

        char *created = arena_alloc(&birth->arena, STATE_TIME_MAX);
        if (!created)
                return fail(err, "out of memory");
        state_now(created);
        state->created = created;
        return birth_note_cgroups(birth, err);
}

/* Now: init sees the procfs of whatever mount namespace it has joined. */
int birth_open_proc(struct birth *birth, struct err *err)
{
        if (birth->proc_fd < 0)
                birth->proc_fd = openat(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
        return birth->proc_fd < 0 ? fail_sys(err, "open /proc") : 0;
}

/* systemd decides where, when it makes the scope. */
static int plan_cgroup(struct birth *birth, struct err *err)
{
        if (birth->runtime->systemd_cgroup)
                return systemd_plan(birth, err);
        return cgroup_plan(birth->spec.linux_.cgroups_path, birth->options->id, &birth->arena, &birth->cgroup, err);
}

void birth_begin(struct birth *birth, const struct runtime *runtime, const struct birth_options *options,
                 enum birth_kind kind)
{
        *birth = (struct birth){
                .runtime = runtime,
                .options = options,
                .kind = kind,
                .target_pidfd = -1,
                .init_cgroup_fd = -1,
                .state_dir_fd = -1,
                .scope_holder.end_fd = -1,
                .notify_fd = -1,
                .fifo_fd = -1,
                .last_words_fd = -1,
                .console_fd = -1,
                .console_host_fd = -1,
                .pidfd_socket_fd = -1,
                .beside_init = {-1, -1, -1},
                .net_devices.net_fd = -1,
                .recorder_pidfd = -1,
                .host.wire.fd = -1,
                .host.interrupt_fd = -1,
                .host.init_pidfd = -1,
                .init_wire.fd = -1,
                .root_fd = -1,
                .proc_fd = -1,
                .landlock_fd = -1,
        };
        for (size_t i = 0; i < NS_TYPES; i++)
                birth->joins.fds[i] = -1;
        for (size_t i = 0; i < LSM_WORDS; i++)
                birth->lsm.fds[i] = -1;
}

int birth_prepare(struct birth *birth, const struct runtime *runtime, const struct birth_options *options,
                  enum birth_kind kind, struct err *err)
{
        birth_begin(birth, runtime, options, kind);
        if (state_id_check(options->id, err) < 0)
                return -1;
        if (birth_settle_fds(birth, err) < 0 || find_bundle(birth, err) < 0 || read_config(birth, err) < 0)
                return -1;

        if (notify_is_asked_for() && notify_plan(birth, err) < 0)
                return -1;
        const struct spec *spec = &birth->spec;
        if (filter_plan(birth, "config.json", err) < 0)
                return -1;
        if (sysctl_check(spec, err) < 0)
                return fail_at(err, "config.json: linux.sysctl");
        if (rootfs_plan_build(spec, birth->bundle, options->no_pivot, &birth->arena, &birth->rootfs, err) < 0)
                return fail_at(err, "config.json");
        if (user_ns_plan(birth, err) < 0)
                return fail_at(err, "config.json");
        if (rootfs_needs_host(&birth->rootfs))
                birth_ask_for_sources(birth);
        if (rootfs_check(&birth->rootfs, err) < 0)
                return -1;
        if (ns_joins_open(spec->linux_.namespaces, &birth->joins, err) < 0)
                return fail_at(err, "config.json");
        if (sysctl_check_joined_net(&spec->linux_.sysctl, birth->joins.fds[NS_NETWORK], err) < 0)
                return fail_at(err, "config.json: linux.sysctl");
        if (spec_networks_read(spec, "config.json", &birth->arena, &birth->networks, err) < 0)
                return -1;
        if (networks_check_joined(&birth->networks, birth->joins.fds[NS_NETWORK], err) < 0)
                return fail_at(err, "config.json: annotations");
        if (net_devices_check_joined(&spec->linux_, birth->joins.fds[NS_NETWORK], err) < 0)
                return fail_at(err, "config.json");
        if (birth_plan_capabilities(birth, err) < 0 || scheduling_plan(birth, "config.json", err) < 0)
                return -1;
        if (lsm_plan(birth, "config.json", err) < 0)
                return -1;
        if (time_is_set(&spec->linux_) && birth_open_proc(birth, err) < 0)
                return -1;
        if (terminal_plan(birth, err) < 0)
                return -1;
        if (limits_check(spec, err) < 0)
                return fail_at(err, "config.json: linux.intelRdt");
        if (plan_cgroup(birth, err) < 0)
                return -1;
        if (runtime->no_cgroup)
                birth->cgroup.n = 0;
        return plan_state(birth, err);
}

void birth_finish(struct birth *birth)
{
        helper_end(&birth->scope_holder);
        record_finish(birth);
        terminal_finish(birth);
        ns_joins_finish(&birth->joins);
        cgroup_finish(&birth->cgroup);
        lsm_finish(&birth->lsm);
        finish_fd(&birth->proc_fd);
        finish_fd(&birth->landlock_fd);
        standpoint_finish(&birth->beside_init);
        net_devices_finish(&birth->net_devices);
        finish_fd(&birth->target_pidfd);
        finish_fd(&birth->init_cgroup_fd);
        finish_fd(&birth->state_dir_fd);
        finish_fd(&birth->notify_fd);
        finish_fd(&birth->fifo_fd);
        finish_fd(&birth->last_words_fd);
        finish_fd(&birth->host.init_pidfd);
        finish_fd(&birth->host.interrupt_fd);
        wire_finish(&birth->host.wire);
        wire_finish(&birth->init_wire);
        buf_finish(&birth->config);
        arena_finish(&birth->arena);
}
