/* SPDX-License-Identifier: Apache-2.0 */
/* Archives are made here from parts, a list of headers with their contents, and read back as text, one entry a line:
 * TYPE PATH[ -> LINK] SIZE[ 'CONTENT']. What other programs write is compared in tests/tar_formats_test.py. */
#include "format/tar.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "support/test.h"

enum { BLOCK = 512 };

struct part {
	char type;
	const char *name, *link, *prefix;
	const char *pax; /* body as "key=value|key=value": lengths are computed */
	const char *map; /* text in front of the body, padded to a block */
	struct dd_str body;
	const char *size; /* text of the size field; NULL: the body's size in octal */
	const char *uid, *mtime;
	const char *magic;   /* 8 bytes with the version; NULL: POSIX */
	const char *trailer; /* the last 4 bytes */
	int zero_blocks;     /* instead of all that */
	struct dd_str patch; /* over the header at patch_at, before its checksum */
	size_t patch_at;
	enum { SUM_UNSIGNED, SUM_SIGNED, SUM_WRONG } sum;
	bool no_padding;
};

static void put_text(char *block, size_t at, size_t n, const char *text)
{
	size_t len = text ? strlen(text) : 0;
	memcpy(block + at, text ? text : "", len < n ? len : n);
}

static void put_pax(struct dd_buf *out, const char *spec)
{
	struct dd_str rest = dd_str_from(spec), record;
	while (dd_str_next(&rest, '|', &record)) {
		size_t n = record.n + 2, digits = 1;
		for (size_t limit = 10; n + digits >= limit; limit *= 10)
			digits++;
		(void)dd_buf_addf(out, "%zu ", n + digits);
		(void)dd_buf_add_str(out, record);
		(void)dd_buf_add_char(out, '\n');
	}
}

static void put_checksum(char *block, const struct part *p)
{
	int sum = 0;
	char text[9];
	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += p->sum == SUM_SIGNED ? (signed char)block[i] : (unsigned char)block[i];
	(void)snprintf(text, sizeof text, "%06o", (unsigned)(p->sum == SUM_WRONG ? sum + 1 : sum));
	memcpy(block + 148, text, 7);
}

static void put_part(struct dd_buf *out, const struct part *p)
{
	static const char zeros[BLOCK];
	DD_CLEANUP_BUF struct dd_buf body = DD_BUF_INIT(DD_MIB * 3);
	char block[BLOCK] = { 0 }, size[13];
	for (int i = 0; i < p->zero_blocks; i++)
		(void)dd_buf_add(out, zeros, BLOCK);
	if (p->zero_blocks)
		return;
	if (p->pax)
		put_pax(&body, p->pax);
	if (p->map) {
		(void)dd_buf_add_c(&body, p->map);
		(void)dd_buf_add(&body, zeros, BLOCK - body.n);
	}
	(void)dd_buf_add_str(&body, p->body);
	(void)snprintf(size, sizeof size, "%011zo", body.n);
	put_text(block, 0, 100, p->name);
	put_text(block, 100, 8, "0000644");
	put_text(block, 108, 8, p->uid ? p->uid : "0001750");
	put_text(block, 116, 8, "0000144");
	put_text(block, 124, 12, p->size ? p->size : size);
	put_text(block, 136, 12, p->mtime ? p->mtime : "14000000000");
	block[156] = p->type;
	put_text(block, 157, 100, p->link);
	memcpy(block + 257,
	       p->magic ? p->magic
			: "ustar\0"
			  "00",
	       8);
	put_text(block, 345, 155, p->prefix);
	put_text(block, 508, 4, p->trailer);
	if (p->patch.n)
		memcpy(block + p->patch_at, p->patch.p, p->patch.n);
	put_checksum(block, p);
	(void)dd_buf_add(out, block, BLOCK);
	(void)dd_buf_add_str(out, dd_buf_str(&body));
	if (!p->no_padding)
		(void)dd_buf_add(out, zeros, -body.n % BLOCK);
}

static enum dd_code print_content(struct dd_tar *t, const struct dd_tar_entry *e, struct dd_buf *out,
				  struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf content = DD_BUF_INIT(100);
	struct dd_str block;
	uint64_t n = 0;
	do {
		DD_TRY(dd_tar_read(t, &block, err));
		n += block.n;
		if (content.n + block.n <= content.max)
			(void)dd_buf_add_str(&content, block);
	} while (block.n);
	CHECK_INT(n, e->size);
	for (size_t i = 0; i < content.n; i++)
		if (content.p[i] == '\0')
			content.p[i] = '.';
	return n ? dd_buf_addf(out, " '%.*s'", DD_FMT(dd_str_take(dd_buf_str(&content), 40))) : DD_OK;
}

