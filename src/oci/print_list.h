/* SPDX-License-Identifier: Apache-2.0 */
/* print_list.h - a list of texts as a JSON array, for the documents of this room. */
#ifndef TARE_OCI_PRINT_LIST_H
#define TARE_OCI_PRINT_LIST_H

#include "base/json_out.h"

/* texts ends with NULL. */
static inline void print_list(struct json_out *out, const char *key, const char *const *texts)
{
        json_out_array(out, key);
        for (; *texts; texts++)
                json_out_text(out, NULL, *texts);
        json_out_array_end(out);
}

#endif
