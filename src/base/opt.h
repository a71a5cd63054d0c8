/* SPDX-License-Identifier: Apache-2.0 */
/* Command-line options as rows of a table. The same rows give parsing, help, man pages, completions and the
 * environment: an option --fail-on can be set as DRYDOCK_FAIL_ON; the flag wins. */
#ifndef DD_OPT_H
#define DD_OPT_H

#include "base/err.h"
#include "base/str.h"

enum dd_opt_kind {
	DD_OPT_END,    /* closes the table */
	DD_OPT_FLAG,   /* bool */
	DD_OPT_TEXT,   /* const char * (into argv or the environment) */
	DD_OPT_LIST,   /* struct dd_opt_list: may be given more than once */
	DD_OPT_U64,    /* uint64_t, at most .max */
	DD_OPT_BYTES,  /* uint64_t with an optional suffix K, M, G, T (powers of 1024), at most .max */
	DD_OPT_CHOICE, /* int: index into choices */
};

struct dd_opt_list {
	const char **p; /* owned; dd_opt_list_done */
	size_t n;
};

struct dd_opt {
	enum dd_opt_kind kind;
	const char *name;	    /* "fail-on" */
	char letter;		    /* 'j' or 0 */
	const char *arg;	    /* "SEVERITY"; NULL for flags */
	const char *help;	    /* one line, lower case */
	size_t offset;		    /* of the field in the command's option struct */
	uint64_t max;		    /* U64 and BYTES; 0: no maximum */
	const char *const *choices; /* CHOICE: NULL-terminated */
	bool hidden;		    /* not in help */
};

/* Reads argv[1..] (argv[0] is the command's name) into the struct at `into`, whose defaults are set already. Options
 * and operands may be mixed; `--` ends options; `--name=value`, `--name value`, `-xVALUE`, `-x VALUE`, joined flags;
 * a flag that something else has set is taken back by `--name=no`.
 * `tables` is NULL-terminated. Operands are moved to the front of argv[1..]; *ret_n_args says how many. A unique
 * prefix is NOT accepted (scripts break when options are added). DD_EARG names the option and, for a near miss, the
 * one that was probably meant. */
enum dd_code dd_opt_parse(const struct dd_opt *const *tables, int argc, char **argv, void *into, int *ret_n_args,
			  struct dd_err *err);
/* Sets what DRYDOCK_* variables say (flags: 1 or 0; lists: one value; empty: as if not set); call before dd_opt_parse.
 * `get` is getenv, injected for tests. A list given on the command line replaces the one from here, and this one what
 * was in it before. */
enum dd_code dd_opt_environment(const struct dd_opt *const *tables, char *(*get)(const char *), void *into,
				struct dd_err *err);
/* The variable's name, "DRYDOCK_FAIL_ON". */
enum { DD_OPT_ENV_NAME_MAX = 80 };
const char *dd_opt_env_name(const struct dd_opt *row, char out[DD_OPT_ENV_NAME_MAX]);
void dd_opt_list_done(struct dd_opt_list *l);

/* One value from elsewhere (a configuration file): `text` must stay; a list gets one more. `from` begins the message of
 * DD_EARG: "FROM takes a number …". */
enum dd_code dd_opt_set(const struct dd_opt *row, void *into, const char *text, const char *from, struct dd_err *err);
/* Empties a list. */
void dd_opt_clear(const struct dd_opt *row, void *into);

#endif
