/* SPDX-License-Identifier: Apache-2.0 */
/* From a row of the tables and a record to a value. */
#include "base/text.h"
#include "report/fields.h"

void dd_report_view_make(const struct dd_report *r, struct dd_report_view *ret)
{
	*ret = (struct dd_report_view){
		.r = *r, .inv = *r->inventory, .counts = dd_report_count(r), .schema_version = DD_REPORT_SCHEMA_VERSION
	};
}

struct dd_value dd_value_root(const struct dd_report_view *v)
{
	return (struct dd_value){ .kind = DD_VALUE_OBJECT, .of = &dd_report_record, .record = v };
}

/* What is at an offset of a record. memcpy: no type is put upon bytes that were declared with another one. */
#define AT(record, offset, type)                                                                                       \
	({                                                                                                             \
		type at_value;                                                                                         \
		memcpy(&at_value, (const char *)(record) + (offset), sizeof at_value);                                 \
		at_value;                                                                                              \
	})

static void set_text(struct dd_value *ret, struct dd_str s, bool known)
{
	ret->kind = known || s.n ? DD_VALUE_TEXT : DD_VALUE_NULL;
	ret->text = s;
}

static void set_integer(struct dd_value *ret, uint64_t n, bool known)
{
	ret->kind = known ? DD_VALUE_INTEGER : DD_VALUE_NULL;
	ret->integer = n > INT64_MAX ? INT64_MAX : n;
}

static void set_real(struct dd_value *ret, double real, bool known)
{
	ret->kind = known ? DD_VALUE_REAL : DD_VALUE_NULL;
	ret->real = real;
}

static void set_name(struct dd_value *ret, const struct dd_field *f, unsigned i)
{
	struct dd_str name = i < f->names->n ? dd_str_from(f->names->name(i)) : DD_STR("");
	set_text(ret, name, f->kind == DD_FIELD_NAME);
}

static void set_object(struct dd_value *ret, const struct dd_record *of, const void *record, size_t index)
{
	ret->kind = record ? DD_VALUE_OBJECT : DD_VALUE_NULL;
	ret->of = of;
	ret->record = record;
	ret->index = index;
}

static void set_package(struct dd_value *ret, const struct dd_report_view *v, const struct dd_field *f, int i)
{
	bool known = i >= 0 && (size_t)i < v->inv.n_packages;
	if (f->kind == DD_FIELD_PACKAGE)
		set_integer(ret, (uint64_t)i, known);
	else
		set_object(ret, f->of, known ? &v->inv.packages[i] : NULL, (size_t)i);
}

static void set_layer(struct dd_value *ret, const struct dd_report_view *v, const struct dd_field *f, int i)
{
	bool known = i >= 0 && (size_t)i < v->inv.target.n_layers;
	if (f->kind == DD_FIELD_LAYER)
		set_integer(ret, (uint64_t)i, i >= 0);
	else
		set_object(ret, f->of, known ? &v->inv.target.layers[i] : NULL, (size_t)i);
}

