/* SPDX-License-Identifier: Apache-2.0 */
#include "format/xml.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "support/test.h"

/* name(attribute=value,…)'text'[children] */
static void show(const struct dd_xml_node *e, struct dd_buf *out)
{
	(void)dd_buf_add_str(out, e->name);
	for (size_t i = 0; i < e->n_attributes; i++)
		(void)dd_buf_addf(out, "%c%.*s=%.*s%s", i ? ',' : '(', DD_FMT(e->attributes[i].name),
				  DD_FMT(e->attributes[i].value), i + 1 == e->n_attributes ? ")" : "");
	if (e->text.n)
		(void)dd_buf_addf(out, "'%.*s'", DD_FMT(e->text));
	for (const struct dd_xml_node *c = dd_xml_first(e); c; c = c->next) {
		(void)dd_buf_add_char(out, c == e->first ? '[' : ' ');
		show(c, out);
		if (!c->next)
			(void)dd_buf_add_char(out, ']');
	}
}

static char letter(enum dd_code code)
{
	return code == DD_ELIMIT ? '#' : code == DD_EUNSUPPORTED ? '?' : '!';
}

/* The tree, or "!offset" (limits "#offset", not supported "?offset"). */
static void parse(struct dd_str doc, struct dd_buf *out)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(512 * DD_MIB);
	const struct dd_xml_node *root = NULL;
	struct dd_err err = { 0 };
	enum dd_code code = dd_xml_parse(doc, &a, &root, &err);
	if (code == DD_OK)
		show(root, out);
	else
		(void)dd_buf_addf(out, "%c%lld", letter(code), (long long)err.at);
}

