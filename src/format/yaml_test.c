/* SPDX-License-Identifier: Apache-2.0 */
#include "format/yaml.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "support/node_text.h"
#include "support/test.h"

static void parse(struct dd_str doc, struct dd_buf *out)
{
	show_parsed(dd_yaml_parse, doc, out);
}

static void check_rows(const struct row *rows, size_t n)
{
	check_parsed(dd_yaml_parse, rows, n);
}

TEST(yaml_values)
{
	static const struct row rows[] = {
		{ "", "[]" },
		{ "# c\n", "[]" },
		{ "\xef\xbb\xbf"
		  "a: b",
		  "[{a=s'b'}]" },
		{ "a", "[s'a']" },
		{ "---\na\n...\n---\n- b\n---\n", "[s'a',[s'b'],z]" },
		{ "a: [1, -2, 0x1F, 0o17, 012, 1.5, .inf, -.Inf, 1e3, ~, null, '', x]",
		  "[{a=[i1,i-2,i31,i15,i12,f1.5,f.inf,f-.Inf,f1e3,z~,znull,s'',s'x']}]" },
		{ "- yes\n- 1_000\n- 1.2.3\n- '5'\n- \"6\"\n- !!str 7\n- ! 8\n- 99999999999999999999\n- 0o8\n- +\n- .",
		  "[[s'yes',s'1_000',s'1.2.3',s'5',s'6',s'7',s'8',f99999999999999999999,s'0o8',s'+',s'.']]" },
		{ "a: {b: c, d: [], e: {}}\n\"f g\": |\n  x\n  y\nh: >-\n  x\n  y\n",
		  "[{a={b=s'c',d=[],e={}},f g=s'x\ny\n',h=s'x y'}]" },
		{ "a: \"\\u00e9\\x41\"\n? b\n: c\n1: d\n", "[{a=s'\xc3\xa9"
							   "A',b=s'c',1=s'd'}]" },
		{ "{\"a\": {\"b\": [true, false, null, \"c\"]}}", "[{a={b=[btrue,bfalse,znull,s'c']}}]" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(yaml_repeated_keys_aliases_and_merges)
{
	static const struct row rows[] = {
		{ "a: 1\nb: 2\na: 3\n", "[{b=i2,a!=i3}]" },
		{ "a: &x {k: 1}\nb: *x\nc: [*x, *x]\n", "[{a={k=i1},b={k=i1},c=[{k=i1},{k=i1}]}]" },
		{ "a: &x 1\nb: &x 2\nc: *x\n", "[{a=i1,b=i2,c=i2}]" },
		{ "&k key: 1\n*k : 2\n", "[{key!=i2}]" },
		{ "a: &x {k: 1, l: 2}\nb:\n  l: 3\n  <<: *x\n", "[{a={k=i1,l=i2},b={l=i3,k=i1}}]" },
		{ "a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc: {<<: [*x, *y]}\n", "[{a={k=i1},b={k=i2,m=i3},c={k=i1,m=i3}}]" },
		{ "a: {'<<': 1}\nb: {<<: 1}\n", "[{a={<<=i1},b={}}]" },
		{ "a: *x\n", "!3" },
		{ "a: &x [*x]\n", "!7" },
		{ "a: &x\n  b: {c: *x}\n", "!15" },
		{ "&x a: 1\n---\nb: *x\n", "!15" },
		{ "[a]: 1\n", "!0" },
		{ "? {a: b}\n: c\n", "!2" },
	};
	check_rows(rows, DD_COUNT(rows));
}

TEST(yaml_refuses_with_byte_offset)
{
	static const struct row rows[] = {
		{ "a: [1", "!5" },
		{ "a: 'x", "!5" },
		{ "a: b: c", "!4" },
		{ "a: 1\n b: 2", "!7" },
		{ "\xc3\xa9: 1\n\tb: 2", "!6" },
		{ "a: \xff", "!3" },
		{ "\xef\xbb\xbf"
		  "a: \xff",
		  "!6" },
		{ "a: \x01", "!3" },
		{ "a: @x", "!3" },
		{ "%YAML 2.0\n---\na", "!0" },
		{ "a: \"\\q\"", "!4" },
	};
	check_rows(rows, DD_COUNT(rows));
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(64);
	parse((struct dd_str){ "a: \0", 4 }, &out);
	CHECK_STR(dd_buf_str(&out), "!3");
}

TEST(yaml_bombs_are_stopped)
{
	static const char laughs[] = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
				     "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
				     "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(256 * DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
	parse(dd_str_from(laughs), &out);
	CHECK_INT(out.p[0], '#');
	static const char *const nests[] = { "[", "{a: ", "- ", "{? " };
	for (size_t i = 0; i < DD_COUNT(nests); i++) {
		dd_buf_clear(&doc);
		dd_buf_clear(&out);
		for (int k = 0; k < 100000; k++)
			(void)dd_buf_add_c(&doc, nests[i]);
		parse(dd_buf_str(&doc), &out);
		CHECK_ROW(out.p[0] == '#', nests[i]);
	}
	dd_buf_clear(&doc);
	dd_buf_clear(&out);
	for (int k = 0; k < 200000; k++)
		(void)dd_buf_addf(&doc, "k%d: 1\n", k % 100000);
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(256 * DD_MIB);
	const struct dd_node *root = NULL;
	CHECK(dd_yaml_parse(dd_buf_str(&doc), &a, &root, NULL) == DD_OK);
	CHECK_INT(dd_node_len(dd_node_first(root)), 100000);
	dd_buf_clear(&doc);
	for (int k = 0; k <= DD_YAML_NODES_MAX / 2; k++)
		(void)dd_buf_add_c(&doc, "---\n- \n");
	parse(dd_buf_str(&doc), &out);
	CHECK_INT(out.p[0], '#');
}

/* Merging many maps into one, or one into many, copies no more than the limit. */
TEST(yaml_merge_bombs_are_stopped)
{
	struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(64 * DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
	(void)dd_buf_add_c(&doc, "a: &a\n");
	for (int k = 0; k < 2000; k++)
		(void)dd_buf_addf(&doc, "  k%d: 1\n", k);
	for (int k = 0; k < 2000; k++)
		(void)dd_buf_addf(&doc, "m%d: {<<: *a}\n", k);
	parse(dd_buf_str(&doc), &out);
	CHECK_INT(out.p[0], '#');
}

/* "section/name:tree;" of each item, "?offset" where it ends in an error. */
static void walk(struct dd_str doc, unsigned levels, struct dd_buf *out)
{
	struct dd_yaml_walk *w DD_CLEANUP_YAML_WALK = dd_yaml_walk_new(doc, levels);
	for (bool more = true; more;) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_yaml_item item;
		struct dd_err err = { 0 };
		if (dd_yaml_walk_next(w, &a, &item, &more, &err) != DD_OK) {
			(void)dd_buf_addf(out, "?%llu;", (unsigned long long)err.at);
			continue;
		}
		if (!more)
			return;
		(void)dd_buf_addf(out, "%zu %.*s/%.*s@%llu:", item.document, DD_FMT(item.section), DD_FMT(item.name),
				  (unsigned long long)item.at);
		show(item.value, out);
		(void)dd_buf_add_char(out, ';');
	}
}

TEST(yaml_walks_members)
{
	static const struct {
		const char *in;
		unsigned levels;
		const char *want;
	} rows[] = {
		{ "", 2, "" },
		{ "x", 2, "0 /@0:s'x';" },
		{ "a: 1\nb:\n  c: {d: 2}\n  e: 3\nf: [4, {g: 5}]\nh: {}\ni: 6\n", 2,
		  "0 /a@0:i1;0 b/c@10:{d=i2};0 b/e@22:i3;0 f/@31:i4;0 f/@34:{g=i5};0 /i@48:i6;" },
		{ "a: 1\nb: {c: d}\n", 1, "0 /a@0:i1;0 /b@5:{c=s'd'};" },
		{ "- a\n- b: c\n", 2, "0 /@2:s'a';0 /@6:{b=s'c'};" },
		{ "---\na: 1\n---\nb: {c: 2}\n", 2, "0 /a@4:i1;1 b/c@17:i2;" },
		{ "a: &x 1\nb: [*x]\n", 1, "0 /a@0:i1;?12;" },
		{ "p:\n  a: 1\n  b: [\n", 2, "0 p/a@5:i1;?17;" },
		{ "p:\n  \xc3\xa9: 1\n  [a]: 2", 2, "0 p/\xc3\xa9@5:i1;?13;" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		walk(dd_str_from(rows[i].in), rows[i].levels, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

TEST(yaml_walk_goes_on_behind_what_cannot_be_read)
{
	static const struct {
		const char *in;
		unsigned levels;
		const char *want;
	} rows[] = {
		{ "p:\n  a: 1\n  b: [\n  c: 3\n  d: {e: 4}\nq:\n  f: 5\nr: 6\n", 2,
		  "0 p/a@5:i1;?27;0 p/c@19:i3;0 p/d@26:{e=i4};0 q/f@41:i5;0 /r@46:i6;" },
		{ "a:\n  v: 1\nb:\n  v: 'x\nc:\n  v: 3\n", 1, "0 /a@0:{v=i1};?31;0 /c@21:{v=i3};" },
		{ "p:\n- a\n- {b: @}\n- c\nq: 1\n", 2, "0 p/@5:s'a';?13;0 p/@18:s'c';0 /q@20:i1;" },
		{ "p:\n  - a\n  - {b: @}\n  - c\nq: 1\n", 2, "0 p/@7:s'a';?17;0 p/@24:s'c';0 /q@26:i1;" },
		{ "p:\n  a: *x\n  # c\n\n  b: 2\n---\nc: 3\n", 2, "?8;0 p/b@20:i2;1 /c@29:i3;" },
		{ "\xc3\xa9: @\n\xc3\xa8: 2\n\xc3\xa0: \xff\nb: 4\n", 1, "?4;0 /\xc3\xa8@6:i2;?16;0 /b@18:i4;" },
		{ "a: @\nb: @\nc: @\n", 1, "?3;?8;?13;" },
		{ "}\n}\na: 1\n", 1, "?0;?2;0 /a@4:i1;" },
		{ "p: {a: 1,\n  b: @,\nc: 2}\nq: 3\n", 2, "0 p/a@4:i1;?15;0 /c@18:s'2}';0 /q@24:i3;" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		walk(dd_str_from(rows[i].in), rows[i].levels, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

/* Thousands of damages, and errors that stand far behind their causes, end. */
TEST(yaml_walk_goes_on_a_limited_number_of_times)
{
	static const char *const lines[] = { "a: @\n", "a: [\n", "a: \"\nb: \"c\n", "- [\n", "a: {b: [\n" };
	for (size_t i = 0; i < DD_COUNT(lines); i++) {
		struct dd_buf doc DD_CLEANUP_BUF = DD_BUF_INIT(8 * DD_MIB),
				  out DD_CLEANUP_BUF = DD_BUF_INIT(8 * DD_MIB);
		for (int k = 0; k < 100000; k++)
			(void)dd_buf_add_c(&doc, lines[i]);
		walk(dd_buf_str(&doc), 2, &out);
		CHECK_ROW(out.n > 0, lines[i]);
	}
}

TEST(yaml_cut_anywhere_is_read_or_refused)
{
	static const char doc[] = "%YAML 1.2\n---\na: &x {b: [1, 'c', \"\\u00e9\"]}\n\xc3\xa9:\n  - *x\n  - |\n   t\n"
				  "  - !!str 5\nq: {<<: *x}\n...\n---\n";
	for (size_t n = 0; n < sizeof doc; n++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		parse((struct dd_str){ doc, n }, &out);
		CHECK(out.n && (out.p[0] == '[' || out.p[0] == '!'));
		walk((struct dd_str){ doc, n }, 1, &out);
		walk((struct dd_str){ doc, n }, 2, &out);
	}
}

TEST(yaml_memory_may_run_out)
{
	static const char doc[] = "a: &x {b: 1, b: 2}\nc: {<<: *x}\n";
	bool ok = false;
	for (uint64_t nth = 1; nth < 1000 && !ok; nth++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		const struct dd_node *root = NULL;
		dd_alloc_fail_from(nth);
		ok = dd_yaml_parse(dd_str_from(doc), &a, &root, NULL) == DD_OK;
		dd_alloc_fail_from(0);
		CHECK(ok || !root);
	}
	CHECK(ok);
	for (size_t limit = 0; limit < 2000; limit += 50) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(limit);
		const struct dd_node *root = NULL;
		(void)dd_yaml_parse(dd_str_from(doc), &a, &root, NULL);
	}
}
