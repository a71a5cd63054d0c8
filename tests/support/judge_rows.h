/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the vulnerability judge as rows: installed packages and advisory documents in; findings, problems and
 * warnings out, as text. Expectations come from the distributions' rules (named in each row), never from what the judge
 * printed. */
#ifndef DD_JUDGE_ROWS_H
#define DD_JUDGE_ROWS_H

#include "support/small_db.h"

/* Advisory documents, short. */
#define I(v)	      "{\"introduced\":\"" v "\"}"
#define F(v)	      "{\"fixed\":\"" v "\"}"
#define L(v)	      "{\"last_affected\":\"" v "\"}"
#define RANGE(events) "{\"type\":\"ECOSYSTEM\",\"events\":[" events "]}"
#define AFFECTED(eco, pkg, ranges)                                                                                     \
	"{\"package\":{\"ecosystem\":\"" eco "\",\"name\":\"" pkg "\"},\"ranges\":[" ranges "]}"
#define RECORD(id, more, affected)                                                                                     \
	"{\"id\":\"" id "\",\"modified\":\"2024-01-01T00:00:00Z\"," more "\"affected\":[" affected "]}"
#define OSV(id, eco, pkg, fixed) RECORD(id, "", AFFECTED(eco, pkg, RANGE(I("0") "," F(fixed))))
/* An erratum: names the CVE in `related`. */
#define ERRATUM(id, summary, cve, pkg, fixed)                                                                          \
	RECORD(id, "\"summary\":\"" summary "\",\"related\":[\"" cve "\"],",                                           \
	       AFFECTED("AlmaLinux:8", pkg, RANGE(I("0") "," F(fixed))))
#define TRACKER(pkg, cve, releases) "{\"" pkg "\":{\"" cve "\":{\"releases\":{" releases "}}}}"
#define FIXED(release, version)                                                                                        \
	"\"" release "\":{\"status\":\"resolved\",\"fixed_version\":\"" version "\",\"urgency\":\"not yet assigned\"}"
#define OPEN(release, more) "\"" release "\":{\"status\":\"open\",\"urgency\":\"not yet assigned\"" more "}"
#define SECDB(version, name, fixes)                                                                                    \
	"{\"distroversion\":\"" version "\",\"reponame\":\"main\",\"packages\":[{\"pkg\":{\"name\":\"" name            \
	"\",\"secfixes\":{" fixes "}}}]}"

struct dd_judge_row {
	const char *rule;
	const char *os, *version;
	/* lines "type|name|version|arch|source|source version|maintainer|module|marks", empty ends may be left out;
	 * marks: "declared", "dev", "owned" (by the first package), "at:PATH", "pro" (it takes updates from Ubuntu
	 * Pro), "no-system" (the image has none), "cpe:2.3:…" */
	const char *packages;
	struct dd_document documents[DD_SMALL_DB_DOCUMENTS];
	/* lines "PACKAGE ID STATE[ VERSION] SEVERITY[/SOURCE][ by SOURCES][ [suppressed RULE]][ (note)]", then problems
	 * and warnings */
	const char *want;
};

void dd_judge_row_run(const struct dd_judge_row *row);

#define RUN(rows)                                                                                                      \
	for (size_t i = 0; i < DD_COUNT(rows); i++)                                                                    \
	dd_judge_row_run(&(rows)[i])

#endif
