/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: low bits choose the size of the blocks, the high bit asks for correct checksums, which no mutation finds.
 * What is read must not depend on the blocks: each input is read in two ways and must give the same. */
#include "base/alloc.h"
#include "base/limits.h"
#include "format/tar.h"

enum { BLOCK = 512, CHECKSUM_AT = 148, READ_MAX = 1 << 20 };

static uint64_t mix(uint64_t h, const void *p, size_t n)
{
	return dd_str_hash((struct dd_str){ p, n }, h);
}

/* Content of one entry, at most READ_MAX of it. Blocks differ, so bytes are mixed one by one. */
static enum dd_code read_content(struct dd_tar *t, const struct dd_tar_entry *e, uint64_t *h)
{
	struct dd_str block;
	uint64_t n = 0;
	do {
		DD_TRY(dd_tar_read(t, &block, NULL));
		for (size_t i = 0; i < block.n && n + i < READ_MAX; i++)
			*h = (*h ^ (unsigned char)block.p[i]) * UINT64_C(0x100000001b3);
		n += block.n;
	} while (block.n && n < READ_MAX);
	dd_assert(n <= e->size && (n >= READ_MAX || n == e->size));
	return DD_OK;
}

static uint64_t mix_entry(uint64_t h, const struct dd_tar_entry *e)
{
	dd_assert(e->path.n <= DD_PATH_MAX && e->link.n <= DD_PATH_MAX && e->n_xattrs <= DD_XATTRS_MAX);
	dd_assert(e->size <= INT64_MAX && e->stored_bytes <= INT64_MAX && e->mode <= 07777);
	h = mix(mix(h, e->path.p, e->path.n), e->link.p, e->link.n);
	for (size_t i = 0; i < e->n_xattrs; i++)
		h = mix(mix(h, e->xattrs[i].name.p, e->xattrs[i].name.n), e->xattrs[i].value.p, e->xattrs[i].value.n);
	const uint64_t numbers[] = {
		e->type,      e->mode,	    e->uid,    e->gid,	 e->size, e->stored_bytes, (uint64_t)e->mtime,
		e->dev_major, e->dev_minor, e->sparse, e->offset
	};
	return mix(h, numbers, sizeof numbers);
}

static uint64_t read_archive(struct dd_str in, size_t block_bytes)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *t = NULL;
	struct dd_tar_entry e = { .type = DD_TAR_FILE };
	struct dd_err err = { 0 };
	uint64_t h = 0, last = 0;
	dd_assert(dd_stream_memory(in, block_bytes, &s, NULL) == DD_OK && dd_tar_new(s, &t, NULL) == DD_OK);
	for (enum dd_code code = DD_OK; code == DD_OK || code == DD_ELIMIT;) {
		code = dd_tar_next(t, &e, &err);
		const uint64_t how[] = { (uint64_t)code, code == DD_OK ? 0 : err.at };
		h = mix(h, how, sizeof how);
		if (code != DD_OK)
			continue;
		h = mix_entry(h, &e);
		if (e.type == DD_TAR_END)
			break;
		dd_assert(e.offset >= last && e.offset < in.n);
		last = e.offset;
		code = e.offset & BLOCK ? DD_OK : read_content(t, &e, &h);
	}
	return h;
}

static void correct_checksums(char *p, size_t n)
{
	for (; n >= BLOCK; p += BLOCK, n -= BLOCK) {
		unsigned sum = 8 * ' ';
		for (size_t i = 0; i < BLOCK; i++)
			sum += i < CHECKSUM_AT || i >= CHECKSUM_AT + 8 ? (unsigned char)p[i] : 0;
		if (sum != 8 * ' ')
			for (int i = 0; i < 6; i++)
				p[CHECKSUM_AT + i] = (char)('0' + (sum >> 3 * (5 - i) & 7));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t block_sizes[] = { 1, 3, 511, 512, 513, 1024, 4096, 100 };
	if (size < 1)
		return 0;
	char *copy = dd_alloc(size);
	dd_assert(copy);
	memcpy(copy, data + 1, size - 1);
	if (data[0] & 0x80)
		correct_checksums(copy, size - 1);
	struct dd_str in = { copy, size - 1 };
	(void)dd_tar_detect(in);
	uint64_t whole = read_archive(in, SIZE_MAX);
	dd_assert(read_archive(in, block_sizes[data[0] & 7]) == whole);
	dd_free(copy);
	return 0;
}
