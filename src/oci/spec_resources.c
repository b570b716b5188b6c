/* SPDX-License-Identifier: Apache-2.0 */
/* spec_resources.c - the field tables of "linux.resources", which `update` reads alone. */

#include <stddef.h>
#include <string.h>

#include "oci/spec.h"

#include "oci/fields.h"

/* A weight, which the spec has as a number of 16 bits. */
static int read_opt_u16(struct json_value value, const struct field *field, void *into)
{
        struct opt_u32 *ret = into;
        if (read_opt_u32(value, field, ret) < 0)
                return -1;
        return ret->value <= UINT16_MAX ? 0 : reader_fail(value, "out of range");
}

/* "a", "b" or "c"; "" is "a", as is no type at all. */
static int read_rule_type(struct json_value value, const struct field *field, void *into)
{
        (void)field;
        const char *text = NULL;
        char *ret = into;
        if (reader_text(value, &text) < 0)
                return -1;
        if (*text && (strlen(text) != 1 || !strchr("abc", *text)))
                return reader_fail(value, "invalid cgroup device type \"%s\"", text);

        *ret = *text;
        return 0;
}

/* Into the whole struct. */
static int read_device_rules(struct json_value value, const struct field *field, void *into)
{
        struct spec_resources *resources = into;
        if (read_array(value, field, &resources->devices) < 0)
                return -1;

        for (size_t i = 0; i < resources->n_devices; i++)
                if (resources->devices[i].type == '\0')
                        resources->devices[i].type = 'a';
        return 0;
}

static int add_rdma(const char *key, struct json_value item, const struct field *field, void *into)
{
        struct spec_resources *resources = into;
        struct spec_rdma *rdma = &resources->rdma[resources->n_rdma++];
        rdma->device = key;
        return read_object(item, field, rdma);
}

/* Into the whole struct. */
static int read_rdma(struct json_value value, const struct field *field, void *into)
{
        struct spec_resources *resources = into;
        resources->rdma = arena_alloc_n(reader_arena(value), reader_count(value), sizeof *resources->rdma);
        if (!resources->rdma)
                return reader_fail(value, "out of memory");
        return reader_each_member(value, add_rdma, field, resources);
}

