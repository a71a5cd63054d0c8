/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_dotnet, dd_analyzer_dotnet_assets, dd_analyzer_dotnet_lock,
	dd_analyzer_dotnet_config, dd_analyzer_dotnet_project, dd_analyzer_dotnet_pe;

#define NUGET(name, version, more)    "package\tname=" name "\tversion=" version "\ttype=nuget" more "\n"
#define DECLARED(name, version, more) NUGET(name, version, "\tevidence=declared" more)
/* SHA-512 of nothing */
#define HASH "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
#define DIGEST                                                                                                         \
	"\tdigest=sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877e" \
	"ec2f63b931bd47417a81a538327af927da3e"

#define DEPS                                                                                                           \
	"{\"runtimeTarget\":{\"name\":\".NETCoreApp,Version=v8.0/linux-x64\",\"signature\":\"\"},"                     \
	"\"compilationOptions\":{},\"targets\":{\".NETCoreApp,Version=v8.0\":{\"Old/1.0.0\":{}},"                      \
	"\".NETCoreApp,Version=v8.0/linux-x64\":{"                                                                     \
	"\"Shop/1.0.0\":{\"dependencies\":{\"Newtonsoft.Json\":\"13.0.1\",\"NETStandard.Library\":\"2.0.3\"},"         \
	"\"runtime\":{\"Shop.dll\":{}}},"                                                                              \
	"\"Newtonsoft.Json/13.0.1\":{\"runtime\":{\"lib/netstandard2.0/Newtonsoft.Json.dll\":{"                        \
	"\"assemblyVersion\":\"13.0.0.0\",\"fileVersion\":\"13.0.1.25517\"}}},"                                        \
	"\"NETStandard.Library/2.0.3\":{\"dependencies\":{\"Microsoft.NETCore.Platforms\":\"1.1.0\"}},"                \
	"\"SQLitePCLRaw.lib.e_sqlite3/2.1.6\":{\"runtimeTargets\":{\"runtimes/x/native/e.so\":{}}},"                   \
	"\"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1\":{\"runtime\":{\"System.Text.Json.dll\":{}}}}}," \
	"\"libraries\":{\"Shop/1.0.0\":{\"type\":\"project\",\"serviceable\":false,\"sha512\":\"\"},"                  \
	"\"Newtonsoft.Json/13.0.1\":{\"type\":\"package\",\"serviceable\":true,\"sha512\":\"sha512-" HASH "\","        \
	"\"path\":\"newtonsoft.json/13.0.1\",\"hashPath\":\"newtonsoft.json.13.0.1.nupkg.sha512\"},"                   \
	"\"NETStandard.Library/2.0.3\":{\"type\":\"package\",\"serviceable\":true,\"sha512\":\"sha512-x\"},"           \
	"\"SQLitePCLRaw.lib.e_sqlite3/2.1.6\":{\"type\":\"Package\"},"                                                 \
	"\"Unlisted/3.0.0\":{\"type\":\"package\"},\"Loose/1.0.0.0\":{\"type\":\"reference\"},"                        \
	"\"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1\":{\"type\":\"runtimepack\"}}}"

#define LOCK                                                                                                           \
	"{\"version\":1,\"dependencies\":{\"net8.0\":{"                                                                \
	"\"Serilog\":{\"type\":\"Direct\",\"requested\":\"[3.1.1, )\",\"resolved\":\"3.1.1\",\"contentHash\":\"" HASH  \
	"\"},"                                                                                                         \
	"\"System.Memory\":{\"type\":\"Transitive\",\"resolved\":\"4.5.5\",\"dependencies\":{\"A\":\"4.5.1\","         \
	"\"B\":\"[1.0, )\"}},"                                                                                         \
	"\"Central\":{\"type\":\"CentralTransitive\",\"resolved\":\"1.0.0\"},\"shared\":{\"type\":\"Project\"}},"      \
	"\"net8.0/linux-x64\":{}}}"

#define ASSETS                                                                                                         \
	"{\"version\":3,\"targets\":{\"net8.0\":{\"A/"                                                                 \
	"1.0.0\":{\"type\":\"package\",\"dependencies\":{\"B\":\"2.0.0\"}}}},"                                         \
	"\"libraries\":{\"A/1.0.0\":{\"sha512\":\"" HASH "\",\"type\":\"package\",\"path\":\"a/1.0.0\",\"files\":[]}," \
	"\"B/2.0.0\":{\"type\":\"package\"},\"lib/1.0.0\":{\"type\":\"project\"}},"                                    \
	"\"project\":{\"frameworks\":{\"net8.0\":{\"dependencies\":{\"b\":{\"suppressParent\":\"All\"},"               \
	"\"A\":{\"target\":\"Package\"}}}}}}"

