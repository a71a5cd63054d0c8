/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as the tars of up to three layers (cut in equal parts at the first byte's say): walked, written as facts and
 * read back, laid over each other, turned into an inventory. What the cache gives back must be what was written. */
#include <stdlib.h>

#include "base/limits.h"
#include "scan/inventory_build.h"
#include "scan/layer_job.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_codec(const struct dd_layer_facts *f)
{
	DD_CLEANUP_BUF struct dd_buf once = DD_BUF_INIT(DD_FACTS_BYTES_MAX), twice = DD_BUF_INIT(DD_FACTS_BYTES_MAX);
	struct dd_layer_facts back;
	dd_layer_facts_init(&back);
	if (dd_layer_facts_encode(f, &once, NULL) != DD_OK)
		return;
	if (dd_layer_facts_decode(dd_buf_str(&once), &back, NULL) != DD_OK ||
	    dd_layer_facts_encode(&back, &twice, NULL) != DD_OK || !dd_str_eq(dd_buf_str(&once), dd_buf_str(&twice)))
		abort();
	dd_layer_facts_done(&back);
}

static void read_layer(const struct dd_walk *w, struct dd_str tar, size_t block, struct dd_layer_facts *f)
{
	struct dd_walk_aliases aliases = { 0 };
	struct dd_stream *in = NULL;
	dd_layer_facts_init(f);
	if (dd_stream_memory(tar, block, &in, NULL) == DD_OK)
		(void)dd_walk_tar(w, in, f, &aliases, NULL);
	dd_stream_freep(&in);
	if (aliases.n && dd_stream_memory(tar, block, &in, NULL) == DD_OK)
		(void)dd_walk_tar_aliases(w, in, &aliases, f, NULL);
	dd_stream_freep(&in);
	dd_walk_aliases_done(&aliases);
	dd_layer_facts_finish(f);
	check_codec(f);
}

static void squash(struct dd_layer_facts *layers, size_t n)
{
	struct dd_walk_aliases aliases[3] = { 0 };
	struct dd_squash q;
	bool any;
	struct dd_inventory inv = { .arena = DD_ARENA_INIT(DD_GIB) };
	if (dd_squash_new(&q, layers, n, NULL) == DD_OK && dd_squash_unseen(&q, aliases, &any, NULL) == DD_OK)
		(void)dd_inventory_fill(&q, true, &inv, NULL);
	dd_squash_done(&q);
	for (size_t i = 0; i < n; i++)
		dd_walk_aliases_done(&aliases[i]);
	dd_arena_done(&inv.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_matcher *m = dd_matcher_new();
	struct dd_walk w = { m, "/tmp", NULL, NULL };
	struct dd_layer_facts layers[3];
	if (!m || size < 2) {
		dd_matcher_freep(&m);
		return 0;
	}
	size_t n = data[0] % 3u + 1, block = data[1] ? data[1] * (size_t)67 : 1;
	struct dd_str rest = { (const char *)data + 2, size - 2 };
	size_t part = (rest.n / n) & ~(size_t)511;
	for (size_t i = 0; i < n; i++) {
		read_layer(&w, i + 1 == n ? rest : dd_str_take(rest, part), block, &layers[i]);
		rest = dd_str_skip(rest, part);
	}
	squash(layers, n);
	for (size_t i = 0; i < n; i++)
		dd_layer_facts_done(&layers[i]);
	dd_matcher_freep(&m);
	return 0;
}
