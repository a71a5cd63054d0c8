/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db pull`: the database as an artifact of a registry. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/broker.h"
#include "cmd/confine.h"
#include "cmd/db_artifact.h"
#include "cmd/db_cmds.h"
#include "cmd/update.h"
#include "format/decompress.h"

enum { WITH_MAX = 8 };

struct options {
	struct dd_update_options update; /* first: its shared options */
	struct dd_opt_list with;
	bool allow_older;
};

static const struct dd_opt rows[] = {
	{ DD_OPT_LIST, "with", 0, "REFERENCE",
	  "build the database from this artifact, too, as from trivy-java-db; may be given more than once",
	  offsetof(struct options, with) },
	{ DD_OPT_FLAG, "allow-older", 0, NULL, "replace a newer database by an older one",
	  offsetof(struct options, allow_older) },
	{ DD_OPT_FLAG, "allow-shrink", 0, NULL,
	  "replace the database even when a source has lost half of its advisories",
	  offsetof(struct options, update.allow_shrink) },
	{ DD_OPT_END },
};

static void release(void *options)
{
	struct options *o = options;
	dd_shared_options_done(&o->update.shared);
	dd_opt_list_done(&o->update.sources);
	dd_opt_list_done(&o->with);
}

struct pull {
	struct dd_update u; /* first */
	const struct options *o;
	char *const *references;
	size_t n_references;
	const char *dir; /* of the artifacts' files */
	struct dd_db_artifact artifacts[1 + WITH_MAX];
	size_t n;
	struct dd_update_state state;	 /* of the database that is there */
	char inputs[DD_DIGEST_TEXT_MAX]; /* of the artifacts */
	bool current;			 /* it was made from them */
};

/* ---- fetching ---- */

static enum dd_code digest_inputs(const struct pull *p, char out[DD_DIGEST_TEXT_MAX], struct dd_err *err)
{
	struct dd_buf all DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_MIB);
	struct dd_digest digest;
	for (size_t i = 0; i < p->n; i++) {
		char text[DD_DIGEST_TEXT_MAX];
		(void)dd_buf_addf(&all, "pulled %s %s\n", p->artifacts[i].kind ? p->artifacts[i].kind : "drydock",
				  dd_digest_text(&p->artifacts[i].digest, text));
	}
	DD_TRY(dd_buf_check(&all, "the list of inputs", err));
	DD_TRY(dd_digest_of(DD_SHA256, dd_buf_str(&all), &digest, err));
	(void)dd_digest_text(&digest, out);
	return DD_OK;
}

/* From the i-th reference: what there is, and the files of it unless the database was made from just these. */
static enum dd_code fetch_from(struct pull *p, const struct dd_db_artifact_fetch *f, size_t i, struct dd_err *err)
{
	DD_TRY(dd_db_artifact_find(f, dd_str_from(p->references[i]), &p->artifacts[0], err));
	p->n = 1;
	for (size_t k = 0; k < p->o->with.n; k++, p->n++) {
		struct dd_str name = dd_str_from(p->o->with.p[k]);
		DD_TRY(dd_db_artifact_find(f, name, &p->artifacts[p->n], err));
		if (!p->artifacts[p->n].kind || !p->artifacts[0].kind)
			return dd_fail(
				err, DD_EARG, DD_NO_OFFSET,
				"%s: a finished database cannot be joined with others; --with is for what one is "
				"built from",
				DD_QUOTE(name));
	}
	DD_TRY(digest_inputs(p, p->inputs, err));
	p->current = dd_update_is_current(&p->u, &p->state, p->inputs);
	for (size_t k = 0; k < p->n && !p->current; k++)
		DD_TRY(dd_db_artifact_download(f, &p->artifacts[k], err));
	return DD_OK;
}

/* The references behind the first are copies of it: the first that can be had. */
static enum dd_code fetch_first(struct pull *p, struct dd_registry *r, struct dd_err *err)
{
	const struct dd_db_artifact_fetch f = {
		.registry = r, .dir = p->dir, .arena = &p->u.arena, .progress = &p->u.progress
	};
	for (size_t i = 0;; i++) {
		enum dd_code code = fetch_from(p, &f, i, err);
		if (code == DD_OK || code == DD_ENOMEM || i + 1 == p->n_references ||
		    atomic_load(&p->u.interrupt->stop))
			return code;
		dd_cmd_warn("%.400s; trying %s", err->message, DD_QUOTE(dd_str_from(p->references[i + 1])));
	}
}

static enum dd_code fetch(struct pull *p, struct dd_err *err)
{
	struct dd_net *net DD_CLEANUP(dd_net_closep) = NULL;
	struct dd_registry_session *session DD_CLEANUP(dd_registry_session_freep) = NULL;
	struct dd_registry *r DD_CLEANUP(dd_registry_freep) = NULL;
	struct dd_registry_options options;
	DD_TRY(dd_net_open(&net, err));
	dd_broker_registry_options(&p->o->update.shared, &options);
	options.stop = &p->u.interrupt->stop;
	DD_TRY(dd_registry_session_new(net, &options, &session, err));
	DD_TRY(dd_registry_new(session, &r, err));
	dd_progress_start(&p->u.progress, DD_STR("pulling advisories"), p->o->update.shared.quiet);
	enum dd_code code = fetch_first(p, r, err);
	dd_progress_done(&p->u.progress);
	return code;
}

/* Files of earlier pulls, and that of a finished database, which is unpacked now; what a transfer that broke off left
 * stays. */
static void forget_others(const struct pull *p)
{
	DIR *d = opendir(p->dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		bool keep = e->d_name[0] == '.' || strstr(e->d_name, ".part") != NULL;
		for (size_t i = 0; i < p->n && !keep && p->artifacts[i].kind; i++) {
			const char *slash = strrchr(p->artifacts[i].path, '/');
			keep = slash && strcmp(slash + 1, e->d_name) == 0;
		}
		if (!keep)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d)
		(void)closedir(d);
}

/* ---- a finished database ---- */

struct unpack {
	struct pull *p;
	const char *new_path;
};

static enum dd_code unpack_file(const struct unpack *u, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int from = open(u->p->artifacts[0].path, O_RDONLY | O_CLOEXEC);
	DD_CLEANUP(dd_closep) int to = open(u->new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *plain = NULL;
	if (from < 0 || to < 0)
		return dd_fail_errno(err, "cannot unpack the database");
	DD_TRY(dd_stream_fd(from, 0, u->p->artifacts[0].bytes, &in, err));
	DD_TRY(dd_stream_decompress(in, DD_DB_FILE_BYTES_MAX, &plain, err));
	for (;;) {
		struct dd_str block;
		DD_TRY(dd_stream_next(plain, &block, err));
		if (block.n == 0)
			break;
		DD_TRY(dd_write_full(to, block.p, block.n, err));
	}
	return fsync(to) < 0 ? dd_fail_errno(err, "cannot write the database") : DD_OK;
}

/* An old database, served again, would hide what was found since. */
static enum dd_code check_age(const struct unpack *u, const struct dd_database_info *now, struct dd_err *err)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_database_info old;
	char then[32], before[32];
	if (u->p->o->allow_older || dd_db_open(u->p->u.db_path, &db, NULL) != DD_OK ||
	    dd_db_info(db, &a, &old, NULL) != DD_OK || now->built >= old.built)
		return DD_OK;
	return dd_fail(err, DD_EARG, DD_NO_OFFSET,
		       "the database is of %.10s, older than the one that is there, of %.10s (if that is wanted, use "
		       "--allow-older)",
		       dd_time_text(now->built, then), dd_time_text(old.built, before));
}

static enum dd_code unpack(const struct unpack *u, struct dd_update_built *told, struct dd_err *err)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_database_info info;
	if (unpack_file(u, err) != DD_OK || dd_db_open(u->new_path, &db, err) != DD_OK ||
	    dd_db_verify(db, err) != DD_OK || dd_db_info(db, &a, &info, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(u->p->artifacts[0].name)));
	(void)snprintf(told->digest, sizeof told->digest, "%.*s", DD_FMT(info.digest));
	told->advisories = info.advisories;
	return check_age(u, &info, err);
}

static enum dd_exit run_unpack(void *ctx, const int *outputs)
{
	const struct unpack *u = ctx;
	struct dd_update_built told = { 0 };
	struct dd_err err = { .at = DD_NO_OFFSET };
	dd_interrupt_child(u->p->u.interrupt);
	if (unpack(u, &told, &err) == DD_OK && dd_write_full(outputs[0], &told, sizeof told, &err) == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return DD_EXIT_CANNOT_RUN;
}

/* *ret_ok false: said already. */
static enum dd_code install(struct pull *p, struct dd_update_built *ret, bool *ret_ok, struct dd_err *err)
{
	struct dd_update *u = &p->u;
	struct unpack job = { p, dd_arena_printf(&u->arena, "%s/new.db", u->work).p };
	const char *read_paths[] = { p->artifacts[0].path, u->db_path, NULL }, *write_paths[] = { u->work, NULL };
	const struct dd_sandbox sandbox = { read_paths, write_paths };
	const struct dd_confined c = { .sandbox = &sandbox,
				       .child = &u->interrupt->child,
				       .verbose = u->o->shared.verbose,
				       .n_outputs = 1,
				       .run = run_unpack,
				       .ctx = &job };
	int outputs[DD_CONFINE_OUTPUTS_MAX] = { -1 };
	enum dd_exit result;
	size_t n = 0;
	if (!job.new_path)
		return dd_fail_nomem(err);
	DD_TRY(dd_confine(&c, outputs, &result, err));
	*ret_ok = result == DD_EXIT_CLEAN;
	enum dd_code code = *ret_ok ? dd_pread_full(outputs[0], ret, sizeof *ret, 0, &n, err) : DD_OK;
	dd_closep(&outputs[0]);
	DD_TRY(code);
	if (!*ret_ok)
		return DD_OK;
	if (n != sizeof *ret)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the process that unpacks the database failed");
	ret->digest[sizeof ret->digest - 1] = '\0';
	return dd_update_replace(u, err);
}

/* ---- sources, to build from ---- */

static enum dd_code build(struct pull *p, struct dd_update_state *state, bool *ret_incomplete, bool *ret_ok,
			  struct dd_err *err)
{
	struct dd_feed feeds[1 + WITH_MAX];
	struct dd_update *u = &p->u;
	u->n = p->n;
	u->items = dd_arena_array(&u->arena, p->n, sizeof *u->items);
	if (!u->items)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < p->n; i++) {
		const struct dd_db_artifact *a = &p->artifacts[i];
		/* trivy-java-db tells which jar is what: it has no advisories of its own. */
		feeds[i] = (struct dd_feed){ .kind = a->kind,
					     .name = "",
					     .url = a->name,
					     .path = a->path,
					     .blank = strcmp(a->kind, "java") == 0 };
		u->items[i] = (struct dd_update_item){
			.feed = &feeds[i],
			.path = a->path,
			.url = a->name,
			.state = a->fetched ? DD_FEED_FETCHED : DD_FEED_UNCHANGED,
			.got = { .bytes = a->bytes, .digest = a->digest, .modified = INT64_MIN },
		};
	}
	DD_TRY(dd_update_build_and_replace(u, state, ret_incomplete, ret_ok, err));
	u->n = 0; /* feeds end here */
	return DD_OK;
}

/* ---- the whole ---- */

static void say(const struct pull *p)
{
	char size[16];
	for (size_t i = 0; i < p->n && !p->current; i++)
		(void)fprintf(stderr, "%s: %s, %s\n", p->artifacts[i].name,
			      p->artifacts[i].fetched ? "pulled" : "there already",
			      dd_human_bytes(p->artifacts[i].bytes, size));
	if (p->current)
		(void)fprintf(stderr, "%s is up to date\n", DD_QUOTE(dd_str_from(p->u.db_path)));
}

static enum dd_code replace(struct pull *p, struct dd_update_state *state, bool *ret_incomplete, bool *ret_ok,
			    struct dd_err *err)
{
	struct dd_update_built built = { 0 };
	if (p->artifacts[0].kind)
		return build(p, state, ret_incomplete, ret_ok, err);
	DD_TRY(install(p, &built, ret_ok, err));
	if (!*ret_ok)
		return DD_OK;
	(void)snprintf(state->database, sizeof state->database, "%s", built.digest);
	if (!p->o->update.shared.quiet)
		(void)fprintf(stderr, "%s: %llu advisories\n", DD_QUOTE(dd_str_from(p->u.db_path)),
			      (unsigned long long)built.advisories);
	return DD_OK;
}

static enum dd_code pull(struct dd_update *u, bool *ret_incomplete, bool *ret_ok, struct dd_err *err)
{
	struct pull *p = (struct pull *)u;
	p->dir = dd_arena_printf(&u->arena, "%s/sources/oci", u->cache).p;
	if (!p->dir)
		return dd_fail_nomem(err);
	DD_TRY(dd_mkdirs(p->dir, err));
	dd_update_state_read(u->db_path, &p->state);
	DD_TRY(fetch(p, err));
	if (!p->o->update.shared.quiet)
		say(p);
	if (p->current)
		return DD_OK;
	p->state.checked = INT64_MIN;
	DD_TRY(replace(p, &p->state, ret_incomplete, ret_ok, err));
	if (!*ret_ok)
		return DD_OK;
	forget_others(p);
	(void)snprintf(p->state.inputs, sizeof p->state.inputs, "%s", p->inputs);
	(void)snprintf(p->state.program, sizeof p->state.program, "%s", DD_VERSION);
	return dd_update_state_write(u->db_path, &p->state, err);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	const struct options *o = in->options;
	struct pull p = { .u = { .o = &o->update, .arena = DD_ARENA_INIT(DD_MIB * 64) },
			  .o = o,
			  .references = in->argv,
			  .n_references = (size_t)in->argc };
	struct dd_err err = { .at = DD_NO_OFFSET };
	enum dd_exit result = DD_EXIT_CANNOT_RUN;
	enum dd_code code = dd_update_places(&p.u, &err);
	if (code == DD_OK && o->with.n > WITH_MAX)
		code = dd_fail(&err, DD_EARG, DD_NO_OFFSET, "more than %d times --with", WITH_MAX);
	if (code == DD_OK && o->update.shared.offline)
		code = dd_fail(&err, DD_EARG, DD_NO_OFFSET, "--offline: the purpose of this command is the network");
	if (code == DD_OK) {
		result = dd_update_run(&p.u, pull);
	} else {
		dd_cmd_error(&err);
		result = dd_cmd_exit(&err);
	}
	dd_arena_done(&p.u.arena);
	return result;
}

const struct dd_cmd dd_cmd_db_pull = {
	.name = "pull",
	.summary = "fetch the database that scans use from a registry",
	.operands = "REFERENCE [REFERENCE…]",
	.description =
		"Pulls what 'drydock db push' wrote. Further references are copies of the first, tried in turn when it "
		"cannot be had. Every byte is held to the digests of the manifest; REFERENCE@sha256:… holds the "
		"manifest "
		"itself. A transfer that broke goes on where it ended, and nothing is fetched that is there already. "
		"The "
		"new database is unpacked and read back as a whole by a process without network, and replaces the old "
		"one "
		"at once. When anything fails the old one stays, and the exit code is 4. A database that is older than "
		"the "
		"one that is there is refused.\n\n"
		"The artifacts trivy-db and trivy-java-db are pulled, too: the database is built from them then. The "
		"second "
		"one, which tells jars by their SHA-1, goes with the first by --with.",
	.examples =
		(const struct dd_example[]){
			{ "drydock db pull registry.example/security/drydock-db:2", "from your own registry" },
			{ "drydock db pull registry.example/drydock-db:2 mirror.example/drydock-db:2",
			  "with a mirror behind it" },
			{ "drydock db pull ghcr.io/aquasecurity/trivy-db:2 --with ghcr.io/aquasecurity/trivy-java-db:1",
			  "built from what Trivy publishes" },
			{ NULL } },
	.options = rows,
	.shared = DD_SHARE_OUTPUT | DD_SHARE_CACHE | DD_SHARE_OFFLINE | DD_SHARE_REGISTRY,
	.options_size = sizeof(struct options),
	.release = release,
	.min_args = 1,
	.max_args = 16,
	.run = run,
};
