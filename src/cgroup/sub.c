/* SPDX-License-Identifier: Apache-2.0 */
/* sub.c - read the arguments of exec --cgroup; see sub.h. */

#include <limits.h>
#include <string.h>

#include "cgroup/sub.h"

#include "base/path.h"
#include "cgroup/hierarchy.h"

static int put_below(const struct cgroup_hierarchy *own, const char *path, struct arena *arena,
                     struct cgroup_hierarchy *hierarchy, struct err *err)
{
        char joined[PATH_MAX], clean[PATH_MAX];
        if (path_below(own->dir, path, joined, err) < 0 || path_clean(joined, clean, err) < 0)
                return fail_at(err, "--cgroup");
        if (!path_is_below(clean, own->dir))
                return fail(err, "bad sub cgroup path: %s", path);
        hierarchy->dir = arena_copy(arena, clean, strlen(clean));
        return hierarchy->dir ? 0 : fail(err, "--cgroup: out of memory");
}

static int put_all_below(const struct cgroup *own, const char *path, struct arena *arena, struct cgroup *cgroup,
                         struct err *err)
{
        for (size_t i = 0; i < cgroup->n; i++)
                if (put_below(&own->hierarchies[i], path, arena, &cgroup->hierarchies[i], err) < 0)
                        return -1;
        return 0;
}

/* One after the other, the controllers before the first colon. */
struct controllers {
        const char *rest, *end;
};

static bool controllers_next(struct controllers *list, char ret[NAME_MAX + 1])
{
        if (!list->rest)
                return false;
        const char *comma = memchr(list->rest, ',', (size_t)(list->end - list->rest));
        size_t len = (size_t)((comma ? comma : list->end) - list->rest);
        if (len > NAME_MAX)
                len = NAME_MAX;
        memcpy(ret, list->rest, len);
        ret[len] = '\0';
        list->rest = comma ? comma + 1 : NULL;
        return true;
}

/* How often the arguments name it. */
static size_t count(const struct text_list *args, const char *controller)
{
        size_t n = 0;
        for (size_t i = 0; i < args->n; i++) {
                const char *colon = strchr(args->items[i], ':');
                struct controllers list = { colon ? args->items[i] : NULL, colon };
                char name[NAME_MAX + 1];
                while (controllers_next(&list, name))
                        n += strcmp(name, controller) == 0;
        }
        return n;
}

static int put_those_below(const struct cgroup *own, const struct text_list *args, size_t i, struct arena *arena,
                           struct cgroup *cgroup, struct err *err)
{
        const char *arg = args->items[i];
        const char *colon = strchr(arg, ':');
        struct controllers list = { arg, colon };
        char name[NAME_MAX + 1];
        if (!colon)
                return fail(err, "invalid --cgroup argument: %s (missing <controller>: prefix)", arg);
        while (controllers_next(&list, name)) {
                if (*name == '\0')
                        return fail(err, "invalid --cgroup argument: %s (empty <controller> prefix)", arg);
                if (count(args, name) > 1)
                        return fail(err, "invalid --cgroup argument(s): controller %s specified multiple times", name);
                const struct cgroup_hierarchy *found = hierarchy_find(own, name);
                if (!found)
                        return fail(err, "unknown controller %s in SubCgroupPaths", name);
                size_t k = (size_t)(found - own->hierarchies);
                if (put_below(found, colon + 1, arena, &cgroup->hierarchies[k], err) < 0)
                        return -1;
        }
        return 0;
}

int sub_cgroup_choose(const struct text_list *args, struct arena *arena, struct cgroup *cgroup, struct err *err)
{
        const struct cgroup own = *cgroup;
        if (args->n == 1 && !strchr(args->items[0], ':'))
                return put_all_below(&own, args->items[0], arena, cgroup, err);
        for (size_t i = 0; i < args->n; i++)
                if (put_those_below(&own, args, i, arena, cgroup, err) < 0)
                        return -1;
        return 0;
}
