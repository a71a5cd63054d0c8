/* SPDX-License-Identifier: Apache-2.0 */
/* Rules ↔ bytes, by the tables of rule_fields.h: the fields of each table in its order; a text is its length and its
 * bytes, a list its length and its elements; numbers are LEB128, reals eight bytes of the host's own kind (the program
 * is built for the host that reads them). */
#include "base/pathlist.h"
#include "secret/rule_fields.h"

enum { VERSION = 1 };

static void put_texts(const struct dd_strs *s, struct dd_buf *out)
{
	(void)dd_buf_add_varint(out, s->n);
	for (size_t i = 0; i < s->n; i++) {
		(void)dd_buf_add_varint(out, s->p[i].n);
		(void)dd_buf_add_str(out, s->p[i]);
	}
}

static void put_list(const struct dd_rule_table *t, const char *items, size_t n, struct dd_buf *out);

static void put_field(const struct dd_rule_field *f, const char *at, const char *record, struct dd_buf *out)
{
	switch (f->type) {
	case DD_FIELD_TEXT:
	case DD_FIELD_REGEX: {
		const struct dd_strs one = { (struct dd_str *)(uintptr_t)at, 1 };
		(void)dd_buf_add_varint(out, one.p->n);
		(void)dd_buf_add_str(out, *one.p);
		break;
	}
	case DD_FIELD_TEXTS:
	case DD_FIELD_WORDS:
	case DD_FIELD_REGEXES:
		put_texts((const struct dd_strs *)(const void *)at, out);
		break;
	case DD_FIELD_NUMBER:
	case DD_FIELD_CHOICE:
		(void)dd_buf_add_varint(out, *(const unsigned *)(const void *)at);
		break;
	case DD_FIELD_FAR:
		(void)dd_buf_add_varint(out, *(const uint64_t *)(const void *)at);
		break;
	case DD_FIELD_REAL:
		(void)dd_buf_add(out, at, sizeof(double));
		break;
	case DD_FIELD_FLAG:
	case DD_FIELD_ALL:
		(void)dd_buf_add_char(out, *(const bool *)at);
		break;
	case DD_FIELD_LIST:
		put_list(f->items, *(const char *const *)(const void *)at,
			 *(const size_t *)(const void *)(record + f->count), out);
		break;
	case DD_FIELD_ONE:
	case DD_FIELD_UNREAD:
		break;
	}
}

static void put_list(const struct dd_rule_table *t, const char *items, size_t n, struct dd_buf *out)
{
	(void)dd_buf_add_varint(out, n);
	for (size_t i = 0; i < n; i++) {
		const char *record = items + i * t->size;
		for (size_t k = 0; k < t->n; k++)
			put_field(&t->fields[k], record + t->fields[k].offset, record, out);
	}
}

enum dd_code dd_rules_encode(const struct dd_secret_rule_set *set, struct dd_buf *out, struct dd_err *err)
{
	(void)dd_buf_add_varint(out, VERSION);
	put_list(&dd_rule_table, (const char *)set->rules, set->n_rules, out);
	put_list(&dd_global_allow_table, (const char *)set->allow, set->n_allow, out);
	return dd_buf_check(out, "the rules", err);
}

/* --- and back --- */

struct source {
	struct dd_str rest;
	struct dd_arena *arena;
	bool failed, nomem;
};

static uint64_t take_number(struct source *s, uint64_t max)
{
	uint64_t v = 0;
	if (s->failed || !dd_varint_next(&s->rest, &v) || v > max) {
		s->failed = true;
		return 0;
	}
	return v;
}

static struct dd_str take_bytes(struct source *s, size_t n)
{
	if (s->failed || n > s->rest.n) {
		s->failed = true;
		return DD_STR("");
	}
	struct dd_str out = dd_str_take(s->rest, n);
	s->rest = dd_str_skip(s->rest, n);
	return out;
}

static struct dd_str take_text(struct source *s)
{
	return take_bytes(s, take_number(s, s->rest.n));
}

/* An element takes one byte at least. */
static void *take_room(struct source *s, size_t size, size_t *ret_n)
{
	const size_t n = take_number(s, s->rest.n);
	*ret_n = 0;
	if (!n)
		return NULL;
	void *room = dd_arena_array(s->arena, n, size);
	if (!room)
		s->failed = s->nomem = true;
	else
		*ret_n = n;
	return room;
}

static void *take_list(struct source *s, const struct dd_rule_table *t, size_t *ret_n);

static void take_field(struct source *s, const struct dd_rule_field *f, char *at, char *record)
{
	switch (f->type) {
	case DD_FIELD_TEXT:
	case DD_FIELD_REGEX:
		*(struct dd_str *)(void *)at = take_text(s);
		break;
	case DD_FIELD_TEXTS:
	case DD_FIELD_WORDS:
	case DD_FIELD_REGEXES: {
		struct dd_strs *list = (struct dd_strs *)(void *)at;
		list->p = take_room(s, sizeof *list->p, &list->n);
		for (size_t i = 0; i < list->n; i++)
			list->p[i] = take_text(s);
		break;
	}
	case DD_FIELD_NUMBER:
	case DD_FIELD_CHOICE:
		*(unsigned *)(void *)at = (unsigned)take_number(s, UINT32_MAX);
		break;
	case DD_FIELD_FAR:
		*(uint64_t *)(void *)at = take_number(s, UINT64_MAX);
		break;
	case DD_FIELD_REAL: {
		struct dd_str bytes = take_bytes(s, sizeof(double));
		if (bytes.n)
			memcpy(at, bytes.p, bytes.n);
		break;
	}
	case DD_FIELD_FLAG:
	case DD_FIELD_ALL:
		*(bool *)at = take_number(s, 1);
		break;
	case DD_FIELD_LIST:
		*(void **)(void *)at = take_list(s, f->items, (size_t *)(void *)(record + f->count));
		break;
	case DD_FIELD_ONE:
	case DD_FIELD_UNREAD:
		break;
	}
}

static void *take_list(struct source *s, const struct dd_rule_table *t, size_t *ret_n)
{
	char *items = take_room(s, t->size, ret_n);
	for (size_t i = 0; i < *ret_n && !s->failed; i++) {
		char *record = items + i * t->size;
		for (size_t k = 0; k < t->n; k++)
			take_field(s, &t->fields[k], record + t->fields[k].offset, record);
	}
	return items;
}

enum dd_code dd_rules_decode(struct dd_str bytes, struct dd_secret_rule_set *set, struct dd_err *err)
{
	struct source s = { .rest = bytes, .arena = &set->arena };
	if (take_number(&s, UINT32_MAX) != VERSION)
		s.failed = true;
	set->rules = take_list(&s, &dd_rule_table, &set->n_rules);
	set->allow = take_list(&s, &dd_global_allow_table, &set->n_allow);
	if (s.nomem)
		return dd_fail_nomem(err);
	if (s.failed || s.rest.n)
		return dd_fail(err, DD_EPARSE, bytes.n - s.rest.n, "drydock's own rules cannot be read");
	return DD_OK;
}
