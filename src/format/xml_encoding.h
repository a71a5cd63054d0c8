/* SPDX-License-Identifier: Apache-2.0 */
/* Single-byte encodings that expat does not know by itself. */
#ifndef DD_XML_ENCODING_H
#define DD_XML_ENCODING_H

#include "base/str.h"

/* Fills what each byte stands for (-1: nothing); false when the encoding is not known. */
bool dd_xml_encoding(struct dd_str name, int ret_map[256]);

#endif
