/* SPDX-License-Identifier: Apache-2.0 */
/* What to type to get a newer version of a package. Only names and versions that mean nothing to a shell go into a
 * command; for others, and for types without a row, there is no advice: *ret stays as it is. */
#ifndef DD_ADVICE_H
#define DD_ADVICE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/package.h"

/* A third-party package, to that version: "npm install left-pad@1.3.0". Text lives in a. DD_ENOMEM. */
enum dd_code dd_advice_raise(const struct dd_package *p, struct dd_str version, struct dd_arena *a, struct dd_str *ret);
/* A package of the distribution of that name: "apt-get install --only-upgrade openssl". */
enum dd_code dd_advice_upgrade(const char *ecosystem, const struct dd_package *p, struct dd_arena *a,
			       struct dd_str *ret);
/* Characters that mean nothing to a shell or in a URL: only such names go into commands and links. */
bool dd_advice_is_plain(struct dd_str s);

#endif
