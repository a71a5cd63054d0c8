/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: the scheme; then three versions, one a line. The laws of an order have to hold for them,
 * transitivity where the scheme has it. */
#include "base/err.h"
#include "version/vercmp_lawful_rows.h"
#include "version/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int sign(int c)
{
	return (c > 0) - (c < 0);
}

/* Compares both ways, and with themselves; false: not both are versions. */
static bool compare(enum dd_scheme scheme, struct dd_str a, struct dd_str b, int *ret)
{
	int there = 77, back = 77, self = 77;
	bool ok = dd_vercmp(scheme, a, b, &there);
	dd_assert(dd_vercmp(scheme, b, a, &back) == ok);
	if (!ok) {
		dd_assert(there == 77 && back == 77);
		return false;
	}
	dd_assert(sign(there) == -sign(back));
	dd_assert(dd_vercmp(scheme, a, a, &self) && self == 0);
	*ret = sign(there);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	enum dd_scheme scheme = (enum dd_scheme)(data[0] % DD_SCHEME_COUNT);
	struct dd_str rest = { (const char *)data + 1, size - 1 }, v[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	int ab, bc, ac;
	for (size_t i = 0; i < DD_COUNT(v); i++)
		(void)dd_str_next(&rest, '\n', &v[i]);
	if (!compare(scheme, v[0], v[1], &ab) || !compare(scheme, v[1], v[2], &bc))
		return 0;
	for (size_t i = 0; i < DD_COUNT(v); i++)
		if (!dd_order_is_lawful(scheme, v[i]))
			return 0;
	dd_assert(compare(scheme, v[0], v[2], &ac));
	if (ab <= 0 && bc <= 0)
		dd_assert(ac == (ab == 0 && bc == 0 ? 0 : -1));
	if (ab >= 0 && bc >= 0)
		dd_assert(ac == (ab == 0 && bc == 0 ? 0 : 1));
	return 0;
}
