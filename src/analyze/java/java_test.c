/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/java/java.h"

#include <isa-l/crc.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_java;

/* ---- archives of stored members ---- */

struct member {
	const char *name;
	struct dd_str data;
};

static void put16(struct dd_buf *b, unsigned v)
{
	(void)dd_buf_add_char(b, (char)v);
	(void)dd_buf_add_char(b, (char)(v >> 8));
}

static void put32(struct dd_buf *b, uint64_t v)
{
	char four[4];
	dd_put_le32(four, (uint32_t)v);
	(void)dd_buf_add(b, four, sizeof four);
}

static void put_header(struct dd_buf *b, const struct member *m, bool central, uint64_t at)
{
	(void)dd_buf_add_c(b, central ? "PK\1\2" : "PK\3\4");
	if (central)
		put16(b, 20);
	put16(b, 20);
	put16(b, 0);
	put16(b, 0);
	put32(b, 0);
	put32(b, crc32_gzip_refl(0, (const unsigned char *)m->data.p, m->data.n));
	put32(b, m->data.n);
	put32(b, m->data.n);
	put16(b, (unsigned)strlen(m->name));
	put16(b, 0);
	if (central) {
		put16(b, 0);
		put16(b, 0);
		put16(b, 0);
		put32(b, 0);
		put32(b, at);
	}
	(void)dd_buf_add_c(b, m->name);
}

/* Appends an archive of the members up to the one without a name. */
static void make(struct dd_buf *b, const struct member *list)
{
	DD_CLEANUP_BUF struct dd_buf directory = DD_BUF_INIT(64 * DD_MIB);
	uint64_t start = b->n;
	unsigned n = 0;
	for (; list[n].name; n++) {
		put_header(&directory, &list[n], true, b->n - start);
		put_header(b, &list[n], false, 0);
		(void)dd_buf_add_str(b, list[n].data);
	}
	uint64_t at = b->n - start;
	(void)dd_buf_add_str(b, dd_buf_str(&directory));
	(void)dd_buf_add_c(b, "PK\5\6");
	put32(b, 0);
	put16(b, n);
	put16(b, n);
	put32(b, directory.n);
	put32(b, at);
	put16(b, 0);
}

static enum dd_code analyze(const char *path, struct dd_str data, struct dd_buf *out)
{
	dd_buf_clear(out);
	return dd_analyze_text(&dd_analyzer_java, dd_str_from(path), data, 0, out);
}

/* Takes the digests out: they are what sha1sum says, and tested once. */
static struct dd_str without_digests(struct dd_buf *out)
{
	for (;;) {
		struct dd_str s = dd_buf_str(out);
		size_t at = dd_str_search(s, DD_STR("\tdigest=sha1:"));
		if (at == s.n)
			return s;
		memmove(out->p + at, out->p + at + 53, s.n - at - 53);
		out->n -= 53;
	}
}

#define PROPERTIES(g, a, v)                                                                                            \
	{                                                                                                              \
		"META-INF/maven/" g "/" a "/pom.properties",                                                           \
			DD_STR("groupId=" g "\nartifactId=" a "\nversion=" v "\n")                                     \
	}
#define MANIFEST(text)                                                                                                 \
	{                                                                                                              \
		"META-INF/MANIFEST.MF", DD_STR("Manifest-Version: 1.0\r\n" text)                                       \
	}
#define MAVEN(name, version, more) "package\tname=" name "\tversion=" version "\ttype=maven" more "\n"
#define GUESSED			   "\tevidence=guessed"

/* ---- identity ---- */

