/* SPDX-License-Identifier: Apache-2.0 */
/* Whose package is it? A distribution's advisories speak of the distribution's builds only: docker-ce or NodeSource's
 * nodejs count versions of their own, and comparing them gives both false alarms and false calm. */
#ifndef DD_VENDOR_H
#define DD_VENDOR_H

#include "model/package.h"
#include "version/ecosystem.h"

/* True when the package was built by somebody else than the distribution of ecosystem e. */
bool dd_vendor_is_foreign(const struct dd_ecosystem *e, const struct dd_package *p);

#endif
