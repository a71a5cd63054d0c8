/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/config_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "cmd/scan_report.h"
#include "support/test.h"

struct place {
	char dir[64];
	struct dd_arena a;
};

static void place_done(struct place *p)
{
	static const char *const names[] = { ".drydock.yaml", "b/.drydock.yaml", "x.yaml", NULL };
	char path[200];
	for (size_t i = 0; names[i]; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", p->dir, names[i]);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof path, "%s/b/c", p->dir);
	(void)rmdir(path);
	(void)snprintf(path, sizeof path, "%s/b", p->dir);
	(void)rmdir(path);
	(void)rmdir(p->dir);
	dd_arena_done(&p->a);
}

static void place_new(struct place *p)
{
	*p = (struct place){ .dir = "/tmp/drydock-config-XXXXXX", .a = DD_ARENA_INIT(64 * DD_MIB) };
	CHECK(mkdtemp(p->dir) != NULL);
}

static const char *file_in(struct place *p, const char *name, struct dd_str bytes)
{
	const char *path = dd_arena_printf(&p->a, "%s/%s", p->dir, name).p;
	FILE *f = fopen(path, "wb");
	CHECK_ROW(f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n && fclose(f) == 0, name);
	return path;
}

static void apply(struct place *p, const char *command, struct dd_str yaml, struct dd_scan_options *o,
		  struct dd_err *err)
{
	char *words = strdup(command), *second = strchr(words, ' '), *at[2] = { words, second ? second + 1 : NULL };
	struct dd_cmd_path path;
	int used, n = second ? 2 : 1;
	if (second)
		*second = '\0';
	*err = (struct dd_err){ 0 };
	CHECK(dd_cmd_find(n, at, &path, &used, err) == DD_OK && used == n);
	free(words);
	(void)dd_config_apply(&path, file_in(p, "x.yaml", yaml), o, &p->a, err);
}

TEST(config_sets_options)
{
	static const struct dd_str yaml = DD_STR(
		"version: 1\npolicy: {anything: here}\noptions:\n  jobs: 3\n  quiet: true\n  format: [table, json]\n"
		"  scan:\n    jobs: 5\n    fail-on: critical\n    cache-size: 2M\n    only-fixed: yes\n"
		"    ignore: [a.txt, /b.txt]\n    vex: v.json\n    db-max-age: 030\n"
		"  db: {update: {retries: 7}}\n");
	struct place p DD_CLEANUP(place_done);
	struct dd_scan_options o = { .fail_on = -1 };
	struct dd_err err;
	char a[200];
	place_new(&p);
	apply(&p, "scan", yaml, &o, &err);
	CHECK_STR(dd_str_from(err.message), "");
	CHECK_INT(o.shared.jobs, 5);
	CHECK(o.shared.quiet && o.only_fixed && !o.no_cache);
	CHECK_INT(o.fail_on, 5);
	CHECK_INT(o.cache_size, 2 << 20);
	CHECK_INT(o.db_max_age, 30);
	CHECK(o.shared.formats.n == 2 && strcmp(o.shared.formats.p[1], "json") == 0);
	/* files are those beside the configuration */
	(void)snprintf(a, sizeof a, "%s/a.txt", p.dir);
	CHECK(o.ignore.n == 2 && strcmp(o.ignore.p[0], a) == 0 && strcmp(o.ignore.p[1], "/b.txt") == 0);
	CHECK_INT(o.vex.n, 1);
	dd_cmd_scan.release(&o);
}

TEST(config_of_another_command)
{
	struct place p DD_CLEANUP(place_done);
	struct dd_scan_options o = { .fail_on = -1 };
	struct dd_err err;
	place_new(&p);
	/* sbom has no fail-on: an option of some other command is no mistake */
	apply(&p, "sbom", DD_STR("options: {fail-on: low, jobs: 2, scan: {jobs: 9}, sbom: {merge: {jobs: 8}}}"), &o,
	      &err);
	CHECK_STR(dd_str_from(err.message), "");
	CHECK_INT(o.shared.jobs, 2);
	apply(&p, "sbom merge", DD_STR("options: {sbom: {merge: {jobs: 8}, jobs: 3}}"), &o, &err);
	CHECK_INT(o.shared.jobs, 8);
	apply(&p, "scan", DD_STR(""), &o, &err);
	apply(&p, "scan", DD_STR("options:\n"), &o, &err);
	apply(&p, "scan", DD_STR("options: {}\npolicy:\n"), &o, &err);
	CHECK_STR(dd_str_from(err.message), "");
	dd_cmd_scan.release(&o);
}

TEST(config_bad)
{
	static const struct {
		struct dd_str yaml;
		const char *want; /* behind the file's name */
	} rows[] = {
		{ DD_STR("optoins: {}"), ":1: unknown key 'optoins'; did you mean 'options'?" },
		{ DD_STR("options:\n  job: 1"), ":2: unknown option 'job'; did you mean 'jobs'?" },
		{ DD_STR("options:\n  jobs: 1\n  jobs: 2\n"), ":3: 'jobs' is given twice" },
		{ DD_STR("options:\n  scna: {jobs: 1}"), ":2: unknown command 'scna'; did you mean 'scan'?" },
		{ DD_STR("options:\n  scan: {\n    fail-onn: high}"),
		  ":3: unknown option 'fail-onn'; did you mean 'fail-on'?" },
		{ DD_STR("options: {sbom: {fail-on: high}}"), ":1: unknown option 'fail-on'" },
		{ DD_STR("options: {db: {update: {retries: 5, x: 1}}}"), ":1: unknown option 'x'" },
		{ DD_STR("options: {scan: {update: {}}}"), ":1: unknown command 'update'" },
		{ DD_STR("options: {jobs: 257}"), ":1: jobs takes a number of at most 256, not '257'" },
		{ DD_STR("options: {jobs: }"), ":1: jobs needs a value" },
		{ DD_STR("options: {jobs: [1, 2]}"), ":1: jobs takes one value" },
		{ DD_STR("options: {format: []}"), ":1: format needs a list of 1 to 1000 values" },
		{ DD_STR("options: {quiet: maybe}"), ":1: quiet is 1 or 0, not 'maybe'" },
		{ DD_STR("options: {fail-on: hihg}"),
		  ":1: fail-on is one of none, negligible, low, medium, high, critical, not 'hihg'" },
		{ DD_STR("options: {format: \"json=/etc/passwd\"}"),
		  ":1: format 'json=/etc/passwd': files to write are named on the command line only" },
		{ DD_STR("options: {cache: /tmp}"),
		  ":1: cache may not be set in a file, only by --cache or DRYDOCK_CACHE" },
		{ DD_STR("options: {output: x}"),
		  ":1: output may not be set in a file, only by --output or DRYDOCK_OUTPUT" },
		{ DD_STR("options: {mirror: \"http://x\"}"),
		  ":1: mirror may not be set in a file, only by --mirror or DRYDOCK_MIRROR" },
		{ DD_STR("options: {config: x}"),
		  ":1: config may not be set in a file, only by --config or DRYDOCK_CONFIG" },
		{ DD_STR("options: {help: true}"),
		  ":1: help may not be set in a file, only by --help or DRYDOCK_HELP" },
		{ DD_STR("options: 7"), ":1: a map of options is needed here" },
		{ DD_STR("[]"), ":1: a map of keys is needed here" },
		{ DD_STR("options: {sort: \"a\\0b\"}"), ":1: sort needs a value" },
		{ DD_STR("a: 1\n---\nb: 2\n"), ": it has more than one document" },
		{ DD_STR("options: {jobs: \"\x1b[31m\"}"), ":1: " },
		{ DD_STR("options: \xff"), ":1: " },
		{ DD_STR("options: ["), ":" },
	};
	struct place p DD_CLEANUP(place_done);
	place_new(&p);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_scan_options o = { .fail_on = -1 };
		struct dd_err err;
		char want[400];
		apply(&p, "scan", rows[i].yaml, &o, &err);
		(void)snprintf(want, sizeof want, "'%s/x.yaml'%s", p.dir, rows[i].want);
		CHECK_INT_ROW(err.code, DD_EARG, rows[i].want);
		CHECK_ROW(strstr(err.message, want) == err.message, err.message);
		CHECK_ROW(strchr(err.message, '\x1b') == NULL, rows[i].want);
		dd_cmd_scan.release(&o);
	}
}

