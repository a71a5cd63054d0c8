/* SPDX-License-Identifier: Apache-2.0 */
/* JSON (RFC 8259) by jansson, with limits in front and getters that never fail behind: a field that is absent or of
 * another type gives the empty value, so that a reader of hostile documents needs no ladder of type checks.
 * Text may hold a NUL ("\u0000" is legal in a string, though not in a name); it is always valid UTF-8 (jansson refuses
 * the rest). Of two members with one name the last counts, as in every common parser. A leading byte order mark is
 * skipped. jansson's documents are read-only here: any number of threads may read one. */
#ifndef DD_JSON_H
#define DD_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "base/str.h"

/* One whole document of any type (a bare number or string too). *ret is the caller's: dd_json_freep.
 * DD_EPARSE: err->at is the byte offset in bytes. DD_ELIMIT: more than DD_JSON_BYTES_MAX bytes or DD_JSON_VALUES_MAX
 * values; checked before anything is allocated. */
enum dd_code dd_json_parse(struct dd_str bytes, json_t **ret, struct dd_err *err);
void dd_json_freep(json_t **j);
#define DD_CLEANUP_JSON DD_CLEANUP(dd_json_freep)

/* All getters accept NULL and values of any type. Views live as long as the document. */
const json_t *dd_json_get(const json_t *obj, const char *key); /* NULL: absent, or obj is no object; null is a value */
const json_t *dd_json_obj(const json_t *obj, const char *key); /* NULL unless it is an object */
const json_t *dd_json_arr(const json_t *obj, const char *key); /* NULL unless it is an array */
struct dd_str dd_json_str(const json_t *obj, const char *key); /* empty unless it is a string */
struct dd_str dd_json_text(const json_t *value);	       /* empty unless value is a string */
bool dd_json_int(const json_t *obj, const char *key, int64_t *ret); /* false unless it is an integer */
bool dd_json_bool(const json_t *obj, const char *key);		    /* true only for the literal true */
/* Elements of an array, 0 for everything else; NULL behind the end. */
size_t dd_json_len(const json_t *arr);
const json_t *dd_json_at(const json_t *arr, size_t i);

/* Members of an object in the order of the document:
 * `for (void *it = dd_json_first(obj); it; it = dd_json_next(obj, it))`. */
void *dd_json_first(const json_t *obj);
void *dd_json_next(const json_t *obj, void *it);
struct dd_str dd_json_name(void *it);
const json_t *dd_json_value(void *it);

#endif
