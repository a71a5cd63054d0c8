/* SPDX-License-Identifier: Apache-2.0 */
#include "db/builder.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "format/json_members.h"
#include "version/ecosystem.h"

static void fail(struct dd_builder *b, enum dd_code code)
{
	if (b->failed == DD_OK)
		b->failed = code;
}

uint32_t dd_build_text(struct dd_builder *b, struct dd_str s)
{
	uint32_t number;
	if (dd_intern_add(&b->strings, s, &number))
		return number;
	fail(b, DD_ELIMIT);
	return 0;
}

struct dd_str dd_build_cut(struct dd_str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return dd_str_take(s, max);
}

uint32_t dd_build_title(struct dd_builder *b, struct dd_str s)
{
	static const struct dd_str more = { "\xe2\x80\xa6", 3 };
	char out[DD_DB_TITLE_BYTES + 3];
	struct dd_str rest = dd_str_trim(s), line;
	if (!dd_str_line(&rest, &line))
		return dd_build_text(b, DD_STR(""));
	line = dd_str_trim(line);
	if (line.n <= DD_DB_TITLE_BYTES)
		return dd_build_text(b, line);
	struct dd_str head = dd_build_cut(line, DD_DB_TITLE_BYTES);
	head = dd_str_take(head, dd_str_rfind(head, ' ')); /* all of it when there is no blank */
	memcpy(out, head.p, head.n);
	memcpy(out + head.n, more.p, more.n);
	return dd_build_text(b, (struct dd_str){ out, head.n + more.n });
}

static uint32_t find_source(const struct dd_builder *b, uint32_t kind, uint32_t name)
{
	uint32_t i = 0;
	while (i < b->sources.n && (b->sources.p[i].name != name || b->sources.p[i].kind != kind))
		i++;
	return i;
}

uint32_t dd_build_source(struct dd_builder *b, struct dd_str kind, struct dd_str name,
			 const struct dd_build_document *doc)
{
	struct dd_build_source new = { .kind = dd_build_text(b, kind),
				       .name = dd_build_text(b, name),
				       .time = INT64_MIN };
	uint32_t i = find_source(b, new.kind, new.name);
	if (i == b->sources.n && !dd_vec_push(&b->sources, new, DD_DB_SOURCES_MAX)) {
		fail(b, DD_ELIMIT);
		return 0;
	}
	struct dd_build_source *s = &b->sources.p[i];
	/* The inputs come one after the other, so the last one says whether this one is there. */
	if (s->inputs.n && s->inputs.p[s->inputs.n - 1] == doc->input)
		return i;
	if (!dd_vec_push(&s->inputs, doc->input, UINT32_MAX))
		fail(b, DD_ENOMEM);
	struct dd_str url = dd_intern_text(&b->strings, s->url);
	if (doc->url.n && (!url.n || dd_str_cmp(doc->url, url) < 0))
		s->url = dd_build_text(b, doc->url);
	dd_build_date(b, i, doc->date);
	return i;
}

void dd_build_date(struct dd_builder *b, uint32_t source, struct dd_str date)
{
	int64_t time;
	/* 1970 and 0001 are what programs write that know no date. */
	if (source >= b->sources.n || !dd_time_parse(date, &time) || time <= 0)
		return;
	struct dd_build_source *s = &b->sources.p[source];
	/* Two ways to write one time: the smaller text, so that the order of the input does not matter. */
	if (time < s->time || (time == s->time && dd_str_cmp(date, dd_intern_text(&b->strings, s->date)) >= 0))
		return;
	s->time = time;
	s->date = dd_build_text(b, date);
}

uint32_t dd_build_mark(const struct dd_builder *b)
{
	return (uint32_t)b->words.n;
}

void dd_build_push(struct dd_builder *b, uint32_t word)
{
	if (!dd_vec_push(&b->words, word, DD_DB_WORDS_MAX))
		fail(b, DD_ELIMIT);
}

struct dd_build_list dd_build_list_since(const struct dd_builder *b, uint32_t mark)
{
	return (struct dd_build_list){ mark, (uint32_t)b->words.n - mark };
}

uint32_t dd_build_affects(struct dd_builder *b, uint32_t mark)
{
	uint32_t number = (uint32_t)b->affects.n;
	if (b->failed != DD_OK)
		return 0;
	struct dd_str bytes = { (const char *)&b->words.p[mark], (b->words.n - mark) * sizeof(uint32_t) };
	uint32_t known = dd_map_get(&b->affects_index, bytes);
	b->words.n = mark;
	if (known != DD_MAP_NONE)
		return known;
	struct dd_str copy = dd_arena_str(&b->arena, bytes);
	if (!copy.p || !dd_vec_push(&b->affects, copy, UINT32_MAX - 1) ||
	    !dd_map_set(&b->affects_index, copy, number)) {
		fail(b, DD_ENOMEM);
		return 0;
	}
	return number;
}

