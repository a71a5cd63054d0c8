/* SPDX-License-Identifier: Apache-2.0 */
/* bun.lockb, bun's binary lock file: the default before bun 1.2, and still written where it is asked for. Tables of its
 * memory, little endian:
 *
 *   file      = "#!/usr/bin/env bun\nbun-lockfile-format-v0\n" version:u32 digest:32 total:u64 packages 6*buffer 0:u64
 * … packages  = n:u64 alignment:u64 fields:u64 begin:u64 end:u64, and at begin a column of each field, n values of name
 * String name's hash  u64 resolution   tag:u8, 7 bytes, then by tag; npm: String(url) Version dependencies, resolutions
 * first:u32 n:u32 into the buffers of that name meta         88 bytes; at 20 the integrity: algorithm:u8 digest:64 bin
 * 20 bytes scripts      49 bytes; absent before bun 0.6.8 (7 fields) buffer    = begin:u64 end:u64, a text of its type,
 * padding; in this order: trees, hoisted dependencies, resolutions (u32: a package), dependencies, external strings,
 * bytes of strings dependency = String(name) hash:u64 behavior:u8 tag:u8 String(range) Version   = major minor patch,
 * String(pre) hash:u64 String(build) hash:u64; numbers of 4 bytes and 4 of padding in version 2 of the format, of 8
 * bytes in version 3 (bun 1.3) String    = 8 bytes up to a NUL; or, when the highest bit is set, offset:u32 length:u31
 * into the bytes of strings
 *
 * Offsets count from the start of the file. Package 0 is the project. Packages of the registry are those with the tag
 * of npm; folders, workspaces, git and addresses are left out. What is for development follows from what the project
 * and its workspaces ask for. Versions 0 and 1 are of bun before 0.1.7.
 *
 * Source: oven-sh/bun, src/install/lockfile.zig (Serializer, Package.Serializer, Buffers), resolution.zig,
 * integrity.zig, semver.zig; compared with files of bun 0.5, 1.0, 1.1 and 1.4. Limit: DD_LOCK_BYTES_MAX. */
#include "analyze/analyzer.h"
#include "analyze/npm/npm_graph.h"
#include "analyze/npm/npm_names.h"
#include "analyze/third_party.h"
#include "base/bytes.h"
#include "base/limits.h"

#define MAGIC "#!/usr/bin/env bun\nbun-lockfile-format-v0\n"

enum {
	STRING = 8,
	SLICE = 8,
	META = 88,
	META_INTEGRITY = 20,
	BIN = 20,
	SCRIPTS = 49,
	DEPENDENCY = 26,
	DEPENDENCY_BEHAVIOR = 16,
	DEVELOPMENT = 8, /* bit of the behavior */
	DIGEST_MAX = 64,
};
enum { TAG_ROOT = 1, TAG_NPM = 2, TAG_WORKSPACE = 72 };
enum { BUFFER_RESOLUTIONS = 2, BUFFER_DEPENDENCIES, BUFFER_STRINGS = 5, BUFFERS };

static const struct layout {
	uint32_t version, resolution, number;
} layouts[] = { { 2, 64, 4 }, { 3, 72, 8 } };

struct lockb {
	struct dd_found *out;
	struct dd_str file; /* as long as its header says */
	const struct layout *layout;
	uint64_t n, at;						    /* packages; offset of the first column */
	uint64_t names, resolutions, dependencies, resolved, metas; /* offsets of columns */
	struct dd_str buffers[BUFFERS];
	struct dd_npm_graph graph;
};

static void lockb_done(struct lockb *l)
{
	dd_npm_graph_done(&l->graph);
}

/* ---- the frame ---- */

static enum dd_code damaged(uint64_t at, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, at, "bun.lockb: a table leads out of the file");
}

static const struct layout *layout_of(uint32_t version)
{
	for (size_t i = 0; i < DD_COUNT(layouts); i++)
		if (layouts[i].version == version)
			return &layouts[i];
	return NULL;
}

