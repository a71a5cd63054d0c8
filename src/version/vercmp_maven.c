/* SPDX-License-Identifier: Apache-2.0 */
/* Maven artifacts: Maven 3.9's ComparableVersion, exactly.
 *
 * A version is a list of items, numbers or words, in lower case; "." ends an item, "-" and every change between digits
 * and letters end it too and open a list inside the list. Nothing ever closes a list, so that a version is a row of
 * levels, each with items and then, perhaps, the next level. An empty item is 0. A word that stands at the end or in
 * front of a digit opens a level of its own (1.0.RC1 is read as 1.0-RC1). At the end of each level zeros and words that
 * mean the release itself are dropped, and levels without items at the end of the version.
 *
 * Items are compared one by one: word < level < number. Numbers by value. Words:
 *   alpha (a1) < beta (b1) < milestone (m1) < rc, cr < snapshot < "", ga, final, release < sp < all others by their
 * text Where one list is shorter its missing item is equal to 0 and to the release; a level stands for its first item
 * that is neither.
 *
 * That is not an order: 1-0-alpha > 1-sp > 1 > 1-0-alpha, and the like with words in the middle of a level (1.sp.1).
 * Versions whose words stand in front of digits or at the end, and which have no zeros right behind "-" or letters, are
 * ordered.
 *
 * 1-ga-1 is 1-1, as Maven's documentation has it; its code makes a level of "ga" that is empty then. (POM reference,
 * "Version Order Specification".)
 *
 * Every visible ASCII text without one of ${}[](),<> is a version here; Maven takes all texts, but those are
 * properties that were not replaced and ranges.
 *
 * Source: org.apache.maven.artifact.versioning.ComparableVersion of maven-artifact 3.9. */
#include "version/vercmp.h"

enum kind { KIND_END, KIND_LEVEL, KIND_NUMBER, KIND_WORD };
enum { WORD_RELEASE = 5, WORD_OTHER = 7 };

struct item {
	enum kind kind;
	int word; /* place among the words, WORD_OTHER: by its text */
	struct dd_str text;
};

/* As the text is read: levels open where they are written. */
struct reader {
	struct dd_str rest;
	bool level;	/* a level opens in front of what is in rest, */
	bool dashed;	/* and it was opened by "-" */
	bool has_items; /* the level being read */
};

/* As versions are compared: without what is dropped. */
struct maven {
	struct reader r;
	size_t depth, deepest;	  /* of the level being read; of the last one with an item that counts */
	size_t read, safe;	  /* items read; those before this one are not at the end of their level */
	bool dashed, mark, items; /* of the level being read: opened by "-"; "ga" was dropped; anything else is in it */
	bool over;
};

static const struct {
	const char *word;
	int place;
} words[] = {
	{ "alpha", 0 },
	{ "beta", 1 },
	{ "milestone", 2 },
	{ "rc", 3 },
	{ "cr", 3 },
	{ "snapshot", 4 },
	{ "ga", WORD_RELEASE },
	{ "final", WORD_RELEASE },
	{ "release", WORD_RELEASE },
	{ "sp", 6 },
};

/* Bytes of properties and ranges. */
static const bool never[128] = { ['$'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true,
				 ['('] = true, [')'] = true, [','] = true, ['<'] = true, ['>'] = true };

static bool is_word_byte(char c)
{
	return !dd_is_digit(c) && c != '.' && c != '-';
}

static int place_of(struct dd_str text, bool digit_follows)
{
	if (digit_follows && text.n == 1) {
		char c = dd_lower(text.p[0]);
		if (c == 'a' || c == 'b' || c == 'm')
			return c == 'm' ? 2 : c - 'a';
	}
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_lower(text.p[0]) == words[i].word[0] && dd_str_eq_nocase(text, dd_str_from(words[i].word)))
			return words[i].place;
	return WORD_OTHER;
}

/* What follows an item: "." and "-" are taken, all but "." opens a level. */
static void end_item(struct reader *r)
{
	r->has_items = true;
	if (r->rest.n == 0)
		return;
	char c = r->rest.p[0];
	r->level = c != '.';
	r->dashed = c == '-';
	if (c == '.' || c == '-')
		r->rest = dd_str_skip(r->rest, 1);
}

static struct item read_item(struct reader *r)
{
	struct item item = { KIND_NUMBER, 0, DD_STR("") };
	if (r->level) {
		r->level = r->has_items = false;
		return (struct item){ KIND_LEVEL, 0, item.text };
	}
	if (r->rest.n == 0)
		return (struct item){ KIND_END, 0, item.text };
	if (!is_word_byte(r->rest.p[0])) {
		item.text = dd_take_run(&r->rest, dd_is_digit);
		end_item(r);
		return item;
	}
	struct dd_str after = r->rest, text = dd_take_run(&after, is_word_byte);
	bool digit_follows = after.n && dd_is_digit(after.p[0]);
	if ((digit_follows || after.n == 0) && r->has_items) {
		r->has_items = r->dashed = false;
		return (struct item){ KIND_LEVEL, 0, item.text };
	}
	r->rest = after;
	end_item(r);
	return (struct item){ KIND_WORD, place_of(text, digit_follows), text };
}

