/* SPDX-License-Identifier: Apache-2.0 */
/* Packages that opkg records: OpenWrt until 24.10, Yocto and OpenEmbedded images, Entware below /opt.
 *
 *   status               all packages, one paragraph each (format/deb822.h): Package, Version, Depends, Status,
 *                        Architecture, Installed-Time, and as Yocto builds it all of the control file
 *   info/NAME.control    one paragraph: what the package says of itself; OpenWrt's status leaves out License,
 *                        SourceName, Maintainer and Installed-Size, which stand here only
 *   info/NAME.list       files: an absolute path a line; since opkg-lede 2020 followed by TAB mode [ TAB link target ]
 *
 * A control file makes a record of its own, which the inventory joins with the status file's; opkg removes it with the
 * package. Source is a path in the build tree with OpenWrt ("package/libs/toolchain"), where SourceName has the name,
 * and a recipe or a URL with Yocto ("zlib_1.3.bb"): only SourceName is taken, or a
 * recipe's name. Installed-Size is in bytes (dpkg's is in KiB).
 *
 * Problems, and the rest is read: lines that are no field, a package without a valid name or version, a field given
 * twice (the first counts). A package twice in one status file is read twice: the inventory keeps one of each version.
 * Limits: DD_FIELD_BYTES_MAX a field, STATUS_BYTES_MAX a status file (OpenWrt's have 100 KB), DD_PATH_MAX a path.
 * Source: opkg-lede's libopkg (pkg_parse.c, pkg.c pkg_write_filelist), opkg 0.6, OpenWrt's include/package-pack.mk. */
#include "analyze/analyzer.h"
#include "analyze/deb_control.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/pathlist.h"
#include "format/deb822.h"

#define STATUS_BYTES_MAX (64 * DD_MIB)

struct record {
	uint64_t at;
	bool started;
	struct dd_str name, version, arch, status, depends, maintainer, licence, size, source_name, source;
};

static const struct {
	const char *name;
	size_t field;
} fields[] = {
	{ "Package", offsetof(struct record, name) },		{ "Version", offsetof(struct record, version) },
	{ "Architecture", offsetof(struct record, arch) },	{ "Status", offsetof(struct record, status) },
	{ "Depends", offsetof(struct record, depends) },	{ "Maintainer", offsetof(struct record, maintainer) },
	{ "License", offsetof(struct record, licence) },	{ "Installed-Size", offsetof(struct record, size) },
	{ "SourceName", offsetof(struct record, source_name) }, { "Source", offsetof(struct record, source) },

};

/* "zlib_1.3.bb" → "zlib" */
static struct dd_str recipe_name(struct dd_str source)
{
	size_t under = dd_str_rfind(source, '_');
	if (!dd_str_ends(source, DD_STR(".bb")) || dd_str_find(source, '/') < source.n)
		return DD_STR("");
	return under < source.n ? dd_str_take(source, under) : dd_str_take(source, source.n - strlen(".bb"));
}

static void finish(struct dd_found *out, const struct record *rec)
{
	static const struct dd_str none = { "", 0 };
	if (!rec->started || !dd_deb_is_installed(rec->status))
		return;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "opkg", rec->name, rec->version, rec->at);
	if (!p)
		return;
	struct dd_str source = rec->source_name.n ? rec->source_name : recipe_name(rec->source);
	p->arch = dd_found_str(out, rec->arch);
	p->maintainer = dd_found_str(out, rec->maintainer);
	p->licences = dd_third_party_text(out, rec->licence);
	p->depends = dd_deb_depends(out, none, rec->depends);
	(void)dd_str_u64(rec->size, UINT64_MAX, &p->installed_bytes);
	if (dd_str_is_word(source) && !dd_str_eq(source, rec->name))
		p->source_name = dd_found_str(out, source);
}

static void take_field(struct dd_found *out, struct record *rec, const struct dd_deb822_item *item)
{
	for (size_t i = 0; i < DD_COUNT(fields); i++) {
		struct dd_str *field = (struct dd_str *)((char *)rec + fields[i].field);
		if (!dd_str_eq_nocase(item->name, dd_str_from(fields[i].name)))
			continue;
		if (field->p && field == &rec->name) {
			finish(out, rec);
			*rec = (struct record){ .at = item->at };
		}
		if (field->p)
			dd_found_problem(out, item->at, "field %s of %s is given twice", fields[i].name,
					 DD_QUOTE(rec->name));
		else if (item->value.n > DD_FIELD_BYTES_MAX)
			dd_found_problem(out, item->at, "field %s of %zu bytes is too long", fields[i].name,
					 item->value.n);
		else
			*field = item->value;
	}
	if (!rec->started)
		rec->at = item->at;
	rec->started = true;
}

static void read_records(const struct dd_input *in, struct dd_found *out)
{
	struct dd_deb822_reader items = DD_DEB822_READER(in->data);
	struct dd_deb822_item item = { 0 };
	struct record rec = { 0 };
	while (!out->failed && dd_deb822_next(&items, &item)) {
		if (item.kind == DD_DEB822_FIELD) {
			take_field(out, &rec, &item);
		} else if (item.kind == DD_DEB822_BREAK) {
			finish(out, &rec);
			rec = (struct record){ 0 };
		} else {
			dd_found_problem(out, item.at, "not a field of a package record: %s", DD_QUOTE(item.name));
		}
	}
	finish(out, &rec);
}

static void read_list(const struct dd_input *in, struct dd_found *out)
{
	DD_CLEANUP_BUF struct dd_buf paths = DD_BUF_INIT(2 * STATUS_BYTES_MAX);
	DD_CLEANUP(dd_pathlist_writer_done) struct dd_pathlist_writer w = DD_PATHLIST_WRITER(&paths);
	struct dd_str file = dd_str_skip(in->path, dd_str_rfind(in->path, '/') + 1);
	for (struct dd_str rest = in->data, line; rest.n && !out->failed;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		struct dd_str path = dd_str_take(line, dd_str_find(line, '\t'));
		if (line.n == 0 || dd_str_eq_c(path, "/."))
			continue;
		if (path.n < 2 || path.p[0] != '/' || path.n > DD_PATH_MAX)
			dd_found_problem(out, at, "not a line of a file list: %s", DD_QUOTE(line));
		else if (dd_pathlist_add(&w, dd_str_skip(path, 1)) != DD_OK)
			out->failed = true;
	}
	struct dd_ownership *o = dd_found_ownership(out);
	if (!o)
		return;
	o->package = dd_found_str(out, dd_str_take(file, file.n - strlen(".list")));
	o->paths = dd_found_str(out, dd_buf_str(&paths));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_str_ends(in->path, DD_STR(".list")))
		read_list(in, out);
	else
		read_records(in, out);
	return dd_third_party_end(out, err);
}

#define OPKG_FILES(directory)                                                                                          \
	{ DD_MATCH_PATH, directory "/status", NULL, STATUS_BYTES_MAX },                                                \
		{ DD_MATCH_DIR, directory "/info", ".control", STATUS_BYTES_MAX },                                     \
	{                                                                                                              \
		DD_MATCH_DIR, directory "/info", ".list", STATUS_BYTES_MAX                                             \
	}

/* clang-format off */
static const struct dd_match match[] = {
	OPKG_FILES("usr/lib/opkg"),
	OPKG_FILES("var/lib/opkg"),
	OPKG_FILES("opt/lib/opkg"),
	{ DD_MATCH_END },
};
/* clang-format on */

const struct dd_analyzer dd_analyzer_opkg = {
	.id = "opkg",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "opkg packages",
	.purl_type = "opkg",
	.match = match,
	.parse = parse,
};
