/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_CONAN_LIST_H
#define DD_CONAN_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_conan, dd_analyzer_conan_info;
static const struct dd_analyzer *const conan_analyzers[] = { &dd_analyzer_conan, &dd_analyzer_conan_info };

#endif
