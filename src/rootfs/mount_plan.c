/* SPDX-License-Identifier: Apache-2.0 */
/* mount_plan.c - from config.json to a list of mounts, and the checks that need no system call.
 * Pure: what cannot be honoured is refused here, by its JSON path, before anything was made. */

#include <limits.h>
#include <string.h>
#include <sys/mount.h>

#include "rootfs/mount_plan.h"

#include "base/buf.h"
#include "base/number.h"
#include "base/path.h"
#include "base/scope.h"
#include "oci/id_map.h"
#include "rootfs/mount_label.h"
#include "rootfs/propagation.h"
#include "rootfs/rootfs.h"

/* The types that are more to us than a word for the kernel. */
static const struct {
        const char *name;
        enum mount_kind kind;
} types[] = {
        {"tmpfs",   MOUNT_TMPFS },
        { "cgroup", MOUNT_CGROUP},
        { "bind",   MOUNT_BIND  },
};

/* The kernel's own filesystems, and where everybody looks for them. */
static const struct {
        const char *type, *dest;
} of_the_kernel[] = {
        {"proc",   "/proc"},
        { "sysfs", "/sys" },
};

/* What may be mounted over below /proc: files that lxcfs and others stand in for, and that nothing relies on. */
static const char *const free_in_proc[] = {
        "/proc/cpuinfo",
        "/proc/diskstats",
        "/proc/meminfo",
        "/proc/stat",
        "/proc/swaps",
        "/proc/uptime",
        "/proc/loadavg",
        "/proc/slabinfo",
        "/proc/sys/kernel/ns_last_pid",
        "/proc/sys/crypto/fips_enabled",
};

static int out_of_memory(struct err *err)
{
        return fail(err, "out of memory");
}

static int copy_text(struct arena *arena, const char *text, const char **ret, struct err *err)
{
        *ret = arena_copy(arena, text, strlen(text));
        return *ret ? 0 : out_of_memory(err);
}

bool mount_data_has(const char *data, const char *name)
{
        size_t len = strlen(name);
        while (*data) {
                if (strncmp(data, name, len) == 0)
                        return true;
                data += strcspn(data, ",");
                data += *data == ',';
        }
        return false;
}

/* One mount on its way from config.json into the plan. */
struct reading {
        size_t i; /* mounts[i] */
        const struct spec_mount *mount;
        const char *bundle;
        const struct spec *spec;
        struct arena *arena;
        struct mount_row *row;
};

/* options ---------------------------------------------------------------------------------------------------------- */

static int add_propagation(const struct reading *at, unsigned long propagation, struct err *err)
{
        struct mount_row *row = at->row;
        if (!row->propagation)
                row->propagation = arena_alloc_n(at->arena, at->mount->options.n, sizeof *row->propagation);
        if (!row->propagation)
                return out_of_memory(err);

        row->propagation[row->n_propagation++] = propagation;
        return 0;
}

/* The options of the table that have "=" in them have mappings behind it. */
static int read_idmap(const struct reading *at, const char *text, struct err *err)
{
        struct mount_row *row = at->row;
        struct id_map_option found;
        if (id_map_read_option(text, &at->spec->linux_, at->arena, &found, err) < 0)
                return -1;
        row->uid_mappings = found.maps[0];
        row->n_uid_mappings = found.n[0];
        row->gid_mappings = found.maps[1];
        row->n_gid_mappings = found.n[1];
        return 0;
}

static void take_mappings(const struct reading *at)
{
        struct mount_row *row = at->row;
        if (at->mount->n_uid_mappings == 0)
                return;
        row->uid_mappings = at->mount->uid_mappings;
        row->n_uid_mappings = at->mount->n_uid_mappings;
        row->gid_mappings = at->mount->gid_mappings;
        row->n_gid_mappings = at->mount->n_gid_mappings;
        if (row->flags.idmap == IDMAP_NONE)
                row->flags.idmap = IDMAP_ALONE;
}

/* Of the filesystems of the kernel, "uid=" and "gid=" name ids of the container. */
static const char *judge_id(const struct reading *at, const char *text)
{
        const struct spec_linux *linux_ = &at->spec->linux_;
        bool is_gid = strncmp(text, "gid=", 4) == 0;
        uint64_t id = 0;
        uint32_t ignored;
        if ((!is_gid && strncmp(text, "uid=", 4) != 0) || !number_u64(text + 4, 0, UINT32_MAX, &id))
                return NULL;
        const struct spec_id_map *maps = is_gid ? linux_->gid_mappings : linux_->uid_mappings;
        size_t n = is_gid ? linux_->n_gid_mappings : linux_->n_uid_mappings;
        if (n == 0 || id_map_find(maps, n, (uint32_t)id, &ignored))
                return NULL;
        return is_gid ? "gid" : "uid";
}

