/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets for people: each one once, with all the places where it lies, what became of the file there, and how to write
 * the instruction that leaked it. The most urgent first, as the model has them. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/map.h"
#include "report/say.h"
#include "report/table.h"

/* A screen for each of the worst, not more; the JSON report has all. */
enum { SECRETS_SHOWN_MAX = 200, PLACES_SHOWN_MAX = 10, INDENT = 10, STEP = 2, TEXT_BYTES_MAX = 256 * 1024 };
enum { COMMIT_SHOWN = 12, CHANGE_LINES_MAX = 20 };
enum { KEYS_BYTES_MAX = 512 << 20 };

struct secrets {
	const struct dd_sheet *s;
	const struct dd_report *r;
	uint32_t *next; /* for each finding the next one of the same secret, 0: none (no later one has index 0) */
	uint32_t *last; /* for the first finding of a secret: the last one */
	bool *first;
	struct dd_map known; /* rule and fingerprint → first finding */
	struct dd_arena keys;
	struct dd_buf text;
	size_t n_secrets, n_places;
};

static bool is_shown(const struct dd_finding *f)
{
	return f->kind == DD_KIND_SECRET && !f->suppressed;
}

/* False: no memory. */
static bool add(struct secrets *t, uint32_t i)
{
	const struct dd_finding *f = &t->r->findings[i];
	struct dd_str print = f->secret ? f->secret->at.secret.fingerprint : DD_STR("");
	uint32_t head = i;
	if (print.n) {
		struct dd_str key = dd_arena_printf(&t->keys, "%.*s %.*s", DD_FMT(print), DD_FMT(f->id));
		if (!key.p || !dd_map_add(&t->known, key, i, &head))
			return false;
	}
	t->n_places++;
	t->n_secrets += head == i;
	t->first[i] = head == i;
	if (head != i)
		t->next[t->last[head]] = i;
	t->last[head] = i;
	return true;
}

static bool group(struct secrets *t)
{
	size_t n = t->r->n_findings;
	t->next = dd_alloc_zero(n, sizeof *t->next);
	t->last = dd_alloc_zero(n, sizeof *t->last);
	t->first = dd_alloc_zero(n, sizeof *t->first);
	if (!t->next || !t->last || !t->first)
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_shown(&t->r->findings[i]) && !add(t, (uint32_t)i))
			return false;
	return true;
}

static void put(struct secrets *t, size_t indent, size_t hanging, enum dd_paint paint)
{
	dd_sheet_blanks(t->s, indent);
	dd_sheet_wrap(t->s, dd_sheet_whole(t->s, &t->text), indent, hanging, paint);
	dd_buf_clear(&t->text);
}

static void title(struct secrets *t, const struct dd_finding *f)
{
	char severity[16];
	size_t n = 0;
	for (const char *c = dd_severity_name(f->severity); *c && n < sizeof severity; c++)
		severity[n++] = (char)(*c - 32);
	dd_sheet_cell(t->s, (struct dd_str){ severity, n }, INDENT, false, dd_severity_paint(f->severity));
	dd_sheet_add(&t->text, f->title);
	dd_sheet_wrap(t->s, dd_sheet_whole(t->s, &t->text), INDENT, INDENT, DD_BOLD);
	dd_buf_clear(&t->text);
}

/* "ghp_… (40 characters), high confidence: its checksum is right [github-personal-token]" */
static void about(struct secrets *t, const struct dd_finding *f)
{
	const struct dd_secret *s = f->secret ? &f->secret->at.secret : NULL;
	if (s) {
		dd_sheet_add(&t->text, s->clear.n ? s->clear : s->redacted);
		(void)dd_buf_add_c(&t->text, ", ");
	}
	(void)dd_buf_addf(&t->text, "%s confidence", dd_confidence_name(f->confidence));
	if (s && s->reason.n) {
		(void)dd_buf_add_c(&t->text, ": ");
		dd_sheet_add(&t->text, s->reason);
	}
	(void)dd_buf_add_c(&t->text, " [");
	dd_sheet_add(&t->text, f->id);
	(void)dd_buf_add_char(&t->text, ']');
	put(t, INDENT, INDENT + STEP, DD_PLAIN);
}

static void add_state(struct secrets *t, const struct dd_secret_at *at)
{
	if (at->secret.coding.n) {
		(void)dd_buf_add_c(&t->text, ", in ");
		dd_sheet_add(&t->text, at->secret.coding);
	}
	if (at->commit.n) {
		(void)dd_buf_add_c(&t->text, ", commit ");
		dd_sheet_add(&t->text, dd_str_take(at->commit, COMMIT_SHOWN));
		(void)dd_buf_add_c(&t->text, at->author.n ? " by " : "");
		dd_sheet_add(&t->text, at->author);
		(void)dd_buf_add_c(&t->text, at->date.n ? ", " : "");
		dd_sheet_add(&t->text, at->date);
	}
	if (at->alive != DD_ALIVE_NOT_ASKED) {
		(void)dd_buf_addf(&t->text, ", %s", dd_secret_alive_name(at->alive));
		(void)dd_buf_add_c(&t->text, at->alive_note.n ? ": " : "");
		dd_sheet_add(&t->text, at->alive_note);
	}
}

