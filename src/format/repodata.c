/* SPDX-License-Identifier: Apache-2.0 */
/* There is no schema but what createrepo_c writes and libdnf reads:
 *
 *   repodata/repomd.xml       <repomd><data type="primary"><checksum type="sha256">hex</checksum><size>n</size>
 *                             <location href="repodata/hex-primary.xml.gz"/></data>…
 *   primary.xml               <metadata><package type="rpm"><name/><arch/><version epoch="" ver="" rel=""/>…
 *   updateinfo.xml            <updates><update type="security" status="final"><pkglist><collection>
 *                             <package name="" epoch="" version="" release="" arch=""/>…
 *   metalink                  <metalink><files><file name="repomd.xml"><verification><hash type="sha256"/>…
 *                             <alternates><alternate><verification>…  (older repomd.xml that mirrors still have)
 *                             <resources><url protocol="https">https://…/repodata/repomd.xml</url>…
 *   mirror list               an address a line, "#" begins a comment
 *
 * primary.xml has hundreds of megabytes: one package of it is in memory at a time. Source: createrepo_c
 * src/{repomd,xml_dump_primary,updateinfo}.c; Metalink 3.0 §4. */
#include "format/repodata.h"

#include "base/buf.h"
#include "base/limits.h"

enum { EVR_PART_MAX = 512, EPOCH_MAX = 12 };
#define ELEMENT_MEMORY_MAX (64 * DD_MIB)

/* ---- repomd.xml ---- */

static enum dd_code read_digest(struct dd_str type, struct dd_str hex, struct dd_digest *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_DIGEST_TEXT_MAX);
	if (!dd_str_eq_c(type, "sha256") && !dd_str_eq_c(type, "sha512"))
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "a checksum of the type %s proves nothing",
			       DD_QUOTE(type));
	(void)dd_buf_add_str(&text, type);
	(void)dd_buf_add_char(&text, ':');
	(void)dd_buf_add_str(&text, hex);
	return text.failed ? dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a checksum that is none")
			   : dd_digest_parse(dd_buf_str(&text), ret, err);
}

static enum dd_code read_data(const struct dd_xml_node *data, struct dd_repodata_file *ret, struct dd_err *err)
{
	struct dd_repodata_file f = { .href = dd_xml_attribute(dd_xml_get(data, "location"), "href"), .found = true };
	const struct dd_xml_node *sum = dd_xml_get(data, "checksum");
	struct dd_str size = dd_xml_text_of(data, "size");
	if (!f.href.n || !sum)
		return dd_fail(err, DD_EPARSE, data->at, "repomd.xml has a file without place or checksum");
	DD_TRY(read_digest(dd_xml_attribute(sum, "type"), dd_xml_text(sum), &f.digest, err));
	if (size.n && !dd_str_u64(size, UINT32_MAX, &f.size))
		return dd_fail(err, DD_EPARSE, data->at, "repomd.xml has a size that is none");
	*ret = f;
	return DD_OK;
}

enum dd_code dd_repodata_find(struct dd_str repomd, const char *type, struct dd_arena *a, struct dd_repodata_file *ret,
			      struct dd_err *err)
{
	const struct dd_xml_node *root;
	DD_TRY(dd_xml_parse(repomd, a, &root, err));
	if (!dd_str_eq_c(root->name, "repomd"))
		return dd_fail(err, DD_EPARSE, 0, "this is no repomd.xml");
	for (const struct dd_xml_node *d = dd_xml_get(root, "data"); d; d = dd_xml_again(d))
		if (dd_str_eq_c(dd_xml_attribute(d, "type"), type))
			return read_data(d, ret, err);
	*ret = (struct dd_repodata_file){ .href = DD_STR("") };
	return DD_OK;
}

