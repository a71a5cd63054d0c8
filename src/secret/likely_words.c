/* SPDX-License-Identifier: Apache-2.0 */
/* Words by their letter pairs: random letters cost some 7 bits a pair, words and names of programs 3.5 to 4.5. Runs of
 * one case, or with an upper-case letter in front, so that camelCase is words too; runs below RUN_MIN say nothing. */
#include "base/cleanup.h"
#include "secret/likely.h"

enum { RUN_MIN = 4, COST_MAX = 38 /* eighths of a bit a pair */ };

static const unsigned char costs[27][27] = {
#include "secret/word_bigrams.def"
};

static bool is_word(struct dd_str run)
{
	unsigned before = 0, sum = 0;
	for (size_t i = 0; i < run.n; i++) {
		unsigned c = (unsigned)(dd_lower(run.p[i]) - 'a' + 1);
		if (i)
			sum += costs[before][c];
		before = c;
	}
	return run.n >= RUN_MIN && sum <= COST_MAX * (run.n - 1);
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The run of letters at `at`. */
static size_t run_end(struct dd_str s, size_t at)
{
	size_t i = at + 1;
	if (i < s.n && is_upper(s.p[at]) && is_upper(s.p[i])) {
		while (i < s.n && is_upper(s.p[i]))
			i++;
		return i < s.n && dd_is_alpha(s.p[i]) ? i - 1 : i; /* "HTTPServer" */
	}
	while (i < s.n && dd_is_alpha(s.p[i]) && !is_upper(s.p[i]))
		i++;
	return i;
}

unsigned dd_secret_words(struct dd_str s)
{
	size_t words = 0, total = 0;
	for (size_t i = 0; i < s.n;) {
		if (!dd_is_alpha(s.p[i])) {
			total += s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != ' ' && s.p[i] != '/';
			i++;
			continue;
		}
		size_t end = run_end(s, i);
		if (end == i)
			end++;
		if (is_word(dd_str_take(dd_str_skip(s, i), end - i)))
			words += end - i;
		total += end - i;
		i = end;
	}
	return total ? (unsigned)(words * 100 / total) : 0;
}

/* Names whose last word says what is about a secret and not one. */
bool dd_secret_name_is_about(struct dd_str name)
{
	static const char *const ends[] = {
		"file",	     "filename", "path",    "dir",	   "name",	  "names",	 "type",
		"types",     "length",	 "len",	    "size",	   "url",	  "uri",	 "urls",
		"endpoint",  "timeout",	 "ttl",	    "expiry",	   "expires",	  "expire",	 "expiration",
		"count",     "min",	 "max",	    "policy",	   "field",	  "fields",	 "label",
		"hint",	     "prompt",	 "title",   "help",	   "desc",	  "description", "message",
		"msg",	     "regex",	 "regexp",  "pattern",	   "format",	  "algorithm",	 "alg",
		"class",     "provider", "header",  "headers",	   "param",	  "params",	 "parameter",
		"var",	     "variable", "column",  "placeholder", "required",	  "enabled",	 "attempts",
		"reset",     "visible",	 "rule",    "rules",	   "store",	  "manager",	 "request",
		"error",     "errors",	 "version", "list",	   "index",	  "position",	 "kind",
		"scope",     "scopes",	 "storage", "location",	   "selector",	  "id",		 "ids",
		"input",     "button",	 "form",    "page",	   "text",	  "validator",	 "encoder",
		"generator", "ref",	 "refs",    "env",	   "option",	  "options",	 "style",
		"mode",	     "state",	 "status",  "action",	   "event",	  "callback",	 "handler",
		"info",	     "command",	 "cmd",	    "program",	   "cookie",	  "domain",	 "realm",
		"bundle",    "alias",	 "digest",  "checksum",	   "fingerprint", "hashes",	 "mask",
		"char",	     "chars",	 "support", "supported",   "lifetime",	  "is",		 "exit",
		"usage",     "method",	 "grant",   "group",	   "arn",	  "keyboard",	 "count",
	};
	static const char *const inside[] = {
		"public",	"pagetoken",   "page_token",   "nexttoken", "next_token",
		"continuation", "changetoken", "change_token", "synctoken", "sync_token"
	};
	for (size_t i = 0; i < DD_COUNT(inside); i++)
		for (size_t k = 0, n = strlen(inside[i]); k + n <= name.n; k++)
			if (dd_str_eq_nocase((struct dd_str){ name.p + k, n }, (struct dd_str){ inside[i], n }))
				return true;
	size_t from = name.n;
	while (from && dd_is_alpha(name.p[from - 1])) {
		from--;
		if (is_upper(name.p[from]) && from && !is_upper(name.p[from - 1]))
			break;
	}
	struct dd_str last = dd_str_skip(name, from);
	for (size_t i = 0; i < DD_COUNT(ends) && last.n && from; i++)
		if (dd_str_eq_nocase(last, dd_str_from(ends[i])))
			return true;
	return false;
}
