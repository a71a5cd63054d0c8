/* SPDX-License-Identifier: Apache-2.0 */
/* pyc    = magic(2, little-endian) "\r\n" [flags(4): from 3.7 on] time(4) [size(4): from 3.3 on], or behind flags a
 * hash of 8 bytes; then one object, which is a code object object = type, with 0x80 set where it gets a number for
 * later references; content by type: N F T S . 0   nothing            i r R   4 bytes (r: of a numbered object, R: of
 * an interned text, Python 2) I g 8 bytes   y 16               f x     1 and 2 texts of a number, each with its length
 * in a byte l   count(4, signed), 2 bytes each s t u a A     length(4), bytes   z Z     length(1), bytes ( [ < >
 * count(4), objects  )       count(1), objects     {  keys and values up to the object 0 :   three objects (3.14) c
 * numbers and objects in the order of `layouts` Code is only looked at for what stands beside a constant: an
 * instruction is 2 bytes from 3.6 on; before, 1 or 3. From 3.14 on numbers of instructions are not known here, and
 * constants come without names.
 *
 * Objects nest without limit in hostile files: they are read into a flat list, without recursion; its length and with
 * it the memory is bounded. A reference makes a node that shares the other's children, which are never followed further
 * than one level. Source: CPython Python/marshal.c, Lib/importlib/_bootstrap_external.py, 2.7 to 3.13; PEP 552. */
#include "format/pyc.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/vec.h"

enum { NESTING_MAX = 100000, WINDOW = 64, NAMES_MAX = 32, REF_FLAG = 0x80 };
#define NONE UINT32_MAX

/* l: 4 bytes, o: an object. The objects' order is code, constants, names, local names … in all of them. */
static const struct layout {
	unsigned from; /* magic number; Python 2's are higher than Python 3's and stand first */
	unsigned to;
	size_t header_bytes;
	const char *code;
} layouts[] = {
	{ 50000, 62300, 8, "lllloooooooolo" },	/* 2.x */
	{ 3000, 3199, 8, "llllloooooooolo" },	/* 3.0 to 3.2 */
	{ 3200, 3389, 12, "llllloooooooolo" },	/* … 3.6 */
	{ 3390, 3409, 16, "llllloooooooolo" },	/* 3.7 */
	{ 3410, 3449, 16, "lllllloooooooolo" }, /* 3.8 to 3.10: arguments by position only */
	{ 3450, 3999, 16, "lllllooooooooloo" }, /* 3.11 on */
};

static const struct instructions {
	unsigned from, to;
	bool words; /* 2 bytes each */
	unsigned char load_const, store_name, store_global, store_attr, store_fast, store_item, build_map, extended,
		argument_names; /* 0: there is none */
	bool caches;		/* 0 is no instruction but room */
} instructions[] = {
	{ 50000, 62300, false, 100, 90, 97, 95, 125, 60, 0, 145, 0, false },
	{ 3000, 3359, false, 100, 90, 97, 95, 125, 60, 0, 144, 0, false },
	{ 3360, 3449, true, 100, 90, 97, 95, 125, 60, 105, 144, 0, false },
	{ 3450, 3549, true, 100, 90, 97, 95, 125, 60, 105, 144, 172, true },
	{ 3550, 3599, true, 83, 114, 113, 108, 110, 39, 48, 71, 0, true },
};

struct node {
	struct dd_str text;	    /* of texts */
	uint32_t first, last, next; /* children, sibling */
	char type;  /* 's' for every kind of text, '(' for every kind of list, 'c', '0' the end of a dictionary, '.'
		       others */
	bool shown; /* or not to be shown: code and tables */
};

struct open_node {
	uint32_t node;
	uint32_t left;	    /* objects to come; NONE: until the end of the dictionary */
	const char *layout; /* of a code object: what comes next */
};

struct pyc {
	struct dd_str rest;
	size_t whole;
	const struct layout *layout;
	const struct instructions *ops; /* NULL: not known */
	DD_VEC(struct node) nodes;
	DD_VEC(struct open_node) open;
	DD_VEC(uint32_t) refs, interned;
	enum dd_code (*text)(void *ctx, struct dd_str name, struct dd_str value, struct dd_err *err);
	void *ctx;
};

static const struct layout *layout_of(struct dd_str head)
{
	if (head.n < 4 || head.p[2] != '\r' || head.p[3] != '\n')
		return NULL;
	unsigned magic = dd_le16(head.p);
	for (size_t i = 0; i < DD_COUNT(layouts); i++)
		if (magic >= layouts[i].from && magic <= layouts[i].to)
			return &layouts[i];
	return NULL;
}

