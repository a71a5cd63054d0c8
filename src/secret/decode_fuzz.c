/* SPDX-License-Identifier: Apache-2.0 */
/* Every piece lies in the text, is bounded, and can be placed. */
#include "secret/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct dd_str text = { (const char *)data, n };
	struct dd_secret_decoder *d DD_CLEANUP(dd_secret_decoder_freep) = dd_secret_decoder_new();
	struct dd_secret_piece p;
	if (!d)
		return 0;
	dd_secret_decoder_budget(d, 1 << 20);
	dd_secret_decoder_open(d, text);
	while (dd_secret_decoder_next(d, &p)) {
		size_t at, length;
		dd_assert(p.at <= n && p.n <= n - p.at && p.text.n <= DD_DECODE_PIECE_BYTES_MAX);
		dd_secret_piece_where(&p, p.text.n / 2, 3, &at, &length);
		dd_assert(at >= p.at && length <= p.n && at - p.at <= p.n - length);
	}
	return 0;
}
