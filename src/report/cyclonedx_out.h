/* SPDX-License-Identifier: Apache-2.0 */
/* One description of a CycloneDX document, written as JSON or as XML. Both have the same tree: a JSON array is an
 * element that holds one element for each of its members; some JSON members are attributes there. The order of members
 * is XML's, whose schema prescribes it. */
#ifndef DD_CYCLONEDX_OUT_H
#define DD_CYCLONEDX_OUT_H

#include "format/json_write.h"
#include "format/xml_write.h"

struct dd_cdx_out {
	bool xml;
	struct dd_jsonw j;
	struct dd_xmlw x;
};

/* A named object: "key": { … }, <key>…</key>. */
void dd_cdx_object(struct dd_cdx_out *o, const char *key);
/* A named list, and an object in it: "key": [ { … } ], <key><item>…</item></key>. */
void dd_cdx_list(struct dd_cdx_out *o, const char *key);
void dd_cdx_item(struct dd_cdx_out *o, const char *element);
/* Ends the innermost object, list or item. */
void dd_cdx_close(struct dd_cdx_out *o);
/* A member that is an attribute in XML; directly behind dd_cdx_object or dd_cdx_item. */
void dd_cdx_attr(struct dd_cdx_out *o, const char *key, struct dd_str value);
/* A member; left out when value is empty. */
void dd_cdx_text(struct dd_cdx_out *o, const char *key, struct dd_str value);
/* An entry of a list of properties, and of hashes. */
void dd_cdx_property(struct dd_cdx_out *o, const char *name, struct dd_str value);
void dd_cdx_hash(struct dd_cdx_out *o, const char *alg, struct dd_str hex);

#endif
