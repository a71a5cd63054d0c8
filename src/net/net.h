/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl, loaded when the first command needs the network: it pulls in thirty libraries, and a scan, which never uses
 * the network, must start without them (and must run where it is not installed). */
#ifndef DD_NET_H
#define DD_NET_H

#include "base/err.h"

struct dd_net; /* opaque; any number of threads may share one */

/* Loads libcurl and initialises it. This is the one place where the process changes state that is not an object's own:
 * call it once, before other threads are started (curl_global_init(3)). DD_EUNSUPPORTED: no usable libcurl here. */
enum dd_code dd_net_open(struct dd_net **ret, struct dd_err *err);
/* After every client made from it is freed. The library stays loaded: some of those it pulls in cannot be unloaded. */
void dd_net_closep(struct dd_net **n);

/* Requests that all clients have sent so far, each hop of a redirect and each attempt counted. NULL: 0. */
uint64_t dd_net_requests(const struct dd_net *n);

#endif
