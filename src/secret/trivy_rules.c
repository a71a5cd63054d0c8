/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_doc.h"

enum dd_code dd_rule_doc_read_trivy(struct dd_rule_doc *d, struct dd_err *err)
{
	return dd_rule_doc_fail(d, DD_NO_OFFSET, err, "this is no gitleaks configuration");
}
