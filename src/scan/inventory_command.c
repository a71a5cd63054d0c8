/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the image's command names: its program, and the files it is given (a script, a jar). Links are
 * followed as the kernel does. Of a shell's "-c" text every word is looked at: the first of each command is the
 * program, and a word that names no file means nothing. No word of the command is run or expanded. */
#include "base/limits.h"
#include "scan/inventory_parts.h"

enum { WORDS_MAX = 4 * DD_COMMAND_WORDS_MAX };

static const struct dd_str default_path = { "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 60 };

static bool add_node(struct dd_fill *f, uint32_t node)
{
	if (node == DD_TREE_NONE || dd_tree_node(f->s->tree, node).type == DD_ENTRY_DIR)
		return false;
	if (f->n_entry_nodes < DD_COUNT(f->entry_nodes))
		f->entry_nodes[f->n_entry_nodes++] = node;
	return true;
}

/* A file by its path, relative ones from the working directory. */
static bool try_path(struct dd_fill *f, struct dd_str dir, struct dd_str name)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	if (!dd_str_starts(name, DD_STR("/"))) {
		(void)dd_buf_add_str(&path, dir);
		(void)dd_buf_add_char(&path, '/');
	}
	(void)dd_buf_add_str(&path, name);
	return !path.failed && add_node(f, dd_tree_resolve(f->s->tree, dd_buf_str(&path), true));
}

static bool try_search(struct dd_fill *f, struct dd_str name)
{
	const struct dd_target *t = &f->inv->target;
	struct dd_str rest = t->search_path.n ? t->search_path : default_path, dir;
	if (dd_str_find(name, '/') < name.n)
		return try_path(f, t->working_dir, name);
	while (dd_str_next(&rest, ':', &dir))
		if (try_path(f, dir, name))
			return true;
	return false;
}

static bool is_shell(struct dd_str word)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ash", "zsh" };
	struct dd_str name = dd_str_skip(word, dd_str_rfind(word, '/') < word.n ? dd_str_rfind(word, '/') + 1 : 0);
	for (size_t i = 0; i < DD_COUNT(shells); i++)
		if (dd_str_eq_c(name, shells[i]))
			return true;
	return false;
}

/* Words after which a shell reads a new command, or that only lead to one. */
static bool starts_command(struct dd_str word)
{
	static const char *const words[] = { "exec", "&&", "||", ";", "|", "sudo", "gosu", "tini", "dumb-init", "--" };
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_eq_c(word, words[i]))
			return true;
	return dd_str_ends(word, DD_STR(";"));
}

static void take_word(struct dd_fill *f, struct dd_str word, bool *program)
{
	bool next = starts_command(word);
	if (*program)
		(void)try_search(f, word);
	else if (word.n && word.p[0] != '-')
		(void)try_path(f, f->inv->target.working_dir, word);
	*program = next;
}

void dd_fill_command(struct dd_fill *f)
{
	const struct dd_target *t = &f->inv->target;
	bool program = true, shell = t->n_command && is_shell(t->command[0]), text = false;
	size_t words = 0;
	for (size_t i = 0; i < t->n_command && words < WORDS_MAX; i++) {
		struct dd_str rest = t->command[i], word;
		if (!text) {
			take_word(f, t->command[i], &program);
			text = shell && dd_str_eq_c(t->command[i], "-c");
			program = program || text;
			words++;
			continue;
		}
		while (words < WORDS_MAX && dd_str_next(&rest, ' ', &word)) {
			word = dd_str_trim(word);
			words++;
			if (word.n)
				take_word(f, word, &program);
		}
		text = false;
	}
}
