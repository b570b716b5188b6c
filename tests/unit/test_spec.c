/* SPDX-License-Identifier: Apache-2.0 */
/* test_spec.c - every field of config.json, by the struct that it ends in; and bundles as they are in the world. */

#include <stdio.h>
#include <sys/resource.h>

#include "spec_text.h"

static void is_list(const struct text_list *list, size_t n, const char *first, const char *last)
{
        assert_int_equal(list->n, n);
        assert_string_equal(list->items[0], first);
        assert_string_equal(list->items[n - 1], last);
        assert_null(list->items[n]);
}

static void the_top(void **state)
{
        (void)state;
        assert_string_equal(read_spec("{\"ociVersion\":\"1.2.3\",\"root\":{\"path\":\"r\",\"readonly\":true},"
                                      "\"process\":{\"cwd\":\"/c\"},"
                                      "\"hostname\":\"h\",\"domainname\":\"d\",\"annotations\":{\"a\":\"b\",\"c\":"
                                      "\"d\"},\"linux\":{}}"),
                            "");
        assert_string_equal(spec.oci_version, "1.2.3");
        assert_true(spec.root.set);
        assert_string_equal(spec.root.path, "r");
        assert_true(spec.root.readonly);
        assert_true(spec.process.set);
        assert_string_equal(spec.process.cwd, "/c");
        assert_string_equal(spec.hostname, "h");
        assert_string_equal(spec.domainname, "d");
        assert_int_equal(spec.annotations.n, 2);
        assert_string_equal(spec.annotations.items[1].key, "c");
        assert_string_equal(spec.annotations.items[1].value, "d");
        assert_true(spec.linux_.set);
}

static void nothing_but_the_braces(void **state)
{
        (void)state;
        static const struct spec nothing;
        memset(&spec, 0xff, sizeof spec);
        assert_string_equal(read_spec("{}"), "");
        assert_memory_equal(&spec, &nothing, sizeof spec);
}

static void process(void **state)
{
        (void)state;
        assert_string_equal(
                read_spec(
                        "{\"process\":{\"terminal\":true,\"consoleSize\":{\"height\":1,\"width\":2},\"cwd\":\"/c\","
                        "\"args\":[\"a\",\"b\"],\"env\":[\"E=1\",\"F=2\",\"G=3\"],"
                        "\"user\":{\"uid\":3,\"gid\":4,\"umask\":5,\"additionalGids\":[6,7]},"
                        "\"capabilities\":{\"bounding\":[\"B\"],\"effective\":[\"E\"],\"inheritable\":[\"I\"],"
                        "\"permitted\":[\"P\"],\"ambient\":[\"A\"]},"
                        "\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":8,\"hard\":9},"
                        "{\"type\":\"RLIMIT_AS\",\"soft\":0,\"hard\":18446744073709551615}],"
                        "\"noNewPrivileges\":true,\"oomScoreAdj\":-10,\"apparmorProfile\":\"p\",\"selinuxLabel\":\"l\","
                        "\"scheduler\":{\"policy\":\"SCHED_BATCH\",\"nice\":-11,\"priority\":12,"
                        "\"flags\":[\"SCHED_FLAG_RECLAIM\"],\"runtime\":13,\"deadline\":14,\"period\":15},"
                        "\"ioPriority\":{\"class\":\"IOPRIO_CLASS_IDLE\",\"priority\":16},"
                        "\"execCPUAffinity\":{\"initial\":\"0-1\",\"final\":\"2\"}}}"),
                "");
        const struct spec_process *p = &spec.process;
        assert_true(p->terminal && p->console_size.set && p->no_new_privileges);
        assert_int_equal(p->console_size.height, 1);
        assert_int_equal(p->console_size.width, 2);
        assert_string_equal(p->cwd, "/c");
        is_list(&p->args, 2, "a", "b");
        is_list(&p->env, 3, "E=1", "G=3");
        assert_int_equal(p->user.uid, 3);
        assert_int_equal(p->user.gid, 4);
        assert_true(p->user.umask.set);
        assert_int_equal(p->user.umask.value, 5);
        assert_int_equal(p->user.n_additional_gids, 2);
        assert_int_equal(p->user.additional_gids[0], 6);
        assert_int_equal(p->user.additional_gids[1], 7);
        assert_true(p->capabilities.set);
        is_list(&p->capabilities.bounding, 1, "B", "B");
        is_list(&p->capabilities.effective, 1, "E", "E");
        is_list(&p->capabilities.inheritable, 1, "I", "I");
        is_list(&p->capabilities.permitted, 1, "P", "P");
        is_list(&p->capabilities.ambient, 1, "A", "A");
        assert_int_equal(p->n_rlimits, 2);
        assert_int_equal(p->rlimits[0].resource, RLIMIT_CPU);
        assert_string_equal(p->rlimits[0].type, "RLIMIT_CPU");
        assert_int_equal(p->rlimits[0].soft, 8);
        assert_int_equal(p->rlimits[0].hard, 9);
        assert_int_equal(p->rlimits[1].resource, RLIMIT_AS);
        assert_true(p->rlimits[1].hard == RLIM_INFINITY);
        assert_true(p->oom_score_adj.set);
        assert_int_equal(p->oom_score_adj.value, -10);
        assert_string_equal(p->apparmor_profile, "p");
        assert_string_equal(p->selinux_label, "l");
        assert_true(p->scheduler.set);
        assert_string_equal(p->scheduler.policy, "SCHED_BATCH");
        assert_int_equal(p->scheduler.nice, -11);
        assert_int_equal(p->scheduler.priority, 12);
        is_list(&p->scheduler.flags, 1, "SCHED_FLAG_RECLAIM", "SCHED_FLAG_RECLAIM");
        assert_int_equal(p->scheduler.runtime, 13);
        assert_int_equal(p->scheduler.deadline, 14);
        assert_int_equal(p->scheduler.period, 15);
        assert_true(p->io_priority.set);
        assert_string_equal(p->io_priority.class, "IOPRIO_CLASS_IDLE");
        assert_int_equal(p->io_priority.priority, 16);
        assert_string_equal(p->exec_cpu_affinity.initial, "0-1");
        assert_string_equal(p->exec_cpu_affinity.final, "2");
}

