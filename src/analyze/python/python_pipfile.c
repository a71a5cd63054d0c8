/* SPDX-License-Identifier: Apache-2.0 */
/* Pipfile.lock, pipfile-spec 6: JSON.
 *
 *   {"_meta": …, "default": {NAME: PACKAGE, …}, "develop": {…}, CATEGORY: {…}}
 *   PACKAGE = {"version": "==1.0", "hashes": ["sha256:…", …], "markers", "extras", "index"}
 *           | {"git" / "hg" / "svn" / "bzr": URL, "ref": …} | {"file": URL} | {"path": …, "editable": true}
 *
 * Only entries with a version are packages of an index; the others are the user's own code, or say no version.
 * "develop" is for development only; nothing is known of further categories (pipenv 2022.10), so they are not.
 * Source: pipenv.pypa.io "Pipfile & Pipfile.lock"; pypa/pipfile README. */
#include "analyze/json_sections.h"
#include "analyze/python/python.h"
#include "analyze/third_party.h"
#include "base/limits.h"

struct section {
	struct dd_found *out;
	bool dev;
};

static void read_package(void *context, struct dd_str name, const json_t *value, uint64_t at)
{
	const struct section *s = context;
	struct dd_str version = dd_json_str(value, "version");
	const json_t *hashes = dd_json_arr(value, "hashes");
	if (version.n == 0 && json_is_object(value))
		return;
	if (dd_str_starts(version, DD_STR("==")))
		version = dd_str_skip(version, dd_str_starts(version, DD_STR("===")) ? 3 : 2);
	struct dd_package *p = dd_third_party(s->out, DD_PACKAGE_DECLARED, "pypi", name, version, at);
	if (!p)
		return;
	p->dev = s->dev;
	if (dd_json_len(hashes) == 1)
		p->digest = dd_third_party_digest_of(s->out, dd_json_text(dd_json_at(hashes, 0)));
}

/* All members but the two and "_meta". Where the document breaks was told already. */
static void read_categories(const struct dd_input *in, struct dd_found *out)
{
	static const char *const others[] = { "_meta", "default", "develop" };
	struct section s = { out, false };
	struct dd_json_members m;
	bool more = dd_json_members_open(&m, in->data, NULL) == DD_OK;
	while (more && !out->failed) {
		DD_CLEANUP(dd_arena_done) struct dd_arena scratch = DD_ARENA_INIT(DD_MIB);
		struct dd_json_member member;
		if (dd_json_members_next(&m, &scratch, &member, &more, NULL) != DD_OK || !more)
			return;
		bool known = false;
		for (size_t i = 0; i < DD_COUNT(others); i++)
			known = known || dd_str_eq_c(member.name, others[i]);
		if (!known)
			dd_json_each(out, (struct dd_json_section){ member.value, member.at }, read_package, &s);
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	if (dd_third_party_inside_package(in->path))
		return DD_OK;
	static const char *const names[] = { "default", "develop" };
	struct dd_json_section sections[DD_COUNT(names)];
	DD_TRY(dd_json_sections(out, in->data, names, DD_COUNT(names), sections, err));
	for (size_t i = 0; i < DD_COUNT(names); i++)
		dd_json_each(out, sections[i], read_package, &(struct section){ out, i == 1 });
	read_categories(in, out);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_BASENAME, "Pipfile.lock", NULL, DD_LOCK_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_python_pipfile = {
	.id = "python-pipfile",
	.version = 1,
	.evidence = DD_EVIDENCE_DECLARED,
	.title = "Pipfile.lock",
	.purl_type = "pypi",
	.match = match,
	.parse = parse,
};
