/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of cached records: numbers are LEB128, texts are length and bytes. Which texts a struct has is a table, so
 * that writer and reader cannot disagree. Reading checks everything: a record may be damaged or hostile. */
#ifndef DD_RECORD_H
#define DD_RECORD_H

#include "base/arena.h"
#include "base/buf.h"

void dd_record_put_text(struct dd_buf *out, struct dd_str s);
/* at: offsets of n struct dd_str in *record. */
void dd_record_put_texts(struct dd_buf *out, const void *record, const size_t *at, size_t n);

struct dd_record_reader {
	struct dd_str rest;
	struct dd_arena *arena; /* texts are copied into it */
	bool bad;		/* sticks: what is read behind it is zero or empty */
};

/* At most max; 0 and bad beyond it. */
uint64_t dd_record_number(struct dd_record_reader *r, uint64_t max);
/* A view into the record. */
struct dd_str dd_record_view(struct dd_record_reader *r);
struct dd_str dd_record_text(struct dd_record_reader *r);
void dd_record_texts(struct dd_record_reader *r, void *record, const size_t *at, size_t n);

#endif
