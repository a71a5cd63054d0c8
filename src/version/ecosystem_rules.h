/* SPDX-License-Identifier: Apache-2.0 */
/* Inside src/version/ only: how the releases of an ecosystem are written by others and by us. */
#ifndef DD_ECOSYSTEM_RULES_H
#define DD_ECOSYSTEM_RULES_H

#include "version/ecosystem.h"

/* A key being written: "<name>" or "<name>:<release>", lower case, of [a-z0-9._+/-] and the colon. */
enum { DD_KEY_MAX = 120 };
struct dd_key {
	char text[DD_KEY_MAX];
	size_t n;
	bool bad; /* too long, or a byte that no key has */
};

/* Writes the key of the ecosystem `name` for what stands behind it: OSV's text behind the first colon, or os-release's
 * VERSION_ID. False: not a release of it. `text` is hostile; `k` is empty before. */
typedef bool dd_release_fn(const char *name, struct dd_str text, struct dd_key *k);

/* ecosystem_release.c */
dd_release_fn dd_release_none;	      /* nothing may follow */
dd_release_fn dd_release_ignored;     /* what follows says nothing: a build date, the URL of a registry */
dd_release_fn dd_release_whole;	      /* as it is, in lower case */
dd_release_fn dd_release_major;	      /* 9.3 → 9 */
dd_release_fn dd_release_minor;	      /* 15.5 → 15.5, 15 → 15.0 */
dd_release_fn dd_release_alpine;      /* v3.19, 3.19.1 → 3.19; edge, 3.20_alpha20231219 → edge */
dd_release_fn dd_release_debian;      /* 12.5, bookworm → 12; trixie/sid, nothing → sid */
dd_release_fn dd_release_ubuntu_core; /* 22 → ubuntu:22.04 */
dd_release_fn dd_release_ubuntu;      /* 22.04:LTS; Pro:18.04:LTS → ubuntu-pro:18.04 */
dd_release_fn dd_release_redhat;      /* enterprise_linux:9::appstream → 9; rhel_eus:9.2::baseos → redhat-eus:9.2 */
dd_release_fn dd_release_suse;	      /* Linux Enterprise Server 15 SP5 → 15.5 */
dd_release_fn dd_release_opensuse;    /* Leap 15.5 → opensuse-leap:15.5 */
dd_release_fn dd_release_amazon;      /* 2, 2018.03, 2023.6 → 2023 */
dd_release_fn dd_release_openeuler;   /* 22.03 (LTS-SP3), 22.03-LTS-SP3 → 22.03-lts-sp3 */

/* ecosystem_name.c */
typedef void dd_name_fn(struct dd_str name, char *out, size_t *ret_n); /* out has name.n bytes */
dd_name_fn dd_name_lower;
dd_name_fn dd_name_pep503;

#endif
