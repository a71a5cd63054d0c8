/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/classifier/pattern.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_classifier;

TEST(classifier_patterns)
{
	static const struct {
		const char *pattern;
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ "a/<%v>", DD_STR("a/1.2.3"), "1.2.3" },
		{ "a/<%v>", DD_STR("xa/1.2.3-rc1"), "1.2.3" },
		{ "a/<%V>", DD_STR("xa/1.2.3-rc1+x~y_z "), "1.2.3-rc1+x~y_z" },
		{ "a/<%v>", DD_STR("a/1.2."), "1.2" },
		{ "a/<%v>", DD_STR("a/1 a/.1 a/1. a/x a/12.34"), "12.34" },
		{ "a/<%v>%0", DD_STR("a/1.2.3x\0a/1.2.4\0"), "1.2.4" },
		{ "a/<%v>%0", DD_STR("a/1.2.3"), "" },
		{ "%0<%v>-b",
		  DD_STR("9.9-b\0"
			 "1.10.2-b"),
		  "1.10.2" },
		{ "<%v>-b", DD_STR("x..1.10.2-b"), "1.10.2" },
		{ "/<%V>/Clean", DD_STR("/x/1.28.0-dev/Clean"), "1.28.0-dev" },
		{ "<%v>%12a-%10d0000%0", DD_STR("A7.2.4abcdef123456-17047123450000\0"), "7.2.4" },
		{ "<%v>%10d0000%0", DD_STR("A7.0.1517902820560000\0"), "7.0.15" },
		{ "<%v>%10d0000%0", DD_STR("A7.0.0000\0"), "" },
		{ "%0<%p.%d%t>%0",
		  DD_STR("\0"
			 "3.1.9\0"
			 "3.11\0"
			 "3.11.4rc1\0"),
		  "3.11.4rc1" },
		{ "O <%V>%s%d%s", DD_STR("O 1.1.1w  11 Sep"), "1.1.1w" },
		{ "O <%V>%s%d%s", DD_STR("O 1.1.1w Sep"), "" },
		{ "ruby <%v>%t (2", DD_STR("ruby 3.1.2p20 (2022"), "3.1.2" },
		{ " version <%v>%t, released 2", DD_STR(" version 2.6.12-1+deb12u4, released 2026"), "2.6.12" },
		{ "%%<%v>%n", DD_STR("%1.2\n"), "1.2" },
		{ "<1.%d>x", DD_STR("1.2x"), "1.2" },
		{ "a<%v>", DD_STR(""), "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_pattern p;
		CHECK_ROW(dd_pattern_read(&p, dd_str_from(rows[i].pattern), DD_STR("3.11")), rows[i].pattern);
		CHECK_STR_ROW(dd_pattern_search(&p, rows[i].data), rows[i].want, rows[i].pattern);
	}
}

TEST(classifier_patterns_that_are_none)
{
	static const char *const rows[] = {
		"",	     "abc",	  "<%v>",      "a<%v",	  "a%v>",
		"a<>",	     "a><%v",	  "a<%v>>",    "a<%v>%",  "a<%v>%x",
		"a<%v>%00a", "a<%v>%99d", "a<%v>%12x", "a<%v>%p", "a<%v>%s%d%s%d%s%d%s%d%s%d%s%d%s%d%s%d%s%d%s%d",
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_pattern p;
		CHECK_ROW(!dd_pattern_read(&p, dd_str_from(rows[i]), DD_STR("")), rows[i]);
	}
}

