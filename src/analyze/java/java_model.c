/* SPDX-License-Identifier: Apache-2.0 */
/* pom.xml by itself: who it is, its parent, its properties and licences.
 *
 * "${name}" stands for a property or for a field of the project ("project.version", the old "pom.version" and
 * "version"). What only a parent, a profile, a setting or the environment could know stays as it is written. Properties
 * may use others; a cycle, or ten thousandfold growth, ends at the limits
 * of base/expand.h. Profiles are not looked
 * at: whether one is active is decided where Maven runs. Source: maven.apache.org/pom.html (4.0.0); Maven 3.9
 * AbstractStringBasedModelInterpolator. */
#include "analyze/java/java.h"
#include "base/alloc.h"
#include "base/expand.h"
#include "base/limits.h"

enum { LICENCES_BYTES = 4096 };

/* A licence of a pom: one name a line would be no single text, so several are joined as Maven means them: any of them
 * may be chosen. */
static struct dd_str read_licences(const struct dd_xml_node *project, struct dd_arena *a)
{
	DD_CLEANUP_BUF struct dd_buf all = DD_BUF_INIT(LICENCES_BYTES);
	const struct dd_xml_node *l = dd_xml_get(dd_xml_get(project, "licenses"), "license");
	for (; l; l = dd_xml_again(l)) {
		struct dd_str name = dd_xml_text_of(l, "name");
		if (name.n == 0)
			name = dd_xml_text_of(l, "url");
		if (name.n == 0 || all.max - all.n < name.n + 4)
			continue;
		if (all.n)
			(void)dd_buf_add_c(&all, " OR ");
		for (size_t i = 0; i < name.n; i++)
			(void)dd_buf_add_char(&all, dd_is_blank(name.p[i]) ? ' ' : name.p[i]);
	}
	return all.failed ? (struct dd_str){ NULL, 0 } : dd_arena_str(a, dd_buf_str(&all));
}

static enum dd_code read_properties(struct dd_java_model *m, struct dd_arena *a, struct dd_err *err)
{
	const struct dd_xml_node *properties = dd_xml_get(m->project, "properties");
	m->properties = dd_arena_array(a, properties ? properties->n : 0, sizeof *m->properties);
	if (!m->properties)
		return dd_fail_nomem(err);
	for (const struct dd_xml_node *p = dd_xml_first(properties); p; p = p->next) {
		m->properties[m->n_properties] = (struct dd_java_property){ p->name, dd_xml_text(p) };
		if (!dd_map_set(&m->names, p->name, (uint32_t)m->n_properties++))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

static bool project_field(const struct dd_java_model *m, struct dd_str name, struct dd_str *ret)
{
	const struct {
		const char *name;
		struct dd_str value;
	} rows[] = {
		{ "version", m->own.version },	       { "groupId", m->own.group },
		{ "artifactId", m->own.artifact },     { "parent.version", m->parent.version },
		{ "parent.groupId", m->parent.group }, { "parent.artifactId", m->parent.artifact },
	};
	static const char *const prefixes[] = { "project.", "pom.", "" };
	for (size_t k = 0; k < DD_COUNT(prefixes); k++) {
		struct dd_str prefix = dd_str_from(prefixes[k]);
		for (size_t i = 0; i < DD_COUNT(rows); i++) {
			if (!dd_str_starts(name, prefix) || !dd_str_eq_c(dd_str_skip(name, prefix.n), rows[i].name) ||
			    rows[i].value.n == 0)
				continue;
			*ret = rows[i].value;
			return true;
		}
	}
	return false;
}

static bool look_up(void *context, struct dd_str name, struct dd_str *ret)
{
	const struct dd_java_model *m = context;
	if (project_field(m, name, ret))
		return true;
	uint32_t at = dd_map_get(&m->names, name);
	if (at == DD_MAP_NONE)
		return false;
	*ret = m->properties[at].value;
	return true;
}

struct dd_str dd_java_model_expand(struct dd_java_model *m, struct dd_str text, struct dd_arena *a)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_EXPAND_BYTES_MAX);
	if (dd_str_search(text, DD_STR("${")) == text.n)
		return text;
	(void)dd_expand(text, DD_STR("${"), '}', look_up, m, &out);
	struct dd_str copy = dd_arena_str(a, dd_buf_str(&out));
	return copy.p ? copy : text;
}

static struct dd_str or_else(struct dd_str a, struct dd_str b)
{
	return a.n ? a : b;
}

enum dd_code dd_java_model_read(struct dd_str bytes, struct dd_arena *a, struct dd_java_model *ret, struct dd_err *err)
{
	struct dd_java_model m = { 0 };
	DD_TRY(dd_xml_parse(bytes, a, &m.project, err));
	if (!dd_str_eq_c(m.project->name, "project"))
		return dd_fail(err, DD_EPARSE, m.project->at, "pom: the root element is %s, not 'project'",
			       DD_QUOTE(m.project->name));
	const struct dd_xml_node *parent = dd_xml_get(m.project, "parent");
	m.parent = (struct dd_java_gav){ dd_xml_text_of(parent, "groupId"), dd_xml_text_of(parent, "artifactId"),
					 dd_xml_text_of(parent, "version") };
	const struct dd_xml_node *path = dd_xml_get(parent, "relativePath");
	m.parent_path = path ? dd_xml_text(path) : DD_STR("../pom.xml");
	m.licences = read_licences(m.project, a);
	enum dd_code code = m.licences.p ? read_properties(&m, a, err) : dd_fail_nomem(err);
	if (code != DD_OK) {
		dd_java_model_done(&m);
		return code;
	}
	m.parent.group = dd_java_model_expand(&m, m.parent.group, a);
	m.parent.version = dd_java_model_expand(&m, m.parent.version, a);
	struct dd_str group = or_else(dd_xml_text_of(m.project, "groupId"), m.parent.group);
	struct dd_str version = or_else(dd_xml_text_of(m.project, "version"), m.parent.version);
	m.own.artifact = dd_java_model_expand(&m, dd_xml_text_of(m.project, "artifactId"), a);
	m.own.group = dd_java_model_expand(&m, group, a);
	m.own.version = dd_java_model_expand(&m, version, a);
	*ret = m;
	return DD_OK;
}

void dd_java_model_done(struct dd_java_model *m)
{
	dd_map_done(&m->names);
}
