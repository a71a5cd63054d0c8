/* SPDX-License-Identifier: Apache-2.0 */
/* Completion scripts for bash, zsh and fish, from the same tables as the help. They find the command's path ("db
 * build") among the words before the cursor and then offer its subcommands, options and option values. */
#include "cmd/help.h"

/* Text inside '…' of a shell: each byte of `also` gets a backslash before it, a quote is closed around. */
static void quoted(struct dd_buf *out, const char *s, const char *also)
{
	for (; *s; s++) {
		if (*s == '\'')
			(void)dd_buf_add_c(out, "'\\''");
		else if (strchr(also, *s))
			(void)dd_buf_addf(out, "\\%c", *s);
		else
			(void)dd_buf_add_char(out, *s);
	}
}

static void child_names(const struct dd_cmd_path *path, struct dd_buf *out)
{
	const struct dd_cmd *const *list = dd_cmd_children(path);
	for (bool first = true; list && *list; list++) {
		if ((*list)->hidden)
			continue;
		(void)dd_buf_addf(out, "%s%s", first ? "" : " ", (*list)->name);
		first = false;
	}
}

/* "db build" as one word of a shell function: "_db_build". */
static void function_suffix(const struct dd_cmd_path *path, struct dd_buf *out)
{
	if (path->n)
		(void)dd_buf_add_char(out, '_');
	size_t at = out->n;
	dd_cmd_path_name(path, '_', out);
	for (; at < out->n; at++)
		if (out->p[at] == '-')
			out->p[at] = '_';
}

/* bash */

static void bash_path(const struct dd_cmd_path *path, void *ctx)
{
	struct dd_buf *out = ctx;
	if (path->n == 0)
		return;
	(void)dd_buf_add_c(out, out->n && out->p[out->n - 1] == '\'' ? " | '" : "'");
	dd_cmd_path_name(path, ' ', out);
	(void)dd_buf_add_char(out, '\'');
}

static void bash_case(const struct dd_cmd_path *path, void *ctx)
{
	struct dd_buf *out = ctx;
	struct dd_option_rows rows;
	const struct dd_opt *o;
	(void)dd_buf_add_c(out, "\t'");
	dd_cmd_path_name(path, ' ', out);
	(void)dd_buf_add_c(out, "')\n\t\tcommands='");
	child_names(path, out);
	(void)dd_buf_add_c(out, "'\n\t\toptions='");
	if (path->n == 0) {
		(void)dd_buf_add_c(out, "--help --version'\n\t\t;;\n");
		return;
	}
	dd_option_rows(dd_cmd_last(path), &rows);
	for (bool first = true; (o = dd_option_next(&rows)); first = false)
		(void)dd_buf_addf(out, "%s--%s", first ? "" : " ", o->name);
	(void)dd_buf_add_c(out, "'\n");
	(void)dd_buf_add_c(out, "\t\tcase $previous in\n");
	dd_option_rows(dd_cmd_last(path), &rows);
	while ((o = dd_option_next(&rows))) {
		const char *const *words = NULL;
		enum dd_value_kind kind = dd_option_value(o, &words);
		if (kind == DD_VALUE_NONE)
			continue;
		(void)dd_buf_add_c(out, "\t\t");
		if (o->letter)
			(void)dd_buf_addf(out, "-%c | ", o->letter);
		(void)dd_buf_addf(out, "--%s) value=%s", o->name,
				  kind == DD_VALUE_WORDS  ? "words words='"
				  : kind == DD_VALUE_DIR  ? "dir"
				  : kind == DD_VALUE_FILE ? "file"
							  : "other");
		for (; words && *words; words++)
			(void)dd_buf_addf(out, "%s%s", *words, words[1] ? " " : "'");
		(void)dd_buf_add_c(out, " ;;\n");
	}
	(void)dd_buf_add_c(out, "\t\tesac\n\t\t;;\n");
}

