/* SPDX-License-Identifier: Apache-2.0 */
/* append.c - a tree of values becomes the bytes of a message; see append.h. */

#include <errno.h>
#include <string.h>

#include "systemd/append.h"

#include "base/arena.h"
#include "oci/variant.h"

static int append_value(sd_bus_message *message, const struct variant *value);

/* The types that hold others: what they are called in sd-bus, and where the types of what they hold are. */
static int append_container(sd_bus_message *message, const struct variant *value)
{
        char contents[256];
        bool is_array = *value->type == 'a';
        size_t len = strlen(value->type) - (is_array ? 1 : 2);
        if (len >= sizeof contents)
                return -E2BIG;
        memcpy(contents, value->type + 1, len);
        contents[len] = '\0';

        int done = sd_bus_message_open_container(message, is_array ? SD_BUS_TYPE_ARRAY : SD_BUS_TYPE_STRUCT, contents);
        for (size_t i = 0; done >= 0 && i < value->n; i++)
                done = append_value(message, &value->items[i]);
        return done < 0 ? done : sd_bus_message_close_container(message);
}

static int append_value(sd_bus_message *message, const struct variant *value)
{
        switch (*value->type) {
        case 'a':
        case '(':
                return append_container(message, value);
        case 'b':
                return sd_bus_message_append(message, "b", (int)value->truth);
        case 'd':
                return sd_bus_message_append(message, "d", value->real);
        case 's':
        case 'o':
        case 'g':
                return sd_bus_message_append(message, value->type, value->text);
        case 'x':
        case 't':
                return sd_bus_message_append(message, value->type, value->natural);
        default: /* what is shorter than an int is handed over as one */
                return sd_bus_message_append(message, value->type, (int)value->natural);
        }
}

static int append_pair(sd_bus_message *message, const char *name, const struct variant *value)
{
        int done = sd_bus_message_open_container(message, SD_BUS_TYPE_STRUCT, "sv");
        if (done >= 0)
                done = sd_bus_message_append(message, "s", name);
        if (done >= 0)
                done = sd_bus_message_open_container(message, SD_BUS_TYPE_VARIANT, value->type);
        if (done >= 0)
                done = append_value(message, value);
        if (done >= 0)
                done = sd_bus_message_close_container(message);
        return done < 0 ? done : sd_bus_message_close_container(message);
}

int append_property(sd_bus_message *message, const char *property, struct err *err)
{
        struct arena arena = { 0 };
        struct variant value;
        const char *equals = strchr(property, '=');
        const char *name = equals ? arena_copy(&arena, property, (size_t)(equals - property)) : NULL;
        int done = -1;
        if (!name) {
                (void)fail(err, "property %s: no \"=\" in it", property);
        } else if (variant_parse(equals + 1, &arena, &value, err) < 0) {
                (void)fail_at(err, "property %s", property);
        } else {
                done = append_pair(message, name, &value);
                errno = -done;
                done = done < 0 ? fail_sys(err, "property %s", property) : 0;
        }
        arena_finish(&arena);
        return done;
}
