/* SPDX-License-Identifier: Apache-2.0 */
/* Packages that dpkg records, and the files they own.
 *
 *   var/lib/dpkg/status          all packages, one paragraph each (format/deb822.h)
 *   var/lib/dpkg/status.d/NAME   distroless images: one paragraph a file, mostly without Status
 *   var/lib/dpkg/updates/NNNN    paragraphs that dpkg has not merged into status yet: an interrupted one leaves them.
 * They are read, and said to be there: what the status file says of them is out of date
 *   var/lib/dpkg/status.d/NAME.md5sums, var/lib/dpkg/info/NAME[:ARCH].list
 *                                which files a package owns (dpkg_lists.c)
 *
 * Fields read: Package, Version, Architecture, Source, Status, Maintainer, Installed-Size (KiB), Pre-Depends, Depends
 * (analyze/deb_control.h); names in any case.
 *   Status  = want flag state   What is there is decided by the state alone: "not-installed" and "config-files" mean
 *                               that the program's files are gone, every other state ("half-installed",
 *                               "triggers-pending", even wanted "deinstall") that at least some are there. No Status:
 *                               installed. Want "deinstall" or "purge" without a state: not.
 *                               Want "hold": a definition "deb-held", as analyze/sources writes them.
 *   Source  = name [ "(" version ")" ]   Default: the package's own name and version. Advisories speak of the source;
 *                               a binary rebuild's "+b1" is only in the binary version.
 *
 * Met in the wild and read: CR LF, lines of blanks, folded fields, no empty line between paragraphs (a second Package
 * field starts the next). Problems, and the rest is read: lines that are no field, an installed package without a name
 * or version or with bytes in them that dpkg allows nowhere, a field given twice (the first counts), a package recorded
 * twice (both are kept when the versions differ: dpkg itself would refuse the whole file).
 * Limits: DD_FIELD_BYTES_MAX a field that is read, STATUS_BYTES_MAX a file (Debian's largest installations: 10 MiB).
 * Source: deb822(5), deb-control(5), dpkg(1) "PACKAGE STATES", lib/dpkg/{parse,fields}.c of dpkg 1.21; distroless'
 * status.d: bazel's rules_distroless. */
#include "analyze/dpkg/dpkg.h"

#include "analyze/deb_control.h"
#include "base/limits.h"
#include "base/map.h"
#include "format/deb822.h"

#define STATUS_BYTES_MAX (64 * DD_MIB)
enum { HOLDS_MAX = 1024 };

/* One paragraph; views into the file. */
struct record {
	uint64_t at;
	bool started;
	struct dd_str name, version, arch, source, status, maintainer, size, pre_depends, depends;
};

static const struct {
	const char *name;
	size_t field;
} fields[] = {
	{ "Package", offsetof(struct record, name) },	     { "Version", offsetof(struct record, version) },
	{ "Architecture", offsetof(struct record, arch) },   { "Source", offsetof(struct record, source) },
	{ "Status", offsetof(struct record, status) },	     { "Maintainer", offsetof(struct record, maintainer) },
	{ "Installed-Size", offsetof(struct record, size) }, { "Pre-Depends", offsetof(struct record, pre_depends) },
	{ "Depends", offsetof(struct record, depends) },
};

struct reader {
	struct dd_found *out;
	struct dd_map seen; /* "name:arch" → index of the package */
};

static void reader_done(struct reader *r)
{
	dd_map_done(&r->seen);
}

/* Splits "name (version)". The parts may be empty. */
static void split_source(struct dd_str source, struct dd_str *ret_name, struct dd_str *ret_version)
{
	size_t open = dd_str_find(source, '(');
	struct dd_str version = dd_str_skip(source, open + 1);
	*ret_name = dd_str_trim(dd_str_take(source, open));
	*ret_version = dd_str_trim(dd_str_take(version, dd_str_find(version, ')')));
}

/* Why the record cannot be used, or NULL. */
static const char *fault_of(const struct record *r)
{
	if (r->name.n == 0)
		return "package without a name";
	if (!dd_str_is_word(r->name))
		return "package name is not valid";
	if (r->version.n == 0)
		return "package without a version";
	return dd_str_is_word(r->version) ? NULL : "version is not valid";
}

/* Whether a package of this name and architecture is there already with the same version. */
static bool is_repeated(struct reader *r, const struct record *rec)
{
	struct dd_found *out = r->out;
	struct dd_str key = dd_arena_printf(out->arena, "%.*s:%.*s", DD_FMT(rec->name), DD_FMT(rec->arch));
	uint32_t index = (uint32_t)out->packages.n, first;
	if (!key.p || !dd_map_add(&r->seen, key, index, &first)) {
		out->failed = true;
		return false;
	}
	if (first == index)
		return false;
	dd_found_problem(out, rec->at, "package is recorded twice: %s", DD_QUOTE(rec->name));
	return dd_str_eq(out->packages.p[first].version, rec->version);
}

static void add_source(struct dd_found *out, const struct record *rec, struct dd_package *p)
{
	struct dd_str name, version;
	split_source(rec->source, &name, &version);
	if (name.n && !dd_str_is_word(name)) {
		dd_found_problem(out, rec->at, "source of %s is not valid: %s", DD_QUOTE(rec->name), DD_QUOTE(name));
		return;
	}
	if (name.n && !dd_str_eq(name, rec->name))
		p->source_name = dd_found_str(out, name);
	if (dd_str_is_word(version) && !dd_str_eq(version, rec->version))
		p->source_version = dd_found_str(out, version);
	else if (version.n && !dd_str_is_word(version))
		dd_found_problem(out, rec->at, "source version of %s is not valid: %s", DD_QUOTE(rec->name),
				 DD_QUOTE(version));
}

