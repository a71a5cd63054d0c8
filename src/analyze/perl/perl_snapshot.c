/* SPDX-License-Identifier: Apache-2.0 */
/* cpanfile.snapshot: what Carton (and Carmel, cpm) resolved.
 *
 *   # carton snapshot format: version 1.0
 *   DISTRIBUTIONS
 *     DIST-VERSION
 *       pathname: A/AU/AUTHOR/DIST-VERSION.tar.gz
 *       provides:
 *         MODULE VERSION
 *       requirements:
 *         MODULE VERSION
 *
 * Requirements are modules; those that a distribution of the file provides become its dependencies: the file is read
 * twice. Source: metacpan.org Carton::Snapshot, Carton::Snapshot::Emitter (1.0.35). */
#include "analyze/analyzer.h"
#include "analyze/perl/perl_dist.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"

enum part { NONE, PROVIDES, REQUIREMENTS };

struct reader {
	struct dd_found *out;
	bool second;	       /* reading */
	struct dd_map modules; /* module → index of the package that provides it */
	uint32_t current;      /* package of the lines that are read */
	enum part part;
	struct dd_buf depends;
	struct dd_map known; /* lines that gave a package, by their text: the same in both readings */
};

static void reader_done(struct reader *r)
{
	dd_map_done(&r->modules);
	dd_map_done(&r->known);
	dd_buf_done(&r->depends);
}

static void flush(struct reader *r)
{
	if (r->second && r->current != DD_MAP_NONE)
		r->out->packages.p[r->current].depends = dd_lines_take(r->out, &r->depends);
	r->current = DD_MAP_NONE;
	r->part = NONE;
}

static void take_dist(struct reader *r, struct dd_str text, uint64_t at)
{
	struct dd_str name, version;
	flush(r);
	if (r->second) {
		r->current = dd_map_get(&r->known, text);
		return;
	}
	if (!dd_perl_cut_dist(text, &name, &version)) {
		dd_found_problem(r->out, at, "not a distribution and its version: %s", DD_QUOTE(text));
		return;
	}
	if (!dd_third_party(r->out, DD_PACKAGE_DECLARED, "cpan", name, version, at))
		return;
	r->current = (uint32_t)r->out->packages.n - 1;
	r->out->failed |= !dd_map_set(&r->known, text, r->current);
}

static void take_module(struct reader *r, struct dd_str text)
{
	struct dd_str module = dd_str_take(text, dd_str_find(text, ' '));
	if (!r->second && r->part == PROVIDES)
		r->out->failed |= !dd_map_set(&r->modules, module, r->current);
	uint32_t from = r->second && r->part == REQUIREMENTS ? dd_map_get(&r->modules, module) : (uint32_t)DD_MAP_NONE;
	if (from != DD_MAP_NONE && from != r->current)
		dd_depends_add(&r->depends, r->out->packages.p[from].name, DD_STR(""));
}

static void take_line(struct reader *r, struct dd_str line, uint64_t at)
{
	size_t indent = 0;
	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	struct dd_str text = dd_str_trim(line);
	if (text.n == 0 || indent == 0)
		return;
	if (indent == 2) {
		take_dist(r, text, at);
	} else if (indent == 4) {
		r->part = dd_str_eq_c(text, "provides:")       ? PROVIDES
			  : dd_str_eq_c(text, "requirements:") ? REQUIREMENTS
							       : NONE;
	} else if (r->current != DD_MAP_NONE) {
		take_module(r, text);
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(reader_done)
	struct reader r = { .out = out, .current = DD_MAP_NONE, .depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX) };
	for (unsigned reading = 0; reading < 2; reading++) {
		r.second = reading == 1;
		for (struct dd_str rest = in->data, line; rest.n && !out->failed;) {
			uint64_t at = in->data.n - rest.n;
			(void)dd_str_line(&rest, &line);
			take_line(&r, line, at);
		}
		flush(&r);
	}
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "cpanfile.snapshot", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_perl_snapshot = {
	.id = "perl-snapshot",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "cpanfile.snapshot",
	.purl_type = "cpan",
	.match = match,
	.parse = parse,
};
