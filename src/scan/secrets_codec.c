/* SPDX-License-Identifier: Apache-2.0 */
/* The secrets of a layer as bytes (record.h). What a secret is in the clear is never among them. */
#include "base/limits.h"
#include "scan/layer_secrets.h"
#include "scan/record.h"

static const size_t problem_texts[] = { offsetof(struct dd_problem, path), offsetof(struct dd_problem, analyzer),
					offsetof(struct dd_problem, text) };

void dd_record_put_secret(struct dd_buf *out, const struct dd_secret *s)
{
	struct dd_secret copy = *s;
	copy.clear = DD_STR("");
	dd_record_put_texts(out, &copy, dd_secret_texts, dd_n_secret_texts);
	(void)dd_buf_add_varint(out, s->offset);
	(void)dd_buf_add_varint(out, s->line);
	(void)dd_buf_add_varint(out, s->column);
	(void)dd_buf_add_varint(out, s->length);
	(void)dd_buf_add_varint(out, (uint64_t)s->confidence);
}

void dd_record_secret(struct dd_record_reader *r, struct dd_secret *ret)
{
	struct dd_secret s = { 0 };
	dd_record_texts(r, &s, dd_secret_texts, dd_n_secret_texts);
	s.offset = dd_record_number(r, UINT64_MAX);
	s.line = dd_record_number(r, UINT64_MAX);
	s.column = dd_record_number(r, UINT64_MAX);
	s.length = dd_record_number(r, UINT64_MAX);
	s.confidence = (enum dd_confidence)dd_record_number(r, DD_CONFIDENCE_COUNT - 1);
	r->bad = r->bad || s.clear.n;
	*ret = s;
}

/* Findings of one file follow each other: its name is written once. */
static void put_list(struct dd_buf *out, const struct dd_layer_secrets *s)
{
	struct dd_str path = DD_STR("");
	(void)dd_buf_add_varint(out, s->list.n);
	for (size_t i = 0; i < s->list.n; i++) {
		const struct dd_layer_secret *one = &s->list.p[i];
		bool same = i && dd_str_eq(path, one->path);
		path = one->path;
		(void)dd_buf_add_varint(out, one->entry);
		(void)dd_buf_add_varint(out, same);
		if (!same)
			dd_record_put_text(out, path);
		dd_record_put_secret(out, &one->secret);
	}
}

enum dd_code dd_layer_secrets_encode(const struct dd_layer_secrets *s, struct dd_buf *out, struct dd_err *err)
{
	put_list(out, s);
	(void)dd_buf_add_varint(out, s->dropped);
	(void)dd_buf_add_varint(out, s->problems.n);
	for (size_t i = 0; i < s->problems.n; i++) {
		dd_record_put_texts(out, &s->problems.p[i], problem_texts, DD_COUNT(problem_texts));
		(void)dd_buf_add_varint(out, s->problems.p[i].offset);
	}
	(void)dd_buf_add_varint(out, s->problems_dropped);
	return dd_buf_check(out, "the secrets of a layer", err);
}

/* Entries ascend, and are among the layer's. */
static void get_list(struct dd_record_reader *r, uint64_t n_entries, struct dd_layer_secrets *s)
{
	struct dd_layer_secret one = { .path = DD_STR("") };
	uint64_t at_least = 0;
	for (uint64_t n = dd_record_number(r, DD_SECRETS_LAYER_MAX + DD_SECRETS_FILTERED_MAX); n && !r->bad; n--) {
		one.entry = (uint32_t)dd_record_number(r, UINT32_MAX);
		bool placed = one.entry != DD_NO_ENTRY;
		if (placed && (one.entry < at_least || one.entry >= n_entries))
			r->bad = true;
		at_least = placed ? one.entry : at_least;
		if (dd_record_number(r, 1) == 0)
			one.path = dd_record_text(r);
		dd_record_secret(r, &one.secret);
		if (r->bad || !dd_vec_push(&s->list, one, SIZE_MAX))
			r->bad = true;
		s->n_filtered += one.secret.filtered.n > 0;
	}
}

enum dd_code dd_layer_secrets_decode(struct dd_str bytes, uint64_t n_entries, struct dd_arena *a,
				     struct dd_layer_secrets *ret, struct dd_err *err)
{
	struct dd_record_reader r = { bytes, a, false };
	ret->looked_for = true;
	get_list(&r, n_entries, ret);
	ret->dropped = dd_record_number(&r, UINT64_MAX);
	for (uint64_t n = dd_record_number(&r, DD_PROBLEMS_MAX); n && !r.bad; n--) {
		struct dd_problem p = { .layer = DD_NO_LAYER };
		dd_record_texts(&r, &p, problem_texts, DD_COUNT(problem_texts));
		p.offset = dd_record_number(&r, UINT64_MAX);
		if (r.bad || !dd_vec_push(&ret->problems, p, DD_PROBLEMS_MAX))
			r.bad = true;
	}
	ret->problems_dropped = dd_record_number(&r, UINT64_MAX);
	if (r.bad || r.rest.n)
		return dd_fail(err, DD_EPARSE, (uint64_t)(r.rest.p - bytes.p), "the record of secrets is damaged");
	return DD_OK;
}
