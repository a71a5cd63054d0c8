/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "analyze/python/python.h"
#include "analyze/python/python_list.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

struct row {
	const char *path;
	struct dd_str data;
	const char *want;
};

static enum dd_code analyze(const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_path_text(python_analyzers, DD_COUNT(python_analyzers), dd_str_from(path), data, 0, out);
}

static void check_rows(const struct row *rows, size_t n)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < n; i++) {
		(void)analyze(rows[i].path, rows[i].data, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].data));
	}
}

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=pypi" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SITE			       "usr/lib/python3.11/site-packages/"
#define META			       SITE "a-1.dist-info/METADATA"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(python_installed)
{
	static const struct row rows[] = {
		{ META,
		  DD_STR("Metadata-Version: 2.1\nName: Zope.Interface\nVersion: 6.0\nLicense: ZPL 2.1\n\nName: b\n"),
		  INSTALLED("Zope.Interface", "6.0", "\tlicences=ZPL 2.1") },
		{ META, DD_STR("\xef\xbb\xbfname: a\r\nVERSION: 1!2.0.post1+local\r\nAuthor: UNKNOWN\r\n\r\n"),
		  INSTALLED("a", "1!2.0.post1+local", "") },
		{ META,
		  DD_STR("Name: a\nVersion: 1\nLicense-Expression: MIT OR Apache-2.0\nLicense: x\n"
			 "Author-email: A <a@example.org>\nRequires-Dist: Flask[async] >=2\nRequires-Dist: b (>1)\n"
			 "Requires-Dist: c; extra == 'x'\nRequires-Dist: d; sys_platform == \"win32\"\n"
			 "Requires-Dist: e; python_version < '3.8'\n"),
		  INSTALLED("a", "1",
			    "\tlicences=MIT OR Apache-2.0\tmaintainer=A <a@example.org>\tdepends=Flask\\nb\\ne") },
		/* the text of a licence is no name of one; the classifiers are */
		{ META,
		  DD_STR("Name: a\nVersion: 1\nLicense: Copyright\n        Redistribution\nVersion of the text: 9\n"
			 "Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: MIT License\n"
			 "Classifier: License :: Public Domain\n"),
		  INSTALLED("a", "1", "\tlicences=MIT License AND Public Domain") },
		/* a text that was not indented */
		{ META, DD_STR("Name: a\nVersion: 1\nLicense: x\nthis is not a field\nVersion: 2\nName: b\n"),
		  INSTALLED("a", "1", "\tlicences=x") },
		{ SITE "PyYAML-6.0-py3.11.egg-info", DD_STR("Name: PyYAML\nVersion: 6.0\n"),
		  INSTALLED("PyYAML", "6.0", "") },
		{ SITE "a.egg-info/PKG-INFO", DD_STR("Name: a\nVersion: 1\n"), INSTALLED("a", "1", "") },
		{ SITE "a-1-py3.11.egg/EGG-INFO/PKG-INFO", DD_STR("Name: a\nVersion: 1\n"), INSTALLED("a", "1", "") },
		{ SITE "A-1.DIST-INFO/METADATA", DD_STR("Name: A\nVersion: 1\n"), INSTALLED("A", "1", "") },
		{ SITE "~-1.dist-info/METADATA", DD_STR("Name: a\nVersion: 1\n"), "" },
		{ SITE "setuptools/_vendor/wheel-0.4.dist-info/METADATA", DD_STR("Name: wheel\nVersion: 0.4\n"), "" },
		{ "src/a/PKG-INFO", DD_STR("Name: a\nVersion: 1\n"), "" },
		{ SITE "a-1.dist-info/PKG-INFO", DD_STR("Name: a\nVersion: 1\n"), "" },
		{ META, DD_STR(""), PROBLEM("0", "package without a name") },
		{ META, DD_STR("Name: a\nVersion:\n"), PROBLEM("0", "package without a version: 'a'") },
		{ META, DD_STR("Name: a\nVersion: 1\0002\n"), PROBLEM("0", "version of 'a' is not valid: '1\\x002'") },
		{ META, DD_STR("Name: \xff\xfe\nVersion: 1\n"),
		  PROBLEM("0", "package name is not valid: '\\xff\\xfe'") },
		{ META, DD_STR("\0\0\0\0"), PROBLEM("0", "package without a name") },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(python_direct_url)
{
	static const char path[] = SITE "my_pkg-1.0.dist-info/direct_url.json";
	static const struct row rows[] = {
		{ path,
		  DD_STR("{\"url\":\"https://u:p@example.org/"
			 "x.git\",\"vcs_info\":{\"vcs\":\"git\",\"requested_revision\":"
			 "\"v1\",\"commit_id\":\"7921be1537eac1e97bc40179a57f0349c2aee67d\"}}"),
		  INSTALLED("my_pkg", "1.0",
			    "\turl=git+https://example.org/x.git@7921be1537eac1e97bc40179a57f0349c2aee67d") },
		{ path,
		  DD_STR("{\"url\":\"https://example.org/a.whl\",\"archive_info\":{\"hash\":\"sha256=" SHA "\"}}"),
		  INSTALLED("my_pkg", "1.0", "\tdigest=sha256:" SHA "\turl=https://example.org/a.whl") },
		{ path, DD_STR("{\"url\":\"file:///home/u/my_pkg\",\"dir_info\":{\"editable\":true}}"), "" },
		{ path, DD_STR("{\"url\":\"file:///home/u/a.whl\",\"archive_info\":{}}"), "" },
		{ path, DD_STR("[]"), "" },
		{ SITE "nodash.dist-info/direct_url.json", DD_STR("{\"url\":\"https://x/\",\"archive_info\":{}}"), "" },
	};
	check_rows(rows, DD_COUNT(rows));
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	CHECK(analyze(path, DD_STR("{"), &out) == DD_EPARSE);
}

TEST(python_requirements)
{
	static const char path[] = "app/requirements-dev.txt";
	static const struct row rows[] = {
		{ path, DD_STR("requests==2.31.0\n"), LOCKED("requests", "2.31.0", "") },
		{ path, DD_STR("requests[socks,security] == 2.31.0 # why\r\n#six==1\nFlask === 2.0-x"),
		  LOCKED("requests", "2.31.0", "") LOCKED("Flask", "2.0-x", "") },
		{ path, DD_STR("a>=1\nb\nc==1.*\nd~=1.0\ne!=1\nf<2,==1.5,!=1.4\ng (==3)\n"),
		  LOCKED("f", "1.5", "") LOCKED("g", "3", "") },
		{ path,
		  DD_STR("-r other.txt\n--index-url https://u:p@example.org/simple\n-e git+https://x/y#egg=z==1\n"
			 "./local==1\nhttps://example.org/a-1.whl\nd @ https://example.org/d-1==.whl\nprose == is "
			 "prose\n"),
		  "" },
		{ path,
		  DD_STR("a==1 ; sys_platform == 'win32'\nb==1; sys_platform != \"win32\"\nc==1;python_version<'3'\n"
			 "d==1; os_name == 'nt' or extra == 'x'\ne==1; (os_name == 'nt') and python_version > '3'\n"
			 "f==1; platform_system in 'Windows Darwin'\ng==1; broken\n"),
		  LOCKED("b", "1", "") LOCKED("c", "1", "") LOCKED("d", "1", "") LOCKED("g", "1", "") },
		{ path,
		  DD_STR("a==1 \\\n    --hash=sha256:" SHA "\nb==2 --hash=sha256:" SHA " \\\n --hash=sha256:" SHA "\n"),
		  LOCKED("a", "1", "\tdigest=sha256:" SHA) LOCKED("b", "2", "") },
		{ path, DD_STR("a=\\\n=1\\\n0 # c \\\nb==1\\"), LOCKED("a", "10", "") LOCKED("b", "1", "") },
		{ path,
		  DD_STR("\xff\xfe"
			 "a\0=\0=\0"
			 "1\0\n\0b\0=\0=\0"
			 "2\0"),
		  LOCKED("a", "1", "") LOCKED("b", "2", "") },
		{ path,
		  DD_STR("\xfe\xff\0a\0=\0=\0"
			 "1"),
		  LOCKED("a", "1", "") },
		{ path,
		  DD_STR("\xef\xbb\xbf"
			 "a==1"),
		  LOCKED("a", "1", "") },
		{ path, DD_STR("a==1\0\nb==2"),
		  LOCKED("b", "2", "") PROBLEM("0", "version of 'a' is not valid: '1\\x00'") },
		{ path, DD_STR("a==${VERSION}\n"), "" },
		{ path, DD_STR(""), "" },
		{ "app/requirements.in", DD_STR("a==1"), "" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(python_markers)
{
	static const struct {
		const char *marker;
		bool excludes;
	} rows[] = {
		{ "sys_platform == 'win32'", true },
		{ "'win32' == sys_platform", true },
		{ "sys_platform == 'linux'", false },
		{ "sys_platform != 'linux'", true },
		{ "platform_system not in \"Linux\"", true },
		{ "'linux' in sys_platform", false },
		{ "os.name == 'nt'", true },
		{ "sys_platform == 'win32' or python_version < '3'", false },
		{ "sys_platform == 'win32' and python_version < '3'", true },
		{ "sys_platform == 'win32' or os_name == 'nt' and extra == 'x'", true },
		{ "(sys_platform == 'win32' or os_name == 'posix') and extra == 'x'", false },
		{ "((os_name == 'nt'))", true },
		{ "((os_name == 'nt')", false },
		{ "os_name == 'nt' and", false },
		{ "os_name == 'nt' x", false },
		{ "os_name == 'nt", false },
		{ "os_name > 'nt'", false },
		{ "", false },
		{ "platform_machine == 'arm64'", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_python_marker_excludes(dd_str_from(rows[i].marker)) == rows[i].excludes, rows[i].marker);
	DD_CLEANUP_BUF struct dd_buf deep = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < 100000; i++)
		(void)dd_buf_add_char(&deep, '(');
	CHECK(!dd_python_marker_excludes(dd_buf_str(&deep)));
}

#define UV(name, version, more) "[[package]]\nname = \"" name "\"\nversion = \"" version "\"\n" more

TEST(python_lock_files)
{
	static const struct row rows[] = {
		{ "poetry.lock",
		  DD_STR(UV("a", "1.0",
			    "category = \"dev\"\n[package.dependencies]\nB = \">=1\"\nc = {version = \"*\", "
			    "optional = true}\nd = [{version = \"*\", markers = \"os_name == 'x'\"}]\n")
				 UV("b", "2",
				    "groups = [\"main\", \"dev\"]\nfiles = [{file = \"b.whl\", hash = \"sha256:" SHA
				    "\"}]\n") UV("c", "3",
						 "groups = [\"dev\"]\n[package.source]\ntype = \"git\"\nurl = "
						 "\"https://u:p@x/c.git\"\n")
					 UV("d", "4",
					    "[package.source]\ntype = \"directory\"\nurl = \"../d\"\n") "[metadata]"
													"\nlock-"
													"version = "
													"\"2.1\"\n"),
		  LOCKED("a", "1.0", "\tdev=yes\tdepends=B\\nd") LOCKED("b", "2", "\tdigest=sha256:" SHA)
			  LOCKED("c", "3", "\tdev=yes\turl=https://x/c.git") },
		{ "app/uv.lock",
		  DD_STR("version = 1\n" UV("app", "0",
					    "source = { editable = \".\" }\ndependencies = [{ name = \"a\" }]\n"
					    "[package.dev-dependencies]\ndev = [{ name = \"c\" }, { name = \"b\" }]\n")
				 UV("a", "1",
				    "source = { registry = \"https://pypi.org/simple\" }\ndependencies = [{ name = "
				    "\"b\" }]\n") UV("b", "1",
						     "dependencies = [{ name = \"a\" }, {name = \"w\", marker = "
						     "\"os_name == 'nt'\"}]\n")
					 UV("c", "1", "dependencies = [{ name = \"d\", version = \"1\" }]\n")
						 UV("d", "1", "") UV("d", "2", "") UV(
							 "e", "1",
							 "source = { git = \"https://example.org/e?rev=1#abc\" }\n")),
		  LOCKED("a", "1", "\tdepends=b") LOCKED("b", "1", "\tdepends=a")
			  LOCKED("c", "1", "\tdev=yes\tdepends=d@1") LOCKED("d", "1", "\tdev=yes")
				  LOCKED("d", "2", "\tdev=yes") LOCKED("e", "1", "\turl=https://example.org/e?rev=1") },
		{ "pdm.lock",
		  DD_STR(UV("a", "1",
			    "groups = [\"default\", \"dev\"]\ndependencies = [\"b<2,>=1; os_name == 'nt'\", \"c>1\"]\n")
				 UV("a", "1", "extras = [\"x\"]\n") UV("b", "1", "groups = [\"dev\", \"test\"]\n")
					 UV("c", "1", "path = \"./c\"\n")
						 UV("d", "1", "git = \"https://x/d.git\"\nrevision = \"ab\"\n")),
		  LOCKED("a", "1", "\tdepends=c") LOCKED("b", "1", "\tdev=yes")
			  LOCKED("d", "1", "\turl=https://x/d.git") },
		{ "pylock.dev.toml",
		  DD_STR("lock-version = '1.0'\n[[packages]]\nname = 'a'\nversion = '1'\ndependencies = [{name = "
			 "'b'}]\n"
			 "wheels = [{url = 'https://x/a.whl', hashes = {sha256 = '" SHA
			 "'}}]\n[[packages]]\nname = 'b'\n"
			 "vcs = {type = 'git', url = 'https://x/b', commit-id = 'f'}\n[[packages]]\nname = "
			 "'c'\nversion = '1'\n"
			 "directory = {path = '.'}\n[[packages]]\nname = 'd'\nversion = '1'\narchive = {url = "
			 "'https://u@x/d.zip',"
			 " hashes = {sha256 = '" SHA "'}}\n"),
		  LOCKED("a", "1", "\tdigest=sha256:" SHA "\tdepends=b")
			  LOCKED("d", "1", "\tdigest=sha256:" SHA "\turl=https://x/d.zip") },
		{ "Pipfile.lock",
		  DD_STR("{\"_meta\":{},\"default\":{\"a\":{\"version\":\"==1.0\",\"hashes\":[\"sha256:" SHA "\"]},"
			 "\"g\":{\"git\":\"https://"
			 "x\",\"ref\":\"y\"}},\"develop\":{\"b\":{\"version\":\"===2\"},\"c\":7}}"),
		  LOCKED("a", "1.0", "\tdigest=sha256:" SHA) LOCKED("b", "2", "\tdev=yes")
			  PROBLEM("205", "package without a version: 'c'") },
		{ "Pipfile.lock",
		  DD_STR("{\"_meta\":{\"x\":1},\"default\":{\"a\":{\"version\":\"==1\"}},\"docs\":{\"b\":{\"version\":"
			 "\"==2\"}},\"develop\":{}}"),
		  LOCKED("a", "1", "") LOCKED("b", "2", "") },
		/* what is broken does not hide what is whole */
		{ "uv.lock", DD_STR(UV("a", "1", "x = \n") UV("b", "2", "") "[[package]]\nname = \"c"),
		  LOCKED("b", "2", "") PROBLEM("41", "toml: a value is none of TOML's")
			  PROBLEM("100", "toml: the document is cut off") },
		{ "poetry.lock", DD_STR("[[package]]\nversion = '1'\n[[package]]\nname = 'a'\nversion = 1\n"),
		  PROBLEM("0", "package without a name") PROBLEM("26", "package without a version: 'a'") },
		{ "pylock.toml", DD_STR(""), "" },
	};
	check_rows(rows, DD_COUNT(rows));
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	CHECK(analyze("Pipfile.lock", DD_STR(""), &out) == DD_EPARSE);
	CHECK(analyze("Pipfile.lock", DD_STR("[]"), &out) == DD_EPARSE);
}

/* One stored member: what `zip -0` writes, by APPNOTE.TXT 4.3.6 to 4.3.16. */
static void put(struct dd_buf *b, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		(void)dd_buf_add_char(b, i < sizeof v ? (char)(v >> (8 * i)) : 0);
}

static uint32_t crc32_of(struct dd_str s)
{
	uint32_t crc = 0xffffffff;
	for (size_t i = 0; i < s.n; i++) {
		crc ^= (unsigned char)s.p[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void make_zip(struct dd_buf *zip, const char *name, struct dd_str data)
{
	uint32_t n = (uint32_t)strlen(name), size = (uint32_t)data.n;
	dd_buf_clear(zip);
	for (int central = 0; central < 2; central++) {
		put(zip, central ? 0x02014b50 : 0x04034b50, 4);
		put(zip, 20, central ? 4 : 2); /* versions */
		put(zip, 0, 8);		       /* flags, method, time, date */
		put(zip, crc32_of(data), 4);
		put(zip, size, 4);
		put(zip, size, 4);
		put(zip, n, 2);
		put(zip, 0, central ? 16 : 2);
		(void)dd_buf_add_c(zip, name);
		(void)dd_buf_add_str(zip, central ? DD_STR("") : data);
	}
	put(zip, 0x06054b50, 4);
	put(zip, 0, 4);
	put(zip, 1, 2);
	put(zip, 1, 2);
	put(zip, 46 + n, 4);
	put(zip, 30 + n + size, 4);
	put(zip, 0, 2);
}

TEST(python_zips)
{
	static const struct {
		const char *path, *member, *want;
	} rows[] = {
		{ "x/My_Pkg-1.0-py3-none-any.whl", "My_Pkg-1.0.dist-info/METADATA", LOCKED("My.Pkg", "1.0", "") },
		{ "x/my_pkg-2.0-1-py3-none-any.whl", "other/METADATA", LOCKED("my_pkg", "2.0", "") },
		{ "x/my_pkg-2.0-py3-none-any.whl", "v/x.dist-info/METADATA", LOCKED("my_pkg", "2.0", "") },
		{ "x/strange.whl", "other", "" },
		{ "x/a-1-py3.11.egg", "EGG-INFO/PKG-INFO", INSTALLED("My.Pkg", "1.0", "") },
		{ "x/a-1-py3.11.egg", "x/EGG-INFO/PKG-INFO", "" },
	};
	static const struct dd_str text = { "Name: My.Pkg\nVersion: 1.0\n", 26 };
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB), zip = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		make_zip(&zip, rows[i].member, text);
		CHECK(analyze(rows[i].path, dd_buf_str(&zip), &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].path);
	}
	make_zip(&zip, "a-1.dist-info/METADATA", text);
	for (size_t n = 0; n < zip.n; n++) {
		char *copy = malloc(n ? n : 1);
		memcpy(copy, zip.p, n);
		/* A wheel that cannot be opened is known by its name, and is a problem. */
		CHECK(analyze("a-1-py3-none-any.whl", (struct dd_str){ copy, n }, &out) != DD_OK);
		CHECK(dd_str_starts(dd_buf_str(&out), DD_STR(LOCKED("a", "1", "") "error")));
		(void)analyze("a-1.egg", (struct dd_str){ copy, n }, &out);
		free(copy);
	}
	CHECK(analyze("data.egg", DD_STR("not one of Python's"), &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "");
}

/* Every input cut at every byte: no crash, and time grows with the size. */
TEST(python_cut_and_large)
{
	static const struct {
		const char *path;
		struct dd_str one;
	} rows[] = {
		{ META, DD_STR("Name: a\nVersion: 1\nRequires-Dist: b; os_name == 'x'\n") },
		{ "requirements.txt", DD_STR("a[x]==1 \\\n --hash=sha256:" SHA " ; os_name == 'nt'\n") },
		{ "poetry.lock", DD_STR(UV("a", "1", "[package.source]\ntype = 'git'\n")) },
		{ "uv.lock",
		  DD_STR(UV("a", "1", "dependencies = [{name='a'}]\n[package.dev-dependencies]\nd=[{name='a'}]\n")) },
		{ "pdm.lock", DD_STR(UV("a", "1", "dependencies = ['a>1']\n")) },
		{ "pylock.toml", DD_STR("[[packages]]\nname = 'a'\nversion = '1'\n") },
		{ "Pipfile.lock", DD_STR("{\"default\":{\"a\":{\"version\":\"==1\"}},\"develop\":{}}") },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64 * DD_MIB), large = DD_BUF_INIT(64 * DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		for (size_t n = 0; n < rows[i].one.n; n++) {
			char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
			memcpy(copy, rows[i].one.p, n);
			(void)analyze(rows[i].path, (struct dd_str){ copy, n }, &out);
			free(copy);
		}
		dd_buf_clear(&large);
		for (size_t k = 0; k < 20000; k++)
			(void)dd_buf_add_str(&large, rows[i].one);
		(void)analyze(rows[i].path, dd_buf_str(&large), &out);
	}
}

TEST(python_memory_runs_out)
{
	static const struct dd_str doc = DD_STR(UV("app", "0",
						   "source = { editable = \".\" }\n[package.dev-dependencies]\n"
						   "dev = [{ name = \"a\" }]\n") UV("a", "1", ""));
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	uint64_t failed = 0;
	for (uint64_t nth = 1; nth < 500; nth++) {
		DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
		DD_CLEANUP(dd_found_done) struct dd_found found = { .arena = &arena };
		const struct dd_input in = { DD_STR("uv.lock"), doc };
		struct dd_err err = { 0 };
		dd_alloc_fail_from(nth);
		enum dd_code code = dd_analyzer_python_uv.parse(&in, &found, &err);
		dd_alloc_fail_from(0);
		if (code == DD_OK && !found.failed)
			break;
		failed++;
	}
	CHECK(failed >= 3 && failed < 400);
}
