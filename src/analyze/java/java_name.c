/* SPDX-License-Identifier: Apache-2.0 */
/* What file names and paths of jars say.
 *
 *   stem       = artifact [ "-" version [ "-" classifier ] ]
 *   version    = part *( "-" qualifier ), part starting with a digit
 *   qualifier  = a part of digits, or a word of the table below with digits behind it or not
 *
 * Artifacts have digits of their own: "log4j-1.2-api-2.14.1", "hibernate-jpa-2.1-api-1.0.0.Final". So a part that
 * starts with a digit begins the version only if no other such part follows a word that is no qualifier. Versions of
 * Google's API clients begin with "v1-rev". Source: Maven's default layout ("Introduction to Repositories"); Gradle's
 * and Ivy's cache directories as they are. */
#include "analyze/java/java.h"
#include "base/alloc.h"

static const char *const qualifiers[] = {
	"alpha",   "a",	      "beta",	   "b",		 "milestone", "m",	 "rc",	"cr",	 "snapshot",
	"ga",	   "final",   "release",   "sp",	 "pre",	      "preview", "ea",	"dev",	 "jre",
	"android", "redhat",  "jbossorg",  "incubating", "build",     "r",	 "rev", "patch", "hotfix",
	"stable",  "nightly", "atlassian", "groovy",	 "cdh",	      "hdp",
};

static bool is_qualifier(struct dd_str part)
{
	size_t n = 0;
	if (part.n && dd_is_digit(part.p[0]))
		return true;
	while (n < part.n && dd_is_alpha(part.p[n]))
		n++;
	for (size_t i = n; i < part.n; i++)
		if (!dd_is_digit(part.p[i]) && part.p[i] != '.')
			return false;
	for (size_t i = 0; i < DD_COUNT(qualifiers); i++)
		if (dd_str_eq_nocase(dd_str_take(part, n), dd_str_from(qualifiers[i])))
			return true;
	return false;
}

bool dd_java_is_id(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !dd_is_alpha(s.p[i]) && !strchr("._-+~", s.p[i]))
			return false;
	return s.n > 0 && s.n <= 512 && memchr(s.p, '\0', s.n) == NULL;
}

bool dd_java_is_group(struct dd_str s)
{
	bool word = false;
	for (size_t i = 0; i < s.n; i++) {
		bool dot = s.p[i] == '.';
		if (!dd_is_digit(s.p[i]) && !dd_is_alpha(s.p[i]) && s.p[i] != '_' && s.p[i] != '-' && !dot)
			return false;
		if (dot && !word)
			return false;
		word = !dot;
	}
	return s.n > 0 && s.n <= 512 && word;
}

static struct dd_str stem_of(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	struct dd_str name = slash < path.n ? dd_str_skip(path, slash + 1) : path;
	return dd_str_take(name, dd_str_rfind(name, '.'));
}

bool dd_java_stem_is(struct dd_str stem, struct dd_str artifact, struct dd_str version, struct dd_str *ret_classifier)
{
	struct dd_str rest = dd_str_skip(stem, artifact.n);
	if (version.n == 0 || !dd_str_starts(stem, artifact) || rest.n == 0 || rest.p[0] != '-' ||
	    !dd_str_starts(dd_str_skip(rest, 1), version))
		return false;
	rest = dd_str_skip(rest, 1 + version.n);
	if (rest.n && rest.p[0] != '-')
		return false;
	*ret_classifier = dd_str_skip(rest, 1);
	return true;
}

/* Is the version that begins here followed by a word and then by another number ("1.2-api-2.14.1"), or is it a bare
 * number before a version ("zookeeper-3-3.7.1")? Then it belongs to the artifact. */
static bool is_inside_artifact(struct dd_str rest)
{
	struct dd_str part;
	(void)dd_str_next(&rest, '-', &part);
	uint64_t number;
	bool word = dd_str_u64(part, 99, &number);
	while (rest.p && dd_str_next(&rest, '-', &part)) {
		bool digit = part.n && dd_is_digit(part.p[0]);
		if (digit && word && dd_str_find(part, '.') < part.n)
			return true;
		word = word || !is_qualifier(part);
	}
	return false;
}

static bool begins_version(struct dd_str rest)
{
	if (rest.n == 0)
		return false;
	if (dd_is_digit(rest.p[0]))
		return true;
	size_t dash = dd_str_find(rest, '-');
	return rest.n > 1 && rest.p[0] == 'v' && dd_is_digit(rest.p[1]) &&
	       dd_str_starts(dd_str_skip(rest, dash), DD_STR("-rev"));
}

/* Splits "1.0-beta-2-sources" into version and classifier. */
static void split_classifier(struct dd_str rest, struct dd_java_file *f)
{
	struct dd_str more = rest, part;
	size_t n = 0;
	bool first = true;
	while (dd_str_next(&more, '-', &part)) {
		if (!first && !is_qualifier(part))
			break;
		n = (size_t)(part.p - rest.p) + part.n;
		first = false;
	}
	f->version = dd_str_take(rest, n);
	f->classifier = dd_str_skip(rest, n + 1);
}

