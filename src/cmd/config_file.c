/* SPDX-License-Identifier: Apache-2.0 */
/*   options:
 *     jobs: 4                 an option of every command that has it
 *     scan:                   a map: options of one command …
 *       fail-on: critical
 *     db: { update: { retries: 5 } }   … or of one below it
 *
 * The nearer to the command the stronger, whatever the order. A file that comes with a checkout is not the user's word:
 * what writes files, runs programs, says whom to trust or where on the network to go is set on the command line or in
 * the environment only. So the options that may be set here are listed, and a new one is not among them. */
#include "cmd/config_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/suggest.h"
#include "cmd/help.h"
#include "format/yaml.h"

enum { VALUES_MAX = 1000 };

static const char file_name[] = ".drydock.yaml";

static const char *const settable[] = {
	"author",
	"baseline",
	"cache-size",
	"db",
	"db-max-age",
	"fail-on",
	"fail-on-difference",
	"format",
	"ignore",
	"jobs",
	"keep-going",
	"min-confidence",
	"no-cache",
	"no-secrets",
	"offline",
	"only-fixed",
	"package",
	"platform",
	"quiet",
	"retries",
	"retry-wait",
	"rules",
	"severity",
	"show-filtered",
	"show-suppressed",
	"sort",
	"stall",
	"template",
	"verbose",
	"vex",
};

struct reader {
	const struct dd_cmd_path *path;
	void *options;
	struct dd_str bytes;
	const char *file;
	struct dd_arena *a;
	struct dd_err *err;
};

/* --- which file --- */

/* Is dir (a real path) the directory that path means, or below it? */
static bool lies_in(const char *dir, struct dd_str path, struct dd_arena *a)
{
	DD_CLEANUP(dd_freep) char *real = dd_alloc(PATH_MAX);
	struct stat st;
	const char *p = dd_arena_str(a, path).p;
	if (!real || !p || !path.n || !realpath(p, real) || stat(real, &st) < 0 || !S_ISDIR(st.st_mode))
		return false;
	size_t n = real[1] ? strlen(real) : 0;
	return strncmp(dir, real, n) == 0 && (dir[n] == '/' || dir[n] == '\0');
}

/* The target as it is written, or what follows its "dir:", up to the tag. */
static bool is_scanned(const char *dir, const char *operand, struct dd_arena *a)
{
	struct dd_str whole = dd_str_from(operand), rest = dd_str_skip(whole, dd_str_find(whole, ':') + 1);
	return lies_in(dir, whole, a) || lies_in(dir, rest, a) ||
	       lies_in(dir, dd_str_take(rest, dd_str_rfind(rest, ':')), a);
}

static bool is_trusted(const char *dir, const char *file)
{
	struct stat of_dir, of_file;
	if (stat(dir[0] ? dir : "/", &of_dir) < 0 || stat(file, &of_file) < 0)
		return false;
	return of_file.st_uid == geteuid() || of_file.st_uid == 0 || !(of_dir.st_mode & S_IWOTH);
}

const char *dd_config_nearest(int n_operands, char *const *operands, bool quiet, struct dd_arena *a)
{
	DD_CLEANUP(dd_freep) char *dir = dd_alloc(PATH_MAX);
	if (!dir || !getcwd(dir, PATH_MAX) || dir[0] != '/')
		return NULL;
	for (char *slash = dir + (dir[1] ? strlen(dir) : 0);;) {
		*slash = '\0'; /* the root is empty */
		const char *file = dd_arena_printf(a, "%s/%s", dir, file_name).p, *why = NULL;
		if (!file)
			return NULL;
		if (access(file, R_OK) == 0) {
			for (int i = 0; i < n_operands && !why; i++)
				if (is_scanned(dir, operands[i], a))
					why = "it is part of what is scanned";
			if (!why && !is_trusted(dir, file))
				why = "others may write to its directory, and it is another user's";
			if (why && !quiet)
				dd_cmd_warn("%s is not used: %s; --config names a file to use",
					    DD_QUOTE(dd_str_from(file)), why);
			return why ? NULL : file;
		}
		slash = strrchr(dir, '/');
		if (!slash)
			return NULL;
	}
}

/* --- what it says --- */

static unsigned long long line_of(const struct reader *r, uint64_t at)
{
	unsigned long long line = 1;
	for (uint64_t i = 0; i < at && i < r->bytes.n; i++)
		line += r->bytes.p[i] == '\n';
	return line;
}

