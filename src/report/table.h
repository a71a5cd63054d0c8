/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the table report; each is one file and prints nothing when it has nothing to say. */
#ifndef DD_TABLE_H
#define DD_TABLE_H

#include "report/formats.h"
#include "report/sheet.h"

/* table_head.c: verdict, then what was looked at. */
void dd_table_head(const struct dd_sheet *s, const struct dd_report *r);
/* table_rows.c: the findings of one kind, one row for packages that share everything else. */
void dd_table_findings(const struct dd_sheet *s, const struct dd_report *r, enum dd_kind kind);
/* table_secrets.c: one entry for each secret, with all of its places. */
void dd_table_secrets(const struct dd_sheet *s, const struct dd_report *r, enum dd_kind kind);
/* table_tail.c */
/* Ignore rules that met nothing, where style asks for them. */
void dd_table_unused_rules(const struct dd_sheet *s, const struct dd_report *r);
void dd_table_suppressed(const struct dd_sheet *s, const struct dd_report *r);
void dd_table_problems(const struct dd_sheet *s, const struct dd_report *r);
void dd_table_layers(const struct dd_sheet *s, const struct dd_report *r);
/* table_advice.c: what a person can do now. */
void dd_table_advice(const struct dd_sheet *s, const struct dd_report *r);

/* "1 finding", "2 findings". Returns out. */
const char *dd_table_count(size_t n, const char *one, const char *many, char out[64]);
/* The package that a finding is about, NULL for none. */
const struct dd_installed *dd_table_package(const struct dd_report *r, const struct dd_finding *f);
/* A finding's layer when the target has it, else DD_NO_LAYER. */
int dd_table_layer(const struct dd_report *r, int layer);

#endif
