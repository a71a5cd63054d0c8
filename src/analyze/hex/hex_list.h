/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_HEX_LIST_H
#define DD_HEX_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_hex, dd_analyzer_hex_rebar;
static const struct dd_analyzer *const hex_analyzers[] = { &dd_analyzer_hex, &dd_analyzer_hex_rebar };

#endif