static enum dd_code print_entry(struct dd_tar *t, const struct dd_tar_entry *e, bool read, struct dd_buf *out,
				struct dd_err *err)
{
	static const char *const names[] = { "file", "hardlink", "symlink", "char", "block", "dir", "fifo", "other" };
	(void)dd_buf_addf(out, "%s ", names[e->type]);
	(void)dd_buf_add_escaped(out, dd_str_take(e->path, 40));
	if (e->link.n)
		(void)dd_buf_addf(out, " -> %.*s", DD_FMT(dd_str_take(e->link, 40)));
	(void)dd_buf_addf(out, " %llu", (unsigned long long)e->size);
	if (read)
		DD_TRY(print_content(t, e, out, err));
	return dd_buf_add_char(out, '\n');
}

/* Entries of the archive as text; its last line is the error if there was one. Goes on behind a path too long. */
static enum dd_code print_archive(struct dd_str bytes, size_t block_bytes, bool read, struct dd_buf *out,
				  struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *t = NULL;
	struct dd_tar_entry e;
	struct dd_err unwanted;
	err = err ? err : &unwanted;
	DD_TRY(dd_stream_memory(bytes, block_bytes, &s, err));
	DD_TRY(dd_tar_new(s, &t, err));
	for (;;) {
		enum dd_code code = dd_tar_next(t, &e, err);
		if (code == DD_ELIMIT) {
			(void)dd_buf_addf(out, "limit at %llu\n", (unsigned long long)err->at);
			code = dd_tar_next(t, &e, err);
		}
		DD_TRY(code);
		if (e.type == DD_TAR_END) {
			CHECK(dd_tar_next(t, &e, err) == DD_OK && e.type == DD_TAR_END); /* and stays so */
			return DD_OK;
		}
		DD_TRY(print_entry(t, &e, read, out, err));
	}
}

/* Parts up to the first one that says nothing. */
static void put_parts(struct dd_buf *out, const struct part *parts, size_t max)
{
	for (size_t i = 0; i < max && (parts[i].name || parts[i].zero_blocks); i++)
		put_part(out, &parts[i]);
}

enum { PARTS_MAX = 6 };
struct row {
	const char *name;
	const char *want;
	enum dd_code code;
	uint64_t at; /* of the error, when there is one */
	struct part parts[PARTS_MAX];
};

#define BODY(text)	    .body = { text, sizeof text - 1 }
#define PATCH(where, bytes) .patch_at = (where), .patch = { bytes, sizeof bytes - 1 }
#define GNU		    .magic = "ustar  "
#define V7		    .magic = "\0\0\0\0\0\0\0"
#define END                                                                                                            \
	{                                                                                                              \
		.zero_blocks = 2                                                                                       \
	}
#define A                                                                                                              \
	{                                                                                                              \
		'0', "a"                                                                                               \
	}
#define FILE_X(file)                                                                                                   \
	{                                                                                                              \
		'0', file, BODY("x")                                                                                   \
	}
#define ABC(file)                                                                                                      \
	{                                                                                                              \
		'0', file, BODY("abc")                                                                                 \
	}
#define PAX(spec)                                                                                                      \
	{                                                                                                              \
		'x', "x", .pax = spec                                                                                  \
	}
#define PAX_RAW(bytes)                                                                                                 \
	{                                                                                                              \
		'x', "x", BODY(bytes)                                                                                  \
	}
#define TEXT_40	  "0123456789012345678901234567890123456789"
#define TEXT_100  TEXT_40 TEXT_40 "01234567890123456789"
#define TEN_ZEROS "\0\0\0\0\0\0\0\0\0\0"

