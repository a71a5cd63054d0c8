/* SPDX-License-Identifier: Apache-2.0 */
/* Replays a corpus through a fuzz target with any compiler: `replay TARGET FILE|DIR…`. Prints TAP, one line a path
 * given. The targets are compiled with LLVMFuzzerTestOneInput renamed (tests/meson.build). */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef int target_fn(const uint8_t *data, size_t size);
#define DD_FUZZ(name, fn) target_fn fn;
#include "fuzz_targets.def"
#undef DD_FUZZ

static const struct {
	const char *name;
	target_fn *run;
} targets[] = {
#define DD_FUZZ(name, fn) { name, fn },
#include "fuzz_targets.def"
#undef DD_FUZZ
};

static target_fn *find_target(const char *name)
{
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
		if (strcmp(targets[i].name, name) == 0)
			return targets[i].run;
	fprintf(stderr, "replay: there is no fuzz target '%s'\n", name);
	exit(99);
}

static size_t replay_file(target_fn *target, const char *path)
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
	(void)target(p, n);
	free(p);
	return 1;
}

static size_t replay(target_fn *target, const char *path)
{
	DIR *d = opendir(path);
	size_t n = 0;
	if (!d)
		return replay_file(target, path);
	for (struct dirent *e; (e = readdir(d));) {
		char sub[4096];
		struct stat st;
		(void)snprintf(sub, sizeof sub, "%s/%s", path, e->d_name);
		if (e->d_name[0] != '.' && stat(sub, &st) == 0 && S_ISREG(st.st_mode))
			n += replay_file(target, sub);
	}
	(void)closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: replay TARGET FILE|DIR...\n");
		return 99;
	}
	target_fn *target = find_target(argv[1]);
	printf("1..%d\n", argc - 2);
	for (int i = 2; i < argc; i++) {
		size_t n = replay(target, argv[i]);
		printf("%s %d - %s: %zu inputs\n", n ? "ok" : "not ok", i - 1, argv[i], n);
	}
	return 0;
}