uint32_t *dd_build_affects_words(struct dd_builder *b, uint32_t number)
{
	union {
		const char *text;
		uint32_t *words;
	} u = { b->affects.p[number].p }; /* the arena aligns to 16 */
	return u.words;
}

uint32_t dd_build_affects_below(struct dd_builder *b, struct dd_str fixed)
{
	return dd_build_affects_between(b, DD_STR("0"), fixed);
}

uint32_t dd_build_affects_between(struct dd_builder *b, struct dd_str from, struct dd_str fixed)
{
	uint32_t mark = dd_build_mark(b);
	dd_build_push(b, 1); /* one range */
	dd_build_push(b, 0); /* no versions */
	dd_build_push(b, DD_RANGE_ECOSYSTEM);
	dd_build_push(b, fixed.n ? 2 : 1);
	dd_build_push(b, DD_EVENT_INTRODUCED);
	dd_build_push(b, dd_build_text(b, from.n ? from : DD_STR("0")));
	if (fixed.n) {
		dd_build_push(b, DD_EVENT_FIXED);
		dd_build_push(b, dd_build_text(b, fixed));
	}
	return dd_build_affects(b, mark);
}

static struct dd_str key_of(const uint32_t key[2])
{
	return (struct dd_str){ (const char *)key, 2 * sizeof key[0] };
}

uint32_t dd_build_find(const struct dd_builder *b, uint32_t family, uint32_t id)
{
	const uint32_t key[2] = { family, id };
	return dd_map_get(&b->record_index, key_of(key));
}

uint32_t dd_build_record(struct dd_builder *b, const struct dd_build_record *r)
{
	uint32_t number = (uint32_t)b->records.n, old = dd_map_get(&b->record_index, key_of(r->key));
	struct dd_build_record *copy = dd_arena_new(&b->arena, struct dd_build_record);
	if (!copy || number >= DD_DB_RECORDS_MAX) {
		fail(b, DD_ELIMIT);
		return DD_MAP_NONE;
	}
	*copy = *r;
	if (old != DD_MAP_NONE) {
		/* The map's key must be bytes that stay: those of the dead record do. */
		b->records.p[old]->dead = true;
		b->stats.superseded++;
	}
	if (!dd_vec_push(&b->records, copy, DD_DB_RECORDS_MAX) ||
	    !dd_map_set(&b->record_index, key_of(copy->key), number)) {
		fail(b, DD_ENOMEM);
		return DD_MAP_NONE;
	}
	return number;
}

void dd_build_cvss(struct dd_builder *b, struct dd_str vector, uint32_t by)
{
	vector = dd_str_trim(vector);
	if (!vector.n || vector.n > DD_DB_CVSS_BYTES_MAX)
		return;
	dd_build_push(b, dd_build_text(b, vector));
	dd_build_push(b, by);
}

void dd_build_cwe(struct dd_builder *b, struct dd_str cwe)
{
	char text[16] = "CWE-";
	uint64_t number;
	cwe = dd_str_trim(cwe);
	if (dd_str_eq_nocase(dd_str_take(cwe, 4), DD_STR("CWE-")))
		cwe = dd_str_skip(cwe, 4);
	if (!dd_str_u64(cwe, 99999, &number))
		return;
	memcpy(text + 4, cwe.p, cwe.n <= 5 ? cwe.n : 0);
	if (cwe.n <= 5)
		dd_build_push(b, dd_build_text(b, (struct dd_str){ text, 4 + cwe.n }));
}

static struct dd_str source_name(const struct dd_builder *b, uint32_t source)
{
	return dd_intern_text(&b->strings, b->sources.p[source].name);
}

bool dd_build_supersedes(const struct dd_builder *b, const struct dd_build_record *old,
			 const struct dd_build_record *new)
{
	int64_t t_old = INT64_MIN, t_new = INT64_MIN;
	(void)dd_time_parse(dd_intern_text(&b->strings, old->modified), &t_old);
	(void)dd_time_parse(dd_intern_text(&b->strings, new->modified), &t_new);
	if (t_old != t_new)
		return t_old < t_new;
	int order = memcmp(old->content, new->content, sizeof old->content);
	if (order != 0)
		return order < 0;
	/* One record in two kinds of sources. */
	return dd_str_cmp(source_name(b, new->source), source_name(b, old->source)) < 0;
}

