/* SPDX-License-Identifier: Apache-2.0 */
/* devices.h - linux.netDevices: interfaces of the host that become the container's, by netlink, with their names and
 * addresses. All of it is done by the host: init needs not wait.
 * From then on they live and die with the network namespace: the kernel gives back those of hardware. */
#ifndef TARE_NET_DEVICES_H
#define TARE_NET_DEVICES_H

#include <net/if.h>

#include "base/arena.h"
#include "base/err.h"
#include "oci/spec.h"

/* One that was moved, as it must be known to be moved back. */
struct net_device_move {
        char name[IF_NAMESIZE]; /* in the container */
        bool was_up;
};

struct net_device_moves {
        int net_fd; /* the container's network namespace, which so outlives init; -1: nothing was moved */
        struct net_device_move *items;
        size_t n; /* the first n of linux.netDevices */
};

/* Refuses any device when net_fd, which is to be joined, is the namespace that the caller is in; -1: none is joined. */
int net_devices_check_joined(const struct spec_linux *linux_, int net_fd, struct err *err);
/* Moves each into the network namespace of the process, renames it where it is to have another name, gives it the
 * permanent global addresses that it had, and sets it up. A name that is taken there is an error; "eth%d" is the first
 * that is free. After a failure all are where they were. `linux.netDevices.eth0: no such device`. */
int net_devices_move(const struct spec_linux *linux_, pid_t pid, struct arena *arena, struct net_device_moves *ret,
                     struct err *err);
/* Moves them back, under their names, with their addresses, and up if they were. Goes on after a failure; err has the
 * first. */
int net_devices_return(const struct spec_linux *linux_, struct net_device_moves *moves, struct err *err);
/* Accepts what was never moved, and a second call. */
void net_devices_finish(struct net_device_moves *moves);

#endif
