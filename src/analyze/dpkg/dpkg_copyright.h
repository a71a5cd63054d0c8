/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the reader of copyright files. */
#ifndef DD_ANALYZE_DPKG_COPYRIGHT_H
#define DD_ANALYZE_DPKG_COPYRIGHT_H

#include "analyze/analyzer.h"
#include "base/map.h"

/* The licences of one file while it is read. */
struct dd_copyright {
	struct dd_found *out;
	struct dd_buf lines; /* what was found, one a line */
	struct dd_map seen;  /* views into the file, or literals */
	size_t n;
	bool full;
};

void dd_copyright_done(struct dd_copyright *c);
/* One more licence, as declared, unless it is there already. `name` lives as long as c; at: where in the file. On
 * failure c->out->failed is set. */
void dd_copyright_add(struct dd_copyright *c, struct dd_str name, uint64_t at);
/* The licences that prose names beyond doubt (copyright_text.c); as above. */
void dd_copyright_text(struct dd_copyright *c, struct dd_str text, uint64_t at);

#endif
