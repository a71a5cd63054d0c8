/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/sbom.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "support/test.h"

/* One package of each kind of document, as the tool that the kind belongs to writes it. */
#define DEB_PURL "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl"
#define PY_PURL	 "pkg:pypi/foo-bar@1.0"

static const struct sample {
	const char *name, *doc, *want;
} samples[] = {
	{ "CycloneDX JSON",
	  "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"metadata\":{\"component\":{\"type\":\"container\","
	  "\"bom-ref\":"
	  "\"root\",\"name\":\"app\",\"version\":\"1.0\"}},\"components\":[{\"type\":\"operating-system\",\"bom-ref\":"
	  "\"os\","
	  "\"name\":\"debian\",\"version\":\"12\"},{\"type\":\"library\",\"bom-ref\":\"a\",\"name\":\"libssl3\","
	  "\"version\":"
	  "\"3.0.11-1~deb12u2\",\"purl\":\"" DEB_PURL
	  "\",\"supplier\":{\"name\":\"Debian\",\"contact\":[{\"email\":\"d@d.org\"}]},"
	  "\"licenses\":[{\"license\":{\"id\":\"MIT\"}},{\"license\":{\"name\":\"Odd\"}}],\"hashes\":[{\"alg\":\"SHA-"
	  "1\",\"content\":"
	  "\"0123456789012345678901234567890123456789\"}]},{\"type\":\"library\",\"bom-ref\":\"b\",\"name\":\"Foo_"
	  "Bar\",\"version\":"
	  "\"1.0\",\"purl\":\"" PY_PURL
	  "\",\"properties\":[{\"name\":\"drydock:owner\",\"value\":\"a\"}]}],\"dependencies\":[{\"ref\":"
	  "\"a\",\"dependsOn\":[\"b\"]}]}",
	  "os debian 12\n"
	  "deb libssl3 3.0.11-1~deb12u2 amd64 source openssl, maintainer Debian <d@d.org>, licences MIT|Odd, "
	  "sha1:0123456789012345678901234567890123456789\n"
	  "pypi Foo_Bar 1.0 owner libssl3\n" },
	{ "CycloneDX XML",
	  "<?xml version=\"1.0\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\" "
	  "version=\"1\"><metadata><component "
	  "type=\"container\" bom-ref=\"root\"><name>app</name></component></metadata><components><component "
	  "type=\"operating-system\" bom-ref=\"os\"><name>debian</name><version>12</version></component><component "
	  "type=\"library\" "
	  "bom-ref=\"a\"><supplier><name>Debian</name><contact><email>d@d.org</email></contact></supplier>"
	  "<name>libssl3</name><version>3.0.11-1~deb12u2</version><hashes><hash alg=\"SHA-1\">"
	  "0123456789012345678901234567890123456789</hash></hashes><licenses><license><id>MIT</id></license><license>"
	  "<name>Odd</name></license></licenses><purl>pkg:deb/debian/"
	  "libssl3@3.0.11-1~deb12u2?arch=amd64&amp;distro=debian-12"
	  "&amp;upstream=openssl</purl></component><component type=\"library\" bom-ref=\"b\"><name>Foo_Bar</name>"
	  "<version>1.0</version><purl>" PY_PURL
	  "</purl><properties><property name=\"drydock:owner\">a</property></properties>"
	  "</component></components><dependencies><dependency ref=\"a\"><dependency "
	  "ref=\"b\"/></dependency></dependencies></bom>",
	  "os debian 12\n"
	  "deb libssl3 3.0.11-1~deb12u2 amd64 source openssl, maintainer Debian <d@d.org>, licences MIT|Odd, "
	  "sha1:0123456789012345678901234567890123456789\n"
	  "pypi Foo_Bar 1.0 owner libssl3\n" },
	{ "SPDX 2 JSON",
	  "{\"spdxVersion\":\"SPDX-2.3\",\"SPDXID\":\"SPDXRef-DOCUMENT\",\"dataLicense\":\"CC0-1.0\",\"name\":\"x\","
	  "\"documentNamespace\":\"https://"
	  "x\",\"creationInfo\":{\"created\":\"2026-01-01T00:00:00Z\",\"creators\":[\"Tool: x\"]},"
	  "\"relationships\":[{\"spdxElementId\":\"SPDXRef-DOCUMENT\",\"relationshipType\":\"DESCRIBES\","
	  "\"relatedSpdxElement\":"
	  "\"SPDXRef-root\"},{\"spdxElementId\":\"SPDXRef-a\",\"relationshipType\":\"OTHER\",\"relatedSpdxElement\":"
	  "\"SPDXRef-b\","
	  "\"comment\":\"ownership-by-file-overlap: "
	  "one\"}],\"packages\":[{\"SPDXID\":\"SPDXRef-root\",\"name\":\"app\","
	  "\"downloadLocation\":\"NONE\",\"primaryPackagePurpose\":\"CONTAINER\"},{\"SPDXID\":\"SPDXRef-a\",\"name\":"
	  "\"libssl3\","
	  "\"versionInfo\":\"3.0.11-1~deb12u2\",\"downloadLocation\":\"NOASSERTION\",\"supplier\":\"Person: Debian "
	  "(d@d.org)\","
	  "\"licenseDeclared\":\"MIT\",\"checksums\":[{\"algorithm\":\"SHA1\",\"checksumValue\":"
	  "\"0123456789012345678901234567890123456789\"}],\"externalRefs\":[{\"referenceCategory\":\"PACKAGE_MANAGER\","
	  "\"referenceType\":\"purl\",\"referenceLocator\":\"" DEB_PURL
	  "\"}]},{\"SPDXID\":\"SPDXRef-b\",\"name\":\"foo-bar\","
	  "\"versionInfo\":\"1.0\",\"downloadLocation\":\"NOASSERTION\",\"externalRefs\":[{\"referenceCategory\":"
	  "\"PACKAGE-MANAGER\",\"referenceType\":\"purl\","
	  "\"referenceLocator\":\"" PY_PURL "\"}]}]}",
	  "os debian 12\n"
	  "deb libssl3 3.0.11-1~deb12u2 amd64 source openssl, maintainer Debian <d@d.org>, licences MIT, "
	  "sha1:0123456789012345678901234567890123456789\n"
	  "pypi foo-bar 1.0 owner libssl3\n" },
	{ "SPDX 2 tag-value",
	  "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\n# comment\nPackageName: libssl3\n"
	  "SPDXID: SPDXRef-a\nPackageVersion: 3.0.11-1~deb12u2\nPackageSupplier: Person: Debian (d@d.org)\n"
	  "PackageDownloadLocation: NOASSERTION\nPackageChecksum: SHA1: 0123456789012345678901234567890123456789\n"
	  "PackageLicenseDeclared: MIT\nPackageComment: <text>PackageName: not\na package</text>\n"
	  "ExternalRef: PACKAGE-MANAGER purl " DEB_PURL "\n\nPackageName: foo-bar\nSPDXID: SPDXRef-b\n"
	  "PackageDownloadLocation: NOASSERTION\nExternalRef: PACKAGE-MANAGER purl " PY_PURL "\n"
	  "Relationship: SPDXRef-a CONTAINS SPDXRef-b\n",
	  "os debian 12\n"
	  "deb libssl3 3.0.11-1~deb12u2 amd64 source openssl, maintainer Debian <d@d.org>, licences MIT, "
	  "sha1:0123456789012345678901234567890123456789\n"
	  "pypi foo-bar 1.0 owner libssl3\n" },
	{ "SPDX 3 JSON-LD",
	  "{\"@context\":\"https://spdx.org/rdf/3.0.1/"
	  "spdx-context.jsonld\",\"@graph\":[{\"type\":\"Relationship\",\"spdxId\":\"r\","
	  "\"from\":\"a\",\"relationshipType\":\"hasDeclaredLicense\",\"to\":[\"l\"]},{\"type\":\"Relationship\","
	  "\"spdxId\":\"r2\","
	  "\"from\":\"a\",\"relationshipType\":\"contains\",\"to\":[\"b\"]},{\"type\":\"software_Package\",\"spdxId\":"
	  "\"a\",\"name\":"
	  "\"libssl3\",\"software_packageVersion\":\"3.0.11-1~deb12u2\",\"software_packageUrl\":\"" DEB_PURL
	  "\",\"suppliedBy\":\"p\","
	  "\"verifiedUsing\":[{\"type\":\"Hash\",\"algorithm\":\"sha1\",\"hashValue\":"
	  "\"0123456789012345678901234567890123456789\"}]},"
	  "{\"type\":\"software_Package\",\"spdxId\":\"b\",\"name\":\"foo-bar\",\"software_packageUrl\":\"" PY_PURL
	  "\"},"
	  "{\"type\":\"Person\",\"spdxId\":\"p\",\"name\":\"Debian\",\"externalIdentifier\":[{"
	  "\"externalIdentifierType\":\"email\","
	  "\"identifier\":\"d@d.org\"}]},{\"type\":\"simplelicensing_LicenseExpression\",\"spdxId\":\"l\","
	  "\"simplelicensing_licenseExpression\":\"MIT\"}]}",
	  "os debian 12\n"
	  "deb libssl3 3.0.11-1~deb12u2 amd64 source openssl, maintainer Debian <d@d.org>, licences MIT, "
	  "sha1:0123456789012345678901234567890123456789\n"
	  "pypi foo-bar 1.0 owner libssl3\n" },
	{ "Syft JSON",
	  "{\"artifacts\":[{\"id\":\"1\",\"name\":\"libssl3\",\"version\":\"3.0.11-1~deb12u2\",\"type\":\"deb\","
	  "\"locations\":[{\"path\":"
	  "\"/var/lib/dpkg/"
	  "status\",\"layerID\":\"sha256:aa\"}],\"licenses\":[{\"value\":\"MIT\",\"spdxExpression\":\"MIT\"}],\"purl\":"
	  "\"pkg:deb/debian/"
	  "libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12\",\"metadata\":{\"source\":\"openssl\","
	  "\"maintainer\":\"Debian "
	  "<d@d.org>\"}},{\"id\":\"2\",\"name\":\"foo-bar\",\"version\":\"1.0\",\"purl\":\"" PY_PURL "\"}],"
	  "\"artifactRelationships\":[{\"parent\":\"1\",\"child\":\"2\",\"type\":\"ownership-by-file-overlap\"}],"
	  "\"source\":{\"type\":"
	  "\"image\",\"metadata\":{\"userInput\":\"app:1.0\",\"layers\":[{\"digest\":\"sha256:aa\",\"size\":5}]}},"
	  "\"distro\":{\"id\":"
	  "\"debian\",\"versionID\":\"12\"},\"schema\":{\"version\":\"16.0.0\"}}",
	  "os debian 12\n"
	  "deb libssl3 3.0.11-1~deb12u2 amd64 source openssl, maintainer Debian <d@d.org>, licences MIT, layer 0, "
	  "var/lib/dpkg/status\n"
	  "pypi foo-bar 1.0 owner libssl3\n" },
	{ "Trivy JSON",
	  "{\"SchemaVersion\":2,\"ArtifactName\":\"app\",\"Metadata\":{\"OS\":{\"Family\":\"debian\",\"Name\":\"12.4\"}"
	  ",\"DiffIDs\":["
	  "\"sha256:aa\"]},\"Results\":[{\"Target\":\"app (debian "
	  "12.4)\",\"Class\":\"os-pkgs\",\"Type\":\"debian\",\"Packages\":[{\"ID\":"
	  "\"libssl3@3.0.11-1~deb12u2\",\"Name\":\"libssl3\",\"Version\":\"3.0.11\",\"Release\":\"1~deb12u2\",\"Arch\":"
	  "\"amd64\",\"SrcName\":"
	  "\"openssl\",\"SrcVersion\":\"3.0.11\",\"SrcRelease\":\"1~deb12u2\",\"Licenses\":[\"MIT\"],\"Maintainer\":"
	  "\"Debian <d@d.org>\",\"Layer\":{\"DiffID\":\"sha256:aa\"},\"Identifier\":{\"PURL\":"
	  "\"pkg:deb/debian/"
	  "libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12.4\"}},{\"Name\":\"tar\",\"Version\":\"1.34\","
	  "\"Epoch\":1,\"Arch\":\"amd64\"}]},{\"Target\":\"Python\",\"Class\":\"lang-pkgs\",\"Type\":\"python-pkg\","
	  "\"Packages\":[{\"Name\":"
	  "\"foo-bar\",\"Version\":\"1.0\",\"FilePath\":\"usr/lib/x/METADATA\"}]}]}",
	  "os debian 12.4\n"
	  "deb libssl3 3.0.11-1~deb12u2 amd64 source openssl, maintainer Debian <d@d.org>, licences MIT, layer 0\n"
	  "deb tar 1:1.34 amd64\n"
	  "pypi foo-bar 1.0 at usr/lib/x/METADATA\n" },
	{ "list of package URLs", "# comment\n\n" DEB_PURL "\r\n" PY_PURL "\n" PY_PURL,
	  "os debian 12\n"
	  "deb libssl3 3.0.11-1~deb12u2 amd64 source openssl\n"
	  "pypi foo-bar 1.0\n" },
};

