/* SPDX-License-Identifier: Apache-2.0 */
/* Three forms, told by how they begin:
 *
 *   {  a JSON report of drydock (docs/report.schema.json). A secret is known when a finding of the report has its
 *      fingerprint and rule: wherever it lies now. Both must be made with the same --salt. Suppressed findings of the
 *      report are known, too: a baseline made with a baseline goes on from it.
 *   [  a JSON report of gitleaks: a list of { "RuleID", "File", "StartLine", "Secret" … }. There is no fingerprint that
 *      drydock could make again, so a secret is known when file and line are the same, and either the rule or the
 *      secret's length and first characters. It is not once lines move.
 *   otherwise a .gitleaksignore: "FILE:RULE:LINE" or "COMMIT:FILE:RULE:LINE" a line; blank lines and "#" comments.
 *      Known are secrets of that rule in that line.
 *
 * Files are compared without "/" and "./" in front. Limits: DD_BASELINE_ENTRIES_MAX entries; one member of a report is
 * in memory at a time. */
#include "judge/secret/secret_baseline.h"

#include "base/limits.h"
#include "format/json.h"
#include "format/json_members.h"

enum { NAMES_BYTES_MAX = 1024 * 1024, COMMIT_DIGITS = 40 };

struct reader {
	struct dd_baseline *b;
	struct dd_arena *a;
	struct dd_err *err;
};

