/* SPDX-License-Identifier: Apache-2.0 */
/* spec_mounts.c - the field tables of "mounts", and of the id mappings that mounts and namespaces have alike. */

#include <stddef.h>

#include "oci/spec.h"

#include "oci/fields.h"

/* clang-format off */
const struct field id_map_fields[] = {
        { .key = "containerID", .read = read_u32, .offset = offsetof(struct spec_id_map, container_id), .is_required = true },
        { .key = "hostID",      .read = read_u32, .offset = offsetof(struct spec_id_map, host_id),      .is_required = true },
        { .key = "size",        .read = read_u32, .offset = offsetof(struct spec_id_map, size),         .is_required = true },
        { 0 },
};

const struct field mount_fields[] = {
        { .key = "destination", .read = read_text,      .offset = offsetof(struct spec_mount, destination), .is_required = true },
        { .key = "type",        .read = read_opt_text,  .offset = offsetof(struct spec_mount, type) },
        { .key = "source",      .read = read_opt_text,  .offset = offsetof(struct spec_mount, source) },
        { .key = "options",     .read = read_text_list, .offset = offsetof(struct spec_mount, options) },
        { .key = "uidMappings", .read = read_array,     .offset = offsetof(struct spec_mount, uid_mappings),
          .fields = id_map_fields, .size = sizeof(struct spec_id_map) },
        { .key = "gidMappings", .read = read_array,     .offset = offsetof(struct spec_mount, gid_mappings),
          .fields = id_map_fields, .size = sizeof(struct spec_id_map) },
        { 0 },
};
/* clang-format on */
