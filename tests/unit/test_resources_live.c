/* SPDX-License-Identifier: Apache-2.0 */
/* test_resources_live.c - limits that the kernel is given and keeps: on the host's hierarchies as they are, and where
 * there is a cgroup2 alone. Cgroups of the test's own, as root. */

#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#include "cgroup/controllers.h"
#include "cgroup/hierarchy.h"
#include "cgroup/oom.h"
#include "cgroup/resources.h"
#include "cgroup/stats.h"
#include "live.h"

#define SET(number)                            \
        {                                      \
                .set = true, .value = (number) \
        }

enum { MIB = 1 << 20, LIMIT = 32 << 20, LOCKED = 8 << 20, TOO_MUCH = 64 << 20, HUGE_LIMIT = 4 << 20 };

/* skip() leaves the test. */
static void needs_v1(const char *controller)
{
        struct live probe;
        needs_cgroups();
        live_plan(&probe, "probe");
        bool has_it = hierarchy_find(&probe.cgroup, controller) != NULL;
        arena_finish(&probe.arena);
        if (has_it)
                return;
        print_message("skipped: no v1 hierarchy with %s here\n", controller);
        skip();
}

static void make(struct live *live)
{
        const struct spec_resources nothing = { 0 };
        live_plan(live, "box");
        assert_done(cgroup_make(&live->cgroup, 0, CGROUP_NEEDED, &live->err), &live->err);
        assert_done(controllers_enable(&live->cgroup, &nothing, &live->err), &live->err);
}

static int plan_and_apply(struct live *live, const struct spec_resources *spec, enum resources_when when)
{
        auto_buf struct buf warnings = { 0 };
        struct resource_plan plan;
        if (resources_plan(&live->cgroup, spec, when, &live->arena, &plan, &warnings, &live->err) < 0)
                return -1;
        return resources_apply(&live->cgroup, &plan, &live->err);
}

static void set(struct live *live, const struct spec_resources *spec, enum resources_when when)
{
        assert_done(plan_and_apply(live, spec, when), &live->err);
}

static const char *value_of(const struct live *live, const char *controller, const char *file)
{
        static char text[KNOB_SIZE];
        char path[PATH_MAX];
        struct err err;
        const struct cgroup_hierarchy *hierarchy = hierarchy_find(&live->cgroup, controller);
        assert_non_null(hierarchy);
        (void)snprintf(path, sizeof path, "%s/%s", hierarchy->dir, file);
        assert_done(knob_read(path, text, &err), &err);
        return text;
}

static void assert_starts(const char *text, const char *start)
{
        if (strncmp(text, start, strlen(start)) != 0)
                assert_string_equal(text, start);
}

/* What a child that has joined the cgroup makes of it: its exit status, or 128 and the signal. */
static int in_cgroup(const struct live *live, int (*act)(void))
{
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                struct err err;
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                if (cgroup_join_self(&live->cgroup, &err) < 0)
                        _exit(100);
                if (cgroup_clone_fd(&live->cgroup) >= 0 &&
                    file_write(cgroup_clone_fd(&live->cgroup), "cgroup.procs", "0", &err) < 0)
                        _exit(101);
                _exit(act());
        }
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* memory ----------------------------------------------------------------------------------------------------------- */

