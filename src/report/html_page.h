/* SPDX-License-Identifier: Apache-2.0 */
/* The HTML report's style and script (src/report/html/), embedded by tools/embed. Digests are base64, for the page's
 * Content-Security-Policy. */
#ifndef DD_HTML_PAGE_H
#define DD_HTML_PAGE_H

#include <stddef.h>

extern const char dd_html_style[], dd_html_style_sha256[];
extern const size_t dd_html_style_n;
extern const char dd_html_script[], dd_html_script_sha256[];
extern const size_t dd_html_script_n;

#endif
