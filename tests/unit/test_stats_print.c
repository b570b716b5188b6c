/* SPDX-License-Identifier: Apache-2.0 */
/* test_stats_print.c - the document of `events`: every name of it, in its place, and what is left out. */

#include <string.h>

#include "unit.h"

#include "cgroup/stats_print.h"

static const char *print(const struct cgroup_stats *stats, const struct intel_rdt_stats *rdt)
{
        static char text[8192];
        auto_buf struct buf buf = { 0 };
        struct json_out out = { .buf = &buf };
        json_out_object(&out, NULL);
        if (stats)
                stats_print(stats, &out);
        else
                intel_rdt_stats_print(rdt, &out);
        json_out_object_end(&out);
        assert_true(buf.len < sizeof text);
        strcpy(text, buf_text(&buf));
        return text;
}

static void of_nothing_the_frame_is_there(void **state)
{
        (void)state;
        static const struct cgroup_stats none = { .cpuset.sched_relax_domain_level = -1 };
        assert_string_equal(
                print(&none, NULL),
                "{\"cpu\":{\"usage\":{\"kernel\":0,\"user\":0},\"throttling\":{}},\"cpuset\":{\"cpu_exclusive\":0,"
                "\"mem_hardwall\":0,\"mem_exclusive\":0,\"memory_migrate\":0,\"memory_spread_page\":0,"
                "\"memory_spread_slab\":0,\"memory_pressure\":0,\"sched_load_balance\":0,"
                "\"sched_relax_domain_level\":-1},\"memory\":{\"usage\":{\"limit\":0,\"failcnt\":0},\"swap\":{"
                "\"limit\":"
                "0,\"failcnt\":0},\"kernel\":{\"limit\":0,\"failcnt\":0},\"kernelTCP\":{\"limit\":0,\"failcnt\":0}},"
                "\"pids\":{},\"blkio\":{},\"hugetlb\":{}}");
        assert_string_equal(print(NULL, NULL), "{\"intel_rdt\":{}}");
}

