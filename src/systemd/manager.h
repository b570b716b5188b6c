/* SPDX-License-Identifier: Apache-2.0 */
/* manager.h - what is asked of systemd over D-Bus: start a scope, change its properties, stop it. Each call waits until
 * systemd has done it. */
#ifndef TARE_SYSTEMD_MANAGER_H
#define TARE_SYSTEMD_MANAGER_H

#include <systemd/sd-bus.h>

#include "base/err.h"

/* "NAME=VALUE", the value in the text format of GVariant (oci/variant.h); of "-NAME=VALUE" a refusal is no failure. */
struct properties {
        char *const *items;
        size_t n;
};

/* Whose: the one of the system, by the system bus or, where there is no bus, directly; or the caller's own. */
enum whose { OF_SYSTEM, OF_USER };
int manager_open(enum whose whose, sd_bus **ret, struct err *err);

/* A transient scope with the calling process in it. A failed unit of that name, which nobody needs any more, makes room
 * for it. */
int manager_start(sd_bus *bus, const char *unit, const struct properties *properties, struct err *err);
/* For as long as the unit is there. They are in the files of its cgroup when this returns. */
int manager_set(sd_bus *bus, const char *unit, const struct properties *properties, struct err *err);
/* Also forgets that it failed. One that is not there: success. */
int manager_stop(sd_bus *bus, const char *unit, struct err *err);

#endif
