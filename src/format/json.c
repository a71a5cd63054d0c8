/* SPDX-License-Identifier: Apache-2.0 */
/* What jansson leaves open: it bounds depth (2048) but not the number of values, and a value costs up to a hundred
 * times the bytes it is written in ("{}," makes 230 bytes of heap). So commas and brackets outside of strings are
 * counted first: values <= commas + opening brackets + 1. */
#include "format/json.h"

#include "base/limits.h"
#include "format/json_plain.h"

static enum dd_code check_values(struct dd_str s, struct dd_err *err)
{
	uint64_t values = 1;
	bool in_string = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
			continue;
		}
		if (c == '"')
			in_string = true;
		else if (c == ',' || c == '[' || c == '{')
			values++;
		if (values > DD_JSON_VALUES_MAX)
			return dd_fail(err, DD_ELIMIT, i, "json: more than %llu values",
				       (unsigned long long)DD_JSON_VALUES_MAX);
	}
	return DD_OK;
}

enum dd_code dd_json_parse(struct dd_str bytes, json_t **ret, struct dd_err *err)
{
	static const struct dd_str bom = { "\xef\xbb\xbf", 3 };
	json_error_t e;
	if (bytes.n > DD_JSON_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "json: %zu bytes, at most %llu are read", bytes.n,
			       (unsigned long long)DD_JSON_BYTES_MAX);
	size_t skip = dd_str_starts(bytes, bom) ? bom.n : 0;
	struct dd_str doc = dd_str_skip(bytes, skip);
	json_t *j = dd_json_plain(doc, DD_JSON_VALUES_MAX);
	if (!j) {
		DD_TRY(check_values(bytes, err));
		j = json_loadb(doc.p ? doc.p : "", doc.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	}
	if (j) {
		*ret = j;
		return DD_OK;
	}
	if (json_error_code(&e) == json_error_out_of_memory)
		return dd_fail_nomem(err);
	uint64_t at = (e.position > 0 ? (uint64_t)e.position : 0) + skip;
	/* jansson's text quotes input; DD_QUOTE makes it safe. */
	return dd_fail(err, DD_EPARSE, at, "json: %s", DD_QUOTE(dd_str_from(e.text)));
}

void dd_json_freep(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

const json_t *dd_json_get(const json_t *obj, const char *key)
{
	return json_object_get(obj, key);
}

const json_t *dd_json_obj(const json_t *obj, const char *key)
{
	const json_t *v = json_object_get(obj, key);
	return json_is_object(v) ? v : NULL;
}

const json_t *dd_json_arr(const json_t *obj, const char *key)
{
	const json_t *v = json_object_get(obj, key);
	return json_is_array(v) ? v : NULL;
}

struct dd_str dd_json_text(const json_t *value)
{
	if (!json_is_string(value))
		return (struct dd_str){ NULL, 0 };
	return (struct dd_str){ json_string_value(value), json_string_length(value) };
}

struct dd_str dd_json_str(const json_t *obj, const char *key)
{
	return dd_json_text(json_object_get(obj, key));
}

bool dd_json_int(const json_t *obj, const char *key, int64_t *ret)
{
	const json_t *v = json_object_get(obj, key);
	if (!json_is_integer(v))
		return false;
	*ret = json_integer_value(v);
	return true;
}

bool dd_json_bool(const json_t *obj, const char *key)
{
	return json_is_true(json_object_get(obj, key));
}

size_t dd_json_len(const json_t *arr)
{
	return json_array_size(arr);
}

const json_t *dd_json_at(const json_t *arr, size_t i)
{
	return json_array_get(arr, i);
}

/* jansson's iteration takes a mutable object but only reads it. */
static json_t *as_mutable(const json_t *obj)
{
	union {
		const json_t *from;
		json_t *to;
	} u = { obj };
	return u.to;
}

void *dd_json_first(const json_t *obj)
{
	return json_object_iter(as_mutable(obj));
}

void *dd_json_next(const json_t *obj, void *it)
{
	return json_object_iter_next(as_mutable(obj), it);
}

struct dd_str dd_json_name(void *it)
{
	return (struct dd_str){ json_object_iter_key(it), json_object_iter_key_len(it) };
}

const json_t *dd_json_value(void *it)
{
	return json_object_iter_value(it);
}
