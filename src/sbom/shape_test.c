/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/shape.h"

#include "base/limits.h"
#include "support/test.h"

/* The faults of a document, one a line. */
static void validate(struct dd_str doc, struct dd_buf *out)
{
	struct dd_inventory inv;
	enum dd_sbom_kind kind;
	struct dd_err err = { 0 };
	CHECK_INT(dd_sbom_validate(doc, DD_STR("x"), &inv, &kind, &err), DD_OK);
	for (size_t i = 0; i < inv.n_problems; i++)
		(void)dd_buf_addf(out, "%.*s\n", DD_FMT(inv.problems[i].text));
	dd_arena_done(&inv.arena);
}

#define CDX(more) "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"" more "}"
#define COMPONENT(more)                                                                                                \
	CDX(",\"components\":[{\"type\":\"library\",\"name\":\"a\",\"version\":\"1\",\"purl\":\"pkg:npm/a@1\"," more   \
	    "}]")
#define SPDX(more)                                                                                                     \
	"{\"spdxVersion\":\"SPDX-2.3\",\"SPDXID\":\"SPDXRef-DOCUMENT\",\"dataLicense\":\"CC0-1.0\",\"name\":\"d\","    \
	"\"documentNamespace\":\"x:y\",\"creationInfo\":{\"created\":\"2026-01-02T03:04:05Z\",\"creators\":[\"Tool: "  \
	"t\"]}" more "}"
#define PACKAGE(more)                                                                                                  \
	SPDX(",\"packages\":[{\"SPDXID\":\"SPDXRef-a\",\"name\":\"a\",\"versionInfo\":\"1\",\"downloadLocation\":"     \
	     "\"NOASSERTION\",\"externalRefs\":[{\"referenceCategory\":\"PACKAGE-MANAGER\",\"referenceType\":"         \
	     "\"purl\","                                                                                               \
	     "\"referenceLocator\":\"pkg:npm/a@1\"}]" more "}]")

