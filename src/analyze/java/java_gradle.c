/* SPDX-License-Identifier: Apache-2.0 */
/* Lock files of Gradle and sbt.
 *
 * gradle.lockfile, buildscript-gradle.lockfile, settings-gradle.lockfile (Gradle 6.8 on), and before that
 * gradle/dependency-locks/CONFIGURATION.lockfile without the part behind "=":
 *   line = "#" comment / "group:artifact:version" [ "=" configuration *( "," configuration ) ] / "empty=" …
 * What only test configurations need, or only the build script itself, is marked.
 *
 * gradle/verification-metadata.xml: <verification-metadata> <components> *( <component group name version>
 *   *( <artifact name> <sha256 value/> … </artifact> ) </component> ) …: everything a build ever downloads, poms and
 *   plugins too, with the digests of each file; the one of the jar is the package's.
 *
 * *.sbt.lock (sbt-dependency-lock): { "dependencies": [ { "org", "name", "version", "artifacts": [{name, hash}],
 *   "configurations": ["compile", "test" …] } ] }
 *
 * Source: docs.gradle.org "Locking versions", "Verifying dependencies"; github.com/stringbean/sbt-dependency-lock.
 * Limit: DD_LOCK_BYTES_MAX, one package at a time. */
#include "analyze/document_items.h"
#include "analyze/java/java.h"
#include "analyze/json_sections.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static struct dd_package *add(struct dd_found *out, struct dd_str group, struct dd_str artifact, struct dd_str version,
			      uint64_t at)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	(void)dd_buf_add_str(&name, group);
	(void)dd_buf_add_char(&name, ':');
	(void)dd_buf_add_str(&name, artifact);
	if (group.n == 0 || artifact.n == 0 || name.failed) {
		dd_found_problem(out, at, "not a group, an artifact and a version: %s:%s:%s", DD_QUOTE(group),
				 DD_QUOTE(artifact), DD_QUOTE(version));
		return NULL;
	}
	return dd_third_party(out, DD_PACKAGE_DECLARED, "maven", dd_buf_str(&name), version, at);
}

/* "testRuntimeClasspath", "integrationTestCompileClasspath", "test" */
static bool is_test(struct dd_str configuration)
{
	return dd_str_starts(configuration, DD_STR("test")) ||
	       dd_str_search(configuration, DD_STR("Test")) < configuration.n;
}

static bool only_test(struct dd_str configurations)
{
	struct dd_str rest = configurations, one;
	bool all = configurations.n > 0;
	while (rest.n && dd_str_next(&rest, ',', &one))
		all = all && is_test(one);
	return all;
}

static void take_line(struct dd_found *out, struct dd_str line, bool build, uint64_t at)
{
	size_t equals = dd_str_find(line, '=');
	struct dd_str rest = dd_str_take(line, equals), part[3] = { { "", 0 }, { "", 0 }, { "", 0 } }, more;
	for (size_t i = 0; i < DD_COUNT(part); i++)
		(void)dd_str_next(&rest, ':', &part[i]);
	if (dd_str_next(&rest, ':', &more)) {
		dd_found_problem(out, at, "not a group, an artifact and a version: %s", DD_QUOTE(line));
		return;
	}
	struct dd_package *p = add(out, part[0], part[1], part[2], at);
	if (p)
		p->dev = build || only_test(dd_str_skip(line, equals + 1));
}

static enum dd_code parse_lock(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_str rest = in->data, line;
	size_t slash = dd_str_rfind(in->path, '/');
	struct dd_str name = slash < in->path.n ? dd_str_skip(in->path, slash + 1) : in->path;
	bool old = !dd_str_eq_c(name, "gradle.lockfile");
	bool build = dd_str_starts(name, DD_STR("buildscript")) || dd_str_starts(name, DD_STR("settings-")) ||
		     (old && is_test(name));
	while (rest.n && !out->failed) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		line = dd_str_trim(line);
		if (line.n && line.p[0] != '#' && !dd_str_starts(line, DD_STR("empty=")))
			take_line(out, line, build, at);
	}
	return dd_found_end(out, err);
}

