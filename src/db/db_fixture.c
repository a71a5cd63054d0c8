/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db_fixture.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"

bool dd_fixture_new(struct dd_db_fixture *f)
{
	*f = (struct dd_db_fixture){ .fd = -1 };
	return dd_builder_new(&f->b, NULL) == DD_OK;
}

void dd_fixture_done(struct dd_db_fixture *f)
{
	dd_builder_freep(&f->b);
	dd_db_closep(&f->db);
	dd_closep(&f->fd);
}

enum dd_code dd_fixture_add(struct dd_db_fixture *f, const char *kind, const char *name, struct dd_str bytes,
			    struct dd_err *err)
{
	struct dd_digest digest;
	DD_TRY(dd_digest_of(DD_SHA256, bytes, &digest, err));
	if (!dd_vec_push(&f->b->inputs, digest, SIZE_MAX))
		return dd_fail_nomem(err);
	const struct dd_build_document doc = {
		.name = name,
		.bytes = bytes,
		.input = (uint32_t)f->b->inputs.n - 1,
		.whole = true,
		.kind = dd_str_from(kind),
	};
	return dd_build_kind(dd_str_from(kind))->read(f->b, &doc, err);
}

static enum dd_code open_fd(int fd, struct dd_db **ret, struct dd_err *err)
{
	char path[64];
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return dd_db_open(path, ret, err);
}

enum dd_code dd_fixture_open(struct dd_db_fixture *f, struct dd_err *err)
{
	f->fd = memfd_create("fixture", MFD_CLOEXEC);
	if (f->fd < 0)
		return dd_fail_errno(err, "memfd_create");
	DD_TRY(dd_builder_write_fd(f->b, f->fd, err));
	return open_fd(f->fd, &f->db, err);
}

struct dd_str dd_fixture_bytes(const struct dd_db_fixture *f)
{
	struct stat st;
	if (fstat(f->fd, &st) < 0)
		return (struct dd_str){ NULL, 0 };
	char *p = dd_alloc((size_t)st.st_size);
	size_t n = 0;
	if (!p || dd_pread_full(f->fd, p, (size_t)st.st_size, 0, &n, NULL) != DD_OK) {
		dd_free(p);
		return (struct dd_str){ NULL, 0 };
	}
	return (struct dd_str){ p, n };
}

enum dd_code dd_fixture_open_bytes(struct dd_str bytes, struct dd_db **ret, struct dd_err *err)
{
	int fd DD_CLEANUP(dd_closep) = memfd_create("fixture", MFD_CLOEXEC);
	if (fd < 0)
		return dd_fail_errno(err, "memfd_create");
	DD_TRY(dd_write_full(fd, bytes.p, bytes.n, err));
	return open_fd(fd, ret, err);
}

/* --- as text --- */

static void add_range(struct dd_buf *out, const struct dd_range *r)
{
	static const char *const marks[] = { " [", ",", ",=", ",~", " (" };
	for (size_t i = 0; i < r->n_events; i++) {
		(void)dd_buf_add_c(out, marks[r->events[i].kind]);
		(void)dd_buf_add_str(out, r->events[i].version);
	}
	(void)dd_buf_add_c(out, r->type == DD_RANGE_SEMVER ? ")s" : ")");
}

static void add_advisory(struct dd_buf *out, const struct dd_advisory *a, struct dd_str vuln)
{
	static const char *const states[] = { "affected", "never", "undetermined" };
	(void)dd_buf_add_str(out, vuln);
	(void)dd_buf_addf(out, " %.*s %.*s %s %s %s", DD_FMT(a->id), DD_FMT(a->source), states[a->status],
			  dd_fix_state_name(a->fix_state), dd_severity_name(a->severity));
	if (a->module.n)
		(void)dd_buf_addf(out, " {%.*s}", DD_FMT(a->module));
	if (a->arches.n)
		(void)dd_buf_addf(out, " [%.*s]", DD_FMT(a->arches));
	if (a->note.n)
		(void)dd_buf_addf(out, " (%.*s)", DD_FMT(a->note));
	for (size_t i = 0; i < a->n_ranges; i++)
		add_range(out, &a->ranges[i]);
	for (size_t i = 0; i < a->n_versions; i++)
		(void)dd_buf_addf(out, " =%.*s", DD_FMT(a->versions[i]));
	(void)dd_buf_add_char(out, '\n');
}

