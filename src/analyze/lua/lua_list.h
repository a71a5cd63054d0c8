/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_LUA_LIST_H
#define DD_LUA_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_lua;
static const struct dd_analyzer *const lua_analyzers[] = { &dd_analyzer_lua };

#endif
