/* SPDX-License-Identifier: Apache-2.0 */
/* spec_check.c - the rules between the fields of a config.json from which a container is to be created.
 * They are those of runtime-spec 1.3.0, also where other runtimes let them pass, and those of runc, in its words. What
 * a single field may hold is checked as it is read; what needs the kernel's word is checked where it is applied. */

#include <string.h>
#include <sys/resource.h>

#include "oci/spec.h"

#include "base/scope.h"
#include "oci/id_map.h"
#include "oci/networks.h"

/* the top ---------------------------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

/* One number of a version, with the dot before it. */
static const char *skip_dot_number(const char *at)
{
        if (*at != '.' || !is_digit(at[1]))
                return NULL;
        for (at++; is_digit(*at); at++)
                continue;
        return at;
}

/* SemVer 2.0: every 1.x is the same specification with more or less in it, also where it is newer than we are. */
static int check_version(const struct spec *spec, struct err *err)
{
        const char *version = spec->oci_version;
        if (!version)
                return fail(err, "ociVersion: required");

        const char *rest = *version == '1' ? skip_dot_number(version + 1) : NULL;
        rest = rest ? skip_dot_number(rest) : NULL;
        bool is_known = rest && (*rest == '\0' || *rest == '-' || *rest == '+');
        return is_known ? 0 : fail(err, "ociVersion: unsupported version \"%.64s\"", version);
}

static int check_root(const struct spec *spec, struct err *err)
{
        if (!spec->root.set)
                return fail(err, "root: required");
        return *spec->root.path ? 0 : fail(err, "root.path: must not be empty");
}

static int check_names(const struct spec *spec, struct err *err)
{
        bool has_uts = spec->linux_.namespaces[NS_UTS].set;
        if (spec->hostname && !has_uts)
                return fail(err, "hostname: unable to set hostname without a private UTS namespace");
        if (spec->domainname && !has_uts)
                return fail(err, "domainname: unable to set domainname without a private UTS namespace");
        return 0;
}

static int check_annotations(const struct spec *spec, struct err *err)
{
        for (size_t i = 0; i < spec->annotations.n; i++)
                if (*spec->annotations.items[i].key == '\0')
                        return fail(err, "annotations: a key must not be empty");
        return 0;
}

/* process ---------------------------------------------------------------------------------------------------------- */

static int check_process(const struct spec *spec, struct err *err)
{
        if (!spec->process.set)
                return fail(err, "process: required");
        if (spec->process.args.n == 0)
                return fail(err, "process.args: must not be empty");
        if (*spec->process.cwd != '/')
                return fail(err, "process.cwd: must be an absolute path");
        return 0;
}

static int check_rlimits(const struct spec *spec, struct err *err)
{
        bool seen[RLIM_NLIMITS] = { false };
        for (size_t i = 0; i < spec->process.n_rlimits; i++) {
                const struct spec_rlimit *rlimit = &spec->process.rlimits[i];
                if (seen[rlimit->resource])
                        return fail(err, "process.rlimits[%zu]: duplicated rlimit \"%s\"", i, rlimit->type);
                seen[rlimit->resource] = true;
        }
        return 0;
}

/* proc_pid_oom_score_adj(5) */
static int check_oom_score(const struct spec *spec, struct err *err)
{
        const struct opt_i64 *score = &spec->process.oom_score_adj;
        return score->set && (score->value < -1000 || score->value > 1000)
                       ? fail(err, "process.oomScoreAdj: out of range")
                       : 0;
}

/* mounts, hooks ---------------------------------------------------------------------------------------------------- */

static bool list_has(const struct text_list *list, const char *text)
{
        for (size_t i = 0; i < list->n; i++)
                if (strcmp(list->items[i], text) == 0)
                        return true;
        return false;
}

