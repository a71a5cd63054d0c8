/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "format/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP(dd_zip_closep) struct dd_zip *z = NULL;
	if (dd_zip_open((struct dd_str){ (const char *)data, size }, &z, NULL) != DD_OK)
		return 0;
	struct dd_zip_member m;
	bool more = true;
	while (dd_zip_next(z, &m, &more, NULL) == DD_OK && more) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 20);
		struct dd_str view;
		enum dd_code code = dd_zip_read(z, &m, 1 << 20, &out, NULL);
		dd_assert(code != DD_OK || out.n == m.size);
		code = dd_zip_stored(z, &m, &view, NULL);
		dd_assert(code != DD_OK || view.n == m.size);
	}
	return 0;
}
