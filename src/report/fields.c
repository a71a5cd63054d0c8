/* SPDX-License-Identifier: Apache-2.0 */
#include "report/fields.h"

#include "base/limits.h"

/* ---- names ---- */

static const char *severity(unsigned i)
{
	return dd_severity_name((enum dd_severity)i);
}

static const char *kind(unsigned i)
{
	return dd_kind_name((enum dd_kind)i);
}

static const char *fix_state(unsigned i)
{
	return dd_fix_state_name((enum dd_fix_state)i);
}

static const char *origin(unsigned i)
{
	return dd_origin_name((enum dd_origin)i);
}

static const char *exposure(unsigned i)
{
	return dd_exposure_name((enum dd_exposure)i);
}

static const char *evidence(unsigned i)
{
	return dd_package_evidence_name((enum dd_package_evidence)i);
}

static const char *confidence(unsigned i)
{
	return dd_confidence_name((enum dd_confidence)i);
}

static const char *secret_place(unsigned i)
{
	return dd_secret_place_name((enum dd_secret_place)i);
}

static const char *entry_state(unsigned i)
{
	return dd_entry_state_name((enum dd_entry_state)i);
}

static const char *alive(unsigned i)
{
	return dd_secret_alive_name((enum dd_secret_alive)i);
}

static const char *step(unsigned i)
{
	return dd_fix_step_kind_name((enum dd_fix_step_kind)i);
}

static const char *verdict(unsigned i)
{
	return dd_verdict_name((enum dd_verdict)i);
}

static const char *cvss_version(unsigned i)
{
	return dd_cvss_version_name((enum dd_cvss_version)i);
}

static const struct dd_names severities = { severity, DD_SEV_COUNT }, kinds = { kind, DD_KIND_COUNT },
			     fix_states = { fix_state, DD_FIX_COUNT }, origins = { origin, DD_ORIGIN_COUNT },
			     exposures = { exposure, DD_EXPOSURE_COUNT },
			     evidences = { evidence, DD_PACKAGE_EVIDENCE_COUNT }, steps = { step, DD_STEP_COUNT },
			     confidences = { confidence, DD_CONFIDENCE_COUNT },
			     secret_places = { secret_place, DD_SECRET_PLACE_COUNT },
			     entry_states = { entry_state, DD_STATE_OVERWRITTEN + 1 },
			     alives = { alive, DD_ALIVE_COUNT }, verdicts = { verdict, DD_VERDICT_INCOMPLETE + 1 },
			     cvss_versions = { cvss_version, DD_CVSS_40 + 1 };

/* ---- rows ---- */

#define RECORD(fields_table, type)                                                                                     \
	{                                                                                                              \
		fields_table, DD_COUNT(fields_table), sizeof(type), NULL                                               \
	}
#define RECORD_FROM(fields_table, type, start)                                                                         \
	{                                                                                                              \
		fields_table, DD_COUNT(fields_table), sizeof(type), &(start)                                           \
	}
/* key, the type's member */
#define TEXT(k, m)                                                                                                     \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_TEXT, .at = offsetof(TYPE, m)                                               \
	}
#define KNOWN(k, m)                                                                                                    \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_KNOWN, .at = offsetof(TYPE, m)                                              \
	}
#define KNOWN_LATE(k, m)                                                                                               \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_KNOWN, .at = offsetof(TYPE, m), .late = true                                \
	}
#define NUMBER(k, m)                                                                                                   \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_U64, .at = offsetof(TYPE, m)                                                \
	}
#define SIZE(k, m)                                                                                                     \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_SIZE, .at = offsetof(TYPE, m)                                               \
	}
#define MADE(k, m)                                                                                                     \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_SIZE, .at = offsetof(TYPE, m), .made = true                                 \
	}
#define BOOL(k, m)                                                                                                     \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_BOOL, .at = offsetof(TYPE, m)                                               \
	}
#define BOOL_LATE(k, m)                                                                                                \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_BOOL, .at = offsetof(TYPE, m), .late = true                                 \
	}
