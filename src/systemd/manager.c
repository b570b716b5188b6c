/* SPDX-License-Identifier: Apache-2.0 */
/* manager.c - the calls of org.freedesktop.systemd1.Manager that a scope needs, and the wait for its jobs; see
 * manager.h and org.freedesktop.systemd1(5). */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "systemd/manager.h"

#include "base/scope.h"
#include "systemd/append.h"

#define SERVICE "org.freedesktop.systemd1"
#define OBJECT  "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"
#define PRIVATE "unix:path=/run/systemd/private" /* where systemd itself listens to root */

enum { USEC_PER_SEC = 1000 * 1000, JOB_WAIT_SEC = 30 };

#define auto_message __attribute__((cleanup(sd_bus_message_unrefp)))
#define auto_error   __attribute__((cleanup(sd_bus_error_free)))
#define auto_slot    __attribute__((cleanup(sd_bus_slot_unrefp)))

/* What sd-bus gives: a negative errno. */
static int fail_bus(int code, const char *what, struct err *err)
{
        errno = -code;
        return fail_sys(err, "%s", what);
}

/* What systemd said, in its own words. */
static int fail_call(int code, const sd_bus_error *error, struct err *err)
{
        if (!error->message)
                return fail_bus(code, "ask systemd", err);
        size_t len = strlen(error->message);
        return fail(err, "%.*s", (int)(len - (len > 0 && error->message[len - 1] == '.')), error->message);
}

/* the bus ---------------------------------------------------------------------------------------------------------- */

static int open_private(sd_bus **ret)
{
        sd_bus *bus = NULL;
        int done = sd_bus_new(&bus);
        if (done >= 0)
                done = sd_bus_set_address(bus, PRIVATE);
        if (done >= 0)
                done = sd_bus_start(bus);
        if (done < 0)
                bus = sd_bus_unref(bus);
        *ret = bus;
        return done;
}

int manager_open(enum whose whose, sd_bus **ret, struct err *err)
{
        int done = whose == OF_USER ? sd_bus_open_user(ret) : sd_bus_open_system(ret);
        if (done >= 0)
                return 0;
        if (whose == OF_SYSTEM && open_private(ret) >= 0)
                return 0;
        return fail_bus(done, whose == OF_USER ? "connect to the user's bus" : "connect to the system bus", err);
}

static int new_call(sd_bus *bus, const char *member, sd_bus_message **ret, struct err *err)
{
        int done = sd_bus_message_new_method_call(bus, ret, SERVICE, OBJECT, MANAGER, member);
        return done < 0 ? fail_bus(done, "make a message", err) : 0;
}

static int append_properties(sd_bus_message *message, char *const *items, size_t n, struct err *err)
{
        for (size_t i = 0; i < n; i++)
                if (append_property(message, items[i], err) < 0)
                        return -1;
        return 0;
}

/* jobs ------------------------------------------------------------------------------------------------------------- */

/* The job that is waited for, and how it ended. A job may be removed before its name is known to us. */
struct job {
        const char *unit;
        char path[128], result[32];
};

static int on_job_removed(sd_bus_message *message, void *data, sd_bus_error *error)
{
        struct job *job = data;
        const char *path, *unit, *result;
        uint32_t id;
        (void)error;
        if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) < 0 || strcmp(unit, job->unit) != 0)
                return 0;
        (void)snprintf(job->path, sizeof job->path, "%s", path);
        (void)snprintf(job->result, sizeof job->result, "%s", result);
        return 0;
}

static int watch_jobs(sd_bus *bus, struct job *job, sd_bus_slot **ret, struct err *err)
{
        /* Without a bus nobody else can send on the connection, and its messages have no sender. */
        const char *sender = sd_bus_is_bus_client(bus) > 0 ? SERVICE : NULL;
        int done = sd_bus_match_signal(bus, ret, sender, OBJECT, MANAGER, "JobRemoved", on_job_removed, job);
        return done < 0 ? fail_bus(done, "listen to systemd", err) : 0;
}

static uint64_t now_usec(void)
{
        struct timespec now;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * USEC_PER_SEC + (uint64_t)now.tv_nsec / 1000;
}

/* reply: of the call that made the job. */
static int await_job(sd_bus *bus, const struct job *job, sd_bus_message *reply, struct err *err)
{
        const char *path;
        uint64_t end = now_usec() + (uint64_t)JOB_WAIT_SEC * USEC_PER_SEC;
        int done = sd_bus_message_read(reply, "o", &path);
        if (done < 0)
                return fail_bus(done, "read the name of the job", err);
        while (strcmp(job->path, path) != 0) {
                uint64_t now = now_usec();
                done = sd_bus_process(bus, NULL);
                if (done == 0 && now < end)
                        done = sd_bus_wait(bus, end - now);
                if (done < 0 && done != -EINTR)
                        return fail_bus(done, "wait for the job of systemd", err);
                if (now >= end)
                        return fail(err, "systemd has not done it in %d s", JOB_WAIT_SEC);
        }
        return strcmp(job->result, "done") == 0 ? 0 : fail(err, "the job of systemd ended as \"%s\"", job->result);
}

/* start ------------------------------------------------------------------------------------------------------------ */

