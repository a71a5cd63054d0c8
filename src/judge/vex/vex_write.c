/* SPDX-License-Identifier: Apache-2.0 */
/* OpenVEX 0.2.0 (https://openvex.dev/ns/v0.2.0). The document's @id is made from its content, so that the same decision
 * twice is the same document. */
#include "judge/vex/vex_write.h"

#include <stdio.h>

#include "base/glob.h"
#include "base/text.h"
#include "format/digest.h"
#include "format/json_write.h"

enum { LINES = 3 };

struct writer {
	const struct dd_report *r;
	const struct dd_vex_decision *d;
	struct dd_jsonw j;
};

static bool is_named(const struct dd_finding *f, struct dd_str id)
{
	if (dd_str_eq_nocase(f->id, id))
		return true;
	for (size_t i = 0; i < f->n_aliases; i++)
		if (dd_str_eq_nocase(f->aliases[i], id))
			return true;
	return false;
}

static const struct dd_installed *package_of(const struct dd_report *r, const struct dd_finding *f)
{
	return f->package >= 0 && (size_t)f->package < r->inventory->n_packages ? &r->inventory->packages[f->package]
										: NULL;
}

static bool is_meant(const struct writer *w, const struct dd_finding *f, struct dd_str id)
{
	const struct dd_installed *in = package_of(w->r, f);
	return f->kind == DD_KIND_VULNERABILITY && in && in->purl.n && is_named(f, id) &&
	       (w->d->package.n == 0 || dd_glob_match(w->d->package, in->package.name));
}

static void component(struct dd_jsonw *j, struct dd_str purl)
{
	dd_jsonw_member_text(j, "@id", purl);
	dd_jsonw_key(j, "identifiers");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "purl", purl);
	dd_jsonw_close(j);
}

/* Each package once: several packages of an inventory may share a purl. */
static bool is_first(const struct writer *w, size_t at, struct dd_str purl, struct dd_str id)
{
	const struct dd_finding *f = w->r->findings;
	for (size_t i = 0; i < at; i++) {
		const struct dd_installed *in = package_of(w->r, &f[i]);
		if (in && dd_str_eq(in->purl, purl) && is_meant(w, &f[i], id))
			return false;
	}
	return true;
}

static void packages(struct writer *w, struct dd_str id)
{
	for (size_t i = 0; i < w->r->n_findings; i++) {
		const struct dd_installed *in = package_of(w->r, &w->r->findings[i]);
		if (!in || !is_meant(w, &w->r->findings[i], id) || !is_first(w, i, in->purl, id))
			continue;
		dd_jsonw_object(&w->j);
		component(&w->j, in->purl);
		dd_jsonw_close(&w->j);
	}
}

/* "pkg:oci/nginx@sha256:…": purl type oci, name without registry and tag, in lower case. */
static bool image_purl(const struct dd_target *t, struct dd_buf *out)
{
	struct dd_str name = t->image;
	size_t slash = dd_str_rfind(name, '/');
	if (slash < name.n)
		name = dd_str_skip(name, slash + 1);
	name = dd_str_take(name, dd_str_find(name, ':'));
	if (!dd_str_starts(t->digest, DD_STR("sha256:")) || !dd_str_is_word(name))
		return false;
	(void)dd_buf_add_c(out, "pkg:oci/");
	for (size_t i = 0; i < name.n; i++)
		(void)dd_buf_add_char(out, dd_lower(name.p[i]));
	(void)dd_buf_addf(out, "@sha256%%3A%.*s", DD_FMT(dd_str_skip(t->digest, 7)));
	return !out->failed;
}

static void products(struct writer *w, struct dd_str id)
{
	DD_CLEANUP_BUF struct dd_buf image = DD_BUF_INIT(4096);
	dd_jsonw_key(&w->j, "products");
	dd_jsonw_array(&w->j);
	if (image_purl(&w->r->inventory->target, &image)) {
		dd_jsonw_object(&w->j);
		component(&w->j, dd_buf_str(&image));
		dd_jsonw_key(&w->j, "subcomponents");
		dd_jsonw_array(&w->j);
		packages(w, id);
		dd_jsonw_close(&w->j);
		dd_jsonw_close(&w->j);
	} else {
		packages(w, id);
	}
	dd_jsonw_close(&w->j);
}

