/* SPDX-License-Identifier: Apache-2.0 */
/* Names by packaging: Debian and Ubuntu (linux-libc-dev, linux-headers-6.1.0-13-amd64; linux-image-*), Red Hat's family
 * (kernel-headers, kernel-devel; kernel, kernel-core), Oracle's UEK, SUSE (kernel-default-devel, kernel-macros;
 * kernel-default), Amazon (kernel, kernel6.1), Alpine (linux-headers; linux-lts, linux-virt). */
#include "judge/vuln/kernel.h"

#include "base/cleanup.h"

struct name_row {
	const char *type, *prefix, *suffix; /* suffix NULL: any */
};

static const struct name_row headers[] = {
	{ "deb", "linux-libc-dev", NULL }, { "deb", "linux-headers-", NULL },  { "deb", "linux-kbuild-", NULL },
	{ "rpm", "kernel", "-headers" },   { "rpm", "kernel", "-devel" },      { "rpm", "kernel", "-devel-matched" },
	{ "rpm", "kernel", "-macros" },	   { "rpm", "linux-glibc-devel", "" }, { "apk", "linux-headers", "" },
};

static const struct name_row images[] = {
	{ "deb", "linux-image-", NULL }, { "deb", "linux-modules-", NULL }, { "rpm", "kernel", "" },
	{ "rpm", "kernel", "-core" },	 { "rpm", "kernel-default", "" },   { "rpm", "kernel-default-base", "" },
	{ "rpm", "kernel-uek", "" },	 { "rpm", "kernel5.", "" },	    { "rpm", "kernel6.", "" },
	{ "rpm", "linux", "" },		 { "apk", "linux-lts", "" },	    { "apk", "linux-virt", "" },
	{ "apk", "linux-edge", "" },	 { "apk", "linux-vanilla", "" },    { "apk", "linux-hardened", "" },
	{ "apk", "linux-rpi", NULL },
};

static bool matches(const struct name_row *row, const struct dd_package *p)
{
	struct dd_str prefix = dd_str_from(row->prefix), rest;
	if (!dd_str_eq_c(p->type, row->type) || !dd_str_starts(p->name, prefix))
		return false;
	rest = dd_str_skip(p->name, prefix.n);
	if (!row->suffix)
		return true;
	/* "kernel5." stands for kernel5.10, kernel5.15 …: Amazon's later kernels beside the default one */
	if (prefix.p[prefix.n - 1] == '.')
		while (rest.n && dd_is_digit(rest.p[0]))
			rest = dd_str_skip(rest, 1);
	return row->suffix[0] ? dd_str_ends(rest, dd_str_from(row->suffix)) : rest.n == 0;
}

static bool any(const struct name_row *rows, size_t n, const struct dd_package *p)
{
	for (size_t i = 0; i < n; i++)
		if (matches(&rows[i], p))
			return true;
	return false;
}

bool dd_kernel_is_headers(const struct dd_package *p)
{
	return any(headers, DD_COUNT(headers), p);
}

bool dd_kernel_image_installed(const struct dd_inventory *inv)
{
	for (size_t i = 0; i < inv->n_packages; i++) {
		const struct dd_package *p = &inv->packages[i].package;
		if (!dd_kernel_is_headers(p) && any(images, DD_COUNT(images), p))
			return true;
	}
	return false;
}
