/* SPDX-License-Identifier: Apache-2.0 */
#include "model/card.h"

#include <stdarg.h>
#include <stdio.h>

const char *dd_card_evidence_name(enum dd_card_evidence_kind kind)
{
	static const char *const names[] = { "signature", "attestation", "sbom", "other" };
	return (size_t)kind < DD_COUNT(names) ? names[kind] : "other";
}

const char *dd_card_level_name(enum dd_card_level level)
{
	static const char *const names[] = { "warning", "note", "not-asked" };
	return (size_t)level < DD_COUNT(names) ? names[level] : "note";
}

void dd_card_init(struct dd_card *c, int64_t now)
{
	*c = (struct dd_card){ .now = now,
			       .created = DD_CARD_NO_TIME,
			       .compressed = DD_CARD_UNKNOWN,
			       .unpacked = DD_CARD_UNKNOWN,
			       .hub_limit = DD_CARD_UNKNOWN,
			       .hub_remaining = DD_CARD_UNKNOWN,
			       .publisher = { .stars = DD_CARD_UNKNOWN,
					      .pulls = DD_CARD_UNKNOWN,
					      .updated = DD_CARD_NO_TIME,
					      .registered = DD_CARD_NO_TIME,
					      .as_of = DD_CARD_NO_TIME } };
}

void dd_card_add_note(struct dd_card *c, struct dd_arena *a, enum dd_card_level level, const char *id, const char *fmt,
		      ...)
{
	char text[DD_ERR_MESSAGE_MAX * 2];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct dd_str copy = dd_arena_str(a, dd_str_from(text));
	if (c->n_notes < DD_CARD_NOTES_MAX && copy.p)
		c->notes[c->n_notes++] = (struct dd_card_note){ level, id, copy };
}