static void add_known(struct dd_buf *b, const char *what, struct dd_str s)
{
	if (s.n == 0)
		return;
	(void)dd_buf_addf(b, "%s ", what);
	for (size_t i = 0; i < s.n; i++)
		(void)dd_buf_add_char(b, s.p[i] == '\n' ? '|' : s.p[i]);
	(void)dd_buf_add_c(b, ", ");
}

/* What the rows of `want` say. */
static void describe(const struct dd_inventory *inv, struct dd_buf *b)
{
	(void)dd_buf_addf(b, "os %.*s %.*s\n", DD_FMT(inv->os.id), DD_FMT(inv->os.version));
	for (size_t i = 0; i < inv->n_packages; i++) {
		const struct dd_installed *in = &inv->packages[i];
		const struct dd_package *p = &in->package;
		size_t start = b->n;
		(void)dd_buf_addf(b, "%.*s %.*s %.*s %.*s", DD_FMT(p->type), DD_FMT(p->name), DD_FMT(p->version),
				  DD_FMT(p->arch));
		(void)dd_buf_add_c(b, p->arch.n ? " " : "");
		add_known(b, "source", dd_str_eq(p->source_name, p->name) ? DD_STR("") : p->source_name);
		add_known(b, "maintainer", p->maintainer);
		add_known(b, "licences", p->licences);
		if (in->layer >= 0)
			(void)dd_buf_addf(b, "layer %d, ", in->layer);
		if (p->digest.n)
			(void)dd_buf_addf(b, "%.*s, ", DD_FMT(p->digest));
		if (in->path.n)
			(void)dd_buf_addf(b, "%s%.*s, ", in->system ? "" : "at ", DD_FMT(in->path));
		if (in->owner >= 0)
			(void)dd_buf_addf(b, "owner %.*s", DD_FMT(inv->packages[in->owner].package.name));
		while (b->n > start && (b->p[b->n - 1] == ' ' || b->p[b->n - 1] == ','))
			b->n--;
		(void)dd_buf_add_char(b, '\n');
	}
}

