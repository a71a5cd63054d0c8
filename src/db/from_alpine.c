/* SPDX-License-Identifier: Apache-2.0 */
/* Alpine's secdb (secdb.alpinelinux.org/v3.x/{main,community}.json):
 *
 *   { "distroversion": "v3.9", "reponame": "main", "packages": [ { "pkg": { "name": ORIGIN,
 *       "secfixes": { VERSION: [ LINE, … ], … } } }, … ] }
 *
 * Each line names what VERSION of the origin package fixed; VERSION "0": it never was affected. Nothing is said of what
 * is not fixed yet. Lines are comments of people in build recipes; met in the wild:
 *   "CVE-2019-5060 TALOS-2019-0844", "CVE-2018-3639   XSA-263"   the same issue under other names
 *   "CVE 2018-16859", "CVE_2019-2426"                            another separator
 *   "CVE-2017-2616 (+ regression fix)", "CVE-2018-14466 (AFS/RX)", "CVE-2019-19451.patch", "CVE-2017-17434-1"
 *   "CVE-2019-1 CVE-2019-2", "CVE-2019-1, CVE-2019-2"            several issues
 *   "XSA-207", "CVE-????-?????  XSA-295", "GHSA-…"               no CVE
 *   "secfixes": null, "packages": null
 * Wolfi, Chainguard and MinimOS publish the same without "distroversion": "urlprefix" tells them apart.
 * Every CVE of a line is an issue of its own, and what else the line says is a note: other names are no aliases
 * (XSA-273 stands on the lines of two CVEs). Without a CVE the line's GHSAs are the issues, else its last word with a
 * digit. */
#include "base/buf.h"
#include "base/limits.h"
#include "db/builder.h"
#include "db/osv_words.h"
#include "format/json.h"

struct secdb {
	struct dd_builder *b;
	uint32_t source, ecosystem, package;
	uint32_t affects; /* of the version at hand */
	bool never;	  /* the version at hand is "0" */
};

static void add_issue(struct secdb *s, struct dd_str id, struct dd_str note)
{
	struct dd_build_record r = {
		.key = { DD_FAMILY_ALPINE, dd_build_text(s->b, id) },
		.source = s->source,
		.bundle = true,
	};
	uint32_t number = dd_build_find(s->b, DD_FAMILY_ALPINE, r.key[1]);
	if (number == DD_MAP_NONE) {
		uint32_t mark = dd_build_mark(s->b);
		dd_build_push(s->b, r.key[1]);
		r.names = dd_build_list_since(s->b, mark);
		number = dd_build_record(s->b, &r);
	}
	const struct dd_build_entry e = {
		.record = number,
		.ecosystem = s->ecosystem,
		.package = s->package,
		.note = dd_build_text(s->b, note),
		.affects = s->affects,
		.source = (uint16_t)s->source,
		.status = s->never ? DD_ADV_NOT_AFFECTED : DD_ADV_AFFECTED,
		.fix_state = s->never ? DD_FIX_UNKNOWN : DD_FIX_FIXED,
	};
	dd_build_entry(s->b, &e);
}

/* A CVE at the start of s with any of "-", "_", " " as separators → "CVE-YYYY-N…" in out; bytes used, 0: none. */
static size_t loose_cve(struct dd_str s, char out[64], struct dd_str *ret)
{
	struct dd_str head = dd_str_take(s, 63);
	if (!dd_str_eq_nocase(dd_str_take(head, 3), DD_STR("CVE")))
		return 0;
	for (size_t i = 0; i < head.n; i++)
		out[i] = head.p[i] == '_' || head.p[i] == ' ' ? '-' : head.p[i];
	memcpy(out, "CVE", 3);
	size_t n = dd_cve_len((struct dd_str){ out, head.n });
	*ret = (struct dd_str){ out, n };
	return n;
}

static size_t add_cves(struct secdb *s, struct dd_str line)
{
	size_t found = 0;
	for (size_t i = 0; i + 3 <= line.n;) {
		char text[64];
		struct dd_str id;
		bool inside = i > 0 && (dd_is_alpha(line.p[i - 1]) || dd_is_digit(line.p[i - 1]));
		size_t n = inside ? 0 : loose_cve(dd_str_skip(line, i), text, &id);
		if (n)
			add_issue(s, id, n == line.n ? DD_STR("") : line);
		found += n > 0;
		i += n ? n : 1;
	}
	return found;
}

static bool has_digit(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (dd_is_digit(s.p[i]))
			return true;
	return false;
}

/* A line without any CVE. */
static void add_others(struct secdb *s, struct dd_str line)
{
	struct dd_str rest = line, word, last = { NULL, 0 };
	bool ghsa = false;
	while (dd_str_next(&rest, ' ', &word)) {
		while (word.n && (word.p[word.n - 1] == ',' || word.p[word.n - 1] == ';'))
			word.n--;
		if (dd_str_starts(word, DD_STR("GHSA-"))) {
			add_issue(s, word, dd_str_eq(word, line) ? DD_STR("") : line);
			ghsa = true;
		} else if (has_digit(word)) {
			last = word;
		}
	}
	if (!ghsa && last.n)
		add_issue(s, last, dd_str_eq(last, line) ? DD_STR("") : line);
}

