/* SPDX-License-Identifier: Apache-2.0 */
/* Getters of the XML tree. */
#include "format/xml.h"

const struct dd_xml_node *dd_xml_first(const struct dd_xml_node *element)
{
	return element ? element->first : NULL;
}

static const struct dd_xml_node *find(const struct dd_xml_node *e, struct dd_str name)
{
	while (e && !dd_str_eq(e->name, name))
		e = e->next;
	return e;
}

const struct dd_xml_node *dd_xml_get(const struct dd_xml_node *element, const char *name)
{
	return find(dd_xml_first(element), dd_str_from(name));
}

const struct dd_xml_node *dd_xml_again(const struct dd_xml_node *e)
{
	return e ? find(e->next, e->name) : NULL;
}

struct dd_str dd_xml_text(const struct dd_xml_node *element)
{
	return element ? dd_str_trim(element->text) : (struct dd_str){ NULL, 0 };
}

struct dd_str dd_xml_text_of(const struct dd_xml_node *element, const char *child)
{
	return dd_xml_text(dd_xml_get(element, child));
}

struct dd_str dd_xml_attribute(const struct dd_xml_node *element, const char *name)
{
	for (size_t i = 0; element && i < element->n_attributes; i++)
		if (dd_str_eq_c(element->attributes[i].name, name))
			return element->attributes[i].value;
	return (struct dd_str){ NULL, 0 };
}