/* tables ----------------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct field device_rule_fields[] = {
        { .key = "allow",  .read = read_bool,      .offset = offsetof(struct spec_device_rule, allow), .is_required = true },
        { .key = "type",   .read = read_rule_type, .offset = offsetof(struct spec_device_rule, type) },
        { .key = "major",  .read = read_opt_i64,   .offset = offsetof(struct spec_device_rule, major) },
        { .key = "minor",  .read = read_opt_i64,   .offset = offsetof(struct spec_device_rule, minor) },
        { .key = "access", .read = read_opt_text,  .offset = offsetof(struct spec_device_rule, access) },
        { 0 },
};

static const struct field memory_fields[] = {
        { .key = "limit",             .read = read_opt_i64,  .offset = offsetof(struct spec_resources, memory.limit) },
        { .key = "reservation",       .read = read_opt_i64,  .offset = offsetof(struct spec_resources, memory.reservation) },
        { .key = "swap",              .read = read_opt_i64,  .offset = offsetof(struct spec_resources, memory.swap) },
        { .key = "kernel",            .read = read_opt_i64,  .offset = offsetof(struct spec_resources, memory.kernel) },
        { .key = "kernelTCP",         .read = read_opt_i64,  .offset = offsetof(struct spec_resources, memory.kernel_tcp) },
        { .key = "swappiness",        .read = read_opt_u64,  .offset = offsetof(struct spec_resources, memory.swappiness) },
        { .key = "disableOOMKiller",  .read = read_opt_bool, .offset = offsetof(struct spec_resources, memory.disable_oom_killer) },
        { .key = "useHierarchy",      .read = read_opt_bool, .offset = offsetof(struct spec_resources, memory.use_hierarchy) },
        { .key = "checkBeforeUpdate", .read = read_opt_bool, .offset = offsetof(struct spec_resources, memory.check_before_update) },
        { 0 },
};

static const struct field cpu_fields[] = {
        { .key = "shares",          .read = read_opt_u64,  .offset = offsetof(struct spec_resources, cpu.shares) },
        { .key = "quota",           .read = read_opt_i64,  .offset = offsetof(struct spec_resources, cpu.quota) },
        { .key = "burst",           .read = read_opt_u64,  .offset = offsetof(struct spec_resources, cpu.burst) },
        { .key = "period",          .read = read_opt_u64,  .offset = offsetof(struct spec_resources, cpu.period) },
        { .key = "realtimeRuntime", .read = read_opt_i64,  .offset = offsetof(struct spec_resources, cpu.realtime_runtime) },
        { .key = "realtimePeriod",  .read = read_opt_u64,  .offset = offsetof(struct spec_resources, cpu.realtime_period) },
        { .key = "cpus",            .read = read_opt_text, .offset = offsetof(struct spec_resources, cpu.cpus) },
        { .key = "mems",            .read = read_opt_text, .offset = offsetof(struct spec_resources, cpu.mems) },
        { .key = "idle",            .read = read_opt_i64,  .offset = offsetof(struct spec_resources, cpu.idle) },
        { 0 },
};

static const struct field pids_fields[] = {
        { .key = "limit", .read = read_opt_i64, .offset = offsetof(struct spec_resources, pids.limit) },
        { 0 },
};

static const struct field weight_device_fields[] = {
        { .key = "major",      .read = read_i64,     .offset = offsetof(struct spec_weight_device, major), .is_required = true },
        { .key = "minor",      .read = read_i64,     .offset = offsetof(struct spec_weight_device, minor), .is_required = true },
        { .key = "weight",     .read = read_opt_u16, .offset = offsetof(struct spec_weight_device, weight) },
        { .key = "leafWeight", .read = read_opt_u16, .offset = offsetof(struct spec_weight_device, leaf_weight) },
        { 0 },
};

static const struct field throttle_device_fields[] = {
        { .key = "major", .read = read_i64, .offset = offsetof(struct spec_throttle_device, major), .is_required = true },
        { .key = "minor", .read = read_i64, .offset = offsetof(struct spec_throttle_device, minor), .is_required = true },
        { .key = "rate",  .read = read_u64, .offset = offsetof(struct spec_throttle_device, rate),  .is_required = true },
        { 0 },
};

static const struct field block_io_fields[] = {
        { .key = "weight",                  .read = read_opt_u16, .offset = offsetof(struct spec_resources, block_io.weight) },
        { .key = "leafWeight",              .read = read_opt_u16, .offset = offsetof(struct spec_resources, block_io.leaf_weight) },
        { .key = "weightDevice",            .read = read_array,   .offset = offsetof(struct spec_resources, block_io.weight_devices),
          .fields = weight_device_fields, .size = sizeof(struct spec_weight_device) },
        { .key = "throttleReadBpsDevice",   .read = read_array,   .offset = offsetof(struct spec_resources, block_io.read_bps),
          .fields = throttle_device_fields, .size = sizeof(struct spec_throttle_device) },
        { .key = "throttleWriteBpsDevice",  .read = read_array,   .offset = offsetof(struct spec_resources, block_io.write_bps),
          .fields = throttle_device_fields, .size = sizeof(struct spec_throttle_device) },
        { .key = "throttleReadIOPSDevice",  .read = read_array,   .offset = offsetof(struct spec_resources, block_io.read_iops),
          .fields = throttle_device_fields, .size = sizeof(struct spec_throttle_device) },
        { .key = "throttleWriteIOPSDevice", .read = read_array,   .offset = offsetof(struct spec_resources, block_io.write_iops),
          .fields = throttle_device_fields, .size = sizeof(struct spec_throttle_device) },
        { 0 },
};

static const struct field hugepage_fields[] = {
        { .key = "pageSize", .read = read_text, .offset = offsetof(struct spec_hugepage_limit, page_size), .is_required = true },
        { .key = "limit",    .read = read_u64,  .offset = offsetof(struct spec_hugepage_limit, limit),     .is_required = true },
        { 0 },
};

static const struct field interface_priority_fields[] = {
        { .key = "name",     .read = read_text, .offset = offsetof(struct spec_interface_priority, name),     .is_required = true },
        { .key = "priority", .read = read_u32,  .offset = offsetof(struct spec_interface_priority, priority), .is_required = true },
        { 0 },
};

static const struct field network_fields[] = {
        { .key = "classID",    .read = read_opt_u32, .offset = offsetof(struct spec_resources, network.class_id) },
        { .key = "priorities", .read = read_array,   .offset = offsetof(struct spec_resources, network.priorities),
          .fields = interface_priority_fields, .size = sizeof(struct spec_interface_priority) },
        { 0 },
};

static const struct field rdma_fields[] = {
        { .key = "hcaHandles", .read = read_opt_u32, .offset = offsetof(struct spec_rdma, hca_handles) },
        { .key = "hcaObjects", .read = read_opt_u32, .offset = offsetof(struct spec_rdma, hca_objects) },
        { 0 },
};

const struct field resources_fields[] = {
        { .key = "devices",        .read = read_device_rules, .fields = device_rule_fields, .size = sizeof(struct spec_device_rule) },
        { .key = "memory",         .read = read_object, .set_offset = 1 + offsetof(struct spec_resources, memory.set),
          .fields = memory_fields },
        { .key = "cpu",            .read = read_object, .set_offset = 1 + offsetof(struct spec_resources, cpu.set),
          .fields = cpu_fields },
        { .key = "pids",           .read = read_object, .set_offset = 1 + offsetof(struct spec_resources, pids.set),
          .fields = pids_fields },
        { .key = "blockIO",        .read = read_object, .set_offset = 1 + offsetof(struct spec_resources, block_io.set),
          .fields = block_io_fields },
        { .key = "hugepageLimits", .read = read_array,  .offset = offsetof(struct spec_resources, hugepage_limits),
          .fields = hugepage_fields, .size = sizeof(struct spec_hugepage_limit) },
        { .key = "network",        .read = read_object, .set_offset = 1 + offsetof(struct spec_resources, network.set),
          .fields = network_fields },
        { .key = "rdma",           .read = read_rdma,   .fields = rdma_fields },
        { .key = "unified",        .read = read_text_map, .offset = offsetof(struct spec_resources, unified) },
        { 0 },
};
/* clang-format on */
