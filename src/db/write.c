/* SPDX-License-Identifier: Apache-2.0 */
/* Two passes over the same rows: the first measures the sections and marks the texts that are used, the second writes.
 * So a text gets its number in the file only when it is known which ones there are. */
#include "db/write.h"

#include <endian.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "db/dbfile.h"

enum { OUT_BUFFER_BYTES = 1 << 18 };

struct out {
	struct dd_builder *b;
	const struct dd_joined *j;
	bool write;	  /* else: measure */
	uint32_t *number; /* rank → number in the file, DD_MAP_NONE: not used; while measuring 0: used */
	uint32_t n_texts;
	uint64_t text_bytes;
	uint32_t lists; /* offset in WORDS of the next list */
	uint64_t sizes[DD_SECTION_COUNT];
	uint64_t size; /* of the section at hand */
	int fd;
	struct dd_hasher *hasher;
	unsigned char *buffer;
	size_t n;
	enum dd_code code; /* sticky */
	struct dd_err *err;
};

static void flush(struct out *o)
{
	if (o->code == DD_OK)
		o->code = dd_hasher_add(o->hasher, (struct dd_str){ (const char *)o->buffer, o->n }, o->err);
	if (o->code == DD_OK)
		o->code = dd_write_full(o->fd, o->buffer, o->n, o->err);
	o->n = 0;
}

static void put(struct out *o, const void *p, size_t n)
{
	o->size += n;
	while (o->write && n && o->code == DD_OK) {
		size_t piece = OUT_BUFFER_BYTES - o->n;
		if (piece > n)
			piece = n;
		memcpy(o->buffer + o->n, p, piece);
		o->n += piece;
		p = (const char *)p + piece;
		n -= piece;
		if (o->n == OUT_BUFFER_BYTES)
			flush(o);
	}
}

static void word(struct out *o, uint32_t v)
{
	uint32_t le = htole32(v);
	put(o, &le, sizeof le);
}

static void text(struct out *o, uint32_t rank)
{
	if (!o->write)
		o->number[rank] = 0;
	word(o, o->number[rank]);
}

/* An (offset, count) pair for a list of n cells in WORDS. */
static void list(struct out *o, uint32_t n)
{
	word(o, o->lists);
	word(o, n);
	if (__builtin_add_overflow(o->lists, n, &o->lists) && o->code == DD_OK)
		o->code = dd_fail(o->err, DD_ELIMIT, DD_NO_OFFSET, "the database would hold more than 2^32 words");
}

/* --- sections; each is called once a pass --- */

static void strings(struct out *o)
{
	uint32_t at = 0;
	for (uint32_t rank = 0; rank < o->j->n_texts; rank++) {
		if (o->number[rank] == DD_MAP_NONE)
			continue;
		word(o, at);
		at += (uint32_t)dd_intern_text(&o->b->strings, o->j->texts[rank]).n;
	}
	word(o, at);
}

static void text_bytes(struct out *o)
{
	for (uint32_t rank = 0; rank < o->j->n_texts; rank++) {
		if (o->number[rank] == DD_MAP_NONE)
			continue;
		struct dd_str s = dd_intern_text(&o->b->strings, o->j->texts[rank]);
		put(o, s.p, s.n);
	}
}

static void sources(struct out *o)
{
	for (size_t i = 0; i < o->j->sources.n; i++) {
		const struct dd_build_source *s = &o->b->sources.p[o->j->sources.p[i]];
		text(o, s->kind);
		text(o, s->name);
		text(o, s->url);
		text(o, s->digest);
		text(o, s->date);
		word(o, s->rows > UINT32_MAX ? UINT32_MAX : (uint32_t)s->rows);
	}
}

static void ecosystems(struct out *o)
{
	const struct dd_join_package *p = o->j->packages.p;
	for (size_t i = 0; i < o->j->packages.n; i++)
		if (i == 0 || p[i].ecosystem != p[i - 1].ecosystem)
			text(o, p[i].ecosystem);
}

static void packages(struct out *o)
{
	for (size_t i = 0; i < o->j->packages.n; i++) {
		const struct dd_join_package *p = &o->j->packages.p[i];
		text(o, p->ecosystem);
		text(o, p->name);
		word(o, p->entries.at);
		word(o, p->entries.n);
	}
}

static void names(struct out *o)
{
	for (size_t i = 0; i < o->j->by_name.n; i++)
		word(o, o->j->by_name.p[i]);
}

static void entries(struct out *o)
{
	uint32_t package = 0;
	for (uint32_t i = 0; i < o->b->entries.n; i++) {
		const struct dd_build_entry *e = &o->b->entries.p[i];
		while (i >= o->j->packages.p[package].entries.at + o->j->packages.p[package].entries.n)
			package++;
		word(o, e->record);
		word(o, package);
		word(o, o->j->affects_at[e->affects]);
		text(o, e->note);
		text(o, e->module);
		text(o, e->arches);
		word(o, o->j->source_row[e->source]);
		word(o, (uint32_t)e->status | (uint32_t)e->fix_state << 8 | (uint32_t)e->severity << 16);
	}
}

