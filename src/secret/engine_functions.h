/* SPDX-License-Identifier: Apache-2.0 */
/* For src/secret only: what is called of the two libraries, by pointers. `e->pcre2.compile(…)` is pcre2_compile(…). */
#ifndef DD_ENGINE_FUNCTIONS_H
#define DD_ENGINE_FUNCTIONS_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs.h>
#include <pcre2.h>

#include "secret/engines.h"

/* clang-format off */
#define DD_PCRE2_FUNCTIONS(X)                                                                                          \
	X(code_free) X(compile) X(compile_context_create) X(compile_context_free) X(config) X(general_context_create)  \
	X(general_context_free) X(get_error_message) X(get_ovector_pointer) X(jit_compile) X(jit_stack_assign)         \
	X(jit_stack_create) X(jit_stack_free) X(match) X(match_context_create) X(match_context_free)                   \
	X(match_data_create) X(match_data_free) X(pattern_info) X(set_depth_limit) X(set_heap_limit)                   \
	X(set_match_limit) X(set_max_pattern_length) X(set_newline) X(set_parens_nest_limit)                           \
	X(substring_number_from_name)
#define DD_HS_FUNCTIONS(X)                                                                                             \
	X(alloc_scratch) X(clone_scratch) X(database_info) X(database_size) X(deserialize_database)                    \
	X(deserialize_database_at) X(free_database) X(free_scratch) X(open_stream) X(close_stream) X(reset_stream)     \
	X(scan) X(scan_stream) X(scratch_size) X(serialize_database) X(serialized_database_info)                       \
	X(serialized_database_size) X(set_allocator) X(valid_platform) X(version)
/* hs_scan_vector and the like are not needed: what is scanned lies in one piece. */
#define DD_HS_COMPILER_FUNCTIONS(X)                                                                                    \
	X(compile_ext_multi) X(compile_lit_multi) X(compile_multi) X(expression_info) X(free_compile_error)            \
	X(populate_platform)
/* clang-format on */

struct dd_pcre2 {
#define DD_MEMBER(name)	    __typeof__(DD_PCRE2_NAME(name)) *name;
#define DD_PCRE2_NAME(name) pcre2_##name##_8
	DD_PCRE2_FUNCTIONS(DD_MEMBER)
#undef DD_MEMBER
};

struct dd_hs {
#define DD_MEMBER(name) __typeof__(hs_##name) *name;
	DD_HS_FUNCTIONS(DD_MEMBER)
#undef DD_MEMBER
};

struct dd_hs_compiler {
#define DD_MEMBER(name) __typeof__(hs_##name) *name;
	DD_HS_COMPILER_FUNCTIONS(DD_MEMBER)
#undef DD_MEMBER
};

const struct dd_pcre2 *dd_secret_pcre2(const struct dd_secret_engines *e);
/* What searches. A database comes from the library whose functions read it: of both the version is the same, or the
 * compiler is refused. */
const struct dd_hs *dd_secret_hs(const struct dd_secret_engines *e);
/* What makes databases, loaded by the first call that needs it. Any thread; before the sandbox is entered, as it opens
 * files. DD_EUNSUPPORTED: not installed, or of another version than what searches. */
enum dd_code dd_secret_hs_compiler(const struct dd_secret_engines *e, const struct dd_hs_compiler **ret,
				   struct dd_err *err);
/* Memory of PCRE2's own comes from base/alloc.h. */
pcre2_general_context *dd_secret_pcre2_context(const struct dd_secret_engines *e);
pcre2_compile_context *dd_secret_pcre2_compile_context(const struct dd_secret_engines *e);

#endif
