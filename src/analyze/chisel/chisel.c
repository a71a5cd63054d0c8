/* SPDX-License-Identifier: Apache-2.0 */
/* Ubuntu images cut by chisel have no dpkg database; chisel leaves a manifest of what it put in.
 *
 *   manifest.wall = zstd( jsonwall )
 *   jsonwall = header LF *( entry LF )      one JSON object a line, entries sorted by their bytes
 *   header   = {"jsonwall": "1.0", "schema": "1.0", "count": lines, the header counted}
 *   entry    = {"kind": "package", "name", "version", "sha256", "arch"}
 *            | {"kind": "content", "slice": PACKAGE "_" SLICE, "path"}      absolute; directories end in "/"
 *            | {"kind": "slice", …} | {"kind": "path", …} | kinds of later versions: passed over
 *
 * Package names hold no "_", so the slice's name tells the package that a path comes from. The manifest does not name
 * source packages. Problems, and the rest is read: a line that is no JSON object or too long, a package without a valid
 * name or version, fewer or more lines than the header counts. A file without the header, or of another major version,
 * is an error. Limits: MANIFEST_BYTES_MAX unpacked, DD_FIELD_BYTES_MAX a line, DD_PATH_MAX a path.
 * Source: chisel's public/jsonwall and public/manifest packages (canonical/chisel, 1.x). */
#include "analyze/analyzer.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/pathlist.h"
#include "format/decompress.h"
#include "format/json.h"

#define MANIFEST_BYTES_MAX (64 * DD_MIB)

struct reader {
	struct dd_found *out;
	uint64_t at;	    /* offset of the line in the unpacked text */
	uint64_t lines;	    /* read so far */
	uint64_t promised;  /* by the header */
	struct dd_buf line; /* put together where it crosses a block */
	bool line_too_long;
	struct dd_str owner; /* the package of the paths being gathered, in the arena */
	struct dd_buf owned; /* base/pathlist.h */
	struct dd_pathlist_writer paths;
	DD_VEC(struct dd_ownership) lists; /* one a package; contents come before packages */
};

static void reader_done(struct reader *r)
{
	dd_buf_done(&r->line);
	dd_buf_done(&r->owned);
	dd_pathlist_writer_done(&r->paths);
	dd_vec_done(&r->lists);
}

/* Ends the list of the package whose paths were gathered so far. */
static void flush_paths(struct reader *r)
{
	struct dd_ownership o = { r->owner, { "", 0 } };
	if (r->owner.n) {
		o.paths = dd_found_str(r->out, dd_buf_str(&r->owned));
		if (!dd_vec_push(&r->lists, o, DD_PACKAGES_MAX))
			r->out->failed = true;
	}
	r->owner = (struct dd_str){ "", 0 };
	dd_buf_clear(&r->owned);
	dd_buf_clear(&r->paths.last);
}

/* Gives each package its paths. */
static void join(struct reader *r)
{
	struct dd_found *out = r->out;
	struct dd_map names = { 0 };
	for (uint32_t i = 0; i < out->packages.n && !out->failed; i++)
		out->failed = !dd_map_set(&names, out->packages.p[i].name, i);
	for (size_t i = 0; i < r->lists.n && !out->failed; i++) {
		uint32_t at = dd_map_get(&names, r->lists.p[i].package);
		if (at == DD_MAP_NONE)
			dd_found_problem(out, DD_NO_OFFSET, "files of a package that is not listed: %s",
					 DD_QUOTE(r->lists.p[i].package));
		else
			out->packages.p[at].owned = r->lists.p[i].paths;
	}
	dd_map_done(&names);
}

static void read_package(struct reader *r, const json_t *entry)
{
	struct dd_str name = dd_json_str(entry, "name"), version = dd_json_str(entry, "version");
	struct dd_found *out = r->out;
	if (!dd_str_is_word(name) || !dd_str_is_word(version) || name.n > DD_FIELD_BYTES_MAX ||
	    version.n > DD_FIELD_BYTES_MAX) {
		dd_found_problem(out, r->at, "package without a valid name or version: %s %s", DD_QUOTE(name),
				 DD_QUOTE(version));
		return;
	}
	struct dd_package *p = dd_found_package(out);
	if (!p)
		return;
	p->name = dd_found_str(out, name);
	p->version = dd_found_str(out, version);
	p->arch = dd_found_str(out, dd_json_str(entry, "arch"));
	p->type = DD_STR("deb");
}

static void read_content(struct reader *r, const json_t *entry)
{
	struct dd_str slice = dd_json_str(entry, "slice"), path = dd_json_str(entry, "path");
	struct dd_str package = dd_str_take(slice, dd_str_find(slice, '_'));
	if (package.n == 0 || package.n == slice.n || path.n < 2 || path.p[0] != '/' || path.n > DD_PATH_MAX) {
		dd_found_problem(r->out, r->at, "content without a slice or a path: %s %s", DD_QUOTE(slice),
				 DD_QUOTE(path));
		return;
	}
	if (path.p[path.n - 1] == '/')
		return; /* directories belong to many */
	if (!dd_str_eq(package, r->owner)) {
		flush_paths(r);
		r->owner = dd_found_str(r->out, package);
	}
	if (dd_pathlist_add(&r->paths, dd_str_skip(path, 1)) != DD_OK)
		r->out->failed = true;
}

