/* SPDX-License-Identifier: Apache-2.0 */
/* Programs built by Go: their build information (format/go_buildinfo.h) lists what was linked in.
 *
 *   mod PATH VERSION [SUM]   the main module: its version when it is a release; else what the linker's -X says
 *                            (go_version.c, go_symbols.c); else a pseudo-version; "(devel)" is no version
 *   dep PATH VERSION [SUM]   a package
 *   => PATH [VERSION [SUM]]  stands for the line before: by another module, or by a directory, then the name stays and
 *                            nothing is known of the version
 *   build KEY=VALUE          -ldflags, vcs and vcs.revision are used
 *
 * and the Go version is the package "stdlib". Lines with an empty path are passed over (programs of tests have them),
 * "+incompatible" stays. The main module depends on all others; the text does not tell which of those need each other.
 *
 * The main module of a program with a name of its own (model/programs.def) gets its CPE name, where its version is
 * known: advisories of those who do not speak of modules are found by that. The module's path tells it, never a file's
 * name.
 *
 * Limits: what the text holds; each line gives one package at most. A name or version with blanks, control bytes or
 * anything but ASCII is a problem: the go command allows none of that (golang.org/x/mod/module). */
#include "analyze/go/go.h"

#include "base/buf.h"
#include "base/limits.h"
#include "format/elf.h"
#include "format/go_buildinfo.h"
#include "model/program.h"

struct reader {
	struct dd_found *out;
	uint64_t at;		  /* of the line being read */
	struct dd_str command;	  /* "path": the package main */
	struct dd_go_module main; /* as "mod" or its "=>" says */
	struct dd_go_module dep;  /* waits for its "=>" */
	bool has_main, has_dep;
	bool main_last; /* the last mod or dep line was mod */
	uint64_t dep_at;
	struct dd_str vcs, revision;
	struct dd_str ldflags_version;
	bool has_flags;
	struct dd_buf depends; /* "name@version", one a line */
	struct dd_buf scratch;
};

struct dd_package *dd_go_add(struct dd_found *out, const struct dd_go_module *m, uint64_t at)
{
	bool odd = !dd_str_is_word(m->path) || (m->version.n && !dd_str_is_word(m->version));
	if (odd || m->path.n > DD_FIELD_BYTES_MAX || m->version.n > DD_FIELD_BYTES_MAX) {
		dd_found_problem(out, at, "not a module and a version: %s %s", DD_QUOTE(m->path), DD_QUOTE(m->version));
		return NULL;
	}
	struct dd_package *p = dd_found_package(out);
	if (!p)
		return NULL;
	p->name = dd_found_str(out, m->path);
	p->version = dd_found_str(out, m->version);
	p->type = DD_STR("golang");
	return p;
}

static void note_dependency(struct reader *r, struct dd_str name, struct dd_str version)
{
	if (r->depends.n + name.n + version.n + 2 > DD_FIELD_BYTES_MAX)
		return;
	(void)dd_buf_add_str(&r->depends, name);
	if (version.n) {
		(void)dd_buf_add_char(&r->depends, '@');
		(void)dd_buf_add_str(&r->depends, version);
	}
	(void)dd_buf_add_char(&r->depends, '\n');
}

static void flush_dep(struct reader *r)
{
	if (!r->has_dep)
		return;
	r->has_dep = false;
	if (dd_str_eq(r->dep.version, DD_STR("(devel)"))) /* a module of the same workspace */
		r->dep.version = DD_STR("");
	struct dd_package *p = dd_go_add(r->out, &r->dep, r->dep_at);
	if (p)
		note_dependency(r, p->name, p->version);
}

static bool is_local(struct dd_str path, struct dd_str version)
{
	return version.n == 0 || dd_str_eq(version, DD_STR("(devel)")) || dd_str_starts(path, DD_STR("./")) ||
	       dd_str_starts(path, DD_STR("../")) || dd_str_starts(path, DD_STR("/"));
}

static void read_replacement(struct reader *r, struct dd_go_module with)
{
	struct dd_go_module *m = r->main_last ? &r->main : &r->dep;
	if (r->main_last ? !r->has_main : !r->has_dep) {
		dd_found_problem(r->out, r->at, "a replacement that belongs to no module: %s", DD_QUOTE(with.path));
		return;
	}
	if (is_local(with.path, with.version))
		m->version = DD_STR("");
	else
		*m = with;
}

static void read_flags(struct reader *r, struct dd_str flags)
{
	struct dd_buf word DD_CLEANUP_BUF = DD_BUF_INIT(flags.n + 1);
	r->has_flags = true;
	r->ldflags_version = dd_found_str(r->out, dd_go_ldflags_version(flags, r->main.path, &word));
}

static void read_setting(struct reader *r, struct dd_str line)
{
	struct dd_str key, value;
	dd_buf_clear(&r->scratch);
	if (dd_buf_reserve(&r->scratch, line.n + 1) != DD_OK) {
		r->out->failed = true;
		return;
	}
	if (!dd_go_buildinfo_setting(line, r->scratch.p, &key, &value)) {
		dd_found_problem(r->out, r->at, "not a build setting: %s", DD_QUOTE(line));
		return;
	}
	if (dd_str_eq_c(key, "-ldflags"))
		read_flags(r, value);
	else if (dd_str_eq_c(key, "vcs"))
		r->vcs = dd_found_str(r->out, dd_str_take(value, DD_FIELD_BYTES_MAX));
	else if (dd_str_eq_c(key, "vcs.revision"))
		r->revision = dd_found_str(r->out, dd_str_take(value, DD_FIELD_BYTES_MAX));
}