static int check_mount(const struct spec *spec, size_t i, struct err *err)
{
        const struct spec_mount *mount = &spec->mounts[i];
        if (*mount->destination == '\0')
                return fail(err, "mounts[%zu].destination: must not be empty", i);

        bool has_mappings = mount->n_uid_mappings > 0 || mount->n_gid_mappings > 0;
        bool is_idmapped = list_has(&mount->options, "idmap") || list_has(&mount->options, "ridmap");
        bool is_bind = list_has(&mount->options, "bind") || list_has(&mount->options, "rbind");
        if (has_mappings && (mount->n_uid_mappings == 0 || mount->n_gid_mappings == 0))
                return fail(err, "mounts[%zu]: id-mapped mounts must have both uid and gid mappings specified", i);
        if ((has_mappings || is_idmapped) && !is_bind)
                return fail(err, "mounts[%zu]: id-mapped mounts are only supported for bind-mounts", i);
        if (is_idmapped && !has_mappings && !spec->linux_.namespaces[NS_USER].set)
                return fail(err, "mounts[%zu]: id-mapped mounts without mappings need those of a user namespace", i);
        if (id_map_check(mount->uid_mappings, mount->n_uid_mappings, err) < 0)
                return fail_at(err, "mounts[%zu].uidMappings", i);
        if (id_map_check(mount->gid_mappings, mount->n_gid_mappings, err) < 0)
                return fail_at(err, "mounts[%zu].gidMappings", i);
        return 0;
}

static int check_mounts(const struct spec *spec, struct err *err)
{
        for (size_t i = 0; i < spec->n_mounts; i++)
                if (check_mount(spec, i, err) < 0)
                        return -1;
        return 0;
}

static int check_hooks_of(const struct spec *spec, enum hook_kind kind, struct err *err)
{
        for (size_t i = 0; i < spec->hooks[kind].n; i++) {
                const struct spec_hook *hook = &spec->hooks[kind].items[i];
                if (*hook->path != '/')
                        return fail(err, "hooks.%s[%zu].path: must be an absolute path", hook_kind_names[kind], i);
                if (hook->timeout.set && hook->timeout.value <= 0)
                        return fail(err, "hooks.%s[%zu].timeout: must be greater than 0", hook_kind_names[kind], i);
        }
        return 0;
}

static int check_hooks(const struct spec *spec, struct err *err)
{
        for (int kind = 0; kind < HOOK_KINDS; kind++)
                if (check_hooks_of(spec, (enum hook_kind)kind, err) < 0)
                        return -1;
        return 0;
}

/* linux: namespaces and what needs them ---------------------------------------------------------------------------- */

static int check_namespaces(const struct spec *spec, struct err *err)
{
        for (size_t i = 0; i < NS_TYPES; i++) {
                const struct spec_namespace *ns = &spec->linux_.namespaces[i];
                if (ns->path && *ns->path != '/')
                        return fail(err, "linux.namespaces[%zu].path: must be an absolute path", ns->index);
        }
        return 0;
}

/* Path and mappings together are for whoever joins to compare: engines send both. A kernel is content with uids alone.
 */
static int check_mappings(const struct spec *spec, struct err *err)
{
        const struct spec_linux *linux_ = &spec->linux_;
        const struct spec_namespace *user = &linux_->namespaces[NS_USER];
        if (!user->set && linux_->n_uid_mappings > 0)
                return fail(err, "linux.uidMappings: there is no user namespace to map ids in");
        if (!user->set && linux_->n_gid_mappings > 0)
                return fail(err, "linux.gidMappings: there is no user namespace to map ids in");
        if (id_map_check(linux_->uid_mappings, linux_->n_uid_mappings, err) < 0)
                return fail_at(err, "linux.uidMappings");
        if (id_map_check(linux_->gid_mappings, linux_->n_gid_mappings, err) < 0)
                return fail_at(err, "linux.gidMappings");
        if (!user->set || user->path || linux_->n_uid_mappings > 0)
                return 0;
        if (linux_->n_gid_mappings > 0)
                return fail(err, "linux.uidMappings: user namespaces enabled, but no uid mappings found");
        return fail(err,
                    "linux.namespaces[%zu]: user namespaces enabled, but no namespace path to join nor mappings to "
                    "apply specified",
                    user->index);
}

static int check_time_offsets(const struct spec *spec, struct err *err)
{
        const struct spec_time_offset *monotonic = &spec->linux_.time_offsets.monotonic;
        const struct spec_time_offset *boottime = &spec->linux_.time_offsets.boottime;
        const struct spec_namespace *time = &spec->linux_.namespaces[NS_TIME];
        if (!monotonic->set && !boottime->set)
                return 0;
        if (!time->set)
                return fail(err,
                            "linux.timeOffsets: time namespace offsets specified, but time namespace isn't enabled "
                            "in the config");
        if (time->path)
                return fail(err, "linux.timeOffsets: a time namespace that is joined has its offsets already");

        enum { SECOND = 1000000000 };
        if (monotonic->nanosecs >= SECOND)
                return fail(err, "linux.timeOffsets.monotonic.nanosecs: out of range");
        return boottime->nanosecs < SECOND ? 0 : fail(err, "linux.timeOffsets.boottime.nanosecs: out of range");
}

