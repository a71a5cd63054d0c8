/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its test and fuzz target. */
#ifndef DD_WORDPRESS_LIST_H
#define DD_WORDPRESS_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_wordpress, dd_analyzer_wordpress_theme;

static const struct dd_analyzer *const wordpress_analyzers[] = { &dd_analyzer_wordpress, &dd_analyzer_wordpress_theme };

#endif
