/* SPDX-License-Identifier: Apache-2.0 */
/* Python packages as they are installed, by their metadata:
 *
 *   <name>-<version>.dist-info/METADATA          pip and every installer since 2013 (PEP 376, 427)
 *   <name>-<version>.dist-info/direct_url.json   beside it when it came from a URL, a repository or a directory (PEP
 * 610) <name>-<version>-py3.11.egg-info             a file: distutils, Debian's and Fedora's packages
 *   <name>.egg-info/PKG-INFO                     a directory: setuptools; also beside sources installed in place
 *   <name>-<version>-py3.11.egg/EGG-INFO/PKG-INFO   easy_install; the egg may also be a zip archive
 *
 * Not installed, and left out: copies that another package carries below a directory called _vendor (pip, setuptools:
 * `pip list` does not know them, and only the carrier's update can change them), and directories whose name starts with
 * "~" (what is left of a removal that did not end; pip passes over them, too).
 * direct_url.json gives a record of its own, by the name of its directory, so that the package of that name gets its
 * URL: "git+https://host/path@commit" of a repository, the address of an archive. Directories say nothing about where
 * the package is from and give none.
 * An .egg that does not start like a zip archive is no egg of Python's.
 * Limit: METADATA_BYTES_MAX a file or member. */
#include "analyze/python/python.h"
#include "analyze/python/python_zip.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/json.h"

/* Mostly the description; the largest seen has 1.2 MiB. */
#define METADATA_BYTES_MAX (32 * DD_MIB)

static struct dd_str component(struct dd_str *path)
{
	size_t slash = dd_str_rfind(*path, '/');
	bool none = slash == path->n;
	struct dd_str last = none ? *path : dd_str_skip(*path, slash + 1);
	*path = none ? DD_STR("") : dd_str_take(*path, slash);
	return last;
}

/* Left out on purpose: see above. */
static bool is_no_installation(struct dd_str path)
{
	while (path.n) {
		struct dd_str name = component(&path);
		bool leftover = name.n && name.p[0] == '~' &&
				(dd_str_ends(name, DD_STR(".dist-info")) || dd_str_ends(name, DD_STR(".egg-info")));
		if (leftover || dd_str_eq_c(name, "_vendor"))
			return true;
	}
	return false;
}

/* "git+https://host/path@commit": a repository as pip writes it. */
static struct dd_str vcs_url(struct dd_found *out, const json_t *vcs, struct dd_str url)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	struct dd_str kind = dd_json_str(vcs, "vcs"), commit = dd_json_str(vcs, "commit_id");
	struct dd_str clean = dd_third_party_url(out, url);
	if (!dd_str_is_word(kind) || clean.n == 0)
		return DD_STR("");
	(void)dd_buf_add_str(&text, kind);
	(void)dd_buf_add_char(&text, '+');
	(void)dd_buf_add_str(&text, clean);
	if (dd_str_is_word(commit)) {
		(void)dd_buf_add_char(&text, '@');
		(void)dd_buf_add_str(&text, commit);
	}
	if (text.n > DD_FIELD_BYTES_MAX)
		return DD_STR("");
	return dd_found_str(out, dd_buf_str(&text));
}

static enum dd_code read_direct_url(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_str path = in->path;
	(void)component(&path);
	struct dd_str dir = component(&path);
	dir = dd_str_take(dir, dir.n - strlen(".dist-info"));
	size_t dash = dd_str_find(dir, '-');
	DD_TRY(dd_json_parse(in->data, &doc, err));
	const json_t *vcs = dd_json_obj(doc, "vcs_info"), *archive = dd_json_obj(doc, "archive_info");
	struct dd_str url = dd_json_str(doc, "url");
	if ((!vcs && !archive) || dash == dir.n || dd_str_starts(url, DD_STR("file:")))
		return DD_OK;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "pypi", dd_str_take(dir, dash),
					      dd_str_skip(dir, dash + 1), 0);
	if (!p)
		return DD_OK;
	p->url = vcs ? vcs_url(out, vcs, url) : dd_third_party_url(out, url);
	p->digest = dd_third_party_digest_of(out, dd_json_str(archive, "hash"));
	return DD_OK;
}

static enum dd_code read_egg(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(METADATA_BYTES_MAX);
	if (!dd_str_starts(in->data, DD_STR("PK")))
		return DD_OK;
	bool found = false;
	DD_TRY(dd_python_zip_member(in->data, "", "EGG-INFO/PKG-INFO", &text, &found, err));
	if (found)
		(void)dd_python_metadata(out, DD_PACKAGE_INSTALLED, dd_buf_str(&text));
	return DD_OK;
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (is_no_installation(in->path))
		return DD_OK;
	if (dd_str_ends(in->path, DD_STR("/direct_url.json")))
		DD_TRY(read_direct_url(in, out, err));
	else if (dd_str_ends(in->path, DD_STR(".egg")))
		DD_TRY(read_egg(in, out, err));
	else
		(void)dd_python_metadata(out, DD_PACKAGE_INSTALLED, in->data);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "METADATA", ".dist-info", METADATA_BYTES_MAX },
	{ DD_MATCH_BASENAME, "METADATA", ".DIST-INFO", METADATA_BYTES_MAX },
	{ DD_MATCH_BASENAME, "direct_url.json", ".dist-info", DD_MIB },
	{ DD_MATCH_BASENAME, "PKG-INFO", ".egg-info", METADATA_BYTES_MAX },
	{ DD_MATCH_BASENAME, "PKG-INFO", ".EGG-INFO", METADATA_BYTES_MAX },
	{ DD_MATCH_BASENAME, "PKG-INFO", ".egg/EGG-INFO", METADATA_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".egg-info", NULL, METADATA_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".egg", NULL, DD_EVIDENCE_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_python = {
	.id = "python",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed Python packages",
	.purl_type = "pypi",
	.match = match,
	.parse = parse,
};
