/* SPDX-License-Identifier: Apache-2.0 */
/* Confidence says how sure it is that a text is a secret, severity what can be done with it. They are kept apart, and
 * still a doubtful secret must not shout: severity is the rule's, lowered to `low` where the confidence is low and to
 * `high` where it is medium. */
#include "judge/secret/secret_findings.h"

#include "base/limits.h"

enum { NEAR = 8 };

static enum dd_severity at_most(enum dd_severity is, enum dd_severity limit)
{
	return is > limit ? limit : is;
}

static const enum dd_severity severity_limits[DD_CONFIDENCE_COUNT] = {
	[DD_CONFIDENCE_UNKNOWN] = DD_SEV_LOW,
	[DD_CONFIDENCE_LOW] = DD_SEV_LOW,
	[DD_CONFIDENCE_MEDIUM] = DD_SEV_HIGH,
	[DD_CONFIDENCE_HIGH] = DD_SEV_CRITICAL,
};

/* How sure it is, and why: what its provider says, then where it lies, then what the detector saw. */
static enum dd_code settle_confidence(struct dd_secret_at *at, struct dd_arena *a)
{
	struct dd_secret *s = &at->secret;
	if (s->confidence == DD_CONFIDENCE_UNKNOWN)
		s->confidence = at->kind->confidence ? at->kind->confidence : DD_CONFIDENCE_LOW;
	if (at->alive == DD_ALIVE_YES) {
		s->confidence = DD_CONFIDENCE_HIGH;
		s->reason = DD_STR("its provider takes it");
	} else if (at->owner.n) {
		s->confidence = DD_CONFIDENCE_LOW;
		s->reason = dd_arena_printf(a, "file of %.*s, the same for everybody",
					    DD_FMT(dd_str_take(at->owner, DD_FIELD_BYTES_MAX)));
	}
	return s->reason.p || !s->reason.n ? DD_OK : DD_ENOMEM;
}

static enum dd_severity severity_of(const struct dd_secret_at *at)
{
	enum dd_severity severity = at_most(at->kind->severity, severity_limits[at->secret.confidence]);
	return at->alive == DD_ALIVE_NO ? at_most(severity, DD_SEV_LOW) : severity;
}

/* "deleted by layer 5: it is still in layer 3 of every copy of the image; api.github.com answered 401" */
static enum dd_code describe(struct dd_finding *f, const struct dd_secret_at *at, struct dd_arena *a)
{
	f->note = DD_STR("");
	if (at->state != DD_STATE_LIVE && at->by >= 0 && at->layer >= 0)
		f->note = dd_arena_printf(a, "%s by layer %d: it is still in layer %d of every copy of the image",
					  dd_entry_state_name(at->state), at->by, at->layer);
	else if (at->state != DD_STATE_LIVE)
		f->note = dd_arena_printf(a, "%s later: it is still in every copy of the image",
					  dd_entry_state_name(at->state));
	if (at->alive_note.n && f->note.p)
		f->note = dd_arena_printf(a, "%.*s%s%.*s", DD_FMT(f->note), f->note.n ? "; " : "",
					  DD_FMT(at->alive_note));
	return f->note.p ? DD_OK : DD_ENOMEM;
}

static bool is_named(struct dd_str provider)
{
	return provider.n && !dd_str_eq_c(provider, "generic");
}

/* Old copies of the image keep the secret: to build without it is not enough. */
static enum dd_code say_what_to_do(struct dd_finding *f, const struct dd_secret_kind *kind, struct dd_arena *a)
{
	if (kind->advice.n)
		f->fix.advice = kind->advice;
	else if (is_named(kind->provider))
		f->fix.advice = dd_arena_printf(a, "%s %.*s, then build the image without it",
						kind->revoke.n ? "revoke it at" : "change the credential of",
						DD_FMT(dd_str_take(kind->provider, DD_FIELD_BYTES_MAX)));
	else
		f->fix.advice = DD_STR("change it where it is used, then build the image without it");
	f->url = kind->revoke;
	return f->fix.advice.p ? DD_OK : DD_ENOMEM;
}

static const struct dd_secret_kind unknown_kind = { .severity = DD_SEV_MEDIUM, .confidence = DD_CONFIDENCE_LOW };

