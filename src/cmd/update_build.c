/* SPDX-License-Identifier: Apache-2.0 */
/* The half of `db update` that reads what came from the network. It runs in a child that can neither reach the network
 * nor write anywhere but into the work directory; the parent believes its numbers only as numbers. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/confine.h"
#include "cmd/db_cmds.h"
#include "cmd/update.h"
#include "db/build.h"
#include "db/db.h"

enum { SHRINK_MIN = 20 }; /* sources with fewer advisories may lose half of them */

/* What the child tells: this, then the advisories of each item. */
struct told {
	uint64_t failed; /* number of the item that could not be read, from 1; 0: another reason, or none */
	struct dd_update_built built;
};

struct job {
	struct dd_update *u;
	const char *new_path;
};

static bool usable(const struct dd_update_item *item)
{
	return item->state == DD_FEED_FETCHED || item->state == DD_FEED_UNCHANGED || item->state == DD_FEED_OLD;
}

/* --- the child --- */

static enum dd_code add_item(struct dd_builder *b, struct dd_update_item *item, struct dd_err *err)
{
	struct dd_build_stats before, after;
	char date[32];
	bool dated = item->got.modified > 0;
	const struct dd_build_input in = { .kind = item->feed->kind,
					   .path = item->path,
					   .url = item->feed->url,
					   .date = dated ? dd_time_text(item->got.modified, date) : NULL };
	dd_builder_stats(b, &before);
	DD_TRY(dd_builder_add(b, &in, err));
	dd_builder_stats(b, &after);
	item->advisories = after.read - before.read;
	if (item->advisories == 0 && !item->feed->blank)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "there is no advisory in it");
	return DD_OK;
}

static enum dd_code add_items(struct job *j, struct dd_builder *b, struct told *told, struct dd_err *err)
{
	struct dd_update *u = j->u;
	for (size_t i = 0; i < u->n; i++) {
		struct dd_buf title DD_CLEANUP_BUF = DD_BUF_INIT(1024);
		if (!usable(&u->items[i]) || add_item(b, &u->items[i], err) == DD_OK)
			continue;
		told->failed = i + 1;
		dd_feed_title(u->items[i].feed, &title);
		return dd_wrap(err, "%.*s, as it came from %s", DD_FMT(dd_buf_str(&title)),
			       DD_QUOTE(dd_str_from(u->items[i].url ? u->items[i].url : u->mirror_dir)));
	}
	return DD_OK;
}

/* Is a source of the database one that the selected feeds fill? */
static bool is_selected(const struct dd_update *u, const struct dd_db_source *s)
{
	for (size_t i = 0; i < u->n; i++) {
		struct dd_buf title DD_CLEANUP_BUF = DD_BUF_INIT(1024);
		dd_feed_title(u->items[i].feed, &title);
		if (dd_str_eq(s->name, dd_buf_str(&title)) || dd_str_eq_c(s->name, u->items[i].feed->kind))
			return true;
	}
	return false;
}

static uint64_t records_of(const struct dd_database_info *info, struct dd_str name)
{
	for (size_t i = 0; i < info->n_sources; i++)
		if (dd_str_eq(info->sources[i].name, name))
			return info->sources[i].records;
	return 0;
}

/* A server that lost half of its data must not take it from us. */
static enum dd_code check_shrink(const struct job *j, const struct dd_database_info *now, struct dd_arena *a,
				 struct dd_err *err)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_database_info old;
	if (j->u->o->allow_shrink || dd_db_open(j->u->db_path, &db, NULL) != DD_OK ||
	    dd_db_info(db, a, &old, NULL) != DD_OK)
		return DD_OK;
	for (size_t i = 0; i < old.n_sources; i++) {
		const struct dd_db_source *s = &old.sources[i];
		uint64_t n = records_of(now, s->name);
		if (s->records >= SHRINK_MIN && n < s->records / 2 && is_selected(j->u, s))
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
				       "%s has %llu advisories now and had %llu: too few to be right "
				       "(if it is, use --allow-shrink)",
				       DD_QUOTE(s->name), (unsigned long long)n, (unsigned long long)s->records);
	}
	return DD_OK;
}

