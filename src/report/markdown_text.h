/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile text inside Markdown. */
#ifndef DD_MARKDOWN_TEXT_H
#define DD_MARKDOWN_TEXT_H

#include "base/buf.h"

/* Appends text so that GitHub and GitLab show it and do nothing else with it: plain words as they are, everything else
 * in a code span, in which there is no HTML, no link, no mention, no issue number and no emoji. Good inside a cell of a
 * table, too. Control characters and bytes that are not UTF-8 become \xNN; empty text appends nothing. */
void dd_markdown_text(struct dd_buf *out, struct dd_str text);
/* Always as a code span: for versions, paths and commands. */
void dd_markdown_code(struct dd_buf *out, struct dd_str text);

#endif
