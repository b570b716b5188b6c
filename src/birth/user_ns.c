/* SPDX-License-Identifier: Apache-2.0 */
/* user_ns.c - map the ids of the container's user namespace, by our own hand or by newuidmap(1) and newgidmap(1), give
 * its root the cgroup, and become that root; see user_ns.h. */

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "birth/user_ns.h"

#include "base/file.h"
#include "base/proc.h"
#include "birth/steps.h"
#include "cgroup/delegate.h"
#include "ns/user.h"
#include "oci/id_map.h"
#include "rootfs/rootfs.h"
#include "sys/syscalls.h"

enum { MAP_TEXT_MAX = 64 * 1024 };

static const struct kind {
        const char *field;  /* of linux */
        const char *file;   /* of /proc/PID */
        const char *helper; /* of Debian's package uidmap: it may map what /etc/subuid gives the user */
} kinds[] = {
        [ID_UIDS] = {"uidMappings",  "uid_map", "newuidmap"},
        [ID_GIDS] = { "gidMappings", "gid_map", "newgidmap"},
};

struct maps {
        const struct spec_id_map *items;
        size_t n;
};

static struct maps maps_of(const struct birth *birth, enum id_kind kind)
{
        const struct spec_linux *linux_ = &birth->spec.linux_;
        return kind == ID_UIDS ? (struct maps){ linux_->uid_mappings, linux_->n_uid_mappings }
                               : (struct maps){ linux_->gid_mappings, linux_->n_gid_mappings };
}

/* plan ------------------------------------------------------------------------------------------------------------- */

/* One id, and his own: that much any user may map without help, at the price of setgroups(2). */
static bool is_own_id(const struct maps *maps, uint32_t id)
{
        return maps->n == 1 && maps->items[0].size == 1 && maps->items[0].host_id == id;
}

static bool keeps_groups(const struct spec *spec)
{
        static const char key[] = "run.oci.keep_original_groups";
        for (size_t i = 0; i < spec->annotations.n; i++)
                if (strcmp(spec->annotations.items[i].key, key) == 0)
                        return strcmp(spec->annotations.items[i].value, "0") != 0;
        return false;
}

/* What an ordinary user may not ask for. */
static int check_rootless(struct birth *birth, struct err *err)
{
        const struct maps gids = maps_of(birth, ID_GIDS);
        if (!birth->spec.linux_.namespaces[NS_USER].set)
                return fail(err, "rootless container requires user namespaces");
        for (size_t i = 0; i < birth->rootfs.n_mounts; i++)
                if (rootfs_maps_ids(&birth->rootfs, i))
                        return fail(err, "mounts[%zu]: id-mapped mounts are not supported for rootless containers", i);
        if (is_own_id(&gids, getegid()) && birth->spec.process.user.n_additional_gids > 0)
                return fail(err, "process.user.additionalGids: cannot set any additional groups in a rootless "
                                 "container");
        return 0;
}

int user_ns_plan(struct birth *birth, struct err *err)
{
        birth->setgroups = keeps_groups(&birth->spec) ? SETGROUPS_KEEP : SETGROUPS_ALLOW;
        return geteuid() != 0 ? check_rootless(birth, err) : 0;
}

/* map -------------------------------------------------------------------------------------------------------------- */

/* newuidmap PID INSIDE OUTSIDE SIZE... */
static int map_by_helper(const struct birth *birth, enum id_kind kind, const struct maps *maps, struct err *err)
{
        enum { WORD_MAX = 12 };
        struct arena arena = { 0 };
        char(*words)[WORD_MAX] = arena_alloc_n(&arena, 1 + 3 * maps->n, sizeof *words);
        char **argv = arena_alloc_n(&arena, 3 + 3 * maps->n, sizeof *argv);
        auto_buf struct buf out = { 0 };
        if (!words || !argv) {
                arena_finish(&arena);
                return fail(err, "out of memory");
        }
        size_t n = 0;
        (void)snprintf(words[n++], WORD_MAX, "%d", (int)birth->host.init_pid);
        for (size_t i = 0; i < maps->n; i++) {
                (void)snprintf(words[n++], WORD_MAX, "%u", maps->items[i].container_id);
                (void)snprintf(words[n++], WORD_MAX, "%u", maps->items[i].host_id);
                (void)snprintf(words[n++], WORD_MAX, "%u", maps->items[i].size);
        }
        argv[0] = (char *)kinds[kind].helper;
        for (size_t i = 0; i < n; i++)
                argv[i + 1] = words[i];
        argv[n + 1] = NULL;

        int done = host_program_output(argv, &out, err);
        if (done < 0 && strstr(err->text, "no such file"))
                done = fail(err,
                            "%s is not installed (Debian's package uidmap), and an ordinary user maps no more than "
                            "the own id without it",
                            argv[0]);
        arena_finish(&arena);
        return done;
}

