/* SPDX-License-Identifier: Apache-2.0 */
/* A row of probes.def and a credential → a request. A credential comes out of a hostile image: it must not be able to
 * end a header line, change the path or the host of the address. */
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "probe/probe.h"

enum { REQUEST_BYTES_MAX = 4 * DD_PROBE_SECRET_MAX + 1024 };

static enum dd_code unfit(struct dd_err *err)
{
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "it holds characters that cannot be sent");
}

static bool is_visible(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 127)
			return false;
	return s.n > 0 && s.n <= DD_PROBE_SECRET_MAX;
}

/* RFC 3986 §2.3: everything but the unreserved characters, and ":" which a path may hold, is encoded. */
static void add_encoded(struct dd_buf *out, struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (dd_is_alpha(c) || dd_is_digit(c) || strchr("-._~:", c))
			(void)dd_buf_add_char(out, c);
		else
			(void)dd_buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

/* "{url A B}": an address below A or B, with nothing in it that could lead elsewhere. */
static enum dd_code add_address(struct dd_buf *out, struct dd_str starts, struct dd_str secret, struct dd_err *err)
{
	while (starts.n) {
		struct dd_str start = dd_str_take(starts, dd_str_find(starts, ' '));
		starts = dd_str_skip(starts, start.n + 1);
		if (!start.n || !dd_str_starts(secret, start))
			continue;
		for (size_t i = start.n; i < secret.n; i++)
			if (!dd_is_alpha(secret.p[i]) && !dd_is_digit(secret.p[i]) && !strchr("-_/", secret.p[i]))
				return unfit(err);
		(void)dd_buf_add_str(out, secret);
		return DD_OK;
	}
	return unfit(err);
}

static enum dd_code add_piece(struct dd_buf *out, struct dd_str piece, struct dd_str secret, bool url,
			      struct dd_err *err)
{
	size_t colon = dd_str_find(piece, ':');
	if (piece.n == 0) {
		if (url)
			add_encoded(out, secret);
		else
			(void)dd_buf_add_str(out, secret);
	} else if (dd_str_starts(piece, DD_STR("url "))) {
		return add_address(out, dd_str_skip(piece, 4), secret, err);
	} else if (dd_str_eq_c(dd_str_skip(piece, colon), ":b64")) {
		DD_CLEANUP_BUF struct dd_buf plain = DD_BUF_INIT(2 * DD_PROBE_SECRET_MAX);
		(void)dd_buf_add_str(&plain, dd_str_take(piece, colon + 1));
		(void)dd_buf_add_str(&plain, secret);
		(void)dd_base64_encode(dd_buf_str(&plain), out);
		if (plain.p)
			explicit_bzero(plain.p, plain.n);
		return dd_buf_check(&plain, "a request", err);
	} else {
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the table has no {%.*s}", DD_FMT(piece));
	}
	return DD_OK;
}

/* A brace that no closing one follows on its own, as in a JSON body, stands for itself. */
static bool next_piece(struct dd_str rest, struct dd_str *ret)
{
	struct dd_str inside = dd_str_skip(rest, 1);
	*ret = dd_str_take(inside, dd_str_find(inside, '}'));
	bool known = ret->n == 0 || dd_str_starts(*ret, DD_STR("url ")) || dd_str_ends(*ret, DD_STR(":b64"));
	return known && ret->n < inside.n;
}

static enum dd_code fill(const char *form, struct dd_str secret, bool url, struct dd_arena *a, struct dd_str *ret,
			 struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(REQUEST_BYTES_MAX);
	struct dd_str rest = dd_str_from(form), piece;
	enum dd_code code = DD_OK;
	while (rest.n && code == DD_OK) {
		if (rest.p[0] == '{' && next_piece(rest, &piece)) {
			code = add_piece(&out, piece, secret, url, err);
			rest = dd_str_skip(rest, piece.n + 2);
		} else {
			(void)dd_buf_add_char(&out, rest.p[0]);
			rest = dd_str_skip(rest, 1);
		}
	}
	if (code == DD_OK)
		code = dd_buf_check(&out, "a request", err);
	if (code == DD_OK) {
		const char *text = dd_arena_c(a, dd_buf_str(&out));
		*ret = text ? dd_str_from(text) : (struct dd_str){ 0 };
		code = text ? DD_OK : dd_fail_nomem(err);
	}
	if (out.p)
		explicit_bzero(out.p, out.n);
	return code;
}

static enum dd_code fill_headers(const struct dd_probe_row *row, struct dd_str secret, struct dd_arena *a,
				 struct dd_probe_request *r, struct dd_err *err)
{
	struct dd_str all = { 0 }, line;
	size_t n = 0;
	if (!row->headers)
		return DD_OK;
	DD_TRY(fill(row->headers, secret, false, a, &all, err));
	while (all.n && n < DD_PROBE_HEADERS_MAX) {
		(void)dd_str_line(&all, &line);
		r->headers[n] = dd_arena_c(a, line);
		if (!r->headers[n++])
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

enum dd_code dd_probe_fill(const struct dd_probe_row *row, struct dd_str secret, struct dd_arena *a,
			   struct dd_probe_request *ret, struct dd_err *err)
{
	struct dd_probe_request r = { .method = row->method };
	struct dd_str url;
	if (!is_visible(secret))
		return unfit(err);
	DD_TRY(fill(row->url, secret, true, a, &url, err));
	r.url = url.p;
	struct dd_str host = dd_str_skip(url, dd_str_from("https://").n);
	host = dd_str_take(host, strcspn(host.p, "/?#:"));
	if (!dd_str_starts(url, DD_STR("https://")) || host.n >= sizeof r.host)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the table has an address without https");
	memcpy(r.host, host.p, host.n);
	DD_TRY(fill_headers(row, secret, a, &r, err));
	if (row->body)
		DD_TRY(fill(row->body, secret, false, a, &r.body, err));
	*ret = r;
	return DD_OK;
}
