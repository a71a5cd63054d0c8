/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of the version orders: rows { a, op, b }, checked in both directions. */
#ifndef DD_VERCMP_ROWS_H
#define DD_VERCMP_ROWS_H

#include <stdio.h>

#include "support/test.h"
#include "version/version.h"

struct dd_order_row {
	const char *a;
	char op; /* '<' '=' '>', or '?': not both are versions */
	const char *b;
};

static inline char dd_order_op(enum dd_scheme scheme, struct dd_str a, struct dd_str b)
{
	int c;
	if (!dd_vercmp(scheme, a, b, &c))
		return '?';
	return c < 0 ? '<' : c > 0 ? '>' : '=';
}

static inline void dd_check_order(enum dd_scheme scheme, struct dd_str a, char op, struct dd_str b)
{
	char row[256], back = op == '<' ? '>' : op == '>' ? '<' : op;
	(void)snprintf(row, sizeof row, "%s: %.*s %c %.*s", dd_scheme_name(scheme), DD_FMT(dd_str_take(a, 100)), op,
		       DD_FMT(dd_str_take(b, 100)));
	CHECK_INT_ROW(dd_order_op(scheme, a, b), op, row);
	CHECK_INT_ROW(dd_order_op(scheme, b, a), back, row);
}

static inline void dd_check_order_rows(enum dd_scheme scheme, const struct dd_order_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dd_check_order(scheme, dd_str_from(rows[i].a), rows[i].op, dd_str_from(rows[i].b));
}

/* Every one is a version, and each is lower than all that follow. */
static inline void dd_check_rising(enum dd_scheme scheme, const char *const *versions, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			dd_check_order(scheme, dd_str_from(versions[i]), i == j ? '=' : '<', dd_str_from(versions[j]));
}

static inline void dd_check_refused(enum dd_scheme scheme, const struct dd_str *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dd_check_order(scheme, texts[i], '?', DD_STR("1"));
}

#endif
