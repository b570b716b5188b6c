/* SPDX-License-Identifier: Apache-2.0 */
/* test_audit.c - what an audit finds: for each row of the table one configuration that raises it and one, as near to it
 * as can be, that does not. */

#include "spec_text.h"

#include "oci/audit.h"

/* A configuration of which nothing can be said. Each slot takes more members; of a key that comes twice the last one
 * counts. */
static const char closed[] =
        "{ \"root\": { \"path\": \"rootfs\", \"readonly\": true },"
        "  \"process\": { \"cwd\": \"/\", \"args\": [\"x\"], \"user\": { \"uid\": 1000, \"gid\": 1000 },"
        "    \"noNewPrivileges\": true, \"apparmorProfile\": \"tight\" %s },"
        "  \"mounts\": ["
        "    { \"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\" },"
        "    { \"destination\": \"/sys\", \"type\": \"sysfs\", \"source\": \"sysfs\", \"options\": [\"ro\"] },"
        "    { \"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"options\": [\"ro\"] },"
        "    { \"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\" } %s ],"
        "  \"linux\": { \"namespaces\": [ { \"type\": \"user\" }, { \"type\": \"pid\" }, { \"type\": \"ipc\" },"
        "      { \"type\": \"uts\" }, { \"type\": \"network\" }, { \"type\": \"mount\" }, { \"type\": \"cgroup\" } ],"
        "    \"uidMappings\": [ { \"containerID\": 0, \"hostID\": 100000, \"size\": 65536 } ],"
        "    \"gidMappings\": [ { \"containerID\": 0, \"hostID\": 100000, \"size\": 65536 } ],"
        "    \"maskedPaths\": [ \"/proc/acpi\", \"/proc/asound\", \"/proc/interrupts\", \"/proc/kcore\","
        "      \"/proc/keys\", \"/proc/latency_stats\", \"/proc/sched_debug\", \"/proc/scsi\", \"/proc/timer_list\","
        "      \"/proc/timer_stats\", \"/sys/firmware\", \"/sys/devices/virtual/powercap\" ],"
        "    \"readonlyPaths\": [ \"/proc/bus\", \"/proc/fs\", \"/proc/irq\", \"/proc/sys\","
        "      \"/proc/sysrq-trigger\" ],"
        "    \"resources\": { \"memory\": { \"limit\": 1 }, \"pids\": { \"limit\": 1 }, \"cpu\": { \"quota\": 1 } },"
        "    \"seccomp\": { \"defaultAction\": \"SCMP_ACT_ERRNO\" } %s } %s }";

enum slot { PROCESS, MOUNTS, LINUX, TOP, SLOTS };

/* Without a user namespace, and with all the others. */
#define UNMAPPED                                                                                   \
        ", \"namespaces\": [ { \"type\": \"pid\" }, { \"type\": \"ipc\" }, { \"type\": \"uts\" }," \
        " { \"type\": \"network\" }, { \"type\": \"mount\" }, { \"type\": \"cgroup\" } ],"         \
        " \"uidMappings\": null, \"gidMappings\": null"
#define WITHOUT(a, b, c, d, e)                                                                          \
        ", \"namespaces\": [ { \"type\": \"user\" }, { \"type\": \"" a "\" }, { \"type\": \"" b "\" }," \
        " { \"type\": \"" c "\" }, { \"type\": \"" d "\" }, { \"type\": \"" e "\" } ]"
#define NS_PATH(type, path) ", \"namespaces\": [ { \"type\": \"" type "\", \"path\": \"" path "\" } ]"
#define CAPS(set, name)     ", \"capabilities\": { \"" set "\": [ \"" name "\" ] }"
#define ONLY_WITH(cap, namespaces)                                                                       \
        ", \"process\": { \"cwd\": \"/\", \"args\": [\"x\"], \"user\": { \"uid\": 0, \"gid\": 0 }" CAPS( \
                "bounding", cap) " },"                                                                   \
                                 " \"linux\": { \"namespaces\": [ " namespaces " ] }"
