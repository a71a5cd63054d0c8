/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_java_pom, dd_analyzer_java_unpacked, dd_analyzer_java_gradle,
	dd_analyzer_java_verification, dd_analyzer_java_sbt, dd_analyzer_java_quarkus;

#define DECLARED(name, version, more) "package\tname=" name version "\ttype=maven\tevidence=declared" more "\n"
#define V(version)		      "\tversion=" version
#define DEV			      "\tdev=yes"

#define POM                                                                                                            \
	"<project xmlns='http://maven.apache.org/POM/4.0.0'><groupId>org.a</groupId><artifactId>m</artifactId>"        \
	"<version>1.0</version><properties><v>2.${minor}</v><minor>7</minor><loop>${loop}</loop></properties>"         \
	"<dependencyManagement><dependencies><dependency><groupId>managed</groupId><artifactId>only</artifactId>"      \
	"<version>9</version></dependency></dependencies></dependencyManagement><dependencies>"                        \
	"<dependency><groupId>g</groupId><artifactId>a</artifactId><version> ${v} </version></dependency>"             \
	"<dependency><groupId>${project.groupId}</groupId><artifactId>b</artifactId><version>${project.version}"       \
	"</version><scope>test</scope></dependency>"                                                                   \
	"<dependency><groupId>g</groupId><artifactId>c</artifactId><version>${unknown}</version></dependency>"         \
	"<dependency><groupId>g</groupId><artifactId>d</artifactId></dependency>"                                      \
	"<dependency><groupId>g</groupId><artifactId>e</artifactId><version>[1.5]</version>"                           \
	"<classifier>linux</classifier><scope>provided</scope></dependency>"                                           \
	"<dependency><groupId>g</groupId><artifactId>f</artifactId><version>[1,2)</version></dependency>"              \
	"<dependency><groupId>g</groupId></dependency>"                                                                \
	"<dependency><groupId>g</groupId><artifactId>h</artifactId><version>1 2</version></dependency>"                \
	"</dependencies><build><plugins><plugin><dependencies><dependency><groupId>p</groupId><artifactId>p"           \
	"</artifactId><version>1</version></dependency></dependencies></plugin></plugins></build></project>"

#define SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA1   "da39a3ee5e6b4b0d3255bfef95601890afd80709"

