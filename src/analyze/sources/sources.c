/* SPDX-License-Identifier: Apache-2.0 */
/* The package repositories that a system is set up with: definitions of kind DD_DEFINE_REPOSITORY, one for each address
 * (and suite), in the order of the file. No package comes from here, and nothing is a problem: what a manager would not
 * take it does not use either, and says so itself.
 *
 *   etc/apt/sources.list, sources.list.d/NAME.list      sources.list(5), one-line style
 *     line = "deb" [ "[" *( key "=" value ) "]" ] uri suite *component        "deb-src" lines are passed over
 *   etc/apt/sources.list.d/NAME.sources                  deb822 style: Types, URIs, Suites, Components, Architectures,
 *                                                        Enabled; comment lines may stand inside a stanza
 *   etc/apk/repositories                                 apk-repositories(5): an address a line; "@tag address" is used
 *                                                        only by packages that ask for the tag: passed over
 *   etc/yum.repos.d/NAME.repo, etc/zypp/repos.d/NAME.repo  dnf.conf(5) "REPO OPTIONS": [id], baseurl, metalink,
 *                                                        mirrorlist, enabled; values go on in lines that begin blank
 *   etc/dnf/dnf.conf, etc/yum.conf                       the same, and [main]: exclude, excludepkgs
 *   etc/dnf/vars/NAME, etc/yum/vars/NAME                 dnf.conf(5) "VARIABLES": the value of $NAME, one line
 *   etc/apt/preferences, preferences.d/NAME[.pref]       apt_preferences(5): Package, Pin, Pin-Priority
 *
 * Values, fields apart by LF: deb: uri, suite, components, architectures (both with blanks between). apk: address.
 * rpm: the address with its $variables, "baseurl" / "mirrorlist" / "metalink", id. A variable has the
 * type "rpm-var": name, value. What may keep an upgrade from taking a package has the type "deb-held" or "rpm-held":
 * a pattern of names, why (text). Expressions ("/^x/") and versions in them match no name. */
#include "analyze/analyzer.h"
#include "base/buf.h"
#include "base/limits.h"
#include "format/deb822.h"

enum { REPOSITORIES_MAX = 256, VALUE_MAX = 4096, PIN_TEXT_MAX = 100 };
#define FILE_MAX DD_MIB

static void add(struct dd_found *out, const char *type, struct dd_str a, struct dd_str b, struct dd_str c,
		struct dd_str d)
{
	DD_CLEANUP_BUF struct dd_buf value = DD_BUF_INIT(VALUE_MAX);
	const struct dd_str parts[] = { a, b, c, d };
	for (size_t i = 0; i < DD_COUNT(parts); i++) {
		if (parts[i].n && memchr(parts[i].p, '\n', parts[i].n))
			return;
		if (i)
			(void)dd_buf_add_char(&value, '\n');
		(void)dd_buf_add_str(&value, parts[i]);
	}
	if (!value.failed && a.n && out->definitions.n < REPOSITORIES_MAX)
		dd_found_define(out, DD_DEFINE_REPOSITORY, dd_str_from(type), dd_buf_str(&value));
}

static struct dd_str word(struct dd_str *rest)
{
	*rest = dd_str_trim(*rest);
	size_t n = 0;
	while (n < rest->n && !dd_is_blank(rest->p[n]))
		n++;
	struct dd_str w = dd_str_take(*rest, n);
	*rest = dd_str_trim(dd_str_skip(*rest, n));
	return w;
}

/* ---- apt ---- */

/* The value of arch= of an option list; commas become blanks where the value is read. */
static struct dd_str option_arch(struct dd_str options)
{
	for (struct dd_str w; (w = word(&options)).n;)
		if (dd_str_starts(w, DD_STR("arch=")))
			return dd_str_skip(w, sizeof "arch=" - 1);
	return DD_STR("");
}

static void read_apt_lines(struct dd_str data, struct dd_found *out)
{
	for (struct dd_str line; dd_str_line(&data, &line);) {
		struct dd_str arch = DD_STR("");
		line = dd_str_take(line, dd_str_find(line, '#'));
		if (!dd_str_eq_c(word(&line), "deb"))
			continue;
		if (line.n && line.p[0] == '[') {
			size_t end = dd_str_find(line, ']');
			arch = option_arch(dd_str_skip(dd_str_take(line, end), 1));
			line = dd_str_skip(line, end + 1);
		}
		struct dd_str uri = word(&line), suite = word(&line);
		add(out, "deb", uri, suite, line, arch);
	}
}

struct stanza {
	struct dd_str types, uris, suites, components, architectures, enabled;
};

static bool has_word(struct dd_str list, const char *wanted)
{
	for (struct dd_str w; (w = word(&list)).n;)
		if (dd_str_eq_c(w, wanted))
			return true;
	return false;
}

