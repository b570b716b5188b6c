/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - JSON as text: whether it is JSON at all, and what its strings say. Only for the reader. */
#ifndef TARE_OCI_JSON_H
#define TARE_OCI_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { JSON_SIZE_MAX = 16 * 1024 * 1024, JSON_LEVELS_MAX = 64 };

struct json_shape {
        size_t n_tokens; /* objects, arrays, strings (names of members too) and other values */
        bool is_object;  /* at the top */
        bool is_plain;   /* what all strings say is just what their bytes are: nothing is escaped, all is ASCII */
};

/* Whether the text is one JSON document of RFC 8259 within the limits, in one pass; complains with `NAME:LINE: ...`. */
int json_check(const char *text, size_t len, const char *name, struct json_shape *ret, struct err *err);

/* Both take what stands between the quotes of a string that json_check has passed. */

/* The same as shape.is_plain, of one string. */
bool json_is_plain(const char *raw, size_t len);
/* What it says, as UTF-8: escapes resolved; U+FFFD for each byte that is no UTF-8 and for each surrogate without its
 * other half, as Go's encoding/json has it. Returns the length. ret: NULL to learn the length alone; no NUL is added.
 */
size_t json_decode(const char *raw, size_t len, char *ret);

#endif