#define BIND(source, more)                                                                                          \
        ", { \"destination\": \"/x\", \"type\": \"bind\", \"source\": \"" source "\", \"options\": [ \"bind\"" more \
        " ] }"
#define MOUNT(at, type, option) \
        ", { \"destination\": \"" at "\", \"type\": \"" type "\", \"options\": [ \"" option "\" ] }"
#define CALL(name, action)                                                                               \
        ", \"seccomp\": { \"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [ { \"names\": [ \"" name \
        "\" ], \"action\": \"" action "\" } ] }"
#define DEVICE(type, major, minor)                                                                                 \
        ", \"devices\": [ { \"path\": \"/dev/x\", \"type\": \"" type "\", \"major\": " major ", \"minor\": " minor \
        " } ]"
#define DEVICE_RULE(rule)                                                                                         \
        ", \"resources\": { \"memory\": { \"limit\": 1 }, \"pids\": { \"limit\": 1 }, \"cpu\": { \"quota\": 1 }," \
        " \"devices\": [ { \"allow\": true, " rule " } ] }"
#define MASKED(paths)    ", \"maskedPaths\": [ " paths " ]"
#define PROTECTED(paths) ", \"readonlyPaths\": [ " paths " ]"

struct way {
        enum slot slot;
        const char *text;
        bool is_unmapped;
};

