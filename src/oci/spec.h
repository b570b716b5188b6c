/* SPDX-License-Identifier: Apache-2.0 */
/* spec.h - what config.json means, as plain structs: every field of runtime-spec 1.3.0 that a Linux runtime knows.
 * Filled by the field tables of spec_*.c out of one arena; immutable after that. Names are the spec's in C's spelling.
 * A pointer is NULL, a count 0 and `set` false where config.json says nothing; texts have no NUL inside. */
#ifndef TARE_OCI_SPEC_H
#define TARE_OCI_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* Values whose absence means something else than zero. */
struct opt_bool {
        bool set;
        bool value;
};
struct opt_u32 {
        bool set;
        uint32_t value;
};
struct opt_u64 {
        bool set;
        uint64_t value;
};
struct opt_i64 {
        bool set;
        int64_t value;
};

/* n texts; items[n] is NULL, so that args and env go to execve(2) as they are. items itself is NULL when n is 0. */
struct text_list {
        const char **items;
        size_t n;
};

struct key_value {
        const char *key;
        const char *value;
};
/* A JSON object of texts, in the order of the file. */
struct text_map {
        struct key_value *items;
        size_t n;
};

/* process -------------------------------------------------------------------------------------------------------- */

struct spec_user {
        uid_t uid;
        gid_t gid;
        struct opt_u32 umask;
        gid_t *additional_gids;
        size_t n_additional_gids;
};

struct spec_capabilities {
        bool set; /* whether the object was there at all */
        struct text_list bounding, effective, inheritable, permitted, ambient;
};

struct spec_rlimit {
        int resource;     /* RLIMIT_*, from the name; sec/rlimit.h knows the names too */
        const char *type; /* the name, "RLIMIT_NOFILE" */
        uint64_t soft, hard;
};

struct spec_scheduler {
        bool set;
        const char *policy;
        int32_t nice;
        int32_t priority;
        struct text_list flags;
        uint64_t runtime, deadline, period;
};

struct spec_process {
        bool set;
        bool terminal;
        struct {
                bool set;
                uint32_t height, width;
        } console_size;
        const char *cwd;
        struct text_list args;
        struct text_list env;
        struct spec_user user;
        struct spec_capabilities capabilities;
        struct spec_rlimit *rlimits;
        size_t n_rlimits;
        bool no_new_privileges;
        struct opt_i64 oom_score_adj;
        const char *apparmor_profile;
        const char *selinux_label;
        struct spec_scheduler scheduler;
        struct {
                bool set;
                const char *class;
                int32_t priority;
        } io_priority;
        struct {
                const char *initial, *final;
        } exec_cpu_affinity;
};

/* mounts, root --------------------------------------------------------------------------------------------------- */

struct spec_id_map {
        uint32_t container_id, host_id, size;
};

struct spec_mount {
        const char *destination;
        const char *type;
        const char *source;
        struct text_list options;
        struct spec_id_map *uid_mappings;
        size_t n_uid_mappings;
        struct spec_id_map *gid_mappings;
        size_t n_gid_mappings;
};

/* hooks ---------------------------------------------------------------------------------------------------------- */

struct spec_hook {
        const char *path;
        struct text_list args;
        bool has_env; /* "env": [] is an empty environment, no "env" is the default one */
        struct text_list env;
        struct opt_i64 timeout; /* seconds, > 0 */
};

enum hook_kind {
        HOOK_PRESTART,
        HOOK_CREATE_RUNTIME,
        HOOK_CREATE_CONTAINER,
        HOOK_START_CONTAINER,
        HOOK_POSTSTART,
        HOOK_POSTSTOP,
        HOOK_KINDS,
};
/* "prestart", "createRuntime", ...: the spec's names. */
extern const char *const hook_kind_names[HOOK_KINDS];

struct spec_hook_list {
        struct spec_hook *items;
        size_t n;
};

/* linux ---------------------------------------------------------------------------------------------------------- */

enum ns_type { NS_USER, NS_PID, NS_TIME, NS_IPC, NS_UTS, NS_NETWORK, NS_MOUNT, NS_CGROUP, NS_TYPES };
/* "user", "pid", ...: the spec's names, indexed by type. */
extern const char *const ns_type_names[NS_TYPES];

struct spec_namespace {
        bool set;         /* the bundle names this type: make a new one, or join the one at path */
        const char *path; /* NULL: a new one */
        size_t index;     /* its place in linux.namespaces, for complaints */
};

struct spec_device {
        const char *path;
        int64_t major, minor;
        uid_t uid;
        gid_t gid;
        struct opt_u32 file_mode;
        char type; /* 'c', 'b', 'u' (as c) or 'p' */
        bool has_major, has_minor;
};

struct spec_device_rule {
        bool allow;
        char type; /* 'a', 'b', 'c'; 'a' when absent */
        struct opt_i64 major, minor;
        const char *access;
};

