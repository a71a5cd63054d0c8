/* SPDX-License-Identifier: Apache-2.0 */
/* Archives, and archives in archives: META-INF/MANIFEST.MF, every META-INF/maven/…/pom.properties (pom.xml where that
 * is missing or unusable), and members that are archives by their name, wherever they lie: BOOT-INF/lib and
 * WEB-INF/lib, the root of an ear, META-INF/bundled-dependencies of a nar, META-INF/lib of an Arduino library …
 *
 * Distributions that were left in the image as they were downloaded (.zip, .tar, .tar.gz …) are looked through for
 * archives, and are no packages themselves.
 *
 * Only the directory is read of everything else. A stored archive is looked at in place; a deflated one is unpacked
 * into memory, as its directory is at its end; a tar is read from its front, whatever packs it. Limits: ARCHIVE_DEPTH
 * levels; WORK bytes unpacked and hashed for one file, in proportion to its size; LIVE bytes of unpacked archives
 * around each other. What is beyond them is a problem with its place, and the rest is read. */
#include "analyze/java/java.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/decompress.h"
#include "format/digest.h"
#include "format/tar.h"
#include "format/zip.h"

#define ARCHIVE_DEPTH	 16 /* real ones: jar in war in ear, 3 */
#define WORK_RATIO	 64 /* jars in a war in an ear are unpacked twice and hashed twice, at 4 to 1 */
#define WORK_GRACE_BYTES (64 * DD_MIB)
#define WORK_BYTES	 (8 * DD_GIB)
#define LIVE_BYTES	 (256 * DD_MIB)
#define MANIFEST_BYTES	 (256 * DD_KIB) /* of the main section; signed archives have megabytes behind it */
#define PROPERTIES_BYTES (64 * DD_KIB)
#define POM_BYTES	 (4 * DD_MIB)
#define POMS_MAX	 20000 /* of one archive */
#define NESTED_MAX	 100000
#define DIGEST_BYTES	 (64 * DD_MIB) /* the largest widely used jars have 30 */
#define HASH_STEP_BYTES	 (4 * DD_MIB)
#define SCRATCH_BYTES	 (64 * DD_MIB)

/* sure: files of this name are Java archives; the others may be anything (WinRAR, Nix, Perl) and are left alone then.
 * The names of bundles are in java.c, too. */
enum form { ARCHIVE, ZIP_BUNDLE, TAR_BUNDLE };
static const struct suffix {
	const char *suffix;
	bool sure;
	enum form form;
} suffixes[] = {
	{ ".jar", true, ARCHIVE },	   { ".war", true, ARCHIVE },	     { ".ear", true, ARCHIVE },
	{ ".jpi", true, ARCHIVE },	   { ".hpi", true, ARCHIVE },	     { ".kar", false, ARCHIVE },
	{ ".par", false, ARCHIVE },	   { ".nar", false, ARCHIVE },	     { ".sar", false, ARCHIVE },
	{ ".rar", false, ARCHIVE },	   { ".lpkg", false, ARCHIVE },	     { ".aar", false, ARCHIVE },
	{ ".zip", false, ZIP_BUNDLE },	   { ".tar", false, TAR_BUNDLE },    { ".tar.gz", false, TAR_BUNDLE },
	{ ".tgz", false, TAR_BUNDLE },	   { ".tar.xz", false, TAR_BUNDLE }, { ".tar.bz2", false, TAR_BUNDLE },
	{ ".tar.zst", false, TAR_BUNDLE },
};

/* Reading one file of the image. */
struct job {
	const struct dd_input *in;
	struct dd_found *out;
	uint64_t work, live;
};

struct level {
	struct job *job;
	struct dd_str bytes;
	unsigned depth;
	struct dd_zip *zip;
	struct dd_java_archive archive;
	struct dd_arena scratch;
	struct dd_map places; /* directories of pom.properties that were good */
	DD_VEC(struct dd_zip_member) models, nested;
	bool android; /* a library: its classes.jar is itself */
	enum form form;
};

static void read_level(struct job *job, struct dd_str bytes, struct dd_str path, struct dd_str inner, unsigned depth);

static const struct suffix *archive_suffix(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(suffixes); i++) {
		struct dd_str s = dd_str_from(suffixes[i].suffix);
		if (name.n > s.n && dd_str_eq_nocase(dd_str_skip(name, name.n - s.n), s))
			return &suffixes[i];
	}
	return NULL;
}

