/* SPDX-License-Identifier: Apache-2.0 */
/* The bill of materials that GraalVM's native-image puts into a program (--enable-sbom): what Java libraries were
 * compiled into it. Two symbols of the program lead to it:
 *
 *   sbom          the bytes: a CycloneDX document (JSON), packed by gzip
 *   sbom_length   their number: u64 in the program's byte order
 *
 * Read are the components, also those inside of components, that have a package URL. ELF only; a program without the
 * symbols is none of these.
 *
 * Source: GraalVM reference manual, "Software Bill of Materials (SBOM) in Native Image"; cyclonedx.org/docs/1.5/json.
 * Limits: SBOM_BYTES_MAX packed and unpacked, DEPTH_MAX components inside components. */
#include "analyze/analyzer.h"
#include "analyze/json_sections.h"
#include "analyze/third_party.h"
#include "base/buf.h"
#include "base/limits.h"
#include "format/decompress.h"
#include "format/elf.h"

#define SBOM_BYTES_MAX (64 * DD_MIB) /* real ones stay below 1 MiB */
enum { DEPTH_MAX = 16 };

struct places {
	uint64_t sbom, length;
	bool has_sbom, has_length;
};

static void look_into(const struct dd_elf *e, struct dd_str table, struct dd_str names, struct places *p)
{
	struct dd_elf_symbols symbols;
	struct dd_elf_symbol s;
	if (!dd_elf_symbols_open(e, table, names, &symbols))
		return;
	while (!(p->has_sbom && p->has_length) && dd_elf_symbols_next(&symbols, &s)) {
		if (s.value && dd_str_eq_c(s.name, "sbom")) {
			p->sbom = s.value;
			p->has_sbom = true;
		} else if (s.value && dd_str_eq_c(s.name, "sbom_length")) {
			p->length = s.value;
			p->has_length = true;
		}
	}
}

/* Empty: the program has none. */
static enum dd_code find(const struct dd_elf *e, struct dd_str *ret, uint64_t *ret_at, struct dd_err *err)
{
	struct places p = { 0 };
	*ret = DD_STR("");
	look_into(e, DD_STR(".dynsym"), DD_STR(".dynstr"), &p);
	if (!p.has_sbom || !p.has_length)
		look_into(e, DD_STR(".symtab"), DD_STR(".strtab"), &p);
	if (!p.has_sbom || !p.has_length || !e->is64)
		return DD_OK;
	struct dd_str length = dd_elf_at_address(e, p.length), bytes = dd_elf_at_address(e, p.sbom);
	/* Any program may call something sbom: it is one when it begins as gzip does. */
	if (length.n < 8 || !dd_str_starts(bytes, DD_STR("\x1f\x8b")))
		return DD_OK;
	uint64_t n = dd_elf_word(e, length.p);
	*ret_at = (uint64_t)(bytes.p - e->bytes.p);
	if (n > bytes.n || n > SBOM_BYTES_MAX)
		return dd_fail(err, DD_EPARSE, *ret_at, "the program's bill of materials leads out of the file");
	*ret = dd_str_take(bytes, (size_t)n);
	return DD_OK;
}

static enum dd_code unpack(struct dd_str packed, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL, *plain = NULL;
	struct dd_str block = { "", 0 };
	DD_TRY(dd_stream_memory(packed, DD_STREAM_BLOCK_BYTES, &in, err));
	DD_TRY(dd_stream_decompress(in, SBOM_BYTES_MAX, &plain, err));
	do {
		DD_TRY(dd_stream_next(plain, &block, err));
		if (dd_buf_add_str(out, block) != DD_OK)
			return dd_buf_check(out, "bill of materials", err);
	} while (block.n);
	return DD_OK;
}

static void take_component(struct dd_found *out, const json_t *j, unsigned depth, uint64_t at)
{
	struct dd_str purl = dd_json_str(j, "purl");
	struct dd_purl parts;
	const json_t *inner = dd_json_arr(j, "components");
	if (purl.n)
		(void)dd_third_party_purl(out, DD_PACKAGE_INSTALLED, purl, dd_json_str(j, "version"), at, &parts);
	if (dd_json_len(inner) && depth == DEPTH_MAX)
		dd_found_problem(out, at, "components inside components, more than %d deep", DEPTH_MAX);
	for (size_t i = 0; i < dd_json_len(inner) && depth < DEPTH_MAX && !out->failed; i++)
		take_component(out, dd_json_at(inner, i), depth + 1, at);
}

struct reading {
	struct dd_found *out;
	uint64_t at; /* of the bill of materials in the program: it is packed, so places in it are none of the file */
};

static void take(void *context, struct dd_str name, const json_t *j, uint64_t at)
{
	struct reading *r = context;
	(void)name;
	(void)at;
	take_component(r->out, j, 0, r->at);
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	static const char *const names[] = { "components" };
	struct dd_buf json DD_CLEANUP_BUF = DD_BUF_INIT(SBOM_BYTES_MAX);
	struct reading r = { .out = out };
	struct dd_json_section components;
	struct dd_str packed;
	struct dd_elf e;
	if (dd_elf_open(in->data, &e, NULL) != DD_OK)
		return DD_OK;
	DD_TRY(find(&e, &packed, &r.at, err));
	if (packed.n == 0)
		return DD_OK;
	enum dd_code code = unpack(packed, &json, err);
	if (code == DD_OK)
		code = dd_json_sections(out, dd_buf_str(&json), names, DD_COUNT(names), &components, err);
	if (code != DD_OK) {
		err->at = r.at;
		return code;
	}
	dd_json_each(out, components, take, &r);
	return dd_third_party_end(out, err);
}

static const struct dd_match match[] = {
	{ DD_MATCH_MAGIC, "\177ELF", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_graalvm = {
	.id = "graalvm-native-image",
	.version = 1,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "Java libraries compiled into programs (GraalVM)",
	.purl_type = "maven",
	.match = match,
	.parse = parse,
};
