/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/php/php_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=composer" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PEAR(name, version, more)      "package\tname=" name "\tversion=" version "\ttype=pear" more "\n"
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define JSON			       "var/www/vendor/composer/installed.json"
#define SHA1			       "0123456789abcdef0123456789abcdef01234567"
#define ONE                                                                                                            \
	"{\"name\":\"monolog/"                                                                                         \
	"monolog\",\"version\":\"v2.8.0\",\"version_normalized\":\"2.8.0.0\",\"license\":[\"MIT\","                    \
	"\"BSD-3-Clause\"],\"require\":{\"php\":\">=7\",\"ext-json\":\"*\",\"psr/log\":\"^1\"},\"dist\":{\"type\":"    \
	"\"zip\",\"url\":\"https://u:p@example.org/m.zip\",\"shasum\":\"" SHA1 "\"}}"

TEST(php_composer)
{
	static const struct dd_path_row rows[] = {
		{ JSON, DD_STR("[" ONE "]"),
		  INSTALLED("monolog/monolog", "2.8.0",
			    "\tlicences=MIT OR BSD-3-Clause\tdigest=sha1:" SHA1
			    "\turl=https://example.org/m.zip\tdepends=psr/log") },
		{ JSON,
		  DD_STR("{\"packages\":[{\"name\":\"a/"
			 "b\",\"version\":\"dev-main\",\"license\":\"MIT\",\"source\":{\"type\":"
			 "\"git\",\"url\":\"https://example.org/b.git\"}},{\"name\":\"c/"
			 "d\",\"version\":\"1.0\",\"dist\":"
			 "{\"type\":\"path\",\"url\":\"../d\"}}],\"dev\":true,\"dev-package-names\":[\"c/d\"]}"),
		  INSTALLED("a/b", "dev-main", "\tlicences=MIT\turl=https://example.org/b.git")
			  INSTALLED("c/d", "1.0", "\tdev=yes") },
		{ "composer.lock",
		  DD_STR("{\"packages\":[{\"name\":\"a/b\",\"version\":\"V1\"},{\"name\":\"v/v\",\"version\":\"vX\"}],"
			 "\"packages-dev\":[{\"name\":\"c/d\",\"version\":\"2\"}],\"aliases\":[]}"),
		  LOCKED("a/b", "1", "") LOCKED("v/v", "vX", "") LOCKED("c/d", "2", "\tdev=yes") },
		{ "composer.lock", DD_STR("{\"packages\":[],\"packages-dev\":null}"), "" },
		{ JSON,
		  DD_STR("{\"packages\":[{\"name\":\"a/b\"},7,{\"version\":\"1\"},{\"name\":\"c/"
			 "d\",\"version\":\"1\"}]}"),
		  INSTALLED("c/d", "1", "") PROBLEM("13", "package without a version: 'a/b'")
			  PROBLEM("28", "package without a name") PROBLEM("30", "package without a name") },
		/* cut off: what is whole is found */
		{ JSON, DD_STR("{\"packages\":[{\"name\":\"c/d\",\"version\":\"1\"},{\"name\":\"e"),
		  INSTALLED("c/d", "1", "") PROBLEM("52", "json: the document is cut off") },
		{ "composer/other.json", DD_STR("[" ONE "]"), "" },
		{ "etc/installed.json", DD_STR("[" ONE "]"), "" },
		{ JSON, DD_STR("\"\""), "error\tcode=-1\ttext=json: neither an object nor an array\n" },
	};
	CHECK_PATH_ROWS(php_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_php, JSON, rows[1].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_php, JSON, DD_STR("[" ONE), DD_STR("," ONE), DD_STR("]"), 3000), 12001);
}

#define REG "usr/local/lib/php/.registry/.channel.pecl.php.net/redis.reg"

TEST(php_pear)
{
	static const struct dd_path_row rows[] = {
		{ REG,
		  DD_STR("a:6:{s:7:\"attribs\";a:1:{s:7:\"version\";s:3:\"2.0\";}s:4:\"name\";s:5:\"redis\";s:7:"
			 "\"channel\";"
			 "s:12:\"pecl.php.net\";s:7:\"version\";a:2:{s:7:\"release\";s:5:\"5.3.7\";s:3:\"api\";s:5:\"5."
			 "3.0\";}"
			 "s:7:\"license\";a:2:{s:7:\"attribs\";a:0:{}s:8:\"_content\";s:3:\"PHP\";}s:4:\"time\";i:1;"
			 "s:1:\"n\";N;s:1:\"b\";b:1;s:1:\"d\";d:0.5;}"),
		  PEAR("pecl.php.net/redis", "5.3.7", "\tlicences=PHP") },
		{ "usr/share/php/.registry/old.reg",
		  DD_STR("a:3:{s:7:\"package\";s:3:\"Old\";s:7:\"version\";s:3:\"1.0\";s:15:\"release_license\";s:3:"
			 "\"BSD\";}"),
		  PEAR("pear.php.net/Old", "1.0", "\tlicences=BSD") },
		/* cut off behind what is needed */
		{ REG, DD_STR("a:3:{s:4:\"name\";s:1:\"a\";s:7:\"version\";s:1:\"1\";s:9:\"x"),
		  PEAR("pear.php.net/a", "1", "") PROBLEM("50", "not a value serialized by PHP") },
		{ REG, DD_STR("a:1:{s:4:\"name\";O:8:\"stdClass\":0:{}}"),
		  PROBLEM("18", "not a value serialized by PHP") },
		{ REG, DD_STR("s:99999999999:\"x\";"), PROBLEM("2", "not a value serialized by PHP") },
		{ REG, DD_STR(""), PROBLEM("0", "not a value serialized by PHP") },
		{ REG, DD_STR("a:0:{}"), PROBLEM("0", "package without a name") },
		{ "etc/x.reg", DD_STR("a:0:{}"), "" },
	};
	CHECK_PATH_ROWS(php_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_php_pear, REG, rows[0].data);
	(void)dd_check_linear(&dd_analyzer_php_pear, REG, DD_STR("a:1:{s:1:\"x\";"), DD_STR("a:1:{i:0;"), DD_STR(""),
			      50000);
	(void)dd_check_linear(&dd_analyzer_php_pear, REG, DD_STR("a:1:{"), DD_STR("i:0;a:1:{i:0;i:0;}"), DD_STR("}"),
			      50000);
}
