/* SPDX-License-Identifier: Apache-2.0 */
/* floor.c - the least that a kernel must be asked to do for `run` of the default bundle: the same cgroups, namespaces,
 * mounts, masks, limits and capabilities, written down as constants. No JSON, no protocol, no check of any path, no
 * help after a failure: a yardstick for tests/bench/run, never a runtime.
 *
 * usage: floor ROOTFS ID HIERARCHY...
 * HIERARCHY: a directory of /sys/fs/cgroup, as "memory" or "systemd"; "unified" is the cgroup2 of a hybrid host; none
 * at all: /sys/fs/cgroup itself is cgroup2. */

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { HIERARCHIES_MAX = 24, DIR_MAX = 128 };

struct hierarchy {
        const char *name;
        char dir[DIR_MAX];
        int tasks_fd; /* v1 */
        int dir_fd;   /* cgroup2: what clone3 is told */
};

static struct {
        const char *rootfs;
        const char *id;
        bool is_v2;
        size_t n;
        struct hierarchy hierarchies[HIERARCHIES_MAX];
        char state_dir[DIR_MAX];
} at;

static void give_up(const char *what)
{
        perror(what);
        _exit(1);
}

static long must(const char *what, long result)
{
        if (result < 0)
                give_up(what);
        return result;
}

static const char *path(const char *format, ...)
{
        static char text[512];
        va_list args;
        va_start(args, format);
        (void)vsnprintf(text, sizeof text, format, args);
        va_end(args);
        return text;
}

static void write_file(const char *name, const char *text)
{
        int fd = (int)must(name, open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        must(name, write(fd, text, strlen(text)));
        close(fd);
}

/* cgroups ---------------------------------------------------------------------------------------------------------- */

/* What every container may do, in the words of the v1 controller. */
static const char *const device_rules[] = {
        "c *:* m",   "b *:* m",   "c 1:3 rwm", "c 1:8 rwm",   "c 1:7 rwm",    "c 5:0 rwm",
        "c 1:5 rwm", "c 1:9 rwm", "c 5:2 rwm", "c 136:* rwm", "c 10:200 rwm",
};

static void inherit_cpuset(const struct hierarchy *cpuset)
{
        static const char *const files[] = { "cpuset.cpus", "cpuset.mems" };
        for (size_t i = 0; i < COUNT(files); i++) {
                char value[256] = "";
                int fd = (int)must(files[i], open(path("/sys/fs/cgroup/cpuset/%s", files[i]), O_RDONLY | O_CLOEXEC));
                must(files[i], read(fd, value, sizeof value - 1));
                close(fd);
                write_file(path("%s/%s", cpuset->dir, files[i]), value);
        }
}

static void limit_devices(const struct hierarchy *devices)
{
        write_file(path("%s/devices.deny", devices->dir), "a");
        int fd = (int)must("devices.allow", open(path("%s/devices.allow", devices->dir), O_WRONLY | O_CLOEXEC));
        for (size_t i = 0; i < COUNT(device_rules); i++)
                must(device_rules[i], write(fd, device_rules[i], strlen(device_rules[i])));
        close(fd);
}

/* The same rules as a program: the access in r3, the type in r2, major and minor packed into r4. */
static int load_device_program(void)
{
#define INSN(opcode, dst, src, offset, value)                                                         \
        {                                                                                             \
                .code = (opcode), .dst_reg = (dst), .src_reg = (src), .off = (offset), .imm = (value) \
        }
#define LOAD(dst, offset)        INSN(BPF_LDX | BPF_MEM | BPF_W, dst, BPF_REG_1, offset, 0)
#define ALLOW_IF(reg, number, n) INSN(BPF_JMP | BPF_JEQ | BPF_K, reg, 0, n, number)
#define CHR(major_no, minor_no)  ((major_no) << 20 | (minor_no))
        const struct bpf_insn program[] = {
                LOAD(BPF_REG_2, 0), /* access << 16 | type */
                INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_2, 0, 0),
                INSN(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_2, 0, 0, 0xffff),
                INSN(BPF_ALU64 | BPF_RSH | BPF_K, BPF_REG_3, 0, 0, 16),
                ALLOW_IF(BPF_REG_3, BPF_DEVCG_ACC_MKNOD, 16),
                INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_2, 0, 13, BPF_DEVCG_DEV_CHAR),
                LOAD(BPF_REG_4, 4),
                LOAD(BPF_REG_5, 8),
                ALLOW_IF(BPF_REG_4, 136, 12),
                INSN(BPF_ALU64 | BPF_LSH | BPF_K, BPF_REG_4, 0, 0, 20),
                INSN(BPF_ALU64 | BPF_OR | BPF_X, BPF_REG_4, BPF_REG_5, 0, 0),
                ALLOW_IF(BPF_REG_4, CHR(1, 3), 9),
                ALLOW_IF(BPF_REG_4, CHR(1, 8), 8),
                ALLOW_IF(BPF_REG_4, CHR(1, 7), 7),
                ALLOW_IF(BPF_REG_4, CHR(5, 0), 6),
                ALLOW_IF(BPF_REG_4, CHR(1, 5), 5),
                ALLOW_IF(BPF_REG_4, CHR(1, 9), 4),
                ALLOW_IF(BPF_REG_4, CHR(5, 2), 3),
                ALLOW_IF(BPF_REG_4, CHR(10, 200), 2),
                INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
                INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
                INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1),
                INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
        };
        union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE };
        attr.insns = (uintptr_t)program;
        attr.insn_cnt = COUNT(program);
        attr.license = (uintptr_t) "GPL";
        return (int)must("load the device program", syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr));
}

