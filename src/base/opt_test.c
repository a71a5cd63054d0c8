/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opt.h"

#include <stddef.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "support/test.h"

static const char *const colours[] = { "red", "green", NULL };
struct options {
	bool quiet, all;
	const char *file;
	struct dd_opt_list tags;
	uint64_t jobs, size;
	int colour;
};
#define AT(field) offsetof(struct options, field)
static const struct dd_opt own[] = {
	{ DD_OPT_TEXT, "file", 'f', "FILE", "a file", AT(file) },
	{ DD_OPT_LIST, "tag", 't', "TAG", "a tag", AT(tags) },
	{ DD_OPT_CHOICE, "colour", 0, "COLOUR", "a colour", AT(colour), .choices = colours },
	{ DD_OPT_FLAG, "all-of-it", 'a', NULL, "everything", AT(all) },
	{ DD_OPT_END },
};
static const struct dd_opt empty[] = { { DD_OPT_END } };
static const struct dd_opt shared[] = {
	{ DD_OPT_FLAG, "quiet", 'q', NULL, "less", AT(quiet) },
	{ DD_OPT_U64, "jobs", 'j', "N", "jobs", AT(jobs), 256 },
	{ DD_OPT_BYTES, "size", 0, "BYTES", "size", AT(size), UINT64_C(1) << 40 },
	{ DD_OPT_FLAG, "secret", 0, NULL, "hidden", AT(quiet), .hidden = true },
	{ DD_OPT_END },
};
static const struct dd_opt *const tables[] = { own, empty, shared, NULL };

enum { WORDS_MAX = 12 };

/* What the options say afterwards, in one line that a row can hold. */
static void describe(const struct options *o, int n_args, char **argv, struct dd_buf *out)
{
	dd_buf_clear(out);
	(void)dd_buf_addf(out, "%s%s", o->quiet ? "quiet " : "", o->all ? "all " : "");
	if (o->file)
		(void)dd_buf_addf(out, "file=%s ", o->file);
	for (size_t i = 0; i < o->tags.n; i++)
		(void)dd_buf_addf(out, "tag=%s ", o->tags.p[i]);
	if (o->jobs)
		(void)dd_buf_addf(out, "jobs=%llu ", (unsigned long long)o->jobs);
	if (o->size)
		(void)dd_buf_addf(out, "size=%llu ", (unsigned long long)o->size);
	if (o->colour >= 0)
		(void)dd_buf_addf(out, "colour=%s ", colours[o->colour]);
	(void)dd_buf_add_char(out, ':');
	for (int i = 0; i < n_args; i++)
		(void)dd_buf_addf(out, " %s", argv[1 + i]);
}

static void check_row(const char *const *words, const char *want, bool is_error)
{
	char copy[WORDS_MAX][128], *argv[WORDS_MAX + 1];
	DD_CLEANUP_BUF struct dd_buf got = DD_BUF_INIT(1000);
	struct options o = { .colour = -1 };
	struct dd_err err = { 0 };
	int argc = 1, n_args = -1;
	(void)snprintf(copy[0], sizeof copy[0], "command");
	argv[0] = copy[0];
	for (; argc < WORDS_MAX && words[argc - 1]; argc++) {
		(void)snprintf(copy[argc], sizeof copy[argc], "%s", words[argc - 1]);
		argv[argc] = copy[argc];
	}
	argv[argc] = NULL;
	enum dd_code code = dd_opt_parse(tables, argc, argv, &o, &n_args, &err);
	CHECK_INT_ROW(code, is_error ? DD_EARG : DD_OK, want);
	if (is_error) {
		CHECK_STR_ROW(dd_str_from(err.message), want, want);
		CHECK_INT_ROW(n_args, -1, want);
	} else {
		describe(&o, n_args, argv, &got);
		CHECK_STR_ROW(dd_buf_str(&got), want, want);
	}
	dd_opt_list_done(&o.tags);
}

