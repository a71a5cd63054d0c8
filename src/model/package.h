/* SPDX-License-Identifier: Apache-2.0 */
/* A package as its package manager records it: of the operating system, or a third-party dependency. All text is a view
 * into the arena of the facts it belongs to. */
#ifndef DD_PACKAGE_H
#define DD_PACKAGE_H

#include "base/str.h"

/* How sure it is that the package is really there. */
enum dd_package_evidence {
	DD_PACKAGE_INSTALLED, /* what a manager installed, or the thing itself: a dist-info, a jar, a build-info section
			       */
	DD_PACKAGE_DECLARED,  /* what somebody asked for: a lock file, requirements.txt, pom.xml */
	DD_PACKAGE_GUESSED,   /* told by a file's name or a pattern in its bytes: classifiers, a jar without metadata */
	DD_PACKAGE_EVIDENCE_COUNT
};
const char *dd_package_evidence_name(enum dd_package_evidence e); /* "installed" "declared" "guessed" */

struct dd_package {
	/* As advisories of its ecosystem write it, whole: "libc6", npm "@scope/name", maven "group:artifact", composer
	 * "vendor/name", golang the module path ("stdlib" for the standard library). */
	struct dd_str name;
	struct dd_str version;	   /* whole, as the manager writes it: "1:2.36-9+deb12u4", "3.0.1-r2"; may be empty */
	struct dd_str type;	   /* purl type: "deb", "apk", "rpm", "npm", "pypi", "maven", "golang", "generic" … */
	struct dd_str arch;	   /* as the manager writes it: "amd64", "x86_64", "noarch"; may be empty */
	struct dd_str source_name; /* source package; empty: same as name */
	struct dd_str source_version; /* version of the source package; empty: same as version */
	struct dd_str licences;	      /* as the package data declares it, not yet normalised; may be empty */
	struct dd_str module;	      /* rpm MODULARITYLABEL "nodejs:12:8030…:hash"; else empty */
	struct dd_str maintainer;     /* deb Maintainer, rpm Vendor, apk m: — decides official versus third party */
	uint64_t installed_bytes;     /* 0: not recorded */
	/* Of third-party packages; all may be empty. */
	enum dd_package_evidence evidence;
	bool dev;		  /* needed for development or tests only, as the lock file says */
	struct dd_str inner;	  /* inside an archive: path of the member, levels apart by '!': "BOOT-INF/lib/a.jar" */
	struct dd_str digest;	  /* of the package's artefact: "sha512:<hex>", "sha1:<hex>" … */
	struct dd_str url;	  /* where it was downloaded from, without credentials; for VCS dependencies theirs */
	struct dd_str cpe;	  /* CPE 2.3 name, for what only NVD knows by name: classified binaries */
	struct dd_str depends;	  /* what it needs: "name" or "name@version" of the same type, one a line */
	struct dd_str qualifiers; /* further purl qualifiers of its type, "key=value" one a line, not encoded */
	/* Files that the package owns: absolute paths without the leading slash, base/pathlist.h bytes. Empty when the
	 * manager keeps the list elsewhere (dpkg: see struct dd_ownership). */
	struct dd_str owned;
};

/* A list of owned files that is kept apart from the package's own record (dpkg's info/NAME[:ARCH].list), of a package
 * that the same analyzer finds. */
struct dd_ownership {
	struct dd_str package; /* "libc6", "libc6:amd64" or "dev-lang/python@3.12.1" */
	struct dd_str paths;   /* base/pathlist.h bytes, no leading slashes */
};

/* What one file says about the operating system. Several files may speak; the lowest rank wins, field by field. */
enum dd_os_rank {
	DD_OS_REPOSITORIES, /* /etc/apk/repositories: wins for the Alpine branch (edge, mixed) */
	DD_OS_RELEASE,	    /* os-release(5) */
	DD_OS_LSB,	    /* /etc/lsb-release */
	DD_OS_DISTRO_FILE,  /* /etc/alpine-release, centos-release, oracle-release, … */
	DD_OS_FAMILY_FILE,  /* /etc/debian_version, redhat-release, system-release: derivatives carry them too */
	DD_OS_BINARY,	    /* busybox' version text: says only that something is there */
	DD_OS_SUBSCRIPTION, /* one service of `subscription`, and of which system; names no system by itself */
};

struct dd_os {
	struct dd_str id;	    /* os-release ID: "debian", "alpine", "almalinux"; lower case */
	struct dd_str version;	    /* VERSION_ID: "12", "3.19.1"; empty for rolling releases */
	struct dd_str codename;	    /* VERSION_CODENAME, may be empty */
	struct dd_str pretty_name;  /* for people, may be empty */
	struct dd_str id_like;	    /* blanks between ids, may be empty */
	struct dd_str subscription; /* services with longer support that it takes updates from, blanks between:
				     * "esm-apps esm-infra"; may be empty */
	enum dd_os_rank rank;
};

#endif