TEST(java_identity)
{
	static const struct {
		const char *path;
		struct member members[6];
		const char *want;
	} rows[] = {
		{ "a/log4j-core-2.14.1.jar",
		  { PROPERTIES("org.apache.logging.log4j", "log4j-core", "2.14.1"), { "META-INF/", { "", 0 } } },
		  MAVEN("org.apache.logging.log4j:log4j-core", "2.14.1", "") },
		/* given another name: a single one is the file itself, two are not */
		{ "app.jar", { PROPERTIES("com.example", "shop", "1.0") }, MAVEN("com.example:shop", "1.0", "") },
		{ "app.jar",
		  { PROPERTIES("com.example", "shop", "1.0"), PROPERTIES("org.json", "json", "2"),
		    MANIFEST("Implementation-Title: shop\r\n") },
		  MAVEN("com.example:shop", "1.0", "")
			  MAVEN("org.json:json", "2", "\tinner=META-INF/maven/org.json/json/pom.properties") },
		/* shaded into something that Maven did not build */
		{ "tool-3.1.jar",
		  { PROPERTIES("org.json", "json", "2") },
		  MAVEN("tool", "3.1", GUESSED)
			  MAVEN("org.json:json", "2", "\tinner=META-INF/maven/org.json/json/pom.properties") },
		/* the group before the name, and a classifier */
		{ "lib/io.quarkus.quarkus-core-3.2.0.Final.jar",
		  { PROPERTIES("io.quarkus", "quarkus-core", "3.2.0.Final") },
		  MAVEN("io.quarkus:quarkus-core", "3.2.0.Final", "") },
		{ "netty-x-4.1.0.Final-linux-x86_64.jar",
		  { PROPERTIES("io.netty", "netty-x", "4.1.0.Final") },
		  MAVEN("io.netty:netty-x", "4.1.0.Final", "\tqualifiers=classifier=linux-x86_64") },
		{ "lib/org.springframework.spring-core-6.1.1.jar",
		  { MANIFEST("Implementation-Title: spring-core\r\nImplementation-Version: 6.1.1\r\n") },
		  MAVEN("org.springframework:spring-core", "6.1.1", GUESSED) },
		/* the manifest: continuation lines, the main section only, the last of two */
		{ "x-1.0.jar",
		  { MANIFEST("Implementation-Vendor-Id: org.exam\r\n ple\r\n\r\nName: a\r\n"
			     "Implementation-Vendor-Id: com.other\r\n") },
		  MAVEN("org.example:x", "1.0", GUESSED) },
		{ "x-1.0.jar",
		  { MANIFEST("implementation-vendor-id: a.b\nImplementation-Vendor-Id: c.d") },
		  MAVEN("c.d:x", "1.0", GUESSED) },
		{ "log4j-core-2.0.jar",
		  { MANIFEST("Bundle-SymbolicName: org.apache.logging.log4j.core;x:=y\rBundle-License: Apache-2.0\r") },
		  MAVEN("org.apache.logging.log4j:log4j-core", "2.0", "\tlicences=Apache-2.0" GUESSED) },
		{ "catalina.jar",
		  { MANIFEST("Implementation-Title: Apache Tomcat\r\nImplementation-Version: 9.0.50\r\n"
			     "Bundle-SymbolicName: org.apache.tomcat-catalina\r\n") },
		  MAVEN("org.apache.tomcat:tomcat-catalina", "9.0.50", GUESSED) },
		{ "plugins/git.jpi",
		  { MANIFEST("Group-Id: org.jenkins-ci.plugins\r\nShort-Name: git\r\nPlugin-Version: 4.11.3\r\n"
			     "Implementation-Version: 4.11\r\n") },
		  MAVEN("org.jenkins-ci.plugins:git", "4.11.3", GUESSED) },
		/* pom.xml where pom.properties does not say it, and for the licence */
		{ "x-1.0.jar",
		  { { "META-INF/maven/g.h/x/pom.properties", DD_STR("version=${v}\ngroupId=g.h\nartifactId=x") },
		    { "META-INF/maven/g.h/x/pom.xml",
		      DD_STR("<project><parent><groupId>g.h</groupId><version>1.0</version></parent>"
			     "<artifactId>x</artifactId><licenses><license><name>MIT</name></license></licenses>"
			     "</project>") } },
		  MAVEN("g.h:x", "1.0", "\tlicences=MIT") },
		{ "x-1.0.jar",
		  { { "META-INF/maven/g.h/x/pom.xml", DD_STR("<project><artifactId>x</artifactId><groupId>g.h</groupId>"
							     "<version>${revision}</version></project>") } },
		  MAVEN("g.h:x", "1.0", GUESSED) },
		{ "all-1.0.jar",
		  { { "META-INF/maven/g.h/x/pom.xml",
		      DD_STR("<project><artifactId>x</artifactId><groupId>g.h</groupId></project>") } },
		  MAVEN("all", "1.0",
			GUESSED) "package\tname=g.h:x\ttype=maven\tinner=META-INF/maven/g.h/x/pom.xml\n" },
		{ "x-1.0.jar",
		  { { "META-INF/maven/g.h/x/pom.xml", DD_STR("<project><artifactId>x</artifactId></project>") } },
		  MAVEN("x", "1.0", GUESSED) "problem\tat=0\ttext='META-INF/maven/g.h/x/pom.xml': the pom does not say "
					     "who it is: '':'x'\n" },
		{ "x-1.0.jar",
		  { { "META-INF/maven/g.h/x/pom.xml", DD_STR("<project><artifactId>x</artif") } },
		  MAVEN("x", "1.0", GUESSED) "problem\tat=0\ttext='META-INF/maven/g.h/x/pom.xml': xml: " },
		{ "x-1.0.jar",
		  { PROPERTIES("g.h", "x", "1.0"), { "META-INF/maven/g.h/x/pom.xml", DD_STR("<project>\xff") } },
		  MAVEN("g.h:x", "1.0", "") },
		/* places */
		{ "root/.m2/repository/org/example/y/1.0/y-1.0.jar",
		  { { "A.class", { "", 0 } } },
		  MAVEN("org.example:y", "1.0", "") },
		{ "nothing.jar", { { "A.class", { "", 0 } } }, "package\tname=nothing\ttype=maven" GUESSED "\n" },
		{ "a\nb.jar",
		  { { "A.class", { "", 0 } } },
		  "problem\ttext='a\\nb.jar': an archive whose name says nothing, without metadata\n" },
		{ "Start here.jar", { { "A.class", { "", 0 } } }, "package\tname=Start here\ttype=maven" GUESSED "\n" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB), bytes = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		dd_buf_clear(&bytes);
		make(&bytes, rows[i].members);
		CHECK(analyze(rows[i].path, dd_buf_str(&bytes), &out) == DD_OK);
		struct dd_str text = without_digests(&out), want = dd_str_from(rows[i].want);
		if (dd_str_ends(want, DD_STR(" "))) /* what expat says further is its own */
			text = dd_str_take(text, want.n);
		CHECK_STR_ROW(text, rows[i].want, rows[i].path);
	}
}

