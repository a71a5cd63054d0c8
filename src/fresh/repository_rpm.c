/* SPDX-License-Identifier: Apache-2.0 */
/* dnf's, zypper's and tdnf's repositories: <address>/repodata/repomd.xml names primary.xml (what is there) and
 * updateinfo.xml (which updates are for security) with their digests. Nothing of a file counts before its digest is
 * that of repomd.xml.
 *
 * Who vouches for repomd.xml: its detached signature where a keyring of the user's has the key (server.c), the digest
 * of the metalink where one is used, and else the host, by https: whatever scheme the image names.
 *
 * Mirror lists: the first mirror whose host may be asked. Packages of modules are left out, on both sides: which stream
 * is enabled is not in a repository. Source: dnf.conf(5); format/repodata.h. */
#include "base/limits.h"
#include "format/decompress.h"
#include "format/repodata.h"
#include "fresh/gather_parts.h"
#include "fresh/rpm_address.h"

enum { REPOMD_MEMORY_MAX = 64 << 20 };

struct reading {
	struct dd_offers *o;
	struct dd_str basearch;
	struct dd_offer_kind kind;
};

/* ---- packages ---- */

/* "1.2-3.module_el8.5.0+1+2" */
static bool is_modular(struct dd_str evr)
{
	struct dd_str mark = DD_STR(".module");
	return dd_str_search(evr, mark) < evr.n;
}

static enum dd_code offer(void *ctx, const struct dd_repodata_package *p, struct dd_err *err)
{
	const struct reading *r = ctx;
	const struct dd_offers *o = r->o;
	if (is_modular(p->evr))
		return DD_OK;
	for (uint32_t i = dd_map_get(&o->by_name, p->name); i != DD_MAP_NONE; i = o->next[i]) {
		const struct dd_package *in = &o->g->inv->packages[i].package;
		/* one that is for all architectures may become one of the system's, and the other way round */
		bool fits = dd_str_eq(in->arch, p->arch) || !in->arch.n || dd_str_eq_c(p->arch, "noarch") ||
			    (dd_str_eq_c(in->arch, "noarch") && dd_str_eq(p->arch, r->basearch));
		if (fits && !in->module.n && !is_modular(in->version) &&
		    dd_offers_add(r->o, i, p->evr, &r->kind) != DD_OK)
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

typedef enum dd_code document_fn(struct dd_stream *in, dd_repodata_fn *each, void *ctx, struct dd_err *err);

static enum dd_code read_document(struct reading *r, struct dd_str bytes, document_fn *read, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *packed = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *plain = NULL;
	DD_TRY(dd_stream_memory(bytes, DD_STREAM_BLOCK_BYTES, &packed, err));
	DD_TRY(dd_stream_decompress(packed, DD_REPODATA_BYTES_MAX, &plain, err));
	return read(plain, offer, r, err);
}

/* One file that repomd.xml names. */
static enum dd_code read_file(struct reading *r, struct dd_str base, const struct dd_repodata_file *f,
			      document_fn *read, struct dd_err *err)
{
	struct dd_fresh_heard h;
	enum dd_code code = dd_gather_file(r->o->g, DD_FRESH_FILE, base, f->href, &h, err);
	if (code == DD_EARG) /* the host was asked before: it is the name that is odd */
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "repomd.xml names the odd file %s", DD_QUOTE(f->href));
	DD_TRY(code);
	code = dd_repodata_check(f, h.file.bytes, err);
	if (code == DD_OK)
		code = read_document(r, h.file.bytes, read, err);
	dd_fresh_heard_done(&h);
	return code;
}

/* ---- the repository ---- */

static enum dd_code check_repomd(const struct dd_repodata_mirrors *m, struct dd_str bytes, struct dd_err *err)
{
	for (size_t i = 0; i < m->n_hashes; i++) {
		struct dd_digest have;
		DD_TRY(dd_digest_of(m->hashes[i].algorithm, bytes, &have, err));
		if (dd_digest_eq(&have, &m->hashes[i]))
			return DD_OK;
	}
	return m->n_hashes ? dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "repomd.xml is none that the metalink names")
			   : DD_OK;
}

static enum dd_code read_repomd(struct reading *r, struct dd_str base, struct dd_str repomd, struct dd_arena *a,
				struct dd_err *err)
{
	struct dd_repodata_file primary, updates;
	DD_TRY(dd_repodata_find(repomd, "primary", a, &primary, err));
	DD_TRY(dd_repodata_find(repomd, "updateinfo", a, &updates, err));
	if (!primary.found)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "repomd.xml names no primary.xml");
	DD_TRY(read_file(r, base, &primary, dd_repodata_primary, err));
	r->kind.announced = r->kind.security = true;
	return updates.found ? read_file(r, base, &updates, dd_repodata_security, err) : DD_OK;
}

static enum dd_code read_base(struct reading *r, struct dd_str base, const struct dd_repodata_mirrors *m,
			      struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(REPOMD_MEMORY_MAX);
	struct dd_fresh_heard h;
	DD_TRY(dd_gather_file(r->o->g, DD_FRESH_REPOMD, base, DD_STR("repodata/repomd.xml"), &h, err));
	size_t path = dd_str_search(base, DD_STR("://")) + 3;
	path += dd_str_find(dd_str_skip(base, path), '/');
	r->kind.origin = dd_arena_printf(r->o->g->arena, "%s%.*s", h.reply.origin, DD_FMT(dd_str_skip(base, path)));
	enum dd_code code = r->kind.origin.p ? check_repomd(m, h.file.bytes, err) : dd_fail_nomem(err);
	if (code == DD_OK)
		code = read_repomd(r, base, h.file.bytes, &a, err);
	dd_fresh_heard_done(&h);
	return code;
}

/* The first of them that may be asked and is there. */
static enum dd_code read_mirrors(struct reading *r, const struct dd_repodata_mirrors *m, struct dd_err *err)
{
	enum dd_code code = DD_OK;
	for (size_t i = 0; i < m->n; i++) {
		struct dd_str base;
		DD_TRY(dd_rpm_address(r->o->g->inv, m->urls[i], r->o->g->arena, &base, err));
		code = read_base(r, base, m, err);
		if (code != DD_EARG)
			break;
	}
	return code;
}

static enum dd_code read_list(struct reading *r, struct dd_str address, struct dd_err *err)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(REPOMD_MEMORY_MAX);
	struct dd_repodata_mirrors m;
	struct dd_fresh_heard h;
	size_t query = dd_str_find(address, '?');
	DD_TRY(dd_gather_file(r->o->g, DD_FRESH_MIRRORS, dd_str_take(address, query), dd_str_skip(address, query + 1),
			      &h, err));
	enum dd_code code = dd_repodata_mirrors(h.file.bytes, &a, &m, err);
	if (code == DD_OK)
		code = read_mirrors(r, &m, err);
	dd_fresh_heard_done(&h);
	return code;
}

enum dd_code dd_repository_rpm(struct dd_offers *o, const struct dd_repository *r, struct dd_err *err)
{
	static const struct dd_repodata_mirrors none;
	struct reading reading = { .o = o, .basearch = dd_rpm_basearch(o->g->inv), .kind = { .origin = DD_STR("") } };
	struct dd_str address;
	DD_TRY(dd_rpm_address(o->g->inv, r->url, o->g->arena, &address, err));
	return dd_str_eq_c(r->suite, "baseurl") ? read_base(&reading, address, &none, err)
						: read_list(&reading, address, err);
}
