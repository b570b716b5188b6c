/* SPDX-License-Identifier: Apache-2.0 */
/* loopback.h - bring up "lo" in the calling process's network namespace. */
#ifndef TARE_NET_LOOPBACK_H
#define TARE_NET_LOOPBACK_H

#include "base/err.h"

/* The kernel adds 127.0.0.1/8 and ::1/128 by itself. Needs CAP_NET_ADMIN over the namespace. */
int loopback_up(struct err *err);

#endif
