/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.h - which name was meant by one that there is not: of a command, of an option. */
#ifndef TARE_CLI_NEAREST_H
#define TARE_CLI_NEAREST_H

#include <stddef.h>

/* A search over names that are offered one by one. */
struct nearest {
        const char *wanted; /* its first len bytes */
        size_t len;
        const char *name; /* the one most like it so far; NULL: none is alike */
        size_t errors;
};

struct nearest nearest_begin(const char *wanted, size_t len);
/* A name that begins with what is wanted is the likest; another one may differ from it in two letters, but not in all.
 */
void nearest_offer(struct nearest *search, const char *name);

#endif
