/* SPDX-License-Identifier: Apache-2.0 */
/* apk's repositories (Alpine, Wolfi): <address>/<arch>/APKINDEX.tar.gz, gzip members one behind the other, which unpack
 * to one tar: .SIGN.RSA.<key>.rsa.pub (the signature of what follows), DESCRIPTION, APKINDEX. The last has a paragraph
 * for each package, a letter, a colon and a value a line: P name, V version, A architecture.
 *
 * The signature is checked where the host has its key, or --keyring names it (apk_signature.c); keys of the image do
 * not count. Without the key the host vouches for the index: it is asked for by https alone, whatever scheme the image
 * names. Nothing in it tells security
 * updates apart. Source: wiki.alpinelinux.org/wiki/Apk_spec; apk-tools 2.14 src/database.c. */
#include "base/limits.h"
#include "base/stream.h"
#include "format/decompress.h"
#include "format/tar.h"
#include "fresh/apk_signature.h"

static enum dd_code read_member(struct dd_tar *t, const struct dd_tar_entry *e, struct dd_buf *out, struct dd_err *err)
{
	if (e->size > DD_FRESH_DOCUMENT_MAX)
		return dd_fail(err, DD_ELIMIT, e->offset, "the index is too large");
	for (struct dd_str block;;) {
		DD_TRY(dd_tar_read(t, &block, err));
		if (!block.n)
			return DD_OK;
		(void)dd_buf_add_str(out, block);
		DD_TRY(dd_buf_check(out, "the index", err));
	}
}

/* The file APKINDEX of the archive. */
static enum dd_code unpack(struct dd_str bytes, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *packed = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *plain = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *tar = NULL;
	struct dd_tar_entry e;
	DD_TRY(dd_stream_memory(bytes, DD_STREAM_BLOCK_BYTES, &packed, err));
	DD_TRY(dd_stream_decompress(packed, DD_FRESH_DOCUMENT_MAX, &plain, err));
	DD_TRY(dd_tar_new(plain, &tar, err));
	for (;;) {
		DD_TRY(dd_tar_next(tar, &e, err));
		if (e.type == DD_TAR_END)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no APKINDEX in the archive");
		if (e.type == DD_TAR_FILE && dd_str_eq_c(e.path, "APKINDEX"))
			return read_member(tar, &e, out, err);
	}
}

static enum dd_code offer(struct dd_offers *o, struct dd_str name, struct dd_str version,
			  const struct dd_offer_kind *kind)
{
	if (!name.n || !version.n)
		return DD_OK;
	for (uint32_t i = dd_map_get(&o->by_name, name); i != DD_MAP_NONE; i = o->next[i])
		DD_TRY(dd_offers_add(o, i, version, kind));
	return DD_OK;
}

static enum dd_code read_index(struct dd_offers *o, struct dd_str text, const struct dd_offer_kind *kind)
{
	struct dd_str name = DD_STR(""), version = DD_STR("");
	for (struct dd_str line; dd_str_line(&text, &line);) {
		if (!line.n) {
			DD_TRY(offer(o, name, version, kind));
			name = version = DD_STR("");
		} else if (dd_str_starts(line, DD_STR("P:"))) {
			name = dd_str_skip(line, 2);
		} else if (dd_str_starts(line, DD_STR("V:"))) {
			version = dd_str_skip(line, 2);
		}
	}
	return offer(o, name, version, kind);
}

/* That of most packages: "noarch" ones are kept with it, too. */
static struct dd_str architecture(const struct dd_inventory *inv)
{
	for (size_t i = 0; i < inv->n_packages; i++) {
		const struct dd_package *p = &inv->packages[i].package;
		if (inv->packages[i].system && dd_str_eq_c(p->type, "apk") && p->arch.n &&
		    !dd_str_eq_c(p->arch, "noarch"))
			return p->arch;
	}
	return DD_STR("");
}

enum dd_code dd_repository_apk(struct dd_offers *o, const struct dd_repository *r, struct dd_err *err)
{
	struct dd_arena *a = o->g->arena;
	struct dd_str base = r->url, arch = architecture(o->g->inv);
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_FRESH_DOCUMENT_MAX);
	struct dd_offer_kind kind = { .origin = DD_STR("") };
	struct dd_fresh_heard h;
	if (!arch.n)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "the architecture of the system is not known");
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	if (dd_str_starts(base, DD_STR("http://")))
		base = dd_arena_printf(a, "https://%.*s", DD_FMT(dd_str_skip(base, sizeof "http://" - 1)));
	struct dd_str part = dd_arena_printf(a, "%.*s/APKINDEX.tar.gz", DD_FMT(arch));
	if (!base.p || !part.p)
		return dd_fail_nomem(err);
	DD_TRY(dd_gather_file(o->g, DD_FRESH_FILE, base, part, &h, err));
	size_t path = dd_str_search(base, DD_STR("://")) + 3;
	path += dd_str_find(dd_str_skip(base, path), '/');
	kind.origin = dd_arena_printf(a, "%s%.*s", h.reply.origin, DD_FMT(dd_str_skip(base, path)));
	struct dd_str index;
	enum dd_code code = dd_apk_signed(o->g, h.file.bytes, &index, err);
	if (code == DD_OK)
		code = unpack(index, &text, err);
	if (code == DD_OK && (!kind.origin.p || read_index(o, dd_buf_str(&text), &kind) != DD_OK))
		code = dd_fail_nomem(err);
	dd_fresh_heard_done(&h);
	return code;
}
