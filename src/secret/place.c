/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/place.h"

#include "base/cleanup.h"

#define S(lit)                                                                                                         \
	{                                                                                                              \
		lit, sizeof lit - 1                                                                                    \
	}

struct row {
	struct dd_str text; /* lower case */
	enum dd_place_kind kind;
	const char *what;
};

static const struct row folders[] = {
	{ S("test"), DD_PLACE_SAMPLE, "a test" },
	{ S("tests"), DD_PLACE_SAMPLE, "a test" },
	{ S("testing"), DD_PLACE_SAMPLE, "a test" },
	{ S("testsuite"), DD_PLACE_SAMPLE, "a test" },
	{ S("testdata"), DD_PLACE_SAMPLE, "a test" },
	{ S("test-data"), DD_PLACE_SAMPLE, "a test" },
	{ S("test_data"), DD_PLACE_SAMPLE, "a test" },
	{ S("spec"), DD_PLACE_SAMPLE, "a test" },
	{ S("specs"), DD_PLACE_SAMPLE, "a test" },
	{ S("__tests__"), DD_PLACE_SAMPLE, "a test" },
	{ S("__mocks__"), DD_PLACE_SAMPLE, "a test" },
	{ S("__fixtures__"), DD_PLACE_SAMPLE, "a test" },
	{ S("fixture"), DD_PLACE_SAMPLE, "a test" },
	{ S("fixtures"), DD_PLACE_SAMPLE, "a test" },
	{ S("mock"), DD_PLACE_SAMPLE, "a test" },
	{ S("mocks"), DD_PLACE_SAMPLE, "a test" },
	{ S("vectors"), DD_PLACE_SAMPLE, "a test" },
	{ S("corpus"), DD_PLACE_SAMPLE, "a test" },
	{ S("e2e"), DD_PLACE_SAMPLE, "a test" },
	{ S("benchmark"), DD_PLACE_SAMPLE, "a benchmark" },
	{ S("benchmarks"), DD_PLACE_SAMPLE, "a benchmark" },
	{ S("example"), DD_PLACE_SAMPLE, "an example" },
	{ S("examples"), DD_PLACE_SAMPLE, "an example" },
	{ S("_examples"), DD_PLACE_SAMPLE, "an example" },
	{ S("sample"), DD_PLACE_SAMPLE, "an example" },
	{ S("samples"), DD_PLACE_SAMPLE, "an example" },
	{ S("demo"), DD_PLACE_SAMPLE, "an example" },
	{ S("demos"), DD_PLACE_SAMPLE, "an example" },
	{ S("doc"), DD_PLACE_SAMPLE, "documentation" },
	{ S("docs"), DD_PLACE_SAMPLE, "documentation" },
	{ S("documentation"), DD_PLACE_SAMPLE, "documentation" },
	{ S("man"), DD_PLACE_SAMPLE, "documentation" },
	{ S("licenses"), DD_PLACE_SAMPLE, "a licence" },
	{ S("locale"), DD_PLACE_TRANSLATION, "a translation" },
	{ S("locales"), DD_PLACE_TRANSLATION, "a translation" },
	{ S("i18n"), DD_PLACE_TRANSLATION, "a translation" },
	{ S("l10n"), DD_PLACE_TRANSLATION, "a translation" },
	{ S("translations"), DD_PLACE_TRANSLATION, "a translation" },
};

