/* SPDX-License-Identifier: Apache-2.0 */
#include "model/facts.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"

const size_t dd_package_texts[] = {
	offsetof(struct dd_package, name),	  offsetof(struct dd_package, version),
	offsetof(struct dd_package, type),	  offsetof(struct dd_package, arch),
	offsetof(struct dd_package, source_name), offsetof(struct dd_package, source_version),
	offsetof(struct dd_package, licences),	  offsetof(struct dd_package, module),
	offsetof(struct dd_package, maintainer),  offsetof(struct dd_package, owned),
	offsetof(struct dd_package, inner),	  offsetof(struct dd_package, digest),
	offsetof(struct dd_package, url),	  offsetof(struct dd_package, cpe),
	offsetof(struct dd_package, depends),	  offsetof(struct dd_package, qualifiers),
};
const size_t dd_n_package_texts = DD_COUNT(dd_package_texts);

#define ADD(f, list, type)                                                                                             \
	do {                                                                                                           \
		if (!dd_vec_push(&(f)->list, ((type){ 0 }), DD_PACKAGES_MAX)) {                                        \
			(f)->failed = true;                                                                            \
			return NULL;                                                                                   \
		}                                                                                                      \
		return &(f)->list.p[(f)->list.n - 1];                                                                  \
	} while (0)

struct dd_package *dd_found_package(struct dd_found *f)
{
	ADD(f, packages, struct dd_package);
}

struct dd_ownership *dd_found_ownership(struct dd_found *f)
{
	ADD(f, ownerships, struct dd_ownership);
}

struct dd_os *dd_found_os(struct dd_found *f)
{
	ADD(f, oses, struct dd_os);
}

void dd_found_define(struct dd_found *f, enum dd_define kind, struct dd_str name, struct dd_str value)
{
	struct dd_definition d = { kind, dd_found_str(f, name), dd_found_str(f, value) };
	if (!dd_vec_push(&f->definitions, d, DD_PACKAGES_MAX))
		f->failed = true;
}

struct dd_str dd_found_str(struct dd_found *f, struct dd_str s)
{
	struct dd_str copy = { "", 0 };
	if (s.n == 0)
		return copy;
	copy = dd_arena_str(f->arena, s);
	if (!copy.p) {
		f->failed = true;
		return (struct dd_str){ "", 0 };
	}
	return copy;
}

void dd_found_problem(struct dd_found *f, uint64_t at, const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	va_list ap;
	if (f->problems.n >= DD_PROBLEMS_MAX) {
		f->problems_dropped++;
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct dd_problem p = { .layer = DD_NO_LAYER, .offset = at };
	p.text = dd_found_str(f, dd_str_from(text));
	if (!dd_vec_push(&f->problems, p, DD_PROBLEMS_MAX))
		f->failed = true;
}

void dd_found_done(struct dd_found *f)
{
	dd_vec_done(&f->packages);
	dd_vec_done(&f->ownerships);
	dd_vec_done(&f->oses);
	dd_vec_done(&f->definitions);
	dd_vec_done(&f->problems);
}

enum dd_code dd_found_end(const struct dd_found *f, struct dd_err *err)
{
	if (f->failed)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "package records need more memory than there is");
	return DD_OK;
}