/* "eth%d" lets the kernel choose the number. */
static bool is_new_name(const char *name)
{
        static const char number[] = "%d";
        char stem[16];
        size_t len = strlen(name);
        size_t stem_len = len - strlen(number);
        if (len <= strlen(number) || len >= sizeof stem || strcmp(name + stem_len, number) != 0)
                return interface_name_is_valid(name);

        memcpy(stem, name, stem_len);
        stem[stem_len] = '\0';
        return interface_name_is_valid(stem);
}

static const char *new_name(const struct spec_net_device *device)
{
        return device->name ? device->name : device->host_name;
}

static int check_net_device(const struct spec_linux *linux_, size_t i, struct err *err)
{
        const struct spec_net_device *device = &linux_->net_devices[i];
        if (!interface_name_is_valid(device->host_name))
                return fail(err, "linux.netDevices: \"%s\" is not the name of an interface", device->host_name);
        if (!is_new_name(new_name(device)))
                return fail(err, "linux.netDevices.%s.name: \"%s\" is not the name of an interface", device->host_name,
                            device->name);
        for (size_t j = 0; j < i; j++)
                if (strcmp(new_name(device), new_name(&linux_->net_devices[j])) == 0 && !strchr(new_name(device), '%'))
                        return fail(err, "linux.netDevices.%s: duplicated name \"%s\"", device->host_name,
                                    new_name(device));
        return 0;
}

static int check_net_devices(const struct spec *spec, struct err *err)
{
        const struct spec_linux *linux_ = &spec->linux_;
        if (linux_->n_net_devices > 0 && !linux_->namespaces[NS_NETWORK].set)
                return fail(err, "linux.netDevices: unable to move network devices without a NET namespace");
        for (size_t i = 0; i < linux_->n_net_devices; i++)
                if (check_net_device(linux_, i, err) < 0)
                        return -1;
        return 0;
}

static int check_paths(const struct spec *spec, const char *field, const struct text_list *paths, struct err *err)
{
        if (paths->n > 0 && !spec->linux_.namespaces[NS_MOUNT].set)
                return fail(err, "linux.%s: unable to restrict sys entries without a private MNT namespace", field);
        for (size_t i = 0; i < paths->n; i++)
                if (*paths->items[i] != '/')
                        return fail(err, "linux.%s[%zu]: must be an absolute path", field, i);
        return 0;
}

static int check_masked_paths(const struct spec *spec, struct err *err)
{
        return check_paths(spec, "maskedPaths", &spec->linux_.masked_paths, err);
}

static int check_readonly_paths(const struct spec *spec, struct err *err)
{
        return check_paths(spec, "readonlyPaths", &spec->linux_.readonly_paths, err);
}

/* linux: devices and resources ------------------------------------------------------------------------------------- */

/* A device number of the kernel: include/linux/kdev_t.h, MINORBITS. */
enum { MAJOR_MAX = (1 << 12) - 1, MINOR_MAX = (1 << 20) - 1 };

static int check_device(const struct spec_device *device, size_t i, struct err *err)
{
        if (*device->path != '/')
                return fail(err, "linux.devices[%zu].path: must be an absolute path", i);
        if (device->type == 'p')
                return 0;
        if (!device->has_major)
                return fail(err, "linux.devices[%zu].major: required", i);
        if (!device->has_minor)
                return fail(err, "linux.devices[%zu].minor: required", i);
        if (device->major < 0 || device->major > MAJOR_MAX)
                return fail(err, "linux.devices[%zu].major: out of range", i);
        if (device->minor < 0 || device->minor > MINOR_MAX)
                return fail(err, "linux.devices[%zu].minor: out of range", i);
        return 0;
}

static int check_devices(const struct spec *spec, struct err *err)
{
        for (size_t i = 0; i < spec->linux_.n_devices; i++)
                if (check_device(&spec->linux_.devices[i], i, err) < 0)
                        return -1;
        return 0;
}

