/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a template, over data that are a tree of one list in itself: names of one letter are members. */
#include "format/mustache.h"

#include "base/limits.h"

static void root(const void *ctx, struct dd_mustache_node *ret)
{
	(void)ctx;
	ret->bytes[0] = 'o';
}

static bool member(const void *ctx, const struct dd_mustache_node *of, struct dd_str name, struct dd_mustache_node *ret)
{
	(void)ctx;
	if (of->bytes[0] != 'o' || name.n != 1)
		return false;
	ret->bytes[0] = (unsigned char)name.p[0];
	return true;
}

static enum dd_mustache_kind kind(const void *ctx, const struct dd_mustache_node *node)
{
	(void)ctx;
	return node->bytes[0] == 'l' ? DD_MUSTACHE_LIST : node->bytes[0] == 'n' ? DD_MUSTACHE_FALSE : DD_MUSTACHE_TRUE;
}

static void text(const void *ctx, const struct dd_mustache_node *node, struct dd_buf *out)
{
	(void)ctx;
	(void)dd_buf_addf(out, "<%c\x1b\xff>", node->bytes[0]);
}

static void first(const void *ctx, const struct dd_mustache_node *list, struct dd_mustache_node *ret)
{
	(void)ctx;
	(void)list;
	ret->bytes[0] = 0;
}

static bool next(const void *ctx, struct dd_mustache_node *walk, struct dd_mustache_node *ret)
{
	(void)ctx;
	ret->bytes[0] = 'o';
	return walk->bytes[0]++ < 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dd_mustache_data d = { NULL, root, member, kind, text, first, next };
	struct dd_str source = { (const char *)data, size };
	for (int escape = DD_MUSTACHE_HTML; escape <= DD_MUSTACHE_PLAIN; escape++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64 * DD_KIB);
		struct dd_err err = { 0 };
		enum dd_code code = dd_mustache_render(source, &d, (enum dd_mustache_escape)escape, &out, &err);
		dd_assert(code == DD_OK || (err.message[0] && (err.at == DD_NO_OFFSET || err.at <= size)));
	}
	return 0;
}
