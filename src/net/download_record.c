/* SPDX-License-Identifier: Apache-2.0 */
#include "net/download_record.h"

#include "base/io.h"
#include "format/json.h"
#include "format/json_write.h"

static bool take_text(const json_t *j, const char *key, char *to, size_t size)
{
	struct dd_str s = dd_json_str(j, key);
	if (s.n >= size || memchr(s.p, '\0', s.n) || dd_str_find(s, '\n') < s.n || dd_str_find(s, '\r') < s.n)
		return false;
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return true;
}

static bool take_validators(const json_t *j, struct dd_validators *ret)
{
	return take_text(j, "url", ret->url, sizeof ret->url) && take_text(j, "etag", ret->etag, sizeof ret->etag) &&
	       take_text(j, "lastModified", ret->modified, sizeof ret->modified);
}

void dd_download_record_read(const char *path, struct dd_download_record *ret)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	json_t *j DD_CLEANUP_JSON = NULL;
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_download_record r = { 0 };
	int64_t bytes = 0;
	memset(ret, 0, sizeof *ret);
	(void)dd_buf_addf(&name, "%s.json", path);
	if (!dd_buf_c(&name) || dd_map_file_open(&file, dd_buf_c(&name), DD_HTTP_RECORD_BYTES_MAX, NULL) != DD_OK ||
	    dd_json_parse(file.bytes, &j, NULL) != DD_OK)
		return;
	if (take_validators(j, &r.whole) && r.whole.url[0]) {
		if (!dd_json_int(j, "bytes", &bytes) || bytes < 0 ||
		    dd_digest_parse(dd_json_str(j, "digest"), &r.digest, NULL) != DD_OK)
			r.whole.url[0] = '\0';
		r.bytes = (uint64_t)bytes;
	}
	if (!take_validators(dd_json_obj(j, "part"), &r.part))
		r.part.url[0] = '\0';
	*ret = r;
}

static void put_validators(struct dd_jsonw *j, const struct dd_validators *v)
{
	dd_jsonw_member_text(j, "url", dd_str_from(v->url));
	if (v->etag[0])
		dd_jsonw_member_text(j, "etag", dd_str_from(v->etag));
	if (v->modified[0])
		dd_jsonw_member_text(j, "lastModified", dd_str_from(v->modified));
}

enum dd_code dd_download_record_write(const char *path, const struct dd_download_record *r, struct dd_err *err)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_RECORD_BYTES_MAX);
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_atomic_file file DD_CLEANUP(dd_atomic_done) = { .fd = -1 };
	struct dd_jsonw j = DD_JSONW(&out, 2);
	char digest[DD_DIGEST_TEXT_MAX];
	dd_jsonw_object(&j);
	if (r->whole.url[0]) {
		put_validators(&j, &r->whole);
		dd_jsonw_member_u64(&j, "bytes", r->bytes);
		dd_jsonw_member_text(&j, "digest", dd_str_from(dd_digest_text(&r->digest, digest)));
	}
	if (r->part.url[0]) {
		dd_jsonw_key(&j, "part");
		dd_jsonw_object(&j);
		put_validators(&j, &r->part);
		dd_jsonw_close(&j);
	}
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(&out, '\n');
	DD_TRY(dd_buf_check(&out, "the record of a download", err));
	(void)dd_buf_addf(&name, "%s.json", path);
	if (!dd_buf_c(&name))
		return dd_fail_nomem(err);
	DD_TRY(dd_atomic_open(&file, dd_buf_c(&name), 0644, err));
	DD_TRY(dd_write_full(file.fd, out.p, out.n, err));
	return dd_atomic_commit(&file, err);
}
