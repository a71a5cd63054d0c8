/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/update_state.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "format/json.h"
#include "format/json_write.h"

static void state_path(const char *db_path, struct dd_buf *out)
{
	struct dd_str p = dd_str_from(db_path);
	if (dd_str_ends(p, DD_STR(".db")))
		p = dd_str_take(p, p.n - 3);
	(void)dd_buf_add_str(out, p);
	(void)dd_buf_add_c(out, ".json");
}

static void take(const json_t *j, const char *key, char *to, size_t size)
{
	struct dd_str s = dd_json_str(j, key);
	bool fits = s.n < size && dd_str_is_word(s);
	if (fits)
		memcpy(to, s.p, s.n);
	to[fits ? s.n : 0] = '\0';
}

void dd_update_state_read(const char *db_path, struct dd_update_state *ret)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	json_t *j DD_CLEANUP_JSON = NULL;
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	*ret = (struct dd_update_state){ .checked = INT64_MIN };
	state_path(db_path, &path);
	if (!dd_buf_c(&path) || dd_map_file_open(&file, dd_buf_c(&path), DD_HTTP_RECORD_BYTES_MAX, NULL) != DD_OK ||
	    dd_json_parse(file.bytes, &j, NULL) != DD_OK)
		return;
	take(j, "database", ret->database, sizeof ret->database);
	take(j, "inputs", ret->inputs, sizeof ret->inputs);
	take(j, "program", ret->program, sizeof ret->program);
	(void)dd_time_parse(dd_json_str(j, "checked"), &ret->checked);
}

enum dd_code dd_update_state_write(const char *db_path, const struct dd_update_state *s, struct dd_err *err)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_RECORD_BYTES_MAX);
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_atomic_file file DD_CLEANUP(dd_atomic_done) = { .fd = -1 };
	struct dd_jsonw j = DD_JSONW(&out, 1);
	char when[32];
	dd_jsonw_object(&j);
	dd_jsonw_member_text(&j, "database", dd_str_from(s->database));
	dd_jsonw_member_text(&j, "inputs", dd_str_from(s->inputs));
	dd_jsonw_member_text(&j, "program", dd_str_from(s->program));
	if (s->checked != INT64_MIN)
		dd_jsonw_member_text(&j, "checked", dd_str_from(dd_time_text(s->checked, when)));
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(&out, '\n');
	state_path(db_path, &path);
	if (out.failed || !dd_buf_c(&path))
		return dd_fail_nomem(err);
	DD_TRY(dd_atomic_open(&file, dd_buf_c(&path), 0644, err));
	DD_TRY(dd_write_full(file.fd, out.p, out.n, err));
	return dd_atomic_commit(&file, err);
}