/* 0, "" and their like. */
static bool is_null(const struct item *i)
{
	return i->kind == KIND_NUMBER ? dd_digits_cmp(i->text, DD_STR("0")) == 0
				      : i->kind == KIND_WORD && i->word == WORD_RELEASE;
}

static bool parse(struct dd_str s, struct maven *ret)
{
	struct maven m = { .r = { s, false, false, false } };
	struct reader ahead = m.r;
	size_t depth = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || never[(unsigned char)s.p[i]])
			return false;
	for (;;) {
		struct item item = read_item(&ahead);
		if (item.kind == KIND_END)
			break;
		if (item.kind == KIND_LEVEL)
			depth++;
		else if (!is_null(&item))
			m.deepest = depth;
	}
	*ret = m;
	return s.n > 0;
}

/* Nothing but null items from here to the end of the level. Where that is not so, remembers up to where. */
static bool rest_is_null(struct maven *m)
{
	struct reader ahead = m->r;
	for (size_t at = m->read;; at++) {
		struct item item = read_item(&ahead);
		if (item.kind == KIND_END || item.kind == KIND_LEVEL)
			return true;
		if (!is_null(&item)) {
			m->safe = at;
			return false;
		}
	}
}

/* The level that ends here is "-ga-" and a digit follows. Begins the next one. */
static bool ends_mark(struct maven *m)
{
	bool mark = m->dashed && m->mark && !m->items && m->r.dashed && m->r.rest.n && dd_is_digit(m->r.rest.p[0]);
	m->mark = m->items = false;
	m->dashed = m->r.dashed;
	return mark;
}

/* KIND_LEVEL: the next level begins. KIND_END from the end of the version on. */
static struct item next(struct maven *m)
{
	struct item item = { KIND_END, 0, DD_STR("") };
	while (!m->over) {
		item = read_item(&m->r);
		if (item.kind == KIND_LEVEL && ends_mark(m)) {
			m->depth++;
			continue;
		}
		if (item.kind == KIND_LEVEL || item.kind == KIND_END)
			break;
		m->read++;
		if (!is_null(&item) || m->read <= m->safe || !rest_is_null(m)) {
			m->items = true;
			return item;
		}
		*(item.kind == KIND_WORD ? &m->mark : &m->items) = true;
	}
	m->over = m->over || item.kind == KIND_END || m->depth >= m->deepest;
	m->depth++;
	item.kind = m->over ? KIND_END : KIND_LEVEL;
	return item;
}

static int null_cmp(const struct item *i)
{
	if (i->kind == KIND_NUMBER)
		return !is_null(i);
	return dd_sign(i->word - WORD_RELEASE);
}

/* A level, and all that is in it, against nothing. */
static int level_cmp_null(struct maven *m)
{
	for (;;) {
		struct item item = next(m);
		int c = item.kind == KIND_END || item.kind == KIND_LEVEL ? 0 : null_cmp(&item);
		if (c || item.kind == KIND_END)
			return c;
	}
}

/* Two items of which none is missing; levels are equal until their items are compared. */
static int item_cmp(const struct item *a, const struct item *b)
{
	static const int rank[] = { [KIND_WORD] = 0, [KIND_LEVEL] = 1, [KIND_NUMBER] = 2 };
	if (a->kind != b->kind)
		return dd_sign(rank[a->kind] - rank[b->kind]);
	if (a->kind == KIND_NUMBER)
		return dd_digits_cmp(a->text, b->text);
	if (a->kind == KIND_LEVEL || a->word != b->word)
		return dd_sign(a->word - b->word);
	return a->word == WORD_OTHER ? dd_lower_cmp(a->text, b->text) : 0;
}

static int maven_cmp(struct maven *a, struct maven *b)
{
	for (;;) {
		struct item x = next(a), y = next(b);
		int c;
		if (x.kind == KIND_END && y.kind == KIND_END)
			return 0;
		if (x.kind == KIND_END)
			c = y.kind == KIND_LEVEL ? -level_cmp_null(b) : -null_cmp(&y);
		else if (y.kind == KIND_END)
			c = x.kind == KIND_LEVEL ? level_cmp_null(a) : null_cmp(&x);
		else
			c = item_cmp(&x, &y);
		if (c)
			return c;
	}
}

bool dd_vercmp_maven(struct dd_str a, struct dd_str b, int *ret)
{
	struct maven x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	*ret = maven_cmp(&x, &y);
	return true;
}