TEST(sbom_shapes)
{
	static const struct {
		const char *doc, *want;
	} rows[] = {
		{ CDX(""), "" },
		{ CDX(",\"serialNumber\":\"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79\",\"version\":1"), "" },
		{ CDX(",\"serialNumber\":\"3e671687\",\"version\":0"),
		  "serialNumber is not a UUID ('urn:uuid:' and 32 digits): '3e671687'\n"
		  "version is not a whole number from 1 up\n" },
		{ CDX(",\"version\":\"1\",\"component\":[],\"services\":{}"),
		  "version is no number\na CycloneDX document has no member 'component'\nservices is no list\n"
		  "services is not a list\n" },
		{ CDX(",\"metadata\":{\"timestamp\":\"2026-01-02T03:04:05.678+01:00\",\"tools\":[],\"tool\":1}"),
		  "metadata: it has no member 'tool' in this format\n" },
		{ CDX(",\"metadata\":{\"timestamp\":\"2026-01-02 03:04\"}"),
		  "metadata: timestamp is not a time (RFC 3339): '2026-01-02 03:04'\n" },
		{ COMPONENT("\"hashes\":[{\"alg\":\"MD5\",\"content\":\"d41d8cd98f00b204e9800998ecf8427e\"},{\"alg\":"
			    "\"MD6\",\"content\":\"ag\"},7]"),
		  "component 'a': hashes[1].alg is none of the words that the format has for it: 'MD6'\n"
		  "component 'a': hashes[1].content is not a digest in hexadecimal digits: 'ag'\n"
		  "component 'a': hashes[2] is no object\n" },
		{ COMPONENT(
			  "\"externalReferences\":[{\"type\":\"vcs\",\"hashes\":[{\"alg\":\"MD5\"}]}],\"scope\":\"\""),
		  "component 'a': externalReferences[0].hashes[0].content is missing\n"
		  "component 'a': externalReferences[0].url is missing\n"
		  "component 'a': scope is none of the words that the format has for it: ''\n" },
		{ COMPONENT("\"tags\":[\"x\",null],\"modified\":\"no\",\"cpe\":null,\"\\u001b[0m\":1"),
		  "component 'a': cpe is no text\n"
		  "component 'a': it has no member '\\x1b[0m' in this format\n"
		  "component 'a': modified is neither true nor false\n"
		  "component 'a': tags[1] is no text\n" },
		{ COMPONENT("\"properties\":[{\"name\":\"n\",\"value\":\"v\",\"more\":1},{\"value\":\"v\"}]"),
		  "component 'a': properties[1].name is missing\n" },
		{ CDX(",\"services\":[{\"name\":\"s\",\"services\":[{\"services\":[{\"x\":1}]}]}]"),
		  "service 's': services[0].name is missing\n"
		  "service 's': services[0].services[0] has no member 'x' in this format\n"
		  "service 's': services[0].services[0].name is missing\n" },
		{ CDX(",\"vulnerabilities\":[{\"id\":\"CVE-1\",\"ratings\":[{\"severity\":\"severe\",\"score\":\"9\"}],"
		      "\"analysis\":{\"state\":\"fixed\",\"response\":[\"update\",\"wait\"]},\"affects\":[{}]},7]"),
		  "vulnerability: affects[0].ref is missing\n"
		  "vulnerability: analysis.response[1] is none of the words that the format has for it: 'wait'\n"
		  "vulnerability: analysis.state is none of the words that the format has for it: 'fixed'\n"
		  "vulnerability: ratings[0].score is no number\n"
		  "vulnerability: ratings[0].severity is none of the words that the format has for it: 'severe'\n"
		  "vulnerability: not an object\n" },
		{ PACKAGE(""), "" },
		{ PACKAGE(",\"primaryPackagePurpose\":\"LIB\",\"filesAnalyzed\":\"false\",\"version\":\"1\","
			  "\"checksums\":[{\"algorithm\":\"SHA-1\"}]"),
		  "package 'a': checksums[0].algorithm is none of the words that the format has for it: 'SHA-1'\n"
		  "package 'a': checksums[0].checksumValue is missing\n"
		  "package 'a': filesAnalyzed is neither true nor false\n"
		  "package 'a': it has no member 'version' in this format\n"
		  "package 'a': primaryPackagePurpose is none of the words that the format has for it: 'LIB'\n" },
		{ SPDX(",\"relationships\":[{\"spdxElementId\":\"SPDXRef-DOCUMENT\",\"relatedSpdxElement\":"
		       "\"SPDXRef-DOCUMENT\",\"relationshipType\":\"KNOWS\"}],\"files\":[{\"SPDXID\":\"SPDXRef-a_b\"}],"
		       "\"package\":[]"),
		  "relationship: relationshipType is none of the words that the format has for it: 'KNOWS'\n"
		  "file: SPDXID is not an SPDX identifier ('SPDXRef-' and letters, digits, '.', '-'): 'SPDXRef-a_b'\n"
		  "file: fileName is missing\n"
		  "an SPDX document has no member 'package'\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		validate(dd_str_from(rows[i].doc), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].doc);
	}
}

/* Reading takes what validating finds fault with. */
TEST(sbom_shapes_do_not_matter_for_reading)
{
	struct dd_inventory inv;
	struct dd_err err = { 0 };
	const char *doc = COMPONENT("\"hashes\":7,\"x\":1,\"scope\":\"never\"");
	CHECK_INT(dd_sbom_read(dd_str_from(doc), DD_STR("x"), &inv, &err), DD_OK);
	CHECK_INT(inv.n_packages, 1);
	CHECK_INT(inv.n_problems, 0);
	dd_arena_done(&inv.arena);
}

/* Tables that refer to themselves end, and so do the texts of faults. */
TEST(sbom_shapes_nested)
{
	DD_CLEANUP_BUF struct dd_buf doc = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	(void)dd_buf_add_c(&doc, "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"services\":[{\"name\":\"s\"");
	for (int i = 0; i < 500; i++)
		(void)dd_buf_add_c(&doc, ",\"services\":[{\"name\":\"s\"");
	(void)dd_buf_add_c(&doc, ",\"x\":1}");
	for (int i = 0; i < 500; i++)
		(void)dd_buf_add_c(&doc, "]}");
	(void)dd_buf_add_c(&doc, "]}");
	validate(dd_buf_str(&doc), &out);
	CHECK_STR(dd_buf_str(&out), "");
	const char *long_path = CDX(",\"services\":[{\"name\":\"s\",\"services\":[{\"name\":\"s\",\"services\":[{"
				    "\"name\":\"s\",\"services\":"
				    "[{\"name\":\"s\",\"externalReferences\":[{\"url\":\"x:y\",\"type\":\"vcs\","
				    "\"hashes\":[{\"alg\":\"MD5\","
				    "\"content\":\"z\"}]}]}]}]}]}]");
	validate(dd_str_from(long_path), &out);
	CHECK_STR(dd_buf_str(&out),
		  "service 's': services[0].services[0].services[0].externalReferences[0].hashes[0].content is "
		  "not a digest in hexadecimal digits: 'z'\n");
}
