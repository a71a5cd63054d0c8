/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/go/go.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/go_buildinfo.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_go;

enum { HEADERS = 64 + 56 };

/* A 64-bit ELF file whose one writable segment holds the build information in the form of Go 1.18 and later. */
static void make_program(struct dd_str version, struct dd_str text, struct dd_buf *out)
{
	char head[HEADERS] = "\177ELF\2\1\1";
	static const char frame[] = "0123456789abcdef";
	struct dd_buf data DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	(void)dd_buf_add(&data, "\377 Go buildinf:\0\2", 16);
	(void)dd_buf_add(&data, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	(void)dd_buf_add_varint(&data, version.n);
	(void)dd_buf_add_str(&data, version);
	(void)dd_buf_add_varint(&data, text.n ? text.n + 32 : 0);
	if (text.n) {
		(void)dd_buf_add_c(&data, frame);
		(void)dd_buf_add_str(&data, text);
		(void)dd_buf_add_c(&data, frame);
	}
	head[16] = 2;  /* e_type */
	head[32] = 64; /* e_phoff */
	head[54] = 56; /* e_phentsize */
	head[56] = 1;  /* e_phnum */
	head[64] = 1;  /* PT_LOAD */
	head[68] = 6;  /* PF_R, PF_W */
	head[72] = HEADERS;
	head[80] = 0x10; /* p_vaddr */
	memcpy(head + 96, (char[]){ (char)data.n, (char)(data.n >> 8), (char)(data.n >> 16) }, 3);
	dd_buf_clear(out);
	(void)dd_buf_add(out, head, sizeof head);
	(void)dd_buf_add_str(out, dd_buf_str(&data));
}

#define MODULE(name, version) "package\tname=" name "\tversion=" version "\ttype=golang\n"
#define UNVERSIONED(name)     "package\tname=" name "\ttype=golang\n"
#define STDLIB		      MODULE("stdlib", "1.22.3")
#define MAIN(name, version, depends)                                                                                   \
	"package\tname=" name "\tversion=" version "\ttype=golang\tdepends=stdlib@1.22.3" depends "\n"
#define MAIN_DEVEL(name, depends) "package\tname=" name "\ttype=golang\tdepends=stdlib@1.22.3" depends "\n"

#define PROGRAM(name, version, cpe, plain)                                                                             \
	"package\tname=" name "\tversion=" version "\ttype=golang\tcpe=cpe:2.3:a:" cpe ":" plain                       \
	":*:*:*:*:*:*:*\tdepends=stdlib@1.22.3\n"

TEST(go_module_texts)
{
	static const struct {
		struct dd_str text;
		const char *want;
	} rows[] = {
		{ DD_STR(""), STDLIB },
		{ DD_STR("path\ta/b\n"), STDLIB },
		{ DD_STR("path\ta.b/c\nmod\ta.b/c\tv1.2.3\th1:x\n"), STDLIB MAIN("a.b/c", "v1.2.3", "") },
		{ DD_STR("mod\ta.b/c\t(devel)\t\n"), STDLIB MAIN_DEVEL("a.b/c", "") },
		{ DD_STR("mod\ta.b/c\tv1.2.3+dirty\n"), STDLIB MAIN("a.b/c", "v1.2.3+dirty", "") },
		{ DD_STR("mod\ta\t(devel)\ndep\tx\tv1.0.0\th1:\ndep\ty\tv2.0.0+incompatible\n"),
		  STDLIB MODULE("x", "v1.0.0") MODULE("y", "v2.0.0+incompatible")
			  MAIN_DEVEL("a", "\\nx@v1.0.0\\ny@v2.0.0+incompatible") },
		{ DD_STR("dep\tx\tv1.0.0\th1:\n=>\tz\tv1.1.0\th1:\ndep\ty\tv2.0.0\n"),
		  STDLIB MODULE("z", "v1.1.0") MODULE("y", "v2.0.0") },
		{ DD_STR("dep\tx\tv1.0.0\n=>\t../x\t\n"), STDLIB UNVERSIONED("x") },
		{ DD_STR("dep\tx\tv1.0.0\n=>\t./x\t(devel)\n"), STDLIB UNVERSIONED("x") },
		{ DD_STR("dep\tx\tv1.0.0\n=>\tC:\\x\t(devel)\n"), STDLIB UNVERSIONED("x") },
		{ DD_STR("mod\tx\tv1.0.0\n=>\ty\tv1.0.1\n"), STDLIB MAIN("y", "v1.0.1", "") },
		{ DD_STR("mod\t\t\ndep\t\tv1\ndep\tx\tv1.0.0\n"), STDLIB MODULE("x", "v1.0.0") },
		{ DD_STR("=>\tx\tv1.0.0\n"),
		  STDLIB "problem\tat=178\ttext=a replacement that belongs to no module: 'x'\n" },
		{ DD_STR("dep\tx y\tv1\ndep\tz\tv1.0.0\n"),
		  STDLIB MODULE("z", "v1.0.0") "problem\tat=178\ttext=not a module and a version: 'x y' 'v1'\n" },
		{ DD_STR("dep\tx\tv\xff\ndep\n"),
		  STDLIB "problem\tat=178\ttext=not a module and a version: 'x' 'v\\xff'\n" },
		{ DD_STR("build\n"), STDLIB "problem\tat=178\ttext=not a build setting: ''\n" },
		{ DD_STR("build\tx\nnew\tword\n"), STDLIB "problem\tat=178\ttext=not a build setting: 'x'\n" },
		{ DD_STR("mod\tgithub.com/o/r/sub\t(devel)\nbuild\tvcs=git\nbuild\tvcs.revision=0123abc\n"),
		  STDLIB "package\tname=github.com/o/r/sub\ttype=golang\tdepends=stdlib@1.22.3\tqualifiers=vcs_url=git+"
			 "https://github.com/o/r@0123abc\n" },
		{ DD_STR("path\tgithub.com/traefik/traefik/v3/cmd/traefik\nmod\tgithub.com/traefik/traefik/"
			 "v3\tv3.1.2\n"),
		  STDLIB PROGRAM("github.com/traefik/traefik/v3", "v3.1.2", "traefik:traefik", "3.1.2") },
		{ DD_STR("mod\tgithub.com/traefik/traefik/v3\tv3.0.0-20210222095348-6979fe12a295\n"),
		  STDLIB MAIN("github.com/traefik/traefik/v3", "v3.0.0-20210222095348-6979fe12a295", "") },
		{ DD_STR("mod\ta.b/c\tv1.0.0\ndep\tgithub.com/hashicorp/vault\tv1.1.0\n"),
		  STDLIB MODULE("github.com/hashicorp/vault", "v1.1.0")
			  MAIN("a.b/c", "v1.0.0", "\\ngithub.com/hashicorp/vault@v1.1.0") },
		{ DD_STR("path\tk8s.io/kubernetes/cmd/kubectl\nmod\tk8s.io/kubernetes\tv1.29.0-rc.1+dirty\n"),
		  STDLIB PROGRAM("k8s.io/kubernetes", "v1.29.0-rc.1+dirty", "kubernetes:kubernetes", "1.29.0-rc.1") },
		{ DD_STR("path\thelm.sh/helmet\nmod\thelm.sh/helmet\tv1.0.0\n"),
		  STDLIB MAIN("helm.sh/helmet", "v1.0.0", "") },
		{ DD_STR("path\tgithub.com/docker/cli/cmd/docker\nbuild\t-ldflags=\" -X "
			 "\\\"github.com/docker/cli/cli/version.Version="
			 "28.2.2\\\" -extldflags -static\"\n"),
		  STDLIB PROGRAM("github.com/docker/cli", "v28.2.2", "docker:command_line_interface", "28.2.2") },
		{ DD_STR("path\tgithub.com/docker/cli/cmd/docker\n"), STDLIB },
		{ DD_STR("mod\thelm.sh/helm/v3\t(devel)\n"), STDLIB MAIN_DEVEL("helm.sh/helm/v3", "") },
		{ DD_STR("mod\tgo.example/r\t(devel)\nbuild\tvcs=git\nbuild\tvcs.revision=0123abc\n"),
		  STDLIB MAIN_DEVEL("go.example/r", "") },
	};
	struct dd_buf program DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		make_program(DD_STR("go1.22.3"), rows[i].text, &program);
		dd_buf_clear(&out);
		CHECK_ROW(dd_analyze_text(&dd_analyzer_go, DD_STR("x"), dd_buf_str(&program), 0, &out) == DD_OK,
			  rows[i].text.p);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].text.p);
	}
}

