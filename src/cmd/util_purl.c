/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock util purl`: package URLs to JSON and back, one answer a line. */
#include <stdio.h>

#include "base/limits.h"
#include "cmd/util.h"
#include "format/json.h"
#include "format/json_write.h"
#include "model/purl.h"

/* All memory of one line: components, decoded and encoded. */
#define LINE_MEMORY_BYTES (32 * DD_LINE_BYTES_MAX)

static void print(struct dd_buf *b)
{
	(void)fwrite(b->p, 1, b->n, stdout);
	(void)putchar('\n');
}

static bool print_error(struct dd_str input, const struct dd_err *err)
{
	struct dd_buf DD_CLEANUP_BUF b = DD_BUF_INIT(16 * DD_LINE_BYTES_MAX);
	struct dd_jsonw j = DD_JSONW(&b, 0);
	dd_jsonw_object(&j);
	dd_jsonw_member_text(&j, "error", dd_str_from(err->message));
	dd_jsonw_member_text(&j, "input", input);
	dd_jsonw_close(&j);
	print(&b);
	return false;
}

static void write_qualifiers(struct dd_jsonw *j, const struct dd_purl *p)
{
	dd_jsonw_key(j, "qualifiers");
	if (p->n_qualifiers == 0) {
		dd_jsonw_null(j);
		return;
	}
	dd_jsonw_object(j);
	for (size_t i = 0; i < p->n_qualifiers; i++) {
		char key[DD_FIELD_BYTES_MAX + 1]; /* letters, digits and . - _ only */
		size_t n = p->qualifiers[i].key.n;
		memcpy(key, p->qualifiers[i].key.p, n);
		key[n] = '\0';
		dd_jsonw_member_text(j, key, p->qualifiers[i].value);
	}
	dd_jsonw_close(j);
}

static void print_purl(const struct dd_purl *p, struct dd_str canonical)
{
	struct dd_buf DD_CLEANUP_BUF b = DD_BUF_INIT(16 * DD_LINE_BYTES_MAX);
	struct dd_jsonw j = DD_JSONW(&b, 0);
	dd_jsonw_object(&j);
	dd_jsonw_member_known(&j, "type", p->type);
	dd_jsonw_member_known(&j, "namespace", p->namespace);
	dd_jsonw_member_known(&j, "name", p->name);
	dd_jsonw_member_known(&j, "version", p->version);
	write_qualifiers(&j, p);
	dd_jsonw_member_known(&j, "subpath", p->subpath);
	dd_jsonw_member_text(&j, "purl", canonical);
	dd_jsonw_close(&j);
	print(&b);
}

/* A component that may be missing or null, but is text. */
static enum dd_code read_text(const json_t *object, const char *key, struct dd_str *ret, struct dd_err *err)
{
	const json_t *value = dd_json_get(object, key);
	*ret = dd_json_text(value);
	if (!value || json_is_null(value) || json_is_string(value))
		return DD_OK;
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "package URL: member '%s' is not a string", key);
}

static enum dd_code read_qualifiers(const json_t *object, struct dd_arena *a, struct dd_purl *p, struct dd_err *err)
{
	const json_t *map = dd_json_get(object, "qualifiers");
	if (!map || json_is_null(map))
		return DD_OK;
	if (!json_is_object(map))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "package URL: member 'qualifiers' is not an object");
	struct dd_purl_qualifier *list = dd_arena_array(a, json_object_size(map) + 1, sizeof *list);
	if (!list)
		return dd_fail_nomem(err);
	for (void *it = dd_json_first(map); it; it = dd_json_next(map, it)) {
		const json_t *value = dd_json_value(it);
		if (!json_is_string(value) && !json_is_null(value))
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "package URL: the qualifier %s is not a string",
				       DD_QUOTE(dd_json_name(it)));
		list[p->n_qualifiers++] = (struct dd_purl_qualifier){ dd_json_name(it), dd_json_text(value) };
	}
	p->qualifiers = list;
	return DD_OK;
}

/* The components of a JSON object; they live as long as the document and the arena. */
static enum dd_code read_object(const json_t *object, struct dd_arena *a, struct dd_purl *ret, struct dd_err *err)
{
	struct dd_purl p = { .n_qualifiers = 0 };
	DD_TRY(read_text(object, "type", &p.type, err));
	DD_TRY(read_text(object, "namespace", &p.namespace, err));
	DD_TRY(read_text(object, "name", &p.name, err));
	DD_TRY(read_text(object, "version", &p.version, err));
	DD_TRY(read_text(object, "subpath", &p.subpath, err));
	DD_TRY(read_qualifiers(object, a, &p, err));
	*ret = p;
	return DD_OK;
}

static enum dd_code finish(struct dd_purl *p, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	DD_TRY(dd_purl_canonical(p, a, err));
	DD_TRY(dd_purl_check(p, err));
	return dd_purl_build(p, a, ret, err);
}

static bool build_line(struct dd_str line)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(LINE_MEMORY_BYTES);
	json_t *DD_CLEANUP_JSON object = NULL;
	struct dd_purl p;
	struct dd_str text;
	struct dd_err err;
	if (dd_json_parse(line, &object, &err) != DD_OK || read_object(object, &a, &p, &err) != DD_OK ||
	    finish(&p, &a, &text, &err) != DD_OK)
		return print_error(line, &err);
	(void)printf("%.*s\n", DD_FMT(text));
	return true;
}

static bool purl_line(struct dd_str line, uint64_t number, const void *arg)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(LINE_MEMORY_BYTES);
	struct dd_purl p;
	struct dd_str text;
	struct dd_err err;
	(void)number;
	(void)arg;
	line = dd_str_trim(line);
	if (line.n && line.p[0] == '{')
		return build_line(line);
	if (dd_purl_parse(line, &a, &p, &err) != DD_OK || finish(&p, &a, &text, &err) != DD_OK)
		return print_error(line, &err);
	print_purl(&p, text);
	return true;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	enum dd_exit code = DD_EXIT_CLEAN;
	if (in->argc == 0)
		return dd_util_each_line(purl_line, NULL);
	for (int i = 0; i < in->argc; i++)
		if (!purl_line(dd_str_from(in->argv[i]), 0, NULL))
			code = DD_EXIT_USAGE;
	return code;
}

const struct dd_cmd dd_util_purl = {
	.name = "purl",
	.summary = "take package URLs apart, and put them together",
	.operands = "[PURL…]",
	.examples =
		(const struct dd_example[]){
			{ "drydock util purl pkg:npm/@babel/core@7.24.0",
			  "print its components and its canonical form as JSON" },
			{ "drydock util purl '{\"type\": \"pypi\", \"name\": \"Typing_Extensions\"}'",
			  "print 'pkg:pypi/typing-extensions'" },
			{ "drydock util purl <purls", "read package URLs from standard input, one a line" },
			{ NULL } },
	.description =
		"Prints one line for each package URL: a JSON object with the members type, namespace, name, version, "
		"qualifiers, subpath (null: it has none) and purl, its canonical form. A JSON object with these "
		"members "
		"is turned back into the package URL.\n\n"
		"The components are canonical: decoded, in the case that the type asks for, without empty parts. What "
		"is "
		"not a package URL, or breaks a rule of its type, is answered with an object with the members error "
		"and "
		"input; the others are still answered, and the exit code is 2.",
	.min_args = 0,
	.max_args = INT32_MAX,
	.run = run,
};
