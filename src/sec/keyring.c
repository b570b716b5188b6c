/* SPDX-License-Identifier: Apache-2.0 */
/* keyring.c - join the container's session keyring; see keyring.h. */

#include <errno.h>
#include <linux/keyctl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyring.h"

#include "sys/syscalls.h"

enum { NAME_SIZE = 2048 }; /* an id has 1024 letters at most */

/* KEY_USR_SEARCH and KEY_OTH_SEARCH, include/linux/key.h: the kernel does not export them. */
static const uint32_t search_bits[] = {
        [KEYRING_AS_IT_IS] = 0,
        [KEYRING_OWNER] = 0x00080000,
        [KEYRING_OTHERS] = 0x00000008,
};

/* The permissions out of "type;uid;gid;permissions;description", the third in hexadecimal (keyctl(2),
 * KEYCTL_DESCRIBE). */
static int read_permissions(long keyring, uint32_t *ret, struct err *err)
{
        char text[NAME_SIZE + 64] = ""; /* what stands before the name has five fields of at most ten letters */
        if (sys_keyctl(KEYCTL_DESCRIBE, (unsigned long)keyring, (uintptr_t)text, sizeof text - 1, 0) < 0)
                return fail_sys(err, "describe session keyring");

        const char *field = text;
        for (int i = 0; i < 3; i++) {
                field = strchr(field, ';');
                if (!field)
                        return fail(err, "describe session keyring: odd answer \"%s\"", text);
                field++;
        }
        *ret = (uint32_t)strtoul(field, NULL, 16);
        return 0;
}

int keyring_join(const char *id, enum keyring_search search, struct err *err)
{
        char name[NAME_SIZE];
        int len = snprintf(name, sizeof name, "_ses.%s", id);
        if (len < 0 || (size_t)len >= sizeof name) {
                errno = ENAMETOOLONG;
                return fail_sys(err, "join session keyring _ses.%s", id);
        }

        long keyring = sys_keyctl(KEYCTL_JOIN_SESSION_KEYRING, (uintptr_t)name, 0, 0, 0);
        if (keyring < 0 && errno == ENOSYS)
                return 0;
        if (keyring < 0)
                return fail_sys(err, "join session keyring %s", name);
        if (search == KEYRING_AS_IT_IS)
                return 0;

        uint32_t permissions = 0;
        if (read_permissions(keyring, &permissions, err) < 0)
                return -1;
        permissions |= search_bits[search];
        if (sys_keyctl(KEYCTL_SETPERM, (unsigned long)keyring, permissions, 0, 0) < 0)
                return fail_sys(err, "let session keyring %s be searched", name);
        return 0;
}