enum dd_code dd_repodata_check(const struct dd_repodata_file *f, struct dd_str bytes, struct dd_err *err)
{
	struct dd_digest have;
	DD_TRY(dd_digest_of(f->digest.algorithm, bytes, &have, err));
	if ((f->size && bytes.n != f->size) || !dd_digest_eq(&have, &f->digest))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s does not have the digest that repomd.xml names",
			       DD_QUOTE(f->href));
	return DD_OK;
}

/* ---- packages ---- */

enum dd_code dd_repodata_evr(struct dd_str epoch, struct dd_str version, struct dd_str release, struct dd_arena *a,
			     struct dd_str *ret, struct dd_err *err)
{
	bool has_epoch = epoch.n && !dd_str_eq_c(epoch, "0");
	*ret = DD_STR("");
	if (!dd_str_is_word(version) || !dd_str_is_word(release) || version.n > EVR_PART_MAX ||
	    release.n > EVR_PART_MAX || epoch.n > EPOCH_MAX)
		return DD_OK;
	*ret = dd_arena_printf(a, "%.*s%s%.*s-%.*s", DD_FMT(has_epoch ? epoch : DD_STR("")), has_epoch ? ":" : "",
			       DD_FMT(version), DD_FMT(release));
	return ret->p ? DD_OK : dd_fail_nomem(err);
}

struct reading {
	struct dd_arena *arena;
	dd_repodata_fn *each;
	void *ctx;
};

static enum dd_code give(const struct reading *r, struct dd_str name, struct dd_str arch, struct dd_str epoch,
			 struct dd_str version, struct dd_str release, struct dd_err *err)
{
	struct dd_repodata_package p = { .name = name, .arch = arch };
	DD_TRY(dd_repodata_evr(epoch, version, release, r->arena, &p.evr, err));
	if (!p.evr.n || !dd_str_is_word(name) || dd_str_eq_c(arch, "src") || dd_str_eq_c(arch, "nosrc"))
		return DD_OK;
	return r->each(r->ctx, &p, err);
}

static enum dd_code read_package(const struct reading *r, const struct dd_xml_node *e, struct dd_err *err)
{
	const struct dd_xml_node *v = dd_xml_get(e, "version");
	return give(r, dd_xml_text_of(e, "name"), dd_xml_text_of(e, "arch"), dd_xml_attribute(v, "epoch"),
		    dd_xml_attribute(v, "ver"), dd_xml_attribute(v, "rel"), err);
}

static enum dd_code read_update(const struct reading *r, const struct dd_xml_node *e, struct dd_err *err)
{
	const struct dd_xml_node *c = dd_xml_get(dd_xml_get(e, "pkglist"), "collection");
	if (!dd_str_eq_c(dd_xml_attribute(e, "type"), "security") ||
	    dd_str_eq_c(dd_xml_attribute(e, "status"), "retracted"))
		return DD_OK;
	for (; c; c = dd_xml_again(c))
		for (const struct dd_xml_node *p = dd_xml_get(c, "package"); p; p = dd_xml_again(p))
			DD_TRY(give(r, dd_xml_attribute(p, "name"), dd_xml_attribute(p, "arch"),
				    dd_xml_attribute(p, "epoch"), dd_xml_attribute(p, "version"),
				    dd_xml_attribute(p, "release"), err));
	return DD_OK;
}

typedef enum dd_code element_fn(const struct reading *r, const struct dd_xml_node *e, struct dd_err *err);

/* One element after the other, each in memory of its own. */
static enum dd_code read_elements(struct dd_stream *in, const char *root, const char *name, struct reading *r,
				  element_fn *read, struct dd_err *err)
{
	struct dd_xml_walk *walk DD_CLEANUP_XML_WALK = dd_xml_walk_stream(in, 2);
	if (!walk)
		return dd_fail_nomem(err);
	for (;;) {
		struct dd_arena arena DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(ELEMENT_MEMORY_MAX);
		struct dd_xml_item item;
		bool more;
		DD_TRY(dd_xml_walk_next(walk, &arena, &item, &more, err));
		if (!dd_str_eq_c(item.parent, root))
			return dd_fail(err, DD_EPARSE, 0, "a document of <%s> where <%s> should be",
				       DD_QUOTE(item.parent), root);
		if (!more)
			return DD_OK;
		r->arena = &arena;
		if (dd_str_eq_c(item.element->name, name))
			DD_TRY(read(r, item.element, err));
	}
}

