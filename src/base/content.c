/* SPDX-License-Identifier: Apache-2.0 */
#include "base/content.h"

#include "base/limits.h"

void dd_content_init(struct dd_content *c, const char *spool_dir)
{
	*c = (struct dd_content){ .spool_dir = spool_dir, .memory = DD_BUF_INIT(DD_EVIDENCE_MEMORY_BYTES), .fd = -1 };
}

void dd_content_clear(struct dd_content *c)
{
	dd_map_file_done(&c->map);
	dd_closep(&c->fd);
	dd_buf_clear(&c->memory);
	c->n = 0;
}

void dd_content_done(struct dd_content *c)
{
	dd_content_clear(c);
	dd_buf_done(&c->memory);
}

enum dd_code dd_content_add(struct dd_content *c, struct dd_str block, struct dd_err *err)
{
	c->n += block.n;
	if (c->fd < 0 && c->n <= DD_EVIDENCE_MEMORY_BYTES)
		return dd_buf_add_str(&c->memory, block) == DD_OK ? DD_OK : dd_fail_nomem(err);
	if (c->fd < 0) {
		DD_TRY(dd_tmpfile(c->spool_dir, &c->fd, err));
		DD_TRY(dd_write_full(c->fd, c->memory.p, c->memory.n, err));
		dd_buf_clear(&c->memory);
	}
	return dd_write_full(c->fd, block.p, block.n, err);
}

enum dd_code dd_content_get(struct dd_content *c, struct dd_str *ret, struct dd_err *err)
{
	if (c->fd < 0) {
		*ret = c->memory.n ? dd_buf_str(&c->memory) : DD_STR("");
		return DD_OK;
	}
	if (!c->map.base)
		DD_TRY(dd_map_file_fd(&c->map, c->fd, UINT64_MAX, "temporary file", err));
	*ret = c->map.bytes;
	return DD_OK;
}
