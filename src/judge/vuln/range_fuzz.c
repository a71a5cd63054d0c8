/* SPDX-License-Identifier: Apache-2.0 */
/* Input: "SCHEME VERSION RANGES" (notation of tests/support/range_text.h; SCHEME d, r, R (no epochs), a or s). What the
 * judge says must be what the OSV schema's own algorithm says, and the named fix must be out of reach of its own range.
 */
#include "support/range_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		char letter;
		struct dd_order order;
	} schemes[] = {
		{ 'd', { DD_SCHEME_DEB, false } },    { 'r', { DD_SCHEME_RPM, false } },
		{ 'R', { DD_SCHEME_RPM, true } },     { 'a', { DD_SCHEME_APK, false } },
		{ 's', { DD_SCHEME_SEMVER, false } },
	};
	struct dd_str rest = { (const char *)data, size }, scheme, version;
	const struct dd_order *order = NULL;
	static struct dd_range_text t;

	if (!dd_str_next(&rest, ' ', &scheme) || scheme.n != 1 || !dd_str_next(&rest, ' ', &version) || !rest.p)
		return 0;
	for (size_t i = 0; i < DD_COUNT(schemes); i++)
		if (schemes[i].letter == scheme.p[0])
			order = &schemes[i].order;
	if (!order)
		return 0;
	dd_range_text_read(&t, rest);
	struct dd_verdict_on_version v = dd_range_judge(&t.adv, order, version);
	(void)dd_range_names_fixed(&t.adv, order, version);
	if (v.reach == DD_REACH_BAD && v.bad.n == 0 && t.adv.n_ranges == 0)
		__builtin_trap();
	if (!dd_range_text_valid(&t, order, version))
		return 0;
	if (v.reach == DD_REACH_BAD || (v.reach == DD_REACH_IN) != dd_range_text_reference(&t, order, version))
		__builtin_trap();
	int c;
	if (v.fixed.n && (!dd_order_cmp(order, v.fixed, version, &c) || c <= 0))
		__builtin_trap();
	return 0;
}
