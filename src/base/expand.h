/* SPDX-License-Identifier: Apache-2.0 */
/* References in texts, "${name}" or "$(name)", replaced by what their reader knows. */
#ifndef DD_EXPAND_H
#define DD_EXPAND_H

#include "base/buf.h"

enum {
	DD_EXPAND_STEPS_MAX = 64, /* replacements in one text: a cycle ends here */
	DD_EXPAND_BYTES_MAX = 4096,
};

/* False: the name is not known. *ret_value may hold references itself. */
typedef bool dd_expand_fn(void *context, struct dd_str name, struct dd_str *ret_value);
/* Replaces out by text with its references (open NAME close) replaced; those that are not known stay as they are
 * written. False: some are not known, or text grows beyond the limits, or memory is out (out->failed). */
bool dd_expand(struct dd_str text, struct dd_str open, char close, dd_expand_fn *look_up, void *context,
	       struct dd_buf *out);

#endif
