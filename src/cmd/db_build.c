/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db build`: advisory sources → one database file. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cmd/db_cmds.h"
#include "db/build.h"

struct options {
	struct dd_shared_options shared;
	struct dd_opt_list sources;
	const char *output;
};

static const struct dd_opt rows[] = {
	{ DD_OPT_LIST, "source", 's', "KIND:PATH",
	  "read advisories of a kind (osv, starter, debian, alpine, kev, epss, eol) from a file or directory; "
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

static enum dd_code add_source(struct dd_builder *b, const char *source, struct dd_err *err)
{
	char kind[32];
	struct dd_str s = dd_str_from(source);
	size_t colon = dd_str_find(s, ':');
	if (colon == s.n || colon == 0 || colon >= sizeof kind || colon + 1 == s.n)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--source wants KIND:PATH, not %s", DD_QUOTE(s));
	memcpy(kind, source, colon);
	kind[colon] = '\0';
	const struct dd_build_input in = { .kind = kind, .path = source + colon + 1 };
	return dd_builder_add(b, &in, err);
}

/* True: something was left out. */
static bool warn(const struct dd_builder *b)
{
	size_t n;
	uint64_t total;
	const struct dd_str *w = dd_builder_warnings(b, &n, &total);
	for (size_t i = 0; i < n; i++)
		dd_cmd_warn("%.*s", DD_FMT(w[i]));
	if (total > n)
		dd_cmd_warn("and %llu more like these", (unsigned long long)(total - n));
	if (total)
		dd_cmd_warn("%llu %s could not be read: the database is incomplete", (unsigned long long)total,
			    total == 1 ? "record" : "records");
	return total > 0;
}

static void say(const struct dd_builder *b, const char *path)
{
	struct dd_build_stats s;
	char size[16];
	dd_builder_stats(b, &s);
	(void)fprintf(stderr, "%s: %llu advisories on %llu vulnerabilities in %llu packages, %s\n",
		      DD_QUOTE(dd_str_from(path)), (unsigned long long)s.advisories, (unsigned long long)s.vulns,
		      (unsigned long long)s.packages, dd_human_bytes(s.file_bytes, size));
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct options *o = in->options;
	struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
	struct dd_err err = { .at = DD_NO_OFFSET };
	enum dd_code code = DD_OK;
	if (o->sources.n == 0)
		code = dd_fail(&err, DD_EARG, DD_NO_OFFSET, "no --source: nothing to build a database from");
	else if (!o->output || !o->output[0])
		code = dd_fail(&err, DD_EARG, DD_NO_OFFSET, "no --output: where does the database go?");
	if (code == DD_OK)
		code = dd_builder_new(&b, &err);
	for (size_t i = 0; code == DD_OK && i < o->sources.n; i++)
		code = add_source(b, o->sources.p[i], &err);
	bool incomplete = b && warn(b);
	if (code == DD_OK)
		code = dd_builder_write(b, o->output, &err);
	if (code != DD_OK) {
		dd_cmd_error(&err);
		return dd_cmd_exit(&err);
	}
	if (!o->shared.quiet)
		say(b, o->output);
	return incomplete ? DD_EXIT_INCOMPLETE : DD_EXIT_CLEAN;
}

const struct dd_cmd dd_cmd_db_build = {
	.name = "build",
	.summary = "make a database from advisory sources on disk",
	.description =
		"Kinds of sources: osv (all.zip, a JSON file or a directory of OSV records, of any ecosystem), starter "
		"(drydock's own small set), debian (the security tracker's JSON), alpine (secdb), kev (CISA's known "
		"exploited "
		"vulnerabilities), epss (FIRST's scores, CSV or CSV.gz), eol (endoflife.date).\n\n"
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
