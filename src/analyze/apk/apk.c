/* SPDX-License-Identifier: Apache-2.0 */
/* Packages that apk-tools records in its installed database.
 *
 *   file   = *( record / LF )
 *   record = 1*( letter ":" value LF )    an empty line ends it; CR LF is read as LF
 *
 * Letters read, others passed over (apk adds new ones without changing the format):
 *   P name  V version  A architecture  L licences  o origin (the source package)  m maintainer  I installed bytes
 *   F directory  R file in the directory of the last F
 *   D what it needs  p what it provides beside its name: words "NAME[OP VERSION]" with OP of = < > ~, where NAME is a
 *     package, "so:LIBRARY", "cmd:PROGRAM", "pc:MODULE" or any other name; "!NAME" is a conflict. depends names the
 *     packages that give what is needed (analyze/relations.h)
 * The source package has the same version as the package: all packages of one origin are built from one APKBUILD.
 * Virtual packages ("apk add --virtual .deps") are records like others.
 *
 * Problems, and the rest is read: a line without its colon, a record without name or version or with bytes in them that
 * apk allows nowhere, P or V given twice (the first counts), a package recorded twice (both are kept when the versions
 * differ), a path that is too long. A database of apk v3 (it starts with "ADB") is a binary format that is not read.
 * Limits: DD_FIELD_BYTES_MAX a field that is read, DD_PATH_MAX a path, DATABASE_BYTES_MAX a file.
 * Source: apk-tools 2.14: src/database.c (apk_db_read_state, "FDB format"), src/package.c (apk_pkg_add_info);
 * apk-v2(5) and apk-v3(5). */
#include "analyze/analyzer.h"
#include "analyze/relations.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/pathlist.h"

#define DATABASE_BYTES_MAX (64 * DD_MIB)

/* One record; views into the file. */
struct record {
	uint64_t at;
	bool started;
	struct dd_str name, version, arch, licences, origin, maintainer, size, needs, provides;
};

static const struct {
	char letter;
	size_t field;
} fields[] = {
	{ 'P', offsetof(struct record, name) },	    { 'V', offsetof(struct record, version) },
	{ 'A', offsetof(struct record, arch) },	    { 'L', offsetof(struct record, licences) },
	{ 'o', offsetof(struct record, origin) },   { 'm', offsetof(struct record, maintainer) },
	{ 'I', offsetof(struct record, size) },	    { 'D', offsetof(struct record, needs) },
	{ 'p', offsetof(struct record, provides) },
};

struct reader {
	struct dd_found *out;
	struct record rec;
	struct dd_str dir;   /* the last F */
	struct dd_buf path;  /* the path being put together */
	struct dd_buf owned; /* of the record, base/pathlist.h */
	struct dd_pathlist_writer paths;
	struct dd_map seen; /* name → index of the package */
	struct dd_relations relations;
};

static void reader_done(struct reader *r)
{
	dd_buf_done(&r->path);
	dd_buf_done(&r->owned);
	dd_pathlist_writer_done(&r->paths);
	dd_map_done(&r->seen);
	dd_relations_done(&r->relations);
}

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

/* Whether a package of this name is there already with the same version. */
static bool is_repeated(struct reader *r, struct dd_str name)
{
	struct dd_found *out = r->out;
	uint32_t index = (uint32_t)out->packages.n, first;
	if (!dd_map_add(&r->seen, name, index, &first)) {
		out->failed = true;
		return false;
	}
	if (first == index)
		return false;
	dd_found_problem(out, r->rec.at, "package is recorded twice: %s", DD_QUOTE(name));
	return dd_str_eq(out->packages.p[first].version, r->rec.version);
}

/* The next word of a list of relations without its version; conflicts are passed over. */
static bool next_relation(struct dd_str *rest, struct dd_relation *ret)
{
	struct dd_str word;
	while (dd_str_next(rest, ' ', &word)) {
		size_t n = 0;
		while (n < word.n && !strchr("=<>~", word.p[n]))
			n++;
		*ret = (struct dd_relation){ .name = dd_str_take(word, n) };
		if (n && word.p[0] != '!')
			return true;
	}
	return false;
}

static void add_relations(struct reader *r, size_t package)
{
	struct dd_relation one;
	for (struct dd_str rest = r->rec.needs; next_relation(&rest, &one);)
		dd_relations_need(&r->relations, package, one);
	for (struct dd_str rest = r->rec.provides; next_relation(&rest, &one);)
		dd_relations_give(&r->relations, package, one);
}