/* sys/resource.h numbers them; each of the kernel's is there once, by its own name. */
static void every_rlimit_has_its_name(void **state)
{
        (void)state;
        static const char *const names[] = {
                [RLIMIT_CPU] = "CPU",           [RLIMIT_FSIZE] = "FSIZE",
                [RLIMIT_DATA] = "DATA",         [RLIMIT_STACK] = "STACK",
                [RLIMIT_CORE] = "CORE",         [RLIMIT_RSS] = "RSS",
                [RLIMIT_NPROC] = "NPROC",       [RLIMIT_NOFILE] = "NOFILE",
                [RLIMIT_MEMLOCK] = "MEMLOCK",   [RLIMIT_AS] = "AS",
                [RLIMIT_LOCKS] = "LOCKS",       [RLIMIT_SIGPENDING] = "SIGPENDING",
                [RLIMIT_MSGQUEUE] = "MSGQUEUE", [RLIMIT_NICE] = "NICE",
                [RLIMIT_RTPRIO] = "RTPRIO",     [RLIMIT_RTTIME] = "RTTIME",
        };
        assert_int_equal(ARRAY_LEN(names), RLIM_NLIMITS);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char text[256];
                (void)snprintf(
                        text, sizeof text,
                        "{\"process\":{\"cwd\":\"/\",\"rlimits\":[{\"type\":\"RLIMIT_%s\",\"soft\":1,\"hard\":1}]}}",
                        names[i]);
                assert_string_equal(read_spec(text), "");
                assert_int_equal(spec.process.rlimits[0].resource, i);
        }
        assert_string_equal(read_spec("{\"process\":{\"cwd\":\"/\",\"rlimits\":[{\"type\":\"RLIMIT_FOO\"}]}}"),
                            "config.json: process.rlimits[0].type: unknown rlimit \"RLIMIT_FOO\"");
}

