/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of dpkg, the Debian tracker and Ubuntu. */
#include "support/judge_rows.h"
#include "support/test.h"

TEST(vuln_debian)
{
	static const struct dd_judge_row rows[] = {
		{ "source name and source version, not the binary's",
		  "debian",
		  "12",
		  "deb|libssl3|3.0.11-1~deb12u1|amd64|openssl|3.0.11-1~deb12u1\n",
		  { { "debian", TRACKER("openssl", "CVE-2023-5363", FIXED("bookworm", "3.0.11-1~deb12u2")) } },
		  "libssl3 CVE-2023-5363 fixed 3.0.11-1~deb12u2 unknown by debian\n" },
		{ "the binary's own name means nothing where the source has another",
		  "debian",
		  "12",
		  "deb|libssl3|3.0.11-1~deb12u1|amd64|openssl|3.0.11-1~deb12u1\n",
		  { { "debian", TRACKER("libssl3", "CVE-2023-5363", FIXED("bookworm", "9")) } },
		  "" },
		{ "no Source field: the package is its own source",
		  "debian",
		  "12",
		  "deb|bash|5.2.15-2|amd64\n",
		  { { "debian", TRACKER("bash", "CVE-2024-0001", FIXED("bookworm", "5.2.15-2+deb12u1")) } },
		  "bash CVE-2024-0001 fixed 5.2.15-2+deb12u1 unknown by debian\n" },
		{ "a binary rebuild (+bN) is not a newer source",
		  "debian",
		  "12",
		  "deb|zlib1g|1:1.2.13.dfsg-1+b1|amd64|zlib|1:1.2.13.dfsg-1\n",
		  { { "debian", TRACKER("zlib", "CVE-2023-45853", FIXED("bookworm", "1:1.2.13.dfsg-1+a")) } },
		  "zlib1g CVE-2023-45853 fixed 1:1.2.13.dfsg-1+a unknown by debian\n" },
		{ "the tilde sorts before the end: 1.0~rc1 is older than 1.0",
		  "debian",
		  "12",
		  "deb|x|1.0~rc1-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0002", FIXED("bookworm", "1.0-1")) } },
		  "x CVE-2024-0002 fixed 1.0-1 unknown by debian\n" },
		{ "an epoch beats every upstream version",
		  "debian",
		  "12",
		  "deb|x|1:0.1-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0003", FIXED("bookworm", "9.0-1")) } },
		  "" },
		{ "the fixed version itself is not affected",
		  "debian",
		  "12",
		  "deb|x|1.0-1+deb12u1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0004", FIXED("bookworm", "1.0-1+deb12u1")) } },
		  "" },
		{ "fixed_version 0: never affected",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0005", FIXED("bookworm", "0")) } },
		  "" },
		{ "\"0\" of the tracker wins over OSV",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0006", FIXED("bookworm", "0")) },
		    { "osv", OSV("CVE-2024-0006", "Debian:12", "x", "2.0-1") } },
		  "" },
		{ "undetermined is no finding, even where OSV has one",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian",
		      TRACKER("x", "CVE-2024-0007",
			      "\"bookworm\":{\"status\":\"undetermined\",\"urgency\":\"not yet assigned\"}") },
		    { "osv", OSV("CVE-2024-0007", "Debian:12", "x", "2.0-1") } },
		  "" },
		{ "both sources: one finding, the tracker's fix",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0008", FIXED("bookworm", "1.5-1")) },
		    { "osv", OSV("CVE-2024-0008", "Debian:12", "x", "2.0-1") } },
		  "x CVE-2024-0008 fixed 1.5-1 unknown by debian,osv:Debian\n" },
		{ "open: affected, not fixed",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0009", OPEN("bookworm", "")) } },
		  "x CVE-2024-0009 not-fixed unknown by debian\n" },
		{ "no-dsa: not fixed, and why",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0010",
					OPEN("bookworm", ",\"nodsa\":\"Minor issue\",\"nodsa_reason\":\"\"")) } },
		  "x CVE-2024-0010 not-fixed unknown by debian (no-dsa: Minor issue)\n" },
		{ "ignored: will not be fixed",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian",
		      TRACKER("x", "CVE-2024-0011",
			      OPEN("bookworm", ",\"nodsa\":\"Too intrusive\",\"nodsa_reason\":\"ignored\"")) } },
		  "x CVE-2024-0011 wont-fix unknown by debian (ignored: Too intrusive)\n" },
		{ "postponed: deferred",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian",
		      TRACKER("x", "CVE-2024-0012",
			      OPEN("bookworm", ",\"nodsa\":\"Next time\",\"nodsa_reason\":\"postponed\"")) } },
		  "x CVE-2024-0012 deferred unknown by debian (postponed: Next time)\n" },
		{ "end of life of a package",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0013",
					"\"bookworm\":{\"status\":\"open\",\"urgency\":\"end-of-life\"}") } },
		  "x CVE-2024-0013 end-of-life unknown by debian\n" },
		{ "unimportant: negligible, and the severity is Debian's",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0014",
					"\"bookworm\":{\"status\":\"open\",\"urgency\":\"unimportant\"}") } },
		  "x CVE-2024-0014 not-fixed negligible/debian by debian\n" },
		{ "severity is the package's own: unimportant in one, low in the other",
		  "debian",
		  "12",
		  "deb|mongodb|1|amd64\ndeb|pcre3|1|amd64\n",
		  { { "debian",
		      "{\"mongodb\":{\"CVE-2015-2328\":{\"releases\":{\"bookworm\":{\"status\":\"open\",\"urgency\":"
		      "\"unimportant\"}}}},\"pcre3\":{\"CVE-2015-2328\":{\"releases\":{\"bookworm\":{\"status\":"
		      "\"open\","
		      "\"urgency\":\"low\"}}}}}" } },
		  "pcre3 CVE-2015-2328 not-fixed low/debian by debian\n"
		  "mongodb CVE-2015-2328 not-fixed negligible/debian by debian\n" },
		{ "another release's data is not this release's",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", "{\"x\":{\"CVE-2024-0015\":{\"releases\":{" FIXED(
					"bullseye", "2.0-1") "}}},"
							     "\"y\":{\"CVE-2024-0016\":{\"releases\":{" FIXED(
								     "bookworm", "1") "}}}}" } },
		  "" },
		{ "no statement for the release: compare with unstable's fix",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\ndeb|z|3.0-1|amd64\n",
		  { { "debian",
		      "{\"x\":{\"CVE-2024-0017\":{\"releases\":{" FIXED(
			      "sid", "2.0-1") "}}},"
					      "\"z\":{\"CVE-2024-0018\":{\"releases\":{" FIXED(
						      "sid", "2.0-1") "}}},"
								      "\"y\":{\"CVE-2024-0019\":{\"releases\":{" FIXED(
									      "bookworm", "1") "}}}}" } },
		  "x CVE-2024-0017 not-fixed unknown by debian (no statement for this release, judged by Debian "
		  "unstable; fixed "
		  "there in 2.0-1)\n" },
		{ "a statement for the release silences unstable",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0020", FIXED("sid", "2.0-1") "," FIXED("bookworm", "0")) } },
		  "" },
		{ "unstable itself: no version, testing's name",
		  "debian",
		  "",
		  "deb|x|1.0-1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0021", FIXED("sid", "2.0-1")) } },
		  "x CVE-2024-0021 fixed 2.0-1 unknown by debian\n" },
		{ "several DSAs for one CVE: the highest fix",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\ndeb|x2|1.0-1+deb12u1|amd64|x\n",
		  { { "osv",
		      "[" RECORD(
			      "DSA-5001-1", "\"upstream\":[\"CVE-2024-0022\"],",
			      AFFECTED(
				      "Debian:12", "x",
				      RANGE(I("0") "," F(
					      "1.0-1+deb12u1")))) "," RECORD("DSA-5002-1",
									     "\"upstream\":[\"CVE-2024-0022\"],",
									     AFFECTED(
										     "Debian:12", "x",
										     RANGE(I("0") "," F(
											     "1.0-1+deb12u2")))) "]" } },
		  "x CVE-2024-0022 fixed 1.0-1+deb12u2 unknown by osv:Debian (DSA-5001-1, DSA-5002-1)\n"
		  "x2 CVE-2024-0022 fixed 1.0-1+deb12u2 unknown by osv:Debian (DSA-5002-1)\n" },
		{ "a DSA without a CVE keeps its own id",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "osv", OSV("DSA-5003-1", "Debian:12", "x", "1.0-2") } },
		  "x DSA-5003-1 fixed 1.0-2 unknown by osv:Debian\n" },
		{ "packages of other vendors are counted, not judged",
		  "debian",
		  "12",
		  "deb|nodejs|18.19.0-1nodesource1|amd64|||Nodesource <support@nodesource.com>\n"
		  "deb|docker-ce|5:24.0.7-1~debian.12~bookworm|amd64|||Docker <support@docker.com>\n"
		  "deb|postgresql-16|16.1-1.pgdg120+1|amd64|||Debian PostgreSQL Maintainers "
		  "<team+postgresql@tracker.debian.org>\n"
		  "deb|bash|1|amd64|||Matthias Klose <doko@debian.org>\n",
		  { { "debian",
		      "{\"nodejs\":{\"CVE-2024-0023\":{\"releases\":{" FIXED(
			      "bookworm",
			      "20") "}}},"
				    "\"docker-ce\":{\"CVE-2024-0024\":{\"releases\":{" OPEN(
					    "bookworm",
					    "") "}}},"
						"\"postgresql-16\":{\"CVE-2024-0025\":{\"releases\":{" OPEN(
							"bookworm",
							"") "}}},"
							    "\"bash\":{\"CVE-2024-0026\":{\"releases\":{" OPEN(
								    "bookworm", "") "}}}}" } },
		  "bash CVE-2024-0026 not-fixed unknown by debian\n"
		  "warning: 3 packages built by others than the distribution ('nodejs' …): its advisories do not speak "
		  "of them, so "
		  "they were not judged\n" },
		{ "kernel headers are not the kernel",
		  "debian",
		  "12",
		  "deb|linux-libc-dev|6.1.55-1|amd64|linux\n",
		  { { "debian", TRACKER("linux", "CVE-2024-0027", OPEN("bookworm", "")) } },
		  "linux-libc-dev CVE-2024-0027 not-fixed unknown by debian [suppressed kernel-headers]\n" },
		{ "kernel headers beside a kernel are judged with it",
		  "debian",
		  "12",
		  "deb|linux-image-6.1.0-13-amd64|6.1.55-1|amd64|linux\ndeb|linux-libc-dev|6.1.55-1|amd64|linux\n",
		  { { "debian", TRACKER("linux", "CVE-2024-0027", OPEN("bookworm", "")) } },
		  "linux-image-6.1.0-13-amd64 CVE-2024-0027 not-fixed unknown by debian\n"
		  "linux-libc-dev CVE-2024-0027 not-fixed unknown by debian\n" },
		{ "a version that dpkg refuses is a problem, not silence",
		  "debian",
		  "12",
		  "deb|x|oops:1|amd64\ndeb|y|1 2|amd64\ndeb|z||amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0028", OPEN("bookworm", "")) } },
		  "problem: package 'x' has version 'oops:1', which is no deb version: not judged\n"
		  "problem: package 'y' has version '1 2', which is no deb version: not judged\n"
		  "problem: package 'z' has version '', which is no deb version: not judged\n" },
		{ "so is a name that no package can have",
		  "debian",
		  "12",
		  "deb|a b|1|amd64\ndeb|\x1b[31m|1|amd64\n",
		  { { "debian", TRACKER("x", "CVE-2024-0028", OPEN("bookworm", "")) } },
		  "problem: package 'a b' (source 'a b') '1': not a valid package name, not judged\n"
		  "problem: package '\\x1b[31m' (source '\\x1b[31m') '1': not a valid package name, not judged\n" },
		{ "an advisory that cannot be compared is a problem",
		  "debian",
		  "12",
		  "deb|x|1.0-1|amd64\n",
		  { { "osv", OSV("CVE-2024-0029", "Debian:12", "x", "oops:1") } },
		  "problem: advisory 'CVE-2024-0029' has 'oops:1', which is no deb version: 'x' was not judged by "
		  "it\n" },
	};
	RUN(rows);
}

