/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that no package manager speaks for, told by their file name and a text in their bytes: the table is
 * classifiers.def, the patterns' language pattern.h. What is found is a guess (evidence "guessed") with a CPE name.
 *
 * A file may be several things (a mysqld is MySQL or MariaDB); of the rows with one name the first that fits counts. A
 * program that was packed by UPX shows nothing of what it is made of, neither here nor to the readers of build
 * information: that is a problem, not silence.
 *
 * Limits: those of pattern.h for each row; a row whose file names do not fit costs nothing but that comparison. */
#include "analyze/analyzer.h"
#include "analyze/classifier/pattern.h"
#include "base/glob.h"
#include "base/limits.h"
#include "format/elf.h"

#define TEXT_BYTES_MAX (1 * DD_MIB) /* VERSION, release, version.php: real ones stay below 16 KiB */

enum { UPX_HEAD_BYTES = 1024 };

struct classifier {
	const char *name, *files, *pattern, *vendor, *product;
	const char *directory; /* of texts: the directory's path ends in it; NULL: an ELF file */
};

static const struct classifier classifiers[] = {
#define DD_CLASSIFIER(name, files, pattern, vendor, product) { name, files, pattern, vendor, product, NULL },
#define DD_CLASSIFIER_TEXT(name, file, directory, pattern, vendor, product)                                            \
	{ name, file, pattern, vendor, product, directory },
#include "analyze/classifier/classifiers.def"
#undef DD_CLASSIFIER
#undef DD_CLASSIFIER_TEXT
};

/* "3.11" of libpython3.11.so.1.0 */
static struct dd_str numbers_of(struct dd_str name)
{
	size_t from = 0, to;
	while (from < name.n && !dd_is_digit(name.p[from]))
		from++;
	for (to = from; to < name.n && (dd_is_digit(name.p[to]) || name.p[to] == '.'); to++)
		;
	while (to > from && name.p[to - 1] == '.')
		to--;
	return dd_str_take(dd_str_skip(name, from), to - from);
}

static bool wants(const struct classifier *c, struct dd_str dir, struct dd_str name, bool elf)
{
	if ((c->directory == NULL) != elf || (c->directory && !dd_str_ends(dir, dd_str_from(c->directory))))
		return false;
	struct dd_str glob;
	for (struct dd_str rest = dd_str_from(c->files); dd_str_next(&rest, ' ', &glob);)
		if (dd_glob_match(glob, name))
			return true;
	return false;
}

/* CPE 2.3 formatted string (NISTIR 7695 §6.2); + and ~ are the only bytes of a version that need a backslash. */
static struct dd_str cpe_of(const struct classifier *c, struct dd_str version, struct dd_arena *a)
{
	char quoted[2 * DD_PATTERN_RUN_MAX * DD_PATTERN_PARTS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < version.n && n + 2 < sizeof quoted; i++) {
		if (version.p[i] == '+' || version.p[i] == '~')
			quoted[n++] = '\\';
		quoted[n++] = version.p[i];
	}
	return dd_arena_printf(a, "cpe:2.3:a:%s:%s:%.*s:*:*:*:*:*:*:*", c->vendor, c->product, (int)n, quoted);
}

static bool add(const struct classifier *c, struct dd_str version, struct dd_found *out)
{
	struct dd_package *p = dd_found_package(out);
	if (!p)
		return false;
	p->name = dd_str_from(c->name);
	p->version = dd_found_str(out, version);
	p->type = DD_STR("generic");
	p->evidence = DD_PACKAGE_GUESSED;
	p->cpe = cpe_of(c, version, out->arena);
	return !out->failed && p->cpe.p;
}

static bool classify(const struct dd_input *in, bool elf, struct dd_found *out)
{
	size_t slash = dd_str_rfind(in->path, '/');
	struct dd_str name = slash < in->path.n ? dd_str_skip(in->path, slash + 1) : in->path;
	struct dd_str dir = slash < in->path.n ? dd_str_take(in->path, slash) : DD_STR("");
	const char *found = NULL; /* the name of the last one, whose further rows are passed over */
	for (size_t i = 0; i < DD_COUNT(classifiers); i++) {
		const struct classifier *c = &classifiers[i];
		struct dd_pattern p;
		if ((found && strcmp(found, c->name) == 0) || !wants(c, dir, name, elf) ||
		    !dd_pattern_read(&p, dd_str_from(c->pattern), numbers_of(name)))
			continue;
		struct dd_str version = dd_pattern_search(&p, in->data);
		if (version.n == 0)
			continue;
		if (!add(c, version, out))
			return false;
		found = c->name;
	}
	return true;
}

/* UPX leaves no section table, and its own mark right behind the program headers. */
static void look_for_upx(struct dd_str data, struct dd_found *out)
{
	struct dd_elf e;
	if (dd_elf_open(data, &e, NULL) != DD_OK || e.shnum)
		return;
	struct dd_str head = dd_str_take(data, UPX_HEAD_BYTES);
	size_t at = dd_str_search(head, DD_STR("UPX!"));
	if (at < head.n)
		dd_found_problem(out, at, "packed by UPX: what the program is made of cannot be seen");
}

static enum dd_code parse(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	bool elf = dd_str_starts(in->data, DD_STR("\177ELF"));
	if (elf)
		look_for_upx(in->data, out);
	if (!classify(in, elf, out) || out->failed)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "package records need more memory than there is");
	return DD_OK;
}

/* busybox comes under the name of whichever of its hard links is first in the layer: this row makes its own name be
 * looked at, too. */
static const struct dd_match match[] = {
	{ DD_MATCH_MAGIC, "\177ELF", NULL, DD_PROGRAM_BYTES_MAX },
	{ DD_MATCH_BASENAME, "busybox", NULL, 0 },
#define DD_CLASSIFIER(name, files, pattern, vendor, product)
#define DD_CLASSIFIER_TEXT(name, file, directory, pattern, vendor, product)                                            \
	{ DD_MATCH_BASENAME, file, directory, TEXT_BYTES_MAX },
#include "analyze/classifier/classifiers.def"
#undef DD_CLASSIFIER
#undef DD_CLASSIFIER_TEXT
	{ DD_MATCH_END },
};

const struct dd_analyzer dd_analyzer_classifier = {
	.id = "classifier",
	.version = 2,
	.evidence = DD_EVIDENCE_INSTALLED,
	.title = "programs known by their bytes",
	.purl_type = "generic",
	.match = match,
	.parse = parse,
};