/* Whole names. */
static const struct row names[] = {
	{ S("package-lock.json"), DD_PLACE_LIST, "a lock file" },
	{ S(".package-lock.json"), DD_PLACE_LIST, "a lock file" },
	{ S("npm-shrinkwrap.json"), DD_PLACE_LIST, "a lock file" },
	{ S("pnpm-lock.yaml"), DD_PLACE_LIST, "a lock file" },
	{ S("packages.lock.json"), DD_PLACE_LIST, "a lock file" },
	{ S("gradle.lockfile"), DD_PLACE_LIST, "a lock file" },
	{ S(".terraform.lock.hcl"), DD_PLACE_LIST, "a lock file" },
	{ S("go.sum"), DD_PLACE_LIST, "a lock file" },
	{ S("record"), DD_PLACE_LIST, "a list of checksums" },
	{ S("sha256sums"), DD_PLACE_LIST, "a list of checksums" },
	{ S("sha512sums"), DD_PLACE_LIST, "a list of checksums" },
	{ S("md5sums"), DD_PLACE_LIST, "a list of checksums" },
	{ S("dockerfile"), DD_PLACE_CONFIG, "" },
	{ S("containerfile"), DD_PLACE_CONFIG, "" },
	{ S("makefile"), DD_PLACE_CONFIG, "" },
	{ S("credentials"), DD_PLACE_CONFIG, "" },
	{ S("config"), DD_PLACE_CONFIG, "" },
	{ S(".netrc"), DD_PLACE_CONFIG, "" },
	{ S(".npmrc"), DD_PLACE_CONFIG, "" },
	{ S(".pypirc"), DD_PLACE_CONFIG, "" },
	{ S(".bashrc"), DD_PLACE_CONFIG, "" },
	{ S(".zshrc"), DD_PLACE_CONFIG, "" },
	{ S(".profile"), DD_PLACE_CONFIG, "" },
	{ S(".bash_profile"), DD_PLACE_CONFIG, "" },
	{ S("environment"), DD_PLACE_CONFIG, "" },
	{ S("metadata"), DD_PLACE_SAMPLE, "documentation" },
	{ S("pkg-info"), DD_PLACE_SAMPLE, "documentation" },
	{ S("conftest.py"), DD_PLACE_SAMPLE, "a test" },
	{ S("wp-config.php"), DD_PLACE_CONFIG, "" },
};

static const struct row prefixes[] = {
	{ S("readme"), DD_PLACE_SAMPLE, "documentation" },   { S("changelog"), DD_PLACE_SAMPLE, "documentation" },
	{ S("changes."), DD_PLACE_SAMPLE, "documentation" }, { S("history."), DD_PLACE_SAMPLE, "documentation" },
	{ S("license"), DD_PLACE_SAMPLE, "a licence" },	     { S("copying"), DD_PLACE_SAMPLE, "a licence" },
	{ S("test_"), DD_PLACE_SAMPLE, "a test" },	     { S("example-"), DD_PLACE_SAMPLE, "an example" },
	{ S("examples-"), DD_PLACE_SAMPLE, "an example" },   { S("sample-"), DD_PLACE_SAMPLE, "an example" },
	{ S("dockerfile."), DD_PLACE_CONFIG, "" },	     { S(".env"), DD_PLACE_CONFIG, "" },
};

