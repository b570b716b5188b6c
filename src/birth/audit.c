/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c - gather what an audit judges: the spec of a bundle, or of a container, changed to what its process has. */

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "birth/found.h"
#include "birth/observe.h"

enum { CONFIG_MAX = 16 * 1024 * 1024 };

static int read_spec(int dir_fd, const char *path, struct arena *arena, struct spec *ret, struct err *err)
{
        auto_buf struct buf text = { 0 };
        if (file_read(dir_fd, path, CONFIG_MAX, &text, err) < 0)
                return -1;
        return spec_read(buf_text(&text), text.len, CONFIG_FILE, arena, ret, err);
}

int bundle_audit(const char *bundle, struct arena *arena, struct audit_report *ret, struct err *err)
{
        char path[PATH_MAX];
        struct spec spec;
        if (path_join(bundle, CONFIG_FILE, path, err) < 0 || read_spec(AT_FDCWD, path, arena, &spec, err) < 0)
                return -1;
        if (spec_check(&spec, CONFIG_FILE, err) < 0 || audit_spec(&spec, AUDIT_CONFIG, arena, ret, err) < 0)
                return -1;
        ret->bundle = bundle;
        return 0;
}

/* The pidfd holds no process alive: what was read is of this one only if it is still there at the end. */
static int observe(const struct state *state, struct arena *arena, struct spec *spec, struct err *err)
{
        int done = observe_process(state, arena, spec, err);
        if (done == 0)
                done = observe_mounts(state->pid, arena, spec, err);
        auto_fd int pidfd = found_open_init(state);
        if (pidfd < 0)
                return fail_sys(err, "process %d of the container has ended meanwhile", (int)state->pid);
        return done;
}

static int audit_found(const struct found *found, struct arena *arena, struct audit_report *ret, struct err *err)
{
        struct spec spec;
        enum status status = found_status(found);
        bool has_process = status == CREATED || status == RUNNING || status == PAUSED;
        if (read_spec(found->dir_fd, CONFIG_FILE, arena, &spec, err) < 0)
                return -1;
        if (has_process && observe(&found->state, arena, &spec, err) < 0)
                return -1;
        if (audit_spec(&spec, has_process ? AUDIT_RUNNING : AUDIT_CONFIG, arena, ret, err) < 0)
                return -1;
        ret->status = status_names[status];
        return 0;
}

int container_audit(const struct runtime *runtime, const char *id, struct arena *arena, struct audit_report *ret,
                    struct err *err)
{
        struct found found;
        int done = found_open(runtime, id, FOUND_TO_LOOK, &found, err);
        if (done == 0)
                done = audit_found(&found, arena, ret, err);
        if (done == 0)
                ret->id = id;
        found_finish(&found);
        return done;
}
