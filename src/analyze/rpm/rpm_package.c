/* SPDX-License-Identifier: Apache-2.0 */
/* From rpm's tags to a package.
 *   version   [EPOCH:]VERSION-RELEASE; no "0:" (rpm treats a missing epoch as 0, so do the advisories)
 *   source    SOURCERPM "foo-1.2-3.el8.src.rpm" → foo, 1.2-3.el8. It never has an epoch. Some builders leave it out or
 *             write something else: then source stays empty, which means "same as the package"
 *   size      LONGSIZE, else SIZE (packages of 4 GiB and more have only the former)
 *   files     DIRNAMES[DIRINDEXES[i]] + BASENAMES[i], or OLDFILENAMES (rpm 3); all that `rpm -ql` lists, %ghost and
 *             excluded documentation too
 *   needs     rpm_relations.c
 * Names, versions and releases are taken as they are, whatever bytes they have; without a name or version there is no
 * package but a problem. Source: rpm 4.18 docs/manual/tags.md, lib/rpmfi.c, lib/tagexts.c (rpmfnTag). */
#include "analyze/rpm/rpm_package.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/pathlist.h"
#include "format/rpm_header.h"

bool dd_rpm_split_source(struct dd_str source_rpm, struct dd_str *ret_name, struct dd_str *ret_version)
{
	struct dd_str s = source_rpm;
	if (dd_str_ends(s, DD_STR(".src.rpm")))
		s.n -= strlen(".src.rpm");
	else if (dd_str_ends(s, DD_STR(".nosrc.rpm")))
		s.n -= strlen(".nosrc.rpm");
	else
		return false;
	size_t release = dd_str_rfind(s, '-');
	if (release == s.n || release + 1 == s.n)
		return false;
	size_t version = dd_str_rfind(dd_str_take(s, release), '-');
	if (version == release || version == 0 || version + 1 == release)
		return false;
	*ret_name = dd_str_take(s, version);
	*ret_version = dd_str_skip(s, version + 1);
	return true;
}

/* Joined by hand: a manifest's text may hold NULs, which printf would stop at. */
static struct dd_str version_text(struct dd_found *out, const struct dd_rpm_names *n)
{
	struct dd_buf b DD_CLEANUP_BUF = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX + 32);
	if (n->epoch)
		(void)dd_buf_addf(&b, "%llu:", (unsigned long long)n->epoch);
	(void)dd_buf_add_str(&b, n->version);
	if (n->release.n)
		(void)dd_buf_add_char(&b, '-');
	(void)dd_buf_add_str(&b, n->release);
	if (b.failed)
		out->failed = true;
	return dd_found_str(out, dd_buf_str(&b));
}

enum dd_code dd_rpm_package_add(struct dd_found *out, const struct dd_rpm_names *names, uint64_t at,
				struct dd_package **ret, struct dd_err *err)
{
	struct dd_str source_name = { "", 0 }, source_version = { "", 0 };
	*ret = NULL;
	if (dd_str_eq_c(names->name, "gpg-pubkey"))
		return DD_OK;
	if (names->name.n == 0 || names->version.n == 0) {
		dd_found_problem(out, at, "package record has no %s%s%s", names->name.n ? "version: " : "name",
				 names->name.n ? "" : ", version ",
				 DD_QUOTE(names->name.n ? names->name : names->version));
		return DD_OK;
	}
	struct dd_package *p = dd_found_package(out);
	if (!p)
		return dd_fail(err, DD_ELIMIT, at, "too many packages, or out of memory");
	(void)dd_rpm_split_source(names->source_rpm, &source_name, &source_version);
	*p = (struct dd_package){
		.name = dd_found_str(out, names->name),
		.version = version_text(out, names),
		.type = DD_STR("rpm"),
		.arch = dd_found_str(out, names->arch),
		.source_name = dd_found_str(out, source_name),
		.source_version = dd_found_str(out, source_version),
		.licences = dd_found_str(out, names->licences),
		.module = dd_found_str(out, names->module),
		.maintainer = dd_found_str(out, names->vendor),
		.installed_bytes = names->installed_bytes,
	};
	if (out->failed)
		return dd_fail(err, DD_ELIMIT, at, "the package list is over its memory limit");
	*ret = p;
	return DD_OK;
}