static bool is_archive(struct dd_str name)
{
	const struct suffix *s = archive_suffix(name);
	return s && s->form == ARCHIVE;
}

/* at: in the bytes of this level. Bytes that lie in the file as they are have an offset there. */
static void problem(const struct level *l, struct dd_str member, const struct dd_err *why)
{
	const struct dd_str file = l->job->in->data;
	uint64_t at = why->at;
	if (at != DD_NO_OFFSET) {
		bool inside = l->bytes.p >= file.p && l->bytes.p <= file.p + file.n;
		at = inside ? at + (uint64_t)(l->bytes.p - file.p) : DD_NO_OFFSET;
	}
	if (member.n && l->archive.inner.n)
		dd_found_problem(l->job->out, at, "%s in %s: %.200s", DD_QUOTE(member), DD_QUOTE(l->archive.inner),
				 why->message);
	else if (member.n || l->archive.inner.n)
		dd_found_problem(l->job->out, at, "%s: %.200s", DD_QUOTE(member.n ? member : l->archive.inner),
				 why->message);
	else
		dd_found_problem(l->job->out, at, "%.200s", why->message);
}

static bool spend(struct job *job, uint64_t bytes)
{
	uint64_t max = job->in->data.n < WORK_BYTES / WORK_RATIO ? job->in->data.n * WORK_RATIO : WORK_BYTES;
	if (bytes > max + WORK_GRACE_BYTES - job->work)
		return false;
	job->work += bytes;
	return true;
}

/* ---- members ---- */

static enum dd_code read_member(struct level *l, const struct dd_zip_member *m, uint64_t max, struct dd_buf *out,
				struct dd_err *err)
{
	if (m->size <= max && !spend(l->job, m->size))
		return dd_fail(err, DD_ELIMIT, m->at, "not read: the file unpacks to far more than its size");
	return dd_zip_read(l->zip, m, max, out, err);
}

/* Only as much of it as the main section can be. */
static void read_manifest(struct level *l, const struct dd_zip_member *m)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(MANIFEST_BYTES + DD_MIB);
	struct dd_err why = { .message = "" };
	struct dd_str block = { "", 0 };
	enum dd_code code = DD_OK;
	do {
		code = dd_zip_block(l->zip, &block, &why);
		if (code == DD_OK && !spend(l->job, block.n))
			code = dd_fail(&why, DD_ELIMIT, m->at, "not read: the file unpacks to far more than its size");
		if (code == DD_OK && dd_buf_add_str(&bytes, block) != DD_OK)
			code = dd_buf_check(&bytes, "manifest", &why);
	} while (code == DD_OK && block.n && bytes.n < MANIFEST_BYTES);
	if (code != DD_OK)
		problem(l, m->name, &why);
	if (code == DD_OK && !dd_java_manifest_read(dd_buf_str(&bytes), &l->scratch, &l->archive.manifest))
		l->job->out->failed = true;
}

static struct dd_str directory_of(struct dd_str path)
{
	return dd_str_take(path, dd_str_rfind(path, '/'));
}

static bool is_complete(const struct dd_java_gav *gav)
{
	return dd_java_is_group(gav->group) && dd_java_is_id(gav->artifact) && dd_java_is_id(gav->version);
}

static void add_pom(struct level *l, const struct dd_zip_member *m, struct dd_java_gav gav, struct dd_str licences)
{
	struct dd_java_pom pom = { gav, m->name, licences };
	if (l->archive.poms.n == POMS_MAX) {
		struct dd_err why;
		(void)dd_fail(&why, DD_ELIMIT, m->at, "more than %u Maven packages in one archive", POMS_MAX);
		problem(l, m->name, &why);
	}
	if (l->archive.poms.n <= POMS_MAX && !dd_vec_push(&l->archive.poms, pom, POMS_MAX + 1))
		l->job->out->failed = true;
}

static void read_properties(struct level *l, const struct dd_zip_member *m)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(PROPERTIES_BYTES);
	struct dd_err why = { .message = "" };
	struct dd_java_gav gav;
	if (read_member(l, m, PROPERTIES_BYTES, &bytes, &why) != DD_OK) {
		problem(l, m->name, &why);
		return;
	}
	if (!dd_java_properties_read(dd_buf_str(&bytes), &l->scratch, &gav)) {
		l->job->out->failed = true;
		return;
	}
	/* One that was not filtered ("${project.version}") says nothing; the pom.xml beside it may. */
	if (!is_complete(&gav))
		return;
	add_pom(l, m, gav, DD_STR(""));
	if (!dd_map_set(&l->places, directory_of(m->name), (uint32_t)l->archive.poms.n - 1))
		l->job->out->failed = true;
}

