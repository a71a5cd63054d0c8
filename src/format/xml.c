/* SPDX-License-Identifier: Apache-2.0 */
/* expat behind limits.
 *
 * expat pushes, our readers pull: at the end of an element that is handed out the parser is suspended, and resumed by
 * the next call. It is fed FEED_BYTES at a time: not the whole document, which it would copy, and not less, as it reads
 * an unfinished tag again from its start with every piece (CVE-2023-52425).
 * Text of open elements stands in one buffer used as a stack: what a child adds is taken off when the child ends.
 * Entities are never expanded: a document that declares one is refused, so that no amplification is left. The parser is
 * told that an external definition might exist (XML_UseForeignDTD), which turns unknown references from an error into
 * a call of skipped(). */
#include "format/xml.h"

#include <expat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "format/xml_encoding.h"

enum { FEED_BYTES = 8 << 20 };

struct dd_xml_walk {
	XML_Parser parser;
	struct dd_str doc;    /* what was not fed yet: of the document, or of the stream's block */
	struct dd_stream *in; /* NULL: doc is all */
	bool ended;
	unsigned want; /* depth of the elements that are handed out */
	unsigned depth;
	bool suspended, over;

	struct dd_arena *a; /* of the element that is being built */
	size_t nodes;
	struct dd_xml_node *open[DD_XML_DEPTH_MAX]; /* from the element that is handed out on; by depth */
	size_t text_from[DD_XML_DEPTH_MAX];
	struct dd_buf around; /* name of the element around it */
	struct dd_xml_node *ready;
	struct dd_buf text;

	struct dd_map names; /* all names of the document */
	struct dd_arena names_arena;

	enum dd_code code; /* set by a handler that stops the parser */
	struct dd_err *err;
};

static uint64_t here(const struct dd_xml_walk *w)
{
	XML_Index at = XML_GetCurrentByteIndex(w->parser);
	return at < 0 ? DD_NO_OFFSET : (uint64_t)at;
}

static void stop(struct dd_xml_walk *w, enum dd_code code, const char *what)
{
	if (w->code == DD_OK)
		w->code = dd_fail(w->err, code, here(w), "xml: %s", what);
	(void)XML_StopParser(w->parser, XML_FALSE);
}

static void stop_no_room(struct dd_xml_walk *w)
{
	stop(w, DD_ELIMIT, "the elements need more memory than there is");
}

/* Counts a name that was not there before. */
static bool know_name(struct dd_xml_walk *w, struct dd_str name)
{
	if (dd_map_get(&w->names, name) != DD_MAP_NONE)
		return true;
	if (w->names.n >= DD_XML_NAMES_MAX) {
		stop(w, DD_ELIMIT, "more different names than are read");
		return false;
	}
	struct dd_str copy = dd_arena_str(&w->names_arena, name);
	if (!copy.p || !dd_map_set(&w->names, copy, 0)) {
		stop_no_room(w);
		return false;
	}
	return true;
}

/* All names of a start tag: expat remembers each of them until the end. */
static bool know_names(struct dd_xml_walk *w, struct dd_str name, const XML_Char **attributes)
{
	if (!know_name(w, name))
		return false;
	for (size_t i = 0; attributes[i]; i += 2)
		if (!know_name(w, dd_str_from(attributes[i])))
			return false;
	return true;
}

static struct dd_str local_name(struct dd_str name)
{
	if (dd_str_eq_c(dd_str_take(name, 6), "xmlns:"))
		return name;
	size_t colon = dd_str_rfind(name, ':');
	return colon < name.n ? dd_str_skip(name, colon + 1) : name;
}

static bool count_nodes(struct dd_xml_walk *w, size_t n)
{
	if (n > DD_XML_NODES_MAX - w->nodes) {
		stop(w, DD_ELIMIT, "more elements and attributes than are read");
		return false;
	}
	w->nodes += n;
	return true;
}

static bool copy_attributes(struct dd_xml_walk *w, const XML_Char **from, struct dd_xml_node *e)
{
	size_t n = 0;
	while (from[n])
		n += 2;
	n /= 2;
	struct dd_xml_attribute *to = n ? dd_arena_array(w->a, n, sizeof *to) : NULL;
	if (!count_nodes(w, n))
		return false;
	for (size_t i = 0; to && i < n; i++) {
		struct dd_str name = dd_str_from(from[2 * i]);
		to[i].name = dd_arena_str(w->a, local_name(name));
		to[i].value = dd_arena_str(w->a, dd_str_from(from[2 * i + 1]));
		if (!to[i].name.p || !to[i].value.p)
			to = NULL;
	}
	if (n && !to) {
		stop_no_room(w);
		return false;
	}
	e->attributes = to;
	e->n_attributes = (uint32_t)n;
	return true;
}

