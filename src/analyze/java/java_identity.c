/* SPDX-License-Identifier: Apache-2.0 */
/* What an archive is. Every pom.properties in it (and pom.xml where that is missing) is a package: shading copies them
 * with the classes. One of them is the archive itself, the one that fits file name and manifest best; when none fits,
 * the archive is told, less surely, by
 *   1. its place in a local repository (the manager's own layout),
 *   2. file name and manifest for artifact and version,
 *   3. manifest, then the table of well-known artifacts, for the group.
 * A group that nobody names stays away: "artifact" alone never matches an advisory of another group, and the digest
 * lets an index of known archives name it. CPEs are never guessed. */
#include "analyze/java/java.h"
#include "analyze/third_party.h"
#include "base/limits.h"

/* What the archive is, as far as it is known. */
struct identity {
	struct dd_java_gav gav;
	struct dd_str classifier, licences;
	enum dd_package_evidence evidence;
};

static void add(struct dd_found *out, const struct identity *id, struct dd_str inner, struct dd_str digest)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(4096), list = DD_BUF_INIT(4096);
	struct dd_package *p = dd_found_package(out);
	if (!p)
		return;
	if (id->gav.group.n) {
		(void)dd_buf_add_str(&name, id->gav.group);
		(void)dd_buf_add_char(&name, ':');
	}
	(void)dd_buf_add_str(&name, id->gav.artifact);
	dd_qualifiers_add(&list, "classifier", id->classifier);
	out->failed = out->failed || name.failed || list.failed;
	p->name = dd_found_str(out, dd_buf_str(&name));
	p->version = dd_found_str(out, id->gav.version);
	p->type = DD_STR("maven");
	p->evidence = id->evidence;
	p->inner = inner;
	p->digest = digest;
	p->licences = dd_third_party_text(out, id->licences);
	p->qualifiers = dd_lines_take(out, &list);
}

/* ---- one of the poms ---- */

/* The stem with the group before it, as Quarkus and prependGroupId name copies: "io.quarkus.quarkus-core-3.2.0". */
static struct dd_str without_group(struct dd_str stem, struct dd_str group)
{
	if (group.n && stem.n > group.n && dd_str_starts(stem, group) && stem.p[group.n] == '.')
		return dd_str_skip(stem, group.n + 1);
	return stem;
}

static struct dd_str symbolic_name(const struct dd_java_manifest *m)
{
	struct dd_str s = m->value[DD_JAVA_BUNDLE_SYMBOLIC_NAME];
	return dd_str_trim(dd_str_take(s, dd_str_find(s, ';')));
}

/* Does the manifest name the group, too? Decides between two poms of one artifact (jaxb-core of two groups). */
static bool manifest_agrees(const struct dd_java_manifest *m, const struct dd_java_gav *gav)
{
	struct dd_str name = symbolic_name(m);
	return dd_str_eq(m->value[DD_JAVA_IMPLEMENTATION_VENDOR_ID], gav->group) ||
	       (name.n > gav->group.n && dd_str_eq(dd_str_skip(name, gav->group.n + 1), gav->artifact) &&
		dd_str_starts(name, gav->group));
}

/* Is the file's artifact one made from the pom's: "swagger-core-jakarta" of "swagger-core"? */
static bool is_derived(const struct dd_java_file *file, const struct dd_java_gav *gav)
{
	return dd_str_eq(file->version, gav->version) && dd_str_starts(file->artifact, gav->artifact) &&
	       file->artifact.n > gav->artifact.n && file->artifact.p[gav->artifact.n] == '-';
}

/* How well a pom fits the archive; 0: it is of something packed into it. */
static int fit(const struct dd_java_archive *archive, const struct dd_java_file *file, const struct dd_java_pom *pom,
	       struct dd_str *ret_classifier)
{
	const struct dd_java_gav *gav = &pom->gav;
	struct dd_str stem = without_group(file->stem, gav->group),
		      artifact = without_group(file->artifact, gav->group);
	int agrees = manifest_agrees(&archive->manifest, gav);
	*ret_classifier = DD_STR("");
	if (gav->version.n == 0)
		return 0;
	if (dd_java_stem_is(stem, gav->artifact, gav->version, ret_classifier))
		return 10 + agrees;
	if (dd_str_eq(stem, gav->artifact))
		return 8 + agrees;
	if (dd_str_eq(artifact, gav->artifact))
		return 6 + agrees;
	if (dd_str_eq(archive->manifest.value[DD_JAVA_IMPLEMENTATION_TITLE], gav->artifact) ||
	    dd_str_eq(archive->manifest.value[DD_JAVA_SHORT_NAME], gav->artifact))
		return 4 + agrees;
	/* A single one in a file that was given another name: app.jar. */
	return archive->poms.n == 1 && (file->version.n == 0 || dd_str_eq(file->version, gav->version)) ? 2 : 0;
}

