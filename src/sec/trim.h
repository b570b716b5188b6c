/* SPDX-License-Identifier: Apache-2.0 */
/* trim.h - the blanks around a text cut off, in place: as people leave them in lists, and editors at the end of lines.
 */
#ifndef TARE_SEC_TRIM_H
#define TARE_SEC_TRIM_H

#include <string.h>

static inline char *trim(char *text)
{
        static const char blanks[] = " \t\n\v\f\r";
        text += strspn(text, blanks);
        size_t len = strlen(text);
        while (len > 0 && strchr(blanks, text[len - 1]))
                len--;
        text[len] = '\0';
        return text;
}

#endif