bool dd_pyc_detect(struct dd_str head)
{
	const struct layout *l = layout_of(head);
	return l && head.n > l->header_bytes && (head.p[l->header_bytes] & 0x7f) == 'c';
}

/* ---- objects ---- */

static enum dd_code damaged(const struct pyc *p, const char *what, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, p->whole - p->rest.n, "compiled Python: %s", what);
}

static bool take(struct pyc *p, size_t n, struct dd_str *ret)
{
	if (p->rest.n < n)
		return false;
	*ret = dd_str_take(p->rest, n);
	p->rest = dd_str_skip(p->rest, n);
	return true;
}

static bool take_u32(struct pyc *p, uint32_t *ret)
{
	struct dd_str b;
	if (!take(p, 4, &b))
		return false;
	*ret = dd_le32(b.p);
	return true;
}

static bool take_u8(struct pyc *p, uint32_t *ret)
{
	struct dd_str b;
	if (!take(p, 1, &b))
		return false;
	*ret = (unsigned char)b.p[0];
	return true;
}

/* What the types have behind them. */
enum shape {
	BAD,
	FIXED,
	SHORT_TEXT,
	LONG_TEXT,
	SHORT_LIST,
	LONG_LIST,
	DICTIONARY,
	CODE,
	REFERENCE,
	DIGITS,
	FLOATS,
	TRIPLE
};
static const struct {
	unsigned char shape, n; /* n: bytes, or texts of a number */
} types[128] = {
	['N'] = { FIXED, 0 },	   ['F'] = { FIXED, 0 },      ['T'] = { FIXED, 0 },	 ['S'] = { FIXED, 0 },
	['.'] = { FIXED, 0 },	   ['0'] = { FIXED, 0 },      ['i'] = { FIXED, 4 },	 ['I'] = { FIXED, 8 },
	['g'] = { FIXED, 8 },	   ['y'] = { FIXED, 16 },     ['f'] = { FLOATS, 1 },	 ['x'] = { FLOATS, 2 },
	['l'] = { DIGITS, 0 },	   ['s'] = { LONG_TEXT, 0 },  ['t'] = { LONG_TEXT, 0 },	 ['u'] = { LONG_TEXT, 0 },
	['a'] = { LONG_TEXT, 0 },  ['A'] = { LONG_TEXT, 0 },  ['z'] = { SHORT_TEXT, 0 }, ['Z'] = { SHORT_TEXT, 0 },
	['('] = { LONG_LIST, 0 },  ['['] = { LONG_LIST, 0 },  ['<'] = { LONG_LIST, 0 },	 ['>'] = { LONG_LIST, 0 },
	[')'] = { SHORT_LIST, 0 }, ['{'] = { DICTIONARY, 0 }, ['c'] = { CODE, 0 },	 ['r'] = { REFERENCE, 0 },
	['R'] = { REFERENCE, 1 },  [':'] = { TRIPLE, 0 },
};

static bool pass_floats(struct pyc *p, unsigned n)
{
	struct dd_str ignored;
	uint32_t length;
	while (n--)
		if (!take_u8(p, &length) || !take(p, length, &ignored))
			return false;
	return true;
}

static bool pass_digits(struct pyc *p)
{
	struct dd_str ignored;
	uint32_t count;
	if (!take_u32(p, &count))
		return false;
	uint64_t digits = count & 0x80000000u ? UINT64_C(0x100000000) - count : count;
	return digits * 2 <= p->rest.n && take(p, (size_t)digits * 2, &ignored);
}

static bool take_reference(struct pyc *p, bool interned, struct node *n)
{
	uint32_t at;
	size_t known = interned ? p->interned.n : p->refs.n;
	if (!take_u32(p, &at) || at >= known)
		return false;
	const struct node *to = &p->nodes.p[interned ? p->interned.p[at] : p->refs.p[at]];
	n->text = to->text;
	n->first = to->first;
	n->type = to->type == 'c' ? '.' : to->type;
	n->shown = true; /* the other one is */
	return true;
}

