/* SPDX-License-Identifier: Apache-2.0 */
#include "model/report.h"

const char *dd_verdict_name(enum dd_verdict v)
{
	static const char *const names[] = { "pass", "fail", "incomplete" };
	return names[v];
}
