/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, shared by the files of the HTTP client. Internal to src/net. */
#ifndef DD_HTTP_PARTS_H
#define DD_HTTP_PARTS_H

#include "net/curl_api.h"
#include "net/http.h"

/* A URL as libcurl reads it. */
struct dd_http_address {
	const struct dd_net *net;
	CURLU *url;
	char *scheme, *host, *port;
};
/* Gives what is wrong with it, NULL when nothing is. *a must be released in both cases. */
const char *dd_http_address_read(struct dd_http_address *a, const struct dd_net *net, const char *url);
void dd_http_address_done(struct dd_http_address *a);
/* RFC 6454 §4: scheme, host and port. */
bool dd_http_origins_equal(const struct dd_http_address *a, const struct dd_http_address *b);

#endif
