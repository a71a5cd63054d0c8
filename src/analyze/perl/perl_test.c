/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/perl/perl_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=cpan" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(perl_installed)
{
	static const struct dd_path_row rows[] = {
		{ "usr/local/lib/perl5/site_perl/5.36.0/x86_64-linux-gnu/.meta/Demo-Thing-1.02/MYMETA.json",
		  DD_STR("{\"license\":[\"perl_5\",\"mit\"],\"name\":\"Demo-Thing\",\"version\":\"1.02\",\"prereqs\":{}"
			 "}"),
		  INSTALLED("Demo-Thing", "1.02", "\tlicences=perl_5 OR mit") },
		{ "l/.meta/Demo-Thing-v1.02/install.json",
		  DD_STR("{\"name\":\"Demo::Thing\",\"version\":1,\"dist\":\"Demo-Thing-v1.02\",\"pathname\":\"D/DE/"
			 "DEMO/Demo-Thing-v1.02.tar.gz\"}"),
		  INSTALLED("Demo-Thing", "v1.02", "") },
		{ "l/.meta/x/install.json", DD_STR("{\"dist\":\"Demo-Thing\"}"),
		  PROBLEM("0", "not a distribution and its version: 'Demo-Thing'") },
		{ "l/.meta/x/install.json", DD_STR("{"),
		  "error\tcode=-1\ttext=json: 'string or \\x27}\\x27 expected near end of file'\n" },
		{ "build/MYMETA.json", DD_STR("{\"name\":\"a\",\"version\":\"1\"}"), "" },
		{ "app/install.json", DD_STR("{\"dist\":\"a-1\"}"), "" },
		{ "l/perllocal.pod",
		  DD_STR("=head2 Sun Nov 22 00:31:00 2026: C<Module> L<Demo::Thing|Demo::Thing>\n\n=over 4\n\n"
			 "=item *\n\nC<installed into: /x>\n\n=item *\n\nC<VERSION: 1.01>\n\n=back\n\n"
			 "=head2 Mon: C<Module> L<A|A>\n\nC<VERSION: 2>\nC<VERSION: 3>\n"
			 "=head2 Tue: C<Module> L<Demo::Thing|Demo::Thing>\nC<VERSION: 1.02>\n"),
		  INSTALLED("Demo-Thing", "1.02", "") INSTALLED("A", "2", "") },
		{ "l/perllocal.pod",
		  DD_STR("C<VERSION: 1>\n=head2 x: C<Module> L<|>\nC<VERSION: 1>\n=head2 x: C<Module> L<B\n"
			 "C<VERSION: >\n"),
		  PROBLEM("77", "package without a version: 'B'") },
		{ "l/perllocal.pod", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(perl_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_perl, rows[6].path, rows[6].data);
	dd_check_out_of_memory(&dd_analyzer_perl, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_perl, "perllocal.pod", DD_STR(""),
				  DD_STR("=head2 x: C<Module> L<A::B|A>\nC<VERSION: 1>\n"), DD_STR(""), 10000),
		  1);
}

TEST(perl_snapshot)
{
	static const struct dd_path_row rows[] = {
		{ "app/cpanfile.snapshot",
		  DD_STR("# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  Apache-LogFormat-Compiler-0.35\n"
			 "    pathname: K/KA/KAZEBURO/Apache-LogFormat-Compiler-0.35.tar.gz\n    provides:\n"
			 "      Apache::LogFormat::Compiler 0.35\n    requirements:\n"
			 "      POSIX::strftime::Compiler 0.30\n      perl 5.008001\n"
			 "  POSIX-strftime-Compiler-v0.44\n    provides:\n      POSIX::strftime::Compiler 0.44\n"
			 "    requirements:\n      POSIX::strftime::Compiler 0\n"),
		  LOCKED("Apache-LogFormat-Compiler", "0.35", "\tdepends=POSIX-strftime-Compiler")
			  LOCKED("POSIX-strftime-Compiler", "v0.44", "") },
		{ "cpanfile.snapshot", DD_STR("DISTRIBUTIONS\n  a\n    provides:\n      A 1\n  b c-1\n  d-2"),
		  LOCKED("d", "2", "") PROBLEM("14", "not a distribution and its version: 'a'")
			  PROBLEM("42", "package name is not valid: 'b c'") },
		{ "cpanfile.snapshot", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(perl_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_perl_snapshot, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_perl_snapshot, "cpanfile.snapshot", DD_STR("D\n"),
				  DD_STR("  a-1\n    provides:\n      A 1\n    requirements:\n      A 1\n"), DD_STR(""),
				  5000),
		  20000);
}
