/* SPDX-License-Identifier: Apache-2.0 */
/* mix.lock: what Elixir's Mix resolved; a map of Elixir terms, an entry a line.
 *
 *   %{
 *     "APP": {:hex, :PACKAGE, "VERSION", "inner sha256", [MANAGERS], [{:APP, "RANGE", [hex: …]}, …], "hexpm",
 *             "outer sha256"},
 *     "APP": {:git, "URL", "COMMIT", [OPTIONS]},
 *   }
 *
 * Old files end after MANAGERS, the list of dependencies or the repository. The outer checksum is that of the package's
 * archive. Packages of git have no version and are left out, as are those of other repositories' kinds (:path is never
 * locked). Packages of a repository other than hexpm have the purl qualifier repository_url of its name only in the
 * user's configuration: not known here. Source: hexpm/hex lib/hex/scm.ex, lib/mix/tasks/deps; Hex 0.10 to 2.2. */
#include "analyze/analyzer.h"
#include "analyze/hex/hex_terms.h"
#include "analyze/third_party.h"
#include "base/limits.h"

/* The tuple {:hex, …} that is being read. */
struct entry {
	bool open;
	unsigned depth; /* of its elements */
	uint64_t at;
	struct dd_str name, version, outer;
	struct dd_buf depends;
};

enum { NAME_AT = 1, VERSION_AT = 2, DEPENDS_AT = 5, OUTER_AT = 7 };

static void finish(struct entry *e, struct dd_found *out)
{
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "hex", e->name, e->version, e->at);
	if (p) {
		p->digest = dd_third_party_digest(out, DD_STR("sha256"), e->outer);
		p->depends = dd_lines_take(out, &e->depends);
	}
	dd_buf_clear(&e->depends);
	*e = (struct entry){ .depends = e->depends };
}

/* index_of_list: which element of the tuple the list around the token is. */
static void take(struct entry *e, const struct dd_hex_token *t, unsigned index_of_list)
{
	bool is_dependency = t->depth == e->depth + 2 && t->index == 0 && index_of_list == DEPENDS_AT;
	if (t->kind == DD_HEX_ATOM && t->depth == e->depth && t->index == NAME_AT && e->name.n == 0)
		e->name = t->text;
	else if (t->kind == DD_HEX_TEXT && t->depth == e->depth && t->index == VERSION_AT)
		e->version = t->text;
	else if (t->kind == DD_HEX_TEXT && t->depth == e->depth && t->index == OUTER_AT)
		e->outer = t->text;
	else if (t->kind == DD_HEX_ATOM && is_dependency)
		dd_depends_add(&e->depends, t->text, DD_STR(""));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct entry e = { .depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX) };
	struct dd_hex_reader r = { .all = in->data };
	struct dd_hex_token t;
	for (dd_hex_next(&r, &t); t.kind != DD_HEX_END && !out->failed; dd_hex_next(&r, &t)) {
		if (e.open && t.kind == DD_HEX_CLOSE && t.depth < e.depth)
			finish(&e, out);
		else if (e.open)
			take(&e, &t, r.index[e.depth]);
		else if (t.kind == DD_HEX_ATOM && t.depth >= 2 && t.index == 0 && dd_str_eq_c(t.text, "hex")) {
			e.open = true;
			e.depth = t.depth;
			e.at = t.at;
		}
	}
	if (r.fault)
		dd_found_problem(out, r.at, "%s", r.fault);
	dd_buf_done(&e.depends);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "mix.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_hex = {
	.id = "hex",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "mix.lock",
	.purl_type = "hex",
	.match = match,
	.parse = parse,
};
