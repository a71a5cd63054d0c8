/* SPDX-License-Identifier: Apache-2.0 */
/* An analyzer turns the bytes of one file into facts. It does no I/O, prints nothing and keeps no state, so that any
 * layer can be read on any thread and the result be cached. One folder and one line in analyzers.def each. */
#ifndef DD_ANALYZER_H
#define DD_ANALYZER_H

#include "model/facts.h"

/* Which files an analyzer wants. Data, so that all rows of all analyzers compile into one look-up. Paths have no
 * leading slash. */
enum dd_match_kind {
	DD_MATCH_END,  /* closes the list */
	DD_MATCH_PATH, /* a == the whole path */
	DD_MATCH_DIR,  /* directly inside directory a, name ends in b ("" : any name) */
	/* a == the last component; its directory's path ends in b (NULL: anywhere): ".dist-info"; where b ends in a
	 * component that is a star, that one may have any name: "wp-content/themes/" and a star */
	DD_MATCH_BASENAME,
	DD_MATCH_SUFFIX, /* the last component ends in a, which starts with a dot (".jar"); directory as above */
	DD_MATCH_AFFIX,	 /* the last component starts with a and ends in b, which starts with a dot: "req" ".txt" */
	DD_MATCH_GLOB,	 /* a == the whole path, where a component "*" of a is any one; the last one is a name */
	DD_MATCH_MAGIC,	 /* the content starts with a: "\177ELF" */
	/* A name is all that is wanted: of whatever is directly inside directory a and ends in b ("": any), directories
	 * and links too. The analyzer gets no content. */
	DD_MATCH_ENTRY,
};

struct dd_match {
	enum dd_match_kind kind;
	const char *a, *b;
	uint64_t max_bytes; /* larger files become a problem; 0: DD_EVIDENCE_BYTES_MAX */
};

enum dd_evidence_class {
	DD_EVIDENCE_INSTALLED, /* says what is really there */
	DD_EVIDENCE_DECLARED,  /* says what somebody asked for (lock files) */
	DD_EVIDENCE_SYSTEM,    /* says what the system is, or who owns a file */
};

struct dd_input {
	struct dd_str path; /* as in the layer, cleaned, no leading slash; any bytes */
	struct dd_str data; /* the whole content; readable for the time of the call only */
	bool mapped;	    /* data is a mapping of a file: dd_map_forget() may be used on what was read */
};

/* Fills out from in. A record that cannot be read becomes a problem (dd_found_problem) and the next one is tried; an
 * error return is for a file that is not what it should be at all (the caller makes it a problem too). */
typedef enum dd_code dd_parse_fn(const struct dd_input *in, struct dd_found *out, struct dd_err *err);

struct dd_analyzer {
	const char *id;	  /* stable, kebab-case, shown in output */
	unsigned version; /* raise it when results change: part of the cache key */
	enum dd_evidence_class evidence;
	bool package_database; /* its file being there means that the image has an OS package database */
	const char *title;     /* for people: "Debian packages (dpkg)" */
	const char *purl_type; /* "deb"; NULL when it finds no packages */
	const struct dd_match *match;
	dd_parse_fn *parse;
};

#endif
