/* SPDX-License-Identifier: Apache-2.0 */
/* Identity cards and lists of tags as text and JSON. docs/inspect.md describes the JSON. */
#ifndef DD_REPORT_CARD_H
#define DD_REPORT_CARD_H

#include "model/card.h"
#include "model/tag_list.h"
#include "report/formats.h"

/* Lines of at most style->width columns, but for the line to paste, which must not be broken. */
void dd_card_text(const struct dd_card *c, const struct dd_report_style *style, struct dd_buf *out);
void dd_card_json(const struct dd_card *c, struct dd_buf *out);

void dd_tag_list_text(const struct dd_tag_list *l, const struct dd_report_style *style, struct dd_buf *out);
void dd_tag_list_json(const struct dd_tag_list *l, struct dd_buf *out);

/* "3 days", "5 months": in the largest unit that gives two or more. out needs 32 bytes. */
const char *dd_age_text(int64_t seconds, char out[32]);
/* "999", "20.1 K", "1.5 G". out needs 16 bytes. */
const char *dd_count_text(uint64_t n, char out[16]);

#endif
