/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vec.h"

bool dd_vec_grow(void **p, size_t n, size_t *cap, size_t size, size_t max)
{
	if (n >= max)
		return false;
	if (n < *cap)
		return true;
	size_t want = *cap ? *cap + *cap / 2 + 1 : 8;
	if (want > max)
		want = max;
	void *q = dd_realloc_array(*p, want, size);
	if (!q)
		return false;
	*p = q;
	*cap = want;
	return true;
}
