/* SPDX-License-Identifier: Apache-2.0 */
/* resources.c - plan linux.resources: walk the table, find each controller, put texts to files; see resources.h. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/resources.h"

#include "cgroup/controllers.h"
#include "cgroup/hierarchy.h"
#include "cgroup/resource_table.h"

#define RESOURCES "linux.resources."

struct planner {
        const struct resource_question *question;
        struct arena *arena;
        struct resource_plan *plan;
        size_t size; /* room for writes */
        struct buf *warnings;
        struct err *err;
        char *cgroup2_controllers; /* of the container's cgroup2 directory; NULL: not read yet */
        struct buf value, name;    /* the texts at hand, in memory that is asked for once */
};

static int out_of_memory(const struct planner *planner)
{
        return fail(planner->err, "linux.resources: out of memory");
}

static struct buf *begin(struct buf *text)
{
        text->len = 0;
        return text;
}

static char *copy(const struct planner *planner, const struct buf *text)
{
        return text->out_of_memory ? NULL : arena_copy(planner->arena, buf_text(text), text->len);
}

/* controllers ------------------------------------------------------------------------------------------------------ */

/* Those whose name is another on cgroup2. */
static const char *cgroup2_name(const char *controller)
{
        return strcmp(controller, "blkio") == 0 ? "io" : controller;
}

/* Whether the container's cgroup2 has the controller. */
static bool cgroup2_has(struct planner *planner, const struct cgroup_hierarchy *cgroup2, const char *name, size_t len)
{
        char text[KNOB_SIZE];
        if (!planner->cgroup2_controllers) {
                const struct resource_probe *probe = planner->question->probe;
                probe->read(probe->host, cgroup2->dir, "cgroup.controllers", text);
                planner->cgroup2_controllers = arena_copy(planner->arena, text, strlen(text));
        }
        return planner->cgroup2_controllers && controllers_list_has(planner->cgroup2_controllers, name, len);
}

/* The directory is as the kernel makes it, and no value but the kernel's own is in it. */
static bool is_new(const struct planner *planner, const struct cgroup_hierarchy *hierarchy)
{
        return planner->question->when == RESOURCES_AT_BIRTH && hierarchy->made_len > 0;
}

/* rows ------------------------------------------------------------------------------------------------------------- */

/* "linux.resources." and the row's path, with the item's number or name in it; for messages, so never NULL. */
static const char *path_of(struct planner *planner, const struct ask *ask)
{
        struct buf *text = begin(&planner->name);
        const char *path = ask->row->path;
        size_t len = strcspn(path, "[\"");
        buf_add_format(text, RESOURCES "%.*s", (int)len, path);
        if (path[len] == '[')
                buf_add_format(text, "[%zu]%s", ask->i, path + len + 2);
        else if (path[len] == '"')
                buf_add_format(text, "\"%s\"%s", ask->row->name(ask), path + len + 2);
        const char *whole = copy(planner, text);
        return whole ? whole : "linux.resources";
}

/* The row's file, with the item's name in it. */
static const char *file_of(struct planner *planner, const struct ask *ask, const char *pattern)
{
        size_t len = strcspn(pattern, "*");
        if (pattern[len] == '\0')
                return pattern;
        struct buf *text = begin(&planner->name);
        buf_add_format(text, "%.*s%s%s", (int)len, pattern, ask->row->name(ask), pattern + len + 1);
        return copy(planner, text);
}

static int add_write(struct planner *planner, const struct resource_write *write)
{
        struct resource_plan *plan = planner->plan;
        if (!write->path || !write->file || !write->text)
                return out_of_memory(planner);
        if (plan->n == planner->size) {
                size_t size = planner->size ? 2 * planner->size : 32;
                struct resource_write *more = arena_alloc_n(planner->arena, size, sizeof *more);
                if (!more)
                        return out_of_memory(planner);
                if (plan->n > 0)
                        memcpy(more, plan->writes, plan->n * sizeof *more);
                plan->writes = more;
                planner->size = size;
        }
        plan->writes[plan->n++] = *write;
        return 0;
}

