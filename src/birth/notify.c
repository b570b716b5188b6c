/* SPDX-License-Identifier: Apache-2.0 */
/* notify.c - readiness from the container to the caller; see notify.h. */

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "birth/notify.h"

#include "base/path.h"

#define VARIABLE      "NOTIFY_SOCKET"
#define SOCKET_NAME   "notify.sock"
#define CONTAINER_DIR "/run/notify"

enum { MESSAGE_MAX = 4096 }; /* systemd's own limit, NOTIFY_BUFFER_MAX */

bool notify_is_asked_for(void)
{
        const char *path = getenv(VARIABLE);
        return path && *path;
}

/* the plan --------------------------------------------------------------------------------------------------------- */

static int add_mount(struct birth *birth, const char *source, struct err *err)
{
        static const char *const options[] = { "bind", "ro", "nosuid", "nodev", "noexec" };
        struct spec *spec = &birth->spec;
        struct spec_mount *mounts = arena_alloc_n(&birth->arena, spec->n_mounts + 1, sizeof *mounts);
        const char **items = arena_alloc_n(&birth->arena, ARRAY_LEN(options), sizeof *items);
        if (!mounts || !items)
                return fail(err, "out of memory");
        memcpy(items, options, sizeof options);
        if (spec->n_mounts > 0)
                memcpy(mounts, spec->mounts, spec->n_mounts * sizeof *mounts);
        mounts[spec->n_mounts] = (struct spec_mount){
                .destination = CONTAINER_DIR,
                .type = "bind",
                .source = source,
                .options = {items, ARRAY_LEN(options)},
        };
        spec->mounts = mounts;
        spec->n_mounts++;
        return 0;
}

static int add_variable(struct birth *birth, struct err *err)
{
        struct text_list *env = &birth->spec.process.env;
        const char **items = arena_alloc_n(&birth->arena, env->n + 1, sizeof *items);
        if (!items)
                return fail(err, "out of memory");
        if (env->n > 0)
                memcpy(items, env->items, env->n * sizeof *items);
        items[env->n] = VARIABLE "=" CONTAINER_DIR "/" SOCKET_NAME;
        *env = (struct text_list){ items, env->n + 1 };
        return 0;
}

int notify_plan(struct birth *birth, struct err *err)
{
        char path[PATH_MAX];
        if (!birth->spec.linux_.namespaces[NS_MOUNT].set)
                return fail(err,
                            VARIABLE " is set, and a container without a mount namespace of its own cannot get one");
        int len = snprintf(path, sizeof path, "%s/%s/" NOTIFY_DIR, birth->runtime->root, birth->options->id);
        if (len < 0 || (size_t)len >= sizeof path) {
                errno = ENAMETOOLONG;
                return fail_sys(err, "the directory of the notify socket");
        }
        const char *source = arena_copy(&birth->arena, path, (size_t)len);
        if (!source)
                return fail(err, "out of memory");
        return add_mount(birth, source, err) < 0 ? -1 : add_variable(birth, err);
}

/* the container's socket ------------------------------------------------------------------------------------------- */

int notify_make_dir(int state_dir_fd, struct err *err)
{
        if (mkdirat(state_dir_fd, NOTIFY_DIR, 0755) < 0 || fchmodat(state_dir_fd, NOTIFY_DIR, 0755, 0) < 0)
                return fail_sys(err, "make " NOTIFY_DIR);
        return 0;
}

bool notify_is_there(int state_dir_fd)
{
        return faccessat(state_dir_fd, NOTIFY_DIR, F_OK, 0) == 0;
}

