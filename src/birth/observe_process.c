/* SPDX-License-Identifier: Apache-2.0 */
/* observe_process.c - what a running process may do, as /proc and its cgroups tell; see observe.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "birth/observe.h"

#include "base/file.h"
#include "base/number.h"
#include "base/path.h"
#include "oci/id_map.h"
#include "sec/caps.h"

enum {
        PROC_FILE_MAX = 16 * 1024 * 1024, /* of a file of /proc */
        PROC_PATH_MAX = 64,
};

static const char *proc_path(pid_t pid, const char *name, char ret[PROC_PATH_MAX])
{
        (void)snprintf(ret, PROC_PATH_MAX, "/proc/%d/%s", (int)pid, name);
        return ret;
}

int observe_file(const char *path, struct arena *arena, char **ret, struct err *err)
{
        auto_buf struct buf text = { 0 };
        if (file_read(AT_FDCWD, path, PROC_FILE_MAX, &text, err) < 0)
                return -1;
        *ret = arena_copy(arena, buf_text(&text), text.len);
        return *ret ? 0 : fail(err, "out of memory");
}

/* status ----------------------------------------------------------------------------------------------------------- */

/* The value of the line "NAME:\tVALUE"; NULL: there is none. */
static const char *value_of(const char *text, const char *name)
{
        size_t len = strlen(name);
        for (const char *line = text; line; line = strchr(line, '\n')) {
                line += *line == '\n';
                if (strncmp(line, name, len) == 0 && line[len] == ':')
                        return line + len + 1 + strspn(line + len + 1, "\t ");
        }
        return NULL;
}

static int number_of(const char *text, const char *name, int base, uint64_t *ret, struct err *err)
{
        const char *value = value_of(text, name);
        char *end = NULL;
        if (!value)
                return fail(err, "it does not say %s", name);
        *ret = strtoull(value, &end, base);
        return end == value ? fail(err, "%s is no number", name) : 0;
}

static int names_of(uint64_t bits, struct arena *arena, struct text_list *ret, struct err *err)
{
        *ret = (struct text_list){ .items = arena_alloc_n(arena, 64 + 1, sizeof *ret->items) };
        if (!ret->items)
                return fail(err, "out of memory");
        for (size_t i = 0; cap_names[i]; i++)
                if (bits >> i & 1)
                        ret->items[ret->n++] = cap_names[i];
        return 0;
}

static int observe_capabilities(const char *text, struct arena *arena, struct spec_capabilities *sets, struct err *err)
{
        const struct {
                const char *name;
                struct text_list *list;
        } rows[] = {
                {"CapInh",  &sets->inheritable},
                { "CapPrm", &sets->permitted  },
                { "CapEff", &sets->effective  },
                { "CapBnd", &sets->bounding   },
                { "CapAmb", &sets->ambient    },
        };
        sets->set = true;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                uint64_t bits = 0;
                if (number_of(text, rows[i].name, 16, &bits, err) < 0 || names_of(bits, arena, rows[i].list, err) < 0)
                        return -1;
        }
        return 0;
}

int observe_status(const char *text, struct arena *arena, struct spec *spec, struct err *err)
{
        uint64_t uid = 0, no_new_privs = 0, seccomp = 0;
        if (number_of(text, "Uid", 10, &uid, err) < 0 || number_of(text, "NoNewPrivs", 10, &no_new_privs, err) < 0)
                return -1;
        /* A kernel built without seccomp has no such line. */
        if (value_of(text, "Seccomp") && number_of(text, "Seccomp", 10, &seccomp, err) < 0)
                return -1;

        spec->process.user.uid = (uid_t)uid;
        spec->process.no_new_privileges = no_new_privs != 0;
        if (seccomp == 0)
                spec->linux_.seccomp = (struct spec_seccomp){ 0 };
        spec->linux_.seccomp.set = seccomp != 0;
        return observe_capabilities(text, arena, &spec->process.capabilities, err);
}

/* namespaces ------------------------------------------------------------------------------------------------------- */

/* In /proc/PID/ns. */
static const char *const ns_files[NS_TYPES] = {
        [NS_USER] = "user", [NS_PID] = "pid",     [NS_TIME] = "time", [NS_IPC] = "ipc",
        [NS_UTS] = "uts",   [NS_NETWORK] = "net", [NS_MOUNT] = "mnt", [NS_CGROUP] = "cgroup",
};

static int observe_namespaces(pid_t pid, struct spec *spec, struct err *err)
{
        for (size_t i = 0; i < NS_TYPES; i++) {
                char name[16], path[PROC_PATH_MAX], ours[PROC_PATH_MAX];
                struct stat st, own;
                (void)snprintf(name, sizeof name, "ns/%s", ns_files[i]);
                (void)snprintf(ours, sizeof ours, "/proc/self/%s", name);
                /* A kernel without the type has no file: it is the same for all. */
                bool is_there = stat(ours, &own) == 0;
                if (is_there && stat(proc_path(pid, name, path), &st) < 0)
                        return fail_sys(err, "look at %s", path);
                bool is_own = is_there && (st.st_ino != own.st_ino || st.st_dev != own.st_dev);
                spec->linux_.namespaces[i].set = is_own;
                if (!is_own)
                        spec->linux_.namespaces[i].path = NULL;
        }
        return 0;
}

