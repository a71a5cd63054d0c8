/* SPDX-License-Identifier: Apache-2.0 */
/* Layer facts as bytes: numbers are LEB128, texts are length and bytes, lists are count and items, in the order of the
 * structs. Field lists are tables: the encoder and the decoder cannot disagree. Analyzers are written by index: the
 * cache's key holds the registry's fingerprint. */
#include "scan/layer_facts.h"

#include "base/limits.h"

static const size_t ownership_texts[] = { offsetof(struct dd_ownership, package),
					  offsetof(struct dd_ownership, paths) };
static const size_t os_texts[] = {
	offsetof(struct dd_os, id),	     offsetof(struct dd_os, version), offsetof(struct dd_os, codename),
	offsetof(struct dd_os, pretty_name), offsetof(struct dd_os, id_like), offsetof(struct dd_os, subscription),
};
static const size_t problem_texts[] = { offsetof(struct dd_problem, path), offsetof(struct dd_problem, analyzer),
					offsetof(struct dd_problem, text) };

/* ---- writing ---- */

static void put_text(struct dd_buf *out, struct dd_str s)
{
	(void)dd_buf_add_varint(out, s.n);
	(void)dd_buf_add_str(out, s);
}

static void put_texts(struct dd_buf *out, const void *record, const size_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_str s;
		memcpy(&s, (const char *)record + at[i], sizeof s);
		put_text(out, s);
	}
}

static void put_found(struct dd_buf *out, const struct dd_found *f)
{
	(void)dd_buf_add_varint(out, f->packages.n);
	for (size_t i = 0; i < f->packages.n; i++) {
		put_texts(out, &f->packages.p[i], dd_package_texts, dd_n_package_texts);
		(void)dd_buf_add_varint(out, f->packages.p[i].installed_bytes);
		(void)dd_buf_add_varint(out, 2U * (unsigned)f->packages.p[i].evidence + f->packages.p[i].dev);
	}
	(void)dd_buf_add_varint(out, f->ownerships.n);
	for (size_t i = 0; i < f->ownerships.n; i++)
		put_texts(out, &f->ownerships.p[i], ownership_texts, DD_COUNT(ownership_texts));
	(void)dd_buf_add_varint(out, f->oses.n);
	for (size_t i = 0; i < f->oses.n; i++) {
		put_texts(out, &f->oses.p[i], os_texts, DD_COUNT(os_texts));
		(void)dd_buf_add_varint(out, (uint64_t)f->oses.p[i].rank);
	}
	(void)dd_buf_add_varint(out, f->definitions.n);
	for (size_t i = 0; i < f->definitions.n; i++) {
		(void)dd_buf_add_varint(out, (uint64_t)f->definitions.p[i].kind);
		put_text(out, f->definitions.p[i].name);
		put_text(out, f->definitions.p[i].value);
	}
}

static void put_digest(struct dd_buf *out, bool has, const struct dd_digest *d)
{
	char text[DD_DIGEST_TEXT_MAX];
	put_text(out, has ? dd_str_from(dd_digest_text(d, text)) : DD_STR(""));
}

enum dd_code dd_layer_facts_encode(const struct dd_layer_facts *f, struct dd_buf *out, struct dd_err *err)
{
	(void)dd_buf_add_varint(out, f->bytes);
	put_digest(out, f->has_digest, &f->digest);
	put_digest(out, f->has_diff_id, &f->diff_id);
	(void)dd_buf_add_varint(out, f->problems_dropped);
	(void)dd_buf_add_varint(out, f->problems.n);
	for (size_t i = 0; i < f->problems.n; i++) {
		put_texts(out, &f->problems.p[i], problem_texts, DD_COUNT(problem_texts));
		(void)dd_buf_add_varint(out, f->problems.p[i].offset);
	}
	(void)dd_buf_add_varint(out, f->evidence.n);
	for (size_t i = 0; i < f->evidence.n; i++) {
		const struct dd_evidence *e = &f->evidence.p[i];
		(void)dd_buf_add_varint(out, e->analyzer);
		(void)dd_buf_add_varint(out, e->entry);
		put_text(out, e->path);
		put_found(out, &e->found);
	}
	(void)dd_buf_add_varint(out, f->n_entries);
	put_text(out, dd_buf_str(&f->entries));
	return dd_buf_check(out, "the facts of a layer", err);
}

/* ---- reading ---- */

struct reader {
	struct dd_str rest;
	struct dd_layer_facts *f;
	bool bad;
};

static uint64_t get_number(struct reader *r, uint64_t max)
{
	uint64_t v = 0;
	if (r->bad || !dd_varint_next(&r->rest, &v) || v > max) {
		r->bad = true;
		return 0;
	}
	return v;
}

static struct dd_str get_view(struct reader *r)
{
	uint64_t n = get_number(r, r->rest.n);
	if (r->bad || n > r->rest.n) {
		r->bad = true;
		return DD_STR("");
	}
	struct dd_str s = dd_str_take(r->rest, (size_t)n);
	r->rest = dd_str_skip(r->rest, (size_t)n);
	return s;
}