/* A pom.xml tells the licence of the package beside it, and who it is when pom.properties does not. */
static void read_model(struct level *l, const struct dd_zip_member *m)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(POM_BYTES);
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(SCRATCH_BYTES);
	struct dd_err why = { .message = "" };
	struct dd_java_model model;
	uint32_t known = dd_map_get(&l->places, directory_of(m->name));
	enum dd_code code = read_member(l, m, POM_BYTES, &bytes, &why);
	if (code == DD_OK)
		code = dd_java_model_read(dd_buf_str(&bytes), &a, &model, &why);
	if (code != DD_OK) {
		/* Old poms are not always XML. Beside good properties they only cost the licence, which is no reason to
		 * call a scan incomplete. */
		why.at = m->at;
		if (known == DD_MAP_NONE)
			problem(l, m->name, &why);
		return;
	}
	struct dd_java_gav gav = model.own;
	struct dd_str licences = dd_arena_str(&l->scratch, model.licences);
	if (known != DD_MAP_NONE) {
		l->archive.poms.p[known].licences = licences;
	} else if (dd_java_is_group(gav.group) && dd_java_is_id(gav.artifact)) {
		/* Which version only its parent knows, which is not here; the file name may. */
		if (!is_complete(&gav))
			gav.version = DD_STR("");
		gav = (struct dd_java_gav){ dd_arena_str(&l->scratch, gav.group),
					    dd_arena_str(&l->scratch, gav.artifact),
					    dd_arena_str(&l->scratch, gav.version) };
		add_pom(l, m, gav, licences);
		if (!gav.group.p || !gav.artifact.p || !gav.version.p || !licences.p)
			l->job->out->failed = true;
	} else {
		(void)dd_fail(&why, DD_EPARSE, m->at, "the pom does not say who it is: %s:%s", DD_QUOTE(gav.group),
			      DD_QUOTE(gav.artifact));
		problem(l, m->name, &why);
	}
	dd_java_model_done(&model);
}

/* ---- archives in it ---- */

static void read_stored(struct level *l, const struct dd_zip_member *m, struct dd_str inner)
{
	struct dd_err why = { .message = "" };
	struct dd_str view;
	if (dd_zip_stored(l->zip, m, &view, &why) != DD_OK)
		problem(l, m->name, &why);
	else
		read_level(l->job, view, m->name, inner, l->depth + 1);
}

static void read_packed(struct level *l, const struct dd_zip_member *m, struct dd_str inner)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(LIVE_BYTES);
	struct dd_err why = { .message = "" };
	uint64_t left = LIVE_BYTES - l->job->live;
	enum dd_code code = read_member(l, m, left, &bytes, &why);
	if (code != DD_OK) {
		problem(l, m->name, &why);
		return;
	}
	l->job->live += bytes.n;
	read_level(l->job, dd_buf_str(&bytes), m->name, inner, l->depth + 1);
	l->job->live -= bytes.n;
}

/* The place of a member at `at`; empty: not to be entered. */
static struct dd_str enter(struct level *l, struct dd_str name, uint64_t at)
{
	struct dd_str outer = l->archive.inner, inner;
	if (l->depth == ARCHIVE_DEPTH) {
		struct dd_err why;
		(void)dd_fail(&why, DD_ELIMIT, at, "not read: archives inside archives, more than %u deep",
			      ARCHIVE_DEPTH);
		problem(l, name, &why);
		return DD_STR("");
	}
	inner = outer.n ? dd_arena_printf(l->job->out->arena, "%.*s!%.*s", DD_FMT(outer), DD_FMT(name))
			: dd_arena_str(l->job->out->arena, name);
	if (!inner.p)
		l->job->out->failed = true;
	return inner;
}

static void read_nested(struct level *l, const struct dd_zip_member *m)
{
	struct dd_str inner = enter(l, m->name, m->at);
	if (inner.n == 0)
		return;
	if (m->method == 0)
		read_stored(l, m, inner);
	else
		read_packed(l, m, inner);
}

