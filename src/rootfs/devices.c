/* SPDX-License-Identifier: Apache-2.0 */
/* devices.c - device nodes and links in the container's /dev; see devices.h.
 * Made by name in a directory that is held open inside the root. A name that is taken is looked at without following
 * it: nothing is made, bound or given away through a link of the image. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "rootfs/devices.h"

#include "base/file.h"
#include "base/path.h"
#include "base/scope.h"
#include "rootfs/dest.h"
#include "sys/syscalls.h"

enum { DEFAULT_MODE = 0666 };

/* config-linux.md, "Default Devices"; numbers of admin-guide/devices.txt. */
static const struct spec_device default_devices[] = {
        {.type = 'c',  .path = "/dev/null",    .major = 1, .minor = 3},
        { .type = 'c', .path = "/dev/zero",    .major = 1, .minor = 5},
        { .type = 'c', .path = "/dev/full",    .major = 1, .minor = 7},
        { .type = 'c', .path = "/dev/random",  .major = 1, .minor = 8},
        { .type = 'c', .path = "/dev/urandom", .major = 1, .minor = 9},
        { .type = 'c', .path = "/dev/tty",     .major = 5, .minor = 0},
};

static const struct link {
        const char *name, *target;
        const char *if_host_has; /* NULL: always */
} links[] = {
        {"fd",      "/proc/self/fd",   NULL         },
        { "stdin",  "/proc/self/fd/0", NULL         },
        { "stdout", "/proc/self/fd/1", NULL         },
        { "stderr", "/proc/self/fd/2", NULL         },
        { "core",   "/proc/kcore",     "/proc/kcore"},
        { "ptmx",   "pts/ptmx",        NULL         },
};

/* Where the nodes go. */
struct place {
        int root_fd;
        int dev_fd; /* /dev, which most are in */
        bool may_bind;
};

/* What mknod(2) is told. */
struct node {
        mode_t format;
        mode_t mode;
        dev_t number;
};

static bool is_node(const struct stat *st, const struct node *node)
{
        return (st->st_mode & S_IFMT) == node->format && (node->format == S_IFIFO || st->st_rdev == node->number);
}

/* "u", unbuffered, is a character device too. */
static mode_t format_of(char type)
{
        if (type == 'p')
                return S_IFIFO;
        return type == 'b' ? S_IFBLK : S_IFCHR;
}

static struct node node_of(const struct spec_device *device)
{
        mode_t format = format_of(device->type);
        bool has_number = format != S_IFIFO;
        return (struct node){
                .format = format,
                /* Go's file mode may bring the type's bits along. */
                .mode = device->file_mode.set ? device->file_mode.value & 07777 : DEFAULT_MODE,
                .number = has_number ? makedev((unsigned int)device->major, (unsigned int)device->minor) : 0,
        };
}

static int check_existing(int dir_fd, const char *name, const struct node *node, struct err *err)
{
        struct stat st;
        if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return fail_sys(err, "stat");
        if (!is_node(&st, node))
                return fail(err, "exists, and is not that device");
        return 0;
}