/* Files of one package on their way to a path list. */
struct files {
	struct dd_found *out;
	struct dd_buf list, path;
	struct dd_pathlist_writer writer;
	uint64_t left; /* bytes that joined paths may still take */
};

static enum dd_code add_file(struct files *f, struct dd_str directory, struct dd_str name, struct dd_err *err)
{
	while (directory.n && directory.p[0] == '/')
		directory = dd_str_skip(directory, 1);
	while (directory.n == 0 && name.n && name.p[0] == '/')
		name = dd_str_skip(name, 1);
	size_t n = directory.n + name.n;
	if (n == 0)
		return DD_OK; /* the root directory itself */
	if (n > DD_PATH_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "path of %zu bytes is too long", n);
	if (n > f->left)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "file names take over %u times the record's own size",
			       DD_RPM_PATH_RATIO_MAX);
	f->left -= n;
	dd_buf_clear(&f->path);
	(void)dd_buf_add_str(&f->path, directory);
	(void)dd_buf_add_str(&f->path, name);
	if (f->path.failed || dd_pathlist_add(&f->writer, dd_buf_str(&f->path)) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}

/* OLDFILENAMES: whole paths. */
static enum dd_code add_old_files(struct files *f, const struct dd_rpm_header *h, struct dd_err *err)
{
	struct dd_rpm_strings paths;
	struct dd_str path;
	DD_TRY(dd_rpm_header_strings(h, DD_RPM_OLDFILENAMES, &paths, err));
	while (dd_rpm_strings_next(&paths, &path))
		DD_TRY(add_file(f, (struct dd_str){ "", 0 }, path, err));
	if (paths.left)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "its last %u names are cut off", paths.left);
	return DD_OK;
}

/* BASENAMES, each in the directory that its number in DIRINDEXES says. */
static enum dd_code add_files(struct files *f, const struct dd_rpm_header *h, struct dd_err *err)
{
	struct dd_rpm_strings names, directories;
	struct dd_rpm_numbers numbers;
	struct dd_str name;
	DD_VEC(struct dd_str) list = { 0 };
	DD_TRY(dd_rpm_header_strings(h, DD_RPM_BASENAMES, &names, err));
	DD_TRY(dd_rpm_header_strings(h, DD_RPM_DIRNAMES, &directories, err));
	DD_TRY(dd_rpm_header_numbers(h, DD_RPM_DIRINDEXES, &numbers, err));
	if (names.left != numbers.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%u names in %u places", names.left, numbers.n);
	if (names.left > DD_RPM_FILES_MAX || directories.left > DD_RPM_FILES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "over %u files", DD_RPM_FILES_MAX);
	enum dd_code code = DD_OK;
	while (dd_rpm_strings_next(&directories, &name))
		if (!dd_vec_push(&list, name, DD_RPM_FILES_MAX)) {
			code = dd_fail_nomem(err);
			break;
		}
	for (uint32_t i = 0; code == DD_OK && dd_rpm_strings_next(&names, &name); i++) {
		uint32_t d = dd_rpm_numbers_at(&numbers, i);
		code = d < list.n ? add_file(f, list.p[d], name, err)
				  : dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "name %u is in directory %u of %zu", i, d,
					    list.n);
	}
	if (code == DD_OK && names.left)
		code = dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "its last %u names are cut off", names.left);
	dd_vec_done(&list);
	return code;
}

/* What could be read of the list is kept when the rest is damaged. */
static enum dd_code read_files(struct dd_found *out, const struct dd_rpm_header *h, uint64_t at, struct dd_package *p,
			       struct dd_err *err)
{
	size_t header_bytes = h->index.n + h->store.n;
	struct files f = { .out = out, .list = DD_BUF_INIT(SIZE_MAX), .path = DD_BUF_INIT(DD_PATH_MAX) };
	struct dd_err why;
	f.writer = DD_PATHLIST_WRITER(&f.list);
	f.left = header_bytes * DD_RPM_PATH_RATIO_MAX + DD_RPM_PATH_GRACE_BYTES;
	enum dd_code code = add_old_files(&f, h, &why);
	if (code == DD_OK)
		code = add_files(&f, h, &why);
	if (code != DD_OK && code != DD_ENOMEM)
		dd_found_problem(out, at, "file list of package %s: %s", DD_QUOTE(p->name), why.message);
	p->owned = dd_found_str(out, dd_buf_str(&f.list));
	dd_pathlist_writer_done(&f.writer);
	dd_buf_done(&f.list);
	dd_buf_done(&f.path);
	if (code == DD_ENOMEM || out->failed)
		return dd_fail(err, DD_ELIMIT, at, "the package list is over its memory limit");
	return DD_OK;
}

