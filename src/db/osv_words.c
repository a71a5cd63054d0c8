/* SPDX-License-Identifier: Apache-2.0 */
#include "db/osv_words.h"

#include "base/cleanup.h"

const struct dd_osv_prefix *dd_osv_prefix(struct dd_str id)
{
	static const struct dd_osv_prefix rows[] = {
		{ "ALSA-", true },	   { "ALBA-", false },	    { "ALEA-", false },	   /* AlmaLinux */
		{ "RHSA-", true },	   { "RHBA-", false },	    { "RHEA-", false },	   /* Red Hat */
		{ "RLSA-", true },	   { "RXSA-", true },	    { "RLBA-", false },	   /* Rocky */
		{ "RLEA-", false },	   { "ELSA-", true },	    { "ELBA-", false },	   /* …, Oracle */
		{ "ELEA-", false },	   { "ALAS", true },	    { "DSA-", true },	   /* …, Amazon, Debian */
		{ "DLA-", true },	   { "DTSA-", true },	    { "USN-", true },	   /* …, Ubuntu */
		{ "LSN-", true },	   { "SUSE-SU-", true },    { "SUSE-RU-", false }, /* …, SUSE */
		{ "SUSE-FU-", false },	   { "SUSE-OU-", false },   { "openSUSE-SU-", true },
		{ "openSUSE-RU-", false }, { "MGASA-", true },	    { "OESA-", true }, /* Mageia, openEuler */
		{ "UBUNTU-CVE-", true },   { "DEBIAN-CVE-", true }, { "ALPINE-CVE-", true },
		{ "CGA-", true },	   { "BELL-CVE-", true },   { "AZL-", true }, /* Chainguard, BellSoft, Azure */
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_starts(id, dd_str_from(rows[i].prefix)))
			return &rows[i];
	return NULL;
}

enum dd_severity dd_osv_severity(struct dd_str word)
{
	static const struct {
		const char *word;
		enum dd_severity severity;
	} rows[] = {
		{ "critical", DD_SEV_CRITICAL },     { "high", DD_SEV_HIGH },
		{ "important", DD_SEV_HIGH },	     { "medium", DD_SEV_MEDIUM },
		{ "moderate", DD_SEV_MEDIUM },	     { "low", DD_SEV_LOW },
		{ "negligible", DD_SEV_NEGLIGIBLE }, { "unimportant", DD_SEV_NEGLIGIBLE },
		{ "none", DD_SEV_NEGLIGIBLE }, /* CVSS' word for 0.0 */
	};
	/* Debian's tracker marks urgencies that came from somewhere else by asterisks. */
	while (word.n && word.p[word.n - 1] == '*')
		word.n--;
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_nocase(word, dd_str_from(rows[i].word)))
			return rows[i].severity;
	return DD_SEV_UNKNOWN;
}

/* "Important: text" → "Important", "text"; false without such a prefix. Red Hat uses four words. */
static bool cut_severity(struct dd_str summary, struct dd_str *ret_word, struct dd_str *ret_rest)
{
	static const char *const words[] = { "Critical", "Important", "Moderate", "Low", "None" };
	size_t colon = dd_str_search(summary, DD_STR(": "));
	for (size_t i = 0; i < DD_COUNT(words) && colon < summary.n; i++) {
		if (!dd_str_eq_c(dd_str_take(summary, colon), words[i]))
			continue;
		*ret_word = dd_str_take(summary, colon);
		*ret_rest = dd_str_skip(summary, colon + 2);
		return true;
	}
	return false;
}

enum dd_severity dd_osv_summary_severity(struct dd_str summary)
{
	struct dd_str word, rest;
	return cut_severity(summary, &word, &rest) ? dd_osv_severity(word) : DD_SEV_UNKNOWN;
}

/* NAME:STREAM of [A-Za-z0-9._+-], each at least one. "httpd:2.4/mod_http2" is a component of httpd:2.4. */
static struct dd_str stream_of(struct dd_str word)
{
	size_t colon = dd_str_find(word, ':');
	word = dd_str_take(word, dd_str_find(word, '/'));
	if (word.n && word.p[word.n - 1] == ',')
		word.n--;
	if (colon == 0 || colon + 1 >= word.n)
		return (struct dd_str){ NULL, 0 };
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];
		bool mark = c == '.' || c == '_' || c == '+' || c == '-';
		if (i != colon && !dd_is_alpha(c) && !dd_is_digit(c) && !mark)
			return (struct dd_str){ NULL, 0 };
	}
	return word;
}

struct dd_str dd_osv_summary_module(struct dd_str summary, char out[DD_OSV_MODULE_BYTES])
{
	struct dd_str severity, rest = summary, word;
	size_t n = 0;
	(void)cut_severity(summary, &severity, &rest);
	while (dd_str_next(&rest, ' ', &word)) {
		struct dd_str stream = stream_of(word);
		if (!stream.n || stream.n + 1 > DD_OSV_MODULE_BYTES - n)
			continue;
		if (n)
			out[n++] = ' ';
		memcpy(out + n, stream.p, stream.n);
		n += stream.n;
	}
	return (struct dd_str){ out, n };
}

bool dd_osv_is_module_version(struct dd_str version)
{
	return dd_str_search(version, DD_STR(".module_el")) < version.n ||
	       dd_str_search(version, DD_STR(".module+el")) < version.n;
}

static size_t digits(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && dd_is_digit(s.p[n]))
		n++;
	return n;
}

size_t dd_cve_len(struct dd_str s)
{
	enum { YEAR_AT = 4, NUMBER_AT = 9, NUMBER_DIGITS_MIN = 4 };
	if (!dd_str_starts(s, DD_STR("CVE-")) || digits(dd_str_take(dd_str_skip(s, YEAR_AT), 4)) != 4 ||
	    s.n < NUMBER_AT || s.p[NUMBER_AT - 1] != '-')
		return 0;
	size_t n = digits(dd_str_skip(s, NUMBER_AT));
	return n >= NUMBER_DIGITS_MIN ? NUMBER_AT + n : 0;
}
