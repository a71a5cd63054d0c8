/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/conda/conda_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=conda" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(conda_records)
{
	static const struct dd_path_row rows[] = {
		{ "opt/conda/conda-meta/numpy-1.26.4-py311h64a7726_0.json",
		  DD_STR("{\"arch\":\"x86_64\",\"build\":\"py311h64a7726_0\",\"build_number\":0,\"channel\":\"https://"
			 "conda.anaconda.org/conda-forge/linux-64\",\"constrains\":[],\"depends\":[\"libblas "
			 ">=3.9.0,<4.0a0\",\"python_abi 3.11.* *_cp311\",\"__glibc "
			 ">=2.17\"],\"fn\":\"numpy-1.26.4-py311h64a7726_0.conda\",\"license\":\"BSD-3-Clause\","
			 "\"name\":\"numpy\",\"sha256\":\"" SHA "\",\"subdir\":\"linux-64\",\"url\":\"https://"
			 "u:p@conda.anaconda.org/conda-forge/linux-64/"
			 "numpy-1.26.4-py311h64a7726_0.conda\",\"version\":\"1."
			 "26.4\"}"),
		  INSTALLED("numpy", "1.26.4",
			    "\tlicences=BSD-3-Clause\tdigest=sha256:" SHA
			    "\turl=https://conda.anaconda.org/conda-forge/linux-64/"
			    "numpy-1.26.4-py311h64a7726_0.conda\tdepends=libblas\\npython_abi\tqualifiers=build="
			    "py311h64a7726_0\\nchannel=conda-forge\\nsubdir=linux-64\\ntype=conda") },
		{ "opt/conda/conda-meta/a-1-0.json",
		  DD_STR("{\"name\":\"a\",\"version\":\"1\",\"build\":\"0\",\"channel\":\"defaults\",\"fn\":\"a-1-0."
			 "tar.bz2\",\"md5\":\"0123456789abcdef0123456789abcdef\"}"),
		  INSTALLED("a", "1",
			    "\tdigest=md5:0123456789abcdef0123456789abcdef\tqualifiers=build=0\\nchannel="
			    "defaults\\ntype=tar.bz2") },
		{ "opt/conda/conda-meta/state.json", DD_STR("{\"env_vars\":{}}"), "" },
		{ "opt/conda/conda-meta/x.json", DD_STR("{\"name\":7,\"version\":\"1\",\"build\":\"0\"}"),
		  PROBLEM("0", "package without a name") },
		{ "opt/conda/conda-meta/x.json", DD_STR(""),
		  "error\tcode=-1\ttext=json: 'unexpected token near end of file'\n" },
		{ "opt/conda/other/x.json", DD_STR("{\"name\":\"a\",\"version\":\"1\",\"build\":\"0\"}"), "" },
	};
	CHECK_PATH_ROWS(conda_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_conda, rows[0].path, rows[0].data);
}
