/* SPDX-License-Identifier: Apache-2.0 */
/* What a command is. Each src/cmd/<name>.c has one `const struct dd_cmd dd_cmd_<name>` at its top and one line in
 * commands.def; help, man pages and completions are made from it. */
#ifndef DD_CMD_H
#define DD_CMD_H

#include "base/buf.h"
#include "base/opt.h"

/* The exit codes, the only ones. */
enum dd_exit {
	DD_EXIT_CLEAN = 0,	/* nothing at or above the limit */
	DD_EXIT_FINDINGS = 1,	/* findings at or above the limit */
	DD_EXIT_USAGE = 2,	/* the command line makes no sense */
	DD_EXIT_INCOMPLETE = 3, /* something could not be read */
	DD_EXIT_CANNOT_RUN = 4, /* no result at all */
};

/* Options that several commands share. A command that wants them has this struct as the FIRST member of its options
 * and names the rows in dd_cmd.shared; whoever names any has --config and --no-config, too. */
struct dd_shared_options {
	bool quiet, verbose, offline;
	uint64_t jobs;		    /* 0: as many as processors */
	const char *cache;	    /* directory; NULL: $XDG_CACHE_HOME/drydock or ~/.cache/drydock */
	const char *db;		    /* file; NULL: the updated one in the cache */
	struct dd_opt_list formats; /* FORMAT[=FILE] */
	const char *config;	    /* in run(): the file that is used, NULL: none */
	bool no_config;
	struct dd_opt_list mirrors, insecure_registries, token_hosts; /* as struct dd_registry_options has them */
	const char *registry_ca;				      /* file; NULL: the system's authorities */
	uint64_t registry_timeout_s;				      /* 0: the usual ones */
};
/* Frees the lists. */
void dd_shared_options_done(struct dd_shared_options *o);
/* Rows for dd_cmd.shared (bits). */
enum {
	DD_SHARE_OUTPUT = 1,	/* --quiet --verbose */
	DD_SHARE_FORMAT = 2,	/* --format */
	DD_SHARE_JOBS = 4,	/* --jobs */
	DD_SHARE_CACHE = 8,	/* --cache */
	DD_SHARE_DB = 16,	/* --db */
	DD_SHARE_OFFLINE = 32,	/* --offline */
	DD_SHARE_REGISTRY = 64, /* --mirror --insecure-registry --token-host --registry-ca --registry-timeout */
};

struct dd_example {
	const char *command; /* whole line: "drydock scan debian.tar" */
	const char *what;    /* one line */
};

struct dd_invocation {
	const struct dd_cmd *cmd;
	void *options; /* the command's struct, parsed */
	int argc;      /* operands */
	char **argv;   /* operands only: argv[0] is the first */
};

struct dd_cmd {
	const char *name;				     /* "scan"; a subcommand's own word: "build" */
	const char *summary;				     /* one line, lower case */
	const char *operands;				     /* "TARGET" */
	const char *description;			     /* paragraphs, separated by a blank line */
	const struct dd_example *examples;		     /* ends with a NULL command; examples come first in help */
	const struct dd_opt *options;			     /* own rows, may be NULL */
	unsigned shared;				     /* DD_SHARE_* */
	size_t options_size;				     /* bytes of the option struct, zeroed before `defaults` */
	void (*defaults)(void *options);		     /* may be NULL */
	void (*release)(void *options);			     /* frees lists, may be NULL */
	unsigned min_args, max_args;			     /* operands */
	enum dd_exit (*run)(const struct dd_invocation *in); /* may be NULL when it has subcommands */
	const struct dd_cmd *const *subcommands;	     /* NULL-terminated, or NULL */
	bool hidden;
};

/* Every command of commands.def. */
#define DD_CMD(name) extern const struct dd_cmd dd_cmd_##name;
#include "cmd/commands.def"
#undef DD_CMD
/* In the order of commands.def, NULL-terminated. */
extern const struct dd_cmd *const dd_commands[];

/* A command by its words: "db build" is { dd_cmd_db, its row for build }. */
enum { DD_CMD_DEPTH_MAX = 3 };
struct dd_cmd_path {
	const struct dd_cmd *at[DD_CMD_DEPTH_MAX];
	unsigned n;
};
/* Follows words[0..n) down; *ret_used says how many were names of commands. DD_EARG for an unknown first word, and for
 * an unknown word below a command that has subcommands and does nothing itself; names the one that was probably meant.
 */
enum dd_code dd_cmd_find(int n, char *const *words, struct dd_cmd_path *ret, int *ret_used, struct dd_err *err);
/* The last command of a path; never NULL for one that dd_cmd_find gave. */
const struct dd_cmd *dd_cmd_last(const struct dd_cmd_path *path);
/* Appends the words of the path with sep between: "db build". */
void dd_cmd_path_name(const struct dd_cmd_path *path, char sep, struct dd_buf *out);

/* What each exit code says, for help and man pages. */
struct dd_exit_text {
	enum dd_exit code;
	const char *text;
};
extern const struct dd_exit_text dd_exit_texts[];
extern const size_t dd_n_exit_texts;

/* The whole program behind main(). */
int dd_cmd_main(int argc, char **argv);

/* The tables of a command for dd_opt_parse: its own rows, then a table for each bit of `shared`, then NULL. */
enum { DD_CMD_TABLES_MAX = 11 }; /* one of them is kept for --help */
void dd_cmd_tables(const struct dd_cmd *cmd, const struct dd_opt *out[DD_CMD_TABLES_MAX]);

/* Prints "drydock: <message>" on standard error (escaped by whoever made the message). Says nothing of a reader that
 * went away (`drydock … | head`). */
void dd_cmd_error(const struct dd_err *err);
void dd_cmd_warn(const char *fmt, ...) DD_PRINTF(1, 2);
/* The exit code for a failure: DD_EARG → usage, everything else → cannot run. */
enum dd_exit dd_cmd_exit(const struct dd_err *err);

#endif