static void mounts_and_hooks(void **state)
{
        (void)state;
        assert_string_equal(
                read_spec(
                        "{\"mounts\":[{\"destination\":\"/a\"},{\"destination\":\"/b\",\"type\":\"bind\",\"source\":\"/"
                        "s\","
                        "\"options\":[\"ro\",\"rbind\"],\"uidMappings\":[{\"containerID\":1,\"hostID\":2,\"size\":3}],"
                        "\"gidMappings\":[{\"containerID\":4,\"hostID\":5,\"size\":6},"
                        "{\"containerID\":7,\"hostID\":8,\"size\":9}]}],"
                        "\"hooks\":{\"prestart\":[{\"path\":\"/0\"}],\"createRuntime\":[{\"path\":\"/1\"}],"
                        "\"createContainer\":[{\"path\":\"/2\"}],\"startContainer\":[{\"path\":\"/3\",\"env\":null}],"
                        "\"poststart\":[{\"path\":\"/4\",\"env\":[]}],\"poststop\":[{\"path\":\"/5\"},{\"path\":\"/6\","
                        "\"args\":[\"x\",\"y\"],\"env\":[\"E=1\"],\"timeout\":7}]}}"),
                "");
        assert_int_equal(spec.n_mounts, 2);
        assert_string_equal(spec.mounts[0].destination, "/a");
        assert_null(spec.mounts[0].type);
        assert_null(spec.mounts[0].source);
        assert_int_equal(spec.mounts[0].options.n, 0);
        const struct spec_mount *mount = &spec.mounts[1];
        assert_string_equal(mount->destination, "/b");
        assert_string_equal(mount->type, "bind");
        assert_string_equal(mount->source, "/s");
        is_list(&mount->options, 2, "ro", "rbind");
        assert_int_equal(mount->n_uid_mappings, 1);
        assert_int_equal(mount->uid_mappings[0].container_id, 1);
        assert_int_equal(mount->uid_mappings[0].host_id, 2);
        assert_int_equal(mount->uid_mappings[0].size, 3);
        assert_int_equal(mount->n_gid_mappings, 2);
        assert_int_equal(mount->gid_mappings[1].size, 9);

        for (size_t i = 0; i < HOOK_KINDS; i++) {
                const char path[] = { '/', (char)('0' + i), '\0' };
                assert_int_equal(spec.hooks[i].n, i == HOOK_POSTSTOP ? 2 : 1);
                assert_string_equal(spec.hooks[i].items[0].path, path);
                assert_int_equal(spec.hooks[i].items[0].has_env, i == HOOK_POSTSTART);
                assert_false(spec.hooks[i].items[0].timeout.set);
        }
        const struct spec_hook *hook = &spec.hooks[HOOK_POSTSTOP].items[1];
        is_list(&hook->args, 2, "x", "y");
        is_list(&hook->env, 1, "E=1", "E=1");
        assert_true(hook->has_env && hook->timeout.set);
        assert_int_equal(hook->timeout.value, 7);
}

static void linux_namespaces(void **state)
{
        (void)state;
        assert_string_equal(
                read_spec("{\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\",\"path\":\"/n\"},"
                          "{\"type\":\"time\",\"path\":\"\"},{\"type\":\"cgroup\"}],"
                          "\"uidMappings\":[{\"containerID\":1,\"hostID\":2,\"size\":3}],"
                          "\"gidMappings\":[{\"containerID\":4,\"hostID\":5,\"size\":6}],"
                          "\"timeOffsets\":{\"boottime\":{\"secs\":-7,\"nanosecs\":8},\"monotonic\":{\"secs\":9}}}}"),
                "");
        const struct spec_namespace *ns = spec.linux_.namespaces;
        static const bool set[NS_TYPES] = {
                [NS_PID] = true, [NS_NETWORK] = true, [NS_TIME] = true, [NS_CGROUP] = true
        };
        for (size_t i = 0; i < NS_TYPES; i++)
                assert_int_equal(ns[i].set, set[i]);
        assert_null(ns[NS_PID].path);
        assert_string_equal(ns[NS_NETWORK].path, "/n");
        assert_null(ns[NS_TIME].path); /* as Go's runtimes see "" */
        assert_int_equal(ns[NS_PID].index, 0);
        assert_int_equal(ns[NS_NETWORK].index, 1);
        assert_int_equal(ns[NS_CGROUP].index, 3);
        assert_int_equal(spec.linux_.n_uid_mappings, 1);
        assert_int_equal(spec.linux_.uid_mappings[0].host_id, 2);
        assert_int_equal(spec.linux_.n_gid_mappings, 1);
        assert_int_equal(spec.linux_.gid_mappings[0].container_id, 4);
        assert_true(spec.linux_.time_offsets.boottime.set && spec.linux_.time_offsets.monotonic.set);
        assert_int_equal(spec.linux_.time_offsets.boottime.secs, -7);
        assert_int_equal(spec.linux_.time_offsets.boottime.nanosecs, 8);
        assert_int_equal(spec.linux_.time_offsets.monotonic.secs, 9);
}

