/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of everything but archives; the path of the input says which of them want it, as in a layer. */
#include "analyze/registry.h"
#include "support/found_text.h"

extern const struct dd_analyzer dd_analyzer_java_pom, dd_analyzer_java_unpacked, dd_analyzer_java_gradle,
	dd_analyzer_java_verification, dd_analyzer_java_sbt, dd_analyzer_java_quarkus;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dd_analyzer *const all[] = { &dd_analyzer_java_pom,	   &dd_analyzer_java_unpacked,
							 &dd_analyzer_java_gradle, &dd_analyzer_java_verification,
							 &dd_analyzer_java_sbt,	   &dd_analyzer_java_quarkus };
	struct dd_str file = { (const char *)data, size };
	DD_CLEANUP(dd_matcher_freep) struct dd_matcher *m = dd_matcher_new_of(all, DD_COUNT(all));
	DD_UNINITIALIZED struct dd_wants wants;
	if (!m)
		return 0;
	dd_matcher_path(m, dd_str_take(file, dd_str_find(file, '\n')), &wants);
	for (size_t i = 0; i < wants.n; i++)
		(void)dd_analyze_fuzz(all[wants.by[i].analyzer], data, size);
	return 0;
}
