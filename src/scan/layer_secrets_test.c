/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/layer_secrets.h"

#include "base/limits.h"
#include "support/test.h"

enum { ARENA_BYTES = 64 << 20, N_ENTRIES = 9 };

struct fixture {
	struct dd_arena arena;
	struct dd_layer_secrets s;
};

static void fixture_done(struct fixture *f)
{
	dd_layer_secrets_done(&f->s);
	dd_arena_done(&f->arena);
}

static struct dd_secret sample(const char *rule, uint64_t offset)
{
	return (struct dd_secret){ .rule = dd_str_from(rule),
				   .inner = DD_STR("lib/app.jar!config.yml"),
				   .coding = DD_STR("base64"),
				   .offset = offset,
				   .line = 3,
				   .column = 7,
				   .length = 40,
				   .redacted = DD_STR("abc… (40 characters)"),
				   .clear = DD_STR("in the clear"),
				   .context = DD_STR("token = "),
				   .fingerprint = DD_STR("00112233445566778899aabbccddeeff"),
				   .confidence = DD_CONFIDENCE_HIGH,
				   .reason = DD_STR("its checksum is right"),
				   .filtered = DD_STR("") };
}

static void add(struct fixture *f, uint32_t entry, const char *path, const struct dd_secret *list, size_t n)
{
	struct dd_err err;
	struct dd_secret_found found = { .arena = &f->arena, .dropped = 2 };
	for (size_t i = 0; i < n; i++)
		CHECK(dd_vec_push(&found.list, list[i], SIZE_MAX));
	CHECK_INT(dd_layer_secrets_add(&f->s, &f->arena, entry, dd_str_from(path), &found, &err), DD_OK);
	dd_secret_found_done(&found);
}

static void fill(struct fixture *f)
{
	struct dd_err err;
	struct dd_secret two[] = { sample("one", 5), sample("two", 70) }, none = { .rule = DD_STR("three") };
	*f = (struct fixture){ .arena = DD_ARENA_INIT(ARENA_BYTES) };
	none.filtered = DD_STR("stands for a value");
	add(f, 0, "etc/app", two, 2);
	add(f, DD_NO_ENTRY, ".wh.app", two, 1);
	add(f, 8, "", &none, 1);
	CHECK_INT(dd_layer_secrets_problem(&f->s, &f->arena, DD_STR("x"), &err, "no %d", 5), DD_OK);
}

static void check_same(const struct dd_layer_secrets *a, const struct dd_layer_secrets *b)
{
	CHECK_INT(b->list.n, a->list.n);
	CHECK_INT(b->dropped, a->dropped);
	CHECK_INT(b->n_filtered, a->n_filtered);
	CHECK(b->looked_for);
	for (size_t i = 0; i < a->list.n; i++) {
		const struct dd_layer_secret *x = &a->list.p[i], *y = &b->list.p[i];
		CHECK_INT(y->entry, x->entry);
		CHECK(dd_str_eq(y->path, x->path));
		CHECK_INT(y->secret.offset, x->secret.offset);
		CHECK_INT(y->secret.line, x->secret.line);
		CHECK_INT(y->secret.column, x->secret.column);
		CHECK_INT(y->secret.length, x->secret.length);
		CHECK_INT(y->secret.confidence, x->secret.confidence);
		for (size_t k = 0; k < dd_n_secret_texts; k++) {
			struct dd_str s, t;
			memcpy(&s, (const char *)&x->secret + dd_secret_texts[k], sizeof s);
			memcpy(&t, (const char *)&y->secret + dd_secret_texts[k], sizeof t);
			bool clear = dd_secret_texts[k] == offsetof(struct dd_secret, clear);
			CHECK(dd_str_eq(t, clear ? (struct dd_str){ "", 0 } : s));
		}
	}
	CHECK_INT(b->problems.n, a->problems.n);
	CHECK(dd_str_eq(b->problems.p[0].text, a->problems.p[0].text));
}

TEST(layer_secrets_come_back_as_they_were)
{
	struct fixture f, back = { .arena = DD_ARENA_INIT(ARENA_BYTES) };
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_MIB);
	struct dd_err err;
	fill(&f);
	CHECK_INT(f.s.list.n, 4);
	CHECK_INT(f.s.dropped, 6);
	CHECK_INT(dd_layer_secrets_encode(&f.s, &bytes, &err), DD_OK);
	CHECK(dd_str_search(dd_buf_str(&bytes), DD_STR("in the clear")) == bytes.n);
	CHECK_INT(dd_layer_secrets_decode(dd_buf_str(&bytes), N_ENTRIES, &back.arena, &back.s, &err), DD_OK);
	check_same(&f.s, &back.s);
	fixture_done(&f);
	fixture_done(&back);
}

