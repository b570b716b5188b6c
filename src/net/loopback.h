/* SPDX-License-Identifier: Apache-2.0 */
/* loopback.h - bring up "lo" in the calling process's network namespace. */
#ifndef TARE_NET_LOOPBACK_H
#define TARE_NET_LOOPBACK_H

#include "base/err.h"

int loopback_up(struct err *err);

#endif