TEST(go_ldflags)
{
	static const struct {
		struct dd_str flags;
		const char *want;
	} rows[] = {
		{ DD_STR(""), "" },
		{ DD_STR("-s -w"), "" },
		{ DD_STR("-X main.version=1.2.3"), "1.2.3" },
		{ DD_STR("-X=main.Version=v1.2.3"), "v1.2.3" },
		{ DD_STR("--X main.ver=v1.2"), "v1.2" },
		{ DD_STR("-X 'main.version=1.2.3' -X \"main.date=2024 x\""), "1.2.3" },
		{ DD_STR("-X='main.version=1.2.3'"), "1.2.3" },
		{ DD_STR("-X k8s.io/component-base/version.gitVersion=v1.29.0 -X "
			 "k8s.io/client-go/pkg/version.gitVersion=v1.29.0"),
		  "v1.29.0" },
		{ DD_STR("-X a.b/c/cmd/x.version=1.0 -X main.version=2.0 -X main.Version=3.0"), "1.0" },
		{ DD_STR("-X other/thing.version=1.0 -X main.version=2.0"), "2.0" },
		{ DD_STR("-X other/thing.version=1.0"), "1.0" },
		{ DD_STR("-X other/thing.version=1.0 -X third/thing.version=2.0"), "" },
		{ DD_STR("-X main.version=1.0 -X version.version=2.0 -X other/x.version=3.0"), "" },
		{ DD_STR("-X main.version=unknown -X main.conversion=1.0 -X main.versionX=1.0"), "" },
		{ DD_STR("-X main.version=1"), "" },
		{ DD_STR("-X main.version"), "" },
		{ DD_STR("-X"), "" },
		{ DD_STR("main.version=1.2.3"), "" },
		{ DD_STR("-X 'main.version=1.2.3"), "1.2.3" }, /* a quote that does not end */
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf scratch DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		CHECK_STR_ROW(dd_go_ldflags_version(rows[i].flags, DD_STR("a.b/c"), &scratch), rows[i].want,
			      rows[i].flags.p);
	}
}

