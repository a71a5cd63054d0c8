/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte chooses the document; the rest is it, packed or plain. */
#include "format/repodata.h"

#include "base/limits.h"
#include "format/decompress.h"

static enum dd_code each(void *ctx, const struct dd_repodata_package *p, struct dd_err *err)
{
	(void)err;
	*(size_t *)ctx += p->name.n + p->arch.n + p->evr.n;
	return DD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *packed = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *plain = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(16 * DD_MIB);
	struct dd_repodata_file file;
	struct dd_repodata_mirrors mirrors;
	size_t n = 0;
	if (size < 1)
		return 0;
	struct dd_str doc = { (const char *)data + 1, size - 1 };
	if (data[0] == 'r' && dd_repodata_find(doc, "primary", &a, &file, NULL) == DD_OK && file.found)
		(void)dd_repodata_check(&file, doc, NULL);
	if (data[0] == 'm')
		(void)dd_repodata_mirrors(doc, &a, &mirrors, NULL);
	if ((data[0] != 'p' && data[0] != 'u') || dd_stream_memory(doc, 7, &packed, NULL) != DD_OK ||
	    dd_stream_decompress(packed, 4 * DD_MIB, &plain, NULL) != DD_OK)
		return 0;
	(void)(data[0] == 'p' ? dd_repodata_primary : dd_repodata_security)(plain, each, &n, NULL);
	return 0;
}
