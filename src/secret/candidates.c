/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules found in one file, held against each other: a text is one finding, of the rule that knows it best. */
#include "base/buf.h"
#include "secret/detector_parts.h"

/* How many are kept of a file, by class: high, medium, low confidence, filtered. */
enum { FILTERED = 3, FILTERED_MAX = 300 };
enum { ARENA_MAX = 32 << 20, CONTEXT_MAX = 80, OTHERS_MAX = 256 };

static unsigned class_of(const struct dd_candidate *c)
{
	if (c->filtered.n)
		return FILTERED;
	return c->confidence == DD_CONFIDENCE_HIGH ? 0 : c->confidence == DD_CONFIDENCE_MEDIUM ? 1 : 2;
}

enum dd_code dd_candidates_add(struct dd_candidates *c, const struct dd_candidate *one, struct dd_err *err)
{
	unsigned class = class_of(one);
	struct dd_candidate own = *one;
	struct dd_str *texts[] = { &own.secret, &own.before, &own.coding, &own.reason, &own.filtered };
	c->arena.limit = ARENA_MAX;
	size_t room = c->arena.limit - c->arena.used, needed = 0;
	for (size_t i = 0; i < DD_COUNT(texts); i++)
		needed += texts[i]->n + 64;
	if (c->n_class[class] >= (class == FILTERED ? FILTERED_MAX : DD_SECRETS_FILE_MAX) || needed > room) {
		class == FILTERED ? c->passed_over++ : c->dropped++;
		return DD_OK;
	}
	for (size_t i = 0; i < DD_COUNT(texts); i++) {
		*texts[i] = dd_arena_str(&c->arena, *texts[i]);
		if (!texts[i]->p)
			return dd_fail_nomem(err);
	}
	if (!dd_vec_push(&c->list, own, SIZE_MAX))
		return dd_fail_nomem(err);
	c->n_class[class]++;
	return DD_OK;
}

void dd_candidates_clear(struct dd_candidates *c)
{
	dd_arena_done(&c->arena);
	c->list.n = 0;
	memset(c->n_class, 0, sizeof c->n_class);
	c->dropped = c->passed_over = 0;
}

static int by_place(const void *a, const void *b)
{
	const struct dd_candidate *x = a, *y = b;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	int order = dd_str_cmp(x->coding, y->coding);
	return order ? order : dd_str_cmp(x->secret, y->secret);
}

struct settle {
	const struct dd_secret_detector *d;
	struct dd_candidate *p;
	size_t n;
	unsigned char *gone;  /* of each: is no finding of its own */
	struct dd_str *marks; /* of each that has one */
	struct dd_str inner;
	unsigned unit;
	bool dropped;
	struct dd_secret_found *found;
};

static const struct dd_secret_rule *rule_of(const struct settle *s, size_t i)
{
	return &s->d->set->rules[s->p[i].rule];
}

static bool names(const struct dd_strs *ids, struct dd_str id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (dd_str_eq(ids->p[i], id))
			return true;
	return false;
}

/* The one that is shown where both are the same secret: one that counts, then the longer one, then what stands there as
 * it is. */
static size_t better(const struct settle *s, size_t a, size_t b)
{
	const struct dd_candidate *x = &s->p[a], *y = &s->p[b];
	if ((x->filtered.n > 0) != (y->filtered.n > 0))
		return y->filtered.n ? a : b;
	if (x->secret.n != y->secret.n)
		return x->secret.n > y->secret.n ? a : b;
	if ((x->coding.n > 0) != (y->coding.n > 0))
		return y->coding.n ? a : b;
	if (class_of(x) != class_of(y))
		return class_of(x) < class_of(y) ? a : b;
	return x->rule <= y->rule ? a : b;
}

static bool contains(struct dd_str a, struct dd_str b)
{
	return a.n >= b.n && (dd_str_search(a, b) < a.n || b.n == 0);
}

