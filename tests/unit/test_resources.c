/* SPDX-License-Identifier: Apache-2.0 */
/* test_resources.c - what linux.resources becomes on each kind of host, as lines "FILE <- TEXT": pure, no cgroup is
 * touched. */

#include <stdio.h>
#include <string.h>

#include "unit.h"

#include "cgroup/controllers.h"
#include "cgroup/convert.h"
#include "cgroup/hierarchy.h"
#include "cgroup/resource_table.h"
#include "cgroup/resources.h"

/* A host of paper: files that are missing, and files with a text. */
struct host {
        struct cgroup cgroup;
        const char *missing; /* names between blanks; "*": all */
        struct {
                const char *file, *text;
        } texts[4];
};

#define V1(controller)                                                                                          \
        {                                                                                                       \
                .name = (controller), .mount = "/m/" controller, .dir = "/m/" controller "/box", .made_len = 3, \
                .dir_fd = -1                                                                                    \
        }
static const struct cgroup v1_cgroup = {
        .n = 11,
        .hierarchies = {V1("memory"), V1("cpu,cpuacct"), V1("cpuset"), V1("pids"), V1("blkio"), V1("hugetlb"),
                        V1("net_cls,net_prio"), V1("rdma"), V1("devices"), V1("freezer"), V1("")},
};
static const struct cgroup v2_cgroup = {
        .is_v2 = true,
        .n = 1,
        .hierarchies = { { .name = "", .mount = "/m", .dir = "/m/box", .made_len = 3, .dir_fd = -1 } },
};
#define ALL_OF_V2 "cpuset cpu io memory hugetlb pids rdma misc"

static bool fake_exists(void *host, const char *dir, const char *file)
{
        (void)dir;
        const struct host *fake = host;
        const char *found = fake->missing ? strstr(fake->missing, file) : NULL;
        if (fake->missing && strcmp(fake->missing, "*") == 0)
                return false;
        return !found || found[-1] != ' ' || found[strlen(file)] != ' ';
}

static void fake_read(void *host, const char *dir, const char *file, char *ret)
{
        (void)dir;
        const struct host *fake = host;
        *ret = '\0';
        for (size_t i = 0; i < ARRAY_LEN(fake->texts); i++) {
                if (fake->texts[i].file && strcmp(fake->texts[i].file, file) == 0)
                        strcpy(ret, fake->texts[i].text);
        }
}

/* The plan as text, devices left out; or the error. Warnings stand at the end, "! PATH: ...". */
static const char *plan_text(struct host *host, const struct spec_resources *spec, enum resources_when when)
{
        static char text[ERR_TEXT_MAX];
        struct arena arena = { 0 };
        struct resource_plan plan;
        struct err err;
        auto_buf struct buf warnings = { 0 };
        const struct resource_probe probe = { .exists = fake_exists, .read = fake_read, .host = host };
        const struct resource_question question = {
                .cgroup = &host->cgroup,
                .spec = spec,
                .when = when,
                .probe = &probe,
        };
        *text = '\0';
        if (resources_plan_for(&question, &arena, &plan, &warnings, &err) < 0) {
                (void)snprintf(text, sizeof text, "%s", err.text);
                arena_finish(&arena);
                return text;
        }
        size_t len = 0;
        for (size_t i = 0; i < plan.n; i++) {
                const struct resource_write *write = &plan.writes[i];
                if (strncmp(write->file, "devices.", 8) != 0)
                        len += (size_t)snprintf(text + len, sizeof text - len, "%s <- %s\n", write->file, write->text);
        }
        if (warnings.len > 0)
                (void)snprintf(text + len, sizeof text - len, "! %s\n", buf_text(&warnings));
        arena_finish(&arena);
        return text;
}

static struct host v1_host(void)
{
        return (struct host){ .cgroup = v1_cgroup };
}

static struct host v2_host(void)
{
        return (struct host){ .cgroup = v2_cgroup, .texts = { { "cgroup.controllers", ALL_OF_V2 } } };
}

static void expect(struct host host, const struct spec_resources *spec, enum resources_when when, const char *text)
{
        assert_string_equal(plan_text(&host, spec, when), text);
}

static void expect_both(const struct spec_resources *spec, const char *v1, const char *v2)
{
        expect(v1_host(), spec, RESOURCES_AT_BIRTH, v1);
        expect(v2_host(), spec, RESOURCES_AT_BIRTH, v2);
}

