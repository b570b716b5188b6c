/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - the tables of the two stories as text: docs/BIRTH.md is printed from them, and from that of the birth the
 * list that the fault matrix walks. */
#ifndef TARE_BIRTH_PAGE_H
#define TARE_BIRTH_PAGE_H

#include "base/buf.h"

/* The whole of docs/BIRTH.md. */
void page_print_markdown(struct buf *out);
/* One line a row of the birth: its number, its sentence, and the sides that walk it with work of their own ("host",
 * "init", "both", "none"), separated by tabs. */
void page_print_rows(struct buf *out);

#endif
