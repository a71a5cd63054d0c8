/* SPDX-License-Identifier: Apache-2.0 */
/* Inside src/analyze/wordpress/ only. */
#ifndef DD_WORDPRESS_HEADER_H
#define DD_WORDPRESS_HEADER_H

#include "base/str.h"

/* The value of a header of a plugin's or theme's main file, as WordPress reads it; empty: none. A view of data. */
struct dd_str dd_wordpress_header(struct dd_str data, struct dd_str name);

#endif
