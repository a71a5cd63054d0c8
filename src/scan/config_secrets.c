/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/config_secrets.h"

#include "base/limits.h"
#include "scan/layer_secrets.h"
#include "scan/record.h"

enum { FOUND_BYTES_MAX = 256 << 20, PATH_BYTES_MAX = 1024 };

void dd_config_secrets_init(struct dd_config_secrets *s)
{
	*s = (struct dd_config_secrets){ .arena = DD_ARENA_INIT(DD_IMAGE_DOCUMENTS_BYTES_MAX) };
}

void dd_config_secrets_done(struct dd_config_secrets *s)
{
	dd_vec_done(&s->list);
	dd_vec_done(&s->problems);
	dd_vec_done(&s->clear);
	dd_map_done(&s->known);
	dd_arena_done(&s->arena);
}

/* ---- adding ---- */

/* The secret as it is written. Of one that is wrapped in a coding the length of the wrapping is not known: all up to a
 * blank or a quote. */
static struct dd_str written(struct dd_str text, const struct dd_secret *s)
{
	struct dd_str rest = s->offset < text.n ? dd_str_skip(text, (size_t)s->offset) : DD_STR("");
	size_t n = 0;
	if (s->coding.n == 0)
		return dd_str_take(rest, s->length < rest.n ? (size_t)s->length : rest.n);
	while (n < rest.n && !dd_is_blank(rest.p[n]) && rest.p[n] != '"' && rest.p[n] != '\'')
		n++;
	return dd_str_take(rest, n);
}

