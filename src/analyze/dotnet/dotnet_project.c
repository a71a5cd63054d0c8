/* SPDX-License-Identifier: Apache-2.0 */
/* What projects ask for.
 *
 * packages.config:  <packages> *( <package id version [developmentDependency="true"] …/> ) </packages>
 * *.csproj *.fsproj *.vbproj, Directory.Packages.props, Directory.Build.props:
 *   <Project> … <ItemGroup> <PackageReference Include="A;B" Version="1.2.3" PrivateAssets="all"/> … </ItemGroup>
 *   PackageReference       Include or Update; Version, VersionOverride, PrivateAssets as attribute or as element
 *   PackageVersion         (central versions) the same; the reference in the project then has no version
 *   GlobalPackageReference of every project, to build only
 *
 * "$(Name)" is a property of the same file; one that only another file or the build knows leaves the version empty, as
 * does a range: "1.2.3" is what NuGet takes (the lowest that fits), "[1.2.3]" exactly that, "1.*" and "[1.0,2.0)" could
 * be anything. Conditions are not looked at: what some build of the project needs is listed. Build-only packages
 * (PrivateAssets="all", developmentDependency) are marked.
 * Source: learn.microsoft.com/nuget: "packages.config reference", "PackageReference in project files", "Central Package
 * Management". Limits: format/xml.h, base/expand.h; DEPTH elements. */
#include "analyze/document_items.h"
#include "analyze/dotnet/dotnet.h"
#include "analyze/third_party.h"
#include "base/expand.h"
#include "base/limits.h"
#include "base/map.h"
#include "format/xml.h"

enum { DEPTH = 8 };

struct project {
	struct dd_found *out;
	struct dd_map names; /* of properties, in lower case: MSBuild's have no case */
	DD_VEC(struct dd_str) values;
	struct dd_arena scratch;
};

static struct dd_str lower(struct project *p, struct dd_str s)
{
	struct dd_str copy = dd_arena_str(&p->scratch, s);
	char *c = (char *)(uintptr_t)copy.p; /* our own copy */
	for (size_t i = 0; c && i < s.n; i++)
		c[i] = dd_lower(c[i]);
	if (!c)
		p->out->failed = true;
	return c ? copy : DD_STR("");
}

static bool look_up(void *context, struct dd_str name, struct dd_str *ret)
{
	struct project *p = context;
	uint32_t at = dd_map_get(&p->names, lower(p, name));
	if (at == DD_MAP_NONE)
		return false;
	*ret = p->values.p[at];
	return true;
}

/* Replaces "$(Name)"; empty when one is not known. */
static struct dd_str expand(struct project *p, struct dd_str text)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_EXPAND_BYTES_MAX);
	if (!dd_expand(text, DD_STR("$("), ')', look_up, p, &out))
		return DD_STR("");
	struct dd_str copy = dd_arena_str(&p->scratch, dd_str_trim(dd_buf_str(&out)));
	return copy.p ? copy : DD_STR("");
}

/* Elements called `name`, at most DEPTH deep. */
typedef void element_fn(struct project *p, const struct dd_xml_node *e);

static void each(struct project *p, const struct dd_xml_node *e, const char *name, element_fn *fn, unsigned depth)
{
	for (const struct dd_xml_node *c = dd_xml_first(e); c && !p->out->failed; c = c->next) {
		if (dd_str_eq_c(c->name, name))
			fn(p, c);
		else if (depth < DEPTH)
			each(p, c, name, fn, depth + 1);
	}
}

static void take_properties(struct project *p, const struct dd_xml_node *group)
{
	for (const struct dd_xml_node *c = dd_xml_first(group); c && !p->out->failed; c = c->next)
		if (!dd_vec_push(&p->values, dd_xml_text(c), DD_XML_NODES_MAX) ||
		    !dd_map_set(&p->names, lower(p, c->name), (uint32_t)p->values.n - 1))
			p->out->failed = true;
}

static struct dd_str metadata(const struct dd_xml_node *e, const char *name)
{
	struct dd_str s = dd_str_trim(dd_xml_attribute(e, name));
	return s.n ? s : dd_xml_text_of(e, name);
}

