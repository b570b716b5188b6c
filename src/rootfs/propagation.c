/* SPDX-License-Identifier: Apache-2.0 */
/* propagation.c - linux.rootfsPropagation; see propagation.h. */

#include <stddef.h>
#include <string.h>
#include <sys/mount.h>

#include "rootfs/propagation.h"

#include "base/scope.h"

/* clang-format off */
static const struct root_propagation rows[] = {
        /* name           first                    around      root        last */
        /* Mounts of the host go on to reach the binds that the bundle asks for, but none reaches the root. */
        { NULL,          MS_SLAVE | MS_REC,       0,          MS_PRIVATE, 0                      },
        { "private",     MS_PRIVATE,              MS_PRIVATE, 0,          0                      },
        { "rprivate",    MS_PRIVATE | MS_REC,     0,          0,          0                      },
        { "slave",       MS_SLAVE,                MS_SLAVE,   0,          0                      },
        { "rslave",      MS_SLAVE | MS_REC,       0,          0,          0                      },
        /* Private at first: neither pivot_root(2) nor the host would like the root shared while it is built. */
        { "shared",      MS_SHARED,               MS_PRIVATE, 0,          MS_SHARED              },
        { "rshared",     MS_SHARED | MS_REC,      MS_PRIVATE, 0,          MS_SHARED | MS_REC     },
        /* What is unbindable cannot be bound to itself. */
        { "unbindable",  MS_PRIVATE,              MS_PRIVATE, 0,          MS_UNBINDABLE          },
        { "runbindable", MS_PRIVATE | MS_REC,     0,          0,          MS_UNBINDABLE | MS_REC },
};
/* clang-format on */

const struct root_propagation *root_propagation_find(const char *name)
{
        if (!name)
                return &rows[0];
        for (size_t i = 1; i < ARRAY_LEN(rows); i++)
                if (strcmp(rows[i].name, name) == 0)
                        return &rows[i];
        return NULL;
}