TEST(go_ldflags_and_the_main_module)
{
	static const struct {
		struct dd_str text;
		const char *want;
	} rows[] = {
		{ DD_STR("mod\ta\t(devel)\nbuild\t-ldflags=\"-s -X main.version=1.2.3\"\n"), MAIN("a", "v1.2.3", "") },
		{ DD_STR("mod\ta\t(devel)\nbuild\t-ldflags=`-X main.version=v1.2.3`\n"), MAIN("a", "v1.2.3", "") },
		{ DD_STR("mod\ta\tv0.0.0-20210222095348-6979fe12a295\nbuild\t-ldflags=-X=main.version=1.2.3\n"),
		  MAIN("a", "v1.2.3", "") },
		{ DD_STR("mod\ta\tv9.0.0\nbuild\t-ldflags=-X=main.version=1.2.3\n"), MAIN("a", "v9.0.0", "") },
		{ DD_STR("mod\ta\tv0.0.0-20210222095348-6979fe12a295\n"),
		  MAIN("a", "v0.0.0-20210222095348-6979fe12a295", "") },
	};
	struct dd_buf program DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		make_program(DD_STR("go1.22.3"), rows[i].text, &program);
		dd_buf_clear(&out);
		CHECK(dd_analyze_text(&dd_analyzer_go, DD_STR("x"), dd_buf_str(&program), 0, &out) == DD_OK);
		CHECK_STR_ROW(dd_str_skip(dd_buf_str(&out), strlen(STDLIB)), rows[i].want, rows[i].text.p);
	}
}