static void every_namespace_has_its_name(void **state)
{
        (void)state;
        static const char *const names[] = { "cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts" };
        static const enum ns_type types[] = {
                NS_CGROUP, NS_IPC, NS_MOUNT, NS_NETWORK, NS_PID, NS_TIME, NS_USER, NS_UTS
        };
        assert_int_equal(ARRAY_LEN(names), NS_TYPES);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char text[128];
                (void)snprintf(text, sizeof text, "{\"linux\":{\"namespaces\":[{\"type\":\"%s\"}]}}", names[i]);
                assert_string_equal(read_spec(text), "");
                assert_true(spec.linux_.namespaces[types[i]].set);
                assert_string_equal(ns_type_names[types[i]], names[i]);
        }
}

static void the_rest_of_linux(void **state)
{
        (void)state;
        assert_string_equal(
                read_spec("{\"linux\":{\"devices\":[{\"type\":\"b\",\"path\":\"/"
                          "d\",\"major\":1,\"minor\":2,\"fileMode\":384,"
                          "\"uid\":3,\"gid\":4},{\"type\":\"p\",\"path\":\"/e\"}],"
                          "\"netDevices\":{\"eth0\":{\"name\":\"in0\"},\"eth1\":{}},\"cgroupsPath\":\"/cg\","
                          "\"intelRdt\":{\"closID\":\"c\",\"l3CacheSchema\":\"3\",\"memBwSchema\":\"m\","
                          "\"schemata\":[\"s\"],\"enableMonitoring\":true},"
                          "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0-1\",\"flags\":[\"MPOL_F_STATIC_"
                          "NODES\"]},"
                          "\"sysctl\":{\"a.b\":\"c\"},\"rootfsPropagation\":\"rslave\",\"maskedPaths\":[\"/m\",\"/n\"],"
                          "\"readonlyPaths\":[\"/r\"],\"mountLabel\":\"ml\","
                          "\"personality\":{\"domain\":\"LINUX32\",\"flags\":[\"f\"]}}}"),
                "");
        const struct spec_linux *l = &spec.linux_;
        assert_int_equal(l->n_devices, 2);
        assert_int_equal(l->devices[0].type, 'b');
        assert_string_equal(l->devices[0].path, "/d");
        assert_true(l->devices[0].has_major && l->devices[0].has_minor);
        assert_int_equal(l->devices[0].major, 1);
        assert_int_equal(l->devices[0].minor, 2);
        assert_true(l->devices[0].file_mode.set);
        assert_int_equal(l->devices[0].file_mode.value, 0600);
        assert_int_equal(l->devices[0].uid, 3);
        assert_int_equal(l->devices[0].gid, 4);
        assert_int_equal(l->devices[1].type, 'p');
        assert_false(l->devices[1].has_major || l->devices[1].has_minor || l->devices[1].file_mode.set);
        assert_int_equal(l->n_net_devices, 2);
        assert_string_equal(l->net_devices[0].host_name, "eth0");
        assert_string_equal(l->net_devices[0].name, "in0");
        assert_string_equal(l->net_devices[1].host_name, "eth1");
        assert_null(l->net_devices[1].name);
        assert_string_equal(l->cgroups_path, "/cg");
        assert_true(l->intel_rdt.set && l->intel_rdt.enable_monitoring);
        assert_string_equal(l->intel_rdt.clos_id, "c");
        assert_string_equal(l->intel_rdt.l3_cache_schema, "3");
        assert_string_equal(l->intel_rdt.mem_bw_schema, "m");
        is_list(&l->intel_rdt.schemata, 1, "s", "s");
        assert_true(l->memory_policy.set);
        assert_string_equal(l->memory_policy.mode, "MPOL_BIND");
        assert_string_equal(l->memory_policy.nodes, "0-1");
        is_list(&l->memory_policy.flags, 1, "MPOL_F_STATIC_NODES", "MPOL_F_STATIC_NODES");
        assert_int_equal(l->sysctl.n, 1);
        assert_string_equal(l->sysctl.items[0].value, "c");
        assert_string_equal(l->rootfs_propagation, "rslave");
        is_list(&l->masked_paths, 2, "/m", "/n");
        is_list(&l->readonly_paths, 1, "/r", "/r");
        assert_string_equal(l->mount_label, "ml");
        assert_true(l->personality.set);
        assert_string_equal(l->personality.domain, "LINUX32");
        is_list(&l->personality.flags, 1, "f", "f");
}

