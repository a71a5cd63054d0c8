/* SPDX-License-Identifier: Apache-2.0 */
/* Packages that pacman (libalpm) has installed: a directory each, NAME-VERSION-RELEASE, below the local database.
 *
 *   desc    = *( "%" FIELD "%" LF *( value LF ) LF )     what the package is
 *   files   = the same form: %FILES% paths without leading slash, directories end in "/"; %BACKUP% and others
 *   mtree, install, changelog                            not read
 *
 * Fields of desc: NAME VERSION BASE ARCH PACKAGER SIZE (installed bytes) LICENSE (a list) DEPENDS (a list of
 * NAME [ ( "<" / "<=" / "=" / ">=" / ">" ) VERSION ]). VERSION is [EPOCH ":"] PKGVER "-" PKGREL. All packages made from
 * one PKGBUILD share its version, so BASE, the source package, needs none of its own. Other fields are passed over.
 * Every value that stands after its header up to the next header or empty line belongs to it; libalpm reads no more.
 *
 * Problems, and the rest is read: lines outside of a field, a field given twice (the first counts), no or no valid name
 * or version, a directory of another name than the record in it, a value over DD_FIELD_BYTES_MAX. Limits:
 * DESC_BYTES_MAX and FILES_BYTES_MAX a file (the largest package of Arch, 2024, lists 60,000 files in 5 MB),
 * DD_DEPENDS_BYTES_MAX.
 * Places: /var/lib/pacman everywhere; SteamOS and image-based Arch keep it below /usr, as /var is not in their images.
 * Source: lib/libalpm/be_local.c of pacman 6.0 (local_db_read), alpm-db-desc(5) and alpm-db-files(5) of the alpm
 * project. */
#include <stdio.h>

#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/pathlist.h"

#define DESC_BYTES_MAX	(4 * DD_MIB)
#define FILES_BYTES_MAX (256 * DD_MIB)

static const struct dd_str none = { "", 0 };

/* Sections of a file, value by value. */
struct sections {
	struct dd_str all, rest, field; /* field: the header that the values stand under */
	struct dd_found *out;
	bool open;
};

static bool is_header(struct dd_str line)
{
	return line.n > 2 && line.p[0] == '%' && line.p[line.n - 1] == '%';
}

/* The next header (*ret_value empty, *ret_header true) or value. False at the end. */
static bool next(struct sections *s, bool *ret_header, struct dd_str *ret_value, uint64_t *ret_at)
{
	while (s->rest.n) {
		struct dd_str line;
		*ret_at = s->all.n - s->rest.n;
		(void)dd_str_line(&s->rest, &line);
		if (line.n == 0) {
			s->open = false;
			continue;
		}
		*ret_header = is_header(line);
		if (*ret_header) {
			s->field = dd_str_take(dd_str_skip(line, 1), line.n - 2);
			s->open = true;
		} else if (!s->open) {
			dd_found_problem(s->out, *ret_at, "not a field of a package record: %s", DD_QUOTE(line));
			continue;
		}
		*ret_value = *ret_header ? none : line;
		return true;
	}
	return false;
}

/* NAME of the directory NAME-VERSION-RELEASE that the file lies in; whole: the directory's own name. */
static struct dd_str package_of(struct dd_str path, struct dd_str *ret_whole)
{
	struct dd_str dir = dd_str_take(path, dd_str_rfind(path, '/'));
	size_t slash = dd_str_rfind(dir, '/');
	dir = slash < dir.n ? dd_str_skip(dir, slash + 1) : dir;
	size_t release = dd_str_rfind(dir, '-'), version = dd_str_rfind(dd_str_take(dir, release), '-');
	*ret_whole = dir;
	return release < dir.n && version < release ? dd_str_take(dir, version) : dir;
}

/* ---- desc ---- */

struct record {
	struct dd_str name, version, base, arch, packager, size;
};

static const struct {
	const char *name;
	size_t field;
} fields[] = {
	{ "NAME", offsetof(struct record, name) }, { "VERSION", offsetof(struct record, version) },
	{ "BASE", offsetof(struct record, base) }, { "ARCH", offsetof(struct record, arch) },
	{ "SIZE", offsetof(struct record, size) }, { "PACKAGER", offsetof(struct record, packager) },
};

static void take_field(struct dd_found *out, struct record *rec, struct dd_str name, struct dd_str value, uint64_t at)
{
	for (size_t i = 0; i < DD_COUNT(fields); i++) {
		struct dd_str *field = (struct dd_str *)((char *)rec + fields[i].field);
		if (!dd_str_eq_c(name, fields[i].name))
			continue;
		if (field->p)
			dd_found_problem(out, at, "field %s of %s is given twice", fields[i].name, DD_QUOTE(rec->name));
		else if (value.n > DD_FIELD_BYTES_MAX)
			dd_found_problem(out, at, "field %s of %zu bytes is too long", fields[i].name, value.n);
		else
			*field = value;
	}
}

/* "glibc>=2.38" → "glibc" */
static struct dd_str dependency_name(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] != '<' && s.p[n] != '=' && s.p[n] != '>')
		n++;
	return dd_str_take(s, n);
}