#define INT(k, m, what)                                                                                                \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_##what, .at = offsetof(TYPE, m)                                             \
	}
#define INT_LATE(k, m, what)                                                                                           \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_##what, .at = offsetof(TYPE, m), .late = true                               \
	}
#define NAME(k, m, list)                                                                                               \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_NAME, .at = offsetof(TYPE, m), .names = &(list)                             \
	}
#define NAME_LATE(k, m, list)                                                                                          \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_NAME, .at = offsetof(TYPE, m), .names = &(list), .late = true               \
	}
#define TEXTS(k, m, n, limit)                                                                                          \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_TEXTS, .at = offsetof(TYPE, m), .second = offsetof(TYPE, n), .max = (limit) \
	}
#define OBJECT(k, record)                                                                                              \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_OBJECT, .of = &(record)                                                     \
	}
#define OBJECT_IF(k, record, is, make)                                                                                 \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_OBJECT, .of = &(record), .present = (is), .set = (make)                     \
	}

/* No real list is near these; they bound what a report that was not written by drydock can ask for. */
enum { LIST_MAX = 100000, STEPS_MAX = 1000000 };

#define TYPE struct dd_db_source
static const struct dd_field source_fields[] = {
	TEXT("kind", kind),	 TEXT("name", name),  KNOWN("url", url),
	KNOWN("digest", digest), KNOWN("date", date), NUMBER("records", records),
};
static const struct dd_record source_record = RECORD(source_fields, TYPE);
#undef TYPE

#define TYPE struct dd_layer
static const struct dd_field layer_fields[] = {
	{ .key = "index", .kind = DD_FIELD_INDEX },
	KNOWN("digest", digest),
	KNOWN("diffId", diff_id),
	KNOWN("mediaType", media_type),
	KNOWN("instruction", instruction),
	NUMBER("storedBytes", stored_bytes),
	NUMBER("bytes", bytes),
	NUMBER("entries", entries),
	BOOL_LATE("fromBase", from_base),
};
static const struct dd_record layer_record = RECORD(layer_fields, TYPE);
static const struct dd_field layer_reference_fields[] = {
	{ .key = "layer", .kind = DD_FIELD_INDEX },
	KNOWN("instruction", instruction),
};
static const struct dd_record layer_reference = RECORD(layer_reference_fields, TYPE);
#undef TYPE

#define TYPE struct dd_label
static const struct dd_field label_fields[] = { TEXT("key", key), TEXT("value", value) };
static const struct dd_record label_record = RECORD(label_fields, TYPE);
#undef TYPE

#define TYPE struct dd_location
static const struct dd_field location_fields[] = {
	KNOWN("path", path),
	KNOWN("inner", inner),
	INT("layer", layer, LAYER),
};
static const struct dd_location no_location = { .layer = DD_NO_LAYER };
static const struct dd_record location_record = RECORD_FROM(location_fields, TYPE, no_location);
#undef TYPE

