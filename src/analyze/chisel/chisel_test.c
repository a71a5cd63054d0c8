/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_chisel;

static enum dd_code analyze(struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_chisel, DD_STR("var/lib/chisel/manifest.wall"), data, DD_FOUND_TEXT_FILES,
			       out);
}

static struct dd_str pack(struct dd_str text, struct dd_buf *packed)
{
	dd_buf_clear(packed);
	CHECK(dd_buf_reserve(packed, ZSTD_compressBound(text.n)) == DD_OK);
	size_t n = ZSTD_compress(packed->p, packed->cap, text.p, text.n, 3);
	CHECK(!ZSTD_isError(n));
	packed->n = n;
	return dd_buf_str(packed);
}

#define HEADER(count)	     "{\"jsonwall\":\"1.0\",\"schema\":\"1.0\",\"count\":" count "}\n"
#define CONTENT(slice, path) "{\"kind\":\"content\",\"slice\":\"" slice "\",\"path\":\"" path "\"}\n"
#define PACKAGE(name, version)                                                                                         \
	"{\"kind\":\"package\",\"name\":\"" name "\",\"version\":\"" version                                           \
	"\",\"sha256\":\"1d86\",\"arch\":\"amd64\"}\n"
#define OTHERS                                                                                                         \
	"{\"kind\":\"path\",\"path\":\"/usr/bin/openssl\",\"mode\":\"0755\",\"slices\":[\"openssl_bins\"],"            \
	"\"sha256\":\"aa\",\"size\":1}\n{\"kind\":\"slice\",\"name\":\"openssl_bins\"}\n"

#define DEB(name, version)   "package\tname=" name "\tversion=" version "\ttype=deb\tarch=amd64\n"
#define OWNED(package, path) "owned\tpackage=" package "\tpath=" path "\n"

TEST(chisel_manifests)
{
	static const struct {
		struct dd_str text;
		const char *want;
	} rows[] = {
		{ DD_STR(HEADER("1")), "" },
		{ DD_STR(HEADER("8") CONTENT("libssl3_libs", "/usr/lib/libssl.so.3")
				 CONTENT("openssl_bins", "/usr/bin/") CONTENT("openssl_bins", "/usr/bin/openssl")
					 PACKAGE("libssl3", "3.0.2-0ubuntu1.15") PACKAGE("openssl", "3.0.2-0ubuntu1.15")
						 OTHERS),
		  DEB("libssl3", "3.0.2-0ubuntu1.15") OWNED("libssl3", "usr/lib/libssl.so.3")
			  DEB("openssl", "3.0.2-0ubuntu1.15") OWNED("openssl", "usr/bin/openssl") },
		/* no line feed at the end; an entry of a kind that does not exist yet */
		{ DD_STR(HEADER("2") "{\"kind\":\"new\"}"), "" },
		{ DD_STR(HEADER("3") PACKAGE("a", "1")),
		  DEB("a", "1") "problem\ttext=manifest of chisel has 2 lines where its header says 3\n" },
		{ DD_STR(HEADER("4") "nonsense\n[]\n" PACKAGE("a", "1")),
		  DEB("a", "1") "problem\tat=44\ttext=not a line of a chisel manifest: 'nonsense'\n"
				"problem\tat=53\ttext=not a line of a chisel manifest: '[]'\n" },
		{ DD_STR(HEADER("3") PACKAGE("a b", "1") PACKAGE("a", "")),
		  "problem\tat=44\ttext=package without a valid name or version: 'a b' '1'\n"
		  "problem\tat=121\ttext=package without a valid name or version: 'a' ''\n" },
		{ DD_STR(HEADER("4") CONTENT("nounderscore", "/a") CONTENT("a_b", "relative") CONTENT("a_b", "/x")),
		  "problem\tat=44\ttext=content without a slice or a path: 'nounderscore' '/a'\n"
		  "problem\tat=98\ttext=content without a slice or a path: 'a_b' 'relative'\n"
		  "problem\ttext=files of a package that is not listed: 'a'\n" },
		{ DD_STR(""), "error\tcode=-1\ttext=not a manifest of chisel: it is empty\n" },
		{ DD_STR("{}\n"), "error\tcode=-1\ttext=not a manifest of chisel: the jsonwall header is missing\n" },
		{ DD_STR("\n\n"), "error\tcode=-1\ttext=not a manifest of chisel: it is empty\n" },
		{ DD_STR("x\n"), "error\tcode=-1\ttext=not a manifest of chisel: the first line is no JSON\n" },
		{ DD_STR("{\"jsonwall\":\"2.0\",\"schema\":\"1.0\"}"),
		  "error\tcode=-7\ttext=manifest of chisel in version '2.0', schema '1.0'\n" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB), packed = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		(void)analyze(pack(rows[i].text, &packed), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].text));
	}
}

TEST(chisel_damaged_and_oversized)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(80 * DD_MIB), packed = DD_BUF_INIT(80 * DD_MIB),
				     out = DD_BUF_INIT(DD_MIB);
	struct dd_str whole = pack(DD_STR(HEADER("2") PACKAGE("a", "1")), &packed);
	for (size_t n = 0; n < whole.n; n++) {
		char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
		memcpy(copy, whole.p, n);
		CHECK(analyze((struct dd_str){ copy, n }, &out) == DD_EPARSE);
		free(copy);
	}
	(void)dd_buf_add_c(&text, HEADER("3") "{\"kind\":\"");
	for (size_t i = 0; i < DD_FIELD_BYTES_MAX; i++)
		(void)dd_buf_add_char(&text, 'x');
	(void)dd_buf_add_c(&text, "\"}\n" PACKAGE("a", "1"));
	CHECK(analyze(pack(dd_buf_str(&text), &packed), &out) == DD_OK);
	CHECK(dd_str_starts(dd_buf_str(&out), DD_STR(DEB("a", "1") "problem\tat=44\ttext=not a line of a chisel")));
	CHECK(dd_buf_reserve(&text, 64 * DD_MIB) == DD_OK);
	memset(text.p + text.n, '\n', 64 * DD_MIB);
	text.n += 64 * DD_MIB;
	CHECK(analyze(pack(dd_buf_str(&text), &packed), &out) == DD_ELIMIT);
}
