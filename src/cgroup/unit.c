/* SPDX-License-Identifier: Apache-2.0 */
/* unit.c - the scope that a container's cgroup will be: name, slice, and the properties of its annotations; see unit.h.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/unit.h"

#include "base/buf.h"
#include "oci/variant.h"

#define ANNOTATION   "org.systemd.property."
#define SLICE_SUFFIX ".slice"
#define USEC_PER_SEC 1000000

enum { PROPERTY_NAME_MIN = 3 };

static int out_of_memory(struct err *err)
{
        return fail(err, "plan the unit of systemd: out of memory");
}

static int add(struct arena *arena, const char *name, const struct buf *value, struct text_map *to, struct err *err)
{
        struct key_value *item = &to->items[to->n];
        item->key = name;
        item->value = value->out_of_memory ? NULL : arena_copy(arena, buf_text(value), value->len);
        if (!item->key || !item->value)
                return out_of_memory(err);
        to->n++;
        return 0;
}

/* slice and name --------------------------------------------------------------------------------------------------- */

/* "a-b.slice" is in "a.slice": each part between the dashes names one. "-.slice" is the root. */
static int check_slice(const char *slice, size_t len, struct err *err)
{
        static const char root[] = "-" SLICE_SUFFIX;
        size_t suffix = strlen(SLICE_SUFFIX);
        bool is_slice =
                len > suffix && memcmp(slice + len - suffix, SLICE_SUFFIX, suffix) == 0 && !memchr(slice, '/', len);
        bool is_root = len == strlen(root) && memcmp(slice, root, len) == 0;
        for (size_t i = 0; is_slice && !is_root && i < len - suffix; i++) {
                bool is_at_end = i == 0 || i + 1 == len - suffix || slice[i + 1] == '-';
                is_slice = slice[i] != '-' || !is_at_end;
        }
        return is_slice ? 0 : fail(err, "invalid slice name: %.*s", (int)len, slice);
}

/* The three parts of cgroupsPath. */
struct place {
        const char *slice, *prefix, *name;
        size_t slice_len, prefix_len;
};

static int read_place(const struct unit_question *question, struct place *ret, struct err *err)
{
        static const char *const slices[] = { [UNIT_OF_SYSTEM] = "system.slice", [UNIT_OF_USER] = "user.slice" };
        static const char prefix[] = "tare";
        const char *path = question->spec->linux_.cgroups_path;
        const char *slice = slices[question->manager];
        *ret = (struct place){
                .slice = slice,
                .slice_len = strlen(slice),
                .prefix = prefix,
                .prefix_len = strlen(prefix),
                .name = question->id,
        };
        if (!path || !*path)
                return 0;

        const char *first = strchr(path, ':');
        const char *second = first ? strchr(first + 1, ':') : NULL;
        if (!second || strchr(second + 1, ':'))
                return fail(err,
                            "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got "
                            "\"%s\" instead",
                            path);
        ret->prefix = first + 1;
        ret->prefix_len = (size_t)(second - ret->prefix);
        ret->name = second + 1;
        if (first == path)
                return 0;
        ret->slice = path;
        ret->slice_len = (size_t)(first - path);
        return check_slice(ret->slice, ret->slice_len, err);
}

/* annotations ------------------------------------------------------------------------------------------------------ */

static int check_name(const char *annotation, const char *name, struct err *err)
{
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        if (strlen(name) < PROPERTY_NAME_MIN)
                return fail(err, "annotation %s name incorrect: too short", annotation);
        if (name[strspn(name, letters)] != '\0')
                return fail(err, "annotation %s name incorrect: contains non-alphabetic character", annotation);
        return 0;
}

/* "FooSec", but not "FooUSec": the length of what stands before "Sec"; 0: it is none. */
static size_t seconds_len(const char *name)
{
        size_t len = strlen(name) - 3;
        return len > 0 && strcmp(name + len, "Sec") == 0 && name[len - 1] >= 'a' && name[len - 1] <= 'z' ? len : 0;
}