static int read_option(const struct reading *at, size_t j, struct buf *data, struct err *err)
{
        const char *text = at->mount->options.items[j];
        const struct mount_option *option = mount_option_find(text);
        if (!option) {
                const char *unmapped = judge_id(at, text);
                if (unmapped)
                        return fail(err,
                                    "mounts[%zu].options[%zu]: cannot specify %s mount option: %s %s is not mapped in "
                                    "user namespace",
                                    at->i, j, text, unmapped, text + 4);
                if (data->len > 0)
                        buf_add_text(data, ",");
                buf_add_text(data, text);
                return 0;
        }
        const char *mappings = strchr(text, '=');
        if (mappings && read_idmap(at, mappings + 1, err) < 0)
                return fail_at(err, "mounts[%zu].options[%zu]: option \"%s\"", at->i, j, text);
        mount_option_add(option, &at->row->flags);
        return option->propagation ? add_propagation(at, option->propagation, err) : 0;
}

static int read_options(const struct reading *at, struct err *err)
{
        auto_buf struct buf data = { 0 };
        for (size_t j = 0; j < at->mount->options.n; j++)
                if (read_option(at, j, &data, err) < 0)
                        return -1;
        if (buf_ok(&data, err) < 0)
                return -1;
        if (data.len > MOUNT_DATA_MAX)
                return fail(err, "mounts[%zu].options: more than %d bytes for the filesystem", at->i, MOUNT_DATA_MAX);
        return copy_text(at->arena, buf_text(&data), &at->row->data, err);
}

static enum mount_kind kind_of(const char *type, unsigned long flags)
{
        if (flags & MS_REMOUNT)
                return MOUNT_REMOUNT;
        /* The type is a dummy then (config.md, "Mounts"). */
        if (flags & MS_BIND)
                return MOUNT_BIND;
        for (size_t i = 0; i < ARRAY_LEN(types); i++)
                if (strcmp(types[i].name, type) == 0)
                        return types[i].kind;
        return MOUNT_PLAIN;
}

static int read_type(const struct reading *at, struct err *err)
{
        struct mount_row *row = at->row;
        row->type = at->mount->type ? at->mount->type : "";
        row->kind = kind_of(row->type, row->flags.set);
        if (row->kind == MOUNT_PLAIN && *row->type == '\0')
                return fail(err, "mounts[%zu].type: required", at->i);
        return 0;
}

static bool is_of_kernel(const struct mount_row *row)
{
        for (size_t i = 0; i < ARRAY_LEN(of_the_kernel); i++)
                if (strcmp(row->type, of_the_kernel[i].type) == 0)
                        return row->kind == MOUNT_PLAIN;
        return false;
}

/* The kinds that are labelled, as runc has it: what is bound keeps the labels that it has, procfs, sysfs and cgroup2
 * have their own. A queue's label is not taken as an option. */
static int add_label(const struct reading *at, struct err *err)
{
        struct mount_row *row = at->row;
        bool is_queue = row->kind == MOUNT_PLAIN && strcmp(row->type, "mqueue") == 0;
        bool takes_option = row->kind == MOUNT_TMPFS || (row->kind == MOUNT_PLAIN && !is_queue && !is_of_kernel(row));
        if (is_queue || row->kind == MOUNT_CGROUP)
                row->label = at->spec->linux_.mount_label;
        if (!at->spec->linux_.mount_label || !takes_option)
                return 0;

        char data[MOUNT_DATA_MAX + 1];
        if (mount_label_add(row->data, at->spec->linux_.mount_label, data, err) < 0)
                return fail_at(err, "mounts[%zu].options", at->i);
        return copy_text(at->arena, data, &row->data, err);
}

/* Options that mean nothing for this kind of mount. */
static int check_options(const struct reading *at, struct err *err)
{
        for (size_t j = 0; j < at->mount->options.n; j++) {
                const char *text = at->mount->options.items[j];
                const struct mount_option *option = mount_option_find(text);
                const char *verdict = NULL;
                if (!option && at->row->kind == MOUNT_BIND)
                        verdict = "bind mounts cannot have any filesystem-specific options applied";
                if (option && option->use == OPTION_COPY_UP && at->row->kind != MOUNT_TMPFS)
                        verdict = "only for a tmpfs";
                if (option && mount_option_is_for_binds(option) && at->row->kind != MOUNT_BIND)
                        verdict = "only for a bind mount";
                if (verdict)
                        return fail(err, "mounts[%zu].options[%zu]: option \"%s\": %s", at->i, j, text, verdict);
        }
        return 0;
}

