/* SPDX-License-Identifier: Apache-2.0 */
/* compile-tables OUT.c OUT.text OUT.binary OUT.path: Vectorscan's tables of drydock's own rules, for the program to
 * carry. Run when the program is built, by meson. They are for any processor of the architecture: measured, tables for
 * the builder's own processor are not faster. The same rules and the same library give the same bytes. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "secret/finder_parts.h"

enum { OUT_MAX = 64 << 20 };

/* This program has no tables yet. */
const struct dd_table_rule dd_table_rules[1] = { { .id = "" } };
const size_t dd_n_table_rules = 0;
const struct dd_table_database dd_table_databases[DD_FIND_KINDS] = { { .p = NULL } };

static enum dd_code write_file(const char *path, struct dd_str bytes, struct dd_err *err)
{
	FILE *f = fopen(path, "w");
	if (!f)
		return dd_fail_errno(err, "cannot write %s", path);
	const bool failed = fwrite(bytes.p, 1, bytes.n, f) != bytes.n;
	if (fclose(f) || failed)
		return dd_fail_errno(err, "cannot write %s", path);
	return DD_OK;
}

static enum dd_code write_database(const struct dd_finder *f, enum dd_find_kind kind, const char *path,
				   struct dd_err *err)
{
	hs_database_t *db = atomic_load(&f->db[DD_FIND_KINDS + kind].db);
	char *bytes = NULL;
	size_t n = 0;
	if (!db || f->hs->serialize_database(db, &bytes, &n) != HS_SUCCESS)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "no table for %s", path);
	enum dd_code code = write_file(path, (struct dd_str){ bytes, n }, err);
	dd_free(bytes);
	return code;
}

static void print_rules(struct dd_buf *out, const struct dd_secret_rule_set *set, const struct dd_finder *f)
{
	(void)dd_buf_add_c(out, "const struct dd_table_rule dd_table_rules[] = {\n");
	for (size_t i = 0; i < set->n_rules; i++)
		(void)dd_buf_addf(out, "\t{ \"%.*s\", UINT64_C(0x%016llx), %u, %u, %u },\n",
				  DD_FMT(set->rules[i].kind.id),
				  (unsigned long long)dd_str_hash(set->rules[i].regex, 0), f->widths[i].least,
				  f->widths[i].reach, dd_find_kinds(&set->rules[i]));
	(void)dd_buf_addf(out, "};\nconst size_t dd_n_table_rules = %zu;\n", set->n_rules);
}

static void print_database(struct dd_buf *out, const struct dd_finder *f, enum dd_find_kind kind, const char *path)
{
	const struct dd_finder_database *db = &f->db[DD_FIND_KINDS + kind];
	(void)dd_buf_addf(out, "static const uint16_t rules_%d[] = {", kind);
	for (size_t i = 0; i < db->n_patterns; i++)
		(void)dd_buf_addf(out, "%s%u,", i % 20 ? " " : "\n\t", db->rule_of[i]);
	(void)dd_buf_addf(
		out,
		"\n};\n__asm__(\".pushsection .rodata\\n.balign 64\\ndd_table_%d:\\n.incbin \\\"%s\\\"\\n"
		"dd_table_%d_end:\\n.popsection\\n\");\nextern const char dd_table_%d[], dd_table_%d_end[];\n",
		kind, path, kind, kind, kind);
}

static void print_databases(struct dd_buf *out)
{
	(void)dd_buf_add_c(out, "const struct dd_table_database dd_table_databases[DD_FIND_KINDS] = {\n");
	for (int k = 0; k < DD_FIND_KINDS; k++)
		(void)dd_buf_addf(out,
				  "\t{ dd_table_%d, dd_table_%d_end, rules_%d, sizeof rules_%d / sizeof *rules_%d },\n",
				  k, k, k, k, k);
	(void)dd_buf_add_c(out, "};\n");
}

/* What the tables depend on, as the first line of OUT.c. */
enum { TABLES_VERSION = 1 };
static void make_key(const struct dd_secret_engines *engines, const struct dd_secret_rule_set *set, char *out, size_t n)
{
	const struct dd_str digest = { (const char *)set->digest, sizeof set->digest };
	(void)snprintf(out, n, "/* Made by tools/compile_tables.c: %d, %016llx%016llx, %s */", TABLES_VERSION,
		       (unsigned long long)dd_str_hash(digest, 0), (unsigned long long)dd_str_hash(digest, 1),
		       dd_secret_hs(engines)->version());
}

/* A build that changed something else need not wait for them: they are only marked as new. */
static bool is_current(const char *key, char **out)
{
	char line[200] = "";
	FILE *f = fopen(out[0], "r");
	if (!f)
		return false;
	bool same = fgets(line, sizeof line, f) && strncmp(line, key, strlen(key)) == 0;
	(void)fclose(f);
	for (int i = 0; i <= DD_FIND_KINDS; i++)
		same = same && utimensat(AT_FDCWD, out[i], NULL, 0) == 0;
	return same;
}

static enum dd_code compile(char **out, struct dd_err *err)
{
	DD_CLEANUP(dd_secret_engines_freep) struct dd_secret_engines *engines = NULL;
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .arena = DD_ARENA_INIT(0) };
	DD_CLEANUP(dd_finder_freep) struct dd_finder *f = NULL;
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(OUT_MAX);
	DD_TRY(dd_secret_engines_open(true, &engines, err));
	DD_TRY(dd_secret_rule_set_new(NULL, 0, &set, err));
	if (set.n_rules > UINT16_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d rules", UINT16_MAX);
	char key[160];
	make_key(engines, &set, key, sizeof key);
	if (is_current(key, out))
		return DD_OK;
	DD_TRY(dd_finder_new(engines, &set, &f, err));
	(void)dd_buf_addf(&text, "%s\n#include \"secret/finder_table.h\"\n", key);
	print_rules(&text, &set, f);
	for (enum dd_find_kind k = 0; k < DD_FIND_KINDS; k++) {
		DD_TRY(write_database(f, k, out[1 + k], err));
		print_database(&text, f, k, out[1 + k]);
	}
	print_databases(&text);
	DD_TRY(dd_buf_check(&text, "tables", err));
	return write_file(out[0], dd_buf_str(&text), err);
}

int main(int argc, char **argv)
{
	struct dd_err err;
	if (argc != 2 + DD_FIND_KINDS) {
		(void)fprintf(stderr, "usage: compile-tables OUT.c OUT.text OUT.binary OUT.path\n");
		return 2;
	}
	if (compile(argv + 1, &err) == DD_OK)
		return 0;
	(void)fprintf(stderr, "compile-tables: %s\n", err.message);
	return 1;
}
