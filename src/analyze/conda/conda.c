/* SPDX-License-Identifier: Apache-2.0 */
/* Packages that conda, mamba and pixi installed into an environment: PREFIX/conda-meta/NAME-VERSION-BUILD.json.
 *
 *   {"name", "version", "build", "channel": URL or name, "subdir", "fn", "url", "md5", "sha256", "license",
 *    "depends": ["python >=3.9,<3.10.0a0", …], "files": […], …}
 *
 * A conda package is no package of PyPI, whatever its name: what it installs for pip is found by its own metadata.
 * conda-meta also holds pinned, history and state, which are no such records; a JSON file without "name", "version" and
 * "build" is none either. The channel is the last part of its URL that is not the platform.
 * Source: docs.conda.io "Managing environments"; conda/conda conda/models/records.py (PrefixRecord); purl type conda.
 */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/json.h"

/* Lists each file of the package: the largest seen has 8 MiB. */
#define RECORD_BYTES_MAX (64 * DD_MIB)

/* "https://conda.anaconda.org/conda-forge/linux-64" → "conda-forge". */
static struct dd_str channel_of(const json_t *record)
{
	struct dd_str rest = dd_json_str(record, "channel"), part, subdir = dd_json_str(record, "subdir");
	struct dd_str channel = { "", 0 };
	while (dd_str_next(&rest, '/', &part))
		if (part.n && !dd_str_eq(part, subdir))
			channel = part;
	return channel;
}

static struct dd_str qualifiers_of(struct dd_found *out, const json_t *record)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct dd_str file = dd_json_str(record, "fn");
	if (file.n == 0)
		file = dd_json_str(record, "url");
	dd_qualifiers_add(&list, "build", dd_json_str(record, "build"));
	dd_qualifiers_add(&list, "channel", channel_of(record));
	dd_qualifiers_add(&list, "subdir", dd_json_str(record, "subdir"));
	if (dd_str_ends(file, DD_STR(".conda")))
		dd_qualifiers_add(&list, "type", DD_STR("conda"));
	else if (dd_str_ends(file, DD_STR(".tar.bz2")))
		dd_qualifiers_add(&list, "type", DD_STR("tar.bz2"));
	return dd_lines_take(out, &list);
}

static struct dd_str depends_of(struct dd_found *out, const json_t *depends)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (size_t i = 0; i < dd_json_len(depends); i++) {
		struct dd_str spec = dd_json_text(dd_json_at(depends, i));
		spec = dd_str_take(spec, dd_str_find(spec, ' '));
		/* "__glibc": of the machine, not a package */
		if (!dd_str_starts(spec, DD_STR("__")))
			dd_depends_add(&list, spec, DD_STR(""));
	}
	return dd_lines_take(out, &list);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *record = NULL;
	DD_TRY(dd_json_parse(in->data, &record, err));
	if (!dd_json_get(record, "name") || !dd_json_get(record, "version") || !dd_json_get(record, "build"))
		return DD_OK;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "conda", dd_json_str(record, "name"),
					      dd_json_str(record, "version"), 0);
	if (p) {
		p->qualifiers = qualifiers_of(out, record);
		p->licences = dd_third_party_text(out, dd_json_str(record, "license"));
		p->depends = depends_of(out, dd_json_arr(record, "depends"));
		p->url = dd_third_party_url(out, dd_json_str(record, "url"));
		p->digest = dd_third_party_digest(out, DD_STR("sha256"), dd_json_str(record, "sha256"));
		if (p->digest.n == 0)
			p->digest = dd_third_party_digest(out, DD_STR("md5"), dd_json_str(record, "md5"));
	}
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_SUFFIX, ".json", "/conda-meta", RECORD_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_conda = {
	.id = "conda",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "installed conda packages",
	.purl_type = "conda",
	.match = match,
	.parse = parse,
};
