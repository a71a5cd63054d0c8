/* SPDX-License-Identifier: Apache-2.0 */
/* What Homebrew has installed, below any prefix (/home/linuxbrew/.linuxbrew, /opt/homebrew, /usr/local):
 *
 *   Cellar/NAME/VERSION/INSTALL_RECEIPT.json                        a keg: one version of a formula
 *   Caskroom/NAME/.metadata/VERSION/TIMESTAMP/Casks/NAME.(rb|json)  a cask; its file is not read
 *
 * Name and version are those of the directories, as `brew list --versions` prints them: VERSION is upstream's version,
 * with "_" and Homebrew's revision when that is not 0 ("3.2.0_1"), or "HEAD-" and a commit. The receipt is written when
 * an installation is done:
 *
 *   { "arch": "x86_64" | "arm64" …, "source": { "tap": "homebrew/core" | "OWNER/REPOSITORY" | null, … },
 *     "runtime_dependencies": [ { "full_name": "openssl@3" | "owner/repository/NAME", "version", "pkg_version" } ] |
 * null }
 *
 * The tap is told when it is not Homebrew's own; dependencies by the name that a keg has, without their tap.
 * Problems, and the package is listed all the same: a receipt that is no JSON object or over RECEIPT_BYTES_MAX (real
 * ones have 2 to 20 KB). A file of that name elsewhere is nobody's receipt and passed over. Source: Homebrew 4
 * (Library/Homebrew): keg.rb, tab.rb, pkg_version.rb, cask/caskroom.rb, cask/cask.rb. */
#include "analyze/analyzer.h"
#include "analyze/third_party.h"
#include "base/limits.h"
#include "format/json.h"

#define RECEIPT_BYTES_MAX (4 * DD_MIB)

enum { PARTS = 7 }; /* the most that a path of ours has from Cellar or Caskroom on */

/* The last components of the path, the last one first. */
static size_t last_parts(struct dd_str path, struct dd_str parts[PARTS])
{
	size_t n = 0;
	while (n < PARTS && path.n) {
		size_t slash = dd_str_rfind(path, '/');
		parts[n++] = slash < path.n ? dd_str_skip(path, slash + 1) : path;
		path = slash < path.n ? dd_str_take(path, slash) : DD_STR("");
	}
	return n;
}

static struct dd_str base_of(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	return slash < path.n ? dd_str_skip(path, slash + 1) : path;
}

static void add_dependencies(struct dd_found *out, const json_t *list, struct dd_package *p)
{
	DD_CLEANUP_BUF struct dd_buf depends = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *one = dd_json_at(list, i);
		struct dd_str version = dd_json_str(one, "pkg_version");
		dd_depends_add(&depends, base_of(dd_json_str(one, "full_name")),
			       version.n ? version : dd_json_str(one, "version"));
	}
	p->depends = dd_lines_take(out, &depends);
}

static bool is_own_tap(struct dd_str tap)
{
	return dd_str_eq_nocase(tap, DD_STR("homebrew/core")) || dd_str_eq_nocase(tap, DD_STR("homebrew/cask"));
}

static void read_receipt(const struct dd_input *in, struct dd_found *out, struct dd_package *p)
{
	DD_CLEANUP_JSON json_t *receipt = NULL;
	DD_CLEANUP_BUF struct dd_buf qualifiers = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	struct dd_err why = { 0 };
	enum dd_code code = dd_json_parse(in->data, &receipt, &why);
	if (code != DD_OK) {
		out->failed = out->failed || code == DD_ENOMEM;
		dd_found_problem(out, why.at, "the receipt cannot be read: %s", why.message);
		return;
	}
	if (!json_is_object(receipt)) {
		dd_found_problem(out, 0, "the receipt is no JSON object");
		return;
	}
	struct dd_str tap = dd_json_str(dd_json_obj(receipt, "source"), "tap");
	struct dd_str arch = dd_json_str(receipt, "arch");
	if (dd_str_is_word(arch) && arch.n <= DD_FIELD_BYTES_MAX)
		p->arch = dd_found_str(out, arch);
	if (!is_own_tap(tap))
		dd_qualifiers_add(&qualifiers, "tap", tap);
	p->qualifiers = dd_lines_take(out, &qualifiers);
	add_dependencies(out, dd_json_arr(receipt, "runtime_dependencies"), p);
}

static enum dd_code parse_keg(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	enum { VERSION = 1, NAME, CELLAR };
	struct dd_str parts[PARTS];
	if (last_parts(in->path, parts) <= CELLAR || !dd_str_eq_c(parts[CELLAR], "Cellar"))
		return DD_OK;
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "brew", parts[NAME], parts[VERSION], 0);
	if (p)
		read_receipt(in, out, p);
	return dd_third_party_end(out, err);
}

static enum dd_code parse_cask(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	enum { VERSION = 3, METADATA, NAME, CASKROOM };
	struct dd_str parts[PARTS];
	if (last_parts(in->path, parts) <= CASKROOM || !dd_str_eq_c(parts[CASKROOM], "Caskroom") ||
	    !dd_str_eq_c(parts[METADATA], ".metadata"))
		return DD_OK;
	(void)dd_third_party(out, DD_PACKAGE_INSTALLED, "brew", parts[NAME], parts[VERSION], DD_NO_OFFSET);
	return dd_third_party_end(out, err);
}

static const struct dd_match match_kegs[] = {
	{ DD_MATCH_BASENAME, "INSTALL_RECEIPT.json", NULL, RECEIPT_BYTES_MAX },
	{ DD_MATCH_END },
};

static const struct dd_match match_casks[] = {
	{ DD_MATCH_SUFFIX, ".rb", "/Casks", RECEIPT_BYTES_MAX },
	{ DD_MATCH_SUFFIX, ".json", "/Casks", RECEIPT_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_homebrew = {
	.id = "homebrew",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "kegs of Homebrew",
	.purl_type = "brew",
	.match = match_kegs,
	.parse = parse_keg,
};

const struct dd_analyzer dd_analyzer_homebrew_cask = {
	.id = "homebrew-cask",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "casks of Homebrew",
	.purl_type = "brew",
	.match = match_casks,
	.parse = parse_cask,
};
