/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/redact_target.h"

#include "base/limits.h"
#include "scan/config_secrets.h"

struct redact {
	struct dd_config_secrets found;
	struct dd_secret_scanner *scanner;
	struct dd_buf text;
};

static enum dd_code look(struct redact *r, const char *file, struct dd_str text, struct dd_err *err)
{
	const struct dd_config_text t = { .place = DD_SECRET_LABEL,
					  .path = dd_str_from(file),
					  .file = dd_str_from(file),
					  .layer = DD_NO_LAYER,
					  .text = text };
	return text.n ? dd_config_secrets_look(&r->found, r->scanner, &t, err) : DD_OK;
}

/* "name=value": a name says much about what follows. */
static enum dd_code look_at_pair(struct redact *r, const char *file, struct dd_str name, struct dd_str value,
				 struct dd_err *err)
{
	dd_buf_clear(&r->text);
	(void)dd_buf_add_str(&r->text, name);
	(void)dd_buf_add_char(&r->text, '=');
	if (dd_buf_add_str(&r->text, value) != DD_OK)
		return dd_fail_nomem(err);
	return look(r, file, dd_buf_str(&r->text), err);
}

/* The command as one line: "--token" and what follows it are two words. */
static enum dd_code look_at_command(struct redact *r, const struct dd_target *t, struct dd_err *err)
{
	dd_buf_clear(&r->text);
	for (size_t i = 0; i < t->n_command; i++) {
		(void)dd_buf_add_c(&r->text, i ? " " : "");
		if (dd_buf_add_str(&r->text, t->command[i]) != DD_OK)
			return dd_fail_nomem(err);
	}
	return look(r, "config.Cmd", dd_buf_str(&r->text), err);
}

static enum dd_code look_at_all(struct redact *r, const struct dd_target *t, struct dd_err *err)
{
	for (size_t i = 0; i < t->n_labels; i++)
		DD_TRY(look_at_pair(r, "config.Labels", t->labels[i].key, t->labels[i].value, err));
	DD_TRY(look_at_command(r, t, err));
	DD_TRY(look(r, "config.User", t->user, err));
	DD_TRY(look(r, "config.WorkingDir", t->working_dir, err));
	for (size_t i = 0; i < t->n_layers; i++)
		DD_TRY(look(r, "history", t->layers[i].instruction, err));
	return DD_OK;
}

enum dd_code dd_redact_target(const struct dd_secret_detector *d, struct dd_target *t, struct dd_arena *a,
			      struct dd_err *err)
{
	struct redact r = { .text = DD_BUF_INIT(DD_IMAGE_DOCUMENTS_BYTES_MAX) };
	dd_config_secrets_init(&r.found);
	enum dd_code code = dd_secret_scanner_new(d, &r.scanner, err);
	if (code == DD_OK)
		code = look_at_all(&r, t, err);
	if (code == DD_OK)
		code = dd_config_secrets_redact(&r.found, a, t, err);
	dd_secret_scanner_freep(&r.scanner);
	dd_config_secrets_done(&r.found);
	dd_buf_done(&r.text);
	return code;
}
