/* SPDX-License-Identifier: Apache-2.0 */
/* spec_seccomp.c - the field tables of "linux.seccomp". */

#include <stddef.h>

#include "oci/spec.h"

#include "oci/fields.h"
#include "oci/names.h"

/* clang-format off */
static const struct field arg_fields[] = {
        { .key = "index",    .read = read_u32,  .offset = offsetof(struct spec_seccomp_arg, index), .is_required = true },
        { .key = "value",    .read = read_u64,  .offset = offsetof(struct spec_seccomp_arg, value), .is_required = true },
        { .key = "valueTwo", .read = read_u64,  .offset = offsetof(struct spec_seccomp_arg, value_two) },
        { .key = "op",       .read = read_name, .offset = offsetof(struct spec_seccomp_arg, op),    .is_required = true,
          .extra = &seccomp_operator_names },
        { 0 },
};

static const struct field rule_fields[] = {
        { .key = "names",    .read = read_text_list, .offset = offsetof(struct spec_seccomp_rule, names),  .is_required = true },
        { .key = "action",   .read = read_name,      .offset = offsetof(struct spec_seccomp_rule, action), .is_required = true,
          .extra = &seccomp_action_names },
        { .key = "errnoRet", .read = read_opt_u32,   .offset = offsetof(struct spec_seccomp_rule, errno_ret) },
        { .key = "args",     .read = read_array,     .offset = offsetof(struct spec_seccomp_rule, args),
          .fields = arg_fields, .size = sizeof(struct spec_seccomp_arg) },
        { 0 },
};

const struct field seccomp_fields[] = {
        { .key = "defaultAction",    .read = read_name,      .offset = offsetof(struct spec_seccomp, default_action), .is_required = true,
          .extra = &seccomp_action_names },
        { .key = "defaultErrnoRet",  .read = read_opt_u32,   .offset = offsetof(struct spec_seccomp, default_errno_ret) },
        { .key = "architectures",    .read = read_name_list, .offset = offsetof(struct spec_seccomp, architectures),
          .extra = &seccomp_arch_names },
        { .key = "flags",            .read = read_name_list, .offset = offsetof(struct spec_seccomp, flags),
          .set_offset = 1 + offsetof(struct spec_seccomp, has_flags), .extra = &seccomp_flag_names },
        { .key = "listenerPath",     .read = read_opt_text,  .offset = offsetof(struct spec_seccomp, listener_path) },
        { .key = "listenerMetadata", .read = read_opt_text,  .offset = offsetof(struct spec_seccomp, listener_metadata) },
        { .key = "syscalls",         .read = read_array,     .offset = offsetof(struct spec_seccomp, rules),
          .fields = rule_fields, .size = sizeof(struct spec_seccomp_rule) },
        { 0 },
};
/* clang-format on */