static bool is_no(struct dd_str s)
{
	static const char *const words[] = { "no", "false", "without", "off", "disable", "0" };
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_eq_nocase(dd_str_trim(s), dd_str_from(words[i])))
			return true;
	return false;
}

/* One line of it: fields go on in further lines, which have comment lines between. */
static struct dd_str one_line(struct dd_str value, struct dd_arena *a)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(VALUE_MAX);
	for (struct dd_str line; dd_str_line(&value, &line);) {
		line = dd_str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		(void)dd_buf_add_str(&b, line);
		(void)dd_buf_add_char(&b, ' ');
	}
	return b.failed ? DD_STR("") : dd_str_trim(dd_arena_str(a, dd_buf_str(&b)));
}

static void end_stanza(struct stanza *s, struct dd_found *out)
{
	struct dd_str uris = s->uris;
	for (struct dd_str uri; has_word(s->types, "deb") && !is_no(s->enabled) && (uri = word(&uris)).n;) {
		struct dd_str suites = s->suites;
		for (struct dd_str suite; (suite = word(&suites)).n;)
			add(out, "deb", uri, suite, s->components, s->architectures);
	}
	*s = (struct stanza){ 0 };
}

static void read_apt_stanzas(struct dd_str data, struct dd_found *out)
{
	struct dd_deb822_reader r = DD_DEB822_READER(data);
	struct dd_deb822_item item;
	struct stanza s = { 0 };
	const struct {
		const char *name;
		struct dd_str *to;
	} fields[] = {
		{ "Types", &s.types },		 { "URIs", &s.uris },	    { "Suites", &s.suites },
		{ "Components", &s.components }, { "Enabled", &s.enabled }, { "Architectures", &s.architectures },
	};
	while (dd_deb822_next(&r, &item)) {
		if (item.kind == DD_DEB822_BREAK)
			end_stanza(&s, out);
		for (size_t i = 0; item.kind == DD_DEB822_FIELD && i < DD_COUNT(fields); i++)
			if (dd_str_eq_nocase(item.name, dd_str_from(fields[i].name)))
				*fields[i].to = one_line(item.value, out->arena);
	}
	end_stanza(&s, out);
}

/* ---- apk ---- */

static void read_apk(struct dd_str data, struct dd_found *out)
{
	for (struct dd_str line; dd_str_line(&data, &line);) {
		line = dd_str_trim(line);
		if (line.n && line.p[0] != '#' && line.p[0] != '@')
			add(out, "apk", word(&line), DD_STR(""), DD_STR(""), DD_STR(""));
	}
}

/* ---- rpm ---- */

struct repo {
	struct dd_str id, key, url; /* key: which of the three the url is */
	bool off;
	bool excludes; /* the line before began or went on with a list of packages */
};

/* Patterns with blanks or commas between. */
static void exclude(struct dd_str list, struct dd_found *out)
{
	for (struct dd_str w; (w = word(&list)).n;)
		for (struct dd_str part; dd_str_next(&w, ',', &part);)
			if (part.n)
				add(out, "rpm-held", part, DD_STR("dnf's settings exclude it"), DD_STR(""), DD_STR(""));
}

static void end_repo(struct repo *r, struct dd_found *out)
{
	if (!r->off && r->id.n && !dd_str_eq_c(r->id, "main"))
		add(out, "rpm", r->url, r->key, r->id, DD_STR(""));
	*r = (struct repo){ 0 };
}

/* baseurl goes before the others: it names what they choose from. */
static void repo_line(struct repo *r, struct dd_str line, struct dd_found *out)
{
	static const char *const keys[] = { "mirrorlist", "metalink", "baseurl" };
	size_t equals = dd_str_find(line, '=');
	struct dd_str key = dd_str_trim(dd_str_take(line, equals)), value = dd_str_trim(dd_str_skip(line, equals + 1));
	if (dd_str_eq_c(key, "enabled"))
		r->off = is_no(value);
	r->excludes = dd_str_eq_c(key, "exclude") || dd_str_eq_c(key, "excludepkgs");
	if (r->excludes)
		exclude(value, out);
	for (size_t i = 0; i < DD_COUNT(keys); i++)
		if (dd_str_eq_c(key, keys[i]) && value.n && !dd_str_eq_c(r->key, "baseurl")) {
			r->key = dd_str_from(keys[i]);
			r->url = word(&value);
		}
}

static void read_rpm(struct dd_str data, struct dd_found *out)
{
	struct repo r = { 0 };
	for (struct dd_str line; dd_str_line(&data, &line);) {
		bool more = line.n && dd_is_blank(line.p[0]);
		line = dd_str_trim(line);
		if (!line.n || line.p[0] == '#' || line.p[0] == ';')
			continue;
		if (more) {
			if (r.excludes)
				exclude(line, out);
			continue;
		}
		if (line.p[0] != '[') {
			repo_line(&r, line, out);
			continue;
		}
		end_repo(&r, out);
		r.id = dd_str_take(dd_str_skip(line, 1), dd_str_find(dd_str_skip(line, 1), ']'));
	}
	end_repo(&r, out);
}