/* Which of two that overlap gives way; SIZE_MAX: both stay. Several secrets may be wrapped in one text. */
static size_t loser(const struct settle *s, size_t a, size_t b)
{
	const struct dd_candidate *x = &s->p[a], *y = &s->p[b];
	const struct dd_secret_rule *p = rule_of(s, a), *q = rule_of(s, b);
	bool gx = s->d->rules[x->rule].generic, gy = s->d->rules[y->rule].generic;
	if (gx != gy) {
		size_t generic = gx ? a : b, other = gx ? b : a;
		return s->p[other].low_entropy && !s->p[generic].filtered.n ? other : generic;
	}
	bool same = x->rule == y->rule || gx || names(&p->also, q->kind.id) || names(&q->also, p->kind.id);
	if ((x->made || y->made) && !contains(x->secret, y->secret) && !contains(y->secret, x->secret))
		same = false;
	return !same ? SIZE_MAX : better(s, a, b) == a ? b : a;
}

static void settle_overlaps(struct settle *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = i + 1; k < s->n && !s->gone[i] && s->p[k].offset < s->p[i].end; k++) {
			size_t lost = s->gone[k] ? SIZE_MAX : loser(s, i, k);
			if (lost != SIZE_MAX)
				s->gone[lost] = 1;
		}
}

/* gitleaks' `required`: something of another rule near; 0 is the same line, the same column. */
static bool is_near(const struct dd_candidate *a, const struct dd_candidate *b, const struct dd_secret_require *q)
{
	uint64_t lines = a->line > b->line ? a->line - b->line : b->line - a->line;
	uint64_t columns = a->column > b->column ? a->column - b->column : b->column - a->column;
	return lines <= q->within_lines && columns <= q->within_columns;
}

static bool has_required(const struct settle *s, size_t i)
{
	const struct dd_secret_rule *r = rule_of(s, i);
	for (size_t q = 0; q < r->n_required; q++) {
		bool met = false;
		for (size_t k = 0; k < s->n && !met; k++)
			met = k != i && !s->p[k].filtered.n && dd_str_eq(rule_of(s, k)->kind.id, r->required[q].rule) &&
			      is_near(&s->p[i], &s->p[k], &r->required[q]);
		if (!met)
			return false;
	}
	return true;
}

static bool is_hidden(const struct settle *s, size_t at, uint64_t offset)
{
	for (size_t k = at < OTHERS_MAX ? 0 : at - OTHERS_MAX; k < s->n && s->p[k].offset <= offset; k++)
		if (k != at && s->p[k].end > offset)
			return true;
	return false;
}

/* What stands before it on its line, other secrets in it left out. */
static struct dd_str context(const struct settle *s, size_t at, struct dd_arena *a)
{
	const struct dd_candidate *c = &s->p[at];
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(16 * CONTEXT_MAX);
	struct dd_str text = dd_str_skip(c->before, c->before.n > CONTEXT_MAX ? c->before.n - CONTEXT_MAX : 0);
	for (size_t i = 0, n; i < text.n; i += n) {
		bool hidden = is_hidden(s, at, c->offset - (text.n - i));
		for (n = 1; i + n < text.n && is_hidden(s, at, c->offset - (text.n - i - n)) == hidden;)
			n++;
		if (hidden)
			(void)dd_buf_add_c(&out, "…");
		else
			(void)dd_buf_add_escaped(&out, dd_str_take(dd_str_skip(text, i), n));
	}
	return dd_arena_str(a, dd_str_trim(dd_buf_str(&out)));
}

/* The fingerprint costs time on purpose: one for each secret of a file, none for what does not count. */
static struct dd_str mark(struct settle *s, size_t at)
{
	const struct dd_candidate *c = &s->p[at];
	if (c->filtered.n)
		return DD_STR("");
	for (size_t i = 0; i < at; i++)
		if (s->p[i].rule == c->rule && s->marks[i].n && dd_str_eq(s->p[i].secret, c->secret))
			return s->marks[i];
	s->marks[at] = dd_secret_mark(s->found->arena, s->d->options.salt, rule_of(s, at)->kind.id, c->secret);
	return s->marks[at];
}