/* Cut anywhere, with a byte more, and with each byte changed: refused, or something that holds to the limits. */
TEST(layer_secrets_refuse_damaged_records)
{
	struct fixture f;
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_MIB);
	struct dd_err err;
	fill(&f);
	CHECK_INT(dd_layer_secrets_encode(&f.s, &bytes, &err), DD_OK);
	for (size_t n = 0; n < bytes.n; n++) {
		struct fixture back = { .arena = DD_ARENA_INIT(ARENA_BYTES) };
		CHECK_INT(dd_layer_secrets_decode(dd_str_take(dd_buf_str(&bytes), n), N_ENTRIES, &back.arena, &back.s,
						  &err),
			  DD_EPARSE);
		fixture_done(&back);
	}
	for (size_t at = 0; at < bytes.n; at++) {
		struct fixture back = { .arena = DD_ARENA_INIT(ARENA_BYTES) };
		char was = bytes.p[at];
		bytes.p[at] = (char)(was ^ 0x55);
		if (dd_layer_secrets_decode(dd_buf_str(&bytes), N_ENTRIES, &back.arena, &back.s, &err) == DD_OK)
			for (size_t i = 0; i < back.s.list.n; i++) {
				const struct dd_layer_secret *one = &back.s.list.p[i];
				CHECK(one->entry == DD_NO_ENTRY || one->entry < N_ENTRIES);
				CHECK(one->secret.clear.n == 0);
				CHECK((unsigned)one->secret.confidence < DD_CONFIDENCE_COUNT);
			}
		bytes.p[at] = was;
		fixture_done(&back);
	}
	CHECK_INT(dd_buf_add_char(&bytes, 0), DD_OK);
	struct fixture back = { .arena = DD_ARENA_INIT(ARENA_BYTES) };
	CHECK_INT(dd_layer_secrets_decode(dd_buf_str(&bytes), N_ENTRIES, &back.arena, &back.s, &err), DD_EPARSE);
	fixture_done(&back);
	fixture_done(&f);
}

/* An entry that the layer does not have, and entries that do not ascend. */
TEST(layer_secrets_refuse_wrong_entries)
{
	static const struct {
		uint32_t first, second;
		uint64_t n_entries;
		enum dd_code want;
	} rows[] = {
		{ 1, 2, 3, DD_OK },	{ 1, 1, 3, DD_OK },	      { 1, 3, 3, DD_EPARSE },
		{ 2, 1, 3, DD_EPARSE }, { 0, DD_NO_ENTRY, 1, DD_OK }, { 0, 0, 0, DD_EPARSE },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct fixture f = { .arena = DD_ARENA_INIT(ARENA_BYTES) },
			       back = { .arena = DD_ARENA_INIT(ARENA_BYTES) };
		DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_MIB);
		struct dd_secret one = sample("one", 1);
		struct dd_err err;
		add(&f, rows[i].first, "a", &one, 1);
		add(&f, rows[i].second, "b", &one, 1);
		CHECK_INT(dd_layer_secrets_encode(&f.s, &bytes, &err), DD_OK);
		CHECK_INT(dd_layer_secrets_decode(dd_buf_str(&bytes), rows[i].n_entries, &back.arena, &back.s, &err),
			  rows[i].want);
		fixture_done(&f);
		fixture_done(&back);
	}
}

/* What does not count has room of its own; what is over the limits is counted. */
TEST(layer_secrets_are_bounded)
{
	struct fixture f = { .arena = DD_ARENA_INIT(ARENA_BYTES) };
	struct dd_secret yes = { .rule = DD_STR("r"), .filtered = DD_STR("") }, no = yes;
	no.filtered = DD_STR("no");
	for (uint32_t i = 0; i < DD_SECRETS_FILTERED_MAX + 10; i++)
		add(&f, i, "a", &no, 1);
	CHECK_INT(f.s.list.n, DD_SECRETS_FILTERED_MAX);
	for (uint32_t i = 0; i < DD_SECRETS_LAYER_MAX + 5; i++)
		add(&f, DD_SECRETS_FILTERED_MAX + 10 + i, "b", &yes, 1);
	CHECK_INT(f.s.list.n, DD_SECRETS_FILTERED_MAX + DD_SECRETS_LAYER_MAX);
	uint64_t by_file = 2 * (DD_SECRETS_FILTERED_MAX + 10 + DD_SECRETS_LAYER_MAX + 5);
	CHECK_INT(f.s.dropped, 15 + by_file);
	fixture_done(&f);
	f = (struct fixture){ .arena = DD_ARENA_INIT(ARENA_BYTES) };
	char *large = dd_alloc_zero(DD_MIB, 1);
	CHECK(large);
	yes.context = (struct dd_str){ large, DD_MIB };
	for (uint32_t i = 0; i < 40; i++)
		add(&f, i, "c", &yes, 1);
	CHECK_INT(f.s.list.n, 31);
	CHECK_INT(f.s.dropped, 40 * 2 + 9);
	dd_free(large);
	fixture_done(&f);
}