static void records(struct out *o)
{
	for (size_t i = 0; i < o->j->records.n; i++) {
		const struct dd_join_record *row = &o->j->records.p[i];
		const struct dd_build_record *r = o->b->records.p[row->number];
		text(o, r->key[1]);
		word(o, r->withdrawn ? DD_REC_FLAG_WITHDRAWN : 0);
		list(o, row->vulns.n);
		list(o, row->entries.n);
	}
}

static void vulns(struct out *o)
{
	for (size_t i = 0; i < o->j->vulns.n; i++) {
		const struct dd_join_vuln *v = &o->j->vulns.p[i];
		text(o, v->id);
		text(o, v->title);
		text(o, v->published);
		text(o, v->modified);
		list(o, v->names.n - 1);
		word(o, o->lists);
		word(o, v->cvss.n);
		o->lists += 2 * v->cvss.n;
		list(o, v->cwes.n);
		list(o, v->records.n);
		text(o, v->severity_source);
		text(o, v->kev_due);
		word(o, v->state);
		word(o, v->epss);
		word(o, v->percentile);
	}
}

static void ids(struct out *o)
{
	const struct dd_join_id *p = o->j->ids.p;
	for (size_t i = 0, n; i < o->j->ids.n; i += n) {
		for (n = 1; i + n < o->j->ids.n && p[i + n].name == p[i].name;)
			n++;
		text(o, p[i].name);
		list(o, (uint32_t)n);
	}
}

static void eol(struct out *o)
{
	for (size_t i = 0; i < o->b->eol.n; i++) {
		const struct dd_build_eol *e = &o->b->eol.p[i];
		for (size_t t = 0; t < DD_COUNT(e->text); t++)
			text(o, e->text[t]);
		word(o, e->ended);
	}
}

static void jars(struct out *o)
{
	for (size_t i = 0; i < o->b->jars.n; i++) {
		const struct dd_build_jar *jar = &o->b->jars.p[i];
		for (size_t k = 0; k < DD_COUNT(jar->sha1); k++)
			word(o, jar->sha1[k]);
		text(o, jar->name);
		text(o, jar->version);
	}
}

static void affects(struct out *o, uint32_t number)
{
	const uint32_t *w = dd_build_affects_words(o->b, number);
	uint32_t n_ranges = w[0], n_versions = w[1];
	word(o, *w++);
	word(o, *w++);
	for (uint32_t r = 0; r < n_ranges; r++) {
		uint32_t n_events = w[1];
		word(o, *w++);
		word(o, *w++);
		for (uint32_t e = 0; e < n_events; e++) {
			word(o, *w++);
			text(o, *w++);
		}
	}
	for (uint32_t v = 0; v < n_versions; v++)
		text(o, *w++);
}

static void row_list(struct out *o, const uint32_t *p, struct dd_span span)
{
	for (uint32_t i = 0; i < span.n; i++)
		word(o, p[span.at + i]);
}

/* In the order in which list() gave out the offsets: behind what is affected, record by record, then vulnerability by
 * vulnerability, then the ids. */
static void words(struct out *o)
{
	const struct dd_joined *j = o->j;
	for (size_t i = 0; i < j->affects.n; i++)
		affects(o, j->affects.p[i]);
	for (size_t i = 0; i < j->records.n; i++) {
		row_list(o, j->record_vulns.p, j->records.p[i].vulns);
		row_list(o, j->record_entries.p, j->records.p[i].entries);
	}
	for (size_t i = 0; i < j->vulns.n; i++) {
		const struct dd_join_vuln *v = &j->vulns.p[i];
		for (uint32_t k = 0; k < v->names.n; k++)
			if (j->names.p[v->names.at + k] != v->id)
				text(o, j->names.p[v->names.at + k]);
		for (uint32_t k = 0; k < 2 * v->cvss.n; k++)
			text(o, j->cvss.p[v->cvss.at + k]);
		for (uint32_t k = 0; k < v->cwes.n; k++)
			text(o, j->cwes.p[v->cwes.at + k]);
		row_list(o, j->vuln_records.p, v->records);
	}
	for (size_t i = 0; i < j->ids.n; i++)
		word(o, j->ids.p[i].vuln);
}

typedef void section_fn(struct out *o);
static section_fn *const sections[DD_SECTION_COUNT] = {
	[DD_SECTION_STRINGS] = strings,	  [DD_SECTION_TEXT] = text_bytes,
	[DD_SECTION_SOURCES] = sources,	  [DD_SECTION_ECOSYSTEMS] = ecosystems,
	[DD_SECTION_PACKAGES] = packages, [DD_SECTION_NAMES] = names,
	[DD_SECTION_ENTRIES] = entries,	  [DD_SECTION_RECORDS] = records,
	[DD_SECTION_VULNS] = vulns,	  [DD_SECTION_IDS] = ids,
	[DD_SECTION_EOL] = eol,		  [DD_SECTION_JARS] = jars,
	[DD_SECTION_WORDS] = words,
};

