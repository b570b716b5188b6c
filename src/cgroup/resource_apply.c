/* SPDX-License-Identifier: Apache-2.0 */
/* resource_apply.c - do the writes that resources.c has planned, and say of a failure which setting it was. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/resources.h"

#include "base/proc.h"
#include "cgroup/hierarchy.h"

/* The file of the last write: many settings of devices go into one. */
struct writer {
        const struct resource_write *last;
        int fd;
};

static int writer_open(struct writer *writer, const struct resource_write *write)
{
        const struct resource_write *last = writer->last;
        if (writer->fd >= 0 && last && last->dir == write->dir && strcmp(last->file, write->file) == 0)
                return 0;

        char path[PATH_MAX];
        finish_fd(&writer->fd);
        int len = snprintf(path, sizeof path, "%s/%s", write->dir, write->file);
        if (len < 0 || (size_t)len >= sizeof path) {
                errno = ENAMETOOLONG;
                return -1;
        }
        writer->fd = openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
        writer->last = write;
        return writer->fd < 0 ? -1 : 0;
}

static int write_once(struct writer *writer, const struct resource_write *one)
{
        if (writer_open(writer, one) < 0)
                return -1;
        return write(writer->fd, one->text, strlen(one->text)) < 0 ? -1 : 0;
}

/* Whether a refusal is no failure: there is no device that such a container could reach, but those it is given. */
static bool may_pass_over_devices(void)
{
        int kept = errno;
        bool may = (kept == EPERM || kept == EACCES) && (geteuid() != 0 || proc_is_in_user_namespace());
        errno = kept;
        return may;
}

static int fail_busy(const struct resource_write *write, struct err *err)
{
        char path[PATH_MAX], usage[KNOB_SIZE];
        struct err ignored;
        (void)snprintf(path, sizeof path, "%s/%s", write->dir, write->usage);
        if (knob_read(path, usage, &ignored) < 0)
                strcpy(usage, "unknown");
        errno = EBUSY;
        return fail_sys(err, "%s: write \"%s\" to %s (%s is %s)", write->path, write->text, write->file, write->usage,
                        usage);
}

/* After a write that did not succeed, with its errno. */
static int judge(const struct resource_write *write, struct err *err)
{
        if (write->is_advice || (write->is_for_device && may_pass_over_devices()))
                return 0;
        /* systemd takes a scope away when the kernel has killed all that was in it. */
        if (errno == ENOENT && access(write->dir, F_OK) < 0)
                return fail_sys(err, "%s: cgroup %s is gone", write->path, write->dir);
        if (errno == ENOENT)
                return fail_sys(err, "%s: the kernel has no %s in cgroup %s", write->path, write->file, write->dir);
        if (errno == EBUSY && write->usage)
                return fail_busy(write, err);
        return fail_sys(err, "%s: write \"%s\" to %s", write->path, write->text, write->file);
}

/* Settings of one group, each at most twice: what the kernel takes for invalid beside the old values may be valid
 * beside the new ones. */
static int write_group(struct writer *writer, const struct resource_write *writes, size_t n, struct err *err)
{
        unsigned int put_off = 0;
        for (size_t i = 0; i < n; i++) {
                if (write_once(writer, &writes[i]) == 0)
                        continue;
                if (errno == EINVAL && i + 1 < n)
                        put_off |= 1U << i;
                else if (judge(&writes[i], err) < 0)
                        return -1;
        }
        for (size_t i = 0; put_off >> i != 0; i++) {
                if ((put_off >> i & 1) && write_once(writer, &writes[i]) < 0 && judge(&writes[i], err) < 0)
                        return -1;
        }
        return 0;
}

static int write_all_groups(struct writer *writer, const struct resource_plan *plan, struct err *err)
{
        size_t n;
        for (size_t i = 0; i < plan->n; i += n) {
                for (n = 1; i + n < plan->n && plan->writes[i].group != 0; n++) {
                        if (plan->writes[i + n].group != plan->writes[i].group)
                                break;
                }
                if (write_group(writer, &plan->writes[i], n, err) < 0)
                        return -1;
        }
        return 0;
}

static int place_device_program(const struct cgroup *cgroup, const struct resource_plan *plan, struct err *err)
{
        const struct cgroup_hierarchy *cgroup2 = hierarchy_find(cgroup, "");
        if (plan->device_program.n == 0 || !cgroup2)
                return 0;
        auto_fd int own_fd = -1;
        if (cgroup2->dir_fd < 0)
                own_fd = openat(AT_FDCWD, cgroup2->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
        int dir_fd = cgroup2->dir_fd < 0 ? own_fd : cgroup2->dir_fd;
        if (dir_fd < 0)
                return fail_sys(err, "linux.resources.devices: open cgroup %s", cgroup2->dir);

        if (device_program_attach(&plan->device_program, dir_fd, plan->device_program_place, err) == 0)
                return 0;
        errno = err->code;
        return may_pass_over_devices() ? 0 : fail_at(err, "linux.resources.devices");
}

int resources_apply(const struct cgroup *cgroup, const struct resource_plan *plan, struct err *err)
{
        struct writer writer = { .fd = -1 };
        int done = write_all_groups(&writer, plan, err);
        finish_fd(&writer.fd);
        return done < 0 ? -1 : place_device_program(cgroup, plan, err);
}