#define FAIL(r, fmt, ...)                                                                                              \
	dd_fail((r)->err, DD_EARG, DD_NO_OFFSET, "baseline %s: " fmt, DD_QUOTE((r)->b->name), ##__VA_ARGS__)

static struct dd_str tidy(struct dd_str path)
{
	for (;;) {
		if (dd_str_starts(path, DD_STR("/")))
			path = dd_str_skip(path, 1);
		else if (dd_str_starts(path, DD_STR("./")))
			path = dd_str_skip(path, 2);
		else
			return path;
	}
}

/* Keys in a buffer of the caller: they are looked up far more often than kept. */
static struct dd_str print_key(struct dd_buf *b, struct dd_str fingerprint, struct dd_str rule)
{
	dd_buf_clear(b);
	(void)dd_buf_addf(b, "%.*s ", DD_FMT(fingerprint));
	(void)dd_buf_add_str(b, rule);
	return dd_buf_str(b);
}

static struct dd_str place_key(struct dd_buf *b, struct dd_str path, uint64_t line)
{
	dd_buf_clear(b);
	(void)dd_buf_addf(b, "%llu ", (unsigned long long)line);
	(void)dd_buf_add_str(b, tidy(path));
	return dd_buf_str(b);
}

static bool keep_text(struct reader *r, struct dd_str *s)
{
	*s = s->n ? dd_arena_str(r->a, *s) : DD_STR("");
	return s->p != NULL;
}

static enum dd_code keep(struct reader *r, const struct dd_buf *key, struct dd_baseline_entry e)
{
	struct dd_baseline *b = r->b;
	uint32_t at = (uint32_t)b->entries.n, first;
	struct dd_str kept = dd_buf_str(key);
	if (b->entries.n >= DD_BASELINE_ENTRIES_MAX)
		return dd_fail(r->err, DD_ELIMIT, DD_NO_OFFSET, "baseline %s: more than %d secrets", DD_QUOTE(b->name),
			       DD_BASELINE_ENTRIES_MAX);
	e.next = DD_MAP_NONE;
	if (key->failed || !keep_text(r, &kept) || !keep_text(r, &e.path) || !keep_text(r, &e.rule) ||
	    !keep_text(r, &e.secret) || !dd_vec_push(&b->entries, e, DD_BASELINE_ENTRIES_MAX) ||
	    !dd_vec_push(&b->last, at, DD_BASELINE_ENTRIES_MAX) || !dd_map_add(&b->by_key, kept, at, &first))
		return dd_fail_nomem(r->err);
	if (first != at) {
		b->entries.p[b->last.p[first]].next = at;
		b->last.p[first] = at;
	}
	return DD_OK;
}

/* ---- drydock's ---- */

static enum dd_code read_finding(struct reader *r, const json_t *f, struct dd_buf *key)
{
	struct dd_str fingerprint = dd_json_str(dd_json_get(f, "secret"), "fingerprint");
	if (!dd_str_eq_c(dd_json_str(f, "kind"), "secret") || fingerprint.n == 0)
		return DD_OK;
	(void)print_key(key, fingerprint, dd_json_str(f, "id"));
	return keep(r, key, (struct dd_baseline_entry){ .path = dd_json_str(dd_json_get(f, "location"), "path") });
}

/* ---- gitleaks' ---- */

static enum dd_code read_leak(struct reader *r, const json_t *leak, struct dd_buf *key)
{
	int64_t line = 0;
	const struct dd_baseline_entry e = { .path = dd_json_str(leak, "File"),
					     .rule = dd_json_str(leak, "RuleID"),
					     .secret = dd_json_str(leak, "Secret") };
	if (e.rule.n == 0 || !dd_json_int(leak, "StartLine", &line) || line < 0)
		return FAIL(r, "neither a report of drydock nor one of gitleaks");
	(void)place_key(key, e.path, (uint64_t)line);
	return keep(r, key, e);
}

static enum dd_code read_elements(struct reader *r, struct dd_str list, struct dd_arena *names,
				  enum dd_code (*read)(struct reader *r, const json_t *value, struct dd_buf *key))
{
	DD_CLEANUP_BUF struct dd_buf key = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	struct dd_json_members m;
	struct dd_json_member item;
	bool more;
	struct dd_err why;
	if (dd_json_members_open(&m, list, &why) != DD_OK || !m.array)
		return FAIL(r, "not a list of findings");
	for (;;) {
		DD_CLEANUP_JSON json_t *one = NULL;
		if (dd_json_members_next(&m, names, &item, &more, &why) != DD_OK)
			return FAIL(r, "%s", why.message);
		if (!more)
			return DD_OK;
		if (dd_json_parse(item.value, &one, &why) != DD_OK)
			return FAIL(r, "%s", why.message);
		DD_TRY(read(r, one, &key));
	}
}

static enum dd_code read_report(struct reader *r, struct dd_str bytes, struct dd_arena *names)
{
	struct dd_json_members m;
	struct dd_json_member member;
	bool more, found = false;
	struct dd_err why;
	if (dd_json_members_open(&m, bytes, &why) != DD_OK)
		return FAIL(r, "%s", why.message);
	for (;;) {
		if (dd_json_members_next(&m, names, &member, &more, &why) != DD_OK)
			return FAIL(r, "%s", why.message);
		if (!more)
			return found ? DD_OK : FAIL(r, "it has no list 'findings', as a JSON report of drydock has");
		if (!dd_str_eq_c(member.name, "findings"))
			continue;
		found = true;
		DD_TRY(read_elements(r, member.value, names, read_finding));
	}
}

/* ---- .gitleaksignore ---- */

static struct dd_str cut_last(struct dd_str *s)
{
	size_t colon = dd_str_rfind(*s, ':');
	struct dd_str last = colon < s->n ? dd_str_skip(*s, colon + 1) : *s;
	*s = colon < s->n ? dd_str_take(*s, colon) : DD_STR("");
	return last;
}

static struct dd_str skip_commit(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && (dd_is_digit(s.p[n]) || (s.p[n] >= 'a' && s.p[n] <= 'f')))
		n++;
	return n == COMMIT_DIGITS && n < s.n && s.p[n] == ':' ? dd_str_skip(s, n + 1) : s;
}

static enum dd_code read_lines(struct reader *r, struct dd_str bytes)
{
	DD_CLEANUP_BUF struct dd_buf key = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	unsigned long long n = 0;
	for (struct dd_str rest = bytes, line; dd_str_line(&rest, &line);) {
		struct dd_baseline_entry e = { .path = DD_STR("") };
		n++;
		line = dd_str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		struct dd_str number = cut_last(&line);
		e.rule = cut_last(&line);
		e.path = skip_commit(line);
		if (!dd_str_u64(number, UINT64_MAX, &e.line) || e.rule.n == 0 || e.path.n == 0)
			return FAIL(r,
				    "line %llu: neither a JSON report of drydock or gitleaks, nor a .gitleaksignore "
				    "(FILE:RULE:LINE)",
				    n);
		(void)place_key(&key, e.path, e.line);
		DD_TRY(keep(r, &key, e));
	}
	return DD_OK;
}

