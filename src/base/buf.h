/* SPDX-License-Identifier: Apache-2.0 */
/* buf.h - a growing byte buffer, for text that is built or read whole. It always ends in a NUL that len does not count.
 * The first allocation that fails marks the buffer; what is added after that is dropped, and buf_ok tells at the end.
 */
#ifndef TARE_BASE_BUF_H
#define TARE_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf {
        char *data; /* NULL while empty */
        size_t len;
        size_t size;
        bool out_of_memory;
};

#define auto_buf __attribute__((cleanup(buf_finish)))

void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_format(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* Room for len more bytes at data + len, which the caller fills and then counts into len; NULL without memory. */
char *buf_reserve(struct buf *buf, size_t len);
/* The text so far, "" while empty. Never NULL. */
const char *buf_text(const struct buf *buf);
/* 0, or -1 with "out of memory" when anything was dropped. */
int buf_ok(const struct buf *buf, struct err *err);
/* Frees; the buffer is empty again. Accepts the zero value. */
void buf_finish(struct buf *buf);

#endif
