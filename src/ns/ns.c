/* SPDX-License-Identifier: Apache-2.0 */
/* ns.c - the kinds of namespaces, and joining those that a bundle names by path; see ns.h. */

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "ns/ns.h"

#include "base/scope.h"
#include "sys/syscalls.h"

static const unsigned int clone_flags[] = {
        [NS_USER] = CLONE_NEWUSER, [NS_PID] = CLONE_NEWPID,       [NS_TIME] = CLONE_NEWTIME,
        [NS_IPC] = CLONE_NEWIPC,   [NS_UTS] = CLONE_NEWUTS,       [NS_NETWORK] = CLONE_NEWNET,
        [NS_MOUNT] = CLONE_NEWNS,  [NS_CGROUP] = CLONE_NEWCGROUP,
};
_Static_assert(ARRAY_LEN(clone_flags) == NS_TYPES, "every type has its bit");

uint64_t ns_clone_flag(enum ns_type type)
{
        return clone_flags[type];
}

uint64_t ns_new_flags(const struct spec_namespace namespaces[NS_TYPES])
{
        uint64_t flags = 0;
        for (size_t i = 0; i < NS_TYPES; i++)
                if (namespaces[i].set && !namespaces[i].path)
                        flags |= clone_flags[i];
        return flags;
}

bool ns_joins_any(const struct spec_namespace namespaces[NS_TYPES])
{
        for (size_t i = 0; i < NS_TYPES; i++)
                if (namespaces[i].set && namespaces[i].path)
                        return true;
        return false;
}

static bool is_namespace(int fd, enum ns_type type)
{
        /* nsfs first: what the ioctl's number means to some device is not ours to find out. */
        struct statfs fs;
        if (fstatfs(fd, &fs) < 0 || fs.f_type != NSFS_MAGIC)
                return false;
        return ioctl(fd, NS_GET_NSTYPE) == (int)clone_flags[type];
}

static int open_one(const char *path, enum ns_type type, int *ret_fd, struct err *err)
{
        /* O_NONBLOCK: a FIFO without a writer would have us wait for ever. */
        auto_fd int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0)
                return fail_sys(err, "open %s", path);
        if (!is_namespace(fd, type))
                return fail(err, "%s is not a %s namespace", path, ns_type_names[type]);

        *ret_fd = take_fd(&fd);
        return 0;
}

int ns_joins_open(const struct spec_namespace namespaces[NS_TYPES], struct ns_joins *ret, struct err *err)
{
        for (size_t i = 0; i < NS_TYPES; i++)
                ret->fds[i] = -1;

        for (size_t i = 0; i < NS_TYPES; i++) {
                if (!namespaces[i].set || !namespaces[i].path)
                        continue;
                if (open_one(namespaces[i].path, (enum ns_type)i, &ret->fds[i], err) < 0) {
                        ns_joins_finish(ret);
                        return fail_at(err, "linux.namespaces[%zu].path", namespaces[i].index);
                }
        }
        return 0;
}

/* Mount last: from then on this process sees the container's files only. */
static const enum ns_type enter_order[] = { NS_CGROUP, NS_IPC, NS_UTS, NS_NETWORK, NS_PID, NS_TIME, NS_MOUNT };
_Static_assert(ARRAY_LEN(enter_order) == NS_TYPES - 1, "every type but user is entered");

static int enter_one(int fd, enum ns_type type, struct err *err)
{
        if (setns(fd, (int)clone_flags[type]) < 0)
                return fail_sys(err, "linux.namespaces: enter %s namespace", ns_type_names[type]);
        return 0;
}

int ns_joins_enter(const struct ns_joins *joins, struct err *err)
{
        bool joins_user = joins->fds[NS_USER] >= 0;
        bool entered[NS_TYPES] = { false };

        /* A namespace of the host's own cannot be entered any more from within a user namespace; one that belongs to
         * the user namespace may be open to us from there only. */
        for (size_t i = 0; i < ARRAY_LEN(enter_order) && joins_user; i++) {
                enum ns_type type = enter_order[i];
                if (joins->fds[type] < 0)
                        continue;
                entered[type] = setns(joins->fds[type], (int)clone_flags[type]) == 0;
                if (!entered[type] && errno != EPERM)
                        return fail_sys(err, "linux.namespaces: enter %s namespace", ns_type_names[type]);
        }
        if (joins_user && enter_one(joins->fds[NS_USER], NS_USER, err) < 0)
                return -1;

        for (size_t i = 0; i < ARRAY_LEN(enter_order); i++) {
                enum ns_type type = enter_order[i];
                if (joins->fds[type] < 0 || entered[type])
                        continue;
                if (enter_one(joins->fds[type], type, err) < 0)
                        return -1;
        }
        return 0;
}

void ns_joins_finish(struct ns_joins *joins)
{
        for (size_t i = 0; i < NS_TYPES; i++)
                finish_fd(&joins->fds[i]);
}

int ns_enter_all_of(int pidfd, const struct spec_namespace namespaces[NS_TYPES], uint64_t but, struct err *err)
{
        unsigned int flags = 0;
        for (size_t i = 0; i < NS_TYPES; i++)
                if (namespaces[i].set)
                        flags |= clone_flags[i];
        flags &= (unsigned int)~but;
        if (flags != 0 && setns(pidfd, (int)flags) < 0)
                return fail_sys(err, "enter the container's namespaces");
        return 0;
}

int ns_set_names(const char *hostname, const char *domainname, struct err *err)
{
        if (hostname && sethostname(hostname, strlen(hostname)) < 0)
                return fail_sys(err, "sethostname %s", hostname);
        if (domainname && setdomainname(domainname, strlen(domainname)) < 0)
                return fail_sys(err, "setdomainname %s", domainname);
        return 0;
}