static int use_too_much(void)
{
        char *memory = mmap(NULL, TOO_MUCH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
                return 1;
        for (size_t i = 0; i < TOO_MUCH; i += 4096)
                memory[i] = 1;
        return 0;
}

static void memory_has_an_end(void **state)
{
        (void)state;
        needs_v1("memory");
        struct live live;
        struct oom_watch watch;
        struct oom_news news;
        make(&live);
        const struct spec_resources spec = {
                .memory = {.limit = SET(LIMIT), .swap = SET(LIMIT)}
        };
        set(&live, &spec, RESOURCES_AT_BIRTH);
        assert_string_equal(value_of(&live, "memory", "memory.limit_in_bytes"), "33554432");
        assert_string_equal(value_of(&live, "memory", "memory.memsw.limit_in_bytes"), "33554432");

        assert_done(oom_watch_open(&live.cgroup, &watch, &live.err), &live.err);
        struct pollfd poll_fd = { .fd = watch.fd, .events = POLLIN };
        assert_int_equal(poll(&poll_fd, 1, 0), 0);
        assert_int_equal(in_cgroup(&live, use_too_much), 128 + SIGKILL);
        assert_int_equal(poll(&poll_fd, 1, 5000), 1);
        assert_done(oom_watch_take(&watch, &news, &live.err), &live.err);
        assert_true(news.n > 0);
        assert_false(news.is_gone);
        assert_true(oom_kills(&live.cgroup) > 0);

        assert_done(cgroup_remove(&live.cgroup, &live.err), &live.err);
        assert_int_equal(poll(&poll_fd, 1, 5000), 1);
        assert_done(oom_watch_take(&watch, &news, &live.err), &live.err);
        assert_int_equal(news.n, 0);
        assert_true(news.is_gone);
        oom_watch_finish(&watch);
        live_finish(&live);
}

/* Of limit and memory+swap now the one has to go first, now the other. */
static void memory_goes_up_and_down_with_its_swap(void **state)
{
        (void)state;
        needs_v1("memory");
        struct live live;
        make(&live);
        static const int64_t steps[][2] = {
                {64,   64 },
                { 256, 512},
                { 32,  32 },
                { 128, 128},
                { 16,  512},
                { -1,  0  },
                { 64,  128}
        };
        for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
                struct spec_resources spec = { 0 };
                bool is_limited = steps[i][0] > 0;
                spec.memory.limit = (struct opt_i64)SET(is_limited ? steps[i][0] * MIB : -1);
                spec.memory.swap = (struct opt_i64)SET(steps[i][1] * MIB);
                set(&live, &spec, i == 0 ? RESOURCES_AT_BIRTH : RESOURCES_AT_UPDATE);
                char text[32];
                (void)snprintf(text, sizeof text, "%lld", (long long)steps[i][0] * MIB);
                assert_string_equal(value_of(&live, "memory", "memory.limit_in_bytes"),
                                    is_limited ? text : "9223372036854771712");
                (void)snprintf(text, sizeof text, "%lld", (long long)steps[i][1] * MIB);
                assert_string_equal(value_of(&live, "memory", "memory.memsw.limit_in_bytes"),
                                    is_limited ? text : "9223372036854771712");
        }
        live_finish(&live);
}

static void a_limit_below_use_is_refused_with_the_use(void **state)
{
        (void)state;
        needs_v1("memory");
        struct live live;
        int ready[2];
        make(&live);
        assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
        pid_t pid = fork();
        if (pid == 0) {
                struct err err;
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                void *memory = MAP_FAILED;
                if (cgroup_join_self(&live.cgroup, &err) == 0)
                        memory = mmap(NULL, LOCKED, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_LOCKED, -1, 0);
                (void)!write(ready[1], memory == MAP_FAILED ? "-" : "+", 1);
                for (;;)
                        (void)pause();
        }
        char byte = 0;
        assert_int_equal(read(ready[0], &byte, 1), 1);
        assert_int_equal(byte, '+');
        const struct spec_resources spec = { .memory = { .limit = SET(MIB) } };
        assert_int_equal(plan_and_apply(&live, &spec, RESOURCES_AT_UPDATE), -1);
        assert_starts(live.err.text, "linux.resources.memory.limit: write \"1048576\" to memory.limit_in_bytes "
                                     "(memory.usage_in_bytes is ");
        assert_non_null(strstr(live.err.text, "): device or resource busy"));
        (void)kill(pid, SIGKILL);
        assert_died_of(pid, SIGKILL);
        (void)close(ready[0]);
        (void)close(ready[1]);
        live_finish(&live);
}

/* pids, cpu -------------------------------------------------------------------------------------------------------- */

static int fork_three(void)
{
        for (int i = 0; i < 3; i++) {
                pid_t pid = fork();
                if (pid < 0)
                        return errno == EAGAIN ? i : 99;
                if (pid == 0) {
                        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                        for (;;)
                                (void)pause();
                }
        }
        return 3;
}

static void processes_are_counted(void **state)
{
        (void)state;
        needs_v1("pids");
        struct live live;
        const struct log silent = { 0 };
        make(&live);
        const struct spec_resources spec = { .pids = { .limit = SET(3) } };
        set(&live, &spec, RESOURCES_AT_BIRTH);
        assert_int_equal(in_cgroup(&live, fork_three), 2);
        const struct spec_resources zero = { .pids = { .limit = SET(0) } };
        set(&live, &zero, RESOURCES_AT_UPDATE);
        assert_string_equal(value_of(&live, "pids", "pids.max"), "3");
        const struct spec_resources none = { .pids = { .limit = SET(-1) } };
        set(&live, &none, RESOURCES_AT_UPDATE);
        assert_string_equal(value_of(&live, "pids", "pids.max"), "max");
        assert_int_equal(in_cgroup(&live, fork_three), 3);
        assert_done(cgroup_signal_all(&live.cgroup, SIGKILL, &silent, &live.err), &live.err);
        live_finish(&live);
}