/* A variable's file may be empty, and so is its value then. */
static void read_variable(struct dd_str name, struct dd_str data, struct dd_found *out)
{
	struct dd_str line = DD_STR("");
	(void)dd_str_line(&data, &line);
	add(out, "rpm-var", name, dd_str_trim(line), DD_STR(""), DD_STR(""));
}

/* ---- apt's preferences ---- */

struct pin {
	struct dd_str packages, pin, priority;
};

static void end_pin(struct pin *p, struct dd_found *out)
{
	struct dd_str list = p->packages;
	if (!p->pin.n)
		list = DD_STR("");
	struct dd_str why = dd_arena_printf(out->arena, "apt's preferences pin it (%.*s, priority %.*s)",
					    DD_FMT(dd_str_take(p->pin, PIN_TEXT_MAX)),
					    DD_FMT(dd_str_take(p->priority, PIN_TEXT_MAX)));
	for (struct dd_str w; why.p && (w = word(&list)).n;)
		add(out, "deb-held", w, why, DD_STR(""), DD_STR(""));
	*p = (struct pin){ 0 };
}

static void read_preferences(struct dd_str data, struct dd_found *out)
{
	struct dd_deb822_reader r = DD_DEB822_READER(data);
	struct dd_deb822_item item;
	struct pin p = { 0 };
	const struct {
		const char *name;
		struct dd_str *to;
	} fields[] = { { "Package", &p.packages }, { "Pin", &p.pin }, { "Pin-Priority", &p.priority } };
	while (dd_deb822_next(&r, &item)) {
		if (item.kind == DD_DEB822_BREAK)
			end_pin(&p, out);
		for (size_t i = 0; item.kind == DD_DEB822_FIELD && i < DD_COUNT(fields); i++)
			if (dd_str_eq_nocase(item.name, dd_str_from(fields[i].name)))
				*fields[i].to = one_line(item.value, out->arena);
	}
	end_pin(&p, out);
}

/* apt reads names without an ending, and ".pref". */
static bool is_preferences(struct dd_str path)
{
	struct dd_str name = dd_str_skip(path, dd_str_rfind(path, '/') + 1);
	return dd_str_find(name, '.') == name.n || dd_str_ends(name, DD_STR(".pref"));
}

/* ---- the whole ---- */

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_str_ends(in->path, DD_STR(".sources")))
		read_apt_stanzas(in->data, out);
	else if (dd_str_starts(in->path, DD_STR("etc/apt/preferences"))) {
		if (is_preferences(in->path))
			read_preferences(in->data, out);
	} else if (dd_str_ends(in->path, DD_STR(".repo")) || dd_str_ends(in->path, DD_STR(".conf")))
		read_rpm(in->data, out);
	else if (dd_str_ends(in->path, DD_STR("apk/repositories")))
		read_apk(in->data, out);
	else if (dd_str_search(in->path, DD_STR("/vars/")) < in->path.n)
		read_variable(dd_str_skip(in->path, dd_str_rfind(in->path, '/') + 1), in->data, out);
	else
		read_apt_lines(in->data, out);
	return out->failed ? dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "repositories need more memory than there is")
			   : DD_OK;
}

static const struct dd_match match[] = {
	{ DD_MATCH_PATH, "etc/apt/sources.list", NULL, FILE_MAX },
	{ DD_MATCH_DIR, "etc/apt/sources.list.d", ".list", FILE_MAX },
	{ DD_MATCH_DIR, "etc/apt/sources.list.d", ".sources", FILE_MAX },
	{ DD_MATCH_PATH, "etc/apt/preferences", NULL, FILE_MAX },
	{ DD_MATCH_DIR, "etc/apt/preferences.d", "", FILE_MAX },
	{ DD_MATCH_PATH, "etc/apk/repositories", NULL, FILE_MAX },
	{ DD_MATCH_PATH, "etc/dnf/dnf.conf", NULL, FILE_MAX },
	{ DD_MATCH_PATH, "etc/yum.conf", NULL, FILE_MAX },
	{ DD_MATCH_DIR, "etc/yum.repos.d", ".repo", FILE_MAX },
	{ DD_MATCH_DIR, "etc/zypp/repos.d", ".repo", FILE_MAX },
	{ DD_MATCH_DIR, "etc/dnf/vars", "", VALUE_MAX },
	{ DD_MATCH_DIR, "etc/yum/vars", "", VALUE_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_sources = {
	.id = "sources",
	.version = 3,
	.evidence = DD_EVIDENCE_SYSTEM,
	.title = "package repositories (apt, apk, dnf, zypper)",
	.match = match,
	.parse = parse,
};
