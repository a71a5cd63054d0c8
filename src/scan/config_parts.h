/* SPDX-License-Identifier: Apache-2.0 */
/* Shared pieces of the search in an image's documents, internal to scan/. */
#ifndef DD_CONFIG_PARTS_H
#define DD_CONFIG_PARTS_H

#include "base/buf.h"
#include "format/json.h"
#include "scan/config_secrets.h"

struct dd_texts {
	const struct dd_image *img;
	struct dd_secret_scanner *scanner;
	struct dd_config_secrets *ret;
	struct dd_buf text; /* that is put together for the detector */
};

enum dd_code dd_texts_look(struct dd_texts *t, const struct dd_config_text *text, struct dd_err *err);
enum dd_code dd_texts_problem(struct dd_texts *t, const char *path, const char *what, struct dd_err *err);
/* A name that is short enough for a path. */
struct dd_str dd_texts_name(struct dd_str s);

/* history_texts.c */
enum dd_code dd_texts_history(struct dd_texts *t, const json_t *history, struct dd_err *err);
/* One instruction without the wrapping of shell and BuildKit, at the place that `at` describes (all but its text). */
enum dd_code dd_texts_instruction(struct dd_texts *t, const struct dd_config_text *at, struct dd_str instruction,
				  struct dd_err *err);
/* attestation_texts.c: an in-toto statement. */
enum dd_code dd_texts_attestation(struct dd_texts *t, struct dd_str statement, struct dd_err *err);

#endif
