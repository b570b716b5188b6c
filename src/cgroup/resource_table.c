/* SPDX-License-Identifier: Apache-2.0 */
/* resource_table.c - what each setting of linux.resources is called in both versions of cgroups, and how its value is
 * written there. The order of the rows is the order of the writes. Devices and `unified` are not values of one file and
 * have files of their own. */

#include <inttypes.h>
#include <string.h>

#include "cgroup/resource_table.h"

#include "base/number.h"
#include "cgroup/convert.h"
#include "cgroup/hierarchy.h"

enum {
        SHARES_MIN = 2, /* the kernel cuts what is beyond without a word */
        SHARES_MAX = 262144,
        SWAPPINESS_MAX = 100,
        BLOCK_WEIGHT_MIN = 10,
        BLOCK_WEIGHT_MAX = 1000,
};

/* one value -------------------------------------------------------------------------------------------------------- */

/* -1 is no limit, 0 leaves what is there. */
static enum wish limit_text(const struct ask *ask, struct buf *text, struct err *err)
{
        const struct opt_i64 *limit = ask->field;
        if (!limit->set || limit->value == 0)
                return WISH_NONE;
        if (limit->value < -1)
                return fail(err, "%" PRIi64 " is no limit", limit->value);

        if (limit->value == -1 && ask->is_v2)
                buf_add_text(text, "max");
        else
                buf_add_format(text, "%" PRIi64, limit->value);
        return limit->value == -1 ? WISH_DEFAULT : WISH_WRITE;
}

static enum wish u64_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_u64 *number = ask->field;
        if (!number->set || number->value == 0)
                return WISH_NONE;
        buf_add_format(text, "%" PRIu64, number->value);
        return WISH_WRITE;
}

static enum wish plain_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const char *const *value = ask->field;
        if (!*value || !**value)
                return WISH_NONE;
        buf_add_text(text, *value);
        return WISH_WRITE;
}

/* memory ----------------------------------------------------------------------------------------------------------- */

static bool read_number(const struct ask *ask, const char *file, int64_t *ret)
{
        char text[KNOB_SIZE];
        const struct resource_probe *probe = ask->question->probe;
        probe->read(probe->host, ask->dir, file, text);
        return number_i64(text, 0, INT64_MAX, ret);
}

/* checkBeforeUpdate: cgroup2 would take the limit and kill; v1 refuses by itself. */
static enum wish check_usage(const struct ask *ask, const char *what, int64_t limit, struct err *err)
{
        int64_t usage;
        const struct opt_bool *check = &ask->question->spec->memory.check_before_update;
        if (!check->set || !check->value || !ask->is_v2 || limit <= 0)
                return WISH_WRITE;
        if (!read_number(ask, "memory.current", &usage) || limit > usage)
                return WISH_WRITE;
        return fail(err, "rejecting %s limit %" PRIi64 " <= usage %" PRIi64, what, limit, usage);
}

static enum wish memory_limit_text(const struct ask *ask, struct buf *text, struct err *err)
{
        const struct opt_i64 *limit = ask->field;
        if (limit->set && check_usage(ask, "memory", limit->value, err) < 0)
                return WISH_REFUSED;
        return limit_text(ask, text, err);
}

static enum wish swap_text_v2(const struct ask *ask, int64_t limit, int64_t swap, struct buf *text, struct err *err)
{
        /* An update of swap alone is about the memory that the container has. */
        if (limit == 0 && ask->question->when == RESOURCES_AT_UPDATE && !read_number(ask, "memory.max", &limit))
                limit = -1;
        int64_t swap_alone;
        if (convert_swap(limit == 0 ? -1 : limit, swap, &swap_alone, err) < 0 ||
            check_usage(ask, "memory+swap", swap, err) < 0)
                return WISH_REFUSED;

        if (swap_alone == -1) {
                buf_add_text(text, "max");
                return WISH_DEFAULT;
        }
        buf_add_format(text, "%" PRIi64, swap_alone);
        /* A kernel that cannot limit swap is mostly one that has none. */
        return swap_alone > 0 ? WISH_WRITE : WISH_IF_THERE;
}

static enum wish swap_text(const struct ask *ask, struct buf *text, struct err *err)
{
        const struct spec_resources *spec = ask->question->spec;
        int64_t limit = spec->memory.limit.set ? spec->memory.limit.value : 0;
        int64_t swap = spec->memory.swap.set ? spec->memory.swap.value : 0;
        /* Memory without limit and not a word of swap: without limit, both. */
        if (swap == 0 && limit == -1)
                swap = -1;
        if (swap == 0)
                return WISH_NONE;
        if (swap < -1)
                return fail(err, "%" PRIi64 " is no limit", swap);
        if (swap > 0 && swap < limit)
                return fail(err, "memory+swap limit should be >= memory limit");
        if (ask->is_v2)
                return swap_text_v2(ask, limit, swap, text, err);

