/* SPDX-License-Identifier: Apache-2.0 */
#include "support/found_text.h"

#include "analyze/registry.h"
#include "base/limits.h"
#include "base/pathlist.h"

static void field(struct dd_buf *out, const char *key, struct dd_str value)
{
	if (value.n == 0)
		return;
	(void)dd_buf_addf(out, "\t%s=", key);
	(void)dd_buf_add_escaped(out, value);
}

static void number(struct dd_buf *out, const char *key, uint64_t value)
{
	(void)dd_buf_addf(out, "\t%s=%llu", key, (unsigned long long)value);
}

static void paths(struct dd_buf *out, const char *kind, struct dd_str package, struct dd_str bytes)
{
	DD_CLEANUP(dd_pathlist_reader_done) struct dd_pathlist_reader r = DD_PATHLIST_READER(bytes);
	struct dd_str path;
	bool more = true;
	for (;;) {
		enum dd_code code = dd_pathlist_next(&r, &path, &more);
		dd_assert(code == DD_OK);
		if (!more)
			return;
		(void)dd_buf_add_c(out, kind);
		field(out, "package", package);
		field(out, "path", path);
		(void)dd_buf_add_char(out, '\n');
	}
}

static void ownership_text(const struct dd_ownership *o, struct dd_buf *out)
{
	paths(out, "owner", o->package, o->paths);
	if (o->paths.n)
		return;
	(void)dd_buf_add_c(out, "owner");
	field(out, "package", o->package);
	(void)dd_buf_add_char(out, '\n');
}

static void package_text(const struct dd_package *p, unsigned flags, struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "package");
	field(out, "name", p->name);
	field(out, "version", p->version);
	field(out, "type", p->type);
	field(out, "arch", p->arch);
	field(out, "source", p->source_name);
	field(out, "source-version", p->source_version);
	field(out, "licences", p->licences);
	field(out, "module", p->module);
	field(out, "maintainer", p->maintainer);
	if (p->evidence != DD_PACKAGE_INSTALLED)
		field(out, "evidence", dd_str_from(p->evidence == DD_PACKAGE_DECLARED ? "declared" : "guessed"));
	if (p->dev)
		field(out, "dev", DD_STR("yes"));
	field(out, "inner", p->inner);
	field(out, "digest", p->digest);
	field(out, "url", p->url);
	field(out, "cpe", p->cpe);
	field(out, "depends", p->depends);
	field(out, "qualifiers", p->qualifiers);
	if (p->installed_bytes)
		number(out, "bytes", p->installed_bytes);
	(void)dd_buf_add_char(out, '\n');
	if (flags & DD_FOUND_TEXT_FILES)
		paths(out, "owned", p->name, p->owned);
}

static void os_text(const struct dd_os *o, struct dd_buf *out)
{
	static const char *const ranks[] = {
		[DD_OS_REPOSITORIES] = "repositories", [DD_OS_RELEASE] = "release",    [DD_OS_LSB] = "lsb",
		[DD_OS_DISTRO_FILE] = "distro",	       [DD_OS_FAMILY_FILE] = "family", [DD_OS_BINARY] = "binary",
		[DD_OS_SUBSCRIPTION] = "subscription",
	};
	(void)dd_buf_addf(out, "os\trank=%s", ranks[o->rank]);
	field(out, "id", o->id);
	field(out, "version", o->version);
	field(out, "codename", o->codename);
	field(out, "pretty", o->pretty_name);
	field(out, "like", o->id_like);
	field(out, "subscription", o->subscription);
	(void)dd_buf_add_char(out, '\n');
}

void dd_found_text(const struct dd_found *f, unsigned flags, struct dd_buf *out)
{
	for (size_t i = 0; i < f->packages.n; i++)
		package_text(&f->packages.p[i], flags, out);
	for (size_t i = 0; i < f->ownerships.n && (flags & DD_FOUND_TEXT_FILES); i++)
		ownership_text(&f->ownerships.p[i], out);
	for (size_t i = 0; i < f->oses.n; i++)
		os_text(&f->oses.p[i], out);
	for (size_t i = 0; i < f->definitions.n; i++) {
		if (f->definitions.p[i].kind == DD_DEFINE_DIVERTED) {
			(void)dd_buf_add_c(out, "diverted");
			field(out, "path", f->definitions.p[i].name);
			field(out, "by", f->definitions.p[i].value);
			(void)dd_buf_add_char(out, '\n');
		}
		if (f->definitions.p[i].kind != DD_DEFINE_LICENCES)
			continue;
		(void)dd_buf_add_c(out, "licences");
		field(out, "text", f->definitions.p[i].value);
		(void)dd_buf_add_char(out, '\n');
	}
	for (size_t i = 0; i < f->problems.n; i++) {
		(void)dd_buf_add_c(out, "problem");
		if (f->problems.p[i].offset != DD_NO_OFFSET)
			number(out, "at", f->problems.p[i].offset);
		/* Escaped by who wrote it. */
		(void)dd_buf_addf(out, "\ttext=%.*s\n", DD_FMT(f->problems.p[i].text));
	}
	if (f->problems_dropped)
		(void)dd_buf_addf(out, "problem\tdropped=%zu\n", f->problems_dropped);
}

enum dd_code dd_analyze_text(const struct dd_analyzer *a, struct dd_str path, struct dd_str data, unsigned flags,
			     struct dd_buf *out)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	DD_CLEANUP(dd_found_done) struct dd_found found = { .arena = &arena };
	const struct dd_input in = { path, data };
	struct dd_err err = { 0 };
	enum dd_code code = a->parse(&in, &found, &err);
	dd_found_text(&found, flags, out);
	if (code != DD_OK)
		(void)dd_buf_addf(out, "error\tcode=%d\ttext=%s\n", code, err.message);
	return code;
}

int dd_analyze_fuzz(const struct dd_analyzer *a, const uint8_t *data, size_t size)
{
	struct dd_str file = { (const char *)data, size };
	struct dd_str path = dd_str_take(file, dd_str_find(file, '\n'));
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64 * DD_MIB);
	(void)dd_analyze_text(a, path, dd_str_skip(file, path.n + 1), DD_FOUND_TEXT_FILES, &out);
	return 0;
}

enum dd_code dd_analyze_path_text(const struct dd_analyzer *const *list, size_t n, struct dd_str path,
				  struct dd_str data, unsigned flags, struct dd_buf *out)
{
	DD_CLEANUP(dd_matcher_freep) struct dd_matcher *m = dd_matcher_new_of(list, n);
	struct dd_wants wants;
	enum dd_code worst = DD_OK;
	if (!m)
		return DD_ENOMEM;
	dd_matcher_path(m, path, &wants);
	dd_matcher_magic(m, dd_str_take(data, DD_MAGIC_BYTES), &wants);
	for (size_t i = 0; i < wants.n; i++) {
		enum dd_code code = dd_analyze_text(list[wants.by[i].analyzer], path, data, flags, out);
		worst = code < worst ? code : worst;
	}
	return worst;
}

int dd_analyze_path_fuzz(const struct dd_analyzer *const *list, size_t n, const uint8_t *data, size_t size)
{
	struct dd_str file = { (const char *)data, size };
	struct dd_str path = dd_str_take(file, dd_str_find(file, '\n'));
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64 * DD_MIB);
	(void)dd_analyze_path_text(list, n, path, dd_str_skip(file, path.n + 1), DD_FOUND_TEXT_FILES, &out);
	return 0;
}
