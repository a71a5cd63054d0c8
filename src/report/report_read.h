/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON report, as report_json.c writes it, back into the model it was written from. Every format that is made of the
 * result has the same bytes as if the scan itself had written it.
 * The document is hostile: it may be of any size up to DD_REPORT_FILE_BYTES_MAX (a report of a million packages has
 * 600 MB), is read one package or finding at a time, and every index in it is checked. A member that drydock does not
 * know is passed over: reports of newer versions have more of them, within one schemaVersion. */
#ifndef DD_REPORT_READ_H
#define DD_REPORT_READ_H

#include "base/limits.h"
#include "report/formats.h"

#define DD_REPORT_FILE_BYTES_MAX   (4 * DD_GIB)
#define DD_REPORT_MEMORY_BYTES_MAX (4 * DD_GIB) /* of a model that was read */

struct dd_report_document {
	struct dd_report report;
	struct dd_inventory inventory; /* owns all memory */
};

/* report.created and database.age_days are not in the document: the first is `now`, and the second follows from it and
 * the database's date, as for a scan. *ret must not be moved (its report points to its inventory); release it with
 * dd_report_document_done. Errors say which member is wrong ("findings[3].severity: ...") and err->at is the offset in
 * the document of the member (a finding, a package, another part of the report) that holds it.
 * DD_EPARSE: no JSON, or no report of drydock. DD_EUNSUPPORTED: another schemaVersion. DD_ELIMIT: too much of it. */
enum dd_code dd_report_read(struct dd_str json, int64_t now, struct dd_report_document *ret, struct dd_err *err);
void dd_report_document_done(struct dd_report_document *d);

#endif
