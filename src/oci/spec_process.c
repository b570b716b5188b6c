/* SPDX-License-Identifier: Apache-2.0 */
/* spec_process.c - the field tables of "process", and its limits by their names. */

#include <stddef.h>
#include <string.h>
#include <sys/resource.h>

#include "oci/spec.h"

#include "base/buf.h"
#include "oci/fields.h"
#include "oci/names.h"

/* rlimits ---------------------------------------------------------------------------------------------------------- */

static const struct {
        const char *name;
        int resource;
} rlimits[] = {
        {"RLIMIT_AS",          RLIMIT_AS        },
        { "RLIMIT_CORE",       RLIMIT_CORE      },
        { "RLIMIT_CPU",        RLIMIT_CPU       },
        { "RLIMIT_DATA",       RLIMIT_DATA      },
        { "RLIMIT_FSIZE",      RLIMIT_FSIZE     },
        { "RLIMIT_LOCKS",      RLIMIT_LOCKS     },
        { "RLIMIT_MEMLOCK",    RLIMIT_MEMLOCK   },
        { "RLIMIT_MSGQUEUE",   RLIMIT_MSGQUEUE  },
        { "RLIMIT_NICE",       RLIMIT_NICE      },
        { "RLIMIT_NOFILE",     RLIMIT_NOFILE    },
        { "RLIMIT_NPROC",      RLIMIT_NPROC     },
        { "RLIMIT_RSS",        RLIMIT_RSS       },
        { "RLIMIT_RTPRIO",     RLIMIT_RTPRIO    },
        { "RLIMIT_RTTIME",     RLIMIT_RTTIME    },
        { "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
        { "RLIMIT_STACK",      RLIMIT_STACK     },
};
_Static_assert(ARRAY_LEN(rlimits) == RLIM_NLIMITS, "every limit of the kernel has its name");

/* Into the whole struct: the name, and the number that it stands for. */
static int read_rlimit_type(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        struct spec_rlimit *rlimit = into;
        if (reader_text(value, &rlimit->type) < 0)
                return -1;

        for (size_t i = 0; i < ARRAY_LEN(rlimits); i++) {
                if (strcmp(rlimits[i].name, rlimit->type) == 0) {
                        rlimit->resource = rlimits[i].resource;
                        return 0;
                }
        }
        return reader_fail(value, "unknown rlimit \"%s\"", rlimit->type);
}

/* environment ------------------------------------------------------------------------------------------------------ */

/* The name is told with each NUL as \x00, as Go quotes it. */
static int refuse_variable(struct json_value value, const char *text, size_t len)
{
        const char *equals = memchr(text, '=', len);
        size_t name_len = equals ? (size_t)(equals - text) : len;
        auto_buf struct buf name = { 0 };
        for (size_t i = 0; i < name_len; i++) {
                if (text[i] == '\0')
                        buf_add_text(&name, "\\x00");
                else
                        buf_add(&name, text + i, 1);
        }
        return reader_fail(value, "invalid environment variable \"%.64s\": %s contains nul byte (\\x00)",
                           buf_text(&name), memchr(text, '\0', name_len) ? "name" : "value");
}

/* What stands behind a NUL, no program would ever see. */
static int add_variable(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)key;
        (void)field;
        struct text_list *env = into;
        const char **text = &env->items[env->n++];
        size_t len = 0;
        if (reader_bytes(item, text, &len) < 0)
                return -1;
        return memchr(*text, '\0', len) ? refuse_variable(item, *text, len) : 0;
}

static int read_env(struct json_value value, const struct field *field, void *into)
{
        return reader_list(value, add_variable, field, into);
}

/* groups ----------------------------------------------------------------------------------------------------------- */

static int add_gid(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)key;
        struct spec_user *user = into;
        return read_u32(item, field, &user->additional_gids[user->n_additional_gids++]);
}
_Static_assert(sizeof(gid_t) == sizeof(uint32_t), "read_u32 fits");

/* Into the whole struct. */
static int read_gids(struct json_value value, const struct field *field, void *into)
{
        struct spec_user *user = into;
        user->additional_gids = arena_alloc_n(reader_arena(value), reader_count(value), sizeof *user->additional_gids);
        if (!user->additional_gids)
                return reader_fail(value, "out of memory");
        return reader_each_item(value, add_gid, field, user);
}

/* tables ----------------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct field console_size_fields[] = {
        { .key = "height", .read = read_u32, .offset = offsetof(struct spec_process, console_size.height), .is_required = true },
        { .key = "width",  .read = read_u32, .offset = offsetof(struct spec_process, console_size.width),  .is_required = true },
        { 0 },
};

/* Ids that are not given are 0, as for runc. */
static const struct field user_fields[] = {
        { .key = "uid",            .read = read_u32,     .offset = offsetof(struct spec_user, uid) },
        { .key = "gid",            .read = read_u32,     .offset = offsetof(struct spec_user, gid) },
        { .key = "umask",          .read = read_opt_u32, .offset = offsetof(struct spec_user, umask) },
        { .key = "additionalGids", .read = read_gids },
        { 0 },
};
_Static_assert(sizeof(uid_t) == sizeof(uint32_t), "read_u32 fits");