static enum dd_code read_columns(struct lockb *l, uint64_t at, uint64_t *ret_end, struct dd_err *err)
{
	enum { HEADER = 40, FIELDS = 8 };
	if (l->file.n < at + HEADER)
		return damaged(at, err);
	const char *p = l->file.p + at;
	uint64_t n = dd_le64(p), fields = dd_le64(p + 16), begin = dd_le64(p + 24), end = dd_le64(p + 32), size;
	if (fields != FIELDS && fields != FIELDS - 1)
		return dd_fail(err, DD_EUNSUPPORTED, at + 16, "bun.lockb: packages of %llu fields are not known",
			       (unsigned long long)fields);
	uint64_t row =
		STRING + 8 + l->layout->resolution + SLICE + SLICE + META + BIN + (fields == FIELDS ? SCRIPTS : 0);
	if (__builtin_mul_overflow(n, row, &size) || begin < at + HEADER || begin > end || end > l->file.n ||
	    end - begin < size || n >= UINT32_MAX)
		return damaged(at, err);
	l->n = n;
	l->names = begin;
	l->resolutions = begin + n * (STRING + 8);
	l->dependencies = l->resolutions + n * l->layout->resolution;
	l->resolved = l->dependencies + n * SLICE;
	l->metas = l->resolved + n * SLICE;
	*ret_end = end;
	return DD_OK;
}

static enum dd_code read_frame(struct lockb *l, struct dd_str data, struct dd_err *err)
{
	enum { VERSION = sizeof MAGIC - 1, TOTAL = VERSION + 4 + 32, PACKAGES = TOTAL + 8, BUFFER = 16 };
	uint64_t at;
	if (!dd_str_starts(data, DD_STR(MAGIC)))
		return dd_fail(err, DD_EPARSE, 0, "not a bun.lockb");
	if (data.n < PACKAGES)
		return damaged(data.n, err);
	uint32_t version = dd_le32(data.p + VERSION);
	l->layout = layout_of(version);
	if (!l->layout)
		return dd_fail(err, DD_EUNSUPPORTED, VERSION, "version %u of bun.lockb is not known", version);
	uint64_t total = dd_le64(data.p + TOTAL);
	if (total > data.n)
		return dd_fail(err, DD_EPARSE, TOTAL, "bun.lockb was cut: %zu of %llu bytes are there", data.n,
			       (unsigned long long)total);
	l->file = dd_str_take(data, (size_t)total);
	DD_TRY(read_columns(l, PACKAGES, &at, err));
	for (size_t i = 0; i < BUFFERS; i++) {
		if (l->file.n - at < BUFFER)
			return damaged(at, err);
		uint64_t begin = dd_le64(l->file.p + at), end = dd_le64(l->file.p + at + 8);
		if (begin < at + BUFFER || end < begin || end > l->file.n)
			return damaged(at, err);
		l->buffers[i] = dd_str_take(dd_str_skip(l->file, (size_t)begin), (size_t)(end - begin));
		at = end;
	}
	return DD_OK;
}

/* ---- values ---- */

/* Empty also for one that leads out of the strings: nothing has an empty name or version. */
static struct dd_str string_at(const struct lockb *l, const char *p)
{
	uint64_t bits = dd_le64(p);
	if (bits >> 63) {
		uint64_t offset = bits & UINT32_MAX, n = (bits >> 32) & INT32_MAX;
		struct dd_str s = dd_str_take(dd_str_skip(l->buffers[BUFFER_STRINGS], (size_t)offset), (size_t)n);
		return s.n == n ? s : DD_STR("");
	}
	struct dd_str s = { p, STRING };
	return dd_str_take(s, dd_str_find(s, '\0'));
}

static uint64_t number_at(const struct lockb *l, const char *p, size_t i)
{
	return l->layout->number == 8 ? dd_le64(p + 8 * i) : dd_le32(p + 4 * i);
}

/* "1.2.3-pre+build" */
static struct dd_str version_of(struct lockb *l, const char *p)
{
	const char *tag = p + (l->layout->number == 8 ? 24 : 16);
	struct dd_str pre = string_at(l, tag), build = string_at(l, tag + 16);
	return dd_arena_printf(&l->graph.arena, "%llu.%llu.%llu%s%.*s%s%.*s", (unsigned long long)number_at(l, p, 0),
			       (unsigned long long)number_at(l, p, 1), (unsigned long long)number_at(l, p, 2),
			       pre.n ? "-" : "", DD_FMT(pre), build.n ? "+" : "", DD_FMT(build));
}