static int spin(void)
{
        struct timespec start, now;
        (void)clock_gettime(CLOCK_MONOTONIC, &start);
        do
                (void)clock_gettime(CLOCK_MONOTONIC, &now);
        while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < start.tv_sec * 1000 + start.tv_nsec / 1000000 + 300);
        return 0;
}

static void cpu_time_is_cut(void **state)
{
        (void)state;
        needs_v1("cpu");
        struct live live;
        make(&live);
        const struct spec_resources spec = {
                .cpu = {.quota = SET(10000), .period = SET(50000), .shares = SET(512)}
        };
        set(&live, &spec, RESOURCES_AT_BIRTH);
        assert_string_equal(value_of(&live, "cpu", "cpu.shares"), "512");
        assert_int_equal(in_cgroup(&live, spin), 0);
        struct cgroup_stats stats;
        assert_done(cgroup_stats_read(&live.cgroup, &live.arena, &stats, &live.err), &live.err);
        assert_true(stats.cpu.throttling.throttled_periods > 0);
        assert_true(stats.cpu.throttling.throttled_time > 0);
        assert_true(stats.cpu.usage.total > 0);
        /* A fifth of 300 ms, and what a busy machine adds. */
        assert_true(stats.cpu.usage.total < UINT64_C(250) * 1000 * 1000);
        live_finish(&live);
}

/* Each step is invalid in the order of the writes, or in the other one. */
static void quota_period_and_burst_change_together(void **state)
{
        (void)state;
        needs_v1("cpu");
        struct live live;
        make(&live);
        static const struct {
                int64_t quota;
                uint64_t period, burst;
        } steps[] = {
                {50000,   100000,  20000 },
                { 10000,  50000,   5000  },
                { 400000, 100000,  300000},
                { 1000,   1000000, 0     },
                { -1,     100000,  0     }
        };
        for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
                struct spec_resources spec = { 0 };
                char text[32];
                spec.cpu.quota = (struct opt_i64)SET(steps[i].quota);
                spec.cpu.period = (struct opt_u64)SET(steps[i].period);
                spec.cpu.burst = (struct opt_u64)SET(steps[i].burst);
                set(&live, &spec, i == 0 ? RESOURCES_AT_BIRTH : RESOURCES_AT_UPDATE);
                (void)snprintf(text, sizeof text, "%lld", (long long)steps[i].quota);
                assert_string_equal(value_of(&live, "cpu", "cpu.cfs_quota_us"), text);
                (void)snprintf(text, sizeof text, "%llu", (unsigned long long)steps[i].period);
                assert_string_equal(value_of(&live, "cpu", "cpu.cfs_period_us"), text);
                (void)snprintf(text, sizeof text, "%llu", (unsigned long long)steps[i].burst);
                assert_string_equal(value_of(&live, "cpu", "cpu.cfs_burst_us"), text);
        }

        /* An idle cgroup takes no shares. */
        const struct spec_resources idle = { .cpu = { .idle = SET(1) } };
        set(&live, &idle, RESOURCES_AT_UPDATE);
        assert_string_equal(value_of(&live, "cpu", "cpu.idle"), "1");
        const struct spec_resources awake = {
                .cpu = {.idle = SET(0), .shares = SET(2048)}
        };
        set(&live, &awake, RESOURCES_AT_UPDATE);
        assert_string_equal(value_of(&live, "cpu", "cpu.idle"), "0");
        assert_string_equal(value_of(&live, "cpu", "cpu.shares"), "2048");
        live_finish(&live);
}

static void a_cpuset_that_does_not_exist_is_refused(void **state)
{
        (void)state;
        needs_v1("cpuset");
        struct live live;
        make(&live);
        const struct spec_resources spec = {
                .cpu = {.cpus = "0", .mems = "0"}
        };
        set(&live, &spec, RESOURCES_AT_BIRTH);
        assert_string_equal(value_of(&live, "cpuset", "cpuset.cpus"), "0");
        const struct spec_resources bad = { .cpu = { .cpus = "0-4095" } };
        assert_int_equal(plan_and_apply(&live, &bad, RESOURCES_AT_UPDATE), -1);
        assert_starts(live.err.text, "linux.resources.cpu.cpus: write \"0-4095\" to cpuset.cpus: ");
        live_finish(&live);
}

