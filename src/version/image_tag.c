/* SPDX-License-Identifier: Apache-2.0 */
#include "version/image_tag.h"

#include "base/cleanup.h"
#include "version/version.h"

/* Words that name a moving choice of the publisher and say nothing of what is inside. */
static const char *const channel_words[] = {
	"beta",	   "canary",  "current",  "dev",      "develop", "devel",   "edge",	"experimental", "insiders",
	"latest",  "lts",     "main",	  "mainline", "master",	 "nightly", "next",	"oldstable",	"preview",
	"release", "rolling", "snapshot", "stable",   "testing", "trunk",   "unstable",
};
/* Before a release, when digits follow or nothing. */
static const char *const before_words[] = {
	"alpha", "beta", "canary", "cr", "ea", "m", "milestone", "nightly", "pre", "preview", "rc", "snapshot",
};
/* Behind these a number is a build, a commit or a request, not a version. */
static const char *const counter_words[] = {
	"branch", "build", "ci", "commit", "git", "issue", "job", "mr", "pr", "pull", "run", "sha", "sha256", "sha512",
};

static bool in(const char *const *words, size_t n, struct dd_str word)
{
	for (size_t i = 0; i < n; i++)
		if (dd_str_eq_nocase(word, dd_str_from(words[i])))
			return true;
	return false;
}

static size_t digits_at(struct dd_str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && dd_is_digit(s.p[at + n]))
		n++;
	return n;
}

static size_t letters_at(struct dd_str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && dd_is_alpha(s.p[at + n]))
		n++;
	return n;
}

/* The part of s up to the next hyphen. */
static struct dd_str segment(struct dd_str s)
{
	return dd_str_take(s, dd_str_find(s, '-'));
}

/* A commit's abbreviated or whole hash: hex with a letter in it, and nothing that divides. */
static bool is_hash(struct dd_str s)
{
	bool letter = false;
	if (s.n < 7 || s.n > 64)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool hex = s.p[i] >= 'a' && s.p[i] <= 'f';
		if (!hex && !dd_is_digit(s.p[i]))
			return false;
		letter |= hex;
	}
	return letter;
}

static bool is_date(struct dd_str digits)
{
	return digits.n >= 8 && digits.n <= 14 &&
	       (dd_str_starts(digits, DD_STR("19")) || dd_str_starts(digits, DD_STR("20")));
}

/* "rc1", "beta.2", "ea" at the start of s: its bytes, 0 for none. */
static size_t before_at(struct dd_str s)
{
	size_t n = letters_at(s, 0), more;
	struct dd_str word = dd_str_take(s, n);
	bool known = in(before_words, DD_COUNT(before_words), word);
	size_t dot = n < s.n && s.p[n] == '.' && digits_at(s, n + 1) ? 1 : 0;
	more = digits_at(s, n + dot);
	/* One letter alone says nothing ("2.0-m"); "a" and "b" only right behind a number, as Python writes them. */
	if (!known || (more == 0 && word.n < 2))
		return 0;
	n += dot + more;
	return n == s.n || s.p[n] == '-' || s.p[n] == '.' || s.p[n] == '_' ? n : 0;
}

/* Where the numbers of a version that begins at 0 end: behind "1.27.3", "17.0.11_9", "8u432", "35.0.0.Final". */
static size_t numbers_end(struct dd_str s, unsigned *parts)
{
	size_t n = digits_at(s, 0);
	*parts = is_date(dd_str_take(s, n)) ? 3 : 1;
	while (n < s.n) {
		bool divides = s.p[n] == '.' || s.p[n] == '_' || s.p[n] == 'u' || s.p[n] == 'p';
		size_t more = divides ? digits_at(s, n + 1) : 0;
		if (more == 0)
			break;
		n += 1 + more;
		++*parts;
	}
	return n;
}

