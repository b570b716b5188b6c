/* SPDX-License-Identifier: Apache-2.0 */
/* networks.c - the steps that give a container the interfaces and routes of its annotations, and interfaces of the
 * host. */

#include "birth/steps.h"

#include "net/interfaces.h"

int host_make_networks(struct birth *birth, struct err *err)
{
        const struct spec_networks *all = &birth->networks;
        return networks_make(all->networks, all->n_networks, birth->options->id, birth->host.init_pid, err);
}

void undo_networks(struct birth *birth)
{
        const struct spec_networks *all = &birth->networks;
        struct err err = { 0 };
        if (networks_remove(all->networks, all->n_networks, birth->options->id, &err) < 0)
                log_say(birth->runtime->log, LOG_WARNING, "%s", err.text);
}

int init_take_networks(struct birth *birth, struct err *err)
{
        const struct spec_networks *all = &birth->networks;
        if (networks_take(all->networks, all->n_networks, err) < 0)
                return -1;
        return routes_add(all->routes, all->n_routes, err);
}

int host_move_devices(struct birth *birth, struct err *err)
{
        return net_devices_move(&birth->spec.linux_, birth->host.init_pid, &birth->arena, &birth->net_devices, err);
}

void undo_devices(struct birth *birth)
{
        struct err err = { 0 };
        if (net_devices_return(&birth->spec.linux_, &birth->net_devices, &err) < 0)
                log_say(birth->runtime->log, LOG_WARNING, "%s", err.text);
}