#define FAIL(r, node, fmt, ...)                                                                                        \
	dd_fail((r)->err, DD_EARG, DD_NO_OFFSET, "%s:%llu: " fmt, DD_QUOTE(dd_str_from((r)->file)),                    \
		line_of(r, (node)->at), ##__VA_ARGS__)

static enum dd_code unknown(struct reader *r, const struct dd_node *v, const char *what, const struct dd_suggest *near)
{
	return FAIL(r, v, "unknown %s %s%s%s%s", what, DD_QUOTE(v->name), near->best ? "; did you mean '" : "",
		    near->best ? near->best : "", near->best ? "'?" : "");
}

static const struct dd_opt *row_of(const struct dd_cmd *cmd, struct dd_str name, struct dd_suggest *near)
{
	struct dd_option_rows rows;
	const struct dd_opt *row;
	for (dd_option_rows(cmd, &rows); (row = dd_option_next(&rows));) {
		if (dd_str_eq_c(name, row->name))
			return row;
		dd_suggest_offer(near, row->name);
	}
	return NULL;
}

/* Has a command of the list, or one below them, such an option? The tree is DD_CMD_DEPTH_MAX deep. */
static const struct dd_opt *row_below(const struct dd_cmd *const *list, struct dd_str name, struct dd_suggest *near)
{
	const struct dd_opt *row = NULL;
	for (; list && *list && !row; list++) {
		row = row_of(*list, name, near);
		if (!row)
			row = row_below((*list)->subcommands, name, near);
	}
	return row;
}

static bool may_be_set(const struct dd_opt *row)
{
	for (size_t i = 0; i < DD_COUNT(settable); i++)
		if (strcmp(settable[i], row->name) == 0)
			return true;
	return false;
}

/* Paths are those of the file's directory. */
static const char *value_text(struct reader *r, const struct dd_opt *row, struct dd_str value)
{
	const char *const *words;
	enum dd_value_kind kind = dd_option_value(row, &words);
	const char *slash = strrchr(r->file, '/');
	bool path = kind == DD_VALUE_FILE || kind == DD_VALUE_DIR;
	if (!path || !slash || dd_str_starts(value, DD_STR("/")))
		return dd_arena_str(r->a, value).p;
	return dd_arena_printf(r->a, "%.*s/%.*s", (int)(slash - r->file), r->file, DD_FMT(value)).p;
}

static enum dd_code set_one(struct reader *r, const struct dd_opt *row, const struct dd_node *v)
{
	struct dd_str s = dd_node_scalar(v);
	struct dd_err why;
	char from[DD_OPT_ENV_NAME_MAX];
	(void)snprintf(from, sizeof from, "%s", row->name);
	if (!s.n || dd_str_find(s, '\0') < s.n || s.n > DD_FIELD_BYTES_MAX)
		return FAIL(r, v, "%s needs a value", row->name);
	if (strcmp(row->name, "format") == 0 && dd_str_find(s, '=') < s.n)
		return FAIL(r, v, "format %s: files to write are named on the command line only", DD_QUOTE(s));
	const char *text = value_text(r, row, s);
	if (!text)
		return dd_fail_nomem(r->err);
	if (dd_opt_set(row, r->options, text, from, &why) != DD_OK)
		return why.code == DD_EARG ? FAIL(r, v, "%s", why.message) : dd_fail_nomem(r->err);
	return DD_OK;
}

static enum dd_code set_option(struct reader *r, const struct dd_opt *row, const struct dd_node *v)
{
	if (v->kind != DD_NODE_ARRAY) {
		if (row->kind == DD_OPT_LIST)
			dd_opt_clear(row, r->options);
		return set_one(r, row, v);
	}
	if (row->kind != DD_OPT_LIST)
		return FAIL(r, v, "%s takes one value", row->name);
	if (v->n > VALUES_MAX || v->n == 0)
		return FAIL(r, v, "%s needs a list of 1 to %d values", row->name, VALUES_MAX);
	dd_opt_clear(row, r->options);
	for (const struct dd_node *one = dd_node_first(v); one; one = one->next)
		DD_TRY(set_one(r, row, one));
	return DD_OK;
}

/* An option of a section. `level`: how many words of the running command the section stands for, 0: all commands; -1:
 * it is another command's. list: what may have it. */
static enum dd_code read_option(struct reader *r, const struct dd_node *v, bool ours, const struct dd_cmd *const *list)
{
	struct dd_suggest near = DD_SUGGEST(v->name);
	const struct dd_opt *row = row_below(list, v->name, &near);
	if (!row)
		return unknown(r, v, "option", &near);
	if (!may_be_set(row)) {
		char name[DD_OPT_ENV_NAME_MAX];
		return FAIL(r, v, "%s may not be set in a file, only by --%s or %s", row->name, row->name,
			    dd_opt_env_name(row, name));
	}
	struct dd_suggest ignored = DD_SUGGEST(v->name);
	row = ours ? row_of(dd_cmd_last(r->path), v->name, &ignored) : NULL;
	return row ? set_option(r, row, v) : DD_OK;
}

static enum dd_code read_section(struct reader *r, const struct dd_node *section, const struct dd_cmd *cmd, int level);

static enum dd_code read_command(struct reader *r, const struct dd_node *v, const struct dd_cmd *const *list, int level)
{
	struct dd_suggest near = DD_SUGGEST(v->name);
	for (; list && *list; list++) {
		if (!dd_str_eq_c(v->name, (*list)->name)) {
			dd_suggest_offer(&near, (*list)->name);
			continue;
		}
		bool ours = level >= 0 && (unsigned)level < r->path->n && r->path->at[level] == *list;
		return read_section(r, v, *list, ours ? level + 1 : -1);
	}
	return unknown(r, v, "command", &near);
}

/* cmd: whose section it is, NULL: of all. level: how many words of the running command lead to it, -1: it is not on the
 * way to that. Options first, then the sections that are stronger. */
static enum dd_code read_section(struct reader *r, const struct dd_node *section, const struct dd_cmd *cmd, int level)
{
	const struct dd_cmd *const alone[] = { cmd, NULL };
	const struct dd_cmd *const *below = cmd ? cmd->subcommands : dd_commands;
	if (section->kind != DD_NODE_TABLE)
		return FAIL(r, section, "a map of options is needed here");
	for (const struct dd_node *v = dd_node_first(section); v; v = v->next)
		if (v->repeated)
			return FAIL(r, v, "%s is given twice", DD_QUOTE(v->name));
		else if (v->kind != DD_NODE_TABLE)
			DD_TRY(read_option(r, v, level >= 0, cmd ? alone : dd_commands));
	for (const struct dd_node *v = dd_node_first(section); v; v = v->next)
		if (v->kind == DD_NODE_TABLE)
			DD_TRY(read_command(r, v, below, level));
	return DD_OK;
}

/* policy and exceptions are judge/policy's; what is none of them is a typing mistake, whatever the command. */
static enum dd_code read_document(struct reader *r, const struct dd_node *doc)
{
	static const char *const keys[] = { "version", "options", "policy", "exceptions" };
	if (!doc || doc->kind == DD_NODE_NULL)
		return DD_OK;
	if (doc->kind != DD_NODE_TABLE)
		return FAIL(r, doc, "a map of keys is needed here");
	for (const struct dd_node *v = dd_node_first(doc); v; v = v->next) {
		struct dd_suggest near = DD_SUGGEST(v->name);
		bool known = false;
		for (size_t i = 0; i < DD_COUNT(keys) && !known; i++) {
			known = dd_str_eq_c(v->name, keys[i]);
			dd_suggest_offer(&near, keys[i]);
		}
		if (!known)
			return unknown(r, v, "key", &near);
		if (v->repeated)
			return FAIL(r, v, "%s is given twice", DD_QUOTE(v->name));
		if (dd_str_eq_c(v->name, "options") && v->kind != DD_NODE_NULL)
			DD_TRY(read_section(r, v, NULL, 0));
	}
	return DD_OK;
}

enum dd_code dd_config_apply(const struct dd_cmd_path *path, const char *file, void *options, struct dd_arena *a,
			     struct dd_err *err)
{
	struct dd_map_file map DD_CLEANUP(dd_map_file_done) = { 0 };
	const struct dd_node *stream;
	struct dd_err why;
	if (dd_map_file_open(&map, file, DD_POLICY_BYTES_MAX, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(file)));
	struct reader r = { path, options, map.bytes, file, a, err };
	if (dd_yaml_parse(map.bytes, a, &stream, &why) != DD_OK)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s:%llu: %s", DD_QUOTE(dd_str_from(file)),
			       line_of(&r, why.at == DD_NO_OFFSET ? 0 : why.at), why.message);
	if (dd_node_len(stream) > 1)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: it has more than one document",
			       DD_QUOTE(dd_str_from(file)));
	return read_document(&r, dd_node_first(stream));
}
