/* SPDX-License-Identifier: Apache-2.0 */
/* spec_support.c - what this build cannot do yet: one row for each setting. Whoever makes one work deletes its row, and
 * with it `features` tells so. */

#include <stddef.h>
#include <string.h>

#include "oci/spec.h"

#include "oci/support.h"

struct missing;
/* Where a setting stands. */
struct place {
        size_t index;     /* for the "[]" of the path */
        const char *word; /* what is at fault there, if it is one of several */
};
/* Whether the bundle asks for what the row names, and where. */
typedef bool asked_fn(const struct spec *spec, const struct missing *row, struct place *ret);

struct missing {
        const char *path;
        asked_fn *is_asked_for;
        size_t offset; /* in struct spec, for is_some */
};

static bool is_some(const struct spec *spec, const struct missing *row, struct place *ret)
{
        (void)ret;
        return *(const size_t *)((const char *)spec + row->offset) > 0;
}

static const enum ns_type missing_namespaces[] = { NS_USER };

static bool is_missing_namespace(const struct spec *spec, const struct missing *row, struct place *ret)
{
        (void)row;
        for (size_t i = 0; i < ARRAY_LEN(missing_namespaces); i++) {
                enum ns_type type = missing_namespaces[i];
                if (!spec->linux_.namespaces[type].set)
                        continue;
                *ret = (struct place){ spec->linux_.namespaces[type].index, ns_type_names[type] };
                return true;
        }
        return false;
}

/* Of either kind: spec_check lets none come alone. */
static bool is_mapped_mount(const struct spec *spec, const struct missing *row, struct place *ret)
{
        (void)row;
        for (ret->index = 0; ret->index < spec->n_mounts; ret->index++)
                if (spec->mounts[ret->index].n_uid_mappings + spec->mounts[ret->index].n_gid_mappings > 0)
                        return true;
        return false;
}

/* clang-format off */
static const struct missing missing[] = {
        { "mounts[].uidMappings",           is_mapped_mount, 0 },
        { "linux.namespaces[].type",        is_missing_namespace, 0 },
        { "linux.uidMappings",              is_some,  offsetof(struct spec, linux_.n_uid_mappings) },
        { "linux.gidMappings",              is_some,  offsetof(struct spec, linux_.n_gid_mappings) },
};
/* clang-format on */

static int refuse(const char *path, const struct place *place, const char *name, struct err *err)
{
        size_t head = strcspn(path, "[");
        (void)fail(err, "not supported by this build of tare");
        if (place->word)
                (void)fail_at(err, "%s", place->word);
        if (path[head] == '\0')
                return fail_at(err, "%s: %s", name, path);
        return fail_at(err, "%s: %.*s[%zu]%s", name, (int)head, path, place->index, path + head + strlen("[]"));
}

int spec_check_support(const struct spec *spec, const char *name, struct err *err)
{
        for (size_t i = 0; i < ARRAY_LEN(missing); i++) {
                struct place place = { 0 };
                if (missing[i].is_asked_for(spec, &missing[i], &place))
                        return refuse(missing[i].path, &place, name, err);
        }
        return 0;
}

bool support_has(const char *path)
{
        for (size_t i = 0; i < ARRAY_LEN(missing); i++)
                if (strcmp(missing[i].path, path) == 0)
                        return false;
        return true;
}

bool support_has_namespace(enum ns_type type)
{
        for (size_t i = 0; i < ARRAY_LEN(missing_namespaces); i++)
                if (missing_namespaces[i] == type)
                        return false;
        return true;
}
