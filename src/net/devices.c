/* SPDX-License-Identifier: Apache-2.0 */
/* devices.c - move interfaces between the host and a container; see devices.h.
 * The kernel sets an interface down and takes its addresses when it moves, so both are read before. */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "net/devices.h"

#include "base/buf.h"
#include "base/scope.h"
#include "net/interfaces.h"
#include "net/link.h"

/* One side: a talk with the kernel about the links of a namespace. */
struct side {
        struct netlink netlink;
        int net_fd;
};

/* The way that an interface goes. */
struct way {
        struct side host, container;
};

int net_devices_check_joined(const struct spec_linux *linux_, int net_fd, struct err *err)
{
        bool is_ours = false;
        if (linux_->n_net_devices == 0 || net_fd < 0)
                return 0;
        if (networks_is_ours(net_fd, &is_ours, err) < 0)
                return -1;
        if (is_ours)
                return fail(err, "linux.netDevices: unable to move network devices without a private NET namespace");
        return 0;
}

/* the way ---------------------------------------------------------------------------------------------------------- */

/* A socket is of the namespace that its maker was in. */
static int open_container(struct way *way, struct err *err)
{
        if (setns(way->container.net_fd, CLONE_NEWNET) < 0)
                return fail_sys(err, "enter the network namespace");
        int done = netlink_open(&way->container.netlink, err);
        if (setns(way->host.net_fd, CLONE_NEWNET) < 0)
                return fail_sys(err, "come back from the network namespace");
        return done;
}

static void way_finish(struct way *way)
{
        netlink_finish(&way->host.netlink);
        netlink_finish(&way->container.netlink);
        finish_fd(&way->host.net_fd);
}

static int way_open(int net_fd, struct way *ret, struct err *err)
{
        *ret = (struct way){ .host.netlink.fd = -1, .container.netlink.fd = -1, .container.net_fd = net_fd };
        ret->host.net_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (ret->host.net_fd < 0)
                return fail_sys(err, "open /proc/self/ns/net");
        if (netlink_open(&ret->host.netlink, err) < 0 || open_container(ret, err) < 0) {
                way_finish(ret);
                return -1;
        }
        return 0;
}

/* one interface ---------------------------------------------------------------------------------------------------- */

static int find_out(struct side *side, const char *name, bool *ret_is_there, struct err *err)
{
        struct link link;
        *ret_is_there = link_find(&side->netlink, name, &link, err) == 0;
        return *ret_is_there || err->code == ENODEV ? 0 : -1;
}

/* What the way has taken from it. */
struct belongings {
        struct buf addresses;
        bool is_up;
};

static int dress(struct side *side, const char *name, const struct belongings *has, struct err *err)
{
        struct link link;
        if (link_find(&side->netlink, name, &link, err) < 0)
                return fail_at(err, "find %s again", name);
        if (link_restore_addresses(&side->netlink, link.index, &has->addresses, err) < 0)
                return fail_at(err, "give %s its addresses", name);
        if (has->is_up && link_raise(&side->netlink, link.index, err) < 0)
                return fail_at(err, "set %s up", name);
        return 0;
}

/* From where it has this name, to where it is to have that one. */
struct leg {
        struct side *from;
        const char *name;
        struct side *to;
        const char *new_name;
};

/* An interface that was moved and could not be dressed, or not be renamed, goes back as it was. */
static void bring_back(const struct leg *leg, const char *name_now, const struct belongings *had)
{
        struct link link;
        struct err ignored;
        if (link_find(&leg->to->netlink, name_now, &link, &ignored) == 0 &&
            link_move(&leg->to->netlink, link.index, leg->from->net_fd, leg->name, &ignored) == 0)
                (void)dress(leg->from, leg->name, had, &ignored);
}

/* The kernel first moves, then renames: somebody may have taken the name only just now. */
static int move_link(const struct leg *leg, int index, const struct belongings *had, struct err *err)
{
        bool has_namesake, is_still_there;
        struct err ignored;
        if (find_out(leg->to, leg->name, &has_namesake, err) < 0)
                return -1;
        if (link_move(&leg->from->netlink, index, leg->to->net_fd, leg->new_name, err) == 0)
                return 0;
        if (!has_namesake && find_out(leg->from, leg->name, &is_still_there, &ignored) == 0 && !is_still_there)
                bring_back(leg, leg->name, had);
        return fail_at(err, "move it");
}

