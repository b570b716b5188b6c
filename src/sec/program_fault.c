/* SPDX-License-Identifier: Apache-2.0 */
/* program_fault.c - read why a program cannot be executed; see program_fault.h. The kernel goes from a script to its
 * interpreter, and from an ELF file to its loader, and says of the whole way no more than an errno. Here the same way
 * is gone again, until something is found that the kernel refuses. */

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sec/program_fault.h"

#include "sec/elf.h"

enum {
        HEAD_SIZE = 256, /* as much of a file as the kernel looks at: BINPRM_BUF_SIZE, linux/binfmts.h */
        FILES_MAX = 6,   /* a program, and those behind it: exec_binprm() of fs/exec.c gives up after them */
};

/* From a program to what stands behind it. */
struct way {
        int code;                    /* what execve(2) said */
        char path[PATH_MAX];         /* of the file that is looked at */
        size_t n_passed;             /* files before it */
        char text[ERR_TEXT_MAX / 2]; /* the sentence so far */
        size_t len;
};

/* What a look at a file ends with. */
enum look {
        LOOK_FAULT,   /* the sentence is complete */
        LOOK_NOTHING, /* nothing that the kernel would refuse */
        LOOK_BEHIND,  /* the way has come to another file */
};

static enum look say(struct way *way, const char *format, ...) PRINTF_LIKE(2, 3);
static enum look say(struct way *way, const char *format, ...)
{
        size_t room = sizeof way->text - way->len;
        va_list args;
        va_start(args, format);
        int n = vsnprintf(way->text + way->len, room, format, args);
        va_end(args);
        if (n > 0)
                way->len += (size_t)n < room ? (size_t)n : room - 1;
        return LOOK_FAULT;
}

/* "its interpreter /bin/a: its loader /lib/b" */
static enum look go_on(struct way *way, const char *role, const char *path, size_t path_len)
{
        if (way->n_passed == 0)
                way->len = 0;
        (void)say(way, "%s %s %.*s", way->n_passed == 0 ? "its" : ": its", role, (int)path_len, path);
        memcpy(way->path, path, path_len);
        way->path[path_len] = '\0';
        way->n_passed++;
        return LOOK_BEHIND;
}

/* what may be executed at all -------------------------------------------------------------------------------------- */

