/* SPDX-License-Identifier: Apache-2.0 */
#include "model/secret.h"

#include <stddef.h>

#include "base/cleanup.h"

const char *dd_secret_place_name(enum dd_secret_place p)
{
	static const char *const names[] = { "file", "env", "label", "command", "history", "annotation" };
	return p < DD_SECRET_PLACE_COUNT ? names[p] : "file";
}

const char *dd_secret_alive_name(enum dd_secret_alive a)
{
	static const char *const names[] = { "not-asked", "active", "inactive", "unclear" };
	return a < DD_ALIVE_COUNT ? names[a] : "not-asked";
}

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int dd_secret_at_cmp(const struct dd_secret_at *a, const struct dd_secret_at *b)
{
	const struct dd_secret *x = &a->secret, *y = &b->secret;
	int c;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if ((c = dd_str_cmp(a->path, b->path)) || (c = dd_str_cmp(x->inner, y->inner)) ||
	    (c = dd_str_cmp(a->commit, b->commit)) || (c = by_number(x->offset, y->offset)) ||
	    (c = dd_str_cmp(x->rule, y->rule)) || (c = dd_str_cmp(x->coding, y->coding)) ||
	    (c = by_number(x->length, y->length)))
		return c;
	return dd_str_cmp(x->fingerprint, y->fingerprint);
}

const size_t dd_secret_texts[] = {
	offsetof(struct dd_secret, rule),	 offsetof(struct dd_secret, inner),
	offsetof(struct dd_secret, coding),	 offsetof(struct dd_secret, redacted),
	offsetof(struct dd_secret, clear),	 offsetof(struct dd_secret, context),
	offsetof(struct dd_secret, fingerprint), offsetof(struct dd_secret, reason),
	offsetof(struct dd_secret, filtered),
};
const size_t dd_n_secret_texts = DD_COUNT(dd_secret_texts);
