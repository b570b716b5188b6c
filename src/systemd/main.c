/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - libexec/tare/systemd: talk with systemd for tare, which is a static program and never loads its library.
 *
 *     systemd [--user] start|set|stop UNIT [PROPERTY=VALUE]...
 *
 * `start` makes a scope that holds this process, says "ready" on stdout, and holds the place until stdin ends: a scope
 * without processes is gone at once. A failure is one line on stderr, and status 1. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/scope.h"
#include "systemd/manager.h"

/* Until tare has put somebody else into the scope, or is gone. */
static int hold(void)
{
        char bytes[64];
        ssize_t n;
        (void)puts("ready");
        (void)fflush(stdout);
        do
                n = read(STDIN_FILENO, bytes, sizeof bytes);
        while (n > 0 || (n < 0 && errno == EINTR));
        return 0;
}

static int start(sd_bus *bus, const char *unit, const struct properties *properties, struct err *err)
{
        return manager_start(bus, unit, properties, err) < 0 ? -1 : hold();
}

static int stop(sd_bus *bus, const char *unit, const struct properties *properties, struct err *err)
{
        (void)properties;
        return manager_stop(bus, unit, err);
}

static const struct verb {
        const char *name;
        int (*run)(sd_bus *bus, const char *unit, const struct properties *properties, struct err *err);
} verbs[] = {
        {"start", start      },
        { "set",  manager_set},
        { "stop", stop       },
};

static const struct verb *find_verb(const char *name)
{
        for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
                if (strcmp(verbs[i].name, name) == 0)
                        return &verbs[i];
        return NULL;
}

int main(int argc, char **argv)
{
        struct err err;
        sd_bus *bus = NULL;
        int first = argc > 1 && strcmp(argv[1], "--user") == 0 ? 2 : 1;
        const struct verb *verb = argc >= first + 2 ? find_verb(argv[first]) : NULL;
        if (!verb) {
                (void)fputs("usage: systemd [--user] start|set|stop UNIT [PROPERTY=VALUE]...\n", stderr);
                return 1;
        }

        const struct properties properties = { argv + first + 2, (size_t)(argc - first - 2) };
        int done = manager_open(first == 2 ? OF_USER : OF_SYSTEM, &bus, &err);
        if (done == 0)
                done = verb->run(bus, argv[first + 1], &properties, &err);
        if (done < 0)
                (void)fprintf(stderr, "%s\n", err.text);
        (void)sd_bus_flush_close_unref(bus);
        return done < 0;
}
