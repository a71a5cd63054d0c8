/* SPDX-License-Identifier: Apache-2.0 */
/* secret-probe [-b BLOCK] [-r RULEFILE]…: what the engine finds in texts, for scripts that know what it should find.
 * Standard input: texts, each as a line "PATH\tBYTES" and the bytes. Standard output: for each text one line of JSON:
 * {"found": […], "dropped": n, "passed_over": n, "problems": […]}; bytes that are no ASCII as \u00NN.
 * secret-probe -m FILE…: only the speed over all the files, each as a whole: bytes and processor time. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/io.h"
#include "secret/detector.h"

enum { RULES_MAX = 64, LINE_MAX_BYTES = 8192 };

struct probe {
	struct dd_secret_engines *engines;
	struct dd_secret_rule_set set;
	struct dd_secret_detector *detector;
	struct dd_secret_scanner *scanner;
	size_t block;
};

static void put_json(const char *name, struct dd_str s)
{
	(void)printf("\"%s\": \"", name);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char b = (unsigned char)s.p[i];
		if (b < 0x20 || b > 0x7e || b == '"' || b == '\\')
			(void)printf("\\u%04x", b);
		else
			(void)putchar(b);
	}
	(void)putchar('"');
}

static void put_secret(const struct dd_secret *s)
{
	(void)printf("{\"offset\": %llu, \"length\": %llu, \"line\": %llu, \"column\": %llu, \"confidence\": \"%s\"",
		     (unsigned long long)s->offset, (unsigned long long)s->length, (unsigned long long)s->line,
		     (unsigned long long)s->column, dd_confidence_name(s->confidence));
	const struct {
		const char *name;
		struct dd_str text;
	} texts[] = { { "rule", s->rule },
		      { "inner", s->inner },
		      { "coding", s->coding },
		      { "redacted", s->redacted },
		      { "clear", s->clear },
		      { "context", s->context },
		      { "fingerprint", s->fingerprint },
		      { "reason", s->reason },
		      { "filtered", s->filtered } };
	for (size_t i = 0; i < DD_COUNT(texts); i++) {
		(void)printf(", ");
		put_json(texts[i].name, texts[i].text);
	}
	(void)putchar('}');
}

static enum dd_code scan(struct probe *p, const struct dd_secret_file *file, struct dd_str bytes,
			 struct dd_secret_found *found, struct dd_err *err)
{
	if (!p->block)
		return dd_secret_scan(p->scanner, file, bytes, found, err);
	DD_TRY(dd_secret_open(p->scanner, file, found, err));
	for (size_t i = 0; i < bytes.n; i += p->block)
		DD_TRY(dd_secret_feed(p->scanner, dd_str_take(dd_str_skip(bytes, i), p->block), err));
	return dd_secret_close(p->scanner, err);
}

static enum dd_code one(struct probe *p, const char *path, struct dd_str bytes, bool print, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(256u << 20);
	DD_CLEANUP(dd_secret_found_done) struct dd_secret_found found = { .arena = &arena };
	const struct dd_secret_file file = { .path = dd_str_from(path), .inner = DD_STR(""), .size = bytes.n };
	DD_TRY(scan(p, &file, bytes, &found, err));
	for (size_t i = 0; print && i < found.list.n; i++) {
		(void)printf(i ? ", " : "{\"found\": [");
		put_secret(&found.list.p[i]);
	}
	if (!print)
		return DD_OK;
	(void)printf("%s], \"dropped\": %llu, \"passed_over\": %llu, \"problems\": [",
		     found.list.n ? "" : "{\"found\": [", (unsigned long long)found.dropped,
		     (unsigned long long)found.passed_over);
	for (size_t i = 0; i < found.problems.n; i++) {
		(void)printf(i ? ", {" : "{");
		put_json("text", found.problems.p[i].text);
		(void)putchar('}');
	}
	(void)printf("]}\n");
	return fflush(stdout) ? dd_fail_errno(err, "standard output") : DD_OK;
}

static enum dd_code read_texts(struct probe *p, struct dd_err *err)
{
	char line[LINE_MAX_BYTES];
	while (fgets(line, sizeof line, stdin)) {
		char *tab = strchr(line, '\t');
		if (!tab)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "a line without a tab");
		*tab = 0;
		size_t n = strtoul(tab + 1, NULL, 10);
		DD_CLEANUP(dd_freep) char *bytes = dd_alloc(n + 1);
		if (!bytes || fread(bytes, 1, n, stdin) != n)
			return dd_fail(err, DD_EIO, DD_NO_OFFSET, "a text that ends too early");
		DD_TRY(one(p, line, (struct dd_str){ bytes, n }, true, err));
	}
	return DD_OK;
}

static double seconds(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum dd_code measure(struct probe *p, char **files, struct dd_err *err)
{
	double took = 0;
	uint64_t bytes = 0, n = 0;
	for (; *files; files++, n++) {
		DD_CLEANUP(dd_map_file_done) struct dd_map_file file = { .base = NULL };
		DD_TRY(dd_map_file_open(&file, *files, UINT64_C(4) << 30, err));
		volatile unsigned char sum = 0; /* the pages are there before the clock runs */
		for (size_t i = 0; i < file.bytes.n; i += 4096)
			sum = (unsigned char)(sum ^ (unsigned char)file.bytes.p[i]);
		double start = seconds();
		DD_TRY(one(p, *files, file.bytes, false, err));
		took += seconds() - start;
		bytes += file.bytes.n;
	}
	(void)printf("%llu files\t%llu bytes\t%.3f s\t%.0f MB/s\n", (unsigned long long)n, (unsigned long long)bytes,
		     took, (double)bytes / took / 1e6);
	return DD_OK;
}