static void attach_device_program(int dir_fd)
{
        int program_fd = load_device_program();
        union bpf_attr attr = { .attach_type = BPF_CGROUP_DEVICE };
        attr.target_fd = (uint32_t)dir_fd;
        attr.attach_bpf_fd = (uint32_t)program_fd;
        attr.attach_flags = BPF_F_ALLOW_MULTI;
        must("attach the device program", syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof attr));
        close(program_fd);
}

static bool is_cgroup2(const struct hierarchy *hierarchy)
{
        return at.is_v2 || strcmp(hierarchy->name, "unified") == 0;
}

static void make_cgroups(void)
{
        for (size_t i = 0; i < at.n; i++) {
                struct hierarchy *hierarchy = &at.hierarchies[i];
                must(hierarchy->dir, mkdir(hierarchy->dir, 0755));
                if (is_cgroup2(hierarchy)) {
                        hierarchy->dir_fd = open(hierarchy->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
                        must(hierarchy->dir, hierarchy->dir_fd);
                        if (at.is_v2)
                                attach_device_program(hierarchy->dir_fd);
                        continue;
                }
                if (strcmp(hierarchy->name, "cpuset") == 0)
                        inherit_cpuset(hierarchy);
                if (strcmp(hierarchy->name, "devices") == 0)
                        limit_devices(hierarchy);
                hierarchy->tasks_fd = open(path("%s/tasks", hierarchy->dir), O_WRONLY | O_CLOEXEC);
                must(hierarchy->dir, hierarchy->tasks_fd);
        }
}

/* By a single-threaded process for itself, and by `tasks`: no grace period to wait for. */
static void enter_cgroups(void)
{
        for (size_t i = 0; i < at.n; i++) {
                if (at.hierarchies[i].tasks_fd >= 0)
                        must("tasks", write(at.hierarchies[i].tasks_fd, "0", 1));
        }
}

static void remove_cgroups(void)
{
        for (size_t i = 0; i < at.n; i++) {
                while (rmdir(at.hierarchies[i].dir) < 0) {
                        if (errno != EBUSY)
                                give_up(at.hierarchies[i].dir);
                        (void)sched_yield();
                }
        }
}

/* the root --------------------------------------------------------------------------------------------------------- */

enum { SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC };

static void mount_at(const char *source, const char *to, const char *type, unsigned long flags, const char *data)
{
        must(to, mount(source, to, type, flags, data));
}

static void bind_read_only(const char *source, const char *to)
{
        mount_at(source, to, NULL, MS_BIND | MS_REC, NULL);
        mount_at(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | SAFE, NULL);
}

static void make_devices(void)
{
        static const struct {
                const char *name;
                unsigned int major, minor;
        } nodes[] = {
                {"dev/null",     1, 3},
                { "dev/zero",    1, 5},
                { "dev/full",    1, 7},
                { "dev/random",  1, 8},
                { "dev/urandom", 1, 9},
                { "dev/tty",     5, 0},
        };
        static const struct {
                const char *name, *target;
        } links[] = {
                {"dev/fd",      "/proc/self/fd"  },
                { "dev/stdin",  "/proc/self/fd/0"},
                { "dev/stdout", "/proc/self/fd/1"},
                { "dev/stderr", "/proc/self/fd/2"},
                { "dev/ptmx",   "pts/ptmx"       },
        };
        for (size_t i = 0; i < COUNT(nodes); i++)
                must(nodes[i].name, mknod(nodes[i].name, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)));
        for (size_t i = 0; i < COUNT(links); i++)
                must(links[i].name, symlink(links[i].target, links[i].name));
}

