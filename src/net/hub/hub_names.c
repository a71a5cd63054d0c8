/* SPDX-License-Identifier: Apache-2.0 */
#include "net/hub/hub_names.h"

#include "base/cleanup.h"
#include "base/suggest.h"

enum { NAME_MAX_BYTES = 64, NEAR_ONE_FROM = 5, NEAR_TWO_FROM = 10 };

static const struct dd_official_image officials[] = {
#define DD_OFFICIAL_IMAGE(name, deprecated, instead) { name, deprecated, instead },
#include "net/hub/official_images.def"
#undef DD_OFFICIAL_IMAGE
};
static const struct {
	const char *name, *note;
} publishers[] = {
#define DD_KNOWN_PUBLISHER(name, note) { name, note },
#include "net/hub/known_publishers.def"
#undef DD_KNOWN_PUBLISHER
};
/* Registries that many people pull from; the ones that have been imitated come first to mind: ghrc.io for ghcr.io. */
static const char *const registries[] = {
	"docker.io",
	"cgr.dev",
	"codeberg.org",
	"docker.elastic.co",
	"gcr.io",
	"ghcr.io",
	"icr.io",
	"index.docker.io",
	"lscr.io",
	"mcr.microsoft.com",
	"nvcr.io",
	"public.ecr.aws",
	"quay.io",
	"registry-1.docker.io",
	"registry.access.redhat.com",
	"registry.fedoraproject.org",
	"registry.gitlab.com",
	"registry.hub.docker.com",
	"registry.k8s.io",
	"registry.opensuse.org",
	"registry.redhat.io",
	"registry.suse.com",
	"us.gcr.io",
	"eu.gcr.io",
	"asia.gcr.io",
};
/* What is put before or behind a name to make it look as if it were the real one's. */
static const char *const affixes[] = { "official", "verified", "library", "docker", "images", "image", "original",
				       "team",	   "inc",      "io",	  "hub",    "real",   "the" };

const struct dd_official_image *dd_hub_official(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(officials); i++)
		if (dd_str_eq_c(name, officials[i].name))
			return &officials[i];
	return NULL;
}

bool dd_hub_known_publisher(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(publishers); i++)
		if (dd_str_eq_c(name, publishers[i].name))
			return true;
	return false;
}

const char *dd_hub_namespace_note(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(publishers); i++)
		if (dd_str_eq_c(name, publishers[i].name))
			return publishers[i].note;
	return "";
}

const char *dd_lookalike_kind_name(enum dd_lookalike_kind kind)
{
	static const char *const names[] = {
		[DD_LOOKALIKE_NONE] = "none",	      [DD_LOOKALIKE_SAME_NAME] = "same-name",
		[DD_LOOKALIKE_IMAGE] = "image",	      [DD_LOOKALIKE_PUBLISHER] = "publisher",
		[DD_LOOKALIKE_REGISTRY] = "registry",
	};
	return (size_t)kind < DD_COUNT(names) ? names[kind] : "none";
}

/* ---- how two names are alike ---- */

/* Letters that look like others become one of them; dividers go. "rn" looks like "m", "vv" like "w", "cl" like "d". */
static struct dd_str skeleton(struct dd_str s, char out[NAME_MAX_BYTES])
{
	static const struct {
		char from, to;
	} alike[] = { { '0', 'o' }, { '1', 'l' }, { 'i', 'l' }, { '5', 's' }, { '3', 'e' }, { '4', 'a' },
		      { '9', 'g' }, { 'q', 'g' }, { '8', 'b' }, { '2', 'z' }, { 'u', 'v' } };
	static const struct {
		char two[3], to;
	} pairs[] = { { "rn", 'm' }, { "vv", 'w' }, { "cl", 'd' } };
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < NAME_MAX_BYTES; i++) {
		char c = dd_lower(s.p[i]);
		if (c == '-' || c == '_' || c == '.')
			continue;
		for (size_t k = 0; k < DD_COUNT(pairs); k++)
			if (i + 1 < s.n && c == pairs[k].two[0] && dd_lower(s.p[i + 1]) == pairs[k].two[1]) {
				c = pairs[k].to;
				i++;
				break;
			}
		for (size_t k = 0; k < DD_COUNT(alike); k++)
			if (c == alike[k].from) {
				c = alike[k].to;
				break;
			}
		out[n++] = c;
	}
	return (struct dd_str){ out, n };
}

static bool is_affix(struct dd_str s)
{
	for (size_t i = 0; i < DD_COUNT(affixes); i++)
		if (dd_str_eq_c(s, affixes[i]))
			return true;
	return false;
}

/* "nginx-official", "official_nginx", "nginxofficial", "nginx-docker". */
static bool has_affix(struct dd_str s, struct dd_str known)
{
	struct dd_str rest = { "", 0 };
	if (s.n <= known.n)
		return false;
	if (dd_str_starts(s, known))
		rest = dd_str_skip(s, known.n);
	else if (dd_str_ends(s, known))
		rest = dd_str_take(s, s.n - known.n);
	while (rest.n && (rest.p[0] == '-' || rest.p[0] == '_' || rest.p[0] == '.'))
		rest = dd_str_skip(rest, 1);
	while (rest.n && (rest.p[rest.n - 1] == '-' || rest.p[rest.n - 1] == '_' || rest.p[rest.n - 1] == '.'))
		rest.n--;
	return known.n >= 4 && is_affix(rest);
}

