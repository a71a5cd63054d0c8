/* SPDX-License-Identifier: Apache-2.0 */
/* Rows named after the mustache spec's own (github.com/mustache/spec, 1.4: comments, delimiters, interpolation,
 * inverted, sections), whose examples they are; then what is bad. Data is JSON. */
#include "format/mustache.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "format/json.h"
#include "support/test.h"

struct walk {
	const json_t *list;
	size_t i;
};

static void put(struct dd_mustache_node *node, const json_t *j)
{
	memcpy(node->bytes, &j, sizeof j);
}

static const json_t *get(const struct dd_mustache_node *node)
{
	const json_t *j;
	memcpy(&j, node->bytes, sizeof j);
	return j;
}

static void root(const void *ctx, struct dd_mustache_node *ret)
{
	put(ret, ctx);
}

static bool member(const void *ctx, const struct dd_mustache_node *of, struct dd_str name, struct dd_mustache_node *ret)
{
	(void)ctx;
	const json_t *j = json_is_object(get(of)) ? json_object_getn(get(of), name.p, name.n) : NULL;
	if (j)
		put(ret, j);
	return j != NULL;
}

static enum dd_mustache_kind kind(const void *ctx, const struct dd_mustache_node *node)
{
	const json_t *j = get(node);
	(void)ctx;
	if (json_is_array(j))
		return DD_MUSTACHE_LIST;
	bool empty = json_is_null(j) || json_is_false(j) || (json_is_string(j) && json_string_length(j) == 0) ||
		     (json_is_number(j) && json_number_value(j) == 0);
	return empty ? DD_MUSTACHE_FALSE : DD_MUSTACHE_TRUE;
}

static void text(const void *ctx, const struct dd_mustache_node *node, struct dd_buf *out)
{
	const json_t *j = get(node);
	(void)ctx;
	if (json_is_string(j))
		(void)dd_buf_add_str(out, dd_json_text(j));
	else if (json_is_integer(j))
		(void)dd_buf_addf(out, "%lld", (long long)json_integer_value(j));
	else if (json_is_real(j))
		(void)dd_buf_addf(out, "%g", json_real_value(j));
	else if (json_is_boolean(j))
		(void)dd_buf_add_c(out, json_is_true(j) ? "true" : "false");
}

static void first(const void *ctx, const struct dd_mustache_node *list, struct dd_mustache_node *ret)
{
	const struct walk w = { get(list), 0 };
	(void)ctx;
	memcpy(ret->bytes, &w, sizeof w);
}

static bool next(const void *ctx, struct dd_mustache_node *walk, struct dd_mustache_node *ret)
{
	struct walk w;
	(void)ctx;
	memcpy(&w, walk->bytes, sizeof w);
	const json_t *j = dd_json_at(w.list, w.i++);
	memcpy(walk->bytes, &w, sizeof w);
	if (j)
		put(ret, j);
	return j != NULL;
}

static enum dd_code render(struct dd_str source, const char *data, enum dd_mustache_escape escape, struct dd_buf *out,
			   struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	DD_TRY(dd_json_parse(dd_str_from(data), &j, err));
	const struct dd_mustache_data d = { j, root, member, kind, text, first, next };
	return dd_mustache_render(source, &d, escape, out, err);
}

