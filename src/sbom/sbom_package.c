/* SPDX-License-Identifier: Apache-2.0 */
/* A component as a package. The package URL says what it is; what it cannot carry comes from the format's own fields,
 * drydock's properties ("drydock:source:name"), Trivy's ("aquasecurity:trivy:SrcName") or Syft's
 * ("syft:metadata:source"), in this order. */
#include <stdlib.h>

#include "model/purl.h"
#include "sbom/sbom_parts.h"
#include "version/ecosystem.h"

static const struct dd_str none = { "", 0 };

struct dd_str dd_sbom_property_of(const struct dd_sbom_reading *r, const struct dd_sbom_entry *e, const char *name)
{
	for (size_t i = 0; i < e->n_properties; i++) {
		const struct dd_sbom_property *p = &r->properties.p[e->first_property + i];
		if (dd_str_eq_c(p->name, name))
			return p->value;
	}
	return none;
}

static struct dd_str first_of(const struct dd_sbom_reading *r, const struct dd_sbom_entry *e, struct dd_str known,
			      const char *const *names)
{
	for (; known.n == 0 && *names; names++)
		known = dd_sbom_property_of(r, e, *names);
	return known;
}

static bool is_system_type(struct dd_str type)
{
	static const char *const types[] = { "deb", "rpm", "apk", "alpm", "opkg", "ebuild" };
	for (size_t i = 0; i < DD_COUNT(types); i++)
		if (dd_str_eq_c(type, types[i]))
			return true;
	return false;
}

bool dd_sbom_says_third_party(const struct dd_sbom_reading *r, const struct dd_sbom_entry *e)
{
	if (dd_sbom_property_of(r, e, "drydock:analyzer").n)
		return !dd_str_eq_c(dd_sbom_property_of(r, e, "drydock:system"), "true");
	return dd_str_eq_c(dd_sbom_property_of(r, e, "syft:package:metadataType"), "snap-entry");
}

/* ---- source package ---- */

/* "[EPOCH:]VERSION[-RELEASE]" of Trivy's parts. */
static enum dd_code trivy_version(struct dd_sbom_reading *r, const struct dd_sbom_entry *e, struct dd_str *ret)
{
	struct dd_str version = dd_sbom_property_of(r, e, "aquasecurity:trivy:SrcVersion");
	struct dd_str release = dd_sbom_property_of(r, e, "aquasecurity:trivy:SrcRelease");
	struct dd_str epoch = dd_sbom_property_of(r, e, "aquasecurity:trivy:SrcEpoch");
	if (version.n == 0)
		return DD_OK;
	*ret = dd_arena_printf(&r->inv->arena, "%.*s%s%.*s%s%.*s", DD_FMT(epoch), epoch.n ? ":" : "", DD_FMT(version),
			       release.n ? "-" : "", DD_FMT(release));
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

/* "bash-5.1.8-6.el9.src.rpm" → "bash", "5.1.8-6.el9". */
static bool split_source_rpm(struct dd_str file, struct dd_str *ret_name, struct dd_str *ret_version)
{
	struct dd_str tail = DD_STR(".src.rpm"), nosrc = DD_STR(".nosrc.rpm");
	size_t cut = dd_str_ends(file, nosrc) ? nosrc.n : dd_str_ends(file, tail) ? tail.n : 0;
	struct dd_str s = dd_str_take(file, file.n - cut);
	size_t release = dd_str_rfind(s, '-'), version = dd_str_rfind(dd_str_take(s, release), '-');
	if (cut == 0 || release >= s.n || version >= release || version == 0)
		return false;
	*ret_name = dd_str_take(s, version);
	*ret_version = dd_str_skip(s, version + 1);
	return true;
}

static enum dd_code source(struct dd_sbom_reading *r, const struct dd_sbom_entry *e, const struct dd_purl *purl,
			   struct dd_package *p)
{
	static const char *const names[] = { "drydock:source:name", "aquasecurity:trivy:SrcName",
					     "syft:metadata:source", "syft:metadata:originPackage", NULL };
	static const char *const versions[] = { "drydock:source:version", "syft:metadata:sourceVersion", NULL };
	struct dd_str rpm = dd_sbom_property_of(r, e, "syft:metadata:sourceRpm");
	struct dd_str upstream = dd_purl_qualifier(purl, "upstream");
	p->source_name = first_of(r, e, e->source_name, names);
	p->source_version = first_of(r, e, e->source_version, versions);
	if (p->source_version.n == 0)
		DD_TRY(trivy_version(r, e, &p->source_version));
	if (p->source_name.n || p->source_version.n)
		return DD_OK;
	if (split_source_rpm(rpm, &p->source_name, &p->source_version) ||
	    split_source_rpm(upstream, &p->source_name, &p->source_version))
		return DD_OK;
	size_t at = dd_str_find(upstream, '@');
	p->source_name = dd_str_take(upstream, at);
	p->source_version = dd_str_skip(upstream, at + 1);
	return DD_OK;
}

/* ---- the package ---- */

/* Qualifiers that have a field of their own in struct dd_package, or belong to the system. */
static bool is_own_qualifier(struct dd_str key)
{
	static const char *const own[] = { "arch",   "distro",	    "epoch",	     "upstream",
					   "rpmmod", "distro_name", "distro_version" };
	for (size_t i = 0; i < DD_COUNT(own); i++)
		if (dd_str_eq_c(key, own[i]))
			return true;
	return false;
}

static enum dd_code qualifiers(struct dd_sbom_reading *r, const struct dd_purl *purl, struct dd_str *ret)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	for (size_t i = 0; i < purl->n_qualifiers; i++) {
		const struct dd_purl_qualifier *q = &purl->qualifiers[i];
		if (is_own_qualifier(q->key))
			continue;
		(void)dd_buf_addf(&b, "%s%.*s=%.*s", b.n ? "\n" : "", DD_FMT(q->key), DD_FMT(q->value));
	}
	DD_TRY(dd_buf_check(&b, "a package URL's qualifiers", r->err));
	return dd_sbom_copy(r, dd_buf_str(&b), ret);
}

