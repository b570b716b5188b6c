/* SPDX-License-Identifier: Apache-2.0 */
/* update.c - other limits for a container that is there: all that is asked for, or nothing. What the kernel does not
 * tell of the limits in force (which devices, and how much memory and swap in one sum) is kept beside the state. */

#include <stdint.h>
#include <unistd.h>

#include "birth/found.h"
#include "birth/later.h"
#include "birth/limits.h"

#include "base/file.h"
#include "base/json_out.h"
#include "cgroup/intel_rdt.h"
#include "cgroup/resources.h"
#include "oci/fields.h"

/* linux.resources as it was updated: those of its keys that a later update has to know. */
#define RESOURCES_FILE "resources.json"

struct update {
        const struct runtime *runtime;
        const struct update_options *options;
        const struct found *found;
        struct arena arena;
        struct later config;          /* the runtime's own copy of config.json */
        struct buf kept;              /* the text of RESOURCES_FILE */
        struct spec_resources old;    /* in force, as far as it is known */
        struct spec_resources wanted; /* what is asked for, and what belongs to it */
};

/* what is in force ------------------------------------------------------------------------------------------------- */

static int read_old(struct update *update, struct err *err)
{
        struct later *config = &update->config;
        if (later_read(update->found->dir_fd, config, err) < 0)
                return -1;
        update->old = config->spec.linux_.resources;

        struct spec_resources kept = { 0 };
        struct buf *text = &update->kept;
        if (file_read(update->found->dir_fd, RESOURCES_FILE, SIZE_MAX, text, err) < 0)
                return err->code == ENOENT ? 0 : -1;
        if (reader_run(buf_text(text), text->len, RESOURCES_FILE, resources_fields, &kept, &update->arena, err) < 0)
                return -1;
        update->old.memory.swap = kept.memory.swap;
        update->old.devices = kept.devices;
        update->old.n_devices = kept.n_devices;
        return 0;
}

static bool is_given(const struct opt_i64 *limit)
{
        return limit->set && limit->value != 0;
}

static void complete_wanted(struct update *update)
{
        struct spec_resources *wanted = &update->wanted;
        const struct spec_resources *old = &update->old;
        *wanted = *update->options->resources;
        if (!wanted->memory.check_before_update.set)
                wanted->memory.check_before_update = old->memory.check_before_update;
        /* cgroup2 has no limit of the sum: a new one of memory alone changes what swap may have. */
        bool has_new_limit = is_given(&wanted->memory.limit) && wanted->memory.limit.value > 0;
        if (update->found->cgroup.is_v2 && has_new_limit && !is_given(&wanted->memory.swap))
                wanted->memory.swap = old->memory.swap;
}

static void print_device_rule(struct json_out *out, const struct spec_device_rule *rule)
{
        const char type[] = { rule->type, '\0' };
        json_out_object(out, NULL);
        json_out_bool(out, "allow", rule->allow);
        json_out_text(out, "type", type);
        if (rule->major.set)
                json_out_i64(out, "major", rule->major.value);
        if (rule->minor.set)
                json_out_i64(out, "minor", rule->minor.value);
        if (rule->access)
                json_out_text(out, "access", rule->access);
        json_out_object_end(out);
}

static int keep_wanted(const struct update *update, struct err *err)
{
        const struct spec_resources *wanted = &update->wanted, *old = &update->old;
        const struct opt_i64 *swap = is_given(&wanted->memory.swap) ? &wanted->memory.swap : &old->memory.swap;
        const struct spec_resources *devices = wanted->n_devices > 0 ? wanted : old;
        if (!is_given(&wanted->memory.swap) && wanted->n_devices == 0)
                return 0;

        auto_buf struct buf text = { 0 };
        struct json_out out = { .buf = &text };
        json_out_object(&out, NULL);
        json_out_object(&out, "memory");
        if (swap->set)
                json_out_i64(&out, "swap", swap->value);
        json_out_object_end(&out);
        json_out_array(&out, "devices");
        for (size_t i = 0; i < devices->n_devices; i++)
                print_device_rule(&out, &devices->devices[i]);
        json_out_array_end(&out);
        json_out_object_end(&out);
        buf_add_text(&text, "\n");
        if (buf_ok(&text, err) < 0)
                return -1;
        return file_replace(update->found->dir_fd, RESOURCES_FILE, buf_text(&text), text.len, 0600, err);
}

