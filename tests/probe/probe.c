/* SPDX-License-Identifier: Apache-2.0 */
/* probe.c - what a container looks like to the program in it, and what it lets the program do: one flat JSON object of
 * facts, for comparing one runtime with another. Static, so that any root will do.
 * What it tries is chosen so that success does no harm: invalid arguments, in children, in mount namespaces of their
 * own. Not for the host itself. */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* output ----------------------------------------------------------------------------------------------------------- */

static void put_text(const char *text)
{
        putchar('"');
        for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
                if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
                        printf("\\u%04x", *at);
                else
                        putchar(*at);
        }
        putchar('"');
}

/* fact("section", "name", format...): section.name */
__attribute__((format(printf, 3, 4))) static void fact(const char *section, const char *name, const char *format, ...)
{
        static bool is_not_first;
        char key[4096], value[8192];
        va_list args;
        va_start(args, format);
        (void)vsnprintf(value, sizeof value, format, args);
        va_end(args);
        (void)snprintf(key, sizeof key, "%s.%s", section, name);
        fputs(is_not_first ? ",\n" : "{\n", stdout);
        is_not_first = true;
        put_text(key);
        fputs(": ", stdout);
        put_text(value);
}

static const char *errno_name(int code)
{
        const char *name = code ? strerrorname_np(code) : "ok";
        return name ? name : "an errno without a name";
}

/* 0 or an errno, of what returns -1 when it fails. */
static int result(long rc)
{
        return rc < 0 ? errno : 0;
}

static bool read_file(const char *path, char *ret, size_t size)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        ssize_t n = fd < 0 ? -1 : read(fd, ret, size - 1);
        int kept = errno;
        if (fd >= 0)
                (void)close(fd);
        errno = kept;
        if (n < 0)
                return false;
        while (n > 0 && (ret[n - 1] == '\n' || ret[n - 1] == '\0'))
                n--;
        ret[n] = '\0';
        return true;
}

/* the process ------------------------------------------------------------------------------------------------------ */

static void tell_status(void)
{
        static const char *const wanted[] = { "Umask",
                                              "Uid",
                                              "Gid",
                                              "Groups",
                                              "SigBlk",
                                              "SigIgn",
                                              "SigCgt",
                                              "CapInh",
                                              "CapPrm",
                                              "CapEff",
                                              "CapBnd",
                                              "CapAmb",
                                              "NoNewPrivs",
                                              "Seccomp",
                                              "Seccomp_filters",
                                              "Speculation_Store_Bypass",
                                              "Cpus_allowed_list",
                                              "Mems_allowed_list",
                                              "CoreDumping",
                                              "THP_enabled" };
        FILE *file = fopen("/proc/self/status", "re");
        char line[4096];
        while (file && fgets(line, sizeof line, file)) {
                char *value = strchr(line, ':');
                line[strcspn(line, "\n")] = '\0';
                if (!value)
                        continue;
                *value++ = '\0';
                for (size_t i = 0; i < LEN(wanted); i++)
                        if (strcmp(line, wanted[i]) == 0)
                                fact("status", line, "%s", value + strspn(value, "\t "));
        }
        if (file)
                (void)fclose(file);
}

static void tell_attributes(void)
{
        static const struct {
                const char *name;
                int option;
        } options[] = {
                {"dumpable",    PR_GET_DUMPABLE  },
                { "keepcaps",   PR_GET_KEEPCAPS  },
                { "securebits", PR_GET_SECUREBITS},
                { "timerslack", PR_GET_TIMERSLACK},
        };
        char name[17] = "";
        int sig = 0, reaper = 0;
        for (size_t i = 0; i < LEN(options); i++)
                fact("prctl", options[i].name, "%d", prctl(options[i].option, 0, 0, 0, 0));
        (void)prctl(PR_GET_PDEATHSIG, &sig);
        (void)prctl(PR_GET_CHILD_SUBREAPER, &reaper);
        (void)prctl(PR_GET_NAME, name);
        fact("prctl", "pdeathsig", "%d", sig);
        fact("prctl", "subreaper", "%d", reaper);
        fact("prctl", "name", "%s", name);
        fact("process", "personality", "%x", (unsigned int)personality(0xffffffff));
        fact("process", "pid", "%d", (int)getpid());
        fact("process", "sid", "%d", (int)getsid(0));
        fact("process", "pgid", "%d", (int)getpgid(0));
        fact("process", "scheduler", "%d", sched_getscheduler(0));
        fact("process", "nice", "%d", getpriority(PRIO_PROCESS, 0));
        fact("process", "ioprio", "%ld", syscall(SYS_ioprio_get, 1, 0));
        fact("process", "keyring", "%s", errno_name(result(syscall(SYS_keyctl, 0, -3, 0, 0, 0))));
        for (int i = 0; i < RLIMIT_NLIMITS; i++) {
                struct rlimit limit = { 0 };
                char number[16];
                (void)getrlimit((unsigned int)i, &limit);
                (void)snprintf(number, sizeof number, "%d", i);
                fact("rlimit", number, "%lld %lld", (long long)limit.rlim_cur, (long long)limit.rlim_max);
        }
}

