/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 2.2 and 2.3: https://github.com/spdx/spdx-spec, schemas/spdx-schema.json of the branches */
#include "base/cleanup.h"
#include "sbom/shape.h"

#define CHECKSUM_WORDS                                                                                                 \
	"SHA1 BLAKE3 SHA3-384 SHA256 SHA384 BLAKE2b-512 BLAKE2b-256 SHA3-512 MD2 ADLER32 MD4 SHA3-256 BLAKE2b-384 "    \
	"SHA512 MD6 MD5 SHA224"

enum {
	TEXT = DD_SHAPE_TEXT,
	NUMBER = DD_SHAPE_NUMBER,
	TRUTH = DD_SHAPE_TRUTH,
	OBJECT = DD_SHAPE_OBJECT,
	LIST = DD_SHAPE_LIST
};

static const struct dd_shape_member checksum_members[] = {
	{ "algorithm", TEXT, .required = true, .words = CHECKSUM_WORDS },
	{ "checksumValue", TEXT, .required = true },
};
static const struct dd_shape checksum = { "checksum", checksum_members, DD_COUNT(checksum_members) };

static const struct dd_shape_member dd_shape_spdx_annotation_members[] = {
	{ "annotationDate", TEXT, .required = true, .rule = &dd_shape_time },
	{ "annotationType", TEXT, .required = true, .words = "OTHER REVIEW" },
	{ "annotator", TEXT, .required = true },
	{ "comment", TEXT, .required = true },
};
const struct dd_shape dd_shape_spdx_annotation = { "annotation", dd_shape_spdx_annotation_members,
						   DD_COUNT(dd_shape_spdx_annotation_members) };

static const struct dd_shape_member external_members[] = {
	{ "referenceCategory", TEXT, .required = true,
	  .words = "OTHER PERSISTENT-ID PERSISTENT_ID SECURITY PACKAGE-MANAGER PACKAGE_MANAGER" },
	{ "referenceType", TEXT, .required = true },
	{ "referenceLocator", TEXT, .required = true },
	{ "comment", TEXT },
};
static const struct dd_shape external = { "external reference", external_members, DD_COUNT(external_members) };

static const struct dd_shape_member verification_members[] = {
	{ "packageVerificationCodeValue", TEXT, .required = true },
	{ "packageVerificationCodeExcludedFiles", LIST, .elements = TEXT },
};
static const struct dd_shape verification = { "verification code", verification_members,
					      DD_COUNT(verification_members) };

static const struct dd_shape_member dd_shape_spdx_package_members[] = {
	{ "SPDXID", TEXT, .required = true, .rule = &dd_shape_spdx_id },
	{ "name", TEXT },
	{ "downloadLocation", TEXT, .required = true },
	{ "versionInfo", TEXT },
	{ "packageFileName", TEXT },
	{ "supplier", TEXT },
	{ "originator", TEXT },
	{ "homepage", TEXT },
	{ "sourceInfo", TEXT },
	{ "licenseConcluded", TEXT },
	{ "licenseDeclared", TEXT },
	{ "licenseComments", TEXT },
	{ "copyrightText", TEXT },
	{ "summary", TEXT },
	{ "description", TEXT },
	{ "comment", TEXT },
	{ "primaryPackagePurpose", TEXT,
	  .words = "OTHER INSTALL ARCHIVE FIRMWARE APPLICATION FRAMEWORK LIBRARY CONTAINER SOURCE DEVICE "
		   "OPERATING_SYSTEM FILE" },
	{ "filesAnalyzed", TRUTH },
	{ "packageVerificationCode", OBJECT, .of = &verification },
	{ "checksums", LIST, .of = &checksum },
	{ "externalRefs", LIST, .of = &external },
	{ "annotations", LIST, .of = &dd_shape_spdx_annotation },
	{ "attributionTexts", LIST, .elements = TEXT },
	{ "hasFiles", LIST, .elements = TEXT },
	{ "licenseInfoFromFiles", LIST, .elements = TEXT },
	{ "builtDate", TEXT, .rule = &dd_shape_time },
	{ "releaseDate", TEXT, .rule = &dd_shape_time },
	{ "validUntilDate", TEXT, .rule = &dd_shape_time },
};
const struct dd_shape dd_shape_spdx_package = { "package", dd_shape_spdx_package_members,
						DD_COUNT(dd_shape_spdx_package_members) };

