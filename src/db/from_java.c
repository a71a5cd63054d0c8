/* SPDX-License-Identifier: Apache-2.0 */
/* Trivy's Java index, schema 1 (trivy-java-db pkg/db; the artifact mirror.gcr.io/aquasec/trivy-java-db:1 holds
 * trivy-java.db and metadata.json): which jar of Maven Central has which SHA-1. SQLite:
 *
 *   artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)
 *   indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT)
 *
 * A digest names a file, whatever its archive type is. One that has two names keeps the first in byte order. */
#include "base/buf.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "db/sqlite_input.h"
#include "format/json.h"

enum { SHA1_BYTES = 20 };

struct artifact {
	int64_t id;
	uint32_t name; /* text "group:artifact" */
};

struct index {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	struct dd_sqlite *sql;
	uint32_t source;
	DD_VEC(struct artifact) artifacts; /* by id */
};

/* A Maven coordinate's part: visible ASCII without the colon that joins them. */
static bool is_part(struct dd_str s)
{
	return dd_str_is_word(s) && s.n <= 512 && dd_str_find(s, ':') == s.n;
}

static enum dd_code read_artifact(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct index *x = ctx;
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(2048);
	struct dd_str group = dd_sqlite_text(r, 0);
	if (!is_part(group))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no group: %s", DD_QUOTE(group));
	(void)dd_buf_addf(&name, "%.*s:", DD_FMT(group));
	struct dd_str artifact = dd_sqlite_text(r, 1);
	if (!is_part(artifact))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no artifact: %s", DD_QUOTE(artifact));
	(void)dd_buf_add_str(&name, artifact);
	const struct artifact new = { dd_sqlite_id(r), dd_build_text(x->b, dd_buf_str(&name)) };
	return dd_vec_push(&x->artifacts, new, DD_DB_RECORDS_MAX) ? DD_OK : dd_fail_nomem(err);
}

/* The rows came in the order of their numbers, but for what was found behind damage. */
static uint32_t name_of(const struct index *x, int64_t id)
{
	size_t low = 0, high = x->artifacts.n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (x->artifacts.p[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < x->artifacts.n && x->artifacts.p[low].id == id ? x->artifacts.p[low].name : 0;
}

static int by_id(const void *a, const void *b)
{
	const struct artifact *x = a, *y = b;
	return x->id < y->id ? -1 : x->id > y->id;
}

static enum dd_code read_index(void *ctx, const struct dd_sqlite_rows *r, struct dd_err *err)
{
	struct index *x = ctx;
	struct dd_build_jar jar = { .name = name_of(x, dd_sqlite_int(r, 0)) };
	struct dd_str version = dd_sqlite_text(r, 1);
	if (!jar.name)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "of an artifact that is not there");
	if (!dd_str_is_word(version) || version.n > 512)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no version: %s", DD_QUOTE(version));
	jar.version = dd_build_text(x->b, version);
	struct dd_str sha1 = dd_sqlite_text(r, 2);
	if (sha1.n != SHA1_BYTES)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a SHA-1 of %zu bytes", sha1.n);
	for (size_t i = 0; i < DD_COUNT(jar.sha1); i++)
		jar.sha1[i] = dd_be32(sha1.p + 4 * i);
	DD_TRY(dd_build_check(x->b, err));
	if (!dd_vec_push(&x->b->jars, jar, DD_DB_JARS_MAX))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d jars", DD_DB_JARS_MAX);
	x->b->sources.p[x->source].rows++;
	return DD_OK;
}

static enum dd_code read_tables(struct index *x, struct dd_err *err)
{
	static const char *const tables[] = { "artifacts", "indices", NULL };
	DD_TRY(dd_build_sqlite(x->b, x->doc, tables, &x->sql, err));
	if (!dd_sqlite_has(x->sql, "artifacts") || !dd_sqlite_has(x->sql, "indices"))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no tables 'artifacts' and 'indices': not a Java index");
	DD_TRY(dd_build_rows(x->b, x->doc, x->sql, "artifacts", "group_id artifact_id", read_artifact, x, err));
	if (x->artifacts.n)
		qsort(x->artifacts.p, x->artifacts.n, sizeof *x->artifacts.p, by_id);
	return dd_build_rows(x->b, x->doc, x->sql, "indices", "artifact_id version sha1", read_index, x, err);
}

/* metadata.json: { Version, UpdatedAt, … } */
static enum dd_code read_metadata(struct index *x, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	int64_t version;
	DD_TRY(dd_json_parse(x->doc->bytes, &j, err));
	if (!dd_json_int(j, "Version", &version) || version != 1)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "not the metadata of a Java index of schema 1");
	dd_build_date(x->b, x->source, dd_build_cut(dd_json_str(j, "UpdatedAt"), DD_DB_DATE_BYTES_MAX));
	return dd_build_check(x->b, err);
}

enum dd_code dd_from_java(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct index x = { .b = b, .doc = doc };
	x.source = dd_build_source(b, DD_STR("java"), DD_STR("java"), doc);
	DD_TRY(dd_build_check(b, err));
	if (dd_str_starts(dd_str_trim(dd_str_take(doc->bytes, 64)), DD_STR("{")))
		return read_metadata(&x, err);
	enum dd_code code = read_tables(&x, err);
	dd_sqlite_freep(&x.sql);
	dd_vec_done(&x.artifacts);
	return code;
}
