/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <sys/random.h>

#include "base/alloc.h"

struct dd_map_slot {
	struct dd_str key;
	uint32_t hash;
	uint32_t value; /* DD_MAP_NONE: free */
};

static struct dd_map_slot *slot_for(const struct dd_map *m, struct dd_str key)
{
	uint64_t h = dd_str_hash(key, m->seed);
	uint32_t tag = (uint32_t)(h >> 32);
	for (size_t i = (size_t)h & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
		struct dd_map_slot *s = &m->slots[i];
		if (s->value == DD_MAP_NONE || (s->hash == tag && dd_str_eq(s->key, key)))
			return s;
	}
}

uint32_t dd_map_get(const struct dd_map *m, struct dd_str key)
{
	return m->cap ? slot_for(m, key)->value : (uint32_t)DD_MAP_NONE;
}

static bool grow(struct dd_map *m)
{
	struct dd_map bigger = { NULL, m->n, m->cap ? m->cap * 2 : 16, m->seed };
	if (m->cap == 0 && getrandom(&bigger.seed, sizeof bigger.seed, GRND_NONBLOCK) < 0)
		bigger.seed = (uint64_t)(uintptr_t)m; /* early boot: weaker, still varying */
	bigger.slots = dd_realloc_array(NULL, bigger.cap, sizeof *bigger.slots);
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < bigger.cap; i++)
		bigger.slots[i].value = DD_MAP_NONE;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].value != DD_MAP_NONE)
			*slot_for(&bigger, m->slots[i].key) = m->slots[i];
	dd_free(m->slots);
	*m = bigger;
	return true;
}

bool dd_map_add(struct dd_map *m, struct dd_str key, uint32_t value, uint32_t *ret_value)
{
	if (m->n + m->n / 3 + 1 >= m->cap && !grow(m))
		return false;
	struct dd_map_slot *s = slot_for(m, key);
	if (s->value == DD_MAP_NONE) {
		s->key = key;
		s->hash = (uint32_t)(dd_str_hash(key, m->seed) >> 32);
		s->value = value;
		m->n++;
	}
	*ret_value = s->value;
	return true;
}

bool dd_map_set(struct dd_map *m, struct dd_str key, uint32_t value)
{
	uint32_t now;
	if (!dd_map_add(m, key, value, &now))
		return false;
	if (now != value)
		slot_for(m, key)->value = value;
	return true;
}

void dd_map_done(struct dd_map *m)
{
	dd_free(m->slots);
	*m = (struct dd_map){ 0 };
}