enum dd_code dd_repodata_primary(struct dd_stream *in, dd_repodata_fn *each, void *ctx, struct dd_err *err)
{
	struct reading r = { .each = each, .ctx = ctx };
	return read_elements(in, "metadata", "package", &r, read_package, err);
}

enum dd_code dd_repodata_security(struct dd_stream *in, dd_repodata_fn *each, void *ctx, struct dd_err *err)
{
	struct reading r = { .each = each, .ctx = ctx };
	return read_elements(in, "updates", "update", &r, read_update, err);
}

/* ---- mirrors ---- */

static void add_mirror(struct dd_repodata_mirrors *m, struct dd_str url)
{
	url = dd_str_trim(url);
	if (dd_str_starts(url, DD_STR("https://")) && m->n < DD_REPODATA_MIRRORS_MAX)
		m->urls[m->n++] = url;
}

static enum dd_code add_hashes(struct dd_repodata_mirrors *m, const struct dd_xml_node *file, struct dd_err *err)
{
	const struct dd_xml_node *h = dd_xml_get(dd_xml_get(file, "verification"), "hash");
	for (; h && m->n_hashes < DD_REPODATA_HASHES_MAX; h = dd_xml_again(h)) {
		struct dd_str type = dd_xml_attribute(h, "type");
		if (dd_str_eq_c(type, "sha256") || dd_str_eq_c(type, "sha512"))
			DD_TRY(read_digest(type, dd_xml_text(h), &m->hashes[m->n_hashes++], err));
	}
	return DD_OK;
}

static enum dd_code read_metalink(struct dd_str doc, struct dd_arena *a, struct dd_repodata_mirrors *m,
				  struct dd_err *err)
{
	static const struct dd_str tail = { "/repodata/repomd.xml", sizeof "/repodata/repomd.xml" - 1 };
	const struct dd_xml_node *root;
	DD_TRY(dd_xml_parse(doc, a, &root, err));
	const struct dd_xml_node *file = dd_xml_get(dd_xml_get(root, "files"), "file");
	if (!dd_str_eq_c(root->name, "metalink") || !dd_str_eq_c(dd_xml_attribute(file, "name"), "repomd.xml"))
		return dd_fail(err, DD_EPARSE, 0, "this is no metalink of a repomd.xml");
	DD_TRY(add_hashes(m, file, err));
	const struct dd_xml_node *old = dd_xml_get(dd_xml_get(file, "alternates"), "alternate");
	for (; old; old = dd_xml_again(old))
		DD_TRY(add_hashes(m, old, err));
	const struct dd_xml_node *u = dd_xml_get(dd_xml_get(file, "resources"), "url");
	for (; u; u = dd_xml_again(u)) {
		struct dd_str url = dd_xml_text(u);
		if (dd_str_ends(url, tail))
			add_mirror(m, dd_str_take(url, url.n - tail.n));
	}
	return DD_OK;
}

enum dd_code dd_repodata_mirrors(struct dd_str doc, struct dd_arena *a, struct dd_repodata_mirrors *ret,
				 struct dd_err *err)
{
	struct dd_repodata_mirrors m = { .n = 0 };
	if (dd_str_starts(dd_str_trim(doc), DD_STR("<")))
		DD_TRY(read_metalink(doc, a, &m, err));
	else
		for (struct dd_str line; dd_str_line(&doc, &line);)
			add_mirror(&m, line);
	if (!m.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the list of mirrors names none by https");
	*ret = m;
	return DD_OK;
}
