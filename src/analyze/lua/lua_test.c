/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/lua/lua_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=luarocks" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(lua_rockspecs)
{
	static const struct dd_path_row rows[] = {
		{ "usr/local/lib/luarocks/rocks-5.1/luasocket/3.0rc1-2/luasocket-3.0rc1-2.rockspec",
		  DD_STR("rockspec_format = \"3.0\" -- package = \"no\"\npackage = \"luasocket\"\n"
			 "--[[ package = \"no\" ]]\nversion = '3.0rc1-2'\nsource = { url = \"x\", version = \"9\" }\n"
			 "description = {\n   summary = [==[ package = \"no\" ]] ]==],\n   license = \"MIT/X11\"\n}\n"
			 "dependencies = { \"lua >= 5.1, < 5.5\", \"luasec ~> 1\", \"a\", supported_platforms = { "
			 "\"unix\" } }\n"
			 "build = { modules = { package = \"no\" } }\n"),
		  INSTALLED("luasocket", "3.0rc1-2", "\tlicences=MIT/X11\tdepends=luasec\\na") },
		{ "x/rocks/a/1-1/a-1-1.rockspec", DD_STR("package=\"a\" version=[[1-1]] local x = \"y\""),
		  INSTALLED("a", "1-1", "") },
		{ "x/rocks/a/1-1/a-1-1.rockspec", DD_STR("package = \"a\"\nversion = \"1\" .. \"-1\"\n"),
		  INSTALLED("a", "1", "") },
		{ "x/rocks/a/1-1/a-1-1.rockspec", DD_STR("package = name\nversion = \"1\"\n"),
		  PROBLEM("0", "package without a name") },
		{ "x/rocks/a/1-1/a-1-1.rockspec", DD_STR("package = \"a\000\" version = \"1\""),
		  PROBLEM("0", "package name is not valid: 'a\\x00'") },
		{ "x/rocks/a/1-1/a-1-1.rockspec", DD_STR(""), PROBLEM("0", "package without a name") },
		{ "app/a-1-1.rockspec", DD_STR("package = \"a\"\nversion = \"1-1\"\n"), "" },
	};
	CHECK_PATH_ROWS(lua_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_lua, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_lua, "rocks/a/1/a.rockspec", DD_STR("package=\"a\" version=\"1\""),
				  DD_STR("--[[ x ]] [==[ ]=] ]==] { { [=[=="), DD_STR(""), 20000),
		  1);
}