static int observe_id_maps(pid_t pid, struct arena *arena, struct spec_linux *linux_, struct err *err)
{
        const struct {
                const char *name;
                struct spec_id_map **maps;
                size_t *n;
        } rows[] = {
                {"uid_map",  &linux_->uid_mappings, &linux_->n_uid_mappings},
                { "gid_map", &linux_->gid_mappings, &linux_->n_gid_mappings},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char path[PROC_PATH_MAX];
                char *text = NULL;
                if (observe_file(proc_path(pid, rows[i].name, path), arena, &text, err) < 0)
                        return -1;
                if (id_map_parse(text, arena, rows[i].maps, rows[i].n, err) < 0)
                        return fail_at(err, "%s", path);
        }
        return 0;
}

/* limits ----------------------------------------------------------------------------------------------------------- */

static bool has_controller(const char *hierarchy, const char *controller)
{
        size_t len = strlen(controller);
        for (const char *name = hierarchy; name; name = strchr(name, ',')) {
                name += *name == ',';
                if (strncmp(name, controller, len) == 0 && (name[len] == '\0' || name[len] == ','))
                        return true;
        }
        return false;
}

/* The number that the file begins with; without the file, or a number in it, there is no limit. */
static struct opt_i64 limit_in(const char *dir, const char *file)
{
        /* cgroup v1 has the highest number of whole pages for "none". */
        const int64_t none = INT64_MAX / 2;
        struct opt_i64 limit = { 0 };
        struct err ignored;
        char path[PATH_MAX];
        auto_buf struct buf text = { 0 };
        if (path_join(dir, file, path, &ignored) < 0 || file_read(AT_FDCWD, path, 4096, &text, &ignored) < 0)
                return limit;
        if (text.len > 0)
                text.data[strcspn(text.data, " \n")] = '\0';
        limit.set = number_i64(buf_text(&text), 0, none, &limit.value);
        return limit;
}

/* cgroup2 is the hierarchy without a name. */
static void observe_limits(const struct text_map *cgroups, struct spec_resources *resources)
{
        const struct {
                const char *controller, *v1_file, *v2_file;
                struct opt_i64 *limit;
        } rows[] = {
                {"memory", "memory.limit_in_bytes", "memory.max", &resources->memory.limit},
                { "pids",  "pids.max",              "pids.max",   &resources->pids.limit  },
                { "cpu",   "cpu.cfs_quota_us",      "cpu.max",    &resources->cpu.quota   },
        };
        resources->unified = (struct text_map){ 0 };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                *rows[i].limit = (struct opt_i64){ 0 };
                for (size_t k = 0; k < cgroups->n && !rows[i].limit->set; k++) {
                        const struct key_value *hierarchy = &cgroups->items[k];
                        bool is_v2 = *hierarchy->key == '\0';
                        if (is_v2 || has_controller(hierarchy->key, rows[i].controller))
                                *rows[i].limit = limit_in(hierarchy->value, is_v2 ? rows[i].v2_file : rows[i].v1_file);
                }
        }
}

/* the rest --------------------------------------------------------------------------------------------------------- */

/* Who is confined has a label, and it is not that of those who are not. Without a security module there is none. */
static int observe_label(pid_t pid, struct arena *arena, struct spec_process *process, struct err *err)
{
        static const char unconfined[] = "unconfined";
        char path[PROC_PATH_MAX];
        char *text = NULL;
        process->apparmor_profile = NULL;
        process->selinux_label = NULL;
        if (observe_file(proc_path(pid, "attr/current", path), arena, &text, err) < 0)
                return err->code == EINVAL || err->code == ENOENT ? 0 : -1;
        text[strcspn(text, "\n")] = '\0';
        if (*text != '\0' && strncmp(text, unconfined, strlen(unconfined)) != 0)
                process->apparmor_profile = text;
        return 0;
}

static int observe_oom_score(pid_t pid, struct arena *arena, struct spec_process *process, struct err *err)
{
        char path[PROC_PATH_MAX];
        char *text = NULL;
        if (observe_file(proc_path(pid, "oom_score_adj", path), arena, &text, err) < 0)
                return -1;
        text[strcspn(text, "\n")] = '\0';
        process->oom_score_adj.set = true;
        return number_i64(text, -1000, 1000, &process->oom_score_adj.value) ? 0 : fail(err, "%s is no number", path);
}

int observe_process(const struct state *state, struct arena *arena, struct spec *spec, struct err *err)
{
        pid_t pid = state->pid;
        char path[PROC_PATH_MAX];
        char *status = NULL;
        if (observe_file(proc_path(pid, "status", path), arena, &status, err) < 0)
                return -1;
        if (observe_status(status, arena, spec, err) < 0)
                return fail_at(err, "%s", path);
        if (observe_namespaces(pid, spec, err) < 0 || observe_id_maps(pid, arena, &spec->linux_, err) < 0)
                return -1;
        if (observe_label(pid, arena, &spec->process, err) < 0 ||
            observe_oom_score(pid, arena, &spec->process, err) < 0)
                return -1;
        observe_limits(&state->cgroups, &spec->linux_.resources);
        return 0;
}