/* Ends, the more special ones first. */
static const struct row suffixes[] = {
	{ S(".min.js"), DD_PLACE_GENERATED, "a minified file" },
	{ S(".min.css"), DD_PLACE_GENERATED, "a minified file" },
	{ S(".bundle.js"), DD_PLACE_GENERATED, "a bundle" },
	{ S(".map"), DD_PLACE_GENERATED, "a source map" },
	{ S(".css"), DD_PLACE_GENERATED, "a style sheet" },
	{ S(".svg"), DD_PLACE_GENERATED, "a picture" },
	{ S(".ipynb"), DD_PLACE_PLAIN, "" },
	{ S(".lock"), DD_PLACE_LIST, "a lock file" },
	{ S(".md5sums"), DD_PLACE_LIST, "a list of checksums" },
	{ S(".sha256"), DD_PLACE_LIST, "a list of checksums" },
	{ S(".sha512"), DD_PLACE_LIST, "a list of checksums" },
	{ S("sha256sums.txt"), DD_PLACE_LIST, "a list of checksums" },
	{ S(".po"), DD_PLACE_TRANSLATION, "a translation" },
	{ S(".pot"), DD_PLACE_TRANSLATION, "a translation" },
	{ S(".mo"), DD_PLACE_TRANSLATION, "a translation" },
	{ S(".xlf"), DD_PLACE_TRANSLATION, "a translation" },
	{ S(".xliff"), DD_PLACE_TRANSLATION, "a translation" },
	{ S("_test.go"), DD_PLACE_SAMPLE, "a test" },
	{ S("_test.py"), DD_PLACE_SAMPLE, "a test" },
	{ S("_test.rb"), DD_PLACE_SAMPLE, "a test" },
	{ S("_spec.rb"), DD_PLACE_SAMPLE, "a test" },
	{ S("_test.c"), DD_PLACE_SAMPLE, "a test" },
	{ S(".test.js"), DD_PLACE_SAMPLE, "a test" },
	{ S(".test.ts"), DD_PLACE_SAMPLE, "a test" },
	{ S(".test.mjs"), DD_PLACE_SAMPLE, "a test" },
	{ S(".test.tsx"), DD_PLACE_SAMPLE, "a test" },
	{ S(".spec.js"), DD_PLACE_SAMPLE, "a test" },
	{ S(".spec.ts"), DD_PLACE_SAMPLE, "a test" },
	{ S("test.java"), DD_PLACE_SAMPLE, "a test" },
	{ S("tests.java"), DD_PLACE_SAMPLE, "a test" },
	{ S("test.php"), DD_PLACE_SAMPLE, "a test" },
	{ S(".md"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".markdown"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".rst"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".adoc"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".pod"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".info"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".html"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".htm"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".tex"), DD_PLACE_SAMPLE, "documentation" },
	{ S(".example"), DD_PLACE_SAMPLE, "an example" },
	{ S(".sample"), DD_PLACE_SAMPLE, "an example" },
	{ S(".dist"), DD_PLACE_SAMPLE, "an example" },
	{ S(".template"), DD_PLACE_SAMPLE, "a template" },
	{ S(".tmpl"), DD_PLACE_SAMPLE, "a template" },
	{ S(".tpl"), DD_PLACE_SAMPLE, "a template" },
	{ S(".j2"), DD_PLACE_SAMPLE, "a template" },
	{ S(".erb"), DD_PLACE_SAMPLE, "a template" },
	{ S(".env"), DD_PLACE_CONFIG, "" },
	{ S(".yml"), DD_PLACE_CONFIG, "" },
	{ S(".yaml"), DD_PLACE_CONFIG, "" },
	{ S(".json"), DD_PLACE_CONFIG, "" },
	{ S(".json5"), DD_PLACE_CONFIG, "" },
	{ S(".toml"), DD_PLACE_CONFIG, "" },
	{ S(".ini"), DD_PLACE_CONFIG, "" },
	{ S(".cfg"), DD_PLACE_CONFIG, "" },
	{ S(".conf"), DD_PLACE_CONFIG, "" },
	{ S(".cnf"), DD_PLACE_CONFIG, "" },
	{ S(".config"), DD_PLACE_CONFIG, "" },
	{ S(".properties"), DD_PLACE_CONFIG, "" },
	{ S(".xml"), DD_PLACE_CONFIG, "" },
	{ S(".plist"), DD_PLACE_CONFIG, "" },
	{ S(".tf"), DD_PLACE_CONFIG, "" },
	{ S(".tfvars"), DD_PLACE_CONFIG, "" },
	{ S(".tfstate"), DD_PLACE_CONFIG, "" },
	{ S(".hcl"), DD_PLACE_CONFIG, "" },
	{ S(".service"), DD_PLACE_CONFIG, "" },
	{ S(".sql"), DD_PLACE_CONFIG, "" },
	{ S(".dockerfile"), DD_PLACE_CONFIG, "" },
	{ S("_history"), DD_PLACE_CONFIG, "" },
	{ S(".sh"), DD_PLACE_CONFIG, "" },
	{ S(".bash"), DD_PLACE_CONFIG, "" },
	{ S(".zsh"), DD_PLACE_CONFIG, "" },
	{ S(".ps1"), DD_PLACE_CONFIG, "" },
	{ S(".bat"), DD_PLACE_CONFIG, "" },
	{ S(".cmd"), DD_PLACE_CONFIG, "" },
};

