/* SPDX-License-Identifier: Apache-2.0 */
/* Assemblies by themselves: a .dll or .exe with a CLR header and a version resource, for applications that have no
 * *.deps.json (the .NET Framework, copied libraries). A NuGet package usually has one assembly of its own name, whose
 * ProductVersion is the package's version and the commit it was built from ("13.0.3+0a2e291c"); that is a guess, and is
 * marked so. Where a *.deps.json stands beside an assembly, that file speaks for it (scan/inventory_covered.c).
 *
 * Left alone: native programs; satellite assemblies (*.resources.dll); reference assemblies of the SDK (ref/net…),
 * which are never run; Windows' own files. Source: Microsoft, PE format; AssemblyInformationalVersionAttribute; NuGet
 * versioning (trailing zeros of the fourth part do not count). Limit: DD_EVIDENCE_BYTES_MAX. */
#include "analyze/dotnet/dotnet.h"
#include "analyze/third_party.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "format/pe.h"

static bool is_left_alone(struct dd_str path, struct dd_str stem)
{
	return dd_str_ends(stem, DD_STR(".resources")) || dd_str_search(path, DD_STR("/ref/net")) < path.n ||
	       dd_str_starts(path, DD_STR("Windows/")) || dd_str_starts(path, DD_STR("Files/Windows/"));
}

/* "13.0.3+0a2e", "4.8.4110.0 built by: NET48REL1" → what stands before; empty when that is no version. */
static struct dd_str version_of(struct dd_str s)
{
	bool dot = false;
	s = dd_str_take(s, dd_str_find(s, '+'));
	s = dd_str_take(s, dd_str_find(s, ' '));
	if (s.n == 0 || s.n > 128 || !dd_is_digit(s.p[0]))
		return DD_STR("");
	for (size_t i = 0; i < s.n; i++) {
		dot = dot || s.p[i] == '.';
		if (!dd_is_digit(s.p[i]) && !dd_is_alpha(s.p[i]) && s.p[i] != '.' && s.p[i] != '-')
			return DD_STR("");
	}
	/* 13.0.0.0 is 13.0.0 */
	size_t dots = 0;
	for (size_t i = 0; i < s.n; i++)
		dots += s.p[i] == '.';
	if (dots == 3 && dd_str_ends(s, DD_STR(".0")))
		s.n -= 2;
	return dot ? s : DD_STR("");
}

static enum dd_code add(struct dd_str stem, const struct dd_pe *pe, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "ProductVersion", "FileVersion", "Assembly Version" };
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(16 * DD_MIB);
	struct dd_pe_version v;
	struct dd_str version = { "", 0 };
	bool found;
	DD_TRY(dd_pe_version(pe, &a, &v, &found, err));
	for (size_t i = 0; found && i < DD_COUNT(names) && version.n == 0; i++)
		version = version_of(dd_pe_version_string(&v, dd_str_from(names[i])));
	if (version.n && dd_str_is_word(stem)) /* else nothing that could be a package */
		(void)dd_third_party(out, DD_PACKAGE_GUESSED, "nuget", stem, version, DD_NO_OFFSET);
	return dd_found_end(out, err);
}

/* DOS programs start with "MZ", too; only where the PE signature stands must the rest be right. */
static bool is_pe(struct dd_str bytes)
{
	if (bytes.n < 64 || !dd_str_starts(bytes, DD_STR("MZ")))
		return false;
	uint32_t at = dd_le32(bytes.p + 60);
	return at < bytes.n && dd_str_starts(dd_str_skip(bytes, at), DD_STR("PE\0\0"));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_pe pe;
	size_t slash = dd_str_rfind(in->path, '/');
	struct dd_str name = slash < in->path.n ? dd_str_skip(in->path, slash + 1) : in->path;
	struct dd_str stem = dd_str_take(name, dd_str_rfind(name, '.'));
	if (!is_pe(in->data) || is_left_alone(in->path, stem))
		return DD_OK;
	DD_TRY(dd_pe_open(in->data, &pe, err));
	return pe.directories[DD_PE_CLR_HEADER].size ? add(stem, &pe, out, err) : DD_OK;
}

static const struct dd_match matches[] = {
	{ DD_MATCH_SUFFIX, ".dll", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".exe", NULL, 0 },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_dotnet_pe = {
	.id = "dotnet-assembly",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = ".NET assemblies (version resource)",
	.purl_type = "nuget",
	.match = matches,
	.parse = parse,
};
