/* SPDX-License-Identifier: Apache-2.0 */
/* Which tags stand for the same digest, and which of them to pin. Docker Hub says it for a hundred tags in one request
 * that is no pull; other registries are asked tag by tag (HEAD), a bounded number, the likely ones first. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/vec.h"
#include "cmd/inspect_parts.h"
#include "version/image_tag.h"

enum { SLACK_SECONDS = 2 * 24 * 3600 };

static bool is_same(const struct dd_inspect *in, const struct dd_hub_tag *t)
{
	if (t->digest.n)
		return dd_str_eq(t->digest, in->card.digest);
	for (size_t i = 0; i < t->n_images; i++)
		if (t->images[i].digest.n && dd_str_eq(t->images[i].digest, in->card.manifest_digest))
			return true;
	return false;
}

static bool add(struct dd_inspect *in, struct dd_inspect_tag t)
{
	if (in->n_tags >= DD_INSPECT_TAGS_MAX)
		return false;
	in->tags[in->n_tags++] = t;
	return true;
}

/* ---- Docker Hub ---- */

/* Tags of one push follow each other: behind them, older ones are others. */
static bool enough(const struct dd_inspect *in, const struct dd_hub_tags *page)
{
	int64_t oldest_same = INT64_MAX, last = INT64_MAX;
	for (size_t i = 0; i < in->n_tags; i++)
		if (in->tags[i].same && in->tags[i].updated < oldest_same)
			oldest_same = in->tags[i].updated;
	for (size_t i = 0; i < page->n; i++)
		if (page->p[i].updated != DD_CARD_NO_TIME && page->p[i].updated < last)
			last = page->p[i].updated;
	return oldest_same != INT64_MAX && oldest_same != DD_CARD_NO_TIME && last != INT64_MAX &&
	       last < oldest_same - SLACK_SECONDS;
}

/* A push of this minute, a mirror that is behind, or one of them does not tell the truth. */
static void compare(struct dd_inspect *in, const struct dd_hub_tag *t)
{
	if (dd_str_eq(t->name, in->ref.tag) && in->ref.digest.n == 0 && t->digest.n && !is_same(in, t))
		dd_card_add_note(
			&in->card, &in->arena, DD_CARD_WARNING, "digests-disagree",
			"Docker Hub's list has another digest for this tag, %s: it was just pushed, or a mirror "
			"is behind.",
			DD_QUOTE(t->digest));
}

static bool from_hub(struct dd_inspect *in, struct dd_str filter)
{
	struct dd_hub_tags page = { .more = true };
	struct dd_err err;
	unsigned n = 0;
	while (page.more && n < DD_INSPECT_HUB_PAGES && !(n && enough(in, &page))) {
		if (dd_hub_tags(in->hub, in->hub_space, in->hub_name, filter, n + 1, &in->arena, &page, &err) !=
		    DD_OK) {
			if (n == 0)
				dd_card_add_note(&in->card, &in->arena, DD_CARD_NOT_ASKED, "hub-tags",
						 "Tags of Docker Hub: %s", DD_INSPECT_WHY(&err));
			break;
		}
		n++;
		for (size_t i = 0; i < page.n; i++) {
			compare(in, &page.p[i]);
			(void)add(in, (struct dd_inspect_tag){ page.p[i].name, page.p[i].digest, page.p[i].updated,
							       is_same(in, &page.p[i]) });
		}
	}
	if (n == 0)
		return false;
	in->all_tags = !page.more && filter.n == 0;
	in->card.tags_complete = !page.more;
	if (in->all_tags)
		in->card.tags_from = DD_STR("Docker Hub: all tags");
	else if (filter.n)
		in->card.tags_from = dd_arena_printf(&in->arena, "Docker Hub: %zu tags with %.*s in their name",
						     in->n_tags, DD_FMT(filter));
	else if (page.total != UINT64_MAX)
		in->card.tags_from = dd_arena_printf(&in->arena, "Docker Hub: the %zu last pushed of %llu", in->n_tags,
						     (unsigned long long)page.total);
	else
		in->card.tags_from = dd_arena_printf(&in->arena, "Docker Hub: the %zu last pushed", in->n_tags);
	return true;
}

/* ---- registries ---- */

