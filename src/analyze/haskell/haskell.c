/* SPDX-License-Identifier: Apache-2.0 */
/* cabal.project.freeze: what `cabal freeze` pinned.
 *
 *   constraints: any.NAME ==VERSION,
 *                NAME FLAGS,
 *                NAME installed, …
 *   other-field: …
 *
 * A field goes on in lines that start with a blank; "--" starts a comment. Only exact versions are packages; flags
 * ("+x -y"), "installed" and ranges are not. "any.", "setup." and "NAME:setup." say for which part of the build.
 * Source: cabal.readthedocs.io "cabal freeze", "cabal.project reference: constraints"; Cabal 2.0 to 3.14. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static void read_constraint(struct dd_found *out, struct dd_str text, uint64_t at)
{
	static const char *const scopes[] = { "any.", "setup." };
	text = dd_str_trim(text);
	size_t blank = 0;
	while (blank < text.n && !dd_is_blank(text.p[blank]) && text.p[blank] != '=')
		blank++;
	struct dd_str name = dd_str_take(text, blank), rest = dd_str_trim(dd_str_skip(text, blank));
	size_t colon = dd_str_find(name, ':');
	if (colon < name.n)
		name = dd_str_skip(name, colon + 1);
	for (size_t i = 0; i < DD_COUNT(scopes); i++)
		if (dd_str_starts(name, dd_str_from(scopes[i])))
			name = dd_str_skip(name, strlen(scopes[i]));
	if (!dd_str_starts(rest, DD_STR("==")))
		return;
	struct dd_str version = dd_str_trim(dd_str_skip(rest, 2));
	if (dd_str_ends(version, DD_STR(".*")) || dd_str_search(version, DD_STR("||")) < version.n)
		return;
	(void)dd_third_party(out, DD_PACKAGE_DECLARED, "hackage", name, version, at);
}

static void read_constraints(struct dd_found *out, struct dd_str text, uint64_t at)
{
	const char *start = text.p;
	for (struct dd_str one; dd_str_next(&text, ',', &one);)
		read_constraint(out, one, at + (uint64_t)(one.p - start));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const struct dd_str field = { "constraints:", 12 };
	bool wanted = false;
	for (struct dd_str rest = in->data, line; rest.n && !out->failed;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		bool continues = line.n && dd_is_blank(line.p[0]);
		struct dd_str text = line;
		if (!continues && line.n) {
			wanted = dd_str_starts(line, field);
			text = dd_str_skip(line, wanted ? field.n : 0);
		}
		if (wanted && !dd_str_starts(dd_str_trim(text), DD_STR("--")))
			read_constraints(out, text, at + (line.n - text.n));
	}
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "cabal.project.freeze", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_haskell = {
	.id = "haskell",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "cabal.project.freeze",
	.purl_type = "hackage",
	.match = match,
	.parse = parse,
};
