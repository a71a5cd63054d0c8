/* SPDX-License-Identifier: Apache-2.0 */
/* Objects come with the size that they say, twice the same; what they give is held by the budget. */
#include "base/err.h"
#include "format/git_pack.h"

static enum dd_code see(void *ctx, const struct dd_git_object *o, struct dd_stream *content, struct dd_err *err)
{
	uint64_t n;
	struct dd_str block, mode, name, id;
	bool bad = false;
	(void)err;
	++*(uint64_t *)ctx;
	if (o->type == DD_GIT_TREE && dd_stream_next(content, &block, NULL) == DD_OK)
		while (dd_git_tree_next(&block, o->id.n, &mode, &name, &id, &bad))
			dd_assert(id.n == o->id.n);
	else if (dd_stream_drain(content, &n, NULL) == DD_OK)
		dd_assert(n == o->size);
	return DD_OK;
}

static enum dd_code tell(void *ctx, const struct dd_err *why, struct dd_err *err)
{
	(void)ctx, (void)err;
	dd_assert(why->code == DD_EPARSE || why->code == DD_ELIMIT);
	return DD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP(dd_git_pack_freep) struct dd_git_pack *p = NULL;
	uint64_t left = 4 << 20, seen = 0, at;
	const struct dd_git_visitor visitor = { &seen, see, tell };
	if (dd_git_pack_open((struct dd_str){ (const char *)data, size }, &left, &p, NULL) != DD_OK)
		return 0;
	for (int type = DD_GIT_COMMIT; type <= DD_GIT_TAG; type++)
		(void)dd_git_pack_each(p, (enum dd_git_type)type, &visitor, NULL);
	dd_assert(left <= 4 << 20 && seen <= dd_git_pack_objects(p));
	dd_assert(dd_git_pack_unreached(p, &at) <= dd_git_pack_objects(p));
	return 0;
}