static const struct row {
	const struct dd_analyzer *analyzer;
	const char *path;
	struct dd_str data;
	const char *want;
} rows[] = {
	{ &dd_analyzer_dotnet, "app/Shop.deps.json", DD_STR(DEPS),
	  NUGET("Shop", "1.0.0", "\tdepends=Newtonsoft.Json@13.0.1\\nNETStandard.Library@2.0.3")
		  NUGET("Newtonsoft.Json", "13.0.1", DIGEST) NUGET("SQLitePCLRaw.lib.e_sqlite3", "2.1.6", "") NUGET(
			  "Unlisted", "3.0.0", "") NUGET("Microsoft.NETCore.App.Runtime.linux-x64", "8.0.1", "") },
	{ &dd_analyzer_dotnet, "old.deps.json",
	  DD_STR("\xef\xbb\xbf{\"runtimeTarget\":\"t\",\"targets\":{\"t\":{\"A/1\":{\"native\":{\"a\":{}}}}},"
		 "\"libraries\":{\"A/1\":{\"type\":\"package\"},\"B/2\":null,\"C\":{\"type\":\"package\"},"
		 "\"/1\":{\"type\":\"package\"},\"D/\":{\"type\":\"package\"},\"E/a b\":{\"type\":\"package\"}}}"),
	  NUGET("A", "1", "") "problem\tat=121\ttext=not a name and a version: 'C'\n"
			      "problem\tat=145\ttext=not a name and a version: '/1'\n"
			      "problem\tat=169\ttext=not a name and a version: 'D/'\n"
			      "problem\tat=196\ttext=version of 'E' is not valid: 'a b'\n" },
	{ &dd_analyzer_dotnet, "a.deps.json", DD_STR("{}"), "" },
	{ &dd_analyzer_dotnet_lock, "packages.lock.json", DD_STR(LOCK),
	  DECLARED("Serilog", "3.1.1", DIGEST) DECLARED("System.Memory", "4.5.5", "\tdepends=A@4.5.1\\nB")
		  DECLARED("Central", "1.0.0", "") },
	{ &dd_analyzer_dotnet_lock, "packages.lock.json",
	  DD_STR("{\"dependencies\":{\"net8.0\":{\"A\":{\"resolved\":\"1\"},\"B\":{},\"C\":{\"resolved\":7},\"D\":[],"
		 "\"E\":{\"resolved\":\"2\"}},\"x\":3}}"),
	  DECLARED("A", "1", "") DECLARED("E", "2", "") "problem\tat=52\ttext=package without a version: 'B'\n"
							"problem\tat=59\ttext=package without a version: 'C'\n"
							"problem\tat=78\ttext=package without a version: 'D'\n"
							"problem\tat=107\ttext=" },
	{ &dd_analyzer_dotnet_assets, "obj/project.assets.json", DD_STR(ASSETS),
	  DECLARED("A", "1.0.0",
		   DIGEST
		   "\tdepends=B@2.0.0") "package\tname=B\tversion=2.0.0\ttype=nuget\tevidence=declared\tdev=yes\n" },
	{ &dd_analyzer_dotnet_config, "packages.config",
	  DD_STR("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<packages>\r\n"
		 "<package id=\"jQuery\" version=\"3.4.0\" targetFramework=\"net48\" />"
		 "<package id=\"StyleCop\" version=\"1.0\" developmentDependency=\"true\"/><other/>"
		 "<package version=\"1.0\"/></packages>"),
	  DECLARED("jQuery", "3.4.0",
		   "") "package\tname=StyleCop\tversion=1.0\ttype=nuget\tevidence=declared\tdev=yes\n"
		       "problem\tat=190\ttext=package without a name\n" },
	{ &dd_analyzer_dotnet_config, "packages.config",
	  DD_STR("<packages><package id=\"a\" version=\"1\"/><package id=\"b\" ve"),
	  DECLARED("a", "1", "") "error\tcode=-1\ttext=xml: " },
	{ &dd_analyzer_dotnet_project, "src/a.csproj",
	  DD_STR("<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><V>4.0</V><W>$(v).1</W><Loop>$(Loop)</Loop>"
		 "</PropertyGroup><ItemGroup Condition=\"x\"><PackageReference Include=\"A\" Version=\"1.0\"/>"
		 "<PackageReference Include=\"B;C\"><Version>$(W)</Version><PrivateAssets>All</PrivateAssets>"
		 "</PackageReference><PackageReference Include=\"D\"/><PackageReference Update=\"E\" "
		 "VersionOverride=\"[2.0]\" Version=\"9\"/><PackageReference Include=\"F\" Version=\"1.*\"/>"
		 "<PackageReference Include=\"G\" Version=\"[1,2)\"/><PackageReference Include=\"H\" "
		 "Version=\"$(Loop)\"/><PackageReference Remove=\"I\"/><Compile Include=\"J\" Version=\"1\"/>"
		 "</ItemGroup></Project>"),
	  DECLARED("A", "1.0", "") "package\tname=B\tversion=4.0.1\ttype=nuget\tevidence=declared\tdev=yes\n"
				   "package\tname=C\tversion=4.0.1\ttype=nuget\tevidence=declared\tdev=yes\n"
				   "package\tname=D\ttype=nuget\tevidence=declared\n" DECLARED(
					   "E", "2.0", "") "package\tname=F\ttype=nuget\tevidence=declared\n"
							   "package\tname=G\ttype=nuget\tevidence=declared\n"
							   "package\tname=H\ttype=nuget\tevidence=declared\n" },
	{ &dd_analyzer_dotnet_project, "Directory.Packages.props",
	  DD_STR("<Project><ItemGroup><PackageVersion Include=\"A\" Version=\"1.2.3-rc.1\"/>"
		 "<GlobalPackageReference Include=\"N\" Version=\"3.6\"/><PackageVersion Include=\"$(X)\"/>"
		 "</ItemGroup></Project>"),
	  DECLARED("A", "1.2.3-rc.1", "") "package\tname=N\tversion=3.6\ttype=nuget\tevidence=declared\tdev=yes\n"
					  "problem\tat=121\ttext=package name is not known here: '$(X)'\n" },
	{ &dd_analyzer_dotnet_project, "a.fsproj", DD_STR("<x/>"),
	  "error\tcode=-1\ttext=the root element is 'x', not 'Project'\n" },
	{ &dd_analyzer_dotnet_pe, "a.dll", DD_STR(""), "" },
	{ &dd_analyzer_dotnet_pe, "a.exe", DD_STR("MZ"), "" },
};

