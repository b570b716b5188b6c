/* SPDX-License-Identifier: Apache-2.0 */
/* log_daemon.c - speak to journald and to syslog; see log_daemon.h. Not by syslog(3): that says nothing where nobody
 * listens. */

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/log_daemon.h"

#include "cli/quote.h"

/* syslog(3)'s severities. */
static const int severities[] = {
        [LOG_ERROR] = 3,
        [LOG_WARNING] = 4,
        [LOG_INFO] = 6,
        [LOG_DEBUG] = 7,
};
_Static_assert(ARRAY_LEN(severities) == LOG_LEVELS, "every level has its severity");

enum { FACILITY_USER = 1 << 3 };

static int open_socket(const char *path, struct err *err)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        strcpy(address.sun_path, path);
        auto_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return fail_sys(err, "make a socket");
        if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
                return fail_sys(err, "connect %s", path);
        return take_fd(&fd);
}

int log_daemon_open_journal(struct err *err)
{
        return open_socket("/run/systemd/journal/socket", err);
}

int log_daemon_open_syslog(struct err *err)
{
        return open_socket("/dev/log", err);
}

/* Lines of KEY=VALUE, as long as no value has a line end (systemd's "Native Journal Protocol"). The tag is the field
 * ID, where crun has it. */
void log_daemon_add_journal(struct buf *record, enum log_level level, const char *tag)
{
        buf_add_format(record, "PRIORITY=%d\nSYSLOG_IDENTIFIER=tare\nID=", severities[level]);
        quote_line(record, tag);
        buf_add_text(record, "\nMESSAGE=");
}

/* As on a local socket: the daemon itself knows the time and the host (RFC 3164, 4.3). */
void log_daemon_add_syslog(struct buf *record, enum log_level level, const char *tag)
{
        buf_add_format(record, "<%d>", FACILITY_USER | severities[level]);
        quote_line(record, *tag ? tag : "tare");
        buf_add_format(record, "[%d]: ", (int)getpid());
}
