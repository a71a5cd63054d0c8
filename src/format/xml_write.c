/* SPDX-License-Identifier: Apache-2.0 */
#include "format/xml_write.h"

#include "base/text.h"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;"; /* HTML 4 has no &apos; */
	default:
		return NULL;
	}
}

/* Printable ASCII without the five: the common case, copied in runs. */
static size_t plain_run(struct dd_str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] >= 0x20 && s.p[n] < 0x7f && !entity(s.p[n]))
		n++;
	return n;
}

/* Section 2.2: Char. */
static bool allowed(uint32_t cp)
{
	return cp == '\t' || cp == '\n' || cp == '\r' || (cp >= 0x20 && cp != 0xfffe && cp != 0xffff);
}

static void add_bytes(struct dd_buf *out, struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		(void)dd_buf_addf(out, "\\x%02x", (unsigned)(unsigned char)s.p[i]);
}

/* One character; returns the bytes used. */
static size_t add_one(struct dd_buf *out, struct dd_str s, bool attribute)
{
	const char *name = entity(s.p[0]);
	size_t len = dd_utf8_len(s), used;
	char piece[8];
	if (name) {
		(void)dd_buf_add_c(out, name);
		return 1;
	}
	if (len == 0 || !allowed(dd_utf8_decode(s))) {
		len = len ? len : 1;
		add_bytes(out, dd_str_take(s, len));
		return len;
	}
	/* A reader makes a blank of white space in an attribute, and a line feed of CR everywhere (2.11, 3.3.3). */
	bool plain = s.p[0] == '\t' || s.p[0] == '\n' ? !attribute : s.p[0] == '\\';
	if (plain || (dd_escape_one(s, "", piece, &used) == len && piece[0] != '\\'))
		(void)dd_buf_add(out, s.p, len);
	else
		(void)dd_buf_addf(out, "&#%u;", (unsigned)dd_utf8_decode(s));
	return len;
}

void dd_xml_escape(struct dd_buf *out, struct dd_str s, bool attribute)
{
	while (s.n && !out->failed) {
		size_t n = plain_run(s);
		if (n)
			(void)dd_buf_add(out, s.p, n);
		else
			n = add_one(out, s, attribute);
		s = dd_str_skip(s, n);
	}
}

static void new_line(struct dd_xmlw *x, unsigned depth)
{
	(void)dd_buf_add_char(x->out, '\n');
	for (unsigned i = 0; i < depth; i++)
		(void)dd_buf_add(x->out, "  ", 2);
}

static void end_tag_of_start(struct dd_xmlw *x)
{
	if (x->in_tag)
		(void)dd_buf_add_char(x->out, '>');
	x->in_tag = false;
}

struct dd_xmlw dd_xmlw_open(struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	return (struct dd_xmlw){ .out = out };
}

void dd_xmlw_start(struct dd_xmlw *x, const char *name)
{
	dd_assert(x->depth < DD_XMLW_DEPTH_MAX && !x->has_text);
	end_tag_of_start(x);
	new_line(x, x->depth);
	(void)dd_buf_addf(x->out, "<%s", name);
	x->names[x->depth++] = name;
	x->in_tag = true;
}

void dd_xmlw_end(struct dd_xmlw *x)
{
	dd_assert(x->depth > 0);
	const char *name = x->names[--x->depth];
	if (x->in_tag) {
		(void)dd_buf_add_c(x->out, "/>");
	} else {
		if (!x->has_text)
			new_line(x, x->depth);
		(void)dd_buf_addf(x->out, "</%s>", name);
	}
	x->in_tag = x->has_text = false;
}

void dd_xmlw_attr(struct dd_xmlw *x, const char *name, struct dd_str value)
{
	dd_assert(x->in_tag);
	(void)dd_buf_addf(x->out, " %s=\"", name);
	dd_xml_escape(x->out, value, true);
	(void)dd_buf_add_char(x->out, '"');
}

void dd_xmlw_attr_known(struct dd_xmlw *x, const char *name, struct dd_str value)
{
	if (value.n)
		dd_xmlw_attr(x, name, value);
}

void dd_xmlw_attr_u64(struct dd_xmlw *x, const char *name, uint64_t value)
{
	dd_assert(x->in_tag);
	(void)dd_buf_addf(x->out, " %s=\"%llu\"", name, (unsigned long long)value);
}

void dd_xmlw_text(struct dd_xmlw *x, struct dd_str text)
{
	dd_assert(x->depth > 0);
	end_tag_of_start(x);
	x->has_text = true;
	dd_xml_escape(x->out, text, false);
}

void dd_xmlw_element(struct dd_xmlw *x, const char *name, struct dd_str text)
{
	dd_xmlw_start(x, name);
	if (text.n)
		dd_xmlw_text(x, text);
	dd_xmlw_end(x);
}

void dd_xmlw_element_known(struct dd_xmlw *x, const char *name, struct dd_str text)
{
	if (text.n)
		dd_xmlw_element(x, name, text);
}

void dd_xmlw_close(struct dd_xmlw *x)
{
	dd_assert(x->depth == 0);
	(void)dd_buf_add_char(x->out, '\n');
}
