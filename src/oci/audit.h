/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h - what a security reviewer asks of a container, answered from its spec: one const row a finding, and a pure
 * walk over the rows. For a running container the spec is what /proc shows of it (birth/audit.c). */
#ifndef TARE_OCI_AUDIT_H
#define TARE_OCI_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "oci/spec.h"

enum audit_severity {
        AUDIT_NONE, /* no finding */
        AUDIT_NOTE, /* worth knowing; ordinary containers have some */
        AUDIT_WARNING,
        AUDIT_CRITICAL, /* the container's root is the host's, or nearly */
        AUDIT_SEVERITIES
};
/* "none", "note", "warning", "critical". */
extern const char *const audit_severity_names[AUDIT_SEVERITIES];

/* Where in the configuration. */
struct audit_place {
        const char *path;   /* "mounts[3]", "process.capabilities" */
        const char *value;  /* what is at fault there, "CAP_SYS_ADMIN"; NULL: that it is missing says enough */
        const char *detail; /* what belongs to the value, the source of a mount; NULL: nothing */
        struct audit_place *next;
};

struct audit_places {
        struct arena *arena;
        struct audit_place *first, **end;
        bool is_running;
        bool out_of_memory;
};

/* Adds the places where the spec has what the row is about; none: there is no finding. */
typedef void audit_find_fn(const struct spec *spec, const char *const *words, struct audit_places *places);

struct audit_rule {
        const char *id;
        enum audit_severity severity;
        enum audit_severity mapped; /* where a user namespace keeps the container's root apart from the host's */
        audit_find_fn *find;
        const char *const *words; /* what it looks for; ends with NULL */
        const char *what, *why;
        const char *fix; /* the lines of config.json that close it; "%" stands for the values that were found */
};
/* In the order of the report; the last has no id. */
extern const struct audit_rule audit_rules[];

struct audit_finding {
        const struct audit_rule *rule;
        enum audit_severity severity;
        const struct audit_place *places; /* never none */
        const char *fix;                  /* with the values in it */
};

struct audit_report {
        struct audit_finding *findings; /* the gravest first */
        size_t n;
        enum audit_severity worst;
        const char *bundle; /* what was looked at: a bundle (and then no id) or a container; set by birth */
        const char *id, *status;
};

/* Of a running container the places have no index: its mounts are not those of config.json. */
enum audit_of { AUDIT_CONFIG, AUDIT_RUNNING };

/* Pure. All lives in arena, or in what the spec lives in. */
int audit_spec(const struct spec *spec, enum audit_of what, struct arena *arena, struct audit_report *ret,
               struct err *err);

/* The report as one JSON document. */
void audit_print_json(const struct audit_report *report, struct buf *out);

#endif
