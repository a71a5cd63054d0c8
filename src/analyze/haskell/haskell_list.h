/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_HASKELL_LIST_H
#define DD_HASKELL_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_haskell, dd_analyzer_haskell_stack;
static const struct dd_analyzer *const haskell_analyzers[] = { &dd_analyzer_haskell, &dd_analyzer_haskell_stack };

#endif