static enum dd_code note_clear(struct dd_config_secrets *s, struct dd_str text, const struct dd_secret *found,
			       struct dd_str redacted, struct dd_err *err)
{
	struct dd_str clear = dd_arena_str(&s->arena, written(text, found));
	if (found->filtered.n)
		return DD_OK;
	if (!clear.p || !dd_vec_push(&s->clear, clear, SIZE_MAX) || !dd_vec_push(&s->clear, redacted, SIZE_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

/* Another place says the same. *ret false: none did before. */
static enum dd_code join(struct dd_config_secrets *s, const struct dd_config_text *t, struct dd_str key, bool *ret,
			 struct dd_err *err)
{
	uint32_t known = t->word.n || t->only_new ? dd_map_get(&s->known, key) : DD_MAP_NONE;
	*ret = known != DD_MAP_NONE;
	if (!*ret)
		return DD_OK;
	struct dd_config_secret *one = &s->list.p[known];
	if (t->also.n == 0 || one->place == t->place || one->path.n > PATH_BYTES_MAX ||
	    dd_str_search(one->path, t->also) < one->path.n)
		return DD_OK;
	one->path = dd_arena_printf(&s->arena, "%.*s%.*s", DD_FMT(one->path), DD_FMT(t->also));
	return one->path.p ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code add(struct dd_config_secrets *s, const struct dd_config_text *t, const struct dd_secret *found,
			struct dd_err *err)
{
	struct dd_config_secret one = { .place = t->place, .layer = t->layer };
	/* An empty word: the key is the fingerprint alone, which every secret is known by. */
	struct dd_str key = dd_arena_printf(&s->arena, "%.*s%s%.*s", DD_FMT(found->fingerprint), t->word.n ? " " : "",
					    DD_FMT(t->word));
	struct dd_str fingerprint = dd_str_take(key, found->fingerprint.n);
	uint32_t first;
	bool joined;
	if (!key.p)
		return dd_fail_nomem(err);
	DD_TRY(join(s, t, key, &joined, err));
	if (joined)
		return DD_OK;
	if (s->list.n >= DD_SECRETS_LAYER_MAX) {
		s->dropped++;
		return DD_OK;
	}
	DD_TRY(dd_secret_copy(found, &s->arena, &one.secret, err));
	one.secret.line = one.secret.column = 0; /* of a text inside a document they mean nothing */
	one.path = dd_arena_str(&s->arena, t->path);
	if (!one.path.p || !dd_vec_push(&s->list, one, SIZE_MAX) ||
	    !dd_map_set(&s->known, key, (uint32_t)s->list.n - 1) ||
	    !dd_map_add(&s->known, fingerprint, (uint32_t)s->list.n - 1, &first))
		return dd_fail_nomem(err);
	return note_clear(s, t->text, found, one.secret.redacted, err);
}

static enum dd_code add_problem(struct dd_config_secrets *s, const struct dd_config_text *t, struct dd_problem p,
				struct dd_err *err)
{
	p.layer = DD_NO_LAYER;
	p.path = dd_arena_str(&s->arena, t->path);
	p.analyzer = p.analyzer.n ? dd_arena_str(&s->arena, p.analyzer) : DD_STR("secret");
	p.text = dd_arena_str(&s->arena, p.text);
	if (!p.path.p || !p.analyzer.p || !p.text.p ||
	    (s->problems.n < DD_PROBLEMS_MAX && !dd_vec_push(&s->problems, p, DD_PROBLEMS_MAX)))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code take_found(struct dd_config_secrets *s, const struct dd_config_text *t,
			       const struct dd_secret_found *found, struct dd_err *err)
{
	s->dropped += found->dropped;
	for (size_t i = 0; i < found->problems.n; i++)
		DD_TRY(add_problem(s, t, found->problems.p[i], err));
	for (size_t i = 0; i < found->list.n; i++)
		DD_TRY(add(s, t, &found->list.p[i], err));
	return DD_OK;
}

enum dd_code dd_config_secrets_look(struct dd_config_secrets *s, struct dd_secret_scanner *scanner,
				    const struct dd_config_text *t, struct dd_err *err)
{
	struct dd_arena arena = DD_ARENA_INIT(FOUND_BYTES_MAX);
	struct dd_secret_found found = { .arena = &arena };
	const struct dd_secret_file file = { .path = t->file, .inner = DD_STR(""), .size = t->text.n };
	if (t->text.n == 0)
		return DD_OK;
	enum dd_code code = dd_secret_scan(scanner, &file, t->text, &found, err);
	if (code == DD_OK)
		code = take_found(s, t, &found, err);
	dd_secret_found_done(&found);
	dd_arena_done(&arena);
	return code;
}

/* ---- records ---- */

static const size_t problem_texts[] = { offsetof(struct dd_problem, path), offsetof(struct dd_problem, analyzer),
					offsetof(struct dd_problem, text) };

void dd_config_secrets_put(const struct dd_config_secrets *s, struct dd_buf *out)
{
	(void)dd_buf_add_varint(out, s->list.n);
	for (size_t i = 0; i < s->list.n; i++) {
		(void)dd_buf_add_varint(out, (uint64_t)s->list.p[i].place);
		dd_record_put_text(out, s->list.p[i].path);
		(void)dd_buf_add_varint(out, (uint64_t)((int64_t)s->list.p[i].layer + 1));
		dd_record_put_secret(out, &s->list.p[i].secret);
	}
	(void)dd_buf_add_varint(out, s->dropped);
	(void)dd_buf_add_varint(out, s->problems.n);
	for (size_t i = 0; i < s->problems.n; i++) {
		dd_record_put_texts(out, &s->problems.p[i], problem_texts, DD_COUNT(problem_texts));
		(void)dd_buf_add_varint(out, s->problems.p[i].offset);
	}
}

void dd_config_secrets_get(struct dd_record_reader *r, struct dd_config_secrets *ret)
{
	for (uint64_t n = dd_record_number(r, DD_SECRETS_LAYER_MAX); n && !r->bad; n--) {
		struct dd_config_secret one = { 0 };
		one.place = (enum dd_secret_place)dd_record_number(r, DD_SECRET_PLACE_COUNT - 1);
		one.path = dd_record_text(r);
		one.layer = (int)dd_record_number(r, DD_LAYERS_MAX) - 1;
		dd_record_secret(r, &one.secret);
		if (one.place == DD_SECRET_FILE || !dd_vec_push(&ret->list, one, SIZE_MAX))
			r->bad = true;
	}
	ret->dropped = dd_record_number(r, UINT64_MAX);
	for (uint64_t n = dd_record_number(r, DD_PROBLEMS_MAX); n && !r->bad; n--) {
		struct dd_problem p = { .layer = DD_NO_LAYER };
		dd_record_texts(r, &p, problem_texts, DD_COUNT(problem_texts));
		p.offset = dd_record_number(r, UINT64_MAX);
		if (!dd_vec_push(&ret->problems, p, DD_PROBLEMS_MAX))
			r->bad = true;
	}
}
