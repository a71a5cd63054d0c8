/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_PERL_LIST_H
#define DD_PERL_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_perl, dd_analyzer_perl_snapshot;
static const struct dd_analyzer *const perl_analyzers[] = { &dd_analyzer_perl, &dd_analyzer_perl_snapshot };

#endif
