/* SPDX-License-Identifier: Apache-2.0 */
/* What the names of Trivy's buckets mean. Internal to src/db. */
#ifndef DD_TRIVY_BUCKETS_H
#define DD_TRIVY_BUCKETS_H

#include "base/arena.h"
#include "base/err.h"

enum dd_trivy_bucket {
	DD_TRIVY_ADMIN, /* of no interest, or read on its own: "vulnerability", "data-source" */
	DD_TRIVY_OS,
	DD_TRIVY_REDHAT,
	DD_TRIVY_LANGUAGE,
};

/* ret_key: of the ecosystem ("debian:12", "npm"), in a; empty for those that are not OS or LANGUAGE. Systems and
 * languages that are not known keep their name in lower case, so that their advisories are there once they are. */
enum dd_code dd_trivy_bucket(struct dd_str name, struct dd_arena *a, enum dd_trivy_bucket *ret, struct dd_str *ret_key,
			     struct dd_err *err);
/* The key for a CPE of Red Hat's ("cpe:/a:redhat:enterprise_linux:8::appstream" → "redhat:8"), in a; empty: none. */
enum dd_code dd_redhat_cpe_key(struct dd_str cpe, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);

#endif
