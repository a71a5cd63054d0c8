/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte says the format; every value lies in the document. */
#include "secret/structure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const paths[] = { "a.json", "a.yml", "a.toml", "a.xml", "Dockerfile", "a" };
	struct dd_secret_structure s DD_CLEANUP(dd_secret_structure_done) = { 0 };
	if (!n)
		return 0;
	struct dd_str doc = { (const char *)data + 1, n - 1 };
	struct dd_err err;
	if (dd_secret_structure_read(dd_str_from(paths[data[0] % DD_COUNT(paths)]), doc, &s, &err) != DD_OK)
		return 0;
	for (size_t i = 0; i < s.values.n; i++) {
		const struct dd_structure_value *v = &s.values.p[i];
		dd_assert(v->at <= s.text.n && v->n <= s.text.n - v->at);
		dd_assert(v->from <= doc.n && v->length <= doc.n - v->from);
	}
	return 0;
}
