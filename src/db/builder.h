/* SPDX-License-Identifier: Apache-2.0 */
/* The database while it is being built: everything read so far, in memory, by number. Internal to src/db.
 * build.c owns it, from_*.c fill it, rank.c, join.c and write.c turn it into the file. */
#ifndef DD_BUILDER_H
#define DD_BUILDER_H

#include "base/arena.h"
#include "base/io.h"
#include "base/map.h"
#include "base/vec.h"
#include "db/build.h"
#include "db/db.h"
#include "db/intern.h"
#include "format/digest.h"

/* A database source: what dd_db_source shows. Digests of several inputs are hashed into one. */
struct dd_build_source {
	uint32_t kind, name, url; /* texts */
	uint32_t digest;	  /* text, made when all is read */
	uint32_t date;		  /* text; the newest */
	int64_t time;		  /* date in seconds, INT64_MIN: none */
	bool dates_database;	  /* advisories: its date counts for `built` */
	uint64_t rows;		  /* of kinds that have no records (kev, epss, eol) */
	DD_VEC(uint32_t) inputs;  /* numbers of builder.inputs, each once */
};

/* A list in builder.words. */
struct dd_build_list {
	uint32_t at, n;
};

/* PAIR is the last: PAIR + the text of a vulnerability is what a source says of that one under some id. */
enum dd_build_family {
	DD_FAMILY_OSV,
	DD_FAMILY_DEBIAN,
	DD_FAMILY_ALPINE,
	DD_FAMILY_DETAIL, /* what an aggregated database says of the vulnerability itself */
	DD_FAMILY_GRYPE,
	DD_FAMILY_CSAF,
	DD_FAMILY_UPDATES, /* errata of package repositories, OVAL definitions */
	DD_FAMILY_TRACKER, /* distributions' lists of CVEs */
	DD_FAMILY_PAIR
};

struct dd_build_record {
	uint32_t key[2]; /* family, id: unique among living records; the bytes are the key of builder.record_index */
	uint32_t severity_by;		     /* text: who states the severity, empty: the source */
	uint32_t title, published, modified; /* texts */
	uint32_t source;		     /* number: who is named for severity and CVSS */
	struct dd_build_list names;   /* texts: itself and its aliases; for a bundle what it speaks of, maybe none */
	struct dd_build_list cvss;    /* texts in pairs: vector, who scored (empty: the source) */
	struct dd_build_list cwes;    /* texts: "CWE-79" */
	unsigned char content[8];     /* of the bytes it was read from: decides between equally new forms */
	uint8_t severity;	      /* enum dd_severity, of the vulnerability itself */
	bool bundle, withdrawn, dead; /* dead: a newer form has replaced it */
};

struct dd_build_entry {
	uint32_t record;				   /* number */
	uint32_t ecosystem, package, note, module, arches; /* texts */
	uint32_t affects;				   /* number in builder.affects */
	uint16_t source;				   /* number */
	uint8_t status, fix_state, severity;
};

struct dd_build_kev {
	uint32_t cve, added, due, title; /* texts */
	bool ransomware;
};
struct dd_build_epss {
	uint32_t cve, score, percentile; /* text, 10^-9 */
	int64_t time;			 /* of the list it comes from */
};
struct dd_build_eol {
	uint32_t text[6]; /* product, cycle, codename, eol, extended, latest */
	bool ended;
};

struct dd_build_jar {
	uint32_t sha1[5], name, version; /* numbers, big-endian: dbfile.h; texts */
};

struct dd_builder {
	struct dd_intern strings;
	struct dd_arena arena; /* records, warnings, affects */
	DD_VEC(struct dd_build_source) sources;
	DD_VEC(struct dd_build_record *) records;
	DD_VEC(struct dd_build_entry) entries;
	DD_VEC(uint32_t) words;	       /* lists of texts */
	DD_VEC(struct dd_str) affects; /* each different one once: u32 words in the arena, laid out as in dbfile.h */
	DD_VEC(struct dd_digest) inputs;
	DD_VEC(struct dd_build_kev) kev;
	DD_VEC(struct dd_build_epss) epss;
	DD_VEC(struct dd_build_eol) eol;
	DD_VEC(struct dd_build_jar) jars;
	struct dd_map record_index;  /* key → number in records */
	struct dd_map affects_index; /* words → number in affects */
	enum dd_code failed; /* sticky: DD_ENOMEM or DD_ELIMIT of the dd_build_… helpers; checked once a record */
	struct dd_str warnings[DD_BUILD_WARNINGS_MAX];
	uint64_t n_warnings;
	struct dd_build_stats stats;
	void (*watch)(void *ctx, uint64_t bytes); /* may be NULL */
	void *watch_ctx;
};

/* --- what from_*.c call. They do not return errors but set b->failed. */

/* The number of a text; 0 after a failure. */
uint32_t dd_build_text(struct dd_builder *b, struct dd_str s);
/* At most max bytes of s, cut between characters. */
struct dd_str dd_build_cut(struct dd_str s, size_t max);
/* s's first line, cut at a word before DD_DB_TITLE_BYTES. */
uint32_t dd_build_title(struct dd_builder *b, struct dd_str s);
struct dd_build_document;
/* The source of that kind and name, made if it is new; it came (also) from doc, whose url and date it takes. */
uint32_t dd_build_source(struct dd_builder *b, struct dd_str kind, struct dd_str name,
			 const struct dd_build_document *doc);