TEST(sbom_kinds)
{
	for (size_t i = 0; i < DD_COUNT(samples); i++) {
		DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(DD_MIB);
		struct dd_str doc = dd_str_from(samples[i].doc);
		struct dd_inventory inv;
		enum dd_sbom_kind kind = DD_SBOM_NONE;
		struct dd_err err = { 0 };
		CHECK_ROW(dd_sbom_maybe(dd_str_take(doc, 64)), samples[i].name);
		CHECK_STR_ROW(dd_str_from(dd_sbom_kind_name(dd_sbom_sniff(doc))), samples[i].name, samples[i].name);
		CHECK_INT_ROW(dd_sbom_validate(doc, DD_STR("x"), &inv, &kind, &err), DD_OK, samples[i].name);
		describe(&inv, &b);
		CHECK_STR_ROW(dd_buf_str(&b), samples[i].want, samples[i].name);
		for (size_t k = 0; k < inv.n_problems; k++)
			printf("# %s: %.*s\n", samples[i].name, DD_FMT(inv.problems[k].text));
		CHECK_INT_ROW(inv.n_problems, 0, samples[i].name);
		CHECK_ROW(inv.package_database_found, samples[i].name);
		dd_arena_done(&inv.arena);
	}
}

/* What a snap was made of is not the system's, and names no system; the same package of the system is another one. */
TEST(sbom_staged_packages)
{
#define PROPERTY(name, value) "{\"name\":\"" name "\",\"value\":\"" value "\"}"
#define STAGED(ref, properties)                                                                                        \
	"{\"type\":\"library\",\"bom-ref\":\"" ref "\",\"name\":\"a\",\"purl\":\"pkg:deb/ubuntu/"                      \
	"a@1?distro=ubuntu-22.04\",\"properties\":[" properties "]}"
#define BOM(components) "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[" components "]}"
#define SNAP_A		STAGED("s", PROPERTY("drydock:analyzer", "snap") "," PROPERTY("drydock:path", "snap/manifest.yaml"))
#define SYSTEM_A	STAGED("d", PROPERTY("drydock:analyzer", "dpkg") "," PROPERTY("drydock:system", "true"))
	static const struct {
		const char *doc, *want;
		size_t system;
	} rows[] = {
		{ BOM(SNAP_A), "os  \ndeb a 1 at snap/manifest.yaml\n", 0 },
		{ BOM(STAGED("s", PROPERTY("syft:package:metadataType", "snap-entry"))), "os  \ndeb a 1\n", 0 },
		{ BOM(SYSTEM_A), "os ubuntu 22.04\ndeb a 1\n", 1 },
		{ BOM(SNAP_A "," SYSTEM_A), "os ubuntu 22.04\ndeb a 1\ndeb a 1 at snap/manifest.yaml\n", 1 },
		{ BOM(STAGED("o", PROPERTY("syft:package:metadataType", "dpkg-db-entry"))),
		  "os ubuntu 22.04\ndeb a 1\n", 1 },
		{ "{\"artifacts\":[{\"id\":\"1\",\"name\":\"a\",\"version\":\"1\",\"type\":\"deb\",\"metadataType\":"
		  "\"snap-entry\",\"purl\":\"pkg:deb/ubuntu/"
		  "a@1?distro=ubuntu-22.04\"}],\"descriptor\":{\"name\":\"syft\"},"
		  "\"schema\":{\"version\":\"16.0.0\"}}",
		  "os  \ndeb a 1\n", 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(DD_MIB);
		struct dd_inventory inv;
		struct dd_err err = { 0 };
		size_t system = 0;
		CHECK_INT_ROW(dd_sbom_read(dd_str_from(rows[i].doc), DD_STR("x"), &inv, &err), DD_OK, rows[i].doc);
		describe(&inv, &b);
		CHECK_STR_ROW(dd_buf_str(&b), rows[i].want, rows[i].doc);
		for (size_t k = 0; k < inv.n_packages; k++)
			system += inv.packages[k].system;
		CHECK_INT_ROW(system, rows[i].system, rows[i].doc);
		CHECK_INT_ROW(inv.package_database_found, system > 0, rows[i].doc);
		dd_arena_done(&inv.arena);
	}
}

/* A document that is cut anywhere is told as such, and what stands before the cut is read. A list of lines has no end
 * of its own: any part of it is a list. */
TEST(sbom_truncated)
{
	for (size_t i = 0; i + 1 < DD_COUNT(samples); i++) {
		struct dd_str doc = dd_str_from(samples[i].doc);
		bool lines = dd_sbom_sniff(doc) == DD_SBOM_SPDX_TV;
		size_t most = 0;
		for (size_t n = 0; n < doc.n; n++) {
			struct dd_inventory inv;
			struct dd_err err = { 0 };
			if (dd_sbom_read(dd_str_take(doc, n), DD_STR("x"), &inv, &err) != DD_OK) {
				CHECK_ROW(err.message[0], samples[i].name);
				continue;
			}
			CHECK_ROW(lines || inv.n_problems > 0, samples[i].name);
			most = inv.n_packages > most ? inv.n_packages : most;
			dd_arena_done(&inv.arena);
		}
		CHECK_ROW(most >= 2, samples[i].name);
	}
}

TEST(sbom_out_of_memory)
{
	for (size_t i = 0; i < DD_COUNT(samples); i++) {
		struct dd_str doc = dd_str_from(samples[i].doc);
		enum dd_code code = DD_ENOMEM;
		for (uint64_t nth = 1; code != DD_OK && nth < 2000; nth++) {
			struct dd_inventory inv;
			struct dd_err err = { 0 };
			dd_alloc_fail_from(nth);
			code = dd_sbom_read(doc, DD_STR("x"), &inv, &err);
			dd_alloc_fail_from(0);
			if (code != DD_OK)
				continue;
			/* What was lost on the way has been said. */
			CHECK_ROW(inv.n_packages >= 2 || inv.n_problems, samples[i].name);
			dd_arena_done(&inv.arena);
		}
		CHECK_INT_ROW(code, DD_OK, samples[i].name);
	}
}

TEST(sbom_bad_input)
{
	static const struct {
		const char *doc;
		size_t packages, problems; /* when reading */
		const char *text;	   /* of the first one */
	} rows[] = {
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":7}", 0, 1, "components is not a list" },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":null}", 0, 0, "" },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[7,{\"purl\":\"" PY_PURL "\"}]}", 1, 1,
		  "a component is not an object" },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"name\":7,\"purl\":{},\"hashes\":1,\"licenses\":{},"
		  "\"properties\":"
		  "[1,null,{}],\"supplier\":[]},{\"purl\":\"" PY_PURL "\"}]}",
		  1, 0, "" },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"name\":\"a\",\"purl\":\"pkg:\"}]}", 0, 1,
		  "component 'a': package URL 'pkg:': " },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"type\":\"library\",\"name\":\"a\",\"version\":\"1\"}"
		  "]}",
		  0, 1, "1 component without a package URL ('a' " },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[],\"components\":[{\"purl\":\"" PY_PURL "\"}]}", 1, 1,
		  "member 'components' is there twice" },
		/* circles, references to themselves, to nothing, twice the same */
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"bom-ref\":\"a\",\"purl\":\"pkg:npm/"
		  "a@1\"},{\"bom-ref\":\"a\",\"purl\":"
		  "\"pkg:npm/b@1\"},{\"bom-ref\":\"c\",\"purl\":\"pkg:npm/"
		  "c@1\"}],\"dependencies\":[{\"ref\":\"a\",\"dependsOn\":[\"c\",\"a\","
		  "\"nothing\"]},{\"ref\":\"c\",\"dependsOn\":[\"a\",\"c\"]},{\"ref\":\"a\",\"dependsOn\":7},{\"ref\":"
		  "7},5]}",
		  3, 0, "" },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"bom-ref\":\"a\",\"purl\":\"" DEB_PURL
		  "\",\"properties\":[{\"name\":"
		  "\"drydock:owner\",\"value\":\"a\"}]}]}",
		  1, 0, "" },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"purl\":\"pkg:npm/a@1\"}]} trailing", 1, 1,
		  "the document: " },
		{ "{\"bomFormat\":\"CycloneDX\",\"components\":[{\"purl\":\"pkg:npm/a@1\"},{]}", 1, 1, "components: " },
		{ "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[null,{\"SPDXID\":3,\"externalRefs\":[{\"referenceType\":"
		  "\"purl\","
		  "\"referenceLocator\":\"pkg:npm/a@1\"}]}]}",
		  1, 1, "a package is not an object" },
		{ "SPDXVersion: SPDX-2.3\nPackageName: a\nExternalRef: PACKAGE-MANAGER purl "
		  "pkg:npm/a@1\nPackageComment: <text>no end",
		  1, 1, "a <text> without its end" },
		{ "SPDXVersion: SPDX-2.3\nwhat is this\nPackageName: a\nExternalRef: PACKAGE-MANAGER purl "
		  "pkg:npm/a@1\n",
		  1, 1, "a line that has no tag: 'what is this'" },
		{ "{\"SchemaVersion\":2,\"ArtifactName\":\"x\",\"Results\":[{\"Class\":\"os-pkgs\",\"Target\":\"t\","
		  "\"Vulnerabilities\":[{}]}]}",
		  0, 1, "result 't' lists vulnerabilities but no packages" },
		{ "pkg:npm/a@1\npkg:nothing\npkg:npm/b@1", 2, 1, "component '': package URL 'pkg:nothing': " },
		{ "<bom "
		  "xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components><component><purl>pkg:npm/a@1</purl></"
		  "component>"
		  "<component></components></bom>",
		  1, 1, "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_inventory inv = { 0 };
		struct dd_err err = { 0 };
		struct dd_str text = dd_str_from(rows[i].text);
		CHECK_INT_ROW(dd_sbom_read(dd_str_from(rows[i].doc), DD_STR("x"), &inv, &err), DD_OK, rows[i].doc);
		CHECK_INT_ROW(inv.n_packages, rows[i].packages, rows[i].doc);
		CHECK_INT_ROW(inv.n_problems, rows[i].problems, rows[i].doc);
		if (inv.n_problems && text.n) {
			if (!dd_str_starts(inv.problems[0].text, text))
				printf("# %.*s\n", DD_FMT(inv.problems[0].text));
			CHECK_ROW(dd_str_starts(inv.problems[0].text, text), rows[i].doc);
		}
		for (size_t k = 0; k < inv.n_packages; k++)
			CHECK_ROW(inv.packages[k].owner != (int)k, rows[i].doc);
		dd_arena_done(&inv.arena);
	}
}

