/* SPDX-License-Identifier: Apache-2.0 */
/* oom.h - be told when the kernel kills in a container for want of memory. */
#ifndef TARE_CGROUP_OOM_H
#define TARE_CGROUP_OOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cgroup/cgroup.h"

struct oom_watch {
        int fd; /* readable when there is something to take */
        bool is_v2;
        const char *dir; /* the cgroup's, which must outlive the watch */
        uint64_t kills;  /* counted so far, on cgroup2 */
};

struct oom_news {
        uint64_t n;   /* times that memory has run out since the last look */
        bool is_gone; /* the cgroup is removed, there will be no more */
};

/* Refuses where there is no memory controller. What was before is not told. */
int oom_watch_open(const struct cgroup *cgroup, struct oom_watch *ret, struct err *err);
/* How often the kernel has killed so far, without waiting; 0 where it does not say. */
uint64_t oom_kills(const struct cgroup *cgroup);
/* After poll(2): takes what there is. */
int oom_watch_take(struct oom_watch *watch, struct oom_news *ret, struct err *err);
/* Accepts what oom_watch_open refused. */
void oom_watch_finish(struct oom_watch *watch);

#endif
