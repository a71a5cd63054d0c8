/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of YAML by libyaml, and the walk over the members of large maps.
 *
 * libyaml counts characters where we want bytes: marks come in rising order, so one pass beside the parser translates
 * them. Its own memory grows with the depth of open brackets and the length of one scalar; the depth ends at
 * DD_YAML_DEPTH_MAX because events come as brackets open. */
#include "format/yaml_parts.h"

#include "base/alloc.h"

enum state { BEFORE_DOCUMENT, IN_ROOT, IN_SECTION, AFTER_ROOT, OVER };

struct dd_yaml_walk {
	struct dd_yaml y;
	unsigned levels;
	size_t document; /* number of those that began */
	enum state state;
	bool root_map, section_map;
	struct dd_arena section_arena; /* holds section */
	struct dd_str section;
};

static enum dd_code fail_parser(const struct dd_yaml *y, struct dd_err *err)
{
	const yaml_parser_t *p = &y->parser;
	if (p->error == YAML_MEMORY_ERROR)
		return dd_fail_nomem(err);
	size_t skipped = (size_t)(y->doc.n ? dd_str_starts(y->doc, DD_STR("\xef\xbb\xbf")) ? 3 : 0 : 0);
	uint64_t at = p->problem_offset + skipped;
	if (p->error != YAML_READER_ERROR) {
		struct dd_yaml copy = { .doc = y->doc, .chars = y->chars, .bytes = y->bytes };
		at = dd_yaml_offset(&copy, &p->problem_mark);
	}
	return dd_fail(err, DD_EPARSE, at, "yaml: %s", p->problem ? p->problem : "not YAML");
}

enum dd_code dd_yaml_event(struct dd_yaml *y, yaml_event_t *ret, struct dd_err *err)
{
	return yaml_parser_parse(&y->parser, ret) ? DD_OK : fail_parser(y, err);
}

uint64_t dd_yaml_offset(struct dd_yaml *y, const yaml_mark_t *mark)
{
	while (y->chars < mark->index && y->bytes < y->doc.n) {
		y->bytes++;
		while (y->bytes < y->doc.n && ((unsigned char)y->doc.p[y->bytes] & 0xc0) == 0x80)
			y->bytes++;
		y->chars++;
	}
	return y->bytes;
}

struct dd_str dd_yaml_text(const yaml_event_t *scalar)
{
	return (struct dd_str){ (const char *)scalar->data.scalar.value, scalar->data.scalar.length };
}

struct dd_yaml_walk *dd_yaml_walk_new(struct dd_str stream, unsigned levels)
{
	struct dd_yaml_walk *w = dd_alloc_zero(1, sizeof *w);
	if (!w)
		return NULL;
	if (!yaml_parser_initialize(&w->y.parser)) {
		dd_free(w);
		return NULL;
	}
	struct dd_str body = stream;
	if (dd_str_starts(stream, DD_STR("\xef\xbb\xbf"))) {
		body = dd_str_skip(stream, 3);
		w->y.bytes = 3;
	}
	w->y.doc = stream;
	w->levels = levels;
	w->y.whole = !levels;
	w->section_arena = DD_ARENA_INIT(DD_YAML_BYTES_MAX);
	w->section = DD_STR("");
	yaml_parser_set_encoding(&w->y.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&w->y.parser, (const unsigned char *)(body.p ? body.p : ""), body.n);
	return w;
}

void dd_yaml_walk_freep(struct dd_yaml_walk **w)
{
	if (!*w)
		return;
	yaml_parser_delete(&(*w)->y.parser);
	dd_map_done(&(*w)->y.names);
	dd_vec_done(&(*w)->y.anchors);
	dd_arena_done(&(*w)->section_arena);
	dd_free(*w);
	*w = NULL;
}

static bool is_end(const yaml_event_t *e)
{
	return e->type == YAML_MAPPING_END_EVENT || e->type == YAML_SEQUENCE_END_EVENT;
}

static bool is_start(const yaml_event_t *e)
{
	return e->type == YAML_MAPPING_START_EVENT || e->type == YAML_SEQUENCE_START_EVENT;
}

/* A key of a walked map. */
static enum dd_code take_key(struct dd_yaml_walk *w, const yaml_event_t *e, struct dd_arena *a,
			     struct dd_yaml_item *item, struct dd_err *err)
{
	item->at = dd_yaml_offset(&w->y, &e->start_mark);
	if (e->type != YAML_SCALAR_EVENT)
		return dd_fail(err, DD_EPARSE, item->at, "yaml: a key is a map, a list or an alias");
	item->name = dd_arena_str(a, dd_yaml_text(e));
	return item->name.p ? DD_OK
			    : dd_fail(err, DD_ELIMIT, item->at, "yaml: the values need more memory than there is");
}

