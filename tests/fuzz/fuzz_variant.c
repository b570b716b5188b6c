/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_variant.c - any bytes as a value of D-Bus. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "oci/variant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read is whole: a type, and under an array or a tuple what the type says. */
static void check(const struct variant *value)
{
        if (!value->type || !strchr("bynqiuxtdsoga(", *value->type) || *value->type == '\0')
                __builtin_trap();
        if (strchr("sog", *value->type) && !value->text)
                __builtin_trap();
        bool holds = *value->type == 'a' || *value->type == '(';
        for (size_t i = 0; holds && i < value->n; i++) {
                const struct variant *item = &value->items[i];
                check(item);
                if (*value->type == 'a' && strcmp(item->type, value->type + 1) != 0)
                        __builtin_trap();
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena = { 0 };
        struct variant value;
        struct err err = { 0 };
        const char *text = arena_copy(&arena, (const char *)data, size);
        int done = text ? variant_parse(text, &arena, &value, &err) : -1;
        if (done == 0)
                check(&value);
        if (text && done < 0 && *err.text == '\0')
                __builtin_trap();
        arena_finish(&arena);
        return 0;
}
