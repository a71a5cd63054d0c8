/* SPDX-License-Identifier: Apache-2.0 */
/* A CycloneDX object, whether it came as JSON or as XML: the two have the same tree. Internal to sbom/. */
#ifndef DD_CYCLONEDX_VIEW_H
#define DD_CYCLONEDX_VIEW_H

#include "format/json.h"
#include "format/xml.h"

/* Exactly one is set, or none: nothing is there. */
struct dd_cdx_view {
	const json_t *j;
	const struct dd_xml_node *x;
};

static inline bool dd_cdx_there(struct dd_cdx_view v)
{
	return v.j || v.x;
}
/* A text member; in XML an element or an attribute. Empty: absent or of another type. */
struct dd_str dd_cdx_text_of(struct dd_cdx_view v, const char *key);
struct dd_cdx_view dd_cdx_child(struct dd_cdx_view v, const char *key);
/* `struct dd_cdx_items it = dd_cdx_items(v, "hashes"); while (dd_cdx_next(&it, &item))` */
struct dd_cdx_items {
	const json_t *list;
	size_t i;
	const struct dd_xml_node *next;
};
struct dd_cdx_items dd_cdx_items(struct dd_cdx_view v, const char *key);
bool dd_cdx_next(struct dd_cdx_items *it, struct dd_cdx_view *ret);
/* The text of the object itself: a JSON string, the text of an element. */
struct dd_str dd_cdx_own_text(struct dd_cdx_view v);

#endif
