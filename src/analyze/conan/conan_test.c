/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/conan/conan_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=conan" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(conan_locks)
{
	static const struct dd_path_row rows[] = {
		{ "app/conan.lock",
		  DD_STR("{\"version\":\"0.5\",\"requires\":[\"zlib/"
			 "1.2.13#97d5730b529b4224045fe7090592d4c1%1692672717.049\",\"bzip2/1.0.8@me/"
			 "stable#ab\"],\"build_requires\":[\"cmake/3.27#x%1\"],\"python_requires\":[\"tools/1.0\"]}"),
		  LOCKED("zlib", "1.2.13", "\tqualifiers=rrev=97d5730b529b4224045fe7090592d4c1") LOCKED(
			  "bzip2", "1.0.8", "\tqualifiers=user=me\\nchannel=stable\\nrrev=ab")
			  LOCKED("cmake", "3.27", "\tdev=yes\tqualifiers=rrev=x") LOCKED("tools", "1.0", "\tdev=yes") },
		{ "conan.lock",
		  DD_STR("{\"graph_lock\":{\"nodes\":{\"0\":{\"ref\":\"mine/"
			 "1.0\",\"path\":\"conanfile.py\",\"requires\":[\"1\"]},\"1\":{\"ref\":\"zlib/"
			 "1.2.11#0\",\"package_id\":\"x\",\"prev\":\"0\",\"context\":\"host\"},\"2\":{\"ref\":\"cmake/"
			 "3#0\",\"context\":\"build\"},\"3\":{\"ref\":\"\"},\"4\":{\"ref\":\"noversion\"}},\"revisions_"
			 "enabled\":true},\"version\":\"0.4\"}"),
		  LOCKED("zlib", "1.2.11", "\tqualifiers=rrev=0") LOCKED("cmake", "3", "\tdev=yes\tqualifiers=rrev=0")
			  PROBLEM("220", "package without a version: 'noversion'") },
		{ "conan.lock", DD_STR("{\"requires\":[7,\"a/1\"]}"),
		  LOCKED("a", "1", "") PROBLEM("13", "package without a name") },
		{ "conan.lock", DD_STR("{\"graph_lock\":[]}"), PROBLEM("14", "not a JSON object") },
		{ "conan.lock", DD_STR(""), "error\tcode=-1\ttext=json: the document is cut off\n" },
	};
	CHECK_PATH_ROWS(conan_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_conan, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_conan, "conan.lock", DD_STR("{\"requires\":[\"a/1\""),
				  DD_STR(",\"a/1@u/c#r%1\""), DD_STR("]}"), 5000),
		  20001);
}

TEST(conan_info)
{
	static const struct dd_path_row rows[] = {
		{ "root/.conan/data/libpng/1.6.40/_/_/package/5fa1/conaninfo.txt",
		  DD_STR("[settings]\n    arch=x86_64\n\n[requires]\n    zlib/1.2.Y\n\n[full_requires]\n"
			 "    zlib/1.2.13:240c2182163325b213ca6886a7614c8ed2bf1738\n    b/2@me/c#rev:1\n\n"
			 "[recipe_hash]\n    1\n"),
		  INSTALLED("libpng", "1.6.40", "\tdepends=zlib@1.2.13\\nb@2") },
		{ "data/a/1/me/stable/package/0/conaninfo.txt", DD_STR(""),
		  INSTALLED("a", "1", "\tqualifiers=user=me\\nchannel=stable") },
		{ "opt/conaninfo.txt", DD_STR("[full_requires]\r\n    zlib/1.2.13:240c\r\n    x\r\n"),
		  LOCKED("zlib", "1.2.13", "") PROBLEM("39", "package without a version: 'x'") },
		{ "opt/conaninfo.txt", DD_STR("[settings]\n"), "" },
	};
	CHECK_PATH_ROWS(conan_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_conan_info, rows[0].path, rows[0].data);
}