static const struct dd_str languages[] = {
	S(".py"),     S(".pyi"), S(".pyw"),   S(".js"),	   S(".mjs"),  S(".cjs"),  S(".jsx"), S(".ts"),	   S(".mts"),
	S(".cts"),    S(".tsx"), S(".vue"),   S(".go"),	   S(".java"), S(".kt"),   S(".kts"), S(".scala"), S(".groovy"),
	S(".gradle"), S(".c"),	 S(".h"),     S(".cc"),	   S(".cpp"),  S(".cxx"),  S(".hpp"), S(".hh"),	   S(".inc"),
	S(".cs"),     S(".vb"),	 S(".fs"),    S(".rs"),	   S(".rb"),   S(".rake"), S(".php"), S(".pl"),	   S(".pm"),
	S(".t"),      S(".lua"), S(".swift"), S(".m"),	   S(".mm"),   S(".dart"), S(".ex"),  S(".exs"),   S(".erl"),
	S(".hs"),     S(".ml"),	 S(".mli"),   S(".clj"),   S(".r"),    S(".jl"),   S(".tcl"), S(".el"),	   S(".lisp"),
	S(".scm"),    S(".vim"), S(".awk"),   S(".pyx"),   S(".pxd"),  S(".zig"),  S(".nim"), S(".cr"),	   S(".sol"),
	S(".asm"),    S(".s"),	 S(".proto"), S(".cmake"), S(".m4"),   S(".am"),   S(".ac"),  S(".in"),	   S(".d.ts"),
};

static bool equal(struct dd_str s, const struct row *r)
{
	return dd_str_eq_nocase(s, r->text);
}

static bool begins(struct dd_str s, const struct row *r)
{
	return dd_str_eq_nocase(dd_str_take(s, r->text.n), r->text);
}

static bool ends(struct dd_str s, const struct row *r)
{
	return s.n >= r->text.n && dd_str_eq_nocase(dd_str_skip(s, s.n - r->text.n), r->text);
}

static const struct row *find(const struct row *rows, size_t n, struct dd_str s,
			      bool (*same)(struct dd_str s, const struct row *r))
{
	for (size_t i = 0; i < n; i++)
		if (same(s, &rows[i]))
			return &rows[i];
	return NULL;
}

static const struct row *find_name(struct dd_str name)
{
	const struct row *r = find(names, DD_COUNT(names), name, equal);
	if (!r)
		r = find(suffixes, DD_COUNT(suffixes), name, ends);
	if (!r || r->kind == DD_PLACE_CONFIG) {
		const struct row *before = find(prefixes, DD_COUNT(prefixes), name, begins);
		r = before ? before : r;
	}
	return r;
}

static bool is_code(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(languages); i++)
		if (ends(name, &(struct row){ .text = languages[i] }))
			return true;
	return false;
}

/* Templates of a name that is known: ".env.example", "config.yml.sample"; "example.env", "settings.example.json". */
static bool says_sample(struct dd_str name)
{
	static const struct dd_str words[] = { S("example"), S("sample"), S("template"), S("skeleton") };
	struct dd_str rest = name, part;
	while (dd_str_next(&rest, '.', &part))
		for (size_t i = 0; i < DD_COUNT(words); i++)
			if (dd_str_eq_nocase(part, words[i]) ||
			    (part.n > words[i].n && strchr("-_", part.p[part.n - words[i].n - 1]) &&
			     dd_str_eq_nocase(dd_str_skip(part, part.n - words[i].n), words[i])))
				return true;
	return false;
}

struct dd_place dd_secret_place_of(struct dd_str path)
{
	struct dd_place place = { DD_PLACE_PLAIN, "", false };
	if (!path.n)
		return (struct dd_place){ DD_PLACE_CONFIG, "", false };
	size_t from = 0;
	for (size_t i = 0; i < path.n; i++) { /* folders, and archives with their folders */
		if (path.p[i] != '/' && path.p[i] != '!')
			continue;
		const struct row *r =
			find(folders, DD_COUNT(folders), dd_str_take(dd_str_skip(path, from), i - from), equal);
		if (r && place.kind != DD_PLACE_SAMPLE) {
			place.kind = r->kind;
			place.what = r->what;
		}
		from = i + 1;
	}
	struct dd_str name = dd_str_skip(path, from);
	const struct row *r = find_name(name);
	place.code = is_code(name);
	if (r && (place.kind == DD_PLACE_PLAIN || r->kind == DD_PLACE_LIST || r->kind == DD_PLACE_GENERATED ||
		  r->kind == DD_PLACE_TRANSLATION)) {
		place.kind = r->kind;
		place.what = r->what;
	}
	if ((place.kind == DD_PLACE_CONFIG || place.kind == DD_PLACE_PLAIN) && says_sample(name))
		return (struct dd_place){ DD_PLACE_SAMPLE, "an example", place.code };
	if (place.kind == DD_PLACE_PLAIN && place.code)
		place.kind = DD_PLACE_CODE;
	return place;
}