TEST(java_file_names)
{
	static const struct {
		const char *path, *hint, *artifact, *version, *classifier;
	} rows[] = {
		{ "a/spring-core-6.1.1.jar", "", "spring-core", "6.1.1", "" },
		{ "log4j-1.2-api-2.14.1.jar", "", "log4j-1.2-api", "2.14.1", "" },
		{ "hibernate-jpa-2.1-api-1.0.0.Final.jar", "", "hibernate-jpa-2.1-api", "1.0.0.Final", "" },
		{ "akka-actor_2.13-2.6.20.jar", "", "akka-actor_2.13", "2.6.20", "" },
		{ "guava-31.1-jre.jar", "", "guava", "31.1-jre", "" },
		{ "guava-31.1-jre.jar", "31.1", "guava", "31.1-jre", "" },
		{ "x-1.0-SNAPSHOT.jar", "1.0", "x", "1.0-SNAPSHOT", "" },
		{ "x-1.0-20230101.123456-1.jar", "", "x", "1.0-20230101.123456-1", "" },
		{ "x-1.0.0-beta-2-sources.jar", "", "x", "1.0.0-beta-2", "sources" },
		{ "x-1.0-RC1.jar", "", "x", "1.0-RC1", "" },
		{ "netty-t-4.1.68.Final-linux-x86_64.jar", "", "netty-t", "4.1.68.Final", "linux-x86_64" },
		{ "json-20220320.jar", "", "json", "20220320", "" },
		{ "google-api-services-storage-v1-rev20230301-2.0.0.jar", "", "google-api-services-storage",
		  "v1-rev20230301-2.0.0", "" },
		{ "flink-shaded-zookeeper-3-3.7.1-16.1.jar", "", "flink-shaded-zookeeper-3", "3.7.1-16.1", "" },
		{ "x-1-2.jar", "", "x", "1-2", "" },
		{ "bcprov-jdk15on-1.65.jar", "", "bcprov-jdk15on", "1.65", "" },
		{ "xml-apis-1.0.b2.jar", "", "xml-apis", "1.0.b2", "" },
		{ "odd-name-jdk8-strange.jar", "jdk8", "odd-name", "jdk8", "strange" },
		{ "app.jar", "", "app", "", "" },
		{ "my-app.jar", "", "my-app", "", "" },
		{ "noextension", "", "noextension", "", "" },
		{ "-1.jar", "", "-1", "", "" },
		{ "a-.jar", "", "a-", "", "" },
		{ "dir/", "", "", "", "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_java_file f = dd_java_file_name(dd_str_from(rows[i].path), dd_str_from(rows[i].hint));
		CHECK_STR_ROW(f.artifact, rows[i].artifact, rows[i].path);
		CHECK_STR_ROW(f.version, rows[i].version, rows[i].path);
		CHECK_STR_ROW(f.classifier, rows[i].classifier, rows[i].path);
	}
}

TEST(java_repository_paths)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "root/.m2/repository/org/apache/x/1.0/x-1.0.jar", "org.apache:x:1.0" },
		{ "home/a/.m2/repository/log4j/log4j/1.2.17/log4j-1.2.17-sources.jar", "log4j:log4j:1.2.17" },
		{ "c/v1/https/repo1.maven.org/maven2/a/b-c/d/2/d-2.jar", "a.b-c:d:2" },
		{ "r/.gradle/caches/modules-2/files-2.1/org.a/x/1.0/0af3/x-1.0.jar", "org.a:x:1.0" },
		{ "root/.ivy2/cache/org.a/x/jars/x-1.0.jar", "org.a:x:1.0" },
		{ "root/.ivy2/cache/org.a/x_2.13/bundles/x_2.13-1.0-RC1.jar", "org.a:x_2.13:1.0-RC1" },
		{ "srv/org/apache/x/1.0/x-1.0.jar", "-" },
		{ "root/.m2/repository/x/1.0/x-1.0.jar", "-" },
		{ "root/.m2/repository/org/apache/x/1.0/y-1.0.jar", "-" },
		{ "root/.m2/repository/o rg/x/1.0/x-1.0.jar", "-" },
		{ "x-1.0.jar", "-" },
		{ "", "-" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf group = DD_BUF_INIT(4096), got = DD_BUF_INIT(4096);
		struct dd_str artifact, version;
		if (dd_java_repository_path(dd_str_from(rows[i].path), &group, &artifact, &version))
			(void)dd_buf_addf(&got, "%.*s:%.*s:%.*s", DD_FMT(dd_buf_str(&group)), DD_FMT(artifact),
					  DD_FMT(version));
		else
			(void)dd_buf_add_c(&got, "-");
		CHECK_STR_ROW(dd_buf_str(&got), rows[i].want, rows[i].path);
	}
}