static void a_limit_that_the_kernel_lacks_is_named(void **state)
{
        (void)state;
        needs_v1("blkio");
        struct live live;
        make(&live);
        const struct spec_resources spec = { .block_io = { .leaf_weight = SET(500) } };
        assert_int_equal(plan_and_apply(&live, &spec, RESOURCES_AT_BIRTH), -1);
        assert_starts(live.err.text,
                      "linux.resources.blockIO.leafWeight: the kernel has no blkio.leaf_weight in cgroup /");
        live_finish(&live);
}

/* devices ---------------------------------------------------------------------------------------------------------- */

/* One bit each for what can be opened: null and zero for reading, kmsg, a loop device. */
static int try_devices(void)
{
        static const struct {
                mode_t type;
                unsigned int major, minor;
        } devices[] = {
                {S_IFCHR,  1, 3 },
                { S_IFCHR, 1, 5 },
                { S_IFCHR, 1, 11},
                { S_IFBLK, 7, 0 }
        };
        char dir[] = "/dev/shm/tare-test-XXXXXX", path[64];
        int result = 0;
        if (!mkdtemp(dir))
                return 99;
        for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
                (void)snprintf(path, sizeof path, "%s/node", dir);
                int fd = -1;
                if (mknod(path, devices[i].type | 0600, makedev(devices[i].major, devices[i].minor)) == 0)
                        fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
                /* ENXIO: let through, and there is no such device. */
                if (fd >= 0 || errno == ENXIO)
                        result |= 1 << i;
                if (fd >= 0)
                        (void)close(fd);
                (void)unlink(path);
        }
        (void)rmdir(dir);
        return result;
}

enum { NULL_NODE = 1, ZERO = 2, KMSG = 4, LOOP = 8 };

static void devices_are_denied_but_for_the_list(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        make(&live);
        /* /dev/shm must let device nodes be opened, or nothing is proved here. */
        int without = in_cgroup(&live, try_devices);
        if (without != (NULL_NODE | ZERO | KMSG | LOOP)) {
                live_finish(&live);
                print_message("skipped: devices cannot be opened here anyway (%d)\n", without);
                skip();
        }
        const struct spec_resources nothing = { 0 };
        set(&live, &nothing, RESOURCES_AT_BIRTH);
        assert_int_equal(in_cgroup(&live, try_devices), NULL_NODE | ZERO);

        struct spec_device_rule rules[] = {
                {false, 'a', { 0 },  { 0 },   "rwm"},
                { true, 'c', SET(1), SET(11), "rw" },
        };
        const struct spec_resources kmsg = { .devices = rules, .n_devices = 2 };
        set(&live, &kmsg, RESOURCES_AT_UPDATE);
        assert_int_equal(in_cgroup(&live, try_devices), NULL_NODE | ZERO | KMSG);

        rules[1] = (struct spec_device_rule){ true, 'b', SET(7), { 0 }, "r" };
        set(&live, &kmsg, RESOURCES_AT_UPDATE);
        assert_int_equal(in_cgroup(&live, try_devices), NULL_NODE | ZERO | LOOP);
        rules[0].allow = true;
        set(&live, &kmsg, RESOURCES_AT_UPDATE);
        assert_int_equal(in_cgroup(&live, try_devices), NULL_NODE | ZERO | KMSG | LOOP);
        /* An update that does not speak of devices leaves them. */
        set(&live, &nothing, RESOURCES_AT_UPDATE);
        assert_int_equal(in_cgroup(&live, try_devices), NULL_NODE | ZERO | KMSG | LOOP);
        live_finish(&live);
}