static const struct dd_shape_member dd_shape_spdx_relationship_members[] = {
	{ "spdxElementId", TEXT },
	{ "relatedSpdxElement", TEXT },
	{ "relationshipType", TEXT,
	  .words = "AMENDS ANCESTOR_OF BUILD_DEPENDENCY_OF BUILD_TOOL_OF CONTAINED_BY CONTAINS COPY_OF DATA_FILE_OF "
		   "DEPENDENCY_MANIFEST_OF DEPENDENCY_OF DEPENDS_ON DESCENDANT_OF DESCRIBED_BY DESCRIBES "
		   "DEV_DEPENDENCY_OF DEV_TOOL_OF DISTRIBUTION_ARTIFACT DOCUMENTATION_OF DYNAMIC_LINK EXAMPLE_OF "
		   "EXPANDED_FROM_ARCHIVE FILE_ADDED FILE_DELETED FILE_MODIFIED GENERATED_FROM GENERATES "
		   "HAS_PREREQUISITE METAFILE_OF OPTIONAL_COMPONENT_OF OPTIONAL_DEPENDENCY_OF OTHER PACKAGE_OF "
		   "PATCH_APPLIED PATCH_FOR PREREQUISITE_FOR PROVIDED_DEPENDENCY_OF REQUIREMENT_DESCRIPTION_FOR "
		   "RUNTIME_DEPENDENCY_OF SPECIFICATION_FOR STATIC_LINK TEST_CASE_OF TEST_DEPENDENCY_OF TEST_OF "
		   "TEST_TOOL_OF VARIANT_OF" },
	{ "comment", TEXT },
};
const struct dd_shape dd_shape_spdx_relationship = { "relationship", dd_shape_spdx_relationship_members,
						     DD_COUNT(dd_shape_spdx_relationship_members) };

static const struct dd_shape_member dd_shape_spdx_file_members[] = {
	{ "SPDXID", TEXT, .required = true, .rule = &dd_shape_spdx_id },
	{ "fileName", TEXT, .required = true },
	{ "checksums", LIST, .of = &checksum },
	{ "fileTypes", LIST, .elements = TEXT,
	  .words = "OTHER DOCUMENTATION IMAGE VIDEO ARCHIVE SPDX APPLICATION SOURCE BINARY TEXT AUDIO" },
	{ "annotations", LIST, .of = &dd_shape_spdx_annotation },
	{ "comment", TEXT },
	{ "copyrightText", TEXT },
	{ "licenseComments", TEXT },
	{ "licenseConcluded", TEXT },
	{ "noticeText", TEXT },
	{ "attributionTexts", LIST, .elements = TEXT },
	{ "fileContributors", LIST, .elements = TEXT },
	{ "fileDependencies", LIST, .elements = TEXT },
	{ "licenseInfoInFiles", LIST, .elements = TEXT },
	{ "artifactOfs", LIST },
};
const struct dd_shape dd_shape_spdx_file = { "file", dd_shape_spdx_file_members, DD_COUNT(dd_shape_spdx_file_members) };

static const struct dd_shape_member dd_shape_spdx_creation_members[] = {
	{ "created", TEXT, .rule = &dd_shape_time },
	{ "creators", LIST, .elements = TEXT },
	{ "comment", TEXT },
	{ "licenseListVersion", TEXT },
};
const struct dd_shape dd_shape_spdx_creation = { "creation information", dd_shape_spdx_creation_members,
						 DD_COUNT(dd_shape_spdx_creation_members) };

static const struct dd_shape_member dd_shape_spdx_extracted_members[] = {
	{ "licenseId", TEXT, .required = true },
	{ "extractedText", TEXT, .required = true },
	{ "name", TEXT },
	{ "comment", TEXT },
	{ "seeAlsos", LIST, .elements = TEXT },
	{ "crossRefs", LIST, .elements = OBJECT },
};
const struct dd_shape dd_shape_spdx_extracted = { "extracted licence", dd_shape_spdx_extracted_members,
						  DD_COUNT(dd_shape_spdx_extracted_members) };

static const struct dd_shape_member dd_shape_spdx_document_members[] = {
	{ "SPDXID", TEXT },
	{ "spdxVersion", TEXT },
	{ "dataLicense", TEXT },
	{ "name", TEXT },
	{ "documentNamespace", TEXT },
	{ "comment", TEXT },
	{ "creationInfo", OBJECT },
	{ "packages", LIST },
	{ "files", LIST },
	{ "snippets", LIST },
	{ "relationships", LIST },
	{ "documentDescribes", LIST },
	{ "annotations", LIST },
	{ "externalDocumentRefs", LIST },
	{ "hasExtractedLicensingInfos", LIST },
	{ "revieweds", LIST },
	{ "@context", TEXT },
};
const struct dd_shape dd_shape_spdx_document = { "an SPDX document", dd_shape_spdx_document_members,
						 DD_COUNT(dd_shape_spdx_document_members) };
