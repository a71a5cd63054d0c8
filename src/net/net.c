/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "base/lazylib.h"
#include "net/curl_api.h"

/* The interface has been the same since 2006; flavours differ in the TLS library behind it. */
static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };
/* CURLU, the URL parser of libcurl itself: so that it and drydock never read a URL differently. 7.62 brought it;
 * 7.80 is the oldest that drydock is built and tested with (Ubuntu 22.04 has 7.81). */
enum { OLDEST_VERSION = 0x075000 };

static const struct dd_lazy_symbol symbols[] = {
#define DD_CURL_SYMBOL(name) DD_LAZY(struct dd_curl_functions, x_##name, name),
	DD_CURL_FUNCTIONS(DD_CURL_SYMBOL)
#undef DD_CURL_SYMBOL
};

static enum dd_code load(struct dd_net *n, struct dd_err *err)
{
	struct dd_err first, more;
	enum dd_code code = dd_lazylib_open(names[0], symbols, DD_COUNT(symbols), &n->f, &n->library, &first);
	for (size_t i = 1; i < DD_COUNT(names) && code != DD_OK; i++)
		code = dd_lazylib_open(names[i], symbols, DD_COUNT(symbols), &n->f, &n->library, &more);
	if (code != DD_OK)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "the network needs libcurl (package libcurl4): %.300s", first.message);
	const curl_version_info_data *v = n->f.x_curl_version_info(CURLVERSION_NOW);
	if (v->version_num < OLDEST_VERSION)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "this libcurl is too old: %s", v->version);
	if (n->f.x_curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "libcurl cannot be initialised");
	return DD_OK;
}

enum dd_code dd_net_open(struct dd_net **ret, struct dd_err *err)
{
	struct dd_net *n = dd_alloc_zero(1, sizeof *n);
	struct dd_net_counters *counters = dd_alloc_zero(1, sizeof *counters);
	enum dd_code code = n && counters ? load(n, err) : dd_fail_nomem(err);
	if (code == DD_OK) {
		n->counters = counters;
		*ret = n;
	} else {
		dd_free(n);
		dd_free(counters);
	}
	return code;
}

void dd_net_closep(struct dd_net **at)
{
	struct dd_net *n = DD_TAKE(*at);
	if (n) {
		n->f.x_curl_global_cleanup();
		dd_free(n->counters);
	}
	dd_free(n);
}

uint64_t dd_net_requests(const struct dd_net *n)
{
	return n ? atomic_load(&n->counters->requests) : 0;
}