static bool exists(const struct planner *planner, const char *dir, const char *file)
{
        const struct resource_probe *probe = planner->question->probe;
        return probe->exists(probe->host, dir, file);
}

static int add_warning(const struct planner *planner, const char *path, const char *reason)
{
        buf_add_format(planner->warnings, "%s%s: %s", planner->warnings->len > 0 ? "\n" : "", path, reason);
        return 0;
}

static int plan_wish(struct planner *planner, const struct ask *ask, const struct cgroup_hierarchy *hierarchy,
                     enum wish wish, const struct buf *text)
{
        const struct resource_row *row = ask->row;
        const char *path = path_of(planner, ask);
        const char *pattern = ask->is_v2 ? row->v2 : row->v1;
        const char *file = pattern ? file_of(planner, ask, pattern) : NULL;
        if (pattern && !file)
                return out_of_memory(planner);

        bool is_advice = (row->flags & ROW_IS_ADVICE) != 0;
        if (is_advice && (!file || !exists(planner, ask->dir, file)))
                return add_warning(planner, path, "ignored, this kernel has no such limit");
        if (!file)
                return fail(planner->err, "%s: cgroup v2 has no such setting", path);
        bool may_be_missing = wish == WISH_DEFAULT || wish == WISH_IF_THERE;
        if ((wish == WISH_DEFAULT && is_new(planner, hierarchy)) ||
            (may_be_missing && !exists(planner, ask->dir, file)))
                return 0;

        const struct resource_write write = {
                .path = path,
                .dir = ask->dir,
                .file = file,
                .text = copy(planner, text),
                .group = row->group,
                .is_advice = is_advice,
                .usage = ask->is_v2 ? NULL : row->usage,
        };
        if (add_write(planner, &write) < 0)
                return -1;
        return is_advice ? add_warning(planner, path, "deprecated, the kernel may ignore it") : 0;
}

static int plan_without_controller(struct planner *planner, const struct ask *ask, enum wish wish)
{
        /* What nobody limits has no limit. */
        if (wish == WISH_DEFAULT)
                return 0;
        if (ask->row->flags & ROW_IS_ADVICE)
                return add_warning(planner, path_of(planner, ask), "ignored, this kernel has no such limit");
        return fail(planner->err, "%s: no %s controller on this host", path_of(planner, ask), ask->row->controller);
}

/* *ret_skips_next: the next row is another name for the same setting. */
static int plan_item(struct planner *planner, const struct ask *ask, const struct cgroup_hierarchy *hierarchy,
                     bool *ret_skips_next)
{
        struct buf *text = begin(&planner->value);
        const struct resource_row *row = ask->row;
        enum wish wish = row->text(ask, text, planner->err);
        if (wish == WISH_REFUSED)
                return fail_at(planner->err, "%s", path_of(planner, ask));
        if (wish == WISH_NONE)
                return 0;

        const char *name = cgroup2_name(row->controller);
        if (!hierarchy || (ask->is_v2 && !cgroup2_has(planner, hierarchy, name, strlen(name))))
                return plan_without_controller(planner, ask, wish);
        *ret_skips_next = (row->flags & ROW_ELSE_NEXT) && exists(planner, ask->dir, ask->is_v2 ? row->v2 : row->v1);
        if ((row->flags & ROW_ELSE_NEXT) && !*ret_skips_next)
                return 0;
        return plan_wish(planner, ask, hierarchy, wish, text);
}

static int plan_row(struct planner *planner, const struct resource_row *row, bool *ret_skips_next)
{
        const struct resource_question *question = planner->question;
        const struct cgroup_hierarchy *v1 = hierarchy_find(question->cgroup, row->controller);
        const struct cgroup_hierarchy *hierarchy = v1 ? v1 : hierarchy_find(question->cgroup, "");
        struct ask ask = {
                .question = question,
                .row = row,
                .field = (const char *)question->spec + row->field,
                .is_v2 = !v1 && hierarchy,
                .dir = hierarchy ? hierarchy->dir : NULL,
        };
        size_t n = row->count ? row->count(&ask) : 1;
        for (; ask.i < n; ask.i++) {
                if (plan_item(planner, &ask, hierarchy, ret_skips_next) < 0)
                        return -1;
        }
        return 0;
}

