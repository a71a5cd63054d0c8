/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_CRAN_LIST_H
#define DD_CRAN_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_cran, dd_analyzer_cran_renv;
static const struct dd_analyzer *const cran_analyzers[] = { &dd_analyzer_cran, &dd_analyzer_cran_renv };

#endif