#define TYPE struct dd_installed
static const struct dd_field package_source_fields[] = {
	{ .key = "name",
	  .kind = DD_FIELD_TEXT_OR,
	  .at = offsetof(TYPE, package.source_name),
	  .second = offsetof(TYPE, package.name) },
	{ .key = "version",
	  .kind = DD_FIELD_TEXT_OR,
	  .at = offsetof(TYPE, package.source_version),
	  .second = offsetof(TYPE, package.version) },
};
static const struct dd_record package_source = RECORD(package_source_fields, TYPE);
static const struct dd_field package_fields[] = {
	TEXT("name", package.name),
	TEXT("version", package.version),
	TEXT("type", package.type),
	KNOWN("arch", package.arch),
	KNOWN("purl", purl),
	OBJECT("source", package_source),
	KNOWN("licences", package.licences),
	KNOWN("module", package.module),
	KNOWN("maintainer", package.maintainer),
	NUMBER("installedBytes", package.installed_bytes),
	NUMBER("files", files),
	TEXT("analyzer", analyzer),
	KNOWN("path", path),
	INT("layer", layer, LAYER),
	BOOL_LATE("system", system),
	NAME_LATE("evidence", package.evidence, evidences),
	BOOL_LATE("dev", package.dev),
	KNOWN_LATE("inner", package.inner),
	KNOWN_LATE("digest", package.digest),
	KNOWN_LATE("url", package.url),
	KNOWN_LATE("cpe", package.cpe),
	INT_LATE("depends", package.depends, LINES),
	INT_LATE("qualifiers", package.qualifiers, LINES),
	{ .key = "locations",
	  .kind = DD_FIELD_LIST,
	  .at = offsetof(TYPE, locations),
	  .second = offsetof(TYPE, n_locations),
	  .of = &location_record,
	  .max = STEPS_MAX,
	  .late = true },
	INT_LATE("owner", owner, PACKAGE),
	BOOL_LATE("entrypoint", entrypoint),
};
/* A report of the time before third-party packages has only those of the operating system. */
static const struct dd_installed no_package = { .layer = DD_NO_LAYER, .system = true, .owner = -1 };
static const struct dd_record package_record = RECORD_FROM(package_fields, TYPE, no_package);
static const struct dd_field package_reference_fields[] = {
	{ .key = "index", .kind = DD_FIELD_INDEX },
	TEXT("name", package.name),
	TEXT("version", package.version),
	TEXT("type", package.type),
	KNOWN("purl", purl),
};
static const struct dd_record package_reference = RECORD(package_reference_fields, TYPE);
#undef TYPE

#define TYPE struct dd_cvss_score
static const struct dd_field cvss_fields[] = {
	{ .key = "version", .kind = DD_FIELD_NAME_OR, .at = offsetof(TYPE, version), .names = &cvss_versions },
	TEXT("vector", vector),
	INT("score", score, REAL),
	KNOWN("source", source),
};
static const struct dd_record cvss_record = RECORD(cvss_fields, TYPE);
#undef TYPE

#define TYPE struct dd_secret_finding
static const struct dd_field secret_fields[] = {
	KNOWN("provider", kind.provider),
	BOOL("userRule", kind.user),
	NAME("place", at.place, secret_places),
	KNOWN("inner", at.secret.inner),
	KNOWN("coding", at.secret.coding),
	INT("line", at.secret.line, U64_OR),
	INT("column", at.secret.column, U64_OR),
	NUMBER("offset", at.secret.offset),
	NUMBER("length", at.secret.length),
	NAME("state", at.state, entry_states),
	INT("by", at.by, LAYER),
	TEXT("redacted", at.secret.redacted),
	KNOWN("value", at.secret.clear),
	KNOWN("context", at.secret.context),
	KNOWN("fingerprint", at.secret.fingerprint),
	KNOWN("reason", at.secret.reason),
	KNOWN("owner", at.owner),
	NAME("alive", at.alive, alives),
	KNOWN("aliveNote", at.alive_note),
	KNOWN("instruction", instruction),
	INT("change", change, LINES),
	KNOWN("commit", at.commit),
	KNOWN("author", at.author),
	KNOWN("date", at.date),
};
static const struct dd_secret_finding no_secret = { .at = { .layer = DD_NO_LAYER, .by = DD_NO_LAYER } };
static const struct dd_record secret_record = RECORD_FROM(secret_fields, TYPE, no_secret);
#undef TYPE

#define TYPE struct dd_finding
static bool has_epss(const void *f)
{
	return ((const TYPE *)f)->epss >= 0;
}

static bool has_kev(const void *f)
{
	return ((const TYPE *)f)->kev;
}

static void set_kev(void *f)
{
	((TYPE *)f)->kev = true;
}

static bool is_suppressed(const void *f)
{
	return ((const TYPE *)f)->suppressed;
}

static void set_suppressed(void *f)
{
	((TYPE *)f)->suppressed = true;
}

