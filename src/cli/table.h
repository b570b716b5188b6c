/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - columns of text, each as wide as its widest cell asks for: at least 12, and 3 of them blank, as runc has
 * them. The last column is not filled up. */
#ifndef TARE_CLI_TABLE_H
#define TARE_CLI_TABLE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum { TABLE_COLUMNS_MAX = 8 };

struct table {
        size_t n_columns;
        size_t n_cells;
        size_t widths[TABLE_COLUMNS_MAX];
        struct buf cells; /* each with its NUL */
};

/* Cells go from left to right, then into the next line. */
void table_add(struct table *table, const char *text);
void table_add_int(struct table *table, int number);
int table_print(const struct table *table, struct buf *out, struct err *err);
void table_finish(struct table *table);

#endif
