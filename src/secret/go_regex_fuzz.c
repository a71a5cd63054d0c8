/* SPDX-License-Identifier: Apache-2.0 */
/* What is translated, PCRE2 takes, with as many groups as were counted; it may only be too large for it. */
#include "secret/go_regex.h"
#include "secret/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_compiles(struct dd_str pattern, unsigned groups)
{
	DD_CLEANUP(dd_secret_engines_freep) struct dd_secret_engines *engines = NULL;
	DD_CLEANUP(dd_regex_freep) struct dd_regex *p = NULL;
	struct dd_err err;
	if (dd_secret_engines_open(false, &engines, NULL) != DD_OK)
		return;
	enum dd_code code = dd_regex_new(engines, pattern, 0, &p, &err);
	if (code == DD_OK)
		dd_assert(dd_regex_groups(p) == groups + 1);
	else
		dd_assert(strstr(err.message, "too large") || strstr(err.message, "too complicated") ||
			  strstr(err.message, "too long"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1 << 20), named = DD_BUF_INIT(1 << 20);
	struct dd_str in = { (const char *)data, size };
	unsigned groups = 0, some = 0;
	struct dd_err err;
	enum dd_code code = dd_go_regex_translate(in, DD_GO_REGEX_REPEAT_MAX, DD_STR(""), &out, &groups, &err);
	if (code == DD_OK && out.n < DD_REGEX_BYTES_MAX)
		check_compiles(dd_buf_str(&out), groups);
	if (code == DD_EPARSE)
		dd_assert(err.at == DD_NO_OFFSET || err.at <= size);
	if (dd_go_regex_translate(in, DD_GO_REGEX_REPEAT_MAX, DD_STR("n"), &named, &some, NULL) == DD_OK)
		dd_assert(code == DD_ELIMIT || some <= groups);
	return 0;
}