/* clang-format off */
static const struct {
        const char *id;
        enum audit_severity severity; /* as the raising way has it */
        struct way raises, does_not;
} rows[] = {
        { "host-mount-namespace", AUDIT_CRITICAL, { LINUX, WITHOUT("pid", "network", "ipc", "uts", "cgroup"), false }, { LINUX, WITHOUT("mount", "network", "ipc", "uts", "cgroup"), false } },
        { "host-pid-namespace", AUDIT_CRITICAL, { LINUX, NS_PATH("pid", "/proc/1/ns/pid"), false }, { LINUX, NS_PATH("pid", "/proc/12/ns/pid"), false } },
        { "host-network-namespace", AUDIT_WARNING, { LINUX, WITHOUT("pid", "mount", "ipc", "uts", "cgroup"), false }, { LINUX, WITHOUT("mount", "network", "ipc", "uts", "cgroup"), false } },
        { "host-ipc-namespace", AUDIT_WARNING, { LINUX, WITHOUT("pid", "mount", "network", "uts", "cgroup"), false }, { LINUX, WITHOUT("mount", "network", "ipc", "uts", "cgroup"), false } },
        { "host-uts-namespace", AUDIT_NOTE, { LINUX, WITHOUT("pid", "mount", "network", "ipc", "cgroup"), false }, { LINUX, WITHOUT("mount", "network", "ipc", "uts", "cgroup"), false } },
        { "host-cgroup-namespace", AUDIT_NOTE, { LINUX, WITHOUT("pid", "mount", "network", "ipc", "uts"), false }, { LINUX, WITHOUT("mount", "network", "ipc", "uts", "cgroup"), false } },
        { "joined-namespace", AUDIT_NOTE, { LINUX, NS_PATH("network", "/run/netns/x"), false }, { LINUX, NS_PATH("network", "/proc/1/ns/net"), false } },
        { "root-user", AUDIT_WARNING, { PROCESS, ", \"user\": { \"uid\": 0, \"gid\": 1 }", true }, { PROCESS, ", \"user\": { \"uid\": 0, \"gid\": 0 }", false } },
        { "no-user-namespace", AUDIT_NOTE, { PROCESS, "", true }, { PROCESS, ", \"user\": { \"uid\": 0, \"gid\": 1 }", true } },
        { "mapped-host-root", AUDIT_WARNING, { LINUX, ", \"uidMappings\": [ { \"containerID\": 7, \"hostID\": 0, \"size\": 1 } ]", false }, { LINUX, ", \"uidMappings\": [ { \"containerID\": 0, \"hostID\": 1, \"size\": 1 } ]", false } },
        { "new-privileges", AUDIT_WARNING, { PROCESS, ", \"noNewPrivileges\": false", false }, { PROCESS, ", \"noNewPrivileges\": true", false } },

        { "sys-admin", AUDIT_CRITICAL, { PROCESS, CAPS("bounding", "CAP_SYS_ADMIN"), true }, { PROCESS, CAPS("bounding", "CAP_SYS_CHROOT"), true } },
        { "sys-module", AUDIT_CRITICAL, { PROCESS, CAPS("effective", "CAP_SYS_MODULE"), true }, { PROCESS, CAPS("effective", "CAP_SYS_NICE"), true } },
        { "sys-rawio", AUDIT_CRITICAL, { PROCESS, CAPS("permitted", "CAP_SYS_RAWIO"), true }, { PROCESS, CAPS("permitted", "CAP_KILL"), true } },
        { "dac-read-search", AUDIT_CRITICAL, { PROCESS, CAPS("ambient", "CAP_DAC_READ_SEARCH"), true }, { PROCESS, CAPS("ambient", "CAP_DAC_OVERRIDE"), true } },
        { "bpf", AUDIT_CRITICAL, { PROCESS, CAPS("inheritable", "CAP_BPF"), true }, { PROCESS, CAPS("inheritable", "CAP_PERFMON"), true } },
        { "sys-ptrace", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_SYS_PTRACE"), true }, { PROCESS, CAPS("bounding", "CAP_SYS_PACCT"), true } },
        { "ptrace-host", AUDIT_CRITICAL, { TOP, ONLY_WITH("CAP_SYS_PTRACE", ""), false }, { TOP, ONLY_WITH("CAP_SYS_PTRACE", "{ \"type\": \"pid\" }"), false } },
        { "net-admin", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_NET_ADMIN"), true }, { PROCESS, CAPS("bounding", "CAP_NET_BIND_SERVICE"), true } },
        { "net-admin-host", AUDIT_CRITICAL, { TOP, ONLY_WITH("CAP_NET_ADMIN", ""), false }, { TOP, ONLY_WITH("CAP_NET_ADMIN", "{ \"type\": \"network\" }"), false } },
        { "perfmon", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_PERFMON"), true }, { PROCESS, CAPS("bounding", "CAP_BPF"), true } },
        { "syslog", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_SYSLOG"), true }, { PROCESS, CAPS("bounding", "CAP_CHOWN"), true } },
        { "sys-boot", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_SYS_BOOT"), true }, { PROCESS, CAPS("bounding", "CAP_CHOWN"), true } },
        { "sys-time", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_SYS_TIME"), true }, { PROCESS, CAPS("bounding", "CAP_CHOWN"), true } },
        { "sys-resource", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_SYS_RESOURCE"), true }, { PROCESS, CAPS("bounding", "CAP_CHOWN"), true } },
        { "mac-override", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_MAC_ADMIN"), true }, { PROCESS, CAPS("bounding", "CAP_CHOWN"), true } },
        { "audit-control", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_AUDIT_READ"), true }, { PROCESS, CAPS("bounding", "CAP_AUDIT_WRITE"), true } },
        { "checkpoint-restore", AUDIT_WARNING, { PROCESS, CAPS("bounding", "CAP_CHECKPOINT_RESTORE"), true }, { PROCESS, CAPS("bounding", "CAP_CHOWN"), true } },
        { "mknod", AUDIT_NOTE, { PROCESS, CAPS("bounding", "CAP_MKNOD"), true }, { PROCESS, CAPS("bounding", "CAP_MKNOD"), false } },
        { "net-raw", AUDIT_NOTE, { PROCESS, CAPS("bounding", "CAP_NET_RAW"), true }, { PROCESS, CAPS("bounding", "CAP_CHOWN"), true } },
        { "inheritable-capabilities", AUDIT_NOTE, { PROCESS, CAPS("inheritable", "CAP_CHOWN"), false }, { PROCESS, CAPS("permitted", "CAP_CHOWN"), false } },
        { "ambient-capabilities", AUDIT_NOTE, { PROCESS, CAPS("ambient", "CAP_CHOWN"), false }, { PROCESS, CAPS("ambient", "CAP_CHOWN") ", \"user\": { \"uid\": 0, \"gid\": 1 }", false } },

        { "no-seccomp", AUDIT_WARNING, { LINUX, ", \"seccomp\": null", false }, { LINUX, CALL("bpf", "SCMP_ACT_ALLOW"), false } },
        { "seccomp-allows-by-default", AUDIT_WARNING, { LINUX, ", \"seccomp\": { \"defaultAction\": \"SCMP_ACT_LOG\" }", false }, { LINUX, ", \"seccomp\": { \"defaultAction\": \"SCMP_ACT_TRAP\" }", false } },
        { "open-module-calls", AUDIT_WARNING, { LINUX, CALL("finit_module", "SCMP_ACT_ALLOW") UNMAPPED, false }, { LINUX, CALL("finit_module", "SCMP_ACT_KILL") UNMAPPED, false } },
        { "open-bpf-calls", AUDIT_WARNING, { LINUX, CALL("bpf", "SCMP_ACT_LOG"), false }, { LINUX, CALL("bpf", "SCMP_ACT_NOTIFY"), false } },
        { "open-io-uring-calls", AUDIT_WARNING, { LINUX, CALL("io_uring_setup", "SCMP_ACT_ALLOW"), false }, { LINUX, CALL("io_setup", "SCMP_ACT_ALLOW"), false } },
        { "open-userfaultfd", AUDIT_WARNING, { LINUX, ", \"seccomp\": { \"defaultAction\": \"SCMP_ACT_ALLOW\" }", false }, { LINUX, ", \"seccomp\": { \"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [ { \"names\": [ \"x\", \"userfaultfd\" ], \"action\": \"SCMP_ACT_ERRNO\" } ] }", false } },
        { "open-key-calls", AUDIT_WARNING, { LINUX, CALL("keyctl", "SCMP_ACT_ALLOW"), false }, { LINUX, CALL("keyctl", "SCMP_ACT_TRACE"), false } },
        { "open-handle-calls", AUDIT_WARNING, { LINUX, CALL("open_by_handle_at", "SCMP_ACT_ALLOW") UNMAPPED, false }, { LINUX, CALL("openat", "SCMP_ACT_ALLOW") UNMAPPED, false } },
        { "open-mount-calls", AUDIT_NOTE, { LINUX, CALL("mount", "SCMP_ACT_ALLOW"), false }, { LINUX, CALL("umount3", "SCMP_ACT_ALLOW"), false } },
        { "open-namespace-calls", AUDIT_NOTE, { LINUX, ", \"seccomp\": { \"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [ { \"names\": [ \"unshare\" ], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [ { \"index\": 0, \"value\": 0, \"op\": \"SCMP_CMP_NE\" } ] } ] }", false },
          { LINUX, ", \"seccomp\": { \"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [ { \"names\": [ \"unshare\" ], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [ { \"index\": 0, \"value\": 0, \"op\": \"SCMP_CMP_NE\" } ] }, { \"names\": [ \"unshare\", \"setns\" ], \"action\": \"SCMP_ACT_ERRNO\" } ] }", false } },
        { "open-trace-calls", AUDIT_NOTE, { LINUX, CALL("ptrace", "SCMP_ACT_ALLOW"), false }, { LINUX, CALL("prctl", "SCMP_ACT_ALLOW"), false } },
        { "open-clock-calls", AUDIT_NOTE, { LINUX, CALL("clock_settime", "SCMP_ACT_ALLOW"), false }, { LINUX, CALL("clock_gettime", "SCMP_ACT_ALLOW"), false } },
        { "open-host-calls", AUDIT_WARNING, { LINUX, CALL("reboot", "SCMP_ACT_ALLOW") UNMAPPED, false }, { LINUX, CALL("sync", "SCMP_ACT_ALLOW") UNMAPPED, false } },

        { "host-root", AUDIT_CRITICAL, { TOP, ", \"root\": { \"path\": \"/x/..\", \"readonly\": true }", false }, { TOP, ", \"root\": { \"path\": \"/x\", \"readonly\": true }", false } },
        { "host-root-writable", AUDIT_CRITICAL, { MOUNTS, BIND("//", ""), false }, { MOUNTS, BIND("/", ", \"ro\""), false } },
        { "host-system-writable", AUDIT_CRITICAL, { MOUNTS, BIND("/srv/../etc/cron.d", ", \"ro\", \"rw\""), false }, { MOUNTS, BIND("/etcetera", ""), false } },
        { "host-state-writable", AUDIT_CRITICAL, { MOUNTS, BIND("/var/lib/docker/", ""), false }, { MOUNTS, BIND("/var/lib/docker/x", ""), false } },
        { "host-files-readable", AUDIT_WARNING, { MOUNTS, BIND("/etc", ", \"rro\""), false }, { MOUNTS, BIND("/etc/localtime", ", \"ro\""), false } },
        { "engine-socket", AUDIT_CRITICAL, { MOUNTS, BIND("/some/docker.sock", ", \"ro\""), false }, { MOUNTS, BIND("docker.sock", ""), false } },
        { "host-bus", AUDIT_WARNING, { MOUNTS, BIND("/run/dbus/system_bus_socket", ""), false }, { MOUNTS, BIND("/run/dbus/x", ""), false } },
        { "host-mount-shared", AUDIT_WARNING, { MOUNTS, BIND("/srv", ", \"rshared\""), false }, { MOUNTS, BIND("/srv", ", \"rslave\""), false } },
        { "host-root-shared", AUDIT_WARNING, { LINUX, ", \"rootfsPropagation\": \"rshared\"", false }, { LINUX, ", \"rootfsPropagation\": \"rslave\"", false } },
        { "host-mount-writable", AUDIT_NOTE, { MOUNTS, BIND("etc/hosts", ""), false }, { MOUNTS, BIND("etc/hosts", ", \"ro\""), false } },
        { "root-writable", AUDIT_NOTE, { TOP, ", \"root\": { \"path\": \"rootfs\", \"readonly\": false }", false }, { TOP, "", false } },

        { "sysfs-writable", AUDIT_CRITICAL, { MOUNTS, MOUNT("/sys", "sysfs", "nosuid"), true }, { MOUNTS, MOUNT("/sys", "sysfs", "ro"), true } },
        { "cgroup-writable", AUDIT_WARNING, { MOUNTS, MOUNT("/c", "cgroup2", "rw"), true }, { MOUNTS, MOUNT("/c", "cgroup2", "ro"), true } },
        { "debug-filesystem", AUDIT_CRITICAL, { MOUNTS, MOUNT("/d", "debugfs", "ro"), true }, { MOUNTS, MOUNT("/d", "mqueue", "ro"), true } },
        { "device-filesystem", AUDIT_CRITICAL, { MOUNTS, MOUNT("/d", "devtmpfs", "ro"), false }, { MOUNTS, MOUNT("/d", "devpts", "ro"), false } },
        { "kernel-settings-writable", AUDIT_WARNING, { LINUX, PROTECTED("\"/proc/sysrq-trigger\", \"/proc/bus\""), false }, { LINUX, PROTECTED("\"/proc\""), false } },
        { "kernel-files-writable", AUDIT_NOTE, { LINUX, PROTECTED("\"/proc/sys\", \"/proc/bus\""), false }, { LINUX, PROTECTED("\"/proc/irq\", \"/proc/bus\", \"/proc/fs\""), false } },
        { "kernel-memory-unmasked", AUDIT_NOTE, { LINUX, MASKED("\"/proc/keys\", \"/sys\", \"/proc/kcor\""), false }, { LINUX, MASKED("\"/proc/keys\", \"/sys\", \"/proc/kcore\""), false } },
        { "kernel-files-unmasked", AUDIT_NOTE, { LINUX, MASKED("\"/proc/kcore\""), false }, { MOUNTS, MOUNT("/proc", "proc", "subset=pid") MOUNT("/sys", "tmpfs", "ro"), false } },

        { "memory-device", AUDIT_CRITICAL, { LINUX, DEVICE("c", "1", "4"), false }, { LINUX, DEVICE("c", "1", "3"), false } },
        { "block-device", AUDIT_CRITICAL, { LINUX, DEVICE("b", "8", "0"), false }, { LINUX, DEVICE("c", "8", "0"), false } },
        { "device", AUDIT_NOTE, { LINUX, DEVICE("c", "10", "200"), false }, { LINUX, DEVICE("c", "5", "2"), false } },
        { "device-bound", AUDIT_WARNING, { MOUNTS, BIND("/dev/fuse", ", \"ro\""), false }, { MOUNTS, BIND("/dev/null", "") BIND("/dev", ""), false } },
        { "device-rules-wide", AUDIT_CRITICAL, { LINUX, DEVICE_RULE("\"access\": \"rm\""), false }, { LINUX, DEVICE_RULE("\"type\": \"b\", \"access\": \"m\""), false } },

        { "no-memory-limit", AUDIT_WARNING, { LINUX, ", \"resources\": { \"memory\": { \"limit\": -1 } }", false }, { LINUX, ", \"resources\": { \"unified\": { \"memory.max\": \"1\" } }", false } },
        { "no-pids-limit", AUDIT_WARNING, { LINUX, ", \"resources\": { \"pids\": { \"limit\": 0 } }", false }, { LINUX, ", \"resources\": { \"pids\": { \"limit\": 9 } }", false } },
        { "no-cpu-limit", AUDIT_NOTE, { LINUX, ", \"resources\": { \"cpu\": { \"shares\": 9 }, \"unified\": { \"cpu.max\": \"max 1\" } }", false }, { LINUX, ", \"resources\": { \"cpu\": { \"cpus\": \"0\" } }", false } },
        { "oom-protected", AUDIT_NOTE, { PROCESS, ", \"oomScoreAdj\": -1", false }, { PROCESS, ", \"oomScoreAdj\": 0", false } },
        { "no-lsm", AUDIT_NOTE, { PROCESS, ", \"apparmorProfile\": \"unconfined\"", false }, { PROCESS, ", \"apparmorProfile\": \"\", \"selinuxLabel\": \"a:b:c\"", false } },
        { "hooks", AUDIT_NOTE, { TOP, ", \"hooks\": { \"poststop\": [ { \"path\": \"/x\" } ] }", false }, { TOP, ", \"hooks\": { \"poststop\": [] }", false } },
};
/* clang-format on */

static struct audit_report report;

static void audit_text(const char *text, enum audit_of what)
{
        assert_string_equal(read_spec(text), "");
        assert_string_equal(audit_spec(&spec, what, &arena, &report, &err) < 0 ? err.text : "", "");
}

static void audit_way(const struct way *way)
{
        char text[8192];
        const char *slots[SLOTS] = { "", "", "", "" };
        char of_linux[2048];
        slots[way->slot] = way->text;
        (void)snprintf(of_linux, sizeof of_linux, "%s%s", way->is_unmapped ? UNMAPPED : "", slots[LINUX]);
        int len = snprintf(text, sizeof text, closed, slots[PROCESS], slots[MOUNTS], of_linux, slots[TOP]);
        assert_true(len > 0 && (size_t)len < sizeof text);
        audit_text(text, AUDIT_CONFIG);
}

/* A row says which one it was. */
static void complain(const char *id, const char *what)
{
        print_error("%s: %s\n", id, what);
        _fail(__FILE__, __LINE__);
}

static const struct audit_finding *found(const char *id)
{
        for (size_t i = 0; i < report.n; i++)
                if (strcmp(report.findings[i].rule->id, id) == 0)
                        return &report.findings[i];
        return NULL;
}

static void what_is_closed_has_no_finding(void **state)
{
        (void)state;
        audit_way(&(struct way){ TOP, "", false });
        assert_string_equal(report.n > 0 ? report.findings[0].rule->id : "", "");
        assert_int_equal(report.worst, AUDIT_NONE);
}

static void each_finding_is_raised_and_not_raised(void **state)
{
        (void)state;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                audit_way(&rows[i].raises);
                const struct audit_finding *finding = found(rows[i].id);
                if (!finding || finding->severity != rows[i].severity)
                        complain(rows[i].id, finding ? audit_severity_names[finding->severity] : "missing");
                audit_way(&rows[i].does_not);
                if (found(rows[i].id))
                        complain(rows[i].id, "found where it is not");
        }
}

static void each_rule_has_its_texts_and_its_test(void **state)
{
        (void)state;
        for (const struct audit_rule *rule = audit_rules; rule->id; rule++) {
                size_t n = 0;
                for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                        n += strcmp(rows[i].id, rule->id) == 0;
                /* Only a running container can have a filter that nobody told of. */
                bool is_of_running = strcmp(rule->id, "unknown-seccomp") == 0;
                if (n != (is_of_running ? 0 : 1))
                        complain(rule->id, n == 0 ? "has no test" : "has more than one");
                assert_true(rule->severity > AUDIT_NONE && rule->mapped <= rule->severity);
                assert_true(*rule->what != '\0' && *rule->why != '\0' && *rule->fix != '\0');
                for (const struct audit_rule *other = rule + 1; other->id; other++)
                        assert_string_not_equal(other->id, rule->id);
        }
}

static void every_kind_of_wide_device_rule_is_found(void **state)
{
        (void)state;
        static const char *const rules[] = {
                DEVICE_RULE("\"type\": \"b\", \"major\": 8, \"minor\": 0, \"access\": \"r\""),
                DEVICE_RULE("\"type\": \"c\", \"access\": \"w\""),
                DEVICE_RULE("\"type\": \"c\", \"major\": -1, \"access\": \"rwm\""),
        };
        for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
                audit_way(&(struct way){ LINUX, rules[i], false });
                assert_non_null(found("device-rules-wide"));
        }
        audit_way(&(struct way){ LINUX, DEVICE_RULE("\"type\": \"c\", \"major\": 10, \"access\": \"rwm\""), false });
        assert_null(found("device-rules-wide"));
}

static void landlock_is_a_barrier_too(void **state)
{
        (void)state;
        static const char unconfined[] = "unconfined";
        audit_way(&(struct way){ TOP, ", \"annotations\": { \"run.tare.landlock\": \"{}\" }", false });
        spec.process.apparmor_profile = unconfined;
        assert_int_equal(audit_spec(&spec, AUDIT_CONFIG, &arena, &report, &err), 0);
        assert_null(found("no-lsm"));
        audit_way(&(struct way){ TOP, ", \"annotations\": { \"run.tare.other\": \"{}\" }", false });
        spec.process.apparmor_profile = unconfined;
        assert_int_equal(audit_spec(&spec, AUDIT_CONFIG, &arena, &report, &err), 0);
        assert_non_null(found("no-lsm"));
}

static void a_filter_without_a_profile_is_told(void **state)
{
        (void)state;
        audit_way(&(struct way){ TOP, "", false });
        spec.linux_.seccomp = (struct spec_seccomp){ .set = true };
        assert_int_equal(audit_spec(&spec, AUDIT_RUNNING, &arena, &report, &err), 0);
        assert_int_equal(report.n, 1);
        assert_string_equal(report.findings[0].rule->id, "unknown-seccomp");
}

static void the_gravest_comes_first_with_its_places_and_lines(void **state)
{
        (void)state;
        audit_way(&(struct way){ MOUNTS, BIND("etc/x", "") BIND("/boot", "") BIND("/sys", ""), false });
        assert_int_equal(report.n, 2);
        assert_int_equal(report.worst, AUDIT_CRITICAL);
        const struct audit_finding *finding = &report.findings[0];
        assert_string_equal(finding->rule->id, "host-system-writable");
        assert_string_equal(finding->places->path, "mounts[5]");
        assert_string_equal(finding->places->value, "/x");
        assert_string_equal(finding->places->detail, "/boot");
        assert_string_equal(finding->places->next->path, "mounts[6]");
        assert_null(finding->places->next->next);
        /* What was found twice is named once. */
        assert_string_equal(finding->fix, "\"mounts\": remove the mount at \"/x\", or: "
                                          "\"options\": [ \"rbind\", \"ro\", \"nosuid\", \"nodev\" ]");
        assert_string_equal(report.findings[1].rule->id, "host-mount-writable");

        assert_int_equal(audit_spec(&spec, AUDIT_RUNNING, &arena, &report, &err), 0);
        assert_string_equal(report.findings[0].places->path, "mounts");
}

static void json_has_all_of_it(void **state)
{
        (void)state;
        auto_buf struct buf out = { 0 };
        audit_way(&(struct way){ LINUX, DEVICE("b", "8", "0"), false });
        report.bundle = "/b";
        audit_print_json(&report, &out);
        assert_string_equal(buf_text(&out), "{\n"
                                            "  \"bundle\": \"/b\",\n"
                                            "  \"severity\": \"critical\",\n"
                                            "  \"findings\": [\n"
                                            "    {\n"
                                            "      \"id\": \"block-device\",\n"
                                            "      \"severity\": \"critical\",\n"
                                            "      \"what\": \"it has a disk of the host\",\n"
                                            "      \"why\": \"it reads and writes the filesystem there below all "
                                            "permissions\",\n"
                                            "      \"places\": [\n"
                                            "        {\n"
                                            "          \"path\": \"linux.devices[0]\",\n"
                                            "          \"value\": \"/dev/x\"\n"
                                            "        }\n"
                                            "      ],\n"
                                            "      \"fix\": \"\\\"linux\\\": { \\\"devices\\\": ... }: remove "
                                            "\\\"/dev/x\\\"\"\n"
                                            "    }\n"
                                            "  ]\n"
                                            "}\n");
}

/* What the bundles of the integration tests have. */
static void real_bundles_have_no_critical_finding(void **state)
{
        (void)state;
        static const char *const names[] = { "default.json", "container.json" };
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                auto_buf struct buf text = { 0 };
                read_bundle(names[i], &text);
                assert_int_equal(audit_spec(&spec, AUDIT_CONFIG, &arena, &report, &err), 0);
                assert_int_equal(report.worst, AUDIT_WARNING);
                assert_non_null(found("root-user"));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                spec_test(what_is_closed_has_no_finding),
                spec_test(each_finding_is_raised_and_not_raised),
                cmocka_unit_test(each_rule_has_its_texts_and_its_test),
                spec_test(every_kind_of_wide_device_rule_is_found),
                spec_test(landlock_is_a_barrier_too),
                spec_test(a_filter_without_a_profile_is_told),
                spec_test(the_gravest_comes_first_with_its_places_and_lines),
                spec_test(json_has_all_of_it),
                spec_test(real_bundles_have_no_critical_finding),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