static void tell_links(void)
{
        static const char *const links[] = { "cwd",     "exe",    "root",   "ns/cgroup",           "ns/ipc",
                                             "ns/mnt",  "ns/net", "ns/pid", "ns/pid_for_children", "ns/time",
                                             "ns/user", "ns/uts" };
        for (size_t i = 0; i < LEN(links); i++) {
                char path[64], target[4096] = "";
                (void)snprintf(path, sizeof path, "/proc/self/%s", links[i]);
                if (readlink(path, target, sizeof target - 1) < 0)
                        (void)snprintf(target, sizeof target, "%s", errno_name(errno));
                fact("link", links[i], "%s", target);
        }
        for (int fd = 0; fd < 64; fd++) {
                char path[64], number[16], target[4096] = "";
                (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
                (void)snprintf(number, sizeof number, "%d", fd);
                if (readlink(path, target, sizeof target - 1) < 0)
                        continue;
                fact("fd", number, "%s, flags %o, %s", target, (unsigned int)fcntl(fd, F_GETFL),
                     fcntl(fd, F_GETFD) & FD_CLOEXEC ? "close on exec" : "inherited");
        }
}

static void tell_environment(char **env)
{
        struct utsname names;
        (void)uname(&names);
        fact("uts", "nodename", "%s", names.nodename);
        fact("uts", "domainname", "%s", names.domainname);
        fact("uts", "machine", "%s", names.machine);
        for (int i = 0; env[i]; i++) {
                char number[16];
                (void)snprintf(number, sizeof number, "%d", i);
                fact("env", number, "%s", env[i]);
        }
}

/* files ------------------------------------------------------------------------------------------------------------ */

/* The contents of these. */
static const char contents[] =
        "/proc/self/uid_map /proc/self/gid_map /proc/self/setgroups /proc/self/oom_score_adj "
        "/proc/self/cgroup /proc/self/timens_offsets /proc/self/attr/current /proc/self/coredump_filter "
        "/proc/sys/kernel/shmmax /proc/sys/kernel/msgmax /proc/sys/kernel/sem /proc/sys/fs/mqueue/msg_max "
        "/proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/ping_group_range "
        "/proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv6/conf/all/disable_ipv6 "
        "/proc/net/route /etc/hosts /etc/hostname /etc/resolv.conf /run/.containerenv";

/* What these are, and whether they open. Among them all that bundles mask or make read-only. */
static const char paths[] =
        "/ /proc /sys /dev /tmp /etc /run /proc/acpi /proc/asound /proc/bus /proc/fs /proc/interrupts "
        "/proc/irq /proc/kallsyms /proc/kcore /proc/keys /proc/key-users /proc/kmsg /proc/kpagecount "
        "/proc/latency_stats /proc/mounts /proc/scsi /proc/sched_debug /proc/self/mem /proc/sys "
        "/proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sys/net/ipv4/ip_forward "
        "/proc/sys/vm/overcommit_memory /proc/sysrq-trigger /proc/timer_list /proc/timer_stats /proc/uptime "
        "/proc/meminfo /sys/block /sys/bus /sys/class/net /sys/dev/block /sys/devices "
        "/sys/devices/virtual/powercap /sys/devices/system/cpu/online /sys/firmware /sys/fs /sys/fs/bpf "
        "/sys/fs/cgroup /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/memory /sys/fs/cgroup/memory/tasks "
        "/sys/fs/cgroup/unified /sys/fs/cgroup/devices/devices.allow /sys/fs/selinux /sys/kernel "
        "/sys/kernel/debug /sys/kernel/security /sys/kernel/uevent_helper /sys/module /sys/power/state";

static void tell_path(const char *section, const char *path)
{
        struct stat st;
        char target[4096] = "", type = '?';
        static const char types[] = "?pc?d?b?-?l?s???";
        if (lstat(path, &st) < 0) {
                fact(section, path, "%s", errno_name(errno));
                return;
        }
        type = types[(st.st_mode & S_IFMT) >> 12];
        if (type == 'l') {
                (void)!readlink(path, target, sizeof target - 1);
                fact(section, path, "link to %s", target);
                return;
        }
        int is_readable = result(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
        int is_writable =
                type == 'd' ? result(access(path, W_OK)) : result(open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY));
        char byte;
        int has_bytes = -1;
        if (is_readable == 0 && type == '-') {
                int fd = open(path, O_RDONLY | O_NONBLOCK);
                has_bytes = read(fd, &byte, 1) == 1;
        }
        (void)syscall(SYS_close_range, 3, ~0U, 0);
        fact(section, path, "%c %04o %u:%u dev %u:%u read %s write %s%s", type, st.st_mode & 07777U, st.st_uid,
             st.st_gid, type == 'c' || type == 'b' ? major(st.st_rdev) : 0,
             type == 'c' || type == 'b' ? minor(st.st_rdev) : 0, errno_name(is_readable), errno_name(is_writable),
             has_bytes == 0 ? ", empty" : "");
}

/* Sorted, so that facts come in one order. */
static void tell_directory(const char *section, const char *dir)
{
        struct dirent **entries = NULL;
        int n = scandir(dir, &entries, NULL, alphasort);
        for (int i = 0; i < n; i++) {
                char path[512];
                (void)snprintf(path, sizeof path, "%s/%s", dir, entries[i]->d_name);
                if (entries[i]->d_name[0] != '.')
                        tell_path(section, path);
                if (entries[i]->d_type == DT_DIR && entries[i]->d_name[0] != '.')
                        tell_directory(section, path);
                free(entries[i]);
        }
        free(entries);
}

static void tell_content(const char *section, const char *path)
{
        char text[4096];
        fact(section, path, "%s", read_file(path, text, sizeof text) ? text : errno_name(errno));
}

/* Each word of a list. */
static void tell_each(void (*tell)(const char *section, const char *word), const char *section, const char *list)
{
        char words[4096];
        (void)snprintf(words, sizeof words, "%s", list);
        for (char *rest = NULL, *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
                tell(section, word);
}

enum { MOUNTS_MAX = 256 };

/* Of /proc/self/mountinfo (proc(5)) what does not differ from run to run. Of mounts at one place the first is number 1.
 */
static void tell_mounts(void)
{
        static char places[MOUNTS_MAX][256];
        FILE *file = fopen("/proc/self/mountinfo", "re");
        char line[8192];
        for (int i = 0; file && i < MOUNTS_MAX && fgets(line, sizeof line, file); i++) {
                char root[4096], options[1024], key[sizeof places[0] + 32];
                int end = 0, number = 1;
                if (sscanf(line, "%*d %*d %*s %4095s %255s %1023s %n", root, places[i], options, &end) < 3)
                        continue;
                for (int k = 0; k < i; k++)
                        number += strcmp(places[k], places[i]) == 0;

                const char *rest = strstr(line + end, "- ");
                const char *propagation = strncmp(line + end, "shared", 6) == 0   ? "shared"
                                          : strncmp(line + end, "master", 6) == 0 ? "slave"
                                                                                  : "private";
                line[strcspn(line, "\n")] = '\0';
                (void)snprintf(key, sizeof key, "%.255s number %d", places[i], number);
                fact("mount", key, "%s of %s, %s, %s", root, rest ? rest + 2 : "", options, propagation);
        }
        if (file)
                (void)fclose(file);
}

/* the network ------------------------------------------------------------------------------------------------------ */

static void tell_network(void)
{
        static const struct {
                const char *name;
                int family, type, protocol;
        } sockets[] = {
                {"unix",    AF_UNIX,    SOCK_STREAM,    0},
                { "inet",   AF_INET,    SOCK_STREAM,    0},
                { "inet6",  AF_INET6,   SOCK_STREAM,    0},
                { "raw",    AF_INET,    SOCK_RAW,       1},
                { "ping",   AF_INET,    SOCK_DGRAM,     1},
                { "packet", AF_PACKET,  SOCK_RAW,       0},
                { "route",  AF_NETLINK, SOCK_RAW,       0},
                { "audit",  AF_NETLINK, SOCK_RAW,       9},
                { "vsock",  40,         SOCK_STREAM,    0},
                { "alg",    38,         SOCK_SEQPACKET, 0},
        };
        for (size_t i = 0; i < LEN(sockets); i++) {
                int fd = socket(sockets[i].family, sockets[i].type | SOCK_CLOEXEC, sockets[i].protocol);
                fact("socket", sockets[i].name, "%s", errno_name(result(fd)));
                if (fd >= 0)
                        (void)close(fd);
        }
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        struct if_nameindex *interfaces = if_nameindex();
        for (size_t i = 0; interfaces && interfaces[i].if_name; i++) {
                struct ifreq request = { 0 };
                (void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interfaces[i].if_name);
                (void)ioctl(fd, SIOCGIFFLAGS, &request);
                fact("interface", interfaces[i].if_name, "flags %x", (unsigned int)(unsigned short)request.ifr_flags);
        }
        if_freenameindex(interfaces);
        (void)close(fd);
}

/* what is permitted ------------------------------------------------------------------------------------------------ */

/* In a child: 0, an errno, or minus the signal that ended it. */
static int in_child(int (*attempt)(const void *), const void *arg)
{
        int status = 0;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
                (void)alarm(5);
                _exit(attempt(arg) & 0xff);
        }
        if (child < 0 || waitpid(child, &status, 0) < 0)
                return 255;
        return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void tell_outcome(const char *section, const char *name, int outcome)
{
        if (outcome < 0)
                fact(section, name, "signal %d", -outcome);
        else
                fact(section, name, "%s", errno_name(outcome));
}

/* With arguments that no call can take. */
static int call_number(const void *arg)
{
        const long *number = arg;
        errno = 0;
        return result(syscall(*number, -1L, -1L, -1L, -1L, -1L, -1L));
}

#ifdef __x86_64__
/* getpid(2), as a 32-bit program calls it: another architecture to the filter. */
static int call_as_i386(const void *arg)
{
        (void)arg;
        int rc;
        __asm__ volatile("int $0x80" : "=a"(rc) : "a"(20) : "memory");
        return rc < 0 ? -rc : 0;
}
#endif

static void tell_calls(void)
{
        /* These wait, end the process, disturb its parent, or take the machine's time. */
        static const long left_out[] = { SYS_exit,  SYS_exit_group, SYS_rt_sigreturn, SYS_sync, SYS_vhangup,
#ifdef SYS_fork
                                         SYS_fork,  SYS_vfork,      SYS_pause,
#endif
                                         SYS_syncfs };
        enum { NUMBERS = 520 };
        for (long number = 0; number < NUMBERS; number++) {
                bool is_left_out = false;
                char name[24];
                for (size_t i = 0; i < LEN(left_out); i++)
                        is_left_out |= left_out[i] == number;
                if (is_left_out)
                        continue;
                (void)snprintf(name, sizeof name, "%03ld", number);
                tell_outcome("call", name, in_child(call_number, &number));
        }
#ifdef __x86_64__
        tell_outcome("call", "i386", in_child(call_as_i386, NULL));
#endif
}

static int make_private(void)
{
        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
                return errno;
        return 0;
}

static int try_unshare(const void *arg)
{
        return result(unshare(*(const int *)arg));
}

static int try_umount(const void *path)
{
        int rc = make_private();
        return rc ? rc : result(umount2(path, MNT_DETACH));
}

static int try_remount(const void *path)
{
        int rc = make_private();
        return rc ? rc : result(mount(NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL));
}

static int try_mount(const void *type)
{
        int rc = make_private();
        return rc ? rc : result(mount(type, "/mnt", type, 0, NULL));
}

static int try_device(const void *arg)
{
        static const char *const places[] = { "/dev/.probe", "/tmp/.probe", "/.probe" };
        unsigned int number[2] = { 0 };
        int rc = -1;
        size_t at = 0;
        (void)sscanf(arg, "%u:%u", &number[0], &number[1]);
        for (size_t i = 0; i < LEN(places) && rc < 0; i++) {
                at = i;
                rc = mknod(places[at], S_IFCHR | 0600, makedev(number[0], number[1]));
        }
        if (rc < 0)
                return errno;
        rc = result(open(places[at], O_RDONLY | O_NONBLOCK | O_NOCTTY));
        (void)unlink(places[at]);
        return rc;
}

static void tell_device(const char *section, const char *number)
{
        tell_outcome(section, number, in_child(try_device, number));
}

static int try_identity(const void *arg)
{
        (void)arg;
        gid_t none = 12345;
        int rc = result(setgroups(1, &none));
        if (rc == 0)
                rc = result(setresgid(none, none, none));
        return rc ? rc : result(setresuid(none, none, none));
}

static int try_oom(const void *arg)
{
        (void)arg;
        int fd = open("/proc/self/oom_score_adj", O_WRONLY);
        return fd < 0 ? errno : result(write(fd, "-900", 4));
}

static int try_chroot(const void *arg)
{
        return result(chroot(arg));
}

static int try_kill(const void *arg)
{
        (void)arg;
        return result(kill(1, 0));
}

static int try_hostname(const void *arg)
{
        return result(sethostname(arg, strlen(arg)));
}

static int try_mkdir(const void *path)
{
        int rc = result(mkdir(path, 0700));
        if (rc == 0)
                (void)rmdir(path);
        return rc;
}

static void tell_attempts(void)
{
        static const struct {
                const char *name;
                int flag;
        } namespaces[] = {
                {"user",    CLONE_NEWUSER  },
                { "mnt",    CLONE_NEWNS    },
                { "net",    CLONE_NEWNET   },
                { "pid",    CLONE_NEWPID   },
                { "ipc",    CLONE_NEWIPC   },
                { "cgroup", CLONE_NEWCGROUP},
                { "uts",    CLONE_NEWUTS   }
        };
        static const struct {
                const char *name;
                int (*attempt)(const void *);
                const void *arg;
        } attempts[] = {
                {"mount tmpfs",                 try_mount,    "tmpfs"                },
                { "mount proc",                 try_mount,    "proc"                 },
                { "mount cgroup2",              try_mount,    "cgroup2"              },
                { "umount /proc/sys",           try_umount,   "/proc/sys"            },
                { "umount /proc/kcore",         try_umount,   "/proc/kcore"          },
                { "remount /",                  try_remount,  "/"                    },
                { "remount /proc/sys",          try_remount,  "/proc/sys"            },
                { "remount /sys/fs/cgroup",     try_remount,  "/sys/fs/cgroup"       },
                { "chroot",                     try_chroot,   "/"                    },
                { "become another",             try_identity, NULL                   },
                { "lower oom_score_adj",        try_oom,      NULL                   },
                { "kill 1",                     try_kill,     NULL                   },
                { "set the hostname",           try_hostname, "probe"                },
                { "mkdir /probe",               try_mkdir,    "/.probe"              },
                { "mkdir /tmp/probe",           try_mkdir,    "/tmp/.probe"          },
                { "mkdir /sys/fs/cgroup/probe", try_mkdir,    "/sys/fs/cgroup/.probe"},
        };
        for (size_t i = 0; i < LEN(namespaces); i++) {
                char name[32];
                (void)snprintf(name, sizeof name, "unshare %s", namespaces[i].name);
                tell_outcome("can", name, in_child(try_unshare, &namespaces[i].flag));
        }
        for (size_t i = 0; i < LEN(attempts); i++)
                tell_outcome("can", attempts[i].name, in_child(attempts[i].attempt, attempts[i].arg));
}

int main(int argc, char **argv, char **env)
{
        (void)argc;
        (void)argv;
        tell_status();
        tell_attributes();
        tell_links();
        tell_environment(env);
        tell_each(tell_content, "file", contents);
        tell_each(tell_path, "path", paths);
        tell_directory("dev", "/dev");
        tell_mounts();
        tell_network();
        tell_calls();
        tell_attempts();
        tell_each(tell_device, "device", "1:1 1:3 1:5 1:7 1:8 1:9 1:11 4:0 5:0 5:1 5:2 10:200 10:229 136:0");
        fputs("\n}\n", stdout);
        return fflush(stdout) == 0 ? 0 : 1;
}
