/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_JULIA_LIST_H
#define DD_JULIA_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_julia;
static const struct dd_analyzer *const julia_analyzers[] = { &dd_analyzer_julia };

#endif
