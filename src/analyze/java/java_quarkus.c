/* SPDX-License-Identifier: Apache-2.0 */
/* quarkus-app-dependencies.txt: what Quarkus put into the lib folder of an application that it packed as "fast-jar".
 *
 *   line = group ":" artifact ":" [ classifier ] ":" type ":" version
 *
 * sorted, one for each dependency at run time; the build writes it together with the jars, so that it says what is
 * there and not what somebody asked for. It knows the group of jars that do not tell it themselves: their files are
 * called group.artifact-version.jar, which nobody can take apart.
 *
 * quarkus-run.jar beside it says nothing more (its manifest's Class-Path names files of lib/boot), nor does
 * quarkus/quarkus-application.dat, which is a serialised class path of the same files.
 *
 * Source: Quarkus 3.2, JarResultBuildStep.buildThinJar and ArtifactCoords.toGACTVString. Limit: DD_LOCK_BYTES_MAX. */
#include "analyze/java/java.h"
#include "analyze/third_party.h"
#include "base/limits.h"

enum { GROUP, ARTIFACT, CLASSIFIER, TYPE, VERSION, FIELDS };

static bool split(struct dd_str line, struct dd_str field[FIELDS])
{
	struct dd_str more;
	for (size_t i = 0; i < FIELDS; i++)
		if (!dd_str_next(&line, ':', &field[i]))
			return false;
	return !dd_str_next(&line, ':', &more) && field[GROUP].n && field[ARTIFACT].n;
}

static void take_line(struct dd_found *out, struct dd_str line, uint64_t at)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX + 1),
				     list = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	struct dd_str field[FIELDS];
	if (!split(line, field)) {
		dd_found_problem(out, at, "not a group, an artifact, a classifier, a type and a version: %s",
				 DD_QUOTE(line));
		return;
	}
	(void)dd_buf_addf(&name, "%.*s:%.*s", DD_FMT(field[GROUP]), DD_FMT(field[ARTIFACT]));
	struct dd_package *p =
		dd_third_party(out, DD_PACKAGE_INSTALLED, "maven", dd_buf_str(&name), field[VERSION], at);
	if (!p)
		return;
	dd_qualifiers_add(&list, "classifier", field[CLASSIFIER]);
	p->qualifiers = dd_lines_take(out, &list);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	struct dd_str rest = in->data, line;
	while (rest.n && !out->failed) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		line = dd_str_trim(line);
		if (line.n)
			take_line(out, line, at);
	}
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "quarkus-app-dependencies.txt", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_java_quarkus = {
	.id = "quarkus-list",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "dependencies of a Quarkus application (quarkus-app-dependencies.txt)",
	.purl_type = "maven",
	.match = match,
	.parse = parse,
};