static void read_line(struct reader *r, const struct dd_go_line *l)
{
	struct dd_go_module m = { l->n > 0 ? l->field[0] : DD_STR(""), l->n > 1 ? l->field[1] : DD_STR("") };
	if (dd_str_eq_c(l->word, "build")) {
		read_setting(r, m.path);
	} else if (dd_str_eq_c(l->word, "path")) {
		r->command = m.path;
	} else if (dd_str_eq_c(l->word, "mod")) {
		flush_dep(r);
		r->main_last = true;
		r->has_main = m.path.n > 0;
		r->main = m;
	} else if (dd_str_eq_c(l->word, "dep")) {
		flush_dep(r);
		r->main_last = false;
		r->has_dep = m.path.n > 0;
		r->dep = m;
		r->dep_at = r->at;
	} else if (dd_str_eq_c(l->word, "=>")) {
		read_replacement(r, m);
	}
}

/* The commit a program was built from, as a purl qualifier; only of hosts where the module's path is the repository's.
 */
static struct dd_str vcs_qualifier(const struct reader *r)
{
	static const char *const hosts[] = { "github.com/", "gitlab.com/", "bitbucket.org/", "codeberg.org/" };
	struct dd_str path = r->main.path, part;
	if (!dd_str_eq_c(r->vcs, "git") || !dd_str_is_word(r->revision))
		return DD_STR("");
	for (size_t i = 0; i < DD_COUNT(hosts); i++) {
		if (!dd_str_starts(path, dd_str_from(hosts[i])))
			continue;
		struct dd_str rest = path;
		for (int k = 0; k < 3; k++) /* host, owner, repository */
			if (!dd_str_next(&rest, '/', &part) || part.n == 0)
				return DD_STR("");
		size_t n = (size_t)(part.p + part.n - path.p);
		struct dd_str text = dd_arena_printf(r->out->arena, "vcs_url=git+https://%.*s@%.*s",
						     DD_FMT(dd_str_take(path, n)), DD_FMT(r->revision));
		return text.p ? text : DD_STR("");
	}
	return DD_STR("");
}

static struct dd_str cpe_of(const struct dd_go_module *main, struct dd_found *out)
{
	const struct dd_program *known = dd_program_of_module(main->path);
	struct dd_str version = dd_program_version(main->version);
	if (!known || version.n == 0 || dd_go_is_pseudo(main->version))
		return DD_STR("");
	struct dd_str cpe = dd_arena_printf(out->arena, "cpe:2.3:a:%s:%s:%.*s:*:*:*:*:*:*:*", known->vendor,
					    known->product, DD_FMT(version));
	out->failed = out->failed || !cpe.p;
	return cpe;
}

static void add_main(struct reader *r, uint64_t at)
{
	if (!r->has_main) { /* docker is built without modules, and known by its command */
		const struct dd_program *known = dd_program_of_module(r->command);
		if (!known || r->ldflags_version.n == 0)
			return;
		r->main = (struct dd_go_module){ dd_str_from(known->module), DD_STR("") };
	}
	struct dd_str version = r->main.version;
	if (dd_str_eq(version, DD_STR("(devel)")))
		version = DD_STR("");
	if (r->ldflags_version.n && (version.n == 0 || dd_go_is_pseudo(version))) {
		version = r->ldflags_version;
		if (version.p[0] != 'v')
			version = dd_arena_printf(r->out->arena, "v%.*s", DD_FMT(version));
		if (!version.p)
			r->out->failed = true;
	}
	if (r->out->failed)
		return;
	r->main.version = version;
	struct dd_package *p = dd_go_add(r->out, &r->main, at);
	if (!p)
		return;
	p->depends = dd_found_str(r->out, dd_str_trim(dd_buf_str(&r->depends)));
	p->qualifiers = vcs_qualifier(r);
	p->cpe = cpe_of(&r->main, r->out);
}

/* Only where the module's own version is none. */
static bool needs_flags(const struct dd_go_module *main)
{
	return main->version.n == 0 || dd_str_eq(main->version, DD_STR("(devel)")) || dd_go_is_pseudo(main->version);
}

static void add_stdlib(struct reader *r, struct dd_str go)
{
	struct dd_package *p = dd_found_package(r->out);
	if (!p)
		return;
	p->name = DD_STR("stdlib");
	p->version = dd_go_stdlib_version(go, r->out->arena);
	p->type = DD_STR("golang");
	if (!p->version.p)
		r->out->failed = true;
	note_dependency(r, p->name, p->version);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_go_buildinfo info;
	bool found = false;
	DD_TRY(dd_go_buildinfo_read(in->data, &info, &found, err));
	if (!found)
		return DD_OK;
	struct reader r = { .out = out,
			    .depends = DD_BUF_INIT(DD_FIELD_BYTES_MAX),
			    .scratch = DD_BUF_INIT(info.modules.n + 1) };
	add_stdlib(&r, info.version);
	struct dd_go_line line;
	for (struct dd_str rest = info.modules, before = rest; !out->failed && dd_go_buildinfo_line(&rest, &line);
	     before = rest) {
		r.at = info.at + (info.modules.n - before.n);
		read_line(&r, &line);
	}
	flush_dep(&r);
	if (!r.has_flags && needs_flags(&r.main))
		read_flags(&r, dd_go_symbol_flags(in->data, out->arena));
	add_main(&r, info.at);
	dd_buf_done(&r.depends);
	dd_buf_done(&r.scratch);
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_MAGIC, "\177ELF", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "MZ", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "\xfe\xed\xfa\xce", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "\xfe\xed\xfa\xcf", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "\xce\xfa\xed\xfe", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "\xcf\xfa\xed\xfe", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "\xca\xfe\xba\xbe", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "\xca\xfe\xba\xbf", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_go = {
	.id = "go-binary",
	.version = 3,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "Go modules in programs (build information)",
	.purl_type = "golang",
	.match = match,
	.parse = parse,
};
