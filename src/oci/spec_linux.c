/* SPDX-License-Identifier: Apache-2.0 */
/* spec_linux.c - the field tables of "linux", and what stands there by name: namespaces, clocks, devices, interfaces.
 */

#include <stddef.h>
#include <string.h>

#include "oci/spec.h"

#include "oci/fields.h"
#include "oci/names.h"

/* namespaces ------------------------------------------------------------------------------------------------------- */

struct namespace_item {
        enum ns_type type;
        const char *path;
};

static int read_namespace_type(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char *name = NULL;
        enum ns_type *ret = into;
        if (reader_text(value, &name) < 0)
                return -1;

        size_t type = name_find(&namespace_names, name);
        if (type == NS_TYPES)
                return reader_fail(value, "unknown namespace \"%s\"", name);
        *ret = (enum ns_type)type;
        return 0;
}

static int add_namespace(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)key;
        struct spec_namespace *namespaces = into;
        struct namespace_item read = { 0 };
        if (read_object(item, field, &read) < 0)
                return -1;
        if (namespaces[read.type].set)
                return reader_fail(item, "duplicated namespace \"%s\"", ns_type_names[read.type]);

        /* No type is there twice, so as many were before it as are set. */
        size_t index = 0;
        for (size_t i = 0; i < NS_TYPES; i++)
                index += namespaces[i].set;
        namespaces[read.type] = (struct spec_namespace){ .set = true, .path = read.path, .index = index };
        return 0;
}

static int read_namespaces(struct json_value value, const struct field *field, void *into)
{
        return reader_each_item(value, add_namespace, field, into);
}

/* clocks ----------------------------------------------------------------------------------------------------------- */

static int check_clock(const char *key, struct json_value item, const struct field *field, void *into)
{
        (void)into;
        for (const struct field *row = field->fields; row->key; row++)
                if (strcmp(row->key, key) == 0)
                        return 0;
        return reader_fail(item, "unknown clock \"%s\"", key);
}

static int read_time_offsets(struct json_value value, const struct field *field, void *into)
{
        if (reader_each_member(value, check_clock, field, into) < 0)
                return -1;
        return read_object(value, field, into);
}

/* devices ---------------------------------------------------------------------------------------------------------- */

static int read_device_type(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char *text = NULL;
        char *ret = into;
        if (reader_text(value, &text) < 0)
                return -1;
        if (strlen(text) != 1 || !strchr("cbup", *text))
                return reader_fail(value, "invalid device type \"%s\"", text);

        *ret = *text;
        return 0;
}

static int add_net_device(const char *key, struct json_value item, const struct field *field, void *into)
{
        struct spec_linux *linux_ = into;
        struct spec_net_device *device = &linux_->net_devices[linux_->n_net_devices++];
        device->host_name = key;
        return read_object(item, field, device);
}

/* Into the whole struct. */
static int read_net_devices(struct json_value value, const struct field *field, void *into)
{
        struct spec_linux *linux_ = into;
        linux_->net_devices = arena_alloc_n(reader_arena(value), reader_count(value), sizeof *linux_->net_devices);
        if (!linux_->net_devices)
                return reader_fail(value, "out of memory");
        return reader_each_member(value, add_net_device, field, linux_);
}

/* others ----------------------------------------------------------------------------------------------------------- */

/* "" is none, as for runc. */
static int read_propagation(struct json_value value, const struct field *field, void *into)
{
        const char *text = NULL;
        if (reader_text(value, &text) < 0)
                return -1;
        return *text ? read_name(value, field, into) : 0;
}

