/* SPDX-License-Identifier: Apache-2.0 */
/* spec_hooks.c - the field tables of "hooks". */

#include <stddef.h>

#include "oci/spec.h"

#include "oci/fields.h"

/* clang-format off */
static const struct field hook_fields[] = {
        { .key = "path",    .read = read_text,      .offset = offsetof(struct spec_hook, path), .is_required = true },
        { .key = "args",    .read = read_text_list, .offset = offsetof(struct spec_hook, args) },
        { .key = "env",     .read = read_text_list, .offset = offsetof(struct spec_hook, env),
          .set_offset = 1 + offsetof(struct spec_hook, has_env) },
        { .key = "timeout", .read = read_opt_i64,   .offset = offsetof(struct spec_hook, timeout) },
        { 0 },
};

const struct field hooks_fields[] = {
        { .key = "prestart",        .read = read_array, .offset = offsetof(struct spec, hooks[HOOK_PRESTART]),
          .fields = hook_fields, .size = sizeof(struct spec_hook) },
        { .key = "createRuntime",   .read = read_array, .offset = offsetof(struct spec, hooks[HOOK_CREATE_RUNTIME]),
          .fields = hook_fields, .size = sizeof(struct spec_hook) },
        { .key = "createContainer", .read = read_array, .offset = offsetof(struct spec, hooks[HOOK_CREATE_CONTAINER]),
          .fields = hook_fields, .size = sizeof(struct spec_hook) },
        { .key = "startContainer",  .read = read_array, .offset = offsetof(struct spec, hooks[HOOK_START_CONTAINER]),
          .fields = hook_fields, .size = sizeof(struct spec_hook) },
        { .key = "poststart",       .read = read_array, .offset = offsetof(struct spec, hooks[HOOK_POSTSTART]),
          .fields = hook_fields, .size = sizeof(struct spec_hook) },
        { .key = "poststop",        .read = read_array, .offset = offsetof(struct spec, hooks[HOOK_POSTSTOP]),
          .fields = hook_fields, .size = sizeof(struct spec_hook) },
        { 0 },
};
/* clang-format on */
