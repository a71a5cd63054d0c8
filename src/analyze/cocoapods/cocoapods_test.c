/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/cocoapods/cocoapods_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=cocoapods" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(cocoapods_locks)
{
	static const struct dd_path_row rows[] = {
		{ "ios/Podfile.lock",
		  DD_STR("PODS:\n  - AFNetworking (4.0.1):\n    - AFNetworking/NSURLSession (= 4.0.1)\n"
			 "    - AFNetworking/Security (= 4.0.1)\n  - AFNetworking/NSURLSession (4.0.1):\n"
			 "    - AFNetworking/Security\n    - Reachability (~> 3)\n"
			 "  - AFNetworking/Security (4.0.1)\n  - G (0.1)\n  - Mine (1.0):\n    - G\n"
			 "  - Reachability/Core (3.2)\n\nDEPENDENCIES:\n  - AFNetworking\n"
			 "  - Mine (from `../Mine`)\n\nSPEC REPOS:\n  trunk:\n    - AFNetworking\n\n"
			 "EXTERNAL SOURCES:\n  G:\n    :git: https://u:p@example.org/g.git\n    :tag: 0.1\n  Mine:\n"
			 "    :path: \"../Mine\"\n\nSPEC CHECKSUMS:\n"
			 "  AFNetworking: 3bd23d814e976cd148d7d44c3ab78017b744cd58\n\nPODFILE CHECKSUM: ab\n\n"
			 "COCOAPODS: 1.11.2\n"),
		  LOCKED("AFNetworking", "4.0.1", "\tdepends=Reachability")
			  LOCKED("G", "0.1", "\turl=https://example.org/g.git") LOCKED("Reachability", "3.2", "") },
		{ "Podfile.lock", DD_STR("PODS:\n  - a\n  - b (1\n  - []\n  - c (1)\n"),
		  LOCKED("b", "1", "") LOCKED("c", "1", "") PROBLEM("10", "package without a version: 'a'")
			  PROBLEM("25", "package without a name") },
		{ "Podfile.lock", DD_STR("PODS: &a [*a]\n"),
		  "error\tcode=-1\ttext=yaml: an alias without its anchor\n" },
		{ "Podfile.lock", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(cocoapods_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_cocoapods, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_cocoapods, "Podfile.lock", DD_STR("PODS:\n"),
				  DD_STR("  - A/B (1):\n    - C (= 1)\n    - D\n"),
				  DD_STR("EXTERNAL SOURCES:\n  A: {\":path\": x}\n"), 5000),
		  0);
}