        buf_add_format(text, "%" PRIi64, swap);
        return swap == -1 ? WISH_DEFAULT : WISH_WRITE;
}

static enum wish swappiness_text(const struct ask *ask, struct buf *text, struct err *err)
{
        const struct opt_u64 *swappiness = ask->field;
        if (!swappiness->set)
                return WISH_NONE;
        if (swappiness->value > SWAPPINESS_MAX)
                return fail(err, "invalid memory swappiness value: %" PRIu64 " (valid range is 0-100)",
                            swappiness->value);
        buf_add_format(text, "%" PRIu64, swappiness->value);
        return WISH_WRITE;
}

static enum wish oom_killer_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_bool *is_disabled = ask->field;
        if (!is_disabled->set || (ask->is_v2 && !is_disabled->value))
                return WISH_NONE;
        buf_add_text(text, is_disabled->value ? "1" : "0");
        return is_disabled->value ? WISH_WRITE : WISH_DEFAULT;
}

/* cgroup2 always accounts by hierarchy. */
static enum wish hierarchy_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_bool *use = ask->field;
        if (!use->set || (ask->is_v2 && use->value))
                return WISH_NONE;
        buf_add_text(text, use->value ? "1" : "0");
        return WISH_WRITE;
}

/* cpu -------------------------------------------------------------------------------------------------------------- */

static enum wish shares_text(const struct ask *ask, struct buf *text, struct err *err)
{
        const struct opt_u64 *shares = ask->field;
        if (!shares->set || shares->value == 0)
                return WISH_NONE;
        if (ask->is_v2) {
                buf_add_format(text, "%" PRIu64, convert_cpu_shares(shares->value));
                return WISH_WRITE;
        }

        if (shares->value < SHARES_MIN)
                return fail(err, "the minimum allowed cpu-shares is %d", SHARES_MIN);
        if (shares->value > SHARES_MAX)
                return fail(err, "the maximum allowed cpu-shares is %d", SHARES_MAX);
        buf_add_format(text, "%" PRIu64, shares->value);
        return WISH_WRITE;
}

static bool has_quota(const struct ask *ask)
{
        const struct opt_i64 *quota = &ask->question->spec->cpu.quota;
        return quota->set && quota->value != 0;
}

/* cgroup2 has quota and period in one file; this is the period alone, beside the quota that is there. */
static enum wish period_text(const struct ask *ask, struct buf *text, struct err *err)
{
        const struct opt_u64 *period = ask->field;
        if (!ask->is_v2)
                return u64_text(ask, text, err);
        if (!period->set || period->value == 0 || has_quota(ask))
                return WISH_NONE;

        char now[KNOB_SIZE] = "max";
        const struct resource_probe *probe = ask->question->probe;
        if (ask->question->when == RESOURCES_AT_UPDATE)
                probe->read(probe->host, ask->dir, ask->row->v2, now);
        buf_add_format(text, "%.*s %" PRIu64, (int)strcspn(now, " "), now, period->value);
        return WISH_WRITE;
}

/* Negative: no limit. */
static enum wish quota_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_i64 *quota = ask->field;
        const struct opt_u64 *period = &ask->question->spec->cpu.period;
        if (!has_quota(ask))
                return WISH_NONE;

        if (quota->value > 0)
                buf_add_format(text, "%" PRIi64, quota->value);
        else
                buf_add_text(text, ask->is_v2 ? "max" : "-1");
        bool has_period = period->set && period->value > 0;
        if (ask->is_v2 && has_period)
                buf_add_format(text, " %" PRIu64, period->value);
        return quota->value > 0 || (ask->is_v2 && has_period) ? WISH_WRITE : WISH_DEFAULT;
}

static enum wish burst_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_u64 *burst = ask->field;
        if (!burst->set)
                return WISH_NONE;
        buf_add_format(text, "%" PRIu64, burst->value);
        return burst->value > 0 ? WISH_WRITE : WISH_DEFAULT;
}

static enum wish i64_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_i64 *number = ask->field;
        if (!number->set || number->value == 0)
                return WISH_NONE;
        buf_add_format(text, "%" PRIi64, number->value);
        return WISH_WRITE;
}