static void mount_cgroups(void)
{
        if (at.is_v2) {
                /* Without a cgroup namespace a bind of the host's; a new mount would wait for a grace period. */
                bind_read_only("/sys/fs/cgroup", "sys/fs/cgroup");
                return;
        }
        mount_at("tmpfs", "sys/fs/cgroup", "tmpfs", SAFE, "mode=755");
        for (size_t i = 0; i < at.n; i++) {
                char to[DIR_MAX];
                (void)snprintf(to, sizeof to, "sys/fs/cgroup/%s", at.hierarchies[i].name);
                must(to, mkdir(to, 0755));
                bind_read_only(at.hierarchies[i].dir, to);
        }
        mount_at(NULL, "sys/fs/cgroup", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | SAFE, NULL);
}

/* Asks what each is before it mounts: a mount that fails costs a grace period. */
static void mask_paths(void)
{
        static const char *const masked[] = {
                "proc/acpi",       "proc/asound",      "proc/kcore",       "proc/keys",    "proc/latency_stats",
                "proc/timer_list", "proc/timer_stats", "proc/sched_debug", "sys/firmware", "proc/scsi",
        };
        const char *empty_dir = NULL;
        for (size_t i = 0; i < COUNT(masked); i++) {
                struct stat stat;
                if (lstat(masked[i], &stat) < 0)
                        continue;
                if (!S_ISDIR(stat.st_mode)) {
                        mount_at("dev/null", masked[i], NULL, MS_BIND, NULL);
                        continue;
                }
                if (empty_dir)
                        mount_at(empty_dir, masked[i], NULL, MS_BIND, NULL);
                else
                        mount_at("tmpfs", masked[i], "tmpfs", MS_RDONLY, "size=0k,mode=755");
                empty_dir = masked[i];
        }
}

