/* SPDX-License-Identifier: Apache-2.0 */
/* pom.xml of a project: its direct dependencies, and what it says for the poms below it.
 *
 *   dependency           groupId artifactId [version] [type] [classifier] [scope] [optional]
 *   dependencyManagement dependencies that give versions to others without one
 *
 * Scopes: compile, runtime and none are what runs; test, provided and system are marked as needed for development (what
 * provides them brings its own file). A version that is a reference to something another pom says, or that a parent
 * manages, is left as it is written: scan/inventory_declared.c resolves it where the parent lies in the same tree, and
 * else the package has no version. Ranges ("[1.0,2.0)") have none either, "[1.0]" is 1.0. Boms (scope import) and
 * parents outside of the tree are not fetched: nothing is ever looked up in a repository.
 * A pom in META-INF/maven is that of an unpacked archive, whose dependencies are files of their own; its pom.properties
 * says that the package is there.
 * Source: maven.apache.org/pom.html, "Introduction to the Dependency Mechanism". Limit: format/xml.h. */
#include "analyze/java/java.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define SCRATCH_BYTES (256 * DD_MIB)

struct pom {
	struct dd_found *out;
	struct dd_arena *a;
	struct dd_java_model model;
};

static bool is_unpacked(struct dd_str path)
{
	size_t at = dd_str_search(path, DD_STR("META-INF/maven/"));
	return at < path.n && (at == 0 || path.p[at - 1] == '/');
}

static struct dd_str expanded(struct pom *p, const struct dd_xml_node *e, const char *child)
{
	return dd_java_model_expand(&p->model, dd_xml_text_of(e, child), p->a);
}

/* "[1.0]" is 1.0; other ranges are no version. */
static struct dd_str exact(struct dd_str v)
{
	if (v.n > 2 && v.p[0] == '[' && v.p[v.n - 1] == ']' && dd_str_find(v, ',') == v.n)
		return dd_str_trim(dd_str_take(dd_str_skip(v, 1), v.n - 2));
	return v.n && (v.p[0] == '[' || v.p[0] == '(') ? DD_STR("") : v;
}

static struct dd_str name_of(struct pom *p, const struct dd_xml_node *e)
{
	struct dd_str group = expanded(p, e, "groupId"), artifact = expanded(p, e, "artifactId");
	struct dd_str name = { "", 0 };
	if (!dd_str_is_word(group) || !dd_str_is_word(artifact) || group.n + artifact.n > 2048) {
		dd_found_problem(p->out, e->at, "dependency without a group and an artifact: %s:%s", DD_QUOTE(group),
				 DD_QUOTE(artifact));
		return name;
	}
	name = dd_arena_printf(p->a, "%.*s:%.*s", DD_FMT(group), DD_FMT(artifact));
	if (!name.p)
		p->out->failed = true;
	return name.p ? name : DD_STR("");
}

static bool is_development(struct dd_str scope)
{
	static const char *const scopes[] = { "test", "provided", "system" };
	for (size_t i = 0; i < DD_COUNT(scopes); i++)
		if (dd_str_eq_c(scope, scopes[i]))
			return true;
	return false;
}

static void add_dependency(struct pom *p, const struct dd_xml_node *e)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(4096);
	struct dd_str name = name_of(p, e), version = exact(expanded(p, e, "version"));
	if (name.n == 0)
		return;
	if (version.n && (!dd_str_is_word(version) || version.n > 512)) {
		dd_found_problem(p->out, e->at, "version of %s is not valid: %s", DD_QUOTE(name), DD_QUOTE(version));
		version = DD_STR("");
	}
	struct dd_package *package = dd_found_package(p->out);
	if (!package)
		return;
	dd_qualifiers_add(&list, "classifier", expanded(p, e, "classifier"));
	package->name = dd_found_str(p->out, name);
	package->version = dd_found_str(p->out, version);
	package->type = DD_STR("maven");
	package->evidence = DD_PACKAGE_DECLARED;
	package->dev = is_development(expanded(p, e, "scope"));
	package->qualifiers = dd_lines_take(p->out, &list);
}

