/* SPDX-License-Identifier: Apache-2.0 */
/* ecosystem_specific of an affected[]:
 *   Go       imports: [{ path, symbols: [], goos, goarch }]    go.dev/doc/security/vuln/database, "OSV schema"
 *   RustSec  affects: { functions: [] }, affected_functions: [] or null
 * Real lists have up to 220 symbols. */
#include "db/osv_evidence.h"

#include "base/limits.h"

enum { LIST_BYTES = 600, NAME_BYTES = 200 };

bool dd_osv_evidence_name(struct dd_buf *out, size_t start, struct dd_str name)
{
	bool first = out->n == start;
	name = dd_str_trim(name);
	if (!dd_str_is_word(name) || name.n > NAME_BYTES)
		return true;
	if (out->n + name.n > LIST_BYTES) {
		(void)dd_buf_add_c(out, first ? "…" : ", …");
		return false;
	}
	(void)dd_buf_add_c(out, first ? "" : ", ");
	(void)dd_buf_add_str(out, name);
	return true;
}

static bool add_names(const json_t *list, struct dd_buf *out)
{
	size_t start = out->n;
	for (size_t i = 0; i < dd_json_len(list); i++)
		if (!dd_osv_evidence_name(out, start, dd_json_text(dd_json_at(list, i))))
			return false;
	return true;
}

static void add_imports(const json_t *imports, struct dd_buf *out)
{
	for (size_t i = 0; i < dd_json_len(imports); i++) {
		const json_t *one = dd_json_at(imports, i), *symbols = dd_json_arr(one, "symbols");
		struct dd_str path = dd_json_str(one, "path");
		if (!dd_str_is_word(path) || path.n > NAME_BYTES)
			continue;
		if (out->n + path.n > LIST_BYTES) {
			(void)dd_buf_addf(out, "; and in %zu more", dd_json_len(imports) - i);
			return;
		}
		(void)dd_buf_addf(out, "%sin package %.*s", out->n ? "; " : "", DD_FMT(path));
		if (dd_json_len(symbols))
			(void)dd_buf_add_c(out, ": ");
		(void)add_names(symbols, out);
	}
}

void dd_osv_evidence(const json_t *affected, struct dd_buf *out)
{
	const json_t *specific = dd_json_obj(affected, "ecosystem_specific");
	const json_t *functions = dd_json_arr(specific, "affected_functions");
	if (!dd_json_len(functions))
		functions = dd_json_arr(dd_json_obj(specific, "affects"), "functions");
	add_imports(dd_json_arr(specific, "imports"), out);
	if (!dd_json_len(functions))
		return;
	(void)dd_buf_addf(out, "%sin functions ", out->n ? "; " : "");
	(void)add_names(functions, out);
}
