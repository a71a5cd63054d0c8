/* SPDX-License-Identifier: Apache-2.0 */
/* go.sum: digests of the modules that a build looked at.
 *
 *   file = *( PATH blank VERSION [ "/go.mod" ] blank HASH LF )       HASH = "h1:" base64
 *
 * A line with /go.mod says only that the module's requirements were read; one without, that its content was downloaded.
 * Several versions of a module may be there, old ones stay until somebody tidies up: the build takes the highest
 * (minimal version selection takes the highest that anybody asks for). It is the only word on modules where no go.mod
 * lies beside it, and on indirect requirements where that is of Go before 1.17; the go.mod says which it covers
 * (scan/inventory_declared.c).
 *
 * Source: go.dev/ref/mod#go-sum-files. Limits: GO_SUM_BYTES_MAX, MODULES_MAX. */
#include "analyze/go/go.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"
#include "version/version.h"

enum { MODULES_MAX = 200000, FIELDS = 3 };
#define GO_SUM_BYTES_MAX (64 * DD_MIB) /* real ones stay below 1 MiB */

struct summed {
	struct dd_go_module module;
	uint64_t at;
};

struct gosum {
	struct dd_found *out;
	struct dd_map seen; /* path → index */
	DD_VEC(struct summed) modules;
	bool limit_told;
};

static bool is_newer(struct dd_str a, struct dd_str b)
{
	int c;
	return dd_vercmp(DD_SCHEME_GOLANG, a, b, &c) && c > 0;
}

static void add(struct gosum *g, struct summed s)
{
	uint32_t i = dd_map_get(&g->seen, s.module.path);
	if (i < g->modules.n) {
		if (is_newer(s.module.version, g->modules.p[i].module.version))
			g->modules.p[i] = s;
		return;
	}
	if (g->modules.n == MODULES_MAX) {
		if (!g->limit_told)
			dd_found_problem(g->out, s.at, "more than %d modules: the rest is not read", MODULES_MAX);
		g->limit_told = true;
		return;
	}
	if (!dd_vec_push(&g->modules, s, MODULES_MAX) ||
	    !dd_map_set(&g->seen, s.module.path, (uint32_t)g->modules.n - 1))
		g->out->failed = true;
}

static void read_line(struct gosum *g, struct dd_str text, uint64_t at)
{
	struct dd_str field[FIELDS], rest = dd_str_trim(text);
	size_t n = 0;
	if (rest.n == 0)
		return;
	for (; rest.n && n < FIELDS; n++) {
		size_t end = 0;
		while (end < rest.n && !dd_is_blank(rest.p[end]))
			end++;
		field[n] = dd_str_take(rest, end);
		rest = dd_str_trim(dd_str_skip(rest, end));
	}
	if (n != FIELDS || rest.n || dd_str_find(field[2], ':') == field[2].n) {
		dd_found_problem(g->out, at, "not a module, a version and a digest: %s", DD_QUOTE(text));
		return;
	}
	if (!dd_str_ends(field[1], DD_STR("/go.mod")))
		add(g, (struct summed){ { field[0], field[1] }, at });
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct gosum g = { .out = out };
	if (dd_go_in_module_cache(in->path))
		return DD_OK;
	for (struct dd_str rest = in->data, line; !out->failed && rest.n;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		read_line(&g, line, at);
	}
	for (size_t i = 0; i < g.modules.n && !out->failed; i++) {
		struct dd_package *p = dd_go_add(out, &g.modules.p[i].module, g.modules.p[i].at);
		if (p)
			p->evidence = DD_PACKAGE_DECLARED;
	}
	dd_vec_done(&g.modules);
	dd_map_done(&g.seen);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "go.sum", NULL, GO_SUM_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_gosum = {
	.id = "go-sum",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Go modules that a build looked at (go.sum)",
	.purl_type = "golang",
	.match = match,
	.parse = parse,
};