static const struct row {
	const struct dd_analyzer *analyzer;
	const char *path;
	struct dd_str data;
	const char *want;
} rows[] = {
	{ &dd_analyzer_java_pom, "app/pom.xml", DD_STR(POM),
	  DECLARED("g:a", V("2.7"), "") DECLARED("org.a:b", V("1.0"), DEV) DECLARED("g:c", V("${unknown}"),
										    "") DECLARED("g:d", "", "")
		  DECLARED("g:e", V("1.5"), DEV "\tqualifiers=classifier=linux") DECLARED("g:f", "", "") DECLARED(
			  "g:h", "", "") "problem\tat=1043\ttext=dependency without a group and an artifact: 'g':''\n"
					 "problem\tat=1088\ttext=version of 'g:h' is not valid: '1 2'\n" },
	{ &dd_analyzer_java_pom, "x/META-INF/maven/g/a/pom.xml", DD_STR(POM), "" },
	{ &dd_analyzer_java_pom, "pom.xml", DD_STR("<settings/>"),
	  "error\tcode=-1\ttext=pom: the root element is 'settings', not 'project'\n" },
	{ &dd_analyzer_java_pom, "pom.xml", DD_STR("<!DOCTYPE p [<!ENTITY a 'b'>]><project/>"),
	  "error\tcode=-7\ttext=" },
	{ &dd_analyzer_java_unpacked, "app/BOOT-INF/classes/META-INF/maven/g/a/pom.properties",
	  DD_STR("#x\r\ngroupId=org.g\r\nartifactId = a\r\nversion:1\\:0\r\n"),
	  "error\tcode=-1\ttext=does not say group, artifact and version: 'org.g':'a':'1:0'\n" },
	{ &dd_analyzer_java_unpacked, "META-INF/maven/g/a/pom.properties",
	  DD_STR("version=1.0\ngroupId=org.g\nartifactId=a"), "package\tname=org.g:a\tversion=1.0\ttype=maven\n" },
	{ &dd_analyzer_java_unpacked, "etc/pom.properties", DD_STR("x"), "" },
	{ &dd_analyzer_java_gradle, "gradle.lockfile",
	  DD_STR("# This is a Gradle generated file for dependency locking.\n"
		 "ch.qos.logback:logback-classic:1.2.3=compileClasspath,runtimeClasspath,testRuntimeClasspath\r\n"
		 "junit:junit:4.12=testCompileClasspath,testRuntimeClasspath\n"
		 "org.x:y:1=integrationTestRuntimeClasspath\nempty=annotationProcessor\n\n"
		 "a:b=x\na:b:1:2=x\nnonsense\n:a:1=x\na:b:1 =x"),
	  DECLARED("ch.qos.logback:logback-classic", V("1.2.3"), "") DECLARED("junit:junit", V("4.12"), DEV)
		  DECLARED("org.x:y", V("1"),
			   DEV) "problem\tat=279\ttext=package without a version: 'a:b'\n"
				"problem\tat=285\ttext=not a group, an artifact and a version: 'a:b:1:2=x'\n"
				"problem\tat=295\ttext=not a group, an artifact and a version: 'nonsense':'':''\n"
				"problem\tat=304\ttext=not a group, an artifact and a version: '':'a':'1'\n"
				"problem\tat=311\ttext=version of 'a:b' is not valid: '1 '\n" },
	{ &dd_analyzer_java_gradle, "buildscript-gradle.lockfile", DD_STR("p:q:1=classpath\nempty=\n"),
	  DECLARED("p:q", V("1"), DEV) },
	{ &dd_analyzer_java_gradle, "gradle/dependency-locks/testCompile.lockfile", DD_STR("p:q:1\n"),
	  DECLARED("p:q", V("1"), DEV) },
	{ &dd_analyzer_java_gradle, "gradle/dependency-locks/compile.lockfile", DD_STR("p:q:1\n"),
	  DECLARED("p:q", V("1"), "") },
	{ &dd_analyzer_java_verification, "gradle/verification-metadata.xml",
	  DD_STR("<?xml version='1.0'?><verification-metadata "
		 "xmlns='https://schema.gradle.org/dependency-verification'>"
		 "<configuration><verify-metadata>true</verify-metadata></configuration><components>"
		 "<component group='g' name='a' version='1'><artifact name='a-1.pom'><sha256 value='00'/></artifact>"
		 "<artifact name='a-1.jar'><sha1 value='" SHA1 "'/><sha256 value='" SHA256 "' origin='x'/></artifact>"
		 "</component><component group='g' name='b'/></components></verification-metadata>"),
	  DECLARED("g:a", V("1"),
		   "\tdigest=sha256:" SHA256) "problem\tat=479\ttext=package without a version: 'g:b'\n" },
	{ &dd_analyzer_java_sbt, "build.sbt.lock",
	  DD_STR("{\"lockVersion\":1,\"configurations\":[\"compile\",\"test\"],\"dependencies\":[{\"org\":\"o\","
		 "\"name\":"
		 "\"n_2.13\",\"version\":\"1\",\"artifacts\":[{\"name\":\"n.jar\",\"hash\":\"sha1:" SHA1 "\"}],"
		 "\"configurations\":[\"compile\",\"test\"]},{\"org\":\"o\",\"name\":\"t\",\"version\":\"2\","
		 "\"configurations\":[\"test\"]},{},7]}"),
	  DECLARED("o:n_2.13", V("1"), "\tdigest=sha1:" SHA1) DECLARED(
		  "o:t", V("2"), DEV) "problem\tat=296\ttext=not a group, an artifact and a version: '':'':''\n"
				      "problem\tat=299\ttext=not a group, an artifact and a version: '':'':''\n" },
	{ &dd_analyzer_java_quarkus, "deployments/quarkus-app-dependencies.txt",
	  DD_STR("io.quarkus:quarkus-core::jar:3.2.0.Final\r\n\n"
		 "io.netty:netty-transport-native-epoll:linux-x86_64:jar:4.1.94.Final\n"
		 "a:b:jar:1\n:b::jar:1\na:b::jar:1:2\na:b::jar:\na:b::jar:1 2"),
	  "package\tname=io.quarkus:quarkus-core\tversion=3.2.0.Final\ttype=maven\n"
	  "package\tname=io.netty:netty-transport-native-epoll\tversion=4.1.94.Final\ttype=maven\t"
	  "qualifiers=classifier=linux-x86_64\n"
	  "problem\tat=111\ttext=not a group, an artifact, a classifier, a type and a version: 'a:b:jar:1'\n"
	  "problem\tat=121\ttext=not a group, an artifact, a classifier, a type and a version: ':b::jar:1'\n"
	  "problem\tat=131\ttext=not a group, an artifact, a classifier, a type and a version: 'a:b::jar:1:2'\n"
	  "problem\tat=144\ttext=package without a version: 'a:b'\n"
	  "problem\tat=154\ttext=version of 'a:b' is not valid: '1 2'\n" },
};

TEST(java_declared)
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

TEST(java_declared_any_cut_is_harmless)
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
			bool lines = rows[i].analyzer == &dd_analyzer_java_gradle ||
				     rows[i].analyzer == &dd_analyzer_java_quarkus ||
				     rows[i].analyzer == &dd_analyzer_java_unpacked;
			CHECK_ROW(said || lines || n == rows[i].data.n || rows[i].want[0] == '\0', rows[i].path);
			free(copy);
		}
	}
}

TEST(java_declared_memory_limit)
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
		for (uint64_t nth = 1; nth < 80; nth++) {
			DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_MIB);
			DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &a };
			dd_alloc_fail_from(nth);
			enum dd_code code = rows[i].analyzer->parse(&input, &f, NULL);
			dd_alloc_fail_from(0);
			CHECK_ROW(code != DD_OK || f.problems.n || f.packages.n == want, rows[i].path);
		}
	}
}
