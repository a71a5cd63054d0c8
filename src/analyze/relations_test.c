/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/relations.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/pathlist.h"
#include "support/test.h"

/* Rows "PACKAGE VERSION", then relations by package number: "<" needs, ">" gives, "/" owns a file. */
struct row {
	const char *packages; /* "a=1 b=2" */
	const char *lines;    /* "0<name=1;1>name" … */
	const char *want;     /* "a:b;b:" */
};

static struct dd_relation relation_of(struct dd_str text)
{
	size_t at = 0;
	while (at < text.n && !strchr("=<>", text.p[at]))
		at++;
	struct dd_relation n = { .name = dd_str_take(text, at) };
	while (at < text.n && strchr("=<>", text.p[at])) {
		n.op |= text.p[at] == '='   ? DD_RELATION_EQUAL
			: text.p[at] == '<' ? DD_RELATION_LESS
					    : DD_RELATION_GREATER;
		at++;
	}
	n.version = dd_str_skip(text, at);
	return n;
}

static void add_packages(struct dd_found *out, const char *text)
{
	struct dd_str word;
	for (struct dd_str rest = dd_str_from(text); dd_str_next(&rest, ' ', &word);) {
		struct dd_package *p = dd_found_package(out);
		CHECK(p != NULL);
		p->name = dd_str_take(word, dd_str_find(word, '='));
		p->version = dd_str_skip(word, p->name.n + 1);
	}
}

static void own(struct dd_found *out, size_t package, struct dd_str path)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_MIB);
	DD_CLEANUP(dd_pathlist_writer_done) struct dd_pathlist_writer w = DD_PATHLIST_WRITER(&list);
	CHECK(dd_pathlist_add(&w, path) == DD_OK);
	out->packages.p[package].owned = dd_found_str(out, dd_buf_str(&list));
}

static void check_row(const struct row *row, enum dd_scheme scheme)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
	DD_CLEANUP(dd_found_done) struct dd_found out = { .arena = &arena };
	DD_CLEANUP(dd_relations_done) struct dd_relations r = DD_RELATIONS(scheme);
	DD_CLEANUP_BUF struct dd_buf got = DD_BUF_INIT(DD_MIB);
	struct dd_str line;
	struct dd_err err;
	add_packages(&out, row->packages);
	for (struct dd_str rest = dd_str_from(row->lines); dd_str_next(&rest, ';', &line);) {
		if (line.n == 0)
			continue;
		size_t package = (size_t)(line.p[0] - '0');
		struct dd_str what = dd_str_skip(line, 2);
		if (line.p[1] == '<')
			dd_relations_need(&r, package, relation_of(what));
		else if (line.p[1] == '>')
			dd_relations_give(&r, package, relation_of(what));
		else
			own(&out, package, what);
	}
	CHECK(dd_relations_resolve(&r, &out, &err) == DD_OK);
	for (size_t i = 0; i < out.packages.n; i++) {
		struct dd_str depends = out.packages.p[i].depends;
		if (depends.n == 0)
			continue;
		(void)dd_buf_addf(&got, "%s%.*s:", got.n ? ";" : "", DD_FMT(out.packages.p[i].name));
		for (size_t k = 0; k < depends.n; k++)
			(void)dd_buf_add_char(&got, depends.p[k] == '\n' ? ',' : depends.p[k]);
	}
	CHECK_STR_ROW(dd_buf_str(&got), row->want, row->lines);
}

TEST(relations_names)
{
	static const struct row rows[] = {
		{ "a=1", "", "" },
		{ "a=1 b=1", "0<b", "a:b" },
		{ "a=1 b=1", "0<so:x;1>so:x", "a:b" },
		{ "a=1 b=1", "0<x;0<x;0<b;1>x", "a:b" },
		{ "a=1 b=1", "0<a;0>x;0<x;0<nobody;0<", "" },
		{ "c=1 b=1 a=1", "0<x;1>x;2>x;2<c;2<b", "c:b,a;a:c,b" },
		/* two packages of one name */
		{ "k=1 k=2 m=1", "2<k", "m:k@1,k@2" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_row(&rows[i], DD_SCHEME_NONE);
}

TEST(relations_versions)
{
	static const struct row rows[] = {
		{ "k=1-1 k=2-1 m=1", "0>k=1-1;1>k=2-1;2<k=2-1", "m:k@2-1" },
		{ "k=1-1 k=2-1 m=1", "0>x=1-1;1>x=2-1;2<x>=2", "m:k@2-1" },
		{ "k=1-1 k=2-1 m=1", "0>x=1-1;1>x=2-1;2<x<2", "m:k@1-1" },
		{ "k=1-1 k=2-1 m=1", "0>x=1-1;1>x=1:1-1;2<x=1:1", "m:k@2-1" },
		/* a release that only one side has does not count; nor does a version that only one side has */
		{ "k=1-1 k=2-1 m=1", "0>x=1-1;1>x=2-1;2<x=1", "m:k@1-1" },
		{ "k=1-1 k=2-1 m=1", "0>x;1>x=2-1;2<x=1", "m:k@1-1" },
		/* ranges that overlap */
		{ "k=1 l=2 m=1", "0>x<1;1>x>3;2<x>2", "m:l" },
		/* nothing fits: a database that was forced; all of that name */
		{ "k=1-1 k=2-1 m=1", "0>x=1-1;1>x=2-1;2<x=3", "m:k@1-1,k@2-1" },
		{ "k=1-1 m=1", "0>x=1-1;1<x=3", "m:k" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_row(&rows[i], DD_SCHEME_RPM);
}

TEST(relations_files)
{
	static const struct row rows[] = {
		{ "a=1 b=1", "0</etc/x;1/etc/x", "a:b" },
		{ "a=1 b=1", "0</bin/sh;1/usr/bin/sh", "a:b" },
		{ "a=1 b=1", "0</usr/sbin/sh;1/sbin/sh", "a:b" },
		{ "a=1 b=1", "0</usr/etc/x;1/etc/x", "" },
		{ "a=1 b=1 c=1", "0</x;1/x;0</abc;2/abc", "a:b,c" },
		{ "a=1 b=1", "0<etc/x;1/etc/x", "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_row(&rows[i], DD_SCHEME_RPM);
}

/* Half a million needs of one name that as many packages give. */
TEST(relations_limits)
{
	enum { PACKAGES = 30000 };
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_GIB);
	DD_CLEANUP(dd_found_done) struct dd_found out = { .arena = &arena };
	DD_CLEANUP(dd_relations_done) struct dd_relations r = DD_RELATIONS(DD_SCHEME_RPM);
	struct dd_err err;
	for (size_t i = 0; i < PACKAGES; i++) {
		struct dd_package *p = dd_found_package(&out);
		char name[16];
		CHECK(p != NULL);
		(void)snprintf(name, sizeof name, "p%zu", i);
		p->name = dd_found_str(&out, dd_str_from(name));
		dd_relations_give(&r, i, (struct dd_relation){ .name = DD_STR("x") });
		dd_relations_need(&r, i, (struct dd_relation){ .name = DD_STR("x") });
	}
	CHECK(dd_relations_resolve(&r, &out, &err) == DD_OK);
	CHECK(r.full && out.problems.n == 1);
	CHECK_STR(out.problems.p[0].text, "dependencies between packages are too many, some are left out");
	CHECK(out.packages.p[100].depends.n > 0 && out.packages.p[PACKAGES - 1].depends.n == 0);
}
