/* SPDX-License-Identifier: Apache-2.0 */
/* Text that is wrapped inside of text: base64 (RFC 4648 §4 and §5, in lines or not, padded or not), hexadecimal,
 * percent escapes, backslash escapes, HTML character references; gzip, zlib and UTF-16 inside of base64; each inside of
 * the others, to a depth. What decodes to noise is not handed out.
 * Base64 and hexadecimal are found as runs of their characters. Escapes are replaced in their whole line, so that the
 * name beside a value stays beside it, and only where one stands in or before something long enough for a secret. */
#ifndef DD_SECRET_DECODE_H
#define DD_SECRET_DECODE_H

#include "base/buf.h"

enum {
	DD_DECODE_DEPTH_MAX = 4,
	DD_DECODE_PIECE_BYTES_MAX = 1 << 20, /* of one piece; longer runs come in pieces that overlap */
	DD_DECODE_OVERLAP_BYTES = 8 << 10,
	DD_DECODE_BUDGET_BYTES = 64 << 20, /* a good budget for one file */
};

struct dd_secret_piece {
	struct dd_str text;   /* decoded; good until the next call, as is coding */
	struct dd_str coding; /* from the outside in: "base64, gzip" */
	size_t at, n;	      /* the wrapped text in the outermost one */
	/* Of dd_secret_piece_where. */
	struct dd_str outer;
	int first;	 /* coding at level 1 */
	size_t inner_at; /* the wrapped text of level 2 in that of level 1 */
	size_t inner_n;	 /* 0: the piece is of level 1 */
};

struct dd_secret_decoder;
/* NULL: no memory. */
struct dd_secret_decoder *dd_secret_decoder_new(void);
void dd_secret_decoder_freep(struct dd_secret_decoder **d);
/* A new file: so many bytes may be decoded of it, all pieces of all its texts together. */
void dd_secret_decoder_budget(struct dd_secret_decoder *d, uint64_t bytes);
/* text (borrowed) is read until the walk ends; a file may come as several texts that overlap. */
void dd_secret_decoder_open(struct dd_secret_decoder *d, struct dd_str text);
/* A piece and then what is wrapped in it; not in the order of the text. False: there are no more, or the budget is used
 * up, or memory is out. */
bool dd_secret_decoder_next(struct dd_secret_decoder *d, struct dd_secret_piece *ret);
/* Something was left out because the budget was used up; stays until the next budget. */
bool dd_secret_decoder_exhausted(const struct dd_secret_decoder *d);
bool dd_secret_decoder_nomem(const struct dd_secret_decoder *d);

/* Where bytes [at, at + n) of the piece's text stand in the outermost text: exactly for escapes, else the wrapped text
 * as a whole. What plain search found there too is the same thing. */
void dd_secret_piece_where(const struct dd_secret_piece *p, size_t at, size_t n, size_t *ret_at, size_t *ret_n);

/* Is this UTF-16? By its byte order mark, or by zeros in every second byte of (at most) the first 64 characters. */
enum dd_utf16 { DD_UTF16_NO, DD_UTF16_LE, DD_UTF16_BE };
enum dd_utf16 dd_secret_utf16_detect(struct dd_str head);
/* Appends as UTF-8 until out is full; what is no character becomes "?"; an odd byte at the end is left out. */
void dd_secret_utf16_to_utf8(struct dd_str bytes, enum dd_utf16 order, struct dd_buf *out);

#endif