struct row {
	const char *in, *want;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		parse(dd_str_from(rows[i].in), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

TEST(xml_elements_attributes_text)
{
	static const struct row rows[] = {
		{ "<a/>", "a" },
		{ "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><a>x</a>\n", "a'x'" },
		{ "<a>x<b>y</b>z<c/>&lt;<![CDATA[<&]]></a>", "a'xz<<&'[b'y' c]" },
		{ "<p:a xmlns:p='u' xmlns='v' p:b='&#233;&amp;'><p:c/></p:a>", "a(xmlns:p=u,xmlns=v,b=\xc3\xa9&)[c]" },
		{ "<a:b/>", "b" },
		{ "<a>&oacute;x</a>", "a'&oacute;x'" },
		{ "<!DOCTYPE a PUBLIC 'p' 'http://x/y.dtd'><a>&x;</a>", "a'&x;'" },
		{ "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "a'\xc3\xa9'" },
		{ "<?xml version='1.0' encoding='windows-1252'?><a>\x80</a>", "a'\xe2\x82\xac'" },
		{ "<?xml version='1.0' encoding='ISO-8859-15'?><a>\xa4</a>", "a'\xe2\x82\xac'" },
	};
	check_rows(rows, DD_COUNT(rows));
	static const char utf16[] = "\xff\xfe<\0a\0>\0\xe9\0<\0/\0a\0>\0";
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(64);
	parse((struct dd_str){ utf16, sizeof utf16 - 1 }, &out);
	CHECK_STR(dd_buf_str(&out), "a'\xc3\xa9'");
}

TEST(xml_refuses_with_offset)
{
	static const struct row rows[] = {
		{ "", "!0" },
		{ "x", "!0" },
		{ "<a>", "!3" },
		{ "<a></b>", "!5" },
		{ "<a/><b/>", "!4" },
		{ "<a>\xff</a>", "!3" },
		{ "<a x='1' x='2'/>", "!9" },
		{ "<a>&#0;</a>", "!3" },
		{ "<?xml version='1.0' encoding='x-none'?><a/>", "?30" },
		{ "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "?12" },
		{ "<!DOCTYPE a SYSTEM 'file:///etc/passwd' [<!ENTITY % b SYSTEM 'file:///x'> %b;]><a/>", "?40" },
	};
	check_rows(rows, DD_COUNT(rows));
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(64);
	parse((struct dd_str){ "<a>\0</a>", 8 }, &out);
	CHECK_STR(dd_buf_str(&out), "!3");
}

static void repeat(struct dd_buf *doc, const char *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)dd_buf_add_c(doc, what);
}

TEST(xml_bombs_are_stopped)
{
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(256 * DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
	repeat(&doc, "<a>", 100000);
	parse(dd_buf_str(&doc), &out);
	CHECK_STR(dd_buf_str(&out), "#768");
	dd_buf_clear(&doc);
	dd_buf_clear(&out);
	(void)dd_buf_add_c(&doc, "<a>");
	repeat(&doc, "<b/>", DD_XML_NODES_MAX);
	parse(dd_buf_str(&doc), &out);
	CHECK_INT(out.p[0], '#');
	dd_buf_clear(&doc);
	dd_buf_clear(&out);
	(void)dd_buf_add_c(&doc, "<a>");
	for (int i = 0; i < 2 * DD_XML_NAMES_MAX; i++)
		(void)dd_buf_addf(&doc, "<n%d/>", i);
	parse(dd_buf_str(&doc), &out);
	CHECK_INT(out.p[0], '#');
	/* a tag that never ends: time grows with it, not with its square */
	dd_buf_clear(&doc);
	dd_buf_clear(&out);
	(void)dd_buf_add_c(&doc, "<a b='");
	repeat(&doc, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1000000);
	parse(dd_buf_str(&doc), &out);
	CHECK_INT(out.p[0], '!');
}

/* "parent/tree;" of each element, "!offset" where it ends in an error. */
static void walk(struct dd_str doc, unsigned depth, struct dd_buf *out)
{
	struct dd_xml_walk *w DD_CLEANUP_XML_WALK = dd_xml_walk_new(doc, depth);
	for (bool more = true; more;) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_xml_item item;
		struct dd_err err = { 0 };
		enum dd_code code = dd_xml_walk_next(w, &a, &item, &more, &err);
		if (code != DD_OK) {
			(void)dd_buf_addf(out, "%c%lld", letter(code), (long long)err.at);
			return;
		}
		if (!more)
			return;
		(void)dd_buf_addf(out, "%.*s/", DD_FMT(item.parent));
		show(item.element, out);
		(void)dd_buf_addf(out, "@%llu;", (unsigned long long)item.element->at);
	}
}

TEST(xml_walks_elements_of_a_depth)
{
	static const struct {
		const char *in;
		unsigned depth;
		const char *want;
	} rows[] = {
		{ "<a><b><c x='1'>t</c></b></a>", 1, "/a[b[c(x=1)'t']]@0;" },
		{ "<a>u<b>v<c x='1'>t</c></b><n:d><e/><e>w<f/></e></n:d></a>", 3,
		  "b/c(x=1)'t'@8;d/e@31;d/e'w'[f]@35;" },
		{ "<a><b/></a>", 3, "" },
		{ "<a><b>1</b><b>2</b><b>3</a>", 2, "a/b'1'@3;a/b'2'@11;!25" },
		{ "<a><b/><b/>", 2, "a/b@3;a/b@7;!11" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		walk(dd_str_from(rows[i].in), rows[i].depth, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

/* More than one piece is fed, and elements lie across their border. */
TEST(xml_walks_large_documents)
{
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(64 * DD_MIB);
	(void)dd_buf_add_c(&doc, "<a>");
	for (int i = 0; i < 400000; i++)
		(void)dd_buf_addf(&doc, "<b k='%d'>some text that is long enough</b>", i);
	(void)dd_buf_add_c(&doc, "</a>");
	struct dd_xml_walk *w DD_CLEANUP_XML_WALK = dd_xml_walk_new(dd_buf_str(&doc), 2);
	size_t n = 0;
	for (bool more = true; more;) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_xml_item item;
		uint64_t k = 0;
		if (dd_xml_walk_next(w, &a, &item, &more, NULL) != DD_OK || !more)
			break;
		(void)dd_str_u64(dd_xml_attribute(item.element, "k"), UINT64_MAX, &k);
		if (k != n || dd_xml_text(item.element).n != 29)
			break;
		n++;
	}
	CHECK_INT(n, 400000);
}

TEST(xml_cut_anywhere_is_refused)
{
	static const char doc[] =
		"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'x'><a b='&amp;'>\xc3\xa9<c/>&d;<![CDATA[e]]><!-- f --></a>";
	for (size_t n = 0; n + 1 < sizeof doc; n++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		parse((struct dd_str){ doc, n }, &out);
		CHECK(out.n && out.p[0] == '!');
		walk((struct dd_str){ doc, n }, 2, &out);
	}
}

TEST(xml_memory_may_run_out)
{
	struct dd_str doc = DD_STR("<a b='c'>d<e>f</e></a>");
	bool ok = false;
	for (uint64_t nth = 1; nth < 1000 && !ok; nth++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		const struct dd_xml_node *root = NULL;
		dd_alloc_fail_from(nth);
		ok = dd_xml_parse(doc, &a, &root, NULL) == DD_OK;
		dd_alloc_fail_from(0);
		CHECK(ok || !root);
	}
	CHECK(ok);
	for (size_t limit = 0; limit < 600; limit += 16) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(limit);
		const struct dd_xml_node *root = NULL;
		(void)dd_xml_parse(doc, &a, &root, NULL);
	}
}

TEST(xml_getters)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	const struct dd_xml_node *r = NULL;
	CHECK(dd_xml_parse(DD_STR("<r><d k='v'> 1 </d><e/><d>2</d></r>"), &a, &r, NULL) == DD_OK);
	CHECK_STR(dd_xml_text_of(r, "d"), "1");
	CHECK_STR(dd_xml_text(dd_xml_again(dd_xml_get(r, "d"))), "2");
	CHECK(!dd_xml_again(dd_xml_again(dd_xml_get(r, "d"))) && !dd_xml_again(NULL) && !dd_xml_get(NULL, "d"));
	CHECK_STR(dd_xml_attribute(dd_xml_get(r, "d"), "k"), "v");
	CHECK_INT(dd_xml_attribute(r, "k").n + dd_xml_attribute(NULL, "k").n + dd_xml_text_of(NULL, "d").n, 0);
}