uint32_t dd_build_pair(struct dd_builder *b, uint32_t source, uint32_t id, uint32_t cve, bool alias)
{
	struct dd_build_record new = { .key = { DD_FAMILY_PAIR + cve, id }, .source = source, .bundle = !alias };
	if (b->failed != DD_OK)
		return DD_MAP_NONE;
	uint32_t number = dd_build_find(b, new.key[0], id), mark = dd_build_mark(b);
	if (number != DD_MAP_NONE) {
		/* Two sources say so: whoever comes first by name speaks, in whatever order they came. */
		struct dd_build_record *old = b->records.p[number];
		if (dd_str_cmp(source_name(b, source), source_name(b, old->source)) < 0)
			old->source = source;
		if (!alias || !old->bundle)
			return number;
	}
	if (id != cve && alias)
		dd_build_push(b, id);
	dd_build_push(b, cve);
	new.names = dd_build_list_since(b, mark);
	if (number == DD_MAP_NONE)
		return dd_build_record(b, &new);
	b->records.p[number]->bundle = false;
	b->records.p[number]->names = new.names;
	return number;
}

enum dd_code dd_build_check_text(struct dd_str s, const char *what, struct dd_err *err)
{
	if (s.n <= DD_FIELD_BYTES_MAX)
		return DD_OK;
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s of %zu bytes, at most %llu are read", what, s.n,
		       (unsigned long long)DD_FIELD_BYTES_MAX);
}

enum dd_code dd_build_osv_key(struct dd_str osv, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	DD_TRY(dd_ecosystem_from_osv(osv, a, ret, err));
	if (ret->n)
		return DD_OK;
	char *p = dd_arena_alloc(a, osv.n);
	if (!p)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < osv.n; i++)
		p[i] = dd_lower(osv.p[i]);
	*ret = (struct dd_str){ p, osv.n };
	return DD_OK;
}

enum dd_code dd_build_package(struct dd_builder *b, struct dd_build_entry *e, struct dd_str key, struct dd_str name,
			      struct dd_err *err)
{
	struct dd_arena scratch DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	const struct dd_ecosystem *known = dd_ecosystem_by_key(key);
	DD_TRY(dd_build_check_text(name, "package name", err));
	if (!name.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no package name");
	if (known)
		DD_TRY(dd_ecosystem_name(known, name, &scratch, &name, err));
	e->ecosystem = dd_build_text(b, key);
	e->package = dd_build_text(b, name);
	return DD_OK;
}

void dd_build_entry(struct dd_builder *b, const struct dd_build_entry *e)
{
	if (!dd_vec_push(&b->entries, *e, DD_DB_ENTRIES_MAX))
		fail(b, DD_ELIMIT);
}

enum dd_code dd_build_elements(struct dd_builder *b, const struct dd_build_document *doc, struct dd_str kind,
			       uint32_t *ret_source, dd_build_element_fn *read, void *ctx, struct dd_err *err)
{
	struct dd_json_members m;
	DD_TRY(dd_json_members_open(&m, doc->bytes, err));
	if (!m.array)
		return dd_fail(err, DD_EPARSE, 0, "no array: not a document of %.*s", DD_FMT(kind));
	*ret_source = dd_build_source(b, kind, kind, doc);
	for (uint64_t n = 0;; n++) {
		struct dd_err local = { .at = DD_NO_OFFSET };
		struct dd_json_member element;
		bool more;
		DD_TRY(dd_json_members_next(&m, NULL, &element, &more, err));
		if (!more)
			return dd_build_check(b, err);
		enum dd_code code = read(ctx, element.value, &local);
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code != DD_OK)
			dd_build_warn(b, "%s: element %llu at byte %llu: %.200s", DD_QUOTE(dd_str_from(doc->name)),
				      (unsigned long long)n,
				      (unsigned long long)(element.at + (local.at == DD_NO_OFFSET ? 0 : local.at)),
				      local.message);
		DD_TRY(dd_build_check(b, err));
	}
}

void dd_build_forget(const struct dd_build_document *doc)
{
	if (doc->file)
		dd_map_forget(doc->file->bytes);
}

void dd_build_warn(struct dd_builder *b, const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	if (b->n_warnings++ >= DD_BUILD_WARNINGS_MAX)
		return;
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	b->warnings[b->n_warnings - 1] = dd_arena_str(&b->arena, dd_str_from(text));
}

enum dd_code dd_build_check(const struct dd_builder *b, struct dd_err *err)
{
	if (b->failed == DD_OK)
		return DD_OK;
	return dd_fail(err, b->failed, DD_NO_OFFSET, "%s",
		       b->failed == DD_ENOMEM ? "out of memory"
					      : "the database would pass a limit of its size, or of memory");
}
