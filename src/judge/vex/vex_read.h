/* SPDX-License-Identifier: Apache-2.0 */
/* Inside judge/vex/ only: what the readers of the three kinds of documents share. */
#ifndef DD_VEX_READ_H
#define DD_VEX_READ_H

#include "format/json.h"
#include "judge/vex/vex.h"

struct dd_vex_reader {
	struct dd_vex *vex;
	struct dd_str name; /* of the document */
	struct dd_arena *arena;
	struct dd_err *err;
	size_t n; /* statements of this document */
};

#define DD_VEX_FAIL(r, fmt, ...)                                                                                       \
	dd_fail((r)->err, DD_EARG, DD_NO_OFFSET, "%s: " fmt, DD_QUOTE((r)->name), ##__VA_ARGS__)

/* A copy in the arena, cut at DD_FIELD_BYTES_MAX. DD_ENOMEM. */
enum dd_code dd_vex_text(struct dd_vex_reader *r, struct dd_str s, struct dd_str *ret);
/* Fills a component from its id; one that is no valid purl is compared as text. DD_ENOMEM. */
enum dd_code dd_vex_component_of(struct dd_vex_reader *r, struct dd_str id, struct dd_vex_component *ret);
/* Keeps the statement under the n names of its vulnerability. */
enum dd_code dd_vex_keep(struct dd_vex_reader *r, struct dd_vex_statement *s, const struct dd_str *names, size_t n);

typedef enum dd_code dd_vex_reader_fn(struct dd_vex_reader *r, const json_t *doc);
dd_vex_reader_fn dd_vex_read_openvex, dd_vex_read_csaf, dd_vex_read_cyclonedx;

/* vex_match.c: does the statement speak of the package (index in inv; purl parsed by the caller)? */
bool dd_vex_speaks_of(const struct dd_vex_statement *s, const struct dd_inventory *inv, const struct dd_installed *in,
		      const struct dd_purl *purl);

#endif
