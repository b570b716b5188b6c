/* SPDX-License-Identifier: Apache-2.0 */
/* user.c - become the container's user, and find its home; see user.h.
 * The passwd file is the image's: it is read in a small window, up to a limit, and believed in nothing but the home. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "user.h"

#include "base/number.h"
#include "base/scope.h"
#include "sys/syscalls.h"

static bool is_null_device(const struct stat *st)
{
        return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3); /* admin-guide/devices.txt */
}

int user_own_stdio(uid_t uid, struct err *err)
{
        static const char *const names[] = { "stdin", "stdout", "stderr" };
        for (int fd = 0; fd < (int)ARRAY_LEN(names); fd++) {
                struct stat st;
                if (fstat(fd, &st) < 0)
                        return fail_sys(err, "fstat %s", names[fd]);
                if (st.st_uid == uid || is_null_device(&st))
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

/* groups and gid before uid: they need CAP_SETGID, which leaves with root. */
int user_become(const struct spec_user *user, enum setgroups_rule rule, struct err *err)
{
        if (rule == SETGROUPS_ALLOW && sys_setgroups(user->n_additional_gids, user->additional_gids) < 0)
                return fail_sys(err, "setgroups");

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

enum { WINDOW_SIZE = 4096, READS_MAX = 1024 };

/* Lines of a file through a small window. A line that is longer comes in pieces. */
struct lines {
        int fd;
        unsigned int n_reads;
        size_t start, end; /* what is read and not yet given out */
        char window[WINDOW_SIZE + 1];
};

/* Moves what is left to the front and reads behind it. False at the end of the file, of the limit, or of the window. */
static bool lines_fill(struct lines *lines)
{
        memmove(lines->window, lines->window + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
        if (lines->end == WINDOW_SIZE || lines->n_reads == READS_MAX)
                return false;
        lines->n_reads++;

        ssize_t n = read(lines->fd, lines->window + lines->end, WINDOW_SIZE - lines->end);
        if (n <= 0)
                return false;
        lines->end += (size_t)n;
        return true;
}

static char *lines_next(struct lines *lines)
{
        char *end;
        while (!(end = memchr(lines->window + lines->start, '\n', lines->end - lines->start)))
                if (!lines_fill(lines))
                        break;
        if (!end && lines->start == lines->end)
                return NULL;

        if (!end)
                end = lines->window + lines->end;
        *end = '\0';
        char *line = lines->window + lines->start;
        size_t next = (size_t)(end - lines->window) + 1;
        lines->start = next < lines->end ? next : lines->end;
        return line;
}

/* Whether the line is of the user, and its home: name:password:uid:gid:comment:home:shell (passwd(5)). */
static bool is_line_of(char *line, uid_t uid, const char **ret_home)
{
        enum { FIELD_UID = 2, FIELD_HOME = 5, FIELDS };
        const char *fields[FIELDS];
        for (size_t i = 0; i < FIELDS; i++) {
                fields[i] = strsep(&line, ":");
                if (!fields[i])
                        return false;
        }

        uint64_t number;
        *ret_home = fields[FIELD_HOME];
        return number_u64(fields[FIELD_UID], 0, UINT32_MAX, &number) && number == uid;
}

int user_home(int passwd_fd, uid_t uid, struct arena *arena, const char **ret, struct err *err)
{
        *ret = "/";
        if (passwd_fd < 0)
                return 0;

        struct lines lines = { .fd = passwd_fd };
        for (char *line = lines_next(&lines); line; line = lines_next(&lines)) {
                const char *home;
                if (!is_line_of(line, uid, &home))
                        continue;
                if (home[0] == '\0')
                        return 0;

                *ret = arena_copy(arena, home, strlen(home));
                return *ret ? 0 : fail_sys(err, "home of uid %u", uid);
        }
        return 0;
}
