/* SPDX-License-Identifier: Apache-2.0 */
/* Which release of which distribution errata and OVAL definitions speak of. Internal to src/db. */
#ifndef DD_RPM_RELEASE_H
#define DD_RPM_RELEASE_H

#include "base/arena.h"
#include "base/err.h"

/* By the name of a product, "Oracle Linux 8", "SUSE Linux Enterprise Server 15 SP5", "openSUSE Leap 15.5". The key is
 * in a; empty: not known. */
enum dd_code dd_rpm_key_of_name(struct dd_str name, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
/* By the tag that a build's version carries (".amzn2023", ".el8_6", ".azl3") and, where several distributions have the
 * same one, by the prefix of the erratum's id (ALSA, RLSA …); id may be empty. */
enum dd_code dd_rpm_key_of_build(struct dd_str id, struct dd_str version, struct dd_arena *a, struct dd_str *ret,
				 struct dd_err *err);

#endif
