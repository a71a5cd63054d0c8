/* SPDX-License-Identifier: Apache-2.0 */
/* SLSA provenance as BuildKit attaches it to an image (in-toto statement; slsa.dev/provenance v0.2 and v1; BuildKit,
 * docs/attestations/slsa-definitions.md). With mode=max it has the build arguments with their values, and the
 * Dockerfile in base 64: v0.2   predicate.invocation.parameters.args             {"build-arg:NAME": "value", …} v1
 * predicate.buildDefinition.externalParameters.request.args The arguments are looked at one by one, then the statement
 * as a whole. */
#include <stdio.h>

#include "base/limits.h"
#include "scan/config_parts.h"

static const json_t *arguments_of(const json_t *doc)
{
	const json_t *predicate = dd_json_obj(doc, "predicate");
	const json_t *old = dd_json_obj(dd_json_obj(dd_json_obj(predicate, "invocation"), "parameters"), "args");
	const json_t *outer = dd_json_obj(dd_json_obj(predicate, "buildDefinition"), "externalParameters");
	return old ? old : dd_json_obj(dd_json_obj(outer, "request"), "args");
}

static enum dd_code look_at_argument(struct dd_texts *t, struct dd_str key, struct dd_str value, struct dd_err *err)
{
	static const struct dd_str prefix = { "build-arg:", 10 };
	char path[512], word[512];
	bool argument = dd_str_starts(key, prefix);
	struct dd_str name = dd_texts_name(argument ? dd_str_skip(key, prefix.n) : key);
	dd_buf_clear(&t->text);
	(void)dd_buf_add_str(&t->text, name);
	(void)dd_buf_add_char(&t->text, '=');
	if (dd_buf_add_str(&t->text, value) != DD_OK)
		return dd_fail_nomem(err);
	(void)snprintf(path, sizeof path, "provenance %s%.*s", argument ? "ARG " : "", DD_FMT(name));
	(void)snprintf(word, sizeof word, "ARG %.*s", DD_FMT(name));
	return dd_texts_look(t,
			     &(struct dd_config_text){ .place = DD_SECRET_ANNOTATION,
						       .path = dd_str_from(path),
						       .word = argument ? dd_str_from(word) : DD_STR(""),
						       .file = DD_STR("provenance.args"),
						       .also = DD_STR(", provenance"),
						       .layer = DD_NO_LAYER,
						       .text = dd_buf_str(&t->text) },
			     err);
}

enum dd_code dd_texts_attestation(struct dd_texts *t, struct dd_str statement, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	const json_t *args = NULL;
	if (dd_json_parse(statement, &doc, NULL) == DD_OK)
		args = arguments_of(doc);
	for (void *it = dd_json_first(args); it; it = dd_json_next(args, it))
		DD_TRY(look_at_argument(t, dd_json_name(it), dd_json_text(dd_json_value(it)), err));
	return dd_texts_look(t,
			     &(struct dd_config_text){ .place = DD_SECRET_ANNOTATION,
						       .path = DD_STR("provenance"),
						       .only_new = true,
						       .file = DD_STR("provenance.json"),
						       .layer = DD_NO_LAYER,
						       .text = statement },
			     err);
}