static void a_change_of_v1_devices_writes_the_difference(void **state)
{
        (void)state;
        needs_v1("devices");
        struct live live;
        make(&live);
        const struct spec_resources nothing = { 0 };
        set(&live, &nothing, RESOURCES_AT_BIRTH);
        struct spec_device_rule rule = { true, 'c', SET(10), SET(229), "rw" };
        const struct spec_resources spec = { .devices = &rule, .n_devices = 1 };
        auto_buf struct buf warnings = { 0 };
        struct resource_plan plan;
        for (int i = 0; i < 2; i++) {
                assert_done(resources_plan(&live.cgroup, &spec, RESOURCES_AT_UPDATE, &live.arena, &plan, &warnings,
                                           &live.err),
                            &live.err);
                assert_int_equal(plan.n, i == 0 ? 1 : 0);
                assert_done(resources_apply(&live.cgroup, &plan, &live.err), &live.err);
        }
        assert_non_null(strstr(value_of(&live, "devices", "devices.list"), "c 10:229 rwm"));
        rule.major.value = 11;
        assert_done(resources_plan(&live.cgroup, &spec, RESOURCES_AT_UPDATE, &live.arena, &plan, &warnings, &live.err),
                    &live.err);
        assert_int_equal(plan.n, 2);
        assert_string_equal(plan.writes[0].file, "devices.allow");
        assert_string_equal(plan.writes[1].file, "devices.deny");
        assert_string_equal(plan.writes[1].text, "c 10:229 rwm");
        live_finish(&live);
}

static size_t count_programs(const struct live *live)
{
        uint32_t ids[64];
        union bpf_attr query = { 0 };
        query.query.target_fd = (uint32_t)cgroup_clone_fd(&live->cgroup);
        query.query.attach_type = BPF_CGROUP_DEVICE;
        query.query.prog_ids = (uintptr_t)ids;
        query.query.prog_cnt = ARRAY_LEN(ids);
        assert_int_equal(syscall(SYS_bpf, BPF_PROG_QUERY, &query, sizeof query), 0);
        return query.query.prog_cnt;
}

static void the_program_on_cgroup2_is_replaced(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        make(&live);
        struct cgroup alone = { 0 };
        alone.is_v2 = true;
        for (size_t i = 0; i < live.cgroup.n; i++) {
                if (*live.cgroup.hierarchies[i].name == '\0')
                        alone.hierarchies[alone.n++] = live.cgroup.hierarchies[i];
        }
        struct spec_device_rule rule = { true, 'b', SET(8), { 0 }, "rw" };
        const struct spec_resources spec = { .devices = &rule, .n_devices = 1 };
        auto_buf struct buf warnings = { 0 };
        struct resource_plan plan;
        for (size_t i = 0; alone.n > 0 && i < 3; i++) {
                enum resources_when when = i == 0 ? RESOURCES_AT_BIRTH : RESOURCES_AT_UPDATE;
                assert_done(resources_plan(&alone, &spec, when, &live.arena, &plan, &warnings, &live.err), &live.err);
                assert_int_equal(plan.device_program_place, i == 0 ? DEVICE_PROGRAM_FIRST : DEVICE_PROGRAM_REPLACE);
                assert_done(resources_apply(&alone, &plan, &live.err), &live.err);
                assert_int_equal(count_programs(&live), 1);
        }
        live_finish(&live);
}

/* The verifier has the last word on what the compiler makes. */
static void every_kind_of_program_is_accepted(void **state)
{
        (void)state;
        needs_cgroups();
        static const struct spec_device_rule rules[] = {
                {true,   'a', { 0 },  { 0 },  "rwm"},
                { false, 'a', { 0 },  { 0 },  "rwm"},
                { true,  'b', { 0 },  { 0 },  "rwm"},
                { false, 'b', { 0 },  { 0 },  "rwm"},
                { true,  'c', { 0 },  SET(3), "r"  },
                { false, 'c', SET(4), { 0 },  "wm" },
                { true,  'c', { 0 },  { 0 },  "rwm"},
        };
        struct live live;
        make(&live);
        int dir_fd = cgroup_clone_fd(&live.cgroup);
        for (size_t mask = 0; dir_fd >= 0 && mask < 1U << ARRAY_LEN(rules); mask++) {
                struct spec_device_rule chosen[ARRAY_LEN(rules)];
                struct device_list list;
                struct device_program program;
                struct arena arena = { 0 };
                size_t n = 0;
                for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
                        if (mask >> i & 1)
                                chosen[n++] = rules[i];
                }
                assert_done(device_list_build(chosen, n, &arena, &list, &live.err), &live.err);
                assert_done(device_program_compile(&list, &arena, &program, &live.err), &live.err);
                assert_done(device_program_attach(&program, dir_fd, DEVICE_PROGRAM_REPLACE, &live.err), &live.err);
                arena_finish(&arena);
        }
        live_finish(&live);
}

