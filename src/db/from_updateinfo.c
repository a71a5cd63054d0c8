/* SPDX-License-Identifier: Apache-2.0 */
/* updateinfo.xml of rpm repositories (repodata/…-updateinfo.xml.gz), as Amazon, AlmaLinux, Rocky, Oracle, Fedora, SUSE
 * and Red Hat publish it. There is no schema but what createrepo_c and libdnf write and read:
 *
 *   <updates>
 *     <update type="security" status="final" from="…">
 *       <id>ALAS2023-2023-070</id> <title>…</title> <severity>Important</severity> <release>Fedora 39</release>
 *       <issued date="2023-01-02 03:04:05"/> <updated date="…"/> <summary>…</summary> <description>…</description>
 *       <references><reference type="cve" id="CVE-2023-0001" title="…" href="…"/></references>
 *       <pkglist><collection short="…"><name>…</name>
 *         <module name="nodejs" stream="18" version="…" context="…" arch="x86_64"/>
 *         <package name="vim" epoch="2" version="9.0" release="1.amzn2023"
 * arch="x86_64"><filename>…</filename></package>
 *
 * - Fedora names CVEs in the titles of references to its bug tracker only; others in ids of the type "cve".
 * - Updates that are not security ones and name no CVE are left out; source packages and debug information too.
 * - The release: by the product's name where it stands (SUSE, Fedora), else by the tag in the packages' versions and
 * the prefix of the id. An update whose release cannot be told is a warning.
 * - A collection holds one module or none; its packages are the module's. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "db/osv_words.h"
#include "db/rpm_release.h"
#include "db/sqlite_input.h"
#include "format/repodata.h"
#include "version/ecosystem.h"

enum { UPDATE_MEMORY_MAX = 256 << 20, CVES_MAX = 4096 };

/* A package before its architectures are put together. */
struct build {
	uint32_t key, name, version, module, arch; /* texts */
};

struct updates {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	struct dd_arena *arena; /* of the update at hand */
	struct dd_str id, release;
	uint32_t date; /* text of the update */
	enum dd_severity severity;
	DD_VEC(uint32_t) cves; /* texts */
	DD_VEC(struct build) builds;
};

/* --- CVEs --- */

static enum dd_code add_cve(struct updates *u, struct dd_str cve, struct dd_err *err)
{
	uint32_t text = dd_build_text(u->b, cve);
	for (size_t i = 0; i < u->cves.n; i++)
		if (u->cves.p[i] == text)
			return DD_OK;
	if (!dd_vec_push(&u->cves, text, CVES_MAX))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "more than %d CVEs", CVES_MAX);
	return DD_OK;
}

static enum dd_code find_cves(struct updates *u, struct dd_str s, struct dd_err *err)
{
	while (s.n) {
		size_t at = dd_str_search(s, DD_STR("CVE-"));
		s = dd_str_skip(s, at);
		size_t n = dd_cve_len(s);
		if (n && n <= DD_DB_CVE_BYTES_MAX)
			DD_TRY(add_cve(u, dd_str_take(s, n), err));
		s = dd_str_skip(s, n ? n : 4);
	}
	return DD_OK;
}

static enum dd_code read_references(struct updates *u, const struct dd_xml_node *update, struct dd_err *err)
{
	const struct dd_xml_node *r = dd_xml_get(dd_xml_get(update, "references"), "reference");
	u->cves.n = 0;
	for (; r; r = dd_xml_again(r)) {
		DD_TRY(find_cves(u, dd_xml_attribute(r, "id"), err));
		DD_TRY(find_cves(u, dd_xml_attribute(r, "title"), err));
	}
	return DD_OK;
}

/* --- packages --- */

static bool is_kept(struct dd_str name, struct dd_str arch)
{
	return name.n && !dd_str_eq_c(arch, "src") && !dd_str_eq_c(arch, "nosrc") &&
	       !dd_str_ends(name, DD_STR("-debuginfo")) && !dd_str_ends(name, DD_STR("-debugsource"));
}

static enum dd_code key_of(struct updates *u, struct dd_str collection, struct dd_str version, struct dd_str *ret,
			   struct dd_err *err)
{
	DD_TRY(dd_rpm_key_of_name(u->release, u->arena, ret, err));
	if (!ret->n)
		DD_TRY(dd_rpm_key_of_build(u->id, version, u->arena, ret, err));
	return ret->n ? DD_OK : dd_rpm_key_of_name(collection, u->arena, ret, err);
}

