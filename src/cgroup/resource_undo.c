/* SPDX-License-Identifier: Apache-2.0 */
/* resource_undo.c - what the files of a plan hold before it is applied, as a plan that puts it back. The kernel knows
 * best what it holds: also what others than we have written. Device rules it does not show; their old list is planned
 * anew by whoever knows it. */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/resources.h"

#include "cgroup/hierarchy.h"

/* Files of which a write changes the one line that begins with its first word, a device or a name; and the rest of a
 * line that takes that one away (NULL: there always is one). */
static const struct by_line {
        const char *file, *nothing;
} by_line[] = {
        {"rdma.max",                          "hca_handle=max hca_object=max"        },
        { "misc.max",                         "max"                                  },
        { "net_prio.ifpriomap",               NULL                                   },
        { "io.max",                           "rbps=max wbps=max riops=max wiops=max"},
        { "io.weight",                        "default"                              },
        { "io.bfq.weight",                    "default"                              },
        { "io.latency",                       "target=max"                           },
        { "blkio.bfq.weight_device",          "0"                                    },
        { "blkio.weight_device",              "0"                                    },
        { "blkio.leaf_weight_device",         "0"                                    },
        { "blkio.throttle.read_bps_device",   "0"                                    },
        { "blkio.throttle.write_bps_device",  "0"                                    },
        { "blkio.throttle.read_iops_device",  "0"                                    },
        { "blkio.throttle.write_iops_device", "0"                                    },
};

/* NULL: the write is of the whole file ("100" to io.weight is of its default). */
static const struct by_line *find_by_line(const struct resource_write *write)
{
        for (size_t i = 0; i < ARRAY_LEN(by_line); i++)
                if (strcmp(by_line[i].file, write->file) == 0 && strchr(write->text, ' '))
                        return &by_line[i];
        return NULL;
}

/* The line that begins with the word; NULL: none does. */
static const char *find_line(const char *text, const char *word, size_t len)
{
        for (const char *line = text; *line;) {
                if (strncmp(line, word, len) == 0 && line[len] == ' ')
                        return line;
                line += strcspn(line, "\n");
                line += *line == '\n';
        }
        return NULL;
}

/* What to write so that the file is as its text says; "" for nothing. */
static void old_text(const struct resource_write *write, const char *now, char ret[KNOB_SIZE])
{
        static const char oom_key[] = "oom_kill_disable";
        size_t len = strcspn(write->text, " ");
        *ret = '\0';
        if (strcmp(write->file, "memory.oom_control") == 0) {
                const char *line = find_line(now, oom_key, strlen(oom_key));
                if (line)
                        (void)snprintf(ret, KNOB_SIZE, "%c", line[sizeof oom_key]);
                return;
        }
        const struct by_line *form = find_by_line(write);
        if (!form) {
                /* A file that holds nothing takes a newline for it: no write at all would leave it. */
                (void)snprintf(ret, KNOB_SIZE, "%.*s", *now ? (int)strcspn(now, "\n") : 1, *now ? now : "\n");
                return;
        }
        const char *line = find_line(now, write->text, len);
        if (line)
                (void)snprintf(ret, KNOB_SIZE, "%.*s", (int)strcspn(line, "\n"), line);
        else if (form->nothing)
                (void)snprintf(ret, KNOB_SIZE, "%.*s %s", (int)len, write->text, form->nothing);
}

int resources_undo_plan(const struct resource_plan *plan, struct arena *arena, struct resource_plan *ret,
                        struct err *err)
{
        *ret = (struct resource_plan){ .writes = arena_alloc_n(arena, plan->n, sizeof *ret->writes) };
        if (!ret->writes)
                return fail(err, "linux.resources: out of memory");
        for (size_t i = plan->n; i > 0; i--) {
                const struct resource_write *write = &plan->writes[i - 1];
                char path[PATH_MAX], now[KNOB_SIZE], old[KNOB_SIZE];
                struct err ignored;
                (void)snprintf(path, sizeof path, "%s/%s", write->dir, write->file);
                /* What cannot be read was not there, or only takes orders. */
                if (write->is_for_device || knob_read(path, now, &ignored) < 0)
                        continue;
                old_text(write, now, old);
                if (!*old)
                        continue;
                struct resource_write *back = &ret->writes[ret->n++];
                *back = *write;
                back->text = arena_copy(arena, old, strlen(old));
                if (!back->text)
                        return fail(err, "linux.resources: out of memory");
        }
        return 0;
}