static struct dd_str get_text(struct reader *r)
{
	struct dd_str s = get_view(r);
	if (s.n == 0)
		return DD_STR("");
	s = dd_arena_str(&r->f->arena, s);
	r->bad = r->bad || !s.p;
	return s.p ? s : DD_STR("");
}

static void get_texts(struct reader *r, void *record, const size_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_str s = get_text(r);
		memcpy((char *)record + at[i], &s, sizeof s);
	}
}

static void get_found(struct reader *r, struct dd_found *f)
{
	for (uint64_t n = get_number(r, DD_PACKAGES_MAX); n && !r->bad; n--) {
		struct dd_package *p = dd_found_package(f);
		if (!p) {
			r->bad = true;
			return;
		}
		get_texts(r, p, dd_package_texts, dd_n_package_texts);
		p->installed_bytes = get_number(r, UINT64_MAX);
		uint64_t kind = get_number(r, 2 * DD_PACKAGE_EVIDENCE_COUNT - 1);
		p->evidence = (enum dd_package_evidence)(kind / 2);
		p->dev = kind % 2 != 0;
	}
	for (uint64_t n = get_number(r, DD_PACKAGES_MAX); n && !r->bad; n--) {
		struct dd_ownership *o = dd_found_ownership(f);
		if (!o) {
			r->bad = true;
			return;
		}
		get_texts(r, o, ownership_texts, DD_COUNT(ownership_texts));
	}
	for (uint64_t n = get_number(r, DD_PACKAGES_MAX); n && !r->bad; n--) {
		struct dd_os *os = dd_found_os(f);
		if (!os) {
			r->bad = true;
			return;
		}
		get_texts(r, os, os_texts, DD_COUNT(os_texts));
		os->rank = (enum dd_os_rank)get_number(r, DD_OS_SUBSCRIPTION);
	}
	for (uint64_t n = get_number(r, DD_PACKAGES_MAX); n && !r->bad; n--) {
		struct dd_definition d = { .kind = (enum dd_define)get_number(r, DD_DEFINE_COUNT - 1) };
		d.name = get_text(r);
		d.value = get_text(r);
		if (!dd_vec_push(&f->definitions, d, DD_PACKAGES_MAX))
			r->bad = true;
	}
}

static bool get_digest(struct reader *r, struct dd_digest *ret)
{
	struct dd_str s = get_view(r);
	if (s.n == 0)
		return false;
	if (dd_digest_parse(s, ret, NULL) != DD_OK) {
		r->bad = true;
		return false;
	}
	return true;
}

static void get_evidence(struct reader *r)
{
	struct dd_evidence e = { .analyzer = (unsigned)get_number(r, dd_analyzers_count() - 1),
				 .entry = (uint32_t)get_number(r, UINT32_MAX),
				 .path = get_text(r),
				 .found = { .arena = &r->f->arena } };
	get_found(r, &e.found);
	/* Pushed even when bad: its vectors are freed with the facts. */
	if (!dd_vec_push(&r->f->evidence, e, DD_PACKAGES_MAX)) {
		dd_found_done(&e.found);
		r->bad = true;
	}
}

static void get_problem(struct reader *r)
{
	struct dd_problem p = { .layer = DD_NO_LAYER };
	get_texts(r, &p, problem_texts, DD_COUNT(problem_texts));
	p.offset = get_number(r, UINT64_MAX);
	if (!dd_vec_push(&r->f->problems, p, DD_PROBLEMS_MAX))
		r->bad = true;
}

enum dd_code dd_layer_facts_decode(struct dd_str bytes, struct dd_layer_facts *ret, struct dd_err *err)
{
	struct dd_layer_facts f;
	dd_layer_facts_init(&f);
	struct reader r = { .rest = bytes, .f = &f };
	f.bytes = get_number(&r, UINT64_MAX);
	f.has_digest = get_digest(&r, &f.digest);
	f.has_diff_id = get_digest(&r, &f.diff_id);
	f.problems_dropped = get_number(&r, UINT64_MAX);
	for (uint64_t n = get_number(&r, DD_PROBLEMS_MAX); n && !r.bad; n--)
		get_problem(&r);
	for (uint64_t n = get_number(&r, DD_PACKAGES_MAX); n && !r.bad; n--)
		get_evidence(&r);
	f.n_entries = get_number(&r, DD_LAYER_ENTRIES_MAX);
	struct dd_str entries = get_view(&r);
	if (!r.bad && dd_buf_add_str(&f.entries, entries) != DD_OK)
		r.bad = true;
	if (r.bad || r.rest.n) {
		dd_layer_facts_done(&f);
		return dd_fail(err, DD_EPARSE, (uint64_t)(r.rest.p - bytes.p), "the facts are damaged");
	}
	dd_layer_facts_move(ret, &f);
	return DD_OK;
}
