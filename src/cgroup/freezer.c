/* SPDX-License-Identifier: Apache-2.0 */
/* freezer.c - the two freezers of the kernel, v1's controller and cgroup2's own, as two rows. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/freezer.h"

#include "base/file.h"
#include "cgroup/hierarchy.h"

enum { FREEZE_WAIT_MS = 500 };

/* The v1 one goes first: on a hybrid host it is what everybody else pauses containers with. */
static const struct freezer {
        const char *controller;           /* whose hierarchy */
        const char *asked;                /* the file that holds 1 once this very directory was asked to freeze */
        const char *file, *freeze, *thaw; /* asking */
        const char *done_file, *done;     /* what that file says when all stand still */
} freezers[] = {
        {"freezer", "freezer.self_freezing", "freezer.state", "FROZEN", "THAWED", "freezer.state", "FROZEN"  },
        { "",       "cgroup.freeze",         "cgroup.freeze", "1",      "0",      "cgroup.events", "frozen 1"},
};

static const struct freezer *freezer_of(const struct cgroup_hierarchy *hierarchy)
{
        for (size_t i = 0; i < ARRAY_LEN(freezers); i++) {
                if (hierarchy_has(hierarchy, freezers[i].controller))
                        return &freezers[i];
        }
        return NULL;
}

/* The hierarchy whose freezer is used; NULL where there is none. */
static const struct cgroup_hierarchy *find_hierarchy(const struct cgroup *cgroup)
{
        const struct cgroup_hierarchy *found = NULL;
        for (size_t i = 0; !found && i < ARRAY_LEN(freezers); i++)
                found = hierarchy_find(cgroup, freezers[i].controller);
        return found;
}

bool hierarchy_is_frozen(const struct cgroup_hierarchy *hierarchy)
{
        const struct freezer *freezer = freezer_of(hierarchy);
        if (!freezer)
                return false;

        char path[PATH_MAX];
        struct err ignored;
        char text[KNOB_SIZE];
        (void)snprintf(path, sizeof path, "%s/%s", hierarchy->dir, freezer->asked);
        return knob_read(path, text, &ignored) == 0 && strcmp(text, "1") == 0;
}

bool cgroup_is_frozen(const struct cgroup *cgroup)
{
        const struct cgroup_hierarchy *hierarchy = find_hierarchy(cgroup);
        return hierarchy && hierarchy_is_frozen(hierarchy);
}

static int ask(const struct cgroup_hierarchy *hierarchy, const char *file, const char *text, struct err *err)
{
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", hierarchy->dir, file);
        if (file_write(AT_FDCWD, path, text, err) == 0)
                return 0;
        return err->code == ENOENT || err->code == ENODEV ? 0 : -1;
}

int freezer_freeze(const struct cgroup *cgroup, struct err *err)
{
        const struct cgroup_hierarchy *hierarchy = find_hierarchy(cgroup);
        if (!hierarchy)
                return cgroup->n == 0 ? 0 : fail(err, "this host has no cgroup freezer");

        const struct freezer *freezer = freezer_of(hierarchy);
        if (ask(hierarchy, freezer->file, freezer->freeze, err) < 0)
                return fail_at(err, "freeze");
        if (knob_wait(hierarchy->dir, freezer->done_file, freezer->done, FREEZE_WAIT_MS) ||
            !hierarchy_is_frozen(hierarchy))
                return 0;
        return fail(err, "freeze cgroup %s: not done in %d ms", hierarchy->dir, FREEZE_WAIT_MS);
}

int freezer_thaw(const struct cgroup *cgroup, struct err *err)
{
        const struct cgroup_hierarchy *hierarchy = find_hierarchy(cgroup);
        if (!hierarchy)
                return 0;

        const struct freezer *freezer = freezer_of(hierarchy);
        if (ask(hierarchy, freezer->file, freezer->thaw, err) < 0)
                return fail_at(err, "thaw");
        return 0;
}

int cgroup_freeze(const struct cgroup *cgroup, struct err *err)
{
        if (freezer_freeze(cgroup, err) == 0)
                return 0;
        /* Half frozen is neither paused nor running. */
        struct err ignored;
        (void)freezer_thaw(cgroup, &ignored);
        return -1;
}

int cgroup_thaw(const struct cgroup *cgroup, struct err *err)
{
        return cgroup_is_frozen(cgroup) ? freezer_thaw(cgroup, err) : 0;
}