TEST(go_versions)
{
	static const struct {
		struct dd_str version;
		const char *want;
	} rows[] = {
		{ DD_STR("go1.22.3"), "1.22.3" },
		{ DD_STR("go1.20"), "1.20" },
		{ DD_STR("go1.26.5 (Red Hat 1.26.5-1.el9)"), "1.26.5" },
		{ DD_STR("go1.22.0 X:boringcrypto"), "1.22.0" },
		{ DD_STR("go1.25.3-X:nodwarf5"), "1.25.3" },
		{ DD_STR("go1.22.3-fips"), "1.22.3" },
		{ DD_STR("go1.22.1+auto"), "1.22.1" },
		{ DD_STR("go1.21rc2"), "1.21.0-rc.2" },
		{ DD_STR("go1.18beta1"), "1.18.0-beta.1" },
		{ DD_STR("go1.24rc1 X:a,b"), "1.24.0-rc.1" },
		{ DD_STR("devel go1.24-abcdef0123 Mon Jan 1"), "" },
		{ DD_STR("go1.26-devel_abcdef0123"), "" },
		{ DD_STR("go1.26-devel_abcdef0123 Mon Jan 1"), "" },
		{ DD_STR("go"), "" },
		{ DD_STR("go."), "" },
		{ DD_STR("go1."), "" },
		{ DD_STR("go1x"), "" },
		{ DD_STR("gccgo"), "" },
		{ DD_STR(""), "" },
	};
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_STR_ROW(dd_go_stdlib_version(rows[i].version, &a), rows[i].want, rows[i].version.p);
}

TEST(go_pseudo_versions)
{
	static const struct {
		struct dd_str version;
		bool pseudo;
	} rows[] = {
		{ DD_STR("v0.0.0-20210222095348-6979fe12a295"), true },
		{ DD_STR("v1.2.4-0.20190603091049-60506f45cf65"), true },
		{ DD_STR("v1.2.4-rc.1.0.20190603091049-60506f45cf65"), true },
		{ DD_STR("v2.0.1-0.20190603091049-60506f45cf65+incompatible"), true },
		{ DD_STR("v0.0.0-20261122001141-5108465c2255+dirty"), true },
		{ DD_STR("v1.2.3"), false },
		{ DD_STR("v1.2.3-rc.1"), false },
		{ DD_STR("20210222095348-6979fe12a295"), false },
		{ DD_STR("v0.0.0-2021022209534-6979fe12a295"), false },
		{ DD_STR("v0.0.0-20210222095348-6979fe12a29"), false },
		{ DD_STR("-"), false },
		{ DD_STR(""), false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_go_is_pseudo(rows[i].version) == rows[i].pseudo, rows[i].version.p);
}

TEST(go_settings)
{
	static const struct {
		struct dd_str line;
		const char *key, *value; /* NULL: damaged */
	} rows[] = {
		{ DD_STR("GOOS=linux"), "GOOS", "linux" },
		{ DD_STR("-tags="), "-tags", "" },
		{ DD_STR("-ldflags=\"-X \\\"a b\\\" \\x41\\u0042\\n\\\\\""), "-ldflags", "-X \"a b\" AB\n\\" },
		{ DD_STR("`k`=`v\\`"), "k", "v\\" },
		{ DD_STR("\"a=b\"=c=d"), "a=b", "c=d" },
		{ DD_STR("=x"), NULL, NULL },
		{ DD_STR("x"), NULL, NULL },
		{ DD_STR("k=\"open"), NULL, NULL },
		{ DD_STR("k=\"x\"y"), NULL, NULL },
		{ DD_STR("k=\"\\q\""), NULL, NULL },
		{ DD_STR("k=\"\\x4\""), NULL, NULL },
		{ DD_STR("k=\"\\"), NULL, NULL },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char space[64];
		struct dd_str key, value;
		bool ok = dd_go_buildinfo_setting(rows[i].line, space, &key, &value);
		CHECK_ROW(ok == (rows[i].key != NULL), rows[i].line.p);
		if (ok && rows[i].key) {
			CHECK_STR_ROW(key, rows[i].key, rows[i].line.p);
			CHECK_STR_ROW(value, rows[i].value, rows[i].line.p);
		}
	}
}

static bool open_file(const char *name, struct dd_map_file *m)
{
	char path[4096];
	struct dd_err err;
	(void)snprintf(path, sizeof path, "%s/src/analyze/go/testdata/%s", dd_test_root(), name);
	bool ok = dd_map_file_open(m, path, DD_MIB, &err) == DD_OK;
	CHECK_ROW(ok, name);
	return ok;
}

static const char *const old_programs[] = {
	"go1.16-elf64le", "go1.17-elf32le", "go1.17-elf64be", "go1.17-windows.exe", "go1.17-macho64",
};

/* What `go version -m` says of real programs before Go 1.18 (testdata/cut.py). */
TEST(go_old_programs)
{
	for (size_t i = 0; i < DD_COUNT(old_programs); i++) {
		struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 }, t DD_CLEANUP(dd_map_file_done) = { 0 };
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		struct dd_go_buildinfo b = { .version = DD_STR("") };
		struct dd_err err;
		bool found = false;
		char name[64];
		(void)snprintf(name, sizeof name, "%s.txt", old_programs[i]);
		if (!open_file(old_programs[i], &m) || !open_file(name, &t))
			return;
		CHECK_ROW(dd_go_buildinfo_read(m.bytes, &b, &found, &err) == DD_OK && found, old_programs[i]);
		(void)dd_buf_addf(&out, "%.*s\n", DD_FMT(b.version));
		for (struct dd_str rest = b.modules, line; dd_str_line(&rest, &line) && line.n;)
			(void)dd_buf_addf(&out, "\t%.*s\n", DD_FMT(line));
		CHECK_ROW(dd_str_eq(dd_buf_str(&out), t.bytes), old_programs[i]);
	}
}

