/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_spec.c - `tare spec`: a config.json to start from. */

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "cli/cmd.h"
#include "oci/print.h"

struct spec_options {
        const char *bundle;
        const char *file;
        bool rootless;
};

static const struct option_row rows[] = {
        {.name = "bundle",
         .letter = 'b',
         .type = OPTION_TEXT,
         .offset = offsetof(struct spec_options, bundle),
         .value = "DIR",
         .help = "directory to write into (default is the working directory)" },
        { .name = "file",
         .letter = 'f',
         .type = OPTION_TEXT,
         .offset = offsetof(struct spec_options, file),
         .value = "FILE",
         .help = "name of the file in there (default config.json)" },
        { .name = "rootless",
         .type = OPTION_FLAG,
         .offset = offsetof(struct spec_options, rootless),
         .help = "for an ordinary user, with a user namespace that maps him to root" },
        { .name = NULL},
};

static const struct spec_options defaults = { .bundle = ".", .file = "config.json" };

static bool is_cgroup2_host(void)
{
        struct statfs fs;
        return statfs("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

static int write_new(const char *path, const char *name, const struct buf *text, struct err *err)
{
        auto_fd int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno == EEXIST)
                return fail(err, "File %s exists. Remove it first", name);
        if (fd < 0)
                return fail_sys(err, "create %s", path);
        if (write_all(fd, text->data, text->len) < 0) {
                (void)fail_sys(err, "write %s", path);
                (void)unlink(path);
                return -1;
        }
        return 0;
}

static int run(struct call *call, struct err *err)
{
        const struct spec_options *options = call->options;
        const struct spec_template template = {
                .is_rootless = options->rootless,
                .host_uid = geteuid(),
                .host_gid = getegid(),
                .has_cgroup_namespace = is_cgroup2_host(),
        };
        char path[PATH_MAX];
        auto_buf struct buf out = { 0 };
        print_spec(&template, &out);
        if (buf_ok(&out, err) < 0 || path_join(options->bundle, options->file, path, err) < 0)
                return -1;
        return write_new(path, options->file, &out, err);
}

const struct command cmd_spec = {
        .name = "spec",
        .summary = "write a config.json to start from",
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
