/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of reading Java archives, shared by the files of this folder. Views live as long as what they were cut from.
 */
#ifndef DD_JAVA_H
#define DD_JAVA_H

#include "analyze/analyzer.h"
#include "base/buf.h"
#include "base/map.h"
#include "format/xml.h"

/* What the name of a file says, by Maven's naming "artifact-version[-classifier].extension". */
struct dd_java_file {
	struct dd_str stem;			     /* the name without directory and extension */
	struct dd_str artifact, version, classifier; /* version empty: the name has none, artifact is the stem */
};
/* Versions that the archive's own metadata gives ("" : none) decide where version and classifier meet. */
struct dd_java_file dd_java_file_name(struct dd_str path, struct dd_str version_hint);
/* Is the stem that of artifact and version? *ret_classifier: what follows them. */
bool dd_java_stem_is(struct dd_str stem, struct dd_str artifact, struct dd_str version, struct dd_str *ret_classifier);
/* Where the path of a file is that of a local repository: ".m2/repository/org/apache/x/1.0/x-1.0.jar", Gradle's
 * "files-2.1/org.apache/x/1.0/<sha1>/x-1.0.jar", Ivy's "cache/org.apache/x/jars/x-1.0.jar". group is written to a
 * buffer of the caller. */
bool dd_java_repository_path(struct dd_str path, struct dd_buf *group, struct dd_str *ret_artifact,
			     struct dd_str *ret_version);

/* The group of a well-known artifact that comes without Maven's metadata (java_groups.def); empty: not known. Some
 * artifacts moved to another group with a version. */
struct dd_str dd_java_known_group(struct dd_str artifact, struct dd_str version);

/* The attributes of a manifest's main section that say what the archive is. */
enum dd_java_attribute {
	DD_JAVA_IMPLEMENTATION_TITLE,
	DD_JAVA_IMPLEMENTATION_VERSION,
	DD_JAVA_IMPLEMENTATION_VENDOR_ID,
	DD_JAVA_BUNDLE_SYMBOLIC_NAME,
	DD_JAVA_BUNDLE_VERSION,
	DD_JAVA_BUNDLE_LICENSE,
	DD_JAVA_SPECIFICATION_TITLE,
	DD_JAVA_SPECIFICATION_VERSION,
	DD_JAVA_AUTOMATIC_MODULE_NAME,
	DD_JAVA_EXTENSION_NAME,
	DD_JAVA_SHORT_NAME,
	DD_JAVA_PLUGIN_VERSION,
	DD_JAVA_GROUP_ID,
	DD_JAVA_ATTRIBUTE_COUNT
};
struct dd_java_manifest {
	struct dd_str value[DD_JAVA_ATTRIBUTE_COUNT]; /* trimmed, in the arena; empty: absent */
};
/* Reads the main section of bytes; of two attributes with one name the last counts, as in java.util.jar. false: memory
 * is out. */
bool dd_java_manifest_read(struct dd_str bytes, struct dd_arena *a, struct dd_java_manifest *ret);

/* groupId, artifactId and version of a pom.properties, in the arena; empty what it does not say. false: no memory. */
struct dd_java_gav {
	struct dd_str group, artifact, version;
};
bool dd_java_properties_read(struct dd_str bytes, struct dd_arena *a, struct dd_java_gav *ret);

/* ---- archives ---- */

/* A package that an archive's own metadata names. */
struct dd_java_pom {
	struct dd_java_gav gav; /* version empty: a pom.xml that leaves it to a parent */
	struct dd_str place;	/* the member that says so */
	struct dd_str licences; /* may be empty */
};
/* What was found in one archive, at whatever depth. */
struct dd_java_archive {
	struct dd_str path;  /* of the file, or of the member of the archive around it */
	struct dd_str inner; /* dd_package.inner; empty: the file itself */
	struct dd_str digest;
	struct dd_java_manifest manifest;
	DD_VEC(struct dd_java_pom) poms;
};
/* Decides what the archive itself is, and adds it and everything that is packed into it to *out. */
void dd_java_identify(struct dd_found *out, const struct dd_java_archive *archive);
/* Reads an archive and the archives in it, down to a limit. DD_EPARSE: no archive. */
enum dd_code dd_java_archive_read(const struct dd_input *in, struct dd_found *out, struct dd_err *err);

/* ---- pom.xml ---- */

struct dd_java_property {
	struct dd_str name, value;
};
/* A pom.xml by itself. Everything lives in the arena it was read into and in its bytes. */
struct dd_java_model {
	const struct dd_xml_node *project;
	struct dd_java_gav own;	   /* expanded; group and version of the parent where it names none; may be empty */
	struct dd_java_gav parent; /* as written; empty: it has none */
	struct dd_str parent_path; /* relativePath, "../pom.xml" where it names none */
	struct dd_str licences;
	struct dd_map names; /* of properties */
	struct dd_java_property *properties;
	size_t n_properties;
};
/* DD_EPARSE: no XML, or no project. The caller calls _done. */
enum dd_code dd_java_model_read(struct dd_str bytes, struct dd_arena *a, struct dd_java_model *ret, struct dd_err *err);
void dd_java_model_done(struct dd_java_model *m);
/* text with its ${…} replaced by what the model says; those that it does not say stay as they are written. */
struct dd_str dd_java_model_expand(struct dd_java_model *m, struct dd_str text, struct dd_arena *a);

/* ---- words ---- */

/* Could it be a groupId: words of letters, digits, '_' and '-' with dots between them? */
bool dd_java_is_group(struct dd_str s);
/* Could it be an artifactId or a version: letters, digits and "._-+"? ("${project.version}" could not.) */
bool dd_java_is_id(struct dd_str s);
/* What a manifest says of the group of an artifact; empty: nothing that can be relied on. */
struct dd_str dd_java_manifest_group(const struct dd_java_manifest *m, struct dd_str artifact);

#endif