/* source and destination ------------------------------------------------------------------------------------------- */

static int read_source(const struct reading *at, struct err *err)
{
        struct mount_row *row = at->row;
        row->source_fd = -1;
        row->source = at->mount->source ? at->mount->source : "";
        if (strlen(row->source) >= PATH_MAX)
                return fail(err, "mounts[%zu].source: longer than %d bytes", at->i, PATH_MAX - 1);
        if (row->kind != MOUNT_BIND)
                return 0;

        char path[PATH_MAX];
        if (*row->source == '\0')
                return fail(err, "mounts[%zu].source: required for a bind mount", at->i);
        if (path_join(at->bundle, row->source, path, err) < 0)
                return fail_at(err, "mounts[%zu].source", at->i);
        return copy_text(at->arena, path, &row->source, err);
}

/* Where the runtime reads and masks there must be procfs, and nothing of it may be covered (CVE-2019-16884). Links are
 * not seen here: what is reached by one is judged when it is opened. NULL: nothing is wrong. */
static const char *judge_proc(const struct mount_row *row)
{
        if (row->kind == MOUNT_REMOUNT || !path_is_below(row->dest, "/proc"))
                return NULL;
        if (strcmp(row->dest, "/proc") == 0) {
                bool is_proc = row->kind == MOUNT_BIND || strcmp(row->type, "proc") == 0;
                return is_proc ? NULL : "cannot be mounted because it is not of type proc";
        }
        for (size_t i = 0; i < ARRAY_LEN(free_in_proc); i++)
                if (strcmp(free_in_proc[i], row->dest) == 0)
                        return NULL;
        return "cannot be mounted because it is inside /proc";
}

static const char *find_ordinary(const struct mount_row *row)
{
        if (is_of_kernel(row))
                return row->type;
        for (size_t i = 0; row->kind != MOUNT_REMOUNT && i < ARRAY_LEN(of_the_kernel); i++)
                if (strcmp(row->dest, of_the_kernel[i].dest) == 0)
                        return of_the_kernel[i].type;
        return NULL;
}

/* The filesystems that belong to a namespace. The network of a sysfs is no more than a directory in it. */
static const struct {
        const char *type, *host;
        enum ns_type of;
        bool may_be_joined;
} of_namespaces[] = {
        {"proc",    "/proc",       NS_PID,     false},
        { "sysfs",  "/sys",        NS_NETWORK, true },
        { "mqueue", "/dev/mqueue", NS_IPC,     false},
};

static const char *find_stand_in(const struct reading *at)
{
        for (size_t i = 0; at->row->kind == MOUNT_PLAIN && i < ARRAY_LEN(of_namespaces); i++) {
                const struct spec_namespace *ns = &at->spec->linux_.namespaces[of_namespaces[i].of];
                if (strcmp(of_namespaces[i].type, at->row->type) == 0)
                        return !ns->set || (ns->path && of_namespaces[i].may_be_joined) ? of_namespaces[i].host : NULL;
        }
        return NULL;
}

static int read_destination(const struct reading *at, struct err *err)
{
        char path[PATH_MAX];
        struct mount_row *row = at->row;
        const char *text = at->mount->destination;
        if (path_clean(text, path, err) < 0)
                return fail_at(err, "mounts[%zu].destination", at->i);
        if (copy_text(at->arena, path, &row->dest, err) < 0)
                return -1;

        row->is_relative = text[0] != '/';
        if (row->kind != MOUNT_REMOUNT && strcmp(row->dest, "/") == 0)
                return fail(err, "mounts[%zu].destination: mountpoint \"%s\" is on the top of rootfs", at->i, text);
        row->ordinary = find_ordinary(row);
        row->stand_in = find_stand_in(at);
        const char *verdict = judge_proc(row);
        return verdict ? fail(err, "mounts[%zu].destination: \"%s\" %s", at->i, row->dest, verdict) : 0;
}

static int read_mount(const struct reading *at, struct err *err)
{
        struct mount_row *row = at->row;
        if (read_options(at, err) < 0)
                return -1;
        take_mappings(at);
        if (read_type(at, err) < 0 || check_options(at, err) < 0)
                return -1;
        if (add_label(at, err) < 0)
                return -1;
        if (read_source(at, err) < 0 || read_destination(at, err) < 0)
                return -1;

        bool is_dev = strcmp(row->dest, "/dev") == 0 && row->kind == MOUNT_PLAIN;
        row->is_late_readonly = (row->kind == MOUNT_TMPFS || is_dev) && (row->flags.set & MS_RDONLY);
        return 0;
}

