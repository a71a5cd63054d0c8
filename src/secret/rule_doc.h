/* SPDX-License-Identifier: Apache-2.0 */
/* For src/secret only: one rule file while it is read, and what it says. gitleaks_rules.c and trivy_rules.c fill it,
 * rule_set.c makes one set of all. */
#ifndef DD_RULE_DOC_H
#define DD_RULE_DOC_H

#include <stdarg.h>

#include "base/buf.h"
#include "base/vec.h"
#include "format/node.h"
#include "secret/rule_fields.h"

struct dd_rule_notes {
	DD_VEC(struct dd_str) list; /* texts in the set's arena */
	size_t dropped;		    /* beyond DD_RULE_WARNINGS_MAX */
};

struct dd_rule_doc {
	struct dd_str name, text;
	struct dd_arena *arena; /* of the set: owns what stays */
	struct dd_rule_notes *notes;
	bool own; /* drydock's: keys that are not known are errors, and repeats may be long */
	/* where the last line number was asked for */
	size_t line_at;
	uint64_t line;
	struct dd_str rule; /* id of the one that is read, for messages */
	struct dd_buf scratch;

	DD_VEC(struct dd_secret_rule) rules;
	DD_VEC(struct dd_secret_allow) allow;
	struct dd_strs exclude_blocks;
	struct dd_str extend_path;
	bool use_default, not_default; /* extend.useDefault: true or false was written */
	struct dd_strs disabled;       /* ids */
	struct dd_strs enabled;	       /* ids of drydock's own; empty: all */
};

/* name, text, arena, notes and own were set by the caller; the rest is zero. The file is TOML or YAML by its first line
 * that says something. */
enum dd_code dd_rule_doc_read(struct dd_rule_doc *d, struct dd_err *err);
void dd_rule_doc_done(struct dd_rule_doc *d);
enum dd_code dd_rule_doc_read_gitleaks(struct dd_rule_doc *d, struct dd_err *err);
enum dd_code dd_rule_doc_read_trivy(struct dd_rule_doc *d, struct dd_err *err);
bool dd_rule_doc_is_toml(struct dd_str text);

uint64_t dd_rule_doc_line(struct dd_rule_doc *d, uint64_t at);
/* "FILE:LINE: rule 'ID': …", with DD_EPARSE. */
enum dd_code dd_rule_doc_fail(struct dd_rule_doc *d, uint64_t at, struct dd_err *err, const char *fmt, ...)
	DD_PRINTF(4, 5);
/* The same as a warning. DD_ENOMEM. */
enum dd_code dd_rule_doc_warn(struct dd_rule_doc *d, uint64_t at, struct dd_err *err, const char *fmt, ...)
	DD_PRINTF(4, 5);
/* The reader's error of the whole document, with its line. */
enum dd_code dd_rule_doc_fail_document(struct dd_rule_doc *d, const struct dd_err *why, struct dd_err *err);

/* A key nobody knows: a warning, an error in drydock's own files; says which known one is near. */
enum dd_code dd_rule_doc_unknown_key(struct dd_rule_doc *d, const struct dd_node *n, const char *const *known,
				     size_t n_known, struct dd_err *err);
/* Values; text and lists are copied into the arena. group, ret_groups: as dd_go_regex_translate. */
enum dd_code dd_rule_doc_text(struct dd_rule_doc *d, const struct dd_node *n, struct dd_str *ret, struct dd_err *err);
enum dd_code dd_rule_doc_texts(struct dd_rule_doc *d, const struct dd_node *n, bool lower, struct dd_strs *ret,
			       struct dd_err *err);
enum dd_code dd_rule_doc_regex(struct dd_rule_doc *d, const struct dd_node *n, struct dd_str group,
			       unsigned *ret_groups, struct dd_str *ret, struct dd_err *err);
enum dd_code dd_rule_doc_regexes(struct dd_rule_doc *d, const struct dd_node *n, struct dd_strs *ret,
				 struct dd_err *err);
/* "FILE:LINE" */
enum dd_code dd_rule_doc_where(struct dd_rule_doc *d, uint64_t at, struct dd_str *ret, struct dd_err *err);

#endif
