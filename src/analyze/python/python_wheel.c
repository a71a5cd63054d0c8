/* SPDX-License-Identifier: Apache-2.0 */
/* Wheels that lie in an image: not installed, but kept to be (caches, ensurepip's bundled pip, wheelhouses).
 *
 *   name "-" version [ "-" build ] "-" python "-" abi "-" platform ".whl"      the file's name; a zip archive with
 *   name "-" version ".dist-info/METADATA"                                     this in it
 *
 * The metadata say name and version; where they cannot be read that is a problem, and the file's name tells.
 * Source: packaging.python.org/specifications/binary-distribution-format (PEP 427). */
#include "analyze/python/python.h"
#include "analyze/python/python_zip.h"
#include "analyze/third_party.h"
#include "base/limits.h"

#define METADATA_BYTES_MAX (32 * DD_MIB)

static void read_name(const struct dd_input *in, struct dd_found *out)
{
	size_t slash = dd_str_rfind(in->path, '/');
	struct dd_str rest = slash < in->path.n ? dd_str_skip(in->path, slash + 1) : in->path, name, version;
	if (dd_str_next(&rest, '-', &name) && dd_str_next(&rest, '-', &version) && rest.p)
		(void)dd_third_party(out, DD_PACKAGE_DECLARED, "pypi", name, version, DD_NO_OFFSET);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(METADATA_BYTES_MAX);
	bool found = false;
	enum dd_code code = dd_python_zip_member(in->data, ".dist-info", "METADATA", &text, &found, err);
	if (found)
		(void)dd_python_metadata(out, DD_PACKAGE_DECLARED, dd_buf_str(&text));
	else
		read_name(in, out);
	return code == DD_OK ? dd_third_party_end(out, err) : code;
}

static const struct dd_match match[] = {
	{ DD_MATCH_SUFFIX, ".whl", NULL, DD_EVIDENCE_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_python_wheel = {
	.id = "python-wheel",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Python wheels",
	.purl_type = "pypi",
	.match = match,
	.parse = parse,
};
