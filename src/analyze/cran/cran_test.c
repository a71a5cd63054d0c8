/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/cran/cran_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=cran" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(cran_installed)
{
	static const struct dd_path_row rows[] = {
		{ "usr/lib/R/library/jsonlite/DESCRIPTION",
		  DD_STR("Package: jsonlite\nVersion: 1.8.4\nLicense: MIT + file LICENSE\n"
			 "Depends: R (>= 3.5), methods\nImports: a (>= 1.0),\n  b\nRepository: CRAN\n"
			 "Maintainer: Jeroen Ooms <j@example.org>\n"
			 "Built: R 4.2.2; x86_64-pc-linux-gnu; 2022-12-06; unix\n"),
		  INSTALLED("jsonlite", "1.8.4",
			    "\tlicences=MIT + file LICENSE\tmaintainer=Jeroen Ooms "
			    "<j@example.org>\tdepends=methods\\na\\nb") },
		{ "l/limma/DESCRIPTION", DD_STR("Package: limma\nVersion: 3.54.0\nbiocViews: x\nBuilt: R\n"),
		  "package\tname=limma\tversion=3.54.0\ttype=bioconductor\n" },
		{ "l/x/DESCRIPTION", DD_STR("Package: x\nVersion: 1\nbiocViews: x\nRepository: CRAN\nBuilt: R\n"),
		  INSTALLED("x", "1", "") },
		{ "src/mine/DESCRIPTION", DD_STR("Package: mine\nVersion: 1\n"), "" },
		{ "doc/DESCRIPTION", DD_STR("A text about something.\n"), "" },
		{ "l/x/DESCRIPTION", DD_STR("Package: x\nBuilt: R\n"), PROBLEM("0", "package without a version: 'x'") },
		{ "l/x/DESCRIPTION", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(cran_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_cran, rows[0].path, rows[0].data);
}

TEST(cran_renv)
{
	static const struct dd_path_row rows[] = {
		{ "app/renv.lock",
		  DD_STR("{\"R\":{\"Version\":\"4.2.2\"},\"Packages\":{\"R6\":{\"Package\":\"R6\",\"Version\":\"2.5."
			 "1\",\"Source\":\"Repository\",\"Repository\":\"CRAN\",\"Hash\":"
			 "\"470851b6d5d0ac559e9d01bb352b4021\",\"Requirements\":[\"R\",\"a\"]},\"limma\":{\"Version\":"
			 "\"3.54\",\"Source\":\"Bioconductor\",\"Imports\":[\"b (>= 1)\"]}}}"),
		  LOCKED("R6", "2.5.1", "\tdepends=a") "package\tname=limma\tversion=3.54\ttype=bioconductor\tevidence="
						       "declared\tdepends=b\n" },
		{ "renv.lock", DD_STR("{\"Packages\":{\"a\":{}}}"), PROBLEM("17", "package without a version: 'a'") },
		{ "renv.lock", DD_STR("["), "error\tcode=-1\ttext=not a JSON object\n" },
	};
	CHECK_PATH_ROWS(cran_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_cran_renv, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_cran_renv, "renv.lock",
				  DD_STR("{\"Packages\":{\"b\":{\"Version\":\"1\"}"),
				  DD_STR(",\"a\":{\"Version\":\"1\"}"), DD_STR("}}"), 5000),
		  20001);
}