/* Every prefix of a whole file: read or refused with its line, nothing else. */
TEST(config_cut_at_every_byte)
{
	static const struct dd_str yaml =
		DD_STR("options:\n  jobs: 3\n  format: [table, json]\n  scan: {fail-on: high, ignore: [x]}\n");
	struct place p DD_CLEANUP(place_done);
	place_new(&p);
	for (size_t n = 0; n <= yaml.n; n++) {
		struct dd_scan_options o = { .fail_on = -1 };
		struct dd_err err;
		apply(&p, "scan", dd_str_take(yaml, n), &o, &err);
		CHECK(err.code == DD_OK || err.code == DD_EARG);
		dd_cmd_scan.release(&o);
	}
}

TEST(config_nearest)
{
	static char here[] = ".", up[] = "..", target[64], deep[80], image[] = "image.tar", dir_here[] = "dir:.",
		    layout[96];
	struct place p DD_CLEANUP(place_done);
	char b[128], c[128];
	place_new(&p);
	int old = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)snprintf(b, sizeof b, "%s/b", p.dir);
	(void)snprintf(c, sizeof c, "%s/b/c", p.dir);
	CHECK(old >= 0 && mkdir(b, 0700) == 0 && mkdir(c, 0700) == 0 && chdir(c) == 0);
	const char *top = file_in(&p, ".drydock.yaml", DD_STR(""));
	(void)snprintf(target, sizeof target, "%s", p.dir);
	(void)snprintf(deep, sizeof deep, "dir:%s/b", p.dir);
	(void)snprintf(layout, sizeof layout, "oci:%s:1.0", p.dir);
	const struct {
		char *operand;
		bool used;
	} rows[] = {
		{ image, true },    { here, true },    { up, true },	  { deep, true },
		{ dir_here, true }, { target, false }, { layout, false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const char *got = dd_config_nearest(1, (char *[]){ rows[i].operand }, true, &p.a);
		CHECK_ROW(rows[i].used ? got && strcmp(got, top) == 0 : !got, rows[i].operand);
	}
	/* the nearer one wins, and hides the other even where it may not be used */
	const char *near = file_in(&p, "b/.drydock.yaml", DD_STR(""));
	const char *got = dd_config_nearest(0, NULL, true, &p.a);
	CHECK(got && strcmp(got, near) == 0);
	CHECK(!dd_config_nearest(1, (char *[]){ up }, true, &p.a));
	/* another user's, where others may write */
	if (geteuid() == 0) {
		CHECK(chown(near, 12345, 12345) == 0);
		CHECK(dd_config_nearest(0, NULL, true, &p.a) != NULL);
		CHECK(chmod(b, 01777) == 0);
		CHECK(!dd_config_nearest(0, NULL, true, &p.a));
	}
	CHECK(fchdir(old) == 0);
	(void)close(old);
}
