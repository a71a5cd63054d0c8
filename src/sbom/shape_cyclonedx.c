/* SPDX-License-Identifier: Apache-2.0 */
/* CycloneDX 1.2 to 1.7: https://github.com/CycloneDX/specification/tree/master/schema, bom-*.schema.json */
#include "base/cleanup.h"
#include "sbom/shape.h"

enum {
	TEXT = DD_SHAPE_TEXT,
	NUMBER = DD_SHAPE_NUMBER,
	TRUTH = DD_SHAPE_TRUTH,
	OBJECT = DD_SHAPE_OBJECT,
	LIST = DD_SHAPE_LIST
};

static const struct dd_shape_member hash_members[] = {
	{ "alg", TEXT, .required = true,
	  .words = "MD5 SHA-1 SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 "
		   "BLAKE3 Streebog-256 Streebog-512" },
	{ "content", TEXT, .required = true, .rule = &dd_shape_digest },
};
static const struct dd_shape hash = { "hash", hash_members, DD_COUNT(hash_members) };

static const struct dd_shape_member property_members[] = {
	{ "name", TEXT, .required = true }, /* since 1.6; without it means nothing before, either */
	{ "value", TEXT },
};
static const struct dd_shape property = { "property", property_members, DD_COUNT(property_members), .open = true };

static const struct dd_shape_member dd_shape_cdx_reference_members[] = {
	{ "url", TEXT, .required = true },
	{ "type", TEXT, .required = true,
	  .words = "vcs issue-tracker website advisories bom mailing-list social chat documentation support "
		   "source-distribution distribution distribution-intake license build-meta build-system release-notes "
		   "security-contact model-card log configuration evidence formulation attestation threat-model "
		   "adversary-model risk-assessment vulnerability-assertion exploitability-statement pentest-report "
		   "static-analysis-report dynamic-analysis-report runtime-analysis-report component-analysis-report "
		   "maturity-report certification-report codified-infrastructure quality-metrics poam "
		   "electronic-signature digital-signature rfc-9116 patent patent-family patent-assertion citation "
		   "other" },
	{ "comment", TEXT },
	{ "hashes", LIST, .of = &hash },
	{ "properties", LIST, .of = &property },
};
const struct dd_shape dd_shape_cdx_reference = { "external reference", dd_shape_cdx_reference_members,
						 DD_COUNT(dd_shape_cdx_reference_members) };

static const struct dd_shape_member contact_members[] = {
	{ "bom-ref", TEXT },
	{ "name", TEXT },
	{ "email", TEXT },
	{ "phone", TEXT },
};
static const struct dd_shape contact = { "contact", contact_members, DD_COUNT(contact_members) };

static const struct dd_shape_member organization_members[] = {
	{ "bom-ref", TEXT },
	{ "name", TEXT },
	{ "address", OBJECT },
	{ "url", LIST, .elements = TEXT },
	{ "contact", LIST, .of = &contact },
};
static const struct dd_shape organization = { "organization", organization_members, DD_COUNT(organization_members) };

static const struct dd_shape_member attachment_members[] = {
	{ "contentType", TEXT },
	{ "encoding", TEXT },
	{ "content", TEXT, .required = true },
};
static const struct dd_shape attachment = { "attachment", attachment_members, DD_COUNT(attachment_members) };

static const struct dd_shape_member license_members[] = {
	{ "bom-ref", TEXT },
	{ "id", TEXT },
	{ "name", TEXT },
	{ "url", TEXT },
	{ "acknowledgement", TEXT, .words = "declared concluded" },
	{ "text", OBJECT, .of = &attachment },
	{ "licensing", OBJECT },
	{ "properties", LIST, .of = &property },
};
static const struct dd_shape license = { "licence", license_members, DD_COUNT(license_members) };

