/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of texts depend on the order of the input; ranks do not, and comparing ranks compares texts. After this step
 * the builder speaks in ranks only. */
#include "base/limits.h"
#include "base/map.h"
#include "db/write.h"

static int by_text(const void *a, const void *b, void *ctx)
{
	const struct dd_intern *in = ctx;
	return dd_str_cmp(in->texts.p[*(const uint32_t *)a], in->texts.p[*(const uint32_t *)b]);
}

static int by_bytes(const void *a, const void *b, void *ctx)
{
	const struct dd_builder *builder = ctx;
	return memcmp(builder->inputs.p[*(const uint32_t *)a].bytes, builder->inputs.p[*(const uint32_t *)b].bytes,
		      sizeof builder->inputs.p[0].bytes);
}

/* One input: its digest. Several: the digest of their digests in order, 32 bytes each. */
static enum dd_code source_digest(struct dd_builder *b, struct dd_build_source *s, struct dd_err *err)
{
	struct dd_hasher *h DD_CLEANUP(dd_hasher_freep) = NULL;
	struct dd_digest digest;
	char text[DD_DIGEST_TEXT_MAX];
	if (s->inputs.n == 0)
		return DD_OK;
	qsort_r(s->inputs.p, s->inputs.n, sizeof *s->inputs.p, by_bytes, b);
	DD_TRY(dd_hasher_new(DD_SHA256, &h, err));
	const struct dd_digest *last = NULL;
	size_t different = 0;
	for (size_t i = 0; i < s->inputs.n; i++) {
		const struct dd_digest *d = &b->inputs.p[s->inputs.p[i]];
		if (last && dd_digest_eq(last, d))
			continue; /* the same file given twice */
		DD_TRY(dd_hasher_add(h, (struct dd_str){ (const char *)d->bytes, 32 }, err));
		last = d;
		different++;
	}
	if (different == 1)
		digest = *last;
	else
		DD_TRY(dd_hasher_end(h, &digest, err));
	s->digest = dd_build_text(b, dd_str_from(dd_digest_text(&digest, text)));
	return dd_build_check(b, err);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* Words of an "affects" list, laid out as in dbfile.h; they were written by dd_build_…, so they hold together. */
static void translate_affects(uint32_t *w, const uint32_t *rank)
{
	uint32_t n_ranges = w[0], n_versions = w[1];
	w += 2;
	for (uint32_t r = 0; r < n_ranges; r++) {
		uint32_t n_events = w[1];
		w += 2;
		for (uint32_t e = 0; e < n_events; e++, w += 2)
			w[1] = rank[w[1]];
	}
	for (uint32_t v = 0; v < n_versions; v++)
		w[v] = rank[w[v]];
	/* A set, in byte order from here on. */
	qsort(w, n_versions, sizeof *w, by_number);
}

static void translate_rows(struct dd_builder *b, const uint32_t *rank)
{
	for (size_t i = 0; i < b->kev.n; i++) {
		struct dd_build_kev *k = &b->kev.p[i];
		k->cve = rank[k->cve];
		k->added = rank[k->added];
		k->due = rank[k->due];
		k->title = rank[k->title];
	}
	for (size_t i = 0; i < b->epss.n; i++)
		b->epss.p[i].cve = rank[b->epss.p[i].cve];
	for (size_t i = 0; i < b->jars.n; i++) {
		b->jars.p[i].name = rank[b->jars.p[i].name];
		b->jars.p[i].version = rank[b->jars.p[i].version];
	}
	for (size_t i = 0; i < b->eol.n; i++)
		for (size_t t = 0; t < DD_COUNT(b->eol.p[i].text); t++)
			b->eol.p[i].text[t] = rank[b->eol.p[i].text[t]];
	for (size_t i = 0; i < b->sources.n; i++) {
		struct dd_build_source *s = &b->sources.p[i];
		s->kind = rank[s->kind];
		s->name = rank[s->name];
		s->url = rank[s->url];
		s->date = rank[s->date];
		s->digest = rank[s->digest];
	}
}

static void translate(struct dd_builder *b, const uint32_t *rank)
{
	for (size_t i = 0; i < b->records.n; i++) {
		struct dd_build_record *r = b->records.p[i];
		r->key[1] = rank[r->key[1]];
		r->severity_by = rank[r->severity_by];
		if (r->key[0] >= DD_FAMILY_PAIR)
			r->key[0] = DD_FAMILY_PAIR + rank[r->key[0] - DD_FAMILY_PAIR];
		r->title = rank[r->title];
		r->published = rank[r->published];
		r->modified = rank[r->modified];
	}
	for (size_t i = 0; i < b->entries.n; i++) {
		struct dd_build_entry *e = &b->entries.p[i];
		e->ecosystem = rank[e->ecosystem];
		e->package = rank[e->package];
		e->note = rank[e->note];
		e->module = rank[e->module];
		e->arches = rank[e->arches];
	}
	for (size_t i = 0; i < b->words.n; i++)
		b->words.p[i] = rank[b->words.p[i]];
	for (size_t i = 0; i < b->affects.n; i++)
		translate_affects(dd_build_affects_words(b, (uint32_t)i), rank);
	translate_rows(b, rank);
}

enum dd_code dd_rank(struct dd_builder *b, struct dd_joined *j, struct dd_err *err)
{
	for (size_t i = 0; i < b->sources.n; i++)
		DD_TRY(source_digest(b, &b->sources.p[i], err));
	/* The indexes hold numbers, which end here; their memory is wanted for what follows. */
	dd_map_done(&b->record_index);
	dd_map_done(&b->affects_index);
	dd_free(b->strings.slots);
	b->strings.slots = NULL;
	b->strings.cap = 0;
	uint32_t *rank DD_CLEANUP(dd_freep) = dd_realloc_array(NULL, b->strings.texts.n, sizeof *rank);
	j->n_texts = (uint32_t)b->strings.texts.n;
	j->texts = dd_realloc_array(NULL, b->strings.texts.n, sizeof *j->texts);
	if (!rank || !j->texts)
		return dd_fail_nomem(err);
	for (uint32_t i = 0; i < j->n_texts; i++)
		j->texts[i] = i;
	qsort_r(j->texts, j->n_texts, sizeof *j->texts, by_text, &b->strings);
	for (uint32_t i = 0; i < j->n_texts; i++)
		rank[j->texts[i]] = i;
	translate(b, rank);
	return DD_OK;
}
