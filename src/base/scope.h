/* SPDX-License-Identifier: Apache-2.0 */
/* scope.h - what C lacks for ownership: locals that close or free themselves, and the hand-over of what they hold. */
#ifndef TARE_BASE_SCOPE_H
#define TARE_BASE_SCOPE_H

#include <errno.h>
#include <unistd.h>

#define ARRAY_LEN(array)                  (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(format_at, first_arg) __attribute__((format(printf, format_at, first_arg)))

/* A local fd that is closed at the end of its scope; -1 holds nothing. errno is kept, so that it can still be told. */
#define auto_fd __attribute__((cleanup(scope_close)))

static inline void scope_close(const int *fd)
{
        if (*fd < 0)
                return;

        int kept = errno;
        (void)close(*fd);
        errno = kept;
}

/* Hands the descriptor over: the local forgets it. */
static inline int take_fd(int *fd)
{
        int taken = *fd;
        *fd = -1;
        return taken;
}

/* For fields: closes the descriptor and marks the field as holding nothing. Accepts -1. */
static inline void finish_fd(int *fd)
{
        scope_close(fd);
        *fd = -1;
}

#endif
