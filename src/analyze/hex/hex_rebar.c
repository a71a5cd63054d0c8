/* SPDX-License-Identifier: Apache-2.0 */
/* rebar.lock: what Erlang's rebar3 resolved; Erlang terms.
 *
 *   {"1.2.0", [{<<"APP">>, {pkg, <<"PACKAGE">>, <<"VERSION">>}, LEVEL},
 *              {<<"APP">>, {git, "URL", {ref, "COMMIT"}}, LEVEL}, …]}.
 *   [{pkg_hash, [{<<"APP">>, <<"INNER SHA256">>}, …]}, {pkg_hash_ext, [{<<"APP">>, <<"OUTER SHA256">>}, …]}].
 *
 * Before rebar3 3.0 the list stood alone: [ … ]. The outer checksum is that of the package's archive. What comes from
 * git has no version and is left out.
 * Source: erlang/rebar3 apps/rebar/src/rebar_config.erl (lock files 1.0.0 to 1.2.0). */
#include "analyze/analyzer.h"
#include "analyze/hex/hex_terms.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"

struct reader {
	struct dd_found *out;
	struct dd_map apps; /* APP → index of the package */
	struct dd_str app;  /* the last text at the start of a tuple */
	bool in_package;
	unsigned depth; /* of the elements of {pkg, …} */
	uint64_t at;
	struct dd_str name, version;
	bool in_outer; /* behind pkg_hash_ext */
};

static void finish(struct reader *r)
{
	struct dd_package *p = dd_third_party(r->out, DD_PACKAGE_DECLARED, "hex", r->name, r->version, r->at);
	if (p)
		r->out->failed |= !dd_map_set(&r->apps, r->app, (uint32_t)r->out->packages.n - 1);
	r->in_package = false;
	r->name = r->version = DD_STR("");
}

static void take_checksum(struct reader *r, struct dd_str sum)
{
	uint32_t at = dd_map_get(&r->apps, r->app);
	if (at != DD_MAP_NONE && r->in_outer)
		r->out->packages.p[at].digest = dd_third_party_digest(r->out, DD_STR("sha256"), sum);
}

static void take(struct reader *r, const struct dd_hex_token *t)
{
	if (r->in_package && t->kind == DD_HEX_CLOSE && t->depth < r->depth) {
		finish(r);
	} else if (r->in_package && t->kind == DD_HEX_TEXT && t->depth == r->depth) {
		if (t->index == 1)
			r->name = t->text;
		else if (t->index == 2)
			r->version = t->text;
	} else if (t->kind == DD_HEX_ATOM && t->index == 0 && dd_str_eq_c(t->text, "pkg")) {
		r->in_package = true;
		r->depth = t->depth;
		r->at = t->at;
	} else if (t->kind == DD_HEX_ATOM && dd_str_starts(t->text, DD_STR("pkg_hash"))) {
		r->in_outer = dd_str_eq_c(t->text, "pkg_hash_ext");
	} else if (t->kind == DD_HEX_TEXT && t->index == 0) {
		r->app = t->text;
	} else if (t->kind == DD_HEX_TEXT && t->index == 1) {
		take_checksum(r, t->text);
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct reader r = { .out = out, .app = { "", 0 } };
	struct dd_hex_reader tokens = { .all = in->data };
	struct dd_hex_token t;
	for (dd_hex_next(&tokens, &t); t.kind != DD_HEX_END && !out->failed; dd_hex_next(&tokens, &t))
		take(&r, &t);
	if (tokens.fault)
		dd_found_problem(out, tokens.at, "%s", tokens.fault);
	dd_map_done(&r.apps);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "rebar.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_hex_rebar = {
	.id = "hex-rebar",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "rebar.lock",
	.purl_type = "hex",
	.match = match,
	.parse = parse,
};