static enum dd_code read_package(struct updates *u, struct dd_str collection, struct dd_str module,
				 const struct dd_xml_node *p, struct dd_err *err)
{
	struct dd_str name = dd_xml_attribute(p, "name"), arch = dd_xml_attribute(p, "arch"), key, evr;
	struct dd_str epoch = dd_xml_attribute(p, "epoch"), version = dd_xml_attribute(p, "version");
	struct dd_str release = dd_xml_attribute(p, "release");
	DD_TRY(dd_build_check_text(name, "name", err));
	DD_TRY(dd_build_check_text(arch, "architecture", err));
	if (!is_kept(name, arch))
		return DD_OK;
	DD_TRY(dd_repodata_evr(epoch, version, release, u->arena, &evr, err));
	if (!evr.n)
		return dd_fail(err, DD_EPARSE, p->at, "package %s has no version", DD_QUOTE(name));
	DD_TRY(key_of(u, collection, evr, &key, err));
	if (!key.n)
		return dd_fail(err, DD_EPARSE, p->at, "which release package %s belongs to cannot be told",
			       DD_QUOTE(name));
	const struct build b = {
		.key = dd_build_text(u->b, key),
		.name = dd_build_text(u->b, name),
		.version = dd_build_text(u->b, evr),
		.module = dd_build_text(u->b, module),
		.arch = dd_build_text(u->b, dd_str_eq_c(arch, "noarch") ? DD_STR("") : arch),
	};
	return dd_vec_push(&u->builds, b, DD_DB_ENTRIES_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_collection(struct updates *u, const struct dd_xml_node *c, struct dd_err *err)
{
	const struct dd_xml_node *m = dd_xml_get(c, "module"), *p = dd_xml_get(c, "package");
	struct dd_str module = DD_STR(""), name = dd_xml_attribute(m, "name"), stream = dd_xml_attribute(m, "stream");
	if (dd_str_is_word(name) && dd_str_is_word(stream) && name.n + stream.n < 200)
		module = dd_arena_printf(u->arena, "%.*s:%.*s", DD_FMT(name), DD_FMT(stream));
	for (; p; p = dd_xml_again(p))
		DD_TRY(read_package(u, dd_xml_text_of(c, "name"), module, p, err));
	return DD_OK;
}

static int by_build(const void *x, const void *y, void *ctx)
{
	const struct build *a = x, *b = y;
	const struct dd_intern *in = ctx;
	const uint32_t pairs[][2] = {
		{ a->key, b->key }, { a->name, b->name }, { a->version, b->version }, { a->module, b->module }
	};
	for (size_t i = 0; i < DD_COUNT(pairs); i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] < pairs[i][1] ? -1 : 1;
	return in ? dd_str_cmp(dd_intern_text(in, a->arch), dd_intern_text(in, b->arch)) : 0;
}

/* The architectures of builds[from..end), blanks between; empty when one is for all. */
static uint32_t arches_of(struct updates *u, size_t from, size_t end)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(1024);
	for (size_t i = from; i < end; i++) {
		struct dd_str arch = dd_intern_text(&u->b->strings, u->builds.p[i].arch);
		if (!arch.n)
			return 0;
		if (i > from && u->builds.p[i].arch == u->builds.p[i - 1].arch)
			continue;
		(void)dd_buf_add_c(&out, out.n ? " " : "");
		(void)dd_buf_add_str(&out, arch);
	}
	return out.failed ? 0 : dd_build_text(u->b, dd_buf_str(&out));
}

/* Our source: "updateinfo:almalinux". */
static uint32_t source_of(struct updates *u, struct dd_str key)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(128);
	(void)dd_buf_addf(&name, "updateinfo:%.*s", DD_FMT(dd_str_take(key, dd_str_find(key, ':'))));
	uint32_t source = dd_build_source(u->b, DD_STR("updateinfo"), dd_buf_str(&name), u->doc);
	dd_build_date(u->b, source, dd_intern_text(&u->b->strings, u->date));
	return source;
}