static int make_start(sd_bus *bus, const char *unit, const struct properties *properties, sd_bus_message **ret,
                      struct err *err)
{
        if (new_call(bus, "StartTransientUnit", ret, err) < 0)
                return -1;
        int done = sd_bus_message_append(*ret, "ss", unit, "replace");
        if (done >= 0)
                done = sd_bus_message_open_container(*ret, SD_BUS_TYPE_ARRAY, "(sv)");
        if (done < 0)
                return fail_bus(done, "make a message", err);
        /* 0 is who sends it, whatever its number is where systemd is. */
        if (append_property(*ret, "PIDs=[uint32 0]", err) < 0 ||
            append_properties(*ret, properties->items, properties->n, err) < 0)
                return -1;
        done = sd_bus_message_close_container(*ret);
        if (done >= 0)
                done = sd_bus_message_append(*ret, "a(sa(sv))", 0);
        return done < 0 ? fail_bus(done, "make a message", err) : 0;
}

static void forget_failure(sd_bus *bus, const char *unit)
{
        (void)sd_bus_call_method(bus, SERVICE, OBJECT, MANAGER, "ResetFailedUnit", NULL, NULL, "s", unit);
}

int manager_start(sd_bus *bus, const char *unit, const struct properties *properties, struct err *err)
{
        struct job job = { .unit = unit };
        auto_slot sd_bus_slot *slot = NULL;
        auto_message sd_bus_message *call = NULL, *again = NULL, *reply = NULL;
        auto_error sd_bus_error error = SD_BUS_ERROR_NULL;
        if (watch_jobs(bus, &job, &slot, err) < 0 || make_start(bus, unit, properties, &call, err) < 0)
                return -1;
        int done = sd_bus_call(bus, call, 0, &error, &reply);
        if (done < 0 && sd_bus_error_has_name(&error, "org.freedesktop.systemd1.UnitExists")) {
                sd_bus_error_free(&error);
                forget_failure(bus, unit);
                if (make_start(bus, unit, properties, &again, err) < 0)
                        return -1;
                done = sd_bus_call(bus, again, 0, &error, &reply);
        }
        return done < 0 ? fail_call(done, &error, err) : await_job(bus, &job, reply, err);
}

/* set -------------------------------------------------------------------------------------------------------------- */

static int set_some(sd_bus *bus, const char *unit, char *const *items, size_t n, struct err *err)
{
        auto_message sd_bus_message *call = NULL;
        auto_error sd_bus_error error = SD_BUS_ERROR_NULL;
        if (new_call(bus, "SetUnitProperties", &call, err) < 0)
                return -1;
        int done = sd_bus_message_append(call, "sb", unit, 1);
        if (done >= 0)
                done = sd_bus_message_open_container(call, SD_BUS_TYPE_ARRAY, "(sv)");
        if (done < 0)
                return fail_bus(done, "make a message", err);
        if (append_properties(call, items, n, err) < 0)
                return -1;
        done = sd_bus_message_close_container(call);
        if (done < 0)
                return fail_bus(done, "make a message", err);
        done = sd_bus_call(bus, call, 0, &error, NULL);
        return done < 0 ? fail_call(done, &error, err) : 0;
}

/* systemd answers first and writes the files then, before it reads the next message. */
static int await_files(sd_bus *bus, struct err *err)
{
        auto_error sd_bus_error error = SD_BUS_ERROR_NULL;
        int done = sd_bus_call_method(bus, SERVICE, OBJECT, "org.freedesktop.DBus.Peer", "Ping", &error, NULL, NULL);
        return done < 0 ? fail_call(done, &error, err) : 0;
}

int manager_set(sd_bus *bus, const char *unit, const struct properties *properties, struct err *err)
{
        struct err ignored;
        for (size_t i = 0, n; i < properties->n; i += n) {
                char *const *items = properties->items + i;
                bool may_fail = **items == '-';
                for (n = 1; !may_fail && i + n < properties->n && *items[n] != '-'; n++)
                        continue;
                if (may_fail) {
                        char *const item = *items + 1;
                        (void)set_some(bus, unit, &item, 1, &ignored);
                } else if (set_some(bus, unit, items, n, err) < 0) {
                        return -1;
                }
        }
        return await_files(bus, err);
}

/* stop ------------------------------------------------------------------------------------------------------------- */

int manager_stop(sd_bus *bus, const char *unit, struct err *err)
{
        struct job job = { .unit = unit };
        auto_slot sd_bus_slot *slot = NULL;
        auto_message sd_bus_message *reply = NULL;
        auto_error sd_bus_error error = SD_BUS_ERROR_NULL;
        if (watch_jobs(bus, &job, &slot, err) < 0)
                return -1;
        int done = sd_bus_call_method(bus, SERVICE, OBJECT, MANAGER, "StopUnit", &error, &reply, "ss", unit, "replace");
        if (done < 0 && sd_bus_error_has_name(&error, "org.freedesktop.systemd1.NoSuchUnit"))
                return 0;
        if (done < 0)
                return fail_call(done, &error, err);
        done = await_job(bus, &job, reply, err);
        forget_failure(bus, unit);
        return done;
}
