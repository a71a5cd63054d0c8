/* SPDX-License-Identifier: Apache-2.0 */
/* registries.conf: mirrors of registries, what may be asked without encryption, what must not be asked at all.
 * Source: containers-registries.conf(5) and .d(5), version 2; of version 1 the tables `insecure` and `block`. */
#ifndef DD_REGISTRIES_CONF_H
#define DD_REGISTRIES_CONF_H

#include "base/arena.h"
#include "base/err.h"

enum { DD_REGISTRIES_RULES_MAX = 4096, DD_REGISTRIES_MIRRORS_MAX = 15, DD_REGISTRIES_BYTES_MAX = 1 << 20 };

enum dd_mirror_pulls { DD_MIRROR_ALL, DD_MIRROR_DIGESTS, DD_MIRROR_TAGS };
struct dd_registry_location {
	struct dd_str name; /* HOST[:PORT][/PATH] */
	bool insecure;
	enum dd_mirror_pulls pulls;
};
struct dd_registry_rule {
	struct dd_str prefix;		      /* HOST[:PORT][/PATH], "*.DOMAIN", or with a tag or digest behind */
	struct dd_registry_location location; /* name empty: where the prefix says */
	bool blocked;
	struct dd_registry_location mirrors[DD_REGISTRIES_MIRRORS_MAX];
	size_t n_mirrors;
	struct dd_registry_rule *next;
};
/* Zero is the empty one. */
struct dd_registries_conf {
	struct dd_registry_rule *first;
	size_t n;
};

/* Adds the rules of one file; one for a prefix that is known already replaces it. Texts are copies in a. DD_EARG: no
 * TOML, or it makes no sense; the message says what. Unknown keys are passed over. */
enum dd_code dd_registries_conf_add(struct dd_registries_conf *c, struct dd_str bytes, struct dd_arena *a,
				    struct dd_err *err);
/* The rule with the longest prefix of HOST[:PORT]/REPOSITORY[:TAG|@DIGEST]; NULL: none. *ret_length: how much of the
 * name a location stands for: as long as the prefix, of "*.DOMAIN" the whole host. */
const struct dd_registry_rule *dd_registries_conf_find(const struct dd_registries_conf *c, struct dd_str name,
						       size_t *ret_length);

#endif
