/* SPDX-License-Identifier: Apache-2.0 */
/* The two libraries: Vectorscan finds places where something may be, PCRE2 says exactly what is there. Both are loaded
 * when secrets are looked for (base/lazylib.h says why), before the sandbox is entered. PCRE2's compiler makes machine
 * code, which the sandbox refuses (no new executable memory): patterns that are met often are compiled before it. */
#ifndef DD_SECRET_ENGINES_H
#define DD_SECRET_ENGINES_H

#include <stdbool.h>

#include "base/err.h"

struct dd_secret_engines; /* read-only after opening: shared by threads */

/* compiler: Vectorscan's compiler too, for rules that users bring; else it is loaded only when the processor is not of
 * the kind that the program's own tables were made for. DD_EUNSUPPORTED: not installed; names the package to install.
 */
enum dd_code dd_secret_engines_open(bool compiler, struct dd_secret_engines **ret, struct dd_err *err);
void dd_secret_engines_freep(struct dd_secret_engines **e);

#endif