TEST(vuln_ubuntu)
{
#define PRO(id, cve, release, pkg, fixed)                                                                              \
	RECORD(id, "\"upstream\":[\"" cve "\"],",                                                                      \
	       AFFECTED("Ubuntu:Pro:" release ":LTS", pkg, RANGE(I("0") "," F(fixed))))
#define BASE(id, cve, release, pkg, events)                                                                            \
	RECORD(id, "\"upstream\":[\"" cve "\"],", AFFECTED("Ubuntu:" release ":LTS", pkg, RANGE(events)))
	static const struct dd_judge_row rows[] = {
		{ "UBUNTU-CVE is the CVE",
		  "ubuntu",
		  "22.04",
		  "deb|libssl3|3.0.2-0ubuntu1.10|amd64|openssl\n",
		  { { "osv", BASE("UBUNTU-CVE-2023-5363", "CVE-2023-5363", "22.04", "openssl",
				  I("0") "," F("3.0.2-0ubuntu1.12")) } },
		  "libssl3 CVE-2023-5363 fixed 3.0.2-0ubuntu1.12 unknown by osv:Ubuntu\n" },
		{ "a fix in Pro alone, and the free release has no word: it stays affected",
		  "ubuntu",
		  "18.04",
		  "deb|x|1.0-1ubuntu1|amd64\ndeb|y|1|amd64\n",
		  { { "osv",
		      "[" PRO("UBUNTU-CVE-2024-0001", "CVE-2024-0001", "18.04", "x", "1.0-1ubuntu1+esm1") "," BASE(
			      "UBUNTU-CVE-2024-0002", "CVE-2024-0002", "18.04", "y", I("0") "," F("1")) "]" } },
		  "x CVE-2024-0001 wont-fix unknown by osv:Ubuntu (fixed only with Ubuntu Pro: 1.0-1ubuntu1+esm1)\n" },
		{ "affected without a fix in the free release, fixed in Pro",
		  "ubuntu",
		  "18.04",
		  "deb|x|1.0-1ubuntu1|amd64\n",
		  { { "osv",
		      "[" PRO("UBUNTU-CVE-2024-0001", "CVE-2024-0001", "18.04", "x",
			      "1.0-1ubuntu1+esm1") "," BASE("USN-1-1", "CVE-2024-0001", "18.04", "x", I("0")) "]" } },
		  "x CVE-2024-0001 not-fixed unknown by osv:Ubuntu (USN-1-1; fixed only with Ubuntu Pro: "
		  "1.0-1ubuntu1+esm1)\n" },
		{ "a system that takes updates from Pro: its fix is the fix",
		  "ubuntu",
		  "18.04",
		  "deb|x|1.0-1ubuntu1|amd64|||||pro\ndeb|y|1.0-1ubuntu1+esm1|amd64\ndeb|z|1.0|amd64\n",
		  { { "osv",
		      "[" PRO("UBUNTU-CVE-2024-0001", "CVE-2024-0001", "18.04", "x", "1.0-1ubuntu1+esm1") "," BASE(
			      "USN-1-1", "CVE-2024-0001", "18.04", "x",
			      I("0")) "," PRO("UBUNTU-CVE-2024-0002", "CVE-2024-0002", "18.04", "y",
					      "1.0-1ubuntu1+esm1") "," BASE("USN-2-1", "CVE-2024-0002", "18.04", "z",
									    I("0") "," F("1.1")) "]" } },
		  "x CVE-2024-0001 fixed 1.0-1ubuntu1+esm1 unknown by osv:Ubuntu\n"
		  "z CVE-2024-0002 fixed 1.1 unknown by osv:Ubuntu (USN-2-1)\n" },
		{ "Pro's fix is installed",
		  "ubuntu",
		  "18.04",
		  "deb|x|1.0-1ubuntu1+esm1|amd64\n",
		  { { "osv",
		      "[" PRO("UBUNTU-CVE-2024-0001", "CVE-2024-0001", "18.04", "x",
			      "1.0-1ubuntu1+esm1") "," BASE("USN-1-1", "CVE-2024-0001", "18.04", "x", I("0")) "]" } },
		  "" },
		{ "fixed in the free release: Pro changes nothing",
		  "ubuntu",
		  "18.04",
		  "deb|x|1.0-1ubuntu1|amd64\ndeb|x-bin|1.0-1ubuntu2|amd64|x\n",
		  { { "osv",
		      "[" PRO("UBUNTU-CVE-2024-0001", "CVE-2024-0001", "18.04", "x", "1.0-1ubuntu9+esm1") "," BASE(
			      "USN-1-1", "CVE-2024-0001", "18.04", "x", I("0") "," F("1.0-1ubuntu2")) "]" } },
		  "x CVE-2024-0001 fixed 1.0-1ubuntu2 unknown by osv:Ubuntu (USN-1-1)\n" },
		{ "Pro's data without the release's own does not make a judgement",
		  "ubuntu",
		  "18.04",
		  "deb|x|1.0-1ubuntu1|amd64\n",
		  { { "osv", PRO("UBUNTU-CVE-2024-0001", "CVE-2024-0001", "18.04", "x", "1.0-1ubuntu1+esm1") } },
		  "problem: the database has no advisories for ubuntu 18.04: 1 package of this system not judged; run "
		  "'drydock db "
		  "update'\n" },
		{ "FIPS is a pocket of its own",
		  "ubuntu",
		  "20.04",
		  "deb|openssl|1.1.1f-1ubuntu2|amd64\n",
		  { { "osv",
		      "[" RECORD("USN-2-1", "\"upstream\":[\"CVE-2024-0003\"],",
				 AFFECTED("Ubuntu:Pro:FIPS:20.04:LTS", "openssl",
					  RANGE(I("0") "," F(
						  "1.1.1f-1ubuntu2.fips.9")))) "," BASE("USN-3-1", "CVE-2024-0004",
											"20.04", "y",
											I("0") "," F("1")) "]" } },
		  "" },
	};
	RUN(rows);
}