static void every_number_has_its_name(void **state)
{
        (void)state;
        /* clang-format off */
        static uint64_t cpus[] = { 4, 5 };
        static struct stats_named raw[] = {
                { "anon", 50 },
                { "file", 51 },
        };
        static struct stats_block block[] = {
                { 8, 16, "Read", 60 },
                { 0, 0, NULL, 0 },
        };
        static struct stats_hugetlb huge[] = {
                { "2MB", 1, 2, 3 },
        };
        static const struct cgroup_stats stats = {
                .cpu = {
                        .usage = { 1, 2, 3, { cpus, 1 }, { cpus, 2 }, { cpus + 1, 1 } },
                        .throttling = { 6, 7, 8 },
                        .psi = { true, { 0.25, 12.5, 100, 7 }, { 0, 0.01, 0, 8 } },
                },
                .cpuset = { { cpus, 2 }, { cpus, 1 }, 11, 12, 13, 14, 15, 16, 17, 18, 19 },
                .memory = {
                        .cache = 20,
                        .usage = { UINT64_MAX, 21, 22, 23 },
                        .swap = { 24, 25, 26, 27 },
                        .kernel = { 28, 29, 30, 31 },
                        .kernel_tcp = { 32, 33, 34, 35 },
                        .raw = { raw, 2 },
                },
                .pids = { 36, 37 },
                .blkio = {
                        .io_service_bytes_recursive = { block, 2 },
                        .io_serviced_recursive = { block, 1 },
                        .io_queue_recursive = { block, 1 },
                        .io_service_time_recursive = { block, 1 },
                        .io_wait_time_recursive = { block, 1 },
                        .io_merged_recursive = { block, 1 },
                        .io_time_recursive = { block, 1 },
                        .sectors_recursive = { block, 1 },
                },
                .hugetlb = huge,
                .n_hugetlb = 1,
        };
        /* clang-format on */
#define ITEM "{\"major\":8,\"minor\":16,\"op\":\"Read\",\"value\":60}"
        assert_string_equal(
                print(&stats, NULL),
                "{\"cpu\":{\"usage\":{\"total\":1,\"percpu\":[4],\"percpu_kernel\":[4,5],\"percpu_user\":[5],"
                "\"kernel\":2,\"user\":3},\"throttling\":{\"periods\":6,\"throttledPeriods\":7,\"throttledTime\":8},"
                "\"psi\":{\"some\":{\"avg10\":0.25,\"avg60\":12.5,\"avg300\":100,\"total\":7},\"full\":{\"avg10\":0,"
                "\"avg60\":0.01,\"avg300\":0,\"total\":8}}},\"cpuset\":{\"cpus\":[4,5],\"cpu_exclusive\":11,\"mems\":["
                "4],"
                "\"mem_hardwall\":12,\"mem_exclusive\":13,\"memory_migrate\":14,\"memory_spread_page\":15,"
                "\"memory_spread_slab\":16,\"memory_pressure\":17,\"sched_load_balance\":18,"
                "\"sched_relax_domain_level\":19},\"memory\":{\"cache\":20,\"usage\":{\"limit\":18446744073709551615,"
                "\"usage\":21,\"max\":22,\"failcnt\":23},\"swap\":{\"limit\":24,\"usage\":25,\"max\":26,\"failcnt\":27}"
                ","
                "\"kernel\":{\"limit\":28,\"usage\":29,\"max\":30,\"failcnt\":31},\"kernelTCP\":{\"limit\":32,"
                "\"usage\":"
                "33,\"max\":34,\"failcnt\":35},\"raw\":{\"anon\":50,\"file\":51}},\"pids\":{\"current\":36,\"limit\":"
                "37},"
                "\"blkio\":{\"ioServiceBytesRecursive\":[" ITEM ",{}],\"ioServicedRecursive\":[" ITEM "],"
                "\"ioQueueRecursive\":[" ITEM "],\"ioServiceTimeRecursive\":[" ITEM "],\"ioWaitTimeRecursive\":[" ITEM
                "],\"ioMergedRecursive\":[" ITEM "],\"ioTimeRecursive\":[" ITEM "],\"sectorsRecursive\":[" ITEM "]},"
                "\"hugetlb\":{\"2MB\":{\"usage\":1,\"max\":2,\"failcnt\":3}}}");
}

static void resctrl_is_told_by_domain(void **state)
{
        (void)state;
        static struct intel_rdt_domain domains[] = {
                {1,  2, 3},
                { 0, 0, 4}
        };
        static const struct intel_rdt_stats rdt = {
                .l3_cache_info = {"fff", 1,  16},
                .l3_cache_schema_root = "L3:0=fff",
                .l3_cache_schema = "L3:0=f",
                .mem_bw_info = { 10,    1, 20,  8 },
                .mem_bw_schema_root = "MB:0=100",
                .mem_bw_schema = "MB:0=50",
                .domains = domains,
                .n_domains = 2,
        };
        assert_string_equal(
                print(NULL, &rdt),
                "{\"intel_rdt\":{\"l3_cache_info\":{\"cbm_mask\":\"fff\",\"min_cbm_bits\":1,\"num_closids\":16},"
                "\"l3_cache_schema_root\":\"L3:0=fff\",\"l3_cache_schema\":\"L3:0=f\",\"mem_bw_info\":{"
                "\"bandwidth_gran\":10,\"delay_linear\":1,\"min_bandwidth\":20,\"num_closids\":8},"
                "\"mem_bw_schema_root\":\"MB:0=100\",\"mem_bw_schema\":\"MB:0=50\",\"mbm_stats\":[{\"mbm_total_bytes\":"
                "2,"
                "\"mbm_local_bytes\":3},{\"mbm_local_bytes\":4}],\"cmt_stats\":[{\"llc_occupancy\":1},{}]}}");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(of_nothing_the_frame_is_there),
                cmocka_unit_test(every_number_has_its_name),
                cmocka_unit_test(resctrl_is_told_by_domain),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