static enum dd_code read_fix(struct secdb *s, struct dd_str version, const json_t *lines, struct dd_err *err)
{
	s->never = dd_str_eq_c(version, "0");
	s->affects = dd_build_affects_below(s->b, s->never ? DD_STR("") : version);
	if (!version.n || version.n > DD_FIELD_BYTES_MAX || (!json_is_array(lines) && !json_is_null(lines)))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "secfixes of version %s are no list", DD_QUOTE(version));
	for (size_t i = 0; i < dd_json_len(lines); i++) {
		struct dd_str line = dd_str_trim(dd_json_text(dd_json_at(lines, i)));
		if (!line.n || line.n > DD_DB_NOTE_BYTES_MAX)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
				       "line %zu of version %s is empty, too long or no text", i, DD_QUOTE(version));
		if (!add_cves(s, line))
			add_others(s, line);
	}
	return DD_OK;
}

static enum dd_code read_package(struct secdb *s, const json_t *package, struct dd_err *err)
{
	const json_t *pkg = dd_json_obj(package, "pkg"), *fixes = dd_json_get(pkg, "secfixes");
	struct dd_str name = dd_json_str(pkg, "name");
	if (!name.n || name.n > DD_FIELD_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no package name");
	if (fixes && !json_is_object(fixes) && !json_is_null(fixes))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "secfixes are no object");
	s->package = dd_build_text(s->b, name);
	for (void *it = dd_json_first(fixes); it; it = dd_json_next(fixes, it))
		DD_TRY(read_fix(s, dd_json_name(it), dd_json_value(it), err));
	return DD_OK;
}

/* Rolling distributions with the same format have no release; where their packages lie says whose it is. */
static const char *rolling_key(const json_t *j)
{
	static const char *const hosts[][2] = {
		{ "packages.wolfi.dev", "wolfi" },
		{ "packages.cgr.dev/chainguard", "chainguard" },
		{ "packages.cgr.dev/extras", "chainguard" },
		{ "packages.mini.dev", "minimos" },
	};
	struct dd_str prefix = dd_json_str(j, "urlprefix");
	for (size_t i = 0; i < DD_COUNT(hosts); i++)
		if (dd_str_search(prefix, dd_str_from(hosts[i][0])) < prefix.n)
			return hosts[i][1];
	return NULL;
}

static enum dd_code open_release(struct secdb *s, const struct dd_build_document *doc, const json_t *j,
				 struct dd_err *err)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(256);
	struct dd_str release = dd_json_str(j, "distroversion");
	const char *rolling = release.n ? NULL : rolling_key(j);
	if (rolling) {
		s->source = dd_build_source(s->b, DD_STR("alpine"), dd_str_from(rolling), doc);
		s->ecosystem = dd_build_text(s->b, dd_str_from(rolling));
		return DD_OK;
	}
	if (!release.n || release.n > 64)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no 'distroversion': not a document of Alpine's secdb");
	(void)dd_buf_add_c(&text, "alpine:");
	(void)dd_buf_add_str(&text, release);
	s->source = dd_build_source(s->b, DD_STR("alpine"), dd_buf_str(&text), doc);
	bool number = release.n > 1 && release.p[0] == 'v' && dd_is_digit(release.p[1]);
	dd_buf_clear(&text);
	(void)dd_buf_add_c(&text, "alpine:");
	(void)dd_buf_add_str(&text, dd_str_skip(release, number ? 1 : 0));
	DD_TRY(dd_buf_check(&text, "release", err));
	s->ecosystem = dd_build_text(s->b, dd_buf_str(&text));
	return DD_OK;
}

enum dd_code dd_from_alpine(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	struct secdb s = { .b = b };
	DD_TRY(dd_json_parse(doc->bytes, &j, err));
	DD_TRY(open_release(&s, doc, j, err));
	const json_t *packages = dd_json_get(j, "packages");
	if (!json_is_array(packages) && !json_is_null(packages))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "'packages' is no list");
	for (size_t i = 0; i < dd_json_len(packages); i++) {
		struct dd_err local = { .at = DD_NO_OFFSET };
		if (read_package(&s, dd_json_at(packages, i), &local) != DD_OK)
			dd_build_warn(b, "%s: package %zu, %s: %.200s", DD_QUOTE(dd_str_from(doc->name)), i,
				      DD_QUOTE(dd_json_str(dd_json_obj(dd_json_at(packages, i), "pkg"), "name")),
				      local.message);
		DD_TRY(dd_build_check(b, err));
	}
	return DD_OK;
}