/* ---- one archive ---- */

static bool is_maven(struct dd_str name, const char *file)
{
	struct dd_str dir = directory_of(name), base = dd_str_skip(name, dir.n + 1);
	size_t at = dd_str_search(name, DD_STR("META-INF/maven/"));
	return dd_str_eq_c(base, file) && at < name.n && (at == 0 || name.p[at - 1] == '/');
}

static void take_member(struct level *l, const struct dd_zip_member *m)
{
	bool kept = true;
	if (m->directory)
		return;
	if (l->form != ARCHIVE)
		kept = !archive_suffix(m->name) || dd_vec_push(&l->nested, *m, NESTED_MAX);
	else if (dd_str_eq_nocase(m->name, DD_STR("META-INF/MANIFEST.MF")))
		read_manifest(l, m);
	else if (is_maven(m->name, "pom.properties"))
		read_properties(l, m);
	else if (is_maven(m->name, "pom.xml"))
		kept = dd_vec_push(&l->models, *m, POMS_MAX);
	else if (is_archive(m->name) && !(l->android && dd_str_eq_c(m->name, "classes.jar")))
		kept = dd_vec_push(&l->nested, *m, NESTED_MAX);
	if (!kept) {
		struct dd_err why;
		(void)dd_fail(&why, DD_ELIMIT, m->at, "not read: too many members of this kind");
		problem(l, m->name, &why);
	}
}

static void read_directory(struct level *l)
{
	struct dd_zip_member m;
	struct dd_err why = { .message = "" };
	bool more = true;
	while (!l->job->out->failed && more) {
		if (dd_zip_next(l->zip, &m, &more, &why) != DD_OK) {
			problem(l, DD_STR(""), &why);
			return;
		}
		if (more)
			take_member(l, &m);
	}
}

/* In steps, and a mapping is given back behind each: an archive of a gigabyte takes no memory. */
static enum dd_code hash(const struct level *l, struct dd_digest *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *h = NULL;
	const struct dd_str file = l->job->in->data;
	bool mapped = l->job->in->mapped && l->bytes.p >= file.p && l->bytes.p < file.p + file.n;
	DD_TRY(dd_hasher_new(DD_SHA1, &h, err));
	for (struct dd_str rest = l->bytes; rest.n;) {
		struct dd_str step = dd_str_take(rest, HASH_STEP_BYTES);
		DD_TRY(dd_hasher_add(h, step, err));
		if (mapped)
			dd_map_forget(step);
		rest = dd_str_skip(rest, step.n);
	}
	return dd_hasher_end(h, ret, err);
}

static void digest_level(struct level *l)
{
	struct dd_digest d;
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_err why = { .message = "" };
	/* An index of known archives knows neither bombs nor whole applications. */
	if (l->bytes.n > DIGEST_BYTES || !spend(l->job, l->bytes.n))
		return;
	if (hash(l, &d, &why) != DD_OK)
		problem(l, DD_STR(""), &why);
	else
		l->archive.digest = dd_found_str(l->job->out, dd_str_from(dd_digest_text(&d, text)));
}

static void read_open_level(struct level *l)
{
	struct dd_found *out = l->job->out;
	if (l->form == ARCHIVE)
		digest_level(l);
	read_directory(l);
	for (size_t i = 0; i < l->models.n && !out->failed; i++)
		read_model(l, &l->models.p[i]);
	if (!out->failed && l->form == ARCHIVE)
		dd_java_identify(out, &l->archive);
	for (size_t i = 0; i < l->nested.n && !out->failed; i++)
		read_nested(l, &l->nested.p[i]);
}

/* ---- tar ---- */

/* The content of the entry, which is an archive by its name. */
static enum dd_code read_entry(struct level *l, struct dd_tar *tar, const struct dd_tar_entry *e, struct dd_buf *out,
			       struct dd_err *err)
{
	struct dd_str block = { "", 0 };
	if (e->size > LIVE_BYTES - l->job->live)
		return dd_fail(err, DD_ELIMIT, e->offset, "not read: it is too large");
	if (e->sparse && !spend(l->job, e->size))
		return dd_fail(err, DD_ELIMIT, e->offset, "not read: the file unpacks to far more than its size");
	do {
		DD_TRY(dd_tar_read(tar, &block, err));
		if (dd_buf_add_str(out, block) != DD_OK)
			return dd_buf_check(out, "archive", err);
	} while (block.n);
	return DD_OK;
}