static const struct {
	const char *name, *data, *template, *want;
} rows[] = {
	/* comments */
	{ "inline", "{}", "12345{{! Comment Block! }}67890", "1234567890" },
	{ "multiline", "{}", "12345{{!\n  This is a\n  multi-line comment...\n}}67890\n", "1234567890\n" },
	{ "standalone", "{}", "Begin.\n{{! Comment Block! }}\nEnd.\n", "Begin.\nEnd.\n" },
	{ "indented standalone", "{}", "Begin.\n  {{! Indented Comment Block! }}\nEnd.\n", "Begin.\nEnd.\n" },
	{ "standalone line endings", "{}", "|\r\n{{! Standalone Comment }}\r\n|", "|\r\n|" },
	{ "standalone without previous line", "{}", "  {{! I'm Still Standalone }}\n!", "!" },
	{ "standalone without newline", "{}", "!\n  {{! I'm Still Standalone }}", "!\n" },
	{ "multiline standalone", "{}", "Begin.\n{{!\nSomething's going on here...\n}}\nEnd.\n", "Begin.\nEnd.\n" },
	{ "indented inline", "{}", "  12 {{! 34 }}\n", "  12 \n" },
	{ "surrounding whitespace", "{}", "12345 {{! Comment Block! }} 67890", "12345  67890" },
	{ "variable name collision", "{\"! comment\": 1, \"comment\": 4}", "comments never show: >{{! comment }}<",
	  "comments never show: ><" },
	/* delimiters */
	{ "pair behavior", "{\"text\": \"Hey!\"}", "{{=<% %>=}}(<%text%>)", "(Hey!)" },
	{ "special characters", "{\"text\": \"It worked!\"}", "({{=[ ]=}}[text])", "(It worked!)" },
	{ "sections", "{\"section\": true, \"data\": \"I got interpolated.\"}",
	  "[\n{{#section}}\n  {{data}}\n  |data|\n{{/section}}\n\n{{= | | =}}\n|#section|\n  {{data}}\n  "
	  "|data|\n|/section|\n]\n",
	  "[\n  I got interpolated.\n  |data|\n\n  {{data}}\n  I got interpolated.\n]\n" },
	{ "inverted sections", "{\"section\": false, \"data\": \"I got interpolated.\"}",
	  "[\n{{^section}}\n  {{data}}\n  |data|\n{{/section}}\n\n{{= | | =}}\n|^section|\n  {{data}}\n  "
	  "|data|\n|/section|\n]\n",
	  "[\n  I got interpolated.\n  |data|\n\n  {{data}}\n  I got interpolated.\n]\n" },
	{ "post-partial behavior", "{}", "{{= | | =}}|! c|.|={{ }}=|.", ".." },
	{ "surrounding whitespace", "{}", "| {{=@ @=}} |", "|  |" },
	{ "outlying whitespace (inline)", "{}", " | {{=@ @=}}\n", " | \n" },
	{ "standalone tag", "{}", "Begin.\n{{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n" },
	{ "indented standalone tag", "{}", "Begin.\n  {{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n" },
	{ "pair with padding", "{}", "|{{=@   @=}}|", "||" },
	/* interpolation */
	{ "no interpolation", "{}", "Hello from {Mustache}!\n", "Hello from {Mustache}!\n" },
	{ "basic interpolation", "{\"subject\": \"world\"}", "Hello, {{subject}}!\n", "Hello, world!\n" },
	{ "HTML escaping", "{\"forbidden\": \"& \\\" < >\"}", "These: {{forbidden}}\n",
	  "These: &amp; &quot; &lt; &gt;\n" },
	{ "triple mustache", "{\"forbidden\": \"& \\\" < >\"}", "These: {{{forbidden}}}\n", "These: & \" < >\n" },
	{ "ampersand", "{\"forbidden\": \"& \\\" < >\"}", "These: {{&forbidden}}\n", "These: & \" < >\n" },
	{ "basic integer interpolation", "{\"mph\": 85}", "\"{{mph}} miles an hour!\"", "\"85 miles an hour!\"" },
	{ "basic decimal interpolation", "{\"power\": 1.21}", "\"{{power}} jiggawatts!\"", "\"1.21 jiggawatts!\"" },
	{ "basic null interpolation", "{\"cannot\": null}", "I ({{cannot}}) be seen!", "I () be seen!" },
	{ "basic context miss", "{}", "I ({{cannot}}) be seen! ({{{cannot}}}) ({{&cannot}})", "I () be seen! () ()" },
	{ "dotted names", "{\"person\": {\"name\": \"Joe\"}}",
	  "\"{{person.name}}\" == \"{{#person}}{{name}}{{/person}}\"", "\"Joe\" == \"Joe\"" },
	{ "dotted names - arbitrary depth", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"name\":\"Phil\"}}}}}}",
	  "\"{{a.b.c.d.e.name}}\" == \"Phil\"", "\"Phil\" == \"Phil\"" },
	{ "dotted names - broken chains", "{\"a\": {}}", "\"{{a.b.c}}\" == \"\"", "\"\" == \"\"" },
	{ "dotted names - broken chain resolution", "{\"a\": {\"b\": {}}, \"c\": {\"name\": \"Jim\"}}",
	  "\"{{a.b.c.name}}\" == \"\"", "\"\" == \"\"" },
	{ "dotted names - initial resolution",
	  "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"name\":\"Phil\"}}}}},\"b\":{\"c\":{\"d\":{\"e\":{\"name\":\"Wrong\"}}}"
	  "}}",
	  "\"{{#a}}{{b.c.d.e.name}}{{/a}}\" == \"Phil\"", "\"Phil\" == \"Phil\"" },
	{ "dotted names - context precedence", "{\"a\": {\"b\": {}}, \"b\": {\"c\": \"ERROR\"}}", "{{#a}}{{b.c}}{{/a}}",
	  "" },
	{ "implicit iterators - basic", "[\"world\"]", "Hello, {{#.}}{{.}}{{/.}}!\n", "Hello, world!\n" },
	{ "surrounding whitespace", "{\"string\": \"---\"}", "| {{string}} | {{{string}}} | {{&string}} |",
	  "| --- | --- | --- |" },
	{ "standalone", "{\"string\": \"---\"}", "  {{string}}\n", "  ---\n" },
	{ "with padding", "{\"string\": \"---\"}", "|{{ string }}|{{{ string }}}|{{& string }}|", "|---|---|---|" },
	/* inverted */
	{ "falsey", "{\"boolean\": false}", "\"{{^boolean}}This should be rendered.{{/boolean}}\"",
	  "\"This should be rendered.\"" },
	{ "truthy", "{\"boolean\": true}", "\"{{^boolean}}This should not be rendered.{{/boolean}}\"", "\"\"" },
	{ "null is falsey", "{\"null\": null}", "\"{{^null}}This should be rendered.{{/null}}\"",
	  "\"This should be rendered.\"" },
	{ "context", "{\"context\": {\"name\": \"Joe\"}}", "\"{{^context}}Hi {{name}}.{{/context}}\"", "\"\"" },
	{ "list", "{\"list\": [{\"n\": 1}]}", "\"{{^list}}{{n}}{{/list}}\"", "\"\"" },
	{ "empty list", "{\"list\": []}", "\"{{^list}}Yay lists!{{/list}}\"", "\"Yay lists!\"" },
	{ "doubled", "{\"bool\": false, \"two\": \"second\"}",
	  "{{^bool}}\n* first\n{{/bool}}\n* {{two}}\n{{^bool}}\n* third\n{{/bool}}\n", "* first\n* second\n* third\n" },
	{ "nested (falsey)", "{\"bool\": false}", "| A {{^bool}}B {{^bool}}C{{/bool}} D{{/bool}} E |",
	  "| A B C D E |" },
	{ "nested (truthy)", "{\"bool\": true}", "| A {{^bool}}B {{^bool}}C{{/bool}} D{{/bool}} E |", "| A  E |" },
	{ "context misses", "{}", "[{{^missing}}Cannot find key 'missing'!{{/missing}}]",
	  "[Cannot find key 'missing'!]" },
	{ "dotted names - falsey", "{\"a\": {\"b\": {\"c\": false}}}", "\"{{^a.b.c}}Not Here{{/a.b.c}}\"",
	  "\"Not Here\"" },
	{ "internal whitespace", "{\"boolean\": false}",
	  " | {{^boolean}} {{! Important Whitespace }}\n {{/boolean}} | \n", " |  \n  | \n" },
	{ "indented inline sections", "{\"boolean\": false}",
	  " {{^boolean}}NO{{/boolean}}\n {{^boolean}}WAY{{/boolean}}\n", " NO\n WAY\n" },
	{ "standalone indented lines", "{\"boolean\": false}",
	  "| This Is\n  {{^boolean}}\n|\n  {{/boolean}}\n| A Line\n", "| This Is\n|\n| A Line\n" },
	{ "standalone line endings", "{\"boolean\": false}", "|\r\n{{^boolean}}\r\n{{/boolean}}\r\n|", "|\r\n|" },
	{ "standalone without newline", "{\"boolean\": false}", "^{{^boolean}}\n/\n  {{/boolean}}", "^\n/\n" },
	/* sections */
	{ "context", "{\"context\": {\"name\": \"Joe\"}}", "\"{{#context}}Hi {{name}}.{{/context}}\"", "\"Hi Joe.\"" },
	{ "parent contexts", "{\"a\": \"foo\", \"b\": \"wrong\", \"sec\": {\"b\": \"bar\"}, \"c\": {\"d\": \"baz\"}}",
	  "\"{{#sec}}{{a}}, {{b}}, {{c.d}}{{/sec}}\"", "\"foo, bar, baz\"" },
	{ "variable test", "{\"foo\": \"bar\"}", "\"{{#foo}}{{.}} is {{foo}}{{/foo}}\"", "\"bar is bar\"" },
	{ "list contexts",
	  "{\"tops\": [{\"tname\": {\"upper\": \"A\", \"lower\": \"a\"}, \"middles\": [{\"mname\": \"1\", \"bottoms\": "
	  "[{\"bname\": \"x\"}, {\"bname\": \"y\"}]}]}]}",
	  "{{#tops}}{{#middles}}{{tname.lower}}{{mname}}.{{#bottoms}}{{tname.upper}}{{mname}}{{bname}}.{{/bottoms}}{{/"
	  "middles}}{{/tops}}",
	  "a1.A1x.A1y." },
	{ "deeply nested contexts", "{\"a\": {\"one\": 1}, \"b\": {\"two\": 2}, \"c\": {\"three\": 3}}",
	  "{{#a}}\n{{one}}\n{{#b}}\n{{one}}{{two}}{{one}}\n{{#c}}\n{{one}}{{two}}{{three}}{{two}}{{one}}\n{{/c}}\n{{/"
	  "b}}\n{{/a}}\n",
	  "1\n121\n12321\n" },
	{ "list", "{\"list\": [{\"item\": 1}, {\"item\": 2}, {\"item\": 3}]}", "\"{{#list}}{{item}}{{/list}}\"",
	  "\"123\"" },
	{ "empty list", "{\"list\": []}", "\"{{#list}}Yay lists!{{/list}}\"", "\"\"" },
	{ "implicit iterator - string", "{\"list\": [\"a\", \"b\", \"c\"]}", "\"{{#list}}({{.}}){{/list}}\"",
	  "\"(a)(b)(c)\"" },
	{ "implicit iterator - array", "{\"list\": [[1, 2, 3], [\"a\", \"b\"]]}",
	  "\"{{#list}}({{#.}}{{.}}{{/.}}){{/list}}\"", "\"(123)(ab)\"" },
	{ "implicit iterator - HTML escaping", "{\"list\": [\"&\", \"<\"]}", "{{#list}}({{.}}){{/list}}",
	  "(&amp;)(&lt;)" },
	{ "implicit iterator - raw", "{\"list\": [\"&\", \"<\"]}", "{{#list}}({{{.}}}){{/list}}", "(&)(<)" },
	{ "dotted names - truthy", "{\"a\": {\"b\": {\"c\": true}}}", "\"{{#a.b.c}}Here{{/a.b.c}}\"", "\"Here\"" },
	{ "standalone lines", "{\"boolean\": true}", "| This Is\n{{#boolean}}\n|\n{{/boolean}}\n| A Line\n",
	  "| This Is\n|\n| A Line\n" },
	{ "surrounding whitespace", "{\"boolean\": true}", " | {{#boolean}}\t|\t{{/boolean}} | \n", " | \t|\t | \n" },
	{ "padding", "{\"boolean\": true}", "|{{# boolean }}={{/ boolean }}|", "|=|" },
	/* of our own */
	{ "zero and the empty text are false", "{\"n\": 0, \"s\": \"\"}",
	  "{{#n}}x{{/n}}{{#s}}y{{/s}}{{^n}}1{{/n}}{{^s}}2{{/s}}", "12" },
	{ "control characters", "{\"s\": \"a\\u001b[2J\\n\\u0000\"}", "{{{s}}} {{s}}",
	  "a\\x1b[2J\n\\x00 a\\x1b[2J\n\\x00" },
	{ "empty template", "{}", "", "" },
	{ "a brace that opens nothing", "{}", "{ {", "{ {" },
};