static const struct {
	const char *kind;
	void (*read)(struct reader *r, const json_t *entry);
} kinds[] = {
	{ "package", read_package },
	{ "content", read_content },
};

static enum dd_code read_header(struct reader *r, const json_t *header, struct dd_err *err)
{
	struct dd_str wall = dd_json_str(header, "jsonwall"), schema = dd_json_str(header, "schema");
	int64_t count;
	if (wall.n == 0)
		return dd_fail(err, DD_EPARSE, 0, "not a manifest of chisel: the jsonwall header is missing");
	if (!dd_str_starts(wall, DD_STR("1.")) || !dd_str_starts(schema, DD_STR("1.")))
		return dd_fail(err, DD_EUNSUPPORTED, 0, "manifest of chisel in version %s, schema %s", DD_QUOTE(wall),
			       DD_QUOTE(schema));
	if (dd_json_int(header, "count", &count) && count >= 0)
		r->promised = (uint64_t)count;
	return DD_OK;
}

static enum dd_code read_line(struct reader *r, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *entry = NULL;
	struct dd_err why;
	struct dd_str line = dd_buf_str(&r->line);
	if (r->lines++ == 0) {
		if (r->line_too_long || dd_json_parse(line, &entry, &why) != DD_OK)
			return dd_fail(err, DD_EPARSE, 0, "not a manifest of chisel: the first line is no JSON");
		return read_header(r, entry, err);
	}
	if (r->line_too_long || dd_json_parse(line, &entry, &why) != DD_OK || !json_is_object(entry)) {
		dd_found_problem(r->out, r->at, "not a line of a chisel manifest: %s", DD_QUOTE(line));
		return DD_OK;
	}
	for (size_t i = 0; i < DD_COUNT(kinds); i++)
		if (dd_str_eq_c(dd_json_str(entry, "kind"), kinds[i].kind))
			kinds[i].read(r, entry);
	return r->out->failed ? dd_fail_nomem(err) : DD_OK;
}

static enum dd_code end_line(struct reader *r, uint64_t next_at, struct dd_err *err)
{
	if (r->line.n)
		DD_TRY(read_line(r, err));
	dd_buf_clear(&r->line);
	r->line_too_long = false;
	r->at = next_at;
	return DD_OK;
}

static enum dd_code take_block(struct reader *r, struct dd_str block, uint64_t block_at, struct dd_err *err)
{
	for (struct dd_str rest = block; rest.n;) {
		size_t n = dd_str_find(rest, '\n'), room = r->line.max - r->line.n;
		r->line_too_long = r->line_too_long || n > room;
		if (dd_buf_add_str(&r->line, dd_str_take(rest, n < room ? n : room)) != DD_OK)
			return dd_fail_nomem(err);
		if (n == rest.n)
			break;
		rest = dd_str_skip(rest, n + 1);
		DD_TRY(end_line(r, block_at + (block.n - rest.n), err));
	}
	return DD_OK;
}

static enum dd_code read_wall(struct reader *r, struct dd_stream *text, struct dd_err *err)
{
	struct dd_str block;
	for (uint64_t at = 0;; at += block.n) {
		DD_TRY(dd_stream_next(text, &block, err));
		if (block.n == 0)
			return end_line(r, at, err);
		DD_TRY(take_block(r, block, at, err));
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *bytes = NULL, *text = NULL;
	DD_CLEANUP(reader_done)
	struct reader r = { .out = out,
			    .owner = { "", 0 },
			    .line = DD_BUF_INIT(DD_FIELD_BYTES_MAX),
			    .owned = DD_BUF_INIT(2 * MANIFEST_BYTES_MAX) };
	r.paths = (struct dd_pathlist_writer)DD_PATHLIST_WRITER(&r.owned);
	DD_TRY(dd_stream_memory(in->data, DD_STREAM_BLOCK_BYTES, &bytes, err));
	DD_TRY(dd_stream_decompress(bytes, MANIFEST_BYTES_MAX, &text, err));
	enum dd_code code = read_wall(&r, text, err);
	flush_paths(&r);
	join(&r);
	DD_TRY(code);
	if (r.lines == 0)
		return dd_fail(err, DD_EPARSE, 0, "not a manifest of chisel: it is empty");
	if (r.lines != r.promised)
		dd_found_problem(out, DD_NO_OFFSET, "manifest of chisel has %llu lines where its header says %llu",
				 (unsigned long long)r.lines, (unsigned long long)r.promised);
	return out->failed ? dd_fail_nomem(err) : DD_OK;
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "var/lib/chisel/manifest.wall", NULL, MANIFEST_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_chisel = {
	.id = "chisel",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "Ubuntu packages cut by chisel",
	.purl_type = "deb",
	.match = match,
	.parse = parse,
};
