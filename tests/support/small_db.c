/* SPDX-License-Identifier: Apache-2.0 */
#include "support/small_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "db/build.h"
#include "support/test.h"

static void path_of(const struct dd_small_db *s, size_t i, char out[128])
{
	const char *name = i < s->n ? s->documents[i].name : NULL;
	if (name)
		(void)snprintf(out, 128, "%s/%.40s", s->directory, name);
	else
		(void)snprintf(out, 128, "%s/%zu.json", s->directory, i);
}

static bool write_document(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");
	bool ok = f && fputs(text, f) >= 0;
	return f ? fclose(f) == 0 && ok : false;
}

static enum dd_code build(struct dd_small_db *s, struct dd_err *err)
{
	struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
	char path[128];
	size_t shown;
	uint64_t warnings;
	DD_TRY(dd_builder_new(&b, err));
	for (size_t i = 0; i < s->n && s->documents[i].kind; i++) {
		struct dd_build_input in = { .kind = s->documents[i].kind, .path = path };
		path_of(s, i, path);
		if (s->documents[i].path)
			in.path = s->documents[i].path;
		else if (!write_document(path, s->documents[i].text))
			return dd_fail_errno(err, "%s", path);
		DD_TRY(dd_builder_add(b, &in, err));
	}
	const struct dd_str *texts = dd_builder_warnings(b, &shown, &warnings);
	if (warnings)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "warning: %.*s", DD_FMT(texts[0]));
	path_of(s, s->n, path);
	DD_TRY(dd_builder_write(b, path, err));
	return dd_db_open(path, &s->db, err);
}

bool dd_small_db_open(struct dd_small_db *s, const struct dd_document *documents, size_t n, const char *row)
{
	struct dd_err err = { 0 };
	const char *tmp = getenv("TMPDIR");
	*s = (struct dd_small_db){ .documents = documents, .n = n };
	(void)snprintf(s->directory, sizeof s->directory, "%.40s/drydock-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(s->directory)) {
		s->directory[0] = 0;
		dd_check(false, "a temporary directory", row, __FILE__, __LINE__);
		return false;
	}
	enum dd_code code = build(s, &err);
	if (code != DD_OK)
		dd_check(false, err.message, row, __FILE__, __LINE__);
	return code == DD_OK;
}

void dd_small_db_done(struct dd_small_db *s)
{
	char path[128];
	dd_db_closep(&s->db);
	if (!s->directory[0])
		return;
	for (size_t i = 0; i <= s->n; i++) {
		path_of(s, i, path);
		(void)unlink(path);
	}
	(void)rmdir(s->directory);
}
