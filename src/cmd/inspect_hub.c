/* SPDX-License-Identifier: Apache-2.0 */
/* The publisher, as Docker Hub tells it. One request for the repository; one more for the badge where the name alone
 * does not give it; one for the publisher only when search does not know the repository. */
#include "base/limits.h"
#include "cmd/inspect_parts.h"
#include "net/hub/hub_names.h"

enum { HEAD_BYTES = 800, QUOTE_BYTES = 160 };

/* Words by which maintainers give an image up. In the short description all of them count, in the long one only those
 * of its head: further down they speak of tags and options. "Replaces the deprecated x" is none of them. */
static const struct {
	const char *words;
	bool in_full, at_start; /* at_start: only as the first words */
} deprecations[] = {
	{ "deprecated", true, true },
	{ "[deprecated", true, false },
	{ "(deprecated", false, false },
	{ "deprecated:", true, false },
	{ "deprecated!", true, false },
	{ "is deprecated", true, false },
	{ "been deprecated", true, false },
	{ "now deprecated", true, false },
	{ "deprecated in fav", true, false },
	{ "deprecation notice", true, false },
	{ "no longer maintained", true, false },
	{ "no longer supported", false, false },
	{ "no longer updated", true, false },
	{ "not maintained", false, false },
	{ "unmaintained", true, false },
	{ "has been archived", true, false },
	{ "end of life", false, false },
	{ "end-of-life", false, false },
	{ "has moved to", false, false },
	{ "moved to ghcr.io", true, false },
	{ "do not use", false, false },
	{ "discontinued", true, false },
	{ "obsolete", false, true },
};

static size_t search_nocase(struct dd_str s, struct dd_str what)
{
	for (size_t i = 0; i + what.n <= s.n; i++)
		if (dd_str_eq_nocase((struct dd_str){ s.p + i, what.n }, what))
			return i;
	return s.n;
}

/* The line of s that holds the byte at `at`, cut. */
static struct dd_str line_at(struct dd_str s, size_t at)
{
	size_t from = at, to = at;
	while (from && s.p[from - 1] != '\n')
		from--;
	while (to < s.n && s.p[to] != '\n')
		to++;
	struct dd_str line = dd_str_trim((struct dd_str){ s.p + from, to - from });
	while (line.n && strchr("#*_>` -", line.p[0]))
		line = dd_str_skip(line, 1);
	return dd_str_take(line, QUOTE_BYTES);
}

/* Behind a heading's marks and emphasis. */
static struct dd_str without_marks(struct dd_str s)
{
	while (s.n && (dd_is_blank(s.p[0]) || strchr("#*_>`!-", s.p[0])))
		s = dd_str_skip(s, 1);
	return s;
}

static bool says(struct dd_str text, size_t i, size_t *ret_at)
{
	struct dd_str words = dd_str_from(deprecations[i].words), start = without_marks(text);
	if (deprecations[i].at_start) {
		*ret_at = text.n - start.n;
		return dd_str_eq_nocase(dd_str_take(start, words.n), words);
	}
	*ret_at = search_nocase(text, words);
	return *ret_at < text.n;
}

static struct dd_str deprecation(const struct dd_hub_repository *r)
{
	struct dd_str head = dd_str_take(r->full, HEAD_BYTES);
	size_t at;
	for (size_t i = 0; i < DD_COUNT(deprecations); i++) {
		if (says(r->description, i, &at))
			return line_at(r->description, at);
		if (deprecations[i].in_full && says(head, i, &at))
			return line_at(head, at);
	}
	return DD_STR("");
}

static void not_answered(struct dd_inspect *in, const char *what, const struct dd_err *err)
{
	dd_card_add_note(&in->card, &in->arena, DD_CARD_NOT_ASKED, "hub", "%s: %s", what, DD_INSPECT_WHY(err));
}

