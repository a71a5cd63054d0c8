/* SPDX-License-Identifier: Apache-2.0 */
/* Layer facts as bytes (record.h): lists are count and items, in the order of the structs. Analyzers are written by
 * index: the cache's key holds the registry's fingerprint. */
#include "scan/layer_facts.h"

#include "base/limits.h"
#include "scan/record.h"

static const size_t ownership_texts[] = { offsetof(struct dd_ownership, package),
					  offsetof(struct dd_ownership, paths) };
static const size_t os_texts[] = {
	offsetof(struct dd_os, id),	     offsetof(struct dd_os, version), offsetof(struct dd_os, codename),
	offsetof(struct dd_os, pretty_name), offsetof(struct dd_os, id_like), offsetof(struct dd_os, subscription),
};
static const size_t problem_texts[] = { offsetof(struct dd_problem, path), offsetof(struct dd_problem, analyzer),
					offsetof(struct dd_problem, text) };

/* ---- writing ---- */

static void put_found(struct dd_buf *out, const struct dd_found *f)
{
	(void)dd_buf_add_varint(out, f->packages.n);
	for (size_t i = 0; i < f->packages.n; i++) {
		dd_record_put_texts(out, &f->packages.p[i], dd_package_texts, dd_n_package_texts);
		(void)dd_buf_add_varint(out, f->packages.p[i].installed_bytes);
		(void)dd_buf_add_varint(out, 2U * (unsigned)f->packages.p[i].evidence + f->packages.p[i].dev);
	}
	(void)dd_buf_add_varint(out, f->ownerships.n);
	for (size_t i = 0; i < f->ownerships.n; i++)
		dd_record_put_texts(out, &f->ownerships.p[i], ownership_texts, DD_COUNT(ownership_texts));
	(void)dd_buf_add_varint(out, f->oses.n);
	for (size_t i = 0; i < f->oses.n; i++) {
		dd_record_put_texts(out, &f->oses.p[i], os_texts, DD_COUNT(os_texts));
		(void)dd_buf_add_varint(out, (uint64_t)f->oses.p[i].rank);
	}
	(void)dd_buf_add_varint(out, f->definitions.n);
	for (size_t i = 0; i < f->definitions.n; i++) {
		(void)dd_buf_add_varint(out, (uint64_t)f->definitions.p[i].kind);
		dd_record_put_text(out, f->definitions.p[i].name);
		dd_record_put_text(out, f->definitions.p[i].value);
	}
}

static void put_digest(struct dd_buf *out, bool has, const struct dd_digest *d)
{
	char text[DD_DIGEST_TEXT_MAX];
	dd_record_put_text(out, has ? dd_str_from(dd_digest_text(d, text)) : DD_STR(""));
}

enum dd_code dd_layer_facts_encode(const struct dd_layer_facts *f, struct dd_buf *out, struct dd_err *err)
{
	(void)dd_buf_add_varint(out, f->bytes);
	put_digest(out, f->has_digest, &f->digest);
	put_digest(out, f->has_diff_id, &f->diff_id);
	(void)dd_buf_add_varint(out, f->problems_dropped);
	(void)dd_buf_add_varint(out, f->problems.n);
	for (size_t i = 0; i < f->problems.n; i++) {
		dd_record_put_texts(out, &f->problems.p[i], problem_texts, DD_COUNT(problem_texts));
		(void)dd_buf_add_varint(out, f->problems.p[i].offset);
	}
	(void)dd_buf_add_varint(out, f->evidence.n);
	for (size_t i = 0; i < f->evidence.n; i++) {
		const struct dd_evidence *e = &f->evidence.p[i];
		(void)dd_buf_add_varint(out, e->analyzer);
		(void)dd_buf_add_varint(out, e->entry);
		dd_record_put_text(out, e->path);
		put_found(out, &e->found);
	}
	(void)dd_buf_add_varint(out, f->n_entries);
	dd_record_put_text(out, dd_buf_str(&f->entries));
	return dd_buf_check(out, "the facts of a layer", err);
}

/* ---- reading ---- */

struct reader {
	struct dd_record_reader in;
	struct dd_layer_facts *f;
};

