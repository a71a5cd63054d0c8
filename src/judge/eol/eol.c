/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/eol/eol.h"

#include <stdio.h>

#include "base/text.h"
#include "version/ecosystem.h"
#include "version/image_tag.h"

enum { DAY_S = 24 * 60 * 60 };

/* Who gets updates after regular support. Rows are only for support that needs no contract and no registration;
 * everything else counts as over. */
static const struct {
	const char *product, *name;
} public_extensions[] = {
	{ "debian", "Debian LTS" },
};

static const char *public_extension(const char *product)
{
	for (size_t i = 0; i < DD_COUNT(public_extensions); i++)
		if (dd_str_eq_c(dd_str_from(product), public_extensions[i].product))
			return public_extensions[i].name;
	return NULL;
}

/* Support lasts through the day that is named. No date, or none that can be read: not over. */
static bool over(struct dd_str date, int64_t now)
{
	int64_t day;
	return date.n && dd_time_parse(date, &day) && now >= day + DAY_S;
}

/* CentOS Stream calls itself "centos" in ID; only its name tells, and its releases end on other days. */
static const char *product_of(const struct dd_ecosystem *e, const struct dd_os *os)
{
	bool centos = e && e->eol_product && dd_str_eq_c(dd_str_from(e->eol_product), "centos");
	if (centos && dd_str_search(os->pretty_name, DD_STR("Stream")) < os->pretty_name.n)
		return "centos-stream";
	return e ? e->eol_product : NULL;
}

/* Who takes updates from Ubuntu Pro gets them to the end of its support. */
static bool subscribed(const struct dd_os *os)
{
	return os->subscription.n && dd_str_eq_c(os->id, "ubuntu");
}

/* What the dates of a cycle say today. subscription: to the support that the publisher does not give to all. */
static struct dd_os_life life_of(const char *product, bool subscription, const struct dd_eol *eol, int64_t now)
{
	bool ended = eol->ended || over(eol->eol, now);
	struct dd_os_life life = { .known = true, .eol_date = eol->eol, .extended_date = eol->extended };
	bool goes_on = ended && (subscription || public_extension(product)) && eol->extended.n;
	life.updates_until = goes_on ? eol->extended : eol->eol;
	life.extended = goes_on && !over(eol->extended, now);
	life.eol = ended && !life.extended;
	return life;
}

static enum dd_code fill(struct dd_finding *f, const struct dd_ecosystem *e, const struct dd_eol *eol,
			 const struct dd_os_life *life, struct dd_arena *a)
{
	static const struct dd_str source = DD_STR("eol");
	char release[DD_ERR_MESSAGE_MAX];
	const char *lts = public_extension(e->eol_product);
	if (!lts && life->extended)
		lts = "Ubuntu Pro";
	struct dd_str cycle = eol->cycle;
	(void)snprintf(release, sizeof release, "%s %.*s", e->title, DD_FMT(cycle));
	f->id = dd_arena_printf(a, "eol:%s:%.*s", e->name, DD_FMT(cycle));
	f->title = eol->eol.n ? dd_arena_printf(a, "%s reached its end of life on %.*s", release, DD_FMT(eol->eol))
			      : dd_arena_printf(a, "%s has reached its end of life", release);
	f->severity = life->extended ? DD_SEV_MEDIUM : DD_SEV_HIGH;
	f->severity_source = DD_STR("drydock");
	f->fix.state = DD_FIX_END_OF_LIFE;
	f->fix.advice = DD_STR("rebuild on a release that gets security updates");
	if (life->extended)
		f->note = dd_arena_printf(a, "%s still publishes fixes until %.*s, not for every package", lts,
					  DD_FMT(eol->extended));
	else if (eol->extended.n && lts)
		f->note = dd_arena_printf(a, "%s ended on %.*s", lts, DD_FMT(eol->extended));
	else if (eol->extended.n)
		f->note = dd_arena_printf(a, "extended support for subscribers until %.*s", DD_FMT(eol->extended));
	f->sources = dd_arena_array(a, 1, sizeof *f->sources);
	if (!f->id.p || !f->title.p || !f->note.p || !f->sources)
		return DD_ENOMEM;
	f->sources[0] = source;
	f->n_sources = 1;
	return DD_OK;
}

enum dd_code dd_judge_eol(const struct dd_inventory *inv, const struct dd_db *db, int64_t now, struct dd_arena *a,
			  struct dd_findings *out, struct dd_os_life *ret_life, struct dd_err *err)
{
	const struct dd_ecosystem *e = dd_ecosystem_by_os(inv->os.id);
	struct dd_os_life life = { .eol_date = { "", 0 }, .extended_date = { "", 0 }, .updates_until = { "", 0 } };
	struct dd_str key = { "", 0 };
	struct dd_eol eol;