#define SET(number)                            \
        {                                      \
                .set = true, .value = (number) \
        }

/* converters ------------------------------------------------------------------------------------------------------- */

static void shares_become_weights_along_the_curve(void **state)
{
        (void)state;
        static const struct {
                uint64_t shares, weight;
        } rows[] = {
                {0,           1    },
                { 1,          1    },
                { 2,          1    },
                { 3,          2    },
                { 4,          2    },
                { 10,         4    },
                { 100,        17   },
                { 512,        59   },
                { 1023,       100  },
                { 1024,       100  },
                { 1025,       101  },
                { 2048,       174  },
                { 4096,       303  },
                { 10240,      639  },
                { 100000,     4340 },
                { 262143,     10000},
                { 262144,     10000},
                { 262145,     10000},
                { UINT64_MAX, 10000},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                assert_int_equal(convert_cpu_shares(rows[i].shares), rows[i].weight);
}

static void every_weight_is_that_of_the_formula(void **state)
{
        (void)state;
        /* A hash over all values, from the formula as math.h computes it. */
        uint64_t hash = 0;
        for (uint64_t shares = 0; shares < 262147; shares++)
                hash = hash * 31 + convert_cpu_shares(shares);
        assert_true(hash == UINT64_C(0x99a43bee3db398d6));
}

static void block_weights_keep_their_ends(void **state)
{
        (void)state;
        assert_int_equal(convert_block_weight(10), 1);
        assert_int_equal(convert_block_weight(500), 4950);
        assert_int_equal(convert_block_weight(1000), 10000);
}

static void swap_is_split_from_memory(void **state)
{
        (void)state;
        struct err err;
        int64_t swap = 0;
        assert_int_equal(convert_swap(100, 300, &swap, &err), 0);
        assert_int_equal(swap, 200);
        assert_int_equal(convert_swap(100, 100, &swap, &err), 0);
        assert_int_equal(swap, 0);
        assert_int_equal(convert_swap(-1, -1, &swap, &err), 0);
        assert_int_equal(swap, -1);
        assert_int_equal(convert_swap(-1, 100, &swap, &err), -1);
        assert_string_equal(err.text, "unable to set swap limit without memory limit");
        assert_int_equal(convert_swap(200, 100, &swap, &err), -1);
        assert_string_equal(err.text, "memory+swap limit should be >= memory limit");
}

static void a_list_of_controllers_has_whole_words(void **state)
{
        (void)state;
        assert_true(controllers_list_has("cpuset cpu io", "cpu", 3));
        assert_true(controllers_list_has("cpuset cpu io", "io", 2));
        assert_false(controllers_list_has("cpuset io", "cpu", 3));
        assert_false(controllers_list_has("", "cpu", 3));
}

/* the table -------------------------------------------------------------------------------------------------------- */

static void rows_are_whole_and_pairs_stand_together(void **state)
{
        (void)state;
        for (size_t i = 0; i < n_resource_rows; i++) {
                const struct resource_row *row = &resource_rows[i];
                assert_non_null(row->path);
                assert_non_null(row->controller);
                assert_non_null(row->v1);
                assert_non_null(row->text);
                assert_true(row->field < sizeof(struct spec_resources));
                assert_int_equal(strchr(row->path, '[') || strchr(row->path, '"'), row->count != NULL);
                if (strchr(row->v1, '*') || strchr(row->path, '"'))
                        assert_non_null(row->name);
                if (row->flags & ROW_ELSE_NEXT) {
                        assert_true(i + 1 < n_resource_rows);
                        assert_string_equal(row->path, row[1].path);
                        assert_non_null(row->v2);
                }
        }
}

static void nothing_said_is_nothing_written(void **state)
{
        (void)state;
        const struct spec_resources spec = { .set = true };
        expect_both(&spec, "", "");
}

/* What Docker sends for whatever an update does not change. */
static void zeros_leave_what_is_there(void **state)
{
        (void)state;
        const struct spec_resources spec = {
                .set = true,
                .memory = {.set = true,           .limit = SET(0), .reservation = SET(0), .swap = SET(0), .kernel = SET(0) },
                .cpu = { .set = true,
                           .shares = SET(0),
                           .quota = SET(25000),
                           .period = SET(100000),
                           .cpus = "",
                           .mems = "" },
                .pids = { .set = true,          .limit = SET(0)                      },
                .block_io = { .set = true, .weight = SET(0)                            },
        };
        expect(v1_host(), &spec, RESOURCES_AT_UPDATE, "cpu.cfs_period_us <- 100000\ncpu.cfs_quota_us <- 25000\n");
        expect(v2_host(), &spec, RESOURCES_AT_UPDATE, "cpu.max <- 25000 100000\n");
}

static void memory_is_limited(void **state)
{
        (void)state;
        const struct spec_resources spec = {
                .memory = {.limit = SET(1000), .swap = SET(3000), .reservation = SET(500)},
        };
        expect_both(&spec,
                    "memory.limit_in_bytes <- 1000\nmemory.memsw.limit_in_bytes <- 3000\n"
                    "memory.soft_limit_in_bytes <- 500\n",
                    "memory.max <- 1000\nmemory.swap.max <- 2000\nmemory.low <- 500\n");

        const struct spec_resources v1_only = {
                .memory = {.swappiness = SET(60), .disable_oom_killer = SET(true), .use_hierarchy = SET(true)},
        };
        expect(v1_host(), &v1_only, RESOURCES_AT_BIRTH,
               "memory.use_hierarchy <- 1\nmemory.swappiness <- 60\nmemory.oom_control <- 1\n");
}

static void no_limit_is_written_where_there_may_be_one(void **state)
{
        (void)state;
        const struct spec_resources spec = {
                .memory = {.limit = SET(-1), .reservation = SET(-1) },
                .cpu = { .quota = SET(-1),               .burst = SET(0), .idle = SET(0) },
                .pids = { .limit = SET(-1)},
        };
        /* A cgroup that was just made has all that by itself. */
        expect_both(&spec, "", "");
        expect(v1_host(), &spec, RESOURCES_AT_UPDATE,
               "memory.limit_in_bytes <- -1\nmemory.memsw.limit_in_bytes <- -1\nmemory.soft_limit_in_bytes <- -1\n"
               "cpu.idle <- 0\ncpu.cfs_burst_us <- 0\ncpu.cfs_quota_us <- -1\npids.max <- max\n");
        expect(v2_host(), &spec, RESOURCES_AT_UPDATE,
               "memory.max <- max\nmemory.swap.max <- max\nmemory.low <- max\n"
               "cpu.idle <- 0\ncpu.max.burst <- 0\ncpu.max <- max\npids.max <- max\n");

        /* One that was there before the container may have anything. */
        struct host taken = v2_host();
        taken.cgroup.hierarchies[0].made_len = 0;
        const struct spec_resources pids = { .pids = { .limit = SET(-1) } };
        expect(taken, &pids, RESOURCES_AT_BIRTH, "pids.max <- max\n");
}

static void what_cannot_limit_is_not_asked_for_no_limit(void **state)
{
        (void)state;
        struct host host = v1_host();
        host.missing = " memory.memsw.limit_in_bytes cpu.idle ";
        const struct spec_resources spec = { .memory = { .limit = SET(-1) }, .cpu = { .idle = SET(0) } };
        expect(host, &spec, RESOURCES_AT_UPDATE, "memory.limit_in_bytes <- -1\n");
        host = v2_host();
        host.missing = " memory.swap.max ";
        const struct spec_resources no_swap = {
                .memory = {.limit = SET(1000), .swap = SET(1000)}
        };
        expect(host, &no_swap, RESOURCES_AT_BIRTH, "memory.max <- 1000\n");

        struct host bare = { .cgroup = { .n = 0 } };
        const struct spec_resources unlimited = { .pids = { .limit = SET(-1) } };
        expect(bare, &unlimited, RESOURCES_AT_BIRTH,
               "! linux.resources.devices: no devices controller on this host, nothing is refused\n");
}

static void swap_alone_is_about_the_memory_that_is_there(void **state)
{
        (void)state;
        const struct spec_resources spec = { .memory = { .swap = SET(3000) } };
        struct host host = v2_host();
        expect(host, &spec, RESOURCES_AT_BIRTH,
               "linux.resources.memory.swap: unable to set swap limit without memory limit");
        host.texts[1].file = "memory.max";
        host.texts[1].text = "1000";
        expect(host, &spec, RESOURCES_AT_UPDATE, "memory.swap.max <- 2000\n");
        host.texts[1].text = "max";
        expect(host, &spec, RESOURCES_AT_UPDATE,
               "linux.resources.memory.swap: unable to set swap limit without memory limit");
        expect(v1_host(), &spec, RESOURCES_AT_UPDATE, "memory.memsw.limit_in_bytes <- 3000\n");
}

static void usage_is_checked_before_an_update(void **state)
{
        (void)state;
        struct host host = v2_host();
        host.texts[1].file = "memory.current";
        host.texts[1].text = "5000";
        struct spec_resources spec = {
                .memory = {.limit = SET(4000), .check_before_update = SET(true)}
        };
        expect(host, &spec, RESOURCES_AT_UPDATE,
               "linux.resources.memory.limit: rejecting memory limit 4000 <= usage 5000");
        spec.memory.limit.value = 5001;
        expect(host, &spec, RESOURCES_AT_UPDATE, "memory.max <- 5001\n");
        spec.memory.check_before_update.value = false;
        spec.memory.limit.value = 4000;
        expect(host, &spec, RESOURCES_AT_UPDATE, "memory.max <- 4000\n");

        const struct spec_resources swap = {
                .memory = {.limit = SET(6000), .swap = SET(6000), .check_before_update = SET(true)},
        };
        host.texts[1].text = "6000";
        expect(host, &swap, RESOURCES_AT_UPDATE,
               "linux.resources.memory.limit: rejecting memory limit 6000 <= usage 6000");
}

static void kernel_memory_is_advice(void **state)
{
        (void)state;
        const struct spec_resources spec = {
                .memory = {.kernel = SET(4096), .kernel_tcp = SET(8192)}
        };
        struct host host = v1_host();
        host.missing = " memory.kmem.limit_in_bytes ";
        expect(host, &spec, RESOURCES_AT_BIRTH,
               "memory.kmem.tcp.limit_in_bytes <- 8192\n"
               "! linux.resources.memory.kernel: ignored, this kernel has no such limit\n"
               "linux.resources.memory.kernelTCP: deprecated, the kernel may ignore it\n");
        expect(v2_host(), &spec, RESOURCES_AT_BIRTH,
               "! linux.resources.memory.kernel: ignored, this kernel has no such limit\n"
               "linux.resources.memory.kernelTCP: ignored, this kernel has no such limit\n");
}

static void cpu_is_limited(void **state)
{
        (void)state;
        const struct spec_resources spec = {
                .cpu = {.shares = SET(1024),
                        .quota = SET(50000),
                        .period = SET(100000),
                        .burst = SET(10000),
                        .cpus = "0-1",
                        .mems = "0"},
        };
        expect_both(&spec,
                    "cpu.shares <- 1024\ncpu.cfs_period_us <- 100000\ncpu.cfs_burst_us <- 10000\n"
                    "cpu.cfs_quota_us <- 50000\ncpuset.cpus <- 0-1\ncpuset.mems <- 0\n",
                    "cpu.weight <- 100\ncpu.max.burst <- 10000\ncpu.max <- 50000 100000\ncpuset.cpus <- 0-1\n"
                    "cpuset.mems <- 0\n");

        const struct spec_resources realtime = {
                .cpu = {.realtime_period = SET(1000000), .realtime_runtime = SET(950000)}
        };
        expect_both(&realtime, "cpu.rt_period_us <- 1000000\ncpu.rt_runtime_us <- 950000\n",
                    "linux.resources.cpu.realtimePeriod: cgroup v2 has no such setting");
}

static void quota_and_period_alone_keep_the_other_one(void **state)
{
        (void)state;
        struct host host = v2_host();
        host.texts[1].file = "cpu.max";
        host.texts[1].text = "30000 100000";
        const struct spec_resources period = { .cpu = { .period = SET(50000) } };
        const struct spec_resources quota = { .cpu = { .quota = SET(20000) } };
        expect(host, &period, RESOURCES_AT_UPDATE, "cpu.max <- 30000 50000\n");
        expect(host, &quota, RESOURCES_AT_UPDATE, "cpu.max <- 20000\n");
        expect(v2_host(), &period, RESOURCES_AT_BIRTH, "cpu.max <- max 50000\n");
}

static void pids_are_limited(void **state)
{
        (void)state;
        const struct spec_resources ten = { .pids = { .limit = SET(10) } };
        const struct spec_resources none = { .pids = { .limit = SET(0) } };
        expect_both(&ten, "pids.max <- 10\n", "pids.max <- 10\n");
        expect_both(&none, "pids.max <- 1\n", "pids.max <- 1\n");
        expect(v1_host(), &none, RESOURCES_AT_UPDATE, "");
}

static void block_io_has_one_name_a_scheduler(void **state)
{
        (void)state;
        struct spec_weight_device device = { .major = 8, .minor = 16, .weight = SET(500) };
        const struct spec_resources spec = {
                .block_io = {.weight = SET(1000), .weight_devices = &device, .n_weight_devices = 1},
        };
        expect_both(&spec, "blkio.weight <- 1000\nblkio.weight_device <- 8:16 500\n",
                    "io.bfq.weight <- 1000\nio.bfq.weight <- 8:16 500\n");
        struct host host = v1_host();
        host.missing = " blkio.weight blkio.weight_device ";
        expect(host, &spec, RESOURCES_AT_BIRTH, "blkio.bfq.weight <- 1000\nblkio.bfq.weight_device <- 8:16 500\n");
        host = v2_host();
        host.missing = " io.bfq.weight ";
        expect(host, &spec, RESOURCES_AT_BIRTH, "io.weight <- 10000\nio.weight <- 8:16 4950\n");

        device.leaf_weight = (struct opt_u32)SET(300);
        const struct spec_resources leaf = {
                .block_io = {.leaf_weight = SET(200), .weight_devices = &device, .n_weight_devices = 1},
        };
        expect_both(&leaf,
                    "blkio.leaf_weight <- 200\nblkio.weight_device <- 8:16 500\nblkio.leaf_weight_device <- 8:16 300\n",
                    "linux.resources.blockIO.leafWeight: cgroup v2 has no such setting");
}

static void block_io_is_throttled(void **state)
{
        (void)state;
        struct spec_throttle_device a[] = {
                {8,  0,  1048576},
                { 8, 16, 0      }
        };
        struct spec_throttle_device b[] = {
                {8, 0, 100}
        };
        const struct spec_resources spec = {
                .block_io = {.read_bps = { a, 2 },
                             .write_bps = { a, 1 },
                             .read_iops = { b, 1 },
                             .write_iops = { b, 1 }},
        };
        expect(v1_host(), &spec, RESOURCES_AT_UPDATE,
               "blkio.throttle.read_bps_device <- 8:0 1048576\nblkio.throttle.read_bps_device <- 8:16 0\n"
               "blkio.throttle.write_bps_device <- 8:0 1048576\nblkio.throttle.read_iops_device <- 8:0 100\n"
               "blkio.throttle.write_iops_device <- 8:0 100\n");
        expect(v2_host(), &spec, RESOURCES_AT_UPDATE,
               "io.max <- 8:0 rbps=1048576\nio.max <- 8:16 rbps=max\nio.max <- 8:0 wbps=1048576\n"
               "io.max <- 8:0 riops=100\nio.max <- 8:0 wiops=100\n");
}

static void hugepages_are_limited_with_their_reservations(void **state)
{
        (void)state;
        struct spec_hugepage_limit limits[] = {
                {"2MB",  209715200},
                { "1GB", 0        }
        };
        const struct spec_resources spec = { .hugepage_limits = limits, .n_hugepage_limits = 2 };
        expect_both(&spec,
                    "hugetlb.2MB.rsvd.limit_in_bytes <- 209715200\nhugetlb.1GB.rsvd.limit_in_bytes <- 0\n"
                    "hugetlb.2MB.limit_in_bytes <- 209715200\nhugetlb.1GB.limit_in_bytes <- 0\n",
                    "hugetlb.2MB.rsvd.max <- 209715200\nhugetlb.1GB.rsvd.max <- 0\n"
                    "hugetlb.2MB.max <- 209715200\nhugetlb.1GB.max <- 0\n");
        struct host host = v1_host();
        host.missing = " hugetlb.2MB.rsvd.limit_in_bytes hugetlb.1GB.rsvd.limit_in_bytes ";
        expect(host, &spec, RESOURCES_AT_BIRTH,
               "hugetlb.2MB.limit_in_bytes <- 209715200\nhugetlb.1GB.limit_in_bytes <- 0\n");

        limits[1].page_size = "../1GB";
        expect(v1_host(), &spec, RESOURCES_AT_BIRTH,
               "linux.resources.hugepageLimits[1]: \"../1GB\" is no page size, as \"2MB\" is one");
}

static void network_and_rdma(void **state)
{
        (void)state;
        struct spec_interface_priority priorities[] = {
                {"lo",    5},
                { "eth0", 7}
        };
        const struct spec_resources network = {
                .network = {.class_id = SET(1048577), .priorities = priorities, .n_priorities = 2},
        };
        expect_both(&network, "net_cls.classid <- 1048577\nnet_prio.ifpriomap <- lo 5\nnet_prio.ifpriomap <- eth0 7\n",
                    "linux.resources.network.classID: no net_cls controller on this host");

        struct spec_rdma devices[] = {
                {"mlx5_0",  SET(3), SET(10000)},
                { "mlx5_1", { 0 },  SET(1)    }
        };
        const struct spec_resources rdma = { .rdma = devices, .n_rdma = 2 };
        const char *const lines = "rdma.max <- mlx5_0 hca_handle=3 hca_object=10000\nrdma.max <- mlx5_1 hca_object=1\n";
        expect_both(&rdma, lines, lines);
}

static void unified_has_the_last_word(void **state)
{
        (void)state;
        struct key_value items[] = {
                {"memory.high", "1000"                     },
                { "io.max",     "8:0 rbps=1\n8:16 rbps=2\n"}
        };
        struct spec_resources spec = {
                .pids = {.limit = SET(3)},
                  .unified = { items,              2 }
        };
        expect_both(&spec, "linux.resources.unified: cannot use unified on cgroup v1",
                    "pids.max <- 3\nmemory.high <- 1000\nio.max <- 8:0 rbps=1\nio.max <- 8:16 rbps=2\n");

        static const struct {
                const char *key, *text;
        } refusals[] = {
                {"../x",
                 "linux.resources.unified.\"../x\": unified resource \"../x\" must be a file name (no slashes)"        },
                { "hugetlb",
                 "linux.resources.unified.\"hugetlb\": unified resource \"hugetlb\" is no file of a controller"        },
                { "..",            "linux.resources.unified.\"..\": unified resource \"..\" is no file of a controller"},
                { "",              "linux.resources.unified.\"\": unified resource \"\" is no file of a controller"    },
                { "nosuch.max",    "linux.resources.unified.\"nosuch.max\": unified resource \"nosuch.max\" can't be set: "
                                "controller \"nosuch\" not available"                   },
                { "memory.nosuch",
                 "linux.resources.unified.\"memory.nosuch\": unified resource \"memory.nosuch\" can't be "
                  "set: the kernel has no such file"                                                                   },
        };
        for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
                struct host host = v2_host();
                host.missing = " memory.nosuch ";
                items[1].key = refusals[i].key;
                expect(host, &spec, RESOURCES_AT_BIRTH, refusals[i].text);
        }
}

