/* SPDX-License-Identifier: Apache-2.0 */
/* A stack of texts: the outermost, what was wrapped in it, what was wrapped in that. Each text is searched for one
 * coding after the other; a piece that is found becomes the next text on the stack and is handed out. Work is bounded
 * by the budget: every decoded byte is charged, and each is searched a fixed number of times. */
#include "secret/decode.h"

#include "base/alloc.h"
#include "format/decompress.h"
#include "format/zlib_bytes.h"
#include "secret/decode_parts.h"

static const struct coding {
	const char *name;
	dd_coding_find *find;
	dd_coding_read *read;
	dd_escape_step *step; /* NULL: the wrapped text is one whole */
} codings[DD_CODING_COUNT] = {
	[DD_CODING_BASE64] = { "base64", dd_base64_find, dd_base64_read, NULL },
	[DD_CODING_HEX] = { "hex", dd_hex_find, dd_hex_read, NULL },
	[DD_CODING_PERCENT] = { "percent", dd_percent_find, dd_percent_read, dd_percent_step },
	[DD_CODING_BACKSLASH] = { "backslash", dd_backslash_find, dd_backslash_read, dd_backslash_step },
	[DD_CODING_HTML] = { "html", dd_html_find, dd_html_read, dd_html_step },
};

enum {
	TEXT_MIN = 12,		 /* decoded text shorter than this holds no secret that plain search would not find */
	INFLATE_RATIO_MAX = 100, /* text gives less; more is a bomb or holds nothing */
};

struct level {
	struct dd_str text;
	struct dd_buf buf; /* what text is in; unused of the outermost */
	unsigned coding;   /* that is looked for now; DD_CODING_COUNT: this text is done */
	size_t at;
	size_t from, n; /* the wrapped text in the level before */
	char name[96];	/* all codings up to here */
};

struct dd_secret_decoder {
	struct level levels[DD_DECODE_DEPTH_MAX + 1];
	unsigned depth;
	int first; /* coding of level 1 */
	uint64_t budget;
	bool exhausted, nomem;
};

struct dd_secret_decoder *dd_secret_decoder_new(void)
{
	struct dd_secret_decoder *d = dd_alloc_zero(1, sizeof *d);
	if (!d)
		return NULL;
	for (size_t i = 0; i < DD_COUNT(d->levels); i++)
		d->levels[i].buf = DD_BUF_INIT(DD_DECODE_PIECE_BYTES_MAX);
	d->budget = DD_DECODE_BUDGET_BYTES;
	return d;
}

void dd_secret_decoder_freep(struct dd_secret_decoder **d)
{
	if (*d)
		for (size_t i = 0; i < DD_COUNT((*d)->levels); i++)
			dd_buf_done(&(*d)->levels[i].buf);
	dd_freep(d);
}

void dd_secret_decoder_budget(struct dd_secret_decoder *d, uint64_t bytes)
{
	d->budget = bytes;
	d->exhausted = d->nomem = false;
}

bool dd_secret_decoder_exhausted(const struct dd_secret_decoder *d)
{
	return d->exhausted;
}

bool dd_secret_decoder_nomem(const struct dd_secret_decoder *d)
{
	return d->nomem;
}

void dd_secret_decoder_open(struct dd_secret_decoder *d, struct dd_str text)
{
	d->depth = 0;
	d->levels[0].text = text;
	d->levels[0].coding = 0;
	d->levels[0].at = 0;
}

enum dd_utf16 dd_secret_utf16_detect(struct dd_str head)
{
	if (head.n < 4)
		return DD_UTF16_NO;
	if (memcmp(head.p, "\xff\xfe", 2) == 0)
		return head.p[2] || head.p[3] ? DD_UTF16_LE : DD_UTF16_NO; /* else UTF-32 */
	if (memcmp(head.p, "\xfe\xff", 2) == 0)
		return DD_UTF16_BE;
	size_t pairs = head.n / 2 < 64 ? head.n / 2 : 64, even = 0, odd = 0;
	for (size_t i = 0; i < pairs; i++) {
		char a = head.p[2 * i], b = head.p[2 * i + 1];
		even += a == 0 && b >= ' ' && b < 0x7f;
		odd += b == 0 && (a == '\r' || a == '\n' || a == '\t' || (a >= ' ' && a < 0x7f));
	}
	if (pairs >= 4 && 4 * odd >= 3 * pairs)
		return DD_UTF16_LE;
	return pairs >= 4 && 4 * even >= 3 * pairs ? DD_UTF16_BE : DD_UTF16_NO;
}

static uint32_t utf16_unit(struct dd_str s, size_t at, enum dd_utf16 order)
{
	uint32_t a = (unsigned char)s.p[at], b = (unsigned char)s.p[at + 1];
	return order == DD_UTF16_LE ? b << 8 | a : a << 8 | b;
}

