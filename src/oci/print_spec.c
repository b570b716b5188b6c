/* SPDX-License-Identifier: Apache-2.0 */
/* print_spec.c - the config.json that `tare spec` writes: a shell in a small, locked container, to be edited. */

#include "oci/print.h"

#include "base/json_out.h"
#include "oci/print_list.h"
#include "oci/spec.h"

static const char *const args[] = { "sh", NULL };
static const char *const env[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "TERM=xterm",
        NULL,
};
static const char *const capabilities[] = { "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE", NULL };
static const char *const capability_sets[] = { "bounding", "effective", "permitted" };
static const char *const masked_paths[] = {
        "/proc/acpi",
        "/proc/asound",
        "/proc/kcore",
        "/proc/keys",
        "/proc/latency_stats",
        "/proc/timer_list",
        "/proc/timer_stats",
        "/proc/sched_debug",
        "/sys/firmware",
        "/proc/scsi",
        NULL,
};
static const char *const readonly_paths[] = {
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", NULL,
};

enum { OPTIONS_MAX = 8 };
enum used_by { EVERYBODY, ROOT, ROOTLESS };

/* A user namespace of one id maps no group 5, and may mount no sysfs without a network namespace of its own. */
/* clang-format off */
static const struct {
        enum used_by used_by;
        const char *destination, *type, *source;
        const char *options[OPTIONS_MAX]; /* the last is NULL */
} mounts[] = {
        { EVERYBODY, "/proc",          "proc",   "proc",   { NULL } },
        { EVERYBODY, "/dev",           "tmpfs",  "tmpfs",  { "nosuid", "strictatime", "mode=755", "size=65536k" } },
        { ROOT,      "/dev/pts",       "devpts", "devpts", { "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5" } },
        { ROOTLESS,  "/dev/pts",       "devpts", "devpts", { "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620" } },
        { EVERYBODY, "/dev/shm",       "tmpfs",  "shm",    { "nosuid", "noexec", "nodev", "mode=1777", "size=65536k" } },
        { EVERYBODY, "/dev/mqueue",    "mqueue", "mqueue", { "nosuid", "noexec", "nodev" } },
        { ROOT,      "/sys",           "sysfs",  "sysfs",  { "nosuid", "noexec", "nodev", "ro" } },
        { ROOTLESS,  "/sys",           "none",   "/sys",   { "rbind", "nosuid", "noexec", "nodev", "ro" } },
        { EVERYBODY, "/sys/fs/cgroup", "cgroup", "cgroup", { "nosuid", "noexec", "nodev", "relatime", "ro" } },
};
/* clang-format on */

static const struct {
        enum used_by used_by;
        enum ns_type type;
} namespaces[] = {
        {EVERYBODY,  NS_PID    },
        { ROOT,      NS_NETWORK},
        { EVERYBODY, NS_IPC    },
        { EVERYBODY, NS_UTS    },
        { EVERYBODY, NS_MOUNT  },
        { ROOTLESS,  NS_USER   },
};

static bool is_used(enum used_by used_by, const struct spec_template *template)
{
        return used_by == EVERYBODY || used_by == (template->is_rootless ? ROOTLESS : ROOT);
}

static void print_process(struct json_out *out)
{
        json_out_object(out, "process");
        json_out_bool(out, "terminal", true);
        json_out_object(out, "user");
        json_out_u64(out, "uid", 0);
        json_out_u64(out, "gid", 0);
        json_out_object_end(out);
        print_list(out, "args", args);
        print_list(out, "env", env);
        json_out_text(out, "cwd", "/");

        json_out_object(out, "capabilities");
        for (size_t i = 0; i < ARRAY_LEN(capability_sets); i++)
                print_list(out, capability_sets[i], capabilities);
        json_out_object_end(out);

        json_out_array(out, "rlimits");
        json_out_object(out, NULL);
        json_out_text(out, "type", "RLIMIT_NOFILE");
        json_out_u64(out, "hard", 1024);
        json_out_u64(out, "soft", 1024);
        json_out_object_end(out);
        json_out_array_end(out);
        json_out_bool(out, "noNewPrivileges", true);
        json_out_object_end(out);
}

static void print_mounts(struct json_out *out, const struct spec_template *template)
{
        json_out_array(out, "mounts");
        for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
                if (!is_used(mounts[i].used_by, template))
                        continue;
                json_out_object(out, NULL);
                json_out_text(out, "destination", mounts[i].destination);
                json_out_text(out, "type", mounts[i].type);
                json_out_text(out, "source", mounts[i].source);
                if (mounts[i].options[0])
                        print_list(out, "options", mounts[i].options);
                json_out_object_end(out);
        }
        json_out_array_end(out);
}

static void print_mapping(struct json_out *out, const char *key, uint32_t host_id)
{
        json_out_array(out, key);
        json_out_object(out, NULL);
        json_out_u64(out, "containerID", 0);
        json_out_u64(out, "hostID", host_id);
        json_out_u64(out, "size", 1);
        json_out_object_end(out);
        json_out_array_end(out);
}

/* Whoever is not root has no right to a device cgroup, so that no rule of it is in his template. */
static void print_resources(struct json_out *out)
{
        json_out_object(out, "resources");
        json_out_array(out, "devices");
        json_out_object(out, NULL);
        json_out_bool(out, "allow", false);
        json_out_text(out, "access", "rwm");
        json_out_object_end(out);
        json_out_array_end(out);
        json_out_object_end(out);
}

static void print_namespace(struct json_out *out, enum ns_type type)
{
        json_out_object(out, NULL);
        json_out_text(out, "type", ns_type_names[type]);
        json_out_object_end(out);
}

static void print_linux(struct json_out *out, const struct spec_template *template)
{
        json_out_object(out, "linux");
        if (template->is_rootless) {
                print_mapping(out, "uidMappings", template->host_uid);
                print_mapping(out, "gidMappings", template->host_gid);
        } else {
                print_resources(out);
        }

        json_out_array(out, "namespaces");
        for (size_t i = 0; i < ARRAY_LEN(namespaces); i++)
                if (is_used(namespaces[i].used_by, template))
                        print_namespace(out, namespaces[i].type);
        if (template->has_cgroup_namespace)
                print_namespace(out, NS_CGROUP);
        json_out_array_end(out);
        print_list(out, "maskedPaths", masked_paths);
        print_list(out, "readonlyPaths", readonly_paths);
        json_out_object_end(out);
}

void print_spec(const struct spec_template *template, struct buf *out)
{
        struct json_out json = { .buf = out, .indent = "\t" };
        json_out_object(&json, NULL);
        json_out_text(&json, "ociVersion", SPEC_VERSION);
        print_process(&json);
        json_out_object(&json, "root");
        json_out_text(&json, "path", "rootfs");
        json_out_bool(&json, "readonly", true);
        json_out_object_end(&json);
        json_out_text(&json, "hostname", "tare");
        print_mounts(&json, template);
        print_linux(&json, template);
        json_out_object_end(&json);
        buf_add_text(out, "\n");
}