static void controllers_are_used_where_they_are(void **state)
{
        (void)state;
        /* v1 for memory alone, the rest in cgroup2 beside it. */
        struct host host = {
                .cgroup = {.n = 2, .hierarchies = { V1("memory"), V1("") } },
                .texts = { { "cgroup.controllers", "pids hugetlb" }    },
        };
        struct spec_hugepage_limit limit = { "2MB", 5 };
        const struct spec_resources spec = {
                .memory = { .limit = SET(1000) },
                .pids = { .limit = SET(7) },
                .hugepage_limits = &limit,
                .n_hugepage_limits = 1,
        };
        expect(host, &spec, RESOURCES_AT_BIRTH,
               "memory.limit_in_bytes <- 1000\npids.max <- 7\nhugetlb.2MB.rsvd.max <- 5\nhugetlb.2MB.max <- 5\n");
}

static void what_no_controller_does_is_refused_by_name(void **state)
{
        (void)state;
        struct host host = { .cgroup = v2_cgroup, .texts = { { "cgroup.controllers", "cpu" } } };
        const struct spec_resources pids = { .pids = { .limit = SET(7) } };
        expect(host, &pids, RESOURCES_AT_BIRTH, "linux.resources.pids.limit: no pids controller on this host");
        const struct spec_resources memory = { .memory = { .limit = SET(7) } };
        expect(host, &memory, RESOURCES_AT_BIRTH, "linux.resources.memory.limit: no memory controller on this host");
        struct spec_throttle_device device = { 8, 0, 5 };
        const struct spec_resources block = { .block_io = { .read_bps = { &device, 1 } } };
        expect(host, &block, RESOURCES_AT_BIRTH,
               "linux.resources.blockIO.throttleReadBpsDevice[0]: no blkio controller on this host");
}

