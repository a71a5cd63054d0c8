/* SPDX-License-Identifier: Apache-2.0 */
/* Docker Hub's answers. Fields that are absent, null or of another type are not there; an answer that is no object, or
 * a list that is no list, is an error. Met in the wild: pull_count of search as text ("1B+"), badge null, "" or "none",
 * "verfified_publisher" in the specification of search, digest and images missing in tags pushed before 2018, names of
 * products ("Oracle Database") where slug has the repository's. */
#include "base/limits.h"
#include "base/text.h"
#include "format/json.h"
#include "net/hub/hub_parts.h"

enum { TAG_BYTES_MAX = 128, BADGED_MAX = 100 };

static bool keep(struct dd_arena *a, struct dd_str s, size_t max, struct dd_str *ret)
{
	*ret = dd_arena_str(a, dd_str_take(s, max));
	return ret->p != NULL;
}

static uint64_t count(const json_t *o, const char *key)
{
	int64_t v;
	return dd_json_int(o, key, &v) && v >= 0 ? (uint64_t)v : UINT64_MAX;
}

static int64_t when(const json_t *o, const char *key)
{
	int64_t t;
	return dd_time_parse(dd_json_str(o, key), &t) ? t : INT64_MIN;
}

static enum dd_code parse(struct dd_str json, const char *what, json_t **ret, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (dd_json_parse(json, &doc, err) != DD_OK)
		return dd_wrap(err, "Docker Hub's answer on %s is not JSON (is a proxy or a login page between?)",
			       what);
	if (!json_is_object(doc))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "Docker Hub's answer on %s is not an object", what);
	*ret = DD_TAKE(doc);
	return DD_OK;
}

enum dd_code dd_hub_read_repository(struct dd_str json, struct dd_arena *a, struct dd_hub_repository *ret,
				    struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_hub_repository r = { 0 };
	DD_TRY(parse(json, "the repository", &doc, err));
	if (!keep(a, dd_str_trim(dd_json_str(doc, "description")), DD_HUB_TEXT_MAX, &r.description) ||
	    !keep(a, dd_json_str(doc, "full_description"), DD_HUB_DESCRIPTION_MAX, &r.full) ||
	    !keep(a, dd_json_str(doc, "status_description"), DD_HUB_TEXT_MAX, &r.status))
		return dd_fail_nomem(err);
	r.stars = count(doc, "star_count");
	r.pulls = count(doc, "pull_count");
	r.updated = when(doc, "last_updated");
	r.registered = when(doc, "date_registered");
	r.is_private = dd_json_bool(doc, "is_private");
	r.automated = dd_json_bool(doc, "is_automated");
	*ret = r;
	return DD_OK;
}

/* ---- tags ---- */

static bool read_image(const json_t *o, struct dd_arena *a, struct dd_hub_image *ret)
{
	struct dd_str os = dd_str_take(dd_json_str(o, "os"), TAG_BYTES_MAX),
		      arch = dd_str_take(dd_json_str(o, "architecture"), TAG_BYTES_MAX),
		      variant = dd_str_take(dd_json_str(o, "variant"), TAG_BYTES_MAX);
	ret->platform = dd_arena_printf(a, "%.*s%s%.*s%s%.*s", DD_FMT(os), arch.n ? "/" : "", DD_FMT(arch),
					variant.n ? "/" : "", DD_FMT(variant));
	ret->size = count(o, "size");
	return ret->platform.p && keep(a, dd_json_str(o, "digest"), TAG_BYTES_MAX, &ret->digest);
}

static enum dd_code read_images(const json_t *list, struct dd_arena *a, struct dd_hub_tag *t, struct dd_err *err)
{
	size_t n = dd_json_len(list);
	n = n < DD_HUB_IMAGES_MAX ? n : DD_HUB_IMAGES_MAX;
	t->images = dd_arena_array(a, n, sizeof *t->images);
	if (!t->images)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const json_t *o = dd_json_at(list, i);
		if (!json_is_object(o))
			continue;
		if (!read_image(o, a, &t->images[t->n_images++]))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

/* OCI distribution specification: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127} */
static bool is_tag(struct dd_str s)
{
	if (s.n == 0 || s.n > TAG_BYTES_MAX || s.p[0] == '.' || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && s.p[i] != '_' && s.p[i] != '.' && s.p[i] != '-')
			return false;
	return true;
}

static enum dd_code read_tag(const json_t *o, struct dd_arena *a, struct dd_hub_tag *ret, struct dd_err *err)
{
	struct dd_hub_tag t = { .size = count(o, "full_size"), .updated = when(o, "last_updated") };
	if (t.updated == INT64_MIN)
		t.updated = when(o, "tag_last_pushed");
	t.inactive = dd_str_eq_c(dd_json_str(o, "tag_status"), "inactive");
	if (!keep(a, dd_json_str(o, "name"), TAG_BYTES_MAX, &t.name) ||
	    !keep(a, dd_json_str(o, "digest"), TAG_BYTES_MAX, &t.digest) ||
	    !keep(a, dd_json_str(o, "media_type"), TAG_BYTES_MAX, &t.media_type))
		return dd_fail_nomem(err);
	DD_TRY(read_images(dd_json_arr(o, "images"), a, &t, err));
	*ret = t;
	return DD_OK;
}

enum dd_code dd_hub_read_tags(struct dd_str json, struct dd_arena *a, struct dd_hub_tags *ret, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_hub_tags t = { 0 };
	DD_TRY(parse(json, "tags", &doc, err));
	const json_t *list = dd_json_arr(doc, "results");
	if (!list)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "Docker Hub's answer on tags has no list 'results'");
	size_t n = dd_json_len(list);
	/* A page has a hundred; more is not what was asked for. */
	n = n < (size_t)DD_HUB_PAGE_TAGS * 2 ? n : (size_t)DD_HUB_PAGE_TAGS * 2;
	t.p = dd_arena_array(a, n, sizeof *t.p);
	if (!t.p)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const json_t *o = dd_json_at(list, i);
		if (!is_tag(dd_json_str(o, "name"))) {
			t.odd++;
			continue;
		}
		DD_TRY(read_tag(o, a, &t.p[t.n], err));
		t.n++;
	}
	t.total = count(doc, "count");
	t.more = dd_json_str(doc, "next").n > 0;
	*ret = t;
	return DD_OK;
}

