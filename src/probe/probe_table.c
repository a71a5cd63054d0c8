/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "probe/probe.h"

static const struct dd_probe_row rows[] = {
/* clang-format off */
#define DD_PROBE(rules, method, url, headers, body, alive, dead, page) \
	{ rules, method, url, headers, body, alive, dead, page },
#include "probe/probes.def"
#undef DD_PROBE
	/* clang-format on */
};

const struct dd_probe_row *dd_probe_at(size_t i)
{
	return i < DD_COUNT(rows) ? &rows[i] : NULL;
}

/* The next word of *rest, which a blank ends. */
static struct dd_str next_word(struct dd_str *rest)
{
	struct dd_str word = dd_str_take(*rest, dd_str_find(*rest, ' '));
	*rest = dd_str_skip(*rest, word.n + 1);
	return word;
}

const struct dd_probe_row *dd_probe_for(struct dd_str rule)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		for (struct dd_str rest = dd_str_from(rows[i].rules); rest.n;)
			if (dd_str_eq(next_word(&rest), rule))
				return &rows[i];
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Blanks of the text, which JSON allows between any two words, do not count. */
static bool stands_at(struct dd_str text, struct dd_str part)
{
	size_t k = 0;
	for (size_t i = 0; i < text.n && k < part.n; i++) {
		if (text.p[i] == part.p[k])
			k++;
		else if (!is_blank(text.p[i]))
			return false;
	}
	return k == part.n;
}

static bool contains(struct dd_str text, struct dd_str part)
{
	for (; text.n; text = dd_str_skip(text, 1))
		if (text.p[0] == part.p[0] && stands_at(text, part))
			return true;
	return false;
}

static bool has_status(struct dd_str list, unsigned status)
{
	while (list.n) {
		struct dd_str word = next_word(&list);
		unsigned n = 0;
		for (size_t i = 0; i < word.n && dd_is_digit(word.p[i]) && i < 4; i++)
			n = n * 10 + (unsigned)(word.p[i] - '0');
		if (word.n && n == status)
			return true;
	}
	return false;
}

static bool says(const char *what, unsigned status, struct dd_str body)
{
	struct dd_str all = dd_str_from(what);
	size_t quote = dd_str_find(all, '"');
	if (!has_status(dd_str_take(all, quote), status))
		return false;
	return quote >= all.n || contains(body, dd_str_skip(all, quote + 1));
}

enum dd_secret_alive dd_probe_judge(const struct dd_probe_row *row, unsigned status, struct dd_str body)
{
	if (says(row->alive, status, body))
		return DD_ALIVE_YES;
	return says(row->dead, status, body) ? DD_ALIVE_NO : DD_ALIVE_UNCLEAR;
}