/* The one version that a request names; empty: a range, or nothing. */
static struct dd_str exact(struct dd_str v)
{
	if (v.n > 2 && v.p[0] == '[' && v.p[v.n - 1] == ']')
		v = dd_str_trim(dd_str_take(dd_str_skip(v, 1), v.n - 2));
	bool plain = v.n && dd_is_digit(v.p[0]);
	for (size_t i = 0; i < v.n; i++)
		plain = plain && !strchr("*,[]()", v.p[i]);
	return plain && memchr(v.p, '\0', v.n) == NULL ? v : DD_STR("");
}

static void declare(struct project *p, const struct dd_xml_node *e, bool dev)
{
	struct dd_str names = metadata(e, "Include"), name;
	struct dd_str version = metadata(e, "VersionOverride");
	if (names.n == 0)
		names = metadata(e, "Update");
	if (version.n == 0)
		version = metadata(e, "Version");
	version = exact(expand(p, version));
	struct dd_str assets = metadata(e, "PrivateAssets");
	dev = dev || dd_str_eq_nocase(assets, DD_STR("all"));
	struct dd_str rest = expand(p, names);
	if (names.n && rest.n == 0)
		dd_found_problem(p->out, e->at, "package name is not known here: %s", DD_QUOTE(names));
	while (rest.n && dd_str_next(&rest, ';', &name)) {
		struct dd_package *package = NULL;
		name = dd_str_trim(name);
		if (name.n)
			package = dd_dotnet_declare(p->out, name, version, e->at);
		if (package)
			package->dev = dev;
	}
}

static void take_reference(struct project *p, const struct dd_xml_node *e)
{
	declare(p, e, false);
}

/* Central versions speak for the projects below their folder, and are packages all the same. */
static void take_central(struct project *p, const struct dd_xml_node *e)
{
	struct dd_str name = expand(p, metadata(e, "Include")), version = exact(expand(p, metadata(e, "Version")));
	declare(p, e, false);
	if (name.n && version.n)
		dd_found_define(p->out, DD_DEFINE_MANAGED, lower(p, name), version);
}

static void take_global(struct project *p, const struct dd_xml_node *e)
{
	declare(p, e, true);
}

static enum dd_code parse_project(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	struct project p = { .out = out, .scratch = DD_ARENA_INIT(256 * DD_MIB) };
	const struct dd_xml_node *root;
	DD_TRY(dd_xml_parse(in->data, &a, &root, err));
	if (!dd_str_eq_c(root->name, "Project"))
		return dd_fail(err, DD_EPARSE, root->at, "the root element is %s, not 'Project'", DD_QUOTE(root->name));
	each(&p, root, "PropertyGroup", take_properties, 0);
	each(&p, root, "PackageReference", take_reference, 0);
	each(&p, root, "PackageVersion", take_central, 0);
	each(&p, root, "GlobalPackageReference", take_global, 0);
	dd_map_done(&p.names);
	dd_vec_done(&p.values);
	dd_arena_done(&p.scratch);
	return dd_found_end(out, err);
}

static void take_config_package(void *context, const struct dd_xml_item *item)
{
	struct dd_found *out = context;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "nuget", dd_xml_attribute(item->element, "id"),
					      dd_xml_attribute(item->element, "version"), item->element->at);
	if (p)
		p->dev = dd_str_eq_nocase(dd_xml_attribute(item->element, "developmentDependency"), DD_STR("true"));
}

static enum dd_code parse_config(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_TRY(dd_xml_each(out, in->data, 2, "package", take_config_package, out, err));
	return dd_found_end(out, err);
}

static const struct dd_match project_matches[] = {
	{ DD_MATCH_SUFFIX, ".csproj", NULL, DD_XML_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".fsproj", NULL, DD_XML_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".vbproj", NULL, DD_XML_BYTES_MAX },
	{ DD_MATCH_BASENAME, "Directory.Packages.props", NULL, DD_XML_BYTES_MAX },
	{ DD_MATCH_BASENAME, "Directory.Build.props", NULL, DD_XML_BYTES_MAX },
	{ DD_MATCH_END },
};
static const struct dd_match config_matches[] = {
	{ DD_MATCH_BASENAME, "packages.config", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_dotnet_project = {
	.id = "dotnet-project",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = ".NET projects (PackageReference, central versions)",
	.purl_type = "nuget",
	.match = project_matches,
	.parse = parse_project,
};
const struct dd_analyzer dd_analyzer_dotnet_config = {
	.id = "dotnet-config",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "NuGet packages.config",
	.purl_type = "nuget",
	.match = config_matches,
	.parse = parse_config,
};