/* "hold ok installed": apt and dpkg leave it as it is. */
static void note_hold(struct dd_found *out, const struct record *rec)
{
	struct dd_str want = dd_str_take(rec->status, dd_str_find(rec->status, ' '));
	if (!dd_str_eq_nocase(want, DD_STR("hold")) || out->definitions.n >= HOLDS_MAX)
		return;
	struct dd_str value = dd_arena_printf(out->arena, "%.*s\nit is on hold\n\n", DD_FMT(rec->name));
	if (value.p)
		dd_found_define(out, DD_DEFINE_REPOSITORY, DD_STR("deb-held"), value);
	else
		out->failed = true;
}

static void finish(struct reader *r, const struct record *rec)
{
	struct dd_found *out = r->out;
	if (!rec->started || !dd_deb_is_installed(rec->status))
		return;
	const char *fault = fault_of(rec);
	if (fault) {
		dd_found_problem(out, rec->at, "%s: %s", fault, DD_QUOTE(rec->name.n ? rec->name : rec->version));
		return;
	}
	if (is_repeated(r, rec))
		return;
	struct dd_package *p = dd_found_package(out);
	uint64_t kib;
	if (!p)
		return;
	p->name = dd_found_str(out, rec->name);
	p->version = dd_found_str(out, rec->version);
	p->type = DD_STR("deb");
	p->arch = dd_found_str(out, rec->arch);
	p->maintainer = dd_found_str(out, rec->maintainer);
	if (dd_str_u64(rec->size, UINT64_MAX / DD_KIB, &kib))
		p->installed_bytes = kib * DD_KIB;
	p->depends = dd_deb_depends(out, rec->pre_depends, rec->depends);
	add_source(out, rec, p);
	note_hold(out, rec);
}

static void take_field(struct reader *r, struct record *rec, const struct dd_deb822_item *item)
{
	for (size_t i = 0; i < DD_COUNT(fields); i++) {
		struct dd_str *field = (struct dd_str *)((char *)rec + fields[i].field);
		if (!dd_str_eq_nocase(item->name, dd_str_from(fields[i].name)))
			continue;
		if (field->p && field == &rec->name) {
			finish(r, rec);
			*rec = (struct record){ .at = item->at };
		}
		if (field->p)
			dd_found_problem(r->out, item->at, "field %s of %s is given twice", fields[i].name,
					 DD_QUOTE(rec->name));
		else if (item->value.n > DD_FIELD_BYTES_MAX)
			dd_found_problem(r->out, item->at, "field %s of %zu bytes is too long", fields[i].name,
					 item->value.n);
		else
			*field = item->value;
	}
	if (!rec->started)
		rec->at = item->at;
	rec->started = true;
}

static enum dd_code parse_status(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(reader_done) struct reader r = { .out = out };
	struct dd_deb822_reader items = DD_DEB822_READER(in->data);
	struct dd_deb822_item item = { 0 };
	struct record rec = { 0 };
	while (!out->failed && dd_deb822_next(&items, &item)) {
		if (item.kind == DD_DEB822_FIELD) {
			take_field(&r, &rec, &item);
		} else if (item.kind == DD_DEB822_BREAK) {
			finish(&r, &rec);
			rec = (struct record){ 0 };
		} else {
			dd_found_problem(out, item.at, "not a field of a package record: %s", DD_QUOTE(item.name));
		}
	}
	finish(&r, &rec);
	if (out->failed)
		return dd_fail(err, DD_ELIMIT, item.at, "package records need more memory than there is");
	return DD_OK;
}

static enum dd_code parse_update(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_str name = dd_str_skip(in->path, strlen(DD_DPKG_UPDATES "/"));
	uint64_t number;
	if (!dd_str_u64(name, UINT64_MAX, &number) || in->data.n == 0)
		return DD_OK; /* "tmp.i": not yet complete, dpkg does not read it either */
	dd_found_problem(out, DD_NO_OFFSET,
			 "dpkg was interrupted: this record is not merged into the status file, which "
			 "may list another version of the package");
	return parse_status(in, out, err);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_str_ends(in->path, DD_STR(".list")) && dd_str_starts(in->path, DD_STR(DD_DPKG_INFO "/")))
		return dd_dpkg_read_list(in, out, err);
	if (dd_str_ends(in->path, DD_STR(".md5sums")))
		return dd_dpkg_read_md5sums(in, out, err);
	if (dd_str_starts(in->path, DD_STR(DD_DPKG_UPDATES "/")))
		return parse_update(in, out, err);
	return parse_status(in, out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "var/lib/dpkg/status", NULL, STATUS_BYTES_MAX },
	{ DD_MATCH_DIR, DD_DPKG_STATUS_D, "", STATUS_BYTES_MAX },
	{ DD_MATCH_DIR, DD_DPKG_UPDATES, "", STATUS_BYTES_MAX },
	{ DD_MATCH_DIR, DD_DPKG_INFO, ".list", STATUS_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_dpkg = {
	.id = "dpkg",
	.version = 4,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "Debian packages (dpkg)",
	.purl_type = "deb",
	.match = match,
	.parse = parse,
};
