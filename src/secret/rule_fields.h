/* SPDX-License-Identifier: Apache-2.0 */
/* For src/secret only: the fields of rules as tables. One table serves the reader of TOML (the keys), and the compact
 * form in which drydock's own rules lie in the program. A new key is a line in rule_fields.c. */
#ifndef DD_RULE_FIELDS_H
#define DD_RULE_FIELDS_H

#include "base/buf.h"
#include "secret/rule_set.h"

enum dd_rule_field_type {
	DD_FIELD_TEXT,	/* struct dd_str */
	DD_FIELD_REGEX, /* struct dd_str, translated */
	DD_FIELD_TEXTS, /* struct dd_strs */
	DD_FIELD_WORDS, /* struct dd_strs, lower-cased */
	DD_FIELD_REGEXES,
	DD_FIELD_NUMBER, /* unsigned */
	DD_FIELD_FAR,	 /* uint64_t, UINT64_MAX when it is not given */
	DD_FIELD_REAL,	 /* double */
	DD_FIELD_FLAG,	 /* bool */
	DD_FIELD_CHOICE, /* an enum, by name */
	DD_FIELD_ALL,	 /* bool: "AND" is true, "OR" false */
	DD_FIELD_LIST,	 /* pointer and, at count, size_t */
	DD_FIELD_ONE,	 /* the old form of a list that has one element; same place */
	DD_FIELD_UNREAD, /* known, of no use here */
};

struct dd_rule_table;
struct dd_rule_field {
	const char *key; /* as gitleaks writes it; NULL: not read, only kept */
	enum dd_rule_field_type type;
	size_t offset, count;
	const struct dd_rule_table *items;	      /* of LIST, ONE */
	bool (*choose)(struct dd_str, unsigned *ret); /* of CHOICE */
	const char *choices;			      /* for the message */
};
struct dd_rule_table {
	const struct dd_rule_field *fields;
	size_t n, size;
};
extern const struct dd_rule_table dd_rule_table, dd_allow_table, dd_global_allow_table;

/* Rules and allow lists of a set ↔ bytes; of the set only these. */
enum dd_code dd_rules_encode(const struct dd_secret_rule_set *set, struct dd_buf *out, struct dd_err *err);
/* Texts are views into bytes; tables live in set->arena. bytes are the program's own: DD_EPARSE means that it was built
 * wrong. */
enum dd_code dd_rules_decode(struct dd_str bytes, struct dd_secret_rule_set *set, struct dd_err *err);

#endif
