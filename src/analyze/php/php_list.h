/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_PHP_LIST_H
#define DD_PHP_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_php, dd_analyzer_php_lock, dd_analyzer_php_pear;
static const struct dd_analyzer *const php_analyzers[] = { &dd_analyzer_php, &dd_analyzer_php_lock,
							   &dd_analyzer_php_pear };

#endif
