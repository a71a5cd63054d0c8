/* SPDX-License-Identifier: Apache-2.0 */
/* file   = page*; page 1 begins with a header of 100 bytes: page size at 16 (1: 65536), bytes reserved at the end of
 *          each page at 20, encoding at 56
 * b-tree page = type (2, 5: interior of an index, a table; 10, 13: leaves) first-freeblock(2) cells(2) content(2; 0:
 *          65536) fragments(1) [right child(4)] pointers(2 each), a gap, cells and freeblocks (next(2) size(2) …)
 * cells  : table leaf: payload-size, rowid, payload · table interior: child(4), rowid · index leaf: size, payload ·
 *          index interior: child(4), size, payload. Sizes and rowids are varints of up to 9 bytes, high bits first. A
 *          payload that is too long for its page goes on in a chain of overflow pages: next(4), bytes.
 * record = header-size, serial types, values: 0 null, 1-6 integers of 1 2 3 4 6 8 bytes, 7 a double, 8 9 the integers
 *          0 and 1, even from 12 on a blob of (n-12)/2 bytes, odd from 13 on a text of (n-13)/2
 * Page 1 is the root of the table sqlite_schema: type, name, tbl_name, rootpage, sql.
 *
 * Every page is read as part of one tree at most: a bit for each says so, which ends circles and trees that share
 * pages, and makes the whole linear. What has no bit at the end is left over. Indexes are walked for the bits only:
 * their values are the tables'. Source: sqlite.org/fileformat2.html (SQLite 3.46). */
#include "format/sqlite_pages.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/vec.h"

enum { HEADER_BYTES = 100, LEVELS_MAX = 64, LEFT_BYTES_MIN = 6, SCHEMA_BYTES_MAX = 256 << 20 };
enum { INDEX_INTERIOR = 2, TABLE_INTERIOR = 5, INDEX_LEAF = 10, TABLE_LEAF = 13 };

struct table {
	struct dd_str name, sql;
	uint32_t root;
	bool shown; /* else an index */
};

struct level {
	uint32_t page;
	size_t next, cells;
};

struct db {
	struct dd_str bytes;
	const struct dd_sqlite_visitor *visitor;
	uint32_t page_bytes, usable;
	uint64_t pages;
	enum dd_sqlite_encoding encoding;
	unsigned char *seen; /* a bit a page, from 0 */
	struct dd_arena arena;
	DD_VEC(struct table) tables;
	DD_VEC(struct level) levels;
	struct dd_buf payload;
	/* of the table that is walked */
	const struct table *table;
	struct dd_str columns[DD_SQLITE_VALUES_MAX];
	size_t n_columns;
	uint64_t rows;
	struct dd_sqlite_value values[DD_SQLITE_VALUES_MAX];
};

/* ---- pages ---- */

/* The last one may be cut. */
static struct dd_str page_of(const struct db *d, uint32_t page)
{
	return dd_str_take(dd_str_skip(d->bytes, (size_t)(page - 1) * d->page_bytes), d->page_bytes);
}

/* False: there is no such page, or it was read already. */
static bool claim(struct db *d, uint32_t page)
{
	if (page == 0 || page > d->pages || (d->seen[(page - 1) / 8] & 1u << (page - 1) % 8))
		return false;
	d->seen[(page - 1) / 8] |= (unsigned char)(1u << (page - 1) % 8);
	return true;
}

static void give_back(struct db *d, uint32_t page)
{
	d->seen[(page - 1) / 8] &= (unsigned char)~(1u << (page - 1) % 8);
}

static size_t header_at(uint32_t page)
{
	return page == 1 ? HEADER_BYTES : 0;
}

static bool is_interior(unsigned char type)
{
	return type == INDEX_INTERIOR || type == TABLE_INTERIOR;
}

static enum dd_code damaged(const struct db *d, uint32_t page, const char *what, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, (uint64_t)(page - 1) * d->page_bytes, "SQLite page %u: %s", page, what);
}

static bool take_varint(struct dd_str *s, uint64_t *ret)
{
	uint64_t v = 0;
	for (size_t i = 0; i < 9 && i < s->n; i++) {
		unsigned char c = (unsigned char)s->p[i];
		v = i == 8 ? v << 8 | c : v << 7 | (c & 0x7f);
		if (i < 8 && (c & 0x80))
			continue;
		*s = dd_str_skip(*s, i + 1);
		*ret = v;
		return true;
	}
	return false;
}