/* clang-format off */
static const struct row block_rows[] = {
	{ "no bytes", "", DD_OK, 0, { { .type = 0 } } },
	{ "only the end", "", DD_OK, 0, { END } },
	{ "one zero block", "", DD_OK, 0, { { .zero_blocks = 1 } } },
	{ "many zero blocks", "", DD_OK, 0, { { .zero_blocks = 20 } } },
	{ "end without zero blocks", "file a 1 'x'\n", DD_OK, 0, { FILE_X("a") } },
	{ "no padding at the end", "file a 1 'x'\n", DD_OK, 0, { { '0', "a", BODY("x"), .no_padding = true } } },
	{ "an archive behind the end", "", DD_OK, 0, { END, { '0', "hidden" } } },
	{ "one zero block in the middle", "file a 0\n", DD_EPARSE, 512, { A, { .zero_blocks = 1 }, A } },
	{ "types", "dir d/ 0\nfile c 1 'x'\nsymlink s -> t 0\nhardlink h -> t 0\nfifo f 0\n", DD_OK, 0,
	  { { '5', "d/" }, { '7', "c", BODY("x") }, { '2', "s", "t" }, { '1', "h", "t" }, { '6', "f" }, END } },
	{ "devices", "char c 0\nblock b 0\n", DD_OK, 0, { { '3', "c" }, { '4', "b" }, END } },
	{ "types without meaning", "other v 0\nother m 3 'abc'\nother ? 3 'abc'\ndir D 0\nfile a 0\n", DD_OK, 0,
	  { { 'V', "v" }, { 'M', "m", BODY("abc") }, { '?', "?", BODY("abc") }, { 'D', "D", BODY("Yfile\0") }, A, END } },
	{ "a size where no content is", "dir d 0\nhardlink h -> t 0\nsymlink s -> t 0\nfifo f 0\nfile a 1 'x'\n", DD_OK, 0,
	  { { '5', "d", .size = "100" }, { '1', "h", "t", .size = "7777" }, { '2', "s", "t", .size = "1" },
	    { '6', "f", .size = "1000" }, FILE_X("a"), END } },
	{ "v7 directory", "dir d/ 0\nfile e/ 0\nfile f 1 'x'\n", DD_OK, 0,
	  { { '\0', "d/", V7 }, { '0', "e/", V7 }, { '\0', "f", BODY("x"), V7 }, END } },
	{ "prefix", "file p/n 0\nfile n 0\n", DD_OK, 0,
	  { { '0', "n", .prefix = "p" }, { '0', "n", .prefix = "p", V7 }, END } },
	{ "prefix of old Go in a GNU header", "file p/n 0\nfile n 0\nfile n 0\n", DD_OK, 0,
	  { { '0', "n", .prefix = "p", GNU }, { '0', "n", .prefix = "\xe9", GNU }, { '0', "n", .prefix = "14000000000", GNU }, END } },
	{ "prefix of star", "file p/n 0\n", DD_OK, 0,
	  { { '0', "n", .prefix = "p", .trailer = "tar", PATCH(345 + 131, "14000000000\0" "14000000000") }, END } },
	{ "names that fill their field", "file " TEXT_40 " 0\nsymlink s -> " TEXT_40 " 0\n", DD_OK, 0,
	  { { '0', TEXT_100 }, { '2', "s", TEXT_100 }, END } },
	{ "no name", "file  0\n", DD_OK, 0, { { '0', "" }, END } },
	{ "names stay bytes", "file ../\\xff\\n\\x1b 0\nfile /abs 0\n", DD_OK, 0, { { '0', "../\xff\n\x1b" }, { '0', "/abs" }, END } },
	{ "signed checksum", "file \\xff\\xfe 0\n", DD_OK, 0, { { '0', "\xff\xfe", .sum = SUM_SIGNED }, END } },
	{ "wrong checksum", "file a 0\n", DD_EPARSE, 512, { A, { '0', "b", .sum = SUM_WRONG }, END } },
	{ "sizes with blanks", "file a 1 'x'\nfile b 1 'x'\nfile c 0\n", DD_OK, 0,
	  { { '0', "a", BODY("x"), .size = "         1 " }, { '0', "b", BODY("x"), PATCH(124, "1\0junk\xff\0\0\0\0\0") },
	    { '0', "c", .size = "            " }, END } },
	{ "size fills its field", "file a 1 'x'\n", DD_OK, 0, { { '0', "a", BODY("x"), .size = "000000000001" }, END } },
	{ "size in base 256", "file a 1 'x'\n", DD_OK, 0, { { '0', "a", BODY("x"), PATCH(124, "\x80" TEN_ZEROS "\1") }, END } },
	{ "size with a letter", "", DD_EPARSE, 124, { { '0', "a", .size = "0000000000x" }, END } },
	{ "size with an 8", "", DD_EPARSE, 124, { { '0', "a", .size = "00000000008" }, END } },
	{ "size of two words", "", DD_EPARSE, 124, { { '0', "a", .size = "1 1" }, END } },
	{ "size with a sign", "", DD_EPARSE, 124, { { '0', "a", .size = "-0000000001" }, END } },
	{ "size negative", "", DD_EPARSE, 124,
	  { { '0', "a", PATCH(124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") }, END } },
	{ "size of 2^63", "", DD_EPARSE, 124, { { '0', "a", PATCH(124, "\x80\0\0\0\x80\0\0\0\0\0\0\0") }, END } },
	{ "size of 2^64 and more", "", DD_EPARSE, 124, { { '0', "a", PATCH(124, "\x80\1" TEN_ZEROS) }, END } },
	{ "size of 2^63 - 1", "file a 9223372036854775807", DD_EPARSE, 1536,
	  { { '0', "a", PATCH(124, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff") }, END } },
	{ "mtime with a letter", "", DD_EPARSE, 136, { { '0', "a", .mtime = "yesterday" }, END } },
	{ "uid with a letter", "", DD_EPARSE, 108, { { '0', "a", .uid = "root" }, END } },
	{ "device number with a letter", "", DD_EPARSE, 329, { { '3', "a", PATCH(329, "x") }, END } },
	{ "device number with a letter, of a file", "file a 0\n", DD_OK, 0, { { '0', "a", PATCH(329, "x") }, END } },
	{ "GNU long name and link", "symlink long -> target 0\nfile a 0\n", DD_OK, 0,
	  { { 'L', "l", BODY("long\0"), GNU }, { 'K', "l", BODY("target\0junk"), GNU }, { '2', "lo", "ta", GNU }, A, END } },
	{ "GNU long name of no bytes", "file a 0\n", DD_OK, 0, { { 'L', "l" }, A, END } },
	{ "GNU long name without an entry", "", DD_EPARSE, 1024, { { 'L', "l", BODY("x") }, END } },
	{ "GNU long name wins over pax path", "file long 0\n", DD_OK, 0, { { 'L', "l", BODY("long\0") }, PAX("path=pax"), A, END } },
};

static const struct row pax_rows[] = {
	{ "path, link, ids", "symlink path -> link 0\nfile a 0\n", DD_OK, 0,
	  { PAX("path=path|linkpath=link|uid=4000000000|mtime=-1.5|comment=c"), { '2', "a", "b" }, A, END } },
	{ "last of equal keys", "file two 0\n", DD_OK, 0, { PAX("path=one|path=two"), A, END } },
	{ "empty value", "file a 0\n", DD_OK, 0, { PAX("path=one|path=|size="), A, END } },
	{ "last of two headers", "file a 0\n", DD_OK, 0, { PAX("path=one"), PAX("comment="), A, END } },
	{ "size", "file a 3 'abc'\nfile a 0\n", DD_OK, 0, { PAX("size=3"), { '0', "a", BODY("abc"), .size = "0" }, A, END } },
	{ "Solaris", "file one 0\n", DD_OK, 0, { { 'X', "x", .pax = "path=one" }, A, END } },
	{ "value with '=' and newline", "file =a\\n= 0\n", DD_OK, 0, { PAX("path==a\n="), A, END } },
	{ "no records", "file a 0\n", DD_OK, 0, { PAX_RAW(""), A, END } },
	{ "global is not applied", "file a 0\nfile b 0\n", DD_OK, 0,
	  { { 'g', "g", .pax = "path=global|size=9999" }, A, { '0', "b" }, END } },
	{ "global is checked", "", DD_EPARSE, 512, { { 'g', "g", BODY("nonsense") }, A, END } },
	{ "global drops what stands before it", "file a 0\n", DD_OK, 0, { PAX("path=b"), { 'g', "g", .pax = "comment=x" }, A, END } },
	{ "global at the end", "file a 0\n", DD_OK, 0, { A, { 'g', "g", .pax = "comment=x" }, END } },
	{ "without an entry", "", DD_EPARSE, 1024, { PAX("path=x") } },
	{ "record too long", "", DD_EPARSE, 512, { PAX_RAW("99 path=abc\n"), A, END } },
	{ "record too short", "", DD_EPARSE, 512, { PAX_RAW("9 path=abc\n"), A, END } },
	{ "record of length 0", "", DD_EPARSE, 512, { PAX_RAW("0 path=abc\n"), A, END } },
	{ "record of its digits and blank", "", DD_EPARSE, 512, { PAX_RAW("2 \npath=abc\n"), A, END } },
	{ "record of a newline", "", DD_EPARSE, 512, { PAX_RAW("3 \npath=abc\n"), A, END } },
	{ "length only", "", DD_EPARSE, 512, { PAX_RAW("12"), A, END } },
	{ "no length", "", DD_EPARSE, 512, { PAX_RAW(" path=abc\n"), A, END } },
	{ "huge length", "", DD_EPARSE, 512, { PAX_RAW("99999999999999999999 path=abc\n"), A, END } },
	{ "negative length", "", DD_EPARSE, 512, { PAX_RAW("-5 path=abc\n"), A, END } },
	{ "second record without '='", "", DD_EPARSE, 524, { PAX_RAW("12 path=abc\n12 pathxabc\n"), A, END } },
	{ "zero bytes behind the records", "", DD_EPARSE, 524, { PAX_RAW("12 path=abc\n\0\0\0"), A, END } },
	{ "without a key", "", DD_EPARSE, 512, { PAX_RAW("7 =abc\n"), A, END } },
	{ "NUL in path", "", DD_EPARSE, 512, { PAX_RAW("12 path=a\0c\n"), A, END } },
	{ "NUL in a key", "", DD_EPARSE, 512, { PAX_RAW("12 pa\0h=abc\n"), A, END } },
	{ "bad size", "", DD_EPARSE, 0, { PAX("size=-1"), A, END } },
	{ "size of 2^63", "", DD_EPARSE, 0, { PAX("size=9223372036854775808"), A, END } },
	{ "bad uid", "", DD_EPARSE, 0, { PAX("uid=1x"), A, END } },
	{ "bad mtime", "", DD_EPARSE, 0, { PAX("mtime=1.x"), A, END } },
};

#define NO_ENTRY TEN_ZEROS TEN_ZEROS "\0\0\0\0"
#define ZEROS_64 "0000000000000000000000000000000000000000000000000000000000000000"
#define ZEROS_512 ZEROS_64 ZEROS_64 ZEROS_64 ZEROS_64 ZEROS_64 ZEROS_64 ZEROS_64 ZEROS_64
#define V0_1(size, blocks, map) PAX("GNU.sparse.size=" size "|GNU.sparse.numblocks=" blocks "|GNU.sparse.map=" map)
#define V1_0(size) PAX("GNU.sparse.major=1|GNU.sparse.minor=0|GNU.sparse.name=n|GNU.sparse.realsize=" size)
static const struct row sparse_rows[] = {
	{ "old GNU", "file s 20 '..abc...........de..'\nfile a 0\n", DD_OK, 0,
	  { { 'S', "s", BODY("abcde"), GNU,
	      PATCH(386, "00000000002\0" "00000000003\0" "00000000020\0" "00000000002\0" "00000000024\0" "00000000000\0"
			 NO_ENTRY "\0" "00000000024") }, A, END } },
	{ "old GNU, all hole", "file s 3 '...'\n", DD_OK, 0, { { 'S', "s", GNU, PATCH(483, "00000000003") }, END } },
	{ "old GNU, no number", "", DD_EPARSE, 0, { { 'S', "s", GNU, PATCH(386, "00000000008") }, END } },
	{ "old GNU, map cut", "", DD_EPARSE, 512, { { 'S', "s", GNU, PATCH(482, "\1" "00000000003") } } },
	{ "star's S", "", DD_EPARSE, 0, { { 'S', "s" }, END } },
	{ "0.0", "file s 6 '.a..bc'\n", DD_OK, 0,
	  { PAX("GNU.sparse.size=6|GNU.sparse.numblocks=2|GNU.sparse.offset=1|GNU.sparse.numbytes=1|GNU.sparse.offset=4|"
		"GNU.sparse.numbytes=2"), ABC("s"), END } },
	{ "0.1", "file s 6 '.a..bc'\n", DD_OK, 0, { V0_1("6", "2", "1,1,4,2"), ABC("s"), END } },
	{ "1.0", "file n 5 '.abc.'\nfile a 0\n", DD_OK, 0,
	  { V1_0("5"), { '0', "s", .map = "2\n1\n3\n5\n0\n", BODY("abc") }, A, END } },
	{ "1.0, all hole", "file n 5 '.....'\n", DD_OK, 0, { V1_0("5"), { '0', "s", .map = "0\n" }, END } },
	{ "unknown version is a file", "file s 3 'abc'\n", DD_OK, 0,
	  { PAX("GNU.sparse.major=2|GNU.sparse.minor=0|GNU.sparse.map=0,1"), ABC("s"), END } },
	{ "overlapping", "", DD_EPARSE, 1536, { V0_1("9", "2", "0,2,1,1"), ABC("s"), END } },
	{ "descending", "", DD_EPARSE, 1536, { V0_1("9", "2", "5,2,1,1"), ABC("s"), END } },
	{ "behind the end", "", DD_EPARSE, 1536, { V0_1("9", "1", "7,3"), ABC("s"), END } },
	{ "overflowing", "", DD_EPARSE, 1536, { V0_1("9", "1", "9223372036854775807,9223372036854775807"), ABC("s"), END } },
	{ "more data than the map", "", DD_EPARSE, 1536, { V0_1("9", "1", "0,2"), ABC("s"), END } },
	{ "less data than the map", "", DD_EPARSE, 1536, { V0_1("9", "1", "0,4"), ABC("s"), END } },
	{ "wrong number of segments", "", DD_EPARSE, 1536, { V0_1("9", "2", "0,3"), ABC("s"), END } },
	{ "odd map", "", DD_EPARSE, 1536, { V0_1("9", "1", "0,3,4"), ABC("s"), END } },
	{ "length before offset", "", DD_EPARSE, 538,
	  { PAX("GNU.sparse.numblocks=1|GNU.sparse.numbytes=1|GNU.sparse.offset=1"), ABC("s"), END } },
	{ "offset without length", "", DD_EPARSE, 512, { PAX("GNU.sparse.offset=1"), ABC("s"), END } },
	{ "1.0, no map", "", DD_EPARSE, 1536, { V1_0("3"), ABC("s"), END } },
	{ "1.0, map ends early", "", DD_EPARSE, 1543, { V1_0("3"), { '0', "s", .map = "99\n1\n3\n" }, END } },
	{ "1.0, map longer than the entry", "", DD_EPARSE, 2048, { V1_0("3"), { '0', "s", .map = ZEROS_512 }, END } },
	{ "1.0, no digits", "", DD_EPARSE, 1538, { V1_0("3"), { '0', "s", .map = "1\n\n" }, END } },
	{ "1.0, number of 2^63", "", DD_EPARSE, 1556, { V1_0("3"), { '0', "s", .map = "1\n9223372036854775808\n" }, END } },
	{ "1.0, too many segments", "limit at 1542\n", DD_EPARSE, 2048, { V1_0("3"), { '0', "s", .map = "262145\n" }, END } },
};
/* clang-format on */

static const size_t block_sizes[] = { 1, 7, 511, 512, 513, 4096, SIZE_MAX };

static void check_row(const struct row *r, size_t block_bytes, bool read)
{
	DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
	struct dd_err err = { .at = 0 };
	put_parts(&archive, r->parts, PARTS_MAX);
	enum dd_code code = print_archive(dd_buf_str(&archive), block_bytes, read, &out, &err);
	CHECK_INT_ROW(code, r->code, r->name);
	if (read)
		CHECK_STR_ROW(dd_buf_str(&out), r->want, r->name);
	/* content that is skipped is known to be cut only with the next entry, further on */
	if (r->code != DD_OK)
		CHECK_INT_ROW(err.at, r->at, r->name);
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < DD_COUNT(block_sizes); j++) {
			check_row(&rows[i], block_sizes[j], true);
			check_row(&rows[i], block_sizes[j], false);
		}
}

TEST(tar_headers)
{
	check_rows(block_rows, DD_COUNT(block_rows));
}

TEST(tar_pax_records)
{
	check_rows(pax_rows, DD_COUNT(pax_rows));
}

TEST(tar_sparse_maps)
{
	check_rows(sparse_rows, DD_COUNT(sparse_rows));
}

/* Of an archive that is cut the entries before the cut are the same, then comes an error, or the end at a block's
 * boundary or in padding. */
TEST(tar_cut_at_every_byte)
{
	static const struct part parts[] = {
		PAX("path=long|SCHILY.xattr.user.a=b"),
		ABC("a"),
		{ 'L', "l", BODY("name\0") },
		{ '2', "n", "t" },
		V1_0("5"),
		{ '0', "s", .map = "2\n1\n3\n5\n0\n", BODY("abc") },
		END,
	};
	DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(DD_MIB), whole = DD_BUF_INIT(DD_MIB);
	size_t accepted = 0;
	put_parts(&archive, parts, DD_COUNT(parts));
	CHECK(print_archive(dd_buf_str(&archive), 100, true, &whole, NULL) == DD_OK);
	for (size_t n = 0; n < archive.n; n++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		struct dd_err err = { 0 };
		enum dd_code code = print_archive(dd_str_take(dd_buf_str(&archive), n), 100, true, &out, &err);
		CHECK(code == DD_OK || (code == DD_EPARSE && err.at <= n));
		CHECK(dd_str_starts(dd_buf_str(&whole), dd_buf_str(&out)));
		accepted += code == DD_OK;
	}
	/* the start; behind the first entry's three bytes up to its block's end; behind the link; the third one's
	 * bytes; one zero block */
	CHECK_INT(accepted, 1 + (512 - 3 + 1) + 1 + (512 - 3 + 1) + 1);
}

/* Every changed bit is found by the checksum or is in content. */
TEST(tar_with_every_header_bit_changed)
{
	static const struct part parts[] = { { '0', "name", "link", BODY("abc") }, END };
	DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(DD_MIB);
	put_parts(&archive, parts, DD_COUNT(parts));
	for (size_t bit = 0; bit < (size_t)BLOCK * 8; bit++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		bool in_checksum = bit / 8 >= 148 && bit / 8 < 156;
		archive.p[bit / 8] = (char)(archive.p[bit / 8] ^ 1 << bit % 8);
		if (!in_checksum)
			CHECK(print_archive(dd_buf_str(&archive), SIZE_MAX, true, &out, NULL) == DD_EPARSE);
		archive.p[bit / 8] = (char)(archive.p[bit / 8] ^ 1 << bit % 8);
	}
}

TEST(tar_entry_fields)
{
	static const struct part parts[] = {
		PAX("uid=4294967296|gid=-2|mtime=-1.5|SCHILY.xattr.user.a=1|SCHILY.xattr.user.b=x=\n|SCHILY.xattr.user."
		    "a=2|"
		    "LIBARCHIVE.xattr.user.c=Yw"),
		{ '3', "dev",
		  PATCH(329, "0000001\0"
			     "0000003\0") },
		{ '0', "old", .uid = "\xff\xff\xff\xff\xff\xff\xff\xfe",
		  .mtime = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", GNU, PATCH(100, "0104755\0") },
		END,
	};
	DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(DD_MIB);
	DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *t = NULL;
	struct dd_tar_entry e = { 0 };
	put_parts(&archive, parts, DD_COUNT(parts));
	CHECK(dd_tar_detect(dd_buf_str(&archive)));
	CHECK(dd_stream_memory(dd_buf_str(&archive), 100, &s, NULL) == DD_OK && dd_tar_new(s, &t, NULL) == DD_OK);
	CHECK(dd_tar_next(t, &e, NULL) == DD_OK && e.type == DD_TAR_CHAR && e.typeflag == '3');
	CHECK(e.uid == UINT64_C(4294967296) && e.gid == 4294967294 && e.mtime == -2 && e.mode == 0644);
	CHECK(e.dev_major == 1 && e.dev_minor == 3 && e.offset == 0 && !e.sparse);
	CHECK_INT(e.n_xattrs, 2);
	CHECK_STR(e.xattrs[0].name, "user.a");
	CHECK_STR(e.xattrs[0].value, "2");
	CHECK_STR(e.xattrs[1].value, "x=\n");
	CHECK(dd_tar_next(t, &e, NULL) == DD_OK && e.type == DD_TAR_FILE && e.n_xattrs == 0);
	CHECK(e.uid == 4294967294 && e.gid == 0144 && e.mtime == -1 && e.mode == 04755 && e.offset == 1536);
	CHECK(dd_tar_next(t, &e, NULL) == DD_OK && e.type == DD_TAR_END);
}

/* A path or link that is too long costs its entry, not the archive. */
TEST(tar_path_too_long)
{
	static char text[DD_PATH_MAX + 3];
	memset(text, 'p', sizeof text);
	for (size_t n = DD_PATH_MAX - 1; n <= DD_PATH_MAX + 2; n++) {
		static const char flags[] = "LK";
		const char *want = n > DD_PATH_MAX ? "limit at 0\nfile a 0\n" : NULL;
		for (const char *flag = flags; *flag; flag++) {
			DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(DD_MIB), out = DD_BUF_INIT(DD_MIB);
			struct part parts[] = {
				{ *flag, "l", .body = { text, n } }, { '2', "a", "t", .size = "3" }, A, END
			};
			put_parts(&archive, parts, DD_COUNT(parts));
			CHECK(print_archive(dd_buf_str(&archive), 4096, false, &out, NULL) == DD_OK);
			if (want)
				CHECK_STR(dd_buf_str(&out), want);
			else
				CHECK(dd_str_search(dd_buf_str(&out), DD_STR("limit")) == out.n);
		}
	}
	DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(DD_MIB), record = DD_BUF_INIT(DD_MIB),
				     out = DD_BUF_INIT(DD_MIB);
	(void)dd_buf_addf(&record, "path=%.*s", (int)DD_PATH_MAX + 1, text);
	struct part parts[] = { PAX(dd_buf_c(&record)), ABC("x"), A, END };
	put_parts(&archive, parts, DD_COUNT(parts));
	CHECK(print_archive(dd_buf_str(&archive), 4096, false, &out, NULL) == DD_OK);
	CHECK_STR(dd_buf_str(&out), "limit at 0\nfile a 0\n");
}

static enum dd_code print_pax(struct dd_str body, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(3 * DD_MIB), out = DD_BUF_INIT(DD_MIB);
	struct part parts[] = { { 'x', "x", .body = body }, A, END };
	put_parts(&archive, parts, DD_COUNT(parts));
	enum dd_code code = print_archive(dd_buf_str(&archive), 4096, false, &out, err);
	/* the limits of pax headers end the reading: the second try is refused for good */
	return code == DD_EPARSE && dd_str_starts(dd_buf_str(&out), DD_STR("limit")) ? DD_ELIMIT : code;
}

TEST(tar_pax_limits)
{
	DD_CLEANUP_BUF struct dd_buf body = DD_BUF_INIT(2 * DD_MIB);
	for (size_t i = 0; i <= DD_PAX_RECORDS_MAX; i++) {
		CHECK_INT(print_pax(dd_buf_str(&body), NULL), DD_OK);
		i += 1023; /* asks at 0, 1024, … */
		for (size_t j = 0; j < 1024; j++)
			(void)dd_buf_add_c(&body, "6 a=b\n");
	}
	CHECK_INT(print_pax(dd_buf_str(&body), NULL), DD_ELIMIT);
	dd_buf_clear(&body);
	for (unsigned i = 0; i <= DD_XATTRS_MAX; i++)
		(void)dd_buf_addf(&body, "24 SCHILY.xattr.u.%03u=b\n", i);
	CHECK_INT(print_pax(dd_str_take(dd_buf_str(&body), DD_XATTRS_MAX * 24), NULL), DD_OK);
	CHECK_INT(print_pax(dd_buf_str(&body), NULL), DD_ELIMIT);
	for (size_t over = 0; over < 2; over++) {
		dd_buf_clear(&body);
		(void)dd_buf_addf(&body, "%zu comment=", (size_t)DD_PAX_BYTES_MAX + over);
		while (body.n < DD_PAX_BYTES_MAX + over - 1)
			(void)dd_buf_add_char(&body, 'c');
		(void)dd_buf_add_char(&body, '\n');
		CHECK_INT(print_pax(dd_buf_str(&body), NULL), over ? DD_ELIMIT : DD_OK);
	}
}

TEST(tar_detects_headers)
{
	static const struct part good = { '0', "a" }, v7 = { '\0', "a", V7 }, bad = { '0', "a", .sum = SUM_WRONG };
	static const char zeros[BLOCK];
	DD_CLEANUP_BUF struct dd_buf a = DD_BUF_INIT(DD_MIB), b = DD_BUF_INIT(DD_MIB), c = DD_BUF_INIT(DD_MIB);
	put_part(&a, &good);
	put_part(&b, &v7);
	put_part(&c, &bad);
	CHECK(dd_tar_detect(dd_buf_str(&a)) && dd_tar_detect(dd_buf_str(&b)) && !dd_tar_detect(dd_buf_str(&c)));
	CHECK(!dd_tar_detect(dd_str_take(dd_buf_str(&a), BLOCK - 1)) && !dd_tar_detect(DD_STR("")));
	CHECK(!dd_tar_detect((struct dd_str){ zeros, BLOCK }));
}

TEST(tar_without_memory)
{
	static const struct part parts[] = { PAX("path=p|SCHILY.xattr.a=b|GNU.sparse.numblocks=1|GNU.sparse.map=0,3"),
					     ABC("s"),
					     { 'L', "l", BODY("name") },
					     A,
					     END };
	DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(DD_MIB);
	put_parts(&archive, parts, DD_COUNT(parts));
	for (uint64_t nth = 1;; nth++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		(void)dd_buf_reserve(&out, 1000);
		dd_alloc_fail_from(nth);
		enum dd_code code = print_archive(dd_buf_str(&archive), 100, false, &out, NULL);
		dd_alloc_fail_from(0);
		if (code == DD_OK)
			break;
		CHECK_INT(code, DD_ENOMEM);
		CHECK(nth < 50);
		if (nth >= 50)
			break;
	}
}

/* Entries without content cost no allocation. */
TEST(tar_headers_allocate_nothing)
{
	static const struct part entry = { '0', "some/path" };
	DD_CLEANUP_BUF struct dd_buf archive = DD_BUF_INIT(DD_MIB);
	DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *t = NULL;
	struct dd_tar_entry e = { 0 };
	for (int i = 0; i < 1000; i++)
		put_part(&archive, &entry);
	CHECK(dd_stream_memory(dd_buf_str(&archive), 4096, &s, NULL) == DD_OK && dd_tar_new(s, &t, NULL) == DD_OK);
	dd_alloc_fail_from(0);
	size_t n = 0;
	while (dd_tar_next(t, &e, NULL) == DD_OK && e.type != DD_TAR_END)
		n++;
	CHECK_INT(n, 1000);
	CHECK_INT(dd_alloc_count(), 0);
}
