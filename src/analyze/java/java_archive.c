/* SPDX-License-Identifier: Apache-2.0 */
/* Archives, and archives in archives: META-INF/MANIFEST.MF, every META-INF/maven/…/pom.properties (pom.xml where that
 * is missing or unusable), and members that are archives by their name, wherever they lie: BOOT-INF/lib and
 * WEB-INF/lib, the root of an ear, META-INF/bundled-dependencies of a nar, META-INF/lib of an Arduino library …
 *
 * Only the directory is read of everything else. A stored archive is looked at in place; a deflated one is unpacked
 * into memory, as its directory is at its end. Limits: ARCHIVE_DEPTH levels; WORK bytes unpacked and hashed for one
 * file, in proportion to its size; LIVE bytes of unpacked archives around each other. What is beyond them is a problem
 * with its place, and the rest is read. */
#include "analyze/java/java.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/digest.h"
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
 */
static const struct suffix {
	const char *suffix;
	bool sure;
} suffixes[] = {
	{ ".jar", true },  { ".war", true },  { ".ear", true },	  { ".jpi", true },
	{ ".hpi", true },  { ".kar", false }, { ".par", false },  { ".nar", false },
	{ ".sar", false }, { ".rar", false }, { ".lpkg", false }, { ".aar", false },
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
	bool bundle; /* an Android library: its classes.jar is itself */
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

static void read_nested(struct level *l, const struct dd_zip_member *m)
{
	struct dd_str outer = l->archive.inner, inner;
	if (l->depth == ARCHIVE_DEPTH) {
		struct dd_err why;
		(void)dd_fail(&why, DD_ELIMIT, m->at, "not read: archives inside archives, more than %u deep",
			      ARCHIVE_DEPTH);
		problem(l, m->name, &why);
		return;
	}
	inner = outer.n ? dd_arena_printf(l->job->out->arena, "%.*s!%.*s", DD_FMT(outer), DD_FMT(m->name))
			: dd_arena_str(l->job->out->arena, m->name);
	if (!inner.p) {
		l->job->out->failed = true;
		return;
	}
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
	if (dd_str_eq_nocase(m->name, DD_STR("META-INF/MANIFEST.MF")))
		read_manifest(l, m);
	else if (is_maven(m->name, "pom.properties"))
		read_properties(l, m);
	else if (is_maven(m->name, "pom.xml"))
		kept = dd_vec_push(&l->models, *m, POMS_MAX);
	else if (archive_suffix(m->name) && !(l->bundle && dd_str_eq_c(m->name, "classes.jar")))
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
	digest_level(l);
	read_directory(l);
	for (size_t i = 0; i < l->models.n && !out->failed; i++)
		read_model(l, &l->models.p[i]);
	if (!out->failed)
		dd_java_identify(out, &l->archive);
	for (size_t i = 0; i < l->nested.n && !out->failed; i++)
		read_nested(l, &l->nested.p[i]);
}

static void read_level(struct job *job, struct dd_str bytes, struct dd_str path, struct dd_str inner, unsigned depth)
{
	struct level l = { .job = job,
			   .bytes = bytes,
			   .depth = depth,
			   .scratch = DD_ARENA_INIT(SCRATCH_BYTES),
			   .archive = { .path = path, .inner = inner },
			   .bundle = dd_str_ends(path, DD_STR(".aar")) };
	struct dd_err why = { .message = "" };
	const struct suffix *suffix = archive_suffix(path);
	enum dd_code code = dd_zip_open(bytes, &l.zip, &why);
	if (code == DD_OK)
		read_open_level(&l);
	else if (code == DD_ENOMEM)
		job->out->failed = true;
	else if (bytes.n && (!suffix || suffix->sure || dd_str_starts(bytes, DD_STR("PK"))))
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
	if (out->failed)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "package records need more memory than there is");
	return DD_OK;
}
