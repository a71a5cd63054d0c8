/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the engines has an image. */
#include "base/buf.h"
#include "base/limits.h"
#include "net/engine/engine.h"
#include "net/registry/reference.h"

struct asking {
	struct dd_err first; /* why an engine could not be asked */
	enum dd_code first_code;
	struct dd_buf asked; /* names of those that do not have it */
};

/* podman tags in full, Docker as it was told: the two spellings of one reference are the same name. */
static bool same_name(struct dd_str tag, struct dd_str name, struct dd_arena *a)
{
	struct dd_reference x, y;
	if (dd_str_eq(tag, name))
		return true;
	return dd_reference_parse(tag, a, &x, NULL) == DD_OK && dd_reference_parse(name, a, &y, NULL) == DD_OK &&
	       dd_str_eq(x.registry, y.registry) && dd_str_eq(x.repository, y.repository) && dd_str_eq(x.tag, y.tag);
}

static struct dd_str name_of(const struct dd_engine_image *image, struct dd_str name, struct dd_arena *a)
{
	for (size_t i = 0; i < image->n_tags; i++)
		if (same_name(image->tags[i], name, a))
			return image->tags[i];
	return image->n_tags ? image->tags[0] : name;
}

static enum dd_code ask(const struct dd_net *net, const struct dd_engine_place *place,
			const struct dd_engine_options *o, struct dd_str name,
			const struct dd_engine_platform *platform, struct dd_arena *a, struct dd_engine_holder *ret,
			struct asking *all, struct dd_err *why)
{
	DD_CLEANUP(dd_engine_freep) struct dd_engine *e = NULL;
	struct dd_engine_holder h;
	DD_TRY(dd_engine_open(net, place, o, &e, why));
	enum dd_code code = dd_engine_image(e, name, platform, a, &h.image, why);
	if (code == DD_ENOTFOUND) {
		(void)dd_buf_addf(&all->asked, "%s%s at ", all->asked.n ? ", " : "",
				  dd_engine_kind_name(dd_engine_about(e)->kind));
		(void)dd_buf_add_escaped(&all->asked, dd_str_from(place->url));
		return DD_OK;
	}
	if (code != DD_OK)
		return code;
	h.name = name_of(&h.image, name, a);
	h.engine = DD_TAKE(e);
	*ret = h;
	return DD_OK;
}

static enum dd_code no_engine(const struct dd_engine_search *s, struct dd_err *err)
{
	bool both = s->docker && s->podman;
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET,
		       "there is no container engine here: no socket of %s, and %s not set",
		       both	   ? "docker or podman"
		       : s->docker ? "docker"
				   : "podman",
		       both	   ? "DOCKER_HOST and CONTAINER_HOST are"
		       : s->docker ? "DOCKER_HOST is"
				   : "CONTAINER_HOST is");
}

static enum dd_code none_has(const struct dd_engine_search *s, struct dd_str name, const struct asking *all,
			     struct dd_err *err)
{
	if (all->first_code != DD_OK) {
		dd_err_copy(err, &all->first);
		return all->first_code;
	}
	if (all->asked.n)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "no engine has an image %s (asked: %.*s)",
			       DD_QUOTE(name), DD_FMT(dd_buf_str(&all->asked)));
	return no_engine(s, err);
}

static enum dd_code ask_all(const struct dd_net *net, const struct dd_engine_search *s,
			    const struct dd_engine_options *o, struct dd_str name,
			    const struct dd_engine_platform *platform, struct dd_arena *a, struct dd_engine_holder *ret,
			    struct asking *all, struct dd_err *err)
{
	struct dd_engine_places places;
	struct dd_engine_holder found = { 0 };
	DD_TRY(dd_engine_find(s, a, &places, err));
	for (size_t i = 0; i < places.n && !found.engine; i++) {
		struct dd_err why = { .at = DD_NO_OFFSET };
		enum dd_code code = ask(net, &places.at[i], o, name, platform, a, &found, all, &why);
		if (code == DD_EARG || code == DD_ENOMEM) {
			dd_err_copy(err, &why);
			return code;
		}
		if (code != DD_OK && all->first_code == DD_OK) {
			all->first_code = code;
			all->first = why;
		}
	}
	if (!found.engine)
		return none_has(s, name, all, err);
	*ret = found;
	return DD_OK;
}

enum dd_code dd_engine_with_image(const struct dd_net *net, const struct dd_engine_search *s,
				  const struct dd_engine_options *o, struct dd_str name,
				  const struct dd_engine_platform *platform, struct dd_arena *a,
				  struct dd_engine_holder *ret, struct dd_err *err)
{
	struct asking all = { .asked = DD_BUF_INIT(256) };
	enum dd_code code = ask_all(net, s, o, name, platform, a, ret, &all, err);
	dd_buf_done(&all.asked);
	return code;
}

static enum dd_code open_first(const struct dd_net *net, const struct dd_engine_search *s,
			       const struct dd_engine_options *o, struct dd_arena *a, struct dd_engine **ret,
			       struct dd_err *err)
{
	struct dd_engine_places places;
	struct dd_err first = { .at = DD_NO_OFFSET };
	DD_TRY(dd_engine_find(s, a, &places, err));
	for (size_t i = 0; i < places.n; i++) {
		struct dd_err why = { .at = DD_NO_OFFSET };
		if (dd_engine_open(net, &places.at[i], o, ret, &why) == DD_OK)
			return DD_OK;
		if (i == 0)
			first = why;
	}
	if (places.n == 0)
		return no_engine(s, err);
	dd_err_copy(err, &first);
	return first.code;
}

enum dd_code dd_engine_first(const struct dd_net *net, const struct dd_engine_search *s,
			     const struct dd_engine_options *o, struct dd_engine **ret, struct dd_err *err)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	enum dd_code code = open_first(net, s, o, &a, ret, err);
	dd_arena_done(&a);
	return code;
}
