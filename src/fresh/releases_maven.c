/* SPDX-License-Identifier: Apache-2.0 */
/* maven-metadata.xml of an artifact: <metadata><versioning><release/><versions><version/>…. <release> is what was
 * uploaded last, which for a project with several lines is not the newest (a fix of 5.2 after 6.0); so that the newest
 * of the list counts, and <release> only where the list has nothing else. Source:
 * maven.apache.org/ref/3-LATEST/maven-repository-metadata. */
#include "format/xml.h"
#include "fresh/releases.h"

enum dd_code dd_releases_maven(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err)
{
	const struct dd_xml_node *root;
	(void)name;
	DD_TRY(dd_xml_parse(doc, &r->arena, &root, err));
	const struct dd_xml_node *versioning = dd_xml_get(root, "versioning"), *versions;
	if (!dd_str_eq_c(root->name, "metadata") || !versioning)
		return dd_fail(err, DD_EPARSE, root->at, "no metadata of an artifact");
	versions = dd_xml_get(versioning, "versions");
	for (const struct dd_xml_node *v = dd_xml_get(versions, "version"); v; v = dd_xml_again(v))
		if (dd_xml_text(v).n && !dd_releases_add(r, dd_xml_text(v)))
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
	struct dd_str release = dd_xml_text_of(versioning, "release");
	if (!r->list.n && release.n && !dd_releases_add(r, release))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "too many versions");
	return DD_OK;
}