TEST(dotnet_files)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		dd_buf_clear(&out);
		(void)dd_analyze_text(rows[i].analyzer, dd_str_from(rows[i].path), rows[i].data, 0, &out);
		struct dd_str text = dd_buf_str(&out), want = dd_str_from(rows[i].want);
		if (want.n && want.p[want.n - 1] != '\n') /* what the reader of the format says is its own */
			text = dd_str_take(text, want.n);
		CHECK_STR_ROW(text, rows[i].want, rows[i].path);
	}
}

/* Nothing is read beyond the bytes, wherever they end. */
TEST(dotnet_any_cut_is_harmless)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		for (size_t n = 0; n <= rows[i].data.n; n++) {
			char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
			memcpy(copy, rows[i].data.p, n);
			(void)dd_analyze_text(rows[i].analyzer, dd_str_from(rows[i].path), (struct dd_str){ copy, n },
					      0, &out);
			bool said = dd_str_search(dd_buf_str(&out), DD_STR("problem\t")) < out.n ||
				    dd_str_search(dd_buf_str(&out), DD_STR("error\t")) < out.n;
			CHECK_ROW(said || n == rows[i].data.n || rows[i].analyzer == &dd_analyzer_dotnet_pe,
				  rows[i].path);
			free(copy);
		}
	}
}

TEST(dotnet_memory_limit)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_input input = { dd_str_from(rows[i].path), rows[i].data };
		size_t want;
		{
			DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
			DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
			(void)rows[i].analyzer->parse(&input, &f, NULL);
			want = f.packages.n;
		}
		for (uint64_t nth = 1; nth < 60; nth++) {
			DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
			DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
			dd_alloc_fail_from(nth);
			enum dd_code code = rows[i].analyzer->parse(&input, &f, NULL);
			dd_alloc_fail_from(0);
			CHECK_ROW(code != DD_OK || f.problems.n || f.packages.n == want, rows[i].path);
		}
	}
}

/* testdata/make.sh made the first; the second is a native library. */
TEST(dotnet_assemblies)
{
	static const struct {
		const char *file, *path, *want;
	} files[] = {
		{ "analyze/dotnet/testdata/Sample.Library.dll", "app/Sample.Library.dll",
		  NUGET("Sample.Library", "13.0.3", "\tevidence=guessed") },
		{ "analyze/dotnet/testdata/Sample.Library.dll", "app/de/Sample.Library.resources.dll", "" },
		{ "analyze/dotnet/testdata/Sample.Library.dll", "packs/Microsoft.NETCore.App.Ref/ref/net8.0/a.dll",
		  "" },
		{ "format/testdata/executables/pe64.dll", "app/pe64.dll", "" },
	};
	for (size_t i = 0; i < DD_COUNT(files); i++) {
		DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
		DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(4096), out = DD_BUF_INIT(DD_MIB);
		struct dd_err err;
		(void)dd_buf_addf(&path, "%s/src/%s", dd_test_root(), files[i].file);
		CHECK(dd_map_file_open(&f, dd_buf_c(&path), DD_MIB, &err) == DD_OK);
		CHECK(dd_analyze_text(&dd_analyzer_dotnet_pe, dd_str_from(files[i].path), f.bytes, 0, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), files[i].want, files[i].path);
		for (size_t n = 0; n < f.bytes.n; n += 7)
			(void)dd_analyze_text(&dd_analyzer_dotnet_pe, dd_str_from(files[i].path),
					      dd_str_take(f.bytes, n), 0, &out);
	}
}
