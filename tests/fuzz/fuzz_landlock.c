/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_landlock.c - any bytes as the annotation of Landlock. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "oci/landlock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read is whole; what is refused names the annotation. */
static void check(int rc, const struct spec_landlock *rules, const struct err *err)
{
        static const char place[] = "config.json: annotations." LANDLOCK_ANNOTATION;
        if (rc < 0 && strncmp(err->text, place, sizeof place - 1) != 0)
                __builtin_trap();
        if (rc < 0)
                return;
        if (!rules->set)
                __builtin_trap();
        for (size_t i = 0; i < rules->n_paths; i++)
                if (rules->paths[i].path[0] != '/' || rules->paths[i].access.n == 0)
                        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena = { 0 };
        struct spec_landlock rules;
        struct err err = { 0 };
        struct key_value item = { LANDLOCK_ANNOTATION, arena_copy(&arena, (const char *)data, size) };
        const struct spec spec = {
                .annotations = {&item, 1}
        };
        if (item.value)
                check(spec_landlock_read(&spec, "config.json", &arena, &rules, &err), &rules, &err);
        arena_finish(&arena);
        return 0;
}
