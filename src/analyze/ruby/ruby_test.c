/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/ruby/ruby_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define SPEC			       "usr/lib/ruby/gems/3.1.0/specifications/a-1.gemspec"
#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=gem" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(ruby_gemspecs)
{
	static const struct dd_path_row rows[] = {
		{ SPEC,
		  DD_STR("# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.15.0 x86_64-linux "
			 "lib\0ext\n\nGem::Specification.new do "
			 "|s|\n  s.name = \"nokogiri\".freeze\n  s.version = \"1.15.0\"\n  s.platform = "
			 "\"x86_64-linux\".freeze\n  s.licenses = [\"MIT\".freeze, \"Ruby\"]\n  "
			 "s.add_runtime_dependency("
			 "%q<racc>.freeze, [\"~> 1.4\"])\n  s.add_development_dependency(%q<rake>.freeze, [\">= "
			 "0\"])\n  "
			 "else\n  s.add_dependency(%q<racc>.freeze, [\"~> 1.4\"])\n  "
			 "s.add_dependency(%q<rake>)\nend\n"),
		  INSTALLED("nokogiri", "1.15.0",
			    "\tlicences=MIT AND Ruby\tdepends=racc\tqualifiers=platform=x86_64-linux") },
		{ "gems/specifications/default/json-2.6.1.gemspec",
		  DD_STR("Gem::Specification.new do |spec|\r\n\tspec.name = %q{json}\r\n\tspec.version = "
			 "Gem::Version.new('2.6.1')\r\n\tspec.license = 'Ruby'\r\n\tspec.add_dependency \"x\"\r\nend"),
		  INSTALLED("json", "2.6.1", "\tlicences=Ruby\tdepends=x") },
		/* all dependencies are for development, but for RubyGems before 1.2 */
		{ SPEC,
		  DD_STR("# stub: a 1 ruby lib\n  if s.respond_to? :add_runtime_dependency then\n    "
			 "s.add_development_dependency(%q<x>)\n  else\n    s.add_dependency(%q<x>)\n  end\n"),
		  INSTALLED("a", "1", "") },
		/* the stub says what no literal says */
		{ SPEC, DD_STR("# stub: a 1.0 java lib\nGem::Specification.new { |s| s.version = VERSION }"),
		  INSTALLED("a", "1.0", "\tqualifiers=platform=java") },
		{ SPEC, DD_STR("# stub: a 1.0 ruby lib\n"), INSTALLED("a", "1.0", "") },
		{ SPEC, DD_STR("s.name = \"a\"\ns.version = \"1.0.0.pre.1\"\n s.name = \"b\"\n"),
		  INSTALLED("a", "1.0.0.pre.1", "") },
		{ SPEC, DD_STR("s.name = \"a\\\"b\"\ns.version = \"1"),
		  PROBLEM("0", "package without a version: 'a\\\\\"b'") },
		{ SPEC, DD_STR("s.name = NAME"), PROBLEM("0", "package without a name") },
		{ SPEC, DD_STR(""), PROBLEM("0", "package without a name") },
		{ SPEC, DD_STR("s.name = \"a\0b\"\ns.version = '1'"),
		  PROBLEM("0", "package name is not valid: 'a\\x00b'") },
		{ "gems/a-1/a.gemspec", DD_STR("s.name = \"a\"\ns.version = \"1\"\n"), "" },
	};
	CHECK_PATH_ROWS(ruby_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_ruby, SPEC, rows[0].data);
	(void)dd_check_linear(&dd_analyzer_ruby, SPEC, DD_STR("s.name = 'a'\ns.version = '1'\n"),
			      DD_STR("s.add_dependency(%q<b>)\ns.license = 'x'\n%q<\n"), DD_STR(""), 20000);
}

TEST(ruby_lock_files)
{
	static const struct dd_path_row rows[] = {
		{ "app/Gemfile.lock",
		  DD_STR("GIT\n  remote: https://u:p@example.org/g.git\n  revision: abc\n  specs:\n    g (0.1)\n      "
			 "rack\n\n"
			 "PATH\n  remote: .\n  specs:\n    mine (0.1.0)\n      rack\n\n"
			 "GEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.15.0)\n      mini_portile2 "
			 "(~> 2.8)\n"
			 "      racc (~> 1.4)\n    nokogiri (1.15.0-x86_64-linux)\n      racc (~> 1.4)\n"
			 "    rack (2.2.4)\n    sassc (2.4.0-java)\n\nPLATFORMS\n  ruby\n  "
			 "x86_64-linux\n\nDEPENDENCIES\n  "
			 "mine!\n  nokogiri (= 1.15.0)\n\nCHECKSUMS\n  nokogiri (1.15.0) sha256=" SHA
			 "\n  rack (2.2.4)\n  "
			 "other (1) sha256=" SHA "\n\nRUBY VERSION\n   ruby 3.1.2p20\n\nBUNDLED WITH\n   2.3.7\n"),
		  LOCKED("g", "0.1", "\turl=https://example.org/g.git\tdepends=rack")
			  LOCKED("nokogiri", "1.15.0", "\tdigest=sha256:" SHA "\tdepends=mini_portile2\\nracc")
				  LOCKED("rack", "2.2.4", "") LOCKED("sassc", "2.4.0", "\tqualifiers=platform=java") },
		{ "gems.locked", DD_STR("GEM\r\n  specs:\r\n    a (1.0.0.pre1)\r\n      b\r\n    c (2)"),
		  LOCKED("a", "1.0.0.pre1", "\tdepends=b") LOCKED("c", "2", "") },
		{ "Gemfile.lock", DD_STR("GEM\n  specs:\n<<<<<<< HEAD\n    a (1)\n=======\n    a (2)\n>>>>>>> x\n"),
		  PROBLEM("13", "a merge conflict: '<<<<<<< HEAD'") PROBLEM("54", "a merge conflict: '>>>>>>> x'") },
		{ "Gemfile.lock", DD_STR("GEM\n  specs:\n    a\n    b (1\n    c ()\n    d (1-)\n"),
		  LOCKED("d", "1", "") PROBLEM("13", "not a gem and its version: 'a'") PROBLEM(
			  "19", "not a gem and its version: 'b (1'") PROBLEM("28", "package without a version: 'c'") },
		{ "Gemfile.lock", DD_STR("GEM\n  specs:\n    a\0 (1)\n    \xff (1)\n    z (1)\n"),
		  LOCKED("z", "1", "") PROBLEM("13", "package name is not valid: 'a\\x00'")
			  PROBLEM("24", "package name is not valid: '\\xff'") },
		{ "Gemfile.lock", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(ruby_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_ruby_lock, "Gemfile.lock", rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_ruby_lock, "Gemfile.lock", DD_STR("GEM\n  specs:\n"),
				  DD_STR("    a (1)\n      b\n    c (1-x)\n"), DD_STR(""), 10000),
		  80000);
}
