/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and connections, shared by the files of the HTTP client. Internal to src/net. */
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

/* dd_http_options.dial; take NULL: the network. */
struct dd_http_dial {
	bool (*take)(void *ctx, int fd);
	void *ctx;
	int listener; /* of the connection that is being made, -1: none is */
};
void dd_http_dial_set(struct dd_http_dial *d, const struct dd_net *net, CURL *curl);

#endif