static void append(struct dd_xml_node *parent, struct dd_xml_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->n++;
}

/* An element that is handed out, or in one that is. */
static void open_node(struct dd_xml_walk *w, unsigned depth, struct dd_str name, const XML_Char **attributes)
{
	if (depth == w->want) {
		w->nodes = 0;
		dd_buf_clear(&w->text);
	}
	if (!count_nodes(w, 1))
		return;
	struct dd_xml_node *e = dd_arena_new(w->a, struct dd_xml_node);
	if (e)
		e->name = dd_arena_str(w->a, local_name(name));
	if (!e || !e->name.p) {
		stop_no_room(w);
		return;
	}
	e->at = here(w);
	if (!copy_attributes(w, attributes, e))
		return;
	w->open[depth - 1] = e;
	w->text_from[depth - 1] = w->text.n;
	if (depth > w->want)
		append(w->open[depth - 2], e);
}

static void XMLCALL opened(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct dd_xml_walk *w = user;
	struct dd_str whole = dd_str_from(name);
	if (w->code != DD_OK)
		return;
	if (w->depth == DD_XML_DEPTH_MAX) {
		stop(w, DD_ELIMIT, "elements are nested too deep");
		return;
	}
	if (!know_names(w, whole, attributes))
		return;
	w->depth++;
	if (w->depth >= w->want) {
		open_node(w, w->depth, whole, attributes);
	} else if (w->depth + 1 == w->want) {
		dd_buf_clear(&w->around);
		(void)dd_buf_add_str(&w->around, local_name(whole));
	}
}

static void XMLCALL closed(void *user, const XML_Char *name)
{
	struct dd_xml_walk *w = user;
	(void)name;
	if (w->code != DD_OK || w->depth == 0)
		return;
	unsigned depth = w->depth--;
	if (depth < w->want)
		return;
	struct dd_xml_node *e = w->open[depth - 1];
	size_t from = w->text_from[depth - 1];
	e->text = dd_arena_str(w->a, dd_str_skip(dd_buf_str(&w->text), from));
	if (!e->text.p) {
		stop_no_room(w);
		return;
	}
	w->text.n = from;
	if (depth == w->want) {
		w->ready = e;
		(void)XML_StopParser(w->parser, XML_TRUE);
	}
}

static void XMLCALL text(void *user, const XML_Char *p, int n)
{
	struct dd_xml_walk *w = user;
	if (w->code != DD_OK || w->depth < w->want)
		return;
	if (dd_buf_add(&w->text, p, (size_t)n) != DD_OK)
		stop_no_room(w);
}

/* A reference to an entity that nobody declared. */
static void XMLCALL skipped(void *user, const XML_Char *name, int is_parameter)
{
	if (is_parameter)
		return;
	text(user, "&", 1);
	text(user, name, (int)strlen(name));
	text(user, ";", 1);
}

static void XMLCALL document_type(void *user, const XML_Char *name, const XML_Char *system, const XML_Char *public,
				  int has_declarations)
{
	(void)name, (void)system, (void)public;
	if (has_declarations)
		stop(user, DD_EUNSUPPORTED, "a document type with declarations is not read");
}

static int XMLCALL encoding(void *user, const XML_Char *name, XML_Encoding *ret)
{
	(void)user;
	ret->data = NULL;
	ret->convert = NULL;
	ret->release = NULL;
	return dd_xml_encoding(dd_str_from(name), ret->map) ? XML_STATUS_OK : XML_STATUS_ERROR;
}

struct dd_xml_walk *dd_xml_walk_new(struct dd_str doc, unsigned depth)
{
	struct dd_xml_walk *w = dd_alloc_zero(1, sizeof *w);
	if (!w)
		return NULL;
	w->parser = XML_ParserCreate(NULL);
	if (!w->parser) {
		dd_free(w);
		return NULL;
	}
	w->doc = doc;
	w->want = depth;
	w->text = DD_BUF_INIT(DD_XML_BYTES_MAX);
	w->around = DD_BUF_INIT(DD_XML_BYTES_MAX);
	w->names_arena = DD_ARENA_INIT(DD_XML_NAME_BYTES_MAX);
	XML_SetUserData(w->parser, w);
	XML_SetElementHandler(w->parser, opened, closed);
	XML_SetCharacterDataHandler(w->parser, text);
	XML_SetSkippedEntityHandler(w->parser, skipped);
	XML_SetStartDoctypeDeclHandler(w->parser, document_type);
	XML_SetUnknownEncodingHandler(w->parser, encoding, NULL);
	(void)XML_UseForeignDTD(w->parser, XML_TRUE);
	return w;
}

