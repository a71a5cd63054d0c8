/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_fields.h"

static bool choose_name(struct dd_str s, const char *const *names, unsigned n, unsigned *ret)
{
	for (unsigned i = 0; i < n; i++)
		if (names[i] && dd_str_eq_c(s, names[i])) {
			*ret = i;
			return true;
		}
	return false;
}

static bool choose_severity(struct dd_str s, unsigned *ret)
{
	enum dd_severity v;
	if (!dd_severity_parse(s, &v))
		return false;
	*ret = (unsigned)v;
	return true;
}

static bool choose_confidence(struct dd_str s, unsigned *ret)
{
	enum dd_confidence v;
	if (!dd_confidence_parse(s, &v) || v == DD_CONFIDENCE_UNKNOWN)
		return false;
	*ret = (unsigned)v;
	return true;
}

static bool choose_check(struct dd_str s, unsigned *ret)
{
	static const char *const names[DD_CHECK_COUNT] = {
		[DD_CHECK_GITHUB_CRC32] = "github-crc32",
		[DD_CHECK_NPM_CRC32] = "npm-crc32",
		[DD_CHECK_GRAFANA_CRC32] = "grafana-crc32",
		[DD_CHECK_AWS_KEY_ID] = "aws-key-id",
		[DD_CHECK_PYPI_MACAROON] = "pypi-macaroon",
		[DD_CHECK_JWT] = "jwt",
		[DD_CHECK_PEM] = "pem",
		[DD_CHECK_USERPASS] = "userpass",
	};
	return choose_name(s, names, DD_CHECK_COUNT, ret);
}

static bool choose_target(struct dd_str s, unsigned *ret)
{
	static const char *const names[] = {
		[DD_ALLOW_SECRET] = "secret", [DD_ALLOW_MATCH] = "match", [DD_ALLOW_LINE] = "line"
	};
	return choose_name(s, names, DD_COUNT(names), ret);
}

_Static_assert(sizeof(enum dd_severity) == sizeof(unsigned) && sizeof(enum dd_allow_target) == sizeof(unsigned) &&
		       sizeof(enum dd_confidence) == sizeof(unsigned) &&
		       sizeof(enum dd_secret_check) == sizeof(unsigned),
	       "choices are written as unsigned");

#define FIELD(struct_, key_, type_, member)                                                                            \
	{                                                                                                              \
		.key = key_, .type = DD_FIELD_##type_, .offset = offsetof(struct struct_, member)                      \
	}
#define CHOICE(struct_, key_, member, choose_, choices_)                                                               \
	{                                                                                                              \
		.key = key_, .type = DD_FIELD_CHOICE, .offset = offsetof(struct struct_, member), .choose = choose_,   \
		.choices = choices_                                                                                    \
	}
#define LIST(struct_, key_, type_, member, n_member, items_)                                                           \
	{                                                                                                              \
		.key = key_, .type = DD_FIELD_##type_, .offset = offsetof(struct struct_, member),                     \
		.count = offsetof(struct struct_, n_member), .items = items_                                           \
	}
#define UNREAD(key_)                                                                                                   \
	{                                                                                                              \
		.key = key_, .type = DD_FIELD_UNREAD                                                                   \
	}
#define TABLE(name, fields_, struct_)                                                                                  \
	const struct dd_rule_table name = { fields_, DD_COUNT(fields_), sizeof(struct struct_) }

/* clang-format off */
#define ALLOW_FIELDS                                                                                                   \
	FIELD(dd_secret_allow, "description", TEXT, description),                                                      \
	FIELD(dd_secret_allow, "condition", ALL, all),                                                                 \
	CHOICE(dd_secret_allow, "regexTarget", target, choose_target, "secret, match, line"),                          \
	FIELD(dd_secret_allow, "regexes", REGEXES, regexes),                                                           \
	FIELD(dd_secret_allow, "stopwords", WORDS, stopwords),                                                         \
	FIELD(dd_secret_allow, "paths", REGEXES, paths),                                                               \
	FIELD(dd_secret_allow, "commits", WORDS, commits)
static const struct dd_rule_field allow_fields[] = { ALLOW_FIELDS };
TABLE(dd_allow_table, allow_fields, dd_secret_allow);
static const struct dd_rule_field global_allow_fields[] = {
	ALLOW_FIELDS,
	FIELD(dd_secret_allow, "targetRules", TEXTS, target_rules),
};
TABLE(dd_global_allow_table, global_allow_fields, dd_secret_allow);

static const struct dd_rule_field require_fields[] = {
	FIELD(dd_secret_require, "id", TEXT, rule),
	FIELD(dd_secret_require, "withinLines", FAR, within_lines),
	FIELD(dd_secret_require, "withinColumns", FAR, within_columns),
};
static const TABLE(require_table, require_fields, dd_secret_require);

static const struct dd_rule_field rule_fields[] = {
	FIELD(dd_secret_rule, "id", TEXT, kind.id),
	FIELD(dd_secret_rule, "description", TEXT, kind.title),
	FIELD(dd_secret_rule, "provider", TEXT, kind.provider),
	FIELD(dd_secret_rule, "revoke", TEXT, kind.revoke),
	FIELD(dd_secret_rule, "advice", TEXT, kind.advice),
	CHOICE(dd_secret_rule, "severity", kind.severity, choose_severity, "critical, high, medium, low, negligible"),
	CHOICE(dd_secret_rule, "confidence", kind.confidence, choose_confidence, "high, medium, low"),
	FIELD(dd_secret_rule, "regex", REGEX, regex),
	FIELD(dd_secret_rule, "path", REGEX, path),
	FIELD(dd_secret_rule, "keywords", WORDS, keywords),
	FIELD(dd_secret_rule, "entropy", REAL, entropy),
	FIELD(dd_secret_rule, "secretGroup", NUMBER, secret_group),
	CHOICE(dd_secret_rule, "validate", check, choose_check, "the checks of src/secret/README.md"),
	FIELD(dd_secret_rule, "binary", FLAG, binary),
	FIELD(dd_secret_rule, "skipReport", FLAG, skip_report),
	FIELD(dd_secret_rule, "also", TEXTS, also),
	FIELD(dd_secret_rule, "tags", TEXTS, tags),
	LIST(dd_secret_rule, "allowlists", LIST, allow, n_allow, &dd_allow_table),
	LIST(dd_secret_rule, "allowlist", ONE, allow, n_allow, &dd_allow_table),
	LIST(dd_secret_rule, "required", LIST, required, n_required, &require_table),
	UNREAD("examples"),
	UNREAD("counterexamples"),
};
TABLE(dd_rule_table, rule_fields, dd_secret_rule);
/* clang-format on */