/* ---- archives in archives ---- */

#define NO_ARCHIVE(name)                                                                                               \
	"problem\tat=%zu\ttext='shop.war!WEB-INF/lib/" name                                                            \
	"': zip: no end of a central directory: not a zip archive, or cut\n"

TEST(java_nested)
{
	DD_CLEANUP_BUF struct dd_buf want = DD_BUF_INIT(DD_MIB);
	static const struct member lib[] = { PROPERTIES("org.json", "json", "2"), { NULL } };
	static const struct member old[] = { MANIFEST("Implementation-Vendor-Id: org.old\r\n"), { NULL } };
	static const struct member none[] = { { NULL } };
	DD_CLEANUP_BUF struct dd_buf json = DD_BUF_INIT(DD_MIB), war = DD_BUF_INIT(DD_MIB), all = DD_BUF_INIT(DD_MIB);
	DD_CLEANUP_BUF struct dd_buf older = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB),
				     empty = DD_BUF_INIT(DD_MIB);
	make(&json, lib);
	make(&older, old);
	make(&empty, none);
	const struct member in_war[] = { { "WEB-INF/lib/json-2.jar", dd_buf_str(&json) },
					 { "WEB-INF/lib/old-1.JAR", dd_buf_str(&older) },
					 { "WEB-INF/lib/bad-1.jar", DD_STR("no archive") },
					 { "WEB-INF/lib/void-1.jar", DD_STR("") },
					 { "WEB-INF/lib/win.rar", DD_STR("Rar!") },
					 { "WEB-INF/lib/cut.sar", DD_STR("PK\3\4") },
					 { NULL } };
	make(&war, in_war);
	const struct member in_ear[] = { { "shop.war", dd_buf_str(&war) },
					 { "e-3.jar", dd_buf_str(&empty) },
					 { NULL } };
	(void)dd_buf_add_c(&all, "#!/bin/sh\nexec java -jar $0\n");
	make(&all, in_ear);
	CHECK(analyze("shop-1.0.ear", dd_buf_str(&all), &out) == DD_OK);
	(void)dd_buf_addf(
		&want,
		MAVEN("shop", "1.0", GUESSED) "package\tname=shop\ttype=maven" GUESSED "\tinner=shop.war\n" MAVEN(
			"org.json:json", "2", "\tinner=shop.war!WEB-INF/lib/json-2.jar")
			MAVEN("org.old:old", "1", GUESSED "\tinner=shop.war!WEB-INF/lib/old-1.JAR")
				MAVEN("e", "3", GUESSED "\tinner=e-3.jar") NO_ARCHIVE("bad-1.jar")
					NO_ARCHIVE("cut.sar"),
		dd_str_search(dd_buf_str(&all), DD_STR("no archive")) + 10,
		dd_str_search(dd_buf_str(&all), DD_STR("cut.sarPK\3\4")) + 11);
	CHECK_STR(without_digests(&out), dd_buf_c(&want));
}

