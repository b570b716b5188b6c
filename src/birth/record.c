/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - --record-seccomp; see record.h. The process that answers is not the one that supervises: it must answer
 * while the runtime waits for init, and go on when the runtime is gone and something of the container lives on. */

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "birth/record.h"

#include "base/file.h"
#include "base/path.h"
#include "sec/seccomp_record.h"
#include "sys/syscalls.h"

enum { RECORDER_END_MS = 2000 };

bool record_is_asked_for(const struct birth *birth)
{
        return birth->options->record_seccomp != NULL;
}

/* Better now than when hours have been recorded. */
static int check_place(const char *path, struct err *err)
{
        char dir[PATH_MAX] = ".";
        size_t len;
        const char *name = path_split(path, &len);
        if (len >= sizeof dir || *name == '\0')
                return fail(err, "--record-seccomp %s: no name of a file", path);
        if (len > 0) {
                memcpy(dir, path, len);
                dir[len] = '\0';
        }
        return access(dir, W_OK | X_OK) < 0 ? fail_sys(err, "--record-seccomp %s", path) : 0;
}

int record_plan(struct birth *birth, struct err *err)
{
        if (birth->options->detach)
                return fail(err, "--record-seccomp writes when the program has ended, so not with --detach");
        if (check_place(birth->options->record_seccomp, err) < 0)
                return -1;
        if (seccomp_record_plan(&birth->arena, &birth->seccomp, err) < 0)
                return fail_at(err, "--record-seccomp");

        void *shared = mmap(NULL, sizeof *birth->seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (shared == MAP_FAILED)
                return fail_sys(err, "share memory with the recorder");
        birth->seen = shared;
        return 0;
}

/* the process ------------------------------------------------------------------------------------------------------ */

/* It holds nothing that others wait for, and hears nobody. */
static void let_go_of_all_but(int listener_fd)
{
        sigset_t all;
        (void)sigfillset(&all);
        (void)sigprocmask(SIG_SETMASK, &all, NULL);
        (void)setsid();
        (void)chdir("/");
        int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                (void)dup2(null_fd, fd);
        (void)dup2(listener_fd, STDERR_FILENO + 1);
        (void)sys_close_range(STDERR_FILENO + 2, ~0U, 0);
}

_Noreturn static void be_recorder(struct seccomp_seen *seen, int listener_fd)
{
        struct err err;
        let_go_of_all_but(listener_fd);
        (void)prctl(PR_SET_NAME, "tare-record", 0, 0, 0);
        _exit(seccomp_record_serve(STDERR_FILENO + 1, seen, &err) < 0 ? 1 : 0);
}

int record_begin(struct birth *birth, int listener_fd, struct err *err)
{
        pid_t pid = fork();
        if (pid < 0)
                return fail_sys(err, "fork the recorder");
        if (pid == 0)
                be_recorder(birth->seen, listener_fd);

        birth->recorder_pid = pid;
        birth->recorder_pidfd = sys_pidfd_open(pid, 0);
        return birth->recorder_pidfd < 0 ? fail_sys(err, "open the recorder") : 0;
}

/* the profile ------------------------------------------------------------------------------------------------------ */

int record_write(struct birth *birth, struct err *err)
{
        auto_buf struct buf profile = { 0 }, unknown = { 0 };
        const char *path = birth->options->record_seccomp;
        if (!birth->seen)
                return 0;
        /* Each call is noted before it is made. */
        if (birth->seen->is_full)
                return fail(err, "--record-seccomp %s: more than %d different calls", path, SECCOMP_SEEN_SLOTS - 1);
        seccomp_record_print(birth->seen, &profile, &unknown);
        if (buf_ok(&profile, err) < 0 || buf_ok(&unknown, err) < 0)
                return -1;
        if (unknown.len > 0)
                log_say(birth->runtime->log, LOG_WARNING,
                        "--record-seccomp %s: calls that have no name are left out: %s", path, buf_text(&unknown));
        return file_replace(AT_FDCWD, path, buf_text(&profile), profile.len, 0644, err) < 0
                       ? fail_at(err, "--record-seccomp")
                       : 0;
}

void record_finish(struct birth *birth)
{
        if (birth->recorder_pidfd >= 0) {
                /* With the container it ends at once; with what outlives an exec it goes on. */
                struct pollfd poll_fd = { .fd = birth->recorder_pidfd, .events = POLLIN };
                (void)poll(&poll_fd, 1, birth->kind == BIRTH_EXEC ? 0 : RECORDER_END_MS);
                (void)waitpid(birth->recorder_pid, NULL, WNOHANG);
        }
        finish_fd(&birth->recorder_pidfd);
        if (birth->seen)
                (void)munmap(birth->seen, sizeof *birth->seen);
        birth->seen = NULL;
}
