/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - print columns of text; see table.h. */

#include <stdio.h>
#include <string.h>

#include "cli/table.h"

enum { WIDTH_MIN = 12, PADDING = 3 };

/* In characters of UTF-8: all bytes but those that go on with one. */
static size_t width_of(const char *text)
{
        size_t n = 0;
        for (; *text; text++)
                n += ((unsigned char)*text & 0xc0) != 0x80;
        return n;
}

void table_add(struct table *table, const char *text)
{
        size_t *width = &table->widths[table->n_cells % table->n_columns];
        size_t wanted = width_of(text) + PADDING;
        if (*width < WIDTH_MIN)
                *width = WIDTH_MIN;
        if (*width < wanted)
                *width = wanted;
        buf_add(&table->cells, text, strlen(text) + 1);
        table->n_cells++;
}

void table_add_int(struct table *table, int number)
{
        char text[16];
        (void)snprintf(text, sizeof text, "%d", number);
        table_add(table, text);
}

int table_print(const struct table *table, struct buf *out, struct err *err)
{
        if (buf_ok(&table->cells, err) < 0)
                return -1;

        const char *cell = table->cells.data;
        for (size_t i = 0; i < table->n_cells; i++) {
                size_t column = i % table->n_columns;
                buf_add_text(out, cell);
                if (column + 1 == table->n_columns)
                        buf_add_text(out, "\n");
                else
                        buf_add_format(out, "%*s", (int)(table->widths[column] - width_of(cell)), "");
                cell += strlen(cell) + 1;
        }
        return 0;
}

void table_finish(struct table *table)
{
        buf_finish(&table->cells);
}