static void bash(struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "# bash completion of drydock; made by 'drydock help --completion bash'\n"
				"_drydock()\n{\n"
				"\tlocal path='' commands='' options='' value='' words='' i word\n"
				"\tlocal current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
				"\t# bash makes three words of --name=value\n"
				"\tif [[ $current == = ]]; then\n"
				"\t\tcurrent=''\n"
				"\telif [[ $previous == = ]] && ((COMP_CWORD > 1)); then\n"
				"\t\tprevious=${COMP_WORDS[COMP_CWORD - 2]}\n"
				"\tfi\n"
				"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
				"\t\tword=\"${path:+$path }${COMP_WORDS[i]}\"\n"
				"\t\tcase $word in\n\t\t");
	dd_cmd_walk(bash_path, out);
	(void)dd_buf_add_c(out, ") path=$word ;;\n\t\tesac\n\tdone\n\tCOMPREPLY=()\n\tcase $path in\n");
	dd_cmd_walk(bash_case, out);
	(void)dd_buf_add_c(out, "\tesac\n"
				"\tcase $value in\n"
				"\twords) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\") ;;\n"
				"\tdir) mapfile -t COMPREPLY < <(compgen -d -- \"$current\") ;;\n"
				"\tfile | other) ;; # file names, by -o default\n"
				"\t*)\n"
				"\t\tif [[ $current == -* ]]; then\n"
				"\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
				"\t\telif [[ $commands ]]; then\n"
				"\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$current\")\n"
				"\t\tfi\n"
				"\t\t;;\n"
				"\tesac\n"
				"}\n"
				"complete -o default -o bashdefault -F _drydock drydock\n");
}

/* zsh */

static void zsh_option(const struct dd_opt *o, struct dd_buf *out)
{
	const char *const *words = NULL;
	enum dd_value_kind kind = dd_option_value(o, &words);
	(void)dd_buf_add_c(out, "\t\t");
	if (o->letter)
		(void)dd_buf_addf(out, "%s{-%c,--%s%s}'[", o->kind == DD_OPT_LIST ? "'*'" : "", o->letter, o->name,
				  kind == DD_VALUE_NONE ? "" : "=");
	else
		(void)dd_buf_addf(out, "'%s--%s%s[", o->kind == DD_OPT_LIST ? "*" : "", o->name,
				  kind == DD_VALUE_NONE ? "" : "=");
	quoted(out, o->help, "[]:\\");
	(void)dd_buf_add_char(out, ']');
	if (kind != DD_VALUE_NONE) {
		(void)dd_buf_add_char(out, ':');
		quoted(out, o->arg, "[]:\\=");
		(void)dd_buf_add_c(out, kind == DD_VALUE_FILE	 ? ":_files"
					: kind == DD_VALUE_DIR	 ? ":_files -/"
					: kind == DD_VALUE_WORDS ? ":("
								 : ": ");
		for (; words && *words; words++)
			(void)dd_buf_addf(out, "%s%s", *words, words[1] ? " " : ")");
	}
	(void)dd_buf_add_c(out, "' \\\n");
}

static void zsh_children(const struct dd_cmd_path *path, struct dd_buf *out)
{
	const struct dd_cmd *const *list = dd_cmd_children(path);
	(void)dd_buf_add_c(out, "\t\t'1: :->command' '*:: :->rest'\n\tcase $state in\n\tcommand)\n\t\tlocal -a list\n"
				"\t\tlist=(\n");
	for (; *list; list++) {
		if ((*list)->hidden)
			continue;
		(void)dd_buf_addf(out, "\t\t\t'%s:", (*list)->name);
		quoted(out, (*list)->summary, "");
		(void)dd_buf_add_c(out, "'\n");
	}
	(void)dd_buf_add_c(out,
			   "\t\t)\n\t\t_describe -t commands command list\n\t\t;;\n\trest)\n\t\tcase $words[1] in\n");
	for (list = dd_cmd_children(path); *list; list++) {
		if ((*list)->hidden)
			continue;
		(void)dd_buf_addf(out, "\t\t%s) _drydock", (*list)->name);
		struct dd_cmd_path child = *path;
		child.at[child.n++] = *list;
		function_suffix(&child, out);
		(void)dd_buf_add_c(out, " ;;\n");
	}
	(void)dd_buf_add_c(out, "\t\tesac\n\t\t;;\n\tesac\n");
}

static void zsh_function(const struct dd_cmd_path *path, void *ctx)
{
	struct dd_buf *out = ctx;
	struct dd_option_rows rows;
	const struct dd_opt *o;
	(void)dd_buf_add_c(out, "_drydock");
	function_suffix(path, out);
	(void)dd_buf_add_c(
		out, "()\n{\n\tlocal context state state_descr line\n\tlocal -A opt_args\n\t_arguments -C -s \\\n");
	if (path->n == 0) {
		(void)dd_buf_add_c(out, "\t\t{-h,--help}'[show help]' {-V,--version}'[print the version]' \\\n");
	} else {
		dd_option_rows(dd_cmd_last(path), &rows);
		while ((o = dd_option_next(&rows)))
			zsh_option(o, out);
	}
	if (dd_cmd_children(path))
		zsh_children(path, out);
	else
		(void)dd_buf_add_c(out, "\t\t'*:operand:_files'\n");
	(void)dd_buf_add_c(out, "}\n\n");
}