TEST(sbom_that_is_none)
{
	static const char *const docs[] = {
		"",
		" ",
		"{}",
		"[]",
		"{\"schemaVersion\":1}",
		"<html/>",
		"hello",
		"{\"@context\":\"https://schema.org\"}",
		"\xff\xfe{",
	};
	for (size_t i = 0; i < DD_COUNT(docs); i++) {
		struct dd_inventory inv;
		struct dd_err err = { 0 };
		CHECK_INT_ROW(dd_sbom_read(dd_str_from(docs[i]), DD_STR("x"), &inv, &err), DD_EUNSUPPORTED, docs[i]);
	}
}

/* Deep nesting ends at a limit, and says so; everything above it is read. */
TEST(sbom_deep)
{
	enum { DEEP = 300 };
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(DD_MIB);
	struct dd_inventory inv;
	struct dd_err err;
	(void)dd_buf_add_c(&b, "{\"bomFormat\":\"CycloneDX\",\"components\":[");
	for (int i = 0; i < DEEP; i++)
		(void)dd_buf_addf(&b, "{\"purl\":\"pkg:npm/a%d@1\",\"components\":[", i);
	for (int i = 0; i < DEEP; i++)
		(void)dd_buf_add_c(&b, "]}");
	(void)dd_buf_add_c(&b, "]}");
	CHECK_INT(dd_sbom_read(dd_buf_str(&b), DD_STR("x"), &inv, &err), DD_OK);
	CHECK_INT(inv.n_packages, 65);
	CHECK_INT(inv.n_problems, 1);
	dd_arena_done(&inv.arena);
}