/* Why s, which is not known, looks like known; NULL: it does not. */
static const char *alike(struct dd_str s, struct dd_str known)
{
	char x[NAME_MAX_BYTES], y[NAME_MAX_BYTES];
	if (s.n > NAME_MAX_BYTES || known.n > NAME_MAX_BYTES || dd_str_eq(s, known))
		return NULL;
	if (known.n >= 3 && dd_str_eq(skeleton(s, x), skeleton(known, y)))
		return "letters that look alike, or other dividers";
	if (has_affix(s, known))
		return "the same name with a word that makes it look official";
	unsigned d = dd_edit_distance(s, known);
	/* Short names are near everything: the first letter must be the same, as slips of the hand have it. */
	if (d == 1 && (known.n >= NEAR_ONE_FROM || (known.n == 4 && s.n >= 4 && s.p[0] == known.p[0])))
		return "one letter differs, or two are swapped";
	if (d == 2 && known.n >= NEAR_TWO_FROM)
		return "two letters differ";
	return NULL;
}

/* ---- look-alikes ---- */

static bool like_official(struct dd_str name, enum dd_lookalike_kind kind, struct dd_lookalike *ret)
{
	for (size_t i = 0; i < DD_COUNT(officials); i++) {
		struct dd_str known = dd_str_from(officials[i].name);
		const char *how = alike(name, known);
		if (how) {
			*ret = (struct dd_lookalike){ kind, known, how };
			return true;
		}
	}
	return false;
}

static bool like_publisher(struct dd_str name, struct dd_lookalike *ret)
{
	for (size_t i = 0; i < DD_COUNT(publishers); i++) {
		struct dd_str known = dd_str_from(publishers[i].name);
		const char *how = alike(name, known);
		if (how) {
			*ret = (struct dd_lookalike){ DD_LOOKALIKE_PUBLISHER, known, how };
			return true;
		}
	}
	return false;
}

static bool like_registry(struct dd_str host, struct dd_lookalike *ret)
{
	for (size_t i = 0; i < DD_COUNT(registries); i++)
		if (dd_str_eq_c(host, registries[i]))
			return false;
	for (size_t i = 0; i < DD_COUNT(registries); i++) {
		struct dd_str known = dd_str_from(registries[i]);
		const char *how = alike(host, known);
		if (how) {
			*ret = (struct dd_lookalike){ DD_LOOKALIKE_REGISTRY, known, how };
			return true;
		}
	}
	return false;
}

/* Names of repositories that have a badge, as Docker Hub told them beside the one that was asked for. */
static bool like_known(struct dd_str repository, const struct dd_str *known, size_t n, struct dd_lookalike *ret)
{
	for (size_t i = 0; i < n; i++)
		if (dd_str_eq(repository, known[i]))
			return false;
	for (size_t i = 0; i < n; i++) {
		const char *how = alike(repository, known[i]);
		if (how) {
			*ret = (struct dd_lookalike){ DD_LOOKALIKE_IMAGE, known[i], how };
			return true;
		}
	}
	return false;
}

struct dd_lookalike dd_hub_lookalike(struct dd_str registry, struct dd_str repository, const struct dd_str *known,
				     size_t n_known)
{
	struct dd_lookalike none = { DD_LOOKALIKE_NONE, DD_STR(""), "" }, r = none;
	if (!dd_str_eq_c(registry, "docker.io"))
		return like_registry(registry, &r) ? r : none;
	struct dd_str space = dd_str_take(repository, dd_str_find(repository, '/'));
	struct dd_str name = dd_str_skip(repository, space.n + 1);
	if (dd_str_eq_c(space, "library")) {
		if (!dd_hub_official(name) && like_official(name, DD_LOOKALIKE_IMAGE, &r))
			return r;
		return none;
	}
	if (dd_hub_known_publisher(space)) {
		if (dd_hub_official(name))
			return (struct dd_lookalike){ DD_LOOKALIKE_SAME_NAME, name, "the same name" };
		return none;
	}
	if (like_known(repository, known, n_known, &r) || like_publisher(space, &r))
		return r;
	/* library1/nginx, nginx/nginx, nginx-official/x */
	if (alike(space, DD_STR("library")) && (dd_hub_official(name) || like_official(name, DD_LOOKALIKE_IMAGE, &r)))
		return (struct dd_lookalike){ DD_LOOKALIKE_IMAGE, r.of.n ? r.of : name, "a namespace like 'library'" };
	if (dd_hub_official(space) && dd_str_eq(space, name))
		return (struct dd_lookalike){ DD_LOOKALIKE_IMAGE, name, "the namespace has the image's name, too" };
	for (size_t i = 0; i < DD_COUNT(officials); i++)
		if (has_affix(space, dd_str_from(officials[i].name)))
			return (struct dd_lookalike){ DD_LOOKALIKE_IMAGE, dd_str_from(officials[i].name),
						      "a namespace that makes it look official" };
	if (dd_hub_official(name))
		return (struct dd_lookalike){ DD_LOOKALIKE_SAME_NAME, name, "the same name" };
	/* Others may name their images as they like: only what imitates letters is told. */
	char x[NAME_MAX_BYTES], y[NAME_MAX_BYTES];
	for (size_t i = 0; i < DD_COUNT(officials); i++) {
		struct dd_str o = dd_str_from(officials[i].name);
		if (o.n >= 4 && name.n == o.n && dd_str_eq(skeleton(name, x), skeleton(o, y)))
			return (struct dd_lookalike){ DD_LOOKALIKE_IMAGE, o, "letters that look alike" };
	}
	return none;
}
