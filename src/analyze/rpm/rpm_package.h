/* SPDX-License-Identifier: Apache-2.0 */
/* What the rpm analyzer's files share: from a header, or a manifest's columns, to a package. */
#ifndef DD_ANALYZE_RPM_PACKAGE_H
#define DD_ANALYZE_RPM_PACKAGE_H

#include "analyze/analyzer.h"
#include "analyze/relations.h"
#include "format/rpm_db.h"
#include "format/rpm_header.h"

/* One package as rpm names its parts; all views, any of them may be empty. */
struct dd_rpm_names {
	struct dd_str name, version, release, arch, source_rpm, vendor, licences, module;
	uint64_t epoch; /* 0: none */
	uint64_t installed_bytes;
};

/* Adds the package to out (copied into its arena), unless it is a gpg-pubkey: rpm files imported keys as packages.
 * *ret is the package, or NULL when none was added; owned is left empty. An unusable record becomes a problem at `at`.
 * Errors: DD_ENOMEM, DD_ELIMIT (out is full). */
enum dd_code dd_rpm_package_add(struct dd_found *out, const struct dd_rpm_names *names, uint64_t at,
				struct dd_package **ret, struct dd_err *err);

/* Splits "name-version-release.src.rpm" (or ".nosrc.rpm") at its last two dashes; false when it has no such form. */
bool dd_rpm_split_source(struct dd_str source_rpm, struct dd_str *ret_name, struct dd_str *ret_version);

/* Reads one record of a package database, its needs and gives into relations. Errors as dd_rpm_package_add; all else
 * becomes a problem. */
enum dd_code dd_rpm_package_read(struct dd_found *out, struct dd_relations *relations,
				 const struct dd_rpm_record *record, struct dd_err *err);

/* What package number `package` requires and provides (rpm_relations.c). Errors, after which what was read stays:
 * DD_EPARSE as format/rpm_header.h says. */
enum dd_code dd_rpm_relations_read(struct dd_relations *relations, const struct dd_rpm_header *h, size_t package,
				   struct dd_err *err);

/* The parse function of a package manifest (rpm_manifest.c). */
enum dd_code dd_rpm_manifest_parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err);

#endif