static enum wish idle_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_i64 *idle = ask->field;
        if (!idle->set)
                return WISH_NONE;
        buf_add_format(text, "%" PRIi64, idle->value);
        return idle->value != 0 ? WISH_WRITE : WISH_DEFAULT;
}

/* pids ------------------------------------------------------------------------------------------------------------- */

/* 0 allows no process beside the first: that is 1, and what systemd can be told too. An update's 0 changes nothing. */
static enum wish pids_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_i64 *limit = ask->field;
        if (!limit->set || (limit->value == 0 && ask->question->when == RESOURCES_AT_UPDATE))
                return WISH_NONE;
        if (limit->value < 0) {
                buf_add_text(text, "max");
                return WISH_DEFAULT;
        }
        buf_add_format(text, "%" PRIi64, limit->value > 0 ? limit->value : 1);
        return WISH_WRITE;
}

/* blockIO ---------------------------------------------------------------------------------------------------------- */

/* The scale of io.weight is another; the files of bfq have v1's in both versions. */
static bool is_io_weight(const struct ask *ask)
{
        return ask->is_v2 && ask->row->v2 && strcmp(ask->row->v2, "io.weight") == 0;
}

static enum wish add_block_weight(const struct ask *ask, const struct opt_u32 *weight, struct buf *text,
                                  struct err *err)
{
        if (weight->value < BLOCK_WEIGHT_MIN || weight->value > BLOCK_WEIGHT_MAX)
                return fail(err, "weight %" PRIu32 " is not between %d and %d", weight->value, BLOCK_WEIGHT_MIN,
                            BLOCK_WEIGHT_MAX);
        uint64_t number = is_io_weight(ask) ? convert_block_weight(weight->value) : weight->value;
        buf_add_format(text, "%" PRIu64, number);
        return WISH_WRITE;
}

static enum wish block_weight_text(const struct ask *ask, struct buf *text, struct err *err)
{
        const struct opt_u32 *weight = ask->field;
        if (!weight->set || weight->value == 0)
                return WISH_NONE;
        return add_block_weight(ask, weight, text, err);
}

static size_t count_weight_devices(const struct ask *ask)
{
        return ask->question->spec->block_io.n_weight_devices;
}

static enum wish add_device_weight(const struct ask *ask, const struct opt_u32 *weight, struct buf *text,
                                   struct err *err)
{
        const struct spec_weight_device *device = &ask->question->spec->block_io.weight_devices[ask->i];
        if (!weight->set || weight->value == 0)
                return WISH_NONE;
        buf_add_format(text, "%" PRIi64 ":%" PRIi64 " ", device->major, device->minor);
        return add_block_weight(ask, weight, text, err);
}

static enum wish device_weight_text(const struct ask *ask, struct buf *text, struct err *err)
{
        return add_device_weight(ask, &ask->question->spec->block_io.weight_devices[ask->i].weight, text, err);
}

static enum wish device_leaf_weight_text(const struct ask *ask, struct buf *text, struct err *err)
{
        return add_device_weight(ask, &ask->question->spec->block_io.weight_devices[ask->i].leaf_weight, text, err);
}

static size_t count_throttle_devices(const struct ask *ask)
{
        const struct spec_throttle_list *list = ask->field;
        return list->n;
}

/* A rate of 0 takes the limit away, as v1 has it; cgroup2's word for that is "max". */
static enum wish throttle_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct spec_throttle_list *list = ask->field;
        const struct spec_throttle_device *device = &list->items[ask->i];
        buf_add_format(text, "%" PRIi64 ":%" PRIi64 " ", device->major, device->minor);
        if (ask->is_v2)
                buf_add_format(text, "%s=", ask->row->v2_key);
        if (ask->is_v2 && device->rate == 0)
                buf_add_text(text, "max");
        else
                buf_add_format(text, "%" PRIu64, device->rate);
        return device->rate > 0 ? WISH_WRITE : WISH_DEFAULT;
}

/* hugepageLimits, network, rdma ------------------------------------------------------------------------------------ */

static size_t count_hugepage_limits(const struct ask *ask)
{
        return ask->question->spec->n_hugepage_limits;
}

static const char *page_size_name(const struct ask *ask)
{
        return ask->question->spec->hugepage_limits[ask->i].page_size;
}