static enum dd_code take_entry(struct level *l, struct dd_tar *tar, const struct dd_tar_entry *e, struct dd_err *err)
{
	if (!spend(l->job, e->stored_bytes))
		return dd_fail(err, DD_ELIMIT, e->offset,
			       "not read any further: the file unpacks to far more than its size");
	if (e->type != DD_TAR_FILE || !archive_suffix(e->path))
		return DD_OK;
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(LIVE_BYTES);
	struct dd_str inner = enter(l, e->path, e->offset);
	struct dd_err why = { .message = "" };
	if (inner.n == 0)
		return DD_OK;
	enum dd_code code = read_entry(l, tar, e, &bytes, &why);
	if (code != DD_OK) {
		problem(l, e->path, &why);
		return code == DD_ELIMIT ? DD_OK : code; /* after others dd_tar_next tells of it again */
	}
	l->job->live += bytes.n;
	read_level(l->job, dd_buf_str(&bytes), e->path, inner, l->depth + 1);
	l->job->live -= bytes.n;
	return DD_OK;
}

/* *ret_any: there was an entry, so that it is a tar. */
static enum dd_code read_entries(struct level *l, struct dd_tar *tar, bool *ret_any, struct dd_err *err)
{
	struct dd_tar_entry e;
	for (;;) {
		enum dd_code code = dd_tar_next(tar, &e, err);
		if (code == DD_ELIMIT && spend(l->job, DD_PATH_MAX)) { /* a name that is too long */
			problem(l, DD_STR(""), err);
			continue;
		}
		if (code != DD_OK || e.type == DD_TAR_END || l->job->out->failed)
			return code;
		*ret_any = true;
		DD_TRY(take_entry(l, tar, &e, err));
	}
}

static void read_tar(struct level *l)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *packed = NULL, *plain = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *tar = NULL;
	struct dd_err why = { .message = "" };
	bool any = false;
	enum dd_code code = dd_stream_memory(l->bytes, DD_STREAM_BLOCK_BYTES, &packed, &why);
	if (code == DD_OK)
		code = dd_stream_decompress(packed, WORK_BYTES + WORK_GRACE_BYTES, &plain, &why);
	if (code == DD_OK)
		code = dd_tar_new(plain, &tar, &why);
	if (code == DD_OK)
		code = read_entries(l, tar, &any, &why);
	if (code == DD_ENOMEM)
		l->job->out->failed = true;
	if (!plain || dd_stream_decompress_kind(plain) != DD_COMPRESSION_NONE)
		why.at = DD_NO_OFFSET;
	if (code != DD_OK && any)
		problem(l, DD_STR(""), &why);
}

/* ---- any ---- */

static enum dd_code read_zip(struct level *l, struct dd_err *err)
{
	DD_TRY(dd_zip_open(l->bytes, &l->zip, err));
	read_open_level(l);
	return DD_OK;
}

static void read_level(struct job *job, struct dd_str bytes, struct dd_str path, struct dd_str inner, unsigned depth)
{
	const struct suffix *suffix = archive_suffix(path);
	struct level l = { .job = job,
			   .bytes = bytes,
			   .depth = depth,
			   .scratch = DD_ARENA_INIT(SCRATCH_BYTES),
			   .archive = { .path = path, .inner = inner },
			   .android = dd_str_ends(path, DD_STR(".aar")),
			   .form = suffix ? suffix->form : ARCHIVE };
	struct dd_err why = { .message = "" };
	enum dd_code code = DD_OK;
	if (l.form == TAR_BUNDLE)
		read_tar(&l);
	else
		code = read_zip(&l, &why);
	if (code == DD_ENOMEM)
		job->out->failed = true;
	else if (code != DD_OK && bytes.n && (!suffix || suffix->sure || dd_str_starts(bytes, DD_STR("PK"))))
		problem(&l, DD_STR(""), &why);
	dd_zip_close(l.zip);
	dd_vec_done(&l.models);
	dd_vec_done(&l.nested);
	dd_vec_done(&l.archive.poms);
	dd_map_done(&l.places);
	dd_arena_done(&l.scratch);
}

enum dd_code dd_java_archive_read(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct job job = { .in = in, .out = out };
	read_level(&job, in->data, in->path, DD_STR(""), 1);
	return dd_found_end(out, err);
}