static const struct dd_shape_member license_choice_members[] = {
	{ "license", OBJECT, .of = &license },
	{ "expression", TEXT },
	{ "acknowledgement", TEXT, .words = "declared concluded" },
	{ "bom-ref", TEXT },
	{ "expressionDetails", LIST },
	{ "licensing", OBJECT },
	{ "properties", LIST, .of = &property },
};
static const struct dd_shape license_choice = { "licence", license_choice_members, DD_COUNT(license_choice_members) };

static const struct dd_shape_member swid_members[] = {
	{ "tagId", TEXT, .required = true },
	{ "name", TEXT, .required = true },
	{ "version", TEXT },
	{ "tagVersion", NUMBER },
	{ "patch", TRUTH },
	{ "text", OBJECT, .of = &attachment },
	{ "url", TEXT },
};
static const struct dd_shape swid = { "SWID tag", swid_members, DD_COUNT(swid_members) };

static const struct dd_shape_member occurrence_members[] = {
	{ "bom-ref", TEXT }, { "location", TEXT, .required = true }, { "line", NUMBER }, { "offset", NUMBER },
	{ "symbol", TEXT },  { "additionalContext", TEXT },
};
static const struct dd_shape occurrence = { "occurrence", occurrence_members, DD_COUNT(occurrence_members) };

static const struct dd_shape_member evidence_members[] = {
	{ "identity", OBJECT | LIST },
	{ "occurrences", LIST, .of = &occurrence },
	{ "callstack", OBJECT },
	{ "licenses", LIST, .of = &license_choice },
	{ "copyright", LIST, .elements = OBJECT },
};
static const struct dd_shape evidence = { "evidence", evidence_members, DD_COUNT(evidence_members) };

static const struct dd_shape_member dd_shape_cdx_component_members[] = {
	{ "type", TEXT,
	  .words = "application framework library container platform operating-system device device-driver firmware "
		   "file machine-learning-model data cryptographic-asset" },
	{ "bom-ref", TEXT },
	{ "group", TEXT },
	{ "name", TEXT },
	{ "version", TEXT },
	{ "versionRange", TEXT },
	{ "purl", TEXT },
	{ "cpe", TEXT },
	{ "description", TEXT },
	{ "publisher", TEXT },
	{ "author", TEXT },
	{ "copyright", TEXT },
	{ "mime-type", TEXT },
	{ "scope", TEXT, .words = "required optional excluded" },
	{ "supplier", OBJECT, .of = &organization },
	{ "manufacturer", OBJECT, .of = &organization },
	{ "authors", LIST, .of = &contact },
	{ "hashes", LIST, .of = &hash },
	{ "licenses", LIST, .of = &license_choice },
	{ "externalReferences", LIST, .of = &dd_shape_cdx_reference },
	{ "properties", LIST, .of = &property },
	{ "swid", OBJECT, .of = &swid },
	{ "evidence", OBJECT, .of = &evidence },
	{ "components", LIST, .elements = OBJECT },
	{ "modified", TRUTH },
	{ "isExternal", TRUTH },
	{ "tags", LIST, .elements = TEXT },
	{ "omniborId", LIST, .elements = TEXT },
	{ "swhid", LIST, .elements = TEXT },
	{ "data", LIST, .elements = OBJECT },
	{ "patentAssertions", LIST, .elements = OBJECT },
	{ "pedigree", OBJECT },
	{ "releaseNotes", OBJECT },
	{ "modelCard", OBJECT },
	{ "cryptoProperties", OBJECT },
	{ "signature", OBJECT },
};
const struct dd_shape dd_shape_cdx_component = { "component", dd_shape_cdx_component_members,
						 DD_COUNT(dd_shape_cdx_component_members) };