/* Its directory may have a longer path than a socket can have: bound by the descriptor. */
int notify_listen(int state_dir_fd, struct err *err)
{
        char dir[FD_PATH_MAX];
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        auto_fd int dir_fd = openat(state_dir_fd, NOTIFY_DIR, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (dir_fd < 0)
                return fail_sys(err, "open " NOTIFY_DIR);
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/" SOCKET_NAME, fd_path(dir_fd, dir));
        auto_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return fail_sys(err, "make the notify socket");
        if (bind(fd, (const struct sockaddr *)&address, sizeof address) < 0)
                return fail_sys(err, "bind the notify socket");
        /* For every user of the container, as runc has it. */
        if (fchmodat(dir_fd, SOCKET_NAME, 0777, 0) < 0)
                return fail_sys(err, "chmod the notify socket");
        return take_fd(&fd);
}

/* the caller's socket ---------------------------------------------------------------------------------------------- */

static int tell_caller(const char *message, size_t len, struct err *err)
{
        const char *path = getenv(VARIABLE);
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        size_t path_len = path ? strlen(path) : 0;
        if (path_len == 0 || path_len >= sizeof address.sun_path)
                return fail(err, VARIABLE ": not the path of a socket");
        memcpy(address.sun_path, path, path_len);
        /* "@" stands for the NUL of an abstract address (unix(7)). */
        if (*path == '@')
                address.sun_path[0] = '\0';
        auto_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_len);
        if (fd < 0 || sendto(fd, message, len, MSG_NOSIGNAL, (const struct sockaddr *)&address, size) < 0)
                return fail_sys(err, "send to " VARIABLE " %s", path);
        return 0;
}

/* One message with a NUL behind it; its length, 0 when there is none, -1. Descriptors that came along are closed. */
static ssize_t receive(int fd, char message[MESSAGE_MAX + 1], struct err *err)
{
        ssize_t n = recv(fd, message, MESSAGE_MAX, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return 0;
        if (n < 0)
                return fail_sys(err, "receive from the container's notify socket");
        message[n] = '\0';
        return n;
}

static bool has_line(const char *message, const char *line)
{
        size_t len = strlen(line);
        for (; *message; message += strcspn(message, "\n"), message += *message == '\n')
                if (strcspn(message, "\n") == len && strncmp(message, line, len) == 0)
                        return true;
        return false;
}

/* What a program may say of itself. Not MAINPID, NOTIFYACCESS and the like: the manager would believe us who is of the
 * unit, and we have it from the container. */
static const char *const handed_on[] = {
        "READY=",    "RELOADING=",           "STOPPING=",       "STATUS=", "ERRNO=", "BUSERROR=", "EXIT_STATUS=",
        "WATCHDOG=", "EXTEND_TIMEOUT_USEC=", "MONOTONIC_USEC=",
};

static bool is_handed_on(const char *line)
{
        for (size_t i = 0; i < ARRAY_LEN(handed_on); i++)
                if (strncmp(line, handed_on[i], strlen(handed_on[i])) == 0)
                        return true;
        return false;
}

/* Leaves of the message the lines that are handed on; their length. */
static size_t keep_own_words(char *message)
{
        char *to = message;
        for (const char *line = message; *line;) {
                size_t len = strcspn(line, "\n");
                len += line[len] == '\n';
                if (is_handed_on(line)) {
                        memmove(to, line, len);
                        to += len;
                }
                line += len;
        }
        *to = '\0';
        return (size_t)(to - message);
}

int notify_hand_on(int fd, struct err *err)
{
        char message[MESSAGE_MAX + 1];
        ssize_t n = receive(fd, message, err);
        if (n <= 0)
                return (int)n;
        size_t len = keep_own_words(message);
        return len == 0 ? 0 : tell_caller(message, len, err);
}

int notify_await_ready(int fd, pid_t init_pid, int init_pidfd, struct err *err)
{
        struct pollfd fds[] = {
                {.fd = fd,          .events = POLLIN},
                { .fd = init_pidfd, .events = POLLIN},
        };
        for (;;) {
                char message[MESSAGE_MAX + 1];
                if (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno != EINTR)
                        return fail_sys(err, "wait for the container to be ready");
                ssize_t n = fds[0].revents ? receive(fd, message, err) : 0;
                if (n < 0)
                        return -1;
                if (n > 0 && has_line(message, "READY=1")) {
                        int len = snprintf(message, sizeof message, "MAINPID=%d\nREADY=1", (int)init_pid);
                        return tell_caller(message, (size_t)len, err);
                }
                if (n == 0 && fds[1].revents)
                        return 0;
        }
}
