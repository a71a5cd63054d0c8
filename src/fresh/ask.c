/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/ask.h"

#include <unistd.h>

#include "base/limits.h"
#include "base/stream.h"
#include "format/decompress.h"
#include "net/handoff.h"

static bool set(char *to, size_t size, struct dd_str s)
{
	if (s.n >= size || (s.n && memchr(s.p, 0, s.n)))
		return false;
	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = 0;
	return true;
}

enum dd_code dd_fresh_ask(int channel, uint32_t id, enum dd_fresh_service service, struct dd_str name,
			  struct dd_str part, struct dd_err *err)
{
	struct dd_fresh_query q = { .id = id, .service = (uint32_t)service };
	if (!set(q.name, sizeof q.name, name) || !set(q.part, sizeof q.part, part))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no name that a registry takes", DD_QUOTE(name));
	return dd_handoff_send(channel, &q, sizeof q, -1)
		       ? DD_OK
		       : dd_fail(err, DD_EIO, DD_NO_OFFSET, "the process that asks upstreams is gone");
}

enum dd_code dd_fresh_hear(int channel, struct dd_fresh_heard *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = -1;
	*ret = (struct dd_fresh_heard){ 0 };
	if (!dd_handoff_receive(channel, &ret->reply, sizeof ret->reply, &fd))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the process that asks upstreams is gone");
	struct dd_fresh_reply *r = &ret->reply;
	r->origin[sizeof r->origin - 1] = r->text[sizeof r->text - 1] = 0;
	if (r->code != DD_OK)
		return DD_OK;
	struct dd_err why;
	if (fd < 0)
		(void)dd_fail(&why, DD_EIO, DD_NO_OFFSET, "no document came");
	if (fd < 0 || dd_map_file_fd(&ret->file, fd, DD_FRESH_DOCUMENT_MAX, "answer", &why) != DD_OK) {
		r->code = DD_EIO;
		memcpy(r->text, why.message, sizeof r->text);
	}
	return DD_OK;
}

void dd_fresh_heard_done(struct dd_fresh_heard *h)
{
	dd_map_file_done(&h->file);
}

enum dd_code dd_fresh_unpack(struct dd_str bytes, uint64_t max, struct dd_buf *out, struct dd_str *ret,
			     struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *packed = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
	if (dd_compression_detect(dd_str_take(bytes, 8)) == DD_COMPRESSION_NONE) {
		*ret = bytes;
		return DD_OK;
	}
	DD_TRY(dd_stream_memory(bytes, DD_STREAM_BLOCK_BYTES, &packed, err));
	DD_TRY(dd_stream_decompress(packed, max, &s, err));
	for (struct dd_str block;;) {
		DD_TRY(dd_stream_next(s, &block, err));
		if (!block.n)
			break;
		DD_TRY(dd_buf_add_str(out, block) == DD_OK ? DD_OK : dd_buf_check(out, "the document", err));
	}
	*ret = dd_buf_str(out);
	return DD_OK;
}
