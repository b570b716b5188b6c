/* SPDX-License-Identifier: Apache-2.0 */
/* state.c - state.json: written and read by one table of its fields; what the container is now; and the OCI state
 * document that others are told. */

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "state/state.h"

#include "base/file.h"
#include "base/json_out.h"
#include "base/proc.h"
#include "oci/reader.h"

enum { STATE_FILE_MAX = 16 * 1024 * 1024 };

/* state.json, as other tools may read it: its keys and their JSON types. A text that is not known yet is left out. */
/* clang-format off */
static const struct field state_fields[] = {
        { .key = "id",                  .read = read_text,      .offset = offsetof(struct state, id), .is_required = true },
        { .key = "ociVersion",          .read = read_text,      .offset = offsetof(struct state, oci_version), .is_required = true },
        { .key = "pid",                 .read = read_i32,       .offset = offsetof(struct state, pid), .is_required = true },
        { .key = "startTime",           .read = read_u64,       .offset = offsetof(struct state, start_time) },
        { .key = "bundle",              .read = read_text,      .offset = offsetof(struct state, bundle), .is_required = true },
        { .key = "rootfs",              .read = read_text,      .offset = offsetof(struct state, rootfs) },
        { .key = "created",             .read = read_text,      .offset = offsetof(struct state, created) },
        { .key = "owner",               .read = read_u32,       .offset = offsetof(struct state, owner) },
        { .key = "isCreated",           .read = read_bool,      .offset = offsetof(struct state, is_created) },
        { .key = "hasPidNamespace",     .read = read_bool,      .offset = offsetof(struct state, has_pid_namespace) },
        { .key = "hasKeyring",          .read = read_bool,      .offset = offsetof(struct state, has_keyring) },
        { .key = "hasNetworks",         .read = read_bool,      .offset = offsetof(struct state, has_networks) },
        { .key = "hasPoststartHooks",   .read = read_bool,      .offset = offsetof(struct state, has_poststart_hooks) },
        { .key = "hasPoststopHooks",    .read = read_bool,      .offset = offsetof(struct state, has_poststop_hooks) },
        { .key = "cgroups",             .read = read_text_map,  .offset = offsetof(struct state, cgroups) },
        { .key = "systemdUnit",         .read = read_text,      .offset = offsetof(struct state, unit) },
        { .key = "isUserUnit",          .read = read_bool,      .offset = offsetof(struct state, is_user_unit) },
        { .key = "rdtGroup",            .read = read_text,      .offset = offsetof(struct state, rdt_group) },
        { .key = "rdtMonitor",          .read = read_text,      .offset = offsetof(struct state, rdt_monitor) },
        { .key = "isRdtGroupMade",      .read = read_bool,      .offset = offsetof(struct state, is_rdt_group_made) },
        { .key = "annotations",         .read = read_text_map,  .offset = offsetof(struct state, annotations) },
        { 0 },
};
/* clang-format on */
_Static_assert(sizeof(pid_t) == sizeof(int32_t) && sizeof(uid_t) == sizeof(uint32_t), "read_i32 and read_u32 fit");

/* save ------------------------------------------------------------------------------------------------------------- */

static void print_text(struct json_out *out, const char *key, const void *from)
{
        const char *const *text = from;
        if (*text)
                json_out_text(out, key, *text);
}

static void print_i32(struct json_out *out, const char *key, const void *from)
{
        json_out_i64(out, key, *(const int32_t *)from);
}

static void print_u32(struct json_out *out, const char *key, const void *from)
{
        json_out_u64(out, key, *(const uint32_t *)from);
}

static void print_u64(struct json_out *out, const char *key, const void *from)
{
        json_out_u64(out, key, *(const uint64_t *)from);
}

static void print_bool(struct json_out *out, const char *key, const void *from)
{
        json_out_bool(out, key, *(const bool *)from);
}

static void print_text_map(struct json_out *out, const char *key, const void *from)
{
        const struct text_map *map = from;
        json_out_object(out, key);
        for (size_t i = 0; i < map->n; i++)
                json_out_text(out, map->items[i].key, map->items[i].value);
        json_out_object_end(out);
}

/* How what a function of the table reads is printed. */
static const struct {
        read_fn *read;
        void (*print)(struct json_out *out, const char *key, const void *from);
} printers[] = {
        {read_text,      print_text    },
        { read_text_map, print_text_map},
        { read_bool,     print_bool    },
        { read_i32,      print_i32     },
        { read_u32,      print_u32     },
        { read_u64,      print_u64     },
};

static void print_field(struct json_out *out, const struct field *field, const struct state *state)
{
        for (size_t i = 0; i < ARRAY_LEN(printers); i++) {
                if (printers[i].read == field->read)
                        printers[i].print(out, field->key, (const char *)state + field->offset);
        }
}

int state_save(int dir_fd, const struct state *state, struct err *err)
{
        auto_buf struct buf buf = { 0 };
        struct json_out out = { .buf = &buf };
        json_out_object(&out, NULL);
        for (const struct field *field = state_fields; field->key; field++)
                print_field(&out, field, state);
        json_out_object_end(&out);
        buf_add_text(&buf, "\n");
        if (buf_ok(&buf, err) < 0)
                return -1;
        return file_replace(dir_fd, STATE_FILE, buf.data, buf.len, 0600, err);
}