static const struct dd_field place_fields[] = { KNOWN("path", path), INT("layer", layer, LAYER) };
static const struct dd_record place = RECORD(place_fields, TYPE);
static const struct dd_field fix_fields[] = {
	NAME("state", fix.state, fix_states),
	INT("versions", fix.version, ONE),
	KNOWN("advice", fix.advice),
	KNOWN_LATE("date", fix_date),
};
static const struct dd_record fix = RECORD(fix_fields, TYPE);
static const struct dd_field epss_fields[] = {
	INT("probability", epss, REAL),
	INT("percentile", epss_percentile, CHANCE),
};
static const struct dd_record epss = RECORD(epss_fields, TYPE);
static const struct dd_field kev_fields[] = { BOOL("ransomware", kev_ransomware), KNOWN("due", kev_due) };
static const struct dd_record kev = RECORD(kev_fields, TYPE);
static const struct dd_field score_fields[] = {
	{ .key = "cvss",
	  .kind = DD_FIELD_LIST,
	  .at = offsetof(TYPE, cvss),
	  .second = offsetof(TYPE, n_cvss),
	  .of = &cvss_record,
	  .max = LIST_MAX },
	OBJECT_IF("epss", epss, has_epss, NULL),
	OBJECT_IF("kev", kev, has_kev, set_kev),
};
static const struct dd_record scores = RECORD(score_fields, TYPE);
static const struct dd_field suppression_fields[] = {
	KNOWN("rule", suppression.rule),	  KNOWN("reason", suppression.reason),
	KNOWN("expires", suppression.expires),	  KNOWN_LATE("owner", suppression.owner),
	KNOWN_LATE("status", suppression.status), KNOWN_LATE("justification", suppression.justification),
};
static const struct dd_record suppression = RECORD(suppression_fields, TYPE);
static const struct dd_field finding_fields[] = {
	TEXT("id", id),
	NAME("kind", kind, kinds),
	NAME("severity", severity, severities),
	KNOWN("severitySource", severity_source),
	KNOWN("title", title),
	{ .key = "package", .kind = DD_FIELD_PACKAGE_OF, .at = offsetof(TYPE, package), .of = &package_reference },
	OBJECT("location", place),
	{ .key = "introducedBy", .kind = DD_FIELD_LAYER_OF, .at = offsetof(TYPE, layer), .of = &layer_reference },
	OBJECT("fix", fix),
	TEXTS("aliases", aliases, n_aliases, LIST_MAX),
	OBJECT("scores", scores),
	KNOWN("published", published),
	TEXTS("sources", sources, n_sources, LIST_MAX),
	KNOWN("url", url),
	KNOWN("note", note),
	NAME_LATE("origin", origin, origins),
	NAME_LATE("exposure", exposure, exposures),
	INT_LATE("risk", risk, CHANCE),
	KNOWN_LATE("vexStatus", vex_status),
	NAME_LATE("confidence", confidence, confidences),
	{ .key = "secret",
	  .kind = DD_FIELD_REFERENCE,
	  .at = offsetof(TYPE, secret),
	  .of = &secret_record,
	  .late = true },
	OBJECT_IF("suppression", suppression, is_suppressed, set_suppressed),
};
static const struct dd_finding no_finding = {
	.package = -1, .layer = DD_NO_LAYER, .epss = -1, .epss_percentile = -1, .risk = -1
};
static const struct dd_record finding_record = RECORD_FROM(finding_fields, TYPE, no_finding);
#undef TYPE

#define TYPE struct dd_problem
static const struct dd_field problem_fields[] = {
	INT("layer", layer, LAYER),    KNOWN("path", path), KNOWN("analyzer", analyzer),
	INT("offset", offset, OFFSET), TEXT("text", text),
};
static const struct dd_problem no_problem = { .layer = DD_NO_LAYER, .offset = DD_NO_OFFSET };
static const struct dd_record problem_record = RECORD_FROM(problem_fields, TYPE, no_problem);
#undef TYPE

#define TYPE struct dd_policy_result
static const struct dd_field policy_fields[] = {
	TEXT("rule", rule),
	TEXT("text", text),
	BOOL("failed", failed),
	SIZE("findings", findings),
};
static const struct dd_record policy_record = RECORD(policy_fields, TYPE);
#undef TYPE

