/* SPDX-License-Identifier: Apache-2.0 */
/* list-tree LAYER.tar…: prints the squashed view of uncompressed layers, one line a path: type letter, TAB, path. For
 * comparing the overlay rules with other programs. */
#include <fcntl.h>
#include <stdio.h>

#include "base/limits.h"
#include "image/tree.h"
#include "scan/walk.h"

static void list(const struct dd_tree *t, uint32_t dir)
{
	static const char letters[DD_ENTRY_TYPE_COUNT] = { 'f', 'd', 'l', 'f', 'c', 'b', 'p', '?', '?' };
	struct dd_str name;
	for (uint32_t at = DD_TREE_NONE; dd_tree_child(t, dir, &at, &name);) {
		DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
		struct dd_tree_node_info info = dd_tree_node(t, at);
		if (dd_tree_path(t, at, &path) == DD_OK)
			(void)printf("%c\t%.*s\n", letters[info.type], DD_FMT(dd_buf_str(&path)));
		if (info.type == DD_ENTRY_DIR)
			list(t, at);
	}
}

static enum dd_code add_layer(struct dd_tree *t, unsigned layer, const char *path, const struct dd_walk *w,
			      struct dd_err *err)
{
	struct dd_layer_facts f;
	struct dd_walk_aliases aliases = { 0 };
	struct dd_stream *in = NULL;
	DD_CLEANUP(dd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return dd_fail_errno(err, "cannot open %s", path);
	dd_layer_facts_init(&f);
	enum dd_code code = dd_stream_fd(fd, 0, UINT64_MAX, &in, err);
	if (code == DD_OK)
		code = dd_walk_tar(w, in, &f, &aliases, err);
	if (code == DD_OK)
		code = dd_tree_apply(t, layer, dd_buf_str(&f.entries), NULL, 0, NULL, NULL, err);
	dd_stream_free(in);
	dd_walk_aliases_done(&aliases);
	dd_layer_facts_done(&f);
	return code;
}

int main(int argc, char **argv)
{
	struct dd_matcher *m = dd_matcher_new();
	struct dd_walk w = { m, "/tmp" };
	struct dd_tree *t = NULL;
	struct dd_err err;
	enum dd_code code = m ? dd_tree_new(&t, &err) : dd_fail_nomem(&err);
	for (int i = 1; i < argc && code == DD_OK; i++)
		code = add_layer(t, (unsigned)i - 1, argv[i], &w, &err);
	if (code == DD_OK)
		list(t, dd_tree_resolve(t, DD_STR("/"), true));
	else
		(void)fprintf(stderr, "%s\n", err.message);
	dd_tree_freep(&t);
	dd_matcher_freep(&m);
	return code == DD_OK ? 0 : 1;
}