static void add_package(struct reader *r)
{
	const struct record *rec = &r->rec;
	struct dd_found *out = r->out;
	if (is_repeated(r, rec->name))
		return;
	struct dd_package *p = dd_found_package(out);
	if (!p)
		return;
	p->name = dd_found_str(out, rec->name);
	p->version = dd_found_str(out, rec->version);
	p->type = DD_STR("apk");
	p->arch = dd_found_str(out, rec->arch);
	p->licences = dd_found_str(out, rec->licences);
	p->maintainer = dd_found_str(out, rec->maintainer);
	p->owned = dd_found_str(out, dd_buf_str(&r->owned));
	(void)dd_str_u64(rec->size, UINT64_MAX, &p->installed_bytes);
	if (rec->origin.n && !dd_str_is_word(rec->origin))
		dd_found_problem(out, rec->at, "origin of %s is not valid: %s", DD_QUOTE(rec->name),
				 DD_QUOTE(rec->origin));
	else if (!dd_str_eq(rec->origin, rec->name))
		p->source_name = dd_found_str(out, rec->origin);
	add_relations(r, out->packages.n - 1);
}

/* Ends the record, if one was begun. */
static void finish(struct reader *r)
{
	const struct record *rec = &r->rec;
	const char *fault = fault_of(rec);
	if (rec->started && fault)
		dd_found_problem(r->out, rec->at, "%s: %s", fault, DD_QUOTE(rec->name.n ? rec->name : rec->version));
	else if (rec->started)
		add_package(r);
	r->rec = (struct record){ 0 };
	r->dir = DD_STR("");
	dd_buf_clear(&r->owned);
	dd_buf_clear(&r->paths.last);
}

static void add_file(struct reader *r, struct dd_str name, uint64_t at)
{
	dd_buf_clear(&r->path);
	/* Too long is told by the sum: a failed buffer stays failed. */
	if (name.n == 0 || name.n > DD_PATH_MAX || r->dir.n + 1 + name.n > DD_PATH_MAX) {
		dd_found_problem(r->out, at, "not the path of a file: %s", DD_QUOTE(name));
		return;
	}
	(void)dd_buf_add_str(&r->path, r->dir);
	if (r->dir.n)
		(void)dd_buf_add_char(&r->path, '/');
	(void)dd_buf_add_str(&r->path, name);
	if (r->path.failed || dd_pathlist_add(&r->paths, dd_buf_str(&r->path)) != DD_OK)
		r->out->failed = true;
}

static void take_field(struct reader *r, char letter, struct dd_str value, uint64_t at)
{
	for (size_t i = 0; i < DD_COUNT(fields); i++) {
		struct dd_str *field = (struct dd_str *)((char *)&r->rec + fields[i].field);
		if (fields[i].letter != letter)
			continue;
		if (field->p)
			dd_found_problem(r->out, at, "field %c of %s is given twice", letter, DD_QUOTE(r->rec.name));
		else if (value.n > DD_FIELD_BYTES_MAX)
			dd_found_problem(r->out, at, "field %c of %zu bytes is too long", letter, value.n);
		else
			*field = value;
	}
}

static void take_line(struct reader *r, struct dd_str line, uint64_t at)
{
	if (line.n == 0) {
		finish(r);
		return;
	}
	if (line.n < 2 || line.p[1] != ':' || !dd_is_alpha(line.p[0])) {
		dd_found_problem(r->out, at, "not a field of a package record: %s", DD_QUOTE(line));
		return;
	}
	struct dd_str value = dd_str_skip(line, 2);
	if (!r->rec.started)
		r->rec.at = at;
	r->rec.started = true;
	if (line.p[0] == 'F')
		r->dir = value;
	else if (line.p[0] == 'R')
		add_file(r, value, at);
	else
		take_field(r, line.p[0], value, at);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_str_starts(in->data, DD_STR("ADB")))
		return dd_fail(err, DD_EUNSUPPORTED, 0, "the package database is in the binary format of apk v3");
	DD_CLEANUP(reader_done)
	struct reader r = { .out = out,
			    .dir = DD_STR(""),
			    .path = DD_BUF_INIT(DD_PATH_MAX),
			    .relations = DD_RELATIONS(DD_SCHEME_NONE),
			    .owned = DD_BUF_INIT(DATABASE_BYTES_MAX * 2) };
	r.paths = (struct dd_pathlist_writer)DD_PATHLIST_WRITER(&r.owned);
	for (struct dd_str rest = in->data, line; !out->failed && rest.n;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		take_line(&r, line, at);
	}
	finish(&r);
	if (!out->failed)
		DD_TRY(dd_relations_resolve(&r.relations, out, err));
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "lib/apk/db/installed", NULL, DATABASE_BYTES_MAX },
	{ DD_MATCH_PATH, "usr/lib/apk/db/installed", NULL, DATABASE_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_apk = {
	.id = "apk",
	.version = 2,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "Alpine packages (apk)",
	.purl_type = "apk",
	.match = match,
	.parse = parse,
};
