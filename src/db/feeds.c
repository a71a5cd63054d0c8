/* SPDX-License-Identifier: Apache-2.0 */
#include "db/feeds.h"

#include "base/limits.h"

static const struct dd_feed feeds[] = {
#define DD_FEED(kind, name, url, path, form, maybe, blank) { kind, name, url, path, form, maybe, blank },
#include "db/feeds.def"
#undef DD_FEED
};

const struct dd_feed *dd_feed_at(size_t i)
{
	return i < DD_COUNT(feeds) ? &feeds[i] : NULL;
}

bool dd_feed_matches(const struct dd_feed *f, struct dd_str selector)
{
	size_t colon = dd_str_find(selector, ':');
	struct dd_str kind = dd_str_take(selector, colon), name = dd_str_from(f->name);
	if (!dd_str_eq_nocase(kind, dd_str_from(f->kind)))
		return false;
	if (colon == selector.n)
		return true;
	struct dd_str wanted = dd_str_skip(selector, colon + 1);
	return dd_str_eq_nocase(wanted, name) || dd_str_eq_nocase(wanted, dd_str_take(name, dd_str_find(name, '/')));
}

void dd_feed_title(const struct dd_feed *f, struct dd_buf *out)
{
	(void)dd_buf_addf(out, "%s:%s", f->kind, f->name);
}

uint64_t dd_feed_bytes_max(const struct dd_feed *f)
{
	return f->form == DD_FEED_ZIP ? DD_FEED_ARCHIVE_BYTES_MAX : DD_FEED_DOCUMENT_BYTES_MAX;
}

/* --- forms --- */

/* The end of central directory record: 22 bytes and a comment of up to 65,535 (APPNOTE.TXT 6.3.10, 4.3.16). Where it is
 * missing, the archive is cut. */
static bool zip_has_end(struct dd_str bytes)
{
	enum { RECORD_BYTES = 22, COMMENT_BYTES_MAX = 65535 };
	size_t from = bytes.n > RECORD_BYTES + COMMENT_BYTES_MAX ? bytes.n - RECORD_BYTES - COMMENT_BYTES_MAX : 0;
	struct dd_str tail = dd_str_skip(bytes, from);
	return dd_str_search(tail, DD_STR("PK\x05\x06")) < tail.n;
}

static const char *zip_fault(struct dd_str bytes)
{
	if (!dd_str_starts(bytes, DD_STR("PK\x03\x04")) && !dd_str_starts(bytes, DD_STR("PK\x05\x06")))
		return "no zip archive";
	return zip_has_end(bytes) ? NULL : "a zip archive that is cut";
}

static const char *json_fault(struct dd_str bytes)
{
	struct dd_str s = dd_str_starts(bytes, DD_STR("\xef\xbb\xbf")) ? dd_str_skip(bytes, 3) : bytes;
	s = dd_str_trim(s);
	if (dd_str_starts(s, DD_STR("\x1f\x8b")))
		return NULL; /* gzip: the builder unpacks it */
	if (s.n == 0 || (s.p[0] != '{' && s.p[0] != '['))
		return "no JSON";
	return s.p[s.n - 1] == '}' || s.p[s.n - 1] == ']' ? NULL : "JSON that is cut";
}

static const char *csv_fault(struct dd_str bytes)
{
	if (dd_str_starts(bytes, DD_STR("\x1f\x8b")) || dd_str_starts(bytes, DD_STR("#")) ||
	    dd_str_starts(bytes, DD_STR("cve")))
		return NULL;
	return "no CSV, plain or gzip";
}

enum dd_code dd_feed_check(const struct dd_feed *f, struct dd_str bytes, struct dd_err *err)
{
	static const char *(*const faults[])(struct dd_str) = { zip_fault, json_fault, csv_fault };
	const char *fault = faults[f->form](bytes);
	if (!fault)
		return DD_OK;
	if (bytes.n == 0)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the file is empty");
	if (dd_str_starts(dd_str_trim(dd_str_take(bytes, 64)), DD_STR("<")))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the server sent a web page");
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the file is %s", fault);
}