static void get_found(struct reader *r, struct dd_found *f)
{
	for (uint64_t n = dd_record_number(&r->in, DD_PACKAGES_MAX); n && !r->in.bad; n--) {
		struct dd_package *p = dd_found_package(f);
		if (!p) {
			r->in.bad = true;
			return;
		}
		dd_record_texts(&r->in, p, dd_package_texts, dd_n_package_texts);
		p->installed_bytes = dd_record_number(&r->in, UINT64_MAX);
		uint64_t kind = dd_record_number(&r->in, 2 * DD_PACKAGE_EVIDENCE_COUNT - 1);
		p->evidence = (enum dd_package_evidence)(kind / 2);
		p->dev = kind % 2 != 0;
	}
	for (uint64_t n = dd_record_number(&r->in, DD_PACKAGES_MAX); n && !r->in.bad; n--) {
		struct dd_ownership *o = dd_found_ownership(f);
		if (!o) {
			r->in.bad = true;
			return;
		}
		dd_record_texts(&r->in, o, ownership_texts, DD_COUNT(ownership_texts));
	}
	for (uint64_t n = dd_record_number(&r->in, DD_PACKAGES_MAX); n && !r->in.bad; n--) {
		struct dd_os *os = dd_found_os(f);
		if (!os) {
			r->in.bad = true;
			return;
		}
		dd_record_texts(&r->in, os, os_texts, DD_COUNT(os_texts));
		os->rank = (enum dd_os_rank)dd_record_number(&r->in, DD_OS_SUBSCRIPTION);
	}
	for (uint64_t n = dd_record_number(&r->in, DD_PACKAGES_MAX); n && !r->in.bad; n--) {
		struct dd_definition d = { .kind = (enum dd_define)dd_record_number(&r->in, DD_DEFINE_COUNT - 1) };
		d.name = dd_record_text(&r->in);
		d.value = dd_record_text(&r->in);
		if (!dd_vec_push(&f->definitions, d, DD_PACKAGES_MAX))
			r->in.bad = true;
	}
}

static bool get_digest(struct reader *r, struct dd_digest *ret)
{
	struct dd_str s = dd_record_view(&r->in);
	if (s.n == 0)
		return false;
	if (dd_digest_parse(s, ret, NULL) != DD_OK) {
		r->in.bad = true;
		return false;
	}
	return true;
}

static void get_evidence(struct reader *r)
{
	struct dd_evidence e = { .analyzer = (unsigned)dd_record_number(&r->in, dd_analyzers_count() - 1),
				 .entry = (uint32_t)dd_record_number(&r->in, UINT32_MAX),
				 .path = dd_record_text(&r->in),
				 .found = { .arena = &r->f->arena } };
	get_found(r, &e.found);
	/* Pushed even when bad: its vectors are freed with the facts. */
	if (!dd_vec_push(&r->f->evidence, e, DD_PACKAGES_MAX)) {
		dd_found_done(&e.found);
		r->in.bad = true;
	}
}

static void get_problem(struct reader *r)
{
	struct dd_problem p = { .layer = DD_NO_LAYER };
	dd_record_texts(&r->in, &p, problem_texts, DD_COUNT(problem_texts));
	p.offset = dd_record_number(&r->in, UINT64_MAX);
	if (!dd_vec_push(&r->f->problems, p, DD_PROBLEMS_MAX))
		r->in.bad = true;
}

enum dd_code dd_layer_facts_decode(struct dd_str bytes, struct dd_layer_facts *ret, struct dd_err *err)
{
	struct dd_layer_facts f;
	dd_layer_facts_init(&f);
	struct reader r = { .in = { bytes, &f.arena, false }, .f = &f };
	f.bytes = dd_record_number(&r.in, UINT64_MAX);
	f.has_digest = get_digest(&r, &f.digest);
	f.has_diff_id = get_digest(&r, &f.diff_id);
	f.problems_dropped = dd_record_number(&r.in, UINT64_MAX);
	for (uint64_t n = dd_record_number(&r.in, DD_PROBLEMS_MAX); n && !r.in.bad; n--)
		get_problem(&r);
	for (uint64_t n = dd_record_number(&r.in, DD_PACKAGES_MAX); n && !r.in.bad; n--)
		get_evidence(&r);
	f.n_entries = dd_record_number(&r.in, DD_LAYER_ENTRIES_MAX);
	struct dd_str entries = dd_record_view(&r.in);
	if (!r.in.bad && dd_buf_add_str(&f.entries, entries) != DD_OK)
		r.in.bad = true;
	if (r.in.bad || r.in.rest.n) {
		dd_layer_facts_done(&f);
		return dd_fail(err, DD_EPARSE, (uint64_t)(r.in.rest.p - bytes.p), "the facts are damaged");
	}
	dd_layer_facts_move(ret, &f);
	return DD_OK;
}
