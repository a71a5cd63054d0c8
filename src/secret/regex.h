/* SPDX-License-Identifier: Apache-2.0 */
/* One pattern, compiled by PCRE2: bytes, never UTF-8; "." and lines end at LF; "$" is the end of the text, "^" its
 * start, unless the pattern itself says (?m). Its syntax is PCRE2's: what others write goes through their reader first.
 * A pattern is read-only and shared by threads; a scratch belongs to one.
 *
 * Work is bounded whatever pattern and text are: DD_REGEX_STEPS_MAX for each place where a match may start, and
 * memory as the other limits say. What goes beyond is DD_REGEX_GAVE_UP: nobody knows then whether there is a match.
 */
#ifndef DD_REGEX_H
#define DD_REGEX_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/str.h"
#include "secret/engines.h"

enum {
	DD_REGEX_BYTES_MAX = 64 << 10,
	DD_REGEX_NESTING_MAX = 100, /* parentheses; the compiler calls itself for each */
	DD_REGEX_GROUPS_MAX = 128,  /* with the whole match as group 0; gitleaks' rules have up to 6 */
	/* For one place to start at. "(a+)+$" needs 2^n of them for n letters, a real rule less than 2,000. */
	DD_REGEX_STEPS_MAX = 200000,
	DD_REGEX_MEMORY_KIB_MAX = 16 << 10,
};

struct dd_regex;
enum dd_regex_flag {
	DD_REGEX_JIT = 1,      /* to machine code, where the system allows it; else it is the same, only slower */
	DD_REGEX_CASELESS = 2, /* ASCII letters */
};
/* engines is borrowed and must outlive it. DD_EPARSE: err->at is the offset in the pattern, the message PCRE2's own.
 * DD_ELIMIT: more groups than DD_REGEX_GROUPS_MAX. */
enum dd_code dd_regex_new(const struct dd_secret_engines *engines, struct dd_str pattern, unsigned flags,
			  struct dd_regex **ret, struct dd_err *err);
void dd_regex_freep(struct dd_regex **p);
size_t dd_regex_groups(const struct dd_regex *p); /* with the whole match: at least 1 */
/* Number of the group (?<name>…), 0: there is none. */
unsigned dd_regex_group_named(const struct dd_regex *p, struct dd_str name);
bool dd_regex_is_jit(const struct dd_regex *p);

struct dd_regex_scratch; /* serves all patterns of the same engines */
enum dd_code dd_regex_scratch_new(const struct dd_secret_engines *engines, struct dd_regex_scratch **ret,
				  struct dd_err *err);
void dd_regex_scratch_freep(struct dd_regex_scratch **s);

struct dd_span {
	size_t start, end; /* bytes into the text; DD_NO_SPAN both: the group took no part */
};
#define DD_NO_SPAN SIZE_MAX

enum dd_regex_result { DD_REGEX_NONE, DD_REGEX_FOUND, DD_REGEX_GAVE_UP, DD_REGEX_NOMEM };
enum dd_regex_edge {
	DD_REGEX_NOT_BOL = 1, /* something stands before the text: "^" does not match there */
	DD_REGEX_NOT_EOL = 2, /* more comes behind the text: "$" does not match there */
};
/* The leftmost match that starts at or behind `from`; what stands before `from` is seen by \b. Fills groups[0 … n-1];
 * those that the pattern does not have are DD_NO_SPAN. A match may be empty. */
enum dd_regex_result dd_regex_find(const struct dd_regex *p, struct dd_regex_scratch *s, struct dd_str text,
				   size_t from, unsigned edges, struct dd_span *groups, size_t n);

/* A pattern that is compiled when it is first asked for. Zero is empty. */
struct dd_regex_slot {
	_Atomic(struct dd_regex *) p;
};
/* Any thread: two that come at once may both compile it, and one of the two is thrown away. */
enum dd_code dd_regex_get(struct dd_regex_slot *slot, const struct dd_secret_engines *engines, struct dd_str pattern,
			  unsigned flags, const struct dd_regex **ret, struct dd_err *err);
void dd_regex_slot_done(struct dd_regex_slot *slot);

#endif