struct dd_xml_walk *dd_xml_walk_stream(struct dd_stream *in, unsigned depth)
{
	struct dd_xml_walk *w = dd_xml_walk_new(DD_STR(""), depth);
	if (w)
		w->in = in;
	return w;
}

void dd_xml_walk_freep(struct dd_xml_walk **w)
{
	if (!*w)
		return;
	XML_ParserFree((*w)->parser);
	dd_buf_done(&(*w)->text);
	dd_buf_done(&(*w)->around);
	dd_map_done(&(*w)->names);
	dd_arena_done(&(*w)->names_arena);
	dd_free(*w);
	*w = NULL;
}

static enum dd_code fail_parser(struct dd_xml_walk *w, struct dd_err *err)
{
	if (w->code != DD_OK)
		return w->code;
	enum XML_Error e = XML_GetErrorCode(w->parser);
	if (e == XML_ERROR_NO_MEMORY)
		return dd_fail_nomem(err);
	enum dd_code code = e == XML_ERROR_UNKNOWN_ENCODING ? DD_EUNSUPPORTED : DD_EPARSE;
	return dd_fail(err, code, here(w), "xml: %s", XML_ErrorString(e));
}

/* Blocks of the stream until a piece is full: small pieces would have an unfinished tag read again and again. */
static enum XML_Status feed_stream(struct dd_xml_walk *w)
{
	char *to = XML_GetBuffer(w->parser, FEED_BYTES);
	size_t n = 0;
	while (to && n < FEED_BYTES && !w->ended) {
		if (!w->doc.n) {
			w->code = dd_stream_next(w->in, &w->doc, w->err);
			if (w->code != DD_OK)
				return XML_STATUS_ERROR;
			w->ended = w->doc.n == 0;
		}
		struct dd_str piece = dd_str_take(w->doc, FEED_BYTES - n);
		if (piece.n)
			memcpy(to + n, piece.p, piece.n);
		n += piece.n;
		w->doc = dd_str_skip(w->doc, piece.n);
	}
	return to ? XML_ParseBuffer(w->parser, (int)n, w->ended) : XML_STATUS_ERROR;
}

/* Runs the parser until it stops by itself or has read one piece more. */
static enum XML_Status run(struct dd_xml_walk *w)
{
	if (w->suspended)
		return XML_ResumeParser(w->parser);
	if (w->in)
		return feed_stream(w);
	struct dd_str piece = dd_str_take(w->doc, FEED_BYTES);
	w->doc = dd_str_skip(w->doc, piece.n);
	w->ended = w->doc.n == 0;
	return XML_Parse(w->parser, piece.p ? piece.p : "", (int)piece.n, w->ended);
}

enum dd_code dd_xml_walk_next(struct dd_xml_walk *w, struct dd_arena *a, struct dd_xml_item *ret, bool *ret_more,
			      struct dd_err *err)
{
	w->a = a;
	w->err = err;
	w->ready = NULL;
	while (!w->over && !w->ready) {
		enum XML_Status status = run(w);
		if (status == XML_STATUS_ERROR || w->code != DD_OK) {
			w->over = true;
			return fail_parser(w, err);
		}
		w->suspended = status == XML_STATUS_SUSPENDED;
		w->over = !w->suspended && w->ended;
	}
	*ret_more = w->ready != NULL;
	*ret = (struct dd_xml_item){ .parent = dd_buf_str(&w->around), .element = w->ready };
	return DD_OK;
}

enum dd_code dd_xml_parse(struct dd_str doc, struct dd_arena *a, const struct dd_xml_node **ret, struct dd_err *err)
{
	struct dd_xml_item root = { .element = NULL }, none;
	bool more = true;
	if (doc.n > DD_XML_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "xml: %zu bytes, at most %d are read", doc.n,
			       DD_XML_BYTES_MAX);
	struct dd_xml_walk *w DD_CLEANUP_XML_WALK = dd_xml_walk_new(doc, 1);
	if (!w)
		return dd_fail_nomem(err);
	DD_TRY(dd_xml_walk_next(w, a, &root, &more, err));
	if (more) /* what is behind the root must be well-formed too */
		DD_TRY(dd_xml_walk_next(w, a, &none, &more, err));
	*ret = root.element;
	return DD_OK;
}
