/* SPDX-License-Identifier: Apache-2.0 */
/* What those who publish a package say of it today. Every text is theirs: UTF-8 or not, any byte. */
#ifndef DD_UPSTREAM_H
#define DD_UPSTREAM_H

#include "base/str.h"
#include "model/problem.h"

enum dd_upstream_state {
	DD_UPSTREAM_NOT_ASKED, /* nobody to ask, or it was not wanted */
	DD_UPSTREAM_KNOWN,
	DD_UPSTREAM_ABSENT, /* the registry does not have it: private, renamed, removed */
	DD_UPSTREAM_FAILED, /* no answer that could be used: a problem tells of it */
};

/* What is abnormal, of the package or of the version that is installed. */
enum {
	DD_UPSTREAM_DEPRECATED = 1, /* its authors say not to use it any more */
	DD_UPSTREAM_YANKED = 2,	    /* this version was taken back */
	DD_UPSTREAM_ARCHIVED = 4,   /* nobody works on it any more */
	DD_UPSTREAM_REMOVED = 8,    /* quarantined or removed for security's sake */
};

struct dd_upstream {
	enum dd_upstream_state state;
	struct dd_str latest;	/* newest version that is meant for use; empty: not known */
	struct dd_str released; /* when latest came out, RFC 3339; may be empty */
	bool behind;		/* latest is newer than what is installed */
	bool security;		/* the newer version comes from, or is announced by, the distribution's security team */
	unsigned marks;		/* DD_UPSTREAM_* bits */
	struct dd_str words;	/* why, in the publisher's words; may be empty */
	struct dd_str instead;	/* the package to use instead; may be empty */
	struct dd_str held;	/* what in the image's settings may keep an upgrade from taking it; may be empty */
	struct dd_str origin;	/* who says so: "registry.npmjs.org", "deb.debian.org bookworm-security main" */
};

/* What a registry says of an image's tag. */
struct dd_upstream_tag {
	enum dd_upstream_state state;
	struct dd_str reference; /* "docker.io/library/debian:12" */
	struct dd_str digest;	 /* that the tag has today */
	bool moved;		 /* the tag means another image now */
};

struct dd_upstreams {
	struct dd_upstream *packages; /* one for each package of the inventory; NULL: nobody was asked */
	struct dd_upstream_tag tag, base;
	struct dd_problem *problems; /* what could not be asked or read */
	size_t n_problems;
	struct dd_str *warnings; /* what was not asked, and why */
	size_t n_warnings;
};

#endif
