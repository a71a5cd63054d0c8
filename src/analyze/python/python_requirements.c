/* SPDX-License-Identifier: Apache-2.0 */
/* requirements*.txt: what pip is asked to install. Only lines that name one version exactly are packages; a range says
 * nothing about what is there.
 *
 *   file    = *( line LF )                    a line that ends in "\" goes on in the next one
 *   line    = [ requirement / option ] [ blank "#" comment ]
 *   requirement = name [ "[" extras "]" ] [ "(" ] "==" version [ ")" ] *( "," … ) [ ";" marker ] *( "--hash=" digest )
 *
 * "===" is as exact; "==1.*" is a range. A requirement whose marker surely says no on Linux is left out (PEP 508).
 * "-r other.txt" and "-c" are not followed (that file is found by itself), "-e", URLs, paths and "name @ URL" name no
 * version of the index. Other text is no requirement and passed over: files of this name hold prose, too.
 * UTF-8, or UTF-16 with a byte order mark (written by PowerShell; pip reads it): its ASCII is read.
 * Limits: FILE_BYTES_MAX, LOGICAL_LINE_MAX for a line with what continues it.
 * Source: pip 25 documentation "Requirements File Format"; pip/_internal/req/req_file.py. */
#include "analyze/python/python.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define FILE_BYTES_MAX (128 * DD_MIB)
/* Hashes of one package: 100 files of 100 bytes are many. */
#define LOGICAL_LINE_MAX (256 * DD_KIB)

static struct dd_str without_comment(struct dd_str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' && (i == 0 || dd_is_blank(line.p[i - 1])))
			return dd_str_take(line, i);
	return line;
}

/* The version of the first exact clause: "==1.0", "=== 1.0", also among others ("==1.0,!=1.1"). */
static struct dd_str exact_version(struct dd_str clauses)
{
	struct dd_str clause;
	while (dd_str_next(&clauses, ',', &clause)) {
		clause = dd_str_trim(clause);
		if (!dd_str_starts(clause, DD_STR("==")))
			continue;
		bool arbitrary = dd_str_starts(clause, DD_STR("==="));
		struct dd_str version = dd_str_trim(dd_str_skip(clause, arbitrary ? 3 : 2));
		/* Blanks: prose. "$": of the environment of pip. */
		bool one = dd_str_find(version, ' ') == version.n && dd_str_find(version, '$') == version.n;
		if (version.n && one && (arbitrary || !dd_str_ends(version, DD_STR(".*"))))
			return version;
	}
	return DD_STR("");
}

/* "--hash=sha256:…": the only one there is, else nothing. */
static struct dd_str only_hash(struct dd_found *out, struct dd_str options)
{
	static const struct dd_str flag = { "--hash", 6 };
	size_t at = dd_str_search(options, flag);
	struct dd_str rest = dd_str_skip(options, at + flag.n);
	if (at == options.n || dd_str_search(rest, flag) < rest.n)
		return DD_STR("");
	rest = dd_str_trim(rest);
	rest = dd_str_trim(dd_str_skip(rest, rest.n && rest.p[0] == '=' ? 1 : 0));
	size_t n = 0;
	while (n < rest.n && !dd_is_blank(rest.p[n]))
		n++;
	return dd_third_party_digest_of(out, dd_str_take(rest, n));
}

static void read_requirement(struct dd_found *out, struct dd_str line, uint64_t at)
{
	struct dd_str name = dd_python_requirement_name(line);
	struct dd_str rest = dd_str_trim(dd_str_skip(line, name.n));
	if (name.n == 0 || name.p[0] == '-' || name.p[0] == '.')
		return;
	if (rest.n && rest.p[0] == '[')
		rest = dd_str_trim(dd_str_skip(rest, dd_str_find(rest, ']') + 1));
	struct dd_str options = dd_str_skip(rest, dd_str_search(rest, DD_STR(" --")));
	rest = dd_str_trim(dd_str_take(rest, rest.n - options.n));
	struct dd_str marker = dd_str_skip(rest, dd_str_find(rest, ';') + 1);
	rest = dd_str_trim(dd_str_take(rest, dd_str_find(rest, ';')));
	if (rest.n > 1 && rest.p[0] == '(' && rest.p[rest.n - 1] == ')')
		rest = dd_str_trim((struct dd_str){ rest.p + 1, rest.n - 2 });
	struct dd_str version = exact_version(rest);
	if (version.n == 0 || (marker.n && dd_python_marker_excludes(marker)))
		return;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "pypi", name, version, at);
	if (p)
		p->digest = only_hash(out, options);
}

/* The ASCII of UTF-16, a byte for what is not. */
static bool narrow(struct dd_str wide, struct dd_buf *out)
{
	bool big = (unsigned char)wide.p[0] == 0xfe;
	for (size_t i = 2; i + 1 < wide.n; i += 2) {
		char high = wide.p[big ? i : i + 1], low = wide.p[big ? i + 1 : i];
		(void)dd_buf_add_char(out, high || (unsigned char)low >= 0x80 ? '?' : low);
	}
	return !out->failed;
}

static struct dd_str without_bom(struct dd_str data, struct dd_buf *narrowed)
{
	if (dd_str_starts(data, DD_STR("\xef\xbb\xbf")))
		return dd_str_skip(data, 3);
	if (!dd_str_starts(data, DD_STR("\xff\xfe")) && !dd_str_starts(data, DD_STR("\xfe\xff")))
		return data;
	return narrow(data, narrowed) ? dd_buf_str(narrowed) : DD_STR("");
}

/* Takes the logical line that starts at *rest; what continues it is put together in buf. False: it is too long. */
static bool take_line(struct dd_str *rest, struct dd_buf *buf, struct dd_str *ret)
{
	struct dd_str line;
	bool fits = true;
	(void)dd_str_line(rest, &line);
	if (line.n == 0 || line.p[line.n - 1] != '\\') {
		*ret = line;
		return true;
	}
	dd_buf_clear(buf);
	for (bool more = true; more;) {
		/* A comment does not go on (pip: COMMENT_RE before joining). */
		struct dd_str part = without_comment(line);
		more = part.n == line.n && line.n && line.p[line.n - 1] == '\\';
		part = more ? dd_str_take(part, part.n - 1) : part;
		fits = fits && buf->max - buf->n > part.n;
		if (fits)
			(void)dd_buf_add_str(buf, part);
		more = more && dd_str_line(rest, &line);
	}
	*ret = dd_buf_str(buf);
	return fits;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_third_party_inside_package(in->path))
		return DD_OK;
	DD_CLEANUP_BUF struct dd_buf narrowed = DD_BUF_INIT(FILE_BYTES_MAX), joined = DD_BUF_INIT(LOGICAL_LINE_MAX);
	struct dd_str data = without_bom(in->data, &narrowed), line;
	for (struct dd_str rest = data; rest.n && !out->failed && !joined.failed;) {
		uint64_t at = data.n - rest.n;
		if (take_line(&rest, &joined, &line))
			read_requirement(out, dd_str_trim(without_comment(line)), at);
		else
			dd_found_problem(out, at, "a line and what continues it have more than %llu bytes",
					 (unsigned long long)LOGICAL_LINE_MAX);
	}
	return joined.failed || narrowed.failed ? dd_fail_nomem(err) : dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_AFFIX, "requirements", ".txt", FILE_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_python_requirements = {
	.id = "python-requirements",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Python requirements files",
	.purl_type = "pypi",
	.match = match,
	.parse = parse,
};
