/* SPDX-License-Identifier: Apache-2.0 */
/* The package database of rpm: three kinds of file, in three places, and the list that takes its place in images
 * without rpm. The kind is told by the content; the name only says that the file is meant to be one.
 *   /var/lib/rpm                everywhere, up to Fedora 35 and RHEL 9
 *   /usr/lib/sysimage/rpm       SUSE and Fedora 36 on (the former is a symbolic link then)
 *   /usr/share/rpm              rpm-ostree systems
 *   /var/lib/rpmmanifest        Azure Linux (CBL-Mariner) distroless images
 * A record that cannot be read becomes a problem, with the offset in the database, and the next one is read. */
#include "analyze/analyzer.h"
#include "analyze/rpm/rpm_package.h"
#include "base/limits.h"
#include "format/rpm_db.h"

#define RPM_FILES(directory)                                                                                           \
	{ DD_MATCH_PATH, directory "/Packages", NULL, 0 }, { DD_MATCH_PATH, directory "/Packages.db", NULL, 0 },       \
		{ DD_MATCH_PATH, directory "/rpmdb.sqlite", NULL, 0 },                                                 \
	{                                                                                                              \
		DD_MATCH_PATH, directory "/rpmdb.sqlite-wal", NULL, 0                                                  \
	}

/* clang-format off */
static const struct dd_match rpm_matches[] = {
	RPM_FILES("var/lib/rpm"),
	RPM_FILES("usr/lib/sysimage/rpm"),
	RPM_FILES("usr/share/rpm"),
	{ DD_MATCH_PATH, "var/lib/rpmmanifest/container-manifest-2", NULL, DD_RPM_MANIFEST_BYTES_MAX },
	{ DD_MATCH_END, NULL, NULL, 0 },
};
/* clang-format on */

static enum dd_code read_records(const struct dd_input *in, struct dd_relations *relations, struct dd_found *out,
				 struct dd_err *err)
{
	struct dd_rpm_db *db DD_CLEANUP(dd_rpm_db_freep) = NULL;
	size_t damages = 0;
	DD_TRY(dd_rpm_db_open(in->data, &db, err));
	for (;;) {
		struct dd_rpm_record record;
		struct dd_err why;
		bool more;
		enum dd_code code = dd_rpm_db_next(db, &record, &more, &why);
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code != DD_OK) {
			if (++damages > DD_RPM_DAMAGES_MAX)
				return dd_fail(err, DD_ELIMIT, why.at,
					       "more than %u damaged records, the rest is not read",
					       DD_RPM_DAMAGES_MAX);
			dd_found_problem(out, why.at, "%s", why.message);
			continue;
		}
		if (!more)
			return DD_OK;
		DD_TRY(dd_rpm_package_read(out, relations, &record, err));
	}
}

static enum dd_code parse_database(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP(dd_relations_done) struct dd_relations relations = DD_RELATIONS(DD_SCHEME_RPM);
	enum dd_code code = read_records(in, &relations, out, err);
	/* What was read before the database turned out to be damaged still hangs together. */
	struct dd_err why;
	enum dd_code resolved = out->failed ? DD_OK : dd_relations_resolve(&relations, out, &why);
	if (code != DD_OK || resolved == DD_OK)
		return code;
	return dd_fail_nomem(err);
}

/* A write-ahead log is empty after every clean close of the database (rpm 4.18 checkpoints and truncates). */
static enum dd_code parse_log(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	(void)err;
	if (in->data.n)
		dd_found_problem(
			out, DD_NO_OFFSET,
			"write-ahead log holds %zu bytes that were never merged into the database: packages may "
			"be missing",
			in->data.n);
	return DD_OK;
}

static enum dd_code rpm_parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_str_ends(in->path, DD_STR("-wal")))
		return parse_log(in, out, err);
	if (dd_str_ends(in->path, DD_STR("/container-manifest-2")))
		return dd_rpm_manifest_parse(in, out, err);
	return parse_database(in, out, err);
}

const struct dd_analyzer dd_analyzer_rpm = {
	.id = "rpm",
	.version = 2,
	.evidence = DD_EVIDENCE_INSTALLED,
	.package_database = true,
	.title = "RPM packages",
	.purl_type = "rpm",
	.match = rpm_matches,
	.parse = rpm_parse,
};
