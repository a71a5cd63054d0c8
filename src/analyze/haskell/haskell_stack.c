/* SPDX-License-Identifier: Apache-2.0 */
/* stack.yaml.lock: what Stack completed. YAML.
 *
 *   packages:
 *   - completed:
 *       hackage: NAME-VERSION@sha256:HEX,SIZE      the digest is that of the .cabal file
 *     original: …
 *   - completed: {name, version, git / url, commit, sha256, …}
 *   snapshots: …                                    what a snapshot holds is not in the file
 *
 * Source: docs.haskellstack.org "Lock files", "Pantry in Stack"; Stack 2.1 to 3.3. */
#include "analyze/analyzer.h"
#include "analyze/document_items.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static void read_package(void *context, const struct dd_yaml_item *item)
{
	struct dd_found *out = context;
	if (!dd_str_eq_c(item->section, "packages"))
		return;
	const struct dd_node *completed = dd_node_table(item->value, "completed");
	struct dd_str hackage = dd_node_scalar_of(completed, "hackage"), git = dd_node_scalar_of(completed, "git");
	struct dd_str name = dd_node_scalar_of(completed, "name"), version = dd_node_scalar_of(completed, "version");
	if (hackage.n) {
		hackage = dd_str_take(hackage, dd_str_find(hackage, '@'));
		size_t dash = dd_str_rfind(hackage, '-');
		name = dd_str_take(hackage, dash);
		version = dd_str_skip(hackage, dash + 1);
	}
	if (!completed)
		return;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "hackage", name, version, item->at);
	if (!p)
		return;
	p->url = dd_third_party_url(out, git.n ? git : dd_node_scalar_of(completed, "url"));
	if (git.n == 0)
		p->digest = dd_third_party_digest(out, DD_STR("sha256"), dd_node_scalar_of(completed, "sha256"));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_TRY(dd_yaml_each(out, in->data, read_package, out, err));
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "stack.yaml.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_haskell_stack = {
	.id = "haskell-stack",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "stack.yaml.lock",
	.purl_type = "hackage",
	.match = match,
	.parse = parse,
};