static void zsh(struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "#compdef drydock\n# made by 'drydock help --completion zsh'\n\n");
	dd_cmd_walk(zsh_function, out);
	/* Autoloaded, the file is the function's body; sourced, it must only register. */
	(void)dd_buf_add_c(out, "if [[ $funcstack[1] == _drydock ]]; then\n\t_drydock \"$@\"\nelse\n"
				"\tcompdef _drydock drydock\nfi\n");
}

/* fish */

static void fish_path(const struct dd_cmd_path *path, void *ctx)
{
	struct dd_buf *out = ctx;
	if (path->n == 0)
		return;
	(void)dd_buf_add_c(out, " ' ");
	dd_cmd_path_name(path, ' ', out);
	(void)dd_buf_add_char(out, '\'');
}

/* "complete … -n <at this path>". */
static void fish_begin(const struct dd_cmd_path *path, struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "complete -c drydock -n '__drydock_at \"");
	if (path->n)
		(void)dd_buf_add_char(out, ' ');
	dd_cmd_path_name(path, ' ', out);
	(void)dd_buf_add_c(out, "\"'");
}

static void fish_text(struct dd_buf *out, const char *s)
{
	/* In fish, a quote and a backslash inside '…' have a backslash before them. */
	(void)dd_buf_add_c(out, " -d '");
	for (; *s; s++)
		(void)dd_buf_addf(out, *s == '\'' || *s == '\\' ? "\\%c" : "%c", *s);
	(void)dd_buf_add_c(out, "'\n");
}

static void fish_lines(const struct dd_cmd_path *path, void *ctx)
{
	struct dd_buf *out = ctx;
	struct dd_option_rows rows;
	const struct dd_opt *o;
	for (const struct dd_cmd *const *list = dd_cmd_children(path); list && *list; list++) {
		if ((*list)->hidden)
			continue;
		fish_begin(path, out);
		(void)dd_buf_addf(out, " -f -a %s", (*list)->name);
		fish_text(out, (*list)->summary);
	}
	if (path->n == 0)
		return;
	dd_option_rows(dd_cmd_last(path), &rows);
	while ((o = dd_option_next(&rows))) {
		const char *const *words = NULL;
		enum dd_value_kind kind = dd_option_value(o, &words);
		fish_begin(path, out);
		if (o->letter)
			(void)dd_buf_addf(out, " -s %c", o->letter);
		(void)dd_buf_addf(out, " -l %s", o->name);
		(void)dd_buf_add_c(out, kind == DD_VALUE_NONE	 ? ""
					: kind == DD_VALUE_WORDS ? " -x -a '"
					: kind == DD_VALUE_DIR	 ? " -x -a '(__fish_complete_directories)'"
					: kind == DD_VALUE_FILE	 ? " -r"
								 : " -x");
		for (; words && *words; words++)
			(void)dd_buf_addf(out, "%s%s", *words, words[1] ? " " : "'");
		fish_text(out, o->help);
	}
}

static void fish(struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "# fish completion of drydock; made by 'drydock help --completion fish'\n"
				"function __drydock_at --description 'the command before the cursor is this one'\n"
				"\tset -l path ''\n"
				"\tset -l known");
	dd_cmd_walk(fish_path, out);
	(void)dd_buf_add_c(out,
			   "\n\tfor word in (commandline -opc)[2..-1]\n"
			   "\t\tcontains -- \"$path $word\" $known; and set path \"$path $word\"\n"
			   "\tend\n"
			   "\ttest \"$path\" = \"$argv[1]\"\n"
			   "end\n"
			   "complete -c drydock -n '__drydock_at \"\"' -f -s h -l help -d 'show help'\n"
			   "complete -c drydock -n '__drydock_at \"\"' -f -s V -l version -d 'print the version'\n");
	dd_cmd_walk(fish_lines, out);
}

const char *const dd_completion_shells[] = { "bash", "zsh", "fish", NULL };
dd_completion_fn *const dd_completion_writers[] = { bash, zsh, fish };