static bool to_usec(const struct variant *seconds, uint64_t *ret)
{
        if (seconds->type[1] != '\0')
                return false;
        if (strchr("yqut", *seconds->type))
                *ret = seconds->natural * USEC_PER_SEC;
        else if (strchr("nix", *seconds->type))
                *ret = (uint64_t)seconds->whole * USEC_PER_SEC;
        else if (*seconds->type == 'd' && seconds->real >= 0 && seconds->real * USEC_PER_SEC < (double)INT64_MAX)
                *ret = (uint64_t)(seconds->real * USEC_PER_SEC);
        else
                return false;
        return true;
}

static int add_annotation(const struct key_value *annotation, struct arena *arena, struct text_map *to, struct err *err)
{
        const char *name = annotation->key + strlen(ANNOTATION);
        struct variant value;
        if (check_name(annotation->key, name, err) < 0)
                return -1;
        if (variant_parse(annotation->value, arena, &value, err) < 0)
                return fail_at(err, "annotation %s=%s value parse error", annotation->key, annotation->value);

        auto_buf struct buf text = { 0 };
        size_t len = seconds_len(name);
        if (len == 0) {
                buf_add_text(&text, annotation->value);
                return add(arena, name, &text, to, err);
        }
        uint64_t usec = 0;
        if (!to_usec(&value, &usec))
                return fail(err, "annotation %s=%s value parse error: not a number", annotation->key,
                            annotation->value);
        char *usec_name = arena_alloc(arena, strlen(name) + sizeof "U");
        if (usec_name)
                (void)snprintf(usec_name, strlen(name) + sizeof "U", "%.*sUSec", (int)len, name);
        buf_add_format(&text, "uint64 %" PRIu64, usec);
        return add(arena, usec_name, &text, to, err);
}

/* the plan --------------------------------------------------------------------------------------------------------- */

static void add_quoted(struct buf *to, const char *text, size_t len)
{
        buf_add_text(to, "'");
        for (size_t i = 0; i < len; i++)
                buf_add_format(to, "%s%c", text[i] == '\'' || text[i] == '\\' ? "\\" : "", text[i]);
        buf_add_text(to, "'");
}

static int add_own(const struct unit_question *question, const struct place *place, struct arena *arena,
                   struct text_map *to, struct err *err)
{
        const struct key_value fixed[] = {
                {"Delegate",                                              "true" },
                { "DefaultDependencies",                                  "false"},
 /* The controllers that these stand for are enabled down to the scope. */
                { "CPUAccounting",                                        "true" },
                { "MemoryAccounting",                                     "true" },
                { "TasksAccounting",                                      "true" },
                { question->is_v2 ? "IOAccounting" : "BlockIOAccounting", "true" },
        };
        auto_buf struct buf description = { 0 }, slice = { 0 };
        buf_add_format(&description, "'tare container %s'", question->id);
        add_quoted(&slice, place->slice, place->slice_len);
        if (add(arena, "Description", &description, to, err) < 0 || add(arena, "Slice", &slice, to, err) < 0)
                return -1;
        for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
                to->items[to->n++] = fixed[i];
        return 0;
}

int unit_plan(const struct unit_question *question, struct arena *arena, struct unit *ret, struct err *err)
{
        enum { OWN_MAX = 16 };
        const struct text_map *annotations = &question->spec->annotations;
        struct place place;
        *ret = (struct unit){ .manager = question->manager };
        if (read_place(question, &place, err) < 0)
                return -1;
        auto_buf struct buf name = { 0 };
        buf_add_format(&name, "%.*s-%s.scope", (int)place.prefix_len, place.prefix, place.name);
        ret->name = name.out_of_memory ? NULL : arena_copy(arena, buf_text(&name), name.len);
        ret->properties.items = arena_alloc_n(arena, annotations->n + OWN_MAX, sizeof *ret->properties.items);
        if (!ret->name || !ret->properties.items)
                return out_of_memory(err);

        if (add_own(question, &place, arena, &ret->properties, err) < 0)
                return -1;
        for (size_t i = 0; i < annotations->n; i++) {
                const struct key_value *annotation = &annotations->items[i];
                if (strncmp(annotation->key, ANNOTATION, strlen(ANNOTATION)) == 0 &&
                    add_annotation(annotation, arena, &ret->properties, err) < 0)
                        return -1;
        }
        return 0;
}
