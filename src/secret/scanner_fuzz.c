/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile bytes through the engine with drydock's own rules. The first byte says how they are cut; whatever it is, the
 * findings must be those of the whole. */
#include <stdlib.h>

#include "base/buf.h"
#include "secret/detector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Made once: it takes milliseconds, and lives as long as the process. */
static struct dd_secret_scanner *scanner(void)
{
	static struct dd_secret_scanner *s;
	static struct dd_secret_rule_set set;
	static bool tried;
	struct dd_secret_engines *engines = NULL;
	struct dd_secret_detector *d = NULL;
	const struct dd_secret_options options = { .reveal = true };
	struct dd_err err;
	if (tried)
		return s;
	tried = true;
	if (dd_secret_engines_open(false, &engines, &err) == DD_OK &&
	    dd_secret_rule_set_new(NULL, 0, &set, &err) == DD_OK &&
	    dd_secret_detector_new(engines, &set, &options, &d, &err) == DD_OK)
		(void)dd_secret_scanner_new(d, &s, &err);
	return s;
}

static void run(struct dd_secret_scanner *s, struct dd_str text, size_t block, const char *path, struct dd_buf *out)
{
	struct dd_arena arena = DD_ARENA_INIT(64 << 20);
	struct dd_secret_found found = { .arena = &arena };
	const struct dd_secret_file file = { .path = dd_str_from(path), .inner = DD_STR(""), .size = UINT64_MAX };
	struct dd_err err;
	dd_assert(dd_secret_open(s, &file, &found, &err) == DD_OK);
	for (size_t i = 0; i < text.n; i += block)
		dd_assert(dd_secret_feed(s, dd_str_take(dd_str_skip(text, i), block), &err) == DD_OK);
	dd_assert(dd_secret_close(s, &err) == DD_OK);
	for (size_t i = 0; i < found.list.n; i++) {
		const struct dd_secret *f = &found.list.p[i];
		dd_assert(f->offset <= text.n && f->offset + (f->coding.n ? 0 : f->length) <= text.n);
		dd_assert(f->redacted.n && dd_str_valid_utf8(f->redacted) && (f->filtered.n || f->fingerprint.n == 32));
		(void)dd_buf_addf(out, "%.*s %llu %llu %llu %llu ", DD_FMT(f->rule), (unsigned long long)f->offset,
				  (unsigned long long)f->length, (unsigned long long)f->line,
				  (unsigned long long)f->column);
		(void)dd_buf_add_str(out, f->clear);
		(void)dd_buf_add_str(out, f->filtered);
	}
	dd_secret_found_done(&found);
	dd_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const paths[] = { "a", "a.json", "a.yml", "etc/.pgpass", "x.tfstate", "pom.xml" };
	struct dd_secret_scanner *s = scanner();
	if (!s || n < 2)
		return 0;
	struct dd_str text = { (const char *)data + 1, n - 1 };
	const char *path = paths[data[0] % DD_COUNT(paths)];
	struct dd_buf whole DD_CLEANUP_BUF = DD_BUF_INIT(16 << 20), cut DD_CLEANUP_BUF = DD_BUF_INIT(16 << 20);
	run(s, text, text.n, path, &whole);
	run(s, text, 1 + data[0] / 8, path, &cut);
	dd_assert(dd_str_eq(dd_buf_str(&whole), dd_buf_str(&cut)));
	return 0;
}