static void statement(struct writer *w, const struct dd_finding *f, struct dd_str id)
{
	static const char *const text_keys[DD_VEX_STATUS_COUNT] = { [DD_VEX_NOT_AFFECTED] = "impact_statement",
								    [DD_VEX_AFFECTED] = "action_statement",
								    [DD_VEX_FIXED] = "status_notes",
								    [DD_VEX_UNDER_INVESTIGATION] = "status_notes" };
	struct dd_jsonw *j = &w->j;
	dd_jsonw_object(j);
	dd_jsonw_key(j, "vulnerability");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "name", f->id);
	if (f->n_aliases)
		dd_jsonw_member_texts(j, "aliases", f->aliases, f->n_aliases);
	dd_jsonw_close(j);
	products(w, id);
	dd_jsonw_member_text(j, "status", dd_str_from(dd_vex_status_name(w->d->status)));
	if (w->d->justification.n)
		dd_jsonw_member_text(j, "justification", w->d->justification);
	if (w->d->text.n)
		dd_jsonw_member_text(j, text_keys[w->d->status], w->d->text);
	dd_jsonw_close(j);
}

static void document(struct writer *w, const struct dd_finding *const *found, const char *digest)
{
	char time[32];
	struct dd_jsonw *j = &w->j;
	(void)dd_time_text(w->d->now, time);
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "@context", DD_STR("https://openvex.dev/ns/v0.2.0"));
	dd_jsonw_key(j, "@id");
	dd_jsonw_text(j, dd_str_from(digest));
	dd_jsonw_member_text(j, "author", w->d->author);
	dd_jsonw_member_text(j, "timestamp", dd_str_from(time));
	dd_jsonw_member_u64(j, "version", 1);
	dd_jsonw_member_text(j, "tooling", DD_STR("drydock " DD_VERSION));
	dd_jsonw_key(j, "statements");
	dd_jsonw_array(j);
	for (size_t i = 0; i < w->d->n_ids; i++)
		if (found[i])
			statement(w, found[i], w->d->ids[i]);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	(void)dd_buf_add_char(j->out, '\n');
}

/* The finding that each id names; an alias of a vulnerability that came before adds nothing. */
static enum dd_code find_all(const struct writer *w, const struct dd_finding **found, size_t *ret_n, struct dd_err *err)
{
	*ret_n = 0;
	for (size_t i = 0; i < w->d->n_ids; i++) {
		const struct dd_finding *f = NULL;
		for (size_t k = 0; k < w->r->n_findings && !f; k++)
			if (is_meant(w, &w->r->findings[k], w->d->ids[i]))
				f = &w->r->findings[k];
		if (!f)
			return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "the report has no vulnerability %s%s",
				       DD_QUOTE(w->d->ids[i]), w->d->package.n ? " in such a package" : "");
		for (size_t k = 0; k < i && f; k++)
			if (found[k] && dd_str_eq(found[k]->id, f->id))
				f = NULL;
		found[i] = f;
		*ret_n += f != NULL;
	}
	return DD_OK;
}

enum dd_code dd_vex_write(const struct dd_report *r, const struct dd_vex_decision *d, struct dd_buf *out, size_t *ret_n,
			  struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf draft = DD_BUF_INIT(out->max);
	DD_CLEANUP(dd_freep) const struct dd_finding **found = dd_alloc_zero(d->n_ids + 1, sizeof(struct dd_finding *));
	struct writer w = { .r = r, .d = d, .j = DD_JSONW(&draft, LINES) };
	struct dd_digest digest;
	char text[DD_DIGEST_TEXT_MAX], id[DD_DIGEST_TEXT_MAX + 64];
	if (!found)
		return dd_fail_nomem(err);
	DD_TRY(find_all(&w, found, ret_n, err));
	document(&w, found, "");
	DD_TRY(dd_buf_check(&draft, "the VEX document", err));
	DD_TRY(dd_digest_of(DD_SHA256, dd_buf_str(&draft), &digest, err));
	(void)snprintf(id, sizeof id, "https://openvex.dev/docs/public/vex-%s",
		       strchr(dd_digest_text(&digest, text), ':') + 1);
	w.j = DD_JSONW(out, LINES);
	document(&w, found, id);
	return dd_buf_check(out, "the VEX document", err);
}
