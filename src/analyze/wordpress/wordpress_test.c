/* SPDX-License-Identifier: Apache-2.0 */
/* Headers as the documentation of WordPress shows them and as its own plugins and themes have them; the odd ones by the
 * regular expressions of get_file_data() and _cleanup_header_comment(). */
#include "analyze/wordpress/wordpress_header.h"
#include "analyze/wordpress/wordpress_list.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

#define PLUGIN(name, version, more) "package\tname=" name "\tversion=" version "\ttype=wordpress-plugin" more "\n"
#define THEME(name, version, more)  "package\tname=" name "\tversion=" version "\ttype=wordpress-theme" more "\n"
#define AT			    "var/www/html/wp-content/plugins/"

static const struct {
	const char *path;
	struct dd_str text;
	const char *want;
} rows[] = {
	{ AT "akismet/akismet.php",
	  DD_STR("<?php\n/**\n * @package Akismet\n */\n/*\nPlugin Name: Akismet Anti-Spam\nPlugin URI: "
		 "https://akismet.com/\nDescription: Used by millions\nVersion: 5.0.2\nRequires at least: "
		 "5.0\nRequires "
		 "PHP: 5.2\nAuthor: Automattic\nAuthor URI: https://automattic.com/wordpress-plugins/\nLicense: GPLv2 "
		 "or "
		 "later\nText Domain: akismet\n*/\n"),
	  PLUGIN("akismet", "5.0.2", "\tlicences=GPLv2 or later\tmaintainer=Automattic") },
	{ AT "hello.php", DD_STR("<?php\n/*\nPlugin Name: Hello Dolly\nVersion: 1.7.2\n*/\n"),
	  PLUGIN("hello", "1.7.2", "") },
	{ AT "hello.php", DD_STR("<?php\n/*\nPlugin Name: Hello Dolly\nVersion: 1.7.2\nText Domain: hello-dolly\n*/"),
	  PLUGIN("hello-dolly", "1.7.2", "") },
	{ "wp-content/mu-plugins/x.php", DD_STR("<?php // Plugin Name: X\n# Version: 1 */ ?>"), PLUGIN("x", "1", "") },
	{ "wp-content/plugins/a/b.php", DD_STR(" \t<?php /* plugin NAME:A\r * @version:1.0?>2"),
	  PLUGIN("a", "1.0", "") },
	{ "wp-content/plugins/a/b.php", DD_STR("/* Plugin Name: A\n$x = 'Version: 1';\n"),
	  "package\tname=a\ttype=wordpress-plugin\n" },
	{ "wp-content/plugins/a/b.php", DD_STR("Plugin Name: A\nVersion:\nVersion: 2\n"),
	  "package\tname=a\ttype=wordpress-plugin\n" },
	{ "wp-content/plugins/a/b.php", DD_STR("Plugin Name: */ A\nVersion: 2\n"), "" },
	{ "wp-content/plugins/a/b.php", DD_STR("<?php function f() {}\n// Version: 2\n"), "" },
	{ "wp-content/plugins/a/b/c.php", DD_STR("Plugin Name: A\nVersion: 2\n"), "" },
	{ "my-wp-content/plugins/a/c.php", DD_STR("Plugin Name: A\nVersion: 2\n"), "" },
	{ "wp-content/plugins/a b/c.php", DD_STR("Plugin Name: A\nVersion: 2\n"),
	  "problem\tat=0\ttext=package name is not valid: 'a b'\n" },
	{ "wp-content/plugins/a b/c.php", DD_STR("Plugin Name: A\n"),
	  "problem\tat=0\ttext=package name is not valid: 'a b'\n" },
	{ "wp-content/plugins/a/c.php", DD_STR("Plugin Name: A\nVersion: 2\0x\n"),
	  "problem\tat=0\ttext=version of 'a' is not valid: '2\\x00x'\n" },
	{ "wp-content/plugins/a/c.php", DD_STR("Plugin Name: \xff\nVersion: 2\n"), PLUGIN("a", "2", "") },
	{ "wp-content/plugins/a/readme.txt", DD_STR("=== A ===\nStable tag: 1.2\n"), "" },
	{ "wp-content/themes/twentytwentythree/style.css",
	  DD_STR("/*\nTheme Name: Twenty Twenty-Three\nAuthor: the WordPress team\nTested up to: 6.1\nRequires PHP: "
		 "5.6\nVersion: 1.0\nLicense: GNU General Public License v2 or later\nText Domain: "
		 "twentytwentythree\n*/\n"),
	  THEME("twentytwentythree", "1.0",
		"\tlicences=GNU General Public License v2 or later\tmaintainer=the WordPress team") },
	{ "wp-content/themes/x/style.css", DD_STR("body { }\n"), "" },
	{ "wp-content/themes/x/y/style.css", DD_STR("Theme Name: X\nVersion: 1\n"), "" },
	{ "style.css", DD_STR("Theme Name: X\nVersion: 1\n"), "" },
	{ "wp-content/themes/x/style.css", DD_STR(""), "" },
};

TEST(wordpress_files)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_str path = dd_str_from(rows[i].path);
		CHECK_ROW(dd_analyze_path_text(wordpress_analyzers, DD_COUNT(wordpress_analyzers), path, rows[i].text,
					       0, &out) == DD_OK,
			  rows[i].text.p);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].text.p);
		for (size_t n = 0; n < rows[i].text.n; n++)
			(void)dd_analyze_path_text(wordpress_analyzers, DD_COUNT(wordpress_analyzers), path,
						   dd_str_take(rows[i].text, n), 0, &out);
	}
}

/* WordPress reads 8 KiB: what stands behind that is no header. */
TEST(wordpress_head_only)
{
	static char text[8192 + 64];
	struct dd_str data = { text, sizeof text };
	memset(text, '\n', sizeof text);
	memcpy(text + 8192 - 10, "Version: 1", 10);
	CHECK_STR(dd_wordpress_header(data, DD_STR("Version")), "1");
	memcpy(text + 8192 - 10, "\nVersion: 1", 11);
	CHECK_STR(dd_wordpress_header(data, DD_STR("Version")), "");
}

TEST(wordpress_readme)
{
	static const struct {
		const char *path, *text, *want;
	} tags[] = {
		{ "wp-content/plugins/a/readme.txt", "=== A ===\nStable tag: 1.2\n", "1.2" },
		{ "wp-content/plugins/a/README.txt", "stable TAG:1.2", "1.2" },
		{ "wp-content/plugins/a/readme.txt", "Stable tag: trunk\n", "" },
		{ "wp-content/plugins/a/readme.txt", "Stable tag: a b\n", "" },
		{ "wp-content/plugins/readme.txt", "Stable tag: 1\n", "" },
	};
	for (size_t i = 0; i < DD_COUNT(tags); i++) {
		struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
		struct dd_found found = { .arena = &arena };
		struct dd_input in = { .path = dd_str_from(tags[i].path), .data = dd_str_from(tags[i].text) };
		CHECK_INT_ROW(dd_analyzer_wordpress.parse(&in, &found, NULL), DD_OK, tags[i].text);
		CHECK_STR_ROW(found.definitions.n ? found.definitions.p[0].value : DD_STR(""), tags[i].want,
			      tags[i].text);
		dd_found_done(&found);
		dd_arena_done(&arena);
	}
}
