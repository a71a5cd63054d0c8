/* SPDX-License-Identifier: Apache-2.0 */
#include "db/build.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "db/builder.h"
#include "db/input.h"
#include "db/write.h"

/* To add a kind: a reader in from_<kind>.c, named in builder.h and meson.build, and a row here. */
static const struct dd_build_kind kinds[] = {
	{ "osv", dd_from_osv, true, ".json .yaml .yml" },
	{ "starter", dd_from_osv, true, ".json" },
	{ "rustsec", dd_from_rustsec, true, ".md" },
	{ "debian", dd_from_debian, true, ".json" },
	{ "alpine", dd_from_alpine, true, ".json" },
	{ "trivy", dd_from_trivy, true, ".db metadata.json" },
	{ "grype", dd_from_grype, true, ".db" },
	{ "java", dd_from_java, false, ".db metadata.json" },
	{ "csaf", dd_from_csaf, true, ".json" },
	{ "openvex", dd_from_openvex, true, ".json" },
	{ "updateinfo", dd_from_updateinfo, true, "updateinfo.xml" },
	{ "oval", dd_from_oval, true, ".xml" },
	{ "arch", dd_from_arch, true, ".json" },
	{ "photon", dd_from_photon, true, ".json" },
	{ "kev", dd_from_kev, false, ".json" },
	{ "epss", dd_from_epss, false, ".csv" },
	{ "eol", dd_from_eol, false, ".json" },
};

const struct dd_build_kind *dd_build_kind(struct dd_str name)
{
	for (size_t i = 0; i < DD_COUNT(kinds); i++)
		if (dd_str_eq_c(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

enum dd_code dd_builder_new(struct dd_builder **ret, struct dd_err *err)
{
	struct dd_builder *b = dd_alloc_zero(1, sizeof *b);
	if (!b)
		return dd_fail_nomem(err);
	b->strings = DD_INTERN_INIT(DD_DB_MEMORY_BYTES_MAX);
	b->arena = DD_ARENA_INIT(DD_DB_MEMORY_BYTES_MAX);
	if (dd_build_text(b, DD_STR("")) != 0 || b->failed != DD_OK) {
		dd_builder_freep(&b);
		return dd_fail_nomem(err);
	}
	*ret = b;
	return DD_OK;
}

void dd_builder_freep(struct dd_builder **at)
{
	struct dd_builder *b = DD_TAKE(*at);
	if (!b)
		return;
	for (size_t i = 0; i < b->sources.n; i++)
		dd_vec_done(&b->sources.p[i].inputs);
	dd_vec_done(&b->sources);
	dd_vec_done(&b->records);
	dd_vec_done(&b->entries);
	dd_vec_done(&b->words);
	dd_vec_done(&b->affects);
	dd_vec_done(&b->inputs);
	dd_vec_done(&b->kev);
	dd_vec_done(&b->epss);
	dd_vec_done(&b->eol);
	dd_vec_done(&b->jars);
	dd_map_done(&b->record_index);
	dd_map_done(&b->affects_index);
	dd_intern_done(&b->strings);
	dd_arena_done(&b->arena);
	dd_free(b);
}

void dd_builder_watch(struct dd_builder *b, void (*read)(void *ctx, uint64_t bytes), void *ctx)
{
	b->watch = read;
	b->watch_ctx = ctx;
}

enum dd_code dd_builder_add(struct dd_builder *b, const struct dd_build_input *in, struct dd_err *err)
{
	struct dd_buf names DD_CLEANUP_BUF = DD_BUF_INIT(256);
	const struct dd_build_kind *kind = dd_build_kind(dd_str_from(in->kind));
	DD_TRY(dd_build_check(b, err));
	if (kind)
		return dd_input_read(b, in, kind, err);
	for (size_t i = 0; i < DD_COUNT(kinds); i++)
		(void)dd_buf_addf(&names, "%s%s", i ? ", " : "", kinds[i].name);
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "no kind of source is called %s; there are: %.*s",
		       DD_QUOTE(dd_str_from(in->kind)), DD_FMT(dd_buf_str(&names)));
}

enum dd_code dd_builder_write_fd(struct dd_builder *b, int fd, struct dd_err *err)
{
	struct dd_joined joined DD_CLEANUP(dd_joined_done) = { 0 };
	DD_TRY(dd_build_check(b, err));
	DD_TRY(dd_join(b, &joined, err));
	return dd_write_database(b, &joined, fd, err);
}

enum dd_code dd_builder_write(struct dd_builder *b, const char *path, struct dd_err *err)
{
	struct dd_atomic_file file DD_CLEANUP(dd_atomic_done) = { .fd = -1 };
	DD_TRY(dd_atomic_open(&file, path, 0644, err));
	if (dd_builder_write_fd(b, file.fd, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
	return dd_atomic_commit(&file, err);
}

const struct dd_str *dd_builder_warnings(const struct dd_builder *b, size_t *ret_n, uint64_t *ret_total)
{
	*ret_n = b->n_warnings < DD_BUILD_WARNINGS_MAX ? (size_t)b->n_warnings : DD_BUILD_WARNINGS_MAX;
	*ret_total = b->n_warnings;
	return b->warnings;
}

void dd_builder_stats(const struct dd_builder *b, struct dd_build_stats *ret)
{
	*ret = b->stats;
	ret->read = b->entries.n + b->kev.n + b->epss.n + b->eol.n + b->jars.n;
}
