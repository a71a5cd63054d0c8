/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of compiled Python (format/pyc.h) as lines: `name = "text"` where the code says the name, else the text. The
 * quotes only keep texts apart: nothing in them is escaped, so that a key of many lines is found as one. */
#include "base/limits.h"
#include "format/pyc.h"
#include "secret/inside_parts.h"

enum { BLOCK_BYTES = 64 << 10 };

static enum dd_code flush(struct dd_inside *in, struct dd_str block, struct dd_err *err)
{
	return block.n ? in->visitor->feed(in->visitor->ctx, block, err) : DD_OK;
}

static enum dd_code add_line(void *ctx, struct dd_str name, struct dd_str value, struct dd_err *err)
{
	struct dd_inside *in = ctx;
	struct dd_buf *b = &in->scratch;
	(void)dd_buf_add_str(b, dd_str_take(name, BLOCK_BYTES));
	(void)dd_buf_add_c(b, name.n ? " = \"" : "");
	if (b->failed)
		return dd_fail_nomem(err);
	if (b->n + value.n > BLOCK_BYTES) {
		DD_TRY(flush(in, dd_buf_str(b), err));
		dd_buf_clear(b);
		DD_TRY(flush(in, value, err));
	} else {
		(void)dd_buf_add_str(b, value);
	}
	(void)dd_buf_add_c(b, name.n ? "\"\n" : "\n");
	return b->failed ? dd_fail_nomem(err) : DD_OK;
}

enum dd_code dd_inside_pyc(struct dd_inside *in, struct dd_str bytes, struct dd_err *err)
{
	const struct dd_inside_visitor *v = in->visitor;
	struct dd_err why;
	enum dd_code code;
	if (!dd_inside_count(in, err, &code))
		return code;
	size_t before = dd_inside_enter(in, DD_STR("strings"));
	DD_TRY(v->open(v->ctx, dd_buf_str(&in->name), UINT64_MAX, false, err));
	dd_buf_clear(&in->scratch);
	code = dd_pyc_each(bytes, add_line, in, &why);
	if (code == DD_OK || code == DD_EPARSE || code == DD_ELIMIT)
		DD_TRY(flush(in, in->scratch.n ? dd_buf_str(&in->scratch) : DD_STR(""), err));
	DD_TRY(v->close(v->ctx, err));
	dd_inside_leave(in, before);
	return code == DD_OK ? DD_OK : dd_inside_failed(in, DD_STR(""), &why, err);
}
