/* SPDX-License-Identifier: Apache-2.0 */
/* yarn.lock: a format of its own until yarn 1, YAML with a "__metadata" member from yarn 2 ("berry") on. */
#include "analyze/npm/yarn.h"

#include "analyze/npm/npm_names.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static bool is_berry(struct dd_str lock)
{
	static const struct dd_str start = { "__metadata:", 11 };
	struct dd_str later = DD_STR("\n__metadata:");
	return dd_str_starts(lock, start) || dd_str_search(lock, later) < lock.n;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_npm_in_modules(in->path))
		return DD_OK;
	DD_TRY(is_berry(in->data) ? dd_yarn_berry(in->data, out, err) : dd_yarn_classic(in->data, out, err));
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "yarn.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_yarn = {
	.id = "yarn-lock",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "JavaScript packages of yarn.lock",
	.purl_type = "npm",
	.match = match,
	.parse = parse,
};
