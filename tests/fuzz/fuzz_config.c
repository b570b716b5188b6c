/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_config.c - any bytes as a config.json: read, checked, and asked for what is not supported. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "oci/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An error is one that names the document, never an empty one. */
static void is_told(const struct err *err)
{
        if (strncmp(err->text, "config.json", strlen("config.json")) != 0)
                __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena = { 0 };
        struct spec spec;
        struct err err = { 0 };
        if (spec_read((const char *)data, size, "config.json", &arena, &spec, &err) < 0) {
                is_told(&err);
        } else if (spec_check(&spec, "config.json", &err) < 0) {
                is_told(&err);
        }
        arena_finish(&arena);
        return 0;
}