TEST(opt_parse)
{
	static const struct {
		const char *words[WORDS_MAX];
		const char *want;
	} rows[] = {
		{ { NULL }, ":" },
		{ { "a", "b" }, ": a b" },
		{ { "-", "--", "-q", "--", "-" }, ": - -q -- -" },
		{ { "" }, ": " },
		{ { "a", "--quiet", "b", "--jobs", "3", "c" }, "quiet jobs=3 : a b c" },
		{ { "--jobs=3", "x" }, "jobs=3 : x" },
		{ { "-j3", "-qa", "x" }, "quiet all jobs=3 : x" },
		{ { "-j", "3", "-aqj4" }, "quiet all jobs=4 :" },
		{ { "-qfname" }, "quiet file=name :" },
		{ { "-qf", "name" }, "quiet file=name :" },
		{ { "-f=x" }, "file==x :" },
		{ { "--file=a=b" }, "file=a=b :" },
		{ { "--file", "--quiet" }, "file=--quiet :" },
		{ { "--file", "-" }, "file=- :" },
		{ { "--file", "a", "--file", "b" }, "file=b :" },
		{ { "-t1", "x", "--tag=2", "--tag", "3", "-t", "4" }, "tag=1 tag=2 tag=3 tag=4 : x" },
		{ { "--colour=green" }, "colour=green :" },
		{ { "--all-of-it" }, "all :" },
		{ { "--secret" }, "quiet :" },
		{ { "--jobs=256" }, "jobs=256 :" },
		{ { "--jobs=007" }, "jobs=7 :" },
		{ { "--size=1" }, "size=1 :" },
		{ { "--size=1k" }, "size=1024 :" },
		{ { "--size=3M" }, "size=3145728 :" },
		{ { "--size", "2g" }, "size=2147483648 :" },
		{ { "--size=1T" }, "size=1099511627776 :" },
	};
	static const struct {
		const char *words[WORDS_MAX];
		const char *want;
	} bad[] = {
		{ { "--quite" }, "unknown option '--quite': did you mean '--quiet'?" },
		{ { "--job=3" }, "unknown option '--job': did you mean '--jobs'?" },
		{ { "--qui" }, "unknown option '--qui': did you mean '--quiet'?" },
		{ { "--all" }, "unknown option '--all': did you mean '--all-of-it'?" },
		{ { "--secre" }, "unknown option '--secre'" },
		{ { "--zzz=\x1b[2J" }, "unknown option '--zzz'" },
		{ { "--\x1b\xff" }, "unknown option '--\\x1b\\xff'" },
		{ { "--=x" }, "unknown option '--'" },
		{ { "---" }, "unknown option '---'" },
		{ { "-x" }, "unknown option '-x'" },
		{ { "-jobs" }, "option '--jobs' takes a number of at most 256, not 'obs'" },
		{ { "-quiet" }, "unknown option '-u' in '-quiet'" },
		{ { "-q\xff" }, "unknown option '-?' in '-q\\xff'" },
		{ { "--quiet=perhaps" }, "option '--quiet' is 1 or 0, not 'perhaps'" },
		{ { "--quiet=" }, "option '--quiet' is 1 or 0, not ''" },
		{ { "--file" }, "option '--file' needs a value: FILE" },
		{ { "--file=" }, "option '--file' needs a value: FILE" },
		{ { "--file", "" }, "option '--file' needs a value: FILE" },
		{ { "-f" }, "option '--file' needs a value: FILE" },
		{ { "--tag" }, "option '--tag' needs a value: TAG" },
		{ { "--jobs=257" }, "option '--jobs' takes a number of at most 256, not '257'" },
		{ { "--jobs=-1" }, "option '--jobs' takes a number of at most 256, not '-1'" },
		{ { "--jobs=+1" }, "option '--jobs' takes a number of at most 256, not '+1'" },
		{ { "--jobs= 1" }, "option '--jobs' takes a number of at most 256, not ' 1'" },
		{ { "--jobs=1x" }, "option '--jobs' takes a number of at most 256, not '1x'" },
		{ { "--jobs=99999999999999999999" },
		  "option '--jobs' takes a number of at most 256, not '99999999999999999999'" },
		{ { "--colour=Red" }, "option '--colour' is one of red, green, not 'Red'" },
		{ { "--size=2T" },
		  "option '--size' takes a number of bytes like 500M (K, M, G, T), at most "
		  "1099511627776, not '2T'" },
		{ { "--size=99999999999999G" },
		  "option '--size' takes a number of bytes like 500M (K, M, G, T), at most 1099511627776, not "
		  "'99999999999999G'" },
		{ { "--size=M" },
		  "option '--size' takes a number of bytes like 500M (K, M, G, T), at most "
		  "1099511627776, not 'M'" },
		{ { "--size=1MB" },
		  "option '--size' takes a number of bytes like 500M (K, M, G, T), at most "
		  "1099511627776, not '1MB'" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_row(rows[i].words, rows[i].want, false);
	for (size_t i = 0; i < DD_COUNT(bad); i++)
		check_row(bad[i].words, bad[i].want, true);
}

static char *fake_environment(const char *name)
{
	static char file[] = "from-environment", tag[] = "e", yes[] = "Yes", jobs[] = "12", nothing[] = "";
	if (strcmp(name, "DRYDOCK_FILE") == 0)
		return file;
	if (strcmp(name, "DRYDOCK_TAG") == 0)
		return tag;
	if (strcmp(name, "DRYDOCK_ALL_OF_IT") == 0)
		return yes;
	if (strcmp(name, "DRYDOCK_JOBS") == 0)
		return jobs;
	return strcmp(name, "DRYDOCK_COLOUR") == 0 ? nothing : NULL;
}

TEST(opt_environment_below_the_command_line)
{
	char command[] = "command", t[] = "-tx", f[] = "--file=given", *argv[] = { command, t, f, NULL };
	DD_CLEANUP_BUF struct dd_buf got = DD_BUF_INIT(1000);
	struct options o = { .colour = -1 };
	struct dd_err err;
	int n_args;
	CHECK_INT(dd_opt_environment(tables, fake_environment, &o, &err), DD_OK);
	describe(&o, 0, argv, &got);
	CHECK_STR(dd_buf_str(&got), "all file=from-environment tag=e jobs=12 :");
	CHECK_INT(dd_opt_parse(tables, 3, argv, &o, &n_args, &err), DD_OK);
	describe(&o, n_args, argv, &got);
	CHECK_STR(dd_buf_str(&got), "all file=given tag=x jobs=12 :");
	dd_opt_list_done(&o.tags);
}

static char *bad_flag(const char *name)
{
	static char value[] = "maybe\n";
	return strcmp(name, "DRYDOCK_QUIET") == 0 ? value : NULL;
}

static char *bad_number(const char *name)
{
	static char value[] = "1e9";
	return strcmp(name, "DRYDOCK_JOBS") == 0 ? value : NULL;
}

TEST(opt_environment_errors_name_the_variable)
{
	struct options o = { 0 };
	struct dd_err err;
	CHECK_INT(dd_opt_environment(tables, bad_flag, &o, &err), DD_EARG);
	CHECK_STR(dd_str_from(err.message), "DRYDOCK_QUIET is 1 or 0, not 'maybe\\n'");
	CHECK_INT(dd_opt_environment(tables, bad_number, &o, &err), DD_EARG);
	CHECK_STR(dd_str_from(err.message), "DRYDOCK_JOBS takes a number of at most 256, not '1e9'");
}

TEST(opt_list_out_of_memory)
{
	char command[] = "command", t[] = "-tx", *argv[20] = { command };
	for (size_t i = 1; i < DD_COUNT(argv); i++)
		argv[i] = t;
	for (uint64_t nth = 1; nth <= 7; nth++) {
		struct options o = { 0 };
		struct dd_err err = { 0 };
		int n_args;
		dd_alloc_fail_from(nth);
		enum dd_code code = dd_opt_parse(tables, DD_COUNT(argv), argv, &o, &n_args, &err);
		dd_alloc_fail_from(0);
		CHECK_INT(code, nth <= 6 ? DD_ENOMEM : DD_OK);
		dd_opt_list_done(&o.tags);
	}
}

TEST(suggest_distance)
{
	static const struct {
		const char *a, *b;
		unsigned want;
	} rows[] = {
		{ "", "", 0 },	       { "", "abc", 3 },   { "abc", "", 3 },	      { "kitten", "sitting", 3 },
		{ "scan", "scna", 1 }, { "ca", "abc", 3 }, { "update", "udpate", 1 }, { "format", "fromat", 1 },
		{ "a", "a", 0 },
	};
	char lengthy[DD_SUGGEST_WORD_MAX + 2];
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str a = dd_str_from(rows[i].a), b = dd_str_from(rows[i].b);
		CHECK_INT_ROW(dd_edit_distance(a, b), rows[i].want, rows[i].b);
		CHECK_INT_ROW(dd_edit_distance(b, a), rows[i].want, rows[i].b);
	}
	memset(lengthy, 'x', sizeof lengthy);
	struct dd_str most = { lengthy, DD_SUGGEST_WORD_MAX }, more = { lengthy, DD_SUGGEST_WORD_MAX + 1 };
	CHECK_INT(dd_edit_distance(most, most), 0);
	CHECK_INT(dd_edit_distance(most, DD_STR("")), DD_SUGGEST_WORD_MAX);
	CHECK_INT(dd_edit_distance(more, most), UINT32_MAX);
}

TEST(suggest_what_was_meant)
{
	static const struct {
		const char *written, *want;
	} rows[] = {
		{ "scna", "scan" }, { "scann", "scan" }, { "sc", "scan" }, { "s", NULL }, { "update", "update" },
		{ "up", "update" }, { "upgrade", NULL }, { "xyz", NULL },  { "", NULL },  { "dbb", "db" },
		{ "bd", "db" },	    { "helpp", "help" }, { "halt", NULL },
	};
	static const char *const words[] = { "scan", "db", "update", "help" };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_suggest s = DD_SUGGEST(dd_str_from(rows[i].written));
		for (size_t k = 0; k < DD_COUNT(words); k++)
			dd_suggest_offer(&s, words[k]);
		CHECK_STR_ROW(dd_str_from(s.best), rows[i].want, rows[i].written);
	}
}
