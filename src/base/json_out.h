/* SPDX-License-Identifier: Apache-2.0 */
/* json_out.h - JSON printed into a buf: commas, indentation and escapes are kept here, so that printers only name
 * things. A key of NULL is an item of an array (or the value at the top). Output is valid JSON whatever bytes the texts
 * hold: bytes that are no UTF-8 become U+FFFD. */
#ifndef TARE_BASE_JSON_OUT_H
#define TARE_BASE_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json_out {
        struct buf *buf;
        const char *indent; /* one level of it ("  ", "\t"); NULL: everything on one line */
        unsigned int depth;
        bool has_item; /* whether the object or array at hand has one yet */
};

void json_out_object(struct json_out *out, const char *key);
void json_out_object_end(struct json_out *out);
void json_out_array(struct json_out *out, const char *key);
void json_out_array_end(struct json_out *out);
void json_out_text(struct json_out *out, const char *key, const char *text);
void json_out_u64(struct json_out *out, const char *key, uint64_t number);
void json_out_i64(struct json_out *out, const char *key, int64_t number);
/* Six digits at most. */
void json_out_double(struct json_out *out, const char *key, double number);
void json_out_bool(struct json_out *out, const char *key, bool value);
/* The text as a quoted JSON string, for whoever writes one value alone. */
void json_out_quoted(struct buf *buf, const char *text);

#endif
