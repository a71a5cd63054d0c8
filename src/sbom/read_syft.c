/* SPDX-License-Identifier: Apache-2.0 */
/* Syft's own JSON (https://github.com/anchore/syft, schema/json, major versions 3 to 16).
 * Read are artifacts (name, version, purl, cpes, licenses, locations, metadata of the package manager),
 * artifactRelationships (dependency-of, ownership-by-file-overlap), source (the image and its layers), distro.
 * Older majors write distro.name and .idLike as text, licenses as a list of texts, cpes as a list of texts; the members
 * of metadata differ by the package manager, and since 11 metadata is called so for all. */
#include "sbom/sbom_parts.h"

static enum dd_code add(struct dd_sbom_reading *r, const char *name, struct dd_str value)
{
	return value.n ? dd_sbom_add_property(r, dd_str_from(name), value) : DD_OK;
}

/* An integer or a text, in the arena. */
static enum dd_code text_of(struct dd_sbom_reading *r, const json_t *j, const char *key, struct dd_str *ret)
{
	int64_t number;
	if (!dd_json_int(j, key, &number)) {
		*ret = dd_json_str(j, key);
		return DD_OK;
	}
	*ret = dd_arena_printf(&r->inv->arena, "%lld", (long long)number);
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

static enum dd_code licences(struct dd_sbom_reading *r, const json_t *j, struct dd_str *ret)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	const json_t *list = dd_json_arr(j, "licenses");
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *one = dd_json_at(list, i);
		struct dd_str text = dd_json_text(one);
		if (text.n == 0)
			text = dd_json_str(one, "spdxExpression");
		if (text.n == 0)
			text = dd_json_str(one, "value");
		if (text.n && b.n + text.n < DD_FIELD_BYTES_MAX)
			(void)dd_buf_addf(&b, "%s%.*s", b.n ? "\n" : "", DD_FMT(text));
	}
	DD_TRY(dd_buf_check(&b, "licences", r->err));
	return dd_sbom_copy(r, dd_buf_str(&b), ret);
}

static enum dd_code metadata(struct dd_sbom_reading *r, const json_t *m, struct dd_sbom_entry *e)
{
	struct dd_str module = dd_json_str(m, "modularityLabel");
	struct dd_str vendor = dd_json_str(m, "maintainer");
	DD_TRY(add(r, "syft:metadata:source", dd_json_str(m, "source")));
	DD_TRY(add(r, "syft:metadata:sourceVersion", dd_json_str(m, "sourceVersion")));
	DD_TRY(add(r, "syft:metadata:originPackage", dd_json_str(m, "originPackage")));
	DD_TRY(add(r, "syft:metadata:sourceRpm", dd_json_str(m, "sourceRpm")));
	DD_TRY(add(r, "syft:metadata:modularityLabel", module));
	DD_TRY(add(r, "syft:metadata:architecture", dd_json_str(m, "architecture")));
	return dd_sbom_copy(r, vendor.n ? vendor : dd_json_str(m, "vendor"), &e->maintainer);
}

static enum dd_code locations(struct dd_sbom_reading *r, const json_t *j)
{
	const json_t *first = dd_json_at(dd_json_arr(j, "locations"), 0);
	DD_TRY(add(r, "syft:location:0:path", dd_json_str(first, "path")));
	return add(r, "syft:location:0:layerID", dd_json_str(first, "layerID"));
}

static enum dd_code on_artifact(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_sbom_entry e = { .role = DD_SBOM_PACKAGE, .at = at };
	if (!json_is_object(j))
		return dd_sbom_problem(r, at, "an artifact is not an object");
	const json_t *cpe = dd_json_at(dd_json_arr(j, "cpes"), 0);
	struct dd_str cpe_text = dd_json_text(cpe);
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "id"), &e.ref));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "type"), &e.type));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "name"), &e.name));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "version"), &e.version));
	DD_TRY(dd_sbom_copy(r, dd_json_str(j, "purl"), &e.purl));
	DD_TRY(dd_sbom_copy(r, cpe_text.n ? cpe_text : dd_json_str(cpe, "cpe"), &e.cpe));
	if (e.name.n == 0)
		DD_TRY(dd_sbom_fault(r, at, "an artifact has no name"));
	DD_TRY(licences(r, j, &e.licences));
	DD_TRY(add(r, "syft:package:metadataType", dd_json_str(j, "metadataType")));
	DD_TRY(metadata(r, dd_json_obj(j, "metadata"), &e));
	DD_TRY(locations(r, j));
	return dd_sbom_add_entry(r, &e);
}