static void bad_values_are_refused_by_name(void **state)
{
        (void)state;
        static const struct {
                struct spec_resources spec;
                const char *text;
        } rows[] = {
                {{ .memory = { .limit = SET(-2) } },                     "memory.limit: -2 is no limit"                          },
                { { .memory = { .limit = SET(200), .swap = SET(100) } },
                 "memory.swap: memory+swap limit should be >= memory limit"                                                      },
                { { .memory = { .swap = SET(-7) } },                     "memory.swap: -7 is no limit"                           },
                { { .memory = { .swappiness = SET(101) } },
                 "memory.swappiness: invalid memory swappiness value: 101 (valid range is 0-100)"                                },
                { { .cpu = { .shares = SET(1) } },                       "cpu.shares: the minimum allowed cpu-shares is 2"       },
                { { .cpu = { .shares = SET(262145) } },                  "cpu.shares: the maximum allowed cpu-shares is 262144"  },
                { { .block_io = { .weight = SET(9) } },                  "blockIO.weight: weight 9 is not between 10 and 1000"   },
                { { .block_io = { .weight = SET(1001) } },               "blockIO.weight: weight 1001 is not between 10 and 1000"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char text[256];
                (void)snprintf(text, sizeof text, "linux.resources.%s", rows[i].text);
                expect(v1_host(), &rows[i].spec, RESOURCES_AT_BIRTH, text);
        }
        static const struct {
                struct spec_resources spec;
                const char *path;
        } v1_only[] = {
                {{ .memory = { .swappiness = SET(0) } },             "memory.swappiness"      },
                { { .memory = { .disable_oom_killer = SET(true) } }, "memory.disableOOMKiller"},
                { { .memory = { .use_hierarchy = SET(false) } },     "memory.useHierarchy"    },
                { { .cpu = { .realtime_runtime = SET(5) } },         "cpu.realtimeRuntime"    },
        };
        for (size_t i = 0; i < ARRAY_LEN(v1_only); i++) {
                char text[256];
                (void)snprintf(text, sizeof text, "linux.resources.%s: cgroup v2 has no such setting", v1_only[i].path);
                expect(v2_host(), &v1_only[i].spec, RESOURCES_AT_BIRTH, text);
        }
        const struct spec_resources no_wish = {
                .memory = {.disable_oom_killer = SET(false), .use_hierarchy = SET(true)},
        };
        expect(v2_host(), &no_wish, RESOURCES_AT_BIRTH, "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(shares_become_weights_along_the_curve),
                cmocka_unit_test(every_weight_is_that_of_the_formula),
                cmocka_unit_test(block_weights_keep_their_ends),
                cmocka_unit_test(swap_is_split_from_memory),
                cmocka_unit_test(a_list_of_controllers_has_whole_words),
                cmocka_unit_test(rows_are_whole_and_pairs_stand_together),
                cmocka_unit_test(nothing_said_is_nothing_written),
                cmocka_unit_test(zeros_leave_what_is_there),
                cmocka_unit_test(memory_is_limited),
                cmocka_unit_test(no_limit_is_written_where_there_may_be_one),
                cmocka_unit_test(what_cannot_limit_is_not_asked_for_no_limit),
                cmocka_unit_test(swap_alone_is_about_the_memory_that_is_there),
                cmocka_unit_test(usage_is_checked_before_an_update),
                cmocka_unit_test(kernel_memory_is_advice),
                cmocka_unit_test(cpu_is_limited),
                cmocka_unit_test(quota_and_period_alone_keep_the_other_one),
                cmocka_unit_test(pids_are_limited),
                cmocka_unit_test(block_io_has_one_name_a_scheduler),
                cmocka_unit_test(block_io_is_throttled),
                cmocka_unit_test(hugepages_are_limited_with_their_reservations),
                cmocka_unit_test(network_and_rdma),
                cmocka_unit_test(unified_has_the_last_word),
                cmocka_unit_test(controllers_are_used_where_they_are),
                cmocka_unit_test(what_no_controller_does_is_refused_by_name),
                cmocka_unit_test(bad_values_are_refused_by_name),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
