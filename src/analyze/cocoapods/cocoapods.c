/* SPDX-License-Identifier: Apache-2.0 */
/* Podfile.lock: what CocoaPods resolved. YAML.
 *
 *   PODS:
 *     - NAME (VERSION)
 *     - NAME/SUBSPEC (VERSION): [ "NAME (RANGE)", … ]
 *   EXTERNAL SOURCES: {NAME: {":path": …} / {":git": URL, …} / {":podspec": …}}
 *   DEPENDENCIES, SPEC REPOS, CHECKOUT OPTIONS, SPEC CHECKSUMS (of the specifications), COCOAPODS: not read
 *
 * Subspecs are parts of one pod: it is one package, with what all its parts need. Pods with a :path are the user's own
 * code and left out; those of a repository have it as their URL.
 * Source: CocoaPods/Core lib/cocoapods-core/lockfile.rb, 0.33 to 1.16; purl type cocoapods. */
#include "analyze/analyzer.h"
#include "analyze/document_items.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/map.h"

struct reader {
	struct dd_found *out;
	struct dd_map pods;    /* name → index of the package */
	struct dd_buf depends; /* of the last pod */
	uint32_t last;
	size_t n_own; /* packages whose type was cleared: the user's own code */
};

static void reader_done(struct reader *r)
{
	dd_map_done(&r->pods);
	dd_buf_done(&r->depends);
}

static struct dd_str pod_of(struct dd_str text)
{
	text = dd_str_take(text, dd_str_find(text, ' '));
	return dd_str_take(text, dd_str_find(text, '/'));
}

static void flush(struct reader *r)
{
	if (r->last != DD_MAP_NONE)
		r->out->packages.p[r->last].depends = dd_lines_take(r->out, &r->depends);
	r->last = DD_MAP_NONE;
}

/* The parts of a pod stand in a row, sorted by name; the first one brings the package. */
static bool start_pod(struct reader *r, struct dd_str text, uint64_t at)
{
	struct dd_found *out = r->out;
	size_t open = dd_str_search(text, DD_STR(" ("));
	struct dd_str name = pod_of(text), version = dd_str_skip(text, open + 2);
	version = dd_str_take(version, dd_str_find(version, ')'));
	uint32_t index = dd_map_get(&r->pods, name);
	if (index != DD_MAP_NONE && dd_str_eq(out->packages.p[index].version, version))
		return index == r->last;
	flush(r);
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "cocoapods", name, version, at);
	if (!p)
		return false;
	r->last = (uint32_t)out->packages.n - 1;
	out->failed |= !dd_map_set(&r->pods, p->name, r->last);
	return true;
}

static void read_pod(struct reader *r, const struct dd_yaml_item *item)
{
	const struct dd_node *pod = item->value;
	if (pod && pod->kind == DD_NODE_TABLE)
		pod = dd_node_first(pod);
	if (!pod || !start_pod(r, pod == item->value ? dd_node_scalar(pod) : pod->name, item->at))
		return;
	struct dd_str name = r->out->packages.p[r->last].name;
	for (const struct dd_node *d = pod == item->value ? NULL : dd_node_first(pod); d; d = d->next)
		if (!dd_str_eq(pod_of(dd_node_scalar(d)), name))
			dd_depends_add(&r->depends, pod_of(dd_node_scalar(d)), DD_STR(""));
}

static void read_source(struct reader *r, const struct dd_yaml_item *item)
{
	uint32_t index = dd_map_get(&r->pods, item->name);
	if (index == DD_MAP_NONE)
		return;
	struct dd_package *p = &r->out->packages.p[index];
	p->url = dd_third_party_url(r->out, dd_node_scalar_of(item->value, ":git"));
	if (dd_node_get(item->value, ":path") && p->type.n) {
		p->type = DD_STR("");
		r->n_own++;
	}
}

static void leave_own_out(struct reader *r)
{
	struct dd_found *out = r->out;
	size_t kept = 0;
	for (size_t i = 0; i < out->packages.n && r->n_own; i++)
		if (out->packages.p[i].type.n)
			out->packages.p[kept++] = out->packages.p[i];
	out->packages.n = r->n_own ? kept : out->packages.n;
}

static void read_item(void *context, const struct dd_yaml_item *item)
{
	struct reader *r = context;
	if (dd_str_eq_c(item->section, "PODS"))
		read_pod(r, item);
	else if (dd_str_eq_c(item->section, "EXTERNAL SOURCES"))
		read_source(r, item);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(reader_done)
	struct reader r = { .out = out, .depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX), .last = DD_MAP_NONE };
	enum dd_code code = dd_yaml_each(out, in->data, read_item, &r, err);
	flush(&r);
	leave_own_out(&r);
	return code == DD_OK ? dd_third_party_end(out, err) : code;
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "Podfile.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_cocoapods = {
	.id = "cocoapods",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Podfile.lock",
	.purl_type = "cocoapods",
	.match = match,
	.parse = parse,
};