static void is_i64(struct opt_i64 opt, int64_t value)
{
        assert_true(opt.set && opt.value == value);
}

static void is_u64(struct opt_u64 opt, uint64_t value)
{
        assert_true(opt.set && opt.value == value);
}

static void is_u32(struct opt_u32 opt, uint32_t value)
{
        assert_true(opt.set && opt.value == value);
}

static void is_throttle(const struct spec_throttle_list *list, int64_t major)
{
        assert_int_equal(list->n, 1);
        assert_int_equal(list->items[0].major, major);
        assert_int_equal(list->items[0].minor, major + 1);
        assert_int_equal(list->items[0].rate, major + 2);
}

static void resources(void **state)
{
        (void)state;
        assert_string_equal(
                read_spec("{\"linux\":{\"resources\":{\"devices\":[{\"allow\":true,\"type\":\"c\",\"major\":1,"
                          "\"minor\":-1,"
                          "\"access\":\"rw\"},{\"allow\":false}],"
                          "\"memory\":{\"limit\":-1,\"reservation\":2,\"swap\":3,\"kernel\":4,\"kernelTCP\":5,"
                          "\"swappiness\":6,"
                          "\"disableOOMKiller\":true,\"useHierarchy\":false,\"checkBeforeUpdate\":true},"
                          "\"cpu\":{\"shares\":7,\"quota\":-8,\"burst\":9,\"period\":10,\"realtimeRuntime\":11,"
                          "\"realtimePeriod\":12,\"cpus\":\"0\",\"mems\":\"1\",\"idle\":13},\"pids\":{\"limit\":14},"
                          "\"blockIO\":{\"weight\":65535,\"leafWeight\":16,"
                          "\"weightDevice\":[{\"major\":17,\"minor\":18,\"weight\":19,\"leafWeight\":20}],"
                          "\"throttleReadBpsDevice\":[{\"major\":30,\"minor\":31,\"rate\":32}],"
                          "\"throttleWriteBpsDevice\":[{\"major\":40,\"minor\":41,\"rate\":42}],"
                          "\"throttleReadIOPSDevice\":[{\"major\":50,\"minor\":51,\"rate\":52}],"
                          "\"throttleWriteIOPSDevice\":[{\"major\":60,\"minor\":61,\"rate\":62}]},"
                          "\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":70}],"
                          "\"network\":{\"classID\":71,\"priorities\":[{\"name\":\"lo\",\"priority\":72}]},"
                          "\"rdma\":{\"mlx\":{\"hcaHandles\":73,\"hcaObjects\":74}},\"unified\":{\"u\":\"v\"}}}}"),
                "");
        const struct spec_resources *r = &spec.linux_.resources;
        assert_true(r->set);
        assert_int_equal(r->n_devices, 2);
        assert_true(r->devices[0].allow);
        assert_int_equal(r->devices[0].type, 'c');
        is_i64(r->devices[0].major, 1);
        is_i64(r->devices[0].minor, -1);
        assert_string_equal(r->devices[0].access, "rw");
        assert_false(r->devices[1].allow || r->devices[1].major.set || r->devices[1].minor.set);
        assert_int_equal(r->devices[1].type, 'a');
        assert_null(r->devices[1].access);

        assert_true(r->memory.set);
        is_i64(r->memory.limit, -1);
        is_i64(r->memory.reservation, 2);
        is_i64(r->memory.swap, 3);
        is_i64(r->memory.kernel, 4);
        is_i64(r->memory.kernel_tcp, 5);
        is_u64(r->memory.swappiness, 6);
        assert_true(r->memory.disable_oom_killer.set && r->memory.disable_oom_killer.value);
        assert_true(r->memory.use_hierarchy.set && !r->memory.use_hierarchy.value);
        assert_true(r->memory.check_before_update.set && r->memory.check_before_update.value);

        assert_true(r->cpu.set && r->pids.set);
        is_u64(r->cpu.shares, 7);
        is_i64(r->cpu.quota, -8);
        is_u64(r->cpu.burst, 9);
        is_u64(r->cpu.period, 10);
        is_i64(r->cpu.realtime_runtime, 11);
        is_u64(r->cpu.realtime_period, 12);
        assert_string_equal(r->cpu.cpus, "0");
        assert_string_equal(r->cpu.mems, "1");
        is_i64(r->cpu.idle, 13);
        is_i64(r->pids.limit, 14);

        assert_true(r->block_io.set);
        is_u32(r->block_io.weight, 65535);
        is_u32(r->block_io.leaf_weight, 16);
        assert_int_equal(r->block_io.n_weight_devices, 1);
        assert_int_equal(r->block_io.weight_devices[0].major, 17);
        assert_int_equal(r->block_io.weight_devices[0].minor, 18);
        is_u32(r->block_io.weight_devices[0].weight, 19);
        is_u32(r->block_io.weight_devices[0].leaf_weight, 20);
        is_throttle(&r->block_io.read_bps, 30);
        is_throttle(&r->block_io.write_bps, 40);
        is_throttle(&r->block_io.read_iops, 50);
        is_throttle(&r->block_io.write_iops, 60);

        assert_int_equal(r->n_hugepage_limits, 1);
        assert_string_equal(r->hugepage_limits[0].page_size, "2MB");
        assert_int_equal(r->hugepage_limits[0].limit, 70);
        assert_true(r->network.set);
        is_u32(r->network.class_id, 71);
        assert_int_equal(r->network.n_priorities, 1);
        assert_string_equal(r->network.priorities[0].name, "lo");
        assert_int_equal(r->network.priorities[0].priority, 72);
        assert_int_equal(r->n_rdma, 1);
        assert_string_equal(r->rdma[0].device, "mlx");
        is_u32(r->rdma[0].hca_handles, 73);
        is_u32(r->rdma[0].hca_objects, 74);
        assert_int_equal(r->unified.n, 1);
        assert_string_equal(r->unified.items[0].key, "u");
}