/* ---- records ---- */

static size_t serial_bytes(uint64_t type)
{
	static const unsigned char sizes[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0 };
	if (type < 12)
		return sizes[type];
	uint64_t n = (type - 12) / 2;
	return n > SIZE_MAX / 4 ? SIZE_MAX / 4 : (size_t)n;
}

static enum dd_sqlite_type serial_type(uint64_t type)
{
	if (type < 12)
		return type == 0 ? DD_SQLITE_NULL : DD_SQLITE_NUMBER;
	return type % 2 ? DD_SQLITE_TEXT : DD_SQLITE_BLOB;
}

/* Values of a record; a cut one gives what is there. */
static size_t parse_record(struct dd_str record, struct dd_sqlite_value *out)
{
	struct dd_str header = record, body;
	uint64_t header_bytes;
	size_t n = 0;
	if (!take_varint(&header, &header_bytes) || header_bytes > record.n ||
	    header_bytes < (uint64_t)(header.p - record.p))
		return 0;
	body = dd_str_skip(record, (size_t)header_bytes);
	header = dd_str_take(header, (size_t)header_bytes - (size_t)(header.p - record.p));
	while (header.n && n < DD_SQLITE_VALUES_MAX) {
		uint64_t type;
		if (!take_varint(&header, &type))
			break;
		out[n].type = serial_type(type);
		out[n].bytes = dd_str_take(body, serial_bytes(type));
		body = dd_str_skip(body, out[n++].bytes.n);
	}
	return n;
}

/* The payload of size bytes whose first ones stand in cell. ret_record NULL: only its pages are claimed. */
static enum dd_code take_payload(struct db *d, uint32_t page, struct dd_str cell, uint64_t size, bool index,
				 struct dd_str *ret_record, struct dd_err *err)
{
	uint64_t u = d->usable, most = index ? (u - 12) * 64 / 255 - 23 : u - 35, least = (u - 12) * 32 / 255 - 23;
	uint64_t local = size;
	if (size > most) {
		local = least + (size - least) % (u - 4);
		local = local <= most ? local : least;
	}
	if (local > cell.n || (local < size && cell.n - local < 4))
		return damaged(d, page, "a cell does not fit into it", err);
	if (ret_record)
		*ret_record = dd_str_take(cell, (size_t)local);
	if (local == size)
		return DD_OK;
	bool keep = ret_record && size <= DD_SQLITE_ROW_BYTES_MAX;
	dd_buf_clear(&d->payload);
	if (keep && dd_buf_add_str(&d->payload, *ret_record) != DD_OK)
		return dd_fail_nomem(err);
	uint32_t next = dd_be32(cell.p + local);
	for (uint64_t left = size - local; left;) {
		if (!claim(d, next))
			return damaged(d, page, "the rest of a row is not where it should be", err);
		struct dd_str more = dd_str_take(page_of(d, next), d->usable);
		if (more.n < 4)
			return damaged(d, next, "it is cut", err);
		next = dd_be32(more.p);
		more = dd_str_take(dd_str_skip(more, 4), left < SIZE_MAX ? (size_t)left : SIZE_MAX);
		if (more.n == 0)
			return damaged(d, page, "the rest of a row is cut", err);
		left -= more.n;
		if (keep && dd_buf_add_str(&d->payload, more) != DD_OK)
			return dd_fail_nomem(err);
	}
	if (ret_record && !keep)
		return dd_fail(err, DD_ELIMIT, (uint64_t)(page - 1) * d->page_bytes,
			       "a row has %llu bytes, more than are read", (unsigned long long)size);
	if (ret_record)
		*ret_record = dd_buf_str(&d->payload);
	return DD_OK;
}

/* ---- what a cell is ---- */

struct cell {
	uint32_t child; /* 0: none */
	bool has_record;
	uint64_t number;
	struct dd_str record;
};

