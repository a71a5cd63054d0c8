/* SPDX-License-Identifier: Apache-2.0 */
/* WWW-Authenticate: how a server wants to be told who asks. */
#ifndef DD_CHALLENGE_H
#define DD_CHALLENGE_H

#include "base/arena.h"
#include "base/err.h"

enum {
	DD_CHALLENGES_MAX = 8,		  /* of one answer; real ones have one or two */
	DD_CHALLENGE_BYTES_MAX = 8 << 10, /* of one field */
};

struct dd_challenge {
	enum dd_challenge_scheme { DD_CHALLENGE_BASIC, DD_CHALLENGE_BEARER, DD_CHALLENGE_OTHER } scheme;
	struct dd_str realm, service, scope, error; /* unquoted; empty where not given */
};
struct dd_challenges {
	struct dd_challenge at[DD_CHALLENGES_MAX];
	size_t n;
};

/* Adds the challenges of one field's value to *c. Texts live in a. DD_EPARSE: not as RFC 9110 §11.6.1 says, a parameter
 * that comes twice, or more than the limits; *c is then as before. */
enum dd_code dd_challenges_add(struct dd_challenges *c, struct dd_str value, struct dd_arena *a, struct dd_err *err);

#endif