/* ---- badges ---- */

static const struct {
	const char *word;
	enum dd_badge badge;
} badges[] = {
	{ "official", DD_BADGE_OFFICIAL },
	{ "verified_publisher", DD_BADGE_VERIFIED },
	{ "verfified_publisher", DD_BADGE_VERIFIED },
	{ "open_source", DD_BADGE_OPEN_SOURCE },
};

static enum dd_badge badge_of(struct dd_str word)
{
	for (size_t i = 0; i < DD_COUNT(badges); i++)
		if (dd_str_eq_c(word, badges[i].word))
			return badges[i].badge;
	return DD_BADGE_NONE;
}

const char *dd_badge_name(enum dd_badge b)
{
	for (size_t i = 0; i < DD_COUNT(badges); i++)
		if (badges[i].badge == b)
			return badges[i].word;
	return "none";
}

/* "nginx" or "library/nginx" for the official one, "bitnami/nginx". The slug is the repository; a name may be what a
 * publisher calls a product, and counts only without one. */
static struct dd_str name_of(const json_t *o)
{
	struct dd_str slug = dd_json_str(o, "slug");
	return slug.n ? slug : dd_json_str(o, "name");
}

static bool is_name(struct dd_str found, struct dd_str space, struct dd_str name)
{
	size_t slash = dd_str_find(found, '/');
	if (slash == found.n)
		return dd_str_eq_c(space, "library") && dd_str_eq(found, name);
	return dd_str_eq(dd_str_take(found, slash), space) && dd_str_eq(dd_str_skip(found, slash + 1), name);
}

static enum dd_code read_found(const json_t *o, struct dd_str space, struct dd_arena *a, struct dd_hub_found *r,
			       struct dd_err *err)
{
	r->found = true;
	r->badge = badge_of(dd_json_str(o, "badge"));
	/* Official images are those of Docker's own namespace, whatever an answer says. */
	if (r->badge == DD_BADGE_OFFICIAL && !dd_str_eq_c(space, "library"))
		r->badge = DD_BADGE_NONE;
	r->archived = dd_json_bool(o, "archived");
	if (!keep(a, dd_json_str(dd_json_obj(o, "publisher"), "name"), DD_HUB_TEXT_MAX, &r->publisher))
		return dd_fail_nomem(err);
	return DD_OK;
}

/* One whose badge can be true: official images have no namespace. */
static bool is_badged(const json_t *o, struct dd_str name)
{
	enum dd_badge b = badge_of(dd_json_str(o, "badge"));
	return name.n && b != DD_BADGE_NONE && (b == DD_BADGE_OFFICIAL) == (dd_str_find(name, '/') == name.n);
}

enum dd_code dd_hub_read_search(struct dd_str json, struct dd_str space, struct dd_str name, struct dd_arena *a,
				struct dd_hub_found *ret, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_hub_found r = { .publisher = DD_STR("") };
	DD_TRY(parse(json, "badges", &doc, err));
	const json_t *list = dd_json_arr(doc, "results");
	if (!list)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "Docker Hub's answer on badges has no list 'results'");
	r.badged = dd_arena_array(a, BADGED_MAX, sizeof *r.badged);
	if (!r.badged)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < dd_json_len(list) && i < BADGED_MAX; i++) {
		const json_t *o = dd_json_at(list, i);
		struct dd_str found = name_of(o);
		if (!r.found && is_name(found, space, name))
			DD_TRY(read_found(o, space, a, &r, err));
		else if (is_badged(o, found) && !keep(a, found, TAG_BYTES_MAX, &r.badged[r.n_badged++]))
			return dd_fail_nomem(err);
	}
	*ret = r;
	return DD_OK;
}

enum dd_code dd_hub_read_org(struct dd_str json, struct dd_arena *a, struct dd_hub_org *ret, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_hub_org o = { .badge = DD_BADGE_NONE };
	DD_TRY(parse(json, "the publisher", &doc, err));
	if (!keep(a, dd_str_trim(dd_json_str(doc, "full_name")), DD_HUB_TEXT_MAX, &o.name))
		return dd_fail_nomem(err);
	o.badge = badge_of(dd_json_str(doc, "badge"));
	if (o.badge == DD_BADGE_OFFICIAL)
		o.badge = DD_BADGE_NONE;
	*ret = o;
	return DD_OK;
}