static int map_one_kind(const struct birth *birth, enum id_kind kind, struct err *err)
{
        pid_t pid = birth->host.init_pid;
        const struct maps maps = maps_of(birth, kind);
        bool is_user = geteuid() != 0;
        bool is_own = is_user && is_own_id(&maps, kind == ID_UIDS ? geteuid() : getegid());
        if (maps.n == 0)
                return 0;
        if (kind == ID_GIDS && is_own && user_ns_deny_setgroups(pid, err) < 0)
                return -1;
        if (is_user && !is_own)
                return map_by_helper(birth, kind, &maps, err);
        return user_ns_map(pid, kind, maps.items, maps.n, err);
}

/* Engines send the mappings of a namespace that is joined too: then they are to be those it has. */
static int compare_one_kind(const struct birth *birth, enum id_kind kind, struct err *err)
{
        char path[48];
        struct arena arena = { 0 };
        struct spec_id_map *found = NULL;
        size_t n_found = 0;
        auto_buf struct buf text = { 0 };
        const struct maps wanted = maps_of(birth, kind);
        if (wanted.n == 0)
                return 0;
        (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)birth->host.init_pid, kinds[kind].file);
        int done = file_read(AT_FDCWD, path, MAP_TEXT_MAX, &text, err);
        if (done == 0)
                done = id_map_parse(buf_text(&text), &arena, &found, &n_found, err);
        if (done == 0 && !id_map_is_same(wanted.items, wanted.n, found, n_found))
                done = fail(err, "user namespaces enabled, but both namespace path and non-matching mapping specified "
                                 "-- you may only provide one");
        arena_finish(&arena);
        return done;
}

int host_map_ids(struct birth *birth, struct err *err)
{
        bool is_joined = birth->spec.linux_.namespaces[NS_USER].path != NULL;

        for (enum id_kind kind = 0; kind < ID_KINDS; kind++) {
                if ((is_joined ? compare_one_kind : map_one_kind)(birth, kind, err) < 0)
                        return fail_at(err, "linux.%s", kinds[kind].field);
        }
        return 0;
}

/* a namespace of mappings alone ------------------------------------------------------------------------------------ */

static int open_mapped(pid_t pid, const struct spec_id_map *uids, size_t n_uids, const struct spec_id_map *gids,
                       size_t n_gids, struct err *err)
{
        char path[48];
        if (user_ns_map(pid, ID_UIDS, uids, n_uids, err) < 0 || user_ns_map(pid, ID_GIDS, gids, n_gids, err) < 0)
                return -1;
        (void)snprintf(path, sizeof path, "/proc/%d/ns/user", (int)pid);
        int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        return fd < 0 ? fail_sys(err, "open %s", path) : fd;
}

/* The namespace lives as long as somebody is in it, or holds its descriptor. */
int user_ns_make(const struct spec_id_map *uids, size_t n_uids, const struct spec_id_map *gids, size_t n_gids,
                 struct err *err)
{
        struct sys_clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
        pid_t pid = sys_clone3(&args);
        if (pid < 0)
                return fail_sys(err, "clone3 into a user namespace");
        if (pid == 0) {
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                for (;;)
                        (void)pause();
        }

        int fd = open_mapped(pid, uids, n_uids, gids, n_gids, err);
        (void)kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                continue;
        return fd;
}

/* the root of the namespace ---------------------------------------------------------------------------------------- */

int init_become_root(struct birth *birth, struct err *err)
{
        if (user_become_root(&birth->setgroups, err) < 0)
                return -1;
        return init_die_with_host(err);
}

bool user_ns_gets_cgroup(const struct birth *birth)
{
        const struct spec_namespace *namespaces = birth->spec.linux_.namespaces;
        return namespaces[NS_USER].set && birth->spec.linux_.n_uid_mappings > 0 && namespaces[NS_CGROUP].set &&
               birth->cgroup.is_v2 && rootfs_has_writable_cgroup(&birth->rootfs);
}

int host_give_cgroup(struct birth *birth, struct err *err)
{
        const struct maps uids = maps_of(birth, ID_UIDS);
        uint32_t root = 0;
        /* An ordinary user may give nothing away. */
        if (geteuid() != 0)
                return 0;
        return id_map_find(uids.items, uids.n, 0, &root) ? cgroup_give(&birth->cgroup, root, err) : 0;
}
