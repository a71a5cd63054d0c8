/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for third-party packages: whose advisories, ownership, declared against installed, what could not be judged. */
#include "judge/vuln/vuln.h"

#include "support/judge_rows.h"
#include "support/test.h"

/* One vulnerability, as Go's and as Bitnami's advisories tell it. */
#define SAME "\"aliases\":[\"CVE-2024-0001\"],"
#define GO_VAULT                                                                                                       \
	RECORD("GO-2024-0001", SAME, AFFECTED("Go", "github.com/hashicorp/vault", RANGE(I("0") "," F("1.3.0"))))
#define BIT_VAULT RECORD("BIT-vault-2024-0001", SAME, AFFECTED("Bitnami", "vault", RANGE(I("0") "," F("1.3.0"))))

TEST(vuln_third_party)
{
	static const struct dd_judge_row rows[] = {
		{ "npm, with the command that raises it",
		  "debian",
		  "12",
		  "npm|@a/left|1.2.9\nnpm|@a/left2|1.3.0\n",
		  { { "osv", OSV("GHSA-aaaa-bbbb-cccc", "npm", "@a/left", "1.3.0") } },
		  "@a/left GHSA-aaaa-bbbb-cccc fixed 1.3.0 unknown by osv:npm\n" },
		{ "PyPI names compare by PEP 503, versions by PEP 440",
		  "debian",
		  "12",
		  "pypi|Foo.Bar|1.10rc1\npypi|foo|1.10\n",
		  { { "osv", OSV("PYSEC-2024-1", "PyPI", "foo-bar", "1.10") } },
		  "Foo.Bar PYSEC-2024-1 fixed 1.10 unknown by osv:PyPI\n" },
		{ "two records with a common alias are one finding",
		  "debian",
		  "12",
		  "pypi|foo|1.0\n",
		  { { "osv",
		      "[" RECORD("PYSEC-2024-1", "\"aliases\":[\"CVE-2024-0001\"],",
				 AFFECTED("PyPI", "foo",
					  RANGE(I("0") "," F("1.1")))) "," RECORD("GHSA-aaaa-bbbb-cccc",
										  "\"aliases\":[\"CVE-2024-0001\"],",
										  AFFECTED("PyPI", "foo",
											   RANGE(I("0") "," F(
												   "1.2")))) "]" } },
		  "foo CVE-2024-0001 fixed 1.2 unknown by osv:PyPI\n" },
		{ "a Go version with its v, and the standard library",
		  "debian",
		  "12",
		  "golang|github.com/a/b|v1.2.9\ngolang|stdlib|1.21.3\n",
		  { { "osv", "[" OSV("GO-2024-0001", "Go", "github.com/a/b",
				     "1.3.0") "," OSV("GO-2024-0002", "Go", "stdlib", "1.21.4") "]" } },
		  "github.com/a/b GO-2024-0001 fixed 1.3.0 unknown by osv:Go\n"
		  "stdlib GO-2024-0002 fixed 1.21.4 unknown by osv:Go\n" },
		{ "Go's own record says in which package it lies, whichever record decides",
		  "debian",
		  "12",
		  "golang|a|v1.2.9\n",
		  { { "osv",
		      "[" RECORD("GHSA-aaaa-bbbb-cccc", "\"aliases\":[\"CVE-2024-0001\"],",
				 AFFECTED("Go", "a",
					  RANGE(I("0") "," F(
						  "1.3.0")))) "," RECORD("GO-2024-0001",
									 "\"aliases\":[\"CVE-2024-0001\"],",
									 "{\"package\":{\"ecosystem\":\"Go\",\"name\":"
									 "\"a\"},\"ranges\":[" RANGE(I("0") "," F(
										 "1.3.0")) "],"
											   "\"ecosystem_specific\":{"
											   "\"imports\":[{\"path\":\"a/"
											   "b\",\"symbols\":[\"F\"]}]}"
											   "}") "]" } },
		  "a CVE-2024-0001 fixed 1.3.0 unknown by osv:Go (in package a/b: F)\n" },
		{ "maven names are group and artifact; three ranges of one record",
		  "debian",
		  "12",
		  "maven|org.a:core|2.13.0\nmaven|org.a:api|2.13.0\n",
		  { { "osv", RECORD("CVE-2021-44228", "",
				    AFFECTED("Maven", "org.a:core", RANGE(I("2.13.0") "," F("2.15.0"))) "," AFFECTED(
					    "Maven", "org.a:core", RANGE(I("2.4") "," F("2.12.2")))) } },
		  "org.a:core CVE-2021-44228 fixed 2.15.0 unknown by osv:Maven\n" },
		{ "what a system package owns is judged by its distribution only",
		  "debian",
		  "12",
		  "deb|python3-foo|1.0-1|all|foo\npypi|foo|1.0||||||owned\npypi|foo|1.0.1\n",
		  { { "osv",
		      "[" OSV("PYSEC-2024-1", "PyPI", "foo", "1.1") "," OSV("DSA-1", "Debian:12", "other", "1") "]" } },
		  "foo PYSEC-2024-1 fixed 1.1 unknown by osv:PyPI\n" },
		{ "a lock file beside installed packages of its type",
		  "debian",
		  "12",
		  "npm|a|1.0.0||||||declared\nnpm|b|1.0.0\n",
		  { { "osv", OSV("GHSA-aaaa-bbbb-cccc", "npm", "a", "1.3.0") } },
		  "a GHSA-aaaa-bbbb-cccc fixed 1.3.0 unknown by osv:npm [suppressed declared-only]\n" },
		{ "a lock file that is the only evidence",
		  "debian",
		  "12",
		  "cargo|a|1.0.0||||||declared\nnpm|b|1.0.0\n",
		  { { "osv", "[" OSV("RUSTSEC-2024-1", "crates.io", "a", "1.3.0") "," OSV("GHSA-aaaa-bbbb-cccc", "npm",
											  "z", "1") "]" } },
		  "a RUSTSEC-2024-1 fixed 1.3.0 unknown by osv:crates.io\n" },
		{ "development dependencies of a lock file",
		  "debian",
		  "12",
		  "npm|a|1.0.0||||||declared dev\n",
		  { { "osv", OSV("GHSA-aaaa-bbbb-cccc", "npm", "a", "1.3.0") } },
		  "a GHSA-aaaa-bbbb-cccc fixed 1.3.0 unknown by osv:npm [suppressed development]\n" },
		{ "without a version, of an unknown type, of an ecosystem that the database has not",
		  "debian",
		  "12",
		  "npm|a|\nzzz|b|1\ngem|c|1\ngem|d|1\n",
		  { { "osv", OSV("GHSA-aaaa-bbbb-cccc", "npm", "a", "1.3.0") } },
		  "problem: the database has no advisories for RubyGems: 2 packages not judged; run 'drydock db "
		  "update'\n"
		  "warning: no source of advisories is known for packages of type 'zzz': 1 package not judged\n"
		  "warning: 1 third-party package without a version ('a' …) could not be judged\n" },
		{ "hostile names and versions",
		  "debian",
		  "12",
		  "npm|a b|1.0.0\nnpm|a|1 0\n",
		  { { "osv", OSV("GHSA-aaaa-bbbb-cccc", "npm", "a", "1.3.0") } },
		  "problem: 'npm' package 'a b' '1.0.0': its name is not valid, not judged\n"
		  "problem: 'npm' package 'a' '1 0': its version cannot be compared, not judged\n" },
		{ "a program without a package manager, by Bitnami's advisories",
		  "debian",
		  "12",
		  "generic|nginx|1.24.0\ngeneric|openssl|1.1.1k\n",
		  { { "osv", OSV("BIT-nginx-2024-0001", "Bitnami", "nginx", "1.25.0") } },
		  "nginx BIT-nginx-2024-0001 fixed 1.25.0 unknown by osv:Bitnami\n"
		  "warning: no source of advisories in the database speaks of 1 program ('openssl'): not judged\n" },
		{ "a package of Bitnami's: its own revision does not count",
		  "debian",
		  "12",
		  "bitnami|nginx|1.25.0-3\nbitnami|redis|1.24.9-12\nbitnami|java|17.0.11-10-3\nbitnami|a|1.0.0-rc.1-"
		  "2\n",
		  { { "osv",
		      "[" OSV("BIT-nginx-2024-0001", "Bitnami", "nginx", "1.25.0") "," OSV(
			      "BIT-redis-2024-0001", "Bitnami", "redis",
			      "1.25.0") "," OSV("BIT-java-2024-0001", "Bitnami", "java",
						"17.0.11") "," OSV("BIT-a-2024-0001", "Bitnami", "a", "1.0.0") "]" } },
		  "a BIT-a-2024-0001 fixed 1.0.0 unknown by osv:Bitnami\n"
		  "redis BIT-redis-2024-0001 fixed 1.25.0 unknown by osv:Bitnami\n" },
		{ "advisories about Bitnami's own builds name revisions, which count as numbers among those of one "
		  "version",
		  "debian",
		  "12",
		  "bitnami|drupal|11.2.2-1\nbitnami|drupal|11.2.2-0\nbitnami|drupal|11.1.5-10\nbitnami|drupal|11.2.3-"
		  "0\n"
		  "bitnami|wordpress|6.7.2-7\nbitnami|wordpress|6.7.2-3\nbitnami|wordpress|6.8.2-10\n",
		  { { "osv",
		      "[" RECORD("BIT-drupal-2025-41240", "",
				 AFFECTED("Bitnami", "drupal",
					  RANGE(I("11.1.5-0") "," F(
						  "11.2.2-1")))) "," RECORD("BIT-wordpress-2025-41240", "",
									    AFFECTED("Bitnami", "wordpress",
										     RANGE(I("6.7.2-7") "," F(
											     "6.8.2-2")))) "]" } },
		  "drupal BIT-drupal-2025-41240 fixed 11.2.2-1 unknown by osv:Bitnami\n"
		  "drupal BIT-drupal-2025-41240 fixed 11.2.2-1 unknown by osv:Bitnami\n"
		  "wordpress BIT-wordpress-2025-41240 fixed 6.8.2-2 unknown by osv:Bitnami\n" },
		{ "the last affected version is affected in all its revisions",
		  "debian",
		  "12",
		  "bitnami|activemq|5.15.12-31\nbitnami|activemq|5.15.13-0\n",
		  { { "osv", RECORD("BIT-activemq-2020-11998", "",
				    AFFECTED("Bitnami", "activemq", RANGE(I("5.15.12") "," L("5.15.12")))) } },
		  "activemq BIT-activemq-2020-11998 not-fixed unknown by osv:Bitnami\n" },
		{ "a Go program that is a component of Bitnami's is one thing: what both names say is the component's",
		  "debian",
		  "12",
		  "bitnami|vault|1.2.0-3||||||at:opt/bitnami/vault/.spdx-vault.spdx\n"
		  "golang|github.com/hashicorp/vault|v1.2.0||||||at:opt/bitnami/vault/bin/vault "
		  "cpe:2.3:a:hashicorp:vault:1.2.0:*:*:*:*:*:*:*\n",
		  { { "osv", "[" GO_VAULT "," BIT_VAULT
			     "," OSV("GO-2024-0003", "Go", "github.com/hashicorp/vault", "1.5.0") "]" } },
		  "vault CVE-2024-0001 fixed 1.3.0 unknown by osv:Bitnami,osv:Go\n"
		  "vault GO-2024-0003 fixed 1.5.0 unknown by osv:Go\n" },
		{ "the same built from a commit, with the path of a major version",
		  "debian",
		  "12",
		  "bitnami|vault|1.2.0-3||||||at:opt/bitnami/vault/.spdx-vault.spdx\n"
		  "golang|github.com/hashicorp/vault/v2|v0.0.0-20210222095348-6979fe12a295||||||"
		  "at:opt/bitnami/vault/bin/vault\n",
		  { { "osv",
		      "[" OSV("GO-2024-0003", "Go", "github.com/hashicorp/vault/v2", "1.5.0") "," BIT_VAULT "]" } },
		  "vault CVE-2024-0001 fixed 1.3.0 unknown by osv:Bitnami\n"
		  "vault GO-2024-0003 fixed 1.5.0 unknown by osv:Go\n" },
		{ "elsewhere, in another version, or a part of the repository it is not the component's program",
		  "debian",
		  "12",
		  "bitnami|vault|1.9.0-3||||||at:opt/bitnami/vault/.spdx-vault.spdx\n"
		  "golang|github.com/hashicorp/vault|v1.2.0||||||at:opt/bitnami/vault/bin/vault\n"
		  "golang|github.com/hashicorp/vault|v1.9.0||||||at:usr/bin/vault\n"
		  "golang|github.com/hashicorp/vault/api|v1.9.0||||||at:opt/bitnami/vault/bin/vault\n",
		  { { "osv",
		      "[" GO_VAULT "," OSV("GO-2024-0004", "Go", "github.com/hashicorp/vault/api", "2.0.0") "," OSV(
			      "GO-2024-0005", "Go", "github.com/hashicorp/vault", "2.0.0") "," BIT_VAULT "]" } },
		  "github.com/hashicorp/vault CVE-2024-0001 fixed 1.3.0 unknown by osv:Go\n"
		  "github.com/hashicorp/vault/api GO-2024-0004 fixed 2.0.0 unknown by osv:Go\n"
		  "github.com/hashicorp/vault GO-2024-0005 fixed 2.0.0 unknown by osv:Go\n"
		  "github.com/hashicorp/vault GO-2024-0005 fixed 2.0.0 unknown by osv:Go\n" },
		{ "without Bitnami's advisories the module speaks for itself",
		  "debian",
		  "12",
		  "bitnami|vault|1.2.0-3||||||at:opt/bitnami/vault/.spdx-vault.spdx\n"
		  "golang|github.com/hashicorp/vault|v1.2.0||||||at:opt/bitnami/vault/bin/vault\n",
		  { { "osv", GO_VAULT } },
		  "github.com/hashicorp/vault CVE-2024-0001 fixed 1.3.0 unknown by osv:Go\n"
		  "problem: the database has no advisories for Bitnami: 1 package not judged; run 'drydock db "
		  "update'\n" },
		{ "Java 8 has two names for its versions",
		  "debian",
		  "12",
		  "generic|java|1.8.0_202\n",
		  { { "osv", OSV("BIT-java-2020-14556", "Bitnami", "java", "8.0.261") } },
		  "java BIT-java-2020-14556 fixed 8.0.261 unknown by osv:Bitnami\n" },
		{ "programs of which no source has a word, whatever their versions are",
		  "debian",
		  "12",
		  "generic|busybox|1.36.1\ngeneric|busybox|1.37.0\ngeneric|nginx|1.28.0\ngeneric|z s|1\n",
		  { { "osv", OSV("BIT-nginx-2024-0001", "Bitnami", "nginx", "1.25.0") } },
		  "warning: no source of advisories in the database speaks of 3 programs ('busybox', 'z s'): not "
		  "judged\n" },
		{ "a program of a Go module is asked for by module and by name: one finding, whoever speaks of it",
		  "debian",
		  "12",
		  "golang|github.com/hashicorp/vault|v1.2.0||||||cpe:2.3:a:hashicorp:vault:1.2.0:*:*:*:*:*:*:*\n",
		  { { "osv",
		      "[" RECORD(
			      "GO-2024-0001", "\"aliases\":[\"CVE-2024-0001\"],",
			      AFFECTED(
				      "Go", "github.com/hashicorp/vault",
				      RANGE(I("0") "," F(
					      "1.3.0")))) "," RECORD("BIT-vault-2024-0001",
								     "\"aliases\":[\"CVE-2024-0001\"],",
								     AFFECTED(
									     "Bitnami",
									     "vault",
									     RANGE(I("0") "," F(
										     "1.3.0")))) "," OSV("BIT-vault-"
													 "2024-0002",
													 "Bitnami",
													 "vault",
													 "1.4.0") "]" } },
		  "github.com/hashicorp/vault BIT-vault-2024-0002 fixed 1.4.0 unknown by osv:Bitnami\n"
		  "github.com/hashicorp/vault CVE-2024-0001 fixed 1.3.0 unknown by osv:Bitnami,osv:Go\n" },
		{ "a dependency of the same repository is not the program",
		  "debian",
		  "12",
		  "golang|github.com/hashicorp/vault|v1.2.0\ngolang|github.com/hashicorp/vault/"
		  "api|v1.2.0||||||cpe:2.3:a:"
		  "hashicorp:api:1.2.0:*:*:*:*:*:*:*\n",
		  { { "osv", "[" OSV("GO-2024-0001", "Go", "other", "1.3.0") "," OSV("BIT-vault-2024-0002", "Bitnami",
										     "vault", "1.4.0") "]" } },
		  "" },
		{ "an image from scratch",
		  "",
		  "",
		  "golang|a|v1.0.0||||||no-system\n",
		  { { "osv", OSV("GO-2024-0001", "Go", "a", "1.3.0") } },
		  "a GO-2024-0001 fixed 1.3.0 unknown by osv:Go\n"
		  "warning: no operating system and no package database found: only third-party packages were "
		  "judged\n" },
	};
	RUN(rows);
}
