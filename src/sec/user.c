/* SPDX-License-Identifier: Apache-2.0 */
/* user.c - become the container's user, and find its home; see user.h.
 * The passwd file is the image's: it is believed in nothing but the home. */

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user.h"

#include "base/file.h"
#include "base/scope.h"
#include "sec/passwd_lines.h"
#include "sys/syscalls.h"

int user_own_stdio(uid_t uid, struct err *err)
{
        static const char *const names[] = { "stdin", "stdout", "stderr" };
        for (int fd = 0; fd < (int)ARRAY_LEN(names); fd++) {
                struct stat st;
                if (fstat(fd, &st) < 0)
                        return fail_sys(err, "fstat %s", names[fd]);
                if (st.st_uid == uid || file_is_null(&st))
                        continue;
                if (fchown(fd, uid, st.st_gid) == 0)
                        continue;
                /* A gid or an owner that is not mapped in the user namespace, a read-only /dev: better left alone than
                 * refused. */
                if (errno == EINVAL || errno == EPERM || errno == EROFS)
                        continue;
                return fail_sys(err, "chown %s to uid %u", names[fd], uid);
        }
        return 0;
}

/* For setresuid(2) and setresgid(2) the id -1 is "leave it as it is": whoever asks for it would stay root. It is mapped
 * nowhere, and answered as such. */
static int set_gid(gid_t gid)
{
        if (gid != UINT32_MAX)
                return sys_setresgid(gid, gid, gid);
        errno = EINVAL;
        return -1;
}

static int set_uid(uid_t uid)
{
        if (uid != UINT32_MAX)
                return sys_setresuid(uid, uid, uid);
        errno = EINVAL;
        return -1;
}

static bool may_set_groups(void)
{
        uint64_t effective, permitted, inheritable;
        return sys_capget(&effective, &permitted, &inheritable) == 0 && (effective & UINT64_C(1) << CAP_SETGID);
}

/* With CAP_SETGID in hand there is one other reason for EPERM: /proc/PID/setgroups says "deny" (user_namespaces(7)). */
static int set_groups(size_t n, const gid_t *groups, enum setgroups_rule *rule, struct err *err)
{
        if (*rule != SETGROUPS_ALLOW || sys_setgroups(n, groups) == 0)
                return 0;
        if (errno == EINVAL)
                return fail(err, "cannot set an additional group that is unmapped in user namespace");
        if (errno != EPERM || !may_set_groups())
                return fail_sys(err, "setgroups");
        *rule = SETGROUPS_DENY;
        return 0;
}

int user_become_root(enum setgroups_rule *rule, struct err *err)
{
        if (set_gid(0) < 0)
                return errno == EINVAL ? fail(err, "the user namespace maps no gid 0") : fail_sys(err, "setgid 0");
        if (set_groups(0, NULL, rule, err) < 0)
                return -1;
        if (set_uid(0) < 0)
                return errno == EINVAL ? fail(err, "the user namespace maps no uid 0") : fail_sys(err, "setuid 0");
        return 0;
}

/* groups and gid before uid: they need CAP_SETGID, which leaves with root. */
int user_become(const struct spec_user *user, enum setgroups_rule rule, struct err *err)
{
        if (set_groups(user->n_additional_gids, user->additional_gids, &rule, err) < 0)
                return -1;
        if (rule == SETGROUPS_DENY && user->n_additional_gids > 0)
                return fail(err, "cannot set any additional groups in a rootless container");

        if (set_gid(user->gid) < 0) {
                if (errno == EINVAL)
                        return fail(err, "cannot setgid to unmapped gid %u in user namespace", user->gid);
                return fail_sys(err, "setgid %u", user->gid);
        }
        if (set_uid(user->uid) < 0) {
                if (errno == EINVAL)
                        return fail(err, "cannot setuid to unmapped uid %u in user namespace", user->uid);
                return fail_sys(err, "setuid %u", user->uid);
        }
        return 0;
}

int user_home(int passwd_fd, uid_t uid, struct arena *arena, const char **ret, struct err *err)
{
        *ret = "/";
        struct passwd_lines lines = { .fd = passwd_fd };
        struct passwd_entry entry;
        while (passwd_entry_next(&lines, &entry)) {
                if (entry.uid != uid)
                        continue;
                if (entry.home[0] == '\0')
                        return 0;

                *ret = arena_copy(arena, entry.home, strlen(entry.home));
                return *ret ? 0 : fail_sys(err, "home of uid %u", uid);
        }
        return 0;
}
