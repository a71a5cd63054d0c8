/* SPDX-License-Identifier: Apache-2.0 */
/* The overlay rules, one table row each: layers as short scripts, the squashed view as a listing. */
#include "base/limits.h"
#include "image/tree.h"
#include "support/test.h"

/* A layer is a text of entries separated by blanks: "d/" directory, "f" file, "l>target" symbolic link, "h=target" hard
 * link, "-x" whiteout of x, "!d" opaque directory d. */
static void add_layer(struct dd_tree *t, unsigned layer, const char *script, struct dd_tree_mark *mark,
		      unsigned *problems);

static void on_problem(void *ctx, unsigned layer, struct dd_str path, const char *text)
{
	(void)layer, (void)path, (void)text;
	(*(unsigned *)ctx)++;
}

static void add_layer(struct dd_tree *t, unsigned layer, const char *script, struct dd_tree_mark *mark,
		      unsigned *problems)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(1 << 20), clean = DD_BUF_INIT(DD_PATH_MAX),
				     target = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_entries_writer w = DD_ENTRIES_WRITER(&bytes);
	for (struct dd_str rest = dd_str_from(script), word; dd_str_next(&rest, ' ', &word);) {
		struct dd_entry e = { .type = DD_ENTRY_FILE };
		struct dd_str path = word;
		size_t gt = dd_str_find(word, '>'), eq = dd_str_find(word, '=');
		if (word.n == 0)
			continue;
		if (word.p[0] == '-' || word.p[0] == '!') {
			e.type = word.p[0] == '-' ? DD_ENTRY_WHITEOUT : DD_ENTRY_OPAQUE;
			path = dd_str_skip(word, 1);
		} else if (gt < word.n) {
			e.type = DD_ENTRY_SYMLINK;
			path = dd_str_take(word, gt);
			e.link = dd_str_skip(word, gt + 1);
		} else if (eq < word.n) {
			e.type = DD_ENTRY_HARDLINK;
			path = dd_str_take(word, eq);
			CHECK(dd_clean_path(dd_str_skip(word, eq + 1), &target) != DD_CLEAN_NO_MEMORY);
			e.link = dd_buf_str(&target);
		} else if (dd_str_ends(word, DD_STR("/"))) {
			e.type = DD_ENTRY_DIR;
		}
		CHECK(dd_clean_path(path, &clean) != DD_CLEAN_NO_MEMORY);
		e.path = dd_buf_str(&clean);
		CHECK_INT(dd_entries_add(&w, &e), DD_OK);
	}
	dd_entries_writer_done(&w);
	struct dd_err err;
	CHECK_INT(dd_tree_apply(t, layer, dd_buf_str(&bytes), mark, mark ? 1 : 0, on_problem, problems, &err), DD_OK);
}

/* Sorted listing: directories end in "/", links show their target's node path. */
static void list(const struct dd_tree *t, uint32_t dir, struct dd_buf *out)
{
	struct dd_str names[64];
	uint32_t ids[64];
	size_t n = 0;
	for (uint32_t at = DD_TREE_NONE; n < 64 && dd_tree_child(t, dir, &at, &names[n]); n++)
		ids[n] = at;
	for (size_t done = 0; done < n; done++) {
		size_t low = n;
		for (size_t i = 0; i < n; i++)
			if (names[i].p && (low == n || dd_str_cmp(names[i], names[low]) < 0))
				low = i;
		struct dd_tree_node_info info = dd_tree_node(t, ids[low]);
		if (out->n)
			(void)dd_buf_add_char(out, ' ');
		(void)dd_tree_path(t, ids[low], out);
		(void)dd_buf_add_c(out, info.type == DD_ENTRY_DIR ? "/" : info.type == DD_ENTRY_SYMLINK ? "@" : "");
		names[low].p = NULL;
		if (info.type == DD_ENTRY_DIR)
			list(t, ids[low], out);
	}
}

