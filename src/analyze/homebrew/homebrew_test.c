/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_homebrew, dd_analyzer_homebrew_cask;

static enum dd_code analyze(struct dd_str path, struct dd_str data, struct dd_buf *out)
{
	static const struct dd_analyzer *const both[] = { &dd_analyzer_homebrew, &dd_analyzer_homebrew_cask };
	dd_buf_clear(out);
	return dd_analyze_path_text(both, DD_COUNT(both), path, data, 0, out);
}

#define PREFIX	 "home/linuxbrew/.linuxbrew/"
#define KEG(dir) PREFIX "Cellar/" dir "/INSTALL_RECEIPT.json"
/* A receipt of Homebrew 4.1, shortened. */
#define CURL                                                                                                           \
	"{\"homebrew_version\":\"4.1.20\",\"used_options\":[],\"poured_from_bottle\":true,"                            \
	"\"runtime_dependencies\":[{\"full_name\":\"openssl@3\",\"version\":\"3.1.4\",\"revision\":1,"                 \
	"\"pkg_version\":\"3.1.4_1\"},{\"full_name\":\"zlib\",\"version\":\"1.3\"},"                                   \
	"{\"full_name\":\"acme/tools/libx\",\"version\":\"1\"}],"                                                      \
	"\"source\":{\"spec\":\"stable\",\"versions\":{\"stable\":\"8.4.0\"},\"tap\":\"homebrew/core\"},"              \
	"\"arch\":\"x86_64\"}"
#define PKG(name, version, more) "package\tname=" name "\tversion=" version "\ttype=brew" more "\n"

TEST(homebrew_kegs_and_casks)
{
	static const struct {
		struct dd_str path, data;
		const char *want;
	} rows[] = {
		{ DD_STR(KEG("curl/8.4.0_1")), DD_STR(CURL),
		  PKG("curl", "8.4.0_1", "\tarch=x86_64\tdepends=openssl@3@3.1.4_1\\nzlib@1.3\\nlibx@1") },
		{ DD_STR("usr/local/Cellar/openssl@3/3.2.0/INSTALL_RECEIPT.json"), DD_STR("{}"),
		  PKG("openssl@3", "3.2.0", "") },
		{ DD_STR("Cellar/x/HEAD-0a1b2c3/INSTALL_RECEIPT.json"),
		  DD_STR("{\"source\":{\"tap\":\"acme/tools\"},\"runtime_dependencies\":null,\"arch\":7}"),
		  PKG("x", "HEAD-0a1b2c3", "\tqualifiers=tap=acme/tools") },
		{ DD_STR(KEG("x/1")),
		  DD_STR("{\"source\":{\"tap\":\"a b\"},\"runtime_dependencies\":{},\"arch\":\"a b\"}"),
		  PKG("x", "1", "") },
		/* installed is installed, whatever became of the receipt */
		{ DD_STR(KEG("x/1")), DD_STR("[]"),
		  PKG("x", "1", "") "problem\tat=0\ttext=the receipt is no JSON object\n" },
		{ DD_STR(KEG("a b/1")), DD_STR("{}"), "problem\tat=0\ttext=package name is not valid: 'a b'\n" },
		{ DD_STR(KEG("a/\xff")), DD_STR("{}"), "problem\tat=0\ttext=version of 'a' is not valid: '\\xff'\n" },
		{ DD_STR("x/INSTALL_RECEIPT.json"), DD_STR("{}"), "" },
		{ DD_STR("INSTALL_RECEIPT.json"), DD_STR("{}"), "" },
		{ DD_STR("Cellar/x/INSTALL_RECEIPT.json"), DD_STR("{}"), "" },
		{ DD_STR("Cellar/x/1/sub/INSTALL_RECEIPT.json"), DD_STR("{}"), "" },
		{ DD_STR("opt/homebrew/Caskroom/font-fira/.metadata/6.2,1/20240101.1/Casks/font-fira.rb"),
		  DD_STR("cask 'font-fira'"), PKG("font-fira", "6.2,1", "") },
		{ DD_STR("Caskroom/x/.metadata/1/2/Casks/x.json"), DD_STR(""), PKG("x", "1", "") },
		{ DD_STR(PREFIX "Library/Taps/acme/homebrew-tap/Casks/x.rb"), DD_STR(""), "" },
		{ DD_STR("Caskroom/x/metadata/1/2/Casks/x.rb"), DD_STR(""), "" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK(analyze(rows[i].path, rows[i].data, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].path));
	}
}

TEST(homebrew_any_cut_is_harmless)
{
	static const struct dd_str all = DD_STR(CURL);
	for (size_t cut = 0; cut < all.n; cut++) {
		char *copy = malloc(cut ? cut : 1);
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		memcpy(copy, all.p, cut);
		CHECK(analyze(DD_STR(KEG("curl/8.4.0_1")), (struct dd_str){ copy, cut }, &out) == DD_OK);
		CHECK(dd_str_starts(dd_buf_str(&out), DD_STR(PKG("curl", "8.4.0_1", ""))));
		CHECK(dd_str_search(dd_buf_str(&out), DD_STR("the receipt cannot be read")) < out.n);
		free(copy);
	}
}