static enum dd_code parse_cell(struct db *d, uint32_t page, unsigned char type, size_t at, struct cell *c,
			       struct dd_err *err)
{
	struct dd_str bytes = dd_str_skip(dd_str_take(page_of(d, page), d->usable), at);
	uint64_t size;
	bool index = type == INDEX_INTERIOR || type == INDEX_LEAF;
	*c = (struct cell){ 0 };
	if (is_interior(type)) {
		if (bytes.n < 4)
			return damaged(d, page, "a cell does not fit into it", err);
		c->child = dd_be32(bytes.p);
		bytes = dd_str_skip(bytes, 4);
	}
	if (type == TABLE_INTERIOR)
		return DD_OK;
	if (!take_varint(&bytes, &size) || (!index && !take_varint(&bytes, &c->number)))
		return damaged(d, page, "a cell does not fit into it", err);
	bool wanted = d->table == NULL || d->table->shown;
	DD_TRY(take_payload(d, page, bytes, size, index, wanted ? &c->record : NULL, err));
	c->has_record = wanted;
	return DD_OK;
}

/* ---- trees ---- */

static struct dd_str table_name(const struct db *d)
{
	return d->table ? d->table->name : DD_STR("sqlite_schema");
}

static enum dd_code tell(struct db *d, const struct dd_err *why, struct dd_err *err)
{
	if (why->code != DD_EPARSE && why->code != DD_ELIMIT) {
		dd_err_copy(err, why);
		return why->code;
	}
	return d->visitor->problem(d->visitor->ctx, table_name(d), why, err);
}

/* Names and statements are ASCII nearly always: of UTF-16 one byte of two is enough, and '?' where it is not. */
static struct dd_str narrow(const struct db *d, struct dd_str text, char *out, size_t max)
{
	size_t n = 0, low = d->encoding == DD_SQLITE_UTF16BE;
	if (d->encoding == DD_SQLITE_UTF8)
		return text;
	for (size_t i = 0; i + 1 < text.n && n < max; i += 2)
		out[n++] = text.p[i + 1 - low] ? '?' : text.p[i + low];
	return (struct dd_str){ out, n };
}

static struct dd_str copy_narrow(struct db *d, struct dd_str text)
{
	char *out = d->encoding == DD_SQLITE_UTF8 ? NULL : dd_arena_alloc(&d->arena, text.n / 2 + 1);
	if (d->encoding == DD_SQLITE_UTF8)
		return dd_arena_str(&d->arena, text);
	return out ? narrow(d, text, out, text.n / 2) : (struct dd_str){ NULL, 0 };
}

/* A row of sqlite_schema: a table or index with a tree of its own is remembered. */
static enum dd_code note_table(struct db *d, size_t n, uint64_t root, struct dd_err *err)
{
	struct table t = { .root = (uint32_t)root };
	if (n < 5 || root == 0 || root > d->pages)
		return DD_OK;
	char word[12];
	struct dd_str type = narrow(d, d->values[0].bytes, word, sizeof word);
	t.shown = dd_str_eq_c(type, "table");
	t.name = copy_narrow(d, dd_str_take(d->values[1].bytes, 4096));
	t.sql = copy_narrow(d, t.shown ? d->values[4].bytes : DD_STR(""));
	if (!t.name.p || !t.sql.p || !dd_vec_push(&d->tables, t, DD_SQLITE_TABLES_MAX))
		return d->tables.n >= DD_SQLITE_TABLES_MAX || d->arena.used > SCHEMA_BYTES_MAX / 2
			       ? dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the schema has more tables than are read")
			       : dd_fail_nomem(err);
	return DD_OK;
}

static uint64_t integer_of(struct dd_str bytes)
{
	uint64_t v = 0;
	for (size_t i = 0; i < bytes.n && i < 8; i++)
		v = v << 8 | (unsigned char)bytes.p[i];
	return v;
}

static enum dd_code see_record(struct db *d, const struct cell *c, struct dd_err *err)
{
	struct dd_err why;
	size_t n = parse_record(c->record, d->values);
	struct dd_sqlite_row row = { .table = table_name(d), .number = c->number, .columns = d->columns };
	row.n_columns = d->n_columns;
	row.values = d->values;
	row.n = n;
	d->rows++;
	if (d->table && row.number == 0)
		row.number = d->rows;
	if (!d->table && note_table(d, n, n > 3 ? integer_of(d->values[3].bytes) : 0, &why) != DD_OK)
		DD_TRY(tell(d, &why, err));
	return n ? d->visitor->row(d->visitor->ctx, &row, d->encoding, err) : DD_OK;
}

