/* SPDX-License-Identifier: Apache-2.0 */
/* log_daemon.h - the sockets of the daemons that collect a host's logs, and their records. A record is one datagram. */
#ifndef TARE_CLI_LOG_DAEMON_H
#define TARE_CLI_LOG_DAEMON_H

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"

/* A socket, O_CLOEXEC, whose write(2) is a record. "connect /dev/log: no such file or directory" */
int log_daemon_open_journal(struct err *err);
int log_daemon_open_syslog(struct err *err);

/* What stands before the text, which ends with the record; tag: what the caller wants our records to be known by. */
void log_daemon_add_journal(struct buf *record, enum log_level level, const char *tag);
void log_daemon_add_syslog(struct buf *record, enum log_level level, const char *tag);

#endif