struct candidate {
	size_t at; /* in in->tags */
	struct dd_image_tag tag;
	int likely;
};

static bool related(struct dd_str a, struct dd_str b)
{
	return dd_str_starts(a, b) || dd_str_starts(b, a);
}

/* How likely a tag is another name of what was asked for; below -1: it is not. */
static int likely(const struct dd_image_tag *asked, const struct dd_image_tag *t)
{
	bool same_variant = dd_str_eq(t->variant, asked->variant);
	if (asked->version.n && t->version.n == 0)
		return same_variant ? 1 : -1;
	if (asked->version.n && !related(asked->version, t->version))
		return -2;
	return (same_variant ? 2 : 0) + (t->version.n && !t->prerelease);
}

static int by_likely(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	return a->likely != b->likely ? (a->likely < b->likely) - (a->likely > b->likely)
				      : dd_image_tag_cmp(&b->tag, &a->tag);
}

static bool has_digit(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (dd_is_digit(s.p[i]))
			return true;
	return false;
}

/* Once a version is found, tags of other versions are other images, and words with digits (commits, builds, dates) are
 * too many to try. */
static bool worth_asking(const struct dd_image_tag *found, const struct dd_image_tag *t)
{
	if (found->version.n == 0)
		return true;
	if (t->version.n == 0)
		return !has_digit(t->text);
	return related(found->version, t->version);
}

static void ask_each(struct dd_inspect *in, struct candidate *list, size_t n)
{
	struct dd_image_tag found = dd_image_tag_parse(in->ref.tag);
	size_t asked = 0;
	for (size_t i = 0; i < n && asked < in->o->heads; i++) {
		struct dd_inspect_tag *t = &in->tags[list[i].at];
		struct dd_reference ref = in->ref;
		struct dd_registry_head head;
		struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		if (list[i].likely < -1 || !worth_asking(&found, &list[i].tag))
			continue;
		ref.tag = t->name;
		ref.digest = DD_STR("");
		asked++;
		enum dd_code code = dd_registry_head(in->registry, &ref, &a, &head, NULL);
		t->same = code == DD_OK && head.has_digest && dd_digest_eq(&head.digest, &in->digest);
		dd_arena_done(&a);
		if (t->same && list[i].tag.parts > found.parts)
			found = list[i].tag;
		if (code == DD_ENET || code == DD_EIO)
			break;
	}
	in->card.tags_complete = asked + 1 >= in->n_tags && in->all_tags;
	in->card.tags_from = dd_arena_printf(&in->arena, "the registry: %zu of %zu tags asked", asked, in->n_tags);
}

static bool from_registry(struct dd_inspect *in)
{
	struct dd_registry_tags tags;
	struct dd_err err;
	struct dd_image_tag asked = dd_image_tag_parse(in->ref.tag);
	if (dd_registry_tags(in->registry, &in->ref, &in->arena, &tags, &err) != DD_OK) {
		dd_card_add_note(&in->card, &in->arena, DD_CARD_NOT_ASKED, "tags", "Tags: %s", DD_INSPECT_WHY(&err));
		return false;
	}
	in->all_tags = !tags.incomplete;
	for (size_t i = 0; i < tags.n; i++)
		if (!add(in, (struct dd_inspect_tag){ tags.p[i], DD_STR(""), DD_CARD_NO_TIME, false }))
			in->all_tags = false;
	DD_VEC(struct candidate) list = { 0 };
	for (size_t i = 0; i < in->n_tags; i++) {
		struct dd_image_tag t = dd_image_tag_parse(in->tags[i].name);
		struct candidate c = { i, t, likely(&asked, &t) };
		if (dd_str_eq(t.text, in->ref.tag))
			in->tags[i].same = in->ref.digest.n == 0;
		else if (!dd_str_starts(t.text, DD_STR("sha256-")) && !dd_vec_push(&list, c, DD_INSPECT_TAGS_MAX))
			break;
	}
	if (list.n > 1)
		qsort(list.p, list.n, sizeof *list.p, by_likely);
	ask_each(in, list.p, list.n);
	dd_vec_done(&list);
	return true;
}

/* ---- what follows ---- */

