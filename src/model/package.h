/* SPDX-License-Identifier: Apache-2.0 */
/* A package as its package manager records it. All text is a view into the arena of the facts it belongs to. */
#ifndef DD_PACKAGE_H
#define DD_PACKAGE_H

#include "base/str.h"

struct dd_package {
	struct dd_str name;
	struct dd_str version;        /* whole, as the manager writes it: "1:2.36-9+deb12u4", "3.0.1-r2" */
	struct dd_str type;           /* purl type: "deb", "apk", "rpm" */
	struct dd_str arch;           /* as the manager writes it: "amd64", "x86_64", "noarch"; may be empty */
	struct dd_str source_name;    /* source package; empty: same as name */
	struct dd_str source_version; /* version of the source package; empty: same as version */
	struct dd_str licences;       /* as the package data declares it, not yet normalised; may be empty */
	struct dd_str module;         /* rpm MODULARITYLABEL "nodejs:12:8030…:hash"; else empty */
	struct dd_str maintainer;     /* deb Maintainer, rpm Vendor, apk m: — decides official versus third party */
	uint64_t installed_bytes;     /* 0: not recorded */
	/* Files that the package owns: absolute paths without the leading slash, base/pathlist.h bytes. Empty when the
	 * manager keeps the list elsewhere (dpkg: see struct dd_ownership). */
	struct dd_str owned;
};

/* A list of owned files that is kept apart from the package's own record (dpkg's info/NAME[:ARCH].list). */
struct dd_ownership {
	struct dd_str package; /* "libc6" or "libc6:amd64" */
	struct dd_str paths;   /* base/pathlist.h bytes, no leading slashes */
};

/* What one file says about the operating system. Several files may speak; the lowest rank wins, field by field. */
enum dd_os_rank {
	DD_OS_REPOSITORIES,  /* /etc/apk/repositories: wins for the Alpine branch (edge, mixed) */
	DD_OS_RELEASE,       /* os-release(5) */
	DD_OS_LSB,           /* /etc/lsb-release */
	DD_OS_DISTRO_FILE,   /* /etc/alpine-release, centos-release, oracle-release, … */
	DD_OS_FAMILY_FILE,   /* /etc/debian_version, redhat-release, system-release: derivatives carry them too */
	DD_OS_BINARY,        /* busybox' version text: says only that something is there */
};

struct dd_os {
	struct dd_str id;          /* os-release ID: "debian", "alpine", "almalinux"; lower case */
	struct dd_str version;     /* VERSION_ID: "12", "3.19.1"; empty for rolling releases */
	struct dd_str codename;    /* VERSION_CODENAME, may be empty */
	struct dd_str pretty_name; /* for people, may be empty */
	struct dd_str id_like;     /* blanks between ids, may be empty */
	enum dd_os_rank rank;
};

#endif
