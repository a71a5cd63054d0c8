/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_RUBY_LIST_H
#define DD_RUBY_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_ruby, dd_analyzer_ruby_lock;
static const struct dd_analyzer *const ruby_analyzers[] = { &dd_analyzer_ruby, &dd_analyzer_ruby_lock };

#endif