static int plan_rows(struct planner *planner)
{
        for (size_t i = 0; i < n_resource_rows; i++) {
                bool skips_next = false;
                if (plan_row(planner, &resource_rows[i], &skips_next) < 0)
                        return -1;
                i += skips_next;
        }
        return 0;
}

/* unified ---------------------------------------------------------------------------------------------------------- */

/* A value of several lines is several writes: the kernel takes one device at a time. */
static int plan_lines(struct planner *planner, const struct resource_write *write, const char *text)
{
        do {
                struct resource_write line = *write;
                size_t len = strcspn(text, "\n");
                line.text = arena_copy(planner->arena, text, len);
                if (add_write(planner, &line) < 0)
                        return -1;
                text += len;
                text += *text == '\n';
        } while (*text);
        return 0;
}

static int plan_unified_item(struct planner *planner, const struct cgroup_hierarchy *cgroup2,
                             const struct key_value *item)
{
        const char *key = item->key;
        size_t controller_len = strcspn(key, ".");
        if (strchr(key, '/'))
                return fail(planner->err, "unified resource \"%s\" must be a file name (no slashes)", key);
        if (key[controller_len] == '\0' || controller_len == 0)
                return fail(planner->err, "unified resource \"%s\" is no file of a controller", key);

        bool is_core = strncmp(key, "cgroup.", strlen("cgroup.")) == 0;
        if (!is_core && !cgroup2_has(planner, cgroup2, key, controller_len))
                return fail(planner->err, "unified resource \"%s\" can't be set: controller \"%.*s\" not available",
                            key, (int)controller_len, key);
        if (!exists(planner, cgroup2->dir, key))
                return fail(planner->err, "unified resource \"%s\" can't be set: the kernel has no such file", key);

        struct buf *path = begin(&planner->name);
        buf_add_format(path, RESOURCES "unified.\"%s\"", key);
        const struct resource_write write = {
                .path = copy(planner, path),
                .dir = cgroup2->dir,
                .file = key,
        };
        return plan_lines(planner, &write, item->value);
}

/* The last word: after all rows. */
static int plan_unified(struct planner *planner)
{
        const struct text_map *unified = &planner->question->spec->unified;
        const struct cgroup *cgroup = planner->question->cgroup;
        if (unified->n > 0 && !cgroup->is_v2)
                return fail(planner->err, RESOURCES "unified: cannot use unified on cgroup v1");
        for (size_t i = 0; i < unified->n; i++) {
                if (plan_unified_item(planner, &cgroup->hierarchies[0], &unified->items[i]) < 0)
                        return fail_at(planner->err, RESOURCES "unified.\"%s\"", unified->items[i].key);
        }
        return 0;
}

/* devices ---------------------------------------------------------------------------------------------------------- */

static int add_device_write(struct planner *planner, const char *dir, const char *file, const struct device_rule *rule)
{
        struct buf *text = begin(&planner->value);
        if (rule)
                device_rule_print(rule, text);
        else
                buf_add_text(text, "a");
        const struct resource_write write = {
                .path = RESOURCES "devices",
                .dir = dir,
                .file = file,
                .text = copy(planner, text),
                .is_for_device = true,
        };
        return add_write(planner, &write);
}

/* The default anew, which forgets all exceptions, and then those of the list. */
static int plan_devices_anew(struct planner *planner, const char *dir, const struct device_list *list)
{
        static const char *const files[] = { "devices.deny", "devices.allow" };
        bool allows = list->allows_by_default;
        if (add_device_write(planner, dir, files[allows], NULL) < 0)
                return -1;
        for (size_t i = 0; i < list->n; i++) {
                if (add_device_write(planner, dir, files[!allows], &list->rules[i]) < 0)
                        return -1;
        }
        return 0;
}

/* What the first list has and the second has not. */
static int plan_difference(struct planner *planner, const char *dir, const char *file, const struct device_list *first,
                           const struct device_list *second)
{
        for (size_t i = 0; i < first->n; i++) {
                struct device_rule rule = first->rules[i];
                rule.access = device_list_lacks(second, &rule);
                if (rule.access != 0 && add_device_write(planner, dir, file, &rule) < 0)
                        return -1;
        }
        return 0;
}