TEST(overlay_rules)
{
	static const struct {
		const char *rule, *layers[4], *want;
		unsigned problems;
	} rows[] = {
		{ "missing parents are made", { "a/b/c" }, "a/ a/b/ a/b/c", 0 },
		{ "a directory over a directory merges", { "d/ d/x", "d/ d/y" }, "d/ d/x d/y", 0 },
		{ "a file over a directory replaces it", { "d/ d/x", "d" }, "d", 0 },
		{ "a directory over a file replaces it", { "d", "d/ d/x" }, "d/ d/x", 0 },
		{ "a link over a directory replaces it", { "d/ d/x e/", "d>e" }, "d@ e/", 0 },
		{ "whiteout of a file", { "d/x d/y", "-d/x" }, "d/ d/y", 0 },
		{ "whiteout of a directory", { "d/x d/e/y z", "-d" }, "z", 0 },
		{ "whiteout does not hide its own layer, before", { "d/x", "-d d/y" }, "d/ d/y", 0 },
		{ "whiteout does not hide its own layer, after", { "d/x", "d/y -d" }, "d/ d/y", 0 },
		{ "whiteout of what is not there", { "a", "-b -c/d" }, "a", 0 },
		{ "a name can come back", { "a", "-a", "a" }, "a", 0 },
		{ "opaque hides lower names only, before", { "d/x d/e/y", "!d d/z" }, "d/ d/z", 0 },
		{ "opaque hides lower names only, after", { "d/x d/e/y", "d/z d/e/w !d" }, "d/ d/e/ d/e/w d/z", 0 },
		{ "opaque root", { "a b/c", "! d" }, "d", 0 },
		{ "usr-merge: a file below a linked directory",
		  { "usr/lib/ lib>usr/lib", "lib/x" },
		  "lib@ usr/ usr/lib/ usr/lib/x",
		  0 },
		{ "usr-merge inside one layer", { "lib>usr/lib lib/x" }, "lib@ usr/ usr/lib/ usr/lib/x", 0 },
		{ "a directory entry replaces a link",
		  { "usr/lib/ lib>usr/lib", "lib/ lib/x" },
		  "lib/ lib/x usr/ usr/lib/",
		  0 },
		{ "whiteout through a link", { "usr/lib/x lib>usr/lib", "-lib/x" }, "lib@ usr/ usr/lib/", 0 },
		{ "absolute link stays inside", { "l>/etc etc/", "l/x" }, "etc/ etc/x l@", 0 },
		{ "dots cannot leave", { "l>../../../etc etc/", "l/x ../../y" }, "etc/ etc/x l@ y", 0 },
		{ "a loop is a problem", { "a>b b>a", "a/x y" }, "a@ b@ y", 1 },
		{ "a link to itself", { "a>a a/x" }, "a@", 1 },
		{ "a file is no directory", { "f f/x" }, "f", 1 },
		{ "hard link", { "a b=a" }, "a b", 0 },
		{ "hard link without target", { "b=a" }, "", 1 },
		{ "duplicate entries: the last wins", { "a/ a/x a" }, "a", 0 },
		{ "link replaced by file", { "a>b", "a" }, "a", 0 },
		{ "dangling parent link is filled", { "l>data/dir", "l/x" }, "data/ data/dir/ data/dir/x l@", 0 },
		{ "nested opaque and whiteout twice", { "d/a/1 d/b/2", "!d !d -d -d d/c" }, "d/ d/c", 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_tree *t = NULL;
		struct dd_err err;
		unsigned problems = 0;
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 16);
		CHECK_INT(dd_tree_new(&t, &err), DD_OK);
		for (unsigned l = 0; l < 4 && rows[i].layers[l]; l++)
			add_layer(t, l, rows[i].layers[l], NULL, &problems);
		list(t, dd_tree_resolve(t, DD_STR("/"), true), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].rule);
		CHECK_INT_ROW(problems, rows[i].problems, rows[i].rule);
		dd_tree_freep(&t);
	}
}

TEST(resolve_as_the_kernel_does)
{
	static const struct {
		const char *path;
		bool follow;
		const char *want; /* NULL: not there */
	} rows[] = {
		{ "/", true, "" },
		{ "bin/sh", true, "usr/bin/dash" },
		{ "bin/sh", false, "usr/bin/sh" },
		{ "/bin/../bin/./sh", false, "usr/bin/sh" },
		{ "../../bin", true, "usr/bin" },
		{ "usr/bin/dash/", true, "usr/bin/dash" },
		{ "usr/bin/dash/x", true, NULL },
		{ "loop", true, NULL },
		{ "loop", false, "loop" },
		{ "absolute", true, "usr/bin/dash" },
		{ "nothing", true, NULL },
		{ "dangling", true, NULL },
	};
	struct dd_tree *t = NULL;
	struct dd_err err;
	unsigned problems = 0;
	CHECK_INT(dd_tree_new(&t, &err), DD_OK);
	add_layer(t, 0, "bin>usr/bin usr/bin/dash usr/bin/sh>dash loop>loop absolute>/bin/sh dangling>gone", NULL,
		  &problems);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
		uint32_t node = dd_tree_resolve(t, dd_str_from(rows[i].path), rows[i].follow);
		CHECK_ROW((node != DD_TREE_NONE) == (rows[i].want != NULL), rows[i].path);
		if (node == DD_TREE_NONE || !rows[i].want)
			continue;
		CHECK_INT(dd_tree_path(t, node, &out), DD_OK);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].path);
	}
	dd_tree_freep(&t);
}