static const struct dd_shape_member dd_shape_cdx_metadata_members[] = {
	{ "timestamp", TEXT, .rule = &dd_shape_time },
	{ "tools", OBJECT | LIST },
	{ "authors", LIST, .of = &contact },
	{ "component", OBJECT },
	{ "manufacture", OBJECT, .of = &organization },
	{ "manufacturer", OBJECT, .of = &organization },
	{ "supplier", OBJECT, .of = &organization },
	{ "licenses", LIST, .of = &license_choice },
	{ "properties", LIST, .of = &property },
	{ "lifecycles", LIST, .elements = OBJECT },
	{ "distributionConstraints", OBJECT },
};
const struct dd_shape dd_shape_cdx_metadata = { "metadata", dd_shape_cdx_metadata_members,
						DD_COUNT(dd_shape_cdx_metadata_members) };

static const struct dd_shape_member dd_shape_cdx_dependency_members[] = {
	{ "ref", TEXT },
	{ "dependsOn", LIST, .elements = TEXT },
	{ "provides", LIST, .elements = TEXT },
};
const struct dd_shape dd_shape_cdx_dependency = { "dependency", dd_shape_cdx_dependency_members,
						  DD_COUNT(dd_shape_cdx_dependency_members) };

static const struct dd_shape_member dd_shape_cdx_service_members[] = {
	{ "name", TEXT, .required = true },
	{ "bom-ref", TEXT },
	{ "group", TEXT },
	{ "version", TEXT },
	{ "description", TEXT },
	{ "trustZone", TEXT },
	{ "provider", OBJECT, .of = &organization },
	{ "endpoints", LIST, .elements = TEXT },
	{ "authenticated", TRUTH },
	{ "x-trust-boundary", TRUTH },
	{ "data", LIST, .elements = OBJECT },
	{ "licenses", LIST, .of = &license_choice },
	{ "externalReferences", LIST, .of = &dd_shape_cdx_reference },
	{ "services", LIST, .of = &dd_shape_cdx_service },
	{ "releaseNotes", OBJECT },
	{ "properties", LIST, .of = &property },
	{ "patentAssertions", LIST, .elements = OBJECT },
	{ "tags", LIST, .elements = TEXT },
	{ "signature", OBJECT },
};
const struct dd_shape dd_shape_cdx_service = { "service", dd_shape_cdx_service_members,
					       DD_COUNT(dd_shape_cdx_service_members) };

static const struct dd_shape_member source_members[] = {
	{ "name", TEXT },
	{ "url", TEXT },
};
static const struct dd_shape source = { "source", source_members, DD_COUNT(source_members) };

static const struct dd_shape_member rating_members[] = {
	{ "source", OBJECT, .of = &source },
	{ "score", NUMBER },
	{ "severity", TEXT, .words = "critical high medium low info none unknown" },
	{ "method", TEXT, .words = "CVSSv2 CVSSv3 CVSSv31 CVSSv4 OWASP SSVC other" },
	{ "vector", TEXT },
	{ "justification", TEXT },
};
static const struct dd_shape rating = { "rating", rating_members, DD_COUNT(rating_members) };

static const struct dd_shape_member analysis_members[] = {
	{ "state", TEXT, .words = "resolved resolved_with_pedigree exploitable in_triage false_positive not_affected" },
	{ "justification", TEXT,
	  .words =
		  "code_not_present code_not_reachable requires_configuration requires_dependency requires_environment "
		  "protected_by_compiler protected_at_runtime protected_at_perimeter protected_by_mitigating_control" },
	{ "response", LIST, .elements = TEXT,
	  .words = "can_not_fix will_not_fix update rollback workaround_available" },
	{ "detail", TEXT },
	{ "firstIssued", TEXT, .rule = &dd_shape_time },
	{ "lastUpdated", TEXT, .rule = &dd_shape_time },
};
static const struct dd_shape analysis = { "analysis", analysis_members, DD_COUNT(analysis_members) };

static const struct dd_shape_member affected_version_members[] = {
	{ "version", TEXT },
	{ "range", TEXT },
	{ "status", TEXT, .words = "affected unaffected unknown" },
};
static const struct dd_shape affected_version = { "version", affected_version_members,
						  DD_COUNT(affected_version_members) };

