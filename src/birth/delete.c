/* SPDX-License-Identifier: Apache-2.0 */
/* delete.c - bury a container that has ended; by force whatever there is of it. */

#include "birth/death.h"
#include "birth/found.h"

/* A crash before the first save: the state is saved before anything else is made, so the directory is all there is. */
static int remove_stateless(const struct runtime *runtime, const char *id, enum delete_how how, struct err *err)
{
        struct err kept = *err;
        if (state_dir_remove(runtime->root, id, err) < 0)
                return -1;
        *err = kept;
        return how == DELETE_FORCE ? 0 : -1;
}

static int delete_found(const struct runtime *runtime, const struct found *found, enum delete_how how, struct err *err)
{
        if (how != DELETE_FORCE && lifecycle_allow(VERB_DELETE, found_status(found), found->state.id, err) < 0)
                return -1;
        return death_bury(runtime, &found->state, &found->cgroup, found->dir_fd, err);
}

int container_delete(const struct runtime *runtime, const char *id, enum delete_how how, struct err *err)
{
        struct found found;
        int done = found_open(runtime, id, FOUND_TO_CHANGE, &found, err);
        if (done == 0)
                done = delete_found(runtime, &found, how, err);
        else if (err->code == ENOENT && found.dir_fd >= 0)
                done = remove_stateless(runtime, id, how, err);
        else if (err->code == ENOENT && how == DELETE_FORCE)
                done = 0;
        found_finish(&found);
        return done;
}