static enum dd_code on_relationship(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_str parent = dd_json_str(j, "parent"), child = dd_json_str(j, "child"), type = dd_json_str(j, "type");
	if (parent.n == 0 || child.n == 0)
		return dd_sbom_fault(r, at, "a relationship lacks one of its ends");
	if (dd_str_eq_c(type, "ownership-by-file-overlap"))
		return dd_sbom_add_edge(r, DD_SBOM_OWNS, parent, child, at);
	/* The parent is a dependency of the child. */
	if (dd_str_eq_c(type, "dependency-of"))
		return dd_sbom_add_edge(r, DD_SBOM_DEPENDS, child, parent, at);
	return DD_OK;
}

static enum dd_code layers(struct dd_sbom_reading *r, const json_t *m)
{
	const json_t *list = dd_json_arr(m, "layers");
	struct dd_target *t = &r->inv->target;
	size_t n = dd_json_len(list) < DD_LAYERS_MAX ? dd_json_len(list) : DD_LAYERS_MAX;
	t->layers = dd_arena_array(&r->inv->arena, n, sizeof *t->layers);
	if (!t->layers)
		return dd_fail_nomem(r->err);
	t->n_layers = n;
	for (size_t i = 0; i < n; i++) {
		int64_t bytes;
		DD_TRY(dd_sbom_copy(r, dd_json_str(dd_json_at(list, i), "mediaType"), &t->layers[i].media_type));
		/* Syft calls the diff_id digest. */
		DD_TRY(dd_sbom_copy(r, dd_json_str(dd_json_at(list, i), "digest"), &t->layers[i].diff_id));
		if (dd_json_int(dd_json_at(list, i), "size", &bytes) && bytes > 0)
			t->layers[i].bytes = (uint64_t)bytes;
	}
	return DD_OK;
}

static enum dd_code on_source(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_target *t = &r->inv->target;
	const json_t *m = dd_json_obj(j, "metadata");
	if (!m)
		m = dd_json_obj(j, "target"); /* before schema 9 */
	(void)at;
	struct dd_str os = dd_json_str(m, "os"), arch = dd_json_str(m, "architecture");
	DD_TRY(dd_sbom_copy(r, dd_json_str(m, "userInput"), &t->image));
	DD_TRY(dd_sbom_copy(r, dd_json_str(m, "manifestDigest"), &t->digest));
	DD_TRY(dd_sbom_copy(r, dd_json_str(m, "imageID"), &t->config_digest));
	if (os.n && arch.n) {
		t->platform = dd_arena_printf(&r->inv->arena, "%.*s/%.*s", DD_FMT(os), DD_FMT(arch));
		if (!t->platform.p)
			return dd_fail_nomem(r->err);
	}
	return layers(r, m);
}

static enum dd_code on_distro(struct dd_sbom_reading *r, const json_t *j, uint64_t at)
{
	struct dd_sbom_entry e = { .role = DD_SBOM_SYSTEM, .at = at };
	struct dd_str id = dd_json_str(j, "id"), version;
	DD_TRY(text_of(r, j, "versionID", &version));
	DD_TRY(dd_sbom_copy(r, id.n ? id : dd_json_str(j, "name"), &e.name));
	DD_TRY(dd_sbom_copy(r, version.n ? version : dd_json_str(j, "version"), &e.version));
	if (e.name.n == 0)
		return DD_OK;
	DD_TRY(add(r, "drydock:os:codename", dd_json_str(j, "versionCodename")));
	DD_TRY(add(r, "drydock:os:prettyName", dd_json_str(j, "prettyName")));
	struct dd_str like = dd_json_str(j, "idLike");
	DD_TRY(add(r, "drydock:os:idLike", like.n ? like : dd_json_text(dd_json_at(dd_json_arr(j, "idLike"), 0))));
	return dd_sbom_add_entry(r, &e);
}

enum dd_code dd_sbom_read_syft(struct dd_sbom_reading *r)
{
	static const struct dd_sbom_member rows[] = {
		{ "artifacts", on_artifact, NULL, true },
		{ "artifactRelationships", on_relationship, NULL, false },
		{ "source", NULL, on_source, true },
		{ "distro", NULL, on_distro, false },
	};
	return dd_sbom_members(r, rows, DD_COUNT(rows));
}