/* All hold at once; each may be an expression of its own. */
static void add_licence(struct dd_buf *list, struct dd_str licence)
{
	char whole[256];
	bool choice = dd_str_search(licence, DD_STR(" OR ")) < licence.n && licence.n < sizeof whole - 2;
	int n = choice ? snprintf(whole, sizeof whole, "(%.*s)", DD_FMT(licence)) : 0;
	dd_licences_add(list, " AND ", choice ? (struct dd_str){ whole, (size_t)n } : licence);
}

static void add_package(const struct dd_input *in, struct dd_found *out, const struct record *rec,
			struct dd_buf *licences, struct dd_buf *depends)
{
	struct dd_str dir;
	(void)package_of(in->path, &dir);
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "alpm", rec->name, rec->version, 0);
	if (!p)
		return;
	if (dir.n != rec->name.n + 1 + rec->version.n || !dd_str_starts(dir, rec->name) ||
	    !dd_str_ends(dir, rec->version))
		dd_found_problem(out, 0, "record of %s %s lies in a directory of another name", DD_QUOTE(rec->name),
				 DD_QUOTE(rec->version));
	p->arch = dd_found_str(out, rec->arch);
	p->maintainer = dd_found_str(out, rec->packager);
	(void)dd_str_u64(rec->size, UINT64_MAX, &p->installed_bytes);
	p->licences = dd_lines_take(out, licences);
	p->depends = dd_lines_take(out, depends);
	if (rec->base.n && !dd_str_is_word(rec->base))
		dd_found_problem(out, 0, "base of %s is not valid: %s", DD_QUOTE(rec->name), DD_QUOTE(rec->base));
	else if (!dd_str_eq(rec->base, rec->name))
		p->source_name = dd_found_str(out, rec->base);
}

static void read_desc(const struct dd_input *in, struct dd_found *out)
{
	DD_CLEANUP_BUF struct dd_buf licences = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	DD_CLEANUP_BUF struct dd_buf depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct sections s = { .all = in->data, .rest = in->data, .field = none, .out = out };
	struct record rec = { 0 };
	struct dd_str value;
	uint64_t at;
	bool header;
	while (!out->failed && next(&s, &header, &value, &at)) {
		if (header)
			continue;
		if (dd_str_eq_c(s.field, "LICENSE"))
			add_licence(&licences, value);
		else if (dd_str_eq_c(s.field, "DEPENDS"))
			dd_depends_add(&depends, dependency_name(value), none);
		else
			take_field(out, &rec, s.field, value, at);
	}
	if (in->data.n == 0)
		dd_found_problem(out, 0, "the record of a package is empty");
	else
		add_package(in, out, &rec, &licences, &depends);
}

/* ---- files ---- */

static void read_files(const struct dd_input *in, struct dd_found *out)
{
	DD_CLEANUP_BUF struct dd_buf owned = DD_BUF_INIT(2 * FILES_BYTES_MAX);
	DD_CLEANUP(dd_pathlist_writer_done) struct dd_pathlist_writer w = DD_PATHLIST_WRITER(&owned);
	struct sections s = { .all = in->data, .rest = in->data, .field = none, .out = out };
	struct dd_str value, dir;
	uint64_t at;
	bool header;
	while (!out->failed && next(&s, &header, &value, &at)) {
		if (header || !dd_str_eq_c(s.field, "FILES") || value.p[value.n - 1] == '/')
			continue;
		if (value.n > DD_PATH_MAX || value.p[0] == '/')
			dd_found_problem(out, at, "not the path of a file: %s", DD_QUOTE(value));
		else if (dd_pathlist_add(&w, value) != DD_OK)
			out->failed = true;
	}
	struct dd_ownership *o = dd_found_ownership(out);
	if (!o)
		return;
	o->package = dd_found_str(out, package_of(in->path, &dir));
	o->paths = dd_found_str(out, dd_buf_str(&owned));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_str_ends(in->path, DD_STR("/files")))
		read_files(in, out);
	else
		read_desc(in, out);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_GLOB, "var/lib/pacman/local/*/desc", NULL, DESC_BYTES_MAX },
	{ DD_MATCH_GLOB, "var/lib/pacman/local/*/files", NULL, FILES_BYTES_MAX },
	{ DD_MATCH_GLOB, "usr/lib/holo/pacmandb/local/*/desc", NULL, DESC_BYTES_MAX },
	{ DD_MATCH_GLOB, "usr/lib/holo/pacmandb/local/*/files", NULL, FILES_BYTES_MAX },
	{ DD_MATCH_GLOB, "usr/lib/sysimage/lib/pacman/local/*/desc", NULL, DESC_BYTES_MAX },
	{ DD_MATCH_GLOB, "usr/lib/sysimage/lib/pacman/local/*/files", NULL, FILES_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_pacman = {
	.id = "pacman",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "Arch Linux packages (pacman)",
	.purl_type = "alpm",
	.match = match,
	.parse = parse,
};