void dd_secret_utf16_to_utf8(struct dd_str s, enum dd_utf16 order, struct dd_buf *out)
{
	size_t i = s.n >= 2 && utf16_unit(s, 0, order) == 0xfeff ? 2 : 0;
	while (i + 1 < s.n) {
		uint32_t c = utf16_unit(s, i, order);
		i += 2;
		if (c >= 0xd800 && c < 0xdc00 && i + 1 < s.n) {
			uint32_t low = utf16_unit(s, i, order);
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		char bytes[4];
		size_t n = dd_utf8_put(c, bytes);
		if (!n) {
			bytes[0] = '?';
			n = 1;
		}
		if (out->max - out->n < n)
			return;
		(void)dd_buf_add(out, bytes, n);
	}
}

/* What base64 stood for may be packed once more: buf is replaced by what is in it, and named. Damaged streams give what
 * could be read. False: memory is out. */
static bool unpack(struct level *to)
{
	struct dd_str s = dd_buf_str(&to->buf);
	enum dd_utf16 order = dd_secret_utf16_detect(s);
	bool gzip = dd_compression_detect(s) == DD_COMPRESSION_GZIP;
	bool zlib =
		s.n > 2 && s.p[0] == 0x78 && ((unsigned)(unsigned char)s.p[0] * 256 + (unsigned char)s.p[1]) % 31 == 0;
	if (order == DD_UTF16_NO && !gzip && !zlib)
		return true;
	size_t most = s.n < DD_DECODE_PIECE_BYTES_MAX / INFLATE_RATIO_MAX ? s.n * INFLATE_RATIO_MAX + 4096
									  : (size_t)DD_DECODE_PIECE_BYTES_MAX;
	struct dd_buf out = DD_BUF_INIT(most);
	struct dd_err err;
	size_t used;
	enum dd_code code = DD_OK;
	if (gzip)
		code = dd_gzip_member(s, &out, &used, &err);
	else if (order == DD_UTF16_NO)
		code = dd_zlib_inflate(s, &out, &used, &err);
	else
		dd_secret_utf16_to_utf8(s, order, &out);
	if (code == DD_ENOMEM) {
		dd_buf_done(&out);
		return false;
	}
	if (zlib && code != DD_OK && dd_text_prefix(s) >= TEXT_MIN) { /* text that starts with "x " by chance */
		dd_buf_done(&out);
		return true;
	}
	size_t n = strlen(to->name);
	(void)snprintf(to->name + n, sizeof to->name - n, ", %s", gzip ? "gzip" : order ? "utf-16" : "zlib");
	dd_buf_done(&to->buf);
	to->buf = out;
	to->buf.max = DD_DECODE_PIECE_BYTES_MAX;
	to->buf.failed = false;
	return true;
}

/* Decodes the wrapped text [from, from + n) of the top level into the next one; false: noise, or no budget. */
static bool push(struct dd_secret_decoder *d, size_t from, size_t n)
{
	struct level *top = &d->levels[d->depth], *to = top + 1;
	const struct coding *coding = &codings[top->coding];
	if (!d->budget) {
		d->exhausted = true;
		return false;
	}
	dd_buf_clear(&to->buf);
	to->buf.failed = false;
	bool read = coding->read(dd_str_take(dd_str_skip(top->text, from), n), &to->buf);
	d->budget -= to->buf.n < d->budget ? to->buf.n : d->budget;
	(void)snprintf(to->name, sizeof to->name, "%s%s%s", d->depth ? top->name : "", d->depth ? ", " : "",
		       coding->name);
	if (to->buf.failed || (read && !coding->step && !unpack(to))) {
		d->nomem = true;
		return false;
	}
	to->text = dd_buf_str(&to->buf);
	if (!coding->step)
		to->text = dd_str_take(to->text, dd_text_prefix(to->text));
	if (!read || to->text.n < TEXT_MIN)
		return false;
	d->budget -= to->buf.n < d->budget ? to->buf.n : d->budget;
	to->from = from;
	to->n = n;
	to->at = 0;
	to->coding = d->depth + 1 < DD_DECODE_DEPTH_MAX ? 0 : DD_CODING_COUNT;
	if (!d->depth)
		d->first = (int)top->coding;
	d->depth++;
	return true;
}

static void describe(const struct dd_secret_decoder *d, struct dd_secret_piece *ret)
{
	const struct level *top = &d->levels[d->depth], *first = &d->levels[1];
	*ret = (struct dd_secret_piece){
		.text = top->text,
		.coding = dd_str_from(top->name),
		.at = first->from,
		.n = first->n,
		.outer = d->levels[0].text,
		.first = d->first,
		.inner_at = d->depth > 1 ? d->levels[2].from : 0,
		.inner_n = d->depth > 1 ? d->levels[2].n : 0,
	};
}

bool dd_secret_decoder_next(struct dd_secret_decoder *d, struct dd_secret_piece *ret)
{
	for (;;) {
		struct level *top = &d->levels[d->depth];
		size_t from, to;
		if (d->nomem || (d->exhausted && !d->budget))
			return false;
		if (top->coding >= DD_CODING_COUNT) {
			if (!d->depth)
				return false;
			d->depth--;
			continue;
		}
		if (!codings[top->coding].find(top->text, &top->at, &from, &to)) {
			top->coding++;
			top->at = 0;
			continue;
		}
		if (push(d, from, to - from)) {
			describe(d, ret);
			return true;
		}
	}
}

void dd_secret_piece_where(const struct dd_secret_piece *p, size_t at, size_t n, size_t *ret_at, size_t *ret_n)
{
	dd_escape_step *step = codings[p->first].step;
	*ret_at = p->at;
	*ret_n = p->n;
	if (!step)
		return;
	size_t from = p->inner_n ? p->inner_at : at, to = from + (p->inner_n ? p->inner_n : n);
	struct dd_str wrapped = dd_str_take(dd_str_skip(p->outer, p->at), p->n);
	size_t i = 0, made = 0, begin = SIZE_MAX;
	while (i < wrapped.n && made < to) {
		char out[4];
		size_t used, wrote = step(dd_str_skip(wrapped, i), out, &used);
		if (begin == SIZE_MAX && made + wrote > from)
			begin = i;
		made += wrote;
		i += used;
	}
	if (begin == SIZE_MAX)
		return;
	*ret_at = p->at + begin;
	*ret_n = i - begin;
}
