/* SPDX-License-Identifier: Apache-2.0 */
/* landlock.h - what a container may do by the rules of Landlock (landlock(7)), from an annotation of config.json that
 * is tare's own: a JSON object. docs/ANNOTATIONS.md tells users what may stand in it. */
#ifndef TARE_OCI_LANDLOCK_H
#define TARE_OCI_LANDLOCK_H

#include "oci/spec.h"

#define LANDLOCK_ANNOTATION "run.tare.landlock"

/* A file or directory of the container, with all below it. */
struct spec_landlock_path {
        const char *path;        /* absolute */
        struct text_list access; /* of landlock_access_names (names.h); not empty */
};

struct port_list {
        bool set; /* it was given: an empty one is no port at all */
        uint16_t *items;
        size_t n;
};

/* Deny by default, but only of that kind which is given. */
struct spec_landlock {
        bool set;       /* the annotation is there */
        bool has_paths; /* an empty list is no file at all */
        struct spec_landlock_path *paths;
        size_t n_paths;
        struct {
                struct port_list bind, connect;
        } tcp;
        struct text_list scopes; /* of landlock_scope_names */
};

/* Reads the annotation, after spec_read; without it *ret is empty. name is what errors call config.json. A key that is
 * unknown is refused, unlike elsewhere: who mistypes a restriction must not go without it. Pure; everything lives in
 * arena. On failure: `config.json: annotations.run.tare.landlock: paths[0].access[1]: unknown access "x"`. */
int spec_landlock_read(const struct spec *spec, const char *name, struct arena *arena, struct spec_landlock *ret,
                       struct err *err);

#endif
