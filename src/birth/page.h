/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - the birth table as text: docs/BIRTH.md is printed from it, and so is the list that the fault matrix walks.
 */
#ifndef TARE_BIRTH_PAGE_H
#define TARE_BIRTH_PAGE_H

#include "base/buf.h"

/* The whole of docs/BIRTH.md. */
void page_print_markdown(struct buf *out);
/* One line a row: its number, its sentence, and the sides that walk it with work of their own ("host", "init", "both",
 * "none"), separated by tabs. */
void page_print_rows(struct buf *out);

#endif
