/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/regex.h"

#include "base/alloc.h"
#include "secret/engine_functions.h"

/* DOLLAR_ENDONLY and ALT_CIRCUMFLEX are RE2's meaning of "$" and of "^" behind a last line feed. */
#define OPTIONS                                                                                                        \
	(PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX)
enum { JIT_STACK_MIN = 32 << 10, JIT_STACK_MAX = 1 << 20, DEPTH_MAX = 100000 };

struct dd_regex {
	const struct dd_pcre2 *f;
	pcre2_code *code;
	size_t groups;
	bool jit;
};

struct dd_regex_scratch {
	const struct dd_pcre2 *f;
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

static enum dd_code fail_compile(const struct dd_pcre2 *f, int code, size_t at, struct dd_err *err)
{
	if (code == PCRE2_ERROR_HEAP_FAILED)
		return dd_fail_nomem(err);
	PCRE2_UCHAR text[200] = { 0 };
	(void)f->get_error_message(code, text, sizeof text);
	return dd_fail(err, DD_EPARSE, at, "%s", (const char *)text);
}

enum dd_code dd_regex_new(const struct dd_secret_engines *engines, struct dd_str pattern, unsigned flags,
			  struct dd_regex **ret, struct dd_err *err)
{
	const struct dd_pcre2 *f = dd_secret_pcre2(engines);
	DD_CLEANUP(dd_regex_freep) struct dd_regex *p = dd_alloc_zero(1, sizeof *p);
	if (!p)
		return dd_fail_nomem(err);
	p->f = f;
	int code = 0;
	PCRE2_SIZE at = 0;
	p->code = f->compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n,
			     OPTIONS | (flags & DD_REGEX_CASELESS ? PCRE2_CASELESS : 0), &code, &at,
			     dd_secret_pcre2_compile_context(engines));
	if (!p->code)
		return fail_compile(f, code, at, err);
	uint32_t groups = 0;
	(void)f->pattern_info(p->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups >= DD_REGEX_GROUPS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the pattern has %u groups, at most %d are allowed",
			       groups, DD_REGEX_GROUPS_MAX - 1);
	p->groups = groups + 1;
	/* Refused where there must be no new executable memory; then the interpreter runs it. */
	p->jit = (flags & DD_REGEX_JIT) && f->jit_compile(p->code, PCRE2_JIT_COMPLETE) == 0;
	*ret = DD_TAKE(p);
	return DD_OK;
}

void dd_regex_freep(struct dd_regex **at)
{
	struct dd_regex *p = DD_TAKE(*at);
	if (p && p->code)
		p->f->code_free(p->code);
	dd_free(p);
}

size_t dd_regex_groups(const struct dd_regex *p)
{
	return p->groups;
}

bool dd_regex_is_jit(const struct dd_regex *p)
{
	return p->jit;
}

unsigned dd_regex_group_named(const struct dd_regex *p, struct dd_str name)
{
	char text[64]; /* PCRE2 takes names of up to 32 characters */
	if (name.n == 0 || name.n >= sizeof text || memchr(name.p, 0, name.n))
		return 0;
	memcpy(text, name.p, name.n);
	text[name.n] = 0;
	int number = p->f->substring_number_from_name(p->code, (PCRE2_SPTR)text);
	return number > 0 ? (unsigned)number : 0;
}

enum dd_code dd_regex_scratch_new(const struct dd_secret_engines *engines, struct dd_regex_scratch **ret,
				  struct dd_err *err)
{
	const struct dd_pcre2 *f = dd_secret_pcre2(engines);
	pcre2_general_context *general = dd_secret_pcre2_context(engines);
	DD_CLEANUP(dd_regex_scratch_freep) struct dd_regex_scratch *s = dd_alloc_zero(1, sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	s->f = f;
	s->data = f->match_data_create(DD_REGEX_GROUPS_MAX, general);
	s->context = f->match_context_create(general);
	if (!s->data || !s->context)
		return dd_fail_nomem(err);
	(void)f->set_match_limit(s->context, DD_REGEX_STEPS_MAX);
	(void)f->set_depth_limit(s->context, DEPTH_MAX);
	(void)f->set_heap_limit(s->context, DD_REGEX_MEMORY_KIB_MAX);
	/* Without one, machine code has 32 KiB of the thread's own stack. */
	s->stack = f->jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, general);
	if (s->stack)
		f->jit_stack_assign(s->context, NULL, s->stack);
	*ret = DD_TAKE(s);
	return DD_OK;
}

void dd_regex_scratch_freep(struct dd_regex_scratch **at)
{
	struct dd_regex_scratch *s = DD_TAKE(*at);
	if (!s)
		return;
	if (s->data)
		s->f->match_data_free(s->data);
	if (s->context)
		s->f->match_context_free(s->context);
	if (s->stack)
		s->f->jit_stack_free(s->stack);
	dd_free(s);
}

enum dd_regex_result dd_regex_find(const struct dd_regex *p, struct dd_regex_scratch *s, struct dd_str text,
				   size_t from, unsigned edges, struct dd_span *groups, size_t n)
{
	if (from > text.n)
		return DD_REGEX_NONE;
	const uint32_t options =
		(edges & DD_REGEX_NOT_BOL ? PCRE2_NOTBOL : 0) | (edges & DD_REGEX_NOT_EOL ? PCRE2_NOTEOL : 0);
	PCRE2_SPTR subject = (PCRE2_SPTR)(text.p ? text.p : "");
	int found = p->f->match(p->code, subject, text.n, from, options, s->data, s->context);
	if (found == PCRE2_ERROR_JIT_STACKLIMIT) /* the interpreter has more room, within its own limits */
		found = p->f->match(p->code, subject, text.n, from, options | PCRE2_NO_JIT, s->data, s->context);
	if (found == PCRE2_ERROR_NOMATCH)
		return DD_REGEX_NONE;
	if (found == PCRE2_ERROR_NOMEMORY)
		return DD_REGEX_NOMEM;
	if (found <= 0)
		return DD_REGEX_GAVE_UP;
	const PCRE2_SIZE *at = p->f->get_ovector_pointer(s->data);
	for (size_t i = 0; i < n; i++) {
		bool there = i < (size_t)found && at[2 * i] != PCRE2_UNSET;
		groups[i] = there ? (struct dd_span){ at[2 * i], at[2 * i + 1] }
				  : (struct dd_span){ DD_NO_SPAN, DD_NO_SPAN };
	}
	return DD_REGEX_FOUND;
}

enum dd_code dd_regex_get(struct dd_regex_slot *slot, const struct dd_secret_engines *engines, struct dd_str pattern,
			  unsigned flags, const struct dd_regex **ret, struct dd_err *err)
{
	struct dd_regex *there = atomic_load_explicit(&slot->p, memory_order_acquire);
	if (!there) {
		struct dd_regex *made = NULL;
		DD_TRY(dd_regex_new(engines, pattern, flags, &made, err));
		if (atomic_compare_exchange_strong(&slot->p, &there, made))
			there = made;
		else
			dd_regex_freep(&made);
	}
	*ret = there;
	return DD_OK;
}

void dd_regex_slot_done(struct dd_regex_slot *slot)
{
	struct dd_regex *p = atomic_exchange(&slot->p, NULL);
	dd_regex_freep(&p);
}
