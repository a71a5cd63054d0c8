/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan_sbom.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/content.h"
#include "base/io.h"
#include "base/limits.h"
#include "image/target.h"
#include "sbom/sbom.h"

static bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* A plain path may be anything; only a regular file that begins like a document of ours is looked at further. */
static bool begins_like_one(const char *path)
{
	char head[DD_SBOM_HEAD_BYTES];
	struct stat st;
	size_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool regular = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	bool maybe = regular && dd_pread_full(fd, head, sizeof head, 0, &n, NULL) == DD_OK &&
		     dd_sbom_maybe((struct dd_str){ head, n });
	dd_closep(&fd);
	return maybe;
}

static enum dd_code read_file(const char *path, struct dd_str target, bool named, bool *ret_is,
			      struct dd_inventory *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file m = { .base = NULL };
	DD_TRY(dd_map_file_open(&m, path, DD_SBOM_BYTES_MAX, err));
	*ret_is = named || dd_sbom_sniff(m.bytes) != DD_SBOM_NONE;
	return *ret_is ? dd_sbom_read(m.bytes, target, ret, err) : DD_OK;
}

/* Standard input cannot be mapped when it is a pipe: it is gathered, on disk where it is large. */
static enum dd_code read_stdin(const struct dd_image_request *req, struct dd_inventory *ret, struct dd_err *err)
{
	struct dd_content c;
	struct dd_stream *in = NULL;
	struct dd_str block = { 0 }, doc;
	uint64_t total = 0;
	dd_content_init(&c, req->spool_dir);
	enum dd_code code = dd_stream_fd(req->stdin_fd, 0, UINT64_MAX, &in, err);
	while (code == DD_OK && (code = dd_stream_next(in, &block, err)) == DD_OK && block.n) {
		total += block.n;
		code = total > DD_SBOM_BYTES_MAX
			       ? dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "standard input: more than %llu bytes",
					 (unsigned long long)DD_SBOM_BYTES_MAX)
			       : dd_content_add(&c, block, err);
	}
	if (code == DD_OK)
		code = dd_content_get(&c, &doc, err);
	if (code == DD_OK)
		code = dd_sbom_read(doc, dd_str_from(req->target), ret, err);
	dd_stream_freep(&in);
	dd_content_done(&c);
	return code;
}

enum dd_code dd_scan_sbom(const struct dd_image_request *req, bool *ret_is, struct dd_inventory *ret,
			  struct dd_err *err)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_target_spec spec;
	struct dd_str target = dd_str_from(req->target);
	enum dd_code code = dd_target_parse(target, path_exists, &a, &spec, err);
	*ret_is = false;
	if (code == DD_OK && spec.place == DD_PLACE_SBOM) {
		*ret_is = true;
		/* "sbom:FILE:" has nothing to choose from behind the colon. */
		if (spec.selector.n)
			code = dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: no such file", DD_QUOTE(target));
		else if (strcmp(spec.path, "-") == 0)
			code = read_stdin(req, ret, err);
		else
			code = read_file(spec.path, target, true, ret_is, ret, err);
		if (code == DD_ENOTFOUND)
			code = err->code = DD_EARG;
	} else if (code == DD_OK && spec.place == DD_PLACE_AUTO && spec.selector.n == 0 && !req->any_file &&
		   begins_like_one(spec.path)) {
		code = read_file(spec.path, target, false, ret_is, ret, err);
	}
	dd_arena_done(&a);
	return code;
}
