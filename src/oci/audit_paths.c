/* SPDX-License-Identifier: Apache-2.0 */
/* audit_paths.c - findings about the files of the kernel that a container sees: what is not masked, and which devices
 * it can open. */

#include <string.h>

#include "oci/audit_find.h"

#include "base/path.h"

/* masks ------------------------------------------------------------------------------------------------------------ */

static bool is_covered(const char *path, const struct text_list *by)
{
        for (size_t i = 0; i < by->n; i++)
                if (path_is_below(path, by->items[i]))
                        return true;
        return false;
}

static bool has_option(const struct spec_mount *mount, const char *option)
{
        for (size_t i = 0; i < mount->options.n; i++)
                if (strcmp(mount->options.items[i], option) == 0)
                        return true;
        return false;
}

/* The last mount whose place holds the path: the kernel's own file is there only when that is procfs or sysfs. */
static const struct spec_mount *mount_of(const struct spec *spec, const char *path)
{
        static const char *const types[] = { "proc", "sysfs", "bind" };
        const struct spec_mount *found = NULL;
        for (size_t i = 0; i < spec->n_mounts; i++)
                if (path_is_below(path, spec->mounts[i].destination))
                        found = &spec->mounts[i];
        for (size_t i = 0; found && found->type && i < ARRAY_LEN(types); i++)
                if (strcmp(found->type, types[i]) == 0)
                        return found;
        return NULL;
}

/* subset=pid leaves nothing of /proc but the processes (proc(5)). */
static bool is_visible(const struct spec *spec, const char *path)
{
        const struct spec_mount *mount = mount_of(spec, path);
        return mount && !has_option(mount, "subset=pid") && !is_covered(path, &spec->linux_.masked_paths);
}

void find_unmasked(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        for (; *words; words++)
                if (is_visible(spec, *words))
                        audit_add(places, "linux.maskedPaths", *words, NULL);
}

void find_unprotected(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        for (; *words; words++) {
                if (!is_visible(spec, *words) || is_covered(*words, &spec->linux_.readonly_paths))
                        continue;
                if (!has_option(mount_of(spec, *words), "ro"))
                        audit_add(places, "linux.readonlyPaths", *words, NULL);
        }
}

/* devices ---------------------------------------------------------------------------------------------------------- */

/* Numbers of the kernel's list of devices (Documentation/admin-guide/devices.txt). */
struct numbers {
        int64_t major, minor;
};

static const struct numbers memory_devices[] = {
        {1,  1}, /* mem */
        { 1, 2}, /* kmem */
        { 1, 4}, /* port */
};
/* What runtime-spec gives to every container. */
static const struct numbers ordinary_devices[] = {
        {1,  3}, /* null */
        { 1, 5}, /* zero */
        { 1, 7}, /* full */
        { 1, 8}, /* random */
        { 1, 9}, /* urandom */
        { 5, 0}, /* tty */
        { 5, 1}, /* console */
        { 5, 2}, /* ptmx */
};

static bool is_among(const struct spec_device *device, const struct numbers *numbers, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (device->major == numbers[i].major && device->minor == numbers[i].minor)
                        return true;
        return false;
}

static bool is_memory(const struct spec_device *device)
{
        return device->type != 'b' && device->type != 'p' &&
               is_among(device, memory_devices, ARRAY_LEN(memory_devices));
}

void find_block_device(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        for (size_t i = 0; i < spec->linux_.n_devices; i++)
                if (spec->linux_.devices[i].type == 'b')
                        audit_add_item(places, "linux.devices", i, spec->linux_.devices[i].path, NULL);
}

void find_memory_device(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        for (size_t i = 0; i < spec->linux_.n_devices; i++)
                if (is_memory(&spec->linux_.devices[i]))
                        audit_add_item(places, "linux.devices", i, spec->linux_.devices[i].path, NULL);
}

void find_other_device(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        for (size_t i = 0; i < spec->linux_.n_devices; i++) {
                const struct spec_device *device = &spec->linux_.devices[i];
                bool is_character = device->type == 'c' || device->type == 'u';
                if (is_character && !is_memory(device) &&
                    !is_among(device, ordinary_devices, ARRAY_LEN(ordinary_devices)))
                        audit_add_item(places, "linux.devices", i, device->path, NULL);
        }
}

/* To open, not only to make: any device, any disk, or any kind of character device. */
void find_wide_device_rule(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        for (size_t i = 0; i < spec->linux_.resources.n_devices; i++) {
                const struct spec_device_rule *rule = &spec->linux_.resources.devices[i];
                bool is_wide = rule->type != 'c' || !rule->major.set || rule->major.value < 0;
                if (rule->allow && is_wide && rule->access && strpbrk(rule->access, "rw"))
                        audit_add_item(places, "linux.resources.devices", i, rule->access, NULL);
        }
}