/* Numbers of findings by severity. */
struct by_severity {
	size_t n[DD_SEV_COUNT];
};
#define TYPE struct by_severity
static const struct dd_field by_severity_fields[] = {
	SIZE("critical", n[DD_SEV_CRITICAL]),	  SIZE("high", n[DD_SEV_HIGH]),
	SIZE("medium", n[DD_SEV_MEDIUM]),	  SIZE("low", n[DD_SEV_LOW]),
	SIZE("negligible", n[DD_SEV_NEGLIGIBLE]), SIZE("unknown", n[DD_SEV_UNKNOWN]),
};
static const struct dd_record by_severity = RECORD(by_severity_fields, TYPE);
#undef TYPE

#define TYPE struct dd_fix_step
static const struct dd_field step_fields[] = {
	NAME("kind", kind, steps),
	TEXT("title", title),
	KNOWN("command", command),
	INT("package", package, PACKAGE),
	KNOWN("from", from),
	KNOWN("to", to),
	SIZE("findings", findings),
	{ .key = "severities", .kind = DD_FIELD_OBJECT, .at = offsetof(TYPE, by_severity), .of = &by_severity },
	INT("risk", risk, REAL),
};
static const struct dd_fix_step no_step = { .package = -1 };
static const struct dd_record step_record = RECORD_FROM(step_fields, TYPE, no_step);
#undef TYPE

#define TYPE struct dd_report_view
static bool has_database(const void *v)
{
	return ((const TYPE *)v)->r.database.present;
}

static void set_database(void *v)
{
	((TYPE *)v)->r.database.present = true;
}

static bool has_os(const void *v)
{
	return ((const TYPE *)v)->inv.os_found;
}

static void set_os(void *v)
{
	((TYPE *)v)->inv.os_found = true;
}

static bool has_base(const void *v)
{
	const struct dd_base_image *b = &((const TYPE *)v)->inv.target.base;
	return b->n_layers || b->name.n || b->digest.n || b->how.n;
}

