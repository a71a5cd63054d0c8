/* SPDX-License-Identifier: Apache-2.0 */
#include "db/intern.h"

#include <sys/random.h>

static size_t slot_of(const struct dd_intern *in, struct dd_str s)
{
	size_t i = (size_t)dd_str_hash(s, in->seed) & (in->cap - 1);
	while (in->slots[i] && !dd_str_eq(in->texts.p[in->slots[i] - 1], s))
		i = (i + 1) & (in->cap - 1);
	return i;
}

static bool grow(struct dd_intern *in)
{
	size_t cap = in->cap ? in->cap * 2 : 1024;
	/* Seeded: which texts come is the input's choice, where they collide is not. Numbers never depend on it. */
	if (!in->cap && getrandom(&in->seed, sizeof in->seed, GRND_NONBLOCK) < 0)
		in->seed = (uint64_t)(uintptr_t)in;
	uint32_t *slots = dd_alloc_zero(cap, sizeof *slots);
	if (!slots)
		return false;
	dd_free(in->slots);
	in->slots = slots;
	in->cap = cap;
	for (size_t i = 0; i < in->texts.n; i++)
		in->slots[slot_of(in, in->texts.p[i])] = (uint32_t)i + 1;
	return true;
}

static bool add_new(struct dd_intern *in, struct dd_str s, uint32_t *ret)
{
	struct dd_str copy = dd_arena_str(&in->arena, s);
	if (!copy.p || !dd_vec_push(&in->texts, copy, (size_t)UINT32_MAX - 1))
		return false;
	*ret = (uint32_t)in->texts.n - 1;
	return true;
}

bool dd_intern_add(struct dd_intern *in, struct dd_str s, uint32_t *ret)
{
	if (in->texts.n + in->texts.n / 3 + 2 >= in->cap && !grow(in))
		return false;
	if (in->texts.n == 0) {
		uint32_t zero;
		if (!add_new(in, DD_STR(""), &zero))
			return false;
		in->slots[slot_of(in, DD_STR(""))] = zero + 1;
	}
	size_t i = slot_of(in, s);
	if (in->slots[i]) {
		*ret = in->slots[i] - 1;
		return true;
	}
	if (!add_new(in, s, ret))
		return false;
	in->slots[i] = *ret + 1;
	return true;
}

void dd_intern_done(struct dd_intern *in)
{
	dd_arena_done(&in->arena);
	dd_vec_done(&in->texts);
	dd_free(in->slots);
	*in = DD_INTERN_INIT(in->arena.limit);
}
