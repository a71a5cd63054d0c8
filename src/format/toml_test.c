/* SPDX-License-Identifier: Apache-2.0 */
#include "format/toml.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "support/node_text.h"
#include "support/test.h"

static void parse(struct dd_str doc, struct dd_buf *out)
{
	show_parsed(dd_toml_parse, doc, out);
}

static void check_rows(const struct row *rows, size_t n)
{
	check_parsed(dd_toml_parse, rows, n);
}

TEST(toml_values)
{
	static const struct row rows[] = {
		{ "", "{}" },
		{ "\xef\xbb\xbf# only a comment", "{}" },
		{ "a = 1\r\nb = +99 # x\nc=-17\n", "{a=i1,b=i99,c=i-17}" },
		{ "a=0xdead_BEEF\nb=0o755\nc=0b11\nd=1_000\ne=-0", "{a=i3735928559,b=i493,c=i3,d=i1000,e=i0}" },
		{ "a=9223372036854775807\nb=-9223372036854775808", "{a=i9223372036854775807,b=i-9223372036854775808}" },
		{ "a=3.14\nb=-0.01\nc=5e+22\nd=1e06\ne=6.626e-34\nf=224_617.445_991\ng=inf\nh=-nan",
		  "{a=f3.14,b=f-0.01,c=f5e+22,d=f1e06,e=f6.626e-34,f=f224_617.445_991,g=finf,h=f-nan}" },
		{ "a=true\nb=false", "{a=btrue,b=bfalse}" },
		{ "a=1979-05-27T07:32:00Z\nb=1979-05-27 00:32:00.999-07:00\nc=1979-05-27\nd=07:32:00 \ne=2024-02-29#",
		  "{a=t1979-05-27T07:32:00Z,b=t1979-05-27 "
		  "00:32:00.999-07:00,c=t1979-05-27,d=t07:32:00,e=t2024-02-29}" },
		{ "a='C:\\n'\nb=\"q\\\"\\t\\u00e9\\U0001F600\"", "{a=s'C:\\n',b=s'q\"\t\xc3\xa9\xf0\x9f\x98\x80'}" },
		{ "a=\"\"\"\nx\\\n   y\"\"\"\"\"\nb='''\r\n'a''b'''", "{a=s'xy\"\"',b=s''a''b'}" },
		{ "a=\"\"\nb=''\nc=\"\"\"\"\"\"", "{a=s'',b=s'',c=s''}" },
		{ "a=[]\nb=[1,\"x\", [ 2,],\n# c\n{k=1}, ]", "{a=[],b=[i1,s'x',[i2],{k=i1}]}" },
		{ "a={}\nb={x=1, y.z=2, \"q\"={}}", "{a={},b={x=i1,y={z=i2},q={}}}" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(toml_tables_and_keys)
{
	static const struct row rows[] = {
		{ "a.b . c=1\na.\"d.e\"=2\n3.1='x'\n\"\"=4", "{a={b={c=i1},d.e=i2},3={1=s'x'},=i4}" },
		{ "[a]\nx=1\n[a.b]\ny=2\n[c]\n", "{a={x=i1,b={y=i2}},c={}}" },
		{ "[a.b.c]\nx=1\n[a]\ny=2", "{a={b={c={x=i1}},y=i2}}" },
		{ "[ a . 'b' ] # c\nx=1", "{a={b={x=i1}}}" },
		{ "[[p]]\nn=1\n[p.s]\nx=2\n[[p.q]]\n[[p.q]]\nz=1\n[[p]]\nn=2",
		  "{p=[{n=i1,s={x=i2},q=[{},{z=i1}]},{n=i2}]}" },
		{ "[f]\na.b=1\na.c=2\n[f.a.d]\ne=3", "{f={a={b=i1,c=i2,d={e=i3}}}}" },
		{ "[a.b.c]\n[a]\nb.d=1", "{a={b={c={},d=i1}}}" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(toml_refuses_with_offset)
{
	static const struct row rows[] = {
		{ "a", "!1" },
		{ "a =", "!3" },
		{ "a = \n", "!4" },
		{ "= 1", "!0" },
		{ "a = 1 b = 2", "!6" },
		{ "a=1\na=2", "!4" },
		{ "a=1\na.b=2", "!4" },
		{ "a.b=1\na=2", "!6" },
		{ "[a]\n[a]", "!4" },
		{ "[a]\nb=1\n[a.b]", "!8" },
		{ "[[a]]\n[a]", "!6" },
		{ "[a]\n[[a]]", "!4" },
		{ "a=[]\n[[a]]", "!5" },
		{ "a={}\n[a.b]", "!5" },
		{ "a={}\na.b=1", "!5" },
		{ "a={b=1,b=2}", "!7" },
		{ "a={b={},b.c=2}", "!8" },
		{ "[f]\na.b=1\n[f.a]", "!10" },
		{ "[a.b]\n[a]\nb.c=1", "!10" },
		{ "[a.b.c]\nz=9\n[a]\nb.c.t=\"x\"", "!16" },
		{ "[[a.b]]\n[a]\nb.y=2", "!12" },
		{ "[a", "!2" },
		{ "[a\n]", "!2" },
		{ "[]", "!1" },
		{ "[a.]", "!3" },
		{ "[[a]", "!4" },
		{ "[[a] ]", "!4" },
		{ "[a] b=1", "!4" },
		{ "a=\"x", "!4" },
		{ "a=\"x\ny\"", "!4" },
		{ "a=\"\\", "!4" },
		{ "a=\"\\x41\"", "!3" },
		{ "a=\"\\e\"", "!3" },
		{ "a=\"\\ud800\"", "!3" },
		{ "a=\"\\u12\"", "!7" },
		{ "a=\"\\U00110000\"", "!3" },
		{ "a='\x01'", "!3" },
		{ "a='\xff'", "!3" },
		{ "# \x7f", "!2" },
		{ "# \xc0\xaf", "!2" },
		{ "a='''x''", "!8" },
		{ "\"\"\"a\"\"\"=1", "!0" },
		{ "a=01", "!4" },
		{ "a=1__0", "!6" },
		{ "a=_1", "!4" },
		{ "a=1_", "!4" },
		{ "a=1. ", "!2" },
		{ "a=.5\n", "!2" },
		{ "a=1.e5\n", "!2" },
		{ "a=0x\n", "!2" },
		{ "a=+0x1\n", "!2" },
		{ "a=9223372036854775808\n", "!2" },
		{ "a=-9223372036854775809\n", "!2" },
		{ "a=True\n", "!2" },
		{ "a=2023-02-29\n", "!2" },
		{ "a=2023-13-01\n", "!2" },
		{ "a=24:00:00\n", "!2" },
		{ "a=07:32\n", "!2" },
		{ "a=2020-01-01T\n", "!2" },
		{ "a=2020-01-01T00:00:00+24:00\n", "!2" },
		{ "a=[1 2]", "!5" },
		{ "a=[,]", "!3" },
		{ "a=[1,,2]", "!5" },
		{ "a={b=1,}", "!7" },
		{ "a={b=1\n}", "!6" },
		{ "a={,}", "!3" },
		{ "a=1\rb=2", "!3" },
		{ "a=1\n\r", "!4" },
		{ "a b=1", "!2" },
		{ "\xc3\xa9=1", "!0" },
	};
	check_rows(rows, DD_COUNT(rows));
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(64);
	parse((struct dd_str){ "a='\0'", 5 }, &out);
	CHECK_STR(dd_buf_str(&out), "!3");
}

/* Depth, keys and width have limits; a table of very many keys takes time that grows with it. */
TEST(toml_limits)
{
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(256 * DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
	(void)dd_buf_add_c(&doc, "a=");
	for (int i = 0; i < 200000; i++)
		(void)dd_buf_add_char(&doc, '[');
	parse(dd_buf_str(&doc), &out);
	CHECK_STR(dd_buf_str(&out), "#129");
	dd_buf_clear(&doc);
	dd_buf_clear(&out);
	for (int i = 0; i < 200000; i++)
		(void)dd_buf_add_c(&doc, "a.");
	parse(dd_buf_str(&doc), &out);
	CHECK_STR(dd_buf_str(&out), "#256");
	dd_buf_clear(&doc);
	dd_buf_clear(&out);
	for (int i = 0; i < 200000; i++)
		(void)dd_buf_addf(&doc, "key%d=1\n", i);
	(void)dd_buf_add_c(&doc, "key77777=2\n");
	parse(dd_buf_str(&doc), &out);
	CHECK_INT(out.p[0], '!');
	dd_buf_clear(&doc);
	dd_buf_clear(&out);
	(void)dd_buf_add_c(&doc, "a=[");
	for (int i = 0; i < DD_TOML_NODES_MAX; i++)
		(void)dd_buf_add_c(&doc, "1,");
	parse(dd_buf_str(&doc), &out);
	CHECK_INT(out.p[0], '#');
}

/* "name[!]:tree;" of each part, "?offset;" of each that cannot be read. */
static void walk(struct dd_str doc, struct dd_buf *out)
{
	struct dd_toml_walk w;
	bool more = true;
	dd_toml_walk_open(&w, doc);
	for (size_t calls = 0; more && calls <= doc.n; calls++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_toml_part part;
		struct dd_err err = { 0 };
		if (dd_toml_walk_next(&w, &a, &part, &more, &err) != DD_OK) {
			(void)dd_buf_addf(out, "?%llu;", (unsigned long long)err.at);
			continue;
		}
		if (!more)
			break;
		(void)dd_buf_addf(out, "%.*s%s:", DD_FMT(part.name), part.element ? "!" : "");
		show(part.table, out);
		(void)dd_buf_add_char(out, ';');
	}
	CHECK(!more);
}

TEST(toml_walks_parts_and_goes_on_behind_bad_ones)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "# c\nversion = 3\n\n[[package]]\nname='a'\n[package.source]\nx=1\n[[package]]\nname='b'\n",
		  ":{version=i3};package!:{name=s'a',source={x=i1}};package!:{name=s'b'};" },
		{ "[[package]]\n[[package.dep]]\nn=1\n[[package.dep]]\nn=2\n[metadata.files]\na=[]\n[metadata.b]\n",
		  "package!:{dep=[{n=i1},{n=i2}]};metadata:{files={a=[]},b={}};" },
		{ "[a]\nx=1\n[a.b]\n[c]\n[a.d]\n", "a:{x=i1,b={}};c:{};a:{d={}};" },
		{ "[[p]]\nn=1\nn=2\n[p.x]\n[[p]]\nn=3\n", "?10;p:{x={}};p!:{n=i3};" },
		{ "[[p]]\nn=1\n[[p]]\nn='cut", "p!:{n=i1};?22;" },
		{ "[[p]]\nn=1\n[[p\n[[p]]\nn=2", "?13;p!:{n=i2};" },
		{ "x y\n", "?2;" },
		{ "[[p]]\na=\"\"\"\n[[p]]\n\"\"\"\n[[p]]\n", "p!:{a=s'[[p]]\n'};p!:{};" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		walk(dd_str_from(rows[i].in), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

TEST(toml_cut_anywhere_is_read_or_refused)
{
	static const char doc[] = "a.b = 1 # c\n[[p]]\ns = \"\\u00e9 x\"\nm = '''y\nz'''\nd = 1979-05-27 07:32:00\n"
				  "t = { k = [ 1, 2.5, true ] }\n[p.\"q r\"]\nz = 0x1f\n";
	for (size_t n = 0; n < sizeof doc; n++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		parse((struct dd_str){ doc, n }, &out);
		CHECK(out.n && (out.p[0] == '{' || out.p[0] == '!'));
		walk((struct dd_str){ doc, n }, &out);
	}
}

TEST(toml_memory_may_run_out)
{
	static const char doc[] = "a=\"\\n\"\n[[p]]\nb=1\n[p.c]\nd=[1,2,{e=3}]\n";
	bool ok = false;
	for (uint64_t nth = 1; nth < 1000 && !ok; nth++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(64 * DD_MIB);
		const struct dd_node *root = NULL;
		struct dd_err err = { 0 };
		dd_alloc_fail_from(nth);
		ok = dd_toml_parse(DD_STR("a=\"\\n\"\n[[p]]\nb=1\n"), &a, &root, &err) == DD_OK;
		dd_alloc_fail_from(0);
		CHECK(ok || !root);
	}
	CHECK(ok);
	struct dd_arena small DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(300);
	const struct dd_node *root = NULL;
	CHECK(dd_toml_parse(dd_str_from(doc), &small, &root, NULL) == DD_ELIMIT && !root);
}

TEST(node_getters_give_the_empty_value_for_other_kinds)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	const struct dd_node *t = NULL;
	int64_t n = 5;
	CHECK(dd_toml_parse(DD_STR("s='x'\ni=7\nb=true\nf=1.10\na=[1]\nt={}"), &a, &t, NULL) == DD_OK);
	CHECK_STR(dd_node_str(t, "s"), "x");
	CHECK_INT(dd_node_str(t, "i").n, 0);
	CHECK_INT(dd_node_str(t, "none").n, 0);
	CHECK_INT(dd_node_str(NULL, "s").n, 0);
	CHECK_INT(dd_node_str(dd_node_get(t, "a"), "s").n, 0);
	CHECK(dd_node_int(t, "i", &n) && n == 7 && !dd_node_int(t, "s", &n) && !dd_node_int(NULL, "i", &n));
	CHECK(dd_node_bool(t, "b") && !dd_node_bool(t, "i") && !dd_node_bool(t, "none"));
	CHECK_STR(dd_node_scalar_of(t, "f"), "1.10");
	CHECK_INT(dd_node_scalar_of(t, "a").n, 0);
	CHECK(dd_node_array(t, "a") && !dd_node_array(t, "t") && dd_node_table(t, "t") && !dd_node_table(t, "s"));
	CHECK(dd_node_len(t) == 6 && dd_node_len(NULL) == 0 && !dd_node_first(NULL) &&
	      !dd_node_first(dd_node_get(t, "s")));
	CHECK_INT(dd_node_get(t, "f")->at, 19);
}