static void run_section(struct out *o, enum dd_section s)
{
	static const char zero[DD_DBFILE_ALIGN] = { 0 };
	o->size = 0;
	sections[s](o);
	o->sizes[s] = o->size;
	if (o->size % DD_DBFILE_ALIGN)
		put(o, zero, DD_DBFILE_ALIGN - o->size % DD_DBFILE_ALIGN);
}

/* Marks texts, then numbers those that are used; the sizes of the two text sections are known only then. */
static enum dd_code measure(struct out *o)
{
	for (uint32_t rank = 0; rank < o->j->n_texts; rank++)
		o->number[rank] = DD_MAP_NONE;
	o->number[0] = 0; /* the empty text is always there, and the first */
	o->lists = o->j->affects_words;
	for (enum dd_section s = DD_SECTION_SOURCES; s < DD_SECTION_COUNT; s++)
		run_section(o, s);
	for (uint32_t rank = 0; rank < o->j->n_texts; rank++) {
		if (o->number[rank] == DD_MAP_NONE)
			continue;
		o->number[rank] = o->n_texts++;
		o->text_bytes += dd_intern_text(&o->b->strings, o->j->texts[rank]).n;
	}
	if (o->text_bytes > UINT32_MAX && o->code == DD_OK)
		o->code = dd_fail(o->err, DD_ELIMIT, DD_NO_OFFSET, "the texts of the database take more than 4 GiB");
	for (enum dd_section s = DD_SECTION_STRINGS; s <= DD_SECTION_TEXT; s++)
		run_section(o, s);
	return o->code;
}

static enum dd_code write_header(struct out *o)
{
	struct dd_dbfile_header h = { .format = htole32(DD_DBFILE_FORMAT) };
	struct dd_digest digest;
	uint64_t at = sizeof h;
	memcpy(h.magic, DD_DBFILE_MAGIC, sizeof h.magic);
	h.flags = htole32(o->j->starter ? DD_DBFILE_STARTER : 0);
	h.built = htole64((uint64_t)o->j->built);
	h.advisories = htole64(o->j->advisories);
	for (size_t s = 0; s < DD_SECTION_COUNT; s++) {
		h.sections[s].offset = htole64(at);
		h.sections[s].bytes = htole64(o->sizes[s]);
		at += (o->sizes[s] + DD_DBFILE_ALIGN - 1) / DD_DBFILE_ALIGN * DD_DBFILE_ALIGN;
	}
	h.file_bytes = htole64(at);
	o->b->stats.file_bytes = at;
	DD_TRY(dd_hasher_end(o->hasher, &digest, o->err));
	memcpy(h.content, digest.bytes, sizeof h.content);
	const struct dd_str head = { (const char *)&h, sizeof h - sizeof h.checksum };
	DD_TRY(dd_digest_of(DD_SHA256, head, &digest, o->err));
	memcpy(h.checksum, digest.bytes, sizeof h.checksum);
	if (lseek(o->fd, 0, SEEK_SET) < 0)
		return dd_fail_errno(o->err, "cannot write the header");
	return dd_write_full(o->fd, &h, sizeof h, o->err);
}

static enum dd_code run(struct out *o)
{
	DD_TRY(measure(o));
	o->write = true;
	o->lists = o->j->affects_words;
	if (lseek(o->fd, (off_t)sizeof(struct dd_dbfile_header), SEEK_SET) < 0)
		return dd_fail_errno(o->err, "cannot write");
	for (enum dd_section s = 0; s < DD_SECTION_COUNT; s++)
		run_section(o, s);
	if (o->code == DD_OK)
		flush(o);
	DD_TRY(o->code);
	return write_header(o);
}

enum dd_code dd_write_database(struct dd_builder *b, const struct dd_joined *j, int fd, struct dd_err *err)
{
	struct dd_hasher *hasher DD_CLEANUP(dd_hasher_freep) = NULL;
	uint32_t *number DD_CLEANUP(dd_freep) = dd_realloc_array(NULL, j->n_texts, sizeof *number);
	unsigned char *buffer DD_CLEANUP(dd_freep) = dd_alloc(OUT_BUFFER_BYTES);
	if (!number || !buffer)
		return dd_fail_nomem(err);
	DD_TRY(dd_hasher_new(DD_SHA256, &hasher, err));
	struct out o = {
		.b = b,
		.j = j,
		.number = number,
		.fd = fd,
		.hasher = hasher,
		.buffer = buffer,
		.err = err,
	};
	return run(&o);
}