/* load ------------------------------------------------------------------------------------------------------------- */

static int read_state(int dir_fd, struct arena *arena, struct state *ret, struct err *err)
{
        *ret = (struct state){ 0 };
        auto_buf struct buf text = { 0 };
        if (file_read(dir_fd, STATE_FILE, STATE_FILE_MAX, &text, err) < 0) {
                if (err->code != ENOENT)
                        return -1;
                (void)fail(err, "container does not exist");
                err->code = ENOENT;
                errno = ENOENT;
                return -1;
        }
        if (reader_run(buf_text(&text), text.len, STATE_FILE, state_fields, ret, arena, err) < 0)
                return -1;
        /* kill(2) takes a negative pid for a group, or for everybody. */
        if (ret->pid < 0)
                return fail(err, "%s: pid: %d is none", STATE_FILE, (int)ret->pid);
        return 0;
}

/* A descriptor of state_dir_peek cannot lock (O_PATH); others hold the lock themselves, so that nobody else can be at
 * the birth. */
static bool is_locked_by_another(int dir_fd)
{
        int flags = fcntl(dir_fd, F_GETFL);
        if (flags < 0 || (flags & O_PATH) == 0)
                return false;
        auto_fd int lock_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return lock_fd >= 0 && flock(lock_fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

int state_load(int dir_fd, struct arena *arena, struct state *ret, struct err *err)
{
        if (read_state(dir_fd, arena, ret, err) < 0)
                return -1;
        if (ret->is_created)
                return 0;
        if (is_locked_by_another(dir_fd)) {
                ret->is_at_birth = true;
                return 0;
        }
        /* Its birth has ended, well or badly, maybe only since we read: what is there now is its last word. */
        return read_state(dir_fd, arena, ret, err);
}

/* status ----------------------------------------------------------------------------------------------------------- */

static bool is_alive(const struct state *state)
{
        struct err ignored;
        struct proc_stat stat;
        if (state->pid <= 0 || proc_stat_read(state->pid, &stat, &ignored) < 0)
                return false;
        return stat.start_time == state->start_time && stat.state != 'Z' && stat.state != 'X';
}

enum status state_status(const struct state *state, int dir_fd, bool is_frozen)
{
        if (!state->is_created && state->is_at_birth)
                return CREATING;
        if (!is_alive(state))
                return STOPPED;
        if (!state->is_created)
                return CREATING;
        if (is_frozen)
                return PAUSED;
        return faccessat(dir_fd, FIFO_FILE, F_OK, 0) == 0 ? CREATED : RUNNING;
}

/* print ------------------------------------------------------------------------------------------------------------ */

void state_now(char *ret)
{
        struct timespec now;
        struct tm utc;
        (void)clock_gettime(CLOCK_REALTIME, &now);
        (void)gmtime_r(&now.tv_sec, &utc);
        size_t len = strftime(ret, STATE_TIME_MAX, "%Y-%m-%dT%H:%M:%S", &utc);
        (void)snprintf(ret + len, STATE_TIME_MAX - len, ".%09ldZ", now.tv_nsec);
}

void state_owner(uid_t uid, char *ret)
{
        const struct passwd *user = getpwuid(uid);
        if (user)
                (void)snprintf(ret, STATE_OWNER_MAX, "%s", user->pw_name);
        else
                (void)snprintf(ret, STATE_OWNER_MAX, "#%u", (unsigned int)uid);
}

static void print_annotations(struct json_out *out, const struct text_map *annotations)
{
        if (annotations->n > 0)
                print_text_map(out, "annotations", annotations);
}

/* runtime-spec runtime.md, "State". */
static void print_for_hook(const struct state *state, enum status status, struct json_out *out)
{
        json_out_text(out, "ociVersion", state->oci_version);
        json_out_text(out, "id", state->id);
        json_out_text(out, "status", status_names[status]);
        if (status != STOPPED && state->pid > 0)
                json_out_i64(out, "pid", state->pid);
        json_out_text(out, "bundle", state->bundle);
        print_annotations(out, &state->annotations);
}

static void print_for_users(const struct state *state, enum status status, const char *owner, struct json_out *out)
{
        json_out_text(out, "ociVersion", state->oci_version);
        json_out_text(out, "id", state->id);
        json_out_i64(out, "pid", status == STOPPED ? 0 : state->pid);
        json_out_text(out, "status", status_names[status]);
        json_out_text(out, "bundle", state->bundle);
        json_out_text(out, "rootfs", state->rootfs ? state->rootfs : "");
        json_out_text(out, "created", state->created ? state->created : "0001-01-01T00:00:00Z"); /* Go's zero time */
        print_annotations(out, &state->annotations);
        json_out_text(out, "owner", owner);
}

void state_print(const struct state *state, enum status status, enum state_print how, struct buf *buf)
{
        char owner[STATE_OWNER_MAX] = "";
        if (how == STATE_IN_LIST)
                state_owner(state->owner, owner);
        struct json_out out = { .buf = buf, .indent = how == STATE_FULL ? "  " : NULL };
        json_out_object(&out, NULL);
        if (how == STATE_FOR_HOOK)
                print_for_hook(state, status, &out);
        else
                print_for_users(state, status, owner, &out);
        json_out_object_end(&out);
}