static enum dd_code run(struct probe *p, int argc, char **argv, struct dd_err *err)
{
	struct dd_secret_rule_file rules[RULES_MAX];
	struct dd_map_file maps[RULES_MAX] = { { .base = NULL } };
	size_t n = 0;
	int i = 1;
	bool speed = false;
	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-m") == 0)
			speed = true;
		else if (strcmp(argv[i], "-b") == 0 && i + 1 < argc)
			p->block = strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "-r") == 0 && i + 1 < argc && n < RULES_MAX) {
			DD_TRY(dd_map_file_open(&maps[n], argv[++i], 64u << 20, err));
			rules[n] = (struct dd_secret_rule_file){ .name = dd_str_from(argv[i]), .text = maps[n].bytes };
			n++;
		}
	}
	const struct dd_secret_options options = { .reveal = true };
	double start = seconds();
	DD_TRY(dd_secret_engines_open(n > 0, &p->engines, err));
	DD_TRY(dd_secret_rule_set_new(rules, n, &p->set, err));
	DD_TRY(dd_secret_detector_new(p->engines, &p->set, &options, &p->detector, err));
	DD_TRY(dd_secret_scanner_new(p->detector, &p->scanner, err));
	if (speed)
		(void)printf("start\t%zu rules\t%.2f ms\n", p->set.n_rules, (seconds() - start) * 1e3);
	return speed ? measure(p, argv + i, err) : read_texts(p, err);
}

int main(int argc, char **argv)
{
	struct probe p = { .set = { .arena = DD_ARENA_INIT(0) } };
	struct dd_err err;
	enum dd_code code = run(&p, argc, argv, &err);
	if (code != DD_OK)
		(void)fprintf(stderr, "secret-probe: %s\n", err.message);
	dd_secret_scanner_freep(&p.scanner);
	dd_secret_detector_freep(&p.detector);
	dd_secret_rule_set_done(&p.set);
	dd_secret_engines_freep(&p.engines);
	return code == DD_OK ? 0 : code == DD_EUNSUPPORTED ? 77 : 1;
}
