/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock util`: single steps of the program for scripts. Answers on standard output, one line each. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/lines.h"
#include "base/suggest.h"
#include "cmd/util.h"
#include "format/cvss.h"
#include "version/version.h"

enum dd_exit dd_util_fail(const struct dd_err *err)
{
	dd_cmd_error(err);
	return dd_cmd_exit(err);
}

enum dd_exit dd_util_each_line(dd_util_line_fn *answer, const void *arg)
{
	struct dd_lines DD_CLEANUP(dd_lines_done) lines;
	struct dd_str line;
	struct dd_err err;
	enum dd_exit code = DD_EXIT_CLEAN;
	dd_lines_open(&lines, STDIN_FILENO, DD_LINE_BYTES_MAX);
	for (;;) {
		/* What cannot be written is told at the end of the program. */
		if (dd_lines_would_read(&lines) && fflush(stdout) != 0)
			return code;
		if (dd_lines_next(&lines, &line, &err) != DD_OK)
			return dd_util_fail(&err);
		if (!line.p)
			return code;
		if (!answer(line, lines.number, arg))
			code = DD_EXIT_USAGE;
	}
}

static char order(enum dd_scheme scheme, struct dd_str a, struct dd_str b)
{
	int c;
	if (!dd_vercmp(scheme, a, b, &c))
		return '?';
	return c < 0 ? '<' : c > 0 ? '>' : '=';
}

/* Two words; a line that is none of these has no versions either. */
static bool vercmp_line(struct dd_str line, uint64_t number, const void *arg)
{
	struct dd_str a = dd_str_trim(line);
	size_t at = 0;
	(void)number;
	while (at < a.n && !dd_is_blank(a.p[at]))
		at++;
	struct dd_str b = dd_str_trim(dd_str_skip(a, at));
	a = dd_str_take(a, at);
	bool two = true;
	for (size_t i = 0; i < b.n; i++)
		two = two && !dd_is_blank(b.p[i]);
	(void)putchar_unlocked(two ? order(*(const enum dd_scheme *)arg, a, b) : '?');
	(void)putchar_unlocked('\n');
	return true;
}

static enum dd_code find_scheme(struct dd_str name, enum dd_scheme *ret, struct dd_err *err)
{
	struct dd_suggest near = DD_SUGGEST(name);
	struct dd_buf DD_CLEANUP_BUF known = DD_BUF_INIT(256);
	if (dd_scheme_parse(name, ret) && *ret != DD_SCHEME_NONE)
		return DD_OK;
	for (int s = DD_SCHEME_NONE + 1; s < DD_SCHEME_COUNT; s++) {
		dd_suggest_offer(&near, dd_scheme_name((enum dd_scheme)s));
		(void)dd_buf_addf(&known, "%s%s", known.n ? ", " : "", dd_scheme_name((enum dd_scheme)s));
	}
	if (near.best)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown version scheme %s: did you mean '%s'?",
			       DD_QUOTE(name), near.best);
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown version scheme %s (known: %.*s)", DD_QUOTE(name),
		       DD_FMT(dd_buf_str(&known)));
}

static enum dd_exit run_vercmp(const struct dd_invocation *in)
{
	enum dd_scheme scheme;
	struct dd_err err;
	if (find_scheme(dd_str_from(in->argv[0]), &scheme, &err) != DD_OK)
		return dd_util_fail(&err);
	if (in->argc == 1)
		return dd_util_each_line(vercmp_line, &scheme);
	if (in->argc == 2) {
		(void)dd_fail(&err, DD_EARG, DD_NO_OFFSET,
			      "'vercmp' compares two versions, or reads them from standard input");
		return dd_util_fail(&err);
	}
	(void)printf("%c\n", order(scheme, dd_str_from(in->argv[1]), dd_str_from(in->argv[2])));
	return DD_EXIT_CLEAN;
}

/* number: of the line, 0 for an operand. */
static bool cvss_line(struct dd_str vector, uint64_t number, const void *arg)
{
	struct dd_cvss c;
	struct dd_err err;
	(void)arg;
	vector = dd_str_trim(vector);
	if (vector.n == 0 && number)
		return true;
	if (dd_cvss_parse(vector, &c, &err) != DD_OK) {
		if (number)
			(void)dd_wrap(&err, "line %" PRIu64, number);
		dd_cmd_error(&err);
		return false;
	}
	/* A vector that was understood has only letters, digits and punctuation. */
	(void)printf("%.*s %.1f %s", DD_FMT(vector), c.base, dd_cvss_rating_name(c.rating));
	if (c.has_overall)
		(void)printf(" overall %.1f %s", c.overall, dd_cvss_rating_name(c.overall_rating));
	(void)putchar('\n');
	return true;
}

static enum dd_exit run_cvss(const struct dd_invocation *in)
{
	enum dd_exit code = DD_EXIT_CLEAN;
	if (in->argc == 0)
		return dd_util_each_line(cvss_line, NULL);
	for (int i = 0; i < in->argc; i++)
		if (!cvss_line(dd_str_from(in->argv[i]), 0, NULL))
			code = DD_EXIT_USAGE;
	return code;
}

static const struct dd_cmd vercmp = {
	.name = "vercmp",
	.summary = "compare two versions as a distribution or ecosystem does",
	.operands = "SCHEME [A B]",
	.examples =
		(const struct dd_example[]){
			{ "drydock util vercmp deb 1.0~rc1-1 1.0-1",
			  "print '<': the release candidate comes before the release" },
			{ "drydock util vercmp rpm 1:1.0-1.el9 2.0-1.el9", "print '>': the epoch decides first" },
			{ "drydock util vercmp apk <pairs", "read lines of the form A B, print one answer a line" },
			{ "drydock util vercmp deb -- -1 1", "behind '--' a version may start with a hyphen" },
			{ NULL } },
	.description =
		"Prints '<', '=' or '>', or '?' when one of the two is not a version of that scheme. Without A "
		"and B it reads "
		"them from standard input, two words a line, and prints one answer for every line.\n\n"
		"The schemes are deb (Debian, Ubuntu), rpm (Red Hat, AlmaLinux, Rocky, SUSE, Fedora …), apk "
		"(Alpine, Wolfi), semver (npm, Rust, Hex, Swift; also with a leading v, missing numbers or more "
		"than three), pep440 (PyPI), maven, gem (RubyGems), composer (Packagist), nuget, golang (modules "
		"and go1.21.3), pub (Dart, Julia), conan, alpm (Arch Linux), gentoo, cran (R, Haskell), opam, cpan, "
		"generic (programs without a package manager) and lexicographic. The ecosystems' own names are "
		"known too: npm, pypi, cargo, hex …",
	.min_args = 1,
	.max_args = 3,
	.run = run_vercmp,
};

static const struct dd_cmd cvss = {
	.name = "cvss",
	.summary = "compute the score and severity of CVSS vectors",
	.operands = "[VECTOR…]",
	.examples =
		(const struct dd_example[]){
			{ "drydock util cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
			  "print the vector, 9.8 and critical" },
			{ "drydock util cvss AV:N/AC:L/Au:N/C:N/I:N/A:C", "version 2.0 has no prefix" },
			{ "drydock util cvss <vectors", "read vectors from standard input, one a line" },
			{ NULL } },
	.description = "Prints one line for each vector of CVSS 2.0, 3.0, 3.1 or 4.0: the vector, its base score, and "
		       "its severity: "
		       "none, low, medium, high or critical (2.0: low, medium or high, as the NVD rates).\n\n"
		       "The base score leaves temporal, threat and environmental metrics out, as reports do. When the "
		       "vector defines "
		       "any, 'overall' follows with the score and severity that take them into account.\n\n"
		       "A text that is not a vector is told on standard error, the others are still answered; the exit "
		       "code is 2.",
	.min_args = 0,
	.max_args = INT32_MAX,
	.run = run_cvss,
};

const struct dd_cmd dd_cmd_util = {
	.name = "util",
	.summary = "small tools for scripts: versions, ranges, package URLs, CVSS scores",
	.examples =
		(const struct dd_example[]){
			{ "drydock util vercmp deb 1.2-1 1.10-1", "compare two Debian versions" },
			{ "drydock util cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
			  "print a vector's score and severity" },
			{ "drydock util purl pkg:deb/debian/curl@7.50.3-1?arch=i386", "take a package URL apart" },
			{ "drydock util vers 'vers:deb/<7.50.3-2' 7.50.3-1", "test a version range" },
			{ NULL } },
	.description = "Single steps of a scan, usable from scripts and to check what drydock decides by.",
	.subcommands = (const struct dd_cmd *const[]){ &vercmp, &cvss, &dd_util_purl, &dd_util_vers, NULL },
};
