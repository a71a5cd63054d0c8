/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers of this folder, for its tests. */
#ifndef DD_PYTHON_LIST_H
#define DD_PYTHON_LIST_H

#include "analyze/analyzer.h"

extern const struct dd_analyzer dd_analyzer_python, dd_analyzer_python_wheel, dd_analyzer_python_requirements,
	dd_analyzer_python_pipfile, dd_analyzer_python_poetry, dd_analyzer_python_uv, dd_analyzer_python_pdm,
	dd_analyzer_python_pylock;
static const struct dd_analyzer *const python_analyzers[] = {
	&dd_analyzer_python,	     &dd_analyzer_python_wheel,	 &dd_analyzer_python_requirements,
	&dd_analyzer_python_pipfile, &dd_analyzer_python_poetry, &dd_analyzer_python_uv,
	&dd_analyzer_python_pdm,     &dd_analyzer_python_pylock,
};

#endif