static const struct dd_shape_member affected_members[] = {
	{ "ref", TEXT, .required = true },
	{ "versions", LIST, .of = &affected_version },
};
static const struct dd_shape affected = { "affected component", affected_members, DD_COUNT(affected_members) };

static const struct dd_shape_member known_as_members[] = {
	{ "id", TEXT, .required = true },
	{ "source", OBJECT, .required = true, .of = &source },
};
static const struct dd_shape known_as = { "reference", known_as_members, DD_COUNT(known_as_members) };

static const struct dd_shape_member advisory_members[] = {
	{ "title", TEXT },
	{ "url", TEXT, .required = true },
};
static const struct dd_shape advisory = { "advisory", advisory_members, DD_COUNT(advisory_members) };

static const struct dd_shape_member dd_shape_cdx_vulnerability_members[] = {
	{ "bom-ref", TEXT },
	{ "id", TEXT },
	{ "description", TEXT },
	{ "detail", TEXT },
	{ "recommendation", TEXT },
	{ "workaround", TEXT },
	{ "created", TEXT, .rule = &dd_shape_time },
	{ "published", TEXT, .rule = &dd_shape_time },
	{ "updated", TEXT, .rule = &dd_shape_time },
	{ "rejected", TEXT, .rule = &dd_shape_time },
	{ "source", OBJECT, .of = &source },
	{ "references", LIST, .of = &known_as },
	{ "ratings", LIST, .of = &rating },
	{ "cwes", LIST, .elements = NUMBER },
	{ "advisories", LIST, .of = &advisory },
	{ "analysis", OBJECT, .of = &analysis },
	{ "affects", LIST, .of = &affected },
	{ "credits", OBJECT },
	{ "tools", OBJECT | LIST },
	{ "proofOfConcept", OBJECT },
	{ "properties", LIST, .of = &property },
};
const struct dd_shape dd_shape_cdx_vulnerability = { "vulnerability", dd_shape_cdx_vulnerability_members,
						     DD_COUNT(dd_shape_cdx_vulnerability_members) };

static const struct dd_shape_member dd_shape_cdx_composition_members[] = {
	{ "aggregate", TEXT, .required = true,
	  .words = "complete incomplete incomplete_first_party_only incomplete_first_party_proprietary_only "
		   "incomplete_first_party_opensource_only incomplete_third_party_only "
		   "incomplete_third_party_proprietary_only incomplete_third_party_opensource_only unknown "
		   "not_specified" },
	{ "bom-ref", TEXT },
	{ "assemblies", LIST, .elements = TEXT },
	{ "dependencies", LIST, .elements = TEXT },
	{ "vulnerabilities", LIST, .elements = TEXT },
	{ "signature", OBJECT },
};
const struct dd_shape dd_shape_cdx_composition = { "composition", dd_shape_cdx_composition_members,
						   DD_COUNT(dd_shape_cdx_composition_members) };

static const struct dd_shape_member dd_shape_cdx_document_members[] = {
	{ "$schema", TEXT },	  { "bomFormat", TEXT },      { "specVersion", TEXT },
	{ "serialNumber", TEXT }, { "version", NUMBER },      { "metadata", OBJECT },
	{ "components", LIST },	  { "services", LIST },	      { "externalReferences", LIST },
	{ "dependencies", LIST }, { "compositions", LIST },   { "vulnerabilities", LIST },
	{ "annotations", LIST },  { "formulation", LIST },    { "properties", LIST },
	{ "citations", LIST },	  { "declarations", OBJECT }, { "definitions", OBJECT },
	{ "signature", OBJECT },
};
const struct dd_shape dd_shape_cdx_document = { "a CycloneDX document", dd_shape_cdx_document_members,
						DD_COUNT(dd_shape_cdx_document_members) };
