/* SPDX-License-Identifier: Apache-2.0 */
/* `list-git DIR`: what `drydock secrets git:DIR` would search, one line each: "blob ID COMMIT live|- PATH" ("-": no
 * commit), "file BYTES PATH" for what no commit has, "problem PATH TEXT"; paths in hexadecimal digits. */
#include <stdio.h>

#include "scan/git_parts.h"

static void hex(struct dd_str s)
{
	printf(".");
	for (size_t i = 0; i < s.n; i++)
		printf("%02x", (unsigned char)s.p[i]);
}

static enum dd_code see_file(void *ctx, bool own, struct dd_str path, struct dd_str content, struct dd_err *err)
{
	(void)ctx, (void)own, (void)err;
	printf("file %zu ", content.n);
	hex(path);
	printf("\n");
	return DD_OK;
}

static void print(const struct dd_git_history *h)
{
	for (size_t i = 0; i < h->blobs.n; i++) {
		const struct dd_git_blob *b = &h->blobs.p[i];
		const struct dd_git_commit *c = b->commit < h->commits.n ? &h->commits.p[b->commit] : NULL;
		printf("blob ");
		hex((struct dd_str){ (const char *)b->id, DD_GIT_ID_BYTES });
		printf(" ");
		if (c)
			hex((struct dd_str){ (const char *)c->id, DD_GIT_ID_BYTES });
		printf(" %s ", b->live ? "live" : "-");
		hex(b->path);
		printf(" %.*s|%.*s\n", DD_FMT(c ? c->author : DD_STR("")), DD_FMT(c ? c->date : DD_STR("")));
	}
	for (size_t i = 0; i < h->problems.n; i++) {
		printf("problem ");
		hex(h->problems.p[i].path);
		printf(" %.*s\n", DD_FMT(h->problems.p[i].text));
	}
}

int main(int argc, char **argv)
{
	struct dd_git_library *git = NULL;
	struct dd_git_history h = { 0 };
	struct dd_err err = { .code = DD_OK };
	const struct dd_git_file_visitor visitor = { NULL, see_file };
	if (argc != 2)
		return 2;
	enum dd_code code = dd_git_library_open(&git, &err);
	if (code == DD_OK && (code = dd_git_history_open(&h, git, argv[1], &err)) == DD_OK &&
	    (code = dd_git_history_read(&h, &err)) == DD_OK)
		code = dd_git_files_each(&h, argv[1], &visitor, &err);
	if (code == DD_OK)
		print(&h);
	else
		printf("error %d %s\n", code, err.message);
	if (h.git)
		dd_git_history_done(&h);
	dd_git_library_freep(&git);
	return 0;
}