/* The content of one object up to its children. */
static bool take_content(struct pyc *p, unsigned char type, struct node *n, struct open_node *o)
{
	struct dd_str ignored;
	uint32_t length = 0;
	switch (types[type].shape) {
	case FIXED:
		n->type = type == '0' ? '0' : '.';
		return take(p, types[type].n, &ignored);
	case SHORT_TEXT:
	case LONG_TEXT:
		n->type = 's';
		return (types[type].shape == SHORT_TEXT ? take_u8(p, &length) : take_u32(p, &length)) &&
		       take(p, length, &n->text);
	case SHORT_LIST:
	case LONG_LIST:
		n->type = '(';
		/* Every object takes a byte at least. */
		return (types[type].shape == SHORT_LIST ? take_u8(p, &o->left) : take_u32(p, &o->left)) &&
		       o->left <= p->rest.n;
	case DICTIONARY:
		o->left = NONE;
		return true;
	case TRIPLE:
		o->left = 3;
		return true;
	case CODE:
		n->type = 'c';
		o->layout = p->layout->code;
		return true;
	case REFERENCE:
		return take_reference(p, types[type].n, n);
	case DIGITS:
		return pass_digits(p);
	case FLOATS:
		return pass_floats(p, types[type].n);
	default:
		return false;
	}
}

static enum dd_code add_node(struct pyc *p, const struct node *n, struct dd_err *err)
{
	uint32_t at = (uint32_t)p->nodes.n;
	if (!dd_vec_push(&p->nodes, *n, DD_PYC_OBJECTS_MAX))
		return p->nodes.n >= DD_PYC_OBJECTS_MAX
			       ? dd_fail(err, DD_ELIMIT, p->whole - p->rest.n, "compiled Python: more than %d objects",
					 DD_PYC_OBJECTS_MAX)
			       : dd_fail_nomem(err);
	if (!p->open.n)
		return DD_OK;
	struct node *parent = &p->nodes.p[p->open.p[p->open.n - 1].node];
	if (parent->first == NONE)
		parent->first = at;
	else
		p->nodes.p[parent->last].next = at;
	parent->last = at;
	return DD_OK;
}

