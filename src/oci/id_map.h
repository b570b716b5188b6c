/* SPDX-License-Identifier: Apache-2.0 */
/* id_map.h - the mappings of a user namespace (user_namespaces(7)): checked, searched, compared and read. Pure. */
#ifndef TARE_OCI_ID_MAP_H
#define TARE_OCI_ID_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"

/* include/linux/user_namespace.h, UID_GID_MAP_MAX_EXTENTS */
enum { ID_MAPS_MAX = 340 };

/* What the kernel would answer with EINVAL: `range 1 overlaps range 0`, `range 0 is empty`, `range 0 ends beyond the
 * last id`, `more than 340 ranges`. */
int id_map_check(const struct spec_id_map *maps, size_t n, struct err *err);
/* The id outside for one inside. False: it is mapped nowhere. */
bool id_map_find(const struct spec_id_map *maps, size_t n, uint32_t id, uint32_t *ret_host);
/* Whether both map the same ids to the same ones, however they are cut into ranges. */
bool id_map_is_same(const struct spec_id_map *a, size_t n_a, const struct spec_id_map *b, size_t n_b);
/* From the text of /proc/PID/uid_map; "line 2 is no mapping". */
int id_map_parse(const char *text, struct arena *arena, struct spec_id_map **ret, size_t *ret_n, struct err *err);

/* The mappings of crun's mount options idmap and ridmap: "uids=0-1-10#10-11-10;gids=0-1-10", each INSIDE-OUTSIDE-SIZE;
 * "@" before one says that OUTSIDE is an id of the container, by linux.uidMappings or gidMappings. */
struct id_map_option {
        struct spec_id_map *maps[2]; /* uids, gids */
        size_t n[2];
};
int id_map_read_option(const char *text, const struct spec_linux *linux_, struct arena *arena,
                       struct id_map_option *ret, struct err *err);

#endif