static enum dd_code add_entries(struct updates *u, struct dd_err *err)
{
	uint32_t id = dd_build_text(u->b, u->id);
	if (u->builds.n)
		qsort_r(u->builds.p, u->builds.n, sizeof *u->builds.p, by_build, &u->b->strings);
	for (size_t i = 0, end; i < u->builds.n; i = end) {
		const struct build *first = &u->builds.p[i];
		for (end = i; end < u->builds.n && by_build(first, &u->builds.p[end], NULL) == 0;)
			end++;
		struct dd_str key = dd_intern_text(&u->b->strings, first->key);
		struct dd_build_entry e = { .status = DD_ADV_AFFECTED,
					    .fix_state = DD_FIX_FIXED,
					    .severity = (uint8_t)u->severity,
					    .module = first->module,
					    .arches = arches_of(u, i, end),
					    .source = (uint16_t)source_of(u, key) };
		e.affects = dd_build_affects_below(u->b, dd_intern_text(&u->b->strings, first->version));
		DD_TRY(dd_build_package(u->b, &e, key, dd_intern_text(&u->b->strings, first->name), err));
		for (size_t k = 0; k < (u->cves.n ? u->cves.n : 1); k++) {
			e.record = dd_build_pair(u->b, e.source, id, u->cves.n ? u->cves.p[k] : id, false);
			DD_TRY(dd_build_check(u->b, err));
			dd_build_entry(u->b, &e);
		}
	}
	return dd_build_check(u->b, err);
}

/* --- updates --- */

/* "2023-01-02 03:04:05", "…:03", seconds since the epoch (Fedora's old ones) → RFC 3339's day. */
static uint32_t day_of(struct updates *u, const struct dd_xml_node *update)
{
	struct dd_str date = dd_xml_attribute(dd_xml_get(update, "updated"), "date");
	if (!date.n)
		date = dd_xml_attribute(dd_xml_get(update, "issued"), "date");
	return dd_build_text(u->b, dd_str_take(date, 10));
}

static enum dd_code read_update(struct updates *u, const struct dd_xml_node *update, struct dd_err *err)
{
	const struct dd_xml_node *c = dd_xml_get(dd_xml_get(update, "pkglist"), "collection");
	u->id = dd_xml_text_of(update, "id");
	u->builds.n = 0;
	if (!dd_str_is_word(u->id) || u->id.n > 128)
		return dd_fail(err, DD_EPARSE, update->at, "an update without an id");
	DD_TRY(read_references(u, update, err));
	if (!dd_str_eq_c(dd_xml_attribute(update, "type"), "security") && u->cves.n == 0)
		return DD_OK;
	if (dd_str_eq_c(dd_xml_attribute(update, "status"), "retracted"))
		return DD_OK;
	u->release = dd_xml_text_of(update, "release");
	u->severity = dd_osv_severity(dd_xml_text_of(update, "severity"));
	u->date = day_of(u, update);
	for (; c; c = dd_xml_again(c))
		DD_TRY(read_collection(u, c, err));
	return add_entries(u, err);
}

static enum dd_code read_updates(struct updates *u, struct dd_xml_walk *walk, struct dd_err *err)
{
	uint64_t n = 0;
	for (;;) {
		struct dd_arena arena DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(UPDATE_MEMORY_MAX);
		struct dd_err local = { .at = DD_NO_OFFSET };
		struct dd_xml_item item;
		bool more;
		DD_TRY(dd_xml_walk_next(walk, &arena, &item, &more, err));
		if (!more)
			break;
		u->arena = &arena;
		if (!dd_str_eq_c(item.element->name, "update") || !dd_str_eq_c(item.parent, "updates"))
			continue;
		n++;
		enum dd_code code = read_update(u, item.element, &local);
		if (code == DD_ENOMEM || code == DD_ELIMIT)
			return dd_fail(err, code, DD_NO_OFFSET, "%s", local.message);
		if (code != DD_OK) {
			(void)dd_wrap(&local, "%s", DD_QUOTE(u->id));
			dd_build_warn_of(u->b, u->doc, &local);
		}
		DD_TRY(dd_build_check(u->b, err));
	}
	struct dd_str head = dd_str_take(u->doc->bytes, 4096);
	bool named = dd_str_search(head, DD_STR("<updates")) < head.n;
	return n || named ? DD_OK
			  : dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no <update> in <updates>: not an updateinfo.xml");
}

enum dd_code dd_from_updateinfo(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct dd_xml_walk *walk DD_CLEANUP_XML_WALK = dd_xml_walk_new(doc->bytes, 2);
	struct updates u = { .b = b, .doc = doc };
	if (!walk)
		return dd_fail_nomem(err);
	enum dd_code code = read_updates(&u, walk, err);
	dd_vec_done(&u.cves);
	dd_vec_done(&u.builds);
	return code;
}
