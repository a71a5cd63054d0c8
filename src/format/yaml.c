/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of YAML by libyaml, and the walk over the members of large maps.
 *
 * libyaml counts characters where we want bytes: marks come in rising order, so one pass beside the parser translates
 * them. Its own memory grows with the depth of open brackets and the length of one scalar; the depth ends at
 * DD_YAML_DEPTH_MAX because events come as brackets open. */
#include "format/yaml_parts.h"

#include "base/alloc.h"
#include "base/text.h"

enum state { BEFORE_DOCUMENT, IN_ROOT, IN_SECTION, AFTER_ROOT, OVER };

/* How often a walk goes on behind something that cannot be read, and how many bytes it reads for that, as multiples of
 * the stream: an error may stand far behind its cause. */
enum { RESUMES_MAX = 1000, RESUME_RATIO_MAX = 4 };

struct dd_yaml_walk {
	struct dd_yaml y;
	unsigned levels;
	size_t document; /* number of those that began */
	enum state state;
	bool root_map, section_map;
	struct dd_arena section_arena; /* holds section */
	struct dd_str section;

	/* Where to go on after an error. The parser reads from start to end: the whole stream at first. */
	size_t start, end, fed;
	uint64_t item_at; /* of the last item that began, or of the first byte that nothing is known of */
	size_t indent;	  /* blanks in front of the items of the section; SIZE_MAX: not one a line */
	bool part;	  /* the parser's root is the section itself */
	bool again;	  /* the document was counted before */
	unsigned resumes;
	uint64_t work, failed_at;
	size_t checked; /* bytes up to here are known to be text, or were reported */
};

/* Bytes at the front of s that make one character which YAML allows (§5.1); 0: none. */
static size_t allowed_character(struct dd_str s)
{
	unsigned char c = (unsigned char)s.p[0];
	if (c < 0x80)
		return (c >= 0x20 && c != 0x7f) || c == '\t' || c == '\n' || c == '\r';
	size_t n = dd_utf8_len(s);
	uint32_t code = n ? dd_utf8_decode(s) : 0;
	return code == 0x85 || (code >= 0xa0 && code != 0xfffe && code != 0xffff) ? n : 0;
}

uint64_t dd_yaml_offset(struct dd_yaml *y, const yaml_mark_t *mark)
{
	while (y->chars < mark->index && y->bytes < y->doc.n) {
		size_t n = allowed_character(dd_str_skip(y->doc, y->bytes));
		y->bytes += n ? n : 1;
		y->chars++;
	}
	return y->bytes;
}