static enum wish hugepage_text(const struct ask *ask, struct buf *text, struct err *err)
{
        const struct spec_hugepage_limit *limit = &ask->question->spec->hugepage_limits[ask->i];
        size_t digits = strspn(limit->page_size, "0123456789");
        size_t unit = strspn(limit->page_size + digits, "KMG");
        if (digits == 0 || unit != 1 || strcmp(limit->page_size + digits + unit, "B") != 0)
                return fail(err, "\"%s\" is no page size, as \"2MB\" is one", limit->page_size);
        buf_add_format(text, "%" PRIu64, limit->limit);
        return WISH_WRITE;
}

/* Reservations: since 5.7, and not of every kernel. A limit that lets one reserve more than one can touch ends in
 * SIGBUS. */
static enum wish hugepage_rsvd_text(const struct ask *ask, struct buf *text, struct err *err)
{
        return hugepage_text(ask, text, err) < 0 ? WISH_REFUSED : WISH_IF_THERE;
}

static enum wish class_id_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct opt_u32 *class_id = ask->field;
        if (!class_id->set || class_id->value == 0)
                return WISH_NONE;
        buf_add_format(text, "%" PRIu32, class_id->value);
        return WISH_WRITE;
}

static size_t count_priorities(const struct ask *ask)
{
        return ask->question->spec->network.n_priorities;
}

static enum wish priority_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct spec_interface_priority *priority = &ask->question->spec->network.priorities[ask->i];
        buf_add_format(text, "%s %" PRIu32, priority->name, priority->priority);
        return WISH_WRITE;
}

static size_t count_rdma(const struct ask *ask)
{
        return ask->question->spec->n_rdma;
}

static const char *rdma_name(const struct ask *ask)
{
        return ask->question->spec->rdma[ask->i].device;
}

static enum wish rdma_text(const struct ask *ask, struct buf *text, struct err *err)
{
        (void)err;
        const struct spec_rdma *rdma = &ask->question->spec->rdma[ask->i];
        if (!rdma->hca_handles.set && !rdma->hca_objects.set)
                return WISH_NONE;
        buf_add_text(text, rdma->device);
        if (rdma->hca_handles.set)
                buf_add_format(text, " hca_handle=%" PRIu32, rdma->hca_handles.value);
        if (rdma->hca_objects.set)
                buf_add_format(text, " hca_object=%" PRIu32, rdma->hca_objects.value);
        return WISH_WRITE;
}

/* the table -------------------------------------------------------------------------------------------------------- */

enum { MEMORY_AND_SWAP = 1, WEIGHT_AND_IDLE, BANDWIDTH, REALTIME };

#define AT(member) offsetof(struct spec_resources, member)

/* Memory: of limit and swap the smaller must never be above the larger one, so which goes first depends on what is
 * there: the kernel says so by EINVAL. The same holds for period, burst and quota, and for an idle cgroup, which takes
 * no shares. */
