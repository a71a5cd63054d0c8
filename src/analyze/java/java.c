/* SPDX-License-Identifier: Apache-2.0 */
/* Java archives: what java_archive.c and java_identity.c find in them. Suffixes of java_archive.c, in small and capital
 * letters as they are seen. */
#include "analyze/java/java.h"
#include "base/limits.h"

#define BUNDLE_BYTES_MAX (4 * DD_GIB)

static const struct dd_match archive_matches[] = {
	{ DD_MATCH_SUFFIX, ".jar", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".war", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".ear", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".jpi", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".hpi", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".par", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".nar", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".kar", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".sar", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".rar", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".aar", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".JAR", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".lpkg", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".WAR", NULL, 0 },
	{ DD_MATCH_SUFFIX, ".EAR", NULL, 0 },
	/* what holds them */
	{ DD_MATCH_SUFFIX, ".zip", NULL, BUNDLE_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".tar", NULL, BUNDLE_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".tar.gz", NULL, BUNDLE_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".tgz", NULL, BUNDLE_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".tar.xz", NULL, BUNDLE_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".tar.bz2", NULL, BUNDLE_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".tar.zst", NULL, BUNDLE_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_java = {
	.id = "java-archive",
	.version = 2,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "Java archives (jar, war, ear …)",
	.purl_type = "maven",
	.match = archive_matches,
	.parse = dd_java_archive_read,
};