static enum look look_at_access(struct way *way, const struct stat *st)
{
        struct statvfs fs;
        if (S_ISDIR(st->st_mode))
                return say(way, " is no file, but a directory");
        if (!S_ISREG(st->st_mode))
                return say(way, " is no regular file");
        if (statvfs(way->path, &fs) == 0 && fs.f_flag & ST_NOEXEC)
                return say(way, " is on a mount with noexec");
        if (!(st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
                return say(way, " has no execute bit");
        if (faccessat(AT_FDCWD, way->path, X_OK, AT_EACCESS) < 0 && errno == EACCES)
                return say(way, " has mode %04o and is owned by %u:%u, and the user is %u:%u",
                           (unsigned int)st->st_mode & 07777, st->st_uid, st->st_gid, geteuid(), getegid());
        return LOOK_NOTHING;
}

/* what the file says ----------------------------------------------------------------------------------------------- */

/* The first line names the interpreter, in the way of fs/binfmt_script.c. head ends with a NUL. */
static enum look look_at_script(struct way *way, const char *head)
{
        const char *name = head + 2 + strspn(head + 2, " \t");
        size_t len = strcspn(name, " \t\n");
        if (len == 0)
                return say(way, " names no interpreter behind its #!");
        if (name + len == head + HEAD_SIZE)
                return say(way, " has a first line that is too long for the kernel");
        if (name[len - 1] == '\r')
                return say(way, " has a #! line that ends in CRLF, so that the carriage return is part of its "
                                "interpreter's name");
        return go_on(way, "interpreter", name, len);
}

static enum look look_at_elf(struct way *way, int fd, const char *head, size_t len)
{
        struct elf_says elf;
        int done = elf_read(fd, (const unsigned char *)head, len, &elf);
        bool is_refused = way->code == ENOEXEC || way->code == ELIBBAD;
        struct utsname host;
        if (is_refused && done < 0)
                return say(way, " is a damaged ELF file");
        if (done < 0)
                return LOOK_NOTHING;
        if (elf.type != ET_EXEC && elf.type != ET_DYN)
                return say(way, " is an ELF file, but no program");

        const char *machine = elf_machine_name(elf.machine);
        if (is_refused && machine && uname(&host) == 0 && !elf_machine_is(elf.machine, host.machine))
                return say(way, " is for %s, and this machine is %s", machine, host.machine);
        return elf.loader[0] ? go_on(way, "loader", elf.loader, strlen(elf.loader)) : LOOK_NOTHING;
}

/* What people execute by mistake. */
static const struct {
        const char *begin, *verdict;
} others[] = {
        {"\xef\xbb\xbf#!",    " has a byte order mark before its #!"},
        { "MZ",               " is a program for Windows"           },
        { "\xcf\xfa\xed\xfe", " is a program for macOS"             },
        { "\xca\xfe\xba\xbe", " is a program for macOS, or of Java" },
};

static enum look look_at_other(struct way *way, const char *head, size_t len)
{
        if (way->code != ENOEXEC)
                return LOOK_NOTHING;
        if (len == 0)
                return say(way, " is empty");
        for (size_t i = 0; i < ARRAY_LEN(others); i++)
                if (strncmp(head, others[i].begin, strlen(others[i].begin)) == 0)
                        return say(way, "%s", others[i].verdict);
        return say(way, " is no ELF file and does not begin with #!");
}

static enum look look_into(struct way *way)
{
        /* Who shares the root may swap the file for a fifo or a device meanwhile. */
        auto_fd int fd = open(way->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        struct stat st;
        char head[HEAD_SIZE + 1];
        ssize_t n = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? pread(fd, head, HEAD_SIZE, 0) : -1;
        if (n < 0)
                return LOOK_NOTHING;

        memset(head + n, 0, sizeof head - (size_t)n);
        if (strncmp(head, "#!", 2) == 0)
                return look_at_script(way, head);
        if (strncmp(head, ELFMAG, SELFMAG) == 0)
                return look_at_elf(way, fd, head, (size_t)n);
        return look_at_other(way, head, (size_t)n);
}

static enum look look(struct way *way)
{
        struct stat st;
        if (stat(way->path, &st) < 0) {
                bool is_missing = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
                return is_missing && way->n_passed > 0 ? say(way, " is not there") : LOOK_NOTHING;
        }
        enum look found = look_at_access(way, &st);
        return found == LOOK_NOTHING ? look_into(way) : found;
}

/* the sentence ----------------------------------------------------------------------------------------------------- */

static void put_behind(struct err *err, const struct way *way)
{
        size_t len = strlen(err->text);
        (void)snprintf(err->text + len, sizeof err->text - len, " (%s)", way->text);
}

/* False where the path is none that could be looked at. */
static bool begin(struct way *way, const char *subject, const char *path, int code)
{
        size_t len = strlen(path);
        way->code = code;
        way->n_passed = 0;
        way->len = 0;
        if (len >= sizeof way->path)
                return false;
        memcpy(way->path, path, len + 1);
        (void)say(way, "%s", subject);
        return true;
}

void program_explain(const char *path, struct err *err)
{
        static const int codes[] = { ENOENT, ENOTDIR, ELOOP, EACCES, ENOEXEC, ELIBBAD };
        bool is_explained = false;
        for (size_t i = 0; i < ARRAY_LEN(codes); i++)
                is_explained |= err->code == codes[i];
        struct way way;
        if (!is_explained || !begin(&way, "it", path, err->code))
                return;

        enum look found = LOOK_BEHIND;
        while (found == LOOK_BEHIND && way.n_passed < FILES_MAX)
                found = look(&way);
        if (found == LOOK_BEHIND)
                found = say(&way, ": more of them than the kernel follows");
        if (found == LOOK_FAULT)
                put_behind(err, &way);
}

void program_explain_access(const char *subject, const char *path, struct err *err)
{
        struct way way;
        struct stat st;
        if (begin(&way, subject, path, EACCES) && stat(path, &st) == 0 && look_at_access(&way, &st) == LOOK_FAULT)
                put_behind(err, &way);
}
