/* SPDX-License-Identifier: Apache-2.0 */
/* What the linker's -X set, from the symbols of an ELF program: build information leaves the flags out where a program
 * was built with -trimpath. The linker keeps the value of a string variable IMPORTPATH.NAME in a symbol of its own,
 * "IMPORTPATH.NAME.str", with a NUL behind it. Programs that were stripped (-s, strip) have no symbols.
 *
 * What is given is a text of flags as build information would have it, for go_version.c to choose from.
 *
 * Source: cmd/link/internal/ld/data.go (addstrdata); System V ABI chapter 4 "Symbol Table". Limits: those of
 * format/elf.h, VARIABLES_MAX, FLAGS_BYTES_MAX; a value with blanks or quotes is no version. */
#include "analyze/go/go.h"
#include "base/buf.h"
#include "format/elf.h"

enum {
	SYMBOLS_MAX = 4 << 20,
	VARIABLES_MAX = 256,
	NAME_BYTES_MAX = 512,
	VALUE_BYTES_MAX = 128,
	FLAGS_BYTES_MAX = 1 << 16
};

/* The variable whose value the symbol is; empty: none that holds a version. */
static struct dd_str key_of(const struct dd_elf_symbol *s)
{
	static const struct dd_str end = { ".str", 4 };
	struct dd_str key = dd_str_take(s->name, s->name.n - (s->name.n < end.n ? 0 : end.n));
	bool fits = dd_str_ends(s->name, end) && s->size > 0 && s->size <= VALUE_BYTES_MAX;
	return fits && dd_go_is_version_key(key) && dd_str_is_word(key) ? key : DD_STR("");
}

static void add_flag(const struct dd_elf *e, const struct dd_elf_symbol *s, struct dd_str key, struct dd_buf *out)
{
	struct dd_str value = dd_str_take(dd_elf_at_address(e, s->value), (size_t)s->size);
	value = dd_str_take(value, dd_str_find(value, '\0'));
	if (dd_str_is_word(value) && !memchr(value.p, '\'', value.n) && !memchr(value.p, '"', value.n))
		(void)dd_buf_addf(out, "-X %.*s=%.*s ", DD_FMT(key), DD_FMT(value));
}

struct dd_str dd_go_symbol_flags(struct dd_str program, struct dd_arena *a)
{
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(FLAGS_BYTES_MAX);
	struct dd_elf e;
	struct dd_elf_symbols symbols;
	struct dd_elf_symbol s;
	if (dd_elf_open(program, &e, NULL) != DD_OK ||
	    !dd_elf_symbols_open(&e, DD_STR(".symtab"), DD_STR(".strtab"), &symbols))
		return DD_STR("");
	for (size_t variables = 0; variables < VARIABLES_MAX && dd_elf_symbols_next(&symbols, &s) && !out.failed;) {
		struct dd_str key = key_of(&s);
		if (key.n) {
			add_flag(&e, &s, key, &out);
			variables++;
		}
	}
	return out.failed ? DD_STR("") : dd_arena_str(a, dd_buf_str(&out));
}