/* The version that begins where s does: its bytes. */
static size_t version_at(struct dd_str s, struct dd_image_tag *t)
{
	size_t n = numbers_end(s, &t->parts), more;
	/* 3.13.0rc1, 3.13.0a2 */
	struct dd_str behind = dd_str_skip(s, n);
	more = before_at(behind);
	if (more == 0 && behind.n && (behind.p[0] == 'a' || behind.p[0] == 'b') && digits_at(behind, 1))
		more = 1 + digits_at(behind, 1);
	t->prerelease = more > 0;
	n += more;
	/* ".Final", and all else that is not parted by a hyphen: 2024-11-07T00 */
	if (n < s.n && s.p[n] == '.' && letters_at(s, n + 1)) {
		t->prerelease = t->prerelease || before_at(dd_str_skip(s, n + 1)) > 0;
		n += segment(dd_str_skip(s, n)).n;
	}
	/* -rc.1, -ea-20, -b06, -3.5 */
	while (n + 1 < s.n && s.p[n] == '-') {
		struct dd_str word = segment(dd_str_skip(s, n + 1));
		size_t pre = before_at(dd_str_skip(s, n + 1));
		bool build = word.n > 1 && word.p[0] == 'b' && digits_at(word, 1) == word.n - 1;
		if (pre == 0 && !build && (!dd_is_digit(word.p[0]) || is_hash(word)))
			break;
		t->prerelease = t->prerelease || pre > 0;
		unsigned more_parts = 1;
		if (dd_is_digit(word.p[0]))
			(void)numbers_end(word, &more_parts);
		t->parts += pre == 0 ? more_parts : 0;
		n += 1 + (pre ? pre : word.n);
	}
	return n;
}

static bool begins_version(struct dd_str s)
{
	return s.n && dd_is_digit(s.p[0]) && !is_hash(segment(s));
}

/* Without a version: every word but those of channels. One view, so only words at the front are dropped. */
static struct dd_str variant_of_words(struct dd_str s)
{
	while (s.n) {
		struct dd_str word = segment(s);
		if (!in(channel_words, DD_COUNT(channel_words), word))
			return s;
		s = dd_str_skip(s, word.n + 1);
	}
	return s;
}

/* Skips words in front of a version; s is then where it begins. False: there is none. */
static bool find_version(struct dd_str *s, struct dd_str *ret_lead)
{
	struct dd_str all = *s, rest = *s;
	for (bool first = true; rest.n; first = false) {
		struct dd_image_tag t = { .parts = 0 };
		size_t v = rest.n > 1 && (rest.p[0] == 'v' || rest.p[0] == 'V') && dd_is_digit(rest.p[1]) ? 1 : 0;
		struct dd_str at = dd_str_skip(rest, v);
		if (begins_version(at)) {
			(void)version_at(at, &t);
			/* "nanoserver-1809": a number behind a word is part of a name. */
			if (!first && t.parts < 2)
				return false;
			*ret_lead = dd_str_take(all, all.n - rest.n - (first ? 0 : 1));
			*s = at;
			return true;
		}
		struct dd_str word = segment(rest);
		size_t dot = letters_at(word, 0);
		if (in(counter_words, DD_COUNT(counter_words), word) || is_hash(word))
			return false;
		/* "RELEASE.2024-11-07T00-52-20Z" */
		if (first && dot && dot + 1 < word.n && word.p[dot] == '.' && dd_is_digit(word.p[dot + 1])) {
			*ret_lead = dd_str_take(word, dot);
			*s = dd_str_skip(rest, dot + 1);
			return true;
		}
		rest = dd_str_skip(rest, word.n + 1);
	}
	return false;
}

/* What no registry takes as a tag has no version either: the order below is one for tags. */
static bool has_odd_bytes(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && s.p[i] != '.' && s.p[i] != '_' && s.p[i] != '-')
			return true;
	return false;
}

struct dd_image_tag dd_image_tag_parse(struct dd_str tag)
{
	struct dd_image_tag t = {
		.text = tag, .lead = dd_str_take(tag, 0), .version = dd_str_take(tag, 0), .variant = dd_str_take(tag, 0)
	};
	struct dd_str at = tag;
	if (has_odd_bytes(tag) || !find_version(&at, &t.lead)) {
		t.variant = variant_of_words(tag);
		return t;
	}
	size_t n = version_at(at, &t);
	t.version = dd_str_take(at, n);
	t.variant = dd_str_skip(at, n + 1);
	if (n < at.n && at.p[n] != '-' && at.p[n] != '_' && at.p[n] != '.')
		t.variant = dd_str_skip(at, n);
	return t;
}

