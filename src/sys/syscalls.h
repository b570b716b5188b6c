/* SPDX-License-Identifier: Apache-2.0 */
/* syscalls.h - the system calls and kernel constants that musl 1.2.3 or glibc 2.36 do not declare.
 * Raw and without policy: each wrapper returns what the kernel returned, with errno set, and nothing else.
 * The kernel floor of tare is Linux 5.10; calls that are newer are named where their caller falls back. */
#ifndef TARE_SYS_SYSCALLS_H
#define TARE_SYS_SYSCALLS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* clone3(2): struct clone_args of linux/sched.h, version 2 (with cgroup). */
struct sys_clone_args {
        uint64_t flags;
        uint64_t pidfd;
        uint64_t child_tid;
        uint64_t parent_tid;
        uint64_t exit_signal;
        uint64_t stack;
        uint64_t stack_size;
        uint64_t tls;
        uint64_t set_tid;
        uint64_t set_tid_size;
        uint64_t cgroup;
};

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080 /* linux/sched.h; shares its bit with CSIGNAL, so clone3 and unshare only */
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL /* since 5.7 */
#endif

/* openat2(2), linux/openat2.h, since 5.6. */
struct sys_open_how {
        uint64_t flags;
        uint64_t mode;
        uint64_t resolve;
};

#ifndef RESOLVE_NO_MAGICLINKS
#define RESOLVE_NO_XDEV       0x01
#define RESOLVE_NO_MAGICLINKS 0x02
#define RESOLVE_NO_SYMLINKS   0x04
#define RESOLVE_BENEATH       0x08
#define RESOLVE_IN_ROOT       0x10
#endif

/* mount_setattr(2), linux/mount.h, since 5.12. glibc 2.36 has the same struct under another name, so ours is ours. */
struct sys_mount_attr {
        uint64_t attr_set;
        uint64_t attr_clr;
        uint64_t propagation;
        uint64_t userns_fd;
};

#ifndef MOUNT_ATTR_RDONLY
#define MOUNT_ATTR_RDONLY      0x00000001
#define MOUNT_ATTR_NOSUID      0x00000002
#define MOUNT_ATTR_NODEV       0x00000004
#define MOUNT_ATTR_NOEXEC      0x00000008
#define MOUNT_ATTR__ATIME      0x00000070
#define MOUNT_ATTR_RELATIME    0x00000000
#define MOUNT_ATTR_NOATIME     0x00000010
#define MOUNT_ATTR_STRICTATIME 0x00000020
#define MOUNT_ATTR_NODIRATIME  0x00000080
#define MOUNT_ATTR_IDMAP       0x00100000
#endif
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000 /* since 5.14 */
#endif

/* open_tree(2) and move_mount(2), since 5.2. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef OPEN_TREE_CLOEXEC
#define OPEN_TREE_CLOEXEC 02000000 /* O_CLOEXEC */
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 0x00000004
#endif
#ifndef MOVE_MOUNT_T_SYMLINKS
#define MOVE_MOUNT_T_SYMLINKS 0x00000010
#endif
#ifndef MOVE_MOUNT_T_EMPTY_PATH
#define MOVE_MOUNT_T_EMPTY_PATH 0x00000040
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

/* statx(2), linux/stat.h: struct statx, of which musl 1.2.3 knows nothing. */
struct sys_statx_time {
        int64_t sec;
        uint32_t nsec;
        int32_t spare;
};
struct sys_statx {
        uint32_t mask;
        uint32_t blksize;
        uint64_t attributes;
        uint32_t nlink;
        uint32_t uid;
        uint32_t gid;
        uint16_t mode;
        uint16_t spare0;
        uint64_t ino;
        uint64_t size;
        uint64_t blocks;
        uint64_t attributes_mask;
        struct sys_statx_time atime, btime, ctime, mtime;
        uint32_t rdev_major;
        uint32_t rdev_minor;
        uint32_t dev_major;
        uint32_t dev_minor;
        uint64_t mnt_id;
        uint64_t spare[13];
};
_Static_assert(sizeof(struct sys_statx) == 0x100, "the kernel writes so much");

#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x00002000 /* since 5.8 */
#endif

/* f_flags of statfs(2), linux/statfs.h */
#ifndef ST_NOSYMFOLLOW
#define ST_NOSYMFOLLOW 0x2000
#endif

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2) /* since 5.11 */
#endif

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* sched_setattr(2), linux/sched/types.h, version 1 (with utilisation clamps), since 5.3. glibc 2.41 has the same struct
 * under another name, so ours is ours. */
struct sys_sched_attr {
        uint32_t size;
        uint32_t policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime;
        uint64_t deadline;
        uint64_t period;
        uint32_t util_min;
        uint32_t util_max;
};

/* linux/sched.h */
#ifndef SCHED_ISO
#define SCHED_ISO 4
#endif
#ifndef SCHED_FLAG_RESET_ON_FORK
#define SCHED_FLAG_RESET_ON_FORK  0x01
#define SCHED_FLAG_RECLAIM        0x02
#define SCHED_FLAG_DL_OVERRUN     0x04
#define SCHED_FLAG_KEEP_POLICY    0x08
#define SCHED_FLAG_KEEP_PARAMS    0x10
#define SCHED_FLAG_UTIL_CLAMP_MIN 0x20
#define SCHED_FLAG_UTIL_CLAMP_MAX 0x40
#endif

