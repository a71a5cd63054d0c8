/* SPDX-License-Identifier: Apache-2.0 */
/* Package.resolved: what the Swift package manager (and Xcode) resolved. JSON.
 *
 *   version 1: {"object": {"pins": [{"package", "repositoryURL", "state": {branch, revision, version}}]}, "version": 1}
 *   version 2, 3: {"pins": [{"identity", "kind", "location", "state": {branch, revision, version}}], "version": 3}
 *     kind = remoteSourceControl / localSourceControl / registry
 *
 * The name is the repository's, as advisories and purl write it: host and path without scheme, user, port and ".git":
 * "github.com/vapor/vapor". A registry's package has its identity, "scope.name". Pins without a version (branch or
 * revision only) and local ones cannot be judged and are left out.
 * Source: swiftlang/swift-package-manager Sources/PackageGraph/ResolvedPackagesStore.swift; purl type swift; OSV
 * SwiftURL. */
#include "analyze/analyzer.h"
#include "analyze/json_sections.h"
#include "analyze/third_party.h"
#include "base/limits.h"

/* Scheme, user, port, ".git" and slashes at the end go. "git@host:path" becomes host/path. */
static bool repository_name(struct dd_str url, struct dd_buf *out)
{
	size_t scheme = dd_str_search(url, DD_STR("://"));
	bool has_scheme = scheme < url.n;
	url = dd_str_trim(dd_str_skip(url, has_scheme ? scheme + 3 : 0));
	size_t host_end = dd_str_find(url, '/');
	if (!has_scheme && dd_str_find(url, ':') < host_end)
		host_end = dd_str_find(url, ':');
	struct dd_str host = dd_str_take(url, host_end), path = dd_str_skip(url, host_end + 1);
	size_t user = dd_str_rfind(host, '@');
	host = dd_str_skip(host, user < host.n ? user + 1 : 0);
	host = dd_str_take(host, dd_str_find(host, ':'));
	while (path.n && path.p[path.n - 1] == '/')
		path = dd_str_take(path, path.n - 1);
	if (dd_str_ends(path, DD_STR(".git")))
		path = dd_str_take(path, path.n - 4);
	if (host.n == 0 || path.n == 0 || url.n > DD_FIELD_BYTES_MAX)
		return false;
	dd_buf_clear(out);
	for (size_t i = 0; i < host.n; i++)
		(void)dd_buf_add_char(out, dd_lower(host.p[i]));
	(void)dd_buf_add_char(out, '/');
	(void)dd_buf_add_str(out, path);
	return true;
}

static void read_pin(void *context, struct dd_str unused, const json_t *pin, uint64_t at)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	struct dd_found *out = context;
	struct dd_str kind = dd_json_str(pin, "kind"), url = dd_json_str(pin, "location");
	struct dd_str version = dd_json_str(dd_json_obj(pin, "state"), "version");
	bool registry = dd_str_eq_c(kind, "registry");
	(void)unused;
	if (url.n == 0)
		url = dd_json_str(pin, "repositoryURL");
	if (version.n == 0 || dd_str_eq_c(kind, "localSourceControl") || dd_str_eq_c(kind, "fileSystem"))
		return;
	if (!registry && !repository_name(url, &name)) {
		dd_found_problem(out, at, "pin without a repository: %s", DD_QUOTE(url));
		return;
	}
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_DECLARED, "swift",
					      registry ? dd_json_str(pin, "identity") : dd_buf_str(&name), version, at);
	if (p && !registry)
		p->url = dd_third_party_url(out, url);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "pins", "object" };
	struct dd_json_section sections[DD_COUNT(names)], inside[1] = { { { "", 0 }, 0 } };
	struct dd_err why;
	DD_TRY(dd_json_sections(out, in->data, names, DD_COUNT(names), sections, err));
	dd_json_each(out, sections[0], read_pin, out);
	if (sections[1].value.n && dd_json_sections(out, sections[1].value, names, 1, inside, &why) != DD_OK)
		dd_found_problem(out, sections[1].at, "%s", why.message);
	inside[0].at += sections[1].at;
	dd_json_each(out, inside[0], read_pin, out);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "Package.resolved", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_swift = {
	.id = "swift",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Package.resolved",
	.purl_type = "swift",
	.match = match,
	.parse = parse,
};