static void define_managed(struct pom *p, const struct dd_xml_node *e)
{
	/* As it is written: a child may give the property another value. */
	struct dd_str version = exact(dd_xml_text_of(e, "version"));
	if (dd_str_eq_c(dd_xml_text_of(e, "scope"), "import"))
		return;
	struct dd_str name = name_of(p, e);
	if (name.n && version.n)
		dd_found_define(p->out, DD_DEFINE_MANAGED, name, version);
}

/* Who it is comes first: see struct dd_found. */
static void define_project(struct pom *p)
{
	const struct dd_java_model *m = &p->model;
	struct dd_str self = dd_arena_printf(p->a, "%.*s:%.*s", DD_FMT(m->own.group), DD_FMT(m->own.artifact));
	struct dd_str parent = dd_arena_printf(p->a, "%.*s:%.*s", DD_FMT(m->parent.group), DD_FMT(m->parent.artifact));
	if (!self.p || !parent.p) {
		p->out->failed = true;
		return;
	}
	dd_found_define(p->out, DD_DEFINE_SELF, self, m->own.version);
	if (m->parent.artifact.n) {
		dd_found_define(p->out, DD_DEFINE_PARENT, parent, m->parent_path);
		dd_found_define(p->out, DD_DEFINE_PARENT_VERSION, DD_STR(""), m->parent.version);
	}
	for (size_t i = 0; i < m->n_properties; i++)
		dd_found_define(p->out, DD_DEFINE_PROPERTY, m->properties[i].name, m->properties[i].value);
}

static void each_dependency(struct pom *p, const struct dd_xml_node *around,
			    void (*fn)(struct pom *, const struct dd_xml_node *))
{
	const struct dd_xml_node *list = dd_xml_get(around, "dependencies");
	for (const struct dd_xml_node *d = dd_xml_get(list, "dependency"); d && !p->out->failed; d = dd_xml_again(d))
		fn(p, d);
}

static enum dd_code parse_pom(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(SCRATCH_BYTES);
	struct pom p = { .out = out, .a = &a };
	if (is_unpacked(in->path))
		return DD_OK;
	DD_TRY(dd_java_model_read(in->data, &a, &p.model, err));
	define_project(&p);
	each_dependency(&p, p.model.project, add_dependency);
	each_dependency(&p, dd_xml_get(p.model.project, "dependencyManagement"), define_managed);
	dd_java_model_done(&p.model);
	return dd_found_end(out, err);
}

/* pom.properties of an archive that was unpacked into the image: layered Spring Boot applications, exploded wars. */
static enum dd_code parse_properties(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_java_gav gav;
	if (!is_unpacked(in->path))
		return DD_OK;
	if (!dd_java_properties_read(in->data, &a, &gav))
		return dd_fail_nomem(err);
	if (!dd_java_is_group(gav.group) || !dd_java_is_id(gav.artifact) || !dd_java_is_id(gav.version))
		return dd_fail(err, DD_EPARSE, 0, "does not say group, artifact and version: %s:%s:%s",
			       DD_QUOTE(gav.group), DD_QUOTE(gav.artifact), DD_QUOTE(gav.version));
	struct dd_str name = dd_arena_printf(&a, "%.*s:%.*s", DD_FMT(gav.group), DD_FMT(gav.artifact));
	if (!name.p)
		return dd_fail_nomem(err);
	(void)dd_third_party(out, DD_PACKAGE_INSTALLED, "maven", name, gav.version, 0);
	return dd_found_end(out, err);
}

static const struct dd_match pom_matches[] = {
	{ DD_MATCH_BASENAME, "pom.xml", NULL, DD_XML_BYTES_MAX },
	{ DD_MATCH_END },
};
static const struct dd_match unpacked_matches[] = {
	{ DD_MATCH_BASENAME, "pom.properties", NULL, DD_MIB },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_java_pom = {
	.id = "java-pom",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Maven projects (pom.xml)",
	.purl_type = "maven",
	.match = pom_matches,
	.parse = parse_pom,
};
const struct dd_analyzer dd_analyzer_java_unpacked = {
	.id = "java-unpacked",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "unpacked Java archives (pom.properties)",
	.purl_type = "maven",
	.match = unpacked_matches,
	.parse = parse_properties,
};
