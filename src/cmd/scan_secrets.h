/* SPDX-License-Identifier: Apache-2.0 */
/* What looks for secrets in a command that reads images: made in the confined process before it is confined, as
 * libraries are loaded and patterns become machine code then. */
#ifndef DD_SCAN_SECRETS_H
#define DD_SCAN_SECRETS_H

#include "cmd/scan_report.h"

struct dd_scan_secrets; /* opaque */

/* Makes job->secrets. must: secrets are all that is asked for; else a machine without the libraries is no error, and
 * job->secrets_missing says what is missing. DD_EARG: a file of rules cannot be used. */
enum dd_code dd_scan_secrets_new(struct dd_scan_job *job, bool must, struct dd_scan_secrets **ret, struct dd_err *err);
void dd_scan_secrets_freep(struct dd_scan_secrets **s);
/* One that only keeps secrets out of what is shown: drydock's own rules. *ret is never NULL on success; where the
 * libraries are not installed it has no detector, and a warning was printed. Directories may be NULL. */
enum dd_code dd_scan_redactor_new(const char *cache_dir, const char *spool_dir, struct dd_scan_secrets **ret,
				  struct dd_err *err);
const struct dd_secret_detector *dd_scan_secrets_detector(const struct dd_scan_secrets *s);

/* Puts the problem into a read image's inventory that its secrets were not looked for, where that is so. */
enum dd_code dd_scan_secrets_note(const struct dd_scan_job *job, struct dd_inventory *inv, struct dd_err *err);

/* Options of every command that looks for secrets. */
extern const char *const dd_min_confidence_names[];
/* clang-format off */
#define DD_SCAN_SECRETS_ROWS \
	{ DD_OPT_LIST, "rules", 0, "FILE", \
	  "look by the rules in FILE, too (gitleaks' TOML, Trivy's YAML; docs/secrets.md)", \
	  offsetof(struct dd_scan_options, rules) }, \
	{ DD_OPT_TEXT, "baseline", 0, "FILE", \
	  "secrets that FILE lists are known: an earlier JSON report, gitleaks' or its .gitleaksignore", \
	  offsetof(struct dd_scan_options, baseline) }, \
	{ DD_OPT_CHOICE, "min-confidence", 0, "CONFIDENCE", \
	  "count the secrets below it, but do not list them (default: medium)", \
	  offsetof(struct dd_scan_options, min_confidence), 0, dd_min_confidence_names }, \
	{ DD_OPT_FLAG, "show-filtered", 0, NULL, \
	  "list what was found and is no secret, as suppressed and with the reason", \
	  offsetof(struct dd_scan_options, show_filtered) }, \
	{ DD_OPT_FLAG, "reveal", 0, NULL, "show secrets in the clear, in every report", \
	  offsetof(struct dd_scan_options, reveal) }, \
	{ DD_OPT_FLAG, "verify", 0, NULL, \
	  "ask each credential's own provider whether it still takes it (docs/secrets.md says whom and how)", \
	  offsetof(struct dd_scan_options, verify) }, \
	{ DD_OPT_TEXT, "salt", 0, "TEXT", "mix TEXT into fingerprints, so that nobody can guess secrets from them", \
	  offsetof(struct dd_scan_options, salt) }, \
	{ DD_OPT_TEXT, "salt-file", 0, "FILE", "the same, with what is in FILE", \
	  offsetof(struct dd_scan_options, salt_file) }
/* clang-format on */
void dd_scan_secrets_defaults(struct dd_scan_options *o);

#endif