/* A text that the package can do without: a damaged one is a problem and left empty. */
static struct dd_str text_of(struct dd_found *out, const struct dd_rpm_header *h, uint32_t tag, uint64_t at)
{
	struct dd_str s;
	struct dd_err why;
	if (dd_rpm_header_str(h, tag, &s, &why) != DD_OK) {
		dd_found_problem(out, at, "package record: %s", why.message);
		return (struct dd_str){ "", 0 };
	}
	if (s.n > DD_FIELD_BYTES_MAX) {
		dd_found_problem(out, at, "package record: tag %u has %zu bytes", tag, s.n);
		return (struct dd_str){ "", 0 };
	}
	return s;
}

static uint64_t number_of(struct dd_found *out, const struct dd_rpm_header *h, uint32_t tag, uint64_t at)
{
	uint64_t v = 0;
	bool present;
	struct dd_err why;
	if (dd_rpm_header_u64(h, tag, &v, &present, &why) != DD_OK)
		dd_found_problem(out, at, "package record: %s", why.message);
	return v;
}

enum dd_code dd_rpm_package_read(struct dd_found *out, struct dd_relations *relations,
				 const struct dd_rpm_record *record, struct dd_err *err)
{
	static const struct {
		uint32_t tag;
		size_t field;
	} texts[] = {
		{ DD_RPM_NAME, offsetof(struct dd_rpm_names, name) },
		{ DD_RPM_VERSION, offsetof(struct dd_rpm_names, version) },
		{ DD_RPM_RELEASE, offsetof(struct dd_rpm_names, release) },
		{ DD_RPM_ARCH, offsetof(struct dd_rpm_names, arch) },
		{ DD_RPM_SOURCERPM, offsetof(struct dd_rpm_names, source_rpm) },
		{ DD_RPM_VENDOR, offsetof(struct dd_rpm_names, vendor) },
		{ DD_RPM_LICENSE, offsetof(struct dd_rpm_names, licences) },
		{ DD_RPM_MODULARITYLABEL, offsetof(struct dd_rpm_names, module) },
	};
	struct dd_rpm_header h;
	struct dd_rpm_names names = { 0 };
	struct dd_package *p = NULL;
	struct dd_err why;
	uint64_t at = record->at;
	if (dd_rpm_header_open(record->blob, &h, &why) != DD_OK) {
		dd_found_problem(out, at, "package record %llu: %s", (unsigned long long)record->number, why.message);
		return DD_OK;
	}
	/* Read it nevertheless: a changed record still says more than none. */
	if (dd_rpm_header_verify(&h, &why) != DD_OK)
		dd_found_problem(out, at, "package record %llu: %s", (unsigned long long)record->number, why.message);
	for (size_t i = 0; i < DD_COUNT(texts); i++)
		*(struct dd_str *)((char *)&names + texts[i].field) = text_of(out, &h, texts[i].tag, at);
	names.epoch = number_of(out, &h, DD_RPM_EPOCH, at);
	names.installed_bytes = number_of(out, &h, DD_RPM_LONGSIZE, at);
	if (names.installed_bytes == 0)
		names.installed_bytes = number_of(out, &h, DD_RPM_SIZE, at);
	DD_TRY(dd_rpm_package_add(out, &names, at, &p, err));
	if (!p)
		return DD_OK;
	if (dd_rpm_relations_read(relations, &h, out->packages.n - 1, &why) != DD_OK)
		dd_found_problem(out, at, "dependencies of package %s: %s", DD_QUOTE(p->name), why.message);
	return read_files(out, &h, at, p, err);
}
