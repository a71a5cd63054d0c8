/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of rpm's repositories, whose variables the system's packages and files tell. */
#ifndef DD_FRESH_RPM_ADDRESS_H
#define DD_FRESH_RPM_ADDRESS_H

#include "base/arena.h"
#include "base/err.h"
#include "model/inventory.h"

/* "x86_64"; empty: no package tells. */
struct dd_str dd_rpm_basearch(const struct dd_inventory *inv);
/* s with its variables replaced, by https, without slashes at its end. DD_EUNSUPPORTED: a variable is not known. */
enum dd_code dd_rpm_address(const struct dd_inventory *inv, struct dd_str s, struct dd_arena *a, struct dd_str *ret,
			    struct dd_err *err);

#endif
