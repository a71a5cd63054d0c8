/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "judge/outdated/outdated.h"

enum { DAY_S = 24 * 60 * 60 };
/* Before Docker there was no image: builds that are made to be reproducible say 1970 or 1980. */
static const int64_t FIRST_IMAGE_S = 1356998400; /* 2013-01-01 */

/* Tags that promise no version, as projects use them. */
static const char *const floating[] = { "latest",   "stable",	"edge",	   "nightly", "main",	  "master",
					"dev",	    "devel",	"develop", "rolling", "current",  "lts",
					"mainline", "beta",	"rc",	   "canary",  "unstable", "testing",
					"next",	    "snapshot", "alpine",  "slim" };

static struct dd_finding *add(struct dd_findings *out, const char *id, enum dd_severity severity, struct dd_str title)
{
	struct dd_finding *f = title.p ? dd_findings_add(out, DD_KIND_OUTDATED) : NULL;
	if (!f)
		return NULL;
	f->id = dd_str_from(id);
	f->title = title;
	f->severity = severity;
	f->severity_source = DD_STR("drydock");
	return f;
}

/* NAME[:TAG][@DIGEST]: a colon before the last slash is a port's. */
static void take_apart(struct dd_str ref, struct dd_str *ret_name, struct dd_str *ret_tag, bool *ret_digest)
{
	size_t at = dd_str_find(ref, '@');
	*ret_digest = at < ref.n;
	*ret_name = ref = dd_str_take(ref, at);
	size_t slash = dd_str_rfind(ref, '/'), colon = dd_str_rfind(ref, ':');
	bool tagged = colon < ref.n && (slash == ref.n || colon > slash);
	*ret_tag = tagged ? dd_str_skip(ref, colon + 1) : DD_STR("");
	if (tagged)
		*ret_name = dd_str_take(ref, colon);
}

/* The name that the image goes by where it came from; empty: a file that says none. */
static struct dd_str reference_of(const struct dd_target *t)
{
	static const char *const named[] = { "registry", "docker", "podman", "containerd" };
	if (t->image.n)
		return t->image;
	for (size_t i = 0; i < DD_COUNT(named); i++)
		if (dd_str_eq_c(t->kind, named[i]))
			return t->name;
	return DD_STR("");
}

static enum dd_code judge_pin(const struct dd_target *t, struct dd_arena *a, struct dd_findings *out)
{
	struct dd_str ref = reference_of(t), name, tag;
	bool digest, loose = false;
	take_apart(ref, &name, &tag, &digest);
	/* "oci" layouts name images by bare tags */
	if (!ref.n || digest || (tag.n == 0 && dd_str_starts(t->kind, DD_STR("oci"))))
		return DD_OK;
	for (size_t i = 0; i < DD_COUNT(floating); i++)
		loose = loose || dd_str_eq_nocase(tag, dd_str_from(floating[i]));
	struct dd_str title;
	if (!tag.n)
		title = dd_arena_printf(a, "%.*s names no version", DD_FMT(name));
	else if (loose)
		title = dd_arena_printf(a, "tag %.*s of %.*s promises no version", DD_FMT(tag), DD_FMT(name));
	else
		title = dd_arena_printf(a, "%.*s is not pinned to a digest: its tag can be moved", DD_FMT(ref));
	loose = loose || !tag.n;
	struct dd_finding *f = add(out, loose ? "image:floating-tag" : "image:not-pinned",
				   loose ? DD_SEV_LOW : DD_SEV_NEGLIGIBLE, title);
	if (!f)
		return DD_ENOMEM;
	if (dd_str_starts(t->digest, DD_STR("sha256:")) && !dd_str_eq(t->digest, t->config_digest))
		f->fix.advice = dd_arena_printf(a, "pin it: %.*s%s%.*s@%.*s", DD_FMT(name), tag.n ? ":" : "",
						DD_FMT(tag), DD_FMT(t->digest));
	else
		f->fix.advice =
			loose ? DD_STR("name a version, and pin it by @sha256:…") : DD_STR("pin it by @sha256:…");
	return f->fix.advice.p ? DD_OK : DD_ENOMEM;
}

static enum dd_code judge_age(const struct dd_target *t, const struct dd_outdated_request *q, struct dd_arena *a,
			      struct dd_findings *out)
{
	int64_t created;
	if (!q->max_age_days || !dd_time_parse(t->created, &created) || created < FIRST_IMAGE_S || created > q->now)
		return DD_OK;
	uint64_t days = (uint64_t)(q->now - created) / DAY_S;
	if (days <= q->max_age_days)
		return DD_OK;
	bool very = days / 2 >= q->max_age_days;
	struct dd_finding *f = add(out, "image:old", very ? DD_SEV_MEDIUM : DD_SEV_LOW,
				   dd_arena_printf(a, "the image was created %llu days ago, on %.*s",
						   (unsigned long long)days, DD_FMT(dd_str_take(t->created, 10))));
	if (!f)
		return DD_ENOMEM;
	f->fix.advice = DD_STR("rebuild it");
	return DD_OK;
}

static enum dd_code judge_moved(const struct dd_upstream_tag *tag, bool base, struct dd_arena *a,
				struct dd_findings *out)
{
	struct dd_str title;
	if (tag->state != DD_UPSTREAM_KNOWN || !tag->moved)
		return DD_OK;
	title = base ? dd_arena_printf(a, "the base image %.*s has a newer build", DD_FMT(tag->reference))
		     : dd_arena_printf(a, "the tag %.*s means another image by now", DD_FMT(tag->reference));
	struct dd_finding *f = add(out, base ? "image:base-moved" : "image:tag-moved", DD_SEV_MEDIUM, title);
	if (!f)
		return DD_ENOMEM;
	f->note = dd_arena_printf(a, "today it is %.*s", DD_FMT(tag->digest));
	f->fix.advice = base ? dd_arena_printf(a, "rebuild on %.*s@%.*s", DD_FMT(tag->reference), DD_FMT(tag->digest))
			     : DD_STR("pull it again");
	return f->note.p && f->fix.advice.p ? DD_OK : DD_ENOMEM;
}

enum dd_code dd_outdated_image(const struct dd_inventory *inv, const struct dd_outdated_request *q, struct dd_arena *a,
			       struct dd_findings *out)
{
	DD_TRY(judge_pin(&inv->target, a, out));
	DD_TRY(judge_age(&inv->target, q, a, out));
	if (!q->upstreams)
		return DD_OK;
	DD_TRY(judge_moved(&q->upstreams->tag, false, a, out));
	return judge_moved(&q->upstreams->base, true, a, out);
}
