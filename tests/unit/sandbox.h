/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.h - for the tests of the root: a child in a mount namespace of its own, with an empty tmpfs on /tmp, that
 * says what it found. All it makes is gone with it. Needs root. */
#ifndef TARE_TESTS_SANDBOX_H
#define TARE_TESTS_SANDBOX_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "unit.h"

#include "base/err.h"
#include "child.h"

/* In every sandbox: the container's root, and a directory of the host's that nothing may touch. */
#define ROOT    "/tmp/root"
#define OUTSIDE "/tmp/outside"

/* A struct text_list of these texts. */
#define LIST(...)                                                                                           \
        {                                                                                                   \
                .items = (const char *[]){ __VA_ARGS__ }, .n = ARRAY_LEN(((const char *[]){ __VA_ARGS__ })) \
        }

enum { SAID_MAX = 64 * 1024 };

/* What the child says is read by the test: one page is shared between them. */
static char *said;

__attribute__((format(printf, 1, 2))) static inline void say(const char *format, ...)
{
        size_t len = strlen(said);
        va_list args;
        va_start(args, format);
        (void)vsnprintf(said + len, SAID_MAX - len, format, args);
        va_end(args);
}

/* For what a test stands on and does not test: a child that cannot do it says so, and is over. */
#define must(act)                                                      \
        do {                                                           \
                if ((act) < 0) {                                       \
                        say("cannot %s: %s\n", #act, strerror(errno)); \
                        _exit(1);                                      \
                }                                                      \
        } while (0)

static inline void write_text(const char *path, const char *text)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        must(fd);
        must(write(fd, text, strlen(text)));
        (void)close(fd);
}

static inline int make_sandbox(void (*act)(void))
{
        (void)umask(0);
        must(unshare(CLONE_NEWNS));
        must(mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL));
        must(mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777"));
        must(mkdir(ROOT, 0755));
        must(mkdir(OUTSIDE, 0700));
        write_text(OUTSIDE "/file", "untouched");
        act();
        return 0;
}

static inline const char *in_sandbox(void (*act)(void))
{
        needs_root();
        if (!said)
                said = mmap(NULL, SAID_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_true(said != MAP_FAILED);
        said[0] = '\0';
        pid_t child = fork();
        if (child == 0) {
                /* cmocka would go on to the next test, in here, after a crash. */
                static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS };
                for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
                        (void)signal(crashes[i], SIG_DFL);
                _exit(make_sandbox(act));
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (status != 0)
                print_error("the sandbox said: %s\n", said);
        assert_int_equal(status, 0);
        return said;
}

static inline int open_root(void)
{
        int fd = open(ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
        must(fd);
        return fd;
}

/* What is at a path, as "file 644", "dir 755", ...; "none" when nothing is. Good for four calls. */
static inline const char *kind_at(const char *path)
{
        static char texts[4][64];
        static unsigned int turn;
        char *text = texts[turn++ % ARRAY_LEN(texts)];
        struct stat st;
        if (lstat(path, &st) < 0)
                return errno == ENOENT ? "none" : strerror(errno);
        const char *kind = S_ISDIR(st.st_mode)    ? "dir"
                           : S_ISREG(st.st_mode)  ? "file"
                           : S_ISLNK(st.st_mode)  ? "link"
                           : S_ISFIFO(st.st_mode) ? "fifo"
                           : S_ISCHR(st.st_mode)  ? "char"
                           : S_ISBLK(st.st_mode)  ? "block"
                                                  : "other";
        (void)snprintf(text, sizeof texts[0], "%s %o", kind, st.st_mode & 07777u);
        return text;
}

/* Says the canary directory as it is, when it is not as it was. */
static inline void say_outside(void)
{
        struct stat st;
        char text[16] = "";
        int fd = open(OUTSIDE "/file", O_RDONLY | O_CLOEXEC);
        if (fd < 0 || read(fd, text, sizeof text - 1) < 0 || strcmp(text, "untouched") != 0)
                say("outside: the file is changed\n");
        (void)close(fd);
        if (stat(OUTSIDE, &st) < 0 || st.st_mode != (S_IFDIR | 0700) || st.st_uid != 0)
                say("outside: the directory is changed\n");
        DIR *dir = opendir(OUTSIDE);
        for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir))
                if (entry->d_name[0] != '.' && strcmp(entry->d_name, "file") != 0)
                        say("outside: there is a new %s\n", entry->d_name);
        if (dir)
                (void)closedir(dir);
}

/* Swaps a directory and a link to the outside for each other until it is killed. */
static inline pid_t race(void)
{
        must(mkdir(ROOT "/flip", 0755));
        must(symlink(OUTSIDE, ROOT "/flop"));
        pid_t racer = fork();
        must(racer);
        if (racer > 0)
                return racer;
        must(prctl(PR_SET_PDEATHSIG, SIGKILL));
        for (;;)
                (void)syscall(SYS_renameat2, AT_FDCWD, ROOT "/flip", AT_FDCWD, ROOT "/flop", RENAME_EXCHANGE);
}

static inline void end_race(pid_t racer)
{
        (void)kill(racer, SIGKILL);
        (void)waitpid(racer, NULL, 0);
}

#endif
