/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes → argv (words between NULs) → option parser. Checked: operands and values point into argv, numbers keep to
 * their maximum, out-parameters are written on success only. The first byte's lowest bit sends the words through the
 * environment instead. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/opt.h"

static const char *const colours[] = { "red", "green", NULL };
struct options {
	bool quiet, all;
	const char *file;
	struct dd_opt_list tags;
	uint64_t jobs, size;
	int colour;
};
static const struct dd_opt rows[] = {
	{ DD_OPT_FLAG, "quiet", 'q', NULL, "less", offsetof(struct options, quiet) },
	{ DD_OPT_FLAG, "all-of-it", 'a', NULL, "everything", offsetof(struct options, all) },
	{ DD_OPT_TEXT, "file", 'f', "FILE", "a file", offsetof(struct options, file) },
	{ DD_OPT_LIST, "tag", 't', "TAG", "a tag", offsetof(struct options, tags) },
	{ DD_OPT_U64, "jobs", 'j', "N", "jobs", offsetof(struct options, jobs), 256 },
	{ DD_OPT_BYTES, "size", 's', "BYTES", "size", offsetof(struct options, size), 1000000 },
	{ DD_OPT_CHOICE, "colour", 0, "COLOUR", "a colour", offsetof(struct options, colour), .choices = colours },
	{ DD_OPT_END },
};
static const struct dd_opt *const tables[] = { rows, NULL };
enum { WORDS_MAX = 64, VARIABLES = 7 };

static char *values[VARIABLES];

static char *fake_environment(const char *name)
{
	char own[DD_OPT_ENV_NAME_MAX];
	for (size_t i = 0; i < VARIABLES; i++)
		if (strcmp(name, dd_opt_env_name(&rows[i], own)) == 0)
			return values[i];
	return NULL;
}

static void check(const struct options *o)
{
	dd_assert(o->jobs <= 256 && o->size <= 1000000);
	dd_assert(o->colour >= -1 && o->colour < 2);
	for (size_t i = 0; i < o->tags.n; i++)
		dd_assert(o->tags.p[i][0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *argv[WORDS_MAX + 1] = { copy };
	struct options o = { .colour = -1 };
	struct dd_err err = { 0 };
	int argc = 1, n_args = -1;
	if (!copy)
		return 0;
	if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';
	for (size_t at = 1; at < size && argc < WORDS_MAX; at += strlen(copy + at) + 1)
		argv[argc++] = copy + at;
	argv[argc] = NULL;
	memset(values, 0, sizeof values);
	for (int i = 1; i < argc && i <= VARIABLES; i++)
		values[i - 1] = argv[i];
	if (size && data[0] & 1)
		(void)dd_opt_environment(tables, fake_environment, &o, &err);
	check(&o);
	int before = argc;
	if (dd_opt_parse(tables, argc, argv, &o, &n_args, &err) == DD_OK) {
		dd_assert(n_args >= 0 && n_args < before);
		for (int i = 1; i <= n_args; i++)
			dd_assert(argv[i] >= copy && argv[i] <= copy + size);
	} else {
		dd_assert(n_args == -1 && err.code == DD_EARG && err.message[0]);
	}
	check(&o);
	dd_opt_list_done(&o.tags);
	free(copy);
	return 0;
}