void dd_value_of(const struct dd_report_view *v, const struct dd_field *f, const void *record, size_t index,
		 struct dd_value *ret)
{
	struct dd_str s;
	*ret = (struct dd_value){ .kind = DD_VALUE_NULL };
	switch (f->kind) {
	case DD_FIELD_TEXT:
	case DD_FIELD_KNOWN:
		set_text(ret, AT(record, f->at, struct dd_str), f->kind == DD_FIELD_TEXT);
		break;
	case DD_FIELD_TEXT_OR:
		s = AT(record, f->at, struct dd_str);
		set_text(ret, s.n ? s : AT(record, f->second, struct dd_str), true);
		break;
	case DD_FIELD_U64:
		set_integer(ret, AT(record, f->at, uint64_t), true);
		break;
	case DD_FIELD_U64_OR:
		set_integer(ret, AT(record, f->at, uint64_t), AT(record, f->at, uint64_t) != 0);
		break;
	case DD_FIELD_SIZE:
		set_integer(ret, AT(record, f->at, size_t), true);
		break;
	case DD_FIELD_INDEX:
		set_integer(ret, index, true);
		break;
	case DD_FIELD_BOOL:
		ret->kind = DD_VALUE_BOOL;
		ret->truth = AT(record, f->at, bool);
		break;
	case DD_FIELD_LAYER:
	case DD_FIELD_LAYER_OF:
		set_layer(ret, v, f, AT(record, f->at, int));
		break;
	case DD_FIELD_PACKAGE:
	case DD_FIELD_PACKAGE_OF:
		set_package(ret, v, f, AT(record, f->at, int));
		break;
	case DD_FIELD_OFFSET:
		set_integer(ret, AT(record, f->at, uint64_t), AT(record, f->at, uint64_t) != DD_NO_OFFSET);
		break;
	case DD_FIELD_REAL:
		set_real(ret, AT(record, f->at, double), true);
		break;
	case DD_FIELD_CHANCE:
		set_real(ret, AT(record, f->at, double), AT(record, f->at, double) >= 0);
		break;
	case DD_FIELD_TIME:
		set_text(ret, dd_str_from(dd_time_text(AT(record, f->at, int64_t), ret->room)), true);
		break;
	case DD_FIELD_NAME:
	case DD_FIELD_NAME_OR:
		set_name(ret, f, AT(record, f->at, unsigned));
		break;
	case DD_FIELD_OBJECT:
		record = (const char *)record + f->at;
		set_object(ret, f->of, !f->present || f->present(record) ? record : NULL, index);
		break;
	case DD_FIELD_REFERENCE:
		set_object(ret, f->of, AT(record, f->at, const void *), index);
		break;
	case DD_FIELD_ONE:
	case DD_FIELD_LINES:
	case DD_FIELD_TEXTS:
	case DD_FIELD_LIST:
		*ret = (struct dd_value){ .kind = DD_VALUE_LIST, .list = f, .record = record };
		break;
	case DD_FIELD_KIND_COUNT:
		break;
	}
}

bool dd_value_member(const struct dd_report_view *v, const struct dd_value *object, struct dd_str key,
		     struct dd_value *ret)
{
	if (object->kind != DD_VALUE_OBJECT)
		return false;
	for (size_t i = 0; i < object->of->n_fields; i++) {
		const struct dd_field *f = &object->of->fields[i];
		if (!dd_str_eq_c(key, f->key))
			continue;
		dd_value_of(v, f, object->record, object->index, ret);
		return true;
	}
	return false;
}

struct dd_items dd_items_of(const struct dd_report_view *v, const struct dd_value *list)
{
	struct dd_items it = { .v = v, .list = list };
	if (list->list->kind == DD_FIELD_LINES)
		it.rest = AT(list->record, list->list->at, struct dd_str);
	return it;
}

static bool text_item(struct dd_value *ret, struct dd_str s)
{
	*ret = (struct dd_value){ .kind = DD_VALUE_TEXT, .text = s };
	return true;
}

bool dd_items_next(struct dd_items *it, struct dd_value *ret)
{
	const struct dd_field *f = it->list->list;
	const void *record = it->list->record;
	size_t i = it->next++;
	struct dd_str line;
	switch (f->kind) {
	case DD_FIELD_ONE:
		line = AT(record, f->at, struct dd_str);
		return i == 0 && line.n && text_item(ret, line);
	case DD_FIELD_LINES:
		while (dd_str_next(&it->rest, '\n', &line))
			if (line.n)
				return text_item(ret, line);
		return false;
	case DD_FIELD_TEXTS:
		return i < AT(record, f->second, size_t) &&
		       text_item(ret, ((const struct dd_str *)AT(record, f->at, const void *))[i]);
	case DD_FIELD_LIST:
		if (i >= AT(record, f->second, size_t))
			return false;
		*ret = (struct dd_value){ .kind = DD_VALUE_OBJECT,
					  .of = f->of,
					  .record = AT(record, f->at, const char *) + i * f->of->size,
					  .index = i };
		return true;
	default:
		return false;
	}
}
