/* SPDX-License-Identifier: Apache-2.0 */
/* The tests that a found text can be put to without asking anyone: checksums, structure, keys that parse. */
#ifndef DD_SECRET_CHECKS_H
#define DD_SECRET_CHECKS_H

#include "base/arena.h"
#include "secret/rule_set.h"

enum dd_secret_verdict {
	DD_CHECKED_NOT, /* the rule has no test, or the text is of an age or kind that has none */
	DD_CHECKED_RIGHT,
	DD_CHECKED_WRONG, /* damaged, invented, or a sample that everyone has */
};

struct dd_secret_checked {
	enum dd_secret_verdict verdict;
	/* What was seen, printable, for dd_secret.reason: "its checksum is right"; may be empty. Lives in the arena or
	 * in the program. Never holds a part of the secret that is not public in itself. */
	struct dd_str reason;
};

/* secret: as it was found, at most DD_CHECK_BYTES_MAX (longer: not tested). around: the text that it was found in, as
 * much of it as is at hand, for what belongs to it and stands beside it (a key's certificate, the secret of a key id);
 * may be empty. Nothing depends on the time of day: what expires is told with its date. DD_ENOMEM. */
enum { DD_CHECK_BYTES_MAX = 64 << 10 };
enum dd_code dd_secret_check_run(enum dd_secret_check check, struct dd_str secret, struct dd_str around,
				 struct dd_arena *a, struct dd_secret_checked *ret, struct dd_err *err);

#endif