TEST(go_cut_and_damaged_anywhere)
{
	for (size_t i = 0; i < DD_COUNT(old_programs); i++) {
		struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 };
		struct dd_buf copy DD_CLEANUP_BUF = DD_BUF_INIT(4096), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		if (!open_file(old_programs[i], &m))
			return;
		for (size_t n = 0; n < m.bytes.n; n++) {
			dd_buf_clear(&copy);
			dd_buf_clear(&out);
			(void)dd_buf_add_str(&copy, dd_str_take(m.bytes, n));
			(void)dd_analyze_text(&dd_analyzer_go, DD_STR("x"), dd_buf_str(&copy), 0, &out);
			(void)dd_buf_add_str(&copy, dd_str_skip(m.bytes, n));
			copy.p[n] = (char)~copy.p[n];
			(void)dd_analyze_text(&dd_analyzer_go, DD_STR("x"), dd_buf_str(&copy), 0, &out);
		}
	}
	struct dd_buf program DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	make_program(DD_STR("go1.22.3"), DD_STR("mod\ta\t(devel)\ndep\tx\tv1.0.0\nbuild\t-ldflags=\"-X main.v=1\"\n"),
		     &program);
	for (size_t n = 0; n < program.n; n++) {
		dd_buf_clear(&out);
		(void)dd_analyze_text(&dd_analyzer_go, DD_STR("x"), dd_str_take(dd_buf_str(&program), n), 0, &out);
	}
}

/* Magic at an address that is no multiple of 16 does not count; lengths that lead out of the file do not, either. */
TEST(go_headers_that_are_none)
{
	struct dd_buf program DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	make_program(DD_STR("go1.22.3"), DD_STR(""), &program);
	program.p[80] = 0x11;
	CHECK(dd_analyze_text(&dd_analyzer_go, DD_STR("x"), dd_buf_str(&program), 0, &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "");
	program.p[80] = 0x10;
	memset(program.p + HEADERS + 32, 0xff, 9); /* a length of 2^63 and more */
	CHECK(dd_analyze_text(&dd_analyzer_go, DD_STR("x"), dd_buf_str(&program), 0, &out) == DD_EPARSE);
	CHECK_STR(dd_buf_str(&out), "error\tcode=-1\ttext=damaged Go build information\n");
}