/* is_up: how it is to be there. */
static int carry(const struct leg *leg, bool is_up, bool *ret_was_up, struct err *err)
{
        struct link link;
        bool is_taken;
        if (link_find(&leg->from->netlink, leg->name, &link, err) < 0)
                return -1;
        if (find_out(leg->to, leg->new_name, &is_taken, err) < 0)
                return -1;
        if (is_taken)
                return fail(err, "the name %s is taken: %s", leg->new_name, errno_text(EEXIST));

        *ret_was_up = link.is_up;
        auto_buf struct buf addresses = { 0 };
        if (link_save_addresses(&leg->from->netlink, link.index, &addresses, err) < 0)
                return fail_at(err, "read its addresses");
        const struct belongings had = { addresses, link.is_up };
        const struct belongings has = { addresses, is_up };
        if (move_link(leg, link.index, &had, err) < 0)
                return -1;
        if (dress(leg->to, leg->new_name, &has, err) == 0)
                return 0;
        bring_back(leg, leg->new_name, &had);
        return -1;
}

/* "eth%d" becomes what the kernel would make of it: the first name that is free. */
static int settle_name(struct side *side, const char *wanted, char *ret, struct err *err)
{
        const char *number = strstr(wanted, "%d");
        if (!number) {
                (void)snprintf(ret, IF_NAMESIZE, "%s", wanted);
                return 0;
        }

        bool is_taken = true;
        for (unsigned int i = 0; is_taken; i++) {
                int len = snprintf(ret, IF_NAMESIZE, "%.*s%u", (int)(number - wanted), wanted, i);
                if (len >= IF_NAMESIZE)
                        return fail(err, "no name like %s is free", wanted);
                if (find_out(side, ret, &is_taken, err) < 0)
                        return -1;
        }
        return 0;
}

static int move_one(struct way *way, const struct spec_net_device *device, struct net_device_move *ret, struct err *err)
{
        if (settle_name(&way->container, device->name ? device->name : device->host_name, ret->name, err) < 0)
                return -1;
        const struct leg leg = { &way->host, device->host_name, &way->container, ret->name };
        return carry(&leg, true, &ret->was_up, err);
}

static int return_one(struct way *way, const struct spec_net_device *device, const struct net_device_move *move,
                      struct err *err)
{
        bool was_up;
        const struct leg leg = { &way->container, move->name, &way->host, device->host_name };
        return carry(&leg, move->was_up, &was_up, err);
}

/* all of them ------------------------------------------------------------------------------------------------------ */

static int open_net_of(pid_t pid, struct err *err)
{
        char path[64];
        (void)snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? fail_sys(err, "open %s", path) : fd;
}

static int move_all(const struct spec_linux *linux_, struct way *way, struct net_device_moves *moves, struct err *err)
{
        for (; moves->n < linux_->n_net_devices; moves->n++) {
                const struct spec_net_device *device = &linux_->net_devices[moves->n];
                if (move_one(way, device, &moves->items[moves->n], err) < 0)
                        return fail_at(err, "linux.netDevices.%s", device->host_name);
        }
        return 0;
}

int net_devices_move(const struct spec_linux *linux_, pid_t pid, struct arena *arena, struct net_device_moves *ret,
                     struct err *err)
{
        *ret = (struct net_device_moves){ .net_fd = -1 };
        ret->items = arena_alloc_n(arena, linux_->n_net_devices, sizeof *ret->items);
        if (!ret->items)
                return fail(err, "out of memory");
        ret->net_fd = open_net_of(pid, err);
        if (ret->net_fd < 0)
                return -1;

        struct way way;
        int done = way_open(ret->net_fd, &way, err);
        if (done == 0) {
                done = move_all(linux_, &way, ret, err);
                way_finish(&way);
        }
        if (done < 0) {
                struct err ignored;
                (void)net_devices_return(linux_, ret, &ignored);
        }
        return done;
}

static int return_all(const struct spec_linux *linux_, struct net_device_moves *moves, struct err *err)
{
        struct way way;
        int done = 0;
        if (way_open(moves->net_fd, &way, err) < 0)
                return fail_at(err, "linux.netDevices");

        while (moves->n > 0) {
                moves->n--;
                struct err at_hand = { 0 };
                const struct spec_net_device *device = &linux_->net_devices[moves->n];
                if (return_one(&way, device, &moves->items[moves->n], &at_hand) == 0)
                        continue;
                (void)fail_at(&at_hand, "linux.netDevices.%s: move it back", device->host_name);
                if (done == 0)
                        *err = at_hand;
                done = -1;
        }
        way_finish(&way);
        return done;
}

int net_devices_return(const struct spec_linux *linux_, struct net_device_moves *moves, struct err *err)
{
        int done = moves->n > 0 ? return_all(linux_, moves, err) : 0;
        net_devices_finish(moves);
        return done;
}

void net_devices_finish(struct net_device_moves *moves)
{
        finish_fd(&moves->net_fd);
        moves->n = 0;
}
