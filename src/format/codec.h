/* SPDX-License-Identifier: Apache-2.0 */
/* What decompress.c asks of one compression: internal to format/. A codec sees its input as views of any size and
 * keeps what it needs of them; it knows neither limits nor offsets, which are the same for all of them. */
#ifndef DD_CODEC_H
#define DD_CODEC_H

#include "base/err.h"
#include "base/str.h"

enum dd_codec_state {
	DD_CODEC_INSIDE,  /* in a member or frame: the end of input here is a cut */
	DD_CODEC_BETWEEN, /* behind a whole member or frame */
};

struct dd_codec_step {
	struct dd_str in; /* the codec moves it on by what it consumed */
	char *out;
	size_t cap;
	size_t n;		   /* set by the codec: bytes written to out */
	enum dd_codec_state state; /* set by the codec: where it stands after the step */
};

struct dd_codec {
	/* Is `first` a byte that can begin a further member or frame? */
	bool (*begins)(unsigned char first);
	/* Consumes input or gives output or both; neither only when it needs more input. Stops behind each member.
	 * err->at is not set: the caller knows where the input stands. */
	enum dd_code (*step)(struct dd_codec *c, struct dd_codec_step *s, struct dd_err *err);
	void (*free)(struct dd_codec *c);
};

enum dd_code dd_gzip_new(struct dd_codec **ret, struct dd_err *err);
enum dd_code dd_zstd_new(struct dd_codec **ret, struct dd_err *err);
enum dd_code dd_xz_new(struct dd_codec **ret, struct dd_err *err);
enum dd_code dd_bzip2_new(struct dd_codec **ret, struct dd_err *err);

#endif
