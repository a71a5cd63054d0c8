/* SPDX-License-Identifier: Apache-2.0 */
/* Programs built with cargo-auditable: section .dep-v0 (ELF, PE; Mach-O: .dep-v0 of __DATA) is zlib of
 *
 *   { "packages": [ { "name": N, "version": V, "source": "crates.io" / "git" / "local" / "registry" …,
 *                     "kind": "build" (else it is in the program), "dependencies": [ index, … ], "root": true }, … ] }
 *
 * Each package becomes one of type cargo; those of kind build, which made the program but are not in it, are marked as
 * declared, for development. Dependencies that point nowhere or at the package itself are left out, with a problem.
 *
 * Limits: DEP_BYTES_MAX unpacked, as cargo-auditable's own reader; JSON's of format/json.h. A universal file gives the
 * packages of its first program that has any. Source: github.com/rust-secure-code/cargo-auditable, PARSING.md and
 * auditable-serde. */
#include "analyze/analyzer.h"
#include "base/limits.h"
#include "format/elf.h"
#include "format/json.h"
#include "format/macho.h"
#include "format/pe.h"
#include "format/zlib_bytes.h"

#define DEP_BYTES_MAX (8 * DD_MIB)

static struct dd_str find_macho_section(struct dd_str data)
{
	uint32_t n = 0;
	struct dd_macho m;
	struct dd_macho_section s;
	if (dd_macho_slices(data, &n, NULL) != DD_OK)
		return DD_STR("");
	for (uint32_t i = 0; i < n; i++)
		if (dd_macho_open(data, i, &m, NULL) == DD_OK && dd_macho_section(&m, DD_STR(".dep-v0"), &s))
			return s.data;
	return DD_STR("");
}

static struct dd_str find_section(struct dd_str data)
{
	const struct dd_str name = DD_STR(".dep-v0");
	struct dd_elf e;
	struct dd_elf_section es;
	struct dd_pe pe;
	struct dd_pe_section ps;
	if (dd_elf_open(data, &e, NULL) == DD_OK)
		return dd_elf_section(&e, name, &es) ? es.data : DD_STR("");
	if (dd_pe_open(data, &pe, NULL) != DD_OK)
		return find_macho_section(data);
	return dd_pe_section(&pe, name, &ps) ? ps.data : DD_STR("");
}

static bool is_named(const json_t *p)
{
	struct dd_str name = dd_json_str(p, "name"), version = dd_json_str(p, "version");
	return dd_str_is_word(name) && dd_str_is_word(version) && name.n <= DD_FIELD_BYTES_MAX &&
	       version.n <= DD_FIELD_BYTES_MAX;
}

static struct dd_str depends_of(const json_t *packages, size_t self, struct dd_found *out, uint64_t at)
{
	const json_t *list = dd_json_arr(dd_json_at(packages, self), "dependencies");
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	for (size_t i = 0; i < dd_json_len(list); i++) {
		const json_t *index = dd_json_at(list, i);
		json_int_t k = json_is_integer(index) ? json_integer_value(index) : -1;
		const json_t *p = k < 0 ? NULL : dd_json_at(packages, (size_t)k);
		if (!p || (size_t)k == self || !is_named(p)) {
			dd_found_problem(out, at, "package %zu of the list depends on one that is not there", self);
			continue;
		}
		size_t before = text.n;
		if (dd_buf_addf(&text, "%s%.*s@%.*s", before ? "\n" : "", DD_FMT(dd_json_str(p, "name")),
				DD_FMT(dd_json_str(p, "version"))) != DD_OK) {
			text.n = before; /* full: what is there stays */
			break;
		}
	}
	return dd_found_str(out, dd_buf_str(&text));
}

static void add_packages(const json_t *packages, uint64_t at, struct dd_found *out)
{
	for (size_t i = 0; i < dd_json_len(packages) && !out->failed; i++) {
		const json_t *p = dd_json_at(packages, i);
		if (!is_named(p)) {
			dd_found_problem(out, at, "package %zu of the list has no name or version: %s", i,
					 DD_QUOTE(dd_json_str(p, "name")));
			continue;
		}
		struct dd_package *to = dd_found_package(out);
		if (!to)
			return;
		to->name = dd_found_str(out, dd_json_str(p, "name"));
		to->version = dd_found_str(out, dd_json_str(p, "version"));
		to->type = DD_STR("cargo");
		to->dev = dd_str_eq_c(dd_json_str(p, "kind"), "build");
		to->evidence = to->dev ? DD_PACKAGE_DECLARED : DD_PACKAGE_INSTALLED;
		to->depends = depends_of(packages, i, out, at);
	}
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	json_t *doc DD_CLEANUP_JSON = NULL;
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(DEP_BYTES_MAX);
	struct dd_str section = find_section(in->data);
	if (section.n == 0)
		return DD_OK;
	uint64_t at = (uint64_t)(section.p - in->data.p);
	size_t used;
	enum dd_code code = dd_zlib_inflate(section, &text, &used, err);
	if (code == DD_OK)
		code = dd_json_parse(dd_buf_str(&text), &doc, err);
	if (code != DD_OK) {
		if (err)
			err->at = at;
		return dd_wrap(err, "list of Rust packages (.dep-v0)");
	}
	if (!dd_json_arr(doc, "packages"))
		return dd_fail(err, DD_EPARSE, at, "list of Rust packages (.dep-v0) without \"packages\"");
	add_packages(dd_json_arr(doc, "packages"), at, out);
	return dd_found_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_MAGIC, "\177ELF", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "MZ", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "\xcf\xfa\xed\xfe", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_MAGIC, "\xca\xfe\xba\xbe", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_rust = {
	.id = "rust-binary",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "Rust crates in programs (cargo-auditable)",
	.purl_type = "cargo",
	.match = match,
	.parse = parse,
};
