/* SPDX-License-Identifier: Apache-2.0 */
/* The card shows labels and what would run: not the secrets in them. */
#include "cmd/inspect_parts.h"
#include "cmd/scan_secrets.h"
#include "scan/redact_target.h"

enum dd_code dd_inspect_redact(struct dd_inspect *in, struct dd_err *err)
{
	struct dd_card *c = &in->card;
	size_t n = c->n_entrypoint + c->n_command;
	if (!c->n_labels && !n)
		return DD_OK;
	if (!in->redactor)
		DD_TRY(dd_scan_redactor_new(in->cache, NULL, &in->redactor, err));
	const struct dd_secret_detector *d = dd_scan_secrets_detector(in->redactor);
	if (!d)
		return DD_OK; /* it was said that there is none */
	struct dd_str *command = dd_arena_array(&in->arena, n, sizeof *command);
	struct dd_label *labels = dd_arena_array(&in->arena, c->n_labels, sizeof *labels);
	if (!command || !labels)
		return dd_fail_nomem(err);
	if (c->n_entrypoint)
		memcpy(command, c->entrypoint, c->n_entrypoint * sizeof *command);
	if (c->n_command)
		memcpy(command + c->n_entrypoint, c->command, c->n_command * sizeof *command);
	if (c->n_labels)
		memcpy(labels, c->labels, c->n_labels * sizeof *labels);
	struct dd_target t = { .command = command,
			       .n_command = n,
			       .labels = labels,
			       .n_labels = c->n_labels,
			       .user = c->user,
			       .working_dir = c->working_dir };
	DD_TRY(dd_redact_target(d, &t, &in->arena, err));
	c->entrypoint = command;
	c->command = command + c->n_entrypoint;
	c->labels = labels;
	c->user = t.user;
	c->working_dir = t.working_dir;
	return DD_OK;
}
