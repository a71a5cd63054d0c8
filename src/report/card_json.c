/* SPDX-License-Identifier: Apache-2.0 */
/* The identity card for programs; docs/inspect.md has every member. What is not known is null, never left out. */
#include "base/text.h"
#include "format/json_write.h"
#include "report/card_out.h"

static void count(struct dd_jsonw *j, const char *key, uint64_t n)
{
	dd_jsonw_key(j, key);
	if (n == DD_CARD_UNKNOWN)
		dd_jsonw_null(j);
	else
		dd_jsonw_u64(j, n);
}

static void when(struct dd_jsonw *j, const char *key, int64_t t)
{
	char text[32];
	dd_jsonw_key(j, key);
	if (t == DD_CARD_NO_TIME)
		dd_jsonw_null(j);
	else
		dd_jsonw_text(j, dd_str_from(dd_time_text(t, text)));
}

static void platforms(struct dd_jsonw *j, const struct dd_card *c)
{
	dd_jsonw_key(j, "platforms");
	dd_jsonw_array(j);
	for (size_t i = 0; i < c->n_platforms; i++) {
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "platform", c->platforms[i].text);
		dd_jsonw_member_known(j, "digest", c->platforms[i].digest);
		count(j, "compressedBytes", c->platforms[i].size);
		dd_jsonw_member_bool(j, "chosen", c->platforms[i].chosen);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

static void config(struct dd_jsonw *j, const struct dd_card *c)
{
	dd_jsonw_key(j, "config");
	if (!c->has_config) {
		dd_jsonw_null(j);
		return;
	}
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "user", c->user);
	dd_jsonw_member_texts(j, "entrypoint", c->entrypoint, c->n_entrypoint);
	dd_jsonw_member_texts(j, "command", c->command, c->n_command);
	dd_jsonw_member_text(j, "workingDirectory", c->working_dir);
	dd_jsonw_member_known(j, "stopSignal", c->stop_signal);
	dd_jsonw_member_texts(j, "ports", c->ports, c->n_ports);
	dd_jsonw_member_texts(j, "volumes", c->volumes, c->n_volumes);
	dd_jsonw_member_texts(j, "environmentNames", c->environment, c->n_environment);
	dd_jsonw_key(j, "labels");
	dd_jsonw_array(j);
	for (size_t i = 0; i < c->n_labels; i++) {
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "key", c->labels[i].key);
		dd_jsonw_member_text(j, "value", c->labels[i].value);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

static void tags(struct dd_jsonw *j, const struct dd_card *c)
{
	dd_jsonw_key(j, "tags");
	dd_jsonw_object(j);
	dd_jsonw_member_bool(j, "asked", c->tags_asked);
	dd_jsonw_member_bool(j, "complete", c->tags_complete);
	dd_jsonw_member_known(j, "from", c->tags_from);
	dd_jsonw_key(j, "sameDigest");
	dd_jsonw_array(j);
	for (size_t i = 0; i < c->n_tags; i++) {
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "name", c->tags[i].name);
		when(j, "updated", c->tags[i].updated);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	dd_jsonw_key(j, "pin");
	dd_jsonw_object(j);
	dd_jsonw_key(j, "floating");
	if (c->floats_known)
		dd_jsonw_bool(j, c->floats);
	else
		dd_jsonw_null(j);
	dd_jsonw_member_known(j, "why", c->floats_why);
	dd_jsonw_member_known(j, "tag", c->pin);
	dd_jsonw_member_known(j, "line", c->pin_line);
	dd_jsonw_close(j);
}

static void publisher(struct dd_jsonw *j, const struct dd_card_publisher *p)
{
	dd_jsonw_key(j, "publisher");
	dd_jsonw_object(j);
	dd_jsonw_member_bool(j, "asked", p->asked);
	dd_jsonw_member_bool(j, "answered", p->answered);
	dd_jsonw_member_known(j, "badge", p->badge);
	dd_jsonw_member_known(j, "badgeFrom", p->badge_from);
	dd_jsonw_member_known(j, "name", p->name);
	dd_jsonw_member_known(j, "description", p->description);
	dd_jsonw_member_known(j, "status", p->status);
	count(j, "stars", p->stars);
	count(j, "pulls", p->pulls);
	when(j, "updated", p->updated);
	when(j, "registered", p->registered);
	dd_jsonw_member_bool(j, "archived", p->archived);
	dd_jsonw_member_bool(j, "deprecated", p->deprecated);
	dd_jsonw_member_known(j, "deprecatedBy", p->deprecated_by);
	dd_jsonw_key(j, "lookAlike");
	if (p->lookalike_kind.n == 0) {
		dd_jsonw_null(j);
	} else {
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "kind", p->lookalike_kind);
		dd_jsonw_member_text(j, "of", p->lookalike_of);
		dd_jsonw_member_text(j, "how", p->lookalike_how);
		dd_jsonw_close(j);
	}
	when(j, "asOf", p->as_of);
	dd_jsonw_close(j);
}