/* The next object; its children follow. */
static enum dd_code take_object(struct pyc *p, struct dd_err *err)
{
	struct node n = { .first = NONE, .last = NONE, .next = NONE, .type = '.' };
	struct open_node o = { .node = (uint32_t)p->nodes.n };
	uint32_t type;
	if (!take_u8(p, &type))
		return damaged(p, "it is cut", err);
	bool numbered = type & REF_FLAG;
	type &= 0x7f;
	if (!take_content(p, (unsigned char)type, &n, &o))
		return damaged(p, "an object that cannot be", err);
	struct open_node *top = p->open.n ? &p->open.p[p->open.n - 1] : NULL;
	if (top && top->left != NONE && top->left)
		top->left--;
	if (top && top->left == NONE && n.type == '0') {
		p->open.n--;
		return DD_OK;
	}
	DD_TRY(add_node(p, &n, err));
	if ((numbered && !dd_vec_push(&p->refs, o.node, SIZE_MAX)) ||
	    (type == 't' && !dd_vec_push(&p->interned, o.node, SIZE_MAX)))
		return dd_fail_nomem(err);
	if (!o.left && !o.layout)
		return DD_OK;
	if (!dd_vec_push(&p->open, o, NESTING_MAX))
		return p->open.n >= NESTING_MAX ? damaged(p, "objects are nested too deep", err) : dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code take_all(struct pyc *p, struct dd_err *err)
{
	DD_TRY(take_object(p, err));
	while (p->open.n) {
		struct open_node *top = &p->open.p[p->open.n - 1];
		struct dd_str ignored;
		if (top->layout && *top->layout == 'l') {
			if (!take(p, 4, &ignored))
				return damaged(p, "it is cut", err);
			top->layout++;
		} else if (top->layout && *top->layout == 'o') {
			top->layout++;
			DD_TRY(take_object(p, err));
		} else if (top->left) {
			DD_TRY(take_object(p, err));
		} else {
			p->open.n--;
		}
	}
	return DD_OK;
}

/* ---- code ---- */

struct function {
	uint32_t *constants, *names, *locals; /* nodes */
	size_t n_constants, n_names, n_locals;
	/* The last instructions, newest last: the constant that each loads, or NONE. */
	uint32_t window[WINDOW];
	size_t seen;
};

/* The nth child of a node. */
static uint32_t child(const struct pyc *p, uint32_t node, unsigned nth)
{
	uint32_t at = p->nodes.p[node].first;
	while (at != NONE && nth--)
		at = p->nodes.p[at].next;
	return at;
}

static bool list_children(const struct pyc *p, uint32_t node, uint32_t **ret, size_t *ret_n)
{
	DD_VEC(uint32_t) list = { 0 };
	bool good = true;
	if (node != NONE && p->nodes.p[node].type == '(')
		for (uint32_t at = p->nodes.p[node].first; good && at != NONE; at = p->nodes.p[at].next)
			good = dd_vec_push(&list, at, SIZE_MAX);
	*ret = list.p;
	*ret_n = list.n;
	return good;
}

/* The instruction `back` before the one at hand: the text that it loads, or NONE. */
static uint32_t loaded(const struct pyc *p, const struct function *f, size_t back)
{
	if (back == 0 || back > f->seen || back > WINDOW)
		return NONE;
	uint32_t node = f->window[(f->seen - back) % WINDOW];
	return node != NONE && p->nodes.p[node].type == 's' ? node : NONE;
}

static enum dd_code show_named(struct pyc *p, struct dd_str name, uint32_t value, struct dd_err *err)
{
	/* A reference's own text was marked where it stands first: it is named here for the first time all the same. */
	struct node *n = value == NONE ? NULL : &p->nodes.p[value];
	if (!n || n->shown || !n->text.n || !name.n)
		return DD_OK;
	n->shown = true;
	return p->text(p->ctx, name, n->text, err);
}

static struct dd_str name_at(const struct pyc *p, const uint32_t *list, size_t n, uint64_t at)
{
	return at < n && p->nodes.p[list[at]].type == 's' ? p->nodes.p[list[at]].text : DD_STR("");
}

/* f(a="x"), {"a": "x", "b": "y"}: values, then a constant list of their names. */
static enum dd_code show_list(struct pyc *p, const struct function *f, uint32_t list, size_t skip, struct dd_err *err)
{
	uint32_t names[NAMES_MAX];
	size_t n = 0;
	if (p->nodes.p[list].type != '(')
		return DD_OK;
	for (uint32_t at = p->nodes.p[list].first; at != NONE && n < NAMES_MAX; at = p->nodes.p[at].next)
		names[n++] = at;
	for (size_t i = 0; i < n; i++)
		if (p->nodes.p[names[i]].type == 's')
			DD_TRY(show_named(p, p->nodes.p[names[i]].text, loaded(p, f, n - i + skip), err));
	return DD_OK;
}

static enum dd_code show_pairs(struct pyc *p, const struct function *f, uint64_t n, struct dd_err *err)
{
	for (size_t i = 0; i < n && i < NAMES_MAX; i++) {
		uint32_t key = loaded(p, f, 2 * i + 2);
		if (key != NONE)
			DD_TRY(show_named(p, p->nodes.p[key].text, loaded(p, f, 2 * i + 1), err));
	}
	return DD_OK;
}

/* d["a"] = "x": the value, what loads d, the key. */
static enum dd_code show_item(struct pyc *p, const struct function *f, struct dd_err *err)
{
	uint32_t key = loaded(p, f, 1);
	for (size_t back = 3; key != NONE && back < 6; back++)
		if (loaded(p, f, back) != NONE)
			return show_named(p, p->nodes.p[key].text, loaded(p, f, back), err);
	return DD_OK;
}

static enum dd_code see_instruction(struct pyc *p, struct function *f, unsigned char op, uint64_t arg,
				    struct dd_err *err)
{
	const struct instructions *ops = p->ops;
	uint32_t constant = NONE;
	if (op == ops->load_const && arg < f->n_constants)
		constant = f->constants[arg];
	if (constant != NONE)
		DD_TRY(show_list(p, f, constant, 0, err));
	else if (op == ops->store_name || op == ops->store_global)
		DD_TRY(show_named(p, name_at(p, f->names, f->n_names, arg), loaded(p, f, 1), err));
	else if (op == ops->store_fast)
		DD_TRY(show_named(p, name_at(p, f->locals, f->n_locals, arg), loaded(p, f, 1), err));
	else if (op == ops->store_attr) /* behind what loads the object */
		DD_TRY(show_named(p, name_at(p, f->names, f->n_names, arg), loaded(p, f, 2), err));
	else if (op == ops->store_item)
		DD_TRY(show_item(p, f, err));
	else if (ops->build_map && op == ops->build_map)
		DD_TRY(show_pairs(p, f, arg, err));
	else if (ops->argument_names && op == ops->argument_names && arg < f->n_constants)
		return show_list(p, f, f->constants[arg], 0, err);
	f->window[f->seen++ % WINDOW] = constant;
	return DD_OK;
}

static enum dd_code read_code(struct pyc *p, struct function *f, struct dd_str code, struct dd_err *err)
{
	uint64_t high = 0;
	while (code.n >= (p->ops->words ? 2u : 1u)) {
		unsigned char op = (unsigned char)code.p[0];
		uint64_t arg = 0;
		size_t n = p->ops->words ? 2 : op >= 90 ? 3 : 1;
		if (code.n < n)
			break;
		if (n == 2)
			arg = high << 8 | (unsigned char)code.p[1];
		else if (n == 3)
			arg = high << 16 | dd_le16(code.p + 1);
		code = dd_str_skip(code, n);
		high = op == p->ops->extended ? arg & UINT32_MAX : 0;
		if (op == p->ops->extended || (p->ops->caches && op == 0))
			continue;
		DD_TRY(see_instruction(p, f, op, arg, err));
	}
	return DD_OK;
}

enum { CHILD_CODE, CHILD_CONSTANTS, CHILD_NAMES, CHILD_LOCALS, CHILD_KINDS };

static enum dd_code show_function(struct pyc *p, uint32_t node, struct dd_err *err)
{
	struct function f = { 0 };
	uint32_t code = child(p, node, CHILD_CODE);
	enum dd_code result = DD_OK;
	if (code == NONE || p->nodes.p[code].type != 's' || !p->ops)
		return DD_OK;
	bool good = list_children(p, child(p, node, CHILD_CONSTANTS), &f.constants, &f.n_constants);
	good = list_children(p, child(p, node, CHILD_NAMES), &f.names, &f.n_names) && good;
	good = list_children(p, child(p, node, CHILD_LOCALS), &f.locals, &f.n_locals) && good;
	result = good ? read_code(p, &f, p->nodes.p[code].text, err) : dd_fail_nomem(err);
	dd_free(f.constants);
	dd_free(f.names);
	dd_free(f.locals);
	return result;
}

/* Instructions and tables are no texts. */
static void hide_tables(struct pyc *p, uint32_t node)
{
	static const unsigned old[] = { CHILD_CODE, 8 }, new[] = { CHILD_CODE, CHILD_KINDS, 8, 9 };
	bool is_new = p->layout->from >= 3450 && p->layout->from < 50000;
	for (size_t i = 0; i < (is_new ? DD_COUNT(new) : DD_COUNT(old)); i++) {
		uint32_t at = child(p, node, is_new ? new[i] : old[i]);
		if (at != NONE)
			p->nodes.p[at].shown = true;
	}
}

static enum dd_code show_all(struct pyc *p, struct dd_err *err)
{
	for (uint32_t i = 0; i < p->nodes.n; i++)
		if (p->nodes.p[i].type == 'c')
			hide_tables(p, i);
	for (uint32_t i = 0; i < p->nodes.n; i++)
		if (p->nodes.p[i].type == 'c')
			DD_TRY(show_function(p, i, err));
	for (uint32_t i = 0; i < p->nodes.n; i++) {
		struct node *n = &p->nodes.p[i];
		if (n->type == 's' && !n->shown && n->text.n)
			DD_TRY(p->text(p->ctx, DD_STR(""), n->text, err));
	}
	return DD_OK;
}

enum dd_code dd_pyc_each(struct dd_str bytes,
			 enum dd_code (*text)(void *ctx, struct dd_str name, struct dd_str value, struct dd_err *err),
			 void *ctx, struct dd_err *err)
{
	struct pyc p = { .whole = bytes.n, .layout = layout_of(bytes), .text = text, .ctx = ctx };
	struct dd_err why;
	if (!dd_pyc_detect(bytes))
		return dd_fail(err, DD_EPARSE, 0, "no compiled Python");
	for (size_t i = 0; i < DD_COUNT(instructions); i++)
		if (dd_le16(bytes.p) >= instructions[i].from && dd_le16(bytes.p) <= instructions[i].to)
			p.ops = &instructions[i];
	p.rest = dd_str_skip(bytes, p.layout->header_bytes);
	enum dd_code parsed = take_all(&p, &why), code = parsed;
	if (parsed != DD_ENOMEM)
		code = show_all(&p, err);
	if (code == DD_OK || parsed == DD_ENOMEM) {
		code = parsed;
		if (parsed != DD_OK)
			dd_err_copy(err, &why);
	}
	dd_vec_done(&p.nodes);
	dd_vec_done(&p.open);
	dd_vec_done(&p.refs);
	dd_vec_done(&p.interned);
	return code;
}
