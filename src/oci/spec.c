/* SPDX-License-Identifier: Apache-2.0 */
/* spec.c - the top of config.json. Each section with more to it than a field or two has a file of its own. */

#include <stddef.h>

#include "oci/spec.h"

#include "oci/fields.h"

/* clang-format off */
static const struct field root_fields[] = {
        { .key = "path",     .read = read_text, .offset = offsetof(struct spec, root.path), .is_required = true },
        { .key = "readonly", .read = read_bool, .offset = offsetof(struct spec, root.readonly) },
        { 0 },
};

const struct field spec_fields[] = {
        { .key = "ociVersion",  .read = read_text,     .offset = offsetof(struct spec, oci_version) },
        { .key = "root",        .read = read_object,   .set_offset = 1 + offsetof(struct spec, root.set),
          .fields = root_fields },
        { .key = "process",     .read = read_object,   .set_offset = 1 + offsetof(struct spec, process.set),
          .offset = offsetof(struct spec, process), .fields = process_fields },
        { .key = "hostname",    .read = read_opt_text, .offset = offsetof(struct spec, hostname) },
        { .key = "domainname",  .read = read_opt_text, .offset = offsetof(struct spec, domainname) },
        { .key = "mounts",      .read = read_array,    .offset = offsetof(struct spec, mounts),
          .fields = mount_fields, .size = sizeof(struct spec_mount) },
        { .key = "hooks",       .read = read_object,   .fields = hooks_fields },
        { .key = "annotations", .read = read_text_map, .offset = offsetof(struct spec, annotations) },
        { .key = "linux",       .read = read_object,   .set_offset = 1 + offsetof(struct spec, linux_.set),
          .offset = offsetof(struct spec, linux_), .fields = linux_fields },
        { 0 },
};
/* clang-format on */

int spec_read(const char *text, size_t len, const char *name, struct arena *arena, struct spec *ret, struct err *err)
{
        *ret = (struct spec){ 0 };
        return reader_run(text, len, name, spec_fields, ret, arena, err);
}
