/* SPDX-License-Identifier: Apache-2.0 */
/* A dependency snapshot for GitHub's dependency submission API:
 * https://docs.github.com/rest/dependency-graph/dependency-submission (version 0).
 * One manifest for each file that is evidence of packages. The commit is what the image's labels say
 * (org.opencontainers.image.revision, .ref.name), as nothing else of the image knows it; whoever submits the snapshot
 * for another one sets `sha`, `ref` and `job` in it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "format/json_write.h"
#include "report/bom.h"
#include "report/formats.h"

enum { BROKEN_LEVELS = 3 };

static struct dd_str label(const struct dd_target *t, const char *key)
{
	for (size_t i = 0; i < t->n_labels; i++)
		if (dd_str_eq_c(t->labels[i].key, key))
			return t->labels[i].value;
	return DD_STR("");
}

/* 40 hexadecimal digits, or 64 of a repository with SHA-256. */
static struct dd_str commit_of(const struct dd_target *t)
{
	struct dd_str sha = label(t, "org.opencontainers.image.revision");
	for (size_t i = 0; i < sha.n; i++)
		if (!dd_is_digit(sha.p[i]) && (dd_lower(sha.p[i]) < 'a' || dd_lower(sha.p[i]) > 'f'))
			return DD_STR("0000000000000000000000000000000000000000");
	return sha.n == 40 || sha.n == 64 ? sha : DD_STR("0000000000000000000000000000000000000000");
}

static void head(struct dd_jsonw *j, const struct dd_bom *bom)
{
	struct dd_str ref = label(bom->target, "org.opencontainers.image.ref.name");
	dd_jsonw_member_u64(j, "version", 0);
	dd_jsonw_member_text(j, "sha", commit_of(bom->target));
	bool full = dd_str_starts(ref, DD_STR("refs/")) && dd_str_is_word(ref);
	dd_jsonw_member_text(j, "ref", full ? ref : DD_STR("refs/heads/main"));
	dd_jsonw_key(j, "job");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "id", dd_str_from(bom->uuid));
	dd_jsonw_member_text(j, "correlator", bom->root_name);
	dd_jsonw_close(j);
	dd_jsonw_key(j, "detector");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "name", DD_STR("drydock"));
	dd_jsonw_member_text(j, "version", bom->report->version);
	dd_jsonw_member_text(j, "url", DD_STR(DD_BOM_TOOL_URL));
	dd_jsonw_close(j);
	dd_jsonw_member_text(j, "scanned", dd_str_from(dd_bom_date(bom)));
}

static int by_path(const void *x, const void *y)
{
	const struct dd_bom_item *a = *(const struct dd_bom_item *const *)x, *b = *(const struct dd_bom_item *const *)y;
	int c = dd_str_cmp(a->in->path, b->in->path);
	return c ? c : (a > b) - (a < b);
}

static void resolved(struct dd_jsonw *j, const struct dd_bom *bom, const struct dd_bom_item *item)
{
	dd_jsonw_key_text(j, item->ref);
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "package_url", item->purl);
	dd_jsonw_member_text(j, "relationship", DD_STR("direct"));
	dd_jsonw_member_text(j, "scope", dd_str_from(item->in->package.dev ? "development" : "runtime"));
	dd_jsonw_key(j, "dependencies");
	dd_jsonw_array(j);
	for (size_t i = 0; i < item->n_needs; i++)
		if (bom->items[item->needs[i]].purl.n)
			dd_jsonw_text(j, bom->items[item->needs[i]].purl);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

static void manifests(struct dd_jsonw *j, const struct dd_bom *bom, const struct dd_bom_item **list, size_t n)
{
	dd_jsonw_key(j, "manifests");
	dd_jsonw_object(j);
	for (size_t i = 0, end; i < n; i = end) {
		struct dd_str path = list[i]->in->path;
		dd_jsonw_key_text(j, path.n ? path : bom->root_name);
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "name", path.n ? path : bom->root_name);
		dd_jsonw_key(j, "file");
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "source_location", path);
		dd_jsonw_close(j);
		dd_jsonw_key(j, "resolved");
		dd_jsonw_object(j);
		for (end = i; end < n && dd_str_eq(list[end]->in->path, path); end++)
			resolved(j, bom, list[end]);
		dd_jsonw_close(j);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

enum dd_code dd_report_write_github(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				    struct dd_err *err)
{
	DD_CLEANUP(dd_bom_done) struct dd_bom bom = { 0 };
	struct dd_jsonw j = DD_JSONW(out, BROKEN_LEVELS);
	size_t n = 0;
	(void)style;
	DD_TRY(dd_bom_make(r, &bom, err));
	DD_CLEANUP(dd_freep) const struct dd_bom_item **list = dd_realloc_array(NULL, bom.n_items + 1, sizeof *list);
	if (!list)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < bom.n_items; i++)
		if (bom.items[i].purl.n)
			list[n++] = &bom.items[i];
	if (n > 1)
		qsort(list, n, sizeof *list, by_path);
	dd_jsonw_object(&j);
	head(&j, &bom);
	manifests(&j, &bom, list, n);
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(out, '\n');
	return dd_buf_check(out, "the report", err);
}