static void evidence(struct dd_jsonw *j, const struct dd_card *c)
{
	dd_jsonw_key(j, "evidence");
	dd_jsonw_object(j);
	dd_jsonw_member_bool(j, "asked", c->evidence_asked);
	dd_jsonw_member_known(j, "from", c->evidence_from);
	dd_jsonw_member_bool(j, "verified", false);
	dd_jsonw_key(j, "found");
	dd_jsonw_array(j);
	for (size_t i = 0; i < c->n_evidence; i++) {
		const struct dd_card_evidence *e = &c->evidence[i];
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "kind", dd_str_from(dd_card_evidence_name(e->kind)));
		dd_jsonw_member_known(j, "maker", e->maker);
		dd_jsonw_member_known(j, "where", e->where);
		dd_jsonw_member_known(j, "artifactType", e->artifact_type);
		dd_jsonw_member_known(j, "digest", e->digest);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
	dd_jsonw_member_u64(j, "more", c->more_evidence);
	dd_jsonw_close(j);
}

static void base_and_life(struct dd_jsonw *j, const struct dd_card *c)
{
	dd_jsonw_key(j, "base");
	dd_jsonw_object(j);
	dd_jsonw_member_known(j, "name", c->base.name);
	dd_jsonw_member_known(j, "digest", c->base.digest);
	dd_jsonw_member_u64(j, "layers", c->base.n_layers);
	dd_jsonw_member_known(j, "how", c->base.how);
	dd_jsonw_close(j);
	dd_jsonw_key(j, "endOfLife");
	if (!c->life.known) {
		dd_jsonw_null(j);
		return;
	}
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "product", c->life.product);
	dd_jsonw_member_text(j, "cycle", c->life.cycle);
	dd_jsonw_member_bool(j, "ended", c->life.ended);
	dd_jsonw_member_bool(j, "extendedSupport", c->life.extended);
	dd_jsonw_member_known(j, "date", c->life.date);
	dd_jsonw_member_known(j, "latest", c->life.latest);
	dd_jsonw_member_text(j, "from", c->life.from);
	dd_jsonw_close(j);
}

static void requests(struct dd_jsonw *j, const struct dd_card *c)
{
	dd_jsonw_key(j, "requests");
	dd_jsonw_object(j);
	dd_jsonw_member_u64(j, "sent", c->requests);
	dd_jsonw_member_u64(j, "countedAsPulls", c->pulls);
	count(j, "pullLimit", c->rate_known ? c->rate_limit : DD_CARD_UNKNOWN);
	count(j, "pullsLeft", c->rate_known ? c->rate_remaining : DD_CARD_UNKNOWN);
	count(j, "windowSeconds", c->rate_known && c->rate_window_s ? c->rate_window_s : DD_CARD_UNKNOWN);
	dd_jsonw_member_u64(j, "hubSent", c->hub_requests);
	dd_jsonw_member_u64(j, "hubKept", c->hub_kept);
	count(j, "hubLimit", c->hub_limit);
	count(j, "hubLeft", c->hub_remaining);
	dd_jsonw_close(j);
}

static void notes(struct dd_jsonw *j, const struct dd_card_note *p, size_t n)
{
	dd_jsonw_key(j, "notes");
	dd_jsonw_array(j);
	for (size_t i = 0; i < n; i++) {
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "level", dd_str_from(dd_card_level_name(p[i].level)));
		dd_jsonw_member_text(j, "id", dd_str_from(p[i].id));
		dd_jsonw_member_text(j, "text", p[i].text);
		dd_jsonw_close(j);
	}
	dd_jsonw_close(j);
}