/* Archives in archives, 1,000 deep: the first ones, one problem, no time. */
TEST(java_thousand_deep)
{
	DD_CLEANUP_BUF struct dd_buf a = DD_BUF_INIT(16 * DD_MIB), b = DD_BUF_INIT(16 * DD_MIB);
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	struct dd_buf *in = &a, *around = &b;
	for (int i = 0; i < 1000; i++) {
		const struct member one[] = { { i ? "a-1.jar" : "end", dd_buf_str(in) }, { NULL } };
		dd_buf_clear(around);
		make(around, one);
		struct dd_buf *swap = in;
		in = around;
		around = swap;
	}
	CHECK(analyze("a-1.jar", dd_buf_str(in), &out) == DD_OK);
	struct dd_str text = dd_buf_str(&out), line;
	size_t packages = 0, problems = 0;
	while (dd_str_line(&text, &line)) {
		packages += dd_str_starts(line, DD_STR("package\t"));
		problems += dd_str_starts(line, DD_STR("problem\t"));
	}
	CHECK_INT(packages, 16);
	CHECK_INT(problems, 1);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("more than 16 deep")) < out.n);
}

TEST(java_not_an_archive)
{
	static const struct {
		const char *path;
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ "a.jar", DD_STR(""), "" },
		{ "a.jar", DD_STR("x"),
		  "problem\tat=1\ttext=zip: no end of a central directory: not a zip archive, or cut\n" },
		{ "a.rar", DD_STR("Rar!\x1a\7"), "" },
		{ "a.nar", DD_STR("\r\0\0\0\0\0\0\0nix-archive-1"), "" },
		{ "a.par", DD_STR("PK\3\4"),
		  "problem\tat=4\ttext=zip: no end of a central directory: not a zip archive, or cut\n" },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK(analyze(rows[i].path, rows[i].data, &out) == DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].path);
	}
}

