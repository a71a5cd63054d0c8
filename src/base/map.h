/* SPDX-License-Identifier: Apache-2.0 */
/* Text → 32-bit value, open addressing. Keys are views: the caller keeps their bytes alive. Iteration order is never
 * used for output. The hash is seeded per map from the kernel, so that input cannot be made to collide. */
#ifndef DD_MAP_H
#define DD_MAP_H

#include "base/str.h"

struct dd_map_slot;
struct dd_map {
	struct dd_map_slot *slots;
	size_t n, cap; /* cap is a power of two or 0 */
	uint64_t seed;
};

enum { DD_MAP_NONE = 0xffffffff };

/* The value, or DD_MAP_NONE. */
uint32_t dd_map_get(const struct dd_map *m, struct dd_str key);
/* Sets key to value (!= DD_MAP_NONE), replacing; false when memory is out. */
bool dd_map_set(struct dd_map *m, struct dd_str key, uint32_t value);
/* Sets key only if absent; *ret_value is the value that is there afterwards. False when memory is out. */
bool dd_map_add(struct dd_map *m, struct dd_str key, uint32_t value, uint32_t *ret_value);
void dd_map_done(struct dd_map *m);

#endif