static enum dd_code open_page(struct db *d, uint32_t page, struct dd_err *err)
{
	struct level l = { .page = page };
	struct dd_err why;
	size_t at = header_at(page);
	enum dd_code code = DD_OK;
	if (d->levels.n >= LEVELS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "a tree of more than %d levels", LEVELS_MAX);
	if (!claim(d, page)) {
		(void)dd_fail(&why, DD_EPARSE, DD_NO_OFFSET, "SQLite page %u is not there, or part of another tree",
			      page);
		return tell(d, &why, err);
	}
	struct dd_str bytes = page_of(d, page);
	unsigned char type = bytes.n > at ? (unsigned char)bytes.p[at] : 0;
	if (bytes.n < at + 12)
		code = damaged(d, page, "it is cut", &why);
	else if (!is_interior(type) && type != INDEX_LEAF && type != TABLE_LEAF)
		code = damaged(d, page, "it is no part of a tree", &why);
	if (code != DD_OK) {
		give_back(d, page);
		return tell(d, &why, err);
	}
	size_t head = is_interior(type) ? 12 : 8, room = (bytes.n - at - head) / 2;
	l.cells = dd_be16(bytes.p + at + 3);
	l.cells = l.cells < room ? l.cells : room;
	return dd_vec_push(&d->levels, l, LEVELS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code step(struct db *d, struct dd_err *err)
{
	struct level *l = &d->levels.p[d->levels.n - 1];
	uint32_t page = l->page;
	struct dd_str bytes = page_of(d, page);
	size_t at = header_at(page);
	unsigned char type = (unsigned char)bytes.p[at];
	struct cell c;
	struct dd_err why;
	if (l->next < l->cells) {
		size_t pointer = at + (is_interior(type) ? 12 : 8) + 2 * l->next++;
		if (parse_cell(d, page, type, dd_be16(bytes.p + pointer), &c, &why) != DD_OK)
			return tell(d, &why, err);
		/* Of an index the row stands between two children; which comes first does not matter here. */
		if (c.has_record)
			DD_TRY(see_record(d, &c, err));
		return c.child ? open_page(d, c.child, err) : DD_OK;
	}
	if (is_interior(type) && l->next == l->cells) {
		l->next++;
		return open_page(d, dd_be32(bytes.p + at + 8), err);
	}
	d->levels.n--;
	return DD_OK;
}

static enum dd_code walk_tree(struct db *d, uint32_t root, struct dd_err *err)
{
	struct dd_err why;
	enum dd_code code;
	d->levels.n = 0;
	d->rows = 0;
	code = open_page(d, root, &why);
	while (code == DD_OK && d->levels.n)
		code = step(d, &why);
	if (code == DD_ELIMIT)
		return tell(d, &why, err);
	if (code != DD_OK)
		dd_err_copy(err, &why);
	return code;
}

static enum dd_code walk_table(struct db *d, const struct table *t, struct dd_err *err)
{
	struct dd_str root = page_of(d, t->root);
	size_t at = header_at(t->root);
	bool keyed =
		root.n > at && ((unsigned char)root.p[at] == INDEX_LEAF || (unsigned char)root.p[at] == INDEX_INTERIOR);
	d->table = t;
	d->n_columns = 0;
	if (t->shown)
		d->n_columns = dd_sqlite_columns(t->sql, keyed, d->columns, DD_COUNT(d->columns));
	return walk_tree(d, t->root, err);
}

/* ---- what is left ---- */

static enum dd_code show_left(struct db *d, struct dd_str bytes, struct dd_err *err)
{
	size_t n = 0;
	for (size_t i = 0; i < bytes.n && n < LEFT_BYTES_MIN; i++)
		n += bytes.p[i] != 0;
	if (n < LEFT_BYTES_MIN)
		return DD_OK;
	return d->visitor->left(d->visitor->ctx, (uint64_t)(bytes.p - d->bytes.p), bytes, err);
}

/* The gap and the freeblocks of a page of a tree. Overflow pages have none; they begin with a page number, whose first
 * byte is the type of no tree below a million pages, and then what they are taken for shows bytes twice. */
static enum dd_code show_gaps(struct db *d, uint32_t page, struct dd_err *err)
{
	struct dd_str bytes = dd_str_take(page_of(d, page), d->usable);
	size_t at = header_at(page);
	if (bytes.n < at + 12)
		return DD_OK;
	const char *h = bytes.p + at;
	unsigned char type = (unsigned char)h[0];
	if (!is_interior(type) && type != INDEX_LEAF && type != TABLE_LEAF)
		return DD_OK;
	size_t pointers = at + (is_interior(type) ? 12 : 8) + (size_t)2 * dd_be16(h + 3);
	size_t content = dd_be16(h + 5) ? dd_be16(h + 5) : 65536;
	if (pointers < content && content <= bytes.n)
		DD_TRY(show_left(d, dd_str_take(dd_str_skip(bytes, pointers), content - pointers), err));
	/* Offsets ascend; each takes four bytes at least, so that this ends. */
	for (size_t block = dd_be16(h + 1), last = 0; block > last && block + 4 <= bytes.n;) {
		size_t size = dd_be16(bytes.p + block + 2);
		if (size > 4)
			DD_TRY(show_left(d, dd_str_take(dd_str_skip(bytes, block + 4), size - 4), err));
		last = block;
		block = dd_be16(bytes.p + block);
	}
	return DD_OK;
}

static enum dd_code show_leavings(struct db *d, struct dd_err *err)
{
	for (uint64_t i = 0; i < d->pages; i++) {
		if (d->seen[i / 8] & 1u << i % 8) {
			DD_TRY(show_gaps(d, (uint32_t)i + 1, err));
			continue;
		}
		uint64_t first = i;
		while (i + 1 < d->pages && !(d->seen[(i + 1) / 8] & 1u << (i + 1) % 8))
			i++;
		struct dd_str run = dd_str_skip(d->bytes, (size_t)first * d->page_bytes);
		DD_TRY(show_left(d, dd_str_take(run, (size_t)(i + 1 - first) * d->page_bytes), err));
	}
	return DD_OK;
}

/* ---- the whole ---- */

static enum dd_code read_header(struct db *d, struct dd_str bytes, struct dd_err *err)
{
	if (bytes.n < HEADER_BYTES || memcmp(bytes.p, "SQLite format 3", 16) != 0)
		return dd_fail(err, DD_EPARSE, 0, "no SQLite database");
	d->page_bytes = dd_be16(bytes.p + 16) == 1 ? 65536 : dd_be16(bytes.p + 16);
	uint32_t reserved = (unsigned char)bytes.p[20], encoding = dd_be32(bytes.p + 56);
	if (d->page_bytes < 512 || (d->page_bytes & (d->page_bytes - 1)) || d->page_bytes - reserved < 480)
		return dd_fail(err, DD_EPARSE, 16, "SQLite page size %u is impossible", d->page_bytes);
	d->bytes = bytes;
	d->usable = d->page_bytes - reserved;
	d->encoding = encoding >= 1 && encoding <= 3 ? (enum dd_sqlite_encoding)encoding : DD_SQLITE_UTF8;
	d->pages = (bytes.n + d->page_bytes - 1) / d->page_bytes;
	if (d->pages > UINT32_MAX - 1)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "SQLite database of more pages than there can be");
	d->seen = dd_alloc_zero((size_t)d->pages / 8 + 1, 1);
	return d->seen ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_all(struct db *d, struct dd_err *err)
{
	static const struct dd_str schema[] = {
		{ "type", 4 }, { "name", 4 }, { "tbl_name", 8 }, { "rootpage", 8 }, { "sql", 3 }
	};
	memcpy(d->columns, schema, sizeof schema);
	d->n_columns = DD_COUNT(schema);
	DD_TRY(walk_tree(d, 1, err));
	for (size_t i = 0; i < d->tables.n; i++) {
		const struct table t = d->tables.p[i];
		DD_TRY(walk_table(d, &t, err));
	}
	return show_leavings(d, err);
}

enum dd_code dd_sqlite_pages_each(struct dd_str bytes, const struct dd_sqlite_visitor *visitor, struct dd_err *err)
{
	struct db *d = dd_alloc_zero(1, sizeof *d);
	if (!d)
		return dd_fail_nomem(err);
	d->visitor = visitor;
	d->arena = DD_ARENA_INIT(SCHEMA_BYTES_MAX);
	d->payload = DD_BUF_INIT(DD_SQLITE_ROW_BYTES_MAX);
	enum dd_code code = read_header(d, bytes, err);
	if (code == DD_OK)
		code = read_all(d, err);
	dd_vec_done(&d->tables);
	dd_vec_done(&d->levels);
	dd_buf_done(&d->payload);
	dd_arena_done(&d->arena);
	dd_free(d->seen);
	dd_free(d);
	return code;
}
