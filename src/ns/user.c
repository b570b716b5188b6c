/* SPDX-License-Identifier: Apache-2.0 */
/* user.c - user namespaces and their mappings; see user.h. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ns/user.h"

#include "base/buf.h"
#include "base/scope.h"

enum { TEXT_MAX = 4095 }; /* kernel/user_namespace.c, map_write: less than PAGE_SIZE */

static int write_file(pid_t pid, const char *name, const char *text, struct err *err)
{
        char path[48];
        (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
        auto_fd int fd = openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
                return fail_sys(err, "open %s", path);
        return write(fd, text, strlen(text)) < 0 ? fail_sys(err, "write %s", path) : 0;
}

int user_ns_map(pid_t pid, enum id_kind kind, const struct spec_id_map *maps, size_t n, struct err *err)
{
        auto_buf struct buf text = { 0 };
        for (size_t i = 0; i < n; i++)
                buf_add_format(&text, "%u %u %u\n", maps[i].container_id, maps[i].host_id, maps[i].size);
        if (buf_ok(&text, err) < 0)
                return -1;
        if (text.len > TEXT_MAX)
                return fail(err, "%zu ranges are %zu bytes of text, and the kernel takes %d", n, text.len, TEXT_MAX);
        return write_file(pid, kind == ID_UIDS ? "uid_map" : "gid_map", buf_text(&text), err);
}

int user_ns_deny_setgroups(pid_t pid, struct err *err)
{
        return write_file(pid, "setgroups", "deny", err);
}