TEST(mustache_spec)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(10000);
		struct dd_err err = { 0 };
		CHECK_INT_ROW(render(dd_str_from(rows[i].template), rows[i].data, DD_MUSTACHE_HTML, &out, &err), DD_OK,
			      rows[i].name);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].name);
	}
}

TEST(mustache_plain)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(10000);
	struct dd_err err;
	CHECK_INT(render(DD_STR("{{s}}"), "{\"s\": \"<a> & \\u202e\"}", DD_MUSTACHE_PLAIN, &out, &err), DD_OK);
	CHECK_STR(dd_buf_str(&out), "<a> & \\xe2\\x80\\xae");
}

TEST(mustache_errors)
{
	static const struct {
		const char *template, *message;
		enum dd_code code;
	} bad[] = {
		{ "a\nb {{#x}}\n", "template: line 2: section 'x' does not end", DD_EPARSE },
		{ "a\n\n{{/x}}", "template: line 3: section 'x' ends, but none is open", DD_EPARSE },
		{ "{{#x}}\n{{#y}}{{/x}}", "template: line 2: section 'x' ends where 'y' of line 2 is open", DD_EPARSE },
		{ "\n{{name", "template: line 2: a tag does not end", DD_EPARSE },
		{ "{{{name}}", "template: line 1: a tag does not end", DD_EPARSE },
		{ "{{}}", "template: line 1: '' is no name", DD_EPARSE },
		{ "{{a b}}", "template: line 1: 'a b' is no name", DD_EPARSE },
		{ "{{a..b}}", "template: line 1: 'a..b' is no name", DD_EPARSE },
		{ "{{.a}}", "template: line 1: '.a' is no name", DD_EPARSE },
		{ "{{=<%=}}", "template: line 1: delimiters are set as in {{=<% %>=}}", DD_EPARSE },
		{ "{{=a b c=}}", "template: line 1: delimiters are set as in {{=<% %>=}}", DD_EPARSE },
		{ "x\n{{>partial}}",
		  "template: line 2: a template is one file: there are no partials, blocks and parents",
		  DD_EUNSUPPORTED },
		{ "{{<p}}{{/p}}", "template: line 1: a template is one file: there are no partials, blocks and parents",
		  DD_EUNSUPPORTED },
	};
	for (size_t i = 0; i < DD_COUNT(bad); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000);
		struct dd_err err = { 0 };
		CHECK_INT_ROW(render(dd_str_from(bad[i].template), "{}", DD_MUSTACHE_HTML, &out, &err), bad[i].code,
			      bad[i].template);
		CHECK_STR_ROW(dd_str_from(err.message), bad[i].message, bad[i].template);
	}
}