TEST(state_of_entries_below)
{
	static const struct {
		const char *layers[4];
		enum dd_entry_state want;
		unsigned by;
	} rows[] = {
		{ { "d/x", "y" }, DD_STATE_LIVE, 0 },
		{ { "d/x", "-d/x" }, DD_STATE_DELETED, 1 },
		{ { "d/x", "y", "-d" }, DD_STATE_DELETED, 2 },
		{ { "d/x", "!d" }, DD_STATE_DELETED, 1 },
		{ { "d/x", "d/x" }, DD_STATE_OVERWRITTEN, 1 },
		{ { "d/x", "d" }, DD_STATE_DELETED, 1 },
		{ { "d/x", "-d/x", "d/x" }, DD_STATE_OVERWRITTEN, 2 },
		{ { "d/x d/x" }, DD_STATE_OVERWRITTEN, 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_tree *t = NULL;
		struct dd_err err;
		unsigned problems = 0, by = 99;
		struct dd_tree_mark mark = { 0, DD_TREE_NONE };
		CHECK_INT(dd_tree_new(&t, &err), DD_OK);
		for (unsigned l = 0; l < 4 && rows[i].layers[l]; l++)
			add_layer(t, l, rows[i].layers[l], l == 0 ? &mark : NULL, &problems);
		CHECK_INT_ROW(dd_tree_state(t, mark.node, 0, 0, &by), rows[i].want, rows[i].layers[1]);
		CHECK_INT_ROW(by, rows[i].by, rows[i].layers[1]);
		dd_tree_freep(&t);
	}
}

TEST(clean_path)
{
	static const struct {
		const char *raw, *want;
		enum dd_clean how;
	} rows[] = {
		{ "a/b", "a/b", DD_CLEAN_SAME },   { "./a//b/", "a/b", DD_CLEAN_SAME },
		{ "/abs", "abs", DD_CLEAN_SAME },  { "a/../b", "b", DD_CLEAN_SAME },
		{ "../x", "x", DD_CLEAN_ESCAPES }, { "a/../../x", "x", DD_CLEAN_ESCAPES },
		{ "", "", DD_CLEAN_SAME },	   { ".", "", DD_CLEAN_SAME },
		{ "...", "...", DD_CLEAN_SAME },   { "\xff/\x01", "\xff/\x01", DD_CLEAN_SAME },
	};
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_PATH_MAX);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		CHECK_INT_ROW(dd_clean_path(dd_str_from(rows[i].raw), &out), rows[i].how, rows[i].raw);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].raw);
	}
}

TEST(entries_survive_damage)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(1 << 16);
	struct dd_entries_writer w = DD_ENTRIES_WRITER(&bytes);
	struct dd_entry e = { .path = DD_STR("usr/bin/x"),
			      .type = DD_ENTRY_SYMLINK,
			      .link = DD_STR("../y"),
			      .mode = 04755,
			      .uid = 70000,
			      .size = UINT64_MAX,
			      .capabilities = true };
	CHECK_INT(dd_entries_add(&w, &e), DD_OK);
	dd_entries_writer_done(&w);
	for (size_t cut = 0; cut <= bytes.n; cut++) {
		struct dd_entries_reader r = DD_ENTRIES_READER(((struct dd_str){ bytes.p, cut }));
		struct dd_entry got;
		bool more = false;
		enum dd_code code = dd_entries_next(&r, &got, &more);
		CHECK_INT(code, cut == bytes.n || cut == 0 ? DD_OK : DD_EPARSE);
		if (cut == bytes.n) {
			CHECK(more && got.capabilities && got.mode == 04755 && got.size == UINT64_MAX &&
			      got.uid == 70000);
			CHECK_STR(got.path, "usr/bin/x");
			CHECK_STR(got.link, "../y");
		}
		dd_entries_reader_done(&r);
	}
}