static const struct field capabilities_fields[] = {
        { .key = "bounding",    .read = read_text_list, .offset = offsetof(struct spec_capabilities, bounding) },
        { .key = "effective",   .read = read_text_list, .offset = offsetof(struct spec_capabilities, effective) },
        { .key = "inheritable", .read = read_text_list, .offset = offsetof(struct spec_capabilities, inheritable) },
        { .key = "permitted",   .read = read_text_list, .offset = offsetof(struct spec_capabilities, permitted) },
        { .key = "ambient",     .read = read_text_list, .offset = offsetof(struct spec_capabilities, ambient) },
        { 0 },
};

static const struct field rlimit_fields[] = {
        { .key = "type", .read = read_rlimit_type, .is_required = true },
        { .key = "soft", .read = read_u64, .offset = offsetof(struct spec_rlimit, soft), .is_required = true },
        { .key = "hard", .read = read_u64, .offset = offsetof(struct spec_rlimit, hard), .is_required = true },
        { 0 },
};

static const struct field scheduler_fields[] = {
        { .key = "policy",   .read = read_name,      .offset = offsetof(struct spec_scheduler, policy), .is_required = true,
          .extra = &scheduler_policy_names },
        { .key = "nice",     .read = read_i32,       .offset = offsetof(struct spec_scheduler, nice) },
        { .key = "priority", .read = read_i32,       .offset = offsetof(struct spec_scheduler, priority) },
        { .key = "flags",    .read = read_name_list, .offset = offsetof(struct spec_scheduler, flags),
          .extra = &scheduler_flag_names },
        { .key = "runtime",  .read = read_u64,       .offset = offsetof(struct spec_scheduler, runtime) },
        { .key = "deadline", .read = read_u64,       .offset = offsetof(struct spec_scheduler, deadline) },
        { .key = "period",   .read = read_u64,       .offset = offsetof(struct spec_scheduler, period) },
        { 0 },
};

static const struct field io_priority_fields[] = {
        { .key = "class",    .read = read_name, .offset = offsetof(struct spec_process, io_priority.class), .is_required = true,
          .extra = &io_class_names },
        { .key = "priority", .read = read_i32,  .offset = offsetof(struct spec_process, io_priority.priority), .is_required = true },
        { 0 },
};

static const struct field affinity_fields[] = {
        { .key = "initial", .read = read_opt_text, .offset = offsetof(struct spec_process, exec_cpu_affinity.initial) },
        { .key = "final",   .read = read_opt_text, .offset = offsetof(struct spec_process, exec_cpu_affinity.final) },
        { 0 },
};

const struct field process_fields[] = {
        { .key = "terminal",        .read = read_bool,      .offset = offsetof(struct spec_process, terminal) },
        { .key = "consoleSize",     .read = read_object,    .set_offset = 1 + offsetof(struct spec_process, console_size.set),
          .fields = console_size_fields },
        { .key = "user",            .read = read_object,    .offset = offsetof(struct spec_process, user), .fields = user_fields },
        { .key = "args",            .read = read_text_list, .offset = offsetof(struct spec_process, args) },
        { .key = "env",             .read = read_env,       .offset = offsetof(struct spec_process, env) },
        { .key = "cwd",             .read = read_text,      .offset = offsetof(struct spec_process, cwd), .is_required = true },
        { .key = "capabilities",    .read = read_object,    .set_offset = 1 + offsetof(struct spec_process, capabilities.set),
          .offset = offsetof(struct spec_process, capabilities), .fields = capabilities_fields },
        { .key = "rlimits",         .read = read_array,     .offset = offsetof(struct spec_process, rlimits),
          .fields = rlimit_fields, .size = sizeof(struct spec_rlimit) },
        { .key = "noNewPrivileges", .read = read_bool,      .offset = offsetof(struct spec_process, no_new_privileges) },
        { .key = "oomScoreAdj",     .read = read_opt_i64,   .offset = offsetof(struct spec_process, oom_score_adj) },
        { .key = "apparmorProfile", .read = read_opt_text,  .offset = offsetof(struct spec_process, apparmor_profile) },
        { .key = "selinuxLabel",    .read = read_opt_text,  .offset = offsetof(struct spec_process, selinux_label) },
        { .key = "scheduler",       .read = read_object,    .set_offset = 1 + offsetof(struct spec_process, scheduler.set),
          .offset = offsetof(struct spec_process, scheduler), .fields = scheduler_fields },
        { .key = "ioPriority",      .read = read_object,    .set_offset = 1 + offsetof(struct spec_process, io_priority.set),
          .fields = io_priority_fields },
        { .key = "execCPUAffinity", .read = read_object,    .fields = affinity_fields },
        { 0 },
};
/* clang-format on */
