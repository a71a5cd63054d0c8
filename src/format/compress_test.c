/* SPDX-License-Identifier: Apache-2.0 */
/* What is packed comes back the same, whatever the blocks. (`zstd -t` reads a pushed database in tests/registry_scan.)
 */
#include "format/compress.h"

#include "base/limits.h"
#include "format/decompress.h"
#include "support/test.h"

TEST(packed_bytes_come_back)
{
	enum { N = 1 << 20 };
	static const size_t sizes[] = { 0, 1, 2, 255, 4096, 65537, N };
	static const size_t blocks[] = { 1, 7, 65536, N };
	char *bytes = malloc(N);
	dd_assert(bytes != NULL);
	for (size_t i = 0; i < N; i++)
		bytes[i] = (char)((i * 2654435761u) >> (i % 3 ? 24 : 8));
	for (size_t s = 0; s < DD_COUNT(sizes); s++) {
		for (size_t b = 0; b < DD_COUNT(blocks); b++) {
			struct dd_stream *in = NULL, *packed = NULL, *plain = NULL;
			uint64_t at = 0;
			bool same = true;
			if (blocks[b] < 100 && sizes[s] > 65537)
				continue;
			CHECK(dd_stream_memory((struct dd_str){ bytes, sizes[s] }, blocks[b], &in, NULL) == DD_OK);
			CHECK(dd_stream_compress_zstd(in, 3, &packed, NULL) == DD_OK);
			CHECK(dd_stream_decompress(packed, DD_GIB, &plain, NULL) == DD_OK);
			for (;;) {
				struct dd_str block;
				if (dd_stream_next(plain, &block, NULL) != DD_OK) {
					same = false;
					break;
				}
				if (block.n == 0)
					break;
				same = same && at + block.n <= sizes[s] && memcmp(bytes + at, block.p, block.n) == 0;
				at += block.n;
			}
			CHECK(same);
			CHECK_INT(at, sizes[s]);
			CHECK_INT(dd_stream_decompress_kind(plain), DD_COMPRESSION_ZSTD);
			dd_stream_freep(&plain);
			dd_stream_freep(&packed);
			dd_stream_freep(&in);
		}
	}
	free(bytes);
}