/* tables ----------------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct field namespace_fields[] = {
        { .key = "type", .read = read_namespace_type, .offset = offsetof(struct namespace_item, type), .is_required = true },
        { .key = "path", .read = read_opt_text,       .offset = offsetof(struct namespace_item, path) },
        { 0 },
};

static const struct field time_offset_fields[] = {
        { .key = "secs",     .read = read_i64, .offset = offsetof(struct spec_time_offset, secs) },
        { .key = "nanosecs", .read = read_u32, .offset = offsetof(struct spec_time_offset, nanosecs) },
        { 0 },
};

static const struct field clock_fields[] = {
        { .key = "monotonic", .read = read_object, .set_offset = 1 + offsetof(struct spec_linux, time_offsets.monotonic.set),
          .offset = offsetof(struct spec_linux, time_offsets.monotonic), .fields = time_offset_fields },
        { .key = "boottime",  .read = read_object, .set_offset = 1 + offsetof(struct spec_linux, time_offsets.boottime.set),
          .offset = offsetof(struct spec_linux, time_offsets.boottime), .fields = time_offset_fields },
        { 0 },
};

static const struct field device_fields[] = {
        { .key = "type",     .read = read_device_type, .offset = offsetof(struct spec_device, type), .is_required = true },
        { .key = "path",     .read = read_text,        .offset = offsetof(struct spec_device, path), .is_required = true },
        { .key = "major",    .read = read_i64,         .offset = offsetof(struct spec_device, major),
          .set_offset = 1 + offsetof(struct spec_device, has_major) },
        { .key = "minor",    .read = read_i64,         .offset = offsetof(struct spec_device, minor),
          .set_offset = 1 + offsetof(struct spec_device, has_minor) },
        { .key = "fileMode", .read = read_opt_u32,     .offset = offsetof(struct spec_device, file_mode) },
        { .key = "uid",      .read = read_u32,         .offset = offsetof(struct spec_device, uid) },
        { .key = "gid",      .read = read_u32,         .offset = offsetof(struct spec_device, gid) },
        { 0 },
};

static const struct field net_device_fields[] = {
        { .key = "name", .read = read_opt_text, .offset = offsetof(struct spec_net_device, name) },
        { 0 },
};

static const struct field intel_rdt_fields[] = {
        { .key = "closID",           .read = read_opt_text,  .offset = offsetof(struct spec_linux, intel_rdt.clos_id) },
        { .key = "l3CacheSchema",    .read = read_opt_text,  .offset = offsetof(struct spec_linux, intel_rdt.l3_cache_schema) },
        { .key = "memBwSchema",      .read = read_opt_text,  .offset = offsetof(struct spec_linux, intel_rdt.mem_bw_schema) },
        { .key = "schemata",         .read = read_text_list, .offset = offsetof(struct spec_linux, intel_rdt.schemata) },
        { .key = "enableMonitoring", .read = read_bool,      .offset = offsetof(struct spec_linux, intel_rdt.enable_monitoring) },
        { 0 },
};

static const struct field memory_policy_fields[] = {
        { .key = "mode",  .read = read_name,      .offset = offsetof(struct spec_linux, memory_policy.mode), .is_required = true,
          .extra = &memory_mode_names },
        { .key = "nodes", .read = read_opt_text,  .offset = offsetof(struct spec_linux, memory_policy.nodes) },
        { .key = "flags", .read = read_name_list, .offset = offsetof(struct spec_linux, memory_policy.flags),
          .extra = &memory_flag_names },
        { 0 },
};

static const struct field personality_fields[] = {
        { .key = "domain", .read = read_name,      .offset = offsetof(struct spec_linux, personality.domain), .is_required = true,
          .extra = &personality_names },
        { .key = "flags",  .read = read_text_list, .offset = offsetof(struct spec_linux, personality.flags) },
        { 0 },
};

const struct field linux_fields[] = {
        { .key = "namespaces",        .read = read_namespaces,   .offset = offsetof(struct spec_linux, namespaces),
          .fields = namespace_fields },
        { .key = "uidMappings",       .read = read_array,        .offset = offsetof(struct spec_linux, uid_mappings),
          .fields = id_map_fields, .size = sizeof(struct spec_id_map) },
        { .key = "gidMappings",       .read = read_array,        .offset = offsetof(struct spec_linux, gid_mappings),
          .fields = id_map_fields, .size = sizeof(struct spec_id_map) },
        { .key = "timeOffsets",       .read = read_time_offsets, .fields = clock_fields },
        { .key = "devices",           .read = read_array,        .offset = offsetof(struct spec_linux, devices),
          .fields = device_fields, .size = sizeof(struct spec_device) },
        { .key = "netDevices",        .read = read_net_devices,  .fields = net_device_fields },
        { .key = "cgroupsPath",       .read = read_opt_text,     .offset = offsetof(struct spec_linux, cgroups_path) },
        { .key = "resources",         .read = read_object,       .set_offset = 1 + offsetof(struct spec_linux, resources.set),
          .offset = offsetof(struct spec_linux, resources), .fields = resources_fields },
        { .key = "intelRdt",          .read = read_object,       .set_offset = 1 + offsetof(struct spec_linux, intel_rdt.set),
          .fields = intel_rdt_fields },
        { .key = "memoryPolicy",      .read = read_object,       .set_offset = 1 + offsetof(struct spec_linux, memory_policy.set),
          .fields = memory_policy_fields },
        { .key = "sysctl",            .read = read_text_map,     .offset = offsetof(struct spec_linux, sysctl) },
        { .key = "seccomp",           .read = read_object,       .set_offset = 1 + offsetof(struct spec_linux, seccomp.set),
          .offset = offsetof(struct spec_linux, seccomp), .fields = seccomp_fields },
        { .key = "rootfsPropagation", .read = read_propagation,  .offset = offsetof(struct spec_linux, rootfs_propagation),
          .extra = &propagation_names },
        { .key = "maskedPaths",       .read = read_text_list,    .offset = offsetof(struct spec_linux, masked_paths) },
        { .key = "readonlyPaths",     .read = read_text_list,    .offset = offsetof(struct spec_linux, readonly_paths) },
        { .key = "mountLabel",        .read = read_opt_text,     .offset = offsetof(struct spec_linux, mount_label) },
        { .key = "personality",       .read = read_object,       .set_offset = 1 + offsetof(struct spec_linux, personality.set),
          .fields = personality_fields },
        { 0 },
};
/* clang-format on */
