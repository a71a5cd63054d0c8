/* SPDX-License-Identifier: Apache-2.0 */
/* Replays a corpus through a fuzz target with any compiler: `fuzz-x FILE|DIR…`. Prints TAP, one line a path given. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	if (!f || fstat(fileno(f), &st) < 0) {
		perror(path);
		exit(99);
	}
	size_t n = (size_t)st.st_size;
	uint8_t *p = malloc(n ? n : 1);
	if (!p || fread(p, 1, n, f) != n) {
		perror(path);
		exit(99);
	}
	(void)fclose(f);
	(void)LLVMFuzzerTestOneInput(p, n);
	free(p);
	return 1;
}

static size_t replay(const char *path)
{
	DIR *d = opendir(path);
	size_t n = 0;
	if (!d)
		return replay_file(path);
	for (struct dirent *e; (e = readdir(d));) {
		char sub[4096];
		struct stat st;
		(void)snprintf(sub, sizeof sub, "%s/%s", path, e->d_name);
		if (e->d_name[0] != '.' && stat(sub, &st) == 0 && S_ISREG(st.st_mode))
			n += replay_file(sub);
	}
	(void)closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		size_t n = replay(argv[i]);
		printf("%s %d - %s: %zu inputs\n", n ? "ok" : "not ok", i, argv[i], n);
	}
	return 0;
}