/* The version is taken in whole by 64 bytes at most, and a file of nothing but beginnings is given up. */
TEST(classifier_pattern_limits)
{
	struct dd_pattern p;
	struct dd_buf data DD_CLEANUP_BUF = DD_BUF_INIT(8 * DD_MIB);
	CHECK(dd_pattern_read(&p, DD_STR("a/<%v>"), DD_STR("")));
	(void)dd_buf_add_c(&data, "a/1.");
	for (int i = 0; i < 100; i++)
		(void)dd_buf_add_char(&data, '1');
	CHECK_INT(dd_pattern_search(&p, dd_buf_str(&data)).n, DD_PATTERN_RUN_MAX);
	dd_buf_clear(&data);
	for (int i = 0; i < DD_PATTERN_HITS_MAX; i++)
		(void)dd_buf_add_c(&data, "a/");
	(void)dd_buf_add_c(&data, "a/1.2");
	CHECK_INT(dd_pattern_search(&p, dd_buf_str(&data)).n, 0);
	CHECK_STR(dd_pattern_search(&p, dd_str_skip(dd_buf_str(&data), 2)), "1.2");
}

#define ELF "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0"
#define FOUND(name, version, cpe, cpe_version)                                                                         \
	"package\tname=" name "\tversion=" version "\ttype=generic\tevidence=guessed\tcpe=cpe:2.3:a:" cpe              \
	":" cpe_version ":*:*:*:*:*:*:*\n"