/* The name that the component has, where it is the URL's but for what the URL's type does not keep (case, _ and -). */
static struct dd_str better_name(struct dd_str of_purl, struct dd_str of_component)
{
	if (of_purl.n != of_component.n)
		return of_purl;
	for (size_t i = 0; i < of_purl.n; i++) {
		char a = dd_lower(of_purl.p[i]), b = dd_lower(of_component.p[i]);
		bool dash = (a == '-' || a == '_' || a == '.') && (b == '-' || b == '_' || b == '.');
		if (a != b && !dash)
			return of_purl;
	}
	return of_component;
}

static enum dd_code version_of(struct dd_sbom_reading *r, const struct dd_sbom_entry *e, const struct dd_purl *purl,
			       struct dd_str *ret)
{
	struct dd_str epoch = dd_purl_qualifier(purl, "epoch");
	*ret = purl->version.n ? purl->version : e->version;
	bool has = dd_str_find(*ret, ':') < ret->n;
	if (!dd_str_eq_c(purl->type, "rpm") || has || epoch.n == 0 || dd_str_eq_c(epoch, "0"))
		return DD_OK;
	*ret = dd_arena_printf(&r->inv->arena, "%.*s:%.*s", DD_FMT(epoch), DD_FMT(*ret));
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

static bool u64_property(const struct dd_sbom_reading *r, const struct dd_sbom_entry *e, const char *name, uint64_t max,
			 uint64_t *ret)
{
	return dd_str_u64(dd_sbom_property_of(r, e, name), max, ret);
}

static void place(const struct dd_sbom_reading *r, const struct dd_sbom_entry *e, struct dd_installed *in)
{
	static const char *const paths[] = { "drydock:path", "syft:location:0:path", "aquasecurity:trivy:FilePath",
					     NULL };
	static const char *const layers[] = { "drydock:layer:digest", "syft:location:0:layerID",
					      "aquasecurity:trivy:LayerDigest", "aquasecurity:trivy:LayerDiffID",
					      NULL };
	const struct dd_target *t = &r->inv->target;
	struct dd_str layer = first_of(r, e, none, layers);
	uint64_t index;
	in->path = first_of(r, e, none, paths);
	while (in->path.n && in->path.p[0] == '/')
		in->path = dd_str_skip(in->path, 1);
	in->layer = DD_NO_LAYER;
	if (u64_property(r, e, "drydock:layer:index", DD_LAYERS_MAX, &index) && index < t->n_layers) {
		in->layer = (int)index;
		return;
	}
	for (size_t i = 0; layer.n && i < t->n_layers && in->layer < 0; i++)
		if (dd_str_eq(t->layers[i].digest, layer) || dd_str_eq(t->layers[i].diff_id, layer))
			in->layer = (int)i;
}

static enum dd_code places(struct dd_sbom_reading *r, const struct dd_sbom_entry *e, struct dd_installed *in)
{
	size_t n = 0, at = 0;
	for (size_t i = 0; i < e->n_properties; i++) {
		struct dd_str name = r->properties.p[e->first_property + i].name;
		n += dd_str_starts(name, DD_STR("drydock:location:")) && dd_str_ends(name, DD_STR(":path"));
	}
	if (in->system || (n == 0 && in->path.n == 0))
		return DD_OK;
	in->locations = dd_arena_array(&r->inv->arena, n ? n : 1, sizeof *in->locations);
	if (!in->locations)
		return dd_fail_nomem(r->err);
	if (n == 0)
		in->locations[at++] = (struct dd_location){ in->path, none, in->layer };
	/* They stand together: a path, then what belongs to it. */
	for (size_t i = 0; n && i < e->n_properties; i++) {
		const struct dd_sbom_property *p = &r->properties.p[e->first_property + i];
		uint64_t layer;
		if (!dd_str_starts(p->name, DD_STR("drydock:location:")))
			continue;
		if (dd_str_ends(p->name, DD_STR(":path")))
			in->locations[at++] = (struct dd_location){ p->value, none, DD_NO_LAYER };
		else if (at && dd_str_ends(p->name, DD_STR(":inner")))
			in->locations[at - 1].inner = p->value;
		else if (at && dd_str_ends(p->name, DD_STR(":layer")) && dd_str_u64(p->value, DD_LAYERS_MAX, &layer) &&
			 layer < r->inv->target.n_layers)
			in->locations[at - 1].layer = (int)layer;
	}
	in->n_locations = at;
	in->package.inner = in->locations[0].inner;
	return DD_OK;
}

static void more(const struct dd_sbom_reading *r, const struct dd_sbom_entry *e, struct dd_installed *in)
{
	struct dd_package *p = &in->package;
	struct dd_str evidence = dd_sbom_property_of(r, e, "drydock:evidence");
	struct dd_str declared = dd_sbom_property_of(r, e, "drydock:licences");
	struct dd_str digest = dd_sbom_property_of(r, e, "drydock:digest");
	p->licences = declared.n ? declared : e->licences;
	p->digest = digest.n ? digest : e->digest;
	p->maintainer = e->maintainer;
	p->url = e->url;
	p->cpe = e->cpe;
	p->dev = e->optional || dd_str_eq_c(dd_sbom_property_of(r, e, "drydock:dev"), "true");
	for (int i = 0; i < DD_PACKAGE_EVIDENCE_COUNT; i++)
		if (dd_str_eq_c(evidence, dd_package_evidence_name((enum dd_package_evidence)i)))
			p->evidence = (enum dd_package_evidence)i;
	(void)u64_property(r, e, "drydock:installedBytes", INT64_MAX, &p->installed_bytes);
	(void)u64_property(r, e, "drydock:files", INT64_MAX, &in->files);
	in->entrypoint = dd_str_eq_c(dd_sbom_property_of(r, e, "drydock:entrypoint"), "true");
	in->analyzer = dd_sbom_property_of(r, e, "drydock:analyzer");
	if (in->analyzer.n == 0)
		in->analyzer = DD_STR("sbom");
}

/* What names no package is passed over: a component that is only a name is nothing that advisories speak of. */
static enum dd_code parse_purl(struct dd_sbom_reading *r, const struct dd_sbom_entry *e, struct dd_purl *ret,
			       bool *ret_ok)
{
	struct dd_err why;
	*ret_ok = false;
	if (e->purl.n == 0) {
		struct dd_str type = dd_sbom_property_of(r, e, "drydock:type");
		*ret = (struct dd_purl){ .type = type, .name = e->name, .version = e->version };
		*ret_ok = type.n > 0 && e->name.n > 0;
		return DD_OK;
	}
	enum dd_code code = dd_purl_parse(e->purl, &r->inv->arena, ret, &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(r->err);
	if (code != DD_OK)
		return dd_sbom_problem(r, e->at, "component %s: %s", DD_QUOTE(e->name), why.message);
	*ret_ok = true;
	return DD_OK;
}

enum dd_code dd_sbom_to_package(struct dd_sbom_reading *r, const struct dd_sbom_entry *e, struct dd_installed *ret,
				bool *ret_found)
{
	static const char *const modules[] = { "drydock:module", "aquasecurity:trivy:Modularitylabel",
					       "syft:metadata:modularityLabel", NULL };
	static const char *const arches[] = { "drydock:arch", "syft:metadata:architecture", NULL };
	struct dd_installed in = { .owner = -1, .purl = e->purl };
	struct dd_package *p = &in.package;
	struct dd_purl purl;
	DD_TRY(parse_purl(r, e, &purl, ret_found));
	if (!*ret_found)
		return DD_OK;
	p->type = purl.type;
	struct dd_err why;
	if (dd_purl_package_name(&purl, &r->inv->arena, &p->name, &why) != DD_OK)
		return dd_fail_nomem(r->err);
	p->name = better_name(p->name, e->name);
	DD_TRY(version_of(r, e, &purl, &p->version));
	DD_TRY(source(r, e, &purl, p));
	p->arch = dd_purl_qualifier(&purl, "arch");
	if (p->arch.n == 0)
		p->arch = first_of(r, e, e->arch, arches);
	p->module = dd_purl_qualifier(&purl, "rpmmod");
	if (p->module.n == 0)
		p->module = first_of(r, e, e->module, modules);
	DD_TRY(qualifiers(r, &purl, &p->qualifiers));
	in.system = is_system_type(p->type) && !dd_sbom_says_third_party(r, e);
	more(r, e, &in);
	place(r, e, &in);
	DD_TRY(places(r, e, &in));
	*ret = in;
	return DD_OK;
}