static enum dd_code fill(const struct dd_inventory *inv, const struct dd_secret_at *at,
			 const struct dd_secret_judging *how, struct dd_arena *a, struct dd_finding *f)
{
	struct dd_secret_finding *s = dd_arena_new(a, struct dd_secret_finding);
	if (!s)
		return DD_ENOMEM;
	s->at = *at;
	s->kind = at->kind ? *at->kind : unknown_kind;
	s->at.kind = &s->kind;
	if (!how->reveal)
		s->at.secret.clear = DD_STR("");
	DD_TRY(settle_confidence(&s->at, a));
	DD_TRY(dd_secret_advise(inv, s, a));
	DD_TRY(describe(f, &s->at, a));
	DD_TRY(say_what_to_do(f, &s->kind, a));
	f->secret = s;
	f->id = s->at.secret.rule;
	f->title = s->kind.title.n ? s->kind.title : f->id;
	f->severity = severity_of(&s->at);
	f->severity_source = s->kind.user ? DD_STR("rules") : DD_STR("drydock");
	f->confidence = s->at.secret.confidence;
	f->path = at->path;
	f->layer = at->layer;
	f->suppressed = at->secret.filtered.n > 0;
	f->suppression.rule = f->suppressed ? DD_STR("drydock") : DD_STR("");
	f->suppression.reason = at->secret.filtered;
	return DD_OK;
}

/* A rule that fits every service found the very bytes that a provider's own rule knows: one of them is enough. */
static bool is_said_better(const struct dd_secret_at *at, const struct dd_secret_at *other)
{
	const struct dd_secret *s = &at->secret, *o = &other->secret;
	if (!at->kind || !other->kind || is_named(at->kind->provider) || !is_named(other->kind->provider) ||
	    o->filtered.n || o->confidence < s->confidence)
		return false;
	return s->offset >= o->offset && s->offset - o->offset <= o->length &&
	       s->length <= o->length - (s->offset - o->offset);
}

static bool same_file(const struct dd_secret_at *a, const struct dd_secret_at *b)
{
	return a->place == b->place && a->layer == b->layer && dd_str_eq(a->path, b->path) &&
	       dd_str_eq(a->secret.inner, b->secret.inner) && dd_str_eq(a->commit, b->commit);
}

/* The list is sorted by place and offset: what covers the same bytes stands near. */
static const struct dd_secret_at *better_one(const struct dd_inventory *inv, size_t i)
{
	const struct dd_secret_at *at = &inv->secrets[i];
	if (at->kind && is_named(at->kind->provider))
		return NULL;
	for (size_t k = i; k-- > 0 && i - k <= NEAR && same_file(at, &inv->secrets[k]);)
		if (is_said_better(at, &inv->secrets[k]))
			return &inv->secrets[k];
	for (size_t k = i + 1; k < inv->n_secrets && k - i <= NEAR && same_file(at, &inv->secrets[k]); k++)
		if (is_said_better(at, &inv->secrets[k]))
			return &inv->secrets[k];
	return NULL;
}

/* Why it does not count; empty: it does. */
static enum dd_code filter(const struct dd_inventory *inv, size_t i, struct dd_arena *a, struct dd_str *ret)
{
	const struct dd_secret_at *better = inv->secrets[i].secret.filtered.n ? NULL : better_one(inv, i);
	*ret = inv->secrets[i].secret.filtered;
	if (better)
		*ret = dd_arena_printf(a, "found as %.*s, too", DD_FMT(dd_str_take(better->secret.rule, 200)));
	return ret->p || !ret->n ? DD_OK : DD_ENOMEM;
}

enum dd_code dd_judge_secrets(const struct dd_inventory *inv, const struct dd_secret_judging *how, struct dd_arena *a,
			      struct dd_findings *out, struct dd_err *err)
{
	for (size_t i = 0; i < inv->n_secrets; i++) {
		struct dd_secret_at at = inv->secrets[i];
		if (filter(inv, i, a, &at.secret.filtered) != DD_OK)
			return dd_fail_nomem(err);
		if (at.secret.filtered.n && !how->show_filtered)
			continue;
		struct dd_finding *f = dd_findings_add(out, DD_KIND_SECRET);
		if (!f && out->list.n >= DD_FINDINGS_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d findings", DD_FINDINGS_MAX);
		if (!f || fill(inv, &at, how, a, f) != DD_OK)
			return dd_fail_nomem(err);
	}
	if (inv->secrets_dropped && dd_findings_problem(out, a, "secrets", DD_NO_LAYER, DD_STR(""),
							"%llu more secrets were found than there is room for",
							(unsigned long long)inv->secrets_dropped) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}