/* ---- order ---- */

static int version_cmp(const struct dd_image_tag *a, const struct dd_image_tag *b)
{
	int c;
	if (a->version.n == 0 || b->version.n == 0)
		return (a->version.n > 0) - (b->version.n > 0);
	if (!dd_vercmp(DD_SCHEME_GENERIC, a->version, b->version, &c))
		return dd_str_cmp(a->version, b->version);
	return c;
}

int dd_image_tag_cmp(const struct dd_image_tag *a, const struct dd_image_tag *b)
{
	int c = version_cmp(a, b);
	if (c == 0)
		c = (a->parts > b->parts) - (a->parts < b->parts);
	if (c == 0) /* plain ones stand in front when the newest comes first */
		c = (a->variant.n < b->variant.n) - (a->variant.n > b->variant.n);
	return c ? c : dd_str_cmp(b->text, a->text);
}

bool dd_image_tag_same_variant(const struct dd_image_tag *a, const struct dd_image_tag *b)
{
	return dd_str_eq(a->variant, b->variant) && dd_str_eq(a->lead, b->lead);
}

bool dd_image_tag_extends(const struct dd_image_tag *longer, const struct dd_image_tag *tag)
{
	if (tag->version.n == 0 || longer->parts <= tag->parts || longer->prerelease != tag->prerelease ||
	    !dd_image_tag_same_variant(longer, tag) || !dd_str_starts(longer->version, tag->version))
		return false;
	return !dd_is_digit(longer->version.p[tag->version.n]);
}

bool dd_image_tag_supersedes(const struct dd_image_tag *newer, const struct dd_image_tag *tag)
{
	return tag->version.n && newer->version.n && newer->parts == tag->parts &&
	       (!newer->prerelease || tag->prerelease) && dd_image_tag_same_variant(newer, tag) &&
	       version_cmp(newer, tag) > 0;
}

/* ---- the tag to pin ---- */

/* Is part one or several whole words at the start or end of all? */
static bool words_of(struct dd_str part, struct dd_str all)
{
	if (part.n == 0 || part.n >= all.n)
		return false;
	return (dd_str_starts(all, part) && (all.p[part.n] == '-' || dd_is_digit(all.p[part.n]))) ||
	       (dd_str_ends(all, part) && all.p[all.n - part.n - 1] == '-');
}

/* How well a tag's variant fits what was asked for. */
static int fit(const struct dd_image_tag *asked, const struct dd_image_tag *t)
{
	if (dd_str_eq(asked->variant, t->variant))
		return 3;
	if (words_of(asked->variant, t->variant) || words_of(t->variant, asked->variant))
		return 2;
	return t->variant.n == 0;
}

/* >0: a is the better one to pin. */
static int pin_cmp(const struct dd_image_tag *asked, const struct dd_image_tag *a, const struct dd_image_tag *b)
{
	int c = (a->parts > b->parts) - (a->parts < b->parts);
	if (c == 0)
		c = fit(asked, a) - fit(asked, b);
	if (c == 0)
		c = (a->lead.n < b->lead.n) - (a->lead.n > b->lead.n);
	if (c == 0)
		c = (a->variant.n < b->variant.n) - (a->variant.n > b->variant.n);
	if (c == 0)
		c = version_cmp(a, b);
	return c ? c : dd_str_cmp(b->text, a->text);
}

size_t dd_image_tag_pin(const struct dd_image_tag *asked, const struct dd_image_tag *tags, size_t n)
{
	size_t best = n;
	for (size_t i = 0; i < n; i++)
		if (tags[i].version.n && (best == n || pin_cmp(asked, &tags[i], &tags[best]) > 0))
			best = i;
	return best;
}

bool dd_image_tag_floats(const struct dd_image_tag *tag, const struct dd_image_tag *tags, size_t n, size_t *ret_by)
{
	*ret_by = n;
	if (tag->version.n == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		if (dd_image_tag_extends(&tags[i], tag) &&
		    (*ret_by == n || dd_image_tag_cmp(&tags[i], &tags[*ret_by]) > 0))
			*ret_by = i;
	return *ret_by < n || (n == 0 && tag->parts < 3);
}