/* sha1sum of the same 22 bytes. */
TEST(java_digest)
{
	static const struct member none[] = { { NULL } };
	DD_CLEANUP_BUF struct dd_buf empty = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	make(&empty, none);
	CHECK(analyze("a-1.jar", dd_buf_str(&empty), &out) == DD_OK);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("digest=sha1:b04f3ee8f5e43fa3b162981b50bb72fe1acabb33")) < out.n);
}

TEST(java_any_cut_is_harmless)
{
	static const struct member lib[] = { PROPERTIES("org.json", "json", "2"),
					     MANIFEST("Bundle-License: MIT\r\n"),
					     { "META-INF/maven/a/b/pom.xml", DD_STR("<project/>") },
					     { NULL } };
	DD_CLEANUP_BUF struct dd_buf json = DD_BUF_INIT(DD_MIB), all = DD_BUF_INIT(DD_MIB);
	make(&json, lib);
	const struct member outer[] = { { "json-2.jar", dd_buf_str(&json) }, { NULL } };
	make(&all, outer);
	for (size_t n = 0; n < all.n; n++) {
		char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees one byte too many */
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		memcpy(copy, all.p, n);
		CHECK(analyze("a-1.jar", (struct dd_str){ copy, n }, &out) == DD_OK);
		CHECK(n == 0 || dd_str_search(dd_buf_str(&out), DD_STR("problem\t")) < out.n);
		free(copy);
	}
}

TEST(java_memory_limit)
{
	static const struct member lib[] = { PROPERTIES("org.json", "json", "2"),
					     PROPERTIES("org.json", "json3", "2"),
					     MANIFEST("Bundle-License: MIT\r\n"),
					     { NULL } };
	DD_CLEANUP_BUF struct dd_buf json = DD_BUF_INIT(DD_MIB), all = DD_BUF_INIT(DD_MIB);
	make(&json, lib);
	const struct member outer[] = { { "json-2.jar", dd_buf_str(&json) },
					{ "x-2.jar", dd_buf_str(&json) },
					{ NULL } };
	make(&all, outer);
	const struct dd_input input = { DD_STR("a-1.jar"), dd_buf_str(&all) };
	struct dd_err err = { 0 };
	for (uint64_t nth = 1; nth < 100; nth++) {
		DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
		DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
		dd_alloc_fail_from(nth);
		enum dd_code code = dd_analyzer_java.parse(&input, &f, &err);
		dd_alloc_fail_from(0);
		CHECK(code != DD_OK || f.problems.n || f.packages.n == 6);
	}
}

/* ---- bundles ---- */

/* Appends a file of a tar (POSIX.1-1988 header). */
static void put_tar_file(struct dd_buf *b, const char *name, struct dd_str data)
{
	char head[512] = { 0 };
	unsigned sum = 0;
	(void)snprintf(head, 100, "%s", name);
	(void)snprintf(head + 100, 8, "%07o", 0644U);
	(void)snprintf(head + 124, 12, "%011zo", data.n);
	memcpy(head + 148, "        ", 8);
	head[156] = '0';
	memcpy(head + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof head; i++)
		sum += (unsigned char)head[i];
	(void)snprintf(head + 148, 8, "%06o", sum);
	(void)dd_buf_add(b, head, sizeof head);
	(void)dd_buf_add_str(b, data);
	for (size_t i = data.n; i % 512; i++)
		(void)dd_buf_add_char(b, '\0');
}

