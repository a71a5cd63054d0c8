/* SPDX-License-Identifier: Apache-2.0 */
/* What a file's path says about texts in it that look like secrets. */
#ifndef DD_SECRET_PLACE_H
#define DD_SECRET_PLACE_H

#include "base/str.h"

enum dd_place_kind {
	DD_PLACE_PLAIN,	      /* says nothing */
	DD_PLACE_CONFIG,      /* settings: values are meant as they stand; also where there is no path at all */
	DD_PLACE_CODE,	      /* a programming language: values may be expressions */
	DD_PLACE_SAMPLE,      /* tests, examples, documentation, templates */
	DD_PLACE_LIST,	      /* lock files and lists of checksums: digests beside every name */
	DD_PLACE_GENERATED,   /* minified, bundled, source maps */
	DD_PLACE_TRANSLATION, /* texts of a user interface */
};

struct dd_place {
	enum dd_place_kind kind;
	const char *what; /* "a test": for reasons */
	bool code;	  /* of a programming language, whatever kind is */
};

/* path as dd_secret_file.path; levels of archives apart by '!'. The last level decides, and any folder above it. */
struct dd_place dd_secret_place_of(struct dd_str path);

#endif
