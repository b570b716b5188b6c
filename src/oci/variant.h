/* SPDX-License-Identifier: Apache-2.0 */
/* variant.h - a value of D-Bus as text, in the text format of GVariant: `true`, `'a word'`, `uint64 5`, `['a', 'b']`,
 * `@a(ss) []`. That is how annotations give properties of systemd, and how tare hands them to its helper. Pure. */
#ifndef TARE_OCI_VARIANT_H
#define TARE_OCI_VARIANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct variant {
        const char *type; /* one complete type of a D-Bus signature: "s", "t", "as", "a(ss)" */
        union {
                bool truth;       /* b */
                uint64_t natural; /* y q u t */
                int64_t whole;    /* n i x */
                double real;      /* d */
                const char *text; /* s o g */
        };
        struct variant *items; /* of an array or a tuple */
        size_t n;
};

/* All of the text must be one value. A number without a type is an int32, or with a point a double; items of an array
 * are all of the type of the first. Byte strings, dictionaries and variants in variants are refused, as no property of
 * a unit is one. Everything lives in arena. Errors are in the words of runc where that has some: `unrecognized type
 * "x"`, `can't parse "a" with given type information`, `unexpected EOF`. */
int variant_parse(const char *text, struct arena *arena, struct variant *ret, struct err *err);

#endif
