/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/engines.h"

#include <pthread.h>

#include "base/alloc.h"
#include "base/lazylib.h"
#include "base/str.h"
#include "secret/engine_functions.h"
#include "secret/regex.h"

#define DD_NAME_TEXT(name)    #name
#define DD_PCRE2_SYMBOL(f)    { DD_NAME_TEXT(pcre2_##f##_8), offsetof(struct dd_pcre2, f) },
#define DD_HS_SYMBOL(f)	      { DD_NAME_TEXT(hs_##f), offsetof(struct dd_hs, f) },
#define DD_COMPILER_SYMBOL(f) { DD_NAME_TEXT(hs_##f), offsetof(struct dd_hs_compiler, f) },
static const struct dd_lazy_symbol pcre2_symbols[] = { DD_PCRE2_FUNCTIONS(DD_PCRE2_SYMBOL) };
static const struct dd_lazy_symbol hs_symbols[] = { DD_HS_FUNCTIONS(DD_HS_SYMBOL) };
static const struct dd_lazy_symbol compiler_symbols[] = { DD_HS_COMPILER_FUNCTIONS(DD_COMPILER_SYMBOL) };

/* The part that comes late. Only `lock` guards it; a pointer that was handed out stays good. */
struct late {
	pthread_mutex_t lock;
	void *library;
	struct dd_hs_compiler f;
};

struct dd_secret_engines {
	void *pcre2_library, *hs_library;
	struct dd_pcre2 pcre2;
	struct dd_hs hs;
	pcre2_general_context *context;
	pcre2_compile_context *compile_context;
	struct late *late;
};

static void *pcre2_alloc(size_t n, void *unused)
{
	(void)unused;
	return dd_alloc(n);
}

static void pcre2_release(void *p, void *unused)
{
	(void)unused;
	dd_free(p);
}

static enum dd_code load_pcre2(struct dd_secret_engines *e, struct dd_err *err)
{
	struct dd_err why;
	if (dd_lazylib_open("libpcre2-8.so.0", pcre2_symbols, DD_COUNT(pcre2_symbols), &e->pcre2, &e->pcre2_library,
			    &why) != DD_OK)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "searching for secrets needs PCRE2 (package libpcre2-8-0): %.300s", why.message);
	e->context = e->pcre2.general_context_create(pcre2_alloc, pcre2_release, NULL);
	e->compile_context = e->context ? e->pcre2.compile_context_create(e->context) : NULL;
	if (!e->compile_context)
		return dd_fail_nomem(err);
	/* What the library was built with must not matter: "." is everything but LF, as in RE2. */
	(void)e->pcre2.set_newline(e->compile_context, PCRE2_NEWLINE_LF);
	(void)e->pcre2.set_max_pattern_length(e->compile_context, DD_REGEX_BYTES_MAX);
	(void)e->pcre2.set_parens_nest_limit(e->compile_context, DD_REGEX_NESTING_MAX);
	return DD_OK;
}

static enum dd_code load_hs(struct dd_secret_engines *e, struct dd_err *err)
{
	struct dd_err why;
	if (dd_lazylib_open("libhs_runtime.so.5", hs_symbols, DD_COUNT(hs_symbols), &e->hs, &e->hs_library, &why) !=
	    DD_OK)
		return dd_fail(
			err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			"searching for secrets needs Vectorscan (package libvectorscan5 or libhyperscan5): %.300s",
			why.message);
	if (e->hs.valid_platform() != HS_SUCCESS)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "searching for secrets: Vectorscan does not run on this processor");
	(void)e->hs.set_allocator(dd_alloc, dd_free);
	return DD_OK;
}

/* The compiler's library has all of the other, too: its version and its memory are asked for there. */
static enum dd_code load_compiler(const struct dd_secret_engines *e, struct late *late, struct dd_err *err)
{
	struct dd_err why;
	struct dd_hs own;
	void *library = NULL;
	enum dd_code code = dd_lazylib_open("libhs.so.5", hs_symbols, DD_COUNT(hs_symbols), &own, &library, &why);
	if (code == DD_OK) {
		code = dd_lazylib_open("libhs.so.5", compiler_symbols, DD_COUNT(compiler_symbols), &late->f,
				       &late->library, &why);
		if (code == DD_OK && strcmp(own.version(), e->hs.version()) != 0)
			code = dd_fail(&why, DD_EUNSUPPORTED, DD_NO_OFFSET,
				       "libhs.so.5 and libhs_runtime.so.5 are of "
				       "different versions");
		if (code == DD_OK)
			(void)own.set_allocator(dd_alloc, dd_free);
		dd_lazylib_close(library); /* counted: the second handle keeps it */
	}
	if (code == DD_OK)
		return DD_OK;
	dd_lazylib_close(DD_TAKE(late->library));
	return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
		       "rules cannot be compiled without Vectorscan's compiler (package libvectorscan5 or "
		       "libhyperscan5): %.300s",
		       why.message);
}

enum dd_code dd_secret_hs_compiler(const struct dd_secret_engines *e, const struct dd_hs_compiler **ret,
				   struct dd_err *err)
{
	struct late *late = e->late;
	enum dd_code code = DD_OK;
	(void)pthread_mutex_lock(&late->lock);
	if (!late->library)
		code = load_compiler(e, late, err);
	(void)pthread_mutex_unlock(&late->lock);
	if (code == DD_OK)
		*ret = &late->f;
	return code;
}

static struct late *late_new(void)
{
	struct late *late = dd_alloc_zero(1, sizeof *late);
	if (late && pthread_mutex_init(&late->lock, NULL) != 0)
		dd_freep(&late);
	return late;
}

enum dd_code dd_secret_engines_open(bool compiler, struct dd_secret_engines **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_secret_engines_freep) struct dd_secret_engines *e = dd_alloc_zero(1, sizeof *e);
	if (!e || !(e->late = late_new()))
		return dd_fail_nomem(err);
	DD_TRY(load_pcre2(e, err));
	DD_TRY(load_hs(e, err));
	const struct dd_hs_compiler *unused;
	if (compiler)
		DD_TRY(dd_secret_hs_compiler(e, &unused, err));
	*ret = DD_TAKE(e);
	return DD_OK;
}

void dd_secret_engines_freep(struct dd_secret_engines **at)
{
	struct dd_secret_engines *e = DD_TAKE(*at);
	if (!e)
		return;
	if (e->compile_context)
		e->pcre2.compile_context_free(e->compile_context);
	if (e->context)
		e->pcre2.general_context_free(e->context);
	dd_lazylib_close(e->pcre2_library);
	dd_lazylib_close(e->hs_library);
	if (e->late) {
		dd_lazylib_close(e->late->library);
		(void)pthread_mutex_destroy(&e->late->lock);
		dd_free(e->late);
	}
	dd_free(e);
}

const struct dd_pcre2 *dd_secret_pcre2(const struct dd_secret_engines *e)
{
	return &e->pcre2;
}

const struct dd_hs *dd_secret_hs(const struct dd_secret_engines *e)
{
	return &e->hs;
}

pcre2_general_context *dd_secret_pcre2_context(const struct dd_secret_engines *e)
{
	return e->context;
}

pcre2_compile_context *dd_secret_pcre2_compile_context(const struct dd_secret_engines *e)
{
	return e->compile_context;
}
