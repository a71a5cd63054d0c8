/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db build`: advisory sources → one database file. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/confine.h"
#include "cmd/db_cmds.h"
#include "cmd/progress.h"
#include "db/build.h"

struct options {
	struct dd_shared_options shared;
	struct dd_opt_list sources;
	const char *output;
};

static const struct dd_opt rows[] = {
	{ DD_OPT_LIST, "source", 's', "KIND:PATH",
	  "read advisories of a kind (osv, debian, alpine, trivy …: see above) from a file or directory; "
	  "repeatable",
	  offsetof(struct options, sources) },
	{ DD_OPT_TEXT, "output", 'o', "FILE", "write the database to FILE, replacing it",
	  offsetof(struct options, output) },
	{ DD_OPT_END },
};

static void release(void *options)
{
	struct options *o = options;
	dd_opt_list_done(&o->sources);
	dd_opt_list_done(&o->shared.formats);
}

/* --- the child: reads what is hostile, may read the sources only and write nowhere but into its outputs --- */

enum { OUT_DATABASE, OUT_STATS, OUTPUTS };

struct job {
	const struct options *o;
	struct dd_build_input *inputs;
};

static void tell(void *ctx, uint64_t bytes)
{
	dd_progress_add(ctx, bytes);
}

static enum dd_code build(const struct job *j, const int *outputs, bool *ret_incomplete, struct dd_err *err)
{
	struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
	struct dd_build_stats stats;
	struct dd_progress progress;
	enum dd_code code = DD_OK;
	DD_TRY(dd_builder_new(&b, err));
	dd_progress_start(&progress, DD_STR("reading advisories"), j->o->shared.quiet);
	dd_builder_watch(b, tell, &progress);
	for (size_t i = 0; code == DD_OK && i < j->o->sources.n; i++)
		code = dd_builder_add(b, &j->inputs[i], err);
	dd_progress_done(&progress);
	*ret_incomplete = dd_db_cmd_warn(b);
	DD_TRY(code);
	DD_TRY(dd_builder_write_fd(b, outputs[OUT_DATABASE], err));
	dd_builder_stats(b, &stats);
	return dd_write_full(outputs[OUT_STATS], &stats, sizeof stats, err);
}

static enum dd_exit run_child(void *ctx, const int *outputs)
{
	struct dd_err err = { .at = DD_NO_OFFSET };
	bool incomplete = false;
	if (build(ctx, outputs, &incomplete, &err) == DD_OK)
		return incomplete ? DD_EXIT_INCOMPLETE : DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

/* --- the parent --- */

/* KIND:PATH. The kind is copied, the path is a view into the option. */
static enum dd_code split(const char *source, struct dd_arena *a, struct dd_build_input *ret, struct dd_err *err)
{
	struct dd_str s = dd_str_from(source);
	size_t colon = dd_str_find(s, ':');
	if (colon == s.n || colon == 0 || colon + 1 == s.n)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--source wants KIND:PATH, not %s", DD_QUOTE(s));
	*ret = (struct dd_build_input){ .kind = dd_arena_c(a, dd_str_take(s, colon)), .path = source + colon + 1 };
	return ret->kind ? DD_OK : dd_fail_nomem(err);
}

/* The finished bytes over the old database. */
static enum dd_code replace(int from, const char *path, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_atomic_file to DD_CLEANUP(dd_atomic_done) = { .fd = -1 };
	DD_TRY(dd_map_file_fd(&file, from, DD_DB_FILE_BYTES_MAX, path, err));
	DD_TRY(dd_atomic_open(&to, path, 0644, err));
	DD_TRY(dd_write_full(to.fd, file.bytes.p, file.bytes.n, err));
	return dd_atomic_commit(&to, err);
}

static void say(int fd, const char *path)
{
	struct dd_build_stats s;
	char size[16];
	size_t n;
	if (dd_pread_full(fd, &s, sizeof s, 0, &n, NULL) != DD_OK || n != sizeof s)
		return;
	(void)fprintf(stderr, "%s: %llu advisories on %llu vulnerabilities in %llu packages, %s\n",
		      DD_QUOTE(dd_str_from(path)), (unsigned long long)s.advisories, (unsigned long long)s.vulns,
		      (unsigned long long)s.packages, dd_human_bytes(s.file_bytes, size));
}

static enum dd_code confine(struct job *j, const char *const *paths, enum dd_exit *ret, struct dd_err *err)
{
	static const char *const nowhere[] = { NULL };
	const struct dd_sandbox sandbox = { paths, nowhere };
	const struct dd_confined c = {
		.sandbox = &sandbox, .verbose = j->o->shared.verbose, .n_outputs = OUTPUTS, .run = run_child, .ctx = j
	};
	int outputs[DD_CONFINE_OUTPUTS_MAX];
	enum dd_code code = dd_confine(&c, outputs, ret, err);
	DD_TRY(code);
	if (*ret == DD_EXIT_CLEAN || *ret == DD_EXIT_INCOMPLETE) {
		code = replace(outputs[OUT_DATABASE], j->o->output, err);
		if (code == DD_OK && !j->o->shared.quiet)
			say(outputs[OUT_STATS], j->o->output);
	}
	for (size_t i = 0; i < OUTPUTS; i++)
		dd_closep(&outputs[i]);
	return code;
}

static enum dd_code prepare(const struct options *o, enum dd_exit *ret, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct job j = { .o = o };
	if (o->sources.n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "no --source: nothing to build a database from");
	if (!o->output || !o->output[0])
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "no --output: where does the database go?");
	j.inputs = dd_arena_array(&a, o->sources.n, sizeof *j.inputs);
	const char **paths = dd_arena_array(&a, o->sources.n + 1, sizeof *paths);
	if (!j.inputs || !paths)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < o->sources.n; i++) {
		DD_TRY(split(o->sources.p[i], &a, &j.inputs[i], err));
		if (access(j.inputs[i].path, R_OK) < 0)
			return dd_fail_errno(err, "--source %s", DD_QUOTE(dd_str_from(o->sources.p[i])));
		paths[i] = j.inputs[i].path;
	}
	return confine(&j, paths, ret, err);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	struct dd_err err = { .at = DD_NO_OFFSET };
	enum dd_exit result = DD_EXIT_CANNOT_RUN;
	if (prepare(in->options, &result, &err) == DD_OK)
		return result;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

const struct dd_cmd dd_cmd_db_build = {
	.name = "build",
	.summary = "make a database from advisory sources on disk",
	.description =
		"Kinds of sources: osv (all.zip, a file or a directory of OSV records, JSON or YAML, of any ecosystem: "
		"the Go database's data/osv, PyPA's and GitHub's advisory-database), rustsec (RustSec's advisory-db), "
		"starter (drydock's own small set), debian (the security tracker's JSON), alpine (secdb, also of "
		"Wolfi, "
		"Chainguard and MinimOS), arch (the tracker's all.json), photon (CVE metadata), csaf (CSAF 2.0 VEX "
		"documents and advisories of Red Hat and SUSE), openvex (OpenVEX of a distribution: Ubuntu's "
		"vex-all.tar.xz), oval (OVAL definitions of Oracle, SUSE, Red Hat, Azure Linux, Debian and Ubuntu), "
		"updateinfo (updateinfo.xml of rpm repositories: Amazon, AlmaLinux, Rocky, Oracle, "
		"Fedora, SUSE), trivy (Trivy's trivy.db, or the directory of it and "
		"its "
		"metadata.json), grype (Grype's vulnerability.db, schema 6), java (Trivy's trivy-java.db: which jar "
		"has "
		"which SHA-1), kev (CISA's known exploited vulnerabilities), epss (FIRST's scores), eol "
		"(endoflife.date)."
		"\n\n"
		"A path names a file, an archive (.zip, .tar, .tar.gz, .tar.xz …) or a directory; single files may be "
		"compressed by gzip, zstd, xz or bzip2.\n\n"
		"The same sources give the same bytes, in whatever order they are named. A source that is broken as a "
		"whole "
		"ends the command; a broken record is left out with a warning, and the exit code is 3.",
	.examples =
		(const struct dd_example[]){
			{ "drydock db build --source osv:osv --source debian:tracker.json -o my.db",
			  "from a directory of OSV exports and Debian's tracker" },
			{ "drydock db build -s osv:all.zip -s kev:kev.json -s epss:epss.csv.gz -o my.db",
			  "with what is known of exploitation" },
			{ NULL } },
	.options = rows,
	.shared = DD_SHARE_OUTPUT,
	.options_size = sizeof(struct options),
	.release = release,
	.run = run,
};
