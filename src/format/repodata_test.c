/* SPDX-License-Identifier: Apache-2.0 */
/* The documents have the form that createrepo_c 0.20 and MirrorManager write. */
#include "format/repodata.h"

#include "base/buf.h"
#include "base/limits.h"
#include "support/test.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define PACKAGE(name, arch, epoch, ver, rel)                                                                           \
	"<package type=\"rpm\"><name>" name "</name><arch>" arch "</arch><version epoch=\"" epoch "\" ver=\"" ver      \
	"\" rel=\"" rel "\"/><checksum type=\"sha256\" pkgid=\"YES\">00</checksum><format>"                            \
	"<rpm:provides><rpm:entry name=\"x\" flags=\"EQ\" epoch=\"9\" ver=\"9\" rel=\"9\"/></rpm:provides>"            \
	"</format></package>\n"
#define METADATA                                                                                                       \
	HEAD "<metadata xmlns=\"http://linux.duke.edu/metadata/common\" "                                              \
	     "xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\" packages=\"3\">\n"

static const char primary[] =
	METADATA PACKAGE("vim", "x86_64", "2", "9.0", "1.el9") PACKAGE("a", "noarch", "0", "1", "2")
		PACKAGE("a", "src", "0", "9", "9") PACKAGE("no version", "noarch", "0", "", "2") "</metadata>";
static const char updateinfo[] = HEAD
	"<updates><update type=\"security\" status=\"final\"><id>X-1</id><pkglist><collection short=\"c\">"
	"<package name=\"vim\" epoch=\"2\" version=\"9.0\" release=\"1.el9\" arch=\"x86_64\"><filename>f</filename>"
	"</package><package name=\"vim\" epoch=\"2\" version=\"9.0\" release=\"1.el9\" arch=\"src\"/></collection>"
	"</pkglist></update><update type=\"bugfix\"><pkglist><collection><package name=\"b\" epoch=\"0\" version=\"1\" "
	"release=\"1\" arch=\"noarch\"/></collection></pkglist></update><update type=\"security\" "
	"status=\"retracted\"><pkglist><collection><package name=\"c\" epoch=\"0\" version=\"1\" release=\"1\" "
	"arch=\"noarch\"/></collection></pkglist></update></updates>";

static enum dd_code collect(void *ctx, const struct dd_repodata_package *p, struct dd_err *err)
{
	(void)err;
	return dd_buf_addf(ctx, "%.*s.%.*s %.*s\n", DD_FMT(p->name), DD_FMT(p->arch), DD_FMT(p->evr));
}

typedef enum dd_code document_fn(struct dd_stream *in, dd_repodata_fn *each, void *ctx, struct dd_err *err);

static enum dd_code run(document_fn *read, struct dd_str doc, size_t block, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	CHECK_INT(dd_stream_memory(doc, block, &in, err), DD_OK);
	return read(in, collect, out, err);
}

TEST(repodata_packages)
{
	static const struct {
		document_fn *read;
		const char *doc, *want;
	} rows[] = {
		{ dd_repodata_primary, primary, "vim.x86_64 2:9.0-1.el9\na.noarch 1-2\n" },
		{ dd_repodata_security, updateinfo, "vim.x86_64 2:9.0-1.el9\n" },
		{ dd_repodata_primary, METADATA "</metadata>", "" },
		{ dd_repodata_security, "<updates/>", "" },
	};
	static const char *const bad[] = { "",
					   "x",
					   "<html/>",
					   "<html><body>login</body></html>",
					   "<package/>",
					   "<!DOCTYPE x [<!ENTITY a \"b\">]><metadata/>",
					   "<metadata><package></metadata>" };
	struct dd_err err;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str doc = dd_str_from(rows[i].doc);
		for (size_t block = 1; block < 5000; block = block * 3 + 1) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
			CHECK_INT_ROW(run(rows[i].read, doc, block, &out, &err), DD_OK, rows[i].doc);
			CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].doc);
		}
		/* cut at every byte: told, and never more than the whole has */
		for (size_t n = 0; n < doc.n; n++) {
			DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
			CHECK_INT_ROW(run(rows[i].read, dd_str_take(doc, n), 64, &out, &err), DD_EPARSE, rows[i].doc);
			CHECK(dd_str_starts(dd_str_from(rows[i].want), dd_buf_str(&out)));
		}
	}
	for (size_t i = 0; i < DD_COUNT(bad); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
		CHECK_ROW(run(dd_repodata_primary, dd_str_from(bad[i]), 64, &out, &err) != DD_OK, bad[i]);
	}
}

/* Twenty megabytes: more than one piece of the parser's. */
TEST(repodata_large)
{
	DD_CLEANUP_BUF struct dd_buf doc = DD_BUF_INIT(64 * DD_MIB), out = DD_BUF_INIT(8 * DD_MIB);
	struct dd_err err;
	enum { N = 80000 };
	(void)dd_buf_add_c(&doc, METADATA);
	for (size_t i = 0; i < N; i++)
		(void)dd_buf_add_c(&doc, PACKAGE("vim", "x86_64", "0", "1", "2"));
	(void)dd_buf_add_c(&doc, "</metadata>");
	CHECK(!doc.failed && doc.n > 16 * DD_MIB);
	CHECK_INT(run(dd_repodata_primary, dd_buf_str(&doc), DD_STREAM_BLOCK_BYTES, &out, &err), DD_OK);
	CHECK_INT(out.n, N * (sizeof "vim.x86_64 1-2\n" - 1));
}

