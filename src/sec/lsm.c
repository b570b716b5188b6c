/* SPDX-License-Identifier: Apache-2.0 */
/* lsm.c - tell AppArmor and SELinux what the program is to run as; see lsm.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lsm.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/scope.h"
#include "sys/syscalls.h"

enum { CONTEXT_MAX = 4096 }; /* attr files hold a page at most */

/* proc(5), /proc/pid/attr. attr/apparmor/ is there since 5.8: attr/exec may be another module's. */
static const struct word {
        const char *setting;
        const char *file;
} words[] = {
        [LSM_KEY_LABEL] = {"process.selinuxLabel",     "keycreate"    },
        [LSM_PROFILE] = { "process.apparmorProfile", "apparmor/exec"},
        [LSM_LABEL] = { "process.selinuxLabel",    "exec"         },
};
_Static_assert(ARRAY_LEN(words) == LSM_WORDS, "every word has its file");

/* the host --------------------------------------------------------------------------------------------------------- */

int apparmor_check(const char *sysfs, struct err *err)
{
        char path[PATH_MAX];
        auto_buf struct buf answer = { 0 };
        (void)snprintf(path, sizeof path, "%s/module/apparmor/parameters/enabled", sysfs);
        if (file_read(AT_FDCWD, path, CONTEXT_MAX, &answer, err) < 0 && err->code != ENOENT)
                return -1;
        if (buf_text(&answer)[0] != 'Y')
                return fail(err, "apparmor is not enabled on this host");
        return 0;
}

int selinux_check(const char *sysfs, struct err *err)
{
        char path[PATH_MAX];
        struct statfs fs = { 0 };
        (void)snprintf(path, sizeof path, "%s/fs/selinux", sysfs);
        bool is_there = statfs(path, &fs) == 0 && (uint32_t)fs.f_type == SELINUX_MAGIC;
        /* Read-only is how a container is shown that labels are none of its business (libselinux goes by it, too). */
        if (!is_there || ((unsigned long)fs.f_flags & ST_RDONLY))
                return fail(err, "selinux label is specified in config, but selinux is disabled or not supported");
        return 0;
}

/* the files -------------------------------------------------------------------------------------------------------- */

/* Whatever is mounted on a part of procfs is not what we mean. */
static int open_below(int dir_fd, const char *path, uint64_t flags)
{
        const struct sys_open_how how = {
                .flags = flags | O_CLOEXEC,
                .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
        };
        return sys_openat2(dir_fd, path, &how);
}

/* Whether AppArmor confines us already: "unconfined", or "PROFILE (enforce)". */
static int read_confinement(int attr_fd, bool *ret, struct err *err)
{
        static const char unconfined[] = "unconfined";
        auto_buf struct buf current = { 0 };
        auto_fd int fd = open_below(attr_fd, "apparmor/current", O_RDONLY);
        if (fd < 0)
                return fail_sys(err, "open attr/apparmor/current");
        if (file_read_fd(fd, "attr/apparmor/current", CONTEXT_MAX, &current, err) < 0)
                return -1;
        *ret = strncmp(buf_text(&current), unconfined, sizeof unconfined - 1) != 0;
        return 0;
}

int lsm_open_files(struct lsm *lsm, int attr_fd, struct err *err)
{
        for (int i = 0; i < LSM_WORDS; i++) {
                if (!lsm->text[i])
                        continue;
                lsm->fds[i] = open_below(attr_fd, words[i].file, O_WRONLY);
                if (lsm->fds[i] < 0)
                        return fail_sys(err, "%s: open attr/%s", words[i].setting, words[i].file);
        }

        /* Under no_new_privs nobody may leave the profile that he has (apparmor(7)): the new one comes on top. */
        if (lsm->text[LSM_PROFILE] && lsm->has_no_new_privs && read_confinement(attr_fd, &lsm->is_stacked, err) < 0)
                return fail_at(err, "%s", words[LSM_PROFILE].setting);
        return 0;
}

int lsm_open(struct lsm *lsm, int proc_fd, struct err *err)
{
        struct statfs fs;
        if (fstatfs(proc_fd, &fs) < 0)
                return fail_sys(err, "statfs /proc");
        if (fs.f_type != PROC_SUPER_MAGIC)
                return fail(err, "/proc is not on procfs");

        auto_fd int attr_fd = open_below(proc_fd, "self/attr", O_PATH | O_DIRECTORY);
        if (attr_fd < 0)
                return fail_sys(err, "open /proc/self/attr");
        return lsm_open_files(lsm, attr_fd, err);
}

void lsm_finish(struct lsm *lsm)
{
        for (int i = 0; i < LSM_WORDS; i++)
                finish_fd(&lsm->fds[i]);
}

/* the words -------------------------------------------------------------------------------------------------------- */

static const char *verb_of(const struct lsm *lsm, enum lsm_word word)
{
        if (word != LSM_PROFILE)
                return "";
        return lsm->is_stacked ? "stack " : "exec ";
}

int lsm_tell(struct lsm *lsm, enum lsm_word word, struct err *err)
{
        const struct word *row = &words[word];
        auto_buf struct buf text = { 0 };
        if (!lsm->text[word])
                return 0;
        buf_add_format(&text, "%s%s", verb_of(lsm, word), lsm->text[word]);
        if (buf_ok(&text, err) < 0)
                return -1;

        /* In one piece: the kernel takes each write for a whole text. */
        ssize_t n = write(lsm->fds[word], text.data, text.len);
        if (n < 0)
                return fail_sys(err, "%s: write \"%s\" to attr/%s", row->setting, text.data, row->file);
        if ((size_t)n != text.len)
                return fail(err, "%s: write \"%s\" to attr/%s: only %zd bytes taken", row->setting, text.data,
                            row->file, n);
        finish_fd(&lsm->fds[word]);
        return 0;
}
