/* SPDX-License-Identifier: Apache-2.0 */
/* The report model described once, as tables: which members the JSON report has, in what order, and where in the
 * records of src/model/ each of them is. Three things walk the tables: the JSON writer, the reader that makes a model
 * of such a report again, and templates. A new member of the report is one row in fields.c (and a line in
 * docs/report.schema.json).
 * Rules: every key is always there; what is not known is null; order is the model's. Left out on purpose, because the
 * same image and database must give the same bytes on every run: when the report was made, the age of the database in
 * days, and whether a layer came from the cache. Lists of owned files are not repeated: `files` counts them. */
#ifndef DD_REPORT_FIELDS_H
#define DD_REPORT_FIELDS_H

#include "base/arena.h"
#include "report/formats.h"

enum dd_field_kind {
	DD_FIELD_TEXT,	     /* struct dd_str: always a text */
	DD_FIELD_KNOWN,	     /* struct dd_str: null when it is empty */
	DD_FIELD_TEXT_OR,    /* struct dd_str: the text at `second` when it is empty */
	DD_FIELD_ONE,	     /* struct dd_str: a list of none or one text */
	DD_FIELD_LINES,	     /* struct dd_str: a list, one text a line; empty lines are none */
	DD_FIELD_TEXTS,	     /* struct dd_str *, its number at `second` */
	DD_FIELD_U64,	     /* uint64_t; more than INT64_MAX is written as that: most readers take no more */
	DD_FIELD_U64_OR,     /* the same; null when it is 0 */
	DD_FIELD_SIZE,	     /* size_t */
	DD_FIELD_BOOL,	     /* bool */
	DD_FIELD_LAYER,	     /* int: null when it is negative */
	DD_FIELD_PACKAGE,    /* int, index into the packages: null when there is no such package */
	DD_FIELD_OFFSET,     /* uint64_t: null for DD_NO_OFFSET */
	DD_FIELD_REAL,	     /* double */
	DD_FIELD_CHANCE,     /* double: null when it is negative */
	DD_FIELD_TIME,	     /* int64_t, seconds since the epoch, as RFC 3339 */
	DD_FIELD_NAME,	     /* enum: a text of `names` */
	DD_FIELD_NAME_OR,    /* enum: the same; null when it is `names`' number or its name is empty */
	DD_FIELD_INDEX,	     /* the record's own index in its list; not read */
	DD_FIELD_OBJECT,     /* a part of the record, at `at`: null unless `present` */
	DD_FIELD_REFERENCE,  /* a pointer to a record of `of`: null for NULL */
	DD_FIELD_LIST,	     /* records of `of`, their number at `second` */
	DD_FIELD_PACKAGE_OF, /* int, index into the packages: that package as `of` */
	DD_FIELD_LAYER_OF,   /* int, index into the layers: that layer as `of`; not read */
	DD_FIELD_KIND_COUNT
};

struct dd_names {
	const char *(*name)(unsigned i);
	unsigned n;
};

struct dd_record;
struct dd_field {
	const char *key;
	enum dd_field_kind kind;
	bool made;	   /* counted anew from the rest: not read */
	bool late;	   /* came after the first reports were written: the reader goes on without it */
	size_t at, second; /* offsets in the record */
	const struct dd_names *names;
	const struct dd_record *of;
	bool (*present)(const void *record); /* OBJECT; NULL: always */
	void (*set)(void *record);	     /* OBJECT: the reader met one that is not null; may be NULL */
	size_t max;			     /* LIST, TEXTS: more are not read */
};
struct dd_record {
	const struct dd_field *fields;
	size_t n_fields;
	size_t size;	     /* bytes, for lists */
	const void *initial; /* what a record is before it is read; NULL: zeros */
};

/* What the tables are about: the report and all it refers to, side by side. */
struct dd_report_view {
	struct dd_report r;
	struct dd_inventory inv; /* a shallow copy: r.inventory is the owner */
	struct dd_report_counts counts;
	uint64_t schema_version;
};
enum { DD_REPORT_SCHEMA_VERSION = 1 };
extern const struct dd_record dd_report_record; /* of struct dd_report_view */

void dd_report_view_make(const struct dd_report *r, struct dd_report_view *ret);

/* One value of the model, as JSON sees it. */
enum dd_value_type {
	DD_VALUE_NULL,
	DD_VALUE_BOOL,
	DD_VALUE_INTEGER,
	DD_VALUE_REAL,
	DD_VALUE_TEXT,
	DD_VALUE_OBJECT,
	DD_VALUE_LIST
};
struct dd_value {
	enum dd_value_type kind;
	bool truth;
	uint64_t integer;
	double real;
	struct dd_str text; /* also of times: in `room` */
	char room[32];
	/* OBJECT: a record of its kind and its index in its list; LIST: the record that has it, and which. */
	const struct dd_record *of;
	const void *record;
	size_t index;
	const struct dd_field *list;
};

/* The whole report. */
struct dd_value dd_value_root(const struct dd_report_view *v);
/* *ret of one member of an object. ret->text may point into *ret: do not copy it. */
void dd_value_of(const struct dd_report_view *v, const struct dd_field *f, const void *record, size_t index,
		 struct dd_value *ret);
/* False: the object has no such member. */
bool dd_value_member(const struct dd_report_view *v, const struct dd_value *object, struct dd_str key,
		     struct dd_value *ret);

/* The elements of a list, one after the other. */
struct dd_items {
	const struct dd_report_view *v;
	const struct dd_value *list;
	size_t next;
	struct dd_str rest;
};
struct dd_items dd_items_of(const struct dd_report_view *v, const struct dd_value *list);
bool dd_items_next(struct dd_items *it, struct dd_value *ret);

#endif
