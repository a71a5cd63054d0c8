/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "cmd/tags_parts.h"

#define NOTE(t, level, id, ...)                                                                                        \
	do {                                                                                                           \
		dd_card_add_note(&(t)->in.card, &(t)->in.arena, (level), (id), __VA_ARGS__);                           \
	} while (0)

static bool add(struct dd_tags *t, struct dd_listed_tag tag)
{
	if (t->list.n >= DD_INSPECT_TAGS_MAX)
		return false;
	/* Signatures and the like are stored under tags, too. */
	if (dd_str_starts(tag.name, DD_STR("sha256-")) || dd_str_starts(tag.name, DD_STR("sha512-")))
		return true;
	t->list.p[t->list.n++] = tag;
	return true;
}

/* A page more of what the Hub has; false: it does not answer. */
static bool add_page(struct dd_tags *t, unsigned page, struct dd_hub_tags *ret)
{
	struct dd_inspect *in = &t->in;
	struct dd_err err;
	if (dd_hub_tags(in->hub, in->hub_space, in->hub_name, DD_STR(""), page, &in->arena, ret, &err) != DD_OK) {
		NOTE(t, DD_CARD_WARNING, "hub", "Docker Hub's API: %s", err.message);
		return false;
	}
	for (size_t i = 0; i < ret->n; i++) {
		const struct dd_hub_tag *h = &ret->p[i];
		(void)add(t, (struct dd_listed_tag){
				     .name = h->name, .digest = h->digest, .size = h->size, .updated = h->updated });
	}
	return true;
}

static bool from_hub(struct dd_tags *t)
{
	struct dd_hub_tags page = { .more = true };
	unsigned max = t->o->all ? DD_TAGS_HUB_PAGES_ALL : DD_TAGS_HUB_PAGES, n = 0;
	bool ok = true;
	while (ok && page.more && n < max) {
		ok = add_page(t, n + 1, &page);
		n += ok;
	}
	if (n == 0)
		return false;
	t->by_hub = true;
	t->list.digests = true;
	t->list.from = DD_STR("Docker Hub");
	t->list.total = page.total;
	t->list.complete = ok && !page.more;
	return true;
}

static enum dd_code from_registry(struct dd_tags *t, struct dd_err *err)
{
	struct dd_registry_tags tags;
	t->list.n = 0;
	DD_TRY(dd_registry_tags(t->in.registry, &t->in.ref, &t->in.arena, &tags, err));
	t->list.complete = !tags.incomplete;
	for (size_t i = 0; i < tags.n; i++)
		if (!add(t, (struct dd_listed_tag){ .name = tags.p[i],
						    .digest = DD_STR(""),
						    .size = DD_CARD_UNKNOWN,
						    .updated = DD_CARD_NO_TIME }))
			t->list.complete = false;
	t->list.from = DD_STR("the registry");
	t->list.total = tags.incomplete ? DD_CARD_UNKNOWN : t->list.n;
	if (tags.odd)
		NOTE(t, DD_CARD_WARNING, "odd", "%zu names that the registry gives are no tags.", tags.odd);
	return DD_OK;
}

enum dd_code dd_tags_gather(struct dd_tags *t, struct dd_err *err)
{
	t->list.p = dd_arena_array(&t->in.arena, DD_INSPECT_TAGS_MAX, sizeof *t->list.p);
	if (!t->list.p)
		return dd_fail_nomem(err);
	if (t->in.hub && from_hub(t))
		return DD_OK;
	return from_registry(t, err);
}

/* ---- digests, tag by tag ---- */

static bool ask(struct dd_tags *t, struct dd_str tag, struct dd_str *ret)
{
	struct dd_reference ref = t->in.ref;
	struct dd_registry_head head;
	char text[DD_DIGEST_TEXT_MAX];
	ref.tag = tag;
	ref.digest = DD_STR("");
	if (dd_registry_head(t->in.registry, &ref, &t->in.arena, &head, NULL) != DD_OK || !head.has_digest)
		return false;
	*ret = dd_arena_str(&t->in.arena, dd_str_from(dd_digest_text(&head.digest, text)));
	return ret->p != NULL;
}

static bool wants(const struct dd_tags *t, const struct dd_listed_tag *l, const struct dd_image_tag *about)
{
	if (l->digest.n)
		return false;
	/* For a tag without a version: which version stands for the same digest. */
	if (t->o->outdated && !t->o->digests)
		return dd_str_eq(l->name, about->text) || (l->version.n && dd_str_eq(l->variant, about->variant));
	return true;
}

void dd_tags_digests(struct dd_tags *t)
{
	struct dd_image_tag about = dd_image_tag_parse(t->in.ref.tag);
	bool needed = t->o->outdated && about.version.n == 0;
	size_t asked = 0, left = 0;
	if (t->by_hub || (!t->o->digests && !needed))
		return;
	t->list.digests = true;
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < t->list.n; i++) {
			struct dd_listed_tag *l = &t->list.p[i];
			if (!wants(t, l, &about) || (pass == 0 && !dd_str_eq(l->name, about.text)))
				continue;
			if (asked >= t->o->inspect.heads) {
				left++;
				continue;
			}
			asked++;
			(void)ask(t, l->name, &l->digest);
		}
	if (left && t->o->digests)
		NOTE(t, DD_CARD_NOTE, "digests",
		     "%zu tags were asked for their digests, %zu were not (--tag-requests).", asked, left);
}
