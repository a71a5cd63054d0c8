/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/swift/swift_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=swift" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(swift_resolved)
{
	static const struct dd_path_row rows[] = {
		{ "App.xcworkspace/xcshareddata/swiftpm/Package.resolved",
		  DD_STR("{\"object\":{\"pins\":[{\"package\":\"Alamofire\",\"repositoryURL\":\"https://github.com/"
			 "Alamofire/"
			 "Alamofire.git\",\"state\":{\"branch\":null,\"revision\":\"f96b\",\"version\":\"5.4.3\"}},{"
			 "\"package\":\"B\",\"repositoryURL\":\"git@GitHub.com:a/"
			 "b.git\",\"state\":{\"branch\":\"main\",\"revision\":\"1\",\"version\":null}},{\"package\":"
			 "\"C\",\"repositoryURL\":\"git@GitHub.com:a/"
			 "C.git\",\"state\":{\"version\":\"1.0.0\"}}]},\"version\":1}"),
		  LOCKED("github.com/Alamofire/Alamofire", "5.4.3", "\turl=https://github.com/Alamofire/Alamofire.git")
			  LOCKED("github.com/a/C", "1.0.0", "\turl=git@GitHub.com:a/C.git") },
		{ "Package.resolved",
		  DD_STR("{\"originHash\":\"x\",\"pins\":[{\"identity\":\"vapor\",\"kind\":\"remoteSourceControl\","
			 "\"location\":\"ssh://git@example.org:22/v/vapor.git/"
			 "\",\"state\":{\"revision\":\"1\",\"version\":\"4.89.0\"}},{\"identity\":\"mona.list\","
			 "\"kind\":\"registry\",\"location\":\"\",\"state\":{\"version\":\"1.2.0\"}},{\"identity\":"
			 "\"l\",\"kind\":\"localSourceControl\",\"location\":\"/"
			 "l\",\"state\":{\"version\":\"1\"}},{\"identity\":\"x\",\"kind\":\"remoteSourceControl\","
			 "\"location\":\"nothing\",\"state\":{\"version\":\"1\"}}],\"version\":3}"),
		  LOCKED("example.org/v/vapor", "4.89.0", "\turl=ssh://git@example.org:22/v/vapor.git/")
			  LOCKED("mona.list", "1.2.0", "") PROBLEM("341", "pin without a repository: 'nothing'") },
		{ "Package.resolved", DD_STR("{\"object\":7}"), PROBLEM("10", "json: neither an object nor an array") },
		{ "Package.resolved", DD_STR("{}"), "" },
		{ "Package.resolved", DD_STR("[]"), "error\tcode=-1\ttext=not a JSON object\n" },
	};
	CHECK_PATH_ROWS(swift_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_swift, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_swift, "Package.resolved", DD_STR("{\"pins\":[0"),
				  DD_STR("\n,{\"location\":\"https://h/a\",\"state\":{\"version\":\"1\"}}"),
				  DD_STR("]}"), 3000),
		  12000);
}
