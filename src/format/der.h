/* SPDX-License-Identifier: Apache-2.0 */
/* Distinguished Encoding Rules (ITU-T X.690): elements one after the other, by hand where a whole ASN.1 library would
 * be too much to believe. Tags of one byte, definite lengths of at most four bytes, shortest form. */
#ifndef DD_DER_H
#define DD_DER_H

#include "base/str.h"

enum dd_der_tag {
	DD_DER_INTEGER = 0x02,
	DD_DER_BIT_STRING = 0x03,
	DD_DER_OCTET_STRING = 0x04,
	DD_DER_NULL = 0x05,
	DD_DER_OID = 0x06,
	DD_DER_SEQUENCE = 0x30,
	DD_DER_CONTEXT_0 = 0xa0,
	DD_DER_CONTEXT_1 = 0xa1,
};

/* The element at the start of *s; *s moves behind it. ret_value is its content, a view. False: the end, or no DER. */
bool dd_der_next(struct dd_str *s, unsigned *ret_tag, struct dd_str *ret_value);
/* The same, and it must have this tag. */
bool dd_der_expect(struct dd_str *s, enum dd_der_tag tag, struct dd_str *ret_value);
/* The magnitude of a non-negative INTEGER without leading zeros (zero: empty). False: none, negative, or not in
 * shortest form. */
bool dd_der_number(struct dd_str *s, struct dd_str *ret_magnitude);

#endif