TEST(mustache_limits)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(1000), deep = DD_BUF_INIT(DD_MIB), tags = DD_BUF_INIT(DD_MIB);
	struct dd_err err = { 0 };
	for (int i = 0; i <= DD_MUSTACHE_DEPTH_MAX; i++)
		(void)dd_buf_add_c(&deep, "{{#.}}");
	CHECK_INT(render(dd_buf_str(&deep), "{}", DD_MUSTACHE_HTML, &out, &err), DD_ELIMIT);
	CHECK_STR(dd_str_from(err.message), "template: line 1: sections are nested deeper than 32");
	for (int i = 0; i <= DD_MUSTACHE_TOKENS_MAX; i++)
		(void)dd_buf_add_c(&tags, "{{.}}");
	CHECK_INT(render(dd_buf_str(&tags), "{}", DD_MUSTACHE_HTML, &out, &err), DD_ELIMIT);
	/* 10^9 times nothing. */
	CHECK_INT(render(DD_STR("{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{^l}}{{/l}}{{/l}}{{/l}}{{/"
				"l}}{{/l}}{{/l}}"
				"{{/l}}{{/l}}{{/l}}{{/l}}"),
			 "{\"l\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}", DD_MUSTACHE_HTML, &out, &err),
		  DD_ELIMIT);
	CHECK_INT(render(DD_STR("{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}"),
			 "{\"l\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}", DD_MUSTACHE_HTML, &out, &err),
		  DD_ELIMIT);
}
