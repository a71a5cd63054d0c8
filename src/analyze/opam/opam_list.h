/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_OPAM_LIST_H
#define DD_OPAM_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_opam, dd_analyzer_opam_lock;
static const struct dd_analyzer *const opam_analyzers[] = { &dd_analyzer_opam, &dd_analyzer_opam_lock };

#endif