/* the rest --------------------------------------------------------------------------------------------------------- */

static void what_cgroup2_has_is_enabled_down_the_path(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        char path[PATH_MAX], available[KNOB_SIZE], here[KNOB_SIZE];
        make(&live);
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(&live.cgroup, "");
        if (cgroup2) {
                (void)snprintf(path, sizeof path, "%s/cgroup.controllers", cgroup2->mount);
                assert_done(knob_read(path, available, &live.err), &live.err);
                (void)snprintf(path, sizeof path, "%s/cgroup.controllers", cgroup2->dir);
                assert_done(knob_read(path, here, &live.err), &live.err);
                assert_string_equal(here, available);
        }
        live_finish(&live);
}

static void hugepages_are_limited_where_their_controller_is(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        struct cgroup_stats stats;
        struct spec_hugepage_limit limit = { "2MB", HUGE_LIMIT };
        const struct spec_resources spec = { .hugepage_limits = &limit, .n_hugepage_limits = 1 };
        make(&live);
        const struct cgroup_hierarchy *v1 = hierarchy_find(&live.cgroup, "hugetlb");
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(&live.cgroup, "");
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/hugetlb.2MB.max", cgroup2 ? cgroup2->dir : "/");
        if (!v1 && access(path, F_OK) < 0) {
                live_finish(&live);
                print_message("skipped: no hugetlb controller here\n");
                skip();
        }
        set(&live, &spec, RESOURCES_AT_BIRTH);
        assert_string_equal(v1 ? value_of(&live, "hugetlb", "hugetlb.2MB.limit_in_bytes")
                               : value_of(&live, "", "hugetlb.2MB.max"),
                            "4194304");
        assert_done(cgroup_stats_read(&live.cgroup, &live.arena, &stats, &live.err), &live.err);
        bool is_found = false;
        for (size_t i = 0; i < stats.n_hugetlb; i++)
                is_found = is_found || strcmp(stats.hugetlb[i].page_size, "2MB") == 0;
        assert_true(is_found);

        limit.page_size = "3MB";
        assert_int_equal(plan_and_apply(&live, &spec, RESOURCES_AT_UPDATE), -1);
        assert_starts(live.err.text, "linux.resources.hugepageLimits[0]: the kernel has no hugetlb.3MB.");
        live_finish(&live);
}

static void a_pause_stops_all_and_an_end_of_it_does_not(void **state)
{
        (void)state;
        needs_cgroups();
        struct live live;
        const struct log silent = { 0 };
        make(&live);
        pid_t pid = child_inside(&live.cgroup);
        assert_done(cgroup_freeze(&live.cgroup, &live.err), &live.err);
        assert_true(cgroup_is_frozen(&live.cgroup));
        assert_done(cgroup_thaw(&live.cgroup, &live.err), &live.err);
        assert_false(cgroup_is_frozen(&live.cgroup));
        assert_done(cgroup_signal_all(&live.cgroup, SIGKILL, &silent, &live.err), &live.err);
        assert_died_of(pid, SIGKILL);
        live_finish(&live);
}

static int run_anywhere(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(devices_are_denied_but_for_the_list),
                cmocka_unit_test(the_program_on_cgroup2_is_replaced),
                cmocka_unit_test(every_kind_of_program_is_accepted),
                cmocka_unit_test(what_cgroup2_has_is_enabled_down_the_path),
                cmocka_unit_test(hugepages_are_limited_where_their_controller_is),
                cmocka_unit_test(a_pause_stops_all_and_an_end_of_it_does_not),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}

static int run_on_v1(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(memory_has_an_end),
                cmocka_unit_test(memory_goes_up_and_down_with_its_swap),
                cmocka_unit_test(a_limit_below_use_is_refused_with_the_use),
                cmocka_unit_test(processes_are_counted),
                cmocka_unit_test(cpu_time_is_cut),
                cmocka_unit_test(quota_period_and_burst_change_together),
                cmocka_unit_test(a_cpuset_that_does_not_exist_is_refused),
                cmocka_unit_test(a_limit_that_the_kernel_lacks_is_named),
                cmocka_unit_test(a_change_of_v1_devices_writes_the_difference),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
        int n_failed = run_on_v2(run_anywhere);
        leave_janitor();
        n_failed += run_anywhere();
        return n_failed + run_on_v1();
}
