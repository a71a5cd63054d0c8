/* SPDX-License-Identifier: Apache-2.0 */
/* Snaps, and the Debian packages that they were made from.
 *
 *   snap/NAME/REVISION/meta/snap.yaml        of a snap that lies unpacked (or is the scanned tree itself:
 * meta/snap.yaml) name, version, architectures: [ … ] or architecture, base: another snap, license
 *   var/lib/snapd/snaps/NAME_REVISION.snap   of a system with snapd: a squashfs file, which is not opened, so its
 *                                            revision stands for the version ("x1" when it was installed from a file)
 *   snap/manifest.yaml in an unpacked snap   written by snapcraft: primed-stage-packages: [ NAME "=" VERSION … ], of
 *                                            snapcraft-os-release-id and snapcraft-os-release-version-id
 *   usr/share/snappy/dpkg.list               in a base snap that is the scanned tree, whose /var/lib/dpkg was taken
 * out: what `dpkg -l` printed, snap_list.c
 *
 * Problems: YAML that cannot be read, a snap without a name (unpacked ones without a version have their revision), an
 * element that is no NAME=VERSION. Limits: YAML_BYTES_MAX a file (manifests of large snaps have 200 KB).
 * Source: snapcraft.io/docs "The snap format" and "Snapcraft manifest"; snapd's snap/info.go
 * (ParsePlaceInfoFromSnapFileName) and snapcraft's internal/meta/snap_manifest. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/yaml.h"

#define YAML_BYTES_MAX (8 * DD_MIB)

static const struct dd_str none = { "", 0 };

/* The first document of the stream. NULL: there is none. */
static enum dd_code read_yaml(const struct dd_input *in, struct dd_arena *a, const struct dd_node **ret,
			      struct dd_err *err)
{
	const struct dd_node *documents = NULL;
	DD_TRY(dd_yaml_parse(in->data, a, &documents, err));
	*ret = dd_node_first(documents);
	return DD_OK;
}

static struct dd_str word_of(const struct dd_node *table, const char *key)
{
	struct dd_str s = dd_node_scalar_of(table, key);
	return dd_str_is_word(s) && s.n <= DD_FIELD_BYTES_MAX ? s : none;
}

/* ---- snap.yaml ---- */

/* REVISION of …/NAME/REVISION/meta/snap.yaml; empty for the tree's own. */
static struct dd_str revision_of(struct dd_str path)
{
	size_t file = dd_str_search(path, DD_STR("/meta/snap.yaml"));
	struct dd_str dir = dd_str_take(path, file < path.n ? file : 0);
	size_t slash = dd_str_rfind(dir, '/');
	return slash < dir.n ? dd_str_skip(dir, slash + 1) : none;
}

static struct dd_str arch_of(const struct dd_node *snap)
{
	const struct dd_node *list = dd_node_array(snap, "architectures");
	if (dd_node_len(list) == 1 && dd_str_is_word(dd_node_scalar(dd_node_first(list))))
		return dd_node_scalar(dd_node_first(list));
	return word_of(snap, "architecture");
}

static enum dd_code parse_snap_yaml(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(16 * YAML_BYTES_MAX);
	DD_CLEANUP_BUF struct dd_buf depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	const struct dd_node *snap = NULL;
	DD_TRY(read_yaml(in, &a, &snap, err));
	struct dd_str version = dd_node_scalar_of(snap, "version");
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "snap", dd_node_scalar_of(snap, "name"),
					      version.n ? version : revision_of(in->path), 0);
	if (!p)
		return DD_OK;
	p->arch = dd_found_str(out, arch_of(snap));
	p->licences = dd_third_party_text(out, dd_node_str(snap, "license"));
	dd_depends_add(&depends, word_of(snap, "base"), none);
	p->depends = dd_lines_take(out, &depends);
	return DD_OK;
}

/* ---- NAME_REVISION.snap ---- */

static enum dd_code parse_file_name(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_str name = dd_str_skip(in->path, dd_str_rfind(in->path, '/') + 1);
	name = dd_str_take(name, name.n - strlen(".snap"));
	size_t under = dd_str_rfind(name, '_');
	(void)err;
	(void)dd_third_party(out, DD_PACKAGE_INSTALLED, "snap", dd_str_take(name, under), dd_str_skip(name, under + 1),
			     DD_NO_OFFSET);
	return DD_OK;
}

/* ---- manifest.yaml ---- */

static void add_staged(struct dd_found *out, const struct dd_node *one, struct dd_str distro)
{
	struct dd_str text = dd_node_scalar(one);
	size_t equals = dd_str_find(text, '=');
	struct dd_str name = dd_str_take(text, equals), version = dd_str_skip(text, equals + 1);
	size_t colon = dd_str_find(name, ':');
	struct dd_package *p =
		dd_third_party(out, DD_PACKAGE_INSTALLED, "deb", dd_str_take(name, colon), version, one->at);
	if (!p)
		return;
	p->arch = dd_found_str(out, dd_str_skip(name, colon + 1));
	p->qualifiers = distro;
}

static enum dd_code parse_manifest(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(16 * YAML_BYTES_MAX);
	const struct dd_node *manifest = NULL;
	DD_TRY(read_yaml(in, &a, &manifest, err));
	struct dd_str id = word_of(manifest, "snapcraft-os-release-id");
	struct dd_str version = word_of(manifest, "snapcraft-os-release-version-id"), distro = none;
	if (id.n && version.n) {
		distro = dd_arena_printf(out->arena, "distro=%.*s-%.*s", DD_FMT(id), DD_FMT(version));
		if (!distro.p)
			return dd_fail_nomem(err);
	}
	const struct dd_node *list = dd_node_array(manifest, "primed-stage-packages");
	for (const struct dd_node *one = dd_node_first(list); one && !out->failed; one = one->next)
		add_staged(out, one, distro);
	return DD_OK;
}

static const struct {
	const char *ending;
	dd_parse_fn *parse;
} kinds[] = {
	{ "meta/snap.yaml", parse_snap_yaml },
	{ "snap/manifest.yaml", parse_manifest },
	{ ".snap", parse_file_name },
};

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(kinds); i++) {
		if (!dd_str_ends(in->path, dd_str_from(kinds[i].ending)))
			continue;
		DD_TRY(kinds[i].parse(in, out, err));
		break;
	}
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "meta/snap.yaml", NULL, YAML_BYTES_MAX },
	{ DD_MATCH_PATH, "snap/manifest.yaml", NULL, YAML_BYTES_MAX },
	{ DD_MATCH_GLOB, "snap/*/*/meta/snap.yaml", NULL, YAML_BYTES_MAX },
	{ DD_MATCH_GLOB, "snap/*/*/snap/manifest.yaml", NULL, YAML_BYTES_MAX },
	{ DD_MATCH_GLOB, "var/lib/snapd/snap/*/*/meta/snap.yaml", NULL, YAML_BYTES_MAX },
	{ DD_MATCH_GLOB, "var/lib/snapd/snap/*/*/snap/manifest.yaml", NULL, YAML_BYTES_MAX },
	{ DD_MATCH_ENTRY, "var/lib/snapd/snaps", ".snap", 0 },
	{ DD_MATCH_ENTRY, "var/lib/snapd/seed/snaps", ".snap", 0 },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_snap = {
	.id = "snap",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "snaps, and the packages staged into them",
	.purl_type = "snap",
	.match = match,
	.parse = parse,
};
