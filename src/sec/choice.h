/* SPDX-License-Identifier: Apache-2.0 */
/* choice.h - words of the spec beside the kernel's numbers for them: the rows of the small tables of this room. */
#ifndef TARE_SEC_CHOICE_H
#define TARE_SEC_CHOICE_H

#include <stddef.h>
#include <stdint.h>

struct choice {
        const char *name;
        uint32_t value;
};

/* The row of this name; NULL when there is none, and for no name. */
const struct choice *choice_find(const struct choice *choices, size_t n, const char *name);

#endif