static int check_device_rules(const struct spec *spec, struct err *err)
{
        const struct spec_resources *resources = &spec->linux_.resources;
        for (size_t i = 0; i < resources->n_devices; i++) {
                const char *access = resources->devices[i].access;
                if (!access)
                        return fail(err, "linux.resources.devices[%zu].access: device access cannot be empty", i);
                if (access[strspn(access, "rwm")] != '\0')
                        return fail(err, "linux.resources.devices[%zu].access: \"%.16s\" is more than r, w and m", i,
                                    access);
        }
        return 0;
}

static int check_unified(const struct spec *spec, struct err *err)
{
        const struct text_map *unified = &spec->linux_.resources.unified;
        for (size_t i = 0; i < unified->n; i++) {
                const char *key = unified->items[i].key;
                if (*key == '\0' || strchr(key, '/'))
                        return fail(
                                err,
                                "linux.resources.unified: unified resource \"%.64s\" must be a file name (no slashes)",
                                key);
        }
        return 0;
}

/* linux: seccomp --------------------------------------------------------------------------------------------------- */

static bool is_notify(const char *action)
{
        return strcmp(action, "SCMP_ACT_NOTIFY") == 0;
}

static bool takes_errno(const char *action)
{
        return strcmp(action, "SCMP_ACT_ERRNO") == 0 || strcmp(action, "SCMP_ACT_TRACE") == 0;
}

static int check_seccomp_top(const struct spec_seccomp *seccomp, struct err *err)
{
        if (seccomp->default_errno_ret.set && !takes_errno(seccomp->default_action))
                return fail(err, "linux.seccomp.defaultErrnoRet: %s takes no errno", seccomp->default_action);
        if (is_notify(seccomp->default_action))
                return fail(err, "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action");
        if (seccomp->listener_metadata && !seccomp->listener_path)
                return fail(err, "linux.seccomp.listenerMetadata: must not be set without listenerPath");
        return 0;
}

static int check_seccomp_rule(const struct spec_seccomp *seccomp, size_t i, struct err *err)
{
        const struct spec_seccomp_rule *rule = &seccomp->rules[i];
        if (rule->names.n == 0)
                return fail(err, "linux.seccomp.syscalls[%zu].names: must not be empty", i);
        if (rule->errno_ret.set && !takes_errno(rule->action))
                return fail(err, "linux.seccomp.syscalls[%zu].errnoRet: %s takes no errno", i, rule->action);
        /* Init tells its listener's number by write(2), when the filter is on already. */
        if (is_notify(rule->action) && list_has(&rule->names, "write"))
                return fail(err,
                            "linux.seccomp.syscalls[%zu].action: SCMP_ACT_NOTIFY cannot be used for the write "
                            "syscall",
                            i);
        if (is_notify(rule->action) && !seccomp->listener_path)
                return fail(err, "linux.seccomp.syscalls[%zu].action: seccomp listenerPath is not set", i);
        for (size_t k = 0; k < rule->n_args; k++)
                if (rule->args[k].index > 5) /* a system call has six arguments */
                        return fail(err, "linux.seccomp.syscalls[%zu].args[%zu].index: out of range", i, k);
        return 0;
}

static int check_seccomp(const struct spec *spec, struct err *err)
{
        const struct spec_seccomp *seccomp = &spec->linux_.seccomp;
        if (!seccomp->set)
                return 0;
        if (check_seccomp_top(seccomp, err) < 0)
                return -1;

        for (size_t i = 0; i < seccomp->n_rules; i++)
                if (check_seccomp_rule(seccomp, i, err) < 0)
                        return -1;
        return 0;
}

/* the walk --------------------------------------------------------------------------------------------------------- */

static int (*const rules[])(const struct spec *spec, struct err *err) = {
        check_version,  check_root,         check_process,     check_rlimits,      check_oom_score,
        check_names,    check_annotations,  check_mounts,      check_hooks,        check_namespaces,
        check_mappings, check_time_offsets, check_net_devices, check_masked_paths, check_readonly_paths,
        check_devices,  check_device_rules, check_unified,     check_seccomp,
};

int spec_check(const struct spec *spec, const char *name, struct err *err)
{
        for (size_t i = 0; i < ARRAY_LEN(rules); i++)
                if (rules[i](spec, err) < 0)
                        return fail_at(err, "%s", name);
        return 0;
}