struct spec_weight_device {
        int64_t major, minor;
        struct opt_u32 weight, leaf_weight;
};
struct spec_throttle_device {
        int64_t major, minor;
        uint64_t rate;
};
struct spec_throttle_list {
        struct spec_throttle_device *items;
        size_t n;
};
struct spec_hugepage_limit {
        const char *page_size;
        uint64_t limit;
};
struct spec_interface_priority {
        const char *name;
        uint32_t priority;
};
struct spec_rdma {
        const char *device;
        struct opt_u32 hca_handles, hca_objects;
};

struct spec_resources {
        bool set;
        struct spec_device_rule *devices;
        size_t n_devices;
        struct {
                bool set;
                struct opt_i64 limit, reservation, swap, kernel, kernel_tcp;
                struct opt_u64 swappiness;
                struct opt_bool disable_oom_killer, use_hierarchy, check_before_update;
        } memory;
        struct {
                bool set;
                struct opt_u64 shares;
                struct opt_i64 quota;
                struct opt_u64 burst, period;
                struct opt_i64 realtime_runtime;
                struct opt_u64 realtime_period;
                const char *cpus, *mems;
                struct opt_i64 idle;
        } cpu;
        struct {
                bool set;
                struct opt_i64 limit;
        } pids;
        struct {
                bool set;
                struct opt_u32 weight, leaf_weight;
                struct spec_weight_device *weight_devices;
                size_t n_weight_devices;
                struct spec_throttle_list read_bps, write_bps, read_iops, write_iops;
        } block_io;
        struct spec_hugepage_limit *hugepage_limits;
        size_t n_hugepage_limits;
        struct {
                bool set;
                struct opt_u32 class_id;
                struct spec_interface_priority *priorities;
                size_t n_priorities;
        } network;
        struct spec_rdma *rdma;
        size_t n_rdma;
        struct text_map unified;
};

struct spec_seccomp_arg {
        uint32_t index;
        uint64_t value, value_two;
        const char *op;
};
struct spec_seccomp_rule {
        struct text_list names;
        const char *action;
        struct opt_u32 errno_ret;
        struct spec_seccomp_arg *args;
        size_t n_args;
};
struct spec_seccomp {
        bool set;
        const char *default_action;
        struct opt_u32 default_errno_ret;
        struct text_list architectures;
        bool has_flags; /* "flags": [] asks for none, no "flags" for the default ones */
        struct text_list flags;
        const char *listener_path, *listener_metadata;
        struct spec_seccomp_rule *rules;
        size_t n_rules;
};

struct spec_time_offset {
        bool set;
        int64_t secs;
        uint32_t nanosecs;
};

struct spec_net_device {
        const char *host_name; /* the key */
        const char *name;      /* NULL: keeps its name */
};

struct spec_linux {
        bool set;
        struct spec_namespace namespaces[NS_TYPES];
        struct spec_id_map *uid_mappings;
        size_t n_uid_mappings;
        struct spec_id_map *gid_mappings;
        size_t n_gid_mappings;
        struct {
                struct spec_time_offset monotonic, boottime;
        } time_offsets;
        struct spec_device *devices;
        size_t n_devices;
        struct spec_net_device *net_devices;
        size_t n_net_devices;
        const char *cgroups_path;
        struct spec_resources resources;
        struct {
                bool set;
                const char *clos_id, *l3_cache_schema, *mem_bw_schema;
                struct text_list schemata;
                bool enable_monitoring;
        } intel_rdt;
        struct {
                bool set;
                const char *mode, *nodes;
                struct text_list flags;
        } memory_policy;
        struct text_map sysctl;
        struct spec_seccomp seccomp;
        const char *rootfs_propagation;
        struct text_list masked_paths, readonly_paths;
        const char *mount_label;
        struct {
                bool set;
                const char *domain;
                struct text_list flags;
        } personality;
};

struct spec {
        const char *oci_version;
        struct spec_process process;
        struct {
                bool set;
                const char *path;
                bool readonly;
        } root;
        const char *hostname, *domainname;
        struct spec_mount *mounts;
        size_t n_mounts;
        struct spec_hook_list hooks[HOOK_KINDS];
        struct text_map annotations;
        struct spec_linux linux_; /* gcc's gnu11 defines the word "linux" */
};

/* The newest runtime-spec whose every field is known here. */
#define SPEC_VERSION "1.3.0"

/* Reads one config.json. text: its len bytes (no NUL needed at the end); name: what errors call it ("config.json").
 * On failure: one line with name and JSON path, e.g. `config.json: linux.namespaces[2].type: unknown namespace "foo"`;
 * for broken JSON name and line: `config.json:41: ...`. Everything lives in arena. Pure: no system call. */
int spec_read(const char *text, size_t len, const char *name, struct arena *arena, struct spec *ret, struct err *err);

/* The rules between fields, after spec_read: what runtime-spec and runc demand of a bundle that is to be created (args,
 * cwd, root, hostname without uts namespace, duplicate rlimits, ...). What a plan of sec/ refuses by itself is not
 * checked here: scheduler, ioPriority, execCPUAffinity, personality, memoryPolicy. Same errors as spec_read. */
int spec_check(const struct spec *spec, const char *name, struct err *err);

#endif