static struct dd_str digest_of(struct lockb *l, const char *integrity)
{
	static const struct {
		const char *name;
		size_t n;
	} algorithms[] = { { "", 0 }, { "sha1", 20 }, { "sha256", 32 }, { "sha384", 48 }, { "sha512", 64 } };
	static const char digits[] = "0123456789abcdef";
	unsigned char algorithm = (unsigned char)integrity[0];
	char hex[2 * DIGEST_MAX];
	if (algorithm == 0 || algorithm >= DD_COUNT(algorithms))
		return DD_STR("");
	for (size_t i = 0; i < algorithms[algorithm].n; i++) {
		unsigned char byte = (unsigned char)integrity[1 + i];
		hex[2 * i] = digits[byte >> 4];
		hex[2 * i + 1] = digits[byte & 15];
	}
	return dd_third_party_digest(l->out, dd_str_from(algorithms[algorithm].name),
				     (struct dd_str){ hex, 2 * algorithms[algorithm].n });
}

/* ---- packages ---- */

static uint32_t key_of(struct lockb *l, uint64_t package)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%llu", (unsigned long long)package);
	return dd_npm_graph_key(&l->graph, (struct dd_str){ text, (size_t)n });
}

static void take_package(struct lockb *l, uint64_t i, uint32_t entry)
{
	uint64_t at = l->resolutions + i * l->layout->resolution;
	const char *resolution = l->file.p + at;
	struct dd_str name = string_at(l, l->file.p + l->names + i * STRING), version;
	if (resolution[0] != TAG_NPM)
		return;
	version = version_of(l, resolution + 8 + STRING);
	if (!version.p) {
		l->out->failed = true;
		return;
	}
	struct dd_package *p = dd_third_party(l->out, DD_PACKAGE_DECLARED, "npm", name, version, at);
	if (!p)
		return;
	dd_npm_graph_package(&l->graph, entry, l->out);
	p->url = dd_third_party_url(l->out, string_at(l, resolution + 8));
	p->digest = digest_of(l, l->file.p + l->metas + i * META + META_INTEGRITY);
}

/* What the package asks for, which the project and its workspaces do for everybody. */
static void take_needs(struct lockb *l, uint64_t i, uint32_t entry)
{
	const struct dd_str list = l->buffers[BUFFER_DEPENDENCIES], ids = l->buffers[BUFFER_RESOLUTIONS];
	const char *needs = l->file.p + l->dependencies + i * SLICE, *resolved = l->file.p + l->resolved + i * SLICE;
	uint64_t first = dd_le32(needs), n = dd_le32(needs + 4), to = dd_le32(resolved);
	unsigned char tag = (unsigned char)l->file.p[l->resolutions + i * l->layout->resolution];
	bool root = tag == TAG_ROOT || tag == TAG_WORKSPACE;
	if (n != dd_le32(resolved + 4) || first + n > list.n / DEPENDENCY || to + n > ids.n / 4) {
		dd_found_problem(l->out, l->dependencies + i * SLICE, "dependencies lead out of their table");
		return;
	}
	for (uint64_t k = 0; k < n && !l->graph.full; k++) {
		uint64_t package = dd_le32(ids.p + 4 * (to + k));
		bool dev = list.p[DEPENDENCY * (first + k) + DEPENDENCY_BEHAVIOR] & DEVELOPMENT;
		if (package >= l->n) /* nothing was found for it: an optional one */
			continue;
		if (root)
			dd_npm_graph_root(&l->graph, key_of(l, package), dev);
		else
			dd_npm_graph_need(&l->graph, entry, key_of(l, package));
	}
}

static void take_all(struct lockb *l)
{
	uint64_t needs = 0, most = l->buffers[BUFFER_DEPENDENCIES].n / DEPENDENCY;
	for (uint64_t i = 0; i < l->n && !l->out->failed; i++) {
		uint32_t key = key_of(l, i), entry = dd_npm_graph_entry(&l->graph);
		(void)dd_npm_graph_bind(&l->graph, key, entry);
		take_package(l, i, entry);
		/* Each dependency belongs to one package: more of them all together are a bomb. */
		needs += dd_le32(l->file.p + l->dependencies + i * SLICE + 4);
		if (needs > most) {
			dd_found_problem(l->out, l->dependencies + i * SLICE,
					 "packages share dependencies: the rest of "
					 "them is not read");
			needs = most;
			continue;
		}
		take_needs(l, i, entry);
	}
	dd_npm_graph_finish(&l->graph, l->out, true);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct lockb l DD_CLEANUP(lockb_done) = { .out = out, .graph = DD_NPM_GRAPH_INIT };
	if (dd_npm_in_modules(in->path))
		return DD_OK;
	DD_TRY(read_frame(&l, in->data, err));
	take_all(&l);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "bun.lockb", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_bun_binary = {
	.id = "bun-lockb",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "JavaScript packages of bun.lockb",
	.purl_type = "npm",
	.match = match,
	.parse = parse,
};
