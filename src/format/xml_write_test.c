/* SPDX-License-Identifier: Apache-2.0 */
#include "format/xml_write.h"

#include "base/limits.h"
#include "support/test.h"

TEST(xmlw_layout)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(4096);
	struct dd_xmlw x = dd_xmlw_open(&out);
	dd_xmlw_start(&x, "bom");
	dd_xmlw_attr(&x, "xmlns", DD_STR("urn:x"));
	dd_xmlw_attr_known(&x, "none", DD_STR(""));
	dd_xmlw_attr_u64(&x, "n", UINT64_MAX);
	dd_xmlw_start(&x, "list");
	dd_xmlw_element(&x, "a", DD_STR("one\ttwo\nthree"));
	dd_xmlw_element(&x, "b", DD_STR(""));
	dd_xmlw_element_known(&x, "c", DD_STR(""));
	dd_xmlw_end(&x);
	dd_xmlw_start(&x, "mixed");
	dd_xmlw_text(&x, DD_STR("x"));
	dd_xmlw_text(&x, DD_STR("y"));
	dd_xmlw_end(&x);
	dd_xmlw_end(&x);
	dd_xmlw_close(&x);
	CHECK_STR(dd_buf_str(&out), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				    "<bom xmlns=\"urn:x\" n=\"18446744073709551615\">\n"
				    "  <list>\n"
				    "    <a>one\ttwo\nthree</a>\n"
				    "    <b/>\n"
				    "  </list>\n"
				    "  <mixed>xy</mixed>\n"
				    "</bom>\n");
}

TEST(xml_escape)
{
	static const struct {
		struct dd_str in;
		const char *text, *attribute;
	} rows[] = {
		{ DD_STR("plain \\ back"), "plain \\ back", "plain \\ back" },
		{ DD_STR("<a b=\"c\" d='e'>&amp;]]>"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;]]&gt;",
		  "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;]]&gt;" },
		{ DD_STR("a\tb\nc\rd"), "a\tb\nc&#13;d", "a&#9;b&#10;c&#13;d" },
		{ DD_STR("nul\0bell\a\x1b[2J\x7f"), "nul\\x00bell\\x07\\x1b[2J&#127;",
		  "nul\\x00bell\\x07\\x1b[2J&#127;" },
		/* U+00E9, U+6F22, U+1F4A3 stay; C1 and bidi marks are references; U+FFFE is no XML character. */
		{ DD_STR("\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x92\xa3"), "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x92\xa3",
		  "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x92\xa3" },
		{ DD_STR("\xc2\x9b\xe2\x80\xae"), "&#155;&#8238;", "&#155;&#8238;" },
		{ DD_STR("\xef\xbf\xbe"), "\\xef\\xbf\\xbe", "\\xef\\xbf\\xbe" },
		{ DD_STR("\xff\xc3(\xed\xa0\x80"), "\\xff\\xc3(\\xed\\xa0\\x80", "\\xff\\xc3(\\xed\\xa0\\x80" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(4096), attribute = DD_BUF_INIT(4096);
		dd_xml_escape(&text, rows[i].in, false);
		dd_xml_escape(&attribute, rows[i].in, true);
		CHECK_STR(dd_buf_str(&text), rows[i].text);
		CHECK_STR(dd_buf_str(&attribute), rows[i].attribute);
	}
}

/* Over its limit the buffer has failed, wherever that is. */
TEST(xmlw_over_the_limit)
{
	for (size_t max = 0; max < 70; max++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(max);
		struct dd_err err;
		struct dd_xmlw x = dd_xmlw_open(&out);
		dd_xmlw_start(&x, "a");
		dd_xmlw_attr(&x, "b", DD_STR("c<\xff\x01"));
		dd_xmlw_element(&x, "d", DD_STR("efg"));
		dd_xmlw_end(&x);
		dd_xmlw_close(&x);
		CHECK_INT(dd_buf_check(&out, "xml", &err), DD_ELIMIT);
	}
}