static enum dd_code fail_parser(const struct dd_yaml *y, struct dd_err *err)
{
	const yaml_parser_t *p = &y->parser;
	if (p->error == YAML_MEMORY_ERROR)
		return dd_fail_nomem(err);
	uint64_t at = y->start + p->problem_offset;
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

struct dd_str dd_yaml_text(const yaml_event_t *scalar)
{
	return (struct dd_str){ (const char *)scalar->data.scalar.value, scalar->data.scalar.length };
}

/* The first byte from `from` on that is no part of a character that YAML allows; `to` when there is none. */
static size_t find_bad_byte(struct dd_str doc, size_t from, size_t to)
{
	for (size_t at = from, n; at < to; at += n) {
		n = allowed_character(dd_str_skip(doc, at));
		if (!n)
			return at;
	}
	return to;
}

/* libyaml refuses a byte that is no text as soon as it has read it, kilobytes before it gets there. A walk gives it
 * underscores instead, and looks for such bytes in each item. */
static int feed(void *user, unsigned char *out, size_t size, size_t *ret_n)
{
	struct dd_yaml_walk *w = user;
	size_t n = 0;
	while (n < size && w->fed < w->end) {
		size_t length = allowed_character(dd_str_skip(w->y.doc, w->fed));
		if (length > size - n && n)
			break;
		for (size_t i = 0; i < (length ? length : 1) && n < size; i++)
			out[n++] = length ? (unsigned char)w->y.doc.p[w->fed + i] : '_';
		w->fed += length ? length : 1;
	}
	*ret_n = n;
	return 1;
}

/* A parser for the bytes from start to end. */
static bool start_parser(struct dd_yaml_walk *w, size_t start, size_t end)
{
	if (!yaml_parser_initialize(&w->y.parser))
		return false;
	w->start = w->y.start = w->y.bytes = start;
	w->y.chars = 0;
	w->end = end;
	w->state = BEFORE_DOCUMENT;
	w->fed = start;
	yaml_parser_set_encoding(&w->y.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&w->y.parser, feed, w);
	return true;
}

struct dd_yaml_walk *dd_yaml_walk_new(struct dd_str stream, unsigned levels)
{
	struct dd_yaml_walk *w = dd_alloc_zero(1, sizeof *w);
	if (!w)
		return NULL;
	w->y.doc = stream;
	if (!start_parser(w, dd_str_starts(stream, DD_STR("\xef\xbb\xbf")) ? 3 : 0, stream.n)) {
		dd_free(w);
		return NULL;
	}
	w->levels = levels;
	w->y.whole = !levels;
	w->checked = w->start;
	w->failed_at = DD_NO_OFFSET;
	w->section_arena = DD_ARENA_INIT(DD_YAML_BYTES_MAX);
	w->section = DD_STR("");
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

static enum dd_code go_on(struct dd_yaml_walk *w, size_t start, size_t end, bool part, struct dd_err *err)
{
	yaml_parser_delete(&w->y.parser);
	if (!start_parser(w, start, end)) {
		/* An empty parser, for dd_yaml_walk_freep. */
		memset(&w->y.parser, 0, sizeof w->y.parser);
		w->state = OVER;
		return dd_fail_nomem(err);
	}
	w->part = part;
	w->again = true;
	w->item_at = start;
	if (!part)
		w->section = DD_STR("");
	return DD_OK;
}

/* The first byte behind the line of `at`. */
static size_t next_line(struct dd_str doc, size_t at)
{
	size_t n = dd_str_find(dd_str_skip(doc, at), '\n');
	return n < doc.n - at ? at + n + 1 : doc.n;
}

/* Blanks in front of a line's text; SIZE_MAX for a line without text. */
static size_t indentation(struct dd_str doc, size_t line)
{
	size_t at = line;
	while (at < doc.n && doc.p[at] == ' ')
		at++;
	return at < doc.n && !strchr("\r\n#\t", doc.p[at]) && doc.p[at] ? at - line : SIZE_MAX;
}

static bool is_dash(struct dd_str doc, size_t line)
{
	return line + 1 < doc.n && doc.p[line] == '-' && dd_is_blank(doc.p[line + 1]);
}

/* Of the section's item at item_at, if its line starts with it. */
static size_t indent_of_item(const struct dd_yaml_walk *w, size_t column)
{
	struct dd_str doc = w->y.doc;
	if (column > w->item_at)
		return SIZE_MAX;
	size_t line = (size_t)w->item_at - column, indent = indentation(doc, line);
	if (w->section_map)
		return indent == column ? indent : SIZE_MAX;
	return indent < column && is_dash(doc, line + indent) ? indent : SIZE_MAX;
}

/* Does a line at the left margin end the section? Elements of a list may stand there, too. */
static bool ends_section(const struct dd_yaml_walk *w, size_t line)
{
	return indentation(w->y.doc, line) == 0 && (w->indent > 0 || w->section_map || !is_dash(w->y.doc, line));
}

/* Where the member or element begins that looks like the next one behind what could not be read: a line as far to the
 * right as the last one, or at the left margin. */
static bool find_next(struct dd_yaml_walk *w, size_t *ret_line, bool *ret_part)
{
	struct dd_str doc = w->y.doc;
	for (size_t line = next_line(doc, (size_t)w->item_at); line < doc.n; line = next_line(doc, line)) {
		size_t indent = indentation(doc, line);
		bool part = w->section.n && indent == w->indent && indent < SIZE_MAX && !ends_section(w, line) &&
			    (w->section_map || is_dash(doc, line + indent));
		if (part || indent == 0) {
			*ret_line = line;
			*ret_part = part;
			return true;
		}
	}
	return false;
}

/* After an error: to what comes behind. Nothing of it is read yet. */
static enum dd_code resume(struct dd_yaml_walk *w, struct dd_err *err)
{
	size_t line, end = w->y.doc.n;
	bool part;
	uint64_t read = w->y.parser.offset; /* what the parser took of its input */
	w->work += read;
	w->state = OVER;
	if (!w->levels || w->resumes++ >= RESUMES_MAX || w->work > RESUME_RATIO_MAX * (uint64_t)w->y.doc.n ||
	    !find_next(w, &line, &part))
		return DD_OK;
	if (part && line < w->end && w->part)
		end = w->end; /* the same section still */
	else if (part)
		for (end = next_line(w->y.doc, line); end < w->y.doc.n && !ends_section(w, end);)
			end = next_line(w->y.doc, end);
	return go_on(w, line, end, part, err);
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
		w->state = w->state == IN_SECTION && !w->part ? IN_ROOT : AFTER_ROOT;
		w->section = DD_STR("");
		return DD_OK;
	}
	w->item_at = dd_yaml_offset(&w->y, &e->start_mark);
	if (w->state == IN_SECTION)
		w->indent = indent_of_item(w, e->start_mark.column);
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
		if (!w->again || !e->data.document_start.implicit)
			w->document++;
		w->again = false;
		return DD_OK;
	case YAML_STREAM_END_EVENT:
		w->state = OVER;
		return w->end < w->y.doc.n ? go_on(w, w->end, w->y.doc.n, false, err) : DD_OK;
	default:
		break;
	}
	if (w->part && is_start(e)) {
		w->section_map = e->type == YAML_MAPPING_START_EVENT;
		w->state = IN_SECTION;
		return DD_OK;
	}
	if (w->levels && is_start(e)) {
		w->root_map = e->type == YAML_MAPPING_START_EVENT;
		w->state = IN_ROOT;
		return DD_OK;
	}
	item->at = dd_yaml_offset(&w->y, &e->start_mark);
	return take_value(w, e, a, item, err);
}

