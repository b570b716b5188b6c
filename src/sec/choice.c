/* SPDX-License-Identifier: Apache-2.0 */
/* choice.c - find a word of the spec in its table; see choice.h. */

#include <string.h>

#include "choice.h"

const struct choice *choice_find(const struct choice *choices, size_t n, const char *name)
{
        for (size_t i = 0; name && i < n; i++)
                if (strcmp(choices[i].name, name) == 0)
                        return &choices[i];
        return NULL;
}
