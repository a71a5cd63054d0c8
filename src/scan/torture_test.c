/* SPDX-License-Identifier: Apache-2.0 */
/* Whole scans with the nth allocation failing, for every n until one succeeds: each must end in a clean DD_ENOMEM (or
 * do without what could not be had), never in a crash, a leak (the sanitizers look) or a wrong result. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "scan/scan_image.h"
#include "support/test.h"

enum { TRIES_MAX = 20000 };

static enum dd_code scan_once(const char *target, const struct dd_cache *cache,
			      const struct dd_secret_detector *secrets, size_t *ret_packages, struct dd_err *err)
{
	struct dd_scan_request req = { .image = { .target = target, .spool_dir = "/tmp", .stdin_fd = -1 },
				       .cache = cache,
				       .secrets = secrets,
				       .jobs = 1 };
	struct dd_inventory inv;
	enum dd_code code = dd_scan_image(&req, &inv, err);
	if (code == DD_OK) {
		*ret_packages = inv.n_packages;
		dd_inventory_done(&inv);
	}
	return code;
}

static void torture(const char *name, const struct dd_cache *cache, const struct dd_secret_detector *secrets)
{
	char path[4096];
	struct dd_err err = { 0 };
	size_t want = 0, got = 0;
	(void)snprintf(path, sizeof path, "%s/src/image/corpus/image/%s", dd_test_root(), name);
	CHECK_INT_ROW(scan_once(path, NULL, NULL, &want, &err), DD_OK, err.message);
	CHECK_INT_ROW(want, 1, name);
	uint64_t n = 1;
	for (; n < TRIES_MAX; n++) {
		dd_alloc_fail_from(n);
		enum dd_code code = scan_once(path, cache, secrets, &got, &err);
		bool reached = dd_alloc_count() >= n;
		dd_alloc_fail_from(0);
		/* The tar reader names a limit where a buffer could not grow: buffers do not tell the two apart. */
		if (code != DD_OK)
			CHECK_ROW(code == DD_ENOMEM || code == DD_ELIMIT, err.message);
		else
			CHECK_INT_ROW(got, want, name);
		if (!reached)
			break;
	}
	CHECK_ROW(n > 20 && n < TRIES_MAX, name);
}

TEST(scans_without_memory)
{
	static const char *const names[] = { "docker.gz", "oci.tar", "oci.zst", "rootfs.gz" };
	for (size_t i = 0; i < DD_COUNT(names); i++)
		torture(names[i], NULL, NULL);
}

TEST(scans_with_a_cache_without_memory)
{
	char dir[] = "/tmp/drydock-torture-XXXXXX";
	struct dd_cache *cache = NULL;
	struct dd_cache_info removed;
	struct dd_err err;
	if (!mkdtemp(dir)) {
		dd_test_skip("no temporary directory");
		return;
	}
	CHECK_INT(dd_cache_open(dir, DD_MIB, &cache, &err), DD_OK);
	torture("docker25.gz", cache, NULL); /* fills the cache on the way … */
	torture("docker25.gz", cache, NULL); /* … and uses it */
	CHECK_INT(dd_cache_clear(cache, &removed, &err), DD_OK);
	CHECK_INT(removed.records[DD_CACHE_FACTS], 1);
	dd_cache_freep(&cache);
	char sub[64];
	static const char *const kinds[] = { "facts", "images", "secrets" };
	for (size_t i = 0; i < DD_COUNT(kinds); i++) {
		(void)snprintf(sub, sizeof sub, "%s/%s", dir, kinds[i]);
		CHECK_INT(rmdir(sub), 0);
	}
	CHECK_INT(rmdir(dir), 0);
}

TEST(scans_for_secrets_without_memory)
{
	struct dd_secret_engines *engines = NULL;
	struct dd_secret_detector *d = NULL;
	struct dd_secret_rule_set rules;
	const struct dd_secret_options options = { .salt = DD_STR(""), .spool_dir = "/tmp" };
	struct dd_err err;
	if (dd_secret_engines_open(false, &engines, &err) == DD_EUNSUPPORTED) {
		dd_test_skip(err.message);
		return;
	}
	CHECK_INT(dd_secret_rule_set_new(NULL, 0, &rules, &err), DD_OK);
	CHECK_INT(dd_secret_detector_new(engines, &rules, &options, &d, &err), DD_OK);
	torture("docker.gz", NULL, d);
	dd_secret_detector_freep(&d);
	dd_secret_rule_set_done(&rules);
	dd_secret_engines_freep(&engines);
}