	const char *product = product_of(e, &inv->os);
	if (!product) {
		*ret_life = life;
		return DD_OK;
	}
	DD_TRY(dd_ecosystem_from_os(inv->os.id, inv->os.version, a, &key, err));
	struct dd_str cycle = dd_str_skip(key, dd_str_find(key, ':') + 1);
	if (cycle.n == 0 || !dd_db_eol(db, dd_str_from(product), cycle, &eol)) {
		*ret_life = life;
		return DD_OK;
	}
	life = life_of(product, subscribed(&inv->os), &eol, now);
	if (life.eol || life.extended) {
		struct dd_finding *f = dd_findings_add(out, DD_KIND_OUTDATED);
		if (!f || fill(f, e, &eol, &life, a) != DD_OK)
			return dd_fail_nomem(err);
	}
	*ret_life = life;
	return DD_OK;
}

/* ---- by the name of an image ---- */

static const struct {
	const char *image, *product;
} image_products[] = {
#define DD_IMAGE_PRODUCT(image, product) { image, product },
#include "judge/eol/image_products.def"
#undef DD_IMAGE_PRODUCT
};

static struct dd_str product_by_image(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(image_products); i++)
		if (dd_str_eq_c(name, image_products[i].image))
			return dd_str_from(image_products[i].product);
	return name;
}

/* "10.13" → 10.13, 10: cycles have as many numbers as their product gives them. */
static bool cycle_of_version(const struct dd_db *db, struct dd_str product, struct dd_str version, struct dd_eol *ret)
{
	for (;;) {
		if (version.n == 0)
			return false;
		if (dd_db_eol(db, product, version, ret))
			return true;
		size_t dot = dd_str_rfind(version, '.');
		version = dd_str_take(version, dot == version.n ? 0 : dot);
	}
}

/* Releases that tags name by one word and os-release by number only. Debian's are known to version/ecosystem. */
static const struct {
	const char *product, *word, *cycle;
} codenames[] = {
	{ "ubuntu", "trusty", "14.04" }, { "ubuntu", "xenial", "16.04" },   { "ubuntu", "bionic", "18.04" },
	{ "ubuntu", "focal", "20.04" },	 { "ubuntu", "jammy", "22.04" },    { "ubuntu", "lunar", "23.04" },
	{ "ubuntu", "mantic", "23.10" }, { "ubuntu", "noble", "24.04" },    { "ubuntu", "oracular", "24.10" },
	{ "ubuntu", "plucky", "25.04" }, { "ubuntu", "questing", "25.10" },
};

/* "buster-slim", "bookworm-20241111" of a distribution → its release. */
static bool cycle_of_codename(const struct dd_db *db, struct dd_str name, struct dd_str product, struct dd_str tag,
			      struct dd_arena *a, struct dd_eol *ret)
{
	struct dd_str word = dd_str_take(tag, dd_str_find(tag, '-')), key;
	for (size_t i = 0; i < DD_COUNT(codenames); i++)
		if (dd_str_eq_c(product, codenames[i].product) && dd_str_eq_c(word, codenames[i].word))
			return dd_db_eol(db, product, dd_str_from(codenames[i].cycle), ret);
	if (word.n == 0 || dd_is_digit(word.p[0]) || !dd_ecosystem_by_os(name) ||
	    dd_ecosystem_from_os(name, word, a, &key, NULL) != DD_OK || key.n == 0)
		return false;
	struct dd_str release = dd_str_skip(key, dd_str_find(key, ':') + 1);
	return dd_is_digit(release.n ? release.p[0] : 0) && dd_db_eol(db, product, release, ret);
}

bool dd_judge_eol_image(const struct dd_db *db, struct dd_str repository, struct dd_str tag, int64_t now,
			struct dd_arena *a, struct dd_image_life *ret)
{
	size_t slash = dd_str_rfind(repository, '/');
	struct dd_str name = slash < repository.n ? dd_str_skip(repository, slash + 1) : repository;
	struct dd_str product = product_by_image(name);
	struct dd_image_tag t = dd_image_tag_parse(tag);
	struct dd_eol eol;
	bool number = t.version.n && t.lead.n == 0 && !t.prerelease && cycle_of_version(db, product, t.version, &eol);
	if (!number && !cycle_of_codename(db, name, product, tag, a, &eol))
		return false;
	const char *text = dd_arena_c(a, product);
	if (!text)
		return false;
	*ret = (struct dd_image_life){ .life = life_of(text, false, &eol, now),
				       .product = dd_str_from(text),
				       .cycle = eol.cycle,
				       .latest = eol.latest };
	return true;
}
