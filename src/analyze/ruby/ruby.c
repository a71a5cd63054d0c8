/* SPDX-License-Identifier: Apache-2.0 */
/* Installed gems: RubyGems keeps a specification of each, in Ruby but written by a program, line by line:
 *
 *   specifications/NAME-VERSION[-PLATFORM].gemspec, specifications/default/ for what comes with Ruby itself
 *
 *   # stub: NAME VERSION PLATFORM REQUIRE_PATHS        what RubyGems itself reads first; paths are joined by NULs
 *   Gem::Specification.new do |s|
 *     s.name = "rake".freeze                           string: "…" '…' %q<…> %q{…} %q(…) %q[…], ".freeze" behind
 *     s.version = "13.0.6"                             or Gem::Version.new("…")
 *     s.platform = "x86_64-linux".freeze
 *     s.licenses = ["MIT".freeze, …]                   or s.license = "MIT"
 *     s.add_runtime_dependency(%q<a>.freeze, ["~> 1"])
 *
 * Nothing is evaluated. What the lines do not say as a literal is taken from the stub. Specifications of RubyGems
 * before 3.4 repeat all dependencies, those for development too, as add_dependency for yet older versions: those count
 * only where the file does not know add_runtime_dependency. Several licences are joined by AND, as it is not said how
 * they relate.
 * *.gemspec elsewhere are sources of packages and programs by hand: not read.
 * Source: rubygems/rubygems lib/rubygems/specification.rb (to_ruby), stub_specification.rb; RubyGems 1.3 to 3.7. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"

/* The largest ones list ten thousand files. */
#define GEMSPEC_BYTES_MAX (16 * DD_MIB)

struct gemspec {
	struct dd_str name, version, platform; /* literals, views into the file */
	struct dd_str stub_name, stub_version, stub_platform;
	struct dd_buf licences;
	struct dd_buf runtime, plain; /* dependencies */
	bool has_runtime;	      /* the file tells the two apart */
};

static void gemspec_done(struct gemspec *g)
{
	dd_buf_done(&g->licences);
	dd_buf_done(&g->runtime);
	dd_buf_done(&g->plain);
}

/* The first string literal in *rest; *rest goes on behind it. Escapes stay as they are: no name needs them. */
static bool take_literal(struct dd_str *rest, struct dd_str *ret)
{
	static const char open[] = "<{([", closing[] = ">})]";
	for (struct dd_str s = *rest; s.n; s = dd_str_skip(s, 1)) {
		char end = s.p[0] == '"' || s.p[0] == '\'' ? s.p[0] : '\0';
		size_t skip = 1;
		const char *which = s.n > 2 && s.p[0] == '%' && (s.p[1] == 'q' || s.p[1] == 'Q') && s.p[2]
					    ? strchr(open, s.p[2])
					    : NULL;
		if (which) {
			end = closing[which - open];
			skip = 3;
		}
		if (!end)
			continue;
		struct dd_str text = dd_str_skip(s, skip);
		size_t n = 0;
		while (n < text.n && text.p[n] != end)
			n += text.p[n] == '\\' ? 2 : 1;
		if (n >= text.n)
			return false;
		*ret = dd_str_take(text, n);
		*rest = dd_str_skip(text, n + 1);
		return true;
	}
	return false;
}

static void take_stub(struct gemspec *g, struct dd_str line)
{
	struct dd_str rest = dd_str_skip(line, strlen("# stub: "));
	if (dd_str_next(&rest, ' ', &g->stub_name) && dd_str_next(&rest, ' ', &g->stub_version))
		(void)dd_str_next(&rest, ' ', &g->stub_platform);
}

static void take_licences(struct gemspec *g, struct dd_str value)
{
	struct dd_str licence;
	while (take_literal(&value, &licence))
		dd_licences_add(&g->licences, " AND ", licence);
}

static void take_text(struct dd_str *field, struct dd_str value)
{
	if (field->n == 0)
		(void)take_literal(&value, field);
}

static void take_assignment(struct gemspec *g, struct dd_str attribute, struct dd_str value)
{
	if (dd_str_eq_c(attribute, "name"))
		take_text(&g->name, value);
	else if (dd_str_eq_c(attribute, "version"))
		take_text(&g->version, value);
	else if (dd_str_eq_c(attribute, "platform"))
		take_text(&g->platform, value);
	else if (dd_str_eq_c(attribute, "licenses") || dd_str_eq_c(attribute, "license"))
		take_licences(g, value);
}

static void take_dependency(struct gemspec *g, struct dd_str call)
{
	static const struct dd_str runtime = { "add_runtime_dependency", 22 }, plain = { "add_dependency", 14 };
	bool is_runtime = dd_str_starts(call, runtime);
	struct dd_str name;
	if (!is_runtime && !dd_str_starts(call, plain))
		return;
	g->has_runtime = g->has_runtime || is_runtime;
	if (take_literal(&call, &name))
		dd_depends_add(is_runtime ? &g->runtime : &g->plain, name, DD_STR(""));
}

/* "s.name = …", "s.add_dependency(…": the variable has any name. */
static void take_line(struct gemspec *g, struct dd_str line)
{
	line = dd_str_trim(line);
	if (dd_str_starts(line, DD_STR("if ")) && dd_str_ends(line, DD_STR(":add_runtime_dependency then")))
		g->has_runtime = true;
	if (dd_str_starts(line, DD_STR("# stub: ")) && g->stub_name.n == 0)
		take_stub(g, line);
	size_t n = 0;
	while (n < line.n && (dd_is_alpha(line.p[n]) || line.p[n] == '_'))
		n++;
	if (n == 0 || n == line.n || line.p[n] != '.')
		return;
	struct dd_str rest = dd_str_skip(line, n + 1);
	size_t equals = dd_str_find(rest, '=');
	take_dependency(g, rest);
	if (equals < rest.n)
		take_assignment(g, dd_str_trim(dd_str_take(rest, equals)), dd_str_skip(rest, equals + 1));
}

static void add_package(struct gemspec *g, struct dd_found *out)
{
	DD_CLEANUP_BUF struct dd_buf qualifiers = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct dd_str platform = g->platform.n ? g->platform : g->stub_platform;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "gem", g->name.n ? g->name : g->stub_name,
					      g->version.n ? g->version : g->stub_version, 0);
	if (!p)
		return;
	if (!dd_str_eq_c(platform, "ruby"))
		dd_qualifiers_add(&qualifiers, "platform", platform);
	p->qualifiers = dd_lines_take(out, &qualifiers);
	p->licences = dd_lines_take(out, &g->licences);
	p->depends = dd_lines_take(out, g->has_runtime ? &g->runtime : &g->plain);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(gemspec_done)
	struct gemspec g = { .licences = DD_BUF_INIT(DD_FIELD_BYTES_MAX),
			     .runtime = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX),
			     .plain = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX) };
	struct dd_str rest = in->data, line;
	while (rest.n && dd_str_line(&rest, &line))
		take_line(&g, line);
	add_package(&g, out);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_SUFFIX, ".gemspec", "/specifications", GEMSPEC_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".gemspec", "/specifications/default", GEMSPEC_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_ruby = {
	.id = "ruby",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed Ruby gems",
	.purl_type = "gem",
	.match = match,
	.parse = parse,
};
