/* SPDX-License-Identifier: Apache-2.0 */
/* resource_table.h - the one table of linux.resources: a row a setting, for the plan and for the tests that walk it. */
#ifndef TARE_CGROUP_RESOURCE_TABLE_H
#define TARE_CGROUP_RESOURCE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "cgroup/resources.h"

/* What config.json says of one setting. */
enum wish {
        WISH_REFUSED = -1, /* with err */
        WISH_NONE,
        WISH_WRITE,    /* the text, or refusal where it cannot be written */
        WISH_DEFAULT,  /* the same, but it is what a new cgroup has: where the file is missing, it is so anyway */
        WISH_IF_THERE, /* the text, where the file is there */
};

struct resource_row;

/* What a converter looks at. */
struct ask {
        const struct resource_question *question;
        const struct resource_row *row;
        const void *field; /* the row's, in question->spec */
        size_t i;          /* of a list */
        bool is_v2;        /* the controller is one of cgroup2 */
        const char *dir;
};

enum {
        /* Where the file is missing, the next row is for the same setting; else that is passed over. */
        ROW_ELSE_NEXT = 1,
        /* Deprecated: the kernel may do as it likes, and there is a warning. */
        ROW_IS_ADVICE = 2,
};

struct resource_row {
        /* Below linux.resources. "[]" takes the number of the item, "\"\"" its name. */
        const char *path;
        const char *controller;
        /* "*" takes the item's name; NULL: that version of cgroups has no such setting. */
        const char *v1, *v2;
        size_t field; /* in struct spec_resources */
        enum wish (*text)(const struct ask *ask, struct buf *text, struct err *err);
        size_t (*count)(const struct ask *ask); /* NULL: no list */
        const char *(*name)(const struct ask *ask);
        unsigned int flags;
        unsigned int group; /* see struct resource_write */
        const char *usage;
        const char *v2_key; /* of the pair, in a file of cgroup2 that takes several settings */
};

extern const struct resource_row resource_rows[];
extern const size_t n_resource_rows;

#endif