/* Where we may make no node, the host's own is bound, if it is the same. */
static int bind_host_node(int dir_fd, const char *name, const char *host_path, const struct node *node, struct err *err)
{
        struct stat st;
        auto_fd int tree_fd = sys_open_tree(AT_FDCWD, host_path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (tree_fd < 0)
                return fail_sys(err, "mknod: operation not permitted; bind the host's instead");
        if (fstat(tree_fd, &st) < 0)
                return fail_sys(err, "fstat the host's");
        if (!is_node(&st, node))
                return fail(err, "mknod: operation not permitted; the host's is not that device");

        auto_fd int file_fd = openat(dir_fd, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (file_fd < 0)
                return fail_sys(err, "create");
        if (sys_move_mount(tree_fd, "", file_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
                return fail_sys(err, "bind the host's");
        return 0;
}

static int own_node(int dir_fd, const char *name, const struct spec_device *device, const struct node *node,
                    struct err *err)
{
        if (device->uid == 0 && device->gid == 0)
                return 0;

        /* By descriptor, once it is known what it is: the name may mean something else by now. */
        struct stat st;
        auto_fd int fd = openat(dir_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &st) < 0)
                return fail_sys(err, "open");
        if (!is_node(&st, node))
                return fail(err, "was replaced");
        if (fchownat(fd, "", device->uid, device->gid, AT_EMPTY_PATH) < 0)
                return fail_sys(err, "chown");
        return 0;
}

static int make_in(const struct place *place, int dir_fd, const char *name, const struct spec_device *device,
                   struct err *err)
{
        const struct node node = node_of(device);
        if (mknodat(dir_fd, name, node.format | node.mode, node.number) == 0)
                return own_node(dir_fd, name, device, &node, err);
        if (errno == EEXIST)
                return check_existing(dir_fd, name, &node, err);
        if (errno == EPERM && place->may_bind)
                return bind_host_node(dir_fd, name, device->path, &node, err);
        return fail_sys(err, "mknod");
}

static int make_device(const struct place *place, const struct spec_device *device, struct err *err)
{
        char path[PATH_MAX];
        if (path_clean(device->path, path, err) < 0)
                return -1;
        /* That one is the link to the container's own pseudo-terminals. */
        if (strcmp(path, "/dev/ptmx") == 0)
                return 0;

        const char *name = strrchr(path, '/') + 1;
        if (strncmp(path, "/dev/", 5) == 0 && name == path + 5)
                return make_in(place, place->dev_fd, name, device, err);
        auto_fd int dir_fd = dest_open_parent(place->root_fd, path, &name, err);
        return dir_fd < 0 ? -1 : make_in(place, dir_fd, name, device, err);
}

/* The bundle's word on a default device is the last one. */
static bool is_in_bundle(const struct spec_linux *linux_, const char *path)
{
        char clean[PATH_MAX];
        struct err err;
        for (size_t i = 0; i < linux_->n_devices; i++)
                if (path_clean(linux_->devices[i].path, clean, &err) == 0 && strcmp(clean, path) == 0)
                        return true;
        return false;
}

static int make_nodes(const struct place *place, const struct spec_linux *linux_, struct err *err)
{
        for (size_t i = 0; i < ARRAY_LEN(default_devices); i++) {
                const struct spec_device *device = &default_devices[i];
                if (is_in_bundle(linux_, device->path))
                        continue;
                if (make_device(place, device, err) < 0)
                        return fail_at(err, "device %s", device->path);
        }
        for (size_t i = 0; i < linux_->n_devices; i++)
                if (make_device(place, &linux_->devices[i], err) < 0)
                        return fail_at(err, "linux.devices[%zu] %s", i, linux_->devices[i].path);
        return 0;
}

/* What the image, or a bind, has under such a name is its own matter. */
static int make_links(int dev_fd, struct err *err)
{
        for (size_t i = 0; i < ARRAY_LEN(links); i++) {
                const struct link *link = &links[i];
                if (link->if_host_has && access(link->if_host_has, F_OK) < 0)
                        continue;
                if (symlinkat(link->target, dev_fd, link->name) < 0 && errno != EEXIST)
                        return fail_sys(err, "link /dev/%s", link->name);
        }
        return 0;
}

int devices_make(const struct rootfs_plan *plan, int root_fd, struct err *err)
{
        if (plan->keeps_dev)
                return 0;
        auto_fd int dev_fd = dest_open_dir(root_fd, "/dev", err);
        if (dev_fd < 0)
                return -1;

        const struct place place = { root_fd, dev_fd, plan->has_mount_namespace };
        if (make_nodes(&place, &plan->spec->linux_, err) < 0)
                return -1;
        return make_links(dev_fd, err);
}

int devices_open_null(int root_fd)
{
        struct stat st;
        auto_fd int fd = dest_open(root_fd, "/dev/null", O_PATH | O_NOFOLLOW);
        if (fd < 0 || fstat(fd, &st) < 0)
                return -1;
        if (!file_is_null(&st)) {
                errno = ENODEV;
                return -1;
        }
        return take_fd(&fd);
}
