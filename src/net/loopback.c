/* SPDX-License-Identifier: Apache-2.0 */
/* loopback.c - bring up "lo"; see loopback.h. */

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/loopback.h"

#include "base/scope.h"

int loopback_up(struct err *err)
{
        /* Any socket reaches the devices of its namespace (netdevice(7)); this kind needs no network protocol. */
        auto_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return fail_sys(err, "bring up lo: make a socket");

        /* One call, without asking for the flags first: a fresh lo has no other flag that could be set here. */
        struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
        if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
                return fail_sys(err, "bring up lo");
        return 0;
}