static void build_root(void)
{
        static const char *const fixed[] = { "proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger" };

        mount_at(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
        mount_at(at.rootfs, at.rootfs, NULL, MS_BIND | MS_REC, NULL);
        must(at.rootfs, chdir(at.rootfs));
        mount_at("proc", "proc", "proc", 0, NULL);
        mount_at("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
        make_devices();
        must("dev/pts", mkdir("dev/pts", 0755));
        mount_at("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
        must("dev/shm", mkdir("dev/shm", 0755));
        mount_at("shm", "dev/shm", "tmpfs", SAFE, "mode=1777,size=65536k");
        must("dev/mqueue", mkdir("dev/mqueue", 0755));
        mount_at("mqueue", "dev/mqueue", "mqueue", SAFE, NULL);
        mount_at("sysfs", "sys", "sysfs", SAFE | MS_RDONLY, NULL);
        mount_cgroups();
        for (size_t i = 0; i < COUNT(fixed); i++) {
                if (access(fixed[i], F_OK) == 0)
                        bind_read_only(fixed[i], fixed[i]);
        }
        mask_paths();

        must("pivot_root", syscall(SYS_pivot_root, ".", "."));
        must("umount2", umount2(".", MNT_DETACH));
        must("/", chdir("/"));
        mount_at(NULL, "/", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
}

/* the process ------------------------------------------------------------------------------------------------------ */

static void raise_loopback(void)
{
        struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
        int fd = (int)must("socket", socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        must("raise lo", ioctl(fd, SIOCSIFFLAGS, &request));
        close(fd);
}

static void limit_process(void)
{
        const struct rlimit files = { 1024, 1024 };
        const uint32_t kept = 1U << CAP_AUDIT_WRITE | 1U << CAP_KILL | 1U << CAP_NET_BIND_SERVICE;
        struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
        const struct __user_cap_data_struct data[2] = {
                {kept, kept, 0},
                { 0,   0,    0}
        };

        must("rlimit", prlimit(0, RLIMIT_NOFILE, &files, NULL));
        must("close_range", syscall(SYS_close_range, 3, ~0U, 0));
        (void)umask(022);
        for (int cap = 0; cap <= CAP_LAST_CAP; cap++) {
                if (cap >= 32 || !(kept & 1U << cap))
                        must("drop a capability", prctl(PR_CAPBSET_DROP, cap, 0, 0, 0));
        }
        must("setgroups", syscall(SYS_setgroups, 0, NULL));
        must("setresgid", syscall(SYS_setresgid, 0, 0, 0));
        must("setresuid", syscall(SYS_setresuid, 0, 0, 0));
        must("capset", syscall(SYS_capset, &header, data));
        must("no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

static _Noreturn void be_init(void)
{
        static char *const argv[] = { "/bin/true", NULL };
        static char *const env[] = { "PATH=/bin", NULL };
        enter_cgroups();
        (void)setsid();
        build_root();
        must("sethostname", sethostname("tare-default", strlen("tare-default")));
        raise_loopback();
        limit_process();
        (void)execve(argv[0], argv, env);
        give_up(argv[0]);
        __builtin_unreachable();
}

/* Shares the parent's memory until execve, as vfork(2) does: nothing is copied. Only on x86-64 is the call written
 * down; elsewhere the child gets a copy. */
static pid_t clone_init(int *ret_pidfd)
{
        struct clone_args args = {
                .flags = CLONE_PIDFD | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET,
                .pidfd = (uintptr_t)ret_pidfd,
                .exit_signal = SIGCHLD,
        };
        for (size_t i = 0; i < at.n; i++) {
                if (at.hierarchies[i].dir_fd >= 0) {
                        args.flags |= CLONE_INTO_CGROUP;
                        args.cgroup = (uint64_t)at.hierarchies[i].dir_fd;
                }
        }
        long result;
#ifdef __x86_64__
        args.flags |= CLONE_VM | CLONE_VFORK;
        __asm__ volatile("syscall"
                         : "=a"(result)
                         : "a"(SYS_clone3), "D"(&args), "S"(sizeof args)
                         : "rcx", "r11", "memory");
#else
        result = syscall(SYS_clone3, &args, sizeof args);
#endif
        if (result == 0)
                be_init();
        if (result < 0)
                give_up("clone3");
        return (pid_t)result;
}

int main(int argc, char **argv)
{
        if (argc < 3) {
                (void)fprintf(stderr, "usage: floor ROOTFS ID HIERARCHY...\n");
                return 2;
        }
        at.rootfs = argv[1];
        at.id = argv[2];
        at.is_v2 = argc == 3;
        at.n = at.is_v2 ? 1 : (size_t)argc - 3;
        for (size_t i = 0; i < at.n && i < HIERARCHIES_MAX; i++) {
                struct hierarchy *hierarchy = &at.hierarchies[i];
                hierarchy->name = at.is_v2 ? "" : argv[3 + i];
                hierarchy->tasks_fd = hierarchy->dir_fd = -1;
                (void)snprintf(hierarchy->dir, sizeof hierarchy->dir, "/sys/fs/cgroup/%s%s%s", hierarchy->name,
                               at.is_v2 ? "" : "/", at.id);
        }

        (void)mkdir("/run/tare-floor", 0700);
        (void)snprintf(at.state_dir, sizeof at.state_dir, "/run/tare-floor/%s", at.id);
        must(at.state_dir, mkdir(at.state_dir, 0700));
        make_cgroups();
        int pidfd = -1;
        pid_t pid = clone_init(&pidfd);
        write_file(path("%s/state.json", at.state_dir), path("{\"pid\":%d,\"bundle\":\"%s\"}", (int)pid, at.rootfs));

        int status = 0;
        must("waitpid", waitpid(pid, &status, 0));
        remove_cgroups();
        (void)unlink(path("%s/state.json", at.state_dir));
        (void)rmdir(at.state_dir);
        (void)rmdir("/run/tare-floor");
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
