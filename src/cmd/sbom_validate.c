/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock sbom validate FILE`: is a document what its format asks for? The document is read by a confined child. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/sbom_cmds.h"
#include "format/json_write.h"
#include "sbom/sbom.h"

static const char *const formats[] = { "text", "json", NULL };

static const struct dd_example examples[] = {
	{ "drydock sbom validate image.cdx.json", "one line for each fault; exit code 1 when there are any" },
	{ "drydock sbom image.tar --format spdx-tv | drydock sbom validate -", "from a pipe" },
	{ NULL },
};

static void text(const struct dd_inventory *inv, enum dd_sbom_kind kind, struct dd_str doc, struct dd_buf *out)
{
	size_t line = 1, at = 0;
	/* Faults of elements come in the order of the document, but for those of references: then counting starts anew.
	 */
	for (size_t i = 0; i < inv->n_problems; i++) {
		const struct dd_problem *p = &inv->problems[i];
		(void)dd_buf_add_escaped(out, inv->target.name);
		if (p->offset <= doc.n) {
			if (p->offset < at) {
				line = 1;
				at = 0;
			}
			for (; at < p->offset; at++)
				line += doc.p[at] == '\n';
			(void)dd_buf_addf(out, ":%zu: byte %llu", line, (unsigned long long)p->offset);
		}
		(void)dd_buf_addf(out, ": %.*s\n", DD_FMT(p->text));
	}
	(void)dd_buf_add_escaped(out, inv->target.name);
	(void)dd_buf_addf(out, ": %s, %zu package%s, ", dd_sbom_kind_name(kind), inv->n_packages,
			  inv->n_packages == 1 ? "" : "s");
	if (inv->n_problems)
		(void)dd_buf_addf(out, "%zu fault%s\n", inv->n_problems, inv->n_problems == 1 ? "" : "s");
	else
		(void)dd_buf_add_c(out, "no faults\n");
}

static void json(const struct dd_inventory *inv, enum dd_sbom_kind kind, struct dd_buf *out)
{
	struct dd_jsonw j = DD_JSONW(out, 2);
	dd_jsonw_object(&j);
	dd_jsonw_member_u64(&j, "schemaVersion", 1);
	dd_jsonw_member_text(&j, "name", inv->target.name);
	dd_jsonw_member_text(&j, "kind", dd_str_from(dd_sbom_kind_name(kind)));
	dd_jsonw_member_bool(&j, "valid", inv->n_problems == 0);
	dd_jsonw_member_u64(&j, "packages", inv->n_packages);
	dd_jsonw_key(&j, "faults");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < inv->n_problems; i++) {
		dd_jsonw_object(&j);
		dd_jsonw_key(&j, "offset");
		if (inv->problems[i].offset == DD_NO_OFFSET)
			dd_jsonw_null(&j);
		else
			dd_jsonw_u64(&j, inv->problems[i].offset);
		dd_jsonw_member_text(&j, "text", inv->problems[i].text);
		dd_jsonw_close(&j);
	}
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(out, '\n');
}

static enum dd_code validate(const struct dd_scan_job *job, struct dd_str doc, const int *outputs, bool *ret_valid,
			     struct dd_err *err)
{
	struct dd_inventory inv;
	enum dd_sbom_kind kind;
	enum dd_code code = dd_sbom_validate(doc, dd_str_from(job->targets[0]), &inv, &kind, err);
	DD_TRY(code);
	for (size_t i = 0; i < job->outputs->n && code == DD_OK; i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_GIB);
		if (strcmp(job->outputs->at[i].format, "json") == 0)
			json(&inv, kind, &out);
		else
			text(&inv, kind, doc, &out);
		code = dd_buf_check(&out, "the faults", err);
		if (code == DD_OK)
			code = dd_write_full(outputs[i], out.p, out.n, err);
	}
	*ret_valid = inv.n_problems == 0;
	dd_inventory_done(&inv);
	return code;
}

static enum dd_code read_pipe(struct dd_buf *out, struct dd_err *err)
{
	enum { CHUNK = 1 << 20 };
	for (size_t got = CHUNK; got == CHUNK;) {
		if (out->max - out->n < CHUNK)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "standard input: more than %llu bytes",
				       (unsigned long long)DD_SBOM_BYTES_MAX);
		if (dd_buf_reserve(out, CHUNK) != DD_OK)
			return dd_fail_nomem(err);
		DD_TRY(dd_read_full(STDIN_FILENO, out->p + out->n, CHUNK, &got, err));
		out->n += got;
	}
	return DD_OK;
}

static enum dd_code open_and_validate(const struct dd_scan_job *job, const int *outputs, bool *ret_valid,
				      struct dd_err *err)
{
	const char *path = job->target_paths[0];
	if (!path || strcmp(path, "-") == 0) {
		DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_SBOM_BYTES_MAX);
		DD_TRY(read_pipe(&bytes, err));
		return validate(job, dd_buf_str(&bytes), outputs, ret_valid, err);
	}
	DD_CLEANUP(dd_map_file_done) struct dd_map_file m = { .base = NULL };
	enum dd_code code = dd_map_file_open(&m, path, DD_SBOM_BYTES_MAX, err);
	if (code == DD_ENOTFOUND)
		return err->code = DD_EARG;
	DD_TRY(code);
	return validate(job, m.bytes, outputs, ret_valid, err);
}

static enum dd_exit run_child(struct dd_scan_job *job, const int *outputs)
{
	struct dd_err err;
	bool valid = false;
	if (open_and_validate(job, outputs, &valid, &err) == DD_OK)
		return valid ? DD_EXIT_CLEAN : DD_EXIT_FINDINGS;
	dd_cmd_error(&err);
	/* What is no document at all is not valid either. */
	return err.code == DD_EUNSUPPORTED || err.code == DD_EPARSE ? DD_EXIT_FINDINGS : dd_cmd_exit(&err);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct dd_scan_use use = { .formats = formats, .otherwise = "text", .run = run_child };
	struct dd_scan_options *o = in->options;
	o->no_cache = true; /* there is nothing to remember */
	return dd_scan_plan_run(&use, o, in->argv, (size_t)in->argc);
}

const struct dd_cmd dd_cmd_sbom_validate = {
	.name = "validate",
	.summary = "check a bill of materials: form, references, package URLs, licences",
	.operands = "FILE",
	.description =
		"Reads FILE ('-': standard input), a bill of materials of any kind that 'drydock scan' reads, and "
		"lists every fault with its line and byte: what is not well-formed, references that are used twice or "
		"lead nowhere, package URLs that break the rules of their type, licences that are no SPDX "
		"expressions.\n\n"
		"Of CycloneDX and SPDX 2 as JSON, the members of the document and of its components, packages, files, "
		"relationships, services, vulnerabilities and what these are made of are held against the formats' "
		"schemas: names, required members, kinds of values, words of lists, times, digests. What one version "
		"of "
		"a format allows is allowed in all; what is rarer, or depends on other members, is left to the "
		"schemas.\n\n"
		"Exit code 0: no faults. 1: faults.",
	.examples = examples,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_FORMAT,
	.options_size = sizeof(struct dd_scan_options),
	.defaults = dd_sbom_defaults,
	.release = dd_sbom_release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