/* Two lines a row: what it is called, and what is done with it. */
/* clang-format off */
const struct resource_row resource_rows[] = {
        { "memory.useHierarchy", "memory", "memory.use_hierarchy", NULL,
          AT(memory.use_hierarchy), .text = hierarchy_text },
        { "memory.kernel", "memory", "memory.kmem.limit_in_bytes", NULL,
          AT(memory.kernel), .text = limit_text, .flags = ROW_IS_ADVICE },
        { "memory.kernelTCP", "memory", "memory.kmem.tcp.limit_in_bytes", NULL,
          AT(memory.kernel_tcp), .text = limit_text, .flags = ROW_IS_ADVICE },
        { "memory.limit", "memory", "memory.limit_in_bytes", "memory.max",
          AT(memory.limit), .text = memory_limit_text, .group = MEMORY_AND_SWAP, .usage = "memory.usage_in_bytes" },
        { "memory.swap", "memory", "memory.memsw.limit_in_bytes", "memory.swap.max",
          AT(memory.swap), .text = swap_text, .group = MEMORY_AND_SWAP, .usage = "memory.memsw.usage_in_bytes" },
        { "memory.reservation", "memory", "memory.soft_limit_in_bytes", "memory.low",
          AT(memory.reservation), .text = limit_text },
        { "memory.swappiness", "memory", "memory.swappiness", NULL,
          AT(memory.swappiness), .text = swappiness_text },
        { "memory.disableOOMKiller", "memory", "memory.oom_control", NULL,
          AT(memory.disable_oom_killer), .text = oom_killer_text },

        { "cpu.shares", "cpu", "cpu.shares", "cpu.weight",
          AT(cpu.shares), .text = shares_text, .group = WEIGHT_AND_IDLE },
        { "cpu.idle", "cpu", "cpu.idle", "cpu.idle",
          AT(cpu.idle), .text = idle_text, .group = WEIGHT_AND_IDLE },
        { "cpu.period", "cpu", "cpu.cfs_period_us", "cpu.max",
          AT(cpu.period), .text = period_text, .group = BANDWIDTH },
        { "cpu.burst", "cpu", "cpu.cfs_burst_us", "cpu.max.burst",
          AT(cpu.burst), .text = burst_text, .group = BANDWIDTH },
        { "cpu.quota", "cpu", "cpu.cfs_quota_us", "cpu.max",
          AT(cpu.quota), .text = quota_text, .group = BANDWIDTH },
        { "cpu.realtimePeriod", "cpu", "cpu.rt_period_us", NULL,
          AT(cpu.realtime_period), .text = u64_text, .group = REALTIME },
        { "cpu.realtimeRuntime", "cpu", "cpu.rt_runtime_us", NULL,
          AT(cpu.realtime_runtime), .text = i64_text, .group = REALTIME },
        { "cpu.cpus", "cpuset", "cpuset.cpus", "cpuset.cpus",
          AT(cpu.cpus), .text = plain_text },
        { "cpu.mems", "cpuset", "cpuset.mems", "cpuset.mems",
          AT(cpu.mems), .text = plain_text },

        { "pids.limit", "pids", "pids.max", "pids.max",
          AT(pids.limit), .text = pids_text },

        /* bfq's weights work under that scheduler alone. On v1 the other name was cfq's, until 5.0; on cgroup2 it is
         * iocost's, or bfq's again. */
        { "blockIO.weight", "blkio", "blkio.weight", "io.bfq.weight",
          AT(block_io.weight), .text = block_weight_text, .flags = ROW_ELSE_NEXT },
        { "blockIO.weight", "blkio", "blkio.bfq.weight", "io.weight",
          AT(block_io.weight), .text = block_weight_text },
        { "blockIO.leafWeight", "blkio", "blkio.leaf_weight", NULL,
          AT(block_io.leaf_weight), .text = block_weight_text },
        { "blockIO.weightDevice[].weight", "blkio", "blkio.weight_device", "io.bfq.weight",
          0, .text = device_weight_text, .count = count_weight_devices, .flags = ROW_ELSE_NEXT },
        { "blockIO.weightDevice[].weight", "blkio", "blkio.bfq.weight_device", "io.weight",
          0, .text = device_weight_text, .count = count_weight_devices },
        { "blockIO.weightDevice[].leafWeight", "blkio", "blkio.leaf_weight_device", NULL,
          0, .text = device_leaf_weight_text, .count = count_weight_devices },
        { "blockIO.throttleReadBpsDevice[]", "blkio", "blkio.throttle.read_bps_device", "io.max",
          AT(block_io.read_bps), .text = throttle_text, .count = count_throttle_devices, .v2_key = "rbps" },
        { "blockIO.throttleWriteBpsDevice[]", "blkio", "blkio.throttle.write_bps_device", "io.max",
          AT(block_io.write_bps), .text = throttle_text, .count = count_throttle_devices, .v2_key = "wbps" },
        { "blockIO.throttleReadIOPSDevice[]", "blkio", "blkio.throttle.read_iops_device", "io.max",
          AT(block_io.read_iops), .text = throttle_text, .count = count_throttle_devices, .v2_key = "riops" },
        { "blockIO.throttleWriteIOPSDevice[]", "blkio", "blkio.throttle.write_iops_device", "io.max",
          AT(block_io.write_iops), .text = throttle_text, .count = count_throttle_devices, .v2_key = "wiops" },

        { "hugepageLimits[]", "hugetlb", "hugetlb.*.rsvd.limit_in_bytes", "hugetlb.*.rsvd.max",
          0, .text = hugepage_rsvd_text, .count = count_hugepage_limits, .name = page_size_name },
        { "hugepageLimits[]", "hugetlb", "hugetlb.*.limit_in_bytes", "hugetlb.*.max",
          0, .text = hugepage_text, .count = count_hugepage_limits, .name = page_size_name },

        { "network.classID", "net_cls", "net_cls.classid", NULL,
          AT(network.class_id), .text = class_id_text },
        { "network.priorities[]", "net_prio", "net_prio.ifpriomap", NULL,
          0, .text = priority_text, .count = count_priorities },

        { "rdma.\"\"", "rdma", "rdma.max", "rdma.max",
          0, .text = rdma_text, .count = count_rdma, .name = rdma_name },
};
/* clang-format on */

const size_t n_resource_rows = sizeof resource_rows / sizeof resource_rows[0];
