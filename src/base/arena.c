/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"

enum { ARENA_CHUNK_BYTES = 16 << 10, ARENA_CHUNK_MAX_BYTES = 1 << 20 };

struct dd_arena_chunk {
	struct dd_arena_chunk *next;
	size_t used, cap;
	_Alignas(16) char bytes[];
};

#if defined(__SANITIZE_ADDRESS__)
#define DD_ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DD_ARENA_ASAN 1
#endif
#endif

static struct dd_arena_chunk *grow(struct dd_arena *a, size_t n)
{
	size_t cap;
#ifdef DD_ARENA_ASAN
	/* One block an item: the sanitizer then sees every overrun. */
	cap = n;
#else
	cap = a->head ? a->head->cap * 2 : ARENA_CHUNK_BYTES;
	if (cap > ARENA_CHUNK_MAX_BYTES)
		cap = ARENA_CHUNK_MAX_BYTES;
	if (cap < n)
		cap = n;
#endif
	struct dd_arena_chunk *c = dd_alloc(sizeof *c + cap);
	if (!c)
		return NULL;
	c->used = 0;
	c->cap = cap;
	/* A big block goes behind the head, so that the head's free tail stays in use. */
	if (a->head && n > ARENA_CHUNK_MAX_BYTES / 4) {
		c->next = a->head->next;
		a->head->next = c;
	} else {
		c->next = a->head;
		a->head = c;
	}
	return c;
}

/* Not zeroed, but for what the sanitizer watches. */
static void *take(struct dd_arena *a, size_t n)
{
	if (n > SIZE_MAX / 4)
		return NULL;
	size_t want = (n + 15) & ~(size_t)15;
	if (want == 0)
		want = 16;
	if (want > a->limit || a->used > a->limit - want)
		return NULL;
	struct dd_arena_chunk *c = a->head;
#ifdef DD_ARENA_ASAN
	c = grow(a, n ? n : 1);
	if (!c)
		return NULL;
	c->used = c->cap;
	a->used += want;
	memset(c->bytes, 0, c->cap);
	return c->bytes;
#else
	if (!c || c->cap - c->used < want)
		c = grow(a, want);
	if (!c)
		return NULL;
	void *p = c->bytes + c->used;
	c->used += want;
	a->used += want;
	return p;
#endif
}

void *dd_arena_alloc(struct dd_arena *a, size_t n)
{
	void *p = take(a, n);
	return p ? memset(p, 0, n) : NULL;
}

void *dd_arena_array(struct dd_arena *a, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return dd_arena_alloc(a, bytes);
}

struct dd_str dd_arena_str(struct dd_arena *a, struct dd_str s)
{
	if (s.n == SIZE_MAX)
		return (struct dd_str){ NULL, 0 };
	char *p = take(a, s.n + 1);
	if (!p)
		return (struct dd_str){ NULL, 0 };
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct dd_str){ p, s.n };
}

const char *dd_arena_c(struct dd_arena *a, struct dd_str s)
{
	return dd_arena_str(a, s).p;
}

struct dd_str dd_arena_printf(struct dd_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	char *p = n < 0 ? NULL : dd_arena_alloc(a, (size_t)n + 1);
	if (p)
		(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct dd_str){ p, p ? (size_t)n : 0 };
}

void dd_arena_done(struct dd_arena *a)
{
	for (struct dd_arena_chunk *c = a->head, *next; c; c = next) {
		next = c->next;
		dd_free(c);
	}
	a->head = NULL;
	a->used = 0;
}
