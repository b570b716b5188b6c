/* SPDX-License-Identifier: Apache-2.0 */
/* err.c - make an error, and put its context before it, within one fixed record. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

static const char cut_mark[] = " ... ";

static void put_before(struct err *err, const char *context, size_t context_len)
{
        size_t old_len = strlen(err->text);
        if (context_len + old_len < sizeof err->text) {
                memmove(err->text + context_len, err->text, old_len + 1);
                memcpy(err->text, context, context_len);
                return;
        }

        /* Keep a third for the start; the rest belongs to the end, where the errno's text is. */
        char whole[2 * ERR_TEXT_MAX];
        memcpy(whole, context, context_len);
        memcpy(whole + context_len, err->text, old_len + 1);
        size_t head = sizeof err->text / 3;
        size_t mark = sizeof cut_mark - 1;
        size_t tail = sizeof err->text - 1 - head - mark;
        memcpy(err->text, whole, head);
        memcpy(err->text + head, cut_mark, mark);
        memcpy(err->text + head + mark, whole + context_len + old_len - tail, tail + 1);
}

int fail(struct err *err, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        (void)vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
        err->code = 0;
        return -1;
}

int fail_sys(struct err *err, const char *format, ...)
{
        int code = errno;
        char act[ERR_TEXT_MAX];
        va_list args;
        va_start(args, format);
        (void)vsnprintf(act, sizeof act - 2, format, args);
        va_end(args);
        strcat(act, ": ");
        (void)snprintf(err->text, sizeof err->text, "%s", errno_text(code));
        put_before(err, act, strlen(act));
        err->code = code;
        errno = code;
        return -1;
}

int fail_at(struct err *err, const char *format, ...)
{
        char context[ERR_TEXT_MAX];
        va_list args;
        va_start(args, format);
        (void)vsnprintf(context, sizeof context - 2, format, args);
        va_end(args);
        strcat(context, ": ");
        put_before(err, context, strlen(context));
        return -1;
}