/* the change ------------------------------------------------------------------------------------------------------- */

/* The devices as they were. What the container was born with without a word of its own is the deny of all. */
static int restore_devices(struct update *update, struct err *err)
{
        struct spec_device_rule deny_all = { .type = 'a', .access = "rwm" };
        struct spec_resources old = { .devices = update->old.devices, .n_devices = update->old.n_devices };
        struct resource_plan plan;
        auto_buf struct buf warnings = { 0 };
        const struct cgroup *cgroup = &update->found->cgroup;
        if (update->wanted.n_devices == 0)
                return 0;
        if (old.n_devices == 0) {
                old.devices = &deny_all;
                old.n_devices = 1;
        }
        if (resources_plan(cgroup, &old, RESOURCES_AT_UPDATE, &update->arena, &plan, &warnings, err) < 0)
                return -1;
        return resources_apply(cgroup, &plan, err);
}

static int restore_kept(const struct update *update, struct err *err)
{
        int dir_fd = update->found->dir_fd;
        if (update->kept.len > 0)
                return file_replace(dir_fd, RESOURCES_FILE, buf_text(&update->kept), update->kept.len, 0600, err);
        if (unlinkat(dir_fd, RESOURCES_FILE, 0) < 0 && errno != ENOENT)
                return fail_sys(err, "unlink " RESOURCES_FILE);
        return 0;
}

/* After a failure, which stays the one that is told. */
static void roll_back(struct update *update, const struct resource_plan *undo)
{
        struct err errs[3];
        const int done[] = {
                limits_apply(&update->found->state, &update->found->cgroup, undo, &update->arena, &errs[0]),
                restore_devices(update, &errs[1]),
                restore_kept(update, &errs[2]),
        };
        for (size_t i = 0; i < ARRAY_LEN(done); i++)
                if (done[i] < 0)
                        log_say(update->runtime->log, LOG_WARNING, "take the update back: %s", errs[i].text);
}

static int change_rdt(const struct update *update, struct err *err)
{
        const struct update_options *options = update->options;
        struct spec_linux spec = { .intel_rdt.l3_cache_schema = options->l3_cache_schema,
                                   .intel_rdt.mem_bw_schema = options->mem_bw_schema };
        struct intel_rdt rdt;
        if (!options->l3_cache_schema && !options->mem_bw_schema)
                return 0;
        if (!limits_find_rdt(&update->found->state, &rdt))
                return fail(err, "linux.intelRdt: the container has no group in resctrl");
        return intel_rdt_update(&rdt, &spec, err);
}

static int change(struct update *update, struct err *err)
{
        const struct cgroup *cgroup = &update->found->cgroup;
        struct resource_plan plan, undo;
        auto_buf struct buf warnings = { 0 };
        if (resources_plan(cgroup, &update->wanted, RESOURCES_AT_UPDATE, &update->arena, &plan, &warnings, err) < 0)
                return -1;
        limits_warn(update->runtime->log, &warnings);
        if (resources_undo_plan(&plan, &update->arena, &undo, err) < 0)
                return -1;

        /* resctrl takes all of its lines or none, so it goes last. */
        int done = limits_apply(&update->found->state, cgroup, &plan, &update->arena, err);
        if (done == 0)
                done = keep_wanted(update, err);
        if (done == 0)
                done = change_rdt(update, err);
        if (done < 0)
                roll_back(update, &undo);
        return done;
}

int container_update(const struct runtime *runtime, const char *id, const struct update_options *options,
                     struct err *err)
{
        struct found found;
        struct update update = { .runtime = runtime, .options = options, .found = &found };
        int done = found_open(runtime, id, FOUND_TO_CHANGE, &found, err);
        if (done == 0)
                done = lifecycle_allow(VERB_UPDATE, found_status(&found), id, err);
        if (done == 0)
                done = read_old(&update, err);
        if (done == 0) {
                complete_wanted(&update);
                done = change(&update, err);
        }
        later_finish(&update.config);
        buf_finish(&update.kept);
        arena_finish(&update.arena);
        found_finish(&found);
        return done;
}
