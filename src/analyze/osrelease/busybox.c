/* SPDX-License-Identifier: Apache-2.0 */
/* An image of nothing but busybox has no release file; the program itself says what it is. Its banner, a constant in
 * the binary (libbb/messages.c, bb_banner), is
 *
 *   "BusyBox v" version " (" build date or distribution's version ")"
 *
 * with a version of digits and dots and perhaps a suffix ("1.37.0.git"). The same words without the parenthesis occur
 * in syslogd's start message and are passed over. Files under these names that are no busybox give nothing. */
#include "analyze/osrelease/osrelease.h"

enum { BANNER_VERSION_MAX = 64 };

bool dd_osrelease_read_busybox(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	const struct dd_str word = DD_STR("BusyBox v");
	for (struct dd_str rest = data; rest.n;) {
		size_t at = dd_str_search(rest, word);
		rest = dd_str_skip(rest, at + word.n);
		struct dd_str version = dd_str_take(rest, BANNER_VERSION_MAX);
		version = dd_str_take(version, dd_str_find(version, ' '));
		if (version.n == 0 || !dd_is_digit(version.p[0]) ||
		    !dd_str_starts(dd_str_skip(rest, version.n), DD_STR(" (")))
			continue;
		os->id = DD_STR("busybox");
		os->pretty_name = dd_arena_printf(out->arena, "BusyBox %.*s", DD_FMT(version));
		return os->pretty_name.p && dd_osrelease_set(out, &os->version, version, false);
	}
	return true;
}