static const struct dd_field program_fields[] = { TEXT("version", r.version) };
static const struct dd_record program = RECORD(program_fields, TYPE);
static const struct dd_field database_fields[] = {
	KNOWN("path", r.database.path),
	KNOWN("digest", r.database.digest),
	INT("built", r.database.built, TIME),
	NUMBER("advisories", r.database.advisories),
	BOOL("stale", r.database.stale),
	BOOL("starter", r.database.starter),
	{ .key = "sources",
	  .kind = DD_FIELD_LIST,
	  .at = offsetof(TYPE, r.database.sources),
	  .second = offsetof(TYPE, r.database.n_sources),
	  .of = &source_record,
	  .max = DD_DB_SOURCES_MAX },
};
static const struct dd_record database = RECORD(database_fields, TYPE);
static const struct dd_field os_fields[] = {
	KNOWN("id", inv.os.id),
	KNOWN("version", inv.os.version),
	KNOWN("codename", inv.os.codename),
	KNOWN("prettyName", inv.os.pretty_name),
	KNOWN("idLike", inv.os.id_like),
	BOOL("eol", r.os_eol),
	KNOWN("eolDate", r.os_eol_date),
	KNOWN_LATE("subscription", inv.os.subscription),
};
static const struct dd_record os = RECORD(os_fields, TYPE);
static const struct dd_field base_fields[] = {
	KNOWN("name", inv.target.base.name),
	KNOWN("digest", inv.target.base.digest),
	SIZE("layers", inv.target.base.n_layers),
	KNOWN("how", inv.target.base.how),
};
static const struct dd_record base = RECORD(base_fields, TYPE);
static const struct dd_field target_fields[] = {
	TEXT("name", inv.target.name),
	TEXT("kind", inv.target.kind),
	KNOWN("image", inv.target.image),
	KNOWN("digest", inv.target.digest),
	KNOWN("configDigest", inv.target.config_digest),
	KNOWN("platform", inv.target.platform),
	KNOWN("created", inv.target.created),
	KNOWN("user", inv.target.user),
	OBJECT_IF("os", os, has_os, set_os),
	BOOL("packageDatabaseFound", inv.package_database_found),
	{ .key = "command",
	  .kind = DD_FIELD_TEXTS,
	  .at = offsetof(TYPE, inv.target.command),
	  .second = offsetof(TYPE, inv.target.n_command),
	  .max = LIST_MAX,
	  .late = true },
	KNOWN_LATE("workingDir", inv.target.working_dir),
	KNOWN_LATE("searchPath", inv.target.search_path),
	{ .key = "labels",
	  .kind = DD_FIELD_LIST,
	  .at = offsetof(TYPE, inv.target.labels),
	  .second = offsetof(TYPE, inv.target.n_labels),
	  .of = &label_record,
	  .max = LIST_MAX,
	  .late = true },
	OBJECT_IF("baseImage", base, has_base, NULL),
	{ .key = "layers",
	  .kind = DD_FIELD_LIST,
	  .at = offsetof(TYPE, inv.target.layers),
	  .second = offsetof(TYPE, inv.target.n_layers),
	  .of = &layer_record,
	  .max = DD_LAYERS_MAX },
};
static const struct dd_record target = RECORD(target_fields, TYPE);
static const struct dd_field summary_fields[] = {
	TEXT("reason", r.reason),
	{ .key = "failOn", .kind = DD_FIELD_NAME_OR, .at = offsetof(TYPE, r.fail_on), .names = &severities },
	NAME_LATE("failConfidence", r.fail_confidence, confidences),
	BOOL_LATE("secretsLookedFor", inv.secrets_looked_for),
	MADE("packages", inv.n_packages),
	MADE("findings", counts.findings),
	{ .key = "severities",
	  .kind = DD_FIELD_OBJECT,
	  .at = offsetof(TYPE, counts.by_severity),
	  .of = &by_severity,
	  .made = true },
	MADE("fixable", counts.fixable),
	MADE("knownExploited", counts.known_exploited),
	MADE("suppressed", counts.suppressed),
	MADE("problems", r.n_problems),
	TEXTS("hidden", r.hidden, r.n_hidden, LIST_MAX),
	TEXTS("warnings", r.warnings, r.n_warnings, LIST_MAX),
	{ .key = "unusedRules",
	  .kind = DD_FIELD_TEXTS,
	  .at = offsetof(TYPE, r.unused_rules),
	  .second = offsetof(TYPE, r.n_unused_rules),
	  .max = DD_IGNORE_RULES_MAX,
	  .late = true },
};
static const struct dd_record summary = RECORD(summary_fields, TYPE);
#define LIST_LATE(k, list, n_list, record, limit)                                                                      \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_LIST, .at = offsetof(TYPE, list), .second = offsetof(TYPE, n_list),         \
		.of = &(record), .max = (limit), .late = true                                                          \
	}
#define LIST(k, list, n_list, record, limit)                                                                           \
	{                                                                                                              \
		.key = k, .kind = DD_FIELD_LIST, .at = offsetof(TYPE, list), .second = offsetof(TYPE, n_list),         \
		.of = &(record), .max = (limit)                                                                        \
	}
static const struct dd_field report_fields[] = {
	NUMBER("schemaVersion", schema_version),
	OBJECT("drydock", program),
	OBJECT_IF("database", database, has_database, set_database),
	OBJECT("target", target),
	NAME("verdict", r.verdict, verdicts),
	OBJECT("summary", summary),
	LIST_LATE("policy", r.policy, r.n_policy, policy_record, LIST_MAX),
	LIST("packages", inv.packages, inv.n_packages, package_record, DD_PACKAGES_MAX),
	LIST("findings", r.findings, r.n_findings, finding_record, DD_FINDINGS_MAX),
	LIST_LATE("fixPlan", r.fix_plan, r.n_fix_plan, step_record, STEPS_MAX),
	LIST("problems", r.problems, r.n_problems, problem_record, (size_t)DD_PROBLEMS_MAX *DD_LAYERS_MAX),
};
static const struct dd_report_view no_view = { .r = { .fail_on = DD_SEV_COUNT } };
const struct dd_record dd_report_record = RECORD_FROM(report_fields, TYPE, no_view);
#undef TYPE
