/* SPDX-License-Identifier: Apache-2.0 */
/* Nix' own database, SQLite (format/sqlite_read.h). One table is read:
 *
 *   ValidPaths ( id, path "/nix/store/HASH-NAME", hash, registrationTime, deriver "/nix/store/HASH-NAME.drv" or NULL,
 *                narSize, … )
 *
 * The deriver's name is the package's without the output that the path may end in, so pname and version are exact.
 * Without a deriver (sources, and what was copied in with `nix-store --add`) the path's own name is taken as the
 * store's entries are. narSize is the size of the entry's archive, some percent over that of its files; a package's
 * outputs are added up. The path's directory is not looked at: a store may lie elsewhere.
 *
 * The write-ahead log is not read: what was registered last may stand there only, but the store's entries tell it, too.
 * Problems, and the rest is read: damaged pages, rows whose path is none. Limit: DATABASE_BYTES_MAX (a desktop's
 * database has 60 MB), DAMAGES_MAX.
 * Source: Nix 2.8, libstore/schema.sql, libstore/local-store.cc. */
#include "analyze/nix/nix_name.h"

#include "base/limits.h"
#include "base/map.h"
#include "format/sqlite_read.h"

#define DATABASE_BYTES_MAX (512 * DD_MIB)

enum { DAMAGES_MAX = 100 };

struct reader {
	struct dd_found *out;
	struct dd_map seen; /* "name@version" → index of the package */
};

static void reader_done(struct reader *r)
{
	dd_map_done(&r->seen);
}

static struct dd_str base_of(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	return slash < path.n ? dd_str_skip(path, slash + 1) : path;
}

/* The package that the row speaks of; false: none. */
static bool name_row(struct dd_str path_name, struct dd_str deriver_name, struct dd_str *ret_name,
		     struct dd_str *ret_version)
{
	if (dd_nix_is_no_package(path_name))
		return false;
	if (dd_str_ends(deriver_name, DD_STR(".drv")))
		return dd_nix_split(dd_str_take(deriver_name, deriver_name.n - strlen(".drv")), ret_name, ret_version);
	if (!dd_nix_split(path_name, ret_name, ret_version))
		return false;
	*ret_version = dd_nix_without_output(*ret_version);
	return true;
}

static void add_bytes(struct dd_package *p, int64_t size)
{
	uint64_t sum;
	if (size > 0 && !__builtin_add_overflow(p->installed_bytes, (uint64_t)size, &sum))
		p->installed_bytes = sum;
}

static void take_row(struct reader *r, const struct dd_sqlite_rows *rows)
{
	struct dd_found *out = r->out;
	struct dd_str path = dd_sqlite_text(rows, 0), name, version;
	struct dd_str path_name = dd_nix_entry_name(base_of(path));
	if (path_name.n == 0) {
		dd_found_problem(out, DD_NO_OFFSET, "not the path of a store entry: %s", DD_QUOTE(path));
		return;
	}
	if (!name_row(path_name, dd_nix_entry_name(base_of(dd_sqlite_text(rows, 1))), &name, &version))
		return;
	if (!dd_str_is_word(name) || !dd_str_is_word(version)) {
		dd_found_problem(out, DD_NO_OFFSET, "name of a store entry is not valid: %s", DD_QUOTE(path_name));
		return;
	}
	struct dd_str key = dd_arena_printf(out->arena, "%.*s@%.*s", DD_FMT(name), DD_FMT(version));
	uint32_t index = (uint32_t)out->packages.n, first;
	if (!key.p || !dd_map_add(&r->seen, key, index, &first)) {
		out->failed = true;
		return;
	}
	struct dd_package *p = first < out->packages.n ? &out->packages.p[first] : NULL;
	if (first == index)
		p = dd_third_party(out, DD_PACKAGE_INSTALLED, "nix", name, version, DD_NO_OFFSET);
	if (p)
		add_bytes(p, dd_sqlite_int(rows, 2));
}

static enum dd_code read_rows(struct reader *r, struct dd_sqlite_rows *rows, struct dd_err *err)
{
	for (size_t damages = 0; !r->out->failed;) {
		struct dd_err why = { 0 };
		bool more = false;
		enum dd_code code = dd_sqlite_next(rows, &more, &why);
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code == DD_ELIMIT || (code != DD_OK && ++damages > DAMAGES_MAX))
			return dd_fail(err, code, why.at, "%s", why.message);
		if (code != DD_OK)
			dd_found_problem(r->out, why.at, "%s", why.message);
		else if (!more)
			break;
		else
			take_row(r, rows);
	}
	return dd_third_party_end(r->out, err);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const tables[] = { "ValidPaths", NULL };
	DD_CLEANUP(dd_sqlite_freep) struct dd_sqlite *s = NULL;
	DD_CLEANUP(dd_sqlite_rows_freep) struct dd_sqlite_rows *rows = NULL;
	DD_CLEANUP(reader_done) struct reader r = { .out = out };
	if (in->data.n == 0)
		return DD_OK; /* all is in the write-ahead log, or nothing was ever registered */
	DD_TRY(dd_sqlite_open(in->data, tables, &s, err));
	uint64_t missing = dd_sqlite_missing_pages(s);
	if (missing)
		dd_found_problem(out, in->data.n, "the database is cut: %llu pages are missing at its end",
				 (unsigned long long)missing);
	DD_TRY(dd_sqlite_rows_open(s, "ValidPaths", "path ?deriver ?narSize", &rows, err));
	return read_rows(&r, rows, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "nix/var/nix/db/db.sqlite", NULL, DATABASE_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_nix_db = {
	.id = "nix-db",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "Nix' database of valid store paths",
	.purl_type = "nix",
	.match = match,
	.parse = parse,
};
