/* SPDX-License-Identifier: Apache-2.0 */
/* syscalls.c - the raw system calls that no libc of ours declares; see syscalls.h. */

#include <grp.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/syscalls.h"

/* On 32-bit machines the plain numbers are the calls with 16-bit ids (setuid(2), "C library/kernel differences"). */
#ifdef SYS_setresuid32
#define NR_SETRESUID SYS_setresuid32
#define NR_SETRESGID SYS_setresgid32
#define NR_SETGROUPS SYS_setgroups32
#else
#define NR_SETRESUID SYS_setresuid
#define NR_SETRESGID SYS_setresgid
#define NR_SETGROUPS SYS_setgroups
#endif

pid_t sys_clone3(const struct sys_clone_args *args)
{
        return (pid_t)syscall(SYS_clone3, args, sizeof *args);
}

int sys_openat2(int dir_fd, const char *path, const struct sys_open_how *how)
{
        return (int)syscall(SYS_openat2, dir_fd, path, how, sizeof *how);
}

int sys_open_tree(int dir_fd, const char *path, unsigned int flags)
{
        return (int)syscall(SYS_open_tree, dir_fd, path, flags);
}

int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to, unsigned int flags)
{
        return (int)syscall(SYS_move_mount, from_fd, from, to_fd, to, flags);
}

int sys_mount_setattr(int dir_fd, const char *path, unsigned int flags, const struct sys_mount_attr *attr)
{
        return (int)syscall(SYS_mount_setattr, dir_fd, path, flags, attr, sizeof *attr);
}

int sys_statx(int dir_fd, const char *path, int flags, unsigned int mask, struct sys_statx *ret)
{
        return (int)syscall(SYS_statx, dir_fd, path, flags, mask, ret);
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
        return (int)syscall(SYS_pivot_root, new_root, put_old);
}

int sys_close_range(unsigned int first, unsigned int last, unsigned int flags)
{
        return (int)syscall(SYS_close_range, first, last, flags);
}

int sys_pidfd_open(pid_t pid, unsigned int flags)
{
        return (int)syscall(SYS_pidfd_open, pid, flags);
}

int sys_pidfd_send_signal(int pidfd, int sig)
{
        return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

int sys_pidfd_getfd(int pidfd, int fd)
{
        return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

long sys_getcwd(char *buf, size_t size)
{
        return syscall(SYS_getcwd, buf, size);
}

int sys_setresuid(uid_t real, uid_t effective, uid_t saved)
{
        return (int)syscall(NR_SETRESUID, real, effective, saved);
}

int sys_setresgid(gid_t real, gid_t effective, gid_t saved)
{
        return (int)syscall(NR_SETRESGID, real, effective, saved);
}

int sys_setgroups(size_t n, const gid_t *groups)
{
        return (int)syscall(NR_SETGROUPS, n, groups);
}

int sys_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
        struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
        const struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
                {(uint32_t)effective,          (uint32_t)permitted,         (uint32_t)inheritable        },
                { (uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32)},
        };
        return (int)syscall(SYS_capset, &header, data);
}

int sys_capget(uint64_t *ret_effective, uint64_t *ret_permitted, uint64_t *ret_inheritable)
{
        struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
        struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
        if (syscall(SYS_capget, &header, data) < 0)
                return -1;

        *ret_effective = data[0].effective | (uint64_t)data[1].effective << 32;
        *ret_permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
        *ret_inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
        return 0;
}

int sys_sched_setattr(pid_t pid, const struct sys_sched_attr *attr, unsigned int flags)
{
        return (int)syscall(SYS_sched_setattr, pid, attr, flags);
}

int sys_sched_setaffinity(pid_t pid, size_t size, const unsigned long *cpus)
{
        return (int)syscall(SYS_sched_setaffinity, pid, size, cpus);
}

int sys_ioprio_set(int which, int who, int priority)
{
        return (int)syscall(SYS_ioprio_set, which, who, priority);
}

int sys_set_mempolicy(int mode, const unsigned long *nodes, unsigned long max_node)
{
        return (int)syscall(SYS_set_mempolicy, mode, nodes, max_node);
}

int sys_landlock_abi(void)
{
        const unsigned int version = 1; /* LANDLOCK_CREATE_RULESET_VERSION */
        return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, version);
}

int sys_landlock_create_ruleset(const struct sys_landlock_ruleset *ruleset)
{
        return (int)syscall(SYS_landlock_create_ruleset, ruleset, sizeof *ruleset, 0);
}

int sys_landlock_add_rule(int ruleset_fd, enum sys_landlock_rule type, const void *rule)
{
        return (int)syscall(SYS_landlock_add_rule, ruleset_fd, type, rule, 0);
}

int sys_landlock_restrict_self(int ruleset_fd)
{
        return (int)syscall(SYS_landlock_restrict_self, ruleset_fd, 0);
}

long sys_keyctl(int operation, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)
{
        return syscall(SYS_keyctl, operation, arg2, arg3, arg4, arg5);
}

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, uint64_t) /* since 6.6 */
#endif
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

/* musl's ioctl(2) takes an int, which these numbers do not fit into. */
int sys_seccomp_receive(int listener_fd, struct seccomp_notif *ret)
{
        return (int)syscall(SYS_ioctl, listener_fd, SECCOMP_IOCTL_NOTIF_RECV, ret);
}

int sys_seccomp_answer(int listener_fd, const struct seccomp_notif_resp *answer)
{
        return (int)syscall(SYS_ioctl, listener_fd, SECCOMP_IOCTL_NOTIF_SEND, answer);
}

int sys_seccomp_take_turns(int listener_fd)
{
        return (int)syscall(SYS_ioctl, listener_fd, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}
