/* SPDX-License-Identifier: Apache-2.0 */
/* Debian package versions.
 *
 *   version  := [ epoch ":" ] upstream [ "-" revision ]
 *   epoch    := decimal number up to INT_MAX, 0 when missing; it ends at the FIRST colon
 *   revision := behind the LAST hyphen; missing sorts as "0", and as the empty text
 *
 * Upstream and revision are compared by turns: a part without digits (letters before all other bytes, "~" before the
 * end, the end before letters), then a number. So 1.0~rc1 < 1.0 < 1.0+b1.
 *
 * Source: Debian Policy 5.6.12; dpkg 1.21 lib/dpkg/{parsehelp.c,version.c}. What dpkg --compare-versions takes is a
 * version here, what it refuses is none: it only warns about an upstream version that does not start with a digit and
 * about bytes outside of [A-Za-z0-9.+~:-], refuses a bad epoch, an empty upstream version or revision and blanks
 * inside, and ignores blanks around. Two differences: the empty text (for dpkg "no version yet", lower than all) is
 * none here, as there is nothing to compare, and a NUL byte, which no argument of dpkg can hold, is none either. */
#include "version/vercmp.h"

#define EPOCH_MAX ((uint64_t)INT32_MAX)

struct deb {
	uint64_t epoch;
	struct dd_str upstream, revision;
};

/* dpkg reads the epoch with strtol(3), which takes a sign: "+1:2" is 1:2 and "-0:2" is 2. */
static bool parse_epoch(struct dd_str s, uint64_t *ret)
{
	uint64_t max = EPOCH_MAX;
	if (s.n && (s.p[0] == '+' || s.p[0] == '-')) {
		max = s.p[0] == '-' ? 0 : EPOCH_MAX;
		s = dd_str_skip(s, 1);
	}
	return dd_str_u64(s, max, ret);
}

static bool parse(struct dd_str s, struct deb *ret)
{
	struct deb v = { 0, { NULL, 0 }, { NULL, 0 } };
	s = dd_str_trim(s);
	for (size_t i = 0; i < s.n; i++)
		if (dd_is_blank(s.p[i]) || s.p[i] == '\0')
			return false;
	size_t colon = dd_str_find(s, ':');
	if (colon < s.n) {
		if (!parse_epoch(dd_str_take(s, colon), &v.epoch))
			return false;
		s = dd_str_skip(s, colon + 1);
	}
	size_t hyphen = dd_str_rfind(s, '-');
	v.upstream = dd_str_take(s, hyphen);
	v.revision = dd_str_skip(s, hyphen + 1);
	if (v.upstream.n == 0 || (hyphen < s.n && v.revision.n == 0))
		return false;
	*ret = v;
	return true;
}

/* Bytes outside of ASCII are negative chars on dpkg's amd64: they land between the letters and the punctuation. */
static int order(struct dd_str s)
{
	if (s.n == 0 || dd_is_digit(s.p[0]))
		return 0;
	if (dd_is_alpha(s.p[0]))
		return s.p[0];
	return s.p[0] == '~' ? -1 : (signed char)s.p[0] + 256;
}

int dd_deb_part_cmp(struct dd_str a, struct dd_str b)
{
	while (a.n || b.n) {
		while ((a.n && !dd_is_digit(a.p[0])) || (b.n && !dd_is_digit(b.p[0]))) {
			int c = order(a) - order(b);
			if (c)
				return dd_sign(c);
			a = dd_str_skip(a, 1);
			b = dd_str_skip(b, 1);
		}
		int c = dd_digits_cmp(dd_take_run(&a, dd_is_digit), dd_take_run(&b, dd_is_digit));
		if (c)
			return c;
	}
	return 0;
}

bool dd_vercmp_deb(struct dd_str a, struct dd_str b, int *ret)
{
	struct deb x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	int c = (x.epoch > y.epoch) - (x.epoch < y.epoch);
	if (c == 0)
		c = dd_deb_part_cmp(x.upstream, y.upstream);
	*ret = c ? c : dd_deb_part_cmp(x.revision, y.revision);
	return true;
}
