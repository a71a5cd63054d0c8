/* SPDX-License-Identifier: Apache-2.0 */
/* What the facts of a card mean for whoever wants to use the image. */
#include <unistd.h>

#include "cmd/inspect_parts.h"
#include "judge/eol/eol.h"
#include "net/hub/hub_names.h"

enum { DAY_S = 24 * 3600, STALE_IMAGE_DAYS = 365, STALE_REPOSITORY_DAYS = 2 * 365 };

#define WARN(in, id, ...) dd_card_add_note(&(in)->card, &(in)->arena, DD_CARD_WARNING, (id), __VA_ARGS__)
#define NOTE(in, id, ...) dd_card_add_note(&(in)->card, &(in)->arena, DD_CARD_NOTE, (id), __VA_ARGS__)

static void judge_name(struct dd_inspect *in)
{
	const struct dd_card_publisher *p = &in->card.publisher;
	const char *more = dd_hub_namespace_note(in->hub_space);
	if (p->lookalike_kind.n && !dd_str_eq_c(p->lookalike_kind, "same-name"))
		WARN(in, "look-alike",
		     "The name looks like %s but is another one (%.*s): what you know of that does not hold for this.",
		     DD_QUOTE(p->lookalike_of), DD_FMT(p->lookalike_how));
	else if (p->lookalike_kind.n)
		NOTE(in, "same-name", "It is not the official image %s, but %s's of the same name.",
		     DD_QUOTE(p->lookalike_of), DD_QUOTE(in->hub_space));
	if (more[0] && dd_str_eq_c(in->ref.registry, DD_REFERENCE_HUB))
		WARN(in, "publisher", "%s: %s.", DD_QUOTE(in->hub_space), more);
}

static void judge_publisher(struct dd_inspect *in)
{
	const struct dd_card *c = &in->card;
	const struct dd_card_publisher *p = &c->publisher;
	if (p->archived)
		WARN(in, "archived", "Its repository is archived on Docker Hub: nothing new will come.");
	if (p->deprecated)
		WARN(in, "deprecated", "It is deprecated, says %s%s.", p->answered ? "its description: " : "",
		     p->answered && !dd_str_starts(p->deprecated_by, DD_STR("the list of")) ? DD_QUOTE(p->deprecated_by)
											    : p->deprecated_by.p);
	if (p->updated != DD_CARD_NO_TIME && c->now - p->updated > (int64_t)STALE_REPOSITORY_DAYS * DAY_S)
		WARN(in, "stale-repository", "Nothing was pushed to its repository for %lld days.",
		     (long long)((c->now - p->updated) / DAY_S));
}

static void judge_age(struct dd_inspect *in)
{
	const struct dd_card *c = &in->card;
	int64_t days = c->created == DD_CARD_NO_TIME ? 0 : (c->now - c->created) / DAY_S;
	if (days > STALE_IMAGE_DAYS)
		WARN(in, "stale", "It was built %lld days ago: no security update of that time is in it.",
		     (long long)days);
}

static struct dd_str label(const struct dd_card *c, const char *key)
{
	for (size_t i = 0; i < c->n_labels; i++)
		if (dd_str_eq_c(c->labels[i].key, key))
			return c->labels[i].value;
	return DD_STR("");
}

/* Name and tag of the image that names the product, in the order of how much they say. */
static bool find_life(struct dd_inspect *in, const struct dd_db *db, struct dd_image_life *ret)
{
	struct dd_card *c = &in->card;
	struct dd_reference base;
	struct dd_str tag = c->pin.n ? c->pin : in->ref.tag;
	bool own = in->ref.repository.n && dd_str_starts(in->ref.repository, DD_STR("library/")) &&
		   dd_str_eq_c(in->ref.registry, DD_REFERENCE_HUB);
	c->life.from = DD_STR("name and tag");
	if (own && (dd_judge_eol_image(db, in->ref.repository, tag, c->now, &in->arena, ret) ||
		    dd_judge_eol_image(db, in->ref.repository, in->ref.tag, c->now, &in->arena, ret)))
		return true;
	/* Ubuntu, Fedora and others name the system in labels. */
	struct dd_str name = label(c, "org.opencontainers.image.ref.name"),
		      version = label(c, "org.opencontainers.image.version");
	c->life.from = DD_STR("labels");
	if (name.n && version.n && dd_judge_eol_image(db, name, version, c->now, &in->arena, ret))
		return true;
	c->life.from = DD_STR("its base image's name");
	return c->base.name.n && dd_reference_parse(c->base.name, &in->arena, &base, NULL) == DD_OK &&
	       dd_str_eq_c(base.registry, DD_REFERENCE_HUB) && dd_str_starts(base.repository, DD_STR("library/")) &&
	       dd_judge_eol_image(db, base.repository, base.tag, c->now, &in->arena, ret);
}

static void judge_life(struct dd_inspect *in)
{
	DD_CLEANUP(dd_db_closep) struct dd_db *db = NULL;
	struct dd_card *c = &in->card;
	struct dd_image_life life;
	struct dd_err err;
	if (!in->db_path || dd_db_open(in->db_path, &db, &err) != DD_OK) {
		dd_card_add_note(c, &in->arena, DD_CARD_NOT_ASKED, "end-of-life", "End of life: %s",
				 in->db_path ? DD_INSPECT_WHY(&err)
					     : "there is no database; 'drydock db update' fetches one");
		return;
	}
	if (!find_life(in, db, &life))
		return;
	c->life.known = true;
	c->life.ended = life.life.eol;
	c->life.extended = life.life.extended;
	c->life.product = dd_arena_str(&in->arena, life.product);
	c->life.cycle = dd_arena_str(&in->arena, life.cycle);
	c->life.latest = dd_arena_str(&in->arena, life.latest);
	c->life.date = dd_arena_str(&in->arena, life.life.updates_until);
	if (c->life.ended)
		WARN(in, "end-of-life", "%s %s gets no more security updates%s%s.", DD_QUOTE(c->life.product),
		     DD_QUOTE(c->life.cycle), c->life.date.n ? " since " : "",
		     c->life.date.n ? DD_QUOTE(c->life.date) : "");
}

void dd_inspect_judge(struct dd_inspect *in)
{
	judge_name(in);
	judge_publisher(in);
	judge_age(in);
	judge_life(in);
}
