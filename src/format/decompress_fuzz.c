/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: the size of the blocks. What is unpacked, and whether it ends well, must not depend on it. */
#include "format/decompress.h"

enum { OUT_MAX = 4 << 20 };

struct outcome {
	enum dd_code code;
	uint64_t bytes, hash;
};

static struct outcome unpack(struct dd_str in, size_t block_bytes)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *memory = NULL, *s = NULL;
	struct outcome o = { DD_OK, 0, UINT64_C(0xcbf29ce484222325) };
	struct dd_err err = { 0 };
	struct dd_str block;
	dd_assert(dd_stream_memory(in, block_bytes, &memory, NULL) == DD_OK);
	dd_assert(dd_stream_decompress(memory, OUT_MAX, &s, NULL) == DD_OK);
	while ((o.code = dd_stream_next(s, &block, &err)) == DD_OK && block.n) {
		for (size_t i = 0; i < block.n; i++)
			o.hash = (o.hash ^ (unsigned char)block.p[i]) * UINT64_C(0x100000001b3);
		o.bytes += block.n;
		dd_assert(o.bytes <= OUT_MAX);
	}
	dd_assert(o.code == DD_OK || err.at <= in.n);
	return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct dd_str in = { (const char *)data + 1, size - 1 };
	struct outcome whole = unpack(in, SIZE_MAX), parts = unpack(in, (size_t)data[0] + 1);
	dd_assert(whole.code == parts.code);
	/* how much a codec gives before it sees damage is its own affair */
	dd_assert(whole.code != DD_OK || (whole.bytes == parts.bytes && whole.hash == parts.hash));
	return 0;
}
