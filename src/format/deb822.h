/* SPDX-License-Identifier: Apache-2.0 */
/* Debian control data: paragraphs of fields (dpkg's status file, opkg's, Packages indices). Reads in place. */
#ifndef DD_DEB822_H
#define DD_DEB822_H

#include "base/str.h"

enum dd_deb822_kind {
	DD_DEB822_FIELD,
	DD_DEB822_BREAK, /* an empty line: the paragraph ends here */
	DD_DEB822_FAULT, /* one or more lines that are no field and belong to none */
};

struct dd_deb822_item {
	enum dd_deb822_kind kind;
	uint64_t at;	     /* byte offset of its first line */
	struct dd_str name;  /* FIELD: without blanks before the colon. FAULT: the first line */
	struct dd_str value; /* FIELD: trimmed; with its continuation lines as they are, line ends included */
};

struct dd_deb822_reader {
	struct dd_str all, rest;
};
#define DD_DEB822_READER(bytes) ((struct dd_deb822_reader){ (bytes), (bytes) })

/* The next item; false at the end. Views into the input. Source: deb822(5), "DESCRIPTION". */
bool dd_deb822_next(struct dd_deb822_reader *r, struct dd_deb822_item *ret);

#endif