void dd_fixture_advisories(const struct dd_db *db, const char *ecosystem, const char *package, struct dd_buf *out)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_advisory *found;
	struct dd_err err = { 0 };
	size_t n = 0;
	if (dd_db_find(db, dd_str_from(ecosystem), dd_str_from(package), &a, &found, &n, &err) != DD_OK)
		(void)dd_buf_addf(out, "!%s\n", err.message);
	for (size_t i = 0; i < n; i++) {
		struct dd_vuln v = { .n_aliases = 0 };
		if (dd_db_vuln(db, found[i].vuln, &a, &v, &err) != DD_OK)
			(void)dd_buf_addf(out, "!%s\n", err.message);
		add_advisory(out, &found[i], v.id);
	}
}

static void add_vuln(struct dd_buf *out, const struct dd_vuln *v)
{
	(void)dd_buf_add_str(out, v->id);
	for (size_t i = 0; i < v->n_aliases; i++)
		(void)dd_buf_addf(out, " %.*s", DD_FMT(v->aliases[i]));
	(void)dd_buf_addf(out, " | %.*s | %.*s | %.*s | %s %.*s |", DD_FMT(v->title), DD_FMT(v->published),
			  DD_FMT(v->modified), dd_severity_name(v->severity), DD_FMT(v->severity_source));
	for (size_t i = 0; i < v->n_cvss; i++)
		(void)dd_buf_addf(out, " %.1f %.*s", v->cvss[i].score, DD_FMT(v->cvss[i].source));
	(void)dd_buf_addf(out, " |%s%s%s", v->withdrawn ? " withdrawn" : "", v->kev ? " kev" : "",
			  v->kev_ransomware ? " ransomware" : "");
	for (size_t i = 0; i < v->n_cwes; i++)
		(void)dd_buf_addf(out, " %.*s", DD_FMT(v->cwes[i]));
	if (v->kev_due.n)
		(void)dd_buf_addf(out, " %.*s", DD_FMT(v->kev_due));
	if (v->epss >= 0)
		(void)dd_buf_addf(out, " %.5f %.5f", v->epss, v->epss_percentile);
	(void)dd_buf_add_char(out, '\n');
}

void dd_fixture_vulns(const struct dd_db *db, const char *id, struct dd_buf *out)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_err err = { 0 };
	uint32_t *list;
	size_t n = 0;
	if (dd_db_lookup_all(db, dd_str_from(id), &a, &list, &n, &err) != DD_OK)
		(void)dd_buf_addf(out, "!%s\n", err.message);
	for (size_t i = 0; i < n; i++) {
		struct dd_vuln v;
		if (dd_db_vuln(db, list[i], &a, &v, &err) == DD_OK)
			add_vuln(out, &v);
		else
			(void)dd_buf_addf(out, "!%s\n", err.message);
	}
}

/* --- fuzzing --- */

int dd_fixture_fuzz(const char *kind, const uint8_t *data, size_t size)
{
	struct dd_db_fixture f DD_CLEANUP(dd_fixture_done) = { .fd = -1 };
	struct dd_err err = { 0 };
	if (!dd_fixture_new(&f) ||
	    dd_fixture_add(&f, kind, "input", (struct dd_str){ (const char *)data, size }, &err) != DD_OK)
		return 0;
	dd_assert(dd_fixture_open(&f, &err) == DD_OK);
	dd_assert(dd_db_verify(f.db, &err) == DD_OK);
	return 0;
}