/* From one list of allowed devices to another. What is new goes first: at no time is a device refused that both have,
 * one by a wildcard, one by its number. */
static int plan_devices_change(struct planner *planner, const char *dir, const struct device_list *list)
{
        char text[KNOB_SIZE];
        struct device_list now;
        const struct resource_probe *probe = planner->question->probe;
        probe->read(probe->host, dir, "devices.list", text);
        if (device_list_parse(text, planner->arena, &now, planner->err) < 0)
                return -1;
        if (now.allows_by_default || list->allows_by_default)
                return plan_devices_anew(planner, dir, list);
        if (plan_difference(planner, dir, "devices.allow", list, &now) < 0)
                return -1;
        return plan_difference(planner, dir, "devices.deny", &now, list);
}

static int plan_devices_v1(struct planner *planner, const char *dir, const struct device_list *list)
{
        struct device_list flat;
        if (device_list_flatten(list, planner->arena, &flat, planner->err) < 0)
                return -1;
        return planner->question->when == RESOURCES_AT_BIRTH ? plan_devices_anew(planner, dir, &flat)
                                                             : plan_devices_change(planner, dir, &flat);
}

static int plan_devices(struct planner *planner)
{
        const struct resource_question *question = planner->question;
        const struct spec_resources *spec = question->spec;
        if (question->when == RESOURCES_AT_UPDATE && spec->n_devices == 0)
                return 0;

        struct device_list list;
        if (device_list_build(spec->devices, spec->n_devices, planner->arena, &list, planner->err) < 0)
                return -1;
        const struct cgroup_hierarchy *v1 = hierarchy_find(question->cgroup, "devices");
        if (v1)
                return plan_devices_v1(planner, v1->dir, &list);

        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(question->cgroup, "");
        if (cgroup2) {
                planner->plan->device_program_place =
                        is_new(planner, cgroup2) ? DEVICE_PROGRAM_FIRST : DEVICE_PROGRAM_REPLACE;
                return device_program_compile(&list, planner->arena, &planner->plan->device_program, planner->err);
        }
        if (spec->n_devices > 0)
                return fail(planner->err, RESOURCES "devices: no devices controller on this host");
        return add_warning(planner, RESOURCES "devices", "no devices controller on this host, nothing is refused");
}

/* the plan --------------------------------------------------------------------------------------------------------- */

int resources_plan_for(const struct resource_question *question, struct arena *arena, struct resource_plan *ret,
                       struct buf *ret_warnings, struct err *err)
{
        struct planner planner = {
                .question = question,
                .arena = arena,
                .plan = ret,
                .warnings = ret_warnings,
                .err = err,
        };
        *ret = (struct resource_plan){ 0 };
        int done = plan_rows(&planner);
        if (done == 0)
                done = plan_devices(&planner);
        if (done == 0)
                done = plan_unified(&planner);
        buf_finish(&planner.value);
        buf_finish(&planner.name);
        return done < 0 ? -1 : buf_ok(ret_warnings, err);
}

static bool host_exists(void *host, const char *dir, const char *file)
{
        (void)host;
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", dir, file);
        return faccessat(AT_FDCWD, path, F_OK, 0) == 0;
}

static void host_read(void *host, const char *dir, const char *file, char *ret)
{
        (void)host;
        char path[PATH_MAX];
        struct err ignored;
        (void)snprintf(path, sizeof path, "%s/%s", dir, file);
        if (knob_read(path, ret, &ignored) < 0)
                *ret = '\0';
}

int resources_plan(const struct cgroup *cgroup, const struct spec_resources *spec, enum resources_when when,
                   struct arena *arena, struct resource_plan *ret, struct buf *ret_warnings, struct err *err)
{
        static const struct resource_probe probe = { .exists = host_exists, .read = host_read };
        const struct resource_question question = { .cgroup = cgroup, .spec = spec, .when = when, .probe = &probe };
        return resources_plan_for(&question, arena, ret, ret_warnings, err);
}
