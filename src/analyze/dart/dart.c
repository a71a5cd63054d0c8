/* SPDX-License-Identifier: Apache-2.0 */
/* pubspec.lock: what Dart's pub resolved. YAML.
 *
 *   packages:
 *     NAME:
 *       dependency: "direct main" / "direct dev" / "direct overridden" / transitive
 *       source: hosted / git / path / sdk
 *       description: {name, url, sha256} / {url, ref, resolved-ref, path} / {path, relative} / flutter
 *       version: "1.2.3"
 *
 * Packages of the SDK have no versions of their own (0.0.0), those with a path are the user's own code: left out.
 * "direct dev" is for development; what only such packages need is "transitive" like all else.
 * Source: dart-lang/pub lib/src/lock_file.dart; dart.dev/tools/pub/pubspec-lock (2.0 to 3.9). */
#include "analyze/analyzer.h"
#include "analyze/document_items.h"
#include "analyze/third_party.h"
#include "base/limits.h"

static void read_package(void *context, const struct dd_yaml_item *item)
{
	struct dd_found *out = context;
	if (!dd_str_eq_c(item->section, "packages"))
		return;
	const struct dd_node *description = dd_node_table(item->value, "description");
	struct dd_str source = dd_node_str(item->value, "source"), name = dd_node_str(description, "name");
	if (dd_str_eq_c(source, "path") || dd_str_eq_c(source, "sdk"))
		return;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "pub", name.n ? name : item->name,
					      dd_node_scalar_of(item->value, "version"), item->at);
	if (!p)
		return;
	p->dev = dd_str_eq_c(dd_node_str(item->value, "dependency"), "direct dev");
	p->digest = dd_third_party_digest(out, DD_STR("sha256"), dd_node_scalar_of(description, "sha256"));
	if (dd_str_eq_c(source, "git"))
		p->url = dd_third_party_url(out, dd_node_str(description, "url"));
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_TRY(dd_yaml_each(out, in->data, read_package, out, err));
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "pubspec.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_dart = {
	.id = "dart",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "pubspec.lock",
	.purl_type = "pub",
	.match = match,
	.parse = parse,
};