/* Are the bytes up to here text? Said once. */
static enum dd_code check_text(struct dd_yaml_walk *w, size_t to, struct dd_err *err)
{
	size_t bad = w->checked < to ? find_bad_byte(w->y.doc, w->checked, to) : to;
	w->checked = to > w->checked ? to : w->checked;
	if (bad >= to)
		return DD_OK;
	return dd_fail(err, DD_EPARSE, bad, "yaml: not UTF-8 text, or a control character");
}

/* To the next item, without going on behind errors. */
static enum dd_code read_item(struct dd_yaml_walk *w, struct dd_arena *a, struct dd_yaml_item *ret, struct dd_err *err)
{
	ret->value = NULL;
	while (w->state != OVER && !ret->value) {
		yaml_event_t e;
		bool inside = w->state == IN_ROOT || w->state == IN_SECTION;
		*ret = (struct dd_yaml_item){ .section = w->section, .name = DD_STR("") };
		DD_TRY(dd_yaml_event(&w->y, &e, err));
		enum dd_code code = inside ? take_item(w, &e, a, ret, err) : take_outer(w, &e, a, ret, err);
		yaml_event_delete(&e);
		DD_TRY(code);
	}
	ret->document = w->document ? w->document - 1 : 0;
	return DD_OK;
}

enum dd_code dd_yaml_walk_next(struct dd_yaml_walk *w, struct dd_arena *a, struct dd_yaml_item *ret, bool *ret_more,
			       struct dd_err *err)
{
	struct dd_yaml_item item = { .value = NULL };
	while (w->state != OVER) {
		struct dd_err why, more;
		enum dd_code code = read_item(w, a, &item, &why);
		if (code == DD_OK) {
			DD_TRY(check_text(w, w->state == OVER ? w->y.doc.n : (size_t)w->y.bytes, err));
			break;
		}
		item.value = NULL;
		if (code == DD_ENOMEM || resume(w, &more) != DD_OK) {
			w->state = OVER;
			return dd_fail_nomem(err);
		}
		/* The same again, met once more on the way to what is behind it. */
		if (why.at == w->failed_at && w->state != OVER)
			continue;
		w->failed_at = why.at;
		dd_err_copy(err, &why);
		return code;
	}
	*ret_more = item.value != NULL;
	if (item.value)
		*ret = item;
	return DD_OK;
}

enum dd_code dd_yaml_parse(struct dd_str stream, struct dd_arena *a, const struct dd_node **ret, struct dd_err *err)
{
	if (stream.n > DD_YAML_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "yaml: %zu bytes, at most %d are read", stream.n,
			       DD_YAML_BYTES_MAX);
	size_t bad = find_bad_byte(stream, 0, stream.n);
	if (bad < stream.n)
		return dd_fail(err, DD_EPARSE, bad, "yaml: not UTF-8 text, or a control character");
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