static const struct member json_members[] = { PROPERTIES("org.json", "json", "2"), { NULL, { "", 0 } } };

TEST(java_zip_bundle)
{
	DD_CLEANUP_BUF struct dd_buf jar = DD_BUF_INIT(DD_MIB), zip = DD_BUF_INIT(DD_MIB), outer = DD_BUF_INIT(DD_MIB),
				     out = DD_BUF_INIT(DD_MIB);
	make(&jar, json_members);
	const struct member members[] = { MANIFEST("Implementation-Title: x\r\nImplementation-Version: 1\r\n"),
					  PROPERTIES("not", "seen", "1"),
					  { "lib/json-2.jar", dd_buf_str(&jar) },
					  { "lib/readme.txt", DD_STR("x") },
					  { NULL, { "", 0 } } };
	make(&zip, members);
	CHECK(analyze("opt/dist-1.0.zip", dd_buf_str(&zip), &out) == DD_OK);
	CHECK_STR(without_digests(&out), MAVEN("org.json:json", "2", "\tinner=lib/json-2.jar"));
	/* A zip in a jar is data, one in a zip is looked through. */
	const struct member nested[] = { { "a.zip", dd_buf_str(&zip) }, { NULL, { "", 0 } } };
	make(&outer, nested);
	CHECK(analyze("opt/b.zip", dd_buf_str(&outer), &out) == DD_OK);
	CHECK_STR(without_digests(&out), MAVEN("org.json:json", "2", "\tinner=a.zip!lib/json-2.jar"));
	CHECK(analyze("opt/b-1.jar", dd_buf_str(&outer), &out) == DD_OK);
	CHECK_STR(without_digests(&out), MAVEN("b", "1", GUESSED));
	/* Anything may be called so. */
	CHECK(analyze("opt/b.zip", DD_STR("no archive"), &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "");
	for (size_t n = 0; n < zip.n; n++)
		(void)analyze("opt/b.zip", dd_str_take(dd_buf_str(&zip), n), &out);
}

TEST(java_tar_bundle)
{
	static const char *const names[] = { "opt/dist.tar", "opt/dist.tar.gz", "opt/dist.tgz", "opt/dist.tar.xz" };
	DD_CLEANUP_BUF struct dd_buf jar = DD_BUF_INIT(DD_MIB), tar = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	make(&jar, json_members);
	put_tar_file(&tar, "dist/readme", DD_STR("x"));
	put_tar_file(&tar, "dist/lib/json-2.jar", dd_buf_str(&jar));
	put_tar_file(&tar, "dist/lib/bad.jar", DD_STR("bad"));
	size_t whole = tar.n;
	for (int i = 0; i < 1024; i++)
		(void)dd_buf_add_char(&tar, '\0');
	/* What packs it is told by its bytes: none of these is packed. */
	for (size_t i = 0; i < DD_COUNT(names); i++) {
		CHECK_ROW(analyze(names[i], dd_buf_str(&tar), &out) == DD_OK, names[i]);
		CHECK_ROW(
			dd_str_starts(
				without_digests(&out),
				DD_STR(MAVEN("org.json:json", "2",
					     "\tinner=dist/lib/json-2.jar") "problem\ttext='dist/lib/bad.jar': zip: ")),
			names[i]);
	}
	CHECK(analyze("a.tar", DD_STR("no archive"), &out) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "");
	CHECK(analyze("a.tar", dd_str_take(dd_buf_str(&tar), whole - 100), &out) == DD_OK);
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("problem\t")) < out.n);
	for (size_t n = 0; n < tar.n; n += 7)
		(void)analyze("a.tar", dd_str_take(dd_buf_str(&tar), n), &out);
}
