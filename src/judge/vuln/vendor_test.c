/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vuln/vendor.h"

#include "judge/vuln/kernel.h"
#include "support/test.h"

/* Maintainer, Vendor and version texts as they stand in the publishers' repositories. */
TEST(vendor_is_foreign)
{
	static const struct {
		const char *os, *type, *maintainer, *version;
		bool want;
	} rows[] = {
		{ "debian", "deb", "Docker <support@docker.com>", "5:24.0.7-1~debian.12~bookworm", true },
		{ "ubuntu", "deb", "Nodesource <support@nodesource.com>", "18.19.0-1nodesource1", true },
		{ "debian", "deb", "NVIDIA CORPORATION <cudatools@nvidia.com>", "12.3.1-1", true },
		{ "debian", "deb", "HashiCorp <packaging@hashicorp.com>", "1.6.6-1", true },
		{ "debian", "deb", "Debian PostgreSQL Maintainers <team+postgresql@tracker.debian.org>",
		  "16.1-1.pgdg120+1", true },
		{ "debian", "deb", "MariaDB Developers <developers@lists.mariadb.org>", "1:10.11.6+maria~deb12", true },
		{ "debian", "deb", "x <a@sub.docker.com>", "1", true },
		{ "debian", "deb", "x <A@DOCKER.COM>", "1", true },
		{ "debian", "deb", "support@docker.com", "1", true },
		/* a domain is compared whole */
		{ "debian", "deb", "x <a@notdocker.com>", "1", false },
		{ "debian", "deb", "x <a@docker.com.example.org>", "1", false },
		{ "debian", "deb", "docker.com <a@example.org>", "1", false },
		{ "debian", "deb", "docker.com", "1", false },
		{ "debian", "deb", "", "1", false },
		{ "debian", "deb", "Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>", "3.0.11-1",
		  false },
		{ "debian", "deb", "Matthias Klose <doko@debian.org>", "1", false },
		{ "ubuntu", "deb", "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>", "1-1ubuntu1", false },
		/* Debian's own packages that people of NVIDIA keep */
		{ "debian", "deb", "x <someone@nvidia.com>", "1", false },
		{ "almalinux", "rpm", "AlmaLinux", "1-1.el8", false },
		{ "almalinux", "rpm", "CloudLinux", "11-5.el8", false },
		{ "almalinux", "rpm", "Fedora Project", "1-1.el8", true },
		{ "almalinux", "rpm", "Red Hat, Inc.", "1-1.el8", true },
		{ "almalinux", "rpm", "", "1-1.el8", false },
		{ "rhel", "rpm", "Red Hat, Inc.", "1-1.el8", false },
		{ "rhel", "rpm", "Fedora Project", "1-1.el8", true },
		{ "fedora", "rpm", "Fedora Project", "1-1.fc40", false },
		{ "amzn", "rpm", "Amazon Linux", "1-1.amzn2", false },
		{ "amzn", "rpm", "Amazon.com", "1-1.amzn1", false },
		{ "amzn", "rpm", "", "1-1.amzn2", false },
		{ "sles", "rpm", "SUSE LLC <https://www.suse.com/>", "1-1", false },
		{ "opensuse-leap", "rpm", "SUSE LLC <https://www.suse.com/>", "1-1", false },
		{ "azurelinux", "rpm", "Microsoft Corporation", "1-1.azl3", false },
		{ "photon", "rpm", "VMware, Inc.", "1-1.ph5", false },
		{ "ol", "rpm", "Oracle America", "1-1.el8", false },
		{ "rocky", "rpm", "Rocky Enterprise Software Foundation", "1-1.el9", false },
		{ "alpine", "apk", "Docker <support@docker.com>", "1-r0", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_ecosystem *e = dd_ecosystem_by_os(dd_str_from(rows[i].os));
		struct dd_package p = { .type = dd_str_from(rows[i].type),
					.maintainer = dd_str_from(rows[i].maintainer),
					.version = dd_str_from(rows[i].version) };
		CHECK_ROW(e != NULL, rows[i].os);
		if (e)
			CHECK_ROW(dd_vendor_is_foreign(e, &p) == rows[i].want, rows[i].maintainer);
	}
}

/* h header files only, i holds a kernel, - neither. */
TEST(kernel_headers_and_images)
{
	static const struct {
		const char *type, *name;
		char want;
	} rows[] = {
		{ "deb", "linux-libc-dev", 'h' },
		{ "deb", "linux-libc-dev-arm64-cross", 'h' },
		{ "deb", "linux-headers-6.1.0-13-amd64", 'h' },
		{ "deb", "linux-headers-generic", 'h' },
		{ "deb", "linux-kbuild-6.1", 'h' },
		{ "deb", "linux-image-6.1.0-13-amd64", 'i' },
		{ "deb", "linux-image-unsigned-5.15.0-91-generic", 'i' },
		{ "deb", "linux-modules-5.15.0-91-generic", 'i' },
		/* programs of the kernel's source that do run */
		{ "deb", "linux-perf-6.1", '-' },
		{ "deb", "linux-cpupower", '-' },
		{ "rpm", "kernel-headers", 'h' },
		{ "rpm", "kernel-devel", 'h' },
		{ "rpm", "kernel-uek-devel", 'h' },
		{ "rpm", "kernel-default-devel", 'h' },
		{ "rpm", "kernel-macros", 'h' },
		{ "rpm", "kernel6.1-headers", 'h' },
		{ "rpm", "linux-glibc-devel", 'h' },
		{ "rpm", "kernel", 'i' },
		{ "rpm", "kernel-core", 'i' },
		{ "rpm", "kernel-rt-core", 'i' },
		{ "rpm", "kernel-default", 'i' },
		{ "rpm", "kernel-uek", 'i' },
		{ "rpm", "kernel6.1", 'i' },
		{ "rpm", "kernel5.15", 'i' },
		{ "rpm", "linux", 'i' },
		{ "rpm", "kernel-tools", '-' },
		{ "rpm", "kernelshark", '-' },
		{ "apk", "linux-headers", 'h' },
		{ "apk", "linux-lts", 'i' },
		{ "apk", "linux-virt", 'i' },
		{ "apk", "linux-pam", '-' },
		/* names of one packaging system mean nothing in another */
		{ "apk", "kernel", '-' },
		{ "deb", "kernel-headers", '-' },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_installed one = { .package = { .type = dd_str_from(rows[i].type),
							 .name = dd_str_from(rows[i].name) } };
		struct dd_inventory inv = { .packages = &one, .n_packages = 1 };
		char got = dd_kernel_is_headers(&one.package) ? 'h' : dd_kernel_image_installed(&inv) ? 'i' : '-';
		CHECK_INT_ROW(got, rows[i].want, rows[i].name);
	}
}
