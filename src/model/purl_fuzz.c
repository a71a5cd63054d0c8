/* SPDX-License-Identifier: Apache-2.0 */
/* What is read is written so that it is read as the same; what is canonical stays as it is. */
#include "base/limits.h"
#include "model/purl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void build_and_read(struct dd_purl *p, struct dd_arena *a)
{
	struct dd_str once, twice;
	struct dd_purl again;
	struct dd_err err;
	if (dd_purl_build(p, a, &once, &err) != DD_OK || once.n > DD_FIELD_BYTES_MAX)
		return;
	for (size_t i = 0; i < once.n; i++)
		dd_assert(once.p[i] > ' ' && once.p[i] < 0x7f);
	dd_assert(dd_purl_parse(once, a, &again, &err) == DD_OK);
	dd_assert(dd_purl_build(&again, a, &twice, &err) == DD_OK);
	dd_assert(dd_str_eq(once, twice) && dd_str_eq(p->name, again.name) && dd_str_eq(p->version, again.version));
	dd_assert(dd_str_eq(p->namespace, again.namespace) && p->n_qualifiers == again.n_qualifiers);
}

/* Any bytes as the fields of a package. */
static void write_package(struct dd_str text, struct dd_arena *a)
{
	struct dd_package p = { .arch = DD_STR("x") };
	struct dd_os os = { .id = DD_STR("debian"), .version = DD_STR("12") };
	struct dd_str purl = DD_STR("");
	(void)dd_str_next(&text, '\n', &p.type);
	(void)dd_str_next(&text, '\n', &p.name);
	(void)dd_str_next(&text, '\n', &p.version);
	p.qualifiers = text;
	if (dd_purl_for(&p, &os, a, &purl) != DD_OK)
		return;
	for (size_t i = 0; i < purl.n; i++)
		dd_assert(purl.p[i] > ' ' && purl.p[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(size * 64 + (1 << 20));
	struct dd_str text = { (const char *)data, size }, name;
	struct dd_purl p;
	struct dd_err err;
	write_package(text, &a);
	if (dd_purl_parse(text, &a, &p, &err) != DD_OK)
		return 0;
	dd_assert(dd_purl_package_name(&p, &a, &name, &err) == DD_OK);
	build_and_read(&p, &a);
	dd_assert(dd_purl_canonical(&p, &a, &err) == DD_OK);
	build_and_read(&p, &a);
	(void)dd_purl_check(&p, &err);
	return 0;
}
