/* SPDX-License-Identifier: Apache-2.0 */
/* Who may be asked. An image names repositories of its own; to ask any host that an image names would let it reach into
 * the network of whoever scans it. So there is a table of the distributions' hosts, and what the user adds. */
#ifndef DD_FRESH_HOSTS_H
#define DD_FRESH_HOSTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/opt.h"
#include "fresh/server.h"

struct dd_fresh_hosts {
	struct {
		const char *host, *url; /* url: what is asked in its place, NULL: itself */
	} rules[DD_FRESH_RULES_MAX];
	size_t n;
};

/* http or https, a host, no user name, query or fragment. */
bool dd_fresh_is_address(struct dd_str url);
/* "host" or "host:port" of an address, in small letters. False: it is none, or longer than that. */
bool dd_fresh_host_of(struct dd_str url, char ret[DD_FRESH_ORIGIN_MAX]);

/* Each of list is HOST[:PORT] or HOST[:PORT]=URL. DD_EARG. */
enum dd_code dd_fresh_hosts_set(struct dd_fresh_hosts *h, const struct dd_opt_list *list, struct dd_arena *a,
				struct dd_err *err);
/* By the table or by the user's word. */
bool dd_fresh_hosts_allow(const struct dd_fresh_hosts *h, const char *host);
/* A registry of images that anybody may use, or one that the user names. */
bool dd_fresh_hosts_allow_images(const struct dd_fresh_hosts *h, const char *registry);
/* The keyring of the distribution whose host it is, as its package installs it; NULL: none is known. */
const char *dd_fresh_hosts_keyring(const char *host);
/* Appends base, or what the user put in its host's place, without a slash at the end. */
enum dd_code dd_fresh_hosts_base(const struct dd_fresh_hosts *h, const char *base, struct dd_buf *out,
				 struct dd_err *err);

#endif