/* Reads the new database back, every byte. */
static enum dd_code check_new(const struct job *j, struct told *told, struct dd_err *err)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_GIB);
	struct dd_database_info info;
	DD_TRY(dd_db_open(j->new_path, &db, err));
	DD_TRY(dd_db_verify(db, err));
	DD_TRY(dd_db_info(db, &a, &info, err));
	(void)snprintf(told->built.digest, sizeof told->built.digest, "%.*s", DD_FMT(info.digest));
	return check_shrink(j, &info, &a, err);
}

static enum dd_code build(struct job *j, struct told *told, struct dd_err *err)
{
	struct dd_builder *b DD_CLEANUP(dd_builder_freep) = NULL;
	struct dd_build_stats s;
	DD_TRY(dd_builder_new(&b, err));
	DD_TRY(add_items(j, b, told, err));
	told->built.incomplete = dd_db_cmd_warn(b);
	DD_TRY(dd_builder_write(b, j->new_path, err));
	dd_builder_stats(b, &s);
	told->built.advisories = s.advisories;
	told->built.vulns = s.vulns;
	told->built.packages = s.packages;
	told->built.file_bytes = s.file_bytes;
	return check_new(j, told, err);
}

static enum dd_exit run(void *ctx, const int *outputs)
{
	struct job *j = ctx;
	struct told told = { 0 };
	struct dd_err err = { .at = DD_NO_OFFSET };
	dd_interrupt_child(j->u->interrupt);
	enum dd_code code = build(j, &told, &err);
	if (code != DD_OK)
		dd_cmd_error(&err);
	if (dd_write_full(outputs[0], &told, sizeof told, NULL) != DD_OK)
		return DD_EXIT_CANNOT_RUN;
	for (size_t i = 0; i < j->u->n; i++)
		if (dd_write_full(outputs[0], &j->u->items[i].advisories, sizeof(uint64_t), NULL) != DD_OK)
			return DD_EXIT_CANNOT_RUN;
	return code == DD_OK ? DD_EXIT_CLEAN : DD_EXIT_CANNOT_RUN;
}

/* --- the parent --- */

static enum dd_code listen(struct dd_update *u, int fd, struct told *ret, struct dd_err *err)
{
	size_t n;
	uint64_t at = sizeof *ret;
	DD_TRY(dd_pread_full(fd, ret, sizeof *ret, 0, &n, err));
	if (n < sizeof *ret)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the process that builds the database failed");
	for (size_t i = 0; i < u->n; i++, at += sizeof(uint64_t))
		DD_TRY(dd_pread_full(fd, &u->items[i].advisories, sizeof(uint64_t), at, &n, err));
	ret->built.digest[sizeof ret->built.digest - 1] = '\0';
	return DD_OK;
}

enum dd_code dd_update_build(struct dd_update *u, struct dd_update_built *ret, bool *ret_ok, struct dd_err *err)
{
	const char *new_path = dd_arena_printf(&u->arena, "%s/new.db", u->work).p;
	const char *sources = u->mirror_dir ? u->mirror_dir : dd_arena_printf(&u->arena, "%s/sources", u->cache).p;
	const char *read_paths[] = { sources, u->db_path, NULL }, *write_paths[] = { u->work, NULL };
	const struct dd_sandbox sandbox = { read_paths, write_paths };
	struct job j = { u, new_path };
	const struct dd_confined c = { .sandbox = &sandbox,
				       .child = &u->interrupt->child,
				       .verbose = u->o->shared.verbose,
				       .n_outputs = 1,
				       .run = run,
				       .ctx = &j };
	int outputs[DD_CONFINE_OUTPUTS_MAX] = { -1 };
	struct told told;
	enum dd_exit result;
	if (!new_path || !sources)
		return dd_fail_nomem(err);
	DD_TRY(dd_confine(&c, outputs, &result, err));
	enum dd_code code = listen(u, outputs[0], &told, err);
	dd_closep(&outputs[0]);
	DD_TRY(code);
	/* Whatever is in the file, the next update has to fetch it anew. */
	if (told.failed > 0 && told.failed <= u->n && u->items[told.failed - 1].url)
		dd_download_forget(u->items[told.failed - 1].path);
	*ret_ok = result == DD_EXIT_CLEAN;
	*ret = told.built;
	return DD_OK;
}
