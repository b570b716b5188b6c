/* SPDX-License-Identifier: Apache-2.0 */
/* sysctl.c - check the sysctls of a bundle, and write them; see sysctl.h.
 * A name that reaches /proc/sys outside of the container's namespaces changes the host: what no row allows is refused.
 */

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "sysctl.h"

#include "base/scope.h"
#include "sys/syscalls.h"

static const char not_separate[] = "is not in a separate kernel namespace";
static const char host_ipc[] = "is not allowed in the hosts ipc namespace";
static const char host_net[] = "not allowed in host network namespace";

/* Which namespace a sysctl belongs to, and what is said when the container has none of its own. */
static const struct rule {
        const char *name; /* ends in a dot: all below it */
        enum ns_type ns;
        const char *verdict;
} rules[] = {
        {"kernel.msgmax",           NS_IPC,     host_ipc                                 },
        { "kernel.msgmnb",          NS_IPC,     host_ipc                                 },
        { "kernel.msgmni",          NS_IPC,     host_ipc                                 },
        { "kernel.sem",             NS_IPC,     host_ipc                                 },
        { "kernel.shmall",          NS_IPC,     host_ipc                                 },
        { "kernel.shmmax",          NS_IPC,     host_ipc                                 },
        { "kernel.shmmni",          NS_IPC,     host_ipc                                 },
        { "kernel.shm_rmid_forced", NS_IPC,     host_ipc                                 },
        { "fs.mqueue.",             NS_IPC,     host_ipc                                 },
        { "net.",                   NS_NETWORK, host_net                                 },
        { "kernel.domainname",      NS_UTS,     not_separate                             },
        { "kernel.hostname",        NS_UTS,     not_separate                             },
        { "user.",                  NS_USER,    "is not allowed without a user namespace"},
};

/* The two forms of one name, below /proc/sys and in messages. */
struct name {
        char path[PATH_MAX];   /* net/ipv4/conf/eth0.1/forwarding */
        char dotted[PATH_MAX]; /* net.ipv4.conf.eth0/1.forwarding */
};

static void swap_separators(char *text)
{
        for (; *text != '\0'; text++)
                if (*text == '.' || *text == '/')
                        *text = *text == '.' ? '/' : '.';
}

static int name_read(const char *key, struct name *ret, struct err *err)
{
        size_t len = strlen(key);
        if (len >= sizeof ret->path)
                return fail(err, "sysctl \"%.32s...\" has a name of %zu bytes", key, len);

        memcpy(ret->path, key, len + 1);
        memcpy(ret->dotted, key, len + 1);
        const char *separator = strpbrk(key, "./");
        swap_separators(separator && *separator == '/' ? ret->dotted : ret->path);
        return 0;
}

static const struct rule *rule_of(const struct name *name)
{
        for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
                size_t len = strlen(rules[i].name);
                size_t compared = rules[i].name[len - 1] == '.' ? len : len + 1;
                if (strncmp(name->dotted, rules[i].name, compared) == 0)
                        return &rules[i];
        }
        return NULL;
}

/* An empty part, "." or ".." has no file of its own: "net/../vm/swappiness" is not below net. */
static bool has_odd_part(const char *path)
{
        for (;;) {
                size_t len = strcspn(path, "/");
                if (len == 0 || strspn(path, ".") == len)
                        return true;
                if (path[len] == '\0')
                        return false;
                path += len + 1;
        }
}

static int check_one(const char *key, const struct spec_namespace *namespaces, struct err *err)
{
        struct name name;
        if (name_read(key, &name, err) < 0)
                return -1;

        const struct rule *rule = rule_of(&name);
        if (!rule || !namespaces[rule->ns].set)
                return fail(err, "sysctl \"%s\" %s", name.dotted, rule ? rule->verdict : not_separate);
        if (strcmp(rule->name, "kernel.hostname") == 0)
                return fail(err, "sysctl \"%s\" is not allowed as it conflicts with the OCI \"hostname\" field",
                            name.dotted);
        if (has_odd_part(name.path))
                return fail(err, "sysctl \"%s\" has an empty, \".\" or \"..\" part", name.dotted);
        return 0;
}

int sysctl_check(const struct spec *spec, struct err *err)
{
        const struct text_map *sysctl = &spec->linux_.sysctl;
        for (size_t i = 0; i < sysctl->n; i++)
                if (check_one(sysctl->items[i].key, spec->linux_.namespaces, err) < 0)
                        return -1;
        return 0;
}

int sysctl_check_joined_net(const struct text_map *sysctl, int net_fd, struct err *err)
{
        for (size_t i = 0; i < sysctl->n && net_fd >= 0; i++) {
                struct name name;
                if (name_read(sysctl->items[i].key, &name, err) < 0)
                        return -1;
                const struct rule *rule = rule_of(&name);
                if (!rule || rule->ns != NS_NETWORK)
                        continue;

                /* One such name is enough to ask, and the answer is the same for all. */
                struct stat ours, joined;
                if (stat("/proc/self/ns/net", &ours) < 0 || fstat(net_fd, &joined) < 0)
                        return fail_sys(err, "sysctl \"%s\": stat the network namespace", name.dotted);
                if (ours.st_dev == joined.st_dev && ours.st_ino == joined.st_ino)
                        return fail(err, "sysctl \"%s\" %s", name.dotted, host_net);
                return 0;
        }
        return 0;
}

static int write_one(int proc_sys_fd, const struct key_value *row, struct err *err)
{
        struct name name;
        if (name_read(row->key, &name, err) < 0)
                return -1;

        const struct sys_open_how how = {
                .flags = O_WRONLY | O_CLOEXEC,
                .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
        };
        auto_fd int fd = sys_openat2(proc_sys_fd, name.path, &how);
        if (fd < 0)
                return fail_sys(err, "sysctl \"%s\": open /proc/sys/%s", name.dotted, name.path);
        if (write(fd, row->value, strlen(row->value)) < 0)
                return fail_sys(err, "sysctl \"%s\": write \"%s\"", name.dotted, row->value);
        return 0;
}

int sysctl_apply(int proc_sys_fd, const struct text_map *sysctl, struct err *err)
{
        if (sysctl->n == 0)
                return 0;

        /* Once for all: what is opened below stays on this mount (RESOLVE_NO_XDEV). */
        struct statfs fs;
        if (fstatfs(proc_sys_fd, &fs) < 0)
                return fail_sys(err, "statfs /proc/sys");
        if (fs.f_type != PROC_SUPER_MAGIC)
                return fail(err, "/proc/sys is not on procfs");

        for (size_t i = 0; i < sysctl->n; i++)
                if (write_one(proc_sys_fd, &sysctl->items[i], err) < 0)
                        return -1;
        return 0;
}