enum dd_code dd_baseline_add(struct dd_baseline *b, struct dd_str bytes, struct dd_str name, struct dd_arena *a,
			     struct dd_err *err)
{
	struct dd_arena names = DD_ARENA_INIT(NAMES_BYTES_MAX);
	struct reader r = { b, a, err };
	struct dd_str text = bytes;
	b->name = name;
	if (dd_str_starts(text, DD_STR("\xef\xbb\xbf")))
		text = dd_str_skip(text, 3);
	while (text.n && (dd_is_blank(text.p[0]) || text.p[0] == '\n'))
		text = dd_str_skip(text, 1);
	enum dd_code code;
	if (dd_str_starts(text, DD_STR("{")))
		code = read_report(&r, text, &names);
	else if (dd_str_starts(text, DD_STR("[")))
		code = read_elements(&r, text, &names, read_leak);
	else
		code = read_lines(&r, bytes);
	dd_arena_done(&names);
	return code;
}

/* ---- known ones ---- */

/* "ghp_… (40 characters)" was made of a secret that begins so. */
static bool fits_redacted(const struct dd_secret *s, struct dd_str clear)
{
	size_t shown = dd_str_search(s->redacted, DD_STR("\xe2\x80\xa6"));
	return clear.n && clear.n == s->length && shown < s->redacted.n &&
	       dd_str_starts(clear, dd_str_take(s->redacted, shown));
}

static const struct dd_baseline_entry *find(const struct dd_baseline *b, const struct dd_finding *f, struct dd_buf *key)
{
	const struct dd_secret *s = &f->secret->at.secret;
	uint32_t at = s->fingerprint.n ? dd_map_get(&b->by_key, print_key(key, s->fingerprint, f->id)) : DD_MAP_NONE;
	const struct dd_baseline_entry *first = at != DD_MAP_NONE ? &b->entries.p[at] : NULL;
	/* The one that lies there still, where there is one. */
	for (; at != DD_MAP_NONE; at = b->entries.p[at].next)
		if (dd_str_eq(b->entries.p[at].path, f->path))
			return &b->entries.p[at];
	if (first)
		return first;
	at = s->line && !s->inner.n ? dd_map_get(&b->by_key, place_key(key, f->path, s->line)) : DD_MAP_NONE;
	for (; at != DD_MAP_NONE; at = b->entries.p[at].next)
		if (dd_str_eq(b->entries.p[at].rule, f->id) || fits_redacted(s, b->entries.p[at].secret))
			return &b->entries.p[at];
	return NULL;
}

enum dd_code dd_baseline_apply(const struct dd_baseline *b, struct dd_arena *a, struct dd_findings *f,
			       struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf key = DD_BUF_INIT((size_t)2 * DD_FIELD_BYTES_MAX);
	for (size_t i = 0; b->entries.n && i < f->list.n; i++) {
		struct dd_finding *one = &f->list.p[i];
		if (one->suppressed || !one->secret)
			continue;
		const struct dd_baseline_entry *e = find(b, one, &key);
		if (!e)
			continue;
		bool moved = !dd_str_eq(tidy(e->path), tidy(one->path));
		one->suppressed = true;
		one->suppression.rule = b->name;
		one->suppression.reason = moved ? dd_arena_printf(a, "known: in the baseline, there at %.*s",
								  DD_FMT(dd_str_take(e->path, DD_FIELD_BYTES_MAX)))
						: DD_STR("known: in the baseline");
		if (!one->suppression.reason.p)
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

void dd_baseline_done(struct dd_baseline *b)
{
	dd_vec_done(&b->entries);
	dd_vec_done(&b->last);
	dd_map_done(&b->by_key);
}