/* set_mempolicy(2): linux/mempolicy.h, whose modes are an enum that grows with the kernel; so ours have another name.
 */
enum sys_memory_mode {
        SYS_MPOL_DEFAULT,
        SYS_MPOL_PREFERRED,
        SYS_MPOL_BIND,
        SYS_MPOL_INTERLEAVE,
        SYS_MPOL_LOCAL,
        SYS_MPOL_PREFERRED_MANY,      /* since 5.15 */
        SYS_MPOL_WEIGHTED_INTERLEAVE, /* since 6.9 */
};
#ifndef MPOL_F_STATIC_NODES
#define MPOL_F_STATIC_NODES   (1 << 15)
#define MPOL_F_RELATIVE_NODES (1 << 14)
#endif
#ifndef MPOL_F_NUMA_BALANCING
#define MPOL_F_NUMA_BALANCING (1 << 13) /* since 5.12 */
#endif

/* linux/magic.h */
#ifndef CGROUP_SUPER_MAGIC
#define CGROUP_SUPER_MAGIC 0x27e0eb
#endif
#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif
#ifndef PROC_SUPER_MAGIC
#define PROC_SUPER_MAGIC 0x9fa0
#endif
#ifndef SYSFS_MAGIC
#define SYSFS_MAGIC 0x62656572
#endif
#ifndef TMPFS_MAGIC
#define TMPFS_MAGIC 0x01021994
#endif
#ifndef SELINUX_MAGIC
#define SELINUX_MAGIC 0xf97cff8c
#endif

/* landlock(7), since 5.13: linux/landlock.h, whose structs grow with the kernel's; so ours are ours. The kernel takes a
 * longer one than it knows, as long as what it does not know is zero. */
struct sys_landlock_ruleset {
        uint64_t access_fs;
        uint64_t access_net; /* since ABI 4 */
        uint64_t scoped;     /* since ABI 6 */
};
struct sys_landlock_path {
        uint64_t allowed_access;
        int32_t parent_fd;
} __attribute__((packed));
struct sys_landlock_port {
        uint64_t allowed_access;
        uint64_t port;
};
enum sys_landlock_rule { SYS_LANDLOCK_RULE_PATH = 1, SYS_LANDLOCK_RULE_PORT = 2 };

/* Works as fork(2): no stack is given, the child goes on where the parent was. Never pass CLONE_VM. */
pid_t sys_clone3(const struct sys_clone_args *args);
int sys_openat2(int dir_fd, const char *path, const struct sys_open_how *how);
int sys_open_tree(int dir_fd, const char *path, unsigned int flags);
int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to, unsigned int flags);
int sys_mount_setattr(int dir_fd, const char *path, unsigned int flags, const struct sys_mount_attr *attr);
int sys_statx(int dir_fd, const char *path, int flags, unsigned int mask, struct sys_statx *ret);
int sys_pivot_root(const char *new_root, const char *put_old);
int sys_close_range(unsigned int first, unsigned int last, unsigned int flags);
int sys_pidfd_open(pid_t pid, unsigned int flags);
int sys_pidfd_send_signal(int pidfd, int sig);
int sys_pidfd_getfd(int pidfd, int fd); /* O_CLOEXEC */
/* The raw call: unlike getcwd(3) it tells a directory outside of the root by the prefix "(unreachable)". Returns the
 * length with NUL. */
long sys_getcwd(char *buf, size_t size);
/* setresuid, setresgid and setgroups of the calling process alone: no libc signal dance over threads, there are none.
 */
int sys_setresuid(uid_t real, uid_t effective, uid_t saved);
int sys_setresgid(gid_t real, gid_t effective, gid_t saved);
int sys_setgroups(size_t n, const gid_t *groups);
int sys_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable);
int sys_capget(uint64_t *ret_effective, uint64_t *ret_permitted, uint64_t *ret_inheritable);
int sys_sched_setattr(pid_t pid, const struct sys_sched_attr *attr, unsigned int flags);
/* The raw call: the libc's takes a cpu_set_t, which ends at CPU 1023. size counts bytes, a multiple of a word's. */
int sys_sched_setaffinity(pid_t pid, size_t size, const unsigned long *cpus);
int sys_ioprio_set(int which, int who, int priority);
/* The kernel reads max_node - 1 bits of nodes. */
int sys_set_mempolicy(int mode, const unsigned long *nodes, unsigned long max_node);
/* The newest ABI that the kernel knows, from 1 on. */
int sys_landlock_abi(void);
/* Gives a descriptor that execve(2) closes. */
int sys_landlock_create_ruleset(const struct sys_landlock_ruleset *ruleset);
int sys_landlock_add_rule(int ruleset_fd, enum sys_landlock_rule type, const void *rule);
int sys_landlock_restrict_self(int ruleset_fd);
long sys_keyctl(int operation, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5);

/* ioctl(2) on the descriptor of seccomp's notifications (seccomp_unotify(2)): take one; answer one; have who calls and
 * who answers run in turns on one processor. */
struct seccomp_notif;
struct seccomp_notif_resp;
int sys_seccomp_receive(int listener_fd, struct seccomp_notif *ret);
int sys_seccomp_answer(int listener_fd, const struct seccomp_notif_resp *answer);
int sys_seccomp_take_turns(int listener_fd);

#endif
