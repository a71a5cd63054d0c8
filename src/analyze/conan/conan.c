/* SPDX-License-Identifier: Apache-2.0 */
/* conan.lock: what Conan resolved. JSON.
 *
 *   Conan 2 (0.5): {"version": "0.5", "requires": [REF, …], "build_requires": [REF, …], "python_requires": […], …}
 *   Conan 1 (0.4): {"graph_lock": {"nodes": {"1": {"ref": REF, "requires": ["2", …], "context": "host"/"build"}, …}}}
 *   REF = name "/" version [ "@" user "/" channel ] [ "#" recipe revision ] [ "%" time ]
 *
 * Packages of build_requires and python_requires, and nodes in the build context, are for development only. A node with
 * a "path" is the user's own recipe and left out. User, channel and revision are purl qualifiers.
 * Source: docs.conan.io 2 "Lockfiles", docs.conan.io 1.66 "Lockfiles"; conan-io/conan conans/model/graph_lock.py. */
#include "analyze/analyzer.h"
#include "analyze/conan/conan_ref.h"
#include "analyze/json_sections.h"
#include "analyze/third_party.h"
#include "base/limits.h"

struct reader {
	struct dd_found *out;
	bool dev;
};

struct dd_package *dd_conan_package(struct dd_found *out, enum dd_package_evidence evidence, struct dd_str ref,
				    uint64_t at)
{
	DD_CLEANUP_BUF struct dd_buf qualifiers = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct dd_str revision, whose;
	ref = dd_str_take(ref, dd_str_find(ref, '%'));
	revision = dd_str_skip(ref, dd_str_find(ref, '#') + 1);
	ref = dd_str_take(ref, dd_str_find(ref, '#'));
	revision = dd_str_take(revision, dd_str_find(revision, ':'));
	whose = dd_str_skip(ref, dd_str_find(ref, '@') + 1);
	ref = dd_str_take(ref, dd_str_find(ref, '@'));
	size_t slash = dd_str_find(ref, '/');
	struct dd_str name = dd_str_take(ref, slash), version = dd_str_skip(ref, slash + 1);
	struct dd_package *p = dd_third_party(out, evidence, "conan", name, version, at);
	if (!p)
		return NULL;
	size_t channel = dd_str_find(whose, '/');
	/* "_" stands for none in file names. */
	if (!dd_str_starts(whose, DD_STR("_")))
		dd_qualifiers_add(&qualifiers, "user", dd_str_take(whose, channel));
	if (!dd_str_starts(dd_str_skip(whose, channel), DD_STR("/_")))
		dd_qualifiers_add(&qualifiers, "channel", dd_str_skip(whose, channel + 1));
	dd_qualifiers_add(&qualifiers, "rrev", revision);
	p->qualifiers = dd_lines_take(out, &qualifiers);
	return p;
}

static void read_reference(void *context, struct dd_str unused, const json_t *value, uint64_t at)
{
	const struct reader *r = context;
	(void)unused;
	struct dd_package *p = dd_conan_package(r->out, DD_PACKAGE_DECLARED, dd_json_text(value), at);
	if (p)
		p->dev = r->dev;
}

static void read_node(void *context, struct dd_str unused, const json_t *node, uint64_t at)
{
	const struct reader *r = context;
	struct dd_str ref = dd_json_str(node, "ref");
	(void)unused;
	if (dd_json_str(node, "path").n || ref.n == 0)
		return;
	struct dd_package *p = dd_conan_package(r->out, DD_PACKAGE_DECLARED, ref, at);
	if (p)
		p->dev = dd_str_eq_c(dd_json_str(node, "context"), "build");
}

static void read_graph(struct reader *r, struct dd_json_section graph)
{
	static const char *const names[] = { "nodes" };
	struct dd_json_section nodes;
	struct dd_err why;
	if (graph.value.n == 0)
		return;
	if (dd_json_sections(r->out, graph.value, names, 1, &nodes, &why) != DD_OK) {
		dd_found_problem(r->out, graph.at, "%s", why.message);
		return;
	}
	nodes.at += graph.at;
	dd_json_each(r->out, nodes, read_node, r);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "requires", "build_requires", "python_requires", "graph_lock" };
	struct dd_json_section sections[DD_COUNT(names)];
	struct reader r = { out, false };
	DD_TRY(dd_json_sections(out, in->data, names, DD_COUNT(names), sections, err));
	for (size_t i = 0; i < 3; i++) {
		r.dev = i > 0;
		dd_json_each(out, sections[i], read_reference, &r);
	}
	read_graph(&r, sections[3]);
	return dd_third_party_end(out, err);
}

static const struct dd_match match_lock[] = {
	{ DD_MATCH_BASENAME, "conan.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_conan = {
	.id = "conan",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "conan.lock",
	.purl_type = "conan",
	.match = match_lock,
	.parse = parse,
};