/* "app/.git/config:7, L2 COPY . /app, deleted by L3" */
static void place(struct secrets *t, const struct dd_finding *f)
{
	int layer = dd_table_layer(t->r, f->layer);
	dd_say_secret_place(f, &t->text);
	if (layer != DD_NO_LAYER) {
		struct dd_str instruction = t->r->inventory->target.layers[layer].instruction;
		(void)dd_buf_addf(&t->text, ", L%d%s", layer, f->origin == DD_ORIGIN_BASE ? " base" : "");
		(void)dd_buf_add_c(&t->text, instruction.n ? " " : "");
		struct dd_str cut = dd_say_cut(instruction, t->s->style->width);
		(void)dd_buf_add_str(&t->text, cut);
		(void)dd_buf_add_c(&t->text, cut.n < instruction.n ? " ..." : "");
	}
	if (f->secret) {
		const struct dd_secret_at *at = &f->secret->at;
		if (at->state != DD_STATE_LIVE) {
			(void)dd_buf_addf(&t->text, ", %s", dd_entry_state_name(at->state));
			if (at->by >= 0)
				(void)dd_buf_addf(&t->text, " by L%d", at->by);
		}
		add_state(t, at);
	}
	put(t, INDENT, INDENT + STEP, DD_PLAIN);
}

/* Lines to paste are not wrapped: a terminal joins what it broke when it is copied. */
static void change(struct secrets *t, const struct dd_finding *f)
{
	struct dd_str rest = f->secret ? f->secret->change : DD_STR(""), line;
	for (size_t n = 0; n < CHANGE_LINES_MAX && dd_str_line(&rest, &line); n++) {
		enum dd_paint paint = line.n == 0	 ? DD_PLAIN
				      : line.p[0] == '-' ? DD_RED
				      : line.p[0] == '+' ? DD_GREEN
							 : DD_DIM;
		dd_sheet_blanks(t->s, INDENT + STEP);
		if (paint != DD_PLAIN)
			dd_sheet_paint(t->s, paint);
		(void)dd_sheet_text(t->s, line, DD_COLUMNS_ALL);
		if (paint != DD_PLAIN)
			dd_sheet_paint(t->s, DD_PLAIN);
		(void)dd_buf_add_char(t->s->out, '\n');
	}
}

static bool same_change(const struct dd_finding *a, const struct dd_finding *b)
{
	return a && a->secret && b->secret && dd_str_eq(a->secret->change, b->secret->change);
}

static void secret(struct secrets *t, uint32_t head)
{
	const struct dd_finding *f = &t->r->findings[head], *before = NULL;
	size_t places = 0;
	title(t, f);
	about(t, f);
	for (uint32_t i = head;;) {
		const struct dd_finding *one = &t->r->findings[i];
		if (places < PLACES_SHOWN_MAX) {
			if (before && !same_change(before, one))
				change(t, before);
			place(t, one);
			before = one;
		}
		places++;
		if (!t->next[i])
			break;
		i = t->next[i];
	}
	if (before)
		change(t, before);
	if (places > PLACES_SHOWN_MAX) {
		(void)dd_buf_addf(&t->text, "and in %zu more places", places - PLACES_SHOWN_MAX);
		put(t, INDENT, INDENT, DD_PLAIN);
	}
	dd_sheet_add(&t->text, f->fix.advice);
	if (f->url.n) {
		(void)dd_buf_add_c(&t->text, f->fix.advice.n ? ": " : "");
		dd_sheet_add(&t->text, f->url);
	}
	if (t->text.n)
		put(t, INDENT, INDENT, DD_CYAN);
}

static void heading(struct secrets *t)
{
	char text[96];
	int n = t->n_places == t->n_secrets
			? snprintf(text, sizeof text, "Secrets (%zu)", t->n_secrets)
			: snprintf(text, sizeof text, "Secrets (%zu, in %zu places)", t->n_secrets, t->n_places);
	(void)dd_buf_add_char(t->s->out, '\n');
	dd_sheet_cell(t->s, (struct dd_str){ text, (size_t)n }, (size_t)n, false, DD_BOLD);
	dd_sheet_end_line(t->s);
}

static void write(struct secrets *t)
{
	size_t shown = 0;
	heading(t);
	for (size_t i = 0; i < t->r->n_findings && shown < SECRETS_SHOWN_MAX && !t->s->out->failed; i++) {
		if (!t->first[i])
			continue;
		if (shown++)
			(void)dd_buf_add_char(t->s->out, '\n');
		secret(t, (uint32_t)i);
	}
	if (t->n_secrets > shown)
		dd_sheet_own(t->s, "\n  and %zu more: '--format json' lists all\n", t->n_secrets - shown);
}

void dd_table_secrets(const struct dd_sheet *s, const struct dd_report *r, enum dd_kind kind)
{
	struct secrets t = {
		.s = s, .r = r, .keys = DD_ARENA_INIT(KEYS_BYTES_MAX), .text = DD_BUF_INIT(TEXT_BYTES_MAX)
	};
	(void)kind;
	if (!group(&t))
		s->out->failed = true;
	else if (t.n_places)
		write(&t);
	dd_free(t.next);
	dd_free(t.last);
	dd_free(t.first);
	dd_map_done(&t.known);
	dd_arena_done(&t.keys);
	dd_buf_done(&t.text);
}