static void seccomp(void **state)
{
        (void)state;
        assert_string_equal(
                read_spec("{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,"
                          "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X32\"],\"flags\":[],"
                          "\"listenerPath\":\"/"
                          "l\",\"listenerMetadata\":\"m\",\"syscalls\":[{\"names\":[\"read\",\"write\"],"
                          "\"action\":\"SCMP_ACT_ALLOW\"},{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_TRACE\","
                          "\"errnoRet\":1,"
                          "\"args\":[{\"index\":2,\"value\":18446744073709551615,\"valueTwo\":4,\"op\":\"SCMP_CMP_"
                          "MASKED_EQ\"},"
                          "{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_NE\"}]}]}}}"),
                "");
        const struct spec_seccomp *s = &spec.linux_.seccomp;
        assert_true(s->set && s->has_flags);
        assert_int_equal(s->flags.n, 0);
        assert_string_equal(s->default_action, "SCMP_ACT_ERRNO");
        is_u32(s->default_errno_ret, 38);
        is_list(&s->architectures, 2, "SCMP_ARCH_X86_64", "SCMP_ARCH_X32");
        assert_string_equal(s->listener_path, "/l");
        assert_string_equal(s->listener_metadata, "m");
        assert_int_equal(s->n_rules, 2);
        is_list(&s->rules[0].names, 2, "read", "write");
        assert_string_equal(s->rules[0].action, "SCMP_ACT_ALLOW");
        assert_false(s->rules[0].errno_ret.set);
        assert_int_equal(s->rules[0].n_args, 0);
        is_u32(s->rules[1].errno_ret, 1);
        assert_int_equal(s->rules[1].n_args, 2);
        assert_int_equal(s->rules[1].args[0].index, 2);
        assert_true(s->rules[1].args[0].value == UINT64_MAX);
        assert_int_equal(s->rules[1].args[0].value_two, 4);
        assert_string_equal(s->rules[1].args[0].op, "SCMP_CMP_MASKED_EQ");
        assert_string_equal(s->rules[1].args[1].op, "SCMP_CMP_NE");
}