/* ---- verification-metadata.xml ---- */

/* The strongest digest of the component's jar. */
static struct dd_str jar_digest(struct dd_found *out, const struct dd_xml_node *component)
{
	static const char *const algorithms[] = { "sha512", "sha256", "sha1" };
	for (const struct dd_xml_node *f = dd_xml_get(component, "artifact"); f; f = dd_xml_again(f)) {
		if (!dd_str_ends(dd_xml_attribute(f, "name"), DD_STR(".jar")))
			continue;
		for (size_t i = 0; i < DD_COUNT(algorithms); i++) {
			const struct dd_xml_node *d = dd_xml_get(f, algorithms[i]);
			if (d)
				return dd_third_party_digest(out, dd_str_from(algorithms[i]),
							     dd_xml_attribute(d, "value"));
		}
	}
	return DD_STR("");
}

static void take_component(void *context, const struct dd_xml_item *item)
{
	struct dd_found *out = context;
	struct dd_package *p =
		add(out, dd_xml_attribute(item->element, "group"), dd_xml_attribute(item->element, "name"),
		    dd_xml_attribute(item->element, "version"), item->element->at);
	if (p)
		p->digest = jar_digest(out, item->element);
}

static enum dd_code parse_verification(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_TRY(dd_xml_each(out, in->data, 3, "component", take_component, out, err));
	return dd_found_end(out, err);
}

/* ---- sbt ---- */

static void take_sbt(void *context, struct dd_str name, const json_t *value, uint64_t at)
{
	struct dd_found *out = context;
	const json_t *configurations = dd_json_arr(value, "configurations"), *files = dd_json_arr(value, "artifacts");
	bool test = dd_json_len(configurations) > 0;
	(void)name;
	struct dd_package *p =
		add(out, dd_json_str(value, "org"), dd_json_str(value, "name"), dd_json_str(value, "version"), at);
	if (!p)
		return;
	for (size_t i = 0; i < dd_json_len(configurations); i++)
		test = test && is_test(dd_json_text(dd_json_at(configurations, i)));
	p->dev = test;
	if (dd_json_len(files) == 1)
		p->digest = dd_third_party_digest_of(out, dd_json_str(dd_json_at(files, 0), "hash"));
}

static enum dd_code parse_sbt(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "dependencies" };
	struct dd_json_section dependencies;
	DD_TRY(dd_json_sections(out, in->data, names, 1, &dependencies, err));
	dd_json_each(out, dependencies, take_sbt, out);
	return dd_found_end(out, err);
}

static const struct dd_match lock_matches[] = {
	{ DD_MATCH_BASENAME, "gradle.lockfile", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_BASENAME, "buildscript-gradle.lockfile", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_BASENAME, "settings-gradle.lockfile", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".lockfile", "gradle/dependency-locks", DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};
static const struct dd_match verification_matches[] = {
	{ DD_MATCH_BASENAME, "verification-metadata.xml", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};
static const struct dd_match sbt_matches[] = {
	{ DD_MATCH_SUFFIX, ".sbt.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_java_gradle = {
	.id = "gradle-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Gradle lock files",
	.purl_type = "maven",
	.match = lock_matches,
	.parse = parse_lock,
};
const struct dd_analyzer dd_analyzer_java_verification = {
	.id = "gradle-verification",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Gradle dependency verification (verification-metadata.xml)",
	.purl_type = "maven",
	.match = verification_matches,
	.parse = parse_verification,
};
const struct dd_analyzer dd_analyzer_java_sbt = {
	.id = "sbt-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "sbt lock files",
	.purl_type = "maven",
	.match = sbt_matches,
	.parse = parse_sbt,
};