static enum dd_code emit(struct settle *s, size_t at, struct dd_err *err)
{
	const struct dd_candidate *c = &s->p[at];
	struct dd_arena *a = s->found->arena;
	const struct dd_str none = DD_STR("");
	struct dd_secret one = { .offset = s->unit * c->offset,
				 .line = c->line,
				 .column = c->column ? s->unit * (c->column - 1) + 1 : 0,
				 .length = c->coding.n ? c->secret.n : s->unit * (c->end - c->offset),
				 .confidence = c->confidence };
	one.rule = dd_arena_str(a, rule_of(s, at)->kind.id);
	one.inner = dd_arena_str(a, s->inner);
	one.coding = dd_arena_str(a, c->coding);
	one.reason = dd_arena_str(a, c->reason);
	one.filtered = dd_arena_str(a, c->filtered);
	one.redacted = c->named ? dd_arena_str(a, DD_STR("the file itself")) : dd_redact(a, c->secret);
	one.clear = dd_arena_str(a, dd_secret_detector_keeps_clear(s->d) ? c->secret : none);
	/* Where some were only counted, nobody knows whether one of them stands there. */
	one.context = s->dropped ? none : context(s, at, a);
	one.fingerprint = mark(s, at);
	if (!one.rule.p || !one.inner.p || !one.coding.p || !one.reason.p || !one.filtered.p || !one.redacted.p ||
	    !one.clear.p || !one.context.p || !one.fingerprint.p || !dd_vec_push(&s->found->list, one, SIZE_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

/* Of more than there is room for, the surest ones. */
static void settle_room(struct settle *s, uint64_t *dropped, uint64_t *passed_over)
{
	size_t room = s->found->list.n < DD_SECRETS_FILE_MAX ? DD_SECRETS_FILE_MAX - s->found->list.n : 0;
	for (unsigned class = 0; class <= FILTERED; class ++)
		for (size_t i = 0; i < s->n; i++) {
			if (s->gone[i] || class_of(&s->p[i]) != class)
				continue;
			if (room) {
				room--;
				continue;
			}
			s->gone[i] = 1;
			class == FILTERED ? ++*passed_over : ++*dropped;
		}
}

enum dd_code dd_candidates_settle(struct dd_candidates *c, const struct dd_secret_detector *d,
				  const unsigned char *keyword_seen, struct dd_str inner, unsigned unit,
				  struct dd_secret_found *found, struct dd_err *err)
{
	size_t n = c->list.n;
	if (n > 1)
		qsort(c->list.p, n, sizeof *c->list.p, by_place);
	DD_CLEANUP(dd_freep) unsigned char *gone = dd_alloc_zero(n + 1, 1);
	DD_CLEANUP(dd_freep) struct dd_str *marks = dd_alloc_zero(n + 1, sizeof *marks);
	if (!gone || !marks)
		return dd_fail_nomem(err);
	struct settle s = { d, c->list.p, n, gone, marks, inner, unit, c->dropped > 0, found };
	for (size_t i = 0; i < n; i++) {
		const struct dd_secret_rule *r = rule_of(&s, i);
		gone[i] = r->keyword_anywhere && r->keywords.n && !keyword_seen[c->list.p[i].rule];
	}
	for (size_t i = 0; i < n; i++)
		if (!gone[i] && rule_of(&s, i)->n_required && !has_required(&s, i))
			gone[i] = 1;
	for (size_t i = 0; i < n; i++)
		gone[i] = gone[i] || rule_of(&s, i)->skip_report;
	settle_overlaps(&s);
	settle_room(&s, &c->dropped, &c->passed_over);
	for (size_t i = 0; i < n; i++)
		if (!gone[i])
			DD_TRY(emit(&s, i, err));
	found->dropped += c->dropped;
	found->passed_over += c->passed_over;
	return DD_OK;
}
