/* SPDX-License-Identifier: Apache-2.0 */
/* audit_process.c - findings about the process itself: namespaces, capabilities, users, limits, hooks. */

#include <limits.h>
#include <string.h>

#include "oci/audit_find.h"

#include "base/path.h"
#include "oci/landlock.h"
#include "oci/names.h"

/* namespaces ------------------------------------------------------------------------------------------------------- */

/* A path that leads to the host's first process is the same as none. */
static bool is_of_first_process(const char *path)
{
        char clean[PATH_MAX];
        struct err ignored;
        return path_clean(path, clean, &ignored) == 0 && path_is_below(clean, "/proc/1/ns");
}

bool audit_shares(const struct spec *spec, enum ns_type type)
{
        const struct spec_namespace *ns = &spec->linux_.namespaces[type];
        return !ns->set || (ns->path && is_of_first_process(ns->path));
}

static enum ns_type type_of(const char *word)
{
        return (enum ns_type)name_find(&namespace_names, word);
}

void find_shared_namespace(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        if (audit_shares(spec, type_of(words[0])))
                audit_add(places, "linux.namespaces", words[0], spec->linux_.namespaces[type_of(words[0])].path);
}

void find_joined_namespace(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        for (enum ns_type type = 0; type < NS_TYPES; type++) {
                const struct spec_namespace *ns = &spec->linux_.namespaces[type];
                if (ns->path && !audit_shares(spec, type))
                        audit_add_item(places, "linux.namespaces", ns->index, ns_type_names[type], ns->path);
        }
}

/* users ------------------------------------------------------------------------------------------------------------ */

static bool maps_root(const struct spec_id_map *maps, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (maps[i].host_id == 0 && maps[i].size > 0)
                        return true;
        return false;
}

bool audit_is_mapped(const struct spec *spec)
{
        const struct spec_linux *linux_ = &spec->linux_;
        return !audit_shares(spec, NS_USER) && !maps_root(linux_->uid_mappings, linux_->n_uid_mappings);
}

void find_root_user(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        if (spec->process.user.uid == 0)
                audit_add(places, "process.user.uid", "0", NULL);
}

void find_no_user_namespace(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        /* Of root another row tells. */
        if (audit_shares(spec, NS_USER) && spec->process.user.uid != 0)
                audit_add(places, "linux.namespaces", ns_type_names[NS_USER], NULL);
}

void find_mapped_root(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        const struct spec_linux *linux_ = &spec->linux_;
        if (audit_shares(spec, NS_USER))
                return;
        if (maps_root(linux_->uid_mappings, linux_->n_uid_mappings))
                audit_add(places, "linux.uidMappings", NULL, NULL);
        if (maps_root(linux_->gid_mappings, linux_->n_gid_mappings))
                audit_add(places, "linux.gidMappings", NULL, NULL);
}

/* capabilities ----------------------------------------------------------------------------------------------------- */

static bool has(const struct text_list *list, const char *text)
{
        for (size_t i = 0; i < list->n; i++)
                if (strcmp(list->items[i], text) == 0)
                        return true;
        return false;
}

/* Where it is held; the bounding set counts, since a file in the image can bring what that has. NULL: nowhere. */
static const char *set_with(const struct spec *spec, const char *capability)
{
        const struct spec_capabilities *sets = &spec->process.capabilities;
        const struct {
                const struct text_list *list;
                const char *path;
        } rows[] = {
                {&sets->effective,    "process.capabilities.effective"  },
                { &sets->permitted,   "process.capabilities.permitted"  },
                { &sets->ambient,     "process.capabilities.ambient"    },
                { &sets->inheritable, "process.capabilities.inheritable"},
                { &sets->bounding,    "process.capabilities.bounding"   },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                if (has(rows[i].list, capability))
                        return rows[i].path;
        return NULL;
}

void find_capability(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        for (; *words; words++) {
                const char *path = set_with(spec, *words);
                if (path)
                        audit_add(places, path, *words, NULL);
        }
}

/* words: the capability, and the namespace in which it is the worse. */
void find_capability_on_host(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        const char *path = set_with(spec, words[0]);
        if (path && audit_shares(spec, type_of(words[1])))
                audit_add(places, path, words[0], words[1]);
}

void find_inheritable(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        const struct text_list *list = &spec->process.capabilities.inheritable;
        for (size_t i = 0; i < list->n; i++)
                audit_add(places, "process.capabilities.inheritable", list->items[i], NULL);
}

/* Root would have them anyway. */
void find_ambient(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        const struct text_list *list = &spec->process.capabilities.ambient;
        for (size_t i = 0; i < list->n && spec->process.user.uid != 0; i++)
                audit_add(places, "process.capabilities.ambient", list->items[i], NULL);
}

/* the rest of the process ------------------------------------------------------------------------------------------ */

void find_new_privileges(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        if (!spec->process.no_new_privileges)
                audit_add(places, "process.noNewPrivileges", NULL, NULL);
}

static bool has_landlock(const struct spec *spec)
{
        for (size_t i = 0; i < spec->annotations.n; i++)
                if (strcmp(spec->annotations.items[i].key, LANDLOCK_ANNOTATION) == 0)
                        return true;
        return false;
}

void find_no_lsm(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        const char *profile = spec->process.apparmor_profile;
        bool is_confined = profile && strcmp(profile, "unconfined") != 0;
        if (!is_confined && !spec->process.selinux_label && !has_landlock(spec))
                audit_add(places, "process.apparmorProfile", profile, NULL);
}

void find_oom_score(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        if (spec->process.oom_score_adj.set && spec->process.oom_score_adj.value < 0)
                audit_add(places, "process.oomScoreAdj", NULL, NULL);
}

void find_hooks(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        for (size_t kind = 0; kind < HOOK_KINDS; kind++)
                for (size_t i = 0; i < spec->hooks[kind].n; i++)
                        audit_add_item(places, hook_kind_names[kind], i, spec->hooks[kind].items[i].path, NULL);
}

/* limits ----------------------------------------------------------------------------------------------------------- */

/* A cgroup2 file that the bundle writes itself, to something else than "max". */
static bool is_unified(const struct spec *spec, const char *file)
{
        const struct text_map *unified = &spec->linux_.resources.unified;
        for (size_t i = 0; i < unified->n; i++)
                if (strcmp(unified->items[i].key, file) == 0 && strncmp(unified->items[i].value, "max", 3) != 0)
                        return true;
        return false;
}

void find_no_memory_limit(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        const struct opt_i64 *limit = &spec->linux_.resources.memory.limit;
        if ((!limit->set || limit->value <= 0) && !is_unified(spec, words[0]))
                audit_add(places, "linux.resources.memory.limit", NULL, NULL);
}

void find_no_pids_limit(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        const struct opt_i64 *limit = &spec->linux_.resources.pids.limit;
        if ((!limit->set || limit->value <= 0) && !is_unified(spec, words[0]))
                audit_add(places, "linux.resources.pids.limit", NULL, NULL);
}

void find_no_cpu_limit(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        const struct opt_i64 *quota = &spec->linux_.resources.cpu.quota;
        bool has_quota = quota->set && quota->value > 0;
        if (!has_quota && !spec->linux_.resources.cpu.cpus && !is_unified(spec, words[0]))
                audit_add(places, "linux.resources.cpu.quota", NULL, NULL);
}