TEST(classifier_files)
{
	static const struct {
		const char *path;
		struct dd_str data;
		const char *want;
	} rows[] = {
		{ "usr/bin/node", DD_STR(ELF "node.js/v20.11.0\0"),
		  FOUND("node", "20.11.0", "nodejs:node.js", "20.11.0") },
		{ "node", DD_STR(ELF "node.js/v20.11.0\0"), FOUND("node", "20.11.0", "nodejs:node.js", "20.11.0") },
		{ "usr/bin/other", DD_STR(ELF "node.js/v20.11.0\0"), "" },
		{ "usr/bin/node", DD_STR("#!/bin/sh node.js/v20.11.0\0"), "" },
		{ "usr/sbin/mysqld",
		  DD_STR(ELF "\0"
			     "10.11.6-MariaDB\0/mysql-8.0.35/x"),
		  FOUND("mariadb", "10.11.6", "mariadb:mariadb", "10.11.6")
			  FOUND("mysql", "8.0.35", "oracle:mysql", "8.0.35") },
		/* Oracle's own build of MySQL 5.6.21 */
		{ "usr/bin/mysqladmin",
		  DD_STR(ELF "\0"
			     "5.6.21\0"
			     "/export/home/pb2/build/sb_0-13191046-1410445542.45/mysql-5.6.21/vio/viosocket.c\0"),
		  FOUND("mysql", "5.6.21", "oracle:mysql", "5.6.21") },
		/* MongoDB's own builds of 6.0.27, 4.4.2 and 4.2.6 (cut), one of an allocator that 8.0 has */
		{ "usr/bin/mongod",
		  DD_STR(ELF "\0outputConfig\0"
			     "6.0.27\0tcmalloc\0mozjs\0EnableVersionInfo\0distmod\0ubuntu1804\0"
			     "1.2.13\0"),
		  FOUND("mongodb", "6.0.27", "mongodb:mongodb", "6.0.27") },
		{ "opt/mongodb/bin/mongos",
		  DD_STR(ELF "\0"
			     "1.2.11\0outputConfig\0\": \0"
			     "4.4.2\0tcmalloc\0mozjs\0GlobalLogManager\0distmod\0ubuntu1604\0"),
		  FOUND("mongodb", "4.4.2", "mongodb:mongodb", "4.4.2") },
		{ "mongod",
		  DD_STR(ELF "\0\": \0"
			     "4.2.6\0tcmalloc\0mozjs\0ubuntu1804\0distmod\0"),
		  FOUND("mongodb", "4.2.6", "mongodb:mongodb", "4.2.6") },
		{ "mongod",
		  DD_STR(ELF "\0"
			     "8.0.4-rc1\0tcmalloc-google\0mozjs\0"),
		  FOUND("mongodb", "8.0.4-rc1", "mongodb:mongodb", "8.0.4-rc1") },
		/* a version that stands alone, and the same texts in another program */
		{ "mongod",
		  DD_STR(ELF "\0"
			     "6.0.27\0mozjs\0tcmalloc\0"),
		  "" },
		{ "mongodump",
		  DD_STR(ELF "\0"
			     "6.0.27\0tcmalloc\0mozjs\0"),
		  "" },
		{ "opt/lib/libpython3.12.so.1.0",
		  DD_STR(ELF "\0"
			     "3.11.1\0x/3.12.1\0"),
		  FOUND("python", "3.12.1", "python:python", "3.12.1") },
		{ "opt/lib/libpython3.so",
		  DD_STR(ELF "\0"
			     "3.11.1\0"),
		  "" },
		{ "bin/envoy",
		  DD_STR(ELF "\0"
			     "1.0.0\0"
			     "1.40.0\0"),
		  FOUND("envoy", "1.40.0", "envoyproxy:envoy", "1.40.0") },
		{ "bin/zsh", DD_STR(ELF "/zsh/5.9+x~y\0"), FOUND("zsh", "5.9+x~y", "zsh:zsh", "5.9\\\\+x\\\\~y") },
		{ "bin/valkey-server", DD_STR(ELF "\0valkey9.1.22036e910ab2c-179260013845336800000000\0"),
		  FOUND("valkey", "9.1.2", "lfprojects:valkey", "9.1.2") },
		{ "bin/redis-server",
		  DD_STR(ELF "\0"
			     "7.2.4buildkitsandbox-1704712345000000000\0"),
		  FOUND("redis", "7.2.4", "redis:redis", "7.2.4") },
		{ "var/www/wp-includes/version.php", DD_STR("<?php\n$wp_version = '6.4.2';\n"),
		  FOUND("wordpress", "6.4.2", "wordpress:wordpress", "6.4.2") },
		{ "usr/local/go/VERSION", DD_STR("go1.21.5\ntime x\n"), FOUND("go", "1.21.5", "golang:go", "1.21.5") },
		{ "opt/java/release", DD_STR("IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"1.8.0_392\"\n"),
		  FOUND("java", "1.8.0_392", "oracle:openjdk", "1.8.0_392") },
		{ "opt/java/release", DD_STR("NAME=x\n"), "" },
		{ "usr/lib/erlang/releases/25/OTP_VERSION", DD_STR("25.2.3\n"),
		  FOUND("erlang", "25.2.3", "erlang:erlang\\\\/otp", "25.2.3") },
		{ "", DD_STR(ELF), "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK_ROW(dd_analyze_text(&dd_analyzer_classifier, dd_str_from(rows[i].path), rows[i].data, 0, &out) ==
				  DD_OK,
			  rows[i].path);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].path);
		for (size_t n = 0; n < rows[i].data.n; n++)
			(void)dd_analyze_text(&dd_analyzer_classifier, dd_str_from(rows[i].path),
					      dd_str_take(rows[i].data, n), 0, &out);
	}
}

/* Every row of the table is a pattern. */
TEST(classifier_table)
{
	static const struct {
		const char *name, *pattern;
	} rows[] = {
#define DD_CLASSIFIER(name, files, pattern, vendor, product)		    { name, pattern },
#define DD_CLASSIFIER_TEXT(name, file, directory, pattern, vendor, product) { name, pattern },
#include "analyze/classifier/classifiers.def"
#undef DD_CLASSIFIER
#undef DD_CLASSIFIER_TEXT
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_pattern p;
		CHECK_ROW(dd_pattern_read(&p, dd_str_from(rows[i].pattern), DD_STR("1.2")), rows[i].pattern);
		CHECK_ROW(dd_str_is_word(dd_str_from(rows[i].name)), rows[i].name);
	}
}

TEST(classifier_upx)
{
	char data[256] = "\177ELF\2\1\1";
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	memcpy(data + 0xec, "UPX!", 4);
	CHECK(dd_analyze_text(&dd_analyzer_classifier, DD_STR("x"), (struct dd_str){ data, sizeof data }, 0, &out) ==
	      DD_OK);
	CHECK_STR(dd_buf_str(&out),
		  "problem\tat=236\ttext=packed by UPX: what the program is made of cannot be seen\n");
}
