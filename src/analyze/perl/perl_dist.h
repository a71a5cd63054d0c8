/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DD_PERL_DIST_H
#define DD_PERL_DIST_H

#include "base/str.h"

/* "Demo-Thing-v1.02": the version starts behind the last "-" that a digit, or "v" and a digit, follows. */
bool dd_perl_cut_dist(struct dd_str dist, struct dd_str *ret_name, struct dd_str *ret_version);

#endif