static const struct dd_java_pom *own_pom(const struct dd_java_archive *archive, const struct dd_java_file *file,
					 struct dd_str *ret_classifier)
{
	const struct dd_java_pom *best = NULL;
	int best_fit = 0;
	for (size_t i = 0; i < archive->poms.n; i++) {
		const struct dd_java_pom *p = &archive->poms.p[i];
		struct dd_str classifier;
		int f = fit(archive, file, p, &classifier);
		if (f < best_fit || f == 0 || (f == best_fit && p->gav.artifact.n <= best->gav.artifact.n))
			continue;
		best = p;
		best_fit = f;
		*ret_classifier = classifier;
	}
	return best;
}

/* ---- none of them ---- */

static struct dd_str id_of(struct dd_str s)
{
	/* "1.2 (private-…)", "\"1.2\"" */
	s = dd_str_take(s, dd_str_find(s, ' '));
	if (s.n > 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = dd_str_take(dd_str_skip(s, 1), s.n - 2);
	return dd_java_is_id(s) ? s : DD_STR("");
}

static const enum dd_java_attribute version_attributes[] = {
	DD_JAVA_PLUGIN_VERSION,
	DD_JAVA_IMPLEMENTATION_VERSION,
	DD_JAVA_BUNDLE_VERSION,
	DD_JAVA_SPECIFICATION_VERSION,
};

static struct dd_str manifest_version(const struct dd_java_manifest *m)
{
	for (size_t i = 0; i < DD_COUNT(version_attributes); i++) {
		struct dd_str v = id_of(m->value[version_attributes[i]]);
		if (v.n)
			return v;
	}
	return DD_STR("");
}

/* The file name, read with the help of the first version of the manifest that stands in it. */
static struct dd_java_file read_name(const struct dd_java_archive *archive)
{
	for (size_t i = 0; i < DD_COUNT(version_attributes); i++) {
		struct dd_str hint = id_of(archive->manifest.value[version_attributes[i]]);
		struct dd_java_file f = dd_java_file_name(archive->path, hint);
		if (hint.n && dd_str_starts(f.version, hint))
			return f;
	}
	return dd_java_file_name(archive->path, DD_STR(""));
}

/* An artifact from the manifest, for files that were given another name ("app.jar"). */
static struct dd_str manifest_artifact(const struct dd_java_manifest *m)
{
	struct dd_str s = m->value[DD_JAVA_SHORT_NAME];
	if (dd_java_is_id(s))
		return s;
	s = m->value[DD_JAVA_IMPLEMENTATION_TITLE];
	/* "org.apache.lucene" is a group or a package */
	if (dd_java_is_id(s) && !(dd_java_is_group(s) && dd_str_find(s, '.') != dd_str_rfind(s, '.')))
		return s;
	/* "org.apache.tomcat-catalina": what stands behind a dot, if that is well known */
	s = symbolic_name(m);
	struct dd_str last = dd_str_skip(s, dd_str_rfind(s, '.') + 1);
	return last.n && dd_java_known_group(last, DD_STR("")).n ? last : DD_STR("");
}

/* Splits "org.springframework.spring-core" where the manifest or the table knows the group of what is behind. */
static void split_group(const struct dd_java_manifest *m, struct dd_java_gav *gav)
{
	for (size_t i = dd_str_rfind(gav->artifact, '.'); i < gav->artifact.n && i > 0;
	     i = dd_str_rfind(dd_str_take(gav->artifact, i), '.')) {
		struct dd_str head = dd_str_take(gav->artifact, i), tail = dd_str_skip(gav->artifact, i + 1);
		if (tail.n && (dd_str_eq(dd_java_known_group(tail, gav->version), head) ||
			       dd_str_eq(dd_java_manifest_group(m, tail), head))) {
			gav->group = head;
			gav->artifact = tail;
			return;
		}
		if (dd_str_rfind(head, '.') == head.n)
			return;
	}
}

/* "com.netflix.hystrix#hystrix-core;1.5.18": what Netflix's Gradle plugins write for a title. */
static void nebula_title(const struct dd_java_manifest *m, struct dd_java_gav *gav)
{
	struct dd_str s = m->value[DD_JAVA_IMPLEMENTATION_TITLE];
	size_t hash = dd_str_find(s, '#'), end = dd_str_find(s, ';');
	struct dd_str group = dd_str_take(s, hash), artifact = dd_str_skip(dd_str_take(s, end), hash + 1);
	if (hash < end && end < s.n && dd_java_is_group(group) && dd_str_eq(artifact, gav->artifact))
		gav->group = group;
}

/* A pom.xml that knows everything but its version. */
static void half_pom(const struct dd_java_archive *archive, struct dd_java_gav *gav)
{
	for (size_t i = 0; i < archive->poms.n; i++) {
		const struct dd_java_pom *p = &archive->poms.p[i];
		if (p->gav.version.n || !dd_str_eq(p->gav.artifact, gav->artifact))
			continue;
		gav->group = p->gav.group;
		return;
	}
}

static struct identity guess(const struct dd_java_archive *archive, const struct dd_java_file *file)
{
	const struct dd_java_manifest *m = &archive->manifest;
	struct identity id = { .classifier = file->classifier,
			       .licences = m->value[DD_JAVA_BUNDLE_LICENSE],
			       .evidence = DD_PACKAGE_GUESSED };
	id.gav.artifact = file->artifact;
	id.gav.version = file->version;
	if (file->version.n == 0) {
		struct dd_str artifact = manifest_artifact(m);
		id.gav.version = manifest_version(m);
		if (artifact.n)
			id.gav.artifact = artifact;
	}
	nebula_title(m, &id.gav);
	half_pom(archive, &id.gav);
	split_group(m, &id.gav);
	if (id.gav.group.n == 0)
		id.gav.group = dd_java_known_group(id.gav.artifact, id.gav.version);
	if (id.gav.group.n == 0)
		id.gav.group = dd_java_manifest_group(m, id.gav.artifact);
	return id;
}

/* A file name that Maven would not write ("Start here.jar") is a name all the same. */
static bool is_printable(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n && s.n <= 512 && dd_str_valid_utf8(s);
}

/* Its name in a repository says it all. */
static bool from_repository(const struct dd_java_archive *archive, struct dd_buf *group, struct identity *ret)
{
	struct dd_str artifact, version, classifier = { "", 0 };
	if (archive->inner.n || !dd_java_repository_path(archive->path, group, &artifact, &version) ||
	    !dd_java_is_id(artifact) || !dd_java_is_id(version))
		return false;
	struct dd_java_file file = dd_java_file_name(archive->path, version);
	(void)dd_java_stem_is(file.stem, artifact, version, &classifier);
	*ret = (struct identity){ .gav = { dd_buf_str(group), artifact, version },
				  .classifier = classifier,
				  .licences = archive->manifest.value[DD_JAVA_BUNDLE_LICENSE],
				  .evidence = DD_PACKAGE_INSTALLED };
	return true;
}

static struct dd_str place_of(struct dd_found *out, const struct dd_java_archive *archive, struct dd_str member)
{
	if (archive->inner.n == 0)
		return dd_found_str(out, member);
	struct dd_str s = dd_arena_printf(out->arena, "%.*s!%.*s", DD_FMT(archive->inner), DD_FMT(member));
	if (!s.p)
		out->failed = true;
	return s.p ? s : DD_STR("");
}

/* The file name knows more where Maven gave the file a name that the pom was not told: "mssql-jdbc-12.2.0.jre11" of
 * 12.2.0, "swagger-core-jakarta-2.2.15" of swagger-core. */
static struct identity of_pom(const struct dd_java_pom *own, const struct dd_java_file *file, struct dd_str classifier)
{
	struct identity id = { own->gav, classifier, own->licences, DD_PACKAGE_INSTALLED };
	size_t n = own->gav.version.n;
	if (dd_str_eq(file->artifact, own->gav.artifact) && file->version.n > n && file->version.p[n] == '.' &&
	    dd_str_starts(file->version, own->gav.version))
		id.gav.version = file->version;
	if (is_derived(file, &own->gav))
		id.gav.artifact = file->artifact;
	if (id.gav.version.n != n || is_derived(file, &own->gav))
		id.evidence = DD_PACKAGE_GUESSED;
	return id;
}

void dd_java_identify(struct dd_found *out, const struct dd_java_archive *archive)
{
	DD_CLEANUP_BUF struct dd_buf group = DD_BUF_INIT(4096);
	struct dd_java_file file = read_name(archive);
	struct identity id = { 0 };
	struct dd_str classifier = { "", 0 };
	const struct dd_java_pom *own = own_pom(archive, &file, &classifier);
	if (own)
		id = of_pom(own, &file, classifier);
	else if (!from_repository(archive, &group, &id))
		id = guess(archive, &file);
	if (id.licences.n == 0)
		id.licences = archive->manifest.value[DD_JAVA_BUNDLE_LICENSE];
	if (is_printable(id.gav.artifact))
		add(out, &id, archive->inner, archive->digest);
	else
		dd_found_problem(out, DD_NO_OFFSET, "%s: an archive whose name says nothing, without metadata",
				 DD_QUOTE(archive->inner.n ? archive->inner : archive->path));
	for (size_t i = 0; i < archive->poms.n && !out->failed; i++) {
		const struct dd_java_pom *p = &archive->poms.p[i];
		struct identity one = { .gav = p->gav, .licences = p->licences, .evidence = DD_PACKAGE_INSTALLED };
		bool is_own = p->gav.version.n == 0 && dd_str_eq(p->gav.artifact, id.gav.artifact) &&
			      dd_str_eq(p->gav.group, id.gav.group);
		if (p != own && !is_own)
			add(out, &one, place_of(out, archive, p->place), DD_STR(""));
	}
}