/* Notes a date of the source; the newest stays. Texts that are no dates are ignored. */
void dd_build_date(struct dd_builder *b, uint32_t source, struct dd_str date);
/* Appends to words: what was pushed since `at = dd_build_mark(b)` becomes a list. */
uint32_t dd_build_mark(const struct dd_builder *b);
void dd_build_push(struct dd_builder *b, uint32_t word);
struct dd_build_list dd_build_list_since(const struct dd_builder *b, uint32_t mark);
/* Takes the "affects" words pushed since mark off again; gives the number of the list in builder.affects. */
uint32_t dd_build_affects(struct dd_builder *b, uint32_t mark);
uint32_t *dd_build_affects_words(struct dd_builder *b, uint32_t number);
/* "Everything below fixed", or everything when fixed is empty. */
uint32_t dd_build_affects_below(struct dd_builder *b, struct dd_str fixed);
/* "From `from` to below fixed"; empty: from the start, without an end. */
uint32_t dd_build_affects_between(struct dd_builder *b, struct dd_str from, struct dd_str fixed);
/* The living record with that key, DD_MAP_NONE if none. */
uint32_t dd_build_find(const struct dd_builder *b, uint32_t family, uint32_t id);
/* Pushes a CVSS vector onto a record's list in the making, if it has the length of one. */
void dd_build_cvss(struct dd_builder *b, struct dd_str vector, uint32_t by);
/* Pushes a weakness onto a record's list in the making: "CWE-79", or its number alone. Other texts are left out. */
void dd_build_cwe(struct dd_builder *b, struct dd_str cwe);
/* Two forms of one record: is the new one to replace the old one? The one modified last counts; of two equally new ones
 * any, but always the same. */
bool dd_build_supersedes(const struct dd_builder *b, const struct dd_build_record *old,
			 const struct dd_build_record *new);
/* The record of what `source` says about the vulnerability `cve` under `id` (an erratum, a GHSA, or cve itself), made
 * if it is not there yet. alias: the two are names of one thing; else id is a bundle that fixes cve among others.
 * Keeping the CVEs of an erratum apart keeps their packages and severities apart. */
uint32_t dd_build_pair(struct dd_builder *b, uint32_t source, uint32_t id, uint32_t cve, bool alias);
/* The key of an ecosystem as OSV calls it. One that the table does not know keeps its name in lower case, so that its
 * records are there once it does. */
enum dd_code dd_build_osv_key(struct dd_str osv, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
/* Ecosystem and package of an entry, the name as the ecosystem compares it. */
enum dd_code dd_build_package(struct dd_builder *b, struct dd_build_entry *e, struct dd_str key, struct dd_str name,
			      struct dd_err *err);
/* DD_EPARSE when s is longer than any name or version. */
enum dd_code dd_build_check_text(struct dd_str s, const char *what, struct dd_err *err);
/* Adds a record (copied) under its key; one that is there already dies. Its number; DD_MAP_NONE after a failure. */
uint32_t dd_build_record(struct dd_builder *b, const struct dd_build_record *r);
void dd_build_entry(struct dd_builder *b, const struct dd_build_entry *e);
/* A warning: something of the input could not be read. Quote input with DD_QUOTE. */
void dd_build_warn(struct dd_builder *b, const char *fmt, ...) DD_PRINTF(2, 3);
/* b->failed as an error. */
enum dd_code dd_build_check(const struct dd_builder *b, struct dd_err *err);

/* One document: `name` is "file" or "file: member", for messages. */
struct dd_build_document {
	const char *name;
	struct dd_str bytes;
	uint32_t input;			/* number of the digest of the file that it is or lies in */
	bool whole;			/* the input is this one document: when it is broken, nothing is left */
	struct dd_str url, date;	/* of the input, may be empty */
	struct dd_str kind;		/* as the user wrote it */
	const struct dd_map_file *file; /* that bytes are the whole of; NULL: they lie in memory */
};
/* Call it now and then while walking through a big file: what was read of it need not stay in memory. */
void dd_build_forget(const struct dd_build_document *doc);
enum { DD_BUILD_FORGET_EACH = 1 << 14 }; /* records */
/* Reads a document into b. An error ends the input if doc->whole, else it becomes a warning. */
typedef enum dd_code dd_build_read_fn(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err);
dd_build_read_fn dd_from_osv, dd_from_debian, dd_from_alpine, dd_from_kev, dd_from_epss, dd_from_eol, dd_from_trivy,
	dd_from_grype, dd_from_java, dd_from_csaf, dd_from_updateinfo, dd_from_oval, dd_from_arch, dd_from_photon,
	dd_from_openvex, dd_from_rustsec;

/* A source that is one array: makes the source (kind and name are the same) and calls read for each element's bytes;
 * what is broken in one becomes a warning. */
typedef enum dd_code dd_build_element_fn(void *ctx, struct dd_str bytes, struct dd_err *err);
enum dd_code dd_build_elements(struct dd_builder *b, const struct dd_build_document *doc, struct dd_str kind,
			       uint32_t *ret_source, dd_build_element_fn *read, void *ctx, struct dd_err *err);

/* The rows of build.c. */
struct dd_build_kind {
	const char *name;
	dd_build_read_fn *read;
	bool advises;	      /* holds advisories: its dates say how old the database is */
	const char *suffixes; /* of file names that are taken from directories and archives, blanks between */
};
/* NULL: there is none of that name. */
const struct dd_build_kind *dd_build_kind(struct dd_str name);

#endif