void dd_card_json(const struct dd_card *c, struct dd_buf *out)
{
	struct dd_jsonw writer = DD_JSONW(out, 3), *j = &writer;
	dd_jsonw_object(j);
	dd_jsonw_member_u64(j, "schemaVersion", 1);
	dd_jsonw_member_text(j, "asked", c->asked);
	dd_jsonw_member_known(j, "reference", c->reference);
	dd_jsonw_member_known(j, "familiar", c->familiar);
	dd_jsonw_member_known(j, "registry", c->registry);
	dd_jsonw_member_known(j, "repository", c->repository);
	dd_jsonw_member_known(j, "tag", c->tag);
	dd_jsonw_member_text(j, "place", c->place);
	dd_jsonw_member_known(j, "digest", c->digest);
	dd_jsonw_member_known(j, "mediaType", c->media_type);
	dd_jsonw_member_known(j, "manifestDigest", c->manifest_digest);
	dd_jsonw_member_known(j, "configDigest", c->config_digest);
	dd_jsonw_member_known(j, "platform", c->platform);
	platforms(j, c);
	when(j, "created", c->created);
	dd_jsonw_member_bool(j, "reproducibleDate", c->reproducible);
	dd_jsonw_key(j, "ageDays");
	if (c->created == DD_CARD_NO_TIME)
		dd_jsonw_null(j);
	else
		dd_jsonw_i64(j, (c->now - c->created) / 86400);
	count(j, "compressedBytes", c->compressed);
	count(j, "unpackedBytes", c->unpacked);
	bool nothing = c->n_layers == 0 && c->compressed == DD_CARD_UNKNOWN && c->unpacked == DD_CARD_UNKNOWN;
	count(j, "layers", nothing ? DD_CARD_UNKNOWN : c->n_layers);
	config(j, c);
	base_and_life(j, c);
	tags(j, c);
	publisher(j, &c->publisher);
	evidence(j, c);
	notes(j, c->notes, c->n_notes);
	requests(j, c);
	dd_jsonw_close(j);
	(void)dd_buf_add_char(out, '\n');
}

/* ---- tags ---- */

static void tag(struct dd_jsonw *j, const struct dd_tag_list *l, const struct dd_listed_tag *t)
{
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "name", t->name);
	dd_jsonw_member_known(j, "version", t->version);
	dd_jsonw_member_text(j, "variant", t->variant);
	dd_jsonw_member_bool(j, "prerelease", t->prerelease);
	dd_jsonw_member_known(j, "digest", t->digest);
	count(j, "compressedBytes", t->size);
	when(j, "updated", t->updated);
	if (l->outdated)
		dd_jsonw_member_bool(j, "newer", t->newer);
	dd_jsonw_close(j);
}

void dd_tag_list_json(const struct dd_tag_list *l, struct dd_buf *out)
{
	struct dd_jsonw writer = DD_JSONW(out, 2), *j = &writer;
	dd_jsonw_object(j);
	dd_jsonw_member_u64(j, "schemaVersion", 1);
	dd_jsonw_member_text(j, "asked", l->asked);
	dd_jsonw_member_text(j, "repository", l->repository);
	dd_jsonw_member_known(j, "from", l->from);
	dd_jsonw_member_bool(j, "complete", l->complete);
	count(j, "total", l->total);
	dd_jsonw_key(j, "outdated");
	if (l->outdated) {
		dd_jsonw_object(j);
		dd_jsonw_member_text(j, "tag", l->tag);
		dd_jsonw_member_known(j, "standsFor", l->tag_version);
		dd_jsonw_member_u64(j, "newer", l->n_newer);
		dd_jsonw_member_known(j, "newest", l->newest);
		dd_jsonw_member_known(j, "newestOfSeries", l->newest_near);
		dd_jsonw_close(j);
	} else {
		dd_jsonw_null(j);
	}
	dd_jsonw_key(j, "tags");
	dd_jsonw_array(j);
	for (size_t i = 0; i < l->n; i++)
		tag(j, l, &l->p[i]);
	dd_jsonw_close(j);
	notes(j, l->notes, l->n_notes);
	dd_jsonw_key(j, "requests");
	dd_jsonw_object(j);
	dd_jsonw_member_u64(j, "sent", l->requests);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	(void)dd_buf_add_char(out, '\n');
}