static int newest_first(const void *x, const void *y)
{
	const struct dd_card_tag *a = x, *b = y;
	struct dd_image_tag s = dd_image_tag_parse(a->name), t = dd_image_tag_parse(b->name);
	return dd_image_tag_cmp(&t, &s);
}

static void take_same(struct dd_inspect *in, struct dd_image_tag *all, size_t *ret_same)
{
	struct dd_card *c = &in->card;
	size_t n = 0;
	c->tags = dd_arena_array(&in->arena, in->n_tags, sizeof *c->tags);
	for (size_t i = 0; c->tags && i < in->n_tags; i++) {
		if (!in->tags[i].same)
			continue;
		all[n++] = dd_image_tag_parse(in->tags[i].name);
		if (!dd_str_eq(in->tags[i].name, in->ref.tag) && c->n_tags < DD_CARD_TAGS_MAX)
			c->tags[c->n_tags++] = (struct dd_card_tag){ in->tags[i].name, in->tags[i].updated };
	}
	if (c->n_tags > 1)
		qsort(c->tags, c->n_tags, sizeof *c->tags, newest_first);
	*ret_same = n;
}

static void say_floats(struct dd_inspect *in, const struct dd_image_tag *asked, struct dd_str by)
{
	struct dd_card *c = &in->card;
	if (in->ref.digest.n) {
		c->floats_why = DD_STR("It is named by its digest and cannot change.");
	} else if (c->floats) {
		c->floats_why =
			c->pin.n && !dd_str_eq(c->pin, in->ref.tag)
				? dd_arena_printf(&in->arena, "'%.*s' moves to newer images; today it is %.*s.",
						  DD_FMT(in->ref.tag), DD_FMT(c->pin))
			: by.n ? dd_arena_printf(&in->arena, "'%.*s' moves to newer images (there is a tag %.*s).",
						 DD_FMT(in->ref.tag), DD_FMT(by))
			       : dd_arena_printf(&in->arena, "'%.*s' moves to newer images; its digest does not.",
						 DD_FMT(in->ref.tag));
	} else if (asked->version.n) {
		c->floats_why = dd_arena_printf(
			&in->arena, "'%.*s' names one version. It may still be rebuilt: only the digest cannot change.",
			DD_FMT(in->ref.tag));
	}
}

static void pin(struct dd_inspect *in)
{
	struct dd_card *c = &in->card;
	struct dd_image_tag asked = dd_image_tag_parse(in->ref.tag);
	struct dd_image_tag *same = dd_arena_array(&in->arena, in->n_tags + 1, sizeof *same),
			    *all = dd_arena_array(&in->arena, in->n_tags + 1, sizeof *all);
	size_t n = 0, by = 0;
	if (!same || !all)
		return;
	take_same(in, same, &n);
	for (size_t i = 0; i < in->n_tags; i++)
		all[i] = dd_image_tag_parse(in->tags[i].name);
	if (in->ref.tag.n) {
		same[n++] = asked;
		c->floats = dd_image_tag_floats(&asked, all, in->n_tags, &by) && in->ref.digest.n == 0;
		/* A list that was filtered by the asked version has what extends it. */
		c->floats_known = in->ref.digest.n || asked.version.n == 0 || in->n_tags > 0;
	}
	if (in->ref.digest.n)
		c->floats_known = true;
	size_t at = dd_image_tag_pin(&asked, same, n);
	c->pin = at < n ? same[at].text : in->ref.tag;
	say_floats(in, &asked, by < in->n_tags ? all[by].text : DD_STR(""));
	struct dd_reference name = in->ref;
	name.tag = c->pin;
	name.digest = c->digest;
	struct dd_str line = dd_reference_familiar(&name, &in->arena);
	if (line.p)
		c->pin_line = dd_arena_printf(&in->arena, "FROM %.*s", DD_FMT(line));
}

void dd_inspect_tags(struct dd_inspect *in)
{
	struct dd_image_tag asked = dd_image_tag_parse(in->ref.tag);
	in->tags = dd_arena_array(&in->arena, DD_INSPECT_TAGS_MAX, sizeof *in->tags);
	if (!in->tags)
		return;
	in->card.tags_asked = (in->hub && from_hub(in, asked.version)) ||
			      (in->o->heads && !in->o->shared.offline && from_registry(in));
	pin(in);
}