struct dd_java_file dd_java_file_name(struct dd_str path, struct dd_str version_hint)
{
	struct dd_java_file f = { .stem = stem_of(path) };
	f.artifact = f.stem;
	for (size_t i = 1; i + 1 < f.stem.n; i++) {
		struct dd_str rest = dd_str_skip(f.stem, i + 1);
		if (f.stem.p[i] != '-')
			continue;
		bool hinted = version_hint.n && dd_str_starts(rest, version_hint) &&
			      (rest.n == version_hint.n || rest.p[version_hint.n] == '-');
		if (!hinted && (!begins_version(rest) || is_inside_artifact(rest)))
			continue;
		f.artifact = dd_str_take(f.stem, i);
		if (hinted) {
			f.version = version_hint;
			f.classifier = dd_str_skip(rest, version_hint.n + 1);
		}
		/* A hint may lack a qualifier that stands in the name: Bundle-Version 31.1.0, Implementation-Version
		 * 1.0 of 1.0-SNAPSHOT. The longer one is meant. */
		struct dd_java_file own = f;
		split_classifier(rest, &own);
		if (own.version.n > f.version.n)
			f = own;
		break;
	}
	return f;
}

/* ---- local repositories ---- */

enum { COMPONENTS_MAX = 48 }; /* the last directories of a path */

struct components {
	struct dd_str p[COMPONENTS_MAX];
	size_t n; /* directories, the nearest first */
	struct dd_str stem;
};

static void split_path(struct dd_str path, struct components *ret)
{
	size_t slash = dd_str_rfind(path, '/');
	ret->stem = stem_of(path);
	ret->n = 0;
	while (slash < path.n && ret->n < COMPONENTS_MAX) {
		path = dd_str_take(path, slash);
		slash = dd_str_rfind(path, '/');
		ret->p[ret->n++] = slash < path.n ? dd_str_skip(path, slash + 1) : path;
	}
}

/* Maven: ROOT/g/r/o/u/p/artifact/version/artifact-version.jar below a directory with a name that roots have. */
static bool maven_layout(const struct components *c, struct dd_buf *group)
{
	static const char *const roots[] = { "repository", "maven2", "repo", "maven-repo", "m2", "releases" };
	struct dd_str rest;
	if (c->n < 4 || !dd_java_stem_is(c->stem, c->p[1], c->p[0], &rest))
		return false;
	for (size_t i = 3; i < c->n; i++) {
		for (size_t k = 0; k < DD_COUNT(roots); k++) {
			if (!dd_str_eq_c(c->p[i], roots[k]))
				continue;
			for (size_t at = i; at-- > 2;) {
				(void)dd_buf_add_str(group, c->p[at]);
				if (at > 2)
					(void)dd_buf_add_char(group, '.');
			}
			return dd_java_is_group(dd_buf_str(group));
		}
	}
	return false;
}

static bool gradle_layout(const struct components *c, struct dd_buf *group)
{
	struct dd_str rest;
	if (c->n < 5 || !dd_str_starts(c->p[4], DD_STR("files-")) || !dd_java_stem_is(c->stem, c->p[2], c->p[1], &rest))
		return false;
	(void)dd_buf_add_str(group, c->p[3]);
	return dd_java_is_group(dd_buf_str(group));
}

/* cache/GROUP/ARTIFACT/jars/ARTIFACT-VERSION.jar */
static bool ivy_layout(const struct components *c, struct dd_buf *group)
{
	if (c->n < 4 || !dd_str_eq_c(c->p[3], "cache") ||
	    (!dd_str_eq_c(c->p[0], "jars") && !dd_str_eq_c(c->p[0], "bundles")) || !dd_str_starts(c->stem, c->p[1]) ||
	    c->stem.n < c->p[1].n + 2)
		return false;
	(void)dd_buf_add_str(group, c->p[2]);
	return dd_java_is_group(dd_buf_str(group));
}

bool dd_java_repository_path(struct dd_str path, struct dd_buf *group, struct dd_str *ret_artifact,
			     struct dd_str *ret_version)
{
	struct components c;
	split_path(path, &c);
	dd_buf_clear(group);
	if (maven_layout(&c, group)) {
		*ret_artifact = c.p[1];
		*ret_version = c.p[0];
		return true;
	}
	dd_buf_clear(group);
	if (gradle_layout(&c, group)) {
		*ret_artifact = c.p[2];
		*ret_version = c.p[1];
		return true;
	}
	dd_buf_clear(group);
	if (!ivy_layout(&c, group))
		return false;
	struct dd_java_file f = dd_java_file_name(path, dd_str_skip(c.stem, c.p[1].n + 1));
	*ret_artifact = c.p[1];
	*ret_version = f.version;
	return dd_str_eq(f.artifact, c.p[1]) && f.version.n;
}

/* ---- well-known artifacts ---- */

/* The number that a version starts with; 0: none, or a large one. */
static uint64_t leading_number(struct dd_str version)
{
	size_t n = 0;
	uint64_t number = 0;
	while (n < version.n && dd_is_digit(version.p[n]))
		n++;
	return dd_str_u64(dd_str_take(version, n), UINT32_MAX, &number) ? number : 0;
}

struct dd_str dd_java_known_group(struct dd_str artifact, struct dd_str version)
{
	static const struct {
		const char *artifact, *group;
		uint64_t first;
	} rows[] = {
#define DD_JAVA_GROUP(artifact, group, first) { artifact, group, first },
#include "analyze/java/java_groups.def"
#undef DD_JAVA_GROUP
	};
	uint64_t number = leading_number(version);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str a = dd_str_from(rows[i].artifact);
		bool prefix = a.p[a.n - 1] == '*';
		if (number >= rows[i].first &&
		    (prefix ? dd_str_starts(artifact, dd_str_take(a, a.n - 1)) : dd_str_eq(artifact, a)))
			return dd_str_from(rows[i].group);
	}
	return DD_STR("");
}