static void repository(struct dd_inspect *in)
{
	struct dd_card_publisher *p = &in->card.publisher;
	struct dd_hub_repository r;
	struct dd_err err;
	if (dd_hub_repository(in->hub, in->hub_space, in->hub_name, &in->arena, &r, &err) != DD_OK) {
		not_answered(in, "Description and counts", &err);
		return;
	}
	p->answered = true;
	p->description = r.description;
	p->status = r.status;
	p->stars = r.stars;
	p->pulls = r.pulls;
	p->updated = r.updated;
	p->registered = r.registered;
	struct dd_str words = deprecation(&r);
	if (words.n && !p->deprecated) {
		p->deprecated_by = words;
		p->deprecated = true;
	}
	p->archived = p->archived || dd_str_eq_c(r.status, "archived");
}

/* *known: names with a badge, to compare with. */
static void badge(struct dd_inspect *in, struct dd_hub_found *found)
{
	struct dd_card_publisher *p = &in->card.publisher;
	struct dd_hub_org org;
	struct dd_err err;
	if (dd_hub_search(in->hub, in->hub_space, in->hub_name, &in->arena, found, &err) != DD_OK) {
		not_answered(in, "Badge", &err);
		return;
	}
	p->answered = p->checked = true;
	p->archived = p->archived || found->archived;
	if (found->found) {
		p->badge = dd_str_from(dd_badge_name(found->badge));
		p->badge_from = DD_STR("search");
		p->name = found->publisher;
		return;
	}
	p->badge = DD_STR("none");
	p->badge_from = DD_STR("search");
	if (dd_str_eq_c(in->hub_space, "library") ||
	    dd_hub_org(in->hub, in->hub_space, &in->arena, &org, &err) != DD_OK)
		return;
	p->name = org.name;
	if (org.badge != DD_BADGE_NONE) {
		p->badge = dd_str_from(dd_badge_name(org.badge));
		p->badge_from = DD_STR("organisation");
	}
}

static void official(struct dd_inspect *in, const struct dd_official_image *image)
{
	struct dd_card_publisher *p = &in->card.publisher;
	p->badge = DD_STR("official");
	p->badge_from = DD_STR("name");
	p->checked = true;
	if (!image->deprecated)
		return;
	p->deprecated = true;
	p->deprecated_by = DD_STR("the list of official images");
	if (image->instead[0])
		p->deprecated_by =
			dd_arena_printf(&in->arena, "the list of official images; in its place: %s", image->instead);
}

static void lookalike(struct dd_inspect *in, const struct dd_hub_found *found)
{
	struct dd_card_publisher *p = &in->card.publisher;
	bool badged = p->badge.n && !dd_str_eq_c(p->badge, "none");
	struct dd_lookalike l = dd_hub_lookalike(in->ref.registry, in->ref.repository, found->badged, found->n_badged);
	/* A publisher that Docker has checked may be called like another. */
	if (l.kind == DD_LOOKALIKE_NONE || (badged && l.kind != DD_LOOKALIKE_SAME_NAME))
		return;
	p->lookalike_kind = dd_str_from(dd_lookalike_kind_name(l.kind));
	p->lookalike_of = l.of;
	p->lookalike_how = dd_str_from(l.how);
}

void dd_inspect_hub(struct dd_inspect *in)
{
	struct dd_card_publisher *p = &in->card.publisher;
	struct dd_hub_found found = { .found = false };
	const struct dd_official_image *image = NULL;
	bool docker_io = dd_str_eq_c(in->ref.registry, DD_REFERENCE_HUB);
	if (docker_io && dd_str_eq_c(in->hub_space, "library"))
		image = dd_hub_official(in->hub_name);
	if (image)
		official(in, image);
	if (docker_io && in->hub) {
		p->asked = true;
		repository(in);
		if (!image)
			badge(in, &found);
		struct dd_hub_usage usage = dd_hub_usage(in->hub);
		if (usage.oldest != INT64_MAX)
			p->as_of = usage.oldest;
	} else {
		dd_card_add_note(
			&in->card, &in->arena, DD_CARD_NOT_ASKED, "hub",
			docker_io ? "Docker Hub: description, counts and badges were not asked for (--no-hub)."
				  : "Badges, descriptions and counts: they are Docker Hub's, this registry has none.");
	}
	lookalike(in, &found);
}
