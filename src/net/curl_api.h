/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of libcurl that drydock uses, by name. Internal to src/net. To use another one: a line here. */
#ifndef DD_CURL_API_H
#define DD_CURL_API_H

#include <curl/curl.h>

#include "net/net.h"

#define DD_CURL_FUNCTIONS(X)                                                                                           \
	X(curl_easy_cleanup)                                                                                           \
	X(curl_easy_getinfo)                                                                                           \
	X(curl_easy_init)                                                                                              \
	X(curl_easy_perform)                                                                                           \
	X(curl_easy_reset)                                                                                             \
	X(curl_easy_setopt)                                                                                            \
	X(curl_easy_strerror)                                                                                          \
	X(curl_free)                                                                                                   \
	X(curl_global_cleanup)                                                                                         \
	X(curl_global_init)                                                                                            \
	X(curl_slist_append)                                                                                           \
	X(curl_slist_free_all)                                                                                         \
	X(curl_url)                                                                                                    \
	X(curl_url_cleanup)                                                                                            \
	X(curl_url_get)                                                                                                \
	X(curl_url_set)                                                                                                \
	X(curl_version_info)

/* Members carry a name of their own: curl/typecheck-gcc.h makes macros of some of the functions'. */
struct dd_curl_functions {
#define DD_CURL_MEMBER(name) __typeof__(&name) x_##name;
	DD_CURL_FUNCTIONS(DD_CURL_MEMBER)
#undef DD_CURL_MEMBER
};
struct dd_net_counters {
	_Atomic uint64_t requests; /* sent */
};
struct dd_net {
	void *library;
	struct dd_net_counters *counters; /* owned; written by every client, which have the rest read-only */
	struct dd_curl_functions f;
};

#endif
