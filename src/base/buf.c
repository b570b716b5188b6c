/* SPDX-License-Identifier: Apache-2.0 */
/* buf.c - a growing byte buffer; see buf.h. */

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { FIRST_SIZE = 512 };

char *buf_reserve(struct buf *buf, size_t len)
{
        if (buf->out_of_memory)
                return NULL;
        if (len < buf->size && buf->size - len > buf->len)
                return buf->data + buf->len;

        size_t size = buf->size ? buf->size : FIRST_SIZE;
        while (size <= SIZE_MAX / 2 && (len >= size || size - len <= buf->len))
                size *= 2;
        char *data = size <= SIZE_MAX / 2 ? realloc(buf->data, size) : NULL;
        if (!data) {
                buf->out_of_memory = true;
                return NULL;
        }

        buf->data = data;
        buf->size = size;
        return data + buf->len;
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
        char *room = buf_reserve(buf, len);
        if (!room)
                return;

        if (len > 0)
                memcpy(room, bytes, len);
        room[len] = '\0';
        buf->len += len;
}

void buf_add_text(struct buf *buf, const char *text)
{
        buf_add(buf, text, strlen(text));
}

void buf_add_format(struct buf *buf, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        int len = vsnprintf(NULL, 0, format, args);
        va_end(args);
        char *room = len < 0 ? NULL : buf_reserve(buf, (size_t)len);
        if (!room)
                return;

        va_start(args, format);
        (void)vsnprintf(room, (size_t)len + 1, format, args);
        va_end(args);
        buf->len += (size_t)len;
}

const char *buf_text(const struct buf *buf)
{
        return buf->data ? buf->data : "";
}

int buf_ok(const struct buf *buf, struct err *err)
{
        if (buf->out_of_memory)
                return fail(err, "out of memory");
        return 0;
}

void buf_finish(struct buf *buf)
{
        free(buf->data);
        *buf = (struct buf){ 0 };
}