static void names_that_are_unknown(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct {
                const char *text, *message;
        } rows[] = {
                { "{\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"foo\"}]}}",
                  "linux.namespaces[1].type: unknown namespace \"foo\"" },
                { "{\"linux\":{\"namespaces\":[{\"type\":\"ipc\"},{\"type\":\"pid\"},{\"type\":\"pid\","
                  "\"path\":\"/x\"}]}}", "linux.namespaces[2]: duplicated namespace \"pid\"" },
                { "{\"linux\":{\"devices\":[{\"type\":\"x\",\"path\":\"/dev/x\"}]}}",
                  "linux.devices[0].type: invalid device type \"x\"" },
                { "{\"linux\":{\"devices\":[{\"type\":\"cc\",\"path\":\"/dev/x\"}]}}",
                  "linux.devices[0].type: invalid device type \"cc\"" },
                { "{\"linux\":{\"devices\":[{\"type\":\"\",\"path\":\"/dev/x\"}]}}",
                  "linux.devices[0].type: invalid device type \"\"" },
                { "{\"linux\":{\"resources\":{\"devices\":[{\"allow\":true,\"type\":\"p\"}]}}}",
                  "linux.resources.devices[0].type: invalid cgroup device type \"p\"" },
                { "{\"linux\":{\"resources\":{\"blockIO\":{\"weight\":65536}}}}",
                  "linux.resources.blockIO.weight: out of range" },
                { "{\"linux\":{\"timeOffsets\":{\"realtime\":{\"secs\":1}}}}",
                  "linux.timeOffsets.realtime: unknown clock \"realtime\"" },
                { "{\"linux\":{\"rootfsPropagation\":\"foo\"}}",
                  "linux.rootfsPropagation: unknown propagation \"foo\"" },
                { "{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_FOO\"}}}",
                  "linux.seccomp.defaultAction: unknown action \"SCMP_ACT_FOO\"" },
                { "{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_KILL\","
                  "\"architectures\":[\"SCMP_ARCH_FOO\"]}}}",
                  "linux.seccomp.architectures[0]: unknown architecture \"SCMP_ARCH_FOO\"" },
                { "{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_KILL\",\"flags\":[\"FOO\"]}}}",
                  "linux.seccomp.flags[0]: unknown flag \"FOO\"" },
                { "{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_KILL\",\"syscalls\":[{\"names\":[\"a\"],"
                  "\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":0,\"value\":0,\"op\":\"<\"}]}]}}}",
                  "linux.seccomp.syscalls[0].args[0].op: unknown operator \"<\"" },
                { "{\"linux\":{\"personality\":{\"domain\":\"FOO\"}}}",
                  "linux.personality.domain: unknown domain \"FOO\"" },
                { "{\"linux\":{\"memoryPolicy\":{\"mode\":\"FOO\"}}}",
                  "linux.memoryPolicy.mode: unknown mode \"FOO\"" },
                { "{\"linux\":{\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"flags\":[\"FOO\"]}}}",
                  "linux.memoryPolicy.flags[0]: unknown flag \"FOO\"" },
                { "{\"process\":{\"cwd\":\"/\",\"scheduler\":{\"policy\":\"SCHED_FOO\"}}}",
                  "process.scheduler.policy: unknown policy \"SCHED_FOO\"" },
                { "{\"process\":{\"cwd\":\"/\",\"scheduler\":{\"policy\":\"SCHED_RR\",\"flags\":[\"FOO\"]}}}",
                  "process.scheduler.flags[0]: unknown flag \"FOO\"" },
                { "{\"process\":{\"cwd\":\"/\",\"ioPriority\":{\"class\":\"FOO\",\"priority\":1}}}",
                  "process.ioPriority.class: unknown class \"FOO\"" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char message[256];
                (void)snprintf(message, sizeof message, "config.json: %s", rows[i].message);
                assert_string_equal(read_spec(rows[i].text), message);
        }
        assert_string_equal(read_spec("{\"linux\":{\"rootfsPropagation\":\"\"}}"), "");
        assert_null(spec.linux_.rootfs_propagation);
}

/* Programs in Go leave an empty text out or write it: it means the same to them. */
static void empty_texts_are_none(void **state)
{
        (void)state;
        assert_string_equal(
                read_spec("{\"hostname\":\"\",\"domainname\":\"\",\"process\":{\"cwd\":\"\",\"apparmorProfile\":\"\","
                          "\"selinuxLabel\":\"\",\"execCPUAffinity\":{\"initial\":\"\",\"final\":\"\"}},"
                          "\"mounts\":[{\"destination\":\"\",\"type\":\"\",\"source\":\"\"}],"
                          "\"linux\":{\"cgroupsPath\":\"\",\"mountLabel\":\"\",\"netDevices\":{\"a\":{\"name\":\"\"}},"
                          "\"intelRdt\":{\"closID\":\"\",\"l3CacheSchema\":\"\",\"memBwSchema\":\"\"},"
                          "\"memoryPolicy\":{\"mode\":\"MPOL_LOCAL\",\"nodes\":\"\"},"
                          "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\",\"listenerPath\":\"\",\"listenerMetadata\":"
                          "\"\"},"
                          "\"resources\":{\"cpu\":{\"cpus\":\"\",\"mems\":\"\"},\"devices\":[{\"allow\":true,"
                          "\"type\":\"\",\"access\":\"\"}]}}}"),
                "");
        const struct spec_linux *l = &spec.linux_;
        const char *const none[] = {
                spec.hostname,
                spec.domainname,
                spec.process.apparmor_profile,
                spec.process.selinux_label,
                spec.process.exec_cpu_affinity.initial,
                spec.process.exec_cpu_affinity.final,
                spec.mounts[0].type,
                spec.mounts[0].source,
                l->cgroups_path,
                l->mount_label,
                l->net_devices[0].name,
                l->intel_rdt.clos_id,
                l->intel_rdt.l3_cache_schema,
                l->intel_rdt.mem_bw_schema,
                l->memory_policy.nodes,
                l->seccomp.listener_path,
                l->seccomp.listener_metadata,
                l->resources.cpu.cpus,
                l->resources.cpu.mems,
                l->resources.devices[0].access,
        };
        for (size_t i = 0; i < ARRAY_LEN(none); i++)
                assert_null(none[i]);
        assert_int_equal(l->resources.devices[0].type, 'a');
        assert_string_equal(spec.process.cwd, "");
}

static void the_default_bundle(void **state)
{
        (void)state;
        auto_buf struct buf text = { 0 };
        read_bundle("default.json", &text);
        assert_string_equal(check_spec(), "");
        assert_string_equal(spec.oci_version, "1.0.2-dev");
        assert_string_equal(spec.root.path, "rootfs");
        is_list(&spec.process.args, 1, "/bin/true", "/bin/true");
        assert_int_equal(spec.n_mounts, 7);
        assert_int_equal(spec.linux_.masked_paths.n, 10);
        assert_false(spec.linux_.namespaces[NS_CGROUP].set);
}

static void podmans_bundle(void **state)
{
        (void)state;
        auto_buf struct buf text = { 0 };
        read_bundle("container.json", &text);
        assert_string_equal(check_spec(), "");
        assert_int_equal(spec.n_mounts, 11);
        assert_string_equal(spec.linux_.sysctl.items[0].key, "net.ipv4.ping_group_range");
        is_i64(spec.linux_.resources.memory.limit, 134217728);
        is_u32(spec.linux_.seccomp.default_errno_ret, 38);
        assert_true(spec.linux_.seccomp.n_rules > 1);
        assert_true(spec.linux_.namespaces[NS_CGROUP].set);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                spec_test(the_top),
                spec_test(nothing_but_the_braces),
                spec_test(process),
                spec_test(every_rlimit_has_its_name),
                spec_test(mounts_and_hooks),
                spec_test(linux_namespaces),
                spec_test(every_namespace_has_its_name),
                spec_test(the_rest_of_linux),
                spec_test(resources),
                spec_test(seccomp),
                spec_test(names_that_are_unknown),
                spec_test(empty_texts_are_none),
                spec_test(the_default_bundle),
                spec_test(podmans_bundle),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
