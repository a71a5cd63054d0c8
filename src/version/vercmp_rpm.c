/* SPDX-License-Identifier: Apache-2.0 */
/* RPM versions: [ epoch ":" ] version [ "-" release ].
 *
 *   epoch    digits up to a colon at the very start, 0 when missing or empty; any other colon is just a separator
 *   release  behind the LAST hyphen; a missing release sorts before an empty one, that before all others
 *
 * Each part is cut into segments of letters only or digits only; every other byte (also beyond ASCII) only separates.
 * At the same place: "~" < end < "^" < letters (byte order) < digits (value). So 1.0~rc1 < 1.0 < 1.0^git1 < 1.0.1 and
 * 1.0 = 1_0.
 *
 * Source: rpm 4.18 rpmio/rpmvercmp.c and rpmver.c (parseEVR, rpmverCmp); doc/manual/dependencies.md, "Versioning".
 * rpm compares whatever is not empty. Not a version here: the empty text and texts with blanks or control bytes, which
 * no package can have and which tell a column that slipped. */
#include "version/vercmp.h"

struct rpm {
	struct dd_str epoch, version, release;
	bool has_release;
};

static bool parse(struct dd_str s, struct rpm *ret)
{
	struct rpm v = { 0 };
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	size_t digits = 0;
	while (digits < s.n && dd_is_digit(s.p[digits]))
		digits++;
	if (digits < s.n && s.p[digits] == ':') {
		v.epoch = dd_str_take(s, digits);
		s = dd_str_skip(s, digits + 1);
	}
	size_t hyphen = dd_str_rfind(s, '-');
	v.has_release = hyphen < s.n;
	v.version = dd_str_take(s, hyphen);
	v.release = dd_str_skip(s, hyphen + 1);
	*ret = v;
	return true;
}

enum rank { RANK_TILDE, RANK_END, RANK_CARET, RANK_LETTERS, RANK_DIGITS };

/* Takes the next token off the front of *rest; *ret_text is the segment of letters or digits. */
static enum rank next(struct dd_str *rest, struct dd_str *ret_text)
{
	size_t i = 0;
	while (i < rest->n && !dd_is_digit(rest->p[i]) && !dd_is_alpha(rest->p[i]) && rest->p[i] != '~' &&
	       rest->p[i] != '^')
		i++;
	*rest = dd_str_skip(*rest, i);
	*ret_text = (struct dd_str){ NULL, 0 };
	if (rest->n == 0)
		return RANK_END;
	if (dd_is_digit(rest->p[0])) {
		*ret_text = dd_take_run(rest, dd_is_digit);
		return RANK_DIGITS;
	}
	if (dd_is_alpha(rest->p[0])) {
		*ret_text = dd_take_run(rest, dd_is_alpha);
		return RANK_LETTERS;
	}
	enum rank r = rest->p[0] == '~' ? RANK_TILDE : RANK_CARET;
	*rest = dd_str_skip(*rest, 1);
	return r;
}

static int part_cmp(struct dd_str a, struct dd_str b)
{
	for (;;) {
		struct dd_str x, y;
		enum rank ra = next(&a, &x), rb = next(&b, &y);
		if (ra != rb)
			return ra < rb ? -1 : 1;
		if (ra == RANK_END)
			return 0;
		int c = ra == RANK_DIGITS ? dd_digits_cmp(x, y) : dd_sign(dd_str_cmp(x, y));
		if (c)
			return c;
	}
}

bool dd_vercmp_rpm(struct dd_str a, struct dd_str b, int *ret)
{
	struct rpm x, y;
	if (!parse(a, &x) || !parse(b, &y))
		return false;
	int c = dd_digits_cmp(x.epoch, y.epoch);
	if (c == 0)
		c = part_cmp(x.version, y.version);
	if (c == 0)
		c = x.has_release - y.has_release;
	*ret = c ? c : part_cmp(x.release, y.release);
	return true;
}