#define SUM "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

TEST(repodata_repomd)
{
	static const struct {
		const char *doc;
		enum dd_code code;
		const char *href; /* NULL: not found */
	} rows[] = {
		{ HEAD
		  "<repomd xmlns=\"http://linux.duke.edu/metadata/repo\"><revision>1</revision><data type=\"other\"/>"
		  "<data type=\"primary\"><checksum type=\"sha256\">" SUM "</checksum><open-checksum "
		  "type=\"sha256\">00</open-checksum><location href=\"repodata/p.xml.gz\"/></data></repomd>",
		  DD_OK, "repodata/p.xml.gz" },
		{ "<repomd/>", DD_OK, NULL },
		{ "<repomd><data type=\"primary\"><checksum type=\"sha\">00</checksum><location "
		  "href=\"p\"/></data></repomd>",
		  DD_EUNSUPPORTED, NULL },
		{ "<repomd><data type=\"primary\"><checksum type=\"sha256\">" SUM "</checksum></data></repomd>",
		  DD_EPARSE, NULL },
		{ "<repomd><data type=\"primary\"><checksum type=\"sha256\">00</checksum><location "
		  "href=\"p\"/></data></repomd>",
		  DD_EPARSE, NULL },
		{ "<html/>", DD_EPARSE, NULL },
		{ "", DD_EPARSE, NULL },
	};
	struct dd_err err;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
		struct dd_repodata_file f = { .found = false };
		struct dd_str doc = dd_str_from(rows[i].doc);
		CHECK_INT_ROW(dd_repodata_find(doc, "primary", &a, &f, &err), rows[i].code, rows[i].doc);
		CHECK_ROW(f.found == (rows[i].href != NULL), rows[i].doc);
		for (size_t n = 0; n < doc.n; n++) {
			struct dd_repodata_file cut;
			CHECK_ROW(dd_repodata_find(dd_str_take(doc, n), "primary", &a, &cut, &err) != DD_OK,
				  rows[i].doc);
		}
		if (!rows[i].href)
			continue;
		CHECK_INT(dd_repodata_find(doc, "primary", &a, &f, &err), DD_OK);
		CHECK_STR_ROW(f.href, rows[i].href, rows[i].doc);
		CHECK_INT(dd_repodata_check(&f, DD_STR(""), &err), DD_OK);
		CHECK_INT(dd_repodata_check(&f, DD_STR("x"), &err), DD_EDIGEST);
	}
}

TEST(repodata_mirrors)
{
	static const char metalink[] = HEAD
		"<metalink version=\"3.0\" xmlns=\"http://www.metalinker.org/\" "
		"xmlns:mm0=\"http://fedorahosted.org/mirrormanager\"><files><file name=\"repomd.xml\">"
		"<mm0:timestamp>1</mm0:timestamp><size>1</size><verification><hash type=\"md5\">00</hash>"
		"<hash type=\"sha256\">" SUM "</hash></verification><mm0:alternates><mm0:alternate><verification>"
		"<hash type=\"sha256\">" SUM "</hash></verification></mm0:alternate></mm0:alternates>"
		"<resources maxconnections=\"1\"><url protocol=\"http\">http://a/repodata/repomd.xml</url>"
		"<url protocol=\"https\">https://b/os/repodata/repomd.xml</url><url>https://c/else</url></resources>"
		"</file></files></metalink>";
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
	struct dd_repodata_mirrors m;
	struct dd_err err;
	CHECK_INT(dd_repodata_mirrors(dd_str_from(metalink), &a, &m, &err), DD_OK);
	CHECK_INT(m.n, 1);
	CHECK_STR(m.urls[0], "https://b/os");
	CHECK_INT(m.n_hashes, 2);
	CHECK_INT(dd_repodata_mirrors(DD_STR("# list\nhttp://a/\nhttps://b/os/\r\n\nhttps://c/\n"), &a, &m, &err),
		  DD_OK);
	CHECK_INT(m.n, 2);
	CHECK_STR(m.urls[0], "https://b/os/");
	CHECK_INT(dd_repodata_mirrors(DD_STR("http://a/\n"), &a, &m, &err), DD_EPARSE);
	CHECK_INT(dd_repodata_mirrors(DD_STR("<html>no</html>"), &a, &m, &err), DD_EPARSE);
	CHECK_INT(dd_repodata_mirrors(DD_STR(""), &a, &m, &err), DD_EPARSE);
	for (size_t n = 0; n < sizeof metalink - 1; n++)
		CHECK(dd_repodata_mirrors((struct dd_str){ metalink, n }, &a, &m, &err) == DD_EPARSE);
}