static int read_mounts(const struct spec *spec, const char *bundle, struct arena *arena, struct rootfs_plan *plan,
                       struct err *err)
{
        plan->n_mounts = spec->n_mounts;
        plan->mounts = arena_alloc_n(arena, spec->n_mounts, sizeof *plan->mounts);
        if (!plan->mounts)
                return out_of_memory(err);

        for (size_t i = 0; i < spec->n_mounts; i++) {
                struct mount_row *row = &plan->mounts[i];
                const struct reading at = { i, &spec->mounts[i], bundle, spec, arena, row };
                if (read_mount(&at, err) < 0)
                        return -1;
                plan->keeps_dev |= row->kind == MOUNT_BIND && strcmp(row->dest, "/dev") == 0;
        }
        return 0;
}

/* the rest of the root --------------------------------------------------------------------------------------------- */

static int read_root(const struct spec *spec, const char *bundle, struct arena *arena, struct rootfs_plan *plan,
                     struct err *err)
{
        char path[PATH_MAX];
        char clean[PATH_MAX];
        if (path_join(bundle, spec->root.path, path, err) < 0 || path_clean(path, clean, err) < 0)
                return -1;
        return copy_text(arena, clean, &plan->root, err);
}

static int read_propagation(const struct spec *spec, struct rootfs_plan *plan, struct err *err)
{
        const char *name = spec->linux_.rootfs_propagation;
        plan->propagation = root_propagation_find(name);
        if (!plan->propagation)
                return fail(err, "unknown propagation \"%s\"", name);
        /* Then what the host mounts and unmounts must reach us, or its mounts that we cannot leave would be held. */
        if (plan->no_pivot && (plan->propagation->first & MS_PRIVATE))
                return fail(err, "rootfsPropagation of [r]private is not safe without pivot_root");
        return 0;
}

/* What is made, masked or changed there cannot be the root. */
static int check_path(const char *path, struct err *err)
{
        char clean[PATH_MAX];
        if (path_clean(path, clean, err) < 0)
                return -1;
        return strcmp(clean, "/") == 0 ? fail(err, "not the root itself") : 0;
}

static int check_paths(const struct text_list *paths, const char *name, struct err *err)
{
        for (size_t i = 0; i < paths->n; i++)
                if (check_path(paths->items[i], err) < 0)
                        return fail_at(err, "%s[%zu]", name, i);
        return 0;
}

static int check_devices(const struct spec_linux *linux_, struct err *err)
{
        for (size_t i = 0; i < linux_->n_devices; i++)
                if (check_path(linux_->devices[i].path, err) < 0)
                        return fail_at(err, "linux.devices[%zu].path", i);
        return 0;
}

/* Whatever is mounted then is mounted on the host, and stays there. */
static int check_without_namespace(const struct spec *spec, struct err *err)
{
        const struct {
                bool is_wanted;
                const char *what;
        } rows[] = {
                {spec->n_mounts > 0,               "mounts"                 },
                { spec->root.readonly,             "root.readonly"          },
                { spec->linux_.rootfs_propagation, "linux.rootfsPropagation"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                if (rows[i].is_wanted)
                        return fail(err, "%s: not possible without a private MNT namespace", rows[i].what);
        return 0;
}

/* It stands in quotation marks, since a label may have commas. */
static int check_label(const char *label, struct err *err)
{
        if (label && strchr(label, '"'))
                return fail(err, "linux.mountLabel: has a quotation mark in it");
        return 0;
}

int rootfs_plan_build(const struct spec *spec, const char *bundle, bool no_pivot, struct arena *arena,
                      struct rootfs_plan *ret, struct err *err)
{
        *ret = (struct rootfs_plan){
                .spec = spec,
                .no_pivot = no_pivot,
                .has_mount_namespace = spec->linux_.namespaces[NS_MOUNT].set,
        };
        if (read_root(spec, bundle, arena, ret, err) < 0)
                return fail_at(err, "root.path");
        if (read_propagation(spec, ret, err) < 0)
                return fail_at(err, "linux.rootfsPropagation");
        if (check_paths(&spec->linux_.masked_paths, "linux.maskedPaths", err) < 0 ||
            check_paths(&spec->linux_.readonly_paths, "linux.readonlyPaths", err) < 0)
                return -1;
        if (check_label(spec->linux_.mount_label, err) < 0)
                return -1;
        if (check_devices(&spec->linux_, err) < 0 || read_mounts(spec, bundle, arena, ret, err) < 0)
                return -1;
        return ret->has_mount_namespace ? 0 : check_without_namespace(spec, err);
}
