/* SPDX-License-Identifier: Apache-2.0 */
/* log.c - format a line and hand it to the log's owner; see log.h. */

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

const char *const log_level_names[LOG_LEVELS] = {
        [LOG_ERROR] = "error",
        [LOG_WARNING] = "warning",
        [LOG_INFO] = "info",
        [LOG_DEBUG] = "debug",
};

void log_say(const struct log *log, enum log_level level, const char *format, ...)
{
        if (level > log->level || !log->emit)
                return;

        int kept = errno;
        char text[ERR_TEXT_MAX];
        va_list args;
        va_start(args, format);
        (void)vsnprintf(text, sizeof text, format, args);
        va_end(args);
        log->emit(log->to, level, text);
        errno = kept;
}
