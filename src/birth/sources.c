/* SPDX-License-Identifier: Apache-2.0 */
/* sources.c - the sources of binds, where init sits in a mount namespace of others: that need not show the host's
 * files, and what it has at the same path is not what the bundle means. Init asks over the wire, and the host opens. */

#include "birth/birth.h"

/* In init. The descriptor, or -1. */
static int ask(void *ctx, size_t mount, struct err *err)
{
        const struct birth *birth = ctx;
        int tree_fd = -1;
        if (wire_ask(&birth->init.wire, (uint32_t)birth->init.next, ASK_MOUNT_SOURCE, (uint32_t)mount, &tree_fd, err) <
            0)
                return -1;
        return tree_fd;
}

void birth_ask_for_sources(struct birth *birth)
{
        birth->rootfs_host = (struct rootfs_host){ .open_source = ask, .ctx = birth };
        birth->rootfs.host = &birth->rootfs_host;
}

int birth_answer(struct birth *birth, enum wire_ask ask, uint32_t number, struct err *err)
{
        switch (ask) {
        case ASK_MOUNT_SOURCE:
                return rootfs_open_source(&birth->rootfs, number, err);
        case ASKS:
                break;
        }
        return fail(err, "question %d has no answer", (int)ask);
}