static enum dd_code enter_section(struct dd_yaml_walk *w, const yaml_event_t *e, struct dd_str name, uint64_t at,
				  struct dd_err *err)
{
	dd_arena_done(&w->section_arena);
	w->section = dd_arena_str(&w->section_arena, name);
	if (!w->section.p)
		return dd_fail(err, DD_ELIMIT, at, "yaml: the values need more memory than there is");
	w->section_map = e->type == YAML_MAPPING_START_EVENT;
	w->state = IN_SECTION;
	return DD_OK;
}

/* The value of an item that starts with event e; a section is entered instead. */
static enum dd_code take_value(struct dd_yaml_walk *w, const yaml_event_t *e, struct dd_arena *a,
			       struct dd_yaml_item *item, struct dd_err *err)
{
	struct dd_node *v;
	if (w->state == IN_ROOT && w->root_map && w->levels > 1 && is_start(e))
		return enter_section(w, e, item->name, item->at, err);
	DD_TRY(dd_yaml_build(&w->y, a, e, &v, err));
	item->value = v;
	return DD_OK;
}

/* Inside of a walked map or list, event e starts a member or an element, or ends it. */
static enum dd_code take_item(struct dd_yaml_walk *w, const yaml_event_t *e, struct dd_arena *a,
			      struct dd_yaml_item *item, struct dd_err *err)
{
	if (is_end(e)) {
		w->state = w->state == IN_SECTION ? IN_ROOT : AFTER_ROOT;
		w->section = DD_STR("");
		return DD_OK;
	}
	if (!(w->state == IN_SECTION ? w->section_map : w->root_map)) {
		item->at = dd_yaml_offset(&w->y, &e->start_mark);
		return take_value(w, e, a, item, err);
	}
	yaml_event_t value;
	DD_TRY(take_key(w, e, a, item, err));
	DD_TRY(dd_yaml_event(&w->y, &value, err));
	enum dd_code code = take_value(w, &value, a, item, err);
	yaml_event_delete(&value);
	return code;
}

/* Between documents, and the first event of one. */
static enum dd_code take_outer(struct dd_yaml_walk *w, const yaml_event_t *e, struct dd_arena *a,
			       struct dd_yaml_item *item, struct dd_err *err)
{
	switch (e->type) {
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return DD_OK;
	case YAML_DOCUMENT_START_EVENT:
		w->document++;
		return DD_OK;
	case YAML_STREAM_END_EVENT:
		w->state = OVER;
		return DD_OK;
	default:
		break;
	}
	if (w->levels && is_start(e)) {
		w->root_map = e->type == YAML_MAPPING_START_EVENT;
		w->state = IN_ROOT;
		return DD_OK;
	}
	item->at = dd_yaml_offset(&w->y, &e->start_mark);
	return take_value(w, e, a, item, err);
}

enum dd_code dd_yaml_walk_next(struct dd_yaml_walk *w, struct dd_arena *a, struct dd_yaml_item *ret, bool *ret_more,
			       struct dd_err *err)
{
	struct dd_yaml_item item = { .value = NULL };
	while (w->state != OVER && !item.value) {
		yaml_event_t e;
		bool inside = w->state == IN_ROOT || w->state == IN_SECTION;
		item = (struct dd_yaml_item){ .section = w->section, .name = DD_STR("") };
		enum dd_code code = dd_yaml_event(&w->y, &e, err);
		if (code == DD_OK) {
			code = inside ? take_item(w, &e, a, &item, err) : take_outer(w, &e, a, &item, err);
			yaml_event_delete(&e);
		}
		if (code != DD_OK) {
			w->state = OVER;
			return code;
		}
	}
	*ret_more = item.value != NULL;
	item.document = w->document ? w->document - 1 : 0;
	if (item.value)
		*ret = item;
	return DD_OK;
}

enum dd_code dd_yaml_parse(struct dd_str stream, struct dd_arena *a, const struct dd_node **ret, struct dd_err *err)
{
	if (stream.n > DD_YAML_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "yaml: %zu bytes, at most %d are read", stream.n,
			       DD_YAML_BYTES_MAX);
	struct dd_yaml_walk *w DD_CLEANUP_YAML_WALK = dd_yaml_walk_new(stream, 0);
	struct dd_node *all = w ? dd_arena_new(a, struct dd_node) : NULL;
	if (!all)
		return dd_fail_nomem(err);
	all->kind = DD_NODE_ARRAY;
	for (bool more = true; more;) {
		struct dd_yaml_item item = { .value = NULL };
		DD_TRY(dd_yaml_walk_next(w, a, &item, &more, err));
		if (!more)
			break;
		struct dd_node *copy = dd_arena_new(a, struct dd_node);
		if (!copy)
			return dd_fail_nomem(err);
		*copy = *item.value;
		dd_node_append(all, copy);
	}
	*ret = all;
	return DD_OK;
}
