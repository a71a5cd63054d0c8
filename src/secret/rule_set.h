/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked for, as data: drydock's own rules, made into one block of bytes when the program is built, and those
 * of users' files. Nothing here is compiled for an engine yet; README.md says what each key means. */
#ifndef DD_SECRET_RULE_SET_H
#define DD_SECRET_RULE_SET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "model/secret.h"

/* Tests that the found text has to stand: README.md, "Checks". */
enum dd_secret_check {
	DD_CHECK_NONE,
	DD_CHECK_GITHUB_CRC32,
	DD_CHECK_NPM_CRC32,
	DD_CHECK_GRAFANA_CRC32,
	DD_CHECK_AWS_KEY_ID,
	DD_CHECK_PYPI_MACAROON,
	DD_CHECK_JWT,
	DD_CHECK_PEM,
	DD_CHECK_USERPASS,
	DD_CHECK_COUNT
};

struct dd_strs {
	struct dd_str *p;
	size_t n;
};

enum dd_allow_target { DD_ALLOW_SECRET, DD_ALLOW_MATCH, DD_ALLOW_LINE };

/* gitleaks' allowlist: what is found and yet not meant. */
struct dd_secret_allow {
	struct dd_str description;
	bool all;		     /* condition AND: every kind that is given must hold; else any */
	enum dd_allow_target target; /* of regexes; stop words are looked for in the secret */
	struct dd_strs regexes, stopwords, paths, commits;
	struct dd_strs target_rules; /* ids; empty: all (of a global list) */
};

struct dd_secret_require {
	struct dd_str rule; /* another rule must find something near, or this finding does not count */
	uint64_t within_lines, within_columns; /* at most so far apart; UINT64_MAX: however far */
};

struct dd_secret_rule {
	struct dd_secret_kind kind;
	/* Patterns are of PCRE2's syntax (secret/regex.h), whatever the file had. */
	struct dd_str regex;	 /* empty: the path alone is the finding */
	struct dd_str path;	 /* over the path, unanchored; empty: any */
	struct dd_strs keywords; /* lower case; empty: no condition */
	bool keyword_anywhere; /* gitleaks' and Trivy's meaning: in the text somewhere; ours: inside what is matched */
	double entropy;	       /* bits a byte that the secret must exceed; 0: no condition */
	unsigned secret_group; /* 0: the first that is not empty, else the whole match */
	struct dd_str secret_group_name; /* empty: readers make numbers of names */
	enum dd_secret_check check;
	bool binary;	  /* looked for in what is no text, too */
	bool skip_report; /* only for others' `required` */
	struct dd_strs also, tags;
	struct dd_secret_allow *allow; /* NULL where n_allow is 0 */
	size_t n_allow;
	struct dd_secret_require *required;
	size_t n_required;
	struct dd_strs exclude_blocks; /* Trivy's: patterns; what lies inside one of their matches does not count */
	struct dd_str where;	       /* "FILE:LINE", of user rules */
};

struct dd_secret_rule_set {
	struct dd_secret_rule *rules; /* sorted by id, ids are unique */
	size_t n_rules;
	struct dd_secret_allow *allow; /* for all rules */
	size_t n_allow;
	struct dd_strs exclude_blocks; /* Trivy's exclude-block, for all rules */
	struct dd_strs warnings;       /* "FILE:LINE: …": what was passed over in users' files */
	unsigned char digest[32];      /* SHA-256 over all of it: part of the key of cached facts */
	struct dd_arena arena;	       /* owns everything */
};
void dd_secret_rule_set_done(struct dd_secret_rule_set *s);

enum {
	DD_RULE_FILE_BYTES_MAX = DD_SECRET_RULES_BYTES_MAX,
	DD_RULE_FILES_MAX = 64, /* with those that they extend */
	DD_RULES_MAX = 20000,	/* of all files together */
	DD_RULE_WARNINGS_MAX = 200,
};

struct dd_secret_rule_file {
	struct dd_str name; /* for messages */
	struct dd_str text; /* gitleaks' TOML or Trivy's YAML, told by its content */
	/* It was not asked for by name: another file's extend.path names it (dd_secret_rule_extended_name). */
	bool extended;
};
/* The name under which a file is looked for that `file` extends: path as it is meant from file's directory. In a; NULL
 * p: no memory. */
struct dd_str dd_secret_rule_extended_name(struct dd_str file, struct dd_str path, struct dd_arena *a);
/* extend.path of a file, empty: it has none, or cannot be read (dd_secret_rule_set_new will say why). */
enum dd_code dd_secret_rule_extend_path(struct dd_str text, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
/* drydock's own rules and the n given files together (a file may replace or switch off rules by id). *ret is
 * initialised here; on error there is nothing to release. DD_EPARSE, DD_ELIMIT: names file, line, rule and reason. */
enum dd_code dd_secret_rule_set_new(const struct dd_secret_rule_file *files, size_t n, struct dd_secret_rule_set *ret,
				    struct dd_err *err);

#endif
