/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses: what is taken, which are of one origin, how one is told to people. */
#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/http_parts.h"

void dd_http_address_done(struct dd_http_address *a)
{
	if (!a->url)
		return;
	a->net->f.x_curl_free(a->scheme);
	a->net->f.x_curl_free(a->host);
	a->net->f.x_curl_free(a->port);
	a->net->f.x_curl_url_cleanup(a->url);
}

const char *dd_http_address_read(struct dd_http_address *a, const struct dd_net *net, const char *url)
{
	char *user = NULL;
	*a = (struct dd_http_address){ .net = net, .url = net->f.x_curl_url() };
	if (!a->url)
		return "out of memory";
	if (net->f.x_curl_url_set(a->url, CURLUPART_URL, url, CURLU_DISALLOW_USER) != CURLUE_OK) {
		/* Told apart, because a user name is the likely mistake. */
		bool named = net->f.x_curl_url_set(a->url, CURLUPART_URL, url, 0) == CURLUE_OK &&
			     net->f.x_curl_url_get(a->url, CURLUPART_USER, &user, 0) == CURLUE_OK;
		net->f.x_curl_free(user);
		return named ? "a URL with a user name is not taken" : "not a URL of http or https";
	}
	if (net->f.x_curl_url_get(a->url, CURLUPART_SCHEME, &a->scheme, 0) != CURLUE_OK ||
	    net->f.x_curl_url_get(a->url, CURLUPART_HOST, &a->host, 0) != CURLUE_OK ||
	    net->f.x_curl_url_get(a->url, CURLUPART_PORT, &a->port, CURLU_DEFAULT_PORT) != CURLUE_OK ||
	    (strcmp(a->scheme, "https") != 0 && strcmp(a->scheme, "http") != 0))
		return "not a URL of http or https";
	return NULL;
}

bool dd_http_origins_equal(const struct dd_http_address *a, const struct dd_http_address *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && strcmp(a->port, b->port) == 0 &&
	       dd_str_eq_nocase(dd_str_from(a->host), dd_str_from(b->host));
}

enum dd_code dd_http_check_url(const struct dd_net *net, const char *url, struct dd_err *err)
{
	struct dd_http_address a DD_CLEANUP(dd_http_address_done);
	const char *wrong = dd_http_address_read(&a, net, url);
	if (!wrong && strlen(url) > DD_HTTP_URL_BYTES_MAX)
		wrong = "too long";
	return wrong ? dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: %s", DD_QUOTE_URL(dd_str_from(url)), wrong) : DD_OK;
}

struct dd_quoted dd_http_quote_url(struct dd_str url)
{
	char text[112];
	size_t start = dd_str_search(url, DD_STR("://"));
	start = start < url.n ? start + 3 : 0;
	struct dd_str scheme = dd_str_take(url, start), rest = dd_str_skip(url, start);
	struct dd_str shown = dd_str_take(rest, dd_str_find(rest, '?'));
	shown = dd_str_take(shown, dd_str_find(shown, '#'));
	struct dd_str host = dd_str_take(shown, dd_str_find(shown, '/'));
	size_t at = dd_str_rfind(host, '@');
	if (at < host.n)
		shown = dd_str_skip(shown, at + 1);
	int n = snprintf(text, sizeof text, "%.*s%.*s%s", DD_FMT(dd_str_take(scheme, 16)),
			 DD_FMT(dd_str_take(shown, 90)), shown.n > 90 || shown.n < rest.n ? "..." : "");
	/* A NUL in the URL ends the text early. */
	return dd_quote((struct dd_str){ text, n < 0 ? 0 : strnlen(text, (size_t)n) });
}

enum dd_code dd_http_resolve(const struct dd_net *net, const char *base, struct dd_str reference, struct dd_buf *out,
			     struct dd_err *err)
{
	struct dd_http_address a DD_CLEANUP(dd_http_address_done) = { 0 };
	struct dd_buf copy DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	char *whole = NULL;
	const char *wrong = dd_http_address_read(&a, net, base);
	(void)dd_buf_add_str(&copy, reference);
	const char *text = dd_buf_c(&copy);
	if (!text)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: an address that is too long",
			       DD_QUOTE_URL(reference));
	if (!wrong && (memchr(text, 0, reference.n) ||
		       net->f.x_curl_url_set(a.url, CURLUPART_URL, text, CURLU_DISALLOW_USER) != CURLUE_OK ||
		       net->f.x_curl_url_get(a.url, CURLUPART_URL, &whole, 0) != CURLUE_OK))
		wrong = "not an address";
	if (!wrong) {
		dd_buf_clear(out);
		(void)dd_buf_add_c(out, whole);
	}
	net->f.x_curl_free(whole);
	if (wrong)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: %s", DD_QUOTE_URL(reference), wrong);
	DD_TRY(dd_buf_check(out, "an address", err));
	return dd_buf_c(out) ? dd_http_check_url(net, dd_buf_c(out), err) : dd_fail_nomem(err);
}

enum dd_code dd_http_origin(const struct dd_net *net, const char *url, struct dd_http_origin *ret, struct dd_err *err)
{
	struct dd_http_address a DD_CLEANUP(dd_http_address_done) = { 0 };
	uint64_t port = 0;
	const char *wrong = dd_http_address_read(&a, net, url);
	if (!wrong && (strlen(a.host) >= sizeof ret->host || !dd_str_u64(dd_str_from(a.port), UINT16_MAX, &port)))
		wrong = "not a host that is taken";
	if (wrong)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: %s", DD_QUOTE_URL(dd_str_from(url)), wrong);
	ret->https = strcmp(a.scheme, "https") == 0;
	ret->port = (unsigned)port;
	for (size_t i = 0; i <= strlen(a.host); i++)
		ret->host[i] = dd_lower(a.host[i]);
	return DD_OK;
}

enum dd_code dd_http_add_path(struct dd_buf *url, struct dd_str path)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < path.n; i++) {
		unsigned char b = (unsigned char)path.p[i];
		if (dd_is_alpha(path.p[i]) || dd_is_digit(path.p[i]) || (b && strchr("-._~/", b))) {
			(void)dd_buf_add_char(url, path.p[i]);
			continue;
		}
		(void)dd_buf_add(url, (const char[]){ '%', hex[b >> 4], hex[b & 15] }, 3);
	}
	return url->failed ? DD_ELIMIT : DD_OK;
}
