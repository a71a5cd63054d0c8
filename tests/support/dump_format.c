/* SPDX-License-Identifier: Apache-2.0 */
/* `dump-format toml|yaml|xml FILE …`: prints the tree of each file as one line of JSON with texts as hexadecimal
 * digits, or {"error": code, "at": offset}. For comparing with other readers of these formats. */
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/toml.h"
#include "format/xml.h"
#include "format/yaml.h"

static void hex(struct dd_buf *out, const char *key, struct dd_str s)
{
	(void)dd_buf_addf(out, "\"%s\":\"", key);
	for (size_t i = 0; i < s.n; i++)
		(void)dd_buf_addf(out, "%02x", (unsigned char)s.p[i]);
	(void)dd_buf_add_c(out, "\",");
}

static void dump_node(const struct dd_node *v, struct dd_buf *out)
{
	static const char *const kinds[] = { "null", "bool", "int", "float", "time", "string", "array", "table" };
	(void)dd_buf_add_c(out, "{");
	hex(out, "name", v->name);
	hex(out, "text", v->text);
	(void)dd_buf_addf(out, "\"kind\":\"%s\",\"integer\":%lld,\"at\":%llu,\"items\":[", kinds[v->kind],
			  (long long)v->integer, (unsigned long long)v->at);
	for (const struct dd_node *c = dd_node_first(v); c; c = c->next) {
		dump_node(c, out);
		if (c->next)
			(void)dd_buf_add_char(out, ',');
	}
	(void)dd_buf_add_c(out, "]}");
}

static void dump_element(const struct dd_xml_node *e, struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "{");
	hex(out, "name", e->name);
	hex(out, "text", e->text);
	(void)dd_buf_add_c(out, "\"attributes\":[");
	for (size_t i = 0; i < e->n_attributes; i++) {
		(void)dd_buf_add_c(out, i ? ",{" : "{");
		hex(out, "name", e->attributes[i].name);
		hex(out, "value", e->attributes[i].value);
		out->n--; /* the comma */
		(void)dd_buf_add_c(out, "}");
	}
	(void)dd_buf_add_c(out, "],\"items\":[");
	for (const struct dd_xml_node *c = dd_xml_first(e); c; c = c->next) {
		dump_element(c, out);
		if (c->next)
			(void)dd_buf_add_char(out, ',');
	}
	(void)dd_buf_add_c(out, "]}");
}

static enum dd_code dump(const char *format, struct dd_str bytes, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_GIB);
	const struct dd_node *v = NULL;
	const struct dd_xml_node *e = NULL;
	if (strcmp(format, "xml") == 0) {
		DD_TRY(dd_xml_parse(bytes, &a, &e, err));
		dump_element(e, out);
		return DD_OK;
	}
	if (strcmp(format, "yaml") == 0)
		DD_TRY(dd_yaml_parse(bytes, &a, &v, err));
	else
		DD_TRY(dd_toml_parse(bytes, &a, &v, err));
	dump_node(v, out);
	return DD_OK;
}

int main(int argc, char **argv)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_GIB);
	struct dd_err err = { 0 };
	if (argc < 3)
		return 2;
	for (int i = 2; i < argc; i++) {
		DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
		if (dd_map_file_open(&f, argv[i], DD_EVIDENCE_BYTES_MAX, &err) != DD_OK) {
			(void)fprintf(stderr, "dump-format: %s\n", err.message);
			return 2;
		}
		enum dd_code code = dump(argv[1], f.bytes, &out, &err);
		if (code != DD_OK)
			(void)dd_buf_addf(&out, "{\"error\":%d,\"at\":%lld}", code, (long long)err.at);
		(void)dd_buf_add_char(&out, '\n');
	}
	struct dd_str text = dd_buf_str(&out);
	return dd_write_full(STDOUT_FILENO, text.p, text.n, &err) == DD_OK ? 0 : 2;
}
