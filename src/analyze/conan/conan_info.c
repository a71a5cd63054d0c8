/* SPDX-License-Identifier: Apache-2.0 */
/* conaninfo.txt: a binary package in Conan 1's cache. Its own name is in its path only:
 *
 *   …/data/NAME/VERSION/USER/CHANNEL/package/ID/conaninfo.txt        "_" for no user and channel
 *
 *   [full_requires]
 *       zlib/1.2.13:ID                                                  what it was built with, exactly
 *
 * Other sections are passed over. Where the path is another (Conan 2, deployed files) only full_requires are known.
 * Source: docs.conan.io 1.66 "conaninfo.txt", "Conan local cache". */
#include "analyze/analyzer.h"
#include "analyze/conan/conan_ref.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define INFO_BYTES_MAX (4 * DD_MIB)

static struct dd_str last_component(struct dd_str *path)
{
	size_t slash = dd_str_rfind(*path, '/');
	bool none = slash == path->n;
	struct dd_str last = none ? *path : dd_str_skip(*path, slash + 1);
	*path = none ? DD_STR("") : dd_str_take(*path, slash);
	return last;
}

static struct dd_package *package_of_path(struct dd_found *out, struct dd_str path)
{
	DD_CLEANUP_BUF struct dd_buf ref = DD_BUF_INIT(2 * DD_PATH_MAX);
	(void)last_component(&path); /* conaninfo.txt */
	(void)last_component(&path); /* ID */
	if (!dd_str_eq_c(last_component(&path), "package"))
		return NULL;
	struct dd_str channel = last_component(&path), user = last_component(&path), version = last_component(&path);
	struct dd_str name = last_component(&path);
	if (!dd_str_eq_c(last_component(&path), "data"))
		return NULL;
	(void)dd_buf_addf(&ref, "%.*s/%.*s@%.*s/%.*s", DD_FMT(name), DD_FMT(version), DD_FMT(user), DD_FMT(channel));
	return dd_conan_package(out, DD_PACKAGE_INSTALLED, dd_buf_str(&ref), 0);
}

static enum dd_code parse_info(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	bool installed = package_of_path(out, in->path) != NULL, wanted = false;
	struct dd_str rest = in->data, line;
	while (rest.n && !out->failed) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		line = dd_str_trim(line);
		if (line.n && line.p[0] == '[')
			wanted = dd_str_eq_c(line, "[full_requires]");
		if (!wanted || line.n == 0 || line.p[0] == '[' || line.p[0] == '#')
			continue;
		size_t slash = dd_str_find(line, '/');
		struct dd_str version = dd_str_skip(line, slash + 1);
		version = dd_str_take(version, dd_str_find(version, '@'));
		version = dd_str_take(version, dd_str_find(version, '#'));
		version = dd_str_take(version, dd_str_find(version, ':'));
		if (installed)
			dd_depends_add(&depends, dd_str_take(line, slash), version);
		else
			(void)dd_conan_package(out, DD_PACKAGE_DECLARED, dd_str_take(line, dd_str_rfind(line, ':')),
					       at);
	}
	if (installed)
		out->packages.p[0].depends = dd_lines_take(out, &depends);
	return dd_third_party_end(out, err);
}

static const struct dd_match match_info[] = {
	{ DD_MATCH_BASENAME, "conaninfo.txt", NULL, INFO_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_conan_info = {
	.id = "conan-info",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "packages in Conan's cache",
	.purl_type = "conan",
	.match = match_info,
	.parse = parse_info,
};
